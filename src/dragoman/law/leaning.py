"""Fluents that hold while others do, as the interpreter keeps them: what to solve anew, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from dragoman.law.book import LawBook
from dragoman.law.events import Args
from dragoman.law.running import RunningState, agrees
from dragoman.law.solve import (
    Binding,
    State,
    register_tests,
    registered,
    solutions,
    unify,
    value_of,
)
from dragoman.law.tree import And, Atom, Compare, Fluent, Rule, Term
from dragoman.law.walk import atoms_of

#: Patterns of instances to be solved anew, by fluent; with the last event that touched each.
Open: TypeAlias = tuple[str | None, ...]
Touched: TypeAlias = dict[str, dict[Open, int]]


class Lean(NamedTuple):
    """An atom of the condition of a `holds while` rule, and the head that leans on it.

    `asked` is what the condition asks of the registers wherever the atom must hold.
    """

    atom: Atom
    head: Atom
    asked: Sequence[Compare]

    def patterns(self, instance: Args, state: State) -> Iterator[Open]:
        """The instances of the head that may change where one of the atom does."""
        binding = unify(self.atom.args, instance, {})
        for step in () if binding is None else registered(self.asked, binding, state):
            yield tuple(value_of(term, step) for term in self.head.args)


def leans_in(rule: Rule) -> Iterator[Lean]:
    """How the head of a `holds while` rule leans on each atom of its condition."""
    assert rule.head is not None
    condition = rule.condition
    throughout = condition.parts if isinstance(condition, And) else (condition,)
    tests = register_tests(condition)
    for atom, _ in atoms_of(condition):
        yield Lean(atom, rule.head, tests if atom in throughout else ())


class Leaning:
    """Solves such fluents of a book in a running state."""

    def __init__(self, book: LawBook, state: RunningState) -> None:
        self.book, self.state = book, state
        self.leans: defaultdict[str, list[Lean]] = defaultdict(list)
        for lean in (lean for rule in book.derivations for lean in leans_in(rule)):
            self.leans[lean.atom.fluent].append(lean)

    def touch(self, fluent: str, args: Args, seq: int, touched: Touched) -> None:
        """Note which instances may have to be solved anew because an event changed this one."""
        for lean in self.leans.get(fluent, ()):
            for order in self.book.fluents[fluent].orders(args):
                for pattern in lean.patterns(order, self.state):
                    patterns = touched.setdefault(lean.head.fluent, {})
                    patterns[pattern] = max(seq, patterns.get(pattern, seq))

    def changed(
        self, fluent: str, patterns: Mapping[Open, int]
    ) -> Iterator[tuple[Args, int, tuple[str, str] | None]]:
        """The instances that agree with the patterns and are no longer what they were.

        Each with the event that touched it, and its value and rule if it holds now. Whoever asks
        must make each change before asking for the next.
        """
        table, info = self.state.tables[fluent], self.book.fluents[fluent]
        for pattern in _widest(patterns):
            now = self.solved(fluent, pattern)
            held = (found for order in info.orders(pattern) for found in table.like(order))
            for args in dict.fromkeys((*held, *now)):
                was, found = table.held.get(args), now.get(args)
                if (was and was.value) != (found and found[0]):
                    yield args, _touched_by(info, args, patterns), found

    def solved(self, fluent: str, pattern: Sequence[str | None]) -> dict[Args, tuple[str, str]]:
        """The instances that agree with a pattern: their values, and by which rule."""
        now: dict[Args, tuple[str, str]] = {}
        info = self.book.fluents[fluent]
        for rule in self.book.derivations_of[fluent]:
            assert rule.head is not None
            found: dict[Args, str] = {}
            for order in info.orders(pattern):
                binding = _bind(rule.head.args, order)
                for solved in (
                    () if binding is None else solutions(rule.condition, binding, self.state)
                ):
                    args = info.canonical(tuple(value_of(t, solved) or "" for t in rule.head.args))
                    value = value_of(rule.head.value, solved) if rule.head.value else ""
                    found[args] = max(found.get(args, ""), value or "")
            now |= {args: (value, rule.key) for args, value in found.items()}
        return now


def _bind(terms: Sequence[Term], given: Sequence[str | None]) -> Binding | None:
    """The binding under which the terms stand for the values that are given, or None."""
    known = [(t, v) for t, v in zip(terms, given, strict=True) if v is not None]
    return unify([t for t, _ in known], [v for _, v in known], {})


def _widest(patterns: Iterable[Open]) -> Iterator[Open]:
    """The patterns, without those that another one covers wholly by leaving all open."""
    open_one = next((p for p in patterns if all(v is None for v in p)), None)
    return iter(patterns if open_one is None else (open_one,))


def _touched_by(fluent: Fluent, args: Args, patterns: Mapping[Open, int]) -> int:
    """The last event that touched an instance."""
    orders = fluent.orders(args)
    exact = [patterns[order] for order in orders if order in patterns]
    wide = (
        seq
        for pattern, seq in patterns.items()
        if None in pattern and any(agrees(order, pattern) for order in orders)
    )
    return max((*exact, *wide))
