"""Facts that differ in one argument only, said in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from dragoman.state.answers import IntervalRow, Standing
from dragoman.state.intervals import sentence
from dragoman.state.world import World

Said = TypeVar("Said", bound=Standing | IntervalRow)


def together(rows: Iterable[Said], key: Callable[[Said], object]) -> list[list[Said]]:
    """Rows of one fluent, value and key whose arguments differ in one place only, in order."""
    groups: dict[object, list[list[Said]]] = {}
    order: list[list[Said]] = []
    for row in rows:
        alike: list[list[Said]] = groups.setdefault((row.fluent, row.value, key(row)), [])
        for group in alike:
            if _differing([*group, row]) is not None:
                group.append(row)
                break
        else:
            alike.append([row])
            order.append(alike[-1])
    return order


def said_together(world: World, rows: Sequence[Said]) -> str:
    """Rows that differ in one argument, in one sentence: “… by Germany and Soviet Russia”."""
    row, place = rows[0], _differing(rows)
    names = [world.name(arg) for arg in _arguments(row)]
    if place is not None:
        several = [world.name(_arguments(r)[place]) for r in rows]
        names[place] = f"{', '.join(several[:-1])} and {several[-1]}"
    return sentence(world.fluents[row.fluent], names, world.name(row.value))


def _arguments(row: Standing | IntervalRow) -> Sequence[str]:
    return row.args if isinstance(row, Standing) else tuple(row.args.values())


def _differing(rows: Sequence[Said]) -> int | None:
    """The one place in which the arguments of the rows differ, or None."""
    columns = list(zip(*map(_arguments, rows), strict=True))
    places = [n for n, column in enumerate(columns) if len(set(column)) > 1]
    return places[0] if len(places) == 1 else None
