"""What leans on what: the order in which fluents are worked out.

A fluent that holds while others do comes after those that it leans on; one that is begun or ended
by the start or end of another comes after that one. Beside these, which count at one moment, a
rule may ask how fluents stood just before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dragoman.law.tree import Compare, Norm, Operand, Pattern, Rule, Turn
from dragoman.law.walk import atoms_of


@dataclass(frozen=True, slots=True)
class Lean:
    """That a fluent, by a rule, asks of another.

    `at_once` if a change of the one may change the other at the same moment; `positive` if more of
    the one can only make for more of the other.
    """

    fluent: str
    on: str
    rule: Rule
    at_once: bool
    positive: bool


def heads_of(rule: Rule) -> list[str]:
    """The fluents that a rule begins, ends or derives, or that lapse by it."""
    if rule.head is not None:
        return [rule.head.fluent]
    if rule.lapse is not None:
        return [rule.lapse.atom.fluent]
    return list(dict.fromkeys(effect.atom.fluent for effect in rule.effects))


def leans_of(rule: Rule) -> Iterator[Lean]:
    """What the fluents of a rule lean on by it."""
    for fluent in heads_of(rule):
        for atom, positive in atoms_of(rule.condition):
            yield Lean(fluent, atom.fluent, rule, rule.head is not None, positive)
        if isinstance(rule.trigger, Turn):
            yield Lean(fluent, rule.trigger.atom.fluent, rule, True, True)
        if rule.lapse is not None:
            for other in _counted(rule.lapse.limit):
                yield Lean(fluent, other, rule, False, False)


def asked_by(norm: Norm) -> Iterator[str]:
    """The fluents of which a norm asks, and the one whose start or end it judges."""
    for condition in (norm.condition, norm.scope):
        yield from (atom.fluent for atom, _ in atoms_of(condition))
    if norm.limit is not None:
        yield from _counted(norm.limit)
    if not isinstance(norm.trigger, Pattern):
        yield norm.trigger.atom.fluent


def _counted(operand: Operand) -> Iterator[str]:
    """The fluents that are counted in an operand."""
    return (atom.fluent for atom, _ in atoms_of(Compare(operand, "=", operand, operand.spot)))


def order_of(
    fluents: Iterable[str], rules: Sequence[Rule]
) -> tuple[list[str], list[tuple[Rule, str]]]:
    """The fluents, each after those it waits for; and the rules that go round."""
    leans: dict[str, dict[str, Lean]] = {name: {} for name in fluents}
    for lean in (lean for rule in rules for lean in leans_of(rule) if lean.at_once):
        own = leans[lean.fluent]
        if lean.on not in own or not lean.positive:
            own[lean.on] = lean
    order: list[str] = []
    cyclic: list[tuple[Rule, str]] = []
    state: dict[str, int] = {}

    def visit(fluent: str, path: tuple[str, ...]) -> None:
        state[fluent] = 1
        for other, lean in leans[fluent].items():
            if state.get(other) == 1:
                ring = [*path[path.index(other) :], other]
                steps = itertools.pairwise(ring)
                negative = any(not leans[one][two].positive for one, two in steps)
                how = ", through a negation" if negative else ""
                said = f"“{other}” leans on itself{how}: {' → '.join(ring)}"
                cyclic.append((lean.rule, said))
            elif other not in state:
                visit(other, (*path, other))
        state[fluent] = 2
        order.append(fluent)

    for fluent in leans:
        if fluent not in state:
            visit(fluent, (fluent,))
    return order, cyclic


def groups_of(fluents: Iterable[str], rules: Sequence[Rule]) -> list[list[str]]:
    """The fluents in groups: those that ask of one another in a ring, now or just before.

    Each group comes after those of which its fluents ask (Tarjan's algorithm).
    """
    leans: dict[str, dict[str, None]] = {name: {} for name in fluents}
    for lean in (lean for rule in rules for lean in leans_of(rule)):
        leans[lean.fluent][lean.on] = None
    groups: list[list[str]] = []
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []

    def visit(fluent: str) -> None:
        number[fluent] = lowest[fluent] = len(number)
        path.append(fluent)
        for other in leans[fluent]:
            if other not in number:
                visit(other)
                lowest[fluent] = min(lowest[fluent], lowest[other])
            elif other in path:
                lowest[fluent] = min(lowest[fluent], number[other])
        if lowest[fluent] == number[fluent]:
            at = path.index(fluent)
            groups.append(path[at:])
            del path[at:]

    for fluent in leans:
        if fluent not in number:
            visit(fluent)
    return groups
