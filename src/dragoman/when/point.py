"""One date of EDTF (a day, month, season, year, decade or century) and the days it spans.

`edtf` joins points into sets and intervals; `near_miss` mends what is almost a point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dragoman.when.calendar import (
    Day,
    day_from_gregorian,
    day_from_julian,
    gregorian_from_day,
    julian_from_day,
    month_length,
    year_text,
)
from dragoman.when.fault import DateError, Unrecognised, not_edtf
from dragoman.when.near_miss import mend_month, mend_point

if TYPE_CHECKING:
    from dragoman.when.tolerance import Precision

SPRING, SUMMER, AUTUMN, WINTER = 21, 22, 23, 24

# Keeps every bound well inside BEGINNING and END_OF_TIME.
FARTHEST_YEAR: Final = 2_000_000

_POINT = re.compile(
    r"(?P<year>-?[0-9]{2}(?:[0-9][0-9X]|XX))"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?))?"
    r"(?P<mark>[?~%]?)"
)
_FAR_YEAR = re.compile(r"Y(?P<year>-?[1-9][0-9]{4,})(?P<mark>[?~%]?)")
_TIME = re.compile(
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-4])(?::[0-5][0-9])?)?"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One date, without its calendar.

    `text` is the date as it stands, qualifier and all. `year` is astronomical, and the least
    year of a decade or century; `month` is 1 to 12, or a season 21 to 24, or 0; `day` is 0 if
    not said; `time` is the time of day as written, or "".
    """

    text: str
    precision: Precision
    year: int
    month: int = 0
    day: int = 0
    time: str = ""
    approximate: bool = False
    uncertain: bool = False


def read_point(text: str, column: int = 0, *, julian: bool = False) -> Point:
    """The point that the text writes; `column` is where it stands in what a person sees.

    Raises DateError where a part is impossible, Unrecognised where the shape is unknown.
    """
    found = _POINT.fullmatch(text)
    if found is None:
        return _read_far_year(text, column)
    year, month, day, time, mark = found.group("year", "month", "day", "time", "mark")
    _check_unknowns(text, column, year, month, day)
    if year == "-0000":
        raise DateError("there is no year -0000", column, "write 0000 for 1 BC")
    precision = _precision(year, month, day)
    point = Point(
        text,
        precision,
        _least_year(year),
        int(month) if precision in ("day", "month", "season") else 0,
        int(day) if precision == "day" else 0,
        time or "",
        approximate=mark in ("~", "%"),
        uncertain=mark in ("?", "%"),
    )
    if precision in ("day", "month", "season"):
        _check_day(point, column, len(year), julian)
    if time:
        _check_time(point, column, mark)
    return point


def extent(point: Point, *, julian: bool = False) -> tuple[Day, Day]:
    """The first and last day of a point as it stands, its qualifier left aside."""
    year, month = point.year, point.month
    match point.precision:
        case "day":
            day = day_in(year, month, point.day, julian=julian)
            return day, day
        case "month":
            return _months(year, month, year, month, julian)
        case "season":
            opening = 3 * (month - SPRING + 1)
            if month == WINTER:
                return _months(year, opening, year + 1, 2, julian)
            return _months(year, opening, year, opening + 2, julian)
        case "year":
            return _months(year, 1, year, 12, julian)
        case "decade":
            return _months(year, 1, year + 9, 12, julian)
        case "century":
            return _months(year, 1, year + 99, 12, julian)


def neighbour(point: Point, step: int, *, julian: bool = False) -> str:
    """EDTF for the next point (`step` 1) or the one before (-1), as precise, as qualified."""
    mark = point.text[-1] if point.text[-1] in "?~%" else ""
    year, month = point.year, point.month
    match point.precision:
        case "day":
            day = day_in(year, month, point.day, julian=julian) + step
            year, month, number = julian_from_day(day) if julian else gregorian_from_day(day)
            return f"{year_text(year)}-{month:02d}-{number:02d}{mark}"
        case "month":
            years, month = divmod(month - 1 + step, 12)
            return f"{year_text(year + years)}-{month + 1:02d}{mark}"
        case "season":
            years, season = divmod(month - SPRING + step, 4)
            return f"{year_text(year + years)}-{season + SPRING}{mark}"
        case "year":
            return f"{year_text(year + step)}{mark}"
        case "decade":
            return f"{shortened(year + 10 * step, 1)}{mark}"
        case "century":
            return f"{shortened(year + 100 * step, 2)}{mark}"


def shortened(year: int, unknown: int) -> str:
    """EDTF for the decade (`unknown` 1) or century (2) whose least year this is."""
    reach = 10**unknown - 1
    # Before the year 0 the figures count backwards: the least year has the greatest figures.
    figures = year_text(year if year >= 0 else min(year + reach, -1))
    return figures[:-unknown] + "X" * unknown


def day_in(year: int, month: int, day: int, *, julian: bool) -> Day:
    """The day so called in the calendar; ValueError where there is none."""
    return (day_from_julian if julian else day_from_gregorian)(year, month, day)


def _months(year: int, month: int, to_year: int, to_month: int, julian: bool) -> tuple[Day, Day]:
    length = month_length(to_year, to_month, julian=julian)
    first = day_in(year, month, 1, julian=julian)
    return first, day_in(to_year, to_month, length, julian=julian)


def _least_year(text: str) -> int:
    return int(text.replace("X", "9" if text.startswith("-") else "0"))


def _precision(year: str, month: str | None, day: str | None) -> Precision:
    if year.endswith("XX"):
        return "century"
    if year.endswith("X"):
        return "decade"
    if month is None or month == "XX":
        return "year"
    if int(month) >= SPRING:
        return "season"
    return "month" if day is None or day == "XX" else "day"


def _read_far_year(text: str, column: int) -> Point:
    found = _FAR_YEAR.fullmatch(text)
    if found is None:
        mend = mend_point(text, lambda other: _POINT.fullmatch(other) is not None)
        raise Unrecognised(not_edtf(text), column, mend, len(text))
    figures, mark = found.group("year", "mark")
    if len(figures) > 8 or abs(int(figures)) > FARTHEST_YEAR:
        raise DateError(f"years are reckoned up to {FARTHEST_YEAR:,} either way", column + 1)
    return Point(
        text,
        "year",
        int(figures),
        approximate=mark in ("~", "%"),
        uncertain=mark in ("?", "%"),
    )


def _check_unknowns(text: str, column: int, year: str, month: str | None, day: str | None) -> None:
    """An X may stand only where all that follows it is unknown too."""
    if "X" in year and month is not None:
        raise DateError(
            f"“{text}” gives a month of a year that is not known",
            column + len(year) + 1,
            f"write {year}, or a set [a,b,c] of the dates it may be",
        )
    if month == "XX" and day not in (None, "XX"):
        raise DateError(
            f"“{text}” gives a day of a month that is not known",
            column + len(year) + 4,
            f"write {year}, or a set [a,b,c] of the dates it may be",
        )


def _check_day(point: Point, column: int, year_length: int, julian: bool) -> None:
    month_column = column + year_length + 1
    if not (1 <= point.month <= 12 or SPRING <= point.month <= WINTER):
        mend = mend_month(point.text, year_length, point.month)
        raise DateError(f"there is no month {point.month}", month_column, mend)
    if point.precision == "season" and point.text[year_length + 3 : year_length + 4] == "-":
        raise DateError(
            f"{point.month} is a season, and has no numbered days",
            month_column,
            f"write {point.text[: year_length + 3]}",
        )
    if point.precision != "day":
        return
    try:
        day_in(point.year, point.month, point.day, julian=julian)
    except ValueError as error:
        leap = point.month == 2 and point.day == 29 and point.year % 4 == 0
        mend = f"in the old style it was a leap year: write {point.text} OS" if leap else ""
        raise DateError(str(error), month_column + 3, mend) from None


def _check_time(point: Point, column: int, mark: str) -> None:
    bare, _, _ = point.text.partition("T")
    if point.precision != "day":
        raise DateError("a time needs a whole date before it", column, f"write {bare}")
    if mark:
        raise DateError(
            f"“{mark}” cannot qualify a time", column + len(point.text) - 1, f"write {bare}{mark}"
        )
    if not _TIME.fullmatch(point.time):
        raise DateError(
            f"there is no time {point.time}",
            column + len(bare) + 1,
            f"hours run from 00 to 23, such as {bare}T16:30:00",
        )
