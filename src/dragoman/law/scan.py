"""One fluent, instance by instance: for one whose effects hang on its own state, or that lapses.

Relations find the points at which acts and turns would begin or end an instance; what they do then
depends on what the instance was just before. So each instance is gone through in time, alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dragoman.law.book import LawBook
from dragoman.law.deadlines import Deadline, deadline_of
from dragoman.law.events import AT_FIRST, NEVER, Args, Facts, Moment, opening
from dragoman.law.guards import Guard
from dragoman.law.rows import NO_RULE
from dragoman.law.running import RunningState
from dragoman.law.settle import Change, settle
from dragoman.law.tree import Fluent
from dragoman.when import Day


class Point(NamedTuple):
    """What an effect (by the place of its rule) does to an instance at a moment.

    `value` is that with which it begins or which it ends; None ends whatever value there is.
    """

    args: Args
    at: Moment
    starts: bool
    seq: int
    rule: int
    effect: int
    value: str | None


class Scan:
    """Goes through the instances of a fluent; `guards` are those of each effect of a rule."""

    def __init__(
        self,
        book: LawBook,
        fluent: Fluent,
        guards: Mapping[tuple[int, int], Sequence[Guard]],
        facts: Facts,
        until: Day,
    ) -> None:
        self.book, self.fluent, self.guards, self.until = book, fluent, guards, until
        self.state = RunningState(book, facts)
        self.lapses = book.lapses_of.get(fluent.name, ())
        self.held: _Held | None = None
        self.deadlines: dict[int, Deadline] = {}

    def spans(self, points: Iterable[Point]) -> Iterator[tuple[str | int | None, ...]]:
        """The rows of a table of spans, from points by instance and moment."""
        for args, life in itertools.groupby(points, key=lambda point: point.args):
            self.held, self.deadlines = None, {}
            for at, group in itertools.groupby(life, key=lambda point: point.at):
                yield from self.lapse(args, at)
                yield from self.settle(args, at, group)
            yield from self.lapse(args, opening(self.until + 1))
            if self.held is not None:
                yield (*args, *self.held, NEVER, None, NO_RULE)

    def lapse(self, args: Args, before: Moment) -> Iterator[tuple[str | int | None, ...]]:
        """Let the instance lapse as it does before a moment."""
        while self.deadlines:
            day = min(deadline.lapses for deadline in self.deadlines.values())
            if opening(day) >= before:
                return
            yield from self.settle(args, opening(day), ())

    def settle(
        self, args: Args, at: Moment, points: Iterable[Point]
    ) -> Iterator[tuple[str | int | None, ...]]:
        """What the points and lapses of one moment do to the instance."""
        held = self.held
        value = None if held is None else held.value
        over = list(self.lapsing(at))
        settled = settle(value, (*self.effective(points), *over))
        if settled.renewed:
            self.set_deadlines(args, at, {change.rule for change in over})
        if settled.stop is not None and held is not None:
            yield (*args, *held, at, settled.stop.seq, settled.stop.rule)
            self.held, self.deadlines = None, {}
        if settled.start is not None:
            start = settled.start
            self.held = _Held(start.value, at, start.seq, start.rule)
            if at != AT_FIRST:
                self.set_deadlines(args, at)

    def effective(self, points: Iterable[Point]) -> Iterator[Change]:
        """What the points of a moment ask for, where their guards let them."""
        value = None if self.held is None else self.held.value
        for point in points:
            if point.starts or (value is not None and point.value in (None, value)):
                guards = self.guards.get((point.rule, point.effect), ())
                if all(guard.lets(value) for guard in guards):
                    said = point.value if point.starts else value
                    yield Change(point.seq, point.rule, point.effect, said or "", point.starts)

    def lapsing(self, at: Moment) -> Iterator[Change]:
        """What the deadlines that are over at a moment ask for."""
        over = [deadline for deadline in self.deadlines.values() if opening(deadline.lapses) == at]
        for deadline in over:
            del self.deadlines[deadline.rule]
            assert self.held is not None
            yield Change(self.held.seq, deadline.rule, 0, self.held.value, False)
            if deadline.to is not None:
                yield Change(self.held.seq, deadline.rule, 0, deadline.to, True)

    def set_deadlines(self, args: Args, at: Moment, over: Collection[int] | None = None) -> None:
        """Set the deadlines of the instance as it now is.

        If it was renewed, only those that are `over` just then, and those that renewal puts off.
        """
        assert self.held is not None
        self.state.open(at)
        for place, rule in self.lapses:
            assert rule.lapse is not None
            if over is None or place in over or rule.lapse.renewed:
                instance = (self.fluent.name, args, self.held.value)
                deadline = deadline_of(self.book, place, instance, self.state)
                if deadline is not None:
                    self.deadlines[place] = deadline


class _Held(NamedTuple):
    """What an instance is: its value, the moment and event since which, by which rule."""

    value: str
    start: Moment
    seq: int
    rule: int
