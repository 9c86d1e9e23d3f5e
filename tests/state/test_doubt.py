"""Promise: on the shipped world, what is certain is so in every world that its dates allow."""

from __future__ import annotations

import dataclasses
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeAlias

from dragoman.chronicle.acts import Act
from dragoman.law.events import AT_FIRST, day_of
from dragoman.law.interpret import interpret
from dragoman.state.bounds import DayRun
from dragoman.state.derive import derive, events_of, facts_of
from dragoman.state.source import find_world, read_source
from dragoman.when import END_OF_TIME, Day, day_from_gregorian

#: In how many worlds it is tried; `make test-long` asks for a thousand.
WORLDS = int(os.environ.get("DRAGOMAN_WORLDS", "12"))
#: The days that are looked at.
FIRST, LAST = day_from_gregorian(1914, 1, 1), day_from_gregorian(1923, 12, 31)

Key: TypeAlias = tuple[str, tuple[str, ...], str]
Days: TypeAlias = dict[Key, set[Day]]
#: An act that came before, and how many days if that is known.
Link: TypeAlias = tuple[int, int | None]


def drawn(acts: Sequence[Act], dice: Random) -> list[Act]:
    """The acts, each on one of its days, as their known order allows.

    What is disputed and told on someone's word is left out now and then.
    """
    place = {act.id: n for n, act in enumerate(acts)}
    after: defaultdict[int, list[Link]] = defaultdict(list)
    for n, act in enumerate(acts):
        for order in act.orders:
            one, other = (n, place[order.act]) if order.before else (place[order.act], n)
            after[other].append((one, order.days))
    on: dict[int, Day] = {}
    for group in together(after, len(acts)):
        days = [days_drawn(acts, group, after, dice) for _ in range(20)]
        # If none of them meets every order: of two solutions the earlier days are one as well.
        k = dice.randint(0, 400)
        shifted = {n: min(acts[n].when.latest, acts[n].when.earliest + k) for n in group}
        assert any(days) or all(acts[n].when.until is None for n in group)
        on |= next(filter(None, days), shifted)
    chosen = []
    for n, act in enumerate(acts):
        if act.certainty == "disputed" and act.according_to and dice.random() < 0.5:
            continue
        until = act.when.until
        if until is not None and until[0] < END_OF_TIME:
            first = max(until[0], on[n])
            last = dice.randint(first, min(until[1], first + 400))
            until = (last, last)
        when = dataclasses.replace(act.when, earliest=on[n], latest=on[n], until=until)
        chosen.append(dataclasses.replace(act, when=when))
    return chosen


def together(after: Mapping[int, Sequence[Link]], count: int) -> list[list[int]]:
    """The acts in groups that orders tie together."""
    root = list(range(count))

    def top(n: int) -> int:
        while root[n] != n:
            n = root[n]
        return n

    for other, links in after.items():
        for one, _ in links:
            root[top(one)] = top(other)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for n in range(count):
        groups[top(n)].append(n)
    return list(groups.values())


def days_drawn(
    acts: Sequence[Act], group: Sequence[int], after: Mapping[int, Sequence[Link]], dice: Random
) -> dict[int, Day]:
    """A day for each act of a group, or none for any if some order is not met."""
    on: dict[int, Day] = {}
    for n in sorted(group, key=lambda n: acts[n].slot):
        when, links = acts[n].when, after.get(n, ())
        first = max([when.earliest, *(on[one] + (days or 0) for one, days in links)])
        exact = [on[one] + days for one, days in links if days is not None]
        last = min([when.latest, *exact, *when.until[1:]] if when.until else [when.latest, *exact])
        if first > last:
            return {}
        day = dice.randint(first, min(last, first + 50))
        on[n] = exact[0] if exact else dice.choice([day, first, last])
    return on


def between(runs: Sequence[DayRun]) -> set[Day]:
    """The days of runs that are looked at."""
    return {
        day
        for first, last in runs
        for day in range(max(first, FIRST), min(LAST if last is None else last, LAST) + 1)
    }


def amiss(less: Days, more: Days) -> list[Key]:
    """What is in the one on days on which it is not in the other."""
    return [key for key, found in less.items() if not found <= more.get(key, set())]


def test_what_is_certain_is_so_in_every_world_and_what_is_in_any_is_possible() -> None:
    """And of the days that are possible, most are so in one of the worlds that were drawn."""
    source = read_source(find_world())
    chronicle, _ = source.chronicle()
    book, _ = source.laws(chronicle.catalogue, chronicle.registers)
    told, facts = source.settings.told[1], facts_of(chronicle.registers)
    derived = derive(chronicle, book, told)
    certain: Days = defaultdict(set)
    possible: Days = defaultdict(set)
    for span, days in zip(derived.spans, derived.days, strict=True):
        certain[span.fluent, span.args, span.value] |= between(days.certain)
        possible[span.fluent, span.args, span.value] |= between(days.possible)
    seen: Days = defaultdict(set)
    for seed in range(WORLDS):
        world: Days = defaultdict(set)
        events, _ = events_of(drawn(chronicle.acts, Random(seed)))
        for span in interpret(events, book, facts, told).spans:
            start = FIRST if span.start == AT_FIRST else day_of(span.start)
            stop = None if span.stop is None else day_of(span.stop) - 1
            world[span.fluent, span.args, span.value] |= between([(start, stop)])
        assert not amiss(certain, world)
        assert not amiss(world, possible)
        for key, found in world.items():
            seen[key] |= found
    share = sum(len(seen[key]) for key in possible) / sum(map(len, possible.values()))
    print(f"of the possible days {share:.1%} are so in one of {WORLDS} worlds")
    assert share >= 0.95
