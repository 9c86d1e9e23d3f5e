"""The derived state of a world in a DuckDB file of the user's cache folder.

The file is keyed by the content of world, law and program; it is written beside its place and
moved there whole, so several processes may build and read at once. Whatever is wrong with a
file, it is built anew; nothing in it cannot be derived again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dragoman.files import cache_folder
from dragoman.law.inputs import make_table
from dragoman.problem import Problem
from dragoman.state.source import Source
from dragoman.when import day_text

if TYPE_CHECKING:
    import sqlite3

    from dragoman.chronicle.acts import Act
    from dragoman.chronicle.read import Chronicle
    from dragoman.law.book import LawBook
    from dragoman.state.derive import Dated, Derived

Progress = Callable[[str], None]

#: Tables of the store: column name and DuckDB type.
TABLES: Mapping[str, Mapping[str, str]] = {
    "meta": {"key": "VARCHAR", "value": "VARCHAR"},
    "problem": {
        "file": "VARCHAR",
        "line": "INTEGER",
        "col": "INTEGER",
        "message": "VARCHAR",
        "mend": "VARCHAR",
    },
    "entity": {
        "id": "VARCHAR",
        "class": "VARCHAR",
        "name": "VARCHAR",
        "also": "VARCHAR[]",
        "facts": "VARCHAR",
        "provisions": "VARCHAR",
        "cites": "VARCHAR[]",
        "note": "VARCHAR",
        "spot": "VARCHAR",
    },
    "act": {
        "n": "INTEGER",
        "id": "VARCHAR",
        "kind": "VARCHAR",
        "channel": "VARCHAR",
        "date": "VARCHAR",
        "earliest": "INTEGER",
        "latest": "INTEGER",
        "until": "INTEGER",
        "last": "INTEGER",
        "what": "VARCHAR",
        "place": "VARCHAR",
        "certainty": "VARCHAR",
        "secret": "BOOLEAN",
        "known_to": "VARCHAR[]",
        "disclosed": "VARCHAR",
        "disclosed_from": "INTEGER",
        "disclosed_by": "INTEGER",
        "according_to": "VARCHAR[]",
        "contradicts": "VARCHAR[]",
        "orders": "VARCHAR",
        "roles": "VARCHAR",
        "data": "VARCHAR",
        "note": "VARCHAR",
        "cites": "VARCHAR[]",
        "spot": "VARCHAR",
        "slot": "INTEGER",
        "stated_from": "INTEGER",
        "stated_to": "INTEGER",
    },
    "named": {"n": "INTEGER", "role": "VARCHAR", "value": "VARCHAR"},
    "moment": {
        "seq": "INTEGER",
        "n": "INTEGER",
        "date": "VARCHAR",
        "lapses": "BOOLEAN",
        "earliest": "INTEGER",
        "latest": "INTEGER",
    },
    "span": {
        "fluent": "VARCHAR",
        "args": "VARCHAR[]",
        "value": "VARCHAR",
        "start": "INTEGER",
        "began_by": "VARCHAR",
        "stop": "INTEGER",
        "ended_by": "VARCHAR",
        "first": "INTEGER",
        "last": "INTEGER",
        "possible": "INTEGER[]",
        "certain": "INTEGER[]",
    },
    "finding": {
        "seq": "INTEGER",
        "norm": "VARCHAR",
        "bindings": "VARCHAR",
        "verdict": "VARCHAR",
        "answer": "INTEGER",
        "due": "INTEGER",
        "unless": "VARCHAR[]",
        "provided": "VARCHAR[]",
    },
    "fluent": {
        "name": "VARCHAR",
        "law": "VARCHAR",
        "params": "VARCHAR",
        "value": "VARCHAR",
        "choices": "VARCHAR[]",
        "symmetric": "BOOLEAN",
        "gloss": "VARCHAR",
        "open": "BOOLEAN",
        "first": "VARCHAR",
    },
    "rule": {
        "key": "VARCHAR",
        "law": "VARCHAR",
        "because": "VARCHAR",
        "source": "VARCHAR",
        "text": "VARCHAR",
        "spot": "VARCHAR",
    },
    "law": {"name": "VARCHAR", "title": "VARCHAR", "text": "VARCHAR"},
}


class Store:
    """A read-only view of a derived state; `rows` asks it in SQL. `path` is None in memory.

    Several threads may ask: one is answered after the other. `index` is what `search` made of a
    state in memory, and `searching` who uses it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> None:
        self.connection, self.path = connection, path
        self.asking = threading.Lock()
        self.searching = threading.Lock()
        self.index: sqlite3.Connection | None = None
        self.meta: dict[str, str] = dict(self.rows("SELECT key, value FROM meta"))

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """The answer to an SQL query, as tuples."""
        with self.asking:
            return self.connection.execute(sql, parameters or None).fetchall()


def open_store(source: Source, progress: Progress | None = None) -> tuple[Store, str]:
    """The store of a world, built if need be, and a warning (empty if all is well).

    Where the cache cannot be written the state is derived in memory, and the warning says so.
    """
    digest = source.digest
    folder = cache_folder()
    prefix = _prefix(source)
    path = folder / f"{prefix}-{digest}.duckdb"
    found = _opened(path, digest)
    if found is not None:
        return found, ""
    tables = _tables(source, progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(tables, path)
    except (OSError, duckdb.Error) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        warning = (
            f"the derived state cannot be kept in {folder} ({reason}), so it is derived anew each "
            "time; set DRAGOMAN_CACHE to a folder that can be written"
        )
        return in_memory(tables), warning
    for old in folder.glob(f"{prefix}-*.*"):
        if old.stem != path.stem:
            with contextlib.suppress(OSError):
                old.unlink()
    found = _opened(path, digest)
    return (found, "") if found is not None else (in_memory(tables), "")


def _prefix(source: Source) -> str:
    place = str(source.folder.resolve())
    slug = re.sub(r"[^a-z0-9]+", "-", source.folder.name.casefold()).strip("-") or "world"
    return f"{slug}-{hashlib.blake2b(place.encode(), digest_size=4).hexdigest()}"


def _opened(path: Path, digest: str) -> Store | None:
    """The store at `path`, or None if it is missing, damaged or another one."""
    if not path.is_file():
        return None
    try:
        store = Store(duckdb.connect(str(path), read_only=True), path)
        whole = store.meta.get("digest") == digest and store.meta.get("complete") == "yes"
        counts = json.loads(store.meta.get("counts", "{}"))
        if whole:  # the names of the tables are TABLES' own
            asked = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in counts)
            whole = store.rows(f"SELECT {asked}") == [tuple(counts.values())]
    except (duckdb.Error, ValueError, RuntimeError):
        whole = False
    return store if whole else None


def _tables(source: Source, progress: Progress | None) -> dict[str, list[tuple[Any, ...]]]:
    from dragoman.state.derive import derive

    say = progress or (lambda _: None)
    say("reading the chronicle")
    chronicle, problems = source.chronicle()
    say("reading the law")
    book, law_problems = source.laws(chronicle.catalogue, chronicle.registers)
    say(f"deriving the state from {len(chronicle.acts)} acts")
    derived = derive(chronicle, book, source.settings.told[1])
    say("keeping the state")
    tables = state_tables(chronicle, book, derived, [*source.problems, *problems, *law_problems])
    counts = {name: len(rows) for name, rows in tables.items() if name != "meta"}
    tables["meta"] = [
        ("title", source.settings.title),
        ("about", source.settings.about),
        ("digest", source.digest),
        ("counts", json.dumps(counts)),
        ("complete", "yes"),
    ]
    return tables


def _date_of(moment: Dated, act: Act) -> str:
    """The date of a moment in EDTF: that of its act (or of the act's end), or of a lapse."""
    if moment.lapses:
        first, last = day_text(moment.earliest), day_text(moment.latest)
        return first if first == last else f"[{first}..{last}]"
    first, _, last = act.when.text.partition("/")
    return last if moment.ends else first


def state_tables(
    chronicle: Chronicle, book: LawBook, derived: Derived, problems: Sequence[Problem]
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of the store but `meta`, in the order of its columns."""
    kinds = chronicle.catalogue.kinds
    acts = list(enumerate(chronicle.acts))
    named = [
        (n, role, value)
        for n, act in acts
        for role, values in (*act.roles.items(), ("place", (act.place,) if act.place else ()))
        for value in values
    ]
    return {
        "meta": [],
        "problem": [(p.spot.file, p.spot.line, p.spot.column, p.message, p.mend) for p in problems],
        "entity": [
            (
                *(e.id, e.of_class, e.name, list(e.also), _json(e.facts)),
                _json([[p.topic, p.text, [str(c) for c in p.cites]] for p in e.provisions]),
                *([str(c) for c in e.cites], e.note, str(e.spot)),
            )
            for e in chronicle.registers.values()
        ],
        "act": [
            (
                *(n, a.id, a.kind, kinds[a.kind].channel),
                *(a.when.text, a.when.earliest, a.when.latest),
                *(a.when.until or (None, None)),
                *(a.what, a.place or "", a.certainty, a.secret, list(a.known_to)),
                a.disclosed.text if a.disclosed else "",
                *((a.disclosed.earliest, a.disclosed.latest) if a.disclosed else (None, None)),
                *(list(a.according_to), list(a.contradicts)),
                _json([["before" if o.before else "after", o.act, o.days] for o in a.orders]),
                *(_json(a.roles), _json(a.data), a.note),
                *([str(c) for c in a.cites], str(a.spot), a.slot, *(a.stated or (None, None))),
            )
            for n, a in acts
        ],
        "named": named,
        "moment": [
            (seq, m.act, _date_of(m, chronicle.acts[m.act]), m.lapses, m.earliest, m.latest)
            for seq, m in enumerate(derived.moments)
        ],
        "span": [
            (
                *(s.fluent, list(s.args), s.value, s.start, s.began.rule),
                *(s.stop, s.ended.rule if s.ended else ""),
                d.possible[0][0] if d.possible else None,
                d.possible[-1][1] if d.possible else None,
                [day for run in d.possible for day in run],
                [day for run in d.certain for day in run],
            )
            for s, d in zip(derived.spans, derived.days, strict=True)
        ],
        "finding": [
            (
                *(f.seq, f.norm, _json(dict(f.bindings)), f.verdict, f.answer, f.due),
                *(list(f.unless), list(f.provided)),
            )
            for f in derived.findings
        ],
        "fluent": [
            (
                *(f.name, f.law, _json([[p.name, p.type] for p in f.params])),
                *(f.value, list(f.choices), f.symmetric, f.gloss, f.open, f.first),
            )
            for f in book.fluents.values()
        ],
        "rule": [(r.key, r.law, r.because, r.source, r.text, str(r.spot)) for r in book.clauses()],
        "law": [(law.name, law.title, law.text) for law in book.laws],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)


def _write(tables: Mapping[str, Sequence[tuple[Any, ...]]], path: Path) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".building-", suffix=".duckdb", dir=path.parent)
    os.close(handle)
    Path(temporary).unlink()  # DuckDB wants to make the file itself
    try:
        connection = duckdb.connect(temporary)
        try:
            _fill(connection, tables)
        finally:
            connection.close()
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def in_memory(tables: Mapping[str, Sequence[tuple[Any, ...]]]) -> Store:
    """A store that is kept nowhere."""
    connection = duckdb.connect()
    _fill(connection, tables)
    return Store(connection)


def _fill(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[tuple[Any, ...]]]
) -> None:
    for name, columns in TABLES.items():
        by_column = list(zip(*tables[name], strict=True)) or [()] * len(columns)
        cells = {
            f'"{column}"': (sort, list(values))
            for (column, sort), values in zip(columns.items(), by_column, strict=True)
        }
        make_table(connection, f'"{name}"', cells, kept="")
