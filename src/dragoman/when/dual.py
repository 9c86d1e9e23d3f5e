"""Dual dating: one day in both calendars, `13/26 November 1917` or `13 (26) November 1917`.

The two must be the same day, so the double date proves itself; which of them is old style
follows from that. `written` asks this before it takes a pair for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dragoman.when.calendar import (
    MONTHS,
    day_from_gregorian,
    day_from_julian,
    day_text,
    gregorian_from_day,
    year_text,
)
from dragoman.when.fault import DateError
from dragoman.when.rough import MONTH, YEAR, Piece, month_number, read_year, shape

if TYPE_CHECKING:
    import re

_NUMBER = "[0-9]{1,2}"
DUAL = shape(
    rf"(?P<day>{_NUMBER})(?: (?P<month>{MONTH}))?(?:,? (?P<year>{YEAR}))?"
    rf" ?(?:/|\() ?(?P<day2>{_NUMBER})(?: (?P<month2>{MONTH}))?(?:,? (?P<year2>{YEAR}))? ?\)?"
    rf"(?: (?P<month3>{MONTH}))?(?:,? (?P<year3>{YEAR})(?:[-–/](?P<tail>[0-9]+))?)?"
)


def translate_dual(piece: Piece, found: re.Match[str]) -> str:
    """EDTF, new style, for a match of DUAL. Raises DateError where the two are not one day."""
    column = piece.column
    words = {name: (text or "").lower() for name, text in found.groupdict().items()}
    month2 = words["month3"] or words["month2"]
    month1 = words["month"] or month2
    year2 = words["year3"] or words["year2"]
    if not month2 or not year2 or (words["month2"] and words["month3"]):
        raise DateError("a double date needs its month and year", column, _EXAMPLE)
    second = read_year(year2, column)
    numbers1, numbers2 = month_number(month1), month_number(month2)
    # 19 December/1 January 1917-18; where only one year is told it is that of the later day.
    if words["tail"]:
        second = _next_year(second, words["tail"], column)
    first = second - 1 if numbers1 == 12 and numbers2 == 1 else second
    if words["year"]:
        first = read_year(words["year"], column)
    one = (first, numbers1, int(words["day"]))
    other = (second, numbers2, int(words["day2"]))
    for old, new in ((one, other), (other, one)):
        if _same_day(old, new):
            return day_text(day_from_gregorian(*new))
    raise _not_one_day(one, other, column)


_EXAMPLE = "write it as 13/26 November 1917, the old style first"


def _next_year(year: int, tail: str, column: int) -> int:
    if int(tail) % 100 != (year + 1) % 100:
        raise DateError("the two years of a double date follow each other", column, _EXAMPLE)
    return year + 1


def _same_day(old: tuple[int, int, int], new: tuple[int, int, int]) -> bool:
    try:
        return day_from_julian(*old) == day_from_gregorian(*new)
    except ValueError:
        return False


def _not_one_day(one: tuple[int, int, int], other: tuple[int, int, int], column: int) -> DateError:
    texts = [f"{year_text(year)}-{month:02d}-{day:02d}" for year, month, day in (one, other)]
    try:
        meant = day_from_julian(*one)
        day_from_gregorian(*other)
    except ValueError as error:
        return DateError(str(error), column, _EXAMPLE)
    return DateError(
        f"{_words(one)} old style was {_words(gregorian_from_day(meant))} new style,"
        f" not {_words(other)}",
        column,
        f"write {texts[0]} OS or {texts[1]}; or [{texts[0]}..{texts[1]}] for one day of these,"
        f" {texts[0]}/{texts[1]} for from … to",
    )


def _words(date: tuple[int, int, int]) -> str:
    year, month, day = date
    return f"{day} {MONTHS[month - 1]} {year_text(year)}"
