"""A world with other acts than those told: as someone saw it, or as it might have been.

The acts that a world keeps are read back, some are left out or added, and the rest is as ever: the
same law derives another state, in memory. Nothing is written to the world.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dragoman.chronicle.acts import Act, Order
from dragoman.chronicle.read import Chronicle
from dragoman.state.archive import Archive, citation_of, spot_of
from dragoman.state.derive import derive
from dragoman.state.store import Store, in_memory, state_tables
from dragoman.when import When

if TYPE_CHECKING:
    from dragoman.state.world import World


def acts_of(archive: Archive) -> list[Act]:
    """The acts of a world in their line, as they were read."""
    rows = archive.store.rows(
        """SELECT id, kind, date, earliest, latest, until, last, roles, what, cites, place,
            certainty, secret, known_to, disclosed, disclosed_from, disclosed_by, according_to,
            note, data, orders, spot, slot
        FROM act ORDER BY n"""
    )
    acts = []
    for row in rows:
        (id, kind, date, earliest, latest, until, last, roles, what, cites, place, certainty) = row[
            :12
        ]
        (secret, known_to, disclosed, first, by, told, note, data, orders, spot, slot) = row[12:]
        where = spot_of(spot)
        acts.append(
            Act(
                id=id,
                kind=kind,
                when=When(date, earliest, latest, None if last is None else (until, last)),
                roles={role: tuple(values) for role, values in json.loads(roles).items()},
                what=what,
                cites=tuple(map(citation_of, cites)),
                place=place or None,
                certainty=certainty,
                secret=secret,
                known_to=tuple(known_to),
                disclosed=None if by is None else When(disclosed, first, by),
                according_to=tuple(told),
                note=note,
                data=json.loads(data),
                orders=tuple(
                    Order(act, days, side == "before", where)
                    for side, act, days in (json.loads(orders) if orders != "[]" else ())
                ),
                spot=where,
                slot=slot,
            )
        )
    return acts


def world_of(world: World, acts: Iterable[Act]) -> World:
    """A world with other acts, which stand in their line."""
    made = type(world)(world.source, store_of(world, acts), world.warning)
    # What does not hang on the acts need not be read again.
    made.__dict__.update(registers=world.registers, book=world.book, catalogue=world.catalogue)
    return made


def store_of(archive: Archive, acts: Iterable[Act]) -> Store:
    """The state that the law of a world makes of other acts, which stand in their line."""
    chronicle = Chronicle(tuple(acts), archive.registers, archive.catalogue)
    derived = derive(chronicle, archive.book, archive.source.settings.told[1])
    tables = state_tables(chronicle, archive.book, derived, ())
    tables["meta"] = list(archive.store.meta.items())
    return in_memory(tables)
