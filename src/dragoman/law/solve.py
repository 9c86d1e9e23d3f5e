"""Which values of its variables make a condition true, in a given state.

The meaning of conditions stands here once. The interpreter asks it of the running state, a
proof asks it of the state at a past moment, and the compiler is tested against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from dragoman.law.tree import (
    And,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Not,
    Operand,
    Or,
    Pattern,
    Some,
    Term,
    Var,
    variables_of,
)

Binding: TypeAlias = Mapping[str, str]

#: How a number is written; the compiler knows it by the same pattern.
NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
_NUMBER = re.compile(NUMBER)


class State(Protocol):
    """What holds at a moment, and what the registers say."""

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """The (arguments, value) that hold and agree with what is given; None is any."""
        ...

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """The values of a register key of an entity."""
        ...


def solutions(condition: Condition, binding: Binding, state: State) -> Iterator[Binding]:
    """Every extension of `binding` under which the condition holds in the state.

    The condition must have been put in a safe order (`plan.ordered`): what a comparison or a
    negation needs is bound by the parts before it.
    """
    if isinstance(condition, Atom):
        args = [value_of(term, binding) for term in condition.args]
        value = value_of(condition.value, binding) if condition.value is not None else None
        for found_args, found_value in state.rows(condition.fluent, args, value):
            got = unify(condition.args, found_args, binding)
            if got is not None and condition.value is not None:
                got = unify((condition.value,), (found_value,), got)
            if got is not None:
                yield got
    elif isinstance(condition, Compare):
        yield from _compared(condition, binding, state)
    elif isinstance(condition, And):
        if not condition.parts:
            yield binding
            return
        first, rest = condition.parts[0], And(condition.parts[1:])
        for step in solutions(first, binding, state):
            yield from solutions(rest, step, state)
    elif isinstance(condition, Or):
        for part in condition.parts:
            yield from solutions(part, binding, state)
    elif isinstance(condition, Not):
        if not holds(condition.part, binding, state):
            yield binding
    elif isinstance(condition, Some):
        yield from _some(condition, binding, state)


def _some(condition: Some, binding: Binding, state: State) -> Iterator[Binding]:
    """The solutions without the quantified variables, each once."""
    inner = {v.name for v in condition.variables}
    free = {n for n in variables_of(condition) if not n.startswith("_")}
    seen: set[tuple[tuple[str, str], ...]] = set()
    for step in solutions(condition.part, binding, state):
        kept = {name: value for name, value in step.items() if name not in inner}
        key = tuple(sorted((n, kept[n]) for n in free if n in kept))
        if key not in seen:
            seen.add(key)
            yield kept
            if free <= binding.keys():
                return


def holds(condition: Condition, binding: Binding, state: State) -> bool:
    """Whether the condition holds under the binding."""
    return next(iter(solutions(condition, binding, state)), None) is not None


def matches(pattern: Pattern, roles: Mapping[str, Sequence[str]]) -> Iterator[Binding]:
    """Every way in which an act with these roles fits the pattern."""
    if any(roles.get(role) for role, _ in pattern.lacking):
        return
    yield from _match(pattern.roles, roles, {})


def _match(
    wanted: Sequence[tuple[str, Term]], roles: Mapping[str, Sequence[str]], binding: Binding
) -> Iterator[Binding]:
    if not wanted:
        yield binding
        return
    role, term = wanted[0]
    for value in roles.get(role, ()):
        step = unify((term,), (value,), binding)
        if step is not None:
            yield from _match(wanted[1:], roles, step)


def unify(terms: Sequence[Term], values: Sequence[str], binding: Binding) -> Binding | None:
    """The binding extended so that the terms stand for the values, or None."""
    new: dict[str, str] = {}
    for term, value in zip(terms, values, strict=True):
        known = term.text if isinstance(term, Const) else binding.get(term.name, new.get(term.name))
        if known is None:
            assert isinstance(term, Var)
            new[term.name] = value
        elif known != value:
            return None
    return {**binding, **new} if new else binding


def value_of(term: Term, binding: Binding) -> str | None:
    """What a term stands for under the binding; None if that is left open."""
    return term.text if isinstance(term, Const) else binding.get(term.name)


def _compared(condition: Compare, binding: Binding, state: State) -> Iterator[Binding]:
    left = _values(condition.left, binding, state)
    right = _values(condition.right, binding, state)
    if left is None:  # an unbound variable on one side of “=” takes the values of the other
        assert isinstance(condition.left, Var) and right is not None
        yield from ({**binding, condition.left.name: value} for value in dict.fromkeys(right))
    elif right is None:
        assert isinstance(condition.right, Var)
        yield from ({**binding, condition.right.name: value} for value in dict.fromkeys(left))
    elif condition.op == "!=":
        if not any(a == b for a in left for b in right):
            yield binding
    else:
        test = _TESTS[condition.op]
        if any(test(a, b) for a in left for b in right):
            yield binding


def _values(operand: Operand, binding: Binding, state: State) -> Sequence[str] | None:
    if isinstance(operand, Const):
        return (operand.text,)
    if isinstance(operand, FactOf):
        return state.facts(binding[operand.var.name], operand.key)
    value = binding.get(operand.name)
    return None if value is None else (value,)


def number(text: str) -> float | None:
    """The number that a text is in digits, or None."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _by_number(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def compare(left: str, right: str) -> bool:
        a, b = number(left), number(right)
        return a is not None and b is not None and test(a, b)

    return compare


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "<": _by_number(lambda a, b: a < b),
    "<=": _by_number(lambda a, b: a <= b),
    ">": _by_number(lambda a, b: a > b),
    ">=": _by_number(lambda a, b: a >= b),
}
