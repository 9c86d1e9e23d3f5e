"""Dates in English: `16 April 1922`, `about March 1918`, `one day between 20 and 31 October 1920`.

`understand` reads these words back to the same days.
"""

from __future__ import annotations

from dragoman.when.calendar import MONTHS, Day, day_text, gregorian_from_day, month_length
from dragoman.when.edtf import Choice, Dated, End, Interval, Stretch, extent_of, parse
from dragoman.when.point import AUTUMN, SPRING, SUMMER, WINTER, Point
from dragoman.when.when import BEGINNING, END_OF_TIME, When

_SEASONS = {SPRING: "spring", SUMMER: "summer", AUTUMN: "autumn", WINTER: "winter"}


def in_words(when: When) -> str:
    """The date in English, an old-style one with its new-style days after it.

    `about` stands for `~`, `(uncertain)` for `?`. Raises DateError only where `when.text` was
    not made by `read` or `understand`.
    """
    dated = parse(when.text)
    said = _body_in_words(dated.body)
    if not dated.old_style:
        return said
    new = _new_style_in_words(dated)
    return f"{said} (old style; {new})" if new else f"{said} (old style)"


def bounds_in_words(earliest: Day, latest: Day) -> str:
    """The bounds of one day: `16 April 1922`, `between 20 and 31 October 1920`, `by 3 March 1918`.

    A whole month or year is named as such; the sentinels of `span` leave a side open.
    """
    if earliest <= BEGINNING and latest >= END_OF_TIME:
        return "at an unknown time"
    if earliest <= BEGINNING:
        return f"by {_day_in_words(latest)}"
    if latest >= END_OF_TIME:
        return f"not before {_day_in_words(earliest)}"
    whole = _whole(earliest, latest)
    if whole is not None:
        return _point_in_words(whole)
    return _stretch_in_words(Stretch(_day_point(earliest), _day_point(latest)))


def _new_style_in_words(dated: Dated) -> str:
    """The days of an old-style date in the new style, or "" past the years EDTF gives days to."""
    first, last = extent_of(dated)
    ends = [gregorian_from_day(day) for day in (first, last) if BEGINNING < day < END_OF_TIME]
    if any(abs(year) > 9999 for year, _, _ in ends):
        return ""
    body = dated.body
    if not isinstance(body, Interval):
        return bounds_in_words(first, last)
    start: End = _day_point(first) if isinstance(body.start, Point) else body.start
    end: End = _day_point(last) if isinstance(body.end, Point) else body.end
    return _body_in_words(Interval(start, end))


def _body_in_words(body: Point | Choice | Interval) -> str:
    match body:
        case Point():
            return _point_in_words(body)
        case Choice((Stretch(Point(), Point()) as only,)):
            return f"one day {_stretch_in_words(only)}"
        case Choice(among):
            said = [
                _point_in_words(part) if isinstance(part, Point) else _stretch_in_words(part)
                for part in among
            ]
            return " or ".join(filter(None, (", ".join(said[:-1]), said[-1])))
        case Interval(Point() as start, Point() as end):
            return " to ".join(_pair_in_words(start, end))
        case Interval(Point() as start, end):
            said_start = _point_in_words(start)
            return f"from {said_start} " + ("on" if end == "open" else "to an unknown day")
        case Interval(start, Point() as end):
            said_end = _point_in_words(end)
            opening = "always until" if start == "open" else "from an unknown day to"
            return f"{opening} {said_end}"
        case Interval():
            return "at an unknown time"


def _stretch_in_words(stretch: Stretch) -> str:
    match stretch:
        case Stretch(Point() as first, Point() as last):
            return "between " + " and ".join(_pair_in_words(first, last))
        case Stretch(None, Point() as last):
            return f"by {_point_in_words(last)}"
        case Stretch(Point() as first, None):
            return f"not before {_point_in_words(first)}"
    return "at an unknown time"


def _pair_in_words(first: Point, last: Point) -> tuple[str, str]:
    """Two points, the first without the month and year that it shares with the second."""
    plain = first.precision == last.precision and not any(
        point.approximate or point.uncertain or point.time for point in (first, last)
    )
    said_last = _point_in_words(last)
    if not plain or first.year != last.year or last.month == WINTER:
        return _point_in_words(first), said_last
    match first.precision:
        case "day" if first.month == last.month:
            return str(first.day), said_last
        case "day":
            return f"{first.day} {MONTHS[first.month - 1]}", said_last
        case "month":
            return MONTHS[first.month - 1], said_last
        case "season":
            return _SEASONS[first.month], said_last
    return _point_in_words(first), said_last


def _point_in_words(point: Point) -> str:
    said = _bare_in_words(point)
    about = "about " if point.approximate else ""
    return f"{about}{said} (uncertain)" if point.uncertain else f"{about}{said}"


def _bare_in_words(point: Point) -> str:
    year = _year_in_words(point.year)
    match point.precision:
        case "day":
            time = f" at {point.time}" if point.time else ""
            return f"{point.day} {MONTHS[point.month - 1]} {year}{time}"
        case "month":
            return f"{MONTHS[point.month - 1]} {year}"
        case "season" if point.month == WINTER and point.year >= 1000:
            return f"winter {year}-{(point.year + 1) % 100:02d}"
        case "season":
            return f"{_SEASONS[point.month]} {year}"
        case "year":
            return year
        # "The 1900s" may be ten years or a hundred.
        case "decade" if point.year >= 1000 and point.year % 100:
            return f"the {year}s"
        case "decade":
            return f"the ten years from {year}"
        case "century" if point.year >= 0:
            return f"the {_ordinal(point.year // 100 + 1)} century"
        case "century":
            return f"the hundred years from {year}"


def _year_in_words(year: int) -> str:
    if year < 1:
        return f"{1 - year} BC"
    return str(year) if 1000 <= year <= 9999 else f"AD {year}"


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _day_in_words(day: Day) -> str:
    return _point_in_words(_day_point(day))


def _day_point(day: Day) -> Point:
    year, month, number = gregorian_from_day(day)
    return Point(day_text(day), "day", year, month, number)


def _whole(earliest: Day, latest: Day) -> Point | None:
    """The day, month or year that the bounds are, if they are one."""
    if earliest == latest:
        return _day_point(earliest)
    year, month, number = gregorian_from_day(earliest)
    last_year, last_month, last_number = gregorian_from_day(latest)
    if (year, number) != (last_year, 1) or last_number != month_length(year, last_month):
        return None
    if month == last_month:
        return Point("", "month", year, month)
    return Point("", "year", year) if (month, last_month) == (1, 12) else None
