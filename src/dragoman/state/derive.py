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
from dragoman.law.events import AT_FIRST, Derivation, Event, Facts, Finding, Span, day_of, opening
from dragoman.law.interpret import interpret
from dragoman.law.tree import end_of
from dragoman.when import END_OF_TIME, Day

#: From so many events on, the compiled law is taken: the law of treaties alone gains from a
#: thousand on, all the laws of the shipped world from a hundred thousand (benchmarks/README.md).
COMPILE_FROM = 20_000

#: How many days after the last act things go on to lapse, where the world does not say.
_CENTURY = 36_525


@dataclass(frozen=True, slots=True)
class Dated:
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

    moments: tuple[Dated, ...]
    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]


def events_of(acts: Sequence[Act]) -> tuple[list[Event], list[Dated]]:
    """The acts, and the ends of those that lasted, as events in one line, a moment each.

    An act whose day is uncertain stands on the last day it may have been. Acts keep the order
    in which they are given; an end follows the acts of its day.
    """
    moments = [Dated(n, False, act.when.earliest, act.when.latest) for n, act in enumerate(acts)]
    moments += [Dated(n, True, *until) for n, until in _ends(acts).items()]
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
    return _placed(result, events, moments, book)


def _placed(
    found: Derivation, events: Sequence[Event], moments: Sequence[Dated], book: LawBook
) -> Derived:
    """What was derived, with the moments numbered: those of the acts, and those of lapses.

    Several things may lapse when a day opens, by different acts: each is a moment for itself.
    """
    days = {rule.key for rule in book.rules if rule.lapse is not None and rule.lapse.days}
    causes = [(s.start, s.began) for s in found.spans]
    causes += [(s.stop, s.ended) for s in found.spans if s.stop is not None and s.ended]
    lapses: dict[tuple[int, int], bool] = {}
    for at, cause in causes:
        if at == opening(day_of(at)):
            key = (at, cause.seq)
            lapses[key] = lapses.get(key, False) or cause.rule in days
    line = [((event.at, event.seq), moments[event.seq]) for event in events]
    line += [
        (key, _lapse(moments[key[1]], day_of(key[0]), by_days)) for key, by_days in lapses.items()
    ]
    line.sort(key=lambda entry: entry[0])
    places = {key: n for n, (key, _) in enumerate(line)}
    places[AT_FIRST, -1] = -1

    def placed(span: Span) -> Span:
        start, stop = places[span.start, span.began.seq], None
        if span.stop is not None and span.ended is not None:
            stop = places[span.stop, span.ended.seq]
        return replace(span, start=start, stop=stop)

    acts = {-1: -1} | {event.seq: places[event.at, event.seq] for event in events}
    return Derived(
        tuple(moment for _, moment in line),
        tuple(map(placed, found.spans)),
        tuple(replace(f, seq=acts[f.seq], answer=acts[f.answer]) for f in found.findings),
    )


def _lapse(began: Dated, day: Day, by_days: bool) -> Dated:
    """The lapse of what began at a moment; as doubtful as that, unless its date was fixed."""
    width = began.latest - began.earliest if by_days else 0
    return Dated(began.act, False, day - width, day, lapses=True)


def evaluate(
    events: Sequence[Event],
    book: LawBook,
    facts: Facts,
    until: Day | None = None,
    known: Day | None = None,
) -> Derivation:
    """The spans and findings of the events, by the evaluator that suits their number."""
    if len(events) >= COMPILE_FROM:
        from dragoman.law.compile import compiled

        return compiled(events, book, facts, until, known)
    return interpret(events, book, facts, until, known)
