"""Promise: the certain is so in every world that the dates allow; what is in any is possible."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random
from typing import TypeAlias

from hypothesis import HealthCheck, given, note, settings

from dragoman.law import Event, LawBook
from dragoman.law.doubt import Occasion, extents_of
from dragoman.law.events import AT_FIRST, Facts, day_of
from dragoman.law.interpret import interpret
from dragoman.law.runs import Runs, days_of
from dragoman.when import Day

from .small import book as small_book
from .worlds import FIRST_DAY, book_of, chronicle, law_text, said, seeds

EXAMPLES = int(os.environ.get("DRAGOMAN_EXAMPLES", "60"))
#: How many worlds each random case is looked at in.
WORLDS = 20

#: The days on which things hold, by fluent, arguments and value.
Key: TypeAlias = tuple[str, tuple[str, ...], str]
Days: TypeAlias = dict[Key, set[Day]]


def random_case(seed: int) -> tuple[str, list[Occasion], Facts, Day]:
    """A law, occasions of which some are in doubt, what the registers say, and the last day."""
    dice = Random(seed)
    text, facts = law_text(dice, dice.randint(1, 8)), said(dice)
    occasions: list[Occasion] = []
    for slot, event in enumerate(chronicle(dice, dice.randint(1, 14))):
        width = dice.choice([0, 0, 0, 1, 4, 8])
        first = event.day - dice.randint(0, width)
        # Now and then one is known to come after another, whose last day is not later.
        before = [n for n, one in enumerate(occasions) if one.latest <= first + width]
        after = frozenset(dice.sample(before, 1)) if before and dice.random() < 0.3 else frozenset()
        sure = not after and dice.random() < 0.9
        told = (event.kind, event.roles, first, first + width, slot, sure or bool(after), after)
        occasions.append(Occasion(*told))
    return text, occasions, facts, max(o.latest for o in occasions) + 3


def world_of(
    dice: Random, occasions: Sequence[Occasion], book: LawBook, facts: Facts, until: Day
) -> Days:
    """The days on which things hold in one world: each occasion is on one of its days."""
    bounds = dice.random() < 0.3  # the first or last days only
    on: list[Day] = []
    for one in occasions:
        first = max((on[n] for n in one.after), default=one.earliest)
        between = (max(first, one.earliest), one.latest)
        on.append(dice.choice(between) if bounds else dice.randint(*between))
    chosen = sorted(
        (day, one.slot)
        for day, one in zip(on, occasions, strict=True)
        if one.sure or dice.random() < 0.5
    )
    told = [(day, occasions[slot]) for day, slot in chosen]
    events = [Event(n, n, o.kind, o.roles, day) for n, (day, o) in enumerate(told)]
    found: Days = defaultdict(set)
    for span in interpret(events, book, facts, until).spans:
        start = FIRST_DAY - 20 if span.start == AT_FIRST else day_of(span.start)
        stop = until + 1 if span.stop is None else day_of(span.stop)
        found[span.fluent, span.args, span.value].update(range(start, min(stop, until + 1)))
    return found


def days(runs: Runs, until: Day) -> set[Day]:
    """The days of runs, up to one."""
    return {
        day
        for first, last in days_of(runs)
        for day in range(max(first, FIRST_DAY - 20), min(last, until) + 1)
    }


def bounds_of(
    occasions: Sequence[Occasion], book: LawBook, facts: Facts, until: Day
) -> tuple[Days, Days]:
    """The days on which things certainly hold, and those on which they possibly do."""
    certain, possible = defaultdict(set), defaultdict(set)
    for fluent, extents in extents_of(occasions, book, facts, until).items():
        for args, by_value in extents.of.items():
            for value, extent in by_value.items():
                certain[fluent, args, value] = days(extent.certain, until)
                possible[fluent, args, value] = days(extent.possible, until)
    return certain, possible


def amiss(less: Days, more: Days) -> list[Key]:
    """What is in the one on days on which it is not in the other."""
    return [key for key, found in less.items() if not found <= more.get(key, set())]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=seeds)
def test_extents_are_sound(seed: int) -> None:
    """On random laws with every construct, in worlds drawn at random."""
    text, occasions, facts, until = random_case(seed)
    book = book_of(text)
    certain, possible = bounds_of(occasions, book, facts, until)
    note(text)
    for n in range(WORLDS):
        world = world_of(Random(seed + n), occasions, book, facts, until)
        assert not amiss(certain, world)
        assert not amiss(world, possible)


def test_extents_are_tight() -> None:
    """Most of what is possible is so in one of a few worlds, most of what always is, is certain."""
    count: Counter[str] = Counter()
    for seed in range(120):
        text, occasions, facts, until = random_case(seed)
        book = book_of(text)
        certain, possible = bounds_of(occasions, book, facts, until)
        worlds = [world_of(Random(seed + n), occasions, book, facts, until) for n in range(WORLDS)]
        for key, found in possible.items():
            count["possible"] += len(found)
            count["seen"] += len(set.union(*(world.get(key, set()) for world in worlds)))
            count["always"] += len(set.intersection(*(world.get(key, set()) for world in worlds)))
            count["certain"] += len(certain[key])
    assert count["seen"] >= 0.85 * count["possible"]
    assert count["certain"] >= 0.85 * count["always"]


def test_where_no_day_is_in_doubt_all_is_certain_and_as_derived() -> None:
    """But for what lapses to another value, which is never said to be certain."""
    for seed in range(60):
        text, occasions, facts, until = random_case(seed)
        if " to " in text.replace(", to ", ""):
            continue
        exact = [Occasion(o.kind, o.roles, o.latest, o.latest, o.slot) for o in occasions]
        book = book_of(text)
        certain, possible = bounds_of(exact, book, facts, until)
        world = world_of(Random(0), exact, book, facts, until)
        assert {k: v for k, v in possible.items() if v} == {k: v for k, v in world.items() if v}
        assert certain == possible


LAW = """
fluent held(place: place)
rule taking: propose(place L) initiates held(L) @
rule leaving: accept(place L) terminates held(L) @
"""


def held(*told: tuple[str, int, int]) -> tuple[set[Day], set[Day]]:
    """The days on which the place certainly, and possibly, is held: `+` takes it, `-` leaves it."""
    occasions = [
        Occasion("propose" if sign == "+" else "accept", {"place": ("x",)}, first, last, slot)
        for slot, (sign, first, last) in enumerate(told)
    ]
    certain, possible = bounds_of(occasions, small_book(LAW), {}, FIRST_DAY + 30)
    key = ("held", ("x",), "")
    return certain[key], possible[key]


def test_an_end_that_may_come_after_every_start_leaves_nothing_certain() -> None:
    """The trap: starts at their latest and ends at their earliest would make this certain."""
    day = FIRST_DAY
    certain, possible = held(("+", day, day + 4), ("-", day + 2, day + 2), ("+", day + 6, day + 6))
    assert certain == set(range(day + 6, day + 31))
    assert possible == set(range(day, day + 31)) - {day + 2}


def test_of_two_acts_of_one_day_the_written_order_decides() -> None:
    day = FIRST_DAY
    certain, possible = held(("-", day, day + 3), ("+", day, day))
    assert certain == {day}
    assert possible == set(range(day, day + 31))
    certain, possible = held(("+", day, day), ("-", day, day + 3))
    assert certain == set()
    assert possible == {day, day + 1, day + 2}
