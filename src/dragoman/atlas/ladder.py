"""The ladder of an instrument: the steps by which each party made and unmade it, by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dragoman.atlas.over_time import Stretch, stretches
from dragoman.chronicle.registers import Entity
from dragoman.state.answers import ActRow
from dragoman.state.intervals import intervals_naming
from dragoman.state.world import World
from dragoman.when import Day

#: At most so many parties are drawn, and so many acts of an instrument looked at.
MOST_PARTIES = 24
_MOST_ACTS = 400

#: The steps in their order: title, and the kinds of act that take it or refuse it.
_STEPS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Talks", {"open_talks": "opened"}),
    ("Draft", {"draft": "drawn up"}),
    ("Initials", {"initial": "initialled"}),
    ("Signature", {"sign": "signed", "leave_unsigned": "left unsigned"}),
    ("Accession", {"accede": "acceded"}),
    ("Approval", {"approve": "approved"}),
    (
        "Ratification",
        {
            "ratify": "ratified",
            "refuse_ratification": "refused",
            "fail_to_ratify": "left undone",
        },
    ),
    ("Exchange", {"exchange_ratifications": "exchanged"}),
    ("In force", {"enter_force": "put into force"}),
    (
        "End",
        {
            "denounce": "denounced",
            "annul": "annulled",
            "lapse": "lapsed",
            "not_recognise_instrument": "held void",
        },
    ),
)
#: Of these the ladder tells only what the parties themselves did.
_OF_PARTIES = ("open_talks", "draft", "leave_unsigned", "approve")
_NOT_TAKEN = ("leave_unsigned", "refuse_ratification", "fail_to_ratify")
#: Who takes the step, by the roles of an act; without any it is taken by all parties at once.
_BY = ("parties", "by")


@dataclass(frozen=True, slots=True)
class Done:
    """A step in a word: when (EDTF), and until when where that is told, by which act.

    `fact` with a `day` is where its proof is asked, where the law derived it. `how` is `taken`,
    `refused` or `ended`; it is not `sure` where dates leave open whether it ever came.
    """

    word: str
    date: str
    until: str
    act: str
    what: str
    how: str
    fact: str = ""
    day: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """What one party did at one step; `open` tells why nothing is there, if that says something."""

    done: tuple[Done, ...]
    open: str = ""

    @property
    def how(self) -> str:
        """What came of it in the end: taken, if it ever was."""
        ways = [one.how for one in self.done]
        return "taken" if "taken" in ways else ways[-1] if ways else "open"


@dataclass(frozen=True, slots=True)
class Track:
    """One party with its rungs; `reached` is the place of the last one it took (-1: none)."""

    party: str
    rungs: tuple[Rung, ...]

    @property
    def reached(self) -> int:
        """The place of the last rung that the party took."""
        taken = (n for n, r in enumerate(self.rungs) if any(d.how == "taken" for d in r.done))
        return max(taken, default=-1)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of an instrument by party; `left_out` is how many parties are not drawn."""

    steps: tuple[str, ...]
    tracks: tuple[Track, ...]
    left_out: int


def ladder(world: World, entity: Entity, day: Day) -> Ladder:
    """The ladder of an instrument."""
    rows = world.store.rows(
        """SELECT id FROM act WHERE n IN (SELECT n FROM named WHERE value = ?)
        AND kind IN (SELECT unnest(?)) ORDER BY earliest, n LIMIT ?""",
        [entity.id, [kind for _, kinds in _STEPS for kind in kinds], _MOST_ACTS],
    )
    acts = world.acts_with(id for (id,) in rows)
    found = [one for one in intervals_naming(world.store, [entity.id]) if one.days]
    stood = stretches(world, (one for one in found if one.args[0] == entity.id), day)
    own = list(entity.facts.get("parties", ()))
    done: dict[tuple[str, str], list[Done]] = {}
    for title, kinds in _STEPS:
        for act in acts:
            if act.kind in kinds:
                for party in _takers(world, act, own):
                    done.setdefault((party, title), []).append(_done(act, kinds[act.kind]))
    parties = list(dict.fromkeys([*own, *(party for party, _ in done if party)]))
    for (party, title), common in list(done.items()):
        if not party:
            for each in parties:
                done.setdefault((each, title), []).extend(common)
    for party, binding in _binding(stood).items():
        done[party, "In force"] = binding
        parties += [] if party in parties else [party]
    awaiting = {one.args[1]: one for one in stood if one.fluent == "awaits_ratification"}
    always = ("Signature", "In force", *(("Ratification",) if awaiting else ()))
    titles = [t for t, _ in _STEPS if t in always or any((p, t) in done for p in parties)]
    tracks = tuple(
        Track(
            party,
            tuple(
                Rung(tuple(done.get((party, t), ())), _open(t, party, entity, awaiting, done))
                for t in titles
            ),
        )
        for party in parties[:MOST_PARTIES]
    )
    return Ladder(tuple(titles), tracks, max(len(parties) - MOST_PARTIES, 0))


def _done(act: ActRow, word: str) -> Done:
    how = "refused" if act.kind in _NOT_TAKEN else "taken"
    ended = act.kind in dict(_STEPS)["End"]
    return Done(word, act.date, "", act.id, act.what, "ended" if ended else how)


def _binding(stood: Iterable[Stretch]) -> Mapping[str, list[Done]]:
    """What the law makes of the steps: for how long the instrument binds each party."""
    found: dict[str, list[Done]] = {}
    for one in stood:
        if one.fluent == "bound":
            dates = one.since, one.until
            done = Done("binds", *dates, one.began, one.says, "taken", one.fact, one.day, one.sure)
            found.setdefault(one.args[1], []).append(done)
    return found


def _takers(world: World, act: ActRow, parties: list[str]) -> list[str]:
    """The parties that take a step; `""` for all of them at once.

    An organ or a servant of a party acts for it; whoever is nobody's stands for himself.
    """
    named = [id for role in _BY for id in act.roles.get(role, ())]
    above = {id: [up for up in world.registers.parents(id) if up in parties] for id in named}
    alone = () if act.kind in _OF_PARTIES else named
    takers = [
        above[id][0] if above[id] else world.registers.parents(id)[-1]
        for id in named
        if above[id] or id in alone
    ]
    return list(dict.fromkeys(takers)) if named else [""]


def _open(
    title: str,
    party: str,
    entity: Entity,
    awaiting: Mapping[str, Stretch],
    done: Mapping[tuple[str, str], list[Done]],
) -> str:
    """Why nothing is at a rung, where that says something."""
    if title not in ("Signature", "Ratification", "In force") or (party, title) in done:
        return ""
    if title == "Signature":
        return "not told" if party in entity.facts.get("parties", ()) else ""
    if (party, "Signature") not in done:
        return ""
    if title == "Ratification":
        if party in awaiting:
            return "never told"
        return "not needed" if entity.fact("force") == "signature" else ""
    return "never, so far as is told"
