"""Numbers and days as the law reckons with them.

Values are texts. Those that are numbers in digits are reckoned exactly, as fractions; those that
are days (`1919-04-10`) can be compared, taken one from another, and moved by a number of days.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from dragoman.when import Day, day_from_gregorian, day_text

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SIGNS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ORDERS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


#: The days that can be written.
FIRST_DAY, LAST_DAY = day_from_gregorian(0, 1, 1), day_from_gregorian(9999, 12, 31)

#: A value: a text, or what came of reckoning with numbers.
Value: TypeAlias = str | Fraction


def number(value: Value) -> Fraction | None:
    """The number that a value is, in digits if it is a text, or None."""
    if isinstance(value, Fraction):
        return value
    return Fraction(value) if _NUMBER.fullmatch(value) else None


def day(value: Value) -> Day | None:
    """The day that a text is, as `1919-04-10`, or None."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        return day_from_gregorian(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def text(value: Value) -> str:
    """A value as a text; a number in digits, whole or with up to twelve places after the point."""
    if isinstance(value, str):
        return value
    whole, rest = divmod(abs(round(value, 12)), 1)
    places = f"{int(rest * 10**12):012}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if places else ''}{places}"


def reckoned(sign: str, left: Value, right: Value) -> Value | None:
    """`left sign right`; None where that has no meaning (a sum of words, a division by 0)."""
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return None if sign == "/" and not b else _SIGNS[sign](a, b)
    first, last = day(left), day(right)
    if first is not None and last is not None and sign == "-":
        return Fraction(first - last)
    if first is not None and b is not None and sign in "+-" and b.denominator == 1:
        moved = int(_SIGNS[sign](Fraction(first), b))
        return day_text(moved) if FIRST_DAY <= moved <= LAST_DAY else None
    return None


def stands(op: str, left: Value, right: Value) -> bool:
    """Whether a comparison is true; an order is true only of two numbers or two days.

    Texts are equal if they are the same; what came of reckoning, if the numbers are.
    """
    if op == "=" and isinstance(left, str) and isinstance(right, str):
        return left == right
    a, b = number(left), number(right)
    if a is None or b is None:
        first, last = day(left), day(right)
        if first is None or last is None:
            return False
        a, b = Fraction(first), Fraction(last)
    return _ORDERS[op](a, b)
