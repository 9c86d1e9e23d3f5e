"""A world with other acts than those told: as someone saw it, or as it might have been.

The acts that a world keeps are read back, some are left out or added, and the rest is as ever: the
same law derives another state, in memory. Nothing is written to the world.
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dragoman.chronicle.acts import Act, Order
from dragoman.chronicle.order import reordered
from dragoman.chronicle.read import Chronicle
from dragoman.law.book import LawBook
from dragoman.state.archive import Archive, citation_of, spot_of
from dragoman.state.derive import derive
from dragoman.state.store import Store, in_memory, state_tables
from dragoman.when import When

if TYPE_CHECKING:
    from dragoman.state.world import World


#: The columns of the store that make an act.
_COLUMNS = (
    *("id", "kind", "date", "earliest", "latest", "until", "last", "roles", "what", "cites"),
    *("place", "certainty", "secret", "known_to", "disclosed", "disclosed_from", "disclosed_by"),
    *(
        "according_to",
        "contradicts",
        "note",
        "data",
        "orders",
        "spot",
        "slot",
        "stated_from",
        "stated_to",
    ),
)


def acts_of(archive: Archive) -> list[Act]:
    """The acts of a world in their line, as they were read."""
    rows = archive.store.rows(f"SELECT {', '.join(_COLUMNS)} FROM act ORDER BY n")
    return [_act(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _act(row: Mapping[str, Any]) -> Act:
    """An act from its row in the store."""
    where = spot_of(row["spot"])
    until = None if row["last"] is None else (row["until"], row["last"])
    out = row["disclosed"], row["disclosed_from"], row["disclosed_by"]
    orders = json.loads(row["orders"]) if row["orders"] != "[]" else ()
    return Act(
        id=row["id"],
        kind=row["kind"],
        when=When(row["date"], row["earliest"], row["latest"], until),
        roles={role: tuple(values) for role, values in json.loads(row["roles"]).items()},
        what=row["what"],
        cites=tuple(map(citation_of, row["cites"])),
        place=row["place"] or None,
        certainty=row["certainty"],
        secret=row["secret"],
        known_to=tuple(row["known_to"]),
        disclosed=None if row["disclosed_by"] is None else When(*out),
        according_to=tuple(row["according_to"]),
        contradicts=tuple(row["contradicts"]),
        note=row["note"],
        data=json.loads(row["data"]),
        orders=tuple(Order(act, days, side == "before", where) for side, act, days in orders),
        spot=where,
        slot=row["slot"],
        stated=None if row["stated_from"] is None else (row["stated_from"], row["stated_to"]),
    )


def world_of(world: World, acts: Iterable[Act]) -> World:
    """A world with other acts, in what is left of their order."""
    from dragoman.state.world import World

    made = World(world.source, store_of(world, reordered(list(acts))[0]), world.warning)
    share(world, made)
    return made


def under(world: World, book: LawBook) -> World:
    """A world with other law."""
    from dragoman.state.world import World

    made = World(world.source, store_of(world, world.told, book), world.warning)
    share(world, made, book)
    return made


def share(world: Archive, other: Archive, book: LawBook | None = None) -> None:
    """Let another world, under the same law or another, have what does not hang on the acts."""
    of = world.registers, book or world.book, world.catalogue
    other.__dict__.update(zip(("registers", "book", "catalogue"), of, strict=True))


def store_of(archive: Archive, acts: Iterable[Act], book: LawBook | None = None) -> Store:
    """The state that the law of a world, or another, makes of acts that stand in their line."""
    book = book or archive.book
    chronicle = Chronicle(tuple(acts), archive.registers, archive.catalogue)
    with _uncollected():
        derived = derive(chronicle, book, archive.source.settings.told[1])
        tables = state_tables(chronicle, book, derived, ())
        tables["meta"] = list(archive.store.meta.items())
        return in_memory(tables)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage: much is made here, and none of it in circles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
