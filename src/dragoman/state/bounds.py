"""On which days intervals certainly held, and on which they possibly did.

The law derives one line of intervals, from the acts on the last days on which they may have been.
Doubt gives each instance the days on which it holds in every world, and in any (`law.doubt`). Here
each of these days is given to one of the instance's intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from dragoman.law.events import NEVER, day_of
from dragoman.law.runs import days_of
from dragoman.when import BEGINNING, END_OF_TIME, Day

if TYPE_CHECKING:
    from dragoman.law.extents import Extent

#: The first and last day of a stretch; None where nothing ends it.
DayRun: TypeAlias = tuple[Day, Day | None]

#: The day on which nothing is.
_NO_DAY = day_of(NEVER)


@dataclass(frozen=True, slots=True)
class Days:
    """The days at whose end something possibly held, and those at whose end it certainly did."""

    possible: tuple[DayRun, ...]
    certain: tuple[DayRun, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The first day on which an interval may have held by its own acts, and the first after it."""

    first: Day
    after: Day = _NO_DAY

    def distance(self, first: Day, after: Day) -> Day:
        """How many days lie between this and other days; none if they meet."""
        return max(0, first - self.after + 1, self.first - after + 1)


def shared_out(extent: Extent, windows: Sequence[Window]) -> list[Days]:
    """The days of an instance's extent, shared out among its intervals in order of time.

    Each day falls to the interval in whose window it is, or that is nearest; where windows overlap,
    to the earlier one until the next may have begun.
    """
    # What is sure only at the end of time is sure on no day.
    certain = [(first, last + 1) for first, last in days_of(extent.certain) if first < END_OF_TIME]
    possible: list[list[tuple[Day, Day]]] = [[] for _ in windows]
    for first, last in days_of(extent.possible):
        after = last + 1
        near = min(window.distance(first, after) for window in windows)
        own = [n for n, w in enumerate(windows) if w.distance(first, after) == near]
        cuts = [first]
        for one, other in pairwise(own):
            cut = max(windows[other].first, min(windows[one].after, after))
            cuts.append(min(max(cut, cuts[-1]), after))
        for n, begin, end in zip(own, cuts, [*cuts[1:], after], strict=True):
            if begin < end:
                possible[n].append((begin, end))
    return [
        Days(
            tuple(map(_day_run, runs)),
            tuple(
                _day_run((max(a, c), min(b, d)))
                for a, b in runs
                for c, d in certain
                if max(a, c) < min(b, d)
            ),
        )
        for runs in possible
    ]


def _day_run(run: tuple[Day, Day]) -> DayRun:
    """A stretch from its first day and the first after it."""
    first, after = run
    return max(first, BEGINNING), None if after >= END_OF_TIME else after - 1
