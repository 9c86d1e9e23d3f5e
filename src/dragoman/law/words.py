"""Conditions and atoms as text again, with the values of their variables where known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    Pattern,
    Some,
    Today,
    Total,
    Var,
)


def words_of(condition: Condition, binding: Mapping[str, str] | None = None) -> str:
    """The condition in the language of the law; bound variables show their values."""
    known = binding or {}
    if isinstance(condition, Atom):
        return atom_words(condition, known)
    if isinstance(condition, Compare):
        left, right = operand_words(condition.left, known), operand_words(condition.right, known)
        return f"{left} {condition.op} {right}"
    if isinstance(condition, And):
        return " and ".join(_inner(part, known) for part in condition.parts) or "always"
    if isinstance(condition, Or):
        return " or ".join(_inner(part, known) for part in condition.parts) or "never"
    if isinstance(condition, Not):
        if isinstance(condition.part, Some):
            return f"no {words_of(condition.part, known).removeprefix('some ')}"
        return f"not {_inner(condition.part, known)}"
    return f"some {_quantified(condition.variables, condition.part, known)}"


def atom_words(atom: Atom, binding: Mapping[str, str]) -> str:
    """A fluent with its arguments."""
    value = f" = {operand_words(atom.value, binding)}" if atom.value is not None else ""
    day = f" on {operand_words(atom.day, binding)}" if atom.day is not None else ""
    return f"{atom.fluent}({', '.join(operand_words(a, binding) for a in atom.args)}){value}{day}"


def pattern_words(pattern: Pattern, binding: Mapping[str, str]) -> str:
    """An act that fits a pattern, as `may` takes one; what is not bound is left out."""
    told = [
        f"{role}: {operand_words(term, binding)}"
        for role, term in pattern.roles
        if isinstance(term, Const) or term.name in binding
    ]
    return f"{pattern.event}({', '.join(told)})"


def _quantified(variables: Iterable[Var], part: Condition, binding: Mapping[str, str]) -> str:
    names = {v.name for v in variables}
    inner = {k: v for k, v in binding.items() if k not in names}
    return f"{', '.join(map(_shown, sorted(names)))}: {_inner(part, inner)}"


def operand_words(operand: Operand, known: Mapping[str, str] | None = None) -> str:
    """An operand in the language of the law; bound variables show their values."""
    binding = known or {}
    if isinstance(operand, Const):
        return f'"{operand.text}"' if operand.sort == "text" else operand.text
    if isinstance(operand, FactOf):
        return f"{binding.get(operand.var.name, _shown(operand.var.name))}.{operand.key}"
    if isinstance(operand, Today):
        return "today"
    if isinstance(operand, Arithmetic):
        left, right = operand_words(operand.left, binding), operand_words(operand.right, binding)
        tight = operand.op in "*/"
        if tight and isinstance(operand.left, Arithmetic) and operand.left.op in "+-":
            left = f"({left})"
        if isinstance(operand.right, Arithmetic) and (tight or operand.op == "-"):
            right = f"({right})"
        return f"{left} {operand.op} {right}"
    if isinstance(operand, Total):
        inner = _quantified(operand.variables, operand.part, binding)
        of = f"{_shown(operand.of.name)} for " if operand.of else ""
        return f"{'sum' if operand.of else 'count'}({of}{inner})"
    return binding.get(operand.name, "_" if operand.anonymous else _shown(operand.name))


def _inner(condition: Condition, binding: Mapping[str, str]) -> str:
    text = words_of(condition, binding)
    return f"({text})" if isinstance(condition, Or | And) and len(condition.parts) > 1 else text


def _shown(name: str) -> str:
    return name.split("’")[0]
