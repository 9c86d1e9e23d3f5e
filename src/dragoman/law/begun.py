"""Fluents that acts, and the starts and ends of others, begin and end: their tables of spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.law.events import AT_FIRST, Facts
from dragoman.law.guards import Guard, guarded, steady
from dragoman.law.rows import (
    NO_RULE,
    Beyond,
    Rows,
    agreement,
    arg_names,
    both_orders,
    column,
    literal,
    name,
)
from dragoman.law.scan import Point, Scan
from dragoman.law.spans import nothing, point, spans_of_points
from dragoman.law.tables import Tables
from dragoman.law.tree import Condition, Effect, Fluent, Pattern, Rule, Trigger, Var
from dragoman.when import Day


class Begun:
    """Makes the spans of such fluents; the last day is that up to which things lapse."""

    def __init__(self, tables: Tables, facts: Facts, until: Day) -> None:
        self.tables, self.book, self.facts, self.until = tables, tables.book, facts, until
        self.connection = tables.connection
        self.bound: dict[tuple[str, Condition], Rows] = {}
        self.made = 0
        self.left = Counter({rule.key: len(rule.effects) for rule in self.book.rules})

    def make(self, fluent: Fluent) -> None:
        """Make the spans of a fluent. Raises Beyond."""
        effects = [
            _effect(place, rule, number)
            for place, rule in enumerate(self.book.rules)
            for number, effect in enumerate(rule.effects)
            if effect.atom.fluent == fluent.name
        ]
        self.make_of(fluent, [one for one in effects if self.tables.occurs(one.trigger)])
        self.forget(effects)

    def make_of(self, fluent: Fluent, effects: Sequence[_Effect]) -> None:
        """Make the spans that effects, and lapses, make of a fluent."""
        lapses = [rule for _place, rule in self.book.lapses_of.get(fluent.name, ())]
        if not all(map(steady, lapses)):
            raise Beyond("a deadline that hangs on other fluents")
        starts = [self.starts(fluent, one) for one in effects if one.effect.starts]
        if fluent.first is not None:
            starts.append(self.first(fluent))
        args = arg_names(len(fluent.params))
        started = name(f"start_{fluent.name}")
        self.connection.execute(
            f"CREATE TEMP VIEW {started} AS {' UNION ALL '.join(starts) or nothing(args)}"
        )
        if self.connection.execute(f"FROM {started} LIMIT 1").fetchone() is None:
            self.tables.keep(fluent, ())
            return
        scanned = bool(lapses) or any(one.guards for one in effects)
        ends = [
            self.ends(fluent, one, started, every=scanned)
            for one in effects
            if not one.effect.starts
        ]
        if scanned:
            self.scan(fluent, effects, " UNION ALL ".join((f"FROM {started}", *ends)))
        else:
            starts_apart = self.starts_apart(effects) and not fluent.value
            spans = spans_of_points(started, ends, args, bool(fluent.value), starts_apart)
            self.tables.make(fluent, spans)

    def forget(self, effects: Sequence[_Effect]) -> None:
        """Drop the tables of rules all of whose effects have been made use of."""
        for one in effects:
            self.left[one.rule.key] -= 1
            if not self.left[one.rule.key]:
                for key in [key for key in self.bound if key[0] == one.rule.key]:
                    self.connection.execute(f"DROP TABLE {self.bound.pop(key).name} CASCADE")

    def starts_apart(self, effects: Sequence[_Effect]) -> bool:
        """Whether at no moment an instance may begin twice, or both begin and end.

        So it is where each event has a moment of its own, and its kind begins the fluent in one way
        at most, and does not end it if it does.
        """
        triggers = [(one.effect.starts, one.trigger) for one in effects]
        kinds = [(starts, on.event) for starts, on in triggers if isinstance(on, Pattern)]
        begin = [kind for starts, kind in kinds if starts]
        end = {kind for starts, kind in kinds if not starts}
        once = len(kinds) == len(effects) and len(set(begin)) == len(begin)
        return self.tables.inputs.apart and once and end.isdisjoint(begin)

    def scan(self, fluent: Fluent, effects: Sequence[_Effect], points: str) -> None:
        """Make the spans of a fluent by going through the points of each instance."""
        args = arg_names(len(fluent.params))
        guards = {(one.place, one.number): one.guards for one in effects}
        # What begins only where it holds already never begins.
        idle = [
            f"(rule_no = {place} AND effect_no = {number})"
            for (place, number), own in guards.items()
            if any(guard.holds for guard in own)
        ]
        begun = f"SELECT DISTINCT {', '.join(args)} FROM {name(f'start_{fluent.name}')}"
        if idle:
            begun += f" WHERE NOT ({' OR '.join(idle)})"
        same = " AND ".join(f"p.{a} = b.{a}" for a in args)
        by = ", ".join(f"p.{c}" for c in (*args, "m", "begins"))
        rest = ", ".join(("p.rule_no", "p.effect_no", "p.value"))
        rows = self.connection.execute(
            f"SELECT {by}, max(p.seq), {rest} FROM ({points}) p SEMI JOIN ({begun}) b ON {same} "
            f"GROUP BY {by}, {rest} ORDER BY {by}"
        )
        count = len(args)
        found = (Point(row[:count], *row[count:]) for row in rows.fetchall())
        scan = Scan(self.book, fluent, guards, self.facts, self.until)
        self.tables.keep(fluent, scan.spans(found))

    def first(self, fluent: Fluent) -> str:
        """The instances that hold at first, as points."""
        args = arg_names(len(fluent.params))
        sources = [
            f"(SELECT DISTINCT entity FROM fact WHERE key = 'is' AND value = {literal(sort)}) h{n}"
            for n, sort in enumerate(fluent.types.values())
        ]
        cells = [f"h{n}.entity" for n in range(len(args))]
        where = " WHERE h0.entity < h1.entity" if fluent.symmetric else ""
        shown = ", ".join(f"{c} AS {a}" for c, a in zip(cells, args, strict=True))
        return (
            f"SELECT {shown}, {literal(fluent.first or '')} AS value, {AT_FIRST}::BIGINT AS m, "
            f"true AS begins, -1 AS seq, {NO_RULE} AS rule_no, 0 AS effect_no "
            f"FROM {', '.join(sources)}{where}"
        )

    def starts(self, fluent: Fluent, one: _Effect) -> str:
        """The points at which an effect begins instances."""
        rows = self.bindings(one)
        atom = one.effect.atom
        cells = [rows.value(term) or "NULL" for term in atom.args]
        value = "''" if atom.value is None else rows.value(atom.value) or "NULL"
        return f"(SELECT {point(fluent, cells, value, one.mark, begins=True)} FROM {rows.name} t)"

    def ends(self, fluent: Fluent, one: _Effect, started: str, every: bool) -> str:
        """The points at which an effect ends instances."""
        rows, atom = self.bindings(one), one.effect.atom
        value = "NULL" if atom.value is None else rows.value(atom.value) or "NULL"
        cells = [rows.value(term) for term in atom.args]
        if None in cells:
            return self.open_ends(fluent, one, value, started, every)
        shown = point(fluent, cells, value, one.mark, begins=False)
        return f"(SELECT {shown} FROM {rows.name} t)"

    def open_ends(self, fluent: Fluent, one: _Effect, value: str, started: str, every: bool) -> str:
        """The points at which an effect ends instances of which it leaves arguments open.

        It ends those that have begun before. Of each beginning the next end that fits it is enough:
        whatever held till a later one would have begun again after this one. In a scan `every` end
        counts, for guards may keep one from taking effect, and lapses bring other values.
        """
        rows, atom = self.bindings(one), one.effect.atom
        args = arg_names(len(fluent.params))
        begun = started
        if fluent.symmetric:
            begun = f"({both_orders(fluent, started, (*args[2:], 'm', 'value'))})"
        pairs = list(zip(args, atom.args, strict=True))
        if atom.value is not None and not every:
            pairs.append(("value", atom.value))
        own, shared, _variables = agreement(pairs, rows)
        used = {term.name for term in atom.terms if isinstance(term, Var)} & rows.bound
        by = ", ".join(("m", *map(column, sorted(used))))
        ending = f"(SELECT {by}, max(seq) AS seq FROM {rows.name} GROUP BY {by})"
        on = " AND ".join((*shared, "h.m < t.m"))
        shown = point(fluent, [f"h.{arg}" for arg in args], value, one.mark, begins=False)
        where = f" WHERE {' AND '.join(own)}" if own else ""
        join = "JOIN" if every else "ASOF JOIN"
        return f"(SELECT DISTINCT {shown} FROM {begun} h {join} {ending} t ON {on}{where})"

    def bindings(self, one: _Effect) -> Rows:
        """The table of where a rule fits and its condition, guards apart, holds.

        It is made once for the effects of a rule that share it.
        """
        key = (one.rule.key, one.condition)
        if key not in self.bound:
            where = self.tables.where()
            rows = where.where(one.condition, where.trigger(one.trigger), "before")
            self.made += 1
            table = f"rule_{self.made}"
            sql = where.select(f"SELECT {', '.join(rows.select())} FROM {rows.name} t")
            self.connection.execute(f"CREATE TEMP TABLE {table} AS {sql}")
            self.bound[key] = Rows(table, rows.columns, rows.bound)
        return self.bound[key]


@dataclass(frozen=True, slots=True)
class _Effect:
    """An effect of a rule, and when it comes about.

    It does where its condition holds and the guards let the instance that it touches.
    """

    place: int
    number: int
    rule: Rule
    effect: Effect
    guards: tuple[Guard, ...]
    condition: Condition

    @property
    def trigger(self) -> Trigger:
        """What brings it about."""
        assert self.rule.trigger is not None
        return self.rule.trigger

    @property
    def mark(self) -> tuple[int, int]:
        """The place of the rule in the book and of the effect in the rule."""
        return self.place, self.number


def _effect(place: int, rule: Rule, number: int) -> _Effect:
    """An effect of a rule. Raises Beyond."""
    effect = rule.effects[number]
    parted = guarded(rule, effect)
    if parted is None:
        raise Beyond("an effect that asks of other instances of its fluent")
    return _Effect(place, number, rule, effect, *parted)
