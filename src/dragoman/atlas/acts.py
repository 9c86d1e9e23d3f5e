"""An act as a dossier: what it turned, why it is dated so, what norms say of it, who knew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.atlas.ballots import Ballot, ballots_of
from dragoman.atlas.over_time import Stretch, stretches
from dragoman.state.answers import ActRow, FindingRow
from dragoman.state.dating import Dating
from dragoman.state.grounds import Ground, Grounds
from dragoman.state.intervals import intervals_turned
from dragoman.state.world import World
from dragoman.when import BEGINNING, Day, day_text, read

#: At most so many facts begun or ended, findings, and values of one role are shown.
MOST_FACTS = 60
MOST_FINDINGS = 20
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Tie:
    """How an act stands to another in time: `after` or `before`, by so many days if told."""

    side: str
    act: ActRow
    days: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with what it rests on; `days` are those on which that can be proved, in order."""

    row: FindingRow
    grounds: Grounds
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """All that is told of an act.

    `day` is the first on which it may have been (ISO, empty if nothing bounds it).
    `began` and `ended` are the facts that it turned, `turned` how many there are; `known_to` are
    the ids of those who knew of a secret, `disclosed` is the date (EDTF) on which it came out.
    `data` are further things told of it, by name.
    """

    act: ActRow
    label: str
    day: str
    dating: Dating | None
    ties: tuple[Tie, ...]
    began: tuple[Stretch, ...]
    ended: tuple[Stretch, ...]
    turned: int
    findings: tuple[Judged, ...]
    findings_left: int
    known_to: tuple[str, ...]
    disclosed: str
    rivals: tuple[ActRow, ...]
    ballots: tuple[Ballot, ...]
    data: tuple[tuple[str, str], ...]


def deed(world: World, id: str, day: Day) -> Deed:
    """All that is told of the act with this id. Raises NotFound."""
    act = world.act(id)
    asked = """SELECT data, known_to, disclosed, orders, earliest, latest, stated_from, contradicts
    FROM act WHERE id = ?"""
    [row] = world.store.rows(asked, [id])
    data, known_to, disclosed, orders, earliest, latest, stated, contradicts = row
    turned = [one for one in intervals_turned(world.store, [id]) if one.days]
    turned.sort(key=lambda one: one.began_latest)
    shown = stretches(world, turned[: 2 * MOST_FACTS], day)
    found = [row for row in world.findings() if id in (row.act, row.answer)]
    judged = found[:MOST_FINDINGS]
    grounds = world.grounds(*judged) if judged else []
    contrary = "SELECT id FROM act WHERE list_contains(contradicts, ?)"
    rivals = {*contradicts, *(other for (other,) in world.store.rows(contrary, [id]))}
    ordered = [(side, other, days) for side, other, days in json.loads(orders)]
    others = {one.id: one for one in world.acts_with(other for _, other, _ in ordered)}
    inexact = earliest != latest or stated is None
    return Deed(
        act=act,
        label=world.catalogue.kinds[act.kind].label,
        day=day_text(earliest) if earliest > BEGINNING else "",
        dating=world.dating(id) if inexact or ordered else None,
        ties=tuple(Tie(side, others[o], days) for side, o, days in ordered if o in others),
        began=tuple(one for one in shown if one.began == id)[:MOST_FACTS],
        ended=tuple(one for one in shown if one.ended == id)[:MOST_FACTS],
        turned=len(turned),
        findings=tuple(
            Judged(one, rests_on, tuple(_provable(ground, earliest) for ground in rests_on.stood))
            for one, rests_on in zip(judged, grounds, strict=True)
        ),
        findings_left=len(found) - len(judged),
        known_to=tuple(known_to),
        disclosed=disclosed or "",
        rivals=tuple(world.acts_with(rivals)),
        ballots=tuple(ballots_of(world, [act], day)),
        data=tuple((key, _told(value)) for key, value in json.loads(data).items()),
    )


def _provable(ground: Ground, earliest: Day) -> str:
    """A day on which what an act found before it can be proved: its eve, or when that began."""
    since = read(ground.since).latest if ground.since else BEGINNING
    return day_text(max(since, earliest - 1, BEGINNING + 1))


def roles_of(act: ActRow) -> Sequence[tuple[str, Sequence[str], int]]:
    """The roles of an act with the values that are shown, and how many are not."""
    return [
        (role.replace("-", " "), values[:MOST_VALUES], max(len(values) - MOST_VALUES, 0))
        for role, values in act.roles.items()
    ]


def _told(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
