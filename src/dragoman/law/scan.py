"""One fluent, instance by instance: for one whose effects hang on its own state, or that lapses.

Relations find the points at which acts and turns would begin or end an instance; what they do then
depends on what the instance was just before. So each instance is gone through in time, alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dragoman.law.book import LawBook
from dragoman.law.events import AT_FIRST, NEVER, Moment, opening
from dragoman.law.rows import NO_RULE
from dragoman.law.running import Args, Facts, RunningState
from dragoman.law.terms import Term, term_of
from dragoman.law.tree import And, Atom, Condition, Const, Effect, Fluent, Not, Rule, Total, Var
from dragoman.law.walk import atoms_of, inside
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


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the instance that an effect touches: that it holds, or does not (`holds`).

    A `value` is the one meant, if one is.
    """

    holds: bool
    value: str | None

    def lets(self, held: str | None) -> bool:
        """Whether an instance with this value (None if it does not hold) satisfies it."""
        return self.holds == (held is not None and self.value in (None, held))


def guarded(rule: Rule, effect: Effect) -> tuple[tuple[Guard, ...], Condition] | None:
    """The guards of an effect of a rule, and the rest of its condition.

    None where the condition speaks of the fluent in any other way.
    """
    assert rule.trigger is not None
    own = effect.atom.fluent
    parts = rule.condition.parts if isinstance(rule.condition, And) else (rule.condition,)
    guards: list[Guard] = []
    rest: list[Condition] = []
    for part in parts:
        atom = part.part if isinstance(part, Not) else part
        if isinstance(atom, Atom) and _touches(rule.trigger.variables, effect, atom):
            value = atom.value.text if isinstance(atom.value, Const) else None
            guards.append(Guard(atom is part, value))
        elif any(atom.fluent == own for atom, _ in atoms_of(part)):
            return None
        else:
            rest.append(part)
    return tuple(guards), And(tuple(rest))


def _touches(known: Collection[str], effect: Effect, atom: Atom) -> bool:
    """Whether an atom asks of just the instance, all of it `known`, that an effect touches."""
    if atom.fluent != effect.atom.fluent or atom.day is not None:
        return False
    asked, touched = (
        [t.text if isinstance(t, Const) else t.name for t in one.args]
        for one in (atom, effect.atom)
    )
    bound = all(isinstance(t, Const) or t.name in known for t in effect.atom.args)
    return asked == touched and bound and not isinstance(atom.value, Var)


def steady(rule: Rule) -> bool:
    """Whether the term that a lapse rule sets hangs on nothing but the instance and its day."""
    assert rule.lapse is not None
    counted = any(isinstance(inner, Total) for inner in inside(rule.lapse.limit))
    return not counted and next(atoms_of(rule.condition), None) is None


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
        self.terms: dict[int, Term] = {}

    def spans(self, points: Iterable[Point]) -> Iterator[tuple[str | int | None, ...]]:
        """The rows of a table of spans, from points by instance and moment."""
        for args, life in itertools.groupby(points, key=lambda point: point.args):
            self.held, self.terms = None, {}
            for at, group in itertools.groupby(life, key=lambda point: point.at):
                yield from self.lapse(args, at)
                yield from self.settle(args, at, group)
            yield from self.lapse(args, opening(self.until + 1))
            if self.held is not None:
                yield (*args, *self.held, NEVER, None, NO_RULE)

    def lapse(self, args: Args, before: Moment) -> Iterator[tuple[str | int | None, ...]]:
        """Let the instance lapse as it does before a moment."""
        while self.terms:
            day = min(term.lapses for term in self.terms.values())
            if opening(day) >= before:
                return
            yield from self.settle(args, opening(day), ())

    def settle(
        self, args: Args, at: Moment, points: Iterable[Point]
    ) -> Iterator[tuple[str | int | None, ...]]:
        """What the points, and lapses, of one moment do to the instance (as in `interpret`)."""
        held = self.held
        start, stop = None, None
        for change in sorted((*self.effective(points), *self.lapsing(at))):
            if change.starts:
                start = change
            else:
                stop = change
        if start is not None and held is not None:
            stop = None if held.value == start.value else start
            if stop is None:
                self.set_terms(args, at, renewed=True)
        if stop is not None and held is not None:
            yield (*args, *held, at, stop.seq, stop.rule)
            self.held, self.terms = None, {}
        if start is not None and self.held is None:
            self.held = _Held(start.value, at, start.seq, start.rule)
            if at != AT_FIRST:
                self.set_terms(args, at, renewed=False)

    def effective(self, points: Iterable[Point]) -> Iterator[_Change]:
        """What the points of a moment ask for, where their guards let them."""
        value = None if self.held is None else self.held.value
        for point in points:
            if point.starts or (value is not None and point.value in (None, value)):
                guards = self.guards.get((point.rule, point.effect), ())
                if all(guard.lets(value) for guard in guards):
                    said = point.value if point.starts else value
                    yield _Change(point.seq, point.rule, point.effect, said or "", point.starts)

    def lapsing(self, at: Moment) -> Iterator[_Change]:
        """What the terms that are over at a moment ask for."""
        over = [term for term in self.terms.values() if opening(term.lapses) == at]
        for term in over:
            del self.terms[term.rule]
            assert self.held is not None
            yield _Change(self.held.seq, term.rule, 0, self.held.value, False)
            if term.to is not None:
                yield _Change(self.held.seq, term.rule, 0, term.to, True)

    def set_terms(self, args: Args, at: Moment, renewed: bool) -> None:
        """Set the terms of the instance as it now is."""
        assert self.held is not None
        self.state.open(at)
        for place, rule in self.lapses:
            assert rule.lapse is not None
            if not renewed or rule.lapse.renewed:
                instance = (self.fluent.name, args, self.held.value)
                term = term_of(self.book, place, instance, self.state)
                if term is not None:
                    self.terms[place] = term


class _Held(NamedTuple):
    """What an instance is: its value, the moment and event since which, by which rule."""

    value: str
    start: Moment
    seq: int
    rule: int


class _Change(NamedTuple):
    """A start or end; their order decides between those of one moment."""

    seq: int
    rule: int
    effect: int
    value: str
    starts: bool
