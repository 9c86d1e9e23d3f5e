"""What is disputed: rival acts, on whose word each stands, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.chronicle.acts import Act
from dragoman.state.answers import Table

if TYPE_CHECKING:
    from dragoman.state.world import World


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed act. `according_to` are those on whose word it stands; with none it surely was.

    `rivals` are acts that tell of the same otherwise: of its kind, with the same entities in its
    roles. `follows` are the facts that it begins, as sentences, by the law as it is.
    """

    what: str
    according_to: tuple[str, ...]
    date: str
    note: str
    rivals: tuple[str, ...]
    follows: tuple[str, ...]
    act: str
    cites: tuple[str, ...]


def disputes(world: World, about: str | None = None) -> Table[Dispute]:
    """Every disputed act, or those that name someone or something, in order of time."""
    named = None if about is None else world.registers.find(about).id
    alike: dict[object, list[Act]] = {}
    for act in world.told:
        alike.setdefault(_same(world, act), []).append(act)
    begun: dict[str, list[str]] = {}
    rows = world.store.rows(
        """SELECT DISTINCT a.id, s.fluent, s.args, s.value FROM span s
        JOIN moment m ON m.seq = s.start JOIN act a USING (n)
        WHERE a.certainty = 'disputed' AND len(s.possible) > 0 ORDER BY ALL"""
    )
    for id, fluent, args, value in rows:
        begun.setdefault(id, []).append(world.says(fluent, args, value))
    found = [
        Dispute(
            what=act.what,
            according_to=tuple(map(world.name, act.according_to)),
            date=act.when.text,
            note=act.note,
            rivals=tuple(one.id for one in alike[_same(world, act)] if one.id != act.id),
            follows=tuple(begun.get(act.id, ())),
            act=act.id,
            cites=tuple(map(str, act.cites)),
        )
        for act in world.told
        if act.certainty == "disputed" and named in (None, *act.named(), *act.according_to)
    ]
    shown = ("date", "what", "according_to", "rivals", "follows", "act")
    return Table(Dispute, found, "Disputes", shown)


def _same(world: World, act: Act) -> object:
    """What acts have in common that tell of one thing."""
    entities = (
        (role, tuple(sorted(v for v in values if v in world.registers)))
        for role, values in act.roles.items()
    )
    roles = tuple(sorted((role, values) for role, values in entities if values))
    return (act.kind, roles) if roles else (act.kind, act.id)
