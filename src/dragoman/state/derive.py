"""From a chronicle and its law to dated spans and findings.

Acts become events in one line (`events_of`); the law makes spans and findings of them; spans get
the days on which they certainly, and those on which they possibly held (`law.doubt`, `bounds`).
Small worlds are interpreted, large ones are compiled to relations: both evaluators mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dragoman.chronicle.acts import Act
from dragoman.chronicle.read import Chronicle
from dragoman.chronicle.registers import Registers
from dragoman.law.book import LawBook
from dragoman.law.doubt import Occasion, extents_of
from dragoman.law.events import (
    AT_FIRST,
    Args,
    Cause,
    Derivation,
    Event,
    Facts,
    Finding,
    Span,
    day_of,
    opening,
)
from dragoman.law.extents import Extent, Extents
from dragoman.law.interpret import interpret
from dragoman.law.strata import heads_of
from dragoman.law.tree import end_of
from dragoman.state.bounds import Days, Window, shared_out
from dragoman.when import BEGINNING, END_OF_TIME, Day, When

#: From so many events on, the compiled law is taken: the law of treaties alone gains from a
#: thousand on, all the laws of the shipped world from a hundred thousand (benchmarks/README.md).
COMPILE_FROM = 20_000

#: The slots of ends, which follow the acts of their day, begin here.
_ENDS = 2**30

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
    """What the law makes of a chronicle, in terms of numbered moments.

    `days` are those of each span. A span that starts and stops at one moment is none of the line
    that the law derived; on other days of the acts it may have held.
    """

    moments: tuple[Dated, ...]
    spans: tuple[Span, ...]
    days: tuple[Days, ...]
    findings: tuple[Finding, ...]


def events_of(acts: Sequence[Act]) -> tuple[list[Event], list[Dated]]:
    """The acts, and the ends of those that lasted, as events in one line, a moment each.

    An act whose day is uncertain stands on the last day it may have been. Acts keep the order
    in which they are given; an end follows the acts of its day.
    """
    moments = [Dated(n, False, act.when.earliest, act.when.latest) for n, act in enumerate(acts)]
    moments += [Dated(end.act, True, *end.until) for end in _ends(acts) if end.told]
    moments.sort(key=lambda m: (m.latest, m.ends, acts[m.act].slot))
    events = []
    for seq, moment in enumerate(moments):
        act = acts[moment.act]
        kind = end_of(act.kind) if moment.ends else act.kind
        events.append(Event(seq, seq, kind, roles_of(act), moment.latest))
    return events, moments


def occasions_of(acts: Sequence[Act]) -> list[Occasion]:
    """The acts, and the ends of those that lasted, each on any day on which it may have been.

    What is disputed and told on someone's word may not have been at all.
    """
    earlier = _earlier(acts)
    told = [
        Occasion(
            act.kind,
            roles_of(act),
            act.when.earliest,
            act.when.latest,
            act.slot,
            _surely_was(act),
            earlier[n],
        )
        for n, act in enumerate(acts)
    ]
    for end in _ends(acts):
        act = acts[end.act]
        kind, sure = end_of(act.kind), end.sure and _surely_was(act)
        slot, before = _ENDS + act.slot, earlier[end.act] | {end.act}
        told.append(Occasion(kind, roles_of(act), *end.until, slot, sure, before))
    return told


def _surely_was(act: Act) -> bool:
    return act.certainty != "disputed" or not act.according_to


def _earlier(acts: Sequence[Act]) -> list[frozenset[int]]:
    """The acts that are known to have come before each."""
    place = {act.id: n for n, act in enumerate(acts)}
    before: list[set[int]] = [set() for _ in acts]
    for n, act in enumerate(acts):
        for order in act.orders:
            other = place.get(order.act, n)
            one, next_one = (n, other) if order.before else (other, n)
            if one != next_one:
                before[next_one].add(one)
    for n in sorted(range(len(acts)), key=lambda n: acts[n].slot):  # what comes before, has less
        before[n].update(*(before[one] for one in before[n]))
    return [frozenset(ones) for ones in before]


def roles_of(act: Act) -> dict[str, tuple[str, ...]]:
    """The roles of an act as the law sees them."""
    return {**act.roles, "place": (act.place,)} if act.place else dict(act.roles)


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a lasting act: the bounds of its last day.

    It is `told` if no act of its like is known to outlast it, on the last days on which all may
    have been; it is `sure` if none does on whatever days.
    """

    act: int
    until: tuple[Day, Day]
    told: bool
    sure: bool


def _ends(acts: Sequence[Act]) -> Iterator[_End]:
    """The ends of acts that lasted, unless they are known to go on.

    An act that one of its like (same kind, same roles) outlasts does not end anything: a battle
    that is over does not end the war that goes on.
    """
    like: dict[object, list[tuple[int, When, tuple[Day, Day]]]] = {}
    for n, act in enumerate(acts):
        if act.when.until is not None:
            key = (act.kind, tuple(sorted(act.roles.items())))
            like.setdefault(key, []).append((n, act.when, act.when.until))
    for group in like.values():
        for n, _when, (first, last) in group:
            if first >= END_OF_TIME:
                continue
            others = [(when, until) for m, when, until in group if m != n]
            outlasted = any(until[0] > last and when.latest <= first for when, until in others)
            perhaps = any(until[1] > first and when.earliest <= last for when, until in others)
            told = not any(until[1] > last and when.latest <= last for when, until in others)
            if not outlasted:
                yield _End(n, (first, last), told, not perhaps)


def facts_of(registers: Registers) -> Facts:
    """What the law may ask of the registers: keys and their values, by entity."""
    return {id: registers.said_of(id) for id in registers}


def derive(chronicle: Chronicle, book: LawBook, told: Day = END_OF_TIME) -> Derived:
    """Apply the law book to the chronicle, which tells of the time up to the day `told`."""
    events, moments = events_of(chronicle.acts)
    last = moments[-1].latest + _CENTURY if moments else 0
    known = told if told < END_OF_TIME or not moments else moments[-1].latest
    facts = facts_of(chronicle.registers)
    until = min(told, last)
    result = evaluate(events, book, facts, until, known)
    extents = extents_of(occasions_of(chronicle.acts), book, facts, until)
    return _with_days(_placed(result, events, moments, book), extents, chronicle.acts, book)


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
        (),
        tuple(replace(f, seq=acts[f.seq], answer=acts[f.answer]) for f in found.findings),
    )


def _with_days(
    derived: Derived, extents: Mapping[str, Extents], acts: Sequence[Act], book: LawBook
) -> Derived:
    """What was derived, with the days of each span, and with what is possible beside the line."""
    moments = derived.moments
    line: dict[tuple[str, Args, str], list[Span]] = {}
    for span in derived.spans:
        line.setdefault((span.fluent, span.args, span.value), []).append(span)
    days: dict[Span, Days] = {}
    told = [
        (n, end_of(acts[m.act].kind) if m.ends else acts[m.act].kind, m)
        for n, m in enumerate(moments)
        if not m.lapses
    ]
    for fluent, table in extents.items():
        for args, by_value in table.of.items():
            for value, extent in by_value.items():
                own = line.get((fluent, args, value))
                if own is None:
                    at, rule = _first_chance(fluent, extent, told, acts, book)
                    own = [Span(fluent, args, value, at, Cause(at, rule), at, Cause(at, rule))]
                windows = [_window(span, moments) for span in own]
                days |= zip(own, shared_out(extent, windows), strict=True)
    none = Days((), ())
    spans = (*derived.spans, *(span for span in days if span.start == span.stop))
    return replace(derived, spans=spans, days=tuple(days.get(span, none) for span in spans))


def _first_chance(
    fluent: str,
    extent: Extent,
    line: Sequence[tuple[int, str, Dated]],
    acts: Sequence[Act],
    book: LawBook,
) -> tuple[int, str]:
    """The number of the moment, and a rule, by which something that may have been would begin.

    The line has the number and kind of each event, and when it may have been.
    """
    first = extent.possible[0][0]
    slot = first - opening(day_of(first)) - 1
    if slot < 0:  # it lapsed to this: the act is the last that may have begun it by then
        begun = [
            (m.earliest, n)
            for n, kind, m in line
            if m.earliest < day_of(first)
            and any(fluent in heads_of(rule) for _, rule in book.rules_on.get(kind, ()))
        ]
        lapse = next((rule.key for _, rule in book.lapses_of.get(fluent, ())), "")
        return max(begun, default=(0, -1))[1], lapse
    wanted = (slot % _ENDS, slot >= _ENDS)
    for n, kind, moment in line:
        if (acts[moment.act].slot, moment.ends) == wanted:
            rules = [*(rule for _, rule in book.rules_on.get(kind, ())), *book.derivations]
            return n, next((rule.key for rule in rules if fluent in heads_of(rule)), "")
    return -1, ""


def _window(span: Span, moments: Sequence[Dated]) -> Window:
    """The days on which a span may have been by the acts that began and ended it."""
    first = BEGINNING if span.start < 0 else moments[span.start].earliest
    if span.stop is None or span.stop == span.start:
        return Window(first)
    return Window(first, moments[span.stop].latest)


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
