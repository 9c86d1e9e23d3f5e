"""The compiler: a law book as relational queries, by way of Ibis, for DuckDB.

Where the interpreter walks, a query looks at all moments at once. Conditions are asked of the
same states at the same moments: for a rule on acts, the state just before the act (`before`);
for a `holds while` rule, the state after each moment at which something it leans on changes
(`after`). Points at which a fluent is begun or ended then fall into spans.

A book in which a fluent begun by acts leans, by way of others, on itself is not compiled
(`CannotCompile`); the interpreter walks it. Making the expressions costs some 40 ms for each
fluent, so the SQL is kept beside the derived states.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import ibis
from ibis import _
from ibis.expr.types import Column, Table, Value

from dragoman.law.book import LawBook
from dragoman.law.script import INPUTS, NEVER, Script
from dragoman.law.solve import NUMBER
from dragoman.law.tree import (
    And,
    Atom,
    Compare,
    Condition,
    Const,
    Effect,
    FactOf,
    Fluent,
    Not,
    Operand,
    Or,
    Pattern,
    Rule,
    Term,
    Var,
    atoms_of,
    variables_of,
)

Bound: TypeAlias = frozenset[str]


class CannotCompile(Exception):
    """A law book that relations cannot say; the interpreter can."""


def compile_law(book: LawBook) -> Script:
    """The SQL of a law book. Raises CannotCompile where a fluent leans on itself."""
    compiler = _Compiler(book)
    for fluent in _order(book):
        compiler.fluent(fluent)
    for number, norm in enumerate(book.norms):
        compiler.norm(number, norm.key, norm.pattern, norm.condition)
    return Script(tuple(compiler.tables), tuple(compiler.spans), tuple(compiler.norms))


def _order(book: LawBook) -> list[str]:
    """The fluents that rules speak of, each after those that it leans on."""
    leans: dict[str, set[str]] = {name: set() for name in book.fluents}
    for rule in book.rules:
        heads = [e.atom for e in rule.effects] if rule.head is None else [rule.head]
        for head in heads:
            leans[head.fluent] |= {atom.fluent for atom, _sign in atoms_of(rule.condition)}
    order: list[str] = []
    while leans:
        free = [name for name, others in leans.items() if not others & leans.keys()]
        if not free:
            ring = ", ".join(sorted(leans))
            raise CannotCompile(f"these fluents lean on one another: {ring}")
        order += free
        for name in free:
            del leans[name]
    return order


@dataclass
class _Compiler:
    book: LawBook
    tables: list[tuple[str, str]] = field(default_factory=list)
    spans: list[tuple[str, int]] = field(default_factory=list)
    norms: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.event, self.role, self.fact = (
            ibis.table(dict(schema), name=name) for name, schema in INPUTS.items()
        )
        self.held: dict[str, Table] = {}

    def make(self, name: str, table: Table) -> Table:
        """Add a statement that makes a table, and give back a reference to it."""
        self.tables.append((name, str(ibis.to_sql(table, dialect="duckdb"))))
        return ibis.table(table.schema(), name=name)

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    # --- fluents ---------------------------------------------------------------------------

    def fluent(self, name: str) -> None:
        """Make the table of a fluent's spans."""
        fluent = self.book.fluents[name]
        rules = self.book.derivations_of.get(name, ())
        acts = [
            (place, rule, n, effect)
            for place, rule in enumerate(self.book.rules)
            for n, effect in enumerate(rule.effects)
            if effect.atom.fluent == name
        ]
        if rules:
            spans = self.derived(fluent, rules)
        elif any(effect.starts for _place, _rule, _n, effect in acts):
            spans = self.begun(fluent, acts)
        else:
            spans = ibis.memtable([], schema=_span_schema(len(fluent.params)))
        self.held[name] = self.make(f"span_{name}", spans)
        self.spans.append((name, len(fluent.params)))

    def begun(self, fluent: Fluent, acts: Sequence[tuple[int, Rule, int, Effect]]) -> Table:
        """The spans of a fluent that acts begin and end."""
        args = _args(len(fluent.params))
        effects = [self.effect(fluent, *act) for act in acts if act[3].starts]
        starts = ibis.union(*effects) if len(effects) > 1 else effects[0]
        last = ibis.row_number().over(
            group_by=[*args, "m"],
            order_by=[ibis.desc(c) for c in ("seq", "rule_no", "effect_no", "value")],
        )
        starts = starts.mutate(last=last).filter(_.last == 0).drop("last")
        starts = self.make(f"start_{fluent.name}", starts)
        known = starts.select(*args, "value").distinct()
        points = [starts.mutate(begins=True, replaces=False)]
        for act in acts:
            if not act[3].starts:
                ended = self.effect(fluent, *act, known=known)
                points.append(ended.mutate(begins=False, replaces=False))
        if fluent.value is not None:
            others = known.rename({f"k_{c}": c for c in (*args, "value")}).view()
            same = [starts[a] == others[f"k_{a}"] for a in args]
            replaced = starts.join(others, [*same, starts.value != others.k_value])
            replaced = replaced.mutate(value=_.k_value, begins=False, replaces=True)
            points.append(replaced.select(*points[0].columns))
        union = ibis.union(*points) if len(points) > 1 else points[0]
        return _islands(union, args)

    def effect(
        self,
        fluent: Fluent,
        place: int,
        rule: Rule,
        number: int,
        effect: Effect,
        known: Table | None = None,
    ) -> Table:
        """The points at which one effect of a rule begins or ends instances of a fluent."""
        assert rule.pattern is not None
        table, bound = self.pattern(rule.pattern)
        table, bound = self.where(rule.condition, table, bound, "before")
        args = _args(len(fluent.params))
        atom = effect.atom
        if known is None:
            cells = {a: _term(table, t) for a, t in zip(args, atom.args, strict=True)}
            value = ibis.literal("") if atom.value is None else _term(table, atom.value)
            table = table.mutate(**cells, value=value)
        else:
            known = _both_ways(known, fluent)
            table, bound = _join_terms(
                table, bound, known, [*zip(args, atom.args, strict=True), ("value", atom.value)]
            )
        if fluent.symmetric:
            table = table.mutate(
                a0=ibis.least(table.a0, table.a1), a1=ibis.greatest(table.a0, table.a1)
            )
        return table.select(
            *args,
            "value",
            "m",
            "seq",
            rule_no=ibis.literal(place, "int32"),
            effect_no=ibis.literal(number, "int32"),
            rule=ibis.literal(rule.key),
        ).distinct()

    def derived(self, fluent: Fluent, rules: Sequence[Rule]) -> Table:
        """The spans of a fluent that holds while others do."""
        args = _args(len(fluent.params))
        moments = [c for rule in rules for c in self.changes(fluent, rule)]
        points = ibis.union(*moments, distinct=True) if len(moments) > 1 else moments[0].distinct()
        points = self.make(f"point_{fluent.name}", points)
        held = []
        for number, rule in enumerate(rules):
            assert rule.head is not None
            table, bound = _bind_head(_both_ways(points, fluent), rule.head)
            table, bound = self.where(rule.condition, table, bound, "after")
            value = ibis.literal("") if rule.head.value is None else _term(table, rule.head.value)
            table = table.mutate(value=value)
            if fluent.symmetric:
                table = table.mutate(
                    a0=ibis.least(table.a0, table.a1), a1=ibis.greatest(table.a0, table.a1)
                )
            held.append(
                table.select(
                    *args,
                    "m",
                    "value",
                    rule_no=ibis.literal(number, "int32"),
                    rule=ibis.literal(rule.key),
                )
            )
        union = ibis.union(*held) if len(held) > 1 else held[0]
        first = ibis.row_number().over(group_by=[*args, "m"], order_by=["rule_no", "value"])
        true = union.mutate(first=first).filter(_.first == 0).drop("first", "rule_no")
        true = true.rename({f"t_{c}": c for c in (*args, "m")}).view()
        same = [points[c] == true[f"t_{c}"] for c in (*args, "m")]
        states = points.left_join(true, same).select(*args, "m", "value", "rule")
        last = self.event.group_by(m="moment").agg(seq=_.seq.max())
        return _stretches(states, last, args)

    def changes(self, fluent: Fluent, rule: Rule) -> list[Table]:
        """Moments at which an instance may change by a rule, from each fluent it leans on."""
        assert rule.head is not None
        args = _args(len(fluent.params))
        head = list(zip(args, rule.head.args, strict=True))
        keys, _bound = self.where(rule.condition, None, frozenset(), "ever")
        keys = keys.select(**{a: _term(keys, t) for a, t in head}).distinct()
        keys = self.make(self.fresh(f"key_{fluent.name}"), keys)
        found = []
        for atom, _sign in atoms_of(rule.condition):
            held = _both_ways(self.held[atom.fluent], self.book.fluents[atom.fluent])
            for edge in ("start", "stop"):
                at = held.filter(held[edge] != NEVER).mutate(m=held[edge])
                shared: dict[str, str] = {}
                for place, term in zip(_args(len(atom.args)), atom.args, strict=True):
                    if isinstance(term, Const):
                        at = at.filter(at[place] == term.text)
                        continue
                    for a, t in head:
                        if isinstance(t, Var) and t.name == term.name:
                            shared[a] = place
                at = (
                    at.select("m", **{f"x_{a}": at[p] for a, p in shared.items()}).distinct().view()
                )
                on = [keys[a] == at[f"x_{a}"] for a in shared]
                joined = keys.join(at, on) if on else keys.cross_join(at)
                found.append(joined.select(*args, "m"))
        if fluent.symmetric:
            found = [
                t.mutate(a0=ibis.least(t.a0, t.a1), a1=ibis.greatest(t.a0, t.a1)) for t in found
            ]
        return found

    # --- norms -----------------------------------------------------------------------------

    def norm(self, number: int, key: str, pattern: Pattern, condition: Condition) -> None:
        """Make the table of a norm's findings."""
        table, bound = self.pattern(pattern)
        kept = [f"v_{name}" for name in sorted(bound)]
        met, _after = self.where(condition, table, bound, "before")
        columns = ["seq", *kept]
        met = met.select(*columns).distinct().rename({f"x_{c}": c for c in columns}).view()
        unmet = table.anti_join(met, [table[c] == met[f"x_{c}"] for c in columns])
        named = [name for name in sorted(bound) if not name.startswith("_")]
        name = f"finding_{number}"
        self.make(name, unmet.select("seq", *(f"v_{n}" for n in named)).distinct())
        self.norms.append((name, key, tuple(named)))

    # --- patterns and conditions -------------------------------------------------------------

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

    def where(
        self, condition: Condition, table: Table | None, bound: Bound, at: str
    ) -> tuple[Table, Bound]:
        """The rows under which a condition holds, with columns for what it binds.

        `at` says of which state it is asked: `before` the moment `m`, `after` it, or `ever` (at
        any time, negations left aside). Without a table, the rows come from the condition.
        """
        if isinstance(condition, Atom):
            return self.where_atom(condition, table, bound, at)
        if isinstance(condition, Compare):
            assert table is not None
            return self.where_compare(condition, table, bound)
        if isinstance(condition, And):
            for part in condition.parts:
                if table is None and isinstance(part, Not):
                    continue
                table, bound = self.where(part, table, bound, at)
            assert table is not None
            return table, bound
        if isinstance(condition, Or):
            branches = [self.where(part, table, bound, at) for part in condition.parts]
            common = frozenset.intersection(*(after for _table, after in branches))
            columns = [] if table is None else list(table.columns)
            columns += [f"v_{n}" for n in sorted(common) if f"v_{n}" not in columns]
            parts = [t.select(*columns) for t, _after in branches]
            return ibis.union(*parts, distinct=True), common
        if isinstance(condition, Not):
            assert table is not None
            if at == "ever":
                return table, bound
            return self.without(condition.part, table, bound, at), bound
        found, after = self.where(condition.part, table, bound, at)
        after -= {v.name for v in condition.variables}
        columns = [] if table is None else list(table.columns)
        columns += [f"v_{n}" for n in sorted(after) if f"v_{n}" not in columns]
        return found.select(*columns).distinct(), after

    def without(self, part: Condition, table: Table, bound: Bound, at: str) -> Table:
        """The rows for which the part does not hold."""
        inner = _names(part) & bound
        columns = ["m", *(f"v_{n}" for n in sorted(inner))]
        found, _after = self.where(part, table.select(*columns).distinct(), inner, at)
        found = found.select(*columns).distinct().rename({f"x_{c}": c for c in columns}).view()
        return table.anti_join(found, [table[c] == found[f"x_{c}"] for c in columns])

    def where_atom(
        self, atom: Atom, table: Table | None, bound: Bound, at: str
    ) -> tuple[Table, Bound]:
        fluent = self.book.fluents[atom.fluent]
        held = _both_ways(self.held[atom.fluent], fluent)
        terms: list[tuple[str, Term | None]] = [
            *zip(_args(len(atom.args)), atom.args, strict=True),
            ("value", atom.value),
        ]
        names = [name for name, term in terms if term is not None]
        if table is None:
            seed = held.select(*names).distinct().mutate(unit=ibis.literal(1))
            joined, after = _join_terms(None, bound, seed, terms)
            return joined.select(*(f"v_{n}" for n in sorted(after))).distinct(), after
        if at == "ever":
            return _join_terms(table, bound, held.select(*names).distinct(), terms)
        held = held.select(*names, "start", "stop")
        if at == "before":
            during = [lambda t, h: h.h_start < t.m, lambda t, h: t.m <= h.h_stop]
        else:
            during = [lambda t, h: h.h_start <= t.m, lambda t, h: t.m < h.h_stop]
        return _join_terms(table, bound, held, terms, during)

    def where_compare(self, condition: Compare, table: Table, bound: Bound) -> tuple[Table, Bound]:
        left, right, op = condition.left, condition.right, condition.op
        if isinstance(left, FactOf) or isinstance(right, FactOf):
            if op == "!=":
                equal = Compare(left, "=", right, condition.spot)
                inner = _names(equal) & bound
                used = [f"v_{n}" for n in sorted(inner)]
                found, _after = self.where_compare(equal, table.select(*used).distinct(), inner)
                found = found.select(*used).distinct().rename({f"x_{c}": c for c in used}).view()
                return table.anti_join(found, [table[c] == found[f"x_{c}"] for c in used]), bound
            columns = list(table.columns)
            table, left = self.fact_value(left, table)
            table, right = self.fact_value(right, table)
            table, bound = self.plain_compare(left, op, right, table, bound)
            columns += [f"v_{n}" for n in sorted(bound) if f"v_{n}" not in columns]
            return table.select(*columns).distinct(), bound
        return self.plain_compare(left, op, right, table, bound)

    def fact_value(self, side: Operand | Column, table: Table) -> tuple[Table, Any]:
        """A register fact as a column of the table; other operands as they are."""
        if not isinstance(side, FactOf):
            return table, side
        name = self.fresh("fact")
        facts = self.fact.filter(self.fact.key == side.key)
        facts = facts.select(**{f"{name}_of": "entity", name: "value"}).view()
        joined = table.join(facts, table[f"v_{side.var.name}"] == facts[f"{name}_of"])
        return joined.drop(f"{name}_of"), name

    def plain_compare(
        self, left: Any, op: str, right: Any, table: Table, bound: Bound
    ) -> tuple[Table, Bound]:
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Var) and side.name not in bound:
                value = _operand(table, other)
                return table.mutate(**{f"v_{side.name}": value}), bound | {side.name}
        a, b = _operand(table, left), _operand(table, right)
        if op in ("=", "!="):
            return table.filter(a == b if op == "=" else a != b), bound
        return table.filter(_ORDERS[op](_number(a), _number(b))), bound


_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


# --- small pieces of relations ---------------------------------------------------------------


def _args(count: int) -> list[str]:
    return [f"a{n}" for n in range(count)]


def _span_schema(count: int) -> dict[str, str]:
    return {
        **dict.fromkeys(_args(count), "string"),
        "value": "string",
        "start": "int32",
        "begin_seq": "int32",
        "begin_rule": "string",
        "stop": "int32",
        "end_seq": "int32",
        "end_rule": "string",
    }


def _names(condition: Condition) -> frozenset[str]:
    return frozenset(variables_of(condition))


def _term(table: Table, term: Term) -> Value:
    return ibis.literal(term.text) if isinstance(term, Const) else table[f"v_{term.name}"]


def _operand(table: Table, operand: Any) -> Value:
    if isinstance(operand, str):  # a column that `fact_value` made
        return table[operand]
    return _term(table, operand)


def _number(value: Any) -> Any:
    number = value.try_cast("float64")
    return ibis.ifelse(value.re_search(f"^{NUMBER}$"), number, ibis.null("float64"))


def _both_ways(table: Table, fluent: Fluent) -> Table:
    """The rows of a symmetric fluent with the first two arguments in either order."""
    if not fluent.symmetric:
        return table
    turned = table.filter(table.a0 != table.a1)
    turned = turned.mutate(a0=turned.a1, a1=turned.a0).select(*table.columns)
    return ibis.union(table, turned)


def _bind_head(points: Table, head: Atom) -> tuple[Table, Bound]:
    """Points with the variables of a rule's head as columns."""
    bound: Bound = frozenset()
    for place, term in zip(_args(len(head.args)), head.args, strict=True):
        if isinstance(term, Const):
            points = points.filter(points[place] == term.text)
        elif term.name in bound:
            points = points.filter(points[place] == points[f"v_{term.name}"])
        else:
            points = points.mutate(**{f"v_{term.name}": points[place]})
            bound |= {term.name}
    return points, bound


def _join_terms(
    table: Table | None,
    bound: Bound,
    held: Table,
    terms: Sequence[tuple[str, Term | None]],
    during: Sequence[Callable[[Any, Any], Any]] = (),
) -> tuple[Table, Bound]:
    """Join rows with instances that agree with the terms; new variables become columns.

    The other columns of the instances keep their names where the table lacks them.
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
    after = bound | frozenset(new)
    if table is None:
        return held.mutate(**{f"v_{var}": held[name] for var, name in new.items()}), after
    held = held.rename({f"h_{c}": c for c in held.columns}).view()
    on: list[Any] = [
        table[f"v_{term.name}"] == held[f"h_{name}"]
        for name, term in terms
        if isinstance(term, Var) and term.name in bound
    ]
    on += [test(table, held) for test in during]
    timed = bool(during)
    if timed and not new:
        return table.semi_join(held, on), after
    joined = table.join(held, on) if on else table.cross_join(held)
    columns: dict[str, Any] = {c: joined[c] for c in table.columns}
    columns |= {f"v_{var}": joined[f"h_{name}"] for var, name in new.items()}
    if not timed:
        kept = {c.removeprefix("h_") for c in held.columns}
        columns |= {c: joined[f"h_{c}"] for c in sorted(kept) if c not in columns}
    return joined.select(**columns), after


def _islands(points: Table, args: Sequence[str]) -> Table:
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


def _stretches(states: Table, last: Table, args: Sequence[str]) -> Table:
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
