"""The reference evaluator: it walks the acts in order and keeps the state as it goes.

At each moment the rules look at the state just before it. Fluents are brought up to date one
after another, each after those that it leans on or whose start or end it waits for: what ends is
ended and what begins is begun at once, a start prevailing over an end of the same value; a fluent
that holds while others do is solved anew where something that it leans on has changed. What has
held as long as it may lapses at the opening of the day after its last.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.law.book import LawBook
from dragoman.law.deadlines import Deadlines
from dragoman.law.duties import Duties
from dragoman.law.events import (
    AT_FIRST,
    Args,
    Cause,
    Derivation,
    Event,
    Facts,
    Moment,
    Span,
    day_of,
    opening,
)
from dragoman.law.leaning import Leaning, Open, Touched
from dragoman.law.running import Before, Held, RunningState
from dragoman.law.settle import Change, Settled, settle
from dragoman.law.solve import Binding, matches, solutions, unify, value_of
from dragoman.law.tree import Atom, Effect, Pattern, Rule, Turn
from dragoman.when import BEGINNING, Day


def interpret(
    events: Iterable[Event],
    book: LawBook,
    facts: Facts,
    until: Day | None = None,
    known: Day | None = None,
    given: Mapping[str, Iterable[Span]] | None = None,
) -> Derivation:
    """Walk the events and derive every span and finding.

    `facts` maps entity id to key to values, as the registers hold them; the key `is` gives the
    classes of the entity. What lapses after the last event does so up to the day `until`, and
    duties are overdue by the day `known`, the last of which anything is known (by default `until`;
    neither can come before the last event). Fluents that are `given` have just these spans,
    whatever the book has; they are not given back.
    """
    given = {} if given is None else given
    walk = _Walk(book, facts, frozenset(given))
    edges = [edge for spans in given.values() for span in spans for edge in _edges(span)]
    walk.at_first([edge for edge in edges if edge.at == AT_FIRST])
    timed = sorted((edge for edge in edges if edge.at != AT_FIRST), key=_at)
    last = BEGINNING
    happens: Iterator[Event | _Edge] = heapq.merge(events, timed, key=_at)
    for at, group in itertools.groupby(happens, key=_at):
        both = list(group)
        walk.lapse(at)
        told = [event for event in both if isinstance(event, Event)]
        walk.step(at, told, [edge for edge in both if isinstance(edge, _Edge)])
        last = day_of(at)
    until, known = horizon(last, until, known)
    walk.duties.known = known
    walk.lapse(opening(until + 1))
    return walk.result(known)


def one_more(event: Event, book: LawBook, facts: Facts, line: Iterable[Span]) -> Derivation:
    """What one more event would do at its moment, after all that the spans of a line tell.

    The spans that it ends (with a stop) and begins, and what norms find of it at once. What open
    facts the line denied is not known.
    """
    walk = _Walk(book, facts, ())
    for span in line:
        table, held = walk.state.tables[span.fluent], Held(span.value, span.start, span.began)
        if span.stop is None or span.stop >= event.at:
            table.put(span.args, held)
        else:
            table.past.append((span.args, held, span.stop))
    walk.step(event.at, [event], ())
    begun = [
        Span(fluent, args, held.value, held.start, held.began)
        for fluent, table in walk.state.tables.items()
        for args, held in table.held.items()
        if held.start == event.at
    ]
    return Derivation((*walk.spans, *begun), tuple(walk.duties.findings))


def horizon(last: Day, until: Day | None, known: Day | None) -> tuple[Day, Day]:
    """The days up to which things lapse, and of which anything is known; see `interpret`."""
    until = last if until is None else max(until, last)
    return until, until if known is None else max(known, last)


@dataclass(frozen=True, slots=True)
class _Edge:
    """The start or end of a span that is given."""

    at: Moment
    fluent: str
    turned: _Flip


def _at(happens: Event | _Edge) -> Moment:
    return happens.at


def _edges(span: Span) -> Iterator[_Edge]:
    """The end of a span, if it ends, and its start."""
    if span.stop is not None and span.ended is not None:
        turned = _Flip(False, span.args, span.value, span.ended.seq)
        yield _Edge(span.stop, span.fluent, turned)
    yield _Edge(span.start, span.fluent, _Flip(True, span.args, span.value, span.began.seq))


#: What rules ask of instances, by fluent and arguments.
_Changes: TypeAlias = defaultdict[str, defaultdict[Args, list[Change]]]


def _none() -> _Changes:
    return defaultdict(lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class _Flip:
    """A fluent that started or ended at this moment, and by what event."""

    starts: bool
    args: Args
    value: str
    seq: int


class _Walk:
    def __init__(self, book: LawBook, facts: Facts, given: Collection[str]) -> None:
        self.book, self.given = book, given
        self.state = RunningState(book, facts)
        self.before = Before(self.state)
        self.duties = Duties(book, self.state, self.before)
        self.spans: list[Span] = []
        self.denied: set[tuple[str, Args]] = set()
        self.told: set[tuple[str, Args]] = set()
        self.rank = {fluent: n for n, fluent in enumerate(book.order)}
        self.deadlines = Deadlines(book, self.state)
        self.leaning = Leaning(book, self.state)

    # --- moments ---------------------------------------------------------------------------

    def at_first(self, given: Iterable[_Edge]) -> None:
        """Begin what holds at first: every instance, over the entities of the registers."""
        began = Cause(-1, "")
        touched: Touched = {}
        for fluent in self.book.fluents.values():
            if fluent.first is None or fluent.name in self.given:
                continue
            domains = [
                [id for id, facts in self.state.register.items() if sort in facts.get("is", ())]
                for sort in fluent.types.values()
            ]
            for args in itertools.product(*domains):
                instance = fluent.canonical(args)
                if fluent.symmetric and args[0] == args[1]:
                    continue
                if instance not in self.state.tables[fluent.name].held:
                    self.state.begin(fluent.name, instance, fluent.first, began)
                    self.leaning.touch(fluent.name, instance, -1, touched)
        for edge in given:
            args, value = edge.turned.args, edge.turned.value
            self.state.begin(edge.fluent, args, value, began)
            self.leaning.touch(edge.fluent, args, -1, touched)
        self.update(_none(), {}, touched, silent=True)

    def lapse(self, before: Moment) -> None:
        """Let everything lapse that does before a moment."""
        while opening(day := min(self.deadlines.next(), self.duties.next())) < before:
            self.step(opening(day), (), ())

    def step(self, at: Moment, events: Sequence[Event], edges: Iterable[_Edge]) -> None:
        """One moment: what happens and lapses at it does, seen from the state just before it."""
        self.state.open(at)
        self.duties.pass_by(self.state.day)
        changes = _none()
        if at == opening(self.state.day):
            self.lapses(changes)
        for event in events:
            self.duties.judge(event)
            for place, rule in self.book.rules_on.get(event.kind, ()):
                assert isinstance(rule.trigger, Pattern)
                for binding in matches(rule.trigger, event.roles):
                    self.effects(place, rule, binding, event.seq, changes)
        given: defaultdict[str, list[_Flip]] = defaultdict(list)
        for edge in edges:
            given[edge.fluent].append(edge.turned)
        self.update(changes, given, {})
        self.duties.answered(events)
        self.remember()

    def remember(self) -> None:
        """Keep, now that the moment is over, what it has told of open facts and denied."""
        for fluent, args in self.denied:
            self.state.tables[fluent].denied.add(args)
        for fluent, args in self.told:
            self.state.tables[fluent].denied.discard(args)
        self.denied.clear()
        self.told.clear()

    def lapses(self, changes: _Changes) -> None:
        """Add what lapses when the day opens."""
        for deadline in self.deadlines.due(self.state.day):
            held = self.state.tables[deadline.fluent].held[deadline.args]
            for value, starts in ((held.value, False), (deadline.to, True)):
                if value is not None:
                    change = Change(held.began.seq, deadline.rule, 0, value, starts)
                    changes[deadline.fluent][deadline.args].append(change)

    def update(
        self,
        changes: _Changes,
        given: Mapping[str, list[_Flip]],
        touched: Touched,
        silent: bool = False,
    ) -> None:
        """Bring every fluent up to date, in order; `changes` are those that acts and time ask for.

        What starts or ends at its turn may ask for changes of fluents later in the order, which
        wait for theirs. If it is `silent`, no start or end brings about anything.
        """
        ranks = {self.rank[f] for f in (*changes, *given, *touched) if f in self.rank}
        queue = sorted(ranks)
        while queue:
            rank = heapq.heappop(queue)
            ranks.discard(rank)
            fluent = self.book.order[rank]
            if fluent in given:
                turned = self.replay(fluent, given[fluent])
            elif fluent in self.book.derivations_of:
                turned = self.solve_anew(fluent, touched.pop(fluent, {}))
            else:
                turned = self.apply(fluent, changes.pop(fluent, {}))
            for turn in turned:
                self.leaning.touch(fluent, turn.args, turn.seq, touched)
                if not silent:
                    self.turn(fluent, turn, changes)
            for other in (*touched, *changes):
                if self.rank[other] not in ranks:
                    ranks.add(self.rank[other])
                    heapq.heappush(queue, self.rank[other])
        self.deadlines.reckon()

    # --- what acts and turns do ----------------------------------------------------------------

    def effects(
        self,
        place: int,
        rule: Rule,
        matched: Binding,
        seq: int,
        changes: _Changes,
    ) -> None:
        """Add what a rule does where it fits: once for each way in which its condition holds."""
        for binding in solutions(rule.condition, matched, self.before):
            for n, effect in enumerate(rule.effects):
                for args, value in self.targets(effect, binding):
                    change = Change(seq, place, n, value, effect.starts)
                    changes[effect.atom.fluent][args].append(change)

    def targets(self, effect: Effect, binding: Binding) -> Iterator[tuple[Args, str]]:
        """The instances that an effect touches; an end may touch all that agree with it."""
        atom = effect.atom
        fluent = self.book.fluents[atom.fluent]
        pattern = [value_of(term, binding) for term in atom.args]
        known = tuple(v for v in pattern if v is not None)
        value = value_of(atom.value, binding) if atom.value is not None else None
        if effect.starts:
            yield fluent.canonical(known), value or ""
            return
        for args, held in self.before.rows(atom.fluent, pattern, value):
            if unify(atom.args, args, binding) is not None:
                if fluent.open:
                    self.denied.add((fluent.name, fluent.canonical(args)))
                yield fluent.canonical(args), held
        if fluent.open and len(known) == len(pattern):
            self.denied.add((fluent.name, fluent.canonical(known)))

    def turn(self, fluent: str, turn: _Flip, changes: _Changes) -> None:
        """What the start or end of a fluent brings about at the same moment."""
        for place, rule in self.book.rules_at.get((fluent, turn.starts), ()):
            assert isinstance(rule.trigger, Turn)
            for binding in self.turn_bindings(rule.trigger.atom, turn):
                self.effects(place, rule, binding, turn.seq, changes)
        for norm in self.book.norms_at.get((fluent, turn.starts), ()):
            assert isinstance(norm.trigger, Turn)
            for binding in self.turn_bindings(norm.trigger.atom, turn):
                self.duties.apply(norm, binding, turn.seq)

    def turn_bindings(self, atom: Atom, turn: _Flip) -> Iterator[Binding]:
        for args in self.book.fluents[atom.fluent].orders(turn.args):
            binding = unify(atom.args, args, {})
            if binding is not None and atom.value is not None:
                binding = unify((atom.value,), (turn.value,), binding)
            if binding is not None:
                yield binding

    def apply(self, fluent: str, changes: Mapping[Args, Iterable[Change]]) -> list[_Flip]:
        """Make the changes of one fluent, and tell what started and ended."""
        table = self.state.tables[fluent]
        settled: list[tuple[Args, Settled]] = []
        for args, several in changes.items():
            held = table.held.get(args)
            settled.append((args, settle(None if held is None else held.value, several)))
        turned: list[_Flip] = []
        for args, (stop, _start, renewed) in settled:
            if renewed:
                self.deadlines.begun(fluent, args, renewed=True)
            if stop is not None:
                held = self.close(fluent, args, self.cause(stop))
                turned.append(_Flip(False, args, held.value, stop.seq))
        for args, (_stop, start, _renewed) in settled:
            if start is not None:
                self.told.add((fluent, args))
                self.state.begin(fluent, args, start.value, self.cause(start))
                self.deadlines.begun(fluent, args, renewed=False)
                turned.append(_Flip(True, args, start.value, start.seq))
        return turned

    def cause(self, change: Change) -> Cause:
        """The event and the rule of a change."""
        return Cause(change.seq, self.book.rules[change.rule].key)

    def replay(self, fluent: str, turned: list[_Flip]) -> list[_Flip]:
        """Let a fluent that is given start and end as it did: first what ends, then what starts."""
        turned.sort(key=lambda turn: turn.starts)
        for turn in turned:
            if turn.starts:
                self.state.begin(fluent, turn.args, turn.value, Cause(turn.seq, ""))
            else:
                self.state.end(fluent, turn.args)
        return turned

    def close(self, fluent: str, args: Args, cause: Cause) -> Held:
        held = self.state.end(fluent, args)
        self.deadlines.ended(fluent, args)
        if held.start < self.state.moment:
            moments = (held.start, held.began, self.state.moment, cause)
            self.spans.append(Span(fluent, args, held.value, *moments))
        return held

    def solve_anew(self, fluent: str, patterns: Mapping[Open, int]) -> list[_Flip]:
        """Solve the instances that agree with the patterns, and tell what started and ended."""
        turned: list[_Flip] = []
        for args, seq, now in self.leaning.changed(fluent, patterns):
            if args in self.state.tables[fluent].held:
                held = self.close(fluent, args, Cause(seq, ""))
                turned.append(_Flip(False, args, held.value, seq))
            if now is not None:
                value, key = now
                self.state.begin(fluent, args, value, Cause(seq, key))
                turned.append(_Flip(True, args, value, seq))
        return turned

    # --- the end ---------------------------------------------------------------------------

    def result(self, until: Day) -> Derivation:
        for fluent, table in self.state.tables.items():
            for args, held in table.held.items() if fluent not in self.given else ():
                self.spans.append(Span(fluent, args, held.value, held.start, held.began))
        self.spans.sort(key=lambda s: (s.fluent, s.args, s.start, s.value))
        return Derivation(tuple(self.spans), tuple(sorted(self.duties.result(until))))
