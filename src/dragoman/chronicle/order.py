"""The order of acts: what `after` and `before` say about dates, and the line they stand in.

Dates and orders form a simple temporal network (Dechter, Meiri and Pearl 1991). Bounds are
tightened until nothing changes; where they cross, the acts contradict each other. Acts that fall
on one day stand as written, but for what is known of their order: each has its slot. The law then
walks the acts in one line, by day and slot. The day of an act whose date is not exact is the last
on which it may have happened: by then it is done.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from collections.abc import Mapping, Sequence

from dragoman.chronicle.acts import Act, Order
from dragoman.problem import Problem, did_you_mean
from dragoman.when import BEGINNING, END_OF_TIME, When, day_text


def in_order(acts: Sequence[Act]) -> tuple[list[Act], list[Problem]]:
    """The acts in their order with bounds tightened, and the contradictions among them."""
    place = {act.id: n for n, act in enumerate(acts)}
    links: list[tuple[int, int, int | None, Order]] = []
    problems: list[Problem] = []
    for n, act in enumerate(acts):
        for order in act.orders:
            other = place.get(order.act)
            if other is None or other == n:
                said = "an act cannot stand before or after itself"
                if other is None:
                    said = f"there is no act “{order.act}”"
                mend = did_you_mean(order.act, place) if other is None else ""
                problems.append(Problem(order.spot, said, mend))
            elif order.before:
                links.append((n, other, order.days, order))
            else:
                links.append((other, n, order.days, order))
    bounds = [[act.when.earliest, act.when.latest] for act in acts]
    problems += _tighten(acts, bounds, links)
    tightened = [_bounded(act, *bounds[n]) for n, act in enumerate(acts)]
    problems += [
        Problem(act.spot, f"the day of “{act.id}” is not known", "add “date: …”")
        for act, told in zip(tightened, acts, strict=True)
        if act.orders and not told.when.text and act.when.latest >= END_OF_TIME and not problems
    ]
    written, cyclic = _written(len(acts), links)
    problems += [
        Problem(acts[ring[0]].spot, _round(acts, ring), "take one of these orders back")
        for ring in cyclic
    ]
    placed = _slotted([tightened[n] for n in written])
    return sorted(placed, key=lambda act: (act.when.latest, act.slot)), problems


def reordered(acts: Sequence[Act]) -> tuple[list[Act], list[Problem]]:
    """Acts of which some have been left out or added, in their order, and the contradictions.

    Each has again the bounds of its own date, and the order of those that are left tightens them.
    What only the order to others dated that are left out, stands where it stood.
    """
    known = {act.id for act in acts}
    loose = []
    for act in sorted(acts, key=lambda act: act.slot):
        orders = tuple(order for order in act.orders if order.act in known)
        when = act.when
        if act.stated is not None and act.stated != (when.earliest, when.latest):
            when = dataclasses.replace(when, earliest=act.stated[0], latest=act.stated[1])
        elif act.stated is None and orders:
            when = dataclasses.replace(when, text="", earliest=BEGINNING, latest=END_OF_TIME)
        if when is not act.when or orders != act.orders:
            act = dataclasses.replace(act, orders=orders, when=when)
        loose.append(act)
    return in_order(loose)


def _slotted(acts: list[Act]) -> list[Act]:
    """The acts with slots that grow in their order; those that they have, if these do."""
    if all(one.slot < other.slot for one, other in itertools.pairwise(acts)):
        return acts
    return [dataclasses.replace(act, slot=slot) for slot, act in enumerate(acts)]


def _bounded(act: Act, earliest: int, latest: int) -> Act:
    when = act.when
    if (when.earliest, when.latest) == (earliest, latest) or earliest > latest:
        return act
    tight: When = dataclasses.replace(when, earliest=earliest, latest=latest)
    if not when.text:  # the order alone dates it
        text = f"[{_open(earliest)}..{_open(latest)}]" if earliest < latest else day_text(latest)
        tight = dataclasses.replace(tight, text=text)
    return dataclasses.replace(act, when=tight)


def _open(day: int) -> str:
    """A bound of a set of days; nothing where it is not known."""
    return "" if day <= BEGINNING or day >= END_OF_TIME else day_text(day)


def _tighten(
    acts: Sequence[Act],
    bounds: list[list[int]],
    links: Sequence[tuple[int, int, int | None, Order]],
) -> list[Problem]:
    """Narrow `bounds` by every link to a fixpoint; a link that empties one is a problem."""
    problems: dict[Order, Problem] = {}
    # In a network without contradictions every bound is settled after as many rounds as acts.
    for last_round in [False] * len(acts) + [True]:
        changed: list[tuple[int, int, Order]] = []
        for first, second, days, order in links:
            gap = days or 0
            low, high = bounds[first], bounds[second]
            before = (*low, *high)
            high[0] = max(high[0], low[0] + gap)
            low[1] = min(low[1], high[1] - gap)
            if days is not None:
                high[1] = min(high[1], low[1] + gap)
                low[0] = max(low[0], high[0] - gap)
            if low[0] > low[1] or high[0] > high[1]:
                low[:], high[:] = before[:2], before[2:]
                problems.setdefault(order, _contradiction(acts[first], acts[second], order))
            elif before != (*low, *high):
                changed.append((first, second, order))
        if not changed:
            break
        if last_round:
            first, second, order = changed[0]
            problems.setdefault(order, _contradiction(acts[first], acts[second], order))
    return list(problems.values())


def _contradiction(first: Act, second: Act, order: Order) -> Problem:
    one, other = f"“{first.id}” ({_days(first.when)})", f"“{second.id}” ({_days(second.when)})"
    said = f"{one} cannot come before {other}"
    if order.days is not None:
        said = f"{one} cannot come {order.days} days before {other}"
    return Problem(order.spot, said, "mend one of the dates, or the order")


def _days(when: When) -> str:
    if when.earliest == when.latest:
        return day_text(when.earliest)
    if when.earliest <= BEGINNING or when.latest >= END_OF_TIME:
        return when.text or "undated"
    return f"{day_text(when.earliest)} to {day_text(when.latest)}"


def _written(
    count: int, links: Sequence[tuple[int, int, int | None, Order]]
) -> tuple[list[int], list[list[int]]]:
    """Places in their order (as given, but never against a link), and rings of orders."""
    following: dict[int, list[int]] = {}
    waiting = [0] * count
    for first, second, _, _ in links:
        following.setdefault(first, []).append(second)
        waiting[second] += 1
    ready = [n for n in range(count) if not waiting[n]]
    line: list[int] = []
    while ready:
        n = heapq.heappop(ready)
        line.append(n)
        for follower in following.get(n, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, follower)
    placed = set(line)
    stuck = [n for n in range(count) if n not in placed]
    return line + stuck, [ring for n in stuck if (ring := _ring(n, following))]


def _ring(start: int, following: Mapping[int, Sequence[int]]) -> list[int]:
    """A way from an act along the orders back to it, itself first; nothing if there is none."""
    came: dict[int, int] = {}
    ahead = [start]
    while ahead:
        n = ahead.pop(0)
        for follower in following.get(n, ()):
            if follower == start:
                way = [n]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if follower not in came:
                came[follower] = n
                ahead.append(follower)
    return []


def _round(acts: Sequence[Act], ring: Sequence[int]) -> str:
    """What is wrong with a ring of orders."""
    names = [f"“{acts[n].id}”" for n in (*ring, ring[0])]
    steps = ", ".join(f"{one} before {other}" for one, other in itertools.pairwise(names))
    return f"an act stands before itself: {steps}"
