"""Derived fluents that are made by counting.

Most conditions ask only whether any instances, or how many, hold of what the fluent's own arguments
name: `applied(I)`, `no Q: signed(I, Q) and not ratified(I, Q)`, `count(P: signed(I, P)) >= 2`. Then
no moment need be asked anew. The beginning of what is counted adds one, its end takes one away; in
running sums over the points of an instance each condition is a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from dragoman.law.events import NEVER
from dragoman.law.reach import Reach
from dragoman.law.rows import (
    NO_RULE,
    Beyond,
    Rows,
    agreement,
    arg_names,
    column,
    literal,
    span_table,
)
from dragoman.law.spans import nothing, stretches
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
    Rule,
    Some,
    Today,
    Total,
    Var,
)
from dragoman.law.walk import inside, operands_of, total_variables, variables_of
from dragoman.law.where import Where

#: Sums are of floating numbers, which DuckDB adds up faster than whole ones; they are exact.
_NUMBER = "DOUBLE"
#: What is counted with more negations than this would be told by too many sums.
_MOST_NEGATIONS = 2


def counted(reach: Reach) -> str:
    """The query of a fluent's spans. Raises Beyond where counting does not tell them."""
    if reach.fluent.symmetric:
        raise Beyond("either order of the arguments may hold by a rule")
    sums = Sums(reach)
    states = [(Counting(sums, rule).state(), rule) for rule in reversed(reach.rules)]
    places = reach.tables.places
    values = " ".join(f"WHEN {test} THEN {_value(rule)}" for test, rule in states)
    rules = " ".join(f"WHEN {test} THEN {places[rule.key]}" for test, rule in states)
    by = ", ".join((*reach.args, "m"))
    final = (
        f"final AS (SELECT {by}, seq, CASE {values} END AS value, "
        f"CASE {rules} ELSE {NO_RULE} END AS rule_no FROM running)"
    )
    return stretches([*sums.steps(), final], reach.args)


def _value(rule: Rule) -> str:
    """The value that a fluent has by a rule, as SQL."""
    assert rule.head is not None
    if isinstance(rule.head.value, Var):
        raise Beyond("a value that the condition gives")
    return "''" if rule.head.value is None else literal(rule.head.value.text)


class Sums:
    """What is counted at the points of a fluent: each sum is a column of the step `running`."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        #: For each query of points what its rows add to some of the sums.
        self.edges: dict[str, dict[str, str]] = {edge: {} for edge in reach.edges()}
        self.stretches: dict[str, str] = {}
        self.known: dict[tuple[str, str], str] = {}

    def of_edges(self, begins: str, ends: str, each: str = "1") -> str:
        """The sum of what begins and ends, where each row counts for as much."""
        found = self.known.get((begins, each))
        if found is None:
            found = self.known[begins, each] = f"n{len(self.known)}"
            self.edges.setdefault(begins, {})[found] = each
            self.edges.setdefault(ends, {})[found] = f"-{each}"
        return found

    def of_stretches(self, sql: str) -> str:
        """The sum of stretches of time, from a query of the arguments, `m` and `stop`."""
        table = self.stretches.setdefault(sql, f"stretch{len(self.stretches)}")
        args = ", ".join(self.reach.args)
        rest = "NULL AS seq, NULL AS value"
        return self.of_edges(
            f"(SELECT {args}, m, {rest} FROM {table})",
            f"(SELECT {args}, stop AS m, {rest} FROM {table} WHERE stop <> {NEVER})",
        )

    def steps(self) -> list[str]:
        """The steps of the query that make `running`."""
        args, names = ", ".join(self.reach.args), list(self.known.values())
        by = f"{args}, m"
        added = [
            "".join(f", {adds.get(n, '0')}::{_NUMBER} AS {n}" for n in names)
            for adds in self.edges.values()
        ]
        points = " UNION ALL ".join(
            f"SELECT {by}, seq{adds} FROM {edge}"
            for edge, adds in zip(self.edges, added, strict=True)
        )
        sums = "".join(f", sum(sum({n})) OVER so_far AS {n}" for n in names)
        return [
            *(f"{table} AS ({sql})" for sql, table in self.stretches.items()),
            f"running AS (SELECT {by}, max(seq) AS seq{sums} "
            f"FROM ({points or nothing(self.reach.args)}) GROUP BY {by} "
            f"WINDOW so_far AS (PARTITION BY {args} ORDER BY m))",
        ]


class Counting:
    """A rule of a fluent as a test of sums."""

    def __init__(self, sums: Sums, rule: Rule) -> None:
        assert rule.head is not None
        self.sums, self.reach, self.rule, self.head = sums, sums.reach, rule, rule.head
        self.own: dict[str, str] = {}
        self.fits: list[str] = []
        for arg, term in zip(self.reach.args, self.head.args, strict=True):
            if isinstance(term, Const):
                self.fits.append(f"{arg} = {literal(term.text)}")
            elif term.name in self.own:
                self.fits.append(f"{arg} = {self.own[term.name]}")
            else:
                self.own[term.name] = arg

    def state(self) -> str:
        """Whether an instance holds by the rule after a moment, as SQL."""
        return " AND ".join((*self.fits, self.test(self.rule.condition)))

    def test(self, condition: Condition) -> str:
        """Whether there are values of all but the fluent's own variables with which this holds."""
        if isinstance(condition, Some):
            return self.test(condition.part)
        if isinstance(condition, Not):
            return f"NOT {self.test(condition.part)}"
        if isinstance(condition, Or):
            return f"({' OR '.join(map(self.test, condition.parts)) or 'false'})"
        if isinstance(condition, Compare) and self.foreign(condition) == set():
            return self.comparison(condition)
        if isinstance(condition, And):
            apart = [part for part in condition.parts if not self.foreign(part)]
            joint = [part for part in condition.parts if self.foreign(part)]
            tests = [*map(self.test, apart), *([f"{self.number(joint)} > 0"] if joint else ())]
            return f"({' AND '.join(tests) or 'true'})"
        return f"({self.number([condition])} > 0)"

    def foreign(self, condition: Condition) -> set[str]:
        """The variables of a condition that have names, and are not the fluent's own."""
        return {v for v in variables_of(condition) - self.own.keys() if not v.startswith("_")}

    def comparison(self, condition: Compare) -> str:
        """A comparison of a count with a number, or of an argument or its register with a text."""
        left, op, right = condition.left, condition.op, condition.right
        if isinstance(right, Total) or isinstance(left, Const):
            turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
            left, op, right = right, turned.get(op, op), left
        if isinstance(left, Total) and isinstance(right, Const) and right.text.isdecimal():
            return f"({self.total(left)} {op} {int(right.text)})"
        if op not in ("=", "!="):
            raise Beyond("a comparison of more than counts")
        equal = self.equal(left, right)
        return equal if op == "=" else f"NOT {equal}"

    def equal(self, left: Operand, right: Operand) -> str:
        """Whether an argument, or what the registers say of it, is a text or another argument."""
        other = literal(right.text) if isinstance(right, Const) else self.argument(right)
        if isinstance(left, FactOf):
            said = f"(SELECT entity FROM fact WHERE key = {literal(left.key)} AND value = {other})"
            return f"({self.argument(left.var)} IN {said})"
        return f"({self.argument(left)} = {other})"

    def argument(self, operand: Operand) -> str:
        """The argument that a variable is."""
        if not isinstance(operand, Var) or operand.name not in self.own:
            raise Beyond("a comparison of more than arguments and registers")
        return self.own[operand.name]

    def total(self, total: Total) -> str:
        """How many values there are: as many as there are ways, if all that varies is counted."""
        parts = list(_joint([total.part]))
        told = {v.name for v in total_variables(total)} | self.own.keys()
        if total.of is not None or not all(variables_of(part) <= told for part in parts):
            raise Beyond("a sum, or a count of what may be so in several ways")
        return self.number(parts)

    def number(self, conditions: Sequence[Condition]) -> str:
        """In how many ways conditions hold together.

        The ways with a denial are those without it, less those with what it denies: `signed(I, Q)
        and not ratified(I, Q)` is the sum of `signed(I, Q)` less that of both together. Quantified
        variables have names of their own (`plan`), so that nested parts can be put side by side.
        """
        parts = list(_joint(conditions))
        atoms = [part for part in parts if isinstance(part, Atom)]
        tests = [part for part in parts if isinstance(part, Compare)]
        denied = [part.part for part in parts if isinstance(part, Not)]
        if not atoms or len(denied) > _MOST_NEGATIONS:
            raise Beyond("nothing to count, or too much")
        terms = [
            f"{'-' if len(some) % 2 else '+'} {self.together(atoms, tests, some)}"
            for count in range(len(denied) + 1)
            for some in combinations(denied, count)
        ]
        return f"({' '.join(terms)})"

    def simple(self, atom: Atom) -> bool:
        """Whether an atom needs no rows of its own: its value, if any, is a text or any."""
        return atom.day is None and not (isinstance(atom.value, Var) and not atom.value.anonymous)

    def alone(self, atom: Atom) -> str:
        """How many instances of an atom hold."""
        if atom.fluent in self.reach.tables.empty:
            return "0"
        begins, ends = self.reach.edges_of(self.rule, atom)
        if isinstance(atom.value, Const):
            return self.sums.of_edges(begins, ends, f"(value = {literal(atom.value.text)})::INT")
        return self.sums.of_edges(begins, ends)

    def together(
        self, atoms: Sequence[Atom], tests: Sequence[Compare], denied: Sequence[Condition]
    ) -> str:
        """The sum of the stretches in which atoms hold together and comparisons are met.

        With them hold some of which another count is the denial.
        """
        if len(atoms) == 1 and not tests and not denied and self.simple(atoms[0]):
            return self.alone(atoms[0])
        where = self.reach.tables.where()
        rows: Rows | None = None
        for atom in atoms:
            rows = self.join(where, rows, atom)
        assert rows is not None
        for test in tests:
            if not variables_of(test) <= rows.bound:
                raise Beyond("a comparison that gives a value, or asks of another argument")
            rows = where.where(test, rows, "ever")
        for part in denied:
            if not isinstance(part, Atom) or not rows.bound.issuperset(_names(part)):
                raise Beyond("a denial of more than an instance")
            rows = self.join(where, rows, part)
        cells = [rows.value(term) for term in self.head.args]
        made = f"({where.select(f'FROM {rows.name}')}) t"
        return self.sums.of_stretches(self.reach.instances(cells, ["t.m", "t.stop"], made))

    def join(self, where: Where, rows: Rows | None, atom: Atom) -> Rows:
        """The stretches of rows in which an instance of an atom holds too."""
        if atom.day is not None:
            raise Beyond("how it stood on a day")
        pairs = list(zip(arg_names(len(atom.args)), atom.args, strict=True))
        if atom.value is not None:
            pairs.append(("value", atom.value))
        table = span_table(self.reach.tables.book.fluents[atom.fluent], both_ways=True)
        if rows is None:
            return where.bind(table, pairs, ("h.start AS m", "h.stop AS stop"))
        own, shared, variables = agreement(pairs, rows)
        both = ["greatest(t.m, h.start) AS m", "least(t.stop, h.stop) AS stop"]
        kept = [f"t.{column(v)}" for v in sorted(rows.bound)]
        new = [f"h.{c} AS {column(v)}" for v, c in variables.items()]
        on = " AND ".join((*own, *shared, "h.start < t.stop", "t.m < h.stop"))
        sql = f"SELECT {', '.join((*both, *kept, *new))} FROM {rows.name} t JOIN {table} h ON {on}"
        return where.step(sql, ("m", "stop"), rows.bound | variables.keys())


def _joint(conditions: Iterable[Condition]) -> Iterable[Condition]:
    """What must hold together: atoms, denials, and comparisons of what they bind."""
    for condition in conditions:
        if isinstance(condition, And):
            yield from _joint(condition.parts)
        elif isinstance(condition, Some):
            yield from _joint([condition.part])
        elif isinstance(condition, Or):
            raise Beyond("alternatives within what is counted")
        else:
            if isinstance(condition, Compare) and any(
                isinstance(inner, Today | Total | Arithmetic)
                for operand in operands_of(condition)
                for inner in inside(operand)
            ):
                raise Beyond("a comparison of what is reckoned")
            yield condition


def _names(atom: Atom) -> list[str]:
    """The variables among the arguments of an atom."""
    return [term.name for term in atom.args if isinstance(term, Var)]
