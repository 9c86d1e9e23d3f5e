"""The reference evaluator: it walks the acts in order and keeps the state as it goes.

At each moment the rules look at the state just before it; then everything that ends is ended
and everything that begins is begun, at once; then the `holds while` fluents that lean on what
changed are solved anew. A start prevails over an end of the same value at the same moment.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.law.book import LawBook
from dragoman.law.events import Cause, Derivation, Event, Finding, Span
from dragoman.law.solve import Binding, matches, solutions, unify, value_of
from dragoman.law.tree import Atom, Term, atoms_of

Args: TypeAlias = tuple[str, ...]
Facts: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class _Held:
    value: str
    start: int
    began: Cause


class _Table:
    """The instances of one fluent that hold now, found by any of their arguments."""

    def __init__(self) -> None:
        self.held: dict[Args, _Held] = {}
        self.index: defaultdict[tuple[int, str], set[Args]] = defaultdict(set)

    def put(self, args: Args, held: _Held) -> None:
        self.held[args] = held
        for key in enumerate((*args, held.value)):
            self.index[key].add(args)

    def drop(self, args: Args) -> _Held:
        held = self.held.pop(args)
        for key in enumerate((*args, held.value)):
            self.index[key].discard(args)
        return held

    def like(self, pattern: Sequence[str | None], value: str | None = None) -> list[Args]:
        """The arguments of the instances that agree with what is given."""
        bound = [(n, v) for n, v in enumerate((*pattern, value)) if v is not None]
        if not bound:
            return list(self.held)
        smallest = min((self.index.get(key, set()) for key in bound), key=len)
        return [a for a in smallest if all((*a, self.held[a].value)[n] == v for n, v in bound)]


class RunningState:
    """What holds now, by fluent, and the facts of the registers."""

    def __init__(self, book: LawBook, facts: Facts) -> None:
        self.book, self.register = book, facts
        self.tables: defaultdict[str, _Table] = defaultdict(_Table)

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        """The instances that agree with the arguments and value; both orders if symmetric."""
        table = self.tables[fluent]
        for n, turned in enumerate(self.book.fluents[fluent].turns(args)):
            for found in table.like(turned, value):
                held = table.held[found].value
                yield ((found[1], found[0], *found[2:]) if n else found), held

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key."""
        return self.register.get(entity, {}).get(key, ())


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


def interpret(events: Iterable[Event], book: LawBook, facts: Facts) -> Derivation:
    """Walk the events and derive every span and finding.

    `facts` maps entity id to key to values, as the registers hold them.
    """
    walk = _Walk(book, facts)
    for _, group in itertools.groupby(events, key=lambda event: event.moment):
        walk.step(list(group))
    return walk.result()


class _Walk:
    def __init__(self, book: LawBook, facts: Facts) -> None:
        self.book = book
        self.state = RunningState(book, facts)
        self.spans: list[Span] = []
        self.findings: set[Finding] = set()
        # For each fluent, the atoms of `holds while` rules that read it, with the rule's head.
        self.readers: defaultdict[str, list[tuple[Atom, Atom]]] = defaultdict(list)
        for rule in book.derivations:
            assert rule.head is not None
            for atom, _ in atoms_of(rule.condition):
                self.readers[atom.fluent].append((atom, rule.head))

    def step(self, events: Sequence[Event]) -> None:
        """One moment: what its events do, seen from the state just before it."""
        moment, last = events[0].moment, events[-1].seq
        starts: dict[tuple[str, Args], _Change] = {}
        ends: list[_Change] = []
        for event in events:
            self.judge(event)
            for change, begins in sorted(self.changes(event)):
                if begins:
                    starts[change.fluent, change.args] = change
                else:
                    ends.append(change)
        changed = self.apply(moment, starts, ends)
        self.derive(moment, last, changed)

    def judge(self, event: Event) -> None:
        for norm in self.book.norms_on.get(event.kind, ()):
            for binding in matches(norm.pattern, event.roles):
                if next(solutions(norm.condition, binding, self.state), None) is None:
                    named = sorted((k, v) for k, v in binding.items() if not k.startswith("_"))
                    self.findings.add(Finding(event.seq, norm.key, tuple(named)))

    def changes(self, event: Event) -> Iterator[tuple[_Change, bool]]:
        for place, rule in self.book.rules_on.get(event.kind, ()):
            assert rule.pattern is not None
            for matched in matches(rule.pattern, event.roles):
                for binding in solutions(rule.condition, matched, self.state):
                    for n, effect in enumerate(rule.effects):
                        for args, value in self.targets(effect.atom, effect.starts, binding):
                            name = effect.atom.fluent
                            change = _Change(event.seq, place, n, value, args, name, rule.key)
                            yield change, effect.starts

    def targets(self, atom: Atom, starts: bool, binding: Binding) -> Iterator[tuple[Args, str]]:
        """The instances that an effect touches; an end may touch all that agree with it."""
        pattern = [value_of(term, binding) for term in atom.args]
        value = value_of(atom.value, binding) if atom.value is not None else None
        if starts:
            args = tuple(v for v in pattern if v is not None)
            yield self.book.fluents[atom.fluent].canonical(args), value or ""
        else:
            for args, held in self.state.rows(atom.fluent, pattern, value):
                if unify(atom.args, args, binding) is not None:
                    yield self.book.fluents[atom.fluent].canonical(args), held

    def apply(
        self, moment: int, starts: Mapping[tuple[str, Args], _Change], ends: Sequence[_Change]
    ) -> set[tuple[str, Args]]:
        changed: set[tuple[str, Args]] = set()
        closing: dict[tuple[str, Args], _Change] = {}
        for change in sorted(ends):
            closing[change.fluent, change.args] = change
        for key, change in starts.items():
            held = self.state.tables[change.fluent].held.get(change.args)
            if held is not None and held.value == change.value:
                closing.pop(key, None)
            elif held is not None:
                closing[key] = change
        for (fluent, args), change in closing.items():
            self.close(fluent, args, moment, Cause(change.cause_seq, change.key))
            changed.add((fluent, args))
        for (fluent, args), change in starts.items():
            if args not in self.state.tables[fluent].held:
                began = Cause(change.cause_seq, change.key)
                self.state.tables[fluent].put(args, _Held(change.value, moment, began))
                changed.add((fluent, args))
        return changed

    def close(self, fluent: str, args: Args, moment: int, cause: Cause) -> None:
        held = self.state.tables[fluent].drop(args)
        self.spans.append(Span(fluent, args, held.value, held.start, held.began, moment, cause))

    def derive(self, moment: int, seq: int, changed: set[tuple[str, Args]]) -> None:
        """Solve anew the instances of `holds while` fluents that lean on what has changed."""
        touched: defaultdict[str, set[tuple[str | None, ...]]] = defaultdict(set)
        self.touch(changed, touched)
        for fluent in self.book.strata:
            moved: set[tuple[str, Args]] = set()
            for pattern in _widest(touched.get(fluent, set())):
                moved |= self.solve_anew(fluent, pattern, moment, seq)
            self.touch(moved, touched)

    def touch(
        self,
        changed: Iterable[tuple[str, Args]],
        touched: defaultdict[str, set[tuple[str | None, ...]]],
    ) -> None:
        for fluent, args in changed:
            for atom, head in self.readers.get(fluent, ()):
                for turned in self.book.fluents[fluent].turns(args):
                    binding = unify(atom.args, turned, {})
                    if binding is not None:
                        pattern = tuple(value_of(term, binding) for term in head.args)
                        touched[head.fluent].add(pattern)

    def solve_anew(
        self, fluent: str, pattern: tuple[str | None, ...], moment: int, seq: int
    ) -> set[tuple[str, Args]]:
        table = self.state.tables[fluent]
        now: dict[Args, tuple[str, str]] = {}
        for rule in self.book.derivations_of[fluent]:
            assert rule.head is not None
            found: dict[Args, str] = {}
            for turned in self.book.fluents[fluent].turns(pattern):
                binding = _bind(rule.head.args, turned)
                if binding is None:
                    continue
                for solved in solutions(rule.condition, binding, self.state):
                    args = tuple(value_of(t, solved) or "" for t in rule.head.args)
                    args = self.book.fluents[fluent].canonical(args)
                    value = value_of(rule.head.value, solved) if rule.head.value else ""
                    found[args] = max(found.get(args, ""), value or "")
            now |= {args: (value, rule.key) for args, value in found.items()}
        before = {a for t in self.book.fluents[fluent].turns(pattern) for a in table.like(t)}
        moved: set[tuple[str, Args]] = set()
        for args in before:
            if args not in now or now[args][0] != table.held[args].value:
                self.close(fluent, args, moment, Cause(seq, ""))
                moved.add((fluent, args))
        for args, (value, key) in now.items():
            if args not in table.held:
                table.put(args, _Held(value, moment, Cause(seq, key)))
                moved.add((fluent, args))
        return moved

    def result(self) -> Derivation:
        for fluent, table in self.state.tables.items():
            for args, held in table.held.items():
                self.spans.append(Span(fluent, args, held.value, held.start, held.began))
        spans = sorted(self.spans, key=lambda s: (s.fluent, s.args, s.start, s.value))
        return Derivation(tuple(spans), tuple(sorted(self.findings)))


def _bind(terms: Sequence[Term], values: Sequence[str | None]) -> Binding | None:
    """The binding under which the terms stand for the values that are given, or None."""
    given = [(t, v) for t, v in zip(terms, values, strict=True) if v is not None]
    return unify([t for t, _ in given], [v for _, v in given], {})


def _widest(
    patterns: set[tuple[str | None, ...]],
) -> Iterator[tuple[str | None, ...]]:
    """The patterns, without those that another one covers wholly by leaving all open."""
    open_one = next((p for p in patterns if all(v is None for v in p)), None)
    return iter(patterns if open_one is None else {open_one})
