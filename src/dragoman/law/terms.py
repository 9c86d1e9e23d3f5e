"""How long what has begun may hold: when it lapses, by which rule."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

from dragoman.law.book import LawBook
from dragoman.law.reckon import day as day_of
from dragoman.law.reckon import number
from dragoman.law.running import Args, RunningState
from dragoman.law.solve import Binding, solutions, unify, value_of, values
from dragoman.law.tree import Lapse
from dragoman.when import Day


@dataclass(frozen=True, slots=True)
class Term:
    """An instance and the first day on which it no longer holds, by a rule of the book.

    `days` is the number of days, None where it lapses on a fixed date; `to` the value that it then
    takes, if it takes one.
    """

    lapses: Day
    rule: int
    fluent: str
    args: Args
    days: int | None
    to: str | None


class Terms:
    """The terms of what holds now: one for each instance and rule."""

    def __init__(self, book: LawBook, state: RunningState) -> None:
        self.book, self.state = book, state
        self.waiting: list[tuple[str, Args, bool]] = []
        self.current: dict[tuple[str, Args], dict[int, Term]] = {}
        self.queue: list[tuple[Day, int, Args]] = []

    def begun(self, fluent: str, args: Args, renewed: bool) -> None:
        """An instance has begun, or has begun again while it held."""
        if fluent in self.book.lapses_of:
            self.waiting.append((fluent, args, renewed))

    def ended(self, fluent: str, args: Args) -> None:
        """An instance has ended; it has no term any more."""
        self.current.pop((fluent, args), None)

    def reckon(self) -> None:
        """Reckon the terms of what has begun at this moment, in the state after it."""
        for fluent, args, renewed in self.waiting:
            if args in self.state.tables[fluent].held:
                self.set(fluent, args, renewed)
        self.waiting.clear()

    def set(self, fluent: str, args: Args, renewed: bool) -> None:
        """Set the terms of an instance."""
        held = self.state.tables[fluent].held[args]
        for place, rule in self.book.lapses_of[fluent]:
            assert rule.lapse is not None
            if renewed and not rule.lapse.renewed:
                continue
            found: list[Term] = []
            for turned in self.book.fluents[fluent].turns(args):
                matched = unify(rule.lapse.atom.args, turned, {})
                if matched is not None and rule.lapse.atom.value is not None:
                    matched = unify((rule.lapse.atom.value,), (held.value,), matched)
                for binding in (
                    () if matched is None else solutions(rule.condition, matched, self.state)
                ):
                    if (limit := self.limit(rule.lapse, binding)) is not None:
                        to = value_of(rule.lapse.to, binding) if rule.lapse.to else None
                        found.append(Term(limit[0], place, fluent, args, limit[1], to))
            if found:
                term = min(found, key=lambda t: (t.lapses, t.to or ""))
                self.current.setdefault((fluent, args), {})[place] = term
                heapq.heappush(self.queue, (term.lapses, place, args))

    def limit(self, lapse: Lapse, binding: Binding) -> tuple[Day, int | None] | None:
        """The first day on which it no longer holds, and the number of days if it is one."""
        for value in values(lapse.limit, binding, self.state):
            days, last = number(value), day_of(value)
            if lapse.days and days is not None and days >= 0:
                count = math.floor(days)
                return self.state.day + count + 1, count
            if not lapse.days and last is not None:
                return max(last, self.state.day) + 1, None
        return None

    def due(self, day: Day) -> Term | None:
        """The next term that is over when the day opens."""
        while self.queue and self.queue[0][0] <= day:
            lapses, place, args = heapq.heappop(self.queue)
            rule = self.book.rules[place].lapse
            assert rule is not None
            term = self.current.get((rule.atom.fluent, args), {}).get(place)
            if term is not None and term.lapses == lapses:
                return term
        return None
