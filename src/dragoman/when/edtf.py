"""Dates as a chronicle writes them: EDTF (ISO 8601-2), and old style with ` OS` after it.

Text becomes a `Dated`, a small tree of points; `when_of` turns that into the days it can mean.
`words` reads the same tree to say it in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.when.calendar import Day, day_text
from dragoman.when.fault import DateError, Unrecognised
from dragoman.when.point import Point, extent, read_point
from dragoman.when.tolerance import Tolerance, Widths, widened
from dragoman.when.when import BEGINNING, END_OF_TIME, When

OLD_STYLE = " OS"

_NONE = Widths(0, 0, 0, 0, 0, 0)
_NO_TOLERANCE = Tolerance(_NONE, _NONE)

Bounds: TypeAlias = tuple[Day, Day]
End: TypeAlias = Point | Literal["open", "unknown"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Every day from one point to another, or without end on the side that is None."""

    first: Point | None
    last: Point | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One day of these: an EDTF set in square brackets."""

    among: tuple[Point | Stretch, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """From a first day to a last: `open` if it has no end, `unknown` if the end is not told."""

    start: End
    end: End


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as written: its canonical text, what it says, and in which calendar."""

    text: str
    body: Point | Choice | Interval
    old_style: bool


def parse(text: str) -> Dated:
    """The tree of a date as it may stand in a chronicle.

    Raises DateError; its subclass Unrecognised where a part has no known shape.
    """
    old_style = text.endswith(OLD_STYLE)
    bare = text.removesuffix(OLD_STYLE)
    if OLD_STYLE in bare:
        raise DateError(
            "OS stands once, at the end, and holds for all of a date",
            bare.index(OLD_STYLE) + 1,
            "give both ends in the old style, or both in the new",
        )
    if not bare.strip():
        raise DateError("there is no date", 0, "write one such as 1922-04-16, 1922-04 or 1922")
    if bare.startswith("{"):
        raise DateError(
            "braces mean all of these days, and an act has one date",
            0,
            "write one act for each day, or [a,b] for one day of these",
        )
    if "/" in bare:
        body: Point | Choice | Interval = _interval(bare, old_style)
    elif bare.startswith("["):
        body = _choice(bare, old_style)
        if isinstance(body, Point):
            bare = body.text
    else:
        body = read_point(bare, julian=old_style)
    return Dated(bare + OLD_STYLE if old_style else bare, body, old_style)


def when_of(dated: Dated, tolerance: Tolerance) -> When:
    """The days that a date can mean, its qualifiers widened by the tolerance."""
    body, julian = dated.body, dated.old_style
    until: Bounds | None = None
    match body:
        case Point():
            first = _bounds(body, julian, tolerance)
        case Choice(among):
            all_bounds = [_stretch_bounds(part, julian, tolerance) for part in among]
            first = min(b[0] for b in all_bounds), max(b[1] for b in all_bounds)
        case Interval():
            first, until = _interval_bounds(body, julian, tolerance)
    points = _points(body)
    return When(
        dated.text,
        first[0],
        first[1],
        until,
        approximate=any(point.approximate for point in points),
        uncertain=any(point.uncertain for point in points),
        old_style=julian,
    )


def extent_of(dated: Dated) -> Bounds:
    """The first and the last day that a date speaks of, its qualifiers left aside."""
    when = when_of(dated, _NO_TOLERANCE)
    return when.earliest, when.latest if when.until is None else when.until[1]


def _choice(text: str, julian: bool) -> Choice | Point:
    if not text.endswith("]"):
        raise DateError("a set opened with “[” ends with “]”", len(text), f"write {text}]")
    among: list[Point | Stretch] = []
    column = 1
    for part in text[1:-1].split(","):
        first, dots, last = part.partition("..")
        if dots:
            among.append(_stretch(first, last, column, julian))
        else:
            among.append(read_point(part, column, julian=julian))
        column += len(part) + 1
    only = among[0]
    return only if len(among) == 1 and isinstance(only, Point) else Choice(tuple(among))


def _stretch(first: str, last: str, column: int, julian: bool) -> Stretch:
    if not first and not last:
        raise DateError("“..” alone says nothing", column, "write [..b], [a..] or [a..b]")
    last_column = column + len(first) + 2
    stretch = Stretch(
        read_point(first, column, julian=julian) if first else None,
        read_point(last, last_column, julian=julian) if last else None,
    )
    _check_order(stretch.first, stretch.last, last_column, julian, "range", "..")
    return stretch


def _interval(text: str, julian: bool) -> Interval:
    parts = text.split("/")
    if len(parts) != 2:
        raise Unrecognised("an interval has one “/”", text.index("/"), "", 0)
    start, end = parts
    end_column = len(start) + 1
    interval = Interval(_end(start, 0, julian, text), _end(end, end_column, julian, text))
    if isinstance(interval.start, str) and isinstance(interval.end, str):
        raise DateError(
            "an interval with neither end known says nothing", 0, "write a/.., ../b, a/ or /b"
        )
    _check_order(
        interval.start if isinstance(interval.start, Point) else None,
        interval.end if isinstance(interval.end, Point) else None,
        end_column,
        julian,
        "interval",
        "/",
    )
    return interval


def _end(text: str, column: int, julian: bool, whole: str) -> End:
    if text == "":
        return "unknown"
    if text == "..":
        return "open"
    if text in ("open", "unknown"):
        right = whole.replace("open", "..").replace("unknown", "")
        raise DateError(f"“{text}” is an older spelling", column, f"write {right}")
    if text[0] in "[{":
        raise DateError(
            "an interval runs between two dates, not sets",
            column,
            "give each end as one date, less precise if need be, such as 1922-04/1922-05",
        )
    return read_point(text, column, julian=julian)


def _check_order(
    first: Point | None, last: Point | None, column: int, julian: bool, what: str, mark: str
) -> None:
    """Refuse what surely ends before it begins, the qualifiers left aside."""
    if first is None or last is None:
        return
    begins, ends = extent(first, julian=julian)[0], extent(last, julian=julian)[1]
    if ends < begins:
        swapped = f"{last.text}{mark}{first.text}"
        raise DateError(
            f"the {what} ends ({day_text(ends)}) before it begins ({day_text(begins)})",
            column,
            f"write {swapped if mark == '/' else f'[{swapped}]'} if the two were exchanged",
        )


def _bounds(point: Point, julian: bool, tolerance: Tolerance) -> Bounds:
    first, last = extent(point, julian=julian)
    if not (point.approximate or point.uncertain):
        return first, last
    days = tolerance.days(point.precision, approximate=point.approximate, uncertain=point.uncertain)
    return widened(first, last, days)


def _stretch_bounds(part: Point | Stretch, julian: bool, tolerance: Tolerance) -> Bounds:
    if isinstance(part, Point):
        return _bounds(part, julian, tolerance)
    return (
        BEGINNING if part.first is None else _bounds(part.first, julian, tolerance)[0],
        END_OF_TIME if part.last is None else _bounds(part.last, julian, tolerance)[1],
    )


def _interval_bounds(
    interval: Interval, julian: bool, tolerance: Tolerance
) -> tuple[Bounds, Bounds]:
    first = _end_bounds(interval.start, BEGINNING, julian, tolerance)
    last = _end_bounds(interval.end, END_OF_TIME, julian, tolerance)
    # The last day is not before the first, which narrows 1918-03/1918-03-15 and the like.
    return (first[0], min(first[1], last[1])), (max(first[0], last[0]), last[1])


def _end_bounds(end: End, limit: Day, julian: bool, tolerance: Tolerance) -> Bounds:
    if isinstance(end, Point):
        return _bounds(end, julian, tolerance)
    return (limit, limit) if end == "open" else (BEGINNING, END_OF_TIME)


def _points(body: Point | Choice | Interval) -> tuple[Point, ...]:
    match body:
        case Point():
            parts: tuple[object, ...] = (body,)
        case Interval():
            parts = (body.start, body.end)
        case Choice(among):
            parts = tuple(
                end
                for part in among
                for end in ((part.first, part.last) if isinstance(part, Stretch) else (part,))
            )
    return tuple(part for part in parts if isinstance(part, Point))
