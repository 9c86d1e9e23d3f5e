"""Fluents that hold while others do: their tables of spans."""

from __future__ import annotations

from dragoman.law.counted import counted
from dragoman.law.plan import ordered
from dragoman.law.reach import Reach
from dragoman.law.rows import Beyond, both_orders
from dragoman.law.spans import canonical, nothing, spans_of_states
from dragoman.law.tables import Tables
from dragoman.law.tree import Fluent, Rule


class Derived:
    """Makes the spans of such fluents."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def make(self, fluent: Fluent) -> None:
        """Make the spans of a fluent: by counting if that is enough. Raises Beyond."""
        reach = Reach(self.tables, fluent)
        try:
            spans = counted(reach)
        except Beyond:
            spans = self.asked(reach)
        self.tables.make(fluent, spans)
        reach.forget()

    def asked(self, reach: Reach) -> str:
        """The spans of a fluent whose rules are asked anew at each point. Raises Beyond."""
        by = ", ".join((*reach.args, "m"))
        edges = " UNION ALL ".join(reach.edges()) or nothing(reach.args)
        points = f"SELECT {by}, max(seq) AS seq FROM ({edges}) GROUP BY {by}"
        held = " UNION ALL ".join(self.held(reach, rule) for rule in reach.rules)
        return spans_of_states(points, held, reach.args)

    def held(self, reach: Reach, rule: Rule) -> str:
        """Where an instance holds by a rule, of all the points (`point`) at which it may change."""
        assert rule.head is not None
        where = self.tables.where()
        source = "point"
        if reach.fluent.symmetric:
            source = f"({both_orders(reach.fluent, source, (*reach.args[2:], 'm'))})"
        pairs = list(zip(reach.args, rule.head.args, strict=True))
        rows = where.bind(source, pairs, ("h.m AS m",))
        condition, _bound = ordered(rule.condition, set(rows.bound))
        rows = where.where(condition, rows, "after")
        cells = [rows.value(term) or "NULL" for term in rule.head.args]
        value = "''" if rule.head.value is None else rows.value(rule.head.value) or "NULL"
        place = self.tables.places[rule.key]
        columns = ("t.m AS m", f"{value} AS value", f"{place} AS rule_no")
        shown = ", ".join((*canonical(reach.fluent, cells), *columns))
        return f"({where.select(f'SELECT {shown} FROM {rows.name} t')})"
