"""The tables that a compiled law reads: the events of each kind, and what the registers say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from dragoman.law.events import Event, Facts, day_of, opening
from dragoman.law.rows import name


@dataclass(frozen=True)
class Inputs:
    """Tables of a DuckDB connection.

    For each kind of event there is a table (`table_of`) with the columns `seq` (INTEGER), `m` (its
    moment, BIGINT) and one for each role (`role_column`): a text, or a list of texts where `roles`
    says that an event may have several. `fact` holds `entity`, `key` and `value` of the registers.
    Events are `apart` if each has a moment of its own.
    """

    connection: duckdb.DuckDBPyConnection
    roles: Mapping[str, Mapping[str, bool]]
    apart: bool = False

    def events(self, kinds: Collection[str]) -> Iterator[Event]:
        """The events of some kinds, in their order."""
        found: list[Event] = []
        for kind in self.roles.keys() & kinds:
            roles = self.roles[kind]
            columns = ", ".join(("seq", "m", *map(role_column, roles)))
            rows = self.connection.execute(f"SELECT {columns} FROM {table_of(kind)}").fetchall()
            for seq, at, *values in rows:
                filled = {
                    role: tuple(value) if several else (value,)
                    for (role, several), value in zip(roles.items(), values, strict=True)
                    if value is not None
                }
                day = day_of(at)
                found.append(Event(seq, at - opening(day) - 1, kind, filled, day))
        return iter(sorted(found, key=lambda event: event.seq))

    def last_day(self) -> int | None:
        """The day of the last event; None if there is none."""
        last = [
            self.connection.execute(f"SELECT max(m) FROM {table_of(kind)}").fetchall()[0][0]
            for kind in self.roles
        ]
        return max((day_of(m) for m in last if m is not None), default=None)


def table_of(kind: str) -> str:
    """The table of a kind of event, as written in SQL."""
    return name(f"act {kind}")


def role_column(role: str) -> str:
    """The column of a role, as written in SQL."""
    return name(f"r_{role}")


def load(connection: duckdb.DuckDBPyConnection, events: Iterable[Event], facts: Facts) -> Inputs:
    """Make the tables from events in their order, and from what the registers say."""
    by_kind: defaultdict[str, list[Event]] = defaultdict(list)
    last, apart = -1, True
    for event in events:
        by_kind[event.kind].append(event)
        last, apart = event.at, apart and event.at != last
    roles: dict[str, dict[str, bool]] = {}
    for kind, told in by_kind.items():
        several: dict[str, bool] = {}
        for event in told:
            for role, values in event.roles.items():
                several[role] = several.get(role, False) or len(values) > 1
        roles[kind] = several
        columns: dict[str, tuple[str, list[Any]]] = {
            "seq": ("INTEGER", [e.seq for e in told]),
            "m": ("BIGINT", [e.at for e in told]),
        }
        for role, many in several.items():
            if many:
                filled: list[Any] = [list(e.roles.get(role, ())) for e in told]
            else:
                filled = [next(iter(e.roles.get(role, ())), None) for e in told]
            columns[role_column(role)] = ("VARCHAR[]" if many else "VARCHAR", filled)
        make_table(connection, table_of(kind), columns)
    load_facts(connection, facts)
    return Inputs(connection, roles, apart)


def load_facts(connection: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    """Make the table of what the registers say."""
    told = [
        (entity, key, value)
        for entity, keys in facts.items()
        for key, values in keys.items()
        for value in dict.fromkeys(values)
    ]
    by_column = list(zip(*told, strict=True)) or [()] * 3
    names = ("entity", "key", "value")
    columns = {n: ("VARCHAR", list(c)) for n, c in zip(names, by_column, strict=True)}
    make_table(connection, "fact", columns)


def make_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, tuple[str, list[Any]]],
    kept: str = "TEMP ",
) -> None:
    """Make a table of columns, each with its name as in SQL, its type and its cells."""
    shown = ", ".join(f"unnest(?::{sort}[]) AS {column}" for column, (sort, _) in columns.items())
    cells = [cells for _, cells in columns.values()]
    connection.execute(f"CREATE {kept}TABLE {table} AS SELECT {shown}", cells)
