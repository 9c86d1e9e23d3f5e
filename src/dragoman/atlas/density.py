"""How many acts fell in each week, by channel, for the strip under the date."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.catalogue import CHANNELS
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_text

#: At most so many stretches; where the time told is longer, each has more weeks.
MOST = 800
#: An act is counted if it is dated to within so many days.
WITHIN = 31

_WEEK = 7
_COUNTED = f"latest - earliest < {WITHIN}"


def density(asked: Asked) -> Page:
    """The acts of each week of the time told."""
    first, last = _told(asked.world)
    days = _WEEK * -(-(last - first + 1) // (_WEEK * MOST))
    rows = _counts(asked.world, first, last, days)
    [(vague,)] = asked.world.store.rows(f"SELECT count(*) FROM act WHERE NOT ({_COUNTED})")
    return Page(
        title="How many acts fell in each week",
        template="density.html",
        shown={"rows": rows, "vague": vague, "channels": CHANNELS, "weeks": days // _WEEK},
        rows=rows,
        columns=("first", "last", *CHANNELS),
    )


def _told(world: World) -> tuple[Day, Day]:
    """The first and last day of the weeks that the chronicle tells of."""
    first, last = world.source.settings.told
    if first <= BEGINNING or last >= END_OF_TIME:
        asked = f"SELECT min(earliest), max(latest) FROM act WHERE {_COUNTED}"
        [(earliest, latest)] = world.store.rows(asked)
        fallback = world.day(world.opens_on)
        first = first if first > BEGINNING else (earliest or fallback)
        last = last if last < END_OF_TIME else (latest or fallback)
    monday = first - (first - 1) % _WEEK
    return monday, max(last, monday)


def _counts(world: World, first: Day, last: Day, days: int) -> list[dict[str, object]]:
    """A row for each stretch of so many days: its first and last day, and acts by channel.

    An act whose day is not known to the day counts in each stretch by its share of the days on
    which it may fall.
    """
    stretches = range(first, last + 1, days)
    counts = [dict.fromkeys(CHANNELS, 0.0) for _ in stretches]
    found = world.store.rows(
        f"""SELECT (day - $first) // $days, channel, sum(share) FROM (
                SELECT channel, 1.0 / (latest - earliest + 1) AS share,
                       unnest(range(earliest, latest + 1)) AS day
                FROM act WHERE {_COUNTED} AND latest >= $first AND earliest <= $last)
            WHERE day BETWEEN $first AND $last GROUP BY 1, 2""",
        {"first": first, "last": last, "days": days},
    )
    for place, channel, number in found:
        if channel in counts[place]:
            counts[place][channel] = round(float(number), 2)
    return [
        {"first": day_text(start), "last": day_text(min(start + days - 1, last)), **count}
        for start, count in zip(stretches, counts, strict=True)
    ]


VIEWS: Mapping[str, View] = {"/density": density}
