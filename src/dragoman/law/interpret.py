"""The reference evaluator: it walks the acts in order and keeps the state as it goes.

At each moment the rules look at the state just before it. Fluents are brought up to date one
after another, each after those that it leans on or whose start or end it waits for: what ends is
ended and what begins is begun at once, a start prevailing over an end of the same value; a fluent
that holds while others do is solved anew where something that it leans on has changed. What has
held as long as it may lapses, at a moment of its own, at the opening of the day after its last.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.law.book import LawBook
from dragoman.law.duties import Duties
from dragoman.law.events import Cause, Derivation, Event, Moment, Span
from dragoman.law.running import Args, Before, Facts, Held, RunningState
from dragoman.law.solve import Binding, matches, solutions, unify, value_of
from dragoman.law.terms import Terms
from dragoman.law.tree import Atom, Effect, Pattern, Rule, Term, Turn
from dragoman.law.walk import atoms_of
from dragoman.when import BEGINNING, Day


def interpret(
    events: Iterable[Event],
    book: LawBook,
    facts: Facts,
    until: Day | None = None,
    known: Day | None = None,
) -> Derivation:
    """Walk the events and derive every span and finding.

    `facts` maps entity id to key to values, as the registers hold them; the key `is` gives the
    classes of the entity. What lapses after the last event does so up to the day `until`, and
    duties are overdue by the day `known`, the last of which anything is known (both by default
    the day of the last event, `known` by default `until`).
    """
    walk = _Walk(book, facts)
    last = BEGINNING
    for _, group in itertools.groupby(events, key=lambda event: event.moment):
        walk.step(list(group))
        last = walk.state.day
    walk.duties.known = known
    walk.lapse(last if until is None else until)
    return walk.result(next(day for day in (known, until, last) if day is not None))


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """One effect of one event; the order decides between effects of one moment."""

    cause_seq: int
    rule: int
    effect: int
    value: str
    args: Args
    fluent: str
    key: str
    starts: bool


@dataclass(frozen=True, slots=True)
class _Turned:
    """A fluent that started or ended at this moment, and by what event."""

    starts: bool
    args: Args
    value: str
    seq: int


#: Patterns of instances to be solved anew, by fluent.
_Touched: TypeAlias = dict[str, set[tuple[str | None, ...]]]


class _Walk:
    def __init__(self, book: LawBook, facts: Facts) -> None:
        self.book = book
        self.state = RunningState(book, facts)
        self.before = Before(self.state)
        self.duties = Duties(book, self.state, self.before)
        self.spans: list[Span] = []
        self.line: list[Moment] = []
        self.numbers: list[int] = []
        self.rank = {fluent: n for n, fluent in enumerate(book.order)}
        self.terms = Terms(book, self.state)
        # For each fluent, the atoms of `holds while` rules that read it, with the rule's head.
        self.readers: defaultdict[str, list[tuple[Atom, Atom]]] = defaultdict(list)
        for rule in book.derivations:
            assert rule.head is not None
            for atom, _ in atoms_of(rule.condition):
                self.readers[atom.fluent].append((atom, rule.head))
        self.at_first()

    # --- moments ---------------------------------------------------------------------------

    def at_first(self) -> None:
        """Begin what holds at first: every instance, over the entities of the registers."""
        began = Cause(-1, "")
        touched: _Touched = {}
        for fluent in self.book.fluents.values():
            if fluent.first is None:
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
                    self.touch(fluent.name, instance, touched)
        self.update({}, touched, -1, silent=True)

    def step(self, events: Sequence[Event]) -> None:
        """One moment: what its events do, seen from the state just before it."""
        self.lapse(events[0].day)
        self.open(Moment(events[-1].seq), events[0].day, events[0].moment)
        changes: defaultdict[str, list[_Change]] = defaultdict(list)
        for event in events:
            self.duties.judge(event)
            for place, rule in self.book.rules_on.get(event.kind, ()):
                assert isinstance(rule.trigger, Pattern)
                for binding in matches(rule.trigger, event.roles):
                    self.effects(place, rule, binding, event.seq, changes)
        self.update(changes, {}, events[-1].seq)
        self.duties.answered(events)

    def lapse(self, day: Day) -> None:
        """Let everything lapse that may hold no longer when the day opens, one after another."""
        while (term := self.terms.due(day)) is not None:
            held = self.state.tables[term.fluent].held[term.args]
            rule = self.book.rules[term.rule]
            self.open(Moment(held.began.seq, term.lapses, term.days), term.lapses, -1)
            seq, rest = held.began.seq, (term.args, term.fluent, rule.key)
            changes = [_Change(seq, term.rule, 0, held.value, *rest, starts=False)]
            if term.to is not None:
                changes.append(_Change(seq, term.rule, 0, term.to, *rest, starts=True))
            self.update({term.fluent: changes}, {}, held.began.seq)
            self.duties.answered(())

    def open(self, moment: Moment, day: Day, number: int) -> None:
        self.state.open(len(self.line), day)
        self.line.append(moment)
        self.numbers.append(number)
        self.duties.pass_by(day)

    def update(
        self,
        changes: Mapping[str, list[_Change]],
        touched: _Touched,
        seq: int,
        silent: bool = False,
    ) -> None:
        """Bring every fluent up to date, in order; `changes` are those that acts ask for.

        If it is `silent`, no start or end brings about anything.
        """
        waiting = defaultdict(list, changes)
        ranks = {self.rank[fluent] for fluent in (*waiting, *touched) if fluent in self.rank}
        queue = sorted(ranks)
        while queue:
            rank = heapq.heappop(queue)
            ranks.discard(rank)
            fluent = self.book.order[rank]
            if fluent in self.book.derivations_of:
                turned = self.solve_anew(fluent, touched.pop(fluent, set()), seq)
            else:
                turned = self.apply(fluent, waiting.pop(fluent, []))
            for turn in turned:
                self.touch(fluent, turn.args, touched)
                if not silent:
                    self.turn(fluent, turn, waiting)
            for other in (*touched, *waiting):
                if self.rank[other] not in ranks:
                    ranks.add(self.rank[other])
                    heapq.heappush(queue, self.rank[other])
        self.terms.reckon()

    # --- what acts and turns do ----------------------------------------------------------------

    def effects(
        self,
        place: int,
        rule: Rule,
        matched: Binding,
        seq: int,
        changes: defaultdict[str, list[_Change]],
    ) -> None:
        """Add what a rule does where it fits: once for each way in which its condition holds."""
        for binding in solutions(rule.condition, matched, self.before):
            for n, effect in enumerate(rule.effects):
                for args, value in self.targets(effect, binding):
                    name = effect.atom.fluent
                    change = _Change(seq, place, n, value, args, name, rule.key, effect.starts)
                    changes[name].append(change)

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
                    self.state.tables[fluent.name].denied.add(fluent.canonical(args))
                yield fluent.canonical(args), held
        if fluent.open and len(known) == len(pattern):
            self.state.tables[fluent.name].denied.add(fluent.canonical(known))

    def turn(self, fluent: str, turn: _Turned, changes: defaultdict[str, list[_Change]]) -> None:
        """What the start or end of a fluent brings about at the same moment."""
        for place, rule in self.book.rules_at.get((fluent, turn.starts), ()):
            assert isinstance(rule.trigger, Turn)
            for binding in self.turn_bindings(rule.trigger.atom, turn):
                self.effects(place, rule, binding, turn.seq, changes)
        for norm in self.book.norms_at.get((fluent, turn.starts), ()):
            assert isinstance(norm.trigger, Turn)
            for binding in self.turn_bindings(norm.trigger.atom, turn):
                self.duties.apply(norm, binding, turn.seq)

    def turn_bindings(self, atom: Atom, turn: _Turned) -> Iterator[Binding]:
        for args in self.book.fluents[atom.fluent].turns(turn.args):
            binding = unify(atom.args, args, {})
            if binding is not None and atom.value is not None:
                binding = unify((atom.value,), (turn.value,), binding)
            if binding is not None:
                yield binding

    def apply(self, fluent: str, changes: Iterable[_Change]) -> list[_Turned]:
        """Make the changes of one fluent, and tell what started and ended."""
        table = self.state.tables[fluent]
        starts: dict[Args, _Change] = {}
        closing: dict[Args, _Change] = {}
        for change in sorted(changes):
            (starts if change.starts else closing)[change.args] = change
        turned: list[_Turned] = []
        for args, change in starts.items():
            held = table.held.get(args)
            if held is not None and held.value == change.value:
                closing.pop(args, None)
                self.terms.begun(fluent, args, renewed=True)
            elif held is not None:
                closing[args] = change
        for args, change in closing.items():
            if args in table.held:
                held = self.close(fluent, args, Cause(change.cause_seq, change.key))
                turned.append(_Turned(False, args, held.value, change.cause_seq))
        for args, change in starts.items():
            if args not in table.held:
                table.denied.discard(args)
                self.state.begin(fluent, args, change.value, Cause(change.cause_seq, change.key))
                self.terms.begun(fluent, args, renewed=False)
                turned.append(_Turned(True, args, change.value, change.cause_seq))
        return turned

    def close(self, fluent: str, args: Args, cause: Cause) -> Held:
        held = self.state.end(fluent, args)
        self.terms.ended(fluent, args)
        if held.start < self.state.moment:
            moments = (held.start, held.began, self.state.moment, cause)
            self.spans.append(Span(fluent, args, held.value, *moments))
        return held

    # --- fluents that hold while others do -------------------------------------------------------

    def touch(self, fluent: str, args: Args, touched: _Touched) -> None:
        """Note which instances may have to be solved anew because this one changed."""
        for atom, head in self.readers.get(fluent, ()):
            for turned in self.book.fluents[fluent].turns(args):
                binding = unify(atom.args, turned, {})
                if binding is not None:
                    pattern = tuple(value_of(term, binding) for term in head.args)
                    touched.setdefault(head.fluent, set()).add(pattern)

    def solve_anew(
        self, fluent: str, patterns: set[tuple[str | None, ...]], seq: int
    ) -> list[_Turned]:
        """Solve the instances that agree with the patterns, and tell what started and ended."""
        turned: list[_Turned] = []
        for pattern in _widest(patterns):
            now = self.solved(fluent, pattern)
            table = self.state.tables[fluent]
            turns = self.book.fluents[fluent].turns(pattern)
            for args in {found for one in turns for found in table.like(one)}:
                if args not in now or now[args][0] != table.held[args].value:
                    held = self.close(fluent, args, Cause(seq, ""))
                    turned.append(_Turned(False, args, held.value, seq))
            for args, (value, key) in now.items():
                if args not in table.held:
                    self.state.begin(fluent, args, value, Cause(seq, key))
                    turned.append(_Turned(True, args, value, seq))
        return turned

    def solved(self, fluent: str, pattern: Sequence[str | None]) -> dict[Args, tuple[str, str]]:
        """The instances that agree with a pattern: their values, and by which rule."""
        now: dict[Args, tuple[str, str]] = {}
        info = self.book.fluents[fluent]
        for rule in self.book.derivations_of[fluent]:
            assert rule.head is not None
            found: dict[Args, str] = {}
            for turned in info.turns(pattern):
                binding = _bind(rule.head.args, turned)
                for solved in (
                    () if binding is None else solutions(rule.condition, binding, self.state)
                ):
                    args = info.canonical(tuple(value_of(t, solved) or "" for t in rule.head.args))
                    value = value_of(rule.head.value, solved) if rule.head.value else ""
                    found[args] = max(found.get(args, ""), value or "")
            now |= {args: (value, rule.key) for args, value in found.items()}
        return now

    # --- the end ---------------------------------------------------------------------------

    def result(self, until: Day) -> Derivation:
        for fluent, table in self.state.tables.items():
            for args, held in table.held.items():
                self.spans.append(Span(fluent, args, held.value, held.start, held.began))
        lapsed = any(moment.lapsed is not None for moment in self.line)
        spans = self.spans if lapsed else [self.numbered(span) for span in self.spans]
        spans.sort(key=lambda s: (s.fluent, s.args, s.start, s.value))
        findings = tuple(sorted(self.duties.result(until)))
        return Derivation(tuple(spans), findings, tuple(self.line) if lapsed else ())

    def numbered(self, span: Span) -> Span:
        """A span in the moments of the events."""
        start = self.numbers[span.start] if span.start >= 0 else -1
        stop = None if span.stop is None else self.numbers[span.stop]
        return Span(span.fluent, span.args, span.value, start, span.began, stop, span.ended)


def _bind(terms: Sequence[Term], given: Sequence[str | None]) -> Binding | None:
    """The binding under which the terms stand for the values that are given, or None."""
    known = [(t, v) for t, v in zip(terms, given, strict=True) if v is not None]
    return unify([t for t, _ in known], [v for _, v in known], {})


def _widest(patterns: set[tuple[str | None, ...]]) -> Iterator[tuple[str | None, ...]]:
    """The patterns, without those that another one covers wholly by leaving all open."""
    open_one = next((p for p in patterns if all(v is None for v in p)), None)
    return iter(patterns if open_one is None else {open_one})
