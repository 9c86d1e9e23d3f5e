"""From a chronicle and its law to dated spans and findings.

Acts become events in one line (`events_of`); the law makes spans and findings of them; spans
get the days of the acts that began and ended them. Small worlds are interpreted, large ones
are compiled to relations: both evaluators mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dragoman.chronicle.acts import Act
from dragoman.chronicle.read import Chronicle
from dragoman.chronicle.registers import Registers
from dragoman.law.book import LawBook
from dragoman.law.events import Derivation, Event, Finding, Span
from dragoman.law.interpret import interpret
from dragoman.law.running import Facts
from dragoman.law.tree import end_of
from dragoman.when import END_OF_TIME, Day

#: From so many events on, the compiled law is the quicker one, the seconds for making its SQL
#: included (see benchmarks/README.md).
COMPILE_FROM = 20_000

#: How many days after the last act things go on to lapse, where the world does not say.
_CENTURY = 36_525


@dataclass(frozen=True, slots=True)
class Moment:
    """An event's act (its place in the chronicle) and the days on which it may have been.

    `ends` marks the end of a lasting act, `lapses` the lapse of what the act began.
    """

    act: int
    ends: bool
    earliest: Day
    latest: Day
    lapses: bool = False


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
        events.append(Event(seq, seq, kind, roles, moment.latest))
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
    return {id: registers.said_of(id) for id in registers}


def derive(chronicle: Chronicle, book: LawBook, told: Day = END_OF_TIME) -> Derived:
    """Apply the law book to the chronicle, which tells of the time up to the day `told`."""
    events, moments = events_of(chronicle.acts)
    last = moments[-1].latest + _CENTURY if moments else 0
    known = told if told < END_OF_TIME or not moments else moments[-1].latest
    facts = facts_of(chronicle.registers)
    result = evaluate(events, book, facts, min(told, last), known)
    if not result.line:
        return Derived(tuple(moments), result.spans, result.findings)
    placed = [
        moments[m.seq] if m.lapsed is None else _lapse(moments[m.seq], m.lapsed, m.days)
        for m in result.line
    ]
    places = {m.seq: n for n, m in enumerate(result.line) if m.lapsed is None}
    findings = (
        replace(f, seq=places[f.seq], answer=places.get(f.answer, -1)) for f in result.findings
    )
    return Derived(tuple(placed), result.spans, tuple(findings))


def _lapse(began: Moment, day: Day, days: int | None) -> Moment:
    """The lapse of what began at a moment; as doubtful as that, unless its date was fixed."""
    width = 0 if days is None else began.latest - began.earliest
    return Moment(began.act, False, day - width, day, lapses=True)


def evaluate(
    events: Sequence[Event],
    book: LawBook,
    facts: Facts,
    until: Day | None = None,
    known: Day | None = None,
) -> Derivation:
    """The spans and findings of the events, by the evaluator that suits their number."""
    if len(events) >= COMPILE_FROM:
        from dragoman.law.run import run
        from dragoman.state.scripts import script_of

        script = script_of(book)
        if script is not None:
            return run(script, events, facts)
    return interpret(events, book, facts, until, known)
