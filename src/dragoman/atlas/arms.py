"""The two arms towards a country: what a state did there, and what parties and internationals did.

An act is on the side of the bodies that do it. Where persons or groups do it, it is on the side on
which all stand whom it names, and if they do not all stand on one, on the side of its channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.atlas.lanes import LEVEL, Listed, Scale, by_year, clipped, stacked
from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.registers import Registers
from dragoman.problem import DragomanError, NotFound
from dragoman.state.answers import ActRow
from dragoman.state.world import World
from dragoman.when import Day

#: The classes of those who stand on each side, and the channels of its acts.
SIDES: Mapping[str, tuple[str, ...]] = {
    "state": ("power",),
    "party": ("party", "international", "union"),
}
CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(("state", "trade", "war", "relief"), "state"),
    "party": "party",
}
#: The facts of an entry that lead to what it belongs to.
LEADING = ("of", "country", "in")
#: So many levels of marks has a side; so many acts of each are shown, so many a year at once.
LEVELS, MOST, AT_ONCE = 14, 1_500, 8
#: So many countries may be chosen.
CHOICES = 200

COLUMNS = ("side", "date", "channel", "says", "certainty", "act", "cites")

Dated = tuple[ActRow, tuple[Day, Day]]


@dataclass(frozen=True, slots=True)
class Year:
    """The acts of a year, face to face."""

    year: str
    sides: tuple[Listed | None, Listed | None]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Every act that has a side towards some country, as SQL, with what it is given.

    Columns of the relation `sided`: n, side (`state` or `party`), and country, the id of a power.
    """

    sql: str
    given: tuple[Sequence[object], ...]


def country(asked: Asked) -> Page:
    """The two arms towards the country of the path. Raises NotFound, Ambiguous or DragomanError."""
    return _page(asked, asked.words["country"], ("of",))


def chosen(asked: Asked) -> Page:
    """The two arms towards the country of the query, or that with the most acts on both sides."""
    return _page(asked, asked.words.get("country", ""), ("country", "of"))


def _page(asked: Asked, name: str, words: Sequence[str]) -> Page:
    world, look = asked.world, asked.look
    registers = world.registers
    named = asked.words.get("of", "")
    state = registers.find(named, "power").id if named else _most_named(world)
    found = _sided(world, state)
    towards = registers.find(name, "power").id if name else _foremost(_acts(world, found, "")[0])
    if towards == state:
        raise DragomanError(
            f"The two arms are those of {world.name(state)}: choose another country for them."
        )
    counts, acts = _acts(world, found, towards)
    scale = Scale.of(world)
    above, crowded, levels = stacked(acts["state"], scale, LEVELS)
    below, crowded_below, levels_below = stacked(acts["party"], scale, LEVELS)
    floor = (levels + bool(crowded)) * LEVEL + 8
    counted = counts.get(towards, (0, 0))
    return Page(
        title=f"The two arms towards {world.name(towards)}",
        template="arms.html",
        shown={
            "country": registers[towards],
            "state": registers[state],
            "asked_of": named,
            "countries": _choices(asked, counts, towards, state),
            "scale": scale,
            "now": scale.x(look.number) if scale.shows(look.number) else None,
            "above": above,
            "crowded": crowded,
            "below": below,
            "crowded_below": crowded_below,
            "floor": floor,
            "depth": (levels_below + bool(crowded_below)) * LEVEL + 8,
            "years": _years(acts, scale),
            "counts": counted,
            "shown_acts": tuple(len(those) for those in acts.values()),
            "beyond": world.beyond(look.number),
        },
        rows=[_row(side, act) for side, those in acts.items() for act, _ in those],
        columns=COLUMNS,
        words=words,
    )


def _row(side: str, act: ActRow) -> dict[str, Any]:
    plain = {name: getattr(act, name) for name in ("date", "channel", "certainty", "cites")}
    return {"side": side, **plain, "says": act.what, "act": act.id}


def _most_named(world: World) -> str:
    """The power that acts name most. Raises NotFound where they name none."""
    registers = world.registers
    powers = [id for id, entity in registers.items() if entity.of_class == "power"]
    rows = world.store.rows(
        """SELECT value FROM named WHERE role <> 'place' AND value IN (SELECT unnest(?))
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1""",
        [powers],
    )
    if not rows:
        raise NotFound("power that an act names", "", [])
    return str(rows[0][0])


def _foremost(counts: Mapping[str, tuple[int, int]]) -> str:
    """The country with the most acts on both sides. Raises NotFound where there is none."""
    if not counts:
        raise NotFound("country towards which a power acted", "", [])
    return max(counts, key=lambda id: (min(counts[id]), sum(counts[id]), id))


def leading(registers: Registers) -> dict[str, frozenset[str]]:
    """For each entry the powers to which its facts lead, itself if it is one."""
    found: dict[str, frozenset[str]] = {}
    for id in registers:
        reached, waiting = {id}, [id]
        while waiting:
            facts = registers[waiting.pop()].facts
            further = {value for key in LEADING for value in facts.get(key, ())} - reached
            reached |= further
            waiting += further & registers.keys()
        found[id] = frozenset(one for one in reached if registers.is_a(one, "power"))
    return found


def side_of(registers: Registers, id: str) -> str:
    """The side on which an actor stands, by whom it is an organ or servant of; empty for none."""
    if not registers.is_a(id, "actor"):
        return ""
    classes = {registers[one].of_class for one in registers.parents(id) if one in registers}
    return next((side for side, wanted in SIDES.items() if classes & {*wanted}), "")


def _sided(world: World, state: str) -> _Sorted:
    """The acts by side and country; those of the state's side are those in which it has a part."""
    registers = world.registers
    led = leading(registers)
    owners = {state, *(id for id, e in registers.items() if state in e.facts.get("after", ()))}
    sides = [(id, side) for id in registers if (side := side_of(registers, id))]
    bodies = [id for id, _ in sides if registers[id].of_class not in ("person", "group")]
    members = [(id, power) for id, powers in led.items() for power in powers - owners]
    own = [id for id, powers in led.items() if powers & owners and registers.is_a(id, "actor")]
    doers = [
        (name, role)
        for name, kind in world.catalogue.kinds.items()
        if (role := next(iter(kind.roles), ""))
    ]
    return _Sorted(
        _SIDED,
        (
            *(column(sides, 0), column(sides, 1), bodies),
            *(column(members, 0), column(members, 1), own),
            *(column(doers, 0), column(doers, 1), list(CHANNELS), list(CHANNELS.values())),
        ),
    )


def column(rows: Iterable[tuple[str, str]], n: int) -> list[str]:
    """One of the two columns of the rows."""
    return [row[n] for row in rows]


_SIDED = """
WITH standing AS (SELECT unnest(?) AS value, unnest(?) AS side),
body AS (SELECT unnest(?) AS value),
member AS (SELECT unnest(?) AS value, unnest(?) AS country),
own AS (SELECT unnest(?) AS value),
doer AS (SELECT unnest(?) AS kind, unnest(?) AS role),
channel AS (SELECT unnest(?) AS channel, unnest(?) AS side),
judged AS (
  SELECT n,
    bool_or(named.role = doer.role AND body.value IS NOT NULL AND standing.side = 'party') AS party,
    bool_or(named.role = doer.role AND body.value IS NOT NULL AND standing.side = 'state') AS state,
    min(standing.side) AS one_side, max(standing.side) AS other_side,
    bool_or(own.value IS NOT NULL) AS own,
    any_value(channel.side) AS by_channel
  FROM named JOIN act USING (n)
    JOIN doer USING (kind) JOIN channel ON channel.channel = act.channel
    LEFT JOIN standing ON standing.value = named.value AND named.role <> 'place'
    LEFT JOIN body ON body.value = standing.value
    LEFT JOIN own ON own.value = named.value AND named.role <> 'place'
  GROUP BY n
),
decided AS (
  SELECT n, own, CASE
    WHEN party AND NOT coalesce(state, false) THEN 'party'
    WHEN state AND NOT coalesce(party, false) THEN 'state'
    WHEN one_side = other_side THEN one_side
    ELSE by_channel END AS side
  FROM judged
),
sided AS MATERIALIZED (
  SELECT DISTINCT n, side, country FROM decided JOIN named USING (n) JOIN member USING (value)
  WHERE side = 'party' OR own
)
"""


def _acts(
    world: World, found: _Sorted, country: str
) -> tuple[dict[str, tuple[int, int]], dict[str, list[Dated]]]:
    """How many acts each side has towards each country; and the first of each towards this one.

    The acts come with their first and last days.
    """
    rows = world.store.rows(
        f"""{found.sql}
        SELECT '' AS id, country, '' AS side, count(*) FILTER (side = 'state') AS one,
            count(*) FILTER (side = 'party') AS other FROM sided GROUP BY country
        UNION ALL SELECT * FROM (
            SELECT act.id, country, side, act.earliest, coalesce(act.last, act.latest)
            FROM sided JOIN act USING (n) WHERE country = ?
            QUALIFY row_number() OVER (PARTITION BY side ORDER BY act.earliest, n) <= ?
        )""",
        [*found.given, country, MOST],
    )
    counts = {of: (one, other) for id, of, _, one, other in rows if not id}
    days = {id: (side, (one, other)) for id, _, side, one, other in rows if id}
    acts: dict[str, list[Dated]] = {side: [] for side in SIDES}
    for act in world.acts_with(days):
        side, of_act = days[act.id]
        acts[side].append((act, of_act))
    return counts, acts


def _years(acts: Mapping[str, Sequence[Dated]], scale: Scale) -> list[Year]:
    """The acts of both sides, year by year."""
    state, party = (by_year(acts[side], scale, AT_ONCE) for side in SIDES)
    both = [(state.get(year), party.get(year)) for year in sorted({*state, *party})]
    return [Year(next(one.year for one in sides if one), sides) for sides in both]


def _choices(
    asked: Asked, counts: Mapping[str, tuple[int, int]], *always: str
) -> list[tuple[str, str, int, int]]:
    """The countries to choose from, by name: id, name, and the acts of each side."""
    towards, state = always
    most = sorted(counts, key=lambda id: (-sum(counts[id]), id))[:CHOICES]
    ids = {*most, towards} - {state}
    named = ((id, clipped(asked.world.name(id), 80), *counts.get(id, (0, 0))) for id in ids)
    return sorted(named, key=lambda one: (one[1], one[0]))


VIEWS: Mapping[str, View] = {"/arms": chosen, "/arms/{country}": country}
