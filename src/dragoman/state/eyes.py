"""A world as someone could see it: through a power's eyes, or by some accounts and not by others.

A secret act is seen by those who took part in it, by those to whom it was known, and by everyone
once it is out. What cannot be seen is left out, and the rest is put through the same law.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dragoman.chronicle.acts import Act, rivals_of
from dragoman.problem import NotFound, nearest
from dragoman.state.answers import ActRow, Table
from dragoman.state.archive import Archive
from dragoman.state.intervals import intervals_on
from dragoman.state.proof import Proof
from dragoman.state.variant import world_of
from dragoman.state.view import View
from dragoman.when import END_OF_TIME, Day, day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.world import World

#: Roles of those who are spoken of or suffer an act, and need not know of it.
_SPOKEN_OF = ("against", "on", "of", "over", "for", "among", "in", "territory", "subject")


#: So many worlds as eyes have seen them are kept, the last asked for.
_REMEMBERED = 24


@dataclass(frozen=True, slots=True)
class Secret:
    """A fact that stood on a day, begun by an act of which not all knew then.

    `known_to` are the names of those who took part in the act or knew of it. So far as is told,
    everyone else did not, until it was `disclosed` (an EDTF date, empty if the chronicle tells of
    none): among them the powers of `kept_from`, those first that act most within a year of the day.
    """

    says: str
    known_to: tuple[str, ...]
    kept_from: tuple[str, ...]
    since: str
    disclosed: str
    sure: bool
    fact: str
    act: str
    what: str
    cites: tuple[str, ...]


class Eyes:
    """A world as `viewer` could see it, if there is one, and by chosen accounts.

    Of acts that are told on someone's word, only those `according_to` one of the believed count
    (all, if none is named), and none that rest on the word of those excepted alone.
    """

    def __init__(
        self,
        world: World,
        viewer: str = "",
        according_to: Sequence[str] = (),
        excepting: Sequence[str] = (),
    ) -> None:
        find = world.registers.find
        self.world = world
        self.viewer = find(viewer, "actor").id if viewer else ""
        self.according_to = _witnesses(world, according_to)
        self.excepting = _witnesses(world, excepting)
        self._circle = _circle(world, self.viewer) if viewer else frozenset[str]()

    def on(self, day: str | datetime.date, certain: bool | None = None) -> View:
        """What stood at the end of a day, so far as could be known by then."""
        when = self.world.day(day)
        return View(self.by(when), when, certain, self.says())

    def why(self, fact: str, on: str | datetime.date) -> Proof:
        """The proof that a fact stood on a day, from the acts that could be seen by then."""
        return self.on(on).why(fact)

    def acts(self, on: str | datetime.date, **wanted: Any) -> Table[ActRow]:
        """The acts that were done and could be seen by the end of a day; see `World.acts`."""
        when = self.world.day(on)
        found = self.by(when).acts(until=day_text(when), **wanted)
        title = f"{found.title} by {in_words(read(day_text(when)))}, {self.says()}"
        return Table(ActRow, found, title, found.shown)

    def by(self, day: Day) -> World:
        """The world of what could be seen by the end of a day."""
        acts = list(self.seen(day))
        key = (self.viewer and day, frozenset(act.id for act in acts), self.according_to)
        known = self.world.variants
        known[key] = known.pop(key) if key in known else world_of(self.world, acts)
        while len(known) > _REMEMBERED:
            del known[next(iter(known))]
        return known[key]

    def seen(self, day: Day) -> Iterator[Act]:
        """The acts that could be seen by the end of a day, and that the accounts allow.

        What lay ahead could not; what may have been by then could.
        """
        known = [act for act in self.world.told if self.knows_of(act, day)]
        disbelieved = self._disbelieved(known)
        for act in known:
            if act.id in disbelieved:
                continue
            told, when = set(act.according_to), act.when
            if self.viewer and when.until is not None and when.until[0] > day:
                goes_on = (END_OF_TIME, END_OF_TIME)
                act = replace(act, when=replace(when, until=goes_on))
            if told and told <= set(self.excepting):
                continue
            if told and self.according_to:
                if told.isdisjoint(self.according_to):
                    continue
                if act.certainty == "disputed":  # it is not, for those who believe it
                    act = replace(act, certainty="stated")
            yield act

    def knows_of(self, act: Act, day: Day) -> bool:
        """Whether the viewer, if there is one, could know that an act was done by then."""
        return not self.viewer or (act.when.earliest <= day and self.sees(act, day))

    def _disbelieved(self, known: Sequence[Act]) -> set[str]:
        """The acts that contradict what is told by one of those who are believed."""
        believed = {a.id for a in known if not set(self.according_to).isdisjoint(a.according_to)}
        rivals = rivals_of(known)
        return {rival for id in believed for rival in rivals.get(id, ())} - believed

    def sees(self, act: Act, day: Day) -> bool:
        """Whether the viewer could know of an act by the end of a day."""
        if not act.secret or (act.disclosed is not None and act.disclosed.latest <= day):
            return True
        return self.knows(knowers(self.world, act))

    def knows(self, knowing: Set[str]) -> bool:
        """Whether the viewer shares the knowledge of one of those who know."""
        return not self._circle.isdisjoint(knowing)

    def says(self) -> str:
        """Through whose eyes, and by which accounts, in words."""
        name = self.world.name
        parts = [f"through the eyes of {name(self.viewer)}"] if self.viewer else []
        if self.according_to:
            parts.append(f"according to {', '.join(map(name, self.according_to))}")
        if self.excepting:
            parts.append(f"without the word of {', '.join(map(name, self.excepting))}")
        return ", ".join(parts)


def knowers(archive: Archive, act: Act) -> set[str]:
    """Who took part in an act, members of groups included, and to whom it was known."""
    registers = archive.registers
    found = {
        value
        for role, values in act.roles.items()
        if role not in _SPOKEN_OF
        for value in values
        if registers.is_a(value, "actor")
    }
    found.update(act.known_to)
    for id in list(found):
        entity = registers.get(id)
        found.update(entity.facts.get("members", ()) if entity else ())
    return found


def secrets(
    world: World, view: View, about: str | None = None, kept_from: str | None = None
) -> Table[Secret]:
    """What stood on a day, or may have, by acts that were then kept from some, or from someone."""
    acts = {act.id: act for act in world.told}
    powers = [Eyes(world, power) for power in _active(world, view.day)]
    someone = None if kept_from is None else Eyes(world, kept_from)
    chosen = view.all() if about is None else view.about(about)
    facts = {(row.fluent, row.args, row.value): row for row in chosen}
    found = []
    for interval in intervals_on(world.store, view.day):
        row = facts.get((interval.fluent, interval.args, interval.value))
        if row is None or not interval.secret_on(view.day) or row.act != interval.began_act:
            continue
        act = acts[row.act]
        knowing = knowers(world, act)
        if someone is not None and someone.knows(knowing):
            continue
        found.append(
            Secret(
                says=row.says,
                known_to=tuple(sorted(map(world.name, knowing))),
                kept_from=tuple(world.name(p.viewer) for p in powers if not p.knows(knowing)),
                since=row.since,
                disclosed=act.disclosed.text if act.disclosed else "",
                sure=row.sure,
                fact=row.fact,
                act=act.id,
                what=act.what,
                cites=row.cites,
            )
        )
    title = f"Secrets on {view.day_in_words}"
    if someone is not None:
        title = f"Kept from {world.name(someone.viewer)} on {view.day_in_words}"
    return Table(Secret, found, title, ("says", "known_to", "kept_from", "disclosed", "act"))


def _active(world: World, day: Day) -> list[str]:
    """The single powers that acts within a year of a day name, those first that most do."""
    rows = world.store.rows(
        """SELECT value FROM named JOIN act USING (n) WHERE latest >= ? AND earliest <= ?
        GROUP BY value ORDER BY count(*) DESC, value""",
        [day - 365, day + 365],
    )
    registers = world.registers
    return [
        value
        for (value,) in rows
        if registers.is_a(value, "power") and not registers[value].fact("members")
    ]


def _witnesses(world: World, names: Sequence[str]) -> tuple[str, ...]:
    """The ids of those on whose word acts are told. Raises NotFound."""
    if not names:
        return ()
    known = sorted({id for act in world.told for id in act.according_to})
    found = []
    for name in names:
        id = world.registers.find(name).id
        if id not in known:
            raise NotFound("account that acts rest on", name, nearest(id, known))
        found.append(id)
    return tuple(found)


def _circle(world: World, viewer: str) -> frozenset[str]:
    """Those whose knowledge a viewer shares, by what world.toml says of knowledge."""
    registers, rules = world.registers, world.source.settings.knowledge
    servants: dict[str, list[str]] = {}
    for id in registers:
        servants.setdefault(registers[id].fact("of") or "", []).append(id)
    found: set[str] = set()
    waiting = [viewer]
    while waiting:
        id = waiting.pop()
        if id in found:
            continue
        found.add(id)
        entity = registers.get(id)
        if rules["from-servants"]:
            waiting += servants.get(id, ())
        if rules["from-state"]:
            waiting += registers.parents(id)[1:]
        inherits = "states-inherit" if registers.is_a(id, "power") else "parties-inherit"
        if entity is not None and rules[inherits]:
            waiting += entity.facts.get("after", ())
    return frozenset(found)
