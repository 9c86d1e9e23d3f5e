"""Promise: the data card says what the world holds, and the one in the documentation is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dragoman
from dragoman import DragomanError, World
from dragoman.state.card import audits, card

DOCS = Path(__file__).parents[2] / "docs"
SHEET = """\
# Two acts, drawn by hand.
act\tdate\tkind\tnote
rapallo\tok\tfault\tan agreement, no treaty
1918-05-30-appoint-cicerin-commissar\tok\tok\t
"""


def test_the_card_in_the_documentation_is_that_of_the_shipped_world(world: World) -> None:
    written = (DOCS / "data-card.md").read_text(encoding="utf-8")
    assert written == card(world), "run: dragoman card > docs/data-card.md"


def test_the_tables_of_a_card_count_every_act(world: World) -> None:
    text = card(world)
    acts = len(world.acts())
    for column in ("channel", "year", "file of the chronicle", "certainty", "date", "kind"):
        table = text.split(f"| {column} |")[1].split("\n\n")[0]
        counts = re.findall(r"^\|[^|]*\| ([\d,]+) \|", table, re.MULTILINE)
        assert sum(int(n.replace(",", "")) for n in counts) == acts, column


def test_audits_are_summed_up(small_folder: Path) -> None:
    (small_folder / "audits").mkdir()
    sheet = small_folder / "audits" / "first.tsv"
    sheet.write_text(SHEET)
    [audit] = audits(small_folder)
    assert (audit.name, audit.about, audit.acts) == ("first", "Two acts, drawn by hand.", 2)
    assert audit.faults == {"date": 0, "kind": 1}
    assert "| kind | 2 | 1 | 50.0 % |" in card(dragoman.open(small_folder))
    sheet.write_text(SHEET.replace("fault", "perhaps"))
    with pytest.raises(DragomanError, match=r"first\.tsv: “perhaps”.*kind of rapallo"):
        audits(small_folder)
