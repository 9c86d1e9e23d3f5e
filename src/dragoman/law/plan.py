"""Put a condition in an order in which it can be answered, or say which variable is unsafe.

A negation, an order comparison or a total can only be judged once its variables have values.
`ordered` moves such parts of an `and` behind the parts that give them, and gives the variables of
quantifiers and totals names that no other part uses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dragoman.law.tree import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Not,
    Operand,
    Or,
    Some,
    Term,
    Total,
    Var,
)
from dragoman.law.walk import (
    operand_variables,
    operands_of,
    spots_of,
    total_variables,
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
    return _ordered(_apart(condition, {}, itertools.count(2)), bound)


def ordered_operand(operand: Operand, bound: set[str]) -> Operand:
    """An operand whose totals stand in a safe order. Raises Unsafe where a variable lacks a value.

    `bound` are the variables that have values before.
    """
    return _operand(_apart_operand(operand, {}, itertools.count(2)), bound)


def _ordered(condition: Condition, bound: set[str]) -> tuple[Condition, set[str]]:
    if isinstance(condition, Atom):
        day = condition.day if condition.day is None else _operand(condition.day, bound)
        terms = {t.name for t in condition.terms if isinstance(t, Var)}
        return replace(condition, day=day), bound | terms
    if isinstance(condition, Compare):
        return _compared(condition, bound)
    if isinstance(condition, Not):
        for name in sorted(variables_of(condition.part)):
            if name not in bound and not name.startswith("_"):
                shown = _written(name)
                raise Unsafe(shown, condition.spot, f"write “no {shown}: …”, or bind it before")
        return Not(_ordered(condition.part, bound)[0], condition.spot), bound
    if isinstance(condition, Some):
        part, after = _quantified(condition.variables, condition.part, bound)
        return Some(condition.variables, part, condition.spot), after
    if isinstance(condition, Or):
        return _ordered_or(condition, bound)
    return _ordered_and(condition, bound)


def _quantified(
    variables: Iterable[Var], part: Condition, bound: set[str]
) -> tuple[Condition, set[str]]:
    """A part under a quantifier or total, and the variables bound outside it once it holds."""
    part, after = _ordered(part, bound)
    for variable in variables:
        if variable.name not in after:
            raise Unsafe(_written(variable.name), variable.spot, "use it, or leave it out")
    return part, after - {v.name for v in variables}


def _ordered_or(condition: Or, bound: set[str]) -> tuple[Condition, set[str]]:
    if not condition.parts:
        return condition, bound
    parts, afters = zip(*(_ordered(part, bound) for part in condition.parts), strict=True)
    after = set.intersection(*afters)
    for name in sorted(n for n in set.union(*afters) - after if not n.startswith("_")):
        why = f"bind it in every branch of the “or”, or write “some {_written(name)}: …”"
        spot = next(v.spot for v in spots_of(condition) if v.name == name)
        raise Unsafe(_written(name), spot, why)
    return Or(tuple(parts)), after


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
        # What binds nothing new only narrows: it comes first. Then what is known, or read off the
        # registers of something known.
        place, planned, after = next(
            itertools.chain(
                (r for r in ready if r[2] == bound),
                (r for r in ready if _read_off(r[1], bound)),
                ready,
            )
        )
        done.append(planned)
        bound = after
        del waiting[place]
    return And(tuple(done)), bound


def _read_off(condition: Condition, bound: set[str]) -> bool:
    """Whether a part gives a variable what is known, or the registers say of something known."""
    if not isinstance(condition, Compare):
        return False
    sides = (condition.left, condition.right)
    if not any(isinstance(side, Var) and side.name not in bound for side in sides):
        return False
    return any(
        isinstance(side, Const)
        or (isinstance(side, Var) and side.name in bound)
        or (isinstance(side, FactOf) and side.var.name in bound)
        for side in sides
    )


def _compared(condition: Compare, bound: set[str]) -> tuple[Condition, set[str]]:
    """A comparison; one with `=` may give a variable a value.

    `N = count(…)` gives it what the other side comes to, `P.is = party` each entity of which the
    registers say so.
    """
    for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
        variable = side.var if isinstance(side, FactOf) else side
        if condition.op == "=" and isinstance(variable, Var) and variable.name not in bound:
            known = _operand(other, bound)
            left, right = (side, known) if side is condition.left else (known, side)
            return replace(condition, left=left, right=right), bound | {variable.name}
    left, right = _operand(condition.left, bound), _operand(condition.right, bound)
    return replace(condition, left=left, right=right), bound


def _operand(operand: Operand, bound: set[str]) -> Operand:
    """An operand with its totals in order. Raises Unsafe where one of its variables is unbound."""
    if isinstance(operand, Arithmetic):
        left, right = _operand(operand.left, bound), _operand(operand.right, bound)
        return replace(operand, left=left, right=right)
    if isinstance(operand, Total):
        for name in sorted(operand_variables(operand)):
            if name not in bound and not name.startswith("_"):
                raise Unsafe(_written(name), operand.spot, "name it before the colon, or bind it")
        part, _ = _quantified(total_variables(operand), operand.part, bound)
        return replace(operand, part=part)
    variable = operand.var if isinstance(operand, FactOf) else operand
    if isinstance(variable, Var) and variable.name not in bound:
        raise Unsafe(_written(variable.name), variable.spot, "bind it by a fluent or a role")
    return operand


# --- names of their own ----------------------------------------------------------------------


def _apart(condition: Condition, names: Mapping[str, str], count: Iterator[int]) -> Condition:
    """The condition with every quantified variable given a name of its own."""
    if isinstance(condition, And):
        return And(tuple(_apart(part, names, count) for part in condition.parts))
    if isinstance(condition, Or):
        return Or(tuple(_apart(part, names, count) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(_apart(condition.part, names, count), condition.spot)
    if isinstance(condition, Some):
        inner = {**names, **_own(condition.variables, count)}
        variables = tuple(_rename(v, inner) for v in condition.variables)
        return Some(variables, _apart(condition.part, inner, count), condition.spot)
    if isinstance(condition, Compare):
        left, right = (_apart_operand(o, names, count) for o in operands_of(condition))
        return replace(condition, left=left, right=right)
    args = tuple(_rename_term(term, names) for term in condition.args)
    value = condition.value and _rename_term(condition.value, names)
    day = condition.day and _apart_operand(condition.day, names, count)
    return replace(condition, args=args, value=value, day=day)


def _apart_operand(operand: Operand, names: Mapping[str, str], count: Iterator[int]) -> Operand:
    if isinstance(operand, Var):
        return _rename(operand, names)
    if isinstance(operand, FactOf):
        return replace(operand, var=_rename(operand.var, names))
    if isinstance(operand, Arithmetic):
        left = _apart_operand(operand.left, names, count)
        return replace(operand, left=left, right=_apart_operand(operand.right, names, count))
    if isinstance(operand, Total):
        inner = {**names, **_own(total_variables(operand), count)}
        of = operand.of and _rename(operand.of, inner)
        variables = tuple(_rename(v, inner) for v in operand.variables)
        part = _apart(operand.part, inner, count)
        return replace(operand, of=of, variables=variables, part=part)
    return operand


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The condition with some of its free variables under other names."""
    return _apart(condition, names, itertools.count())


def _own(variables: Iterable[Var], count: Iterator[int]) -> dict[str, str]:
    return {v.name: f"{v.name}’{next(count)}" for v in variables}


def _rename(variable: Var, names: Mapping[str, str]) -> Var:
    return replace(variable, name=names.get(variable.name, variable.name))


def _rename_term(term: Term, names: Mapping[str, str]) -> Term:
    return _rename(term, names) if isinstance(term, Var) else term


def _written(name: str) -> str:
    """A variable's name as the law writes it, without the mark that sets it apart."""
    return "_" if name.startswith("_") else name.split("’")[0]
