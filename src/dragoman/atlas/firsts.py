"""What a reader looks for first in a dossier, by the class of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dragoman.atlas.over_time import Heading
from dragoman.state.world import World

#: Headings by class; an entry has those of its own class and of the wider ones, as far as the
#: law of its world has the fluents.
_FIRST: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "power": (
        ("recognition", "Recognition", ("recognition", "recognition_refused", "sole_government")),
        (
            "relations",
            "Relations",
            ("relations", "relations_broken", "envoy", "mission", "half_legal"),
        ),
        ("bound", "Agreements that bind it", ("bound",)),
        (
            "war",
            "War and peace",
            ("war", "fighting", "armistice", "peace", "blockade", "intervention"),
        ),
        ("commerce", "Trade", ("trade_agreement", "trade_delegation", "de_facto_standing")),
        ("holders", "Offices and who held them", ("holder", "head_of_state")),
        ("held", "Territory", ("belongs", "occupied", "governed")),
    ),
    "actor": (
        (
            "members",
            "Membership",
            (
                "belongs_to",
                "associated_with",
                "in_by_way_of",
                "split_from",
                "merged_into",
                "renamed_to",
                "has_left",
                "outside",
            ),
        ),
        (
            "seats",
            "Seats",
            (
                "sits_on",
                "candidate_for",
                "seat_on",
                "named_to",
                "left_out_of",
                "ikki_seats",
                "council_seats",
                "bureau_seats",
                "seat_given_up",
            ),
        ),
        ("holders", "Offices and who held them", ("holder",)),
    ),
    "person": (
        ("holders", "Offices", ("holder", "head_of_state")),
        ("missions", "Missions", ("envoy", "sent", "delegate_of", "papers_in_order")),
    ),
    "instrument": (
        ("force", "Force", ("in_force", "came_to_nothing", "held_up")),
        ("bound", "Whom it binds", ("bound", "inherited", "disowned")),
    ),
    "conference": (
        ("met", "When it met", ("called", "called_for", "sitting", "adjourned", "fallen_through")),
        (
            "asked",
            "Who was asked",
            (
                "invited",
                "invitation_unanswered",
                "coming",
                "staying_away",
                "admitted_for",
                "excluded_from_conference",
                "barred_from",
            ),
        ),
        (
            "there",
            "Who took part",
            ("takes_part", "sends_to", "delegate_of", "credentials", "vote_in", "walked_out"),
        ),
        (
            "papers",
            "Agenda, papers and decisions",
            ("on_agenda", "off_agenda", "paper_before", "conference_adopted", "commission_at"),
        ),
    ),
    "document": (
        (
            "standing",
            "Its standing",
            ("decreed", "resolved", "conference_adopted", "paper_before", "binding_decision"),
        ),
    ),
    "place": (
        ("held", "Who held it", ("belongs", "occupied", "governed", "part_of", "intervention")),
    ),
    "office": (("holders", "Who held it", ("holder",)),),
    "series": (("counts", "Last counts and claims", ("counted", "claims", "contradicted")),),
}
#: Classes that have the headings of another besides their own.
_AS = {"congress": "conference"}


def first_headings(world: World, of_class: str) -> list[Heading]:
    """The headings for a class of entity, the narrowest class first, no fluent twice."""
    classes = world.registers.catalogue.classes_of(of_class)
    wanted = [_AS[one] for one in classes if one in _AS] + list(classes)
    taken: set[str] = set()
    found: list[Heading] = []
    for key, title, names in (heading for one in wanted for heading in _FIRST.get(one, ())):
        fluents = tuple(n for n in names if n in world.fluents and n not in taken)
        if fluents and key not in {heading.key for heading in found}:
            found.append(Heading(key, title, fluents))
            taken.update(fluents)
    return found


def other_headings(world: World, taken: list[Heading]) -> Iterator[Heading]:
    """The laws as headings, with their fluents that no other heading has."""
    named = {fluent for heading in taken for fluent in heading.fluents}
    titles = dict(world.store.rows("SELECT name, title FROM law"))
    by_law: dict[str, list[str]] = {}
    for fluent in world.fluents.values():
        if fluent.name not in named:
            by_law.setdefault(fluent.law, []).append(fluent.name)
    for law, fluents in by_law.items():
        yield Heading(f"law-{law}", titles.get(law, law), tuple(fluents))
