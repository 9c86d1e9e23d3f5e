"""Put a condition in an order in which it can be answered, or say which variable is unsafe.

A negation or an order comparison can only be judged once its variables have values. `ordered`
moves such parts of an `and` behind the parts that give them, and gives the variables of a
quantifier names that no other part uses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from dragoman.law.tree import (
    And,
    Atom,
    Compare,
    Condition,
    FactOf,
    Not,
    Operand,
    Or,
    Some,
    Var,
    operand_var,
    terms_of,
    variables_of,
)
from dragoman.problem import Spot


class Unsafe(Exception):
    """A variable that has no value where one is needed."""

    def __init__(self, name: str, spot: Spot, why: str) -> None:
        self.name, self.spot, self.why = name, spot, why
        super().__init__(name)


def ordered(condition: Condition, bound: set[str]) -> tuple[Condition, set[str]]:
    """The condition in a safe order, and the variables bound once it holds.

    `bound` are the variables that have values before. Raises Unsafe.
    """
    return _ordered(_apart(condition, itertools.count(2)), bound)


def _ordered(condition: Condition, bound: set[str]) -> tuple[Condition, set[str]]:
    if isinstance(condition, Atom):
        return condition, bound | variables_of(condition)
    if isinstance(condition, Compare):
        return condition, bound | _bound_by(condition, bound)
    if isinstance(condition, Not):
        for name in sorted(variables_of(condition.part)):
            if name not in bound and not name.startswith("_"):
                shown = _written(name)
                raise Unsafe(shown, condition.spot, f"write “no {shown}: …”, or bind it before")
        return Not(_ordered(condition.part, bound)[0], condition.spot), bound
    if isinstance(condition, Some):
        inner = {v.name for v in condition.variables}
        part, after = _ordered(condition.part, bound)
        for variable in condition.variables:
            if variable.name not in after:
                raise Unsafe(_written(variable.name), variable.spot, "use it, or leave it out")
        return Some(condition.variables, part, condition.spot), after - inner
    if isinstance(condition, Or):
        parts, afters = zip(*(_ordered(part, bound) for part in condition.parts), strict=True)
        after = set.intersection(*afters)
        for name in sorted(n for n in set.union(*afters) - after if not n.startswith("_")):
            why = f"bind it in every branch of the “or”, or write “some {_written(name)}: …”"
            raise Unsafe(_written(name), _spot_of(name, condition), why)
        return Or(tuple(parts)), after
    return _ordered_and(condition, bound)


def _ordered_and(condition: And, bound: set[str]) -> tuple[Condition, set[str]]:
    waiting = list(condition.parts)
    done: list[Condition] = []
    while waiting:
        ready: list[tuple[int, Condition, set[str]]] = []
        unsafe: Unsafe | None = None
        for place, part in enumerate(waiting):
            try:
                planned, after = _ordered(part, bound)
            except Unsafe as found:
                unsafe = unsafe or found
            else:
                ready.append((place, planned, after))
        if not ready:
            assert unsafe is not None
            raise unsafe
        # What binds nothing new only narrows: it comes first.
        place, planned, after = next((r for r in ready if r[2] == bound), ready[0])
        done.append(planned)
        bound = after
        del waiting[place]
    return And(tuple(done)), bound


def _bound_by(condition: Compare, bound: set[str]) -> set[str]:
    """The variable that a comparison gives a value to. Raises Unsafe if it lacks one."""
    missing = [side for side in (condition.left, condition.right) if _lacks(side, bound)]
    if not missing:
        return set()
    side = missing[0]
    if len(missing) == 1 and condition.op == "=" and isinstance(side, Var):
        return {side.name}
    variable = side.var if isinstance(side, FactOf) else side
    assert isinstance(variable, Var)
    raise Unsafe(_written(variable.name), variable.spot, "bind it by a fluent or a role")


def _lacks(side: Operand, bound: set[str]) -> bool:
    if isinstance(side, FactOf):
        return side.var.name not in bound
    return isinstance(side, Var) and side.name not in bound


def _apart(condition: Condition, count: Iterator[int]) -> Condition:
    """The condition with every quantified variable given a name of its own."""
    if isinstance(condition, And):
        return And(tuple(_apart(part, count) for part in condition.parts))
    if isinstance(condition, Or):
        return Or(tuple(_apart(part, count) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(_apart(condition.part, count), condition.spot)
    if isinstance(condition, Some):
        names = {v.name: f"{v.name}’{next(count)}" for v in condition.variables}
        part = _renamed(condition.part, names)
        variables = tuple(replace(v, name=names[v.name]) for v in condition.variables)
        return Some(variables, _apart(part, count), condition.spot)
    return condition


def _renamed(condition: Condition, names: dict[str, str]) -> Condition:
    if isinstance(condition, Atom):
        args = tuple(_rename(t, names) if isinstance(t, Var) else t for t in condition.args)
        value = condition.value
        if isinstance(value, Var):
            value = _rename(value, names)
        return replace(condition, args=args, value=value)
    if isinstance(condition, Compare):
        left, right = (_rename_side(s, names) for s in (condition.left, condition.right))
        return replace(condition, left=left, right=right)
    if isinstance(condition, And):
        return And(tuple(_renamed(part, names) for part in condition.parts))
    if isinstance(condition, Or):
        return Or(tuple(_renamed(part, names) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(_renamed(condition.part, names), condition.spot)
    inner = {k: v for k, v in names.items() if k not in {x.name for x in condition.variables}}
    return Some(condition.variables, _renamed(condition.part, inner), condition.spot)


def _rename(variable: Var, names: dict[str, str]) -> Var:
    return replace(variable, name=names.get(variable.name, variable.name))


def _rename_side(side: Operand, names: dict[str, str]) -> Operand:
    if isinstance(side, Var):
        return _rename(side, names)
    if isinstance(side, FactOf):
        return replace(side, var=_rename(side.var, names))
    return side


def _spot_of(name: str, condition: Condition) -> Spot:
    """Where a variable first stands in a condition."""
    variables = (operand_var(term) for term in terms_of(condition))
    return next(v.spot for v in variables if v is not None and v.name == name)


def _written(name: str) -> str:
    """A variable's name as the law writes it, without the mark that sets it apart."""
    return "_" if name.startswith("_") else name.split("’")[0]
