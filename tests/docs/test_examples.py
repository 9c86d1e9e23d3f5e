"""Promise: every example in the documentation runs, and answers what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman import World

from .examples import PAGES, Block, alike, blocks_of, run_page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_runs(page: Path, tmp_path: Path, world: World) -> None:
    assert world.title  # it is derived by now, so that no example tells of deriving it
    faults = run_page(page, tmp_path)
    told = "\n\n".join(f"{page.name}:{fault.line}: {fault.said}" for fault in faults)
    assert not faults, f"\n{told}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```\nx\n```\n", "no language"),
        ("```rust\nx\n```\n", "no language"),
        ("```console\n$ dragoman law nothing\n```\n", "exit code"),
        ("```console\n$ dragoman law\nother\n```\n", "wanted"),
        ("```console\n$ rm x\n```\n", "not run"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected"),
        ("```python\nx = 1\n```\n", "after >>>"),
        ("```yaml\n- act: sgin\n```\n", "no kind of act"),
        ("```yaml\n# problem: nothing\n- power: atlantis\n```\n", "not found"),
        ("```law\nrule x: sgin() initiates y()\n```\n", "no kind of act"),
        ("```sh\nrm x\n```\n", "none of"),
        ("```sh\nmake coffee\n```\n", "Makefile"),
        ("```toml\ntitle = 'x'\nlawz = []\n```\n", "setting"),
    ],
)
def test_a_wrong_example_is_found(text: str, said: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    (tmp_path / "run").mkdir()
    assert any(said in fault.said for fault in run_page(page, tmp_path / "run"))


def test_blocks_are_found_with_their_lines_and_files() -> None:
    text = "# Title\n\n<!-- file: a/b.yaml -->\n```yaml\n- work: x\n```\n"
    assert blocks_of(text) == [Block("yaml", "- work: x\n", 5, "a/b.yaml")]


@pytest.mark.parametrize(
    ("want", "same"),
    [
        ("a\nb\nc", True),
        ("a\n...\nc", True),
        ("a\n...\nb\nc", True),
        ("...\nc", True),
        ("a\n...", True),
        ("a\n...\nb", False),
        ("a\n...\na\nc", False),
        ("a\nc", False),
        ("a\n...b\n...", True),
    ],
)
def test_dots_stand_for_what_is_left_out(want: str, same: bool) -> None:
    assert alike(want, "a\nb\nc\n") is same
