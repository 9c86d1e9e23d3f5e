"""Who and what belongs together: the circle of an actor, and what concerns several circles.

A thing (an instrument, a conference, an office) ties circles on the days on which intervals that
name it name them all; then whatever is said of it alone, or of it and them, concerns them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.chronicle.registers import Entity, Registers
from dragoman.state.answers import ActRow
from dragoman.state.bounds import DayRun
from dragoman.state.intervals import Interval, intervals_between, named_with
from dragoman.when import Day

if TYPE_CHECKING:
    from dragoman.state.archive import Archive


@dataclass(frozen=True, slots=True)
class Between:
    """Two actors, what stood between them with the days of that, and acts between them.

    Each act comes with its first and last day; `count` is the number of all the acts, of which
    `acts` are the first in time.
    """

    first: Entity
    second: Entity
    stood: tuple[tuple[Interval, tuple[DayRun, ...]], ...]
    acts: tuple[tuple[ActRow, tuple[Day, Day]], ...]
    count: int


def circle(registers: Registers, id: str) -> frozenset[str]:
    """The actor, every organ and servant of his, and the groups that he is a member of."""
    own = {i for i in registers if id in registers.parents(i)}
    own |= {e.id for e in registers.values() if id in e.facts.get("members", ())}
    return frozenset(own)


def actors_of(registers: Registers, interval: Interval) -> set[str]:
    """The actors that an interval names."""
    return {a for a in (*interval.args, interval.value) if registers.is_a(a, "actor")}


def things_of(registers: Registers, interval: Interval) -> Iterator[str]:
    """What an interval names in the registers that is no actor."""
    for arg in (*interval.args, interval.value):
        if arg in registers and not registers.is_a(arg, "actor"):
            yield arg


def ties(
    registers: Registers, intervals: Iterable[Interval], circles: Sequence[frozenset[str]]
) -> dict[str, tuple[DayRun, ...]]:
    """The things that tie the circles, with the stretches of days on which they possibly do."""
    touched: dict[str, list[list[DayRun]]] = {}
    for interval in intervals:
        actors = actors_of(registers, interval)
        for n in (n for n, those in enumerate(circles) if actors & those):
            for thing in things_of(registers, interval):
                touched.setdefault(thing, [[] for _ in circles])[n] += interval.possible
    shared = {thing: _shared([joined(runs) for runs in sides]) for thing, sides in touched.items()}
    return {thing: days for thing, days in shared.items() if days}


def concerning(
    registers: Registers,
    intervals: Iterable[Interval],
    circles: Sequence[frozenset[str]],
    tying: Mapping[str, tuple[DayRun, ...]],
) -> list[tuple[Interval, tuple[DayRun, ...]]]:
    """The intervals that name every circle, or one of the `tying` things, with the days of that.

    The days (ordinals, stretch by stretch, the last open where nothing ends it) are those on
    which the interval possibly holds and, where it does not name every circle itself, on which a
    thing that it names possibly ties them.
    """
    everyone = frozenset().union(*circles)
    chosen: list[tuple[Interval, tuple[DayRun, ...]]] = []
    for interval in intervals:
        actors = actors_of(registers, interval)
        if all(actors & those for those in circles):
            chosen.append((interval, interval.possible))
        elif actors <= everyone:
            tied = [run for t in things_of(registers, interval) for run in tying.get(t, ())]
            if days := overlap(interval.possible, joined(tied)):
                chosen.append((interval, days))
    return chosen


def between(archive: Archive, one: str, other: str, most: int) -> Between:
    """What stood between two actors on any day, and the first `most` acts between them.

    Organs and servants are included, and whatever ties the two. Acts that name a tying thing
    count while it ties them, if they name nobody else. Raises NotFound or Ambiguous for names,
    DragomanError where both are one.
    """
    first, second = archive.two(one, other)
    registers = archive.registers
    circles = [circle(registers, actor.id) for actor in (first, second)]
    everyone = frozenset().union(*circles)
    sides = [sorted(those) for those in circles]
    words = named_with(archive.store, *sides)
    things = [word for word in words if word in registers and not registers.is_a(word, "actor")]
    one_side, other_side = sides
    naming = intervals_between(archive.store, one_side, other_side, things)
    intervals = [s for s in naming if s.days]
    tying = ties(registers, intervals, circles)
    found = concerning(registers, intervals, circles, tying)
    rows = archive.store.rows(_ACTS, [*sides, sorted(tying)])
    days: dict[str, tuple[Day, Day]] = {}
    for id, names_all, since, until, words in rows:
        if not names_all:
            actors = {name for name in words if registers.is_a(name, "actor")}
            tied = [run for name in words for run in tying.get(name, ())]
            if not actors <= everyone or not overlap([(since - 1, until + 1)], tied):
                continue
        days[id] = since, until
    acts = ((act, days[act.id]) for act in archive.acts_with(list(days)[:most]))
    return Between(first, second, tuple(found), tuple(acts), len(days))


#: Acts that name someone of both circles, or someone of one and a thing that ties them.
_ACTS = """
WITH one AS (SELECT unnest(?) AS id), two AS (SELECT unnest(?) AS id),
thing AS (SELECT unnest(?) AS id),
touched AS (
  SELECT n, bool_or(value IN (SELECT id FROM one)) AS a,
    bool_or(value IN (SELECT id FROM two)) AS b,
    bool_or(value IN (SELECT id FROM thing)) AS t, list(value) AS named
  FROM named WHERE role <> 'place' GROUP BY n
)
SELECT act.id, a AND b, act.earliest, coalesce(act.last, act.latest), named
FROM touched JOIN act USING (n) WHERE (a AND b) OR ((a OR b) AND t) ORDER BY act.earliest, n
"""


def joined(runs: Iterable[DayRun]) -> tuple[DayRun, ...]:
    """Stretches of days in order, those that touch or overlap made one."""
    made: list[DayRun] = []
    for first, last in sorted(runs, key=lambda run: run[0]):
        if not made or (made[-1][1] is not None and made[-1][1] < first - 1):
            made.append((first, last))
        elif made[-1][1] is not None and (last is None or last > made[-1][1]):
            made[-1] = (made[-1][0], last)
    return tuple(made)


def overlap(one: Sequence[DayRun], other: Sequence[DayRun]) -> tuple[DayRun, ...]:
    """The stretches of days that are in both."""
    both = []
    for first, last in one:
        for since, until in other:
            begins = max(first, since)
            ends = min((day for day in (last, until) if day is not None), default=None)
            if ends is None or begins <= ends:
                both.append((begins, ends))
    return tuple(both)


def _shared(sides: Sequence[Sequence[DayRun]]) -> tuple[DayRun, ...]:
    """The stretches of days that are in all."""
    days = tuple(sides[0])
    for side in sides[1:]:
        days = overlap(days, side)
    return days
