"""Days as numbers, in the two calendars that diplomacy was dated by.

A day is a plain `int`: the proleptic Gregorian ordinal of `datetime.date.toordinal()`
(1 is 1 January of the year 1), carried on to any year before or after. Years are counted as
astronomers count them: 0 is 1 BC, -43 is 44 BC. Nothing here knows of doubt; `span` does.
"""

from __future__ import annotations

from typing import TypeAlias

Day: TypeAlias = int

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)

# 1 January of the year 1 in the Julian calendar was 30 December of the year before.
_JULIAN_SHIFT = -2


def is_leap(year: int, *, julian: bool = False) -> bool:
    """Whether February of that year has 29 days."""
    return year % 4 == 0 and (julian or year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int, *, julian: bool = False) -> int:
    """The number of days in a month (1 to 12) of that year."""
    return 29 if month == 2 and is_leap(year, julian=julian) else _LENGTHS[month - 1]


def day_from_gregorian(year: int, month: int, day: int) -> Day:
    """The day that the Gregorian (new style) calendar calls so.

    Raises ValueError, in words fit to be shown, where there is no such month or day.
    """
    _require(year, month, day, julian=False)
    years = year - 1
    return (
        years * 365 + years // 4 - years // 100 + years // 400 + _within(year, month, False) + day
    )


def day_from_julian(year: int, month: int, day: int) -> Day:
    """The day that the Julian (old style) calendar calls so, its year begun on 1 January.

    Raises ValueError, in words fit to be shown, where there is no such month or day.
    """
    _require(year, month, day, julian=True)
    years = year - 1
    return years * 365 + years // 4 + _within(year, month, True) + day + _JULIAN_SHIFT


def gregorian_from_day(day: Day) -> tuple[int, int, int]:
    """Year, month and day of the month in the Gregorian calendar."""
    cycles, rest = divmod(day - 1, 146_097)
    # The last day of a cycle, and of a leap year, would otherwise open a year too many.
    centuries = min(rest // 36_524, 3)
    rest -= centuries * 36_524
    fours, rest = divmod(rest, 1_461)
    ones = min(rest // 365, 3)
    year = cycles * 400 + centuries * 100 + fours * 4 + ones + 1
    return _in_year(year, rest - ones * 365, julian=False)


def julian_from_day(day: Day) -> tuple[int, int, int]:
    """Year, month and day of the month in the Julian calendar."""
    fours, rest = divmod(day - 1 - _JULIAN_SHIFT, 1_461)
    ones = min(rest // 365, 3)
    return _in_year(fours * 4 + ones + 1, rest - ones * 365, julian=True)


def year_text(year: int) -> str:
    """The year as EDTF writes it: `1922`, `-0043`, and `Y-17000` beyond four figures."""
    if abs(year) > 9999:
        return f"Y{year}"
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def day_text(day: Day) -> str:
    """A day as `1922-04-16`, in the Gregorian calendar."""
    year, month, number = gregorian_from_day(day)
    return f"{year_text(year)}-{month:02d}-{number:02d}"


def _require(year: int, month: int, day: int, *, julian: bool) -> None:
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    length = month_length(year, month, julian=julian)
    if day > length:
        raise ValueError(f"{MONTHS[month - 1]} {year_text(year)} has {length} days")
    if day < 1:
        raise ValueError(f"there is no day {day} in a month")


def _within(year: int, month: int, julian: bool) -> int:
    """Days of the year before the month."""
    return _BEFORE[month - 1] + (month > 2 and is_leap(year, julian=julian))


def _in_year(year: int, rest: int, *, julian: bool) -> tuple[int, int, int]:
    """The month and day that stand `rest` days after 1 January of the year."""
    month = 12
    while _within(year, month, julian) > rest:
        month -= 1
    return year, month, rest - _within(year, month, julian) + 1
