"""Acts in order of time, some at once, with the way to every year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dragoman.chronicle.names import fold
from dragoman.chronicle.registers import Entity
from dragoman.problem import DragomanError
from dragoman.state.answers import ActRow
from dragoman.state.world import World
from dragoman.when import BEGINNING, gregorian_from_day

#: So many acts are shown at once.
AT_ONCE = 60

_OF = "n IN (SELECT n FROM named WHERE value = ?)"


@dataclass(frozen=True, slots=True)
class Year:
    """The acts of a year that are shown; `label` is empty where it is not told when they began."""

    label: str
    acts: tuple[ActRow, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A year: how many acts fall in it, and the place of its first among all."""

    label: str
    count: int
    start: int


@dataclass(frozen=True, slots=True)
class Annals:
    """Some of the acts in order of time, from the place `start`, and the years of all of them.

    `before` and `after` are the places at which the acts before and after these begin (None where
    there are none).
    """

    years: tuple[Year, ...]
    marks: tuple[Mark, ...]
    start: int
    total: int
    before: int | None
    after: int | None

    @property
    def acts(self) -> list[ActRow]:
        """The acts that are shown."""
        return [act for year in self.years for act in year.acts]

    @property
    def most(self) -> int:
        """How many acts the fullest year has."""
        return max((mark.count for mark in self.marks), default=0)


def annals(world: World, id: str, start: int = 0) -> Annals:
    """The acts that name an entity in a role or as their place, from the place `start` on."""
    counted: dict[str, int] = {}
    days = world.store.rows(
        f"SELECT earliest, count(*) FROM act WHERE {_OF} GROUP BY 1 ORDER BY 1", [id]
    )
    for day, count in days:
        label = _year(day)
        counted[label] = counted.get(label, 0) + count
    marks, total = [], 0
    for label, count in counted.items():
        marks.append(Mark(label, count, total))
        total += count
    start = min(start, max(total - 1, 0))
    shown = world.store.rows(
        f"SELECT id, earliest FROM act WHERE {_OF} ORDER BY earliest, n LIMIT ? OFFSET ?",
        [id, AT_ONCE, start],
    )
    acts = {act.id: act for act in world.acts_with(act for act, _ in shown)}
    by_year: dict[str, list[ActRow]] = {}
    for act, day in shown:
        by_year.setdefault(_year(day), []).append(acts[act])
    return Annals(
        years=tuple(Year(label, tuple(rows)) for label, rows in by_year.items()),
        marks=tuple(marks),
        start=start,
        total=total,
        before=max(start - AT_ONCE, 0) if start else None,
        after=start + AT_ONCE if start + AT_ONCE < total else None,
    )


def speaking_of(world: World, entity: Entity, most: int = 40) -> tuple[list[ActRow], int]:
    """The first acts whose words speak of an entity that no role of theirs names; how many are."""
    names = {fold(name) for name in (entity.name, *entity.also) if len(name) > 4}
    own = [name for name in names if world.registers.bearing(name) == [entity.id]]
    if not own:
        return [], 0
    words = "|".join(re.escape(name).replace(r"\ ", r"\W+") for name in sorted(own)[:20])
    found = world.store.rows(
        f"""SELECT id, count(*) OVER () FROM act
        WHERE NOT {_OF} AND regexp_matches(strip_accents(lower(what)), ?)
        ORDER BY earliest, n LIMIT ?""",
        [entity.id, rf"\b({words})\b", most],
    )
    return world.acts_with(id for id, _ in found), found[0][1] if found else 0


def place_asked(text: str) -> int:
    """The place from which a query asks for rows. Raises DragomanError."""
    if not re.fullmatch(r"[0-9]{0,9}", text):
        raise DragomanError(f"“{text[:40]}” is no place in a list; write from=60")
    return int(text or 0)


def _year(day: int) -> str:
    return f"{gregorian_from_day(day)[0]}" if day > BEGINNING else ""
