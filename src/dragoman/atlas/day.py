"""The day: what happened on it, and what stood at its end, by institution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dragoman.atlas.page import Asked, Page, View
from dragoman.state.answers import ActRow, Standing
from dragoman.state.facts import Fact
from dragoman.state.intervals import intervals_turned
from dragoman.state.world import World
from dragoman.when import Day, day_text


@dataclass(frozen=True, slots=True)
class Happened:
    """An act of the day, with the facts that it began and ended, as (sentence, fact)."""

    act: ActRow
    began: tuple[tuple[str, str], ...]
    ended: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Institution:
    """What stood on the day by one law: its name and title, and the facts."""

    name: str
    title: str
    facts: tuple[Standing, ...]


def day(asked: Asked) -> Page:
    """The day in the path."""
    world, look = asked.world, asked.look
    view = world.on(look.day)
    standing = list(view.all())
    surely = list(world.acts(since=look.day, until=look.day, surely=True))
    certain = {act.id for act in surely}
    perhaps = [act for act in view.acts() if act.id not in certain]
    before, after = _neighbours(world, look.number)
    return Page(
        title=look.in_words,
        template="day.html",
        shown={
            "happened": _happened(world, surely),
            "perhaps": perhaps,
            "standing": _by_institution(world, standing),
            "count": len(standing),
            "before": before,
            "after": after,
            "beyond": world.beyond(look.number),
        },
        rows=[{name: getattr(row, name) for name in Standing.__slots__} for row in standing],
        columns=("says", "law", "since", "until", "sure", "secret", "act", "rule", "cites", "fact"),
    )


def _happened(world: World, acts: Iterable[ActRow]) -> list[Happened]:
    """The acts with what they turned."""
    acts = list(acts)
    if not acts:
        return []
    began: dict[str, list[tuple[str, str]]] = {act.id: [] for act in acts}
    ended: dict[str, list[tuple[str, str]]] = {act.id: [] for act in acts}
    for interval in intervals_turned(world.store, [act.id for act in acts]):
        told = (
            world.says(interval.fluent, interval.args, interval.value),
            str(Fact(interval.fluent, interval.args, interval.value)),
        )
        if interval.began_act in began:
            began[interval.began_act].append(told)
        if interval.ended_act in ended:
            ended[interval.ended_act].append(told)
    return [Happened(act, tuple(began[act.id]), tuple(ended[act.id])) for act in acts]


def _by_institution(world: World, standing: Iterable[Standing]) -> list[Institution]:
    """The facts by law, in the order of the laws."""
    titles = dict(world.store.rows("SELECT name, title FROM law"))
    by_law: dict[str, list[Standing]] = {}
    for row in standing:
        by_law.setdefault(row.law, []).append(row)
    return [Institution(name, titles.get(name, name), tuple(rows)) for name, rows in by_law.items()]


def _neighbours(world: World, day: Day) -> tuple[str, str]:
    """The days before and after on which something surely happened; empty if there is none."""
    asked = "SELECT max(latest) FROM act WHERE earliest = latest AND latest < ?"
    [(before,)] = world.store.rows(asked, [day])
    asked = "SELECT min(latest) FROM act WHERE earliest = latest AND latest > ?"
    [(after,)] = world.store.rows(asked, [day])
    return (
        "" if before is None else day_text(before),
        "" if after is None else day_text(after),
    )


VIEWS: Mapping[str, View] = {"/day/{day}": day}
