"""A drawing of which fluent of a law leans on which: where each stands, and the lines between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.law.graph import Node

#: A larger drawing would show nothing.
MOST = 60
_WIDE, _HIGH, _DOWN, _ACROSS, _EDGE = 182, 26, 36, 250, 12
#: Columns stand at different heights, so that no line runs hidden behind a box.
_STAGGER = 12
#: So many letters of a name have room.
_ROOM = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A fluent in the drawing: its name, short enough, its law, and its upper left corner."""

    fluent: str
    label: str
    law: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where the fluents stand, and the lines from what is leant on, as SVG paths; in pixels."""

    places: tuple[Place, ...]
    lines: tuple[str, ...]
    width: int
    height: int
    box: tuple[int, int] = (_WIDE, _HIGH)


def drawing(nodes: Sequence[Node], laws: dict[str, str]) -> Drawing | None:
    """The fluents that lean on others or are leant on, each right of what it leans on.

    `laws` are the laws of all fluents. None where there is nothing to draw, or too much.
    """
    leans = {node.fluent: [one for one in node.leans if one != node.fluent] for node in nodes}
    leant = {other for others in leans.values() for other in others}
    told = [name for name, others in leans.items() if others or name in leant]
    names = [*(name for name in leant if name not in leans), *told]
    if not 0 < len(names) <= MOST:
        return None
    columns = _columns(names, leans)
    rows = _rows(names, columns, leans)
    places = {
        name: Place(
            name,
            name if len(name) <= _ROOM else f"{name[: _ROOM - 1]}…",
            laws.get(name, ""),
            _EDGE + columns[name] * _ACROSS,
            _EDGE + rows[name] * _DOWN + columns[name] % 3 * _STAGGER,
        )
        for name in names
    }
    lines = [_line(places[other], places[name]) for name in told for other in leans[name]]
    width = max(place.x for place in places.values()) + _WIDE + _EDGE
    height = max(place.y for place in places.values()) + _HIGH + _EDGE
    return Drawing(tuple(places.values()), tuple(lines), width, height)


def _columns(names: Sequence[str], leans: dict[str, list[str]]) -> dict[str, int]:
    """A column for each fluent, right of what it leans on; a ring is cut where it is entered."""
    columns: dict[str, int] = {}

    def column(name: str, path: tuple[str, ...]) -> int:
        if name not in columns:
            further = [other for other in leans.get(name, ()) if other not in path]
            columns[name] = max((column(o, (*path, name)) + 1 for o in further), default=0)
        return columns[name]

    for name in names:
        column(name, ())
    return columns


def _rows(
    names: Sequence[str], columns: dict[str, int], leans: dict[str, list[str]]
) -> dict[str, int]:
    """A row for each fluent: in its column, in the order of the rows of what it leans on."""
    rows: dict[str, int] = {}
    users: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        for other in leans.get(name, ()):
            users.setdefault(other, []).append(place)
    for column in range(max(columns.values()) + 1):
        here = [name for name in names if columns[name] == column]
        wanted = {name: _mean([rows[o] for o in leans.get(name, ()) if o in rows]) for name in here}
        by_use = {name: _mean(users.get(name, [])) for name in here}
        in_order = sorted(here, key=lambda name: (wanted[name], by_use[name]))
        rows |= {name: row for row, name in enumerate(in_order)}
    return rows


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _line(one: Place, other: Place) -> str:
    """A curve from the right edge of one box to the left edge of another."""
    ax, ay = one.x + _WIDE, one.y + _HIGH // 2
    bx, by = other.x, other.y + _HIGH // 2
    return f"M{ax} {ay}C{ax + 45} {ay} {bx - 45} {by} {bx} {by}"
