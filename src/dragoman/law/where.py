"""Patterns and conditions as relations: which acts fit, and for which bindings something holds.

The meaning is that of `solve`; here it is asked for all acts or moments at once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
from ibis.expr.types import Column, Table, Value

from dragoman.law.relations import (
    Bound,
    arg_names,
    as_number,
    both_ways,
    cell,
    join_instances,
    with_variables,
)
from dragoman.law.script import INPUTS
from dragoman.law.tree import (
    And,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Fluent,
    Not,
    Operand,
    Or,
    Pattern,
    Term,
    Var,
)
from dragoman.law.walk import variables_of

#: When an instance (columns `h_start`, `h_stop`) holds with regard to a row's moment `m`.
_DURING: Mapping[str, tuple[Callable[[Any, Any], Any], ...]] = {
    "before": (lambda t, h: h.h_start < t.m, lambda t, h: t.m <= h.h_stop),
    "after": (lambda t, h: h.h_start <= t.m, lambda t, h: t.m < h.h_stop),
}
_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass
class Where:
    """The input tables, and the tables of spans made so far (`held`, by fluent)."""

    fluents: Mapping[str, Fluent]
    held: dict[str, Table] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.event, self.role, self.fact = (
            ibis.table(dict(schema), name=name) for name, schema in INPUTS.items()
        )

    def pattern(self, pattern: Pattern) -> tuple[Table, Bound]:
        """The events that fit a pattern, with a column `v_X` for each variable."""
        table = self.event.filter(self.event.kind == pattern.event)
        table = table.select("seq", m="moment")
        bound: Bound = frozenset()
        for role, term in pattern.roles:
            part = self.role.filter(self.role.role == role).select("seq", "value")
            part = part.rename(r_seq="seq", r_value="value").view()
            joined = table.join(part, table.seq == part.r_seq).drop("r_seq")
            if isinstance(term, Const):
                table = joined.filter(joined.r_value == term.text).drop("r_value")
            elif term.name in bound:
                table = joined.filter(joined.r_value == joined[f"v_{term.name}"]).drop("r_value")
            else:
                table = joined.rename({f"v_{term.name}": "r_value"})
                bound |= {term.name}
        for role, _spot in pattern.lacking:
            part = self.role.filter(self.role.role == role).select(r_seq="seq").distinct().view()
            table = table.anti_join(part, table.seq == part.r_seq)
        return table.distinct(), bound

    def once(self) -> Table:
        """A single row, to begin with where no act is looked at."""
        return self.event.agg(m=self.event.moment.max())

    def where(
        self, condition: Condition, table: Table, bound: Bound, at: str
    ) -> tuple[Table, Bound]:
        """The rows under which a condition holds, with columns for what it binds.

        `at` says of which state it is asked: `before` the moment `m`, `after` it, or `ever` (at
        any time, negations left aside).
        """
        if isinstance(condition, Atom):
            return self.where_atom(condition, table, bound, at)
        if isinstance(condition, Compare):
            return self.where_compare(condition, table, bound)
        if isinstance(condition, And):
            for part in condition.parts:
                table, bound = self.where(part, table, bound, at)
            return table, bound
        if isinstance(condition, Or):
            branches = [self.where(part, table, bound, at) for part in condition.parts]
            after = frozenset.intersection(*(bound for _table, bound in branches))
            parts = [found.select(*with_variables(table, after)) for found, _bound in branches]
            return ibis.union(*parts, distinct=True), after
        if isinstance(condition, Not):
            if at == "ever":
                return table, bound
            return self.without(condition.part, table, bound, at), bound
        found, after = self.where(condition.part, table, bound, at)
        after -= {v.name for v in condition.variables}
        return found.select(*with_variables(table, after)).distinct(), after

    def without(self, part: Condition, table: Table, bound: Bound, at: str) -> Table:
        """The rows for which the part does not hold."""
        inner = names_of(part) & bound
        columns = ["m", *(f"v_{n}" for n in sorted(inner))]
        found, _after = self.where(part, table.select(*columns).distinct(), inner, at)
        found = found.select(*columns).distinct().rename({f"x_{c}": c for c in columns}).view()
        return table.anti_join(found, [table[c] == found[f"x_{c}"] for c in columns])

    def where_atom(self, atom: Atom, table: Table, bound: Bound, at: str) -> tuple[Table, Bound]:
        """The rows for which an instance of a fluent holds."""
        held = both_ways(self.held[atom.fluent], self.fluents[atom.fluent])
        terms: list[tuple[str, Term | None]] = [
            *zip(arg_names(len(atom.args)), atom.args, strict=True),
            ("value", atom.value),
        ]
        names = [name for name, term in terms if term is not None]
        if at == "ever":
            return join_instances(table, bound, held.select(*names).distinct(), terms)
        held = held.select(*names, "start", "stop")
        return join_instances(table, bound, held, terms, _DURING[at])

    def where_compare(self, condition: Compare, table: Table, bound: Bound) -> tuple[Table, Bound]:
        """The rows for which a comparison holds, register facts looked up."""
        left, right, op = condition.left, condition.right, condition.op
        if isinstance(left, FactOf) or isinstance(right, FactOf):
            if op == "!=":
                equal = Compare(left, "=", right, condition.spot)
                inner = names_of(equal) & bound
                used = [f"v_{n}" for n in sorted(inner)]
                found, _after = self.where_compare(equal, table.select(*used).distinct(), inner)
                found = found.select(*used).distinct().rename({f"x_{c}": c for c in used}).view()
                return table.anti_join(found, [table[c] == found[f"x_{c}"] for c in used]), bound
            columns = list(table.columns)
            table, left = self.fact_value(left, table, bound)
            table, right = self.fact_value(right, table, bound)
            bound |= {
                side.var.name
                for side in (condition.left, condition.right)
                if isinstance(side, FactOf)
            }
            table, bound = self.plain_compare(left, op, right, table, bound)
            columns += [f"v_{n}" for n in sorted(bound) if f"v_{n}" not in columns]
            return table.select(*columns).distinct(), bound
        return self.plain_compare(left, op, right, table, bound)

    def fact_value(self, side: Operand | Column, table: Table, bound: Bound) -> tuple[Table, Any]:
        """A register fact as a column of the table; other operands as they are.

        A variable that is not bound goes through the registers.
        """
        if not isinstance(side, FactOf):
            return table, side
        self.count += 1
        name, entity = f"fact_{self.count}", f"v_{side.var.name}"
        facts = self.fact.filter(self.fact.key == side.key)
        if side.var.name not in bound:
            facts = facts.select(**{entity: "entity", name: "value"})
            return table.cross_join(facts.view()), name
        facts = facts.select(**{f"{name}_of": "entity", name: "value"}).view()
        joined = table.join(facts, table[entity] == facts[f"{name}_of"])
        return joined.drop(f"{name}_of"), name

    def plain_compare(
        self, left: Any, op: str, right: Any, table: Table, bound: Bound
    ) -> tuple[Table, Bound]:
        """A comparison of columns and constants; “=” may give a variable its value."""
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Var) and side.name not in bound:
                value = _operand(table, other)
                return table.mutate(**{f"v_{side.name}": value}), bound | {side.name}
        a, b = _operand(table, left), _operand(table, right)
        if op in ("=", "!="):
            return table.filter(a == b if op == "=" else a != b), bound
        return table.filter(_ORDERS[op](as_number(a), as_number(b))), bound


def _operand(table: Table, operand: Any) -> Value:
    if isinstance(operand, str):  # a column that `fact_value` made
        return table[operand]
    return cell(table, operand)


def names_of(condition: Condition) -> Bound:
    """The free variables of a condition."""
    return frozenset(variables_of(condition))
