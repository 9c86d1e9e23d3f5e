"""Sets of moments, written as runs: each from a moment on, until just before another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from dragoman.law.events import Moment, day_of
from dragoman.when import Day

#: From the first moment on, until just before the second.
Run: TypeAlias = tuple[Moment, Moment]
#: Runs in order that neither meet nor overlap.
Runs: TypeAlias = tuple[Run, ...]


def joined(runs: Iterable[Run]) -> Runs:
    """The moments of any of the runs."""
    found: list[Run] = []
    for start, stop in sorted(runs):
        if start >= stop:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)


def without(runs: Runs, others: Runs) -> Runs:
    """The moments of the runs that are in none of the others."""
    found: list[Run] = []
    for start, stop in runs:
        at = start
        for other in others:
            if other[1] <= at or other[0] >= stop:
                continue
            if other[0] > at:
                found.append((at, other[0]))
            at = other[1]
        if at < stop:
            found.append((at, stop))
    return tuple(found)


def meets(runs: Runs, first: Moment, last: Moment) -> bool:
    """Whether any moment from the first to the last is in the runs."""
    return any(start <= last and first < stop for start, stop in runs)


def covers(runs: Runs, first: Moment, last: Moment) -> bool:
    """Whether all moments from the first to the last are in the runs."""
    return any(start <= first and last < stop for start, stop in runs)


def days_of(runs: Runs) -> Iterator[tuple[Day, Day]]:
    """The days at whose end a moment of the runs stands: first and last of each stretch.

    The last is that of NEVER less one where the run does not end.
    """
    whole = joined((day_of(start), day_of(stop)) for start, stop in runs)
    return ((first, after - 1) for first, after in whole)
