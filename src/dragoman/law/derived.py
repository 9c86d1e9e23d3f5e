"""Fluents that hold while others do: their tables of spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dragoman.law.events import NEVER
from dragoman.law.plan import ordered
from dragoman.law.rows import Beyond, agreement, arg_names, both_orders, literal, name, span_table
from dragoman.law.spans import canonical, nothing, spans_of_states
from dragoman.law.tables import Tables
from dragoman.law.tree import And, Atom, Const, Fluent, Rule, Term
from dragoman.law.walk import atoms_of


class Derived:
    """Makes the spans of such fluents."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.book, self.connection = tables, tables.book, tables.connection

    def make(self, fluent: Fluent) -> None:
        """Make the spans of a fluent. Raises Beyond."""
        rules = self.book.derivations_of[fluent.name]
        args = arg_names(len(fluent.params))
        points, by = name(f"point_{fluent.name}"), ", ".join((*args, "m"))
        edges = dict.fromkeys(
            self.touched(fluent, rules, rule, atom, starts)
            for rule in rules
            for atom, _sign in atoms_of(rule.condition)
            for starts in (True, False)
        )
        touched = " UNION ALL ".join(edges) or nothing(args)
        self.connection.execute(
            f"CREATE TEMP TABLE {points} AS "
            f"SELECT {by}, max(seq) AS seq FROM ({touched}) GROUP BY {by}"
        )
        held = " UNION ALL ".join(self.held(fluent, rule, points) for rule in rules)
        self.tables.make(fluent, spans_of_states(points, held, args))
        for table in (points, name(f"key_{fluent.name}")):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def touched(
        self, fluent: Fluent, rules: Sequence[Rule], rule: Rule, atom: Atom, starts: bool
    ) -> str:
        """The instances that a start or end of an atom of a rule touches, as points."""
        assert rule.head is not None
        edge, seq = ("start", "begin_seq") if starts else ("stop", "end_seq")
        pairs = list(zip(arg_names(len(atom.args)), atom.args, strict=True))
        tests, _shared, bound = agreement(pairs, None)
        cells = [_cell(term, bound) for term in rule.head.args]
        source = f"{span_table(self.book.fluents[atom.fluent], both_ways=True)} h"
        args = arg_names(len(fluent.params))
        # All that may ever hold are touched, so far as the atom names them.
        if None in cells or any(map(_narrowed, rules)):
            known = [f"k.{a} = {c}" for a, c in zip(args, cells, strict=True) if c is not None]
            source += f" JOIN {self.keys(fluent, rules)} k ON {' AND '.join(known) or 'true'}"
            cells = [f"k.{a}" for a in args]
        shown = ", ".join((*canonical(fluent, cells), f"h.{edge} AS m", f"h.{seq} AS seq"))
        where = " AND ".join((f"h.{edge} <> {NEVER}", *tests))
        return f"(SELECT {shown} FROM {source} WHERE {where})"

    def keys(self, fluent: Fluent, rules: Sequence[Rule]) -> str:
        """The table of the instances that may ever hold by the rules; made if it is not there."""
        table = name(f"key_{fluent.name}")
        ever = " UNION ".join(self.ever(fluent, rule) for rule in rules)
        if fluent.symmetric:
            rest = arg_names(len(fluent.params))[2:]
            both = both_orders(fluent, "one", rest)
            ever = f"WITH one AS ({ever}) SELECT DISTINCT * FROM ({both})"
        self.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} AS {ever}")
        return table

    def ever(self, fluent: Fluent, rule: Rule) -> str:
        """The instances that may ever hold by a rule: perhaps too many, never too few."""
        assert rule.head is not None
        where = self.tables.where()
        rows = where.where(rule.condition, where.once(), "ever")
        cells = [rows.value(term) for term in rule.head.args]
        if None in cells:
            raise Beyond("a head that only time binds")
        shown = [f"{c} AS {a}" for a, c in zip(arg_names(len(cells)), cells, strict=True)]
        sql = f"SELECT DISTINCT {', '.join(shown)} FROM {rows.name} t"
        return f"({where.select(sql)})"

    def held(self, fluent: Fluent, rule: Rule, points: str) -> str:
        """Where an instance holds by a rule, of all points at which it may change."""
        assert rule.head is not None
        where = self.tables.where()
        args = arg_names(len(fluent.params))
        pairs = list(zip(args, rule.head.args, strict=True))
        source = points
        if fluent.symmetric:
            source = f"({both_orders(fluent, points, (*args[2:], 'm'))})"
        rows = where.bind(source, pairs, ("h.m AS m",))
        condition, _bound = ordered(rule.condition, set(rows.bound))
        rows = where.where(condition, rows, "after")
        cells = [rows.value(term) or "NULL" for term in rule.head.args]
        value = "''" if rule.head.value is None else rows.value(rule.head.value) or "NULL"
        place = self.tables.places[rule.key]
        shown = ", ".join(
            (*canonical(fluent, cells), "t.m AS m", f"{value} AS value", f"{place} AS rule_no")
        )
        return f"({where.select(f'SELECT {shown} FROM {rows.name} t')})"


def _narrowed(rule: Rule) -> bool:
    """Whether the registers alone bar some instances, so that it pays to know the others."""
    parts = rule.condition.parts if isinstance(rule.condition, And) else (rule.condition,)
    return any(next(atoms_of(part), None) is None for part in parts)


def _cell(term: Term, bound: Mapping[str, str]) -> str | None:
    """What a term stands for in the row `h` whose columns give variables their values."""
    if isinstance(term, Const):
        return literal(term.text)
    return f"h.{bound[term.name]}" if term.name in bound else None
