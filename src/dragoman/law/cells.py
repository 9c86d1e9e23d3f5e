"""What operands come to in rows: SQL where it is exact, else the functions of `reckon`.

A value is a text or a fraction. In a column of values a fraction is written `n/d` after the sign
NUMBER, which no text of a chronicle begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import duckdb

from dragoman.law.events import DAY_BITS
from dragoman.law.reckon import FIRST_DAY, LAST_DAY, Value, day, number, reckoned, stands, text
from dragoman.law.rows import literal
from dragoman.when import day_text

NUMBER = "\x01"


@dataclass(frozen=True, slots=True)
class Cell:
    """An operand in a row of `t`, as SQL.

    `sort` is `text` (VARCHAR), `count` (a whole number, BIGINT), `day` (BIGINT) or `value`
    (VARCHAR, see above; NULL where the operand comes to nothing). A `constant` is known as it
    stands.
    """

    sort: str
    sql: str
    constant: str = ""

    @property
    def text(self) -> str:
        """The operand as a text."""
        if self.sort == "text":
            return self.sql
        if self.sort == "count":
            return f"CAST({self.sql} AS VARCHAR)"
        return f"law_text({self.value})"

    @property
    def value(self) -> str:
        """The operand as a value."""
        if self.sort == "count":
            return f"concat(chr({ord(NUMBER)}), {self.sql})"
        return f"law_day_text({self.sql})" if self.sort == "day" else self.sql

    @property
    def day(self) -> str:
        """The day that the operand is, BIGINT; NULL if it is none."""
        return self.sql if self.sort == "day" else f"law_day({self.value})"

    def as_sort(self, sort: str) -> str | None:
        """The operand as a whole number or as a day, where it is known to be one."""
        if self.sort == sort:
            return self.sql
        if sort == "count" and self.constant.isascii() and self.constant.isdigit():
            return self.constant if len(self.constant) < 10 else None
        found = day(self.constant) if sort == "day" else None
        return None if found is None else str(found)


TODAY = Cell("day", f"(t.m >> {DAY_BITS})")


def compared(left: Cell, op: str, right: Cell) -> str:
    """A comparison as SQL; NULL where a side comes to nothing."""
    if left.sort == right.sort == "text" and op == "=":
        return f"{left.sql} = {right.sql}"
    for sort in ("count", "day"):
        one, other = left.as_sort(sort), right.as_sort(sort)
        if one is not None and other is not None and sort in (left.sort, right.sort):
            return f"{one} {op} {other}"
    return f"law_stands({literal(op)}, {left.value}, {right.value})"


def calculated(left: Cell, op: str, right: Cell) -> Cell:
    """`left op right`."""
    whole = left.as_sort("count"), right.as_sort("count")
    since = left.as_sort("day"), right.as_sort("day")
    if op in "+-":
        if None not in whole:
            return Cell("count", f"({whole[0]} {op} {whole[1]})")
        if since[0] is not None and whole[1] is not None:
            moved = f"({since[0]} {op} {whole[1]})"
            written = f"{moved} BETWEEN {FIRST_DAY} AND {LAST_DAY}"
            return Cell("day", f"(CASE WHEN {written} THEN {moved} END)")
        if None not in since and op == "-":
            return Cell("count", f"({since[0]} - {since[1]})")
    return Cell("value", f"law_reckoned({literal(op)}, {left.value}, {right.value})")


# --- functions of the connection ---------------------------------------------------------------


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Teach a connection the reckoning of the law, and that rows may come in any order."""
    connection.execute("SET preserve_insertion_order = false")
    create: Any = connection.create_function
    for name, (function, takes, gives) in _functions().items():
        create(f"law_{name}", function, takes, gives, null_handling="special")


def _functions() -> Mapping[str, tuple[Callable[..., Any], list[str], str]]:
    """The functions by name, with the types of what they take and give."""
    return {
        "stands": (_stands, ["VARCHAR"] * 3, "BOOLEAN"),
        "reckoned": (_reckoned, ["VARCHAR"] * 3, "VARCHAR"),
        "text": (_text, ["VARCHAR"], "VARCHAR"),
        "day": (_day, ["VARCHAR"], "BIGINT"),
        "day_text": (_day_text, ["BIGINT"], "VARCHAR"),
        "sum": (_sum, ["VARCHAR[]"], "VARCHAR"),
    }


def remove_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Take away what `add_functions` added."""
    for name in _functions():
        connection.remove_function(f"law_{name}")


def _read(written: str) -> Value:
    return Fraction(written[1:]) if written.startswith(NUMBER) else written


def _written(value: Value) -> str:
    return f"{NUMBER}{value}" if isinstance(value, Fraction) else value


@lru_cache(maxsize=100_000)
def _stands(op: str, left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and stands(op, _read(left), _read(right))


@lru_cache(maxsize=100_000)
def _reckoned(op: str, left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    found = reckoned(op, _read(left), _read(right))
    return None if found is None else _written(found)


def _text(value: str | None) -> str | None:
    return None if value is None else text(_read(value))


def _day_text(value: int | None) -> str | None:
    return None if value is None else day_text(value)


def _day(value: str | None) -> int | None:
    return None if value is None else day(_read(value))


def _sum(texts: Sequence[str] | None) -> str:
    numbers = (number(found) for found in texts or ())
    return _written(sum((n for n in numbers if n is not None), Fraction(0)))
