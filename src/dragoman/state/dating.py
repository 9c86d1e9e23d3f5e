"""Why an act is dated as it is: what its date says, and what is known of its order adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.chronicle.acts import Act
from dragoman.problem import NotFound, nearest
from dragoman.state.intervals import date_words, iso_day
from dragoman.when import BEGINNING, END_OF_TIME

if TYPE_CHECKING:
    from dragoman.state.world import World


@dataclass(frozen=True, slots=True)
class Bound:
    """The first or last day on which an act may have been, and why not before it (or after it).

    `day` is an ISO date, empty if nothing bounds it. If the order of acts bounds it, `by` is the
    same bound of the other act.
    """

    act: str
    day: str
    because: str
    by: Bound | None = None

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The bound and what it follows from, further in at each step."""
        yield f"{'  ' * depth}{self.day or 'not known'}: {self.because}"
        if self.by is not None:
            yield from self.by.lines(depth + 1)


@dataclass(frozen=True, slots=True)
class Dating:
    """An act with its date (EDTF) and the two bounds of its first day."""

    act: str
    what: str
    date: str
    earliest: Bound
    latest: Bound

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The dating as lines to be read."""
        yield f"{self.what} ({self.act})"
        yield f"  {date_words(self.date)}"
        for side, bound in (("not before ", self.earliest), ("not after ", self.latest)):
            first, *rest = bound.lines(1)
            yield f"  {side}{first.strip()}"
            yield from (f"  {line}" for line in rest)


def dating(world: World, id: str) -> Dating:
    """Why an act is dated as it is. Raises NotFound."""
    acts = {act.id: act for act in world.told}
    if id not in acts:
        raise NotFound("act", id, nearest(id, acts))
    act = acts[id]
    links = _links(acts)
    earliest, latest = (_bound(acts, links, act, early, ()) for early in (True, False))
    return Dating(id, act.what, act.when.text, earliest, latest)


#: For each act the others that it is tied to: their id, the fewest and the most days from them on
#: to it (None: no limit), and how that is said.
_Links = dict[str, list[tuple[str, int | None, int | None, str]]]


def _links(acts: dict[str, Act]) -> _Links:
    links: _Links = {id: [] for id in acts}
    for act in acts.values():
        for order in act.orders:
            if order.act not in acts:
                continue
            first, second = (act.id, order.act) if order.before else (order.act, act.id)
            days, gap = order.days, order.days or 0
            some = "" if days is None else f"{days} days "
            most = None if days is None else days
            links[second].append((first, gap, most, f"{some}after"))
            links[first].append((second, None if most is None else -most, -gap, f"{some}before"))
    return links


def _bound(
    acts: dict[str, Act], links: _Links, act: Act, early: bool, seen: tuple[str, ...]
) -> Bound:
    """A bound of an act: by its date, and by an act tied to it that bounds it just so."""
    day = act.when.earliest if early else act.when.latest
    shown, dated = iso_day(day), f"so it is dated, {date_words(act.when.text)}"
    stated = act.stated is not None and day == act.stated[0 if early else 1]
    exact = act.stated is not None and act.stated[0] == act.stated[1]
    for id, fewest, most, how in () if exact else links[act.id]:
        other, gap = acts[id], fewest if early else most
        bound = other.when.earliest if early else other.when.latest
        if gap is not None and id not in seen and bound + gap == day:
            by = _bound(acts, links, other, early, (*seen, act.id))
            too = f"{dated}; " if stated else ""
            return Bound(act.id, shown, f"{too}{how} “{other.what}” ({id})", by)
    if day in (BEGINNING, END_OF_TIME):
        return Bound(act.id, "", "nothing bounds it")
    return Bound(act.id, shown, dated)
