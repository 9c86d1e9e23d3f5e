"""What norms say of what happens: irregular acts, breaches, duties and expectations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dragoman.law.book import LawBook
from dragoman.law.events import NEVER, Event, Finding, day_of
from dragoman.law.reckon import number
from dragoman.law.running import Before, RunningState, Supposing
from dragoman.law.solve import Binding, State, holds, matches, solutions, values
from dragoman.law.tree import Norm, Pattern
from dragoman.law.walk import timely
from dragoman.when import Day

#: So many open facts are weighed against each other at most.
_MOST_OPEN = 6

#: What is said of a duty (and of an expectation) that is met, missed, lifted, still open.
_SAID = {
    "obliges": ("discharged", "overdue", "lifted", "due"),
    "expects": ("came", "failed", "lifted", "awaited"),
}


@dataclass(frozen=True, slots=True)
class _Duty:
    """A duty (or an expectation): who owes what is in the binding; `due` is its last day."""

    norm: Norm
    binding: Binding
    scope: Binding
    seq: int
    moment: int
    due: Day


class Duties:
    """Judges events by the norms of a book, and keeps the duties that are open."""

    def __init__(self, book: LawBook, state: RunningState, before: Before) -> None:
        self.book, self.state, self.before = book, state, before
        self.silent = any(fluent.open for fluent in book.fluents.values())
        self.daily = {norm.key for norm in book.norms if norm.limit and timely(norm.scope)}
        self.findings: set[Finding] = set()
        self.begun: list[tuple[Norm, Binding, int]] = []
        self.waiting: list[_Duty] = []
        self.known: Day | None = None

    def judge(self, event: Event) -> None:
        """Apply the norms on acts to an event, in the state just before it."""
        for norm in self.book.norms_on.get(event.kind, ()):
            assert isinstance(norm.trigger, Pattern)
            for binding in matches(norm.trigger, event.roles):
                self.apply(norm, binding, event.seq)

    def apply(self, norm: Norm, binding: Binding, seq: int) -> None:
        """Apply a norm to something that fits it, in the state just before it."""
        if norm.lasts:
            self.begun.append((norm, binding, seq))
            return
        faulty = self.at_fault(norm, binding, self.before)
        hangs = tuple(self.hangs(norm, binding, faulty)) if self.silent else ()
        if faulty or hangs:
            unless, provided = (hangs, ()) if faulty else ((), hangs)
            self.add(norm, binding, seq, norm.fault, unless=unless, provided=provided)

    def at_fault(self, norm: Norm, binding: Binding, state: State) -> bool:
        """Whether a norm finds fault with what fits it, in a state."""
        return any(
            not holds(norm.condition, scope, state)
            for scope in solutions(norm.scope, binding, state)
        )

    def hangs(self, norm: Norm, binding: Binding, faulty: bool) -> Iterator[str]:
        """The least sets of open facts, of which nothing is told, that would turn a judgement."""
        asking = Supposing(self.state, None)
        self.at_fault(norm, binding, asking)
        self.at_fault(norm, binding, first := Supposing(self.state, frozenset()))
        asked = sorted({*asking.asked, *first.asked})[:_MOST_OPEN]
        found: list[frozenset[str]] = []
        for count in range(1, len(asked) + 1):
            for facts in map(frozenset, itertools.combinations(asked, count)):
                if not any(least <= facts for least in found):
                    supposing = Supposing(self.state, facts)
                    if self.at_fault(norm, binding, supposing) != faulty:
                        found.append(facts)
                        yield " and ".join(sorted(facts))

    # --- duties ----------------------------------------------------------------------------

    def owe(self, norm: Norm, binding: Binding, scope: Binding, seq: int) -> None:
        """Begin a duty, with its last day, in the state after what gave rise to it."""
        assert norm.limit is not None
        days = [n for v in values(norm.limit, scope, self.state) if (n := number(v)) is not None]
        if days and not any(d.norm is norm and d.scope == scope for d in self.waiting):
            due = self.state.day + math.floor(days[0])
            self.waiting.append(_Duty(norm, binding, scope, seq, self.state.moment, due))

    def answered(self, events: Sequence[Event]) -> None:
        """Begin duties; close those that these events discharge, and those whose ground is gone."""
        for norm, binding, seq in self.begun:
            for solved in solutions(norm.scope, binding, self.state):
                scope = {k: v for k, v in solved.items() if not k.startswith("_")}
                self.owe(norm, binding, scope, seq)
        self.begun.clear()
        kept: list[_Duty] = []
        for duty in self.waiting:
            answer = next(self.answers(duty, events), None)
            if answer is not None:
                self.close(duty, 0, answer)
            elif not holds(duty.norm.scope, duty.scope, self.state):
                self.close(duty, 2)
            else:
                kept.append(duty)
        self.waiting = kept

    def answers(self, duty: _Duty, events: Iterable[Event]) -> Iterator[int]:
        """The events that do what a duty asks."""
        answer = duty.norm.answer
        assert answer is not None
        for event in events:
            if event.kind == answer.event and duty.moment < self.state.moment:
                for binding in matches(answer, event.roles):
                    shared = binding.keys() & duty.scope.keys()
                    if all(binding[name] == duty.scope[name] for name in shared):
                        yield event.seq

    def next(self) -> Day:
        """The next day at whose opening a duty may be lifted by the day alone."""
        waits = self.daily and any(duty.norm.key in self.daily for duty in self.waiting)
        return self.state.day + 1 if waits else day_of(NEVER)

    def pass_by(self, day: Day) -> None:
        """Close the duties whose last day is over when a day opens."""
        day = day if self.known is None else min(day, self.known)
        for duty in [duty for duty in self.waiting if duty.due < day]:
            self.close(duty, 1)
            self.waiting.remove(duty)

    def close(self, duty: _Duty, place: int, answer: int = -1) -> None:
        """Say of a duty what became of it: a place in `_SAID`."""
        said = _SAID[duty.norm.verb][place]
        self.add(duty.norm, duty.scope, duty.seq, said, answer=answer, due=duty.due)

    def result(self, until: Day) -> set[Finding]:
        """Every finding, with the duties that are still open on the last day."""
        self.pass_by(until)
        for duty in self.waiting:
            self.close(duty, 3)
        return self.findings

    def add(
        self,
        norm: Norm,
        binding: Binding,
        seq: int,
        verdict: str,
        answer: int = -1,
        due: Day = 0,
        unless: tuple[str, ...] = (),
        provided: tuple[str, ...] = (),
    ) -> None:
        """Note a finding."""
        named = tuple(sorted((k, v) for k, v in binding.items() if not k.startswith("_")))
        self.findings.add(Finding(seq, norm.key, named, verdict, answer, due, unless, provided))
