"""The map as data: towns, powers at their seats, and what stood between powers on the day.

Nothing here has borders, for a chronicle tells of none: a power stands in the town of its
government (`seat`), a group stands for its members, an organ or servant where its power does.
What has no such place is told as well, as not on the map.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.registers import Entity, Registers
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, intervals_on
from dragoman.state.world import World
from dragoman.when import Day

#: The layers of the map, in the order of the legend: name and title.
LAYERS: Mapping[str, str] = {
    "war": "War, armistice, blockade",
    "relations": "Relations and missions",
    "treaty": "Treaties in force",
    "talks": "Talks",
    "commerce": "Trade",
    "recognition": "Recognition",
}
#: On which layer a fluent is drawn, by law and fluent. Its first two arguments are the ends.
DRAWN: Mapping[tuple[str, str], str] = {
    ("war", "war"): "war",
    ("war", "fighting"): "war",
    ("war", "armistice"): "war",
    ("war", "blockade"): "war",
    ("war", "intervention"): "war",
    ("relations", "relations"): "relations",
    ("relations", "mission"): "relations",
    ("treaties", "bound"): "treaty",
    ("talks", "talks"): "talks",
    ("trade", "trade_agreement"): "commerce",
    ("trade", "trade_delegation"): "commerce",
    ("recognition", "recognition"): "recognition",
}
#: A fluent that ties each party to a thing, and the one that tells of the thing itself.
_BINDING, _FORCE = "bound", "in_force"
#: What tells who holds a place; what is held by force counts before what is held by right.
HELD: tuple[tuple[str, str], ...] = (("territory", "occupied"), ("territory", "belongs"))

#: At most so many arcs, so many places, and so many facts that are not on the map.
ARCS, PLACES, REST = 1_500, 1_000, 300
#: The length to which sentences and names are cut.
_LONG = 160

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fact between two ends, by their ids: on which layer, its sentence, how sure it is.

    It runs from the first end to the other unless it is `mutual`.
    """

    layer: str
    ends: tuple[str, str]
    says: str
    fact: str
    sure: bool
    secret: bool
    mutual: bool


@dataclass(slots=True)
class Chart:
    """The marks on the map, as rows, while they are gathered. `spots` are degrees (lon, lat)."""

    registers: Registers
    arcs: list[dict[str, object]] = field(default_factory=list)
    rest: list[dict[str, object]] = field(default_factory=list)
    spots: dict[str, Spot] = field(default_factory=dict)
    today: Counter[str] = field(default_factory=Counter)
    more: int = 0

    def draw(self, drawn: Drawn) -> None:
        """Add the arcs of a fact: one between each two places that stand for its ends."""
        told: dict[str, object] = {
            "layer": drawn.layer,
            "says": drawn.says,
            "fact": drawn.fact,
            "sure": drawn.sure,
            "secret": drawn.secret,
        }
        ones, others = (list(standing(self.registers, end)) for end in drawn.ends)
        pairs = [(a, b) for a, b in itertools.product(ones, others) if a[1] != b[1]]
        if not pairs:
            self.rest.append({"sort": "rest", **told})
        for (one, spot, group), (other, other_spot, other_group) in pairs:
            if len(self.arcs) >= ARCS:
                self.more += 1
                continue
            self.spots[one], self.spots[other] = spot, other_spot
            ends = {"from": one, "to": other, "mutual": drawn.mutual}
            self.arcs.append({"sort": "arc", **told, **ends, "of": group or other_group})


def standing(registers: Registers, id: str) -> Iterator[tuple[str, Spot, str]]:
    """What stands for an actor or place on the map: its id, its spot, and of what group it is.

    A power stands at its seat, a group at the seat of each of its members, an organ or servant
    where his power does; nothing is given where no place is known.
    """
    for parent in registers.parents(id):
        entity = registers.get(parent)
        if entity is None:
            continue
        spot = _at(registers, entity)
        if spot is not None:
            yield parent, spot, ""
            return
        members = entity.facts.get("members", ())
        if members:
            for member in members:
                known = registers.get(member)
                spot = _at(registers, known) if known else None
                if spot is not None:
                    yield member, spot, entity.name
            return


def _at(registers: Registers, entity: Entity) -> Spot | None:
    """Where a place lies or a power sits, if that is known."""
    seat = registers.get(entity.fact("seat") or "")
    return _spot(seat or entity)


def _spot(entity: Entity) -> Spot | None:
    """The spot of a place, as longitude and latitude in degrees."""
    try:
        lon, lat = float(entity.fact("lon") or "nan"), float(entity.fact("lat") or "nan")
    except ValueError:
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def chart(asked: Asked) -> Page:
    """The map of the day."""
    world, look = asked.world, asked.look
    made = Chart(world.registers)
    for drawn in drawn_on(world, look.number):
        made.draw(drawn)
    places = list(_places(world, made, look.number, look.day))
    powers = [
        {"sort": "power", **_mark(world, id, spot), "today": id in made.today}
        for id, spot in made.spots.items()
        if world.registers.is_a(id, "power")
    ]
    layers = [{"sort": "layer", "id": id, "name": name} for id, name in LAYERS.items()]
    unshown = made.more + max(0, len(made.rest) - REST)
    return Page(
        title=f"The map: {look.in_words}",
        template="map.html",
        shown={"layers": _by_layer(made), "rest": made.rest[:REST], "unshown": unshown},
        rows=[*layers, *places, *powers, *made.arcs, *made.rest[:REST]],
        columns=(
            *("sort", "id", "name", "lon", "lat", "layer", "from", "to", "of"),
            *("says", "sure", "secret", "fact"),
        ),
    )


def drawn_on(world: World, day: Day) -> Iterator[Drawn]:
    """The facts of a day that have two ends, by layer, in the order of their beginnings."""
    layers = {
        fluent: DRAWN[law.law, fluent]
        for fluent, law in world.fluents.items()
        if (law.law, fluent) in DRAWN and len(law.types) > 1
    }
    force = [_FORCE] if _BINDING in layers and _FORCE in world.fluents else []
    intervals = intervals_on(world.store, day, [*layers, *force])
    in_force = {i.args: i for i in intervals if i.fluent == _FORCE}
    parties: dict[str, list[Interval]] = {}
    for interval in intervals:
        if interval.fluent == _BINDING and interval.fluent in layers:
            parties.setdefault(interval.args[0], []).append(interval)
        elif interval.fluent in layers:
            ends = interval.args[0], interval.args[1]
            yield _drawn(world, layers[interval.fluent], ends, interval, [interval], day)
    for thing, bound in parties.items():
        for one, other in itertools.islice(itertools.combinations(bound, 2), ARCS):
            told = in_force.get((thing,), one)
            ends = one.args[1], other.args[1]
            yield _drawn(world, layers[_BINDING], ends, told, [told, one, other], day)


def _drawn(
    world: World,
    layer: str,
    ends: tuple[str, str],
    told: Interval,
    grounds: list[Interval],
    day: Day,
) -> Drawn:
    """A fact with its ends; it is as sure and as secret as the intervals on which it rests."""
    return Drawn(
        layer,
        ends,
        _cut(world.says(told.fluent, told.args, told.value)),
        str(Fact(told.fluent, told.args, told.value)),
        all(interval.surely_stands(day) for interval in grounds),
        any(interval.secret_on(day) for interval in grounds),
        len(grounds) > 1 or world.fluents[told.fluent].symmetric,
    )


def _places(world: World, made: Chart, day: Day, date: str) -> Iterator[dict[str, object]]:
    """The places that have a spot: who held them, and what happened there on the day."""
    happened: dict[str, list[str]] = {}
    for act in world.acts(since=date, until=date, surely=True):
        named = dict.fromkeys([act.place, *itertools.chain(*act.roles.values())])
        for id in named:
            if world.registers.is_a(id, "place"):
                happened.setdefault(id, []).append(_cut(act.what))
            elif world.registers.is_a(id, "power"):
                for power, spot, _ in standing(world.registers, id):
                    made.spots[power] = spot
                    made.today[power] += 1
    held: dict[str, Interval] = {}
    fluents = [name for law, name in HELD if name in world.fluents and _of(world, name) == law]
    found = intervals_on(world.store, day, fluents)
    for interval in sorted(found, key=lambda i: fluents.index(i.fluent), reverse=True):
        held[interval.args[0]] = interval
    towns = [(e, at) for e in world.registers.values() if (at := _spot(e)) is not None]
    towns.sort(key=lambda town: town[0].id not in happened and town[0].id not in held)
    for entity, at in towns[:PLACES]:
        row = {"sort": "place", **_mark(world, entity.id, at)}
        row["happened"] = happened.get(entity.id, [])[:6]
        holding = held.get(entity.id)
        if holding is not None:
            row["says"] = _cut(world.says(holding.fluent, holding.args, holding.value))
            row["fact"] = str(Fact(holding.fluent, holding.args, holding.value))
            row["sure"] = holding.surely_stands(day)
            row["secret"] = holding.secret_on(day)
        yield row


def _of(world: World, fluent: str) -> str:
    return world.fluents[fluent].law


def _mark(world: World, id: str, spot: Spot) -> dict[str, object]:
    return {"id": id, "name": _cut(world.name(id)), "lon": spot[0], "lat": spot[1]}


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _by_layer(made: Chart) -> list[tuple[str, list[Mapping[str, object]]]]:
    """The facts on the map once each, by the titles of their layers."""
    facts: dict[str, dict[object, Mapping[str, object]]] = {name: {} for name in LAYERS}
    for arc in made.arcs:
        facts[str(arc["layer"])].setdefault(arc["fact"], arc)
    return [(LAYERS[name], list(found.values())) for name, found in facts.items() if found]


VIEWS: Mapping[str, View] = {"/map": chart}
