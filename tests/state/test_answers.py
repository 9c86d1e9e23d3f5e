"""Promise: an answer is a table to every program that reads tables, and harmless to look at."""

from __future__ import annotations

import html.parser
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

from dragoman import World
from dragoman.state.answers import ActRow, FindingRow, Hit, IntervalRow, Standing, Table


def tables(world: World, day: str) -> dict[str, Table[Any]]:
    return {
        "standing": world.on(day).all(),
        "intervals": world.intervals("recognition"),
        "acts": world.acts(until=day),
        "findings": world.findings(),
        "hits": world.search("rapallo"),
    }


def empty() -> dict[str, Table[Any]]:
    sorts: Sequence[type] = (Standing, IntervalRow, ActRow, FindingRow, Hit)
    return {sort.__name__: Table(sort, []) for sort in sorts}


@pytest.mark.parametrize("which", ["full", "empty"])
def test_pyarrow_pandas_and_duckdb_read_every_table_as_it_is(small: World, which: str) -> None:
    chosen = tables(small, "1922-09-01") if which == "full" else empty()
    for name, answer in chosen.items():
        assert bool(len(answer)) == (which == "full"), name
        arrow = pyarrow.table(answer)
        assert (arrow.num_rows, tuple(arrow.column_names)) == (len(answer), answer.columns)
        frame = pandas.DataFrame.from_arrow(answer)
        assert (len(frame), tuple(frame.columns)) == (len(answer), answer.columns)
        assert len(pandas.DataFrame(answer)) == len(answer)
        with duckdb.connect() as connection:
            found = connection.sql("SELECT * FROM answer")
            assert tuple(found.columns) == answer.columns
            assert len(found.fetchall()) == len(answer)


@pytest.mark.parametrize("which", ["full", "empty"])
def test_polars_reads_every_table_as_it_is(small: World, which: str) -> None:
    for answer in (tables(small, "1922-09-01") if which == "full" else empty()).values():
        for frame in (polars.DataFrame(answer), polars.from_arrow(answer.to_arrow())):
            assert isinstance(frame, polars.DataFrame)
            assert (frame.height, tuple(frame.columns)) == (len(answer), answer.columns)


def test_arrow_says_what_the_rows_say(small: World) -> None:
    table = small.on("1922-09-01").all()
    for row, plain in zip(table, table.to_arrow().to_pylist(), strict=True):
        assert plain["says"] == row.says
        assert tuple(plain["cites"]) == row.cites
        assert plain["sure"] is row.sure


def test_columns_have_the_same_types_in_empty_tables(small: World) -> None:
    for full, bare in zip(tables(small, "1922-09-01").values(), empty().values(), strict=True):
        assert full.to_arrow().schema == bare.to_arrow().schema


HOSTILE = "<script>alert('x')</script>&<img src=x onerror=\"alert(1)\">"


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_text_is_shown_and_not_run() -> None:
    table = Table(Hit, [Hit(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))], HOSTILE)
    tags = _Tags()
    tags.feed(table._repr_html_())
    assert tags.seen == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert tags.text.count(HOSTILE) == 6


def test_a_table_is_a_sequence_of_its_rows(small: World) -> None:
    table = small.acts()
    assert list(table) == [table[n] for n in range(len(table))]
    assert list(table[1:3]) == list(table)[1:3]
    assert table[1:3] == table[1:3]
    assert str(len(table)) in repr(table)
    assert [row["id"] for row in table.dicts()] == [row.id for row in table]
