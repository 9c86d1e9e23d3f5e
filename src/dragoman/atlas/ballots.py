"""Votes as diagrams: how a body divided on a question, by name and number, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dragoman.atlas.over_time import Stretch, stretches
from dragoman.atlas.scale import WIDTH
from dragoman.state.answers import ActRow
from dragoman.state.intervals import intervals_in
from dragoman.state.world import World
from dragoman.when import Day

#: At most so many acts of voting are looked at for one page, and so many names shown for a side.
MOST = 60
MOST_NAMES = 30

_SIDES = ("for", "abstaining", "against")
_KINDS = ("vote", "adopt", "reject_motion")
_NAMES = {"for": "ayes", "against": "noes", "abstaining": "abstainers"}
#: What the law of voting says of a question in a body.
_OUTCOMES = ("carried", "defeated")

#: A body, what it votes on, and the date.
_Question = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a vote: `for`, `abstaining` or `against`.

    `count` is its number (None where it is not told), `names` are ids of those told by name, `left`
    and `width` its part of the bar.
    """

    name: str
    count: int | None
    names: tuple[str, ...]
    left: float = 0.0
    width: float = 0.0

    @property
    def shown(self) -> str:
        """The number as it is shown: told, or those who are named."""
        return str(self.count) if self.count is not None else str(len(self.names) or "?")


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote of a body on a question.

    `said` is the outcome as told by the act (`adopted`, `voted down`), `outcome` what the law of
    voting derives of it. `acts` tell of it; `document` and `instrument` are what was voted on.
    `half` is where the half of the votes cast lies on the bar (None where numbers are wanting).
    """

    body: str
    subject: str
    date: str
    sides: tuple[Side, ...]
    said: str
    outcome: tuple[Stretch, ...]
    turned: int
    acts: tuple[ActRow, ...]
    on: tuple[str, ...]
    half: float | None

    @property
    def counted(self) -> bool:
        """Whether there is anything to draw."""
        return any(side.width for side in self.sides)


def ballots(world: World, id: str, day: Day) -> list[Ballot]:
    """The votes in which an entity is the body, a voter or what was voted on, in order of time."""
    rows = world.store.rows(
        """SELECT id FROM act WHERE kind IN (SELECT unnest(?))
        AND n IN (SELECT n FROM named WHERE value = ?) ORDER BY earliest, n LIMIT ?""",
        [list(_KINDS), id, MOST],
    )
    return ballots_of(world, world.acts_with(act for (act,) in rows), day)


def ballots_of(world: World, acts: Sequence[ActRow], day: Day) -> list[Ballot]:
    """The votes of which these acts tell, with what other acts tell of the same votes.

    What acts tell of one question in one body on one date is one vote.
    """
    wanted = dict.fromkeys(question for act in acts for question in _questions(act))
    bodies = sorted({body for body, _, _ in wanted})
    rows = world.store.rows(
        """SELECT id FROM act WHERE kind IN (SELECT unnest(?)) AND n IN (
          SELECT n FROM named WHERE role IN ('by', 'in') AND value IN (SELECT unnest(?))
        ) ORDER BY earliest, n LIMIT ?""",
        [list(_KINDS), bodies, 10 * MOST],
    )
    told: dict[_Question, list[ActRow]] = {question: [] for question in wanted}
    for act in world.acts_with(id for (id,) in rows):
        for question in _questions(act):
            if question in told:
                told[question].append(act)
    law = _law(world, bodies, day)
    return [
        _ballot(question, acts, [s for s in law if s.args[:2] == question[:2]])
        for question, acts in told.items()
        if acts
    ]


def _questions(act: ActRow) -> Iterator[_Question]:
    """The questions of which an act tells how a body voted on them."""
    told = any(act.roles.get(role) for role in (*_SIDES, *_NAMES.values(), "side"))
    if told and act.kind in _KINDS:
        subject = (*act.roles.get("subject", ()), *act.roles.get("document", ()), "")[0]
        for body in act.roles.get("in") or act.roles.get("by", ()):
            yield body, subject, act.date


def _law(world: World, bodies: Sequence[str], day: Day) -> list[Stretch]:
    """What the law of voting makes of the votes of the bodies."""
    rows = world.store.rows(
        """SELECT rowid FROM span WHERE fluent IN (SELECT unnest(?)) AND len(possible) > 0
        AND list_has_any(args[:1], ?)""",
        [[*_OUTCOMES, "turned_by"], list(bodies)],
    )
    return stretches(world, intervals_in(world.store, [row for (row,) in rows]), day)


def _ballot(question: _Question, acts: Sequence[ActRow], law: Sequence[Stretch]) -> Ballot:
    body, subject, date = question
    counts = {side: _number(acts, side) for side in _SIDES}
    names = {side: _named(acts, side, body) for side in _NAMES}
    sizes = {side: float(counts[side] or len(names[side])) for side in _SIDES}
    total = sum(sizes.values())
    sides, left = [], 0.0
    for name, size in sizes.items():
        width = round(WIDTH * size / total, 1) if total and _drawn(counts, names) else 0.0
        sides.append(Side(name, counts[name], names[name], round(left, 1), width))
        left += width
    ids = {act.id for act in acts}
    own = [one for one in law if one.began in ids]
    cast = sizes["for"] + sizes["against"]
    kinds = {act.kind for act in acts}
    return Ballot(
        body=body,
        subject=subject,
        date=date,
        sides=tuple(sides),
        said="adopted" if "adopt" in kinds else "voted down" if "reject_motion" in kinds else "",
        outcome=tuple(one for one in own if one.fluent in _OUTCOMES),
        turned=sum(one.fluent == "turned_by" for one in own),
        acts=tuple(acts),
        on=tuple(
            dict.fromkeys(
                v
                for act in acts
                for role in ("document", "instrument")
                for v in act.roles.get(role, ())
            )
        ),
        half=round(WIDTH * cast / 2 / total, 1)
        if cast and sides[0].width + sides[2].width
        else None,
    )


def _drawn(counts: Mapping[str, int | None], names: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether both sides are told, by number or by name, so that their shares say something."""
    told = {side: counts[side] is not None or bool(names[side]) for side in counts}
    return told["for"] and told["against"]


def _number(acts: Sequence[ActRow], role: str) -> int | None:
    for act in acts:
        for text in act.roles.get(role, ()):
            if text.isascii() and text.isdigit() and len(text) < 10:
                return int(text)
    return None


def _named(acts: Sequence[ActRow], side: str, body: str) -> tuple[str, ...]:
    found: list[str] = []
    for act in acts:
        found += act.roles.get(_NAMES[side], ())
        if act.roles.get("side", ("",))[0] == side:
            found += (by for by in act.roles.get("by", ()) if by != body)
    return tuple(dict.fromkeys(found))
