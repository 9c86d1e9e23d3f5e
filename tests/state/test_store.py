"""Promise: the state is always that of the files as they are, whatever befalls the cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dragoman
from dragoman import World


def answer(world: World) -> list[str]:
    """Something of everything that a world answers."""
    standing = world.on("1922-09-01").all()
    findings = world.findings()
    return [f"{row.fact} {row.since}" for row in standing] + [
        f"{row.act} {row.norm}" for row in findings
    ]


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "empty cache"
    monkeypatch.setenv("DRAGOMAN_CACHE", str(folder))
    return folder


def stores(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.duckdb"))


def test_a_world_is_derived_once_and_then_read(small_folder: Path, empty_cache: Path) -> None:
    stages: list[str] = []
    first = dragoman.open(small_folder, progress=stages.append)
    assert stages
    kept = stores(empty_cache)
    assert len(kept) == 1
    stages.clear()
    second = dragoman.open(small_folder, progress=stages.append)
    assert stages == []
    assert answer(second) == answer(first) != []
    assert stores(empty_cache) == kept


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("chronicle/acts.yaml", "grade: de_jure", "grade: de_facto"),
        ("registers/things.yaml", "  type: treaty\n", "  type: treaty\n  force: signature\n"),
        ("world.toml", '"treaties", ', ""),
        ("law/own.law", "", 'law own "x"\nfluent seen(power: actor) "x"\n'
         'rule r: sign(parties P) initiates seen(P) because "x" source "x"\n'),
        ("chronicle/more.yaml", "", "- act: lapse\n  date: 1922-08-01\n"
         "  instrument: rapallo-treaty\n  what: It lapsed.\n  cite: book 20\n"),
    ],
)  # fmt: skip
def test_editing_an_act_or_a_law_changes_the_answers(
    small_folder: Path, empty_cache: Path, name: str, old: str, new: str
) -> None:
    before = answer(dragoman.open(small_folder))
    path = small_folder / name
    text = path.read_text() if path.exists() else ""
    assert old in text
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new) if old else new)
    assert answer(dragoman.open(small_folder)) != before
    path.write_text(text)
    if text:
        assert answer(dragoman.open(small_folder)) == before


def test_a_new_kind_of_act_counts_at_once(small_folder: Path, empty_cache: Path) -> None:
    (small_folder / "chronicle" / "more.yaml").write_text(
        "- act: bow\n  date: 1922-08-01\n  by: germany\n  what: A bow.\n  cite: book 1\n"
    )
    assert any("bow" in problem.message for problem in dragoman.open(small_folder).problems)
    (small_folder / "kinds.yaml").write_text("bow:\n  roles: {by: actor}\n")
    assert dragoman.open(small_folder).problems == []


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage", "other", "letters", "folder"])
def test_a_damaged_cache_is_built_anew_and_says_the_same(
    small_folder: Path, empty_cache: Path, damage: str
) -> None:
    import duckdb

    first = dragoman.open(small_folder)
    before = answer(first)
    first.store.connection.close()
    (path,) = stores(empty_cache)
    whole = path.read_bytes()
    path.unlink()
    if damage == "empty":
        path.touch()
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "garbage":
        path.write_bytes(b"\0garbage" * 1000)
    elif damage == "other":
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE meta AS SELECT 'digest' AS key, 'x' AS value")
    elif damage == "letters":
        path.write_bytes(bytes(b if n % 97 else (b + 1) % 256 for n, b in enumerate(whole)))
    else:
        path.mkdir()
    world = dragoman.open(small_folder)
    assert answer(world) == before
    assert world.problems == []


OPEN = """
import sys, dragoman
world = dragoman.open(sys.argv[1])
assert not world.warning, world.warning
print([row.fact for row in world.on("1922-09-01").all()])
"""


def test_several_processes_may_open_a_world_at_once(small_folder: Path, empty_cache: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(small_folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "DRAGOMAN_CACHE": str(empty_cache)},
        )
        for _ in range(4)
    ]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in started]
    assert [(error, code) for _, error, code in ended] == [("", 0)] * 4
    expected = [row.fact for row in dragoman.open(small_folder).on("1922-09-01").all()]
    assert {said.strip() for said, _, _ in ended} == {str(expected)}
    assert len(list(empty_cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written_hinders_no_answer(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = dragoman.open(small_folder)
    assert usual.warning == ""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DRAGOMAN_CACHE", str(tmp_path / "file" / "cache"))
    world = dragoman.open(small_folder)
    assert answer(world) == answer(usual)
    assert str(tmp_path / "file" / "cache") in world.warning
    assert "DRAGOMAN_CACHE" in world.warning


def test_nothing_is_written_in_the_world_s_folder(small_folder: Path, empty_cache: Path) -> None:
    def listing() -> dict[str, tuple[bytes, int]]:
        files = [path for path in small_folder.rglob("*") if path.is_file()]
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = listing()
    answer(dragoman.open(small_folder))
    assert listing() == before
    assert not any(path.name.startswith(".") for path in small_folder.rglob("*"))


def test_two_worlds_of_one_name_do_not_mix(
    small_folder: Path, tmp_path: Path, empty_cache: Path
) -> None:
    import shutil

    other_folder = tmp_path / "elsewhere" / small_folder.name
    shutil.copytree(small_folder, other_folder)
    acts = other_folder / "chronicle" / "acts.yaml"
    acts.write_text(acts.read_text().replace("de_jure", "de_facto"))
    one, other = dragoman.open(small_folder), dragoman.open(other_folder)
    assert answer(one) != answer(other)
    assert len(stores(empty_cache)) == 2
    assert answer(dragoman.open(small_folder)) == answer(one)


def test_an_unreadable_file_is_a_problem_of_the_world_and_no_exception(
    small_folder: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "acts.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    world = dragoman.open(small_folder)
    assert any("Permission denied" in problem.message for problem in world.problems)
