"""What stands in a condition: its parts, atoms, operands and variables."""

from __future__ import annotations

from collections.abc import Iterator

from dragoman.law.tree import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Condition,
    FactOf,
    Not,
    Operand,
    Or,
    Some,
    Today,
    Total,
    Var,
)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and every condition inside it, outermost first."""
    yield condition
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from parts_of(part)
    elif isinstance(condition, Not | Some):
        yield from parts_of(condition.part)
    else:
        for operand in operands_of(condition):
            for inner in inside(operand):
                if isinstance(inner, Total):
                    yield from parts_of(inner.part)


def operands_of(condition: Atom | Compare) -> tuple[Operand, ...]:
    """The operands that stand in an atom or a comparison itself."""
    if isinstance(condition, Compare):
        return (condition.left, condition.right)
    return condition.terms if condition.day is None else (*condition.terms, condition.day)


def inside(operand: Operand) -> Iterator[Operand]:
    """The operand and every operand of which it is made, outermost first."""
    yield operand
    if isinstance(operand, Arithmetic):
        yield from inside(operand.left)
        yield from inside(operand.right)


def atoms_of(condition: Condition, positive: bool = True) -> Iterator[tuple[Atom, bool]]:
    """Every atom in the condition, with whether it stands under an even number of negations.

    What is counted stands under both: more of it may make a comparison true or false.
    """
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from atoms_of(part, positive)
    elif isinstance(condition, Not | Some):
        yield from atoms_of(condition.part, positive != isinstance(condition, Not))
    else:
        if isinstance(condition, Atom):
            yield condition, positive
        for operand in operands_of(condition):
            for inner in inside(operand):
                if isinstance(inner, Total):
                    yield from ((atom, False) for atom, _ in atoms_of(inner.part))


def timely(condition: Condition) -> bool:
    """Whether the condition asks what day it is, or how things stood on another."""
    return any(
        (isinstance(part, Atom) and part.day is not None)
        or any(isinstance(inner, Today) for o in operands_of(part) for inner in inside(o))
        for part in parts_of(condition)
        if isinstance(part, Atom | Compare)
    )


def variables_of(condition: Condition) -> set[str]:
    """The names of the free variables of the condition."""
    if isinstance(condition, And | Or):
        return set().union(*(variables_of(part) for part in condition.parts))
    if isinstance(condition, Not):
        return variables_of(condition.part)
    if isinstance(condition, Some):
        return variables_of(condition.part) - {v.name for v in condition.variables}
    return set().union(*(operand_variables(o) for o in operands_of(condition)))


def operand_variables(operand: Operand) -> set[str]:
    """The names of the free variables of an operand."""
    if isinstance(operand, Var):
        return {operand.name}
    if isinstance(operand, FactOf):
        return {operand.var.name}
    if isinstance(operand, Arithmetic):
        return operand_variables(operand.left) | operand_variables(operand.right)
    if isinstance(operand, Total):
        return variables_of(operand.part) - {v.name for v in total_variables(operand)}
    return set()


def total_variables(total: Total) -> tuple[Var, ...]:
    """The variables over which a total runs: those that it names, and what it adds up."""
    return total.variables if total.of is None else (*total.variables, total.of)


def spots_of(condition: Condition) -> Iterator[Var]:
    """Every variable of the condition as written, in its place."""
    for part in parts_of(condition):
        if isinstance(part, Atom | Compare):
            for operand in operands_of(part):
                for inner in inside(operand):
                    if isinstance(inner, Var):
                        yield inner
                    elif isinstance(inner, FactOf):
                        yield inner.var
