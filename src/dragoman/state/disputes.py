"""What is disputed: rival acts, on whose word each stands, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.chronicle.acts import rivals_of
from dragoman.state.answers import Table

if TYPE_CHECKING:
    from dragoman.state.world import World


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed act. `according_to` are those on whose word it stands; with none it surely was.

    `rivals` are the acts that contradict it: not both were so. `follows` are the facts that it
    begins, as sentences, by the law as it is.
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
    rivals = rivals_of(world.told)
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
            rivals=tuple(sorted(rivals.get(act.id, ()))),
            follows=tuple(begun.get(act.id, ())),
            act=act.id,
            cites=tuple(map(str, act.cites)),
        )
        for act in world.told
        if act.certainty == "disputed" and named in (None, *act.named(), *act.according_to)
    ]
    shown = ("date", "what", "according_to", "rivals", "follows", "act")
    return Table(Dispute, found, "Disputes", shown)
