"""Answers: typed rows in a table that prints, shows in a notebook and gives Arrow.

Every question to a world is answered by a `Table` of one of the row types below, or by a
`Proof` or `Dossier`. A table is an immutable sequence of its rows.
"""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from dragoman.problem import Spot

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Standing:
    """A fact that stood on a day.

    `since` and `until` are the EDTF dates of the acts that began and ended it (`until` is empty
    while nothing ends it). `sure` is false where the dates of acts leave open whether it stood on
    the day asked for; then `possibly` is the stretch of days about it on which it may have stood,
    in EDTF. `secret` is true where the act that began it was then kept from others, and
    `certainty` is that act's: `stated`, `inferred` or `disputed`.
    """

    says: str
    since: str
    until: str
    sure: bool
    secret: bool
    certainty: str
    fact: str
    fluent: str
    args: tuple[str, ...]
    value: str
    law: str
    rule: str
    act: str
    what: str
    cites: tuple[str, ...]
    possibly: str = ""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A maximal stretch of days over which a fluent held.

    `since` and `until` are the EDTF dates of the acts that began and ended it. The four bounds
    are ISO dates: the first and last day on which it possibly held, and on which it surely did
    (both empty if there is none). A bound that is open (nothing ends it) is empty. `possible` and
    `certain` are the same, stretch by stretch, in EDTF (`1920-10-20/1920-10-31`, `1922-04-16/..`):
    between the first and the last sure day may lie some that are not.
    """

    says: str
    fluent: str
    args: Mapping[str, str]
    value: str
    since: str
    until: str
    possible_first: str
    sure_first: str
    sure_last: str
    possible_last: str
    began_by: str
    ended_by: str
    rule: str
    possible: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act of the chronicle, as a row."""

    date: str
    kind: str
    what: str
    place: str
    secret: bool
    certainty: str
    id: str
    channel: str
    roles: Mapping[str, tuple[str, ...]]
    cites: tuple[str, ...]
    according_to: tuple[str, ...]
    note: str
    spot: Spot

    @property
    def told(self) -> str:
        """What was done, with a figure's number; marked where secret, inferred or disputed."""
        number = " ".join(v for role in ("value", "unit") for v in self.roles.get(role, ()))
        counted = f" ({number})" if self.kind == "figure" else ""
        secret = " [secret]" if self.secret else ""
        certainty = "" if self.certainty == "stated" else f" ({self.certainty})"
        return f"{self.what}{counted}{secret}{certainty}"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What a norm says of an act; `explained` holds the act's own note on it, if any.

    For a duty or expectation that the act began, `answer` is the act that met it and `due` its
    last day. `unless` and `provided` are open facts, not told, on which the finding hangs.
    """

    verdict: str
    act: str
    date: str
    what: str
    norm: str
    because: str
    bindings: Mapping[str, str]
    explained: str
    cites: tuple[str, ...]
    spot: Spot
    answer: str = ""
    due: str = ""
    unless: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()

    @property
    def hangs_on(self) -> str:
        """On what open facts the finding hangs, in words."""
        unless = f"unless {' or '.join(self.unless)}" if self.unless else ""
        provided = f"if {' or '.join(self.provided)}" if self.provided else ""
        return ", ".join(filter(None, (provided, unless)))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a series: what it was in a period (an EDTF date), by whose word."""

    series: str
    period: str
    value: str
    unit: str
    claimed_by: tuple[str, ...]
    certainty: str
    act: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found."""

    sort: str
    id: str
    date: str
    text: str
    cites: tuple[str, ...]


class Table(Generic[Row]):
    """Rows of one type, in order. `shown` are the columns worth showing a person first.

    It has the ways of a sequence without being one, so that data frame libraries see its Arrow
    stream (with columns even where there are no rows) and not a list of unknown things.
    """

    def __init__(
        self, row_type: type[Row], rows: Iterable[Row], title: str = "", shown: Sequence[str] = ()
    ) -> None:
        self.row_type, self.title = row_type, title
        self.rows: tuple[Row, ...] = tuple(rows)
        fields = dataclasses.fields(row_type)  # type: ignore[arg-type]
        self.columns: tuple[str, ...] = tuple(f.name for f in fields)
        self.shown: tuple[str, ...] = tuple(shown) or self.columns

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Table[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Table[Row]:
        if isinstance(index, slice):
            return Table(self.row_type, self.rows[index], self.title, self.shown)
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(self.rows)

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as plain dicts, for JSON and the like."""
        return [{name: getattr(row, name) for name in self.columns} for row in self.rows]

    def cells(self, columns: Sequence[str] | None = None) -> list[list[str]]:
        """The rows as texts, in the columns that are shown unless others are named."""
        names = columns or self.shown
        return [[cell(getattr(row, name)) for name in names] for row in self.rows]

    def __repr__(self) -> str:
        count = f"{len(self)} row{'' if len(self) == 1 else 's'}"
        head = f"{self.title or self.row_type.__name__}: {count}"
        grid = [list(self.shown), *self.cells()]
        limited = [[text if len(text) <= 60 else text[:59] + "…" for text in row] for row in grid]
        widths = [max(map(len, column)) for column in zip(*limited, strict=True)]
        lines = ["  ".join(t.ljust(w) for t, w in zip(r, widths, strict=True)) for r in limited]
        return "\n".join([head, *(line.rstrip() for line in lines[:31])]) + (
            f"\n… {len(self) - 30} more" if len(self) > 30 else ""
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.shown)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in self.cells()
        )
        caption = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def to_arrow(self) -> Any:
        """The rows as a `pyarrow.Table`; maps become JSON texts, tuples lists."""
        import pyarrow as pa

        columns = {}
        for field in dataclasses.fields(self.row_type):  # type: ignore[arg-type]
            values = [_arrow_value(getattr(row, field.name)) for row in self.rows]
            columns[field.name] = pa.array(values, type=_arrow_type(pa, str(field.type)))
        return pa.table(columns)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule protocol: pandas, Polars and DuckDB read the table as it is."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def cell(value: object) -> str:
    """A value as a person reads it in a cell."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {cell(v)}" for k, v in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(cell, value))
    return "" if value is None else str(value)


def _arrow_value(value: object) -> object:
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False)
    if isinstance(value, Spot):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _arrow_type(pa: Any, annotation: str) -> Any:
    if annotation.startswith("tuple"):
        return pa.list_(pa.string())
    return {"bool": pa.bool_(), "int": pa.int64()}.get(annotation, pa.string())
