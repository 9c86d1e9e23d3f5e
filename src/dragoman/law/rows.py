"""Rows: the bindings of a rule for all moments at once, made step by step in SQL.

A set of bindings is a query with a column `m` for the moment, perhaps `seq` for the event, and a
column `v_X` for each variable `X`. Each step reads the rows of the step before; together they are
one `WITH` statement. The instances of a fluent are rows of a table with the arguments `a0`, `a1`, …
and the columns of SPAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dragoman.law.tree import Const, Fluent, Term, Var

#: The columns of a table of spans after its arguments. `begin_rule` and `end_rule` are places in
#: the book's rules, NO_RULE where no rule is named.
SPAN = ("value", "start", "begin_seq", "begin_rule", "stop", "end_seq", "end_rule")
NO_RULE = -1


class Beyond(Exception):
    """What rows cannot say of a rule; the interpreter can."""


def literal(text: str) -> str:
    """A text as it is written in SQL."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name of a table or column as it is written in SQL.

    There capital and small letters are the same; so capitals are marked.
    """
    marked = "".join(f"^{letter}" if letter.isupper() else letter for letter in text)
    return '"' + marked.replace('"', '""') + '"'


def column(variable: str) -> str:
    """The column of a variable."""
    return name(f"v_{variable}")


def arg_names(count: int) -> list[str]:
    """The columns of so many arguments."""
    return [f"a{n}" for n in range(count)]


def span_table(fluent: Fluent, both_ways: bool = False) -> str:
    """The table of a fluent's spans; if asked, with symmetric arguments in either order."""
    return name(f"{'both' if both_ways and fluent.symmetric else 'span'}_{fluent.name}")


def both_orders(fluent: Fluent, table: str, columns: Iterable[str]) -> str:
    """The rows of a table about a symmetric fluent, with the first two arguments in either order.

    `columns` are those beside the first two.
    """
    rest = ", ".join(("", *columns))
    return (
        f"SELECT a0, a1{rest} FROM {table} "
        f"UNION ALL SELECT a1 AS a0, a0 AS a1{rest} FROM {table} WHERE a0 <> a1"
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a step made: its name, its columns beside the variables, and these."""

    name: str
    columns: tuple[str, ...]
    bound: frozenset[str]

    def select(self) -> list[str]:
        """All columns, of the table `t`."""
        return [f"t.{c}" for c in (*self.columns, *map(column, sorted(self.bound)))]

    def value(self, term: Term) -> str | None:
        """What a term stands for in a row of the table `t`; None if that is left open."""
        if isinstance(term, Const):
            return literal(term.text)
        return f"t.{column(term.name)}" if term.name in self.bound else None


@dataclass
class Query:
    """A statement in the making: steps that each have a name and an SQL text."""

    steps: list[tuple[str, str]] = field(default_factory=list)

    def step(self, sql: str, columns: Sequence[str], bound: Iterable[str]) -> Rows:
        """Add a step."""
        made = Rows(f"s{len(self.steps)}", tuple(columns), frozenset(bound))
        self.steps.append((made.name, sql))
        return made

    def select(self, sql: str) -> str:
        """The whole statement, which ends with this query of its steps."""
        if not self.steps:
            return sql
        return f"WITH {', '.join(f'{name} AS ({text})' for name, text in self.steps)} {sql}"

    def bind(self, table: str, pairs: Sequence[tuple[str, Term]], columns: Sequence[str]) -> Rows:
        """The rows of a table (or query in brackets) whose columns agree with terms.

        `pairs` are columns with the term that each must be; variables become columns. The other
        `columns` are kept, each written as in SQL, with `AS` where it is to have another name.
        """
        tests, _shared, variables = agreement(pairs, None)
        shown = [*columns, *(f"h.{c} AS {column(v)}" for v, c in variables.items())]
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        kept = [c.rpartition(" ")[2].rpartition(".")[2] for c in columns]
        sql = f"SELECT {', '.join(shown)} FROM {table} h{where}"
        return self.step(sql, kept, variables)

    def join(
        self, rows: Rows, table: str, pairs: Sequence[tuple[str, Term]], tests: Sequence[str] = ()
    ) -> Rows:
        """Rows with the rows `h` of a table that agree with the terms; new variables are added."""
        own, shared, variables = agreement(pairs, rows)
        source = f"(FROM {table} h WHERE {' AND '.join(own)})" if own else table
        on = " AND ".join((*shared, *tests))
        if not variables:
            sql = f"SELECT t.* FROM {rows.name} t SEMI JOIN {source} h ON {on}"
            if not on:  # it hangs on no row
                sql = f"SELECT t.* FROM {rows.name} t WHERE EXISTS (FROM {source})"
            return self.step(sql, rows.columns, rows.bound)
        names = {term.name for _, term in pairs if isinstance(term, Var)}
        loose = not names <= variables.keys() | rows.bound
        shown = [*rows.select(), *(f"h.{c} AS {column(v)}" for v, c in variables.items())]
        joined = f"JOIN {source} h ON {on}" if on else f"CROSS JOIN {source} h"
        once = "DISTINCT " if loose else ""
        sql = f"SELECT {once}{', '.join(shown)} FROM {rows.name} t {joined}"
        return self.step(sql, rows.columns, rows.bound | variables.keys())

    def without(self, rows: Rows, found: Rows, shared: Sequence[str]) -> Rows:
        """The rows that have not their like, in the shared columns, among those found."""
        on = " AND ".join(f"t.{c} = h.{c}" for c in shared) or "true"
        sql = f"SELECT t.* FROM {rows.name} t ANTI JOIN {found.name} h ON {on}"
        return self.step(sql, rows.columns, rows.bound)

    def distinct(self, rows: Rows, columns: Sequence[str], bound: Iterable[str]) -> Rows:
        """Each row once, with only these columns and variables."""
        shown = ", ".join((*columns, *map(column, sorted(bound))))
        return self.step(f"SELECT DISTINCT {shown} FROM {rows.name}", columns, bound)


def agreement(
    pairs: Sequence[tuple[str, Term]], rows: Rows | None
) -> tuple[list[str], list[str], dict[str, str]]:
    """How columns of `h` agree with terms: tests of `h` alone, tests of `t` and `h`, new variables.

    New variables have a name, and come with their columns.
    """
    own: list[str] = []
    shared: list[str] = []
    variables: dict[str, str] = {}
    for place, term in pairs:
        if isinstance(term, Const):
            own.append(f"h.{place} = {literal(term.text)}")
        elif rows is not None and term.name in rows.bound:
            shared.append(f"h.{place} = t.{column(term.name)}")
        elif term.name in variables:
            own.append(f"h.{place} = h.{variables[term.name]}")
        elif not term.anonymous:
            variables[term.name] = place
    return own, shared, variables
