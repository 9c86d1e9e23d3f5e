"""From a chronicle and its law to dated spans and findings.

Acts become events in one line (`events_of`); the law makes spans and findings of them; spans
get the days of the acts that began and ended them. Small worlds are interpreted, large ones
are compiled to relations: both evaluators mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.chronicle.acts import Act
from dragoman.chronicle.read import Chronicle
from dragoman.chronicle.registers import Registers
from dragoman.law.book import LawBook
from dragoman.law.events import Derivation, Event, Finding, Span
from dragoman.law.interpret import Facts, interpret
from dragoman.law.tree import end_of
from dragoman.when import END_OF_TIME, Day

#: From so many events on, the compiled law is the quicker one, the seconds for making its SQL
#: included (see benchmarks/README.md).
COMPILE_FROM = 20_000


@dataclass(frozen=True, slots=True)
class Moment:
    """An event's act (its place in the chronicle) and the days on which it may have been.

    `ends` marks the end of a lasting act.
    """

    act: int
    ends: bool
    earliest: Day
    latest: Day


@dataclass(frozen=True, slots=True)
class Derived:
    """What the law makes of a chronicle, in terms of numbered moments."""

    moments: tuple[Moment, ...]
    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]


def events_of(acts: Sequence[Act]) -> tuple[list[Event], list[Moment]]:
    """The acts, and the ends of those that lasted, as events in one line, a moment each.

    An act whose day is uncertain stands on the last day it may have been. Acts keep the order
    in which they are given; an end follows the acts of its day.
    """
    moments = [Moment(n, False, act.when.earliest, act.when.latest) for n, act in enumerate(acts)]
    moments += [Moment(n, True, *until) for n, until in _ends(acts).items()]
    moments.sort(key=lambda m: (m.latest, m.ends, m.act))
    events = []
    for seq, moment in enumerate(moments):
        act = acts[moment.act]
        kind = end_of(act.kind) if moment.ends else act.kind
        roles = dict(act.roles)
        if act.place:
            roles["place"] = (act.place,)
        events.append(Event(seq, seq, kind, roles))
    return events, moments


def _ends(acts: Sequence[Act]) -> dict[int, tuple[Day, Day]]:
    """The bounds of the last day of each act that lasted, by its place.

    An act that one of its like (same kind, same roles) outlasts does not end anything: a battle
    that is over does not end the war that goes on. Nor does one that is known to go on.
    """
    like: dict[object, list[tuple[int, tuple[Day, Day]]]] = {}
    for n, act in enumerate(acts):
        if act.when.until is not None:
            key = (act.kind, tuple(sorted(act.roles.items())))
            like.setdefault(key, []).append((n, act.when.until))
    return {
        n: until
        for group in like.values()
        for n, until in group
        if until[0] < END_OF_TIME
        and not any(other[1] > until[1] and acts[m].when.earliest <= until[1] for m, other in group)
    }


def facts_of(registers: Registers) -> Facts:
    """What the law may ask of the registers: keys and their values, by entity."""
    return {entity.id: entity.facts for entity in registers.values()}


def derive(chronicle: Chronicle, book: LawBook) -> Derived:
    """Apply the law book to the chronicle."""
    events, moments = events_of(chronicle.acts)
    result = evaluate(events, book, facts_of(chronicle.registers))
    return Derived(tuple(moments), result.spans, result.findings)


def evaluate(events: Sequence[Event], book: LawBook, facts: Facts) -> Derivation:
    """The spans and findings of the events, by the evaluator that suits their number."""
    if len(events) >= COMPILE_FROM:
        from dragoman.law.run import run
        from dragoman.state.scripts import script_of

        script = script_of(book)
        if script is not None:
            return run(script, events, facts)
    return interpret(events, book, facts)
