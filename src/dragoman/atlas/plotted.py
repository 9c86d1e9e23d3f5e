"""Figures over time as marks on a plane: one plane a unit, claimants told apart by shape and word.

A mark stands at its value over its period, as a bar as wide as the period with a shape in its
middle. Labels stand beside marks where there is room, and are left out where there is none: the
table beside the drawing holds every figure.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dragoman.state.answers import Figure
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_from_gregorian, gregorian_from_day, read

#: The shapes by which claimants are told apart, as SVG paths about the middle of a mark.
SHAPES = (
    "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z",
    "M-4.5 -4.5H4.5V4.5H-4.5Z",
    "M0 -6L5.5 4H-5.5Z",
    "M0 -6L6 0L0 6L-6 0Z",
    "M0 6L5.5 -4H-5.5Z",
    "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "M0 -6L5.7 -1.9L3.5 4.9H-3.5L-5.7 -1.9Z",
    "M-6 -3H6V3H-6Z",
)
#: The claimant of a figure that is told without one.
UNSAID = "not said by whom"
#: Beyond so many marks of a plane only the last of each claimant is labelled.
_LABELLED = 30
_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 860, 380, 86, 170, 26, 40
#: Pixels of one letter of a label, of its line, and how far it is moved at most.
_LETTER, _LINE, _MOVES = 7.3, 15, 7
_SHORT = 34
#: Numbers that a scale can show.
_LEAST, _GREATEST = 1e-9, 1e18


#: Left, upper, right and lower edge, in pixels.
_Box = tuple[float, float, float, float]


class Tick(NamedTuple):
    """A line of the scale: where it stands, in pixels, and what it says."""

    at: float
    label: str


class Label(NamedTuple):
    """A word beside a mark, where it stands, in pixels, and whether it ends there or begins."""

    x: float
    y: float
    text: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on the plane, in pixels: its middle and the ends of its period.

    `who` numbers its claimant, which gives shape and colour; `hollow` where it is not simply
    stated; `open` where its period has no beginning or end of its own.
    """

    x: float
    y: float
    left: float
    right: float
    who: int
    hollow: bool
    open: bool
    says: str
    act: str
    label: Label | None


@dataclass(frozen=True, slots=True)
class Claimant:
    """One on whose word figures rest: a name, and its shape as an SVG path."""

    name: str
    shape: str
    count: int


@dataclass(frozen=True, slots=True)
class Plane:
    """The figures of one unit: marks, lines from one to the next of a claimant, and scales."""

    unit: str
    claimants: tuple[Claimant, ...]
    marks: tuple[Mark, ...]
    lines: tuple[tuple[int, str], ...]
    days: tuple[Tick, ...]
    values: tuple[Tick, ...]
    zero: float
    width: int = _WIDE
    height: int = _HIGH
    left: int = _LEFT
    right: int = _WIDE - _RIGHT
    top: int = _TOP
    foot: int = _HIGH - _FOOT


class _Point(NamedTuple):
    """A figure that can be drawn: its days, its value, and who claims it."""

    first: Day
    last: Day
    open: bool
    value: float
    who: str
    figure: Figure


def number(text: str) -> float | None:
    """A value as a number, or None for what is none, or none that a scale can show."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == 0 or _LEAST <= abs(value) <= _GREATEST else None


def claimed(figure: Figure) -> str:
    """Who gives a figure, in words; nobody where it is told without a name."""
    return ", ".join(figure.claimed_by) or UNSAID


def planes(figures: Iterable[Figure]) -> list[Plane]:
    """The figures that can be drawn, on one plane for each unit."""
    by_unit: dict[str, list[_Point]] = {}
    for figure in figures:
        value, days = number(figure.value), _days(figure.period)
        if value is not None and days is not None:
            point = _Point(*days, value, claimed(figure), figure)
            by_unit.setdefault(figure.unit, []).append(point)
    return [_plane(unit, points) for unit, points in by_unit.items()]


def _days(period: str) -> tuple[Day, Day, bool] | None:
    """The first and last day of a period, and whether it is open at an end; None if at both."""
    when = read(period)
    first, last = when.earliest, when.until[1] if when.until else when.latest
    starts, ends = first > BEGINNING, last < END_OF_TIME
    if not starts and not ends:
        return None
    return (first if starts else last, last if ends else first, not (starts and ends))


def _plane(unit: str, points: Sequence[_Point]) -> Plane:
    names = list(dict.fromkeys(point.who for point in points))
    first, last = min(p.first for p in points), max(p.last for p in points)
    margin = max((last - first) // 30, 20)
    first, last = first - margin, last + margin
    values = _ticks(min(0.0, *(p.value for p in points)), max(0.0, *(p.value for p in points)))
    low, high = values[0], values[-1]
    across = (_WIDE - _LEFT - _RIGHT) / (last - first)
    down = (_HIGH - _TOP - _FOOT) / (high - low)

    def x(day: float) -> float:
        return round(_LEFT + (day - first) * across, 1)

    def y(value: float) -> float:
        return round(_HIGH - _FOOT - (value - low) * down, 1)

    placed = sorted(points, key=lambda p: (p.first + p.last, p.value))
    spots = [(x((p.first + p.last) / 2), y(p.value)) for p in placed]
    bars = [(x(p.first), y(p.value) - 2, x(p.last), y(p.value) + 2) for p in placed]
    labels = _labels(placed, spots, bars, len(names) > 1)
    marks = [
        Mark(
            *(*spot, x(p.first), x(p.last), names.index(p.who)),
            hollow=p.figure.certainty != "stated",
            open=p.open,
            says=f"{in_thousands(p.figure.value)} {unit}, {p.who}",
            act=p.figure.act,
            label=label,
        )
        for p, spot, label in zip(placed, spots, labels, strict=True)
    ]
    counts = [sum(p.who == name for p in points) for name in names]
    return Plane(
        unit,
        tuple(
            Claimant(name, SHAPES[n % len(SHAPES)], count)
            for n, (name, count) in enumerate(zip(names, counts, strict=True))
        ),
        tuple(marks),
        tuple(_joined(marks, len(names))),
        tuple(Tick(x(day), label) for day, label in _dates(first, last)),
        tuple(Tick(y(value), in_thousands(f"{value:.10g}")) for value in values),
        y(0.0),
    )


def _joined(marks: Sequence[Mark], claimants: int) -> Iterable[tuple[int, str]]:
    """Lines through the marks of each claimant, as SVG paths, where period follows period."""
    for who in range(claimants):
        own = [mark for mark in marks if mark.who == who]
        for one, other in itertools.pairwise(own):
            if one.right <= other.left:
                yield who, f"M{one.x} {one.y}L{other.x} {other.y}"


def _labels(
    points: Sequence[_Point],
    spots: Sequence[tuple[float, float]],
    bars: Sequence[_Box],
    several: bool,
) -> list[Label | None]:
    """A label for each point for which there is room, right of it or left, moved up or down."""
    last = {point.who: n for n, point in enumerate(points)}
    wanted = range(len(points)) if len(points) <= _LABELLED else last.values()
    taken = [*((x - 6, y - 6, x + 6, y + 6) for x, y in spots), *bars]
    labels: list[Label | None] = [None] * len(points)
    for n in wanted:
        point, (x, y) = points[n], spots[n]
        who = f" {point.who}" if several and point.who != UNSAID else ""
        text = f"{in_thousands(point.figure.value)}{who}"
        text = text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
        wide = len(text) * _LETTER
        for move in _moves():
            for left in (x + 9, x - 9 - wide):
                box = (left, y + move - _LINE / 2, left + wide, y + move + _LINE / 2)
                free = not any(_meet(box, other) for other in taken)
                if free and left >= _LEFT and box[2] <= _WIDE and 0 < box[1] < _HIGH - _FOOT - 8:
                    ends = left < x
                    at = x - 9 if ends else left
                    labels[n] = Label(round(at, 1), round(y + move + 4, 1), text, ends)
                    taken.append(box)
                    break
            if labels[n]:
                break
    return labels


def _moves() -> Iterable[float]:
    """How far a label is moved, the least first."""
    for step in range(_MOVES):
        yield -step * _LINE / 2
        yield step * _LINE / 2


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ticks(low: float, high: float) -> list[float]:
    """Round values from at or below `low` to at or above `high`, about five of them."""
    span = (high - low) or 1.0
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
    first, last = math.floor(low / step), math.ceil(high / step) or 1
    return [n * step for n in range(first, last + 1)]


def _dates(first: Day, last: Day) -> Iterable[tuple[Day, str]]:
    """The beginnings of years, or of months where there are few years, with their names."""
    begin, end = gregorian_from_day(first)[0], gregorian_from_day(last)[0]
    if end - begin < 2:
        for month in range(begin * 12, end * 12 + 12):
            day = day_from_gregorian(month // 12, month % 12 + 1, 1)
            if first <= day <= last and (month % 3 == 0 or last - first < 250):
                yield day, f"{_MONTHS[month % 12]} {month // 12}"
        return
    step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000, 10**6) if (end - begin) / n <= 8)
    for year in range(begin - begin % step, end + 1, step):
        if year >= 1 and first <= day_from_gregorian(year, 1, 1) <= last:
            yield day_from_gregorian(year, 1, 1), str(year)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def in_thousands(text: str) -> str:
    """A number with its thousands set apart: 1,181.7."""
    whole, point, part = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole[:1] == "-" else ("", whole)
    return f"{sign}{int(digits):,}{point}{part}" if digits.isdecimal() else text
