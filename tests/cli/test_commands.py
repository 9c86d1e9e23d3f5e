"""Promise: every command answers in words, JSON or CSV, and every error is told in words."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dragoman import World
from dragoman.cli import cli, run

from ..conftest import SMALL, write_world

FACT = "in_force(rapallo-treaty)"

#: Stands for a file in the folder of the world.
PLAN = "PLAN"

#: Every command that answers, with something it has an answer to.
ANSWERED: dict[str, list[str]] = {
    "on": ["on", "1922-09-01"],
    "on between": ["on", "1922-09-01", "--between", "Germany", "Soviet Russia"],
    "on about": ["on", "1 September 1922", "--about", "rapallo-treaty"],
    "why": ["why", FACT, "--on", "1922-09-01"],
    "on through eyes": ["on", "1922-07-10", "--seen-by", "france"],
    "on for certain": ["on", "1922-05-10", "--certain"],
    "on in doubt": ["on", "1922-05-10", "--possible"],
    "why through eyes": ["why", FACT, "--on", "1922-09-01", "--seen-by", "france"],
    "date": ["date", "rapallo"],
    "secrets": ["secrets", "--on", "1922-07-10"],
    "disputes": ["disputes"],
    "diff": ["diff", "1922-04-15", "1922-04-17", "--about", "germany"],
    "what-if": ["what-if", PLAN, "--on", "1922-09-01"],
    "may": ["may", "ratify(by: Germany, instrument: Treaty of Rapallo)", "--on", "1922-05-30"],
    "certain intervals": ["intervals", "ratified", "--certain"],
    "possible intervals": ["intervals", "ratified", "--possible"],
    "intervals": ["intervals", "recognition", "--whom", "rsfsr"],
    "intervals with =": ["intervals", "recognition", "--whom=rsfsr", "--value", "de_jure"],
    "acts": ["acts", "--kind", "sign", "--from", "1922", "--to", "1922-04", "--about", "germany"],
    "show": ["show", "rapallo-treaty"],
    "show an act": ["show", "rapallo"],
    "search": ["search", "rapallo", "treaty"],
    "findings": ["findings"],
    "law": ["law"],
    "law of a name": ["law", "treaties"],
    "rule": ["law", "treaties.signature"],
    "kinds": ["kinds"],
    "kind": ["kinds", "sign"],
    "format": ["format", "--check"],
    "check": ["check"],
}
#: What a command has no answer to: exit code 1.
UNANSWERED: dict[str, list[str]] = {
    "may not": ["may", "ratify(by: austria, instrument: Treaty of Rapallo)", "--on", "1922-05-30"],
    "no such kind of act to do": ["may", "ratfy(by: germany)", "--on", "1922-05-30"],
    "no such role": ["may", "ratify(bi: germany)", "--on", "1922-05-30"],
    "no such act to date": ["date", "rapalo"],
    "no secrets": ["secrets", "--on", "1922-01-01"],
    "no change": ["diff", "1922-09-01", "1922-09-02"],
    "no such viewer": ["on", "1922-09-01", "--seen-by", "germny"],
    "no such account": ["on", "1922-09-01", "--according-to", "germany"],
    "no such fact that day": ["why", FACT, "--on", "1922-01-01"],
    "nothing stood": ["on", "1900-01-01"],
    "no such actor": ["on", "1922-09-01", "--about", "germny"],
    "ambiguous": ["show", "the cömmissar"],
    "no such fluent": ["intervals", "recogniton"],
    "no such parameter": ["intervals", "recognition", "--whim", "rsfsr"],
    "no intervals": ["intervals", "recognition", "--whom", "france"],
    "no such kind": ["acts", "--kind", "sing"],
    "no acts": ["acts", "--from", "1999"],
    "no such thing": ["show", "rapolo treetie"],
    "no hits": ["search", "zzzz"],
    "no such law": ["law", "treatys"],
    "no such kind to show": ["kinds", "sing"],
    "no such file": ["format", "/nowhere/acts.yaml"],
}
#: Wrong usage: exit code 2.
MISUSED: dict[str, list[str]] = {
    "no act": ["may", "by all means", "--on", "1922-05-30"],
    "no role": ["may", "ratify(germany)", "--on", "1922-05-30"],
    "a role wanting": ["may", "ratify(by: germany)", "--on", "1922-05-30"],
    "no plan": ["what-if", "no such plan.yaml", "--on", "1922-05-30"],
    "eyes without a day": ["acts", "--seen-by", "germany"],
    "no date": ["on", "soon"],
    "no day": ["on", "1922"],
    "no such day": ["on", "1922-02-30"],
    "wrong date of an option": ["acts", "--from", "16.4.22"],
    "no fact": ["why", "in force", "--on", "1922-09-01"],
    "no day given": ["why", FACT],
    "too few arguments": ["why", "signed(rapallo-treaty)", "--on", "1922-09-01"],
    "unknown option": ["on", "1922-09-01", "--abuot", "germany"],
    "unknown command": ["onn", "1922-09-01"],
    "both": ["on", "1922-09-01", "--between", "germany", "rsfsr", "--about", "germany"],
    "json and csv": ["on", "1922-09-01", "--json", "--csv"],
    "no name": ["intervals", "recognition", "--whom"],
    "stray word": ["intervals", "recognition", "rsfsr"],
    "no words": ["search"],
    "channel": ["acts", "--channel", "sea"],
    "limit": ["search", "x", "--limit", "many"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {**SMALL, "plan.yaml": "- strike: rapallo\n"}
    return write_world(tmp_path_factory.mktemp("w") / "small", files)


def ask(
    capfd: pytest.CaptureFixture[str], arguments: list[str], world: Path | None = None
) -> tuple[int, str, str]:
    """The exit code, what was answered, and what was told as error or warning."""
    capfd.readouterr()
    arguments = [str(world) + "/plan.yaml" if word == PLAN else word for word in arguments]
    code = run([*arguments, *(["--world", str(world)] if world else [])])
    said, told = capfd.readouterr()
    assert "Traceback" not in said + told
    assert "Dragoman itself failed" not in told
    assert "\x1b" not in said + told
    return code, said, told


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_is_0_and_plain_text(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, told = ask(capfd, ANSWERED[name], folder)
    assert said.strip()
    assert told == ""
    assert code == (1 if name == "check" else 0)


@pytest.mark.parametrize("name", ANSWERED)
def test_every_answer_is_to_be_had_in_json(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text_code, _, _ = ask(capfd, ANSWERED[name], folder)
    code, said, _ = ask(capfd, [*ANSWERED[name], "--json"], folder)
    assert json.loads(said)
    assert code == text_code


@pytest.mark.parametrize("name", [name for name in ANSWERED if name != "format"])
def test_every_answer_is_to_be_had_in_csv(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = ask(capfd, [*ANSWERED[name], "--csv"], folder)
    head, *rows = csv.reader(io.StringIO(said))
    assert rows
    assert len(set(head)) == len(head)
    assert {len(row) for row in rows} == {len(head)}
    assert code == (1 if name == "check" else 0)


def test_every_command_is_tried_here() -> None:
    tried = {arguments[0] for arguments in ANSWERED.values()}
    assert tried == set(cli.commands) - {"schema", "card", "atlas"}  # see below, and tests/atlas


def test_the_schema_is_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, said, _ = ask(capfd, ["schema"], folder)
    assert code == 0
    assert json.loads(said)["title"] == "Dragoman chronicle"


@pytest.mark.parametrize("name", UNANSWERED)
def test_no_such_thing_is_1_and_said(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, told = ask(capfd, UNANSWERED[name], folder)
    assert code == 1
    assert (said + told).strip()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (n, f)
        for n in ("nothing stood", "no intervals", "no acts", "no hits")
        for f in ("--json", "--csv")
    ],
)
def test_an_empty_answer_is_still_json_and_csv(
    name: str, form: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = ask(capfd, [*UNANSWERED[name], form], folder)
    assert code == 1
    if form == "--json":
        assert json.loads(said) == []
    else:
        assert len(list(csv.reader(io.StringIO(said)))) == 1


@pytest.mark.parametrize("name", MISUSED)
def test_wrong_usage_is_2_and_told_on_standard_error(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, told = ask(capfd, MISUSED[name], folder)
    assert code == 2
    assert said == ""
    assert told.strip()


def test_a_near_miss_of_a_name_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for arguments, near in (
        (UNANSWERED["no such actor"], "germany"),
        (UNANSWERED["no such fluent"], "recognition"),
        (UNANSWERED["no such kind"], "sign"),
        (UNANSWERED["no such law"], "treaties"),
        (UNANSWERED["ambiguous"], "trockij"),
    ):
        assert near in ask(capfd, arguments, folder)[2]


#: Faulty files of a world, and words that `check` must say of them.
FAULTY: dict[str, tuple[str, str, list[str]]] = {
    "unknown role": (
        "chronicle/a.yaml",
        "- act: sign\n  partys: germany\n",
        ["a.yaml:2:3", "parties"],
    ),
    "no YAML": ("chronicle/a.yaml", "- act: [sign\n", ["a.yaml:"]),
    "no text": ("chronicle/a.yaml", "\0\1\2", ["a.yaml:1:"]),
    "unbound variable": (
        "law/own.law",
        'law own "x"\nfluent f(power: actor) "x"\n'
        'rule r: sign(parties P) initiates f(Q) because "x" source "y"\n',
        ["own.law:3:37", "“Q”"],
    ),
    "no law": ("law/own.law", "anything", ["own.law:1:1", "law NAME"]),
    "kinds": ("kinds.yaml", "bow: [a, b]\n", ["kinds.yaml:1:1", "bow"]),
    "no kinds": ("kinds.yaml", "bow: {roles: {by: '!'}}\n", ["kinds.yaml", "!"]),
    "expectation": ("expect/a.yaml", "- expct: x\n", ["a.yaml:1:3", "expect"]),
    "settings": ("world.toml", 'titel = "x"\n', ["world.toml:1:1", "title"]),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_world_is_checked_with_1_and_still_answers(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, text, words = FAULTY[name]
    folder = write_world(tmp_path / "w", {**SMALL, file: text})
    code, said, _ = ask(capfd, ["check", str(folder)])
    assert code == 1
    for word in words:
        assert word in said
    code, said, told = ask(capfd, ["on", "1922-09-01", "--json"], folder)
    assert code == 0
    assert json.loads(said)
    assert ("dragoman check" in told) == (name != "expectation")


def test_a_file_that_is_not_utf_8_is_told_by_check_and_format(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write_world(tmp_path / "w", SMALL)
    (folder / "chronicle" / "b.yaml").write_bytes(b"- act: \xff\n")
    for command in ("check", "format"):
        code, said, _ = ask(capfd, [command, str(folder)])
        assert code == 1
        assert "b.yaml:1:8" in said
    assert (folder / "chronicle" / "b.yaml").read_bytes() == b"- act: \xff\n"


@pytest.mark.parametrize("command", [["on", "1922-09-01"], ["check"], ["format"]])
def test_a_file_that_may_not_be_read_is_told(
    command: list[str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_world(tmp_path / "w", SMALL)
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "acts.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    _, said, told = ask(capfd, command, folder)
    assert "acts.yaml" in said + told or "dragoman check" in told


@pytest.mark.parametrize(
    ("place", "toml", "code", "word"),
    [
        ("nowhere", None, 2, "nowhere"),
        ("", None, 2, "world.toml"),
        ("", "title = ", 2, "world.toml:1:"),
        ("", "\0", 2, "world.toml:1:1"),
        ("soviet-rusia", None, 2, "soviet-russia"),
    ],
)
def test_what_is_no_world_is_told(
    place: str,
    toml: str | None,
    code: int,
    word: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if toml is not None:
        (tmp_path / "world.toml").write_text(toml)
    world = Path(place) if place == "soviet-rusia" else tmp_path / place
    for command in (["on", "1922-09-01"], ["check"], ["findings"]):
        got, said, told = ask(capfd, command, world)
        assert (got, said) == (code, "")
        assert word in told


def test_an_unwritable_cache_is_a_warning_beside_the_answer(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = ask(capfd, ["on", "1922-09-01"], folder)[1]
    (tmp_path / "file").touch()
    monkeypatch.setenv("DRAGOMAN_CACHE", str(tmp_path / "file" / "cache"))
    code, said, told = ask(capfd, ["on", "1922-09-01"], folder)
    assert (code, said) == (0, usual)
    assert "DRAGOMAN_CACHE" in told


MESSY = "- what: x\n  act: lapse\n  # why\n  date: 1922\n"


def test_formatting_a_read_only_file_loses_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "acts.yaml"
    path.write_text(MESSY)
    path.chmod(0o444)
    code, _said, told = ask(capfd, ["format", str(path)])
    assert code == 0 or "cannot be written" in told
    assert sorted(path.read_text().replace("- ", "  ").split("\n")) == sorted(
        MESSY.replace("- ", "  ").split("\n")
    )
    assert path.stat().st_mode & 0o777 == 0o444
    assert [p.name for p in tmp_path.iterdir()] == ["acts.yaml"]


def test_formatting_where_nothing_can_be_written_leaves_the_file_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "acts.yaml"
    path.write_text(MESSY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    code, _, told = ask(capfd, ["format", str(path)])
    assert code == 2
    assert "No space left on device" in told
    assert path.read_text() == MESSY


def test_formatting_is_done_once_and_check_changes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "acts.yaml"
    path.write_text(MESSY)
    assert ask(capfd, ["format", "--check", str(path)])[0] == 1
    assert path.read_text() == MESSY
    assert ask(capfd, ["format", str(path)])[0] == 0
    new = path.read_text()
    assert new.index("act: lapse") < new.index("# why") < new.index("date:") < new.index("what:")
    assert ask(capfd, ["format", "--check", str(path)])[0] == 0


def test_check_of_one_file_tells_of_that_file_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {**SMALL, "chronicle/b.yaml": "- act: sgn\n", "chronicle/c.yaml": "- act: ratfy\n"}
    folder = write_world(tmp_path / "w", files)
    code, said, _ = ask(capfd, ["check", str(folder / "chronicle" / "b.yaml"), "--csv"])
    assert code == 1
    assert "b.yaml:1:8" in said
    assert "c.yaml" not in said
    assert ask(capfd, ["check", str(folder / "registers" / "things.yaml"), "--csv"])[0] == 0


def test_help_and_version(capfd: pytest.CaptureFixture[str]) -> None:
    for command in ["", *cli.commands]:
        code, said, _ = ask(capfd, [*([command] if command else []), "--help"])
        assert code == 0
        assert "Usage: dragoman" in said
    assert ask(capfd, ["--version"])[0] == 0


def test_a_question_runs_as_a_process_of_its_own_and_again(world: World) -> None:
    assert world.title
    said = []
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-m", "dragoman", "on", "1922-04-17", "--about", "germany"],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        said.append(ended.stdout)
    assert said[0] == said[1]
    assert "Germany" in said[0]


def test_a_reader_of_a_pipe_may_go_away(world: World) -> None:
    assert world.title
    command = f"{sys.executable} -m dragoman acts | head -n 1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert ended.stdout.count("\n") == 1
    assert ended.stderr == ""
