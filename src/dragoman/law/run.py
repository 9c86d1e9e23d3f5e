"""Run a compiled law in DuckDB over events, and give back the same values as the interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from dragoman.law.events import Cause, Derivation, Event, Finding, Span
from dragoman.law.running import Facts
from dragoman.law.script import INPUTS, NEVER, Script


def run(script: Script, events: Iterable[Event], facts: Facts) -> Derivation:
    """Derive every span and finding of the events by a compiled law."""
    connection = duckdb.connect()
    try:
        load(connection, events, facts)
        execute(connection, script)
        return Derivation(tuple(spans(connection, script)), tuple(findings(connection, script)))
    finally:
        connection.close()


def load(connection: duckdb.DuckDBPyConnection, events: Iterable[Event], facts: Facts) -> None:
    """Make the tables `event`, `role` and `fact` that a script reads."""
    import pyarrow as pa

    kept = list(events)
    roles = [
        (e.seq, role, value) for e in kept for role, values in e.roles.items() for value in values
    ]
    told = [
        (entity, key, value)
        for entity, keys in facts.items()
        for key, values in keys.items()
        for value in values
    ]
    types = {"string": pa.string(), "int32": pa.int32()}
    tables: dict[str, Sequence[tuple[Any, ...]]] = {
        "event": [(e.seq, e.moment, e.kind) for e in kept],
        "role": roles,
        "fact": told,
    }
    for name, columns in INPUTS.items():
        rows = tables[name]
        by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
        sorts = [types[sort] for sort in columns.values()]
        arrays = [pa.array(c, type=t) for c, t in zip(by_column, sorts, strict=True)]
        connection.register("incoming", pa.Table.from_arrays(arrays, names=list(columns)))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        connection.unregister("incoming")


def execute(connection: duckdb.DuckDBPyConnection, script: Script) -> None:
    """Run the statements of a script over the tables that `load` makes."""
    for name, sql in script.tables:
        connection.execute(f'CREATE TEMP TABLE "{name}" AS {sql}')


def spans(connection: duckdb.DuckDBPyConnection, script: Script) -> list[Span]:
    """The spans that the script has made, in order."""
    found: list[Span] = []
    for fluent, count in script.spans:
        for row in connection.execute(f'SELECT * FROM "span_{fluent}"').fetchall():
            args, (value, start, seq, rule, stop, end_seq, end_rule) = row[:count], row[count:]
            ended = None if stop == NEVER else Cause(end_seq, end_rule)
            until = None if stop == NEVER else stop
            found.append(Span(fluent, args, value, start, Cause(seq, rule), until, ended))
    return sorted(found, key=lambda s: (s.fluent, s.args, s.start, s.value))


def findings(connection: duckdb.DuckDBPyConnection, script: Script) -> list[Finding]:
    """The findings that the script has made, in order."""
    found: list[Finding] = []
    for table, key, names in script.norms:
        for seq, *values in connection.execute(f'SELECT * FROM "{table}"').fetchall():
            found.append(Finding(seq, key, tuple(zip(names, values, strict=True))))
    return sorted(found)
