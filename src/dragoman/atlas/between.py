"""Two powers on lanes over the years: what stood between them, and the acts that made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from dragoman.atlas.lanes import (
    LEVEL,
    ROW,
    TITLE,
    Bar,
    Crowd,
    Mark,
    Scale,
    Stretch,
    by_year,
    clipped,
    packed,
    stacked,
)
from dragoman.atlas.page import Asked, Page, View
from dragoman.problem import NotFound
from dragoman.state.answers import ActRow
from dragoman.state.bounds import DayRun
from dragoman.state.concerning import between, overlap
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, date_words, stretch, within
from dragoman.when import Day, day_text


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its name and title, and what belongs to it.

    The intervals of these `fluents` are drawn; those of other fluents of its `laws` are counted.
    An act lies on every lane where it turned something, broke a law or has one of the `subjects`;
    else on the lane that has its kind, or else its channel.
    """

    name: str
    title: str
    laws: tuple[str, ...] = ()
    fluents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


def _lane(name: str, title: str, **words: str) -> Lane:
    """A lane whose laws, fluents and so on are written as words with spaces between."""
    return Lane(name, title, **{key: tuple(said.split()) for key, said in words.items()})


#: What belongs to which lane. A law that stands here nowhere has a lane of its own; acts that
#: belong nowhere else lie on the last.
LANES = (
    _lane(
        "at-war",
        "War",
        laws="war blockade blockade-of-russia brest-litovsk territory",
        fluents="war fighting armistice blockade intervention joined_blockade asked_to_join "
        "occupied",
        channels="war",
    ),
    _lane(
        "talks",
        "Talks",
        laws="talks offers conferences voting german-channel",
        fluents="talks talks_broken sitting",
        kinds="open_talks resume_talks break_off_talks close_talks converse meet approach propose "
        "accept reject invite",
    ),
    _lane(
        "treaty",
        "Agreements",
        laws="treaties treaty-ladder decision-ladder eastern-treaties straits",
        fluents="drafted awaits_ratification in_force ratification_refused",
        kinds="draft sign ratify denounce annul enter_force allege_breach",
    ),
    _lane(
        "recognition",
        "Recognition",
        laws="recognition",
        fluents="recognition recognition_refused sole_government acts_upheld",
        kinds="recognise refuse_recognition withdraw_recognition",
    ),
    _lane(
        "relations",
        "Missions",
        laws="relations representation",
        fluents="relations relations_broken mission envoy sent",
        kinds="send_mission receive_mission recall_mission refuse_person expel",
    ),
    _lane(
        "commerce",
        "Trade",
        laws="trade concessions concessions-decree soviet-property-abroad",
        fluents="trade_agreement trade_delegation trade_banned goods_banned concession_offered "
        "concession_signed concession_held mixed_company",
        channels="trade",
    ),
    _lane(
        "claims",
        "Debts and claims",
        laws="claims claims-at-genoa",
        fluents="claim_raised owned_to liability_refused bound_to_pay waived",
        kinds="claim renounce repudiate offer_settlement",
    ),
    _lane(
        "propaganda",
        "Propaganda and charges",
        laws="propaganda-pledge",
        fluents="pledged_against_propaganda charge",
        kinds="agitate",
        subjects="propaganda agitation",
    ),
    _lane("words", "Notes and other acts"),
)
#: So many rows of bars and levels of marks has a lane.
ROWS, LEVELS = 12, 6
#: So many acts are shown; of each year so many at once, the others when asked for.
MOST, AT_ONCE = 1_500, 12
#: So many facts are taken, and so many of a lane listed.
FACTS, LISTED = 4_000, 300
COLUMNS = ("lane", "sort", "since", "until", "says", "possible", "certain", "fact", "act", "cites")
#: So many powers may be chosen.
CHOICES = 400


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lane as it is drawn, and as it is told.

    `undrawn` is the number of facts that are no bars, `floor` where the marks stand, `told` are
    all facts, `untold` how many more there are, `standing` those of the day.
    """

    lane: Lane
    bars: Sequence[Bar]
    marks: Sequence[Mark]
    crowds: Sequence[Crowd]
    acts: int
    undrawn: int
    floor: int
    height: int
    told: Sequence[Told]
    untold: int
    standing: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in a list: what it says, when, its proof, whether it is sure and was secret."""

    says: str
    when: str
    fact: str
    href: str
    proof: bool
    sure: bool
    secret: bool


@dataclass(slots=True)
class _Kept:
    """What lies on a lane while it is found: intervals with their days, acts with theirs."""

    facts: list[tuple[Interval, tuple[DayRun, ...]]] = field(default_factory=list)
    acts: list[tuple[ActRow, tuple[Day, Day]]] = field(default_factory=list)


def two(asked: Asked) -> Page:
    """The two powers of the path. Raises NotFound or Ambiguous, DragomanError if both are one."""
    return _page(asked, asked.words["one"], asked.words["other"], ())


def chosen(asked: Asked) -> Page:
    """The two powers of the query; where it names none, the two with the most acts between them."""
    one, other = asked.words.get("one", ""), asked.words.get("other", "")
    if not (one and other):
        one, other = _foremost(asked)
    return _page(asked, one, other, ("one", "other"))


def _foremost(asked: Asked) -> tuple[str, str]:
    """The two powers that the most acts name together."""
    powers = [id for id, entity in asked.world.registers.items() if entity.of_class == "power"]
    rows = asked.world.store.rows(
        """WITH power AS (
            SELECT DISTINCT n, value FROM named
            WHERE role <> 'place' AND value IN (SELECT unnest(?))
        )
        SELECT a.value, b.value FROM power a JOIN power b ON a.n = b.n AND a.value < b.value
        GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 1""",
        [powers],
    )
    if not rows:
        raise NotFound("two powers that an act names together", "", [])
    [(one, other)] = rows
    return one, other


def _page(asked: Asked, one: str, other: str, words: Sequence[str]) -> Page:
    world, look = asked.world, asked.look
    scale = Scale.of(world)
    found = between(world, one, other, MOST)
    kept = _kept(asked, found.stood[:FACTS], found.acts)
    lanes = [_drawn(asked, lane, kept[lane], scale) for lane in kept]
    names = found.first.name, found.second.name
    return Page(
        title=f"{names[0]} and {names[1]}",
        template="between.html",
        shown={
            "first": found.first,
            "second": found.second,
            "powers": _powers(asked, found.first.id, found.second.id),
            "scale": scale,
            "now": scale.x(look.number) if scale.shows(look.number) else None,
            "lanes": lanes,
            "years": by_year(found.acts, scale, AT_ONCE),
            "acts": len(found.acts),
            "count": found.count,
            "facts": min(len(found.stood), FACTS),
            "stood": len(found.stood),
            "standing": sum(len(drawn.standing) for drawn in lanes),
            "beyond": world.beyond(look.number),
        },
        rows=_rows(asked, kept),
        columns=COLUMNS,
        words=words,
    )


def _powers(asked: Asked, *always: str) -> list[tuple[str, str]]:
    """The powers to choose from, by name, with those chosen now."""
    registers = asked.whole.registers
    ids = [id for id, entity in registers.items() if entity.of_class == "power"][:CHOICES]
    named = ((id, clipped(registers[id].name, 80)) for id in {*ids, *always})
    return sorted(named, key=lambda one: (one[1], one[0]))


def _kept(
    asked: Asked,
    stood: Iterable[tuple[Interval, tuple[DayRun, ...]]],
    acts: Sequence[tuple[ActRow, tuple[Day, Day]]],
) -> dict[Lane, _Kept]:
    """What lies on each lane, in the order of the lanes; those without anything are left out."""
    world = asked.world
    titles = dict(world.store.rows("SELECT name, title FROM law"))
    by_fluent = {fluent: lane for lane in LANES for fluent in lane.fluents}
    by_law = {law: lane for lane in LANES for law in lane.laws}
    own = {law: Lane("law", clipped(title, 60), laws=(law,)) for law, title in titles.items()}
    *first, last = LANES
    kept = {lane: _Kept() for lane in (*first, *own.values(), last)}
    turned: dict[str, dict[Lane, None]] = {}
    for interval, days in stood:
        law = world.fluents[interval.fluent].law
        lane = by_fluent.get(interval.fluent) or by_law.get(law) or own[law]
        kept[lane].facts.append((interval, days))
        for turning in (interval.began_act, interval.ended_act):
            turned.setdefault(turning, {})[lane] = None
    for breach, law in _breaches(asked, [act.id for act, _ in acts]):
        turned.setdefault(breach, {})[by_law.get(law) or own[law]] = None
    by_kind = {kind: lane for lane in LANES for kind in lane.kinds}
    by_channel = {channel: lane for lane in LANES for channel in lane.channels}
    for act, of_act in acts:
        on = turned.get(act.id, {}) | {lane: None for lane in LANES if _speaks(act, lane)}
        if not on:
            on = {by_kind.get(act.kind) or by_channel.get(act.channel) or last: None}
        for lane in on:
            kept[lane].acts.append((act, of_act))
    return {lane: those for lane, those in kept.items() if those.facts or those.acts}


def _speaks(act: ActRow, lane: Lane) -> bool:
    """Whether the subject of an act is one of the lane's."""
    said = " ".join(act.roles.get("subject", ())).casefold() if lane.subjects else ""
    return any(subject in said for subject in lane.subjects)


def _breaches(asked: Asked, acts: Sequence[str]) -> list[tuple[str, str]]:
    """Those of the acts that a norm forbade, as (act, law)."""
    return asked.world.store.rows(
        """SELECT DISTINCT a.id, r.law
        FROM finding f JOIN moment m USING (seq) JOIN act a USING (n) JOIN rule r ON r.key = f.norm
        WHERE f.verdict = 'breach' AND a.id IN (SELECT unnest(?))""",
        [list(acts)],
    )


def _drawn(asked: Asked, lane: Lane, kept: _Kept, scale: Scale) -> Drawn:
    """A lane with its bars and marks in their places."""
    told = [_told(asked, *one, scale) for one in kept.facts]
    shown = [
        Stretch(fact.says, fact.when, fact.href, fact.proof, days, overlap(one.certain, days))
        for (one, days), fact in zip(kept.facts, told, strict=True)
        if not lane.fluents or one.fluent in lane.fluents
    ]
    bars, rows, left = packed(shown, scale, ROWS)
    marks, crowds, levels = stacked(kept.acts, scale, LEVELS)
    floor = rows * ROW + (levels + bool(crowds)) * LEVEL + 4
    now = asked.look.number
    return Drawn(
        lane=lane,
        bars=bars,
        marks=marks,
        crowds=crowds,
        acts=len(kept.acts),
        undrawn=len(told) - len(shown) + left,
        floor=floor,
        height=floor + 6,
        told=told[:LISTED],
        untold=max(0, len(told) - LISTED),
        standing=[
            fact for (_, days), fact in zip(kept.facts, told, strict=True) if within(days, now)
        ],
    )


def _told(asked: Asked, interval: Interval, days: tuple[DayRun, ...], scale: Scale) -> Told:
    """An interval, with the days on which it concerned both, as a fact in words."""
    world, look = asked.world, asked.look
    certain = overlap(interval.certain, days) or days
    inside = within(days, look.number)
    first = max(certain[0][0], scale.first)
    day = look if inside else look.on(day_text(first if within(certain, first) else certain[0][0]))
    fact = str(Fact(interval.fluent, interval.args, interval.value))
    # Through someone's eyes one sees what he knew on the day of the look, not on any other day:
    # for what stood at other times the act must do.
    proof = inside or not look.partial or not interval.began_act
    why = f"/why{day.query(fact=fact)}"
    return Told(
        says=clipped(world.says(interval.fluent, interval.args, interval.value), TITLE),
        when=_when(interval),
        fact=fact,
        href=why if proof else f"/show/{quote(interval.began_act, safe='')}{look.query()}",
        proof=proof,
        sure=interval.surely_stands(look.number) and not world.beyond(look.number),
        secret=interval.secret_on(look.number),
    )


def _when(interval: Interval) -> str:
    """From when to when an interval ran, by the dates of its acts."""
    since, until = date_words(interval.since), date_words(interval.until)
    ends = f"until {until}" if until else ""
    return ", ".join(filter(None, (f"from {since}" if since else "", ends))) or "at all times"


def _rows(asked: Asked, kept: Mapping[Lane, _Kept]) -> list[dict[str, Any]]:
    """What stood and what was done, lane by lane, as data."""
    rows: list[dict[str, Any]] = []
    for lane, those in kept.items():
        for interval, days in those.facts:
            rows.append(
                {
                    "lane": lane.title,
                    "sort": "fact",
                    "since": interval.since,
                    "until": interval.until,
                    "says": asked.world.says(interval.fluent, interval.args, interval.value),
                    "possible": tuple(map(stretch, days)),
                    "certain": tuple(map(stretch, overlap(interval.certain, days))),
                    "fact": str(Fact(interval.fluent, interval.args, interval.value)),
                    "act": interval.began_act,
                }
            )
        for act, _ in those.acts:
            told = {"says": act.what, "act": act.id, "channel": act.channel, "cites": act.cites}
            rows.append({"lane": lane.title, "sort": "act", "since": act.date, **told})
    return rows


VIEWS: Mapping[str, View] = {"/between": chosen, "/between/{one}/{other}": two}
