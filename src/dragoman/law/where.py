"""Patterns and conditions as rows: which events fit, and for which bindings something holds.

The meaning is that of `solve`; here it is asked for all moments at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, TypeAlias

from dragoman.law.cells import TODAY, Cell, calculated, compared
from dragoman.law.events import AT_FIRST, DAY_BITS, NEVER
from dragoman.law.inputs import Inputs, role_column, table_of
from dragoman.law.plan import renamed
from dragoman.law.rows import Beyond, Query, Rows, agreement, arg_names, column, literal, span_table
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
    Some,
    Term,
    Today,
    Total,
    Trigger,
    Turn,
    Var,
)
from dragoman.law.walk import (
    inside,
    operand_variables,
    operands_of,
    spots_of,
    total_variables,
    variables_of,
)

#: Of which state a condition is asked: just before the moment of a row, after it, or ever. What is
#: asked of ever may give too many rows, never too few: an atom holds if it ever does, and what only
#: time could tell (a negation, a count, the day) is taken to hold.
At: TypeAlias = Literal["before", "after", "ever"]

_DURING: Mapping[At, tuple[str, ...]] = {
    "before": ("h.start < t.m", "t.m <= h.stop"),
    "after": ("h.start <= t.m", "t.m < h.stop"),
    "ever": (),
}


class Where(Query):
    """Rows over the input tables and the spans made so far."""

    def __init__(self, fluents: Mapping[str, Fluent], inputs: Inputs) -> None:
        super().__init__()
        self.fluents, self.inputs = fluents, inputs

    # --- triggers --------------------------------------------------------------------------

    def once(self) -> Rows:
        """A single row, to begin with where no event is looked at."""
        return self.step(f"SELECT {AT_FIRST}::BIGINT AS m", ("m",), ())

    def trigger(self, trigger: Trigger) -> Rows:
        """The events, or the starts or ends of a fluent, that fit; with `m` and `seq`.

        There must be events of that kind, with those roles.
        """
        return self.turn(trigger) if isinstance(trigger, Turn) else self.pattern(trigger)

    def pattern(self, pattern: Pattern) -> Rows:
        """The events that fit a pattern."""
        roles = self.inputs.roles[pattern.event]
        source = f"{table_of(pattern.event)} e"
        cells = ["seq", "m"]
        tests: list[str] = []
        for n, (role, _) in enumerate(pattern.roles):
            if roles[role]:
                source += f", unnest(e.{role_column(role)}) AS u{n}(c{n})"
                cells.append(f"c{n}")
            else:
                tests.append(f"{role_column(role)} IS NOT NULL")
                cells.append(f"{role_column(role)} AS c{n}")
        for role, _spot in pattern.lacking:
            if role in roles:
                empty = f"coalesce(len({role_column(role)}), 0) = 0"
                tests.append(empty if roles[role] else f"{role_column(role)} IS NULL")
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        pairs = [(f"c{n}", term) for n, (_, term) in enumerate(pattern.roles)]
        return self.bind(f"(SELECT {', '.join(cells)} FROM {source}{where})", pairs, ("seq", "m"))

    def turn(self, turn: Turn) -> Rows:
        """The starts or ends of a fluent; what holds at first does not start."""
        edge, seq = ("start", "begin_seq") if turn.starts else ("stop", "end_seq")
        table = span_table(self.fluents[turn.atom.fluent], both_ways=True)
        source = f"(FROM {table} WHERE {edge} NOT IN ({AT_FIRST}, {NEVER}))"
        return self.bind(source, _pairs(turn.atom), (f"h.{seq} AS seq", f"h.{edge} AS m"))

    # --- conditions ------------------------------------------------------------------------

    def where(self, condition: Condition, rows: Rows, at: At) -> Rows:
        """The rows under which a condition holds, with what it binds. Raises Beyond."""
        if isinstance(condition, Atom):
            return self.atom(condition, rows, at)
        if isinstance(condition, Compare):
            return self.compare(condition, rows, at)
        if isinstance(condition, And):
            for part in condition.parts:
                rows = self.where(part, rows, at)
            return rows
        if isinstance(condition, Or):
            return self.either(condition, rows, at)
        if isinstance(condition, Not):
            return rows if at == "ever" else self.negated(condition.part, rows, at)
        return self.some(condition, rows, at)

    def some(self, condition: Some, rows: Rows, at: At) -> Rows:
        """The rows for which there are values of the variables under which the part holds.

        A variable that is named once in the part need not become a column.
        """
        own = {v.name for v in condition.variables}
        told = Counter(v.name for v in spots_of(condition.part) if v.name in own)
        part = renamed(condition.part, {name: f"_{name}" for name in told if told[name] == 1})
        found = self.where(part, rows, at)
        kept = {name for name in found.bound - own if name in rows.bound or not _loose(name)}
        return found if kept == found.bound else self.distinct(found, rows.columns, kept)

    def either(self, condition: Or, rows: Rows, at: At) -> Rows:
        """The rows under which one of the parts holds."""
        branches = [self.where(part, rows, at) for part in condition.parts]
        if not branches:
            return self.step(f"SELECT * FROM {rows.name} WHERE false", rows.columns, rows.bound)
        bound = frozenset.intersection(*(found.bound for found in branches))
        shown = ", ".join((*rows.columns, *map(column, sorted(bound))))
        union = " UNION ".join(f"SELECT {shown} FROM {found.name}" for found in branches)
        return self.step(union, rows.columns, bound)

    def negated(self, part: Condition, rows: Rows, at: At) -> Rows:
        """The rows for which the part does not hold, whatever it may bind."""
        if isinstance(part, Or):
            for branch in part.parts:
                rows = self.negated(branch, rows, at)
            return rows
        if isinstance(part, Atom) and part.day is None:
            own, shared, _variables = agreement(_pairs(part), rows)
            tests = [*own, *shared, *_DURING[at]]
            table = span_table(self.fluents[part.fluent], both_ways=True)
            sql = f"SELECT t.* FROM {rows.name} t ANTI JOIN {table} h ON {' AND '.join(tests)}"
            return self.step(sql, rows.columns, rows.bound)
        free = variables_of(part) & rows.bound
        found = self.where(part, self.distinct(rows, ("m",), free), at)
        return self.without(rows, found, ["m", *map(column, sorted(free))])

    def atom(self, atom: Atom, rows: Rows, at: At) -> Rows:
        """The rows for which an instance of a fluent holds."""
        table = span_table(self.fluents[atom.fluent], both_ways=True)
        if at == "ever":
            names = ", ".join((*arg_names(len(atom.args)), "value"))
            once = f"(SELECT DISTINCT {names} FROM {table})" if rows.bound else table
            return self.join(rows, once, _pairs(atom))
        if atom.day is None:
            return self.join(rows, table, _pairs(atom), _DURING[at])
        day = self.day_asked(atom.day, rows)
        then = f"(({day} + 1) * {1 << DAY_BITS})"
        tests = (f"{day} < (t.m >> {DAY_BITS})", f"h.start < {then}", f"{then} <= h.stop")
        return self.join(rows, table, _pairs(atom), tests)

    def day_asked(self, operand: Operand, rows: Rows) -> str:
        """The day that an operand names, as SQL."""
        if any(isinstance(inner, FactOf | Total) for inner in inside(operand)):
            raise Beyond("a day is asked of the registers, or counted")
        return self.operand(operand, rows, "before")[1].day

    # --- comparisons -----------------------------------------------------------------------

    def compare(self, condition: Compare, rows: Rows, at: At) -> Rows:
        """The rows for which a comparison holds; “=” may give a variable its values."""
        timely = any(
            isinstance(i, Today | Total) for o in operands_of(condition) for i in inside(o)
        )
        for side, other in (
            (condition.left, condition.right),
            (condition.right, condition.left),
        ):
            variable = side.var if isinstance(side, FactOf) else side
            if isinstance(variable, Var) and variable.name not in rows.bound:
                if at == "ever" and timely:
                    raise Beyond("time gives a variable its value")
                return self.taking(side, variable, other, rows, at)
        if at == "ever" and timely:
            return rows
        if condition.op == "!=":
            return self.unequal(condition, rows, at)
        found, left = self.operand(condition.left, rows, at)
        found, right = self.operand(condition.right, found, at)
        shown = ", ".join(f"t.{c}" for c in (*rows.columns, *map(column, sorted(rows.bound))))
        once = "DISTINCT " if found.columns != rows.columns else ""
        test = compared(left, condition.op, right)
        sql = f"SELECT {once}{shown} FROM {found.name} t WHERE {test}"
        return self.step(sql, rows.columns, rows.bound)

    def taking(self, side: Operand, variable: Var, other: Operand, rows: Rows, at: At) -> Rows:
        """The rows with a variable that takes the values of the other side.

        Where the side is a register's key, it takes the entities that have such a value.
        """
        found, cell = self.operand(other, rows, at)
        shown, text, new = ", ".join(rows.select()), cell.text, column(variable.name)
        if isinstance(side, FactOf):
            sql = (
                f"SELECT DISTINCT {shown}, h.entity AS {new} FROM {found.name} t "
                f"JOIN fact h ON h.key = {literal(side.key)} AND h.value = {text}"
            )
        else:
            sql = (
                f"SELECT DISTINCT {shown}, {text} AS {new} FROM {found.name} t "
                f"WHERE {text} IS NOT NULL"
            )
        return self.step(sql, rows.columns, rows.bound | {variable.name})

    def unequal(self, condition: Compare, rows: Rows, at: At) -> Rows:
        """The rows for which nothing on the one side equals anything on the other."""
        equal = Compare(condition.left, "=", condition.right, condition.spot)
        if not any(isinstance(i, FactOf) for o in operands_of(condition) for i in inside(o)):
            found, left = self.operand(condition.left, rows, at)
            found, right = self.operand(condition.right, found, at)
            shown = ", ".join(rows.select())
            test = compared(left, "=", right)
            sql = f"SELECT {shown} FROM {found.name} t WHERE NOT coalesce({test}, false)"
            return self.step(sql, rows.columns, rows.bound)
        shared = variables_of(equal) & rows.bound
        keys = self.distinct(rows, ("m",), shared)
        found = self.compare(equal, keys, at)
        return self.without(rows, found, ["m", *map(column, sorted(shared))])

    def operand(self, operand: Operand, rows: Rows, at: At) -> tuple[Rows, Cell]:
        """What an operand comes to: a cell of rows that may have a further column for it.

        Where the registers have several values, the rows are repeated; where none, left out.
        """
        if isinstance(operand, Const):
            return rows, Cell("text", literal(operand.text), operand.text)
        if isinstance(operand, Var):
            return rows, Cell("text", f"t.{column(operand.name)}")
        if isinstance(operand, Today):
            return rows, TODAY
        if isinstance(operand, FactOf):
            new = f"x{len(self.steps)}"
            sql = (
                f"SELECT t.*, h.value AS {new} FROM {rows.name} t JOIN fact h "
                f"ON h.key = {literal(operand.key)} AND h.entity = t.{column(operand.var.name)}"
            )
            return self.step(sql, (*rows.columns, new), rows.bound), Cell("text", f"t.{new}")
        if isinstance(operand, Total):
            return self.total(operand, rows, at)
        rows, left = self.operand(operand.left, rows, at)
        rows, right = self.operand(operand.right, rows, at)
        return rows, calculated(left, operand.op, right)

    def total(self, total: Total, rows: Rows, at: At) -> tuple[Rows, Cell]:
        """How many there are, or what they add up to, for each row."""
        new = f"x{len(self.steps)}"
        shared = sorted(operand_variables(total) & rows.bound)
        keys = self.distinct(rows, ("m",), shared)
        found = self.where(total.part, keys, at)
        found = self.distinct(found, ("m",), {*shared, *(v.name for v in total_variables(total))})
        by = ", ".join(("m", *map(column, shared)))
        of = "count(*)" if total.of is None else f"law_sum(list({column(total.of.name)}))"
        summed = self.step(
            f"SELECT {by}, {of} AS n FROM {found.name} GROUP BY {by}", ("m", "n"), shared
        )
        on = " AND ".join(f"t.{c} = h.{c}" for c in ("m", *map(column, shared)))
        none = "0" if total.of is None else "law_sum([]::VARCHAR[])"
        sql = (
            f"SELECT t.*, coalesce(h.n, {none}) AS {new} "
            f"FROM {rows.name} t LEFT JOIN {summed.name} h ON {on}"
        )
        rows = self.step(sql, (*rows.columns, new), rows.bound)
        return rows, Cell("count" if total.of is None else "value", f"t.{new}")


def _loose(name: str) -> bool:
    return name.startswith("_")


def _pairs(atom: Atom) -> list[tuple[str, Term]]:
    pairs = list(zip(arg_names(len(atom.args)), atom.args, strict=True))
    return pairs if atom.value is None else [*pairs, ("value", atom.value)]
