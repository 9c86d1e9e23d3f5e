"""Small pieces of relations: bindings as columns, instances as rows, spans from points.

A set of bindings is a table with a column `v_X` for each variable `X`; the instances of a fluent
are rows with the arguments `a0`, `a1`, … and a `value`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import ibis
from ibis import _
from ibis.expr.types import Table, Value

from dragoman.law.reckon import NUMBER
from dragoman.law.script import NEVER
from dragoman.law.tree import Atom, Const, Fluent, Term, Var

#: The variables for which a table has columns.
Bound: TypeAlias = frozenset[str]


def arg_names(count: int) -> list[str]:
    """The columns of so many arguments."""
    return [f"a{n}" for n in range(count)]


def span_schema(count: int) -> dict[str, str]:
    """The columns of a table of spans, with their types."""
    return {
        **dict.fromkeys(arg_names(count), "string"),
        "value": "string",
        "start": "int32",
        "begin_seq": "int32",
        "begin_rule": "string",
        "stop": "int32",
        "end_seq": "int32",
        "end_rule": "string",
    }


def cell(table: Table, term: Term) -> Value:
    """What a term stands for in a row."""
    return ibis.literal(term.text) if isinstance(term, Const) else table[f"v_{term.name}"]


def as_number(value: Any) -> Any:
    """The number that a text column holds in digits, or null."""
    number = value.try_cast("float64")
    return ibis.ifelse(value.re_search(f"^{NUMBER}$"), number, ibis.null("float64"))


def both_ways(table: Table, fluent: Fluent) -> Table:
    """The rows of a symmetric fluent with the first two arguments in either order."""
    if not fluent.symmetric:
        return table
    turned = table.filter(table.a0 != table.a1)
    turned = turned.mutate(a0=turned.a1, a1=turned.a0).select(*table.columns)
    return ibis.union(table, turned)


def bind_head(points: Table, head: Atom) -> tuple[Table, Bound]:
    """Points with the variables of a rule's head as columns."""
    bound: Bound = frozenset()
    for place, term in zip(arg_names(len(head.args)), head.args, strict=True):
        if isinstance(term, Const):
            points = points.filter(points[place] == term.text)
        elif term.name in bound:
            points = points.filter(points[place] == points[f"v_{term.name}"])
        else:
            points = points.mutate(**{f"v_{term.name}": points[place]})
            bound |= {term.name}
    return points, bound


def join_instances(
    table: Table,
    bound: Bound,
    held: Table,
    terms: Sequence[tuple[str, Term | None]],
    during: Sequence[Callable[[Any, Any], Any]] = (),
    keep: Sequence[str] = (),
) -> tuple[Table, Bound]:
    """Join rows with the instances that agree with the terms; new variables become columns.

    `during` are further tests on a row and an instance (whose columns begin with `h_`), `keep`
    the columns of the instance to be kept under their own names.
    """
    new: dict[str, str] = {}
    for name, term in terms:
        if isinstance(term, Const):
            held = held.filter(held[name] == term.text)
        elif isinstance(term, Var) and term.name not in bound:
            if term.name in new:
                held = held.filter(held[name] == held[new[term.name]])
            else:
                new[term.name] = name
    held = held.rename({f"h_{c}": c for c in held.columns}).view()
    on: list[Any] = [
        table[f"v_{term.name}"] == held[f"h_{name}"]
        for name, term in terms
        if isinstance(term, Var) and term.name in bound
    ]
    on += [test(table, held) for test in during]
    if on and not new and not keep:
        return table.semi_join(held, on), bound
    joined = table.join(held, on) if on else table.cross_join(held)
    columns: dict[str, Any] = {c: joined[c] for c in table.columns}
    columns |= {f"v_{variable}": joined[f"h_{name}"] for variable, name in new.items()}
    columns |= {c: joined[f"h_{c}"] for c in keep}
    return joined.select(**columns).distinct(), bound | frozenset(new)


def with_variables(table: Table, bound: Bound) -> list[str]:
    """The columns of a table, and those of the variables that it lacks."""
    columns = list(table.columns)
    return columns + [f"v_{n}" for n in sorted(bound) if f"v_{n}" not in columns]


def islands(points: Table, args: Sequence[str]) -> Table:
    """Spans from points at which instances are begun or ended; a start prevails at its moment."""
    key = [*args, "value"]
    order = ("begins", "replaces", "seq", "rule_no", "effect_no")
    first = ibis.row_number().over(group_by=[*key, "m"], order_by=[ibis.desc(c) for c in order])
    points = points.mutate(first=first).filter(_.first == 0).drop("first")
    points = points.mutate(was=points.begins.lag().over(group_by=key, order_by="m"))
    points = points.filter(points.begins != points.was.fill_null(False))
    following = {
        "stop": points.m.lead().over(group_by=key, order_by="m"),
        "end_seq": points.seq.lead().over(group_by=key, order_by="m"),
        "end_rule": points.rule.lead().over(group_by=key, order_by="m"),
    }
    spans = points.mutate(**following).filter(_.begins)
    return spans.select(
        *key,
        start="m",
        begin_seq="seq",
        begin_rule="rule",
        stop=spans.stop.fill_null(NEVER),
        end_seq="end_seq",
        end_rule="end_rule",
    )


def stretches(states: Table, last: Table, args: Sequence[str]) -> Table:
    """Spans from the value (or none) that each instance has after each moment."""
    was = states.value.lag().over(group_by=list(args), order_by="m")
    states = states.mutate(was=was)
    changed = states.filter(~states.value.identical_to(states.was))
    following = changed.m.lead().over(group_by=list(args), order_by="m")
    changed = changed.mutate(stop=following).filter(_.value.notnull())
    first = last.rename(b_m="m", begin_seq="seq").view()
    begun = changed.join(first, changed.m == first.b_m).drop("b_m")
    final = last.rename(e_m="m", end_seq="seq").view()
    ended = begun.left_join(final, begun.stop == final.e_m)
    return ended.select(
        *args,
        "value",
        start="m",
        begin_seq="begin_seq",
        begin_rule="rule",
        stop=ended.stop.fill_null(NEVER),
        end_seq="end_seq",
        end_rule=ibis.literal(""),
    )
