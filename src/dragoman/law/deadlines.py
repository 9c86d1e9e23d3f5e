"""How long what has begun may hold: when it lapses, by which rule."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass

from dragoman.law.book import LawBook
from dragoman.law.events import NEVER, Args, day_of
from dragoman.law.reckon import day as day_named
from dragoman.law.reckon import number
from dragoman.law.running import RunningState
from dragoman.law.solve import Binding, solutions, unify, value_of, values
from dragoman.law.tree import Lapse
from dragoman.when import Day


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instance and the first day on which it no longer holds, by a rule of the book.

    `to` is the value that it then takes, if it takes one.
    """

    lapses: Day
    rule: int
    fluent: str
    args: Args
    to: str | None


def deadline_of(
    book: LawBook, place: int, instance: tuple[str, Args, str], state: RunningState
) -> Deadline | None:
    """The deadline that a lapse rule, by its place, sets to an instance with its value."""
    rule, (fluent, args, value) = book.rules[place], instance
    assert rule.lapse is not None
    found: list[Deadline] = []
    for turned in book.fluents[fluent].orders(args):
        matched = unify(rule.lapse.atom.args, turned, {})
        if matched is not None and rule.lapse.atom.value is not None:
            matched = unify((rule.lapse.atom.value,), (value,), matched)
        for binding in () if matched is None else solutions(rule.condition, matched, state):
            if (first := _limit(rule.lapse, binding, state)) is not None:
                to = value_of(rule.lapse.to, binding) if rule.lapse.to else None
                found.append(Deadline(first, place, fluent, args, to))
    return min(found, key=lambda deadline: (deadline.lapses, deadline.to or ""), default=None)


def _limit(lapse: Lapse, binding: Binding, state: RunningState) -> Day | None:
    """The first day on which it no longer holds."""
    for value in values(lapse.limit, binding, state):
        days, last = number(value), day_named(value)
        if lapse.days and days is not None and days >= 0:
            return state.day + math.floor(days) + 1
        if not lapse.days and last is not None:
            return max(last, state.day) + 1
    return None


class Deadlines:
    """The deadlines of what holds now: one for each instance and rule."""

    def __init__(self, book: LawBook, state: RunningState) -> None:
        self.book, self.state = book, state
        self.waiting: list[tuple[str, Args, bool]] = []
        self.current: dict[tuple[str, Args], dict[int, Deadline]] = {}
        self.queue: list[tuple[Day, int, Args]] = []

    def begun(self, fluent: str, args: Args, renewed: bool) -> None:
        """An instance has begun, or has begun again while it held."""
        if fluent in self.book.lapses_of:
            self.waiting.append((fluent, args, renewed))

    def ended(self, fluent: str, args: Args) -> None:
        """An instance has ended; it has no deadline any more."""
        self.current.pop((fluent, args), None)

    def reckon(self) -> None:
        """Reckon the deadlines of what has begun at this moment, in the state after it."""
        for fluent, args, renewed in self.waiting:
            held = self.state.tables[fluent].held.get(args)
            if held is None:
                continue
            for place, rule in self.book.lapses_of[fluent]:
                assert rule.lapse is not None
                if not renewed or rule.lapse.renewed or self.over(place, fluent, args):
                    self.set(deadline_of(self.book, place, (fluent, args, held.value), self.state))
        self.waiting.clear()

    def over(self, place: int, fluent: str, args: Args) -> bool:
        """Whether the deadline that a rule set is over: what begins again just then begins anew."""
        deadline = self.current.get((fluent, args), {}).get(place)
        return deadline is not None and deadline.lapses <= self.state.day

    def set(self, deadline: Deadline | None) -> None:
        """Set a deadline of an instance; one of the same rule no longer counts."""
        if deadline is not None:
            self.current.setdefault((deadline.fluent, deadline.args), {})[deadline.rule] = deadline
            heapq.heappush(self.queue, (deadline.lapses, deadline.rule, deadline.args))

    def next(self) -> Day:
        """The next day at whose opening something lapses; that of NEVER if nothing does."""
        while self.queue:
            lapses, place, args = self.queue[0]
            if self._current(lapses, place, args) is not None:
                return lapses
            heapq.heappop(self.queue)
        return day_of(NEVER)

    def due(self, day: Day) -> Iterator[Deadline]:
        """The deadlines that are over when the day opens."""
        found: dict[tuple[int, Args], Deadline] = {}
        while self.next() == day:
            lapses, place, args = heapq.heappop(self.queue)
            deadline = self._current(lapses, place, args)
            assert deadline is not None
            found[place, args] = deadline
        return iter(found.values())

    def _current(self, lapses: Day, place: int, args: Args) -> Deadline | None:
        rule = self.book.rules[place].lapse
        assert rule is not None
        deadline = self.current.get((rule.atom.fluent, args), {}).get(place)
        return deadline if deadline is not None and deadline.lapses == lapses else None
