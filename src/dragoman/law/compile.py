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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import ibis
from ibis import _
from ibis.expr.types import Table

from dragoman.law.book import LawBook
from dragoman.law.relations import (
    arg_names,
    bind_head,
    both_ways,
    cell,
    islands,
    join_instances,
    span_schema,
    stretches,
)
from dragoman.law.script import NEVER, Script
from dragoman.law.tree import (
    ALWAYS,
    Atom,
    Compare,
    Condition,
    Const,
    Effect,
    FactOf,
    Fluent,
    Pattern,
    Rule,
    Turn,
    Var,
)
from dragoman.law.walk import atoms_of, operands_of, parts_of
from dragoman.law.where import Where


class CannotCompile(Exception):
    """A law book that relations cannot say; the interpreter can."""


def compile_law(book: LawBook) -> Script:
    """The SQL of a law book.

    Raises CannotCompile where a fluent leans on itself, or where the book uses what only the
    interpreter knows yet.
    """
    for said in _beyond(book):
        raise CannotCompile(said)
    compiler = _Compiler(book)
    for fluent in _order(book):
        compiler.fluent(fluent)
    for number, norm in enumerate(book.norms):
        assert isinstance(norm.trigger, Pattern)
        compiler.norm(number, norm.key, norm.trigger, norm.condition)
    return Script(tuple(compiler.tables), tuple(compiler.spans), tuple(compiler.norms))


def _beyond(book: LawBook) -> Iterator[str]:
    """What relations cannot say of a book."""
    for fluent in book.fluents.values():
        if fluent.open or fluent.first is not None:
            yield f"{fluent.name} is open, or holds at first"
    for rule in book.rules:
        if rule.lapse is not None or isinstance(rule.trigger, Turn):
            yield f"{rule.key} speaks of a lapse, a start or an end"
    for norm in book.norms:
        plain = norm.verb == "requires" and norm.scope == ALWAYS
        if not plain or isinstance(norm.trigger, Turn):
            yield f"{norm.key} is more than a requirement"
    conditions = [(rule.key, rule.condition) for rule in book.rules]
    conditions += [(norm.key, norm.condition) for norm in book.norms]
    for key, part in ((key, part) for key, whole in conditions for part in parts_of(whole)):
        if isinstance(part, Atom | Compare):
            plain = all(isinstance(o, Var | Const | FactOf) for o in operands_of(part))
            if not plain or (isinstance(part, Atom) and part.day is not None):
                yield f"{key} reckons, or asks of another day"


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

    def __post_init__(self) -> None:
        self.where = Where(self.book.fluents)

    def make(self, name: str, table: Table) -> Table:
        """Add a statement that makes a table, and give back a reference to it."""
        self.tables.append((name, str(ibis.to_sql(table, dialect="duckdb"))))
        return ibis.table(table.schema(), name=name)

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
            columns = span_schema(len(fluent.params)).items()
            nothing = self.where.once().select(**{c: ibis.null(sort) for c, sort in columns})
            spans = nothing.filter(ibis.literal(False))
        self.where.held[name] = self.make(f"span_{name}", spans)
        self.spans.append((name, len(fluent.params)))

    def begun(self, fluent: Fluent, acts: Sequence[tuple[int, Rule, int, Effect]]) -> Table:
        """The spans of a fluent that acts begin and end."""
        args = arg_names(len(fluent.params))
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
            points.append(_replacements(starts, args).select(*points[0].columns))
        union = ibis.union(*points) if len(points) > 1 else points[0]
        return islands(union, args)

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
        assert isinstance(rule.trigger, Pattern)
        table, bound = self.where.pattern(rule.trigger)
        table, bound = self.where.where(rule.condition, table, bound, "before")
        args = arg_names(len(fluent.params))
        atom = effect.atom
        if known is None:
            cells = {a: cell(table, t) for a, t in zip(args, atom.args, strict=True)}
            value = ibis.literal("") if atom.value is None else cell(table, atom.value)
            table = table.mutate(**cells, value=value)
        else:
            known = both_ways(known, fluent)
            terms = [*zip(args, atom.args, strict=True), ("value", atom.value)]
            table, bound = join_instances(table, bound, known, terms, keep=[*args, "value"])
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
        args = arg_names(len(fluent.params))
        moments = [c for rule in rules for c in self.changes(fluent, rule)]
        points = ibis.union(*moments, distinct=True) if len(moments) > 1 else moments[0].distinct()
        points = self.make(f"point_{fluent.name}", points)
        held = []
        for number, rule in enumerate(rules):
            assert rule.head is not None
            table, bound = bind_head(both_ways(points, fluent), rule.head)
            table, bound = self.where.where(rule.condition, table, bound, "after")
            value = ibis.literal("") if rule.head.value is None else cell(table, rule.head.value)
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
        prevails = [ibis.desc("rule_no"), ibis.desc("value")]
        first = ibis.row_number().over(group_by=[*args, "m"], order_by=prevails)
        true = union.mutate(first=first).filter(_.first == 0).drop("first", "rule_no")
        true = true.rename({f"t_{c}": c for c in (*args, "m")}).view()
        same = [points[c] == true[f"t_{c}"] for c in (*args, "m")]
        states = points.left_join(true, same).select(*args, "m", "value", "rule")
        last = self.where.event.group_by(m="moment").agg(seq=_.seq.max())
        return stretches(states, last, args)

    def changes(self, fluent: Fluent, rule: Rule) -> list[Table]:
        """Moments at which an instance may change by a rule, from each fluent it leans on."""
        assert rule.head is not None
        args = arg_names(len(fluent.params))
        head = list(zip(args, rule.head.args, strict=True))
        keys, _bound = self.where.where(rule.condition, self.where.once(), frozenset(), "ever")
        keys = keys.select(**{a: cell(keys, t) for a, t in head}).distinct()
        keys = self.make(f"key_{len(self.tables)}", keys)
        found = []
        for atom, _sign in atoms_of(rule.condition):
            held = both_ways(self.where.held[atom.fluent], self.book.fluents[atom.fluent])
            for edge in ("start", "stop"):
                at = held.filter(held[edge] != NEVER).mutate(m=held[edge])
                shared: dict[str, str] = {}
                for place, term in zip(arg_names(len(atom.args)), atom.args, strict=True):
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
        table, bound = self.where.pattern(pattern)
        kept = [f"v_{name}" for name in sorted(bound)]
        met, _after = self.where.where(condition, table, bound, "before")
        columns = ["seq", *kept]
        met = met.select(*columns).distinct().rename({f"x_{c}": c for c in columns}).view()
        unmet = table.anti_join(met, [table[c] == met[f"x_{c}"] for c in columns])
        named = [name for name in sorted(bound) if not name.startswith("_")]
        name = f"finding_{number}"
        self.make(name, unmet.select("seq", *(f"v_{n}" for n in named)).distinct())
        self.norms.append((name, key, tuple(named)))


def _replacements(starts: Table, args: Sequence[str]) -> Table:
    """The points at which a value ends because another begins for the same arguments."""
    following = {
        f"next_{c}": starts[c].lead().over(group_by=list(args), order_by="m")
        for c in ("value", "m", "seq", "rule_no", "effect_no", "rule")
    }
    ended = starts.mutate(**following).filter(_.next_value != _.value)
    moved = {c: ended[f"next_{c}"] for c in ("m", "seq", "rule_no", "effect_no", "rule")}
    return ended.mutate(**moved, begins=ibis.literal(False), replaces=ibis.literal(True))
