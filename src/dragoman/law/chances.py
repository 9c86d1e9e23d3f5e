"""Starts and ends that may be at several moments, and what surely and possibly comes of them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dragoman.law.events import AT_FIRST, DAY_BITS, NEVER, Args, Moment, day_of, opening
from dragoman.law.extents import Extent
from dragoman.law.runs import Runs, joined, without
from dragoman.law.solve import Binding, unify, value_of
from dragoman.law.tree import Term
from dragoman.when import Day


class Chance(NamedTuple):
    """A start or end between the moments `first` and `last`: one if it is `sure`, else perhaps.

    With a `slot` it is at that place of some day between; without, at any moment. `value` is that
    with which something starts, or which is ended (None is any). Chances of one `act` come
    together, and `after` those of others; of starts that come together that of the greatest `rank`
    prevails.
    """

    first: Moment
    last: Moment
    slot: int | None
    sure: bool
    value: str | None
    act: int | None = None
    after: frozenset[int] = frozenset()
    rank: tuple[int, int, str] = (-1, -1, "")

    def of(self, value: str | None, rule: int, effect: int) -> Chance:
        """The same chance of a value, by an effect of a rule."""
        when = self.first, self.last, self.slot, self.sure
        return Chance(*when, value, self.act, self.after, (rule, effect, value or ""))

    def follows(self, other: Chance) -> bool:
        """Whether it is known to come after another."""
        return other.act in self.after

    def comes_with(self, other: Chance) -> bool:
        """Whether it is known to come at the same moment as another."""
        return self.act is not None and self.act == other.act

    def next(self, moment: Moment) -> Moment:
        """The first moment, not before this one, at which it may be; NEVER if there is none."""
        found = max(self.first, moment)
        if self.slot is not None:
            at = opening(day_of(found)) + 1 + self.slot
            found = at if at >= found else at + (1 << DAY_BITS)
        return found if found <= self.last else NEVER


class Wide:
    """Ends that leave arguments open, looked up by the first that they name."""

    def __init__(self) -> None:
        self.by: defaultdict[tuple[int, str], list[tuple[Sequence[Term], Binding, Chance]]] = (
            defaultdict(list)
        )

    def add(self, terms: Sequence[Term], binding: Binding, end: Chance) -> None:
        """Add an end of all instances that agree with the terms."""
        known = ((n, v) for n, term in enumerate(terms) if (v := value_of(term, binding)))
        self.by[next(known, (-1, ""))].append((terms, binding, end))

    def on(self, orders: Iterable[Args]) -> list[Chance]:
        """The ends of an instance, whose arguments may stand in several orders."""
        found = (
            end
            for args in orders
            for key in ((-1, ""), *enumerate(args))
            for terms, binding, end in self.by.get(key, ())
            if unify(terms, args, binding) is not None
        )
        return list(dict.fromkeys(found))


def certainly(own: Sequence[Chance], ends: Sequence[Chance], others: Sequence[Chance]) -> Runs:
    """When an instance surely has a value: after a sure start, and all ends before such a one.

    `others` are starts with other values; of an end and a start at one moment the start prevails.
    """
    sure = [start for start in own if start.sure]
    found = joined((start.last, NEVER) for start in sure)
    for end in ends:
        met = joined((start.last, _first_after(end, start, at_once=False)) for start in sure)
        found = without(found, without(((end.first, NEVER),), met))
    for other in others:
        met = joined((start.last, _first_after(other, start, at_once=True)) for start in sure)
        found = without(found, without(((other.first, NEVER),), met))
    return found


def _first_after(end: Chance, start: Chance, at_once: bool) -> Moment:
    """The first moment at which an end may come after a start, or with it if that counts too."""
    prevails = end.comes_with(start) and (not at_once or start.rank > end.rank)
    if start.follows(end) or prevails:
        return NEVER
    return end.next(start.first + (not at_once))


def surely_over(start: Chance, ends: Sequence[Chance], others: Sequence[Chance]) -> Runs:
    """When what a start began has surely been ended, if nothing starts it again."""
    against = [end for end in (*ends, *others) if end.sure]
    return joined(
        (end.last, NEVER if end.follows(start) else start.next(end.first))
        for end in against
        if not end.comes_with(start)
    )


def overruled(start: Chance, starts: Iterable[Chance]) -> bool:
    """Whether a start with another value surely comes with this one, and prevails over it."""
    return any(
        other.sure and other.comes_with(start) and other.rank > start.rank
        for other in starts
        if other.value != start.value
    )


def undisturbed(
    start: Chance, lapse: Chance, others: Sequence[Chance], ends: Sequence[Chance]
) -> bool:
    """Whether what a start begins surely goes on till it lapses, and was not so before."""
    for one in others:
        if one.first <= lapse.last and one.last >= start.first:
            return False
        between = (two for two in (*ends, *others) if two.sure and two.value != start.value)
        ended = any(one.last < two.first and two.last < start.first for two in between)
        if one.value == start.value and one.last < start.first and not ended:
            return False
    return all(end.last < start.first or end.first > lapse.last for end in ends)


def flips(extent: Extent, starts: bool) -> Iterator[tuple[Moment, Moment, bool]]:
    """Between what moments something may start (or end), and whether it surely does."""
    for begin, over in extent.possible:
        sure = [run for run in extent.certain if begin <= run[0] and run[1] <= over]
        if not sure:
            yield begin, over - starts, False
            continue
        first, last = sure[0][0], sure[-1][1]
        if starts and begin != AT_FIRST:
            yield begin, first, True
        elif first > begin:
            yield begin, first, False
        for one, other in itertools.pairwise(sure):
            yield one[1], other[0], False
        if not starts and over != NEVER:
            yield last, over, True
        elif over > last:
            yield last, over, False


def daily(chance: Chance, end: Moment) -> Iterator[tuple[Moment, Moment, Day]]:
    """A chance day by day: the first and last moment at which it may be on each."""
    for day in range(day_of(chance.first), day_of(min(chance.last, end)) + 1):
        first = chance.next(opening(day))
        if chance.slot is not None:
            yield first, first, day
        else:
            yield first, min(chance.last, opening(day + 1) - 1), day
