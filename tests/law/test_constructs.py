"""Promise: every construct of the law on fluents means what the manual says of it."""

from __future__ import annotations

import pytest

from dragoman.law.events import Cause, opening
from dragoman.when import read

from .small import Told, run, stretches

OFFER = """
fluent offered(what: text, until: date)
rule offer: propose(subject S, place L) initiates offered(S, 1919-04-10) @
"""


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("offered(S, D) lapses after 10 days @", "1919-03-25 lapsed"),
        ("offered(S, D) lapses after 1 day @", "1919-03-16 lapsed"),
        ("offered(S, D) lapses after 10 days renewed @", "1919-03-31 lapsed"),
        ("offered(S, D) lapses after D @", "1919-04-11 lapsed"),
        ("offered(S, D) lapses after D + 20 @", "1919-05-01 lapsed"),
        ("offered(S, D) lapses after 1918-01-01 @", "1919-03-15 lapsed"),
        ("offered(S, D) lapses after 10 days if S = war @", ""),
        ("offered(S, D) lapses after S @", ""),
    ],
)
def test_a_lapse_ends_what_has_held_as_long_as_it_may(rule: str, ends: str) -> None:
    acts: list[Told] = [
        ("1919-03-14", "propose", {"subject": "peace", "place": "paris"}),
        ("1919-03-20", "propose", {"subject": "peace", "place": "paris"}),
    ]
    found = run(f"{OFFER}rule lapse: {rule}", acts)
    again = "1919-03-20" if ends == "1919-03-16 lapsed" else ""
    last = f"peace 1919-04-10: {again}..1919-03-22 lapsed"
    first = f"peace 1919-04-10: 1919-03-14..{ends}"
    if ends == "1919-03-15 lapsed":
        last = f"peace 1919-04-10: {'1919-03-20'}..1919-03-21 lapsed"
        again = "yes"
    assert stretches(found, acts, "offered") == [first, *([last] if again else [])]


def test_what_was_done_in_time_counts_and_what_came_too_late_does_not() -> None:
    text = """
    fluent open_offer(what: text)
    fluent taken(what: text)
    rule offer: propose(subject S) initiates open_offer(S) @
    rule lapse: open_offer(S) lapses after 1919-04-10 @
    rule taking: accept(subject S) initiates taken(S) terminates open_offer(S) if open_offer(S) @
    """
    for day, taken in (("1919-04-10", True), ("1919-04-11", False)):
        acts: list[Told] = [
            ("1919-03-14", "propose", {"subject": "peace"}),
            (day, "accept", {"subject": "peace"}),
        ]
        assert bool(stretches(run(text, acts), acts, "taken")) == taken


def test_a_lapse_may_lead_to_another_value_and_so_on_in_a_circle() -> None:
    text = """
    fluent motion(text: document) = null | proposed | voting at first null
    fluent idle(text: document)
    rule proposal: publish(document D) initiates motion(D) = proposed if motion(D) = null @
    rule second: endorse(document D) initiates motion(D) = voting if motion(D) = proposed @
    rule not-seconded: motion(D) = proposed lapses after 10 days to null @
    rule idle: start of motion(D) = null initiates idle(D) @
    rule busy: end of motion(D) = null terminates idle(D) @
    """
    text = text.replace("endorse(document D)", "adopt(document D)")
    acts: list[Told] = [
        ("1920-01-01", "publish", {"document": "m"}),
        ("1920-01-31", "publish", {"document": "m"}),
        ("1920-02-03", "adopt", {"document": "m"}),
        ("1920-02-04", "publish", {"document": "m"}),
    ]
    found = run(text, acts, is_a="m document n document")
    assert stretches(found, acts, "motion") == [
        "m = null: ..1920-01-01",
        "m = proposed: 1920-01-01..1920-01-12 lapsed",
        "m = null: 1920-01-12 lapsed..1920-01-31",
        "m = proposed: 1920-01-31..1920-02-03",
        "m = voting: 1920-02-03..",
        "n = null: ..",
    ]
    assert stretches(found, acts, "idle") == ["m: 1920-01-12 lapsed..1920-01-31"]


VOTES = """
fluent voted(by: actor, on: text) = for | against | abstaining
fluent won(on: text)
fluent strong(on: text)
fluent lead(on: text) = number
rule vote: vote(by P, subject S, side X) initiates voted(P, S) = X @
rule majority: won(S) holds while voted(_, S)
    and count(P: voted(P, S) = for) > count(P: voted(P, S) = against) @
rule two-thirds: strong(S) holds while voted(_, S)
    and count(P: voted(P, S) = for) >= 2/3 * count(P: voted(P, S)) @
rule lead: lead(S) = N holds while voted(_, S)
    and N = count(P: voted(P, S) = for) - count(P: voted(P, S) = against) @
"""


def test_votes_are_counted_as_they_change() -> None:
    acts: list[Told] = [
        ("1918-02-17", "vote", {"by": "a b c", "subject": "q", "side": "against"}),
        ("1918-02-18", "vote", {"by": "b c", "subject": "q", "side": "for"}),
        ("1918-02-19", "vote", {"by": "a", "subject": "q", "side": "abstaining"}),
        ("1918-02-20", "vote", {"by": "c", "subject": "q", "side": "abstaining"}),
    ]
    found = run(VOTES, acts)
    assert stretches(found, acts, "won") == ["q: 1918-02-18.."]
    assert stretches(found, acts, "strong") == ["q: 1918-02-18..1918-02-20"]
    assert stretches(found, acts, "lead") == [
        "q = -3: 1918-02-17..1918-02-18",
        "q = 1: 1918-02-18..1918-02-19",
        "q = 2: 1918-02-19..1918-02-20",
        "q = 1: 1918-02-20..",
    ]


def test_a_sum_adds_up_once_for_each() -> None:
    text = """
    fluent seats(organ: actor) = number
    fluent all_seats(of: actor) = number
    rule seats: adopt(by O, for N) initiates seats(O) = N @
    rule all: all_seats(comintern) = N holds while seats(_) = _
        and N = sum(M for O: seats(O) = M) @
    """
    text = text.replace("seats(organ: actor)", "seats(organ: entity)")
    acts: list[Told] = [
        ("1920-01-01", "adopt", {"by": "a", "for": "5"}),
        ("1920-01-02", "adopt", {"by": "b", "for": "5"}),
        ("1920-01-03", "adopt", {"by": "b", "for": "1.5"}),
    ]
    assert stretches(run(text, acts), acts, "all_seats") == [
        "comintern = 5: 1920-01-01..1920-01-02",
        "comintern = 10: 1920-01-02..1920-01-03",
        "comintern = 6.5: 1920-01-03..",
    ]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("2/3 * 3 = 2", True),
        ("(1 + 2) * 3 = 9", True),
        ("1 + 2 * 3 = 7", True),
        ("10 - 4 - 3 = 3", True),
        ("1 / 0 = 1 / 0", False),
        ("today = 1920-03-01", True),
        ("today - 1920-02-01 = 29", True),
        ("1920-02-28 + 2 = today", True),
        ("today - 1 = 1920-02-29", True),
        ("today > 1920-02-29 and today < 1920-03-02", True),
        ("1/3 + 1/3 + 1/3 = 1", True),
    ],
)
def test_numbers_and_days_are_reckoned_with_exactly(condition: str, holds: bool) -> None:
    text = f"fluent p(x: actor)\nrule r: death(of X) initiates p(X) if {condition} @"
    acts: list[Told] = [("1920-03-01", "death", {"of": "a"})]
    assert bool(run(text, acts).spans) == holds


def test_a_condition_may_ask_how_things_stood_on_another_day() -> None:
    text = """
    fluent member(who: actor)
    fluent veteran(who: actor)
    rule entry: found(organisation P) initiates member(P) @
    rule exit: dissolve_organ(organ P) terminates member(P) @
    rule honour: death(of P) initiates veteran(P) if member(P) on today - 10 @
    """
    for gone, day, veteran in (
        ("1920-01-20", "1920-01-29", True),
        ("1920-01-20", "1920-01-30", False),
        ("1920-01-20", "1920-01-10", False),
        ("1920-01-02", "1920-01-11", True),
    ):
        acts: list[Told] = sorted(
            [
                ("1920-01-01", "found", {"organisation": "a"}),
                (gone, "dissolve_organ", {"organ": "a"}),
                (day, "death", {"of": "a"}),
            ]
        )
        assert bool(stretches(run(text, acts), acts, "veteran")) == veteran, day


def test_what_starts_and_ends_at_a_moment_brings_about_more_at_that_moment() -> None:
    text = """
    fluent signed(text: instrument, by: actor)
    fluent forced(text: instrument)
    fluent bound(by: actor)
    fluent freed(by: actor)
    rule signature: sign(parties P, instrument I) initiates signed(I, P) @
    rule leaving: denounce(by P, instrument I) terminates signed(I, P) @
    rule forced: forced(I) holds while count(P: signed(I, P)) >= 2 and signed(I, _) @
    rule bound: start of forced(I) initiates bound(league) @
    rule freed: end of forced(I) initiates freed(league) terminates bound(league) @
    rule too: start of bound(P) terminates freed(P) @
    """
    acts: list[Told] = [
        ("1920-01-01", "sign", {"parties": "a b", "instrument": "i"}),
        ("1920-02-01", "denounce", {"by": "a", "instrument": "i"}),
        ("1920-03-01", "sign", {"parties": "c", "instrument": "i"}),
    ]
    found = run(text, acts)
    assert stretches(found, acts, "bound") == [
        "league: 1920-01-01..1920-02-01",
        "league: 1920-03-01..",
    ]
    assert stretches(found, acts, "freed") == ["league: 1920-02-01..1920-03-01"]


def test_what_lapses_on_one_day_keeps_its_own_act_and_rule() -> None:
    text = """
    fluent offered(what: text)
    rule offer: propose(subject S) initiates offered(S) @
    rule short: offered(S) lapses after 5 days if S = war @
    rule long: offered(S) lapses after 7 days if S = peace @
    """
    acts: list[Told] = [
        ("1920-01-01", "propose", {"subject": "peace"}),
        ("1920-01-03", "propose", {"subject": "war"}),
    ]
    found = run(text, acts)
    lapses = [(s.stop, s.ended) for s in found.spans]
    day = opening(read("1920-01-09").earliest)
    assert lapses == [(day, Cause(0, "x.long")), (day, Cause(1, "x.short"))]


def test_of_several_terms_the_shortest_counts_and_a_renewal_spares_the_others() -> None:
    text = """
    fluent offered(what: text)
    fluent urgent(what: text)
    rule offer: propose(subject S) initiates urgent(S), offered(S) @
    rule short: offered(S) lapses after 10 days if urgent(S) @
    rule long: offered(S) lapses after 28 days renewed @
    """
    acts: list[Told] = [
        ("1920-01-01", "propose", {"subject": "peace"}),
        ("1920-01-06", "propose", {"subject": "peace"}),
    ]
    swapped = text.replace("fluent offered(what: text)", "").replace(
        "fluent urgent(what: text)", "fluent urgent(what: text)\n    fluent offered(what: text)"
    )
    for order in (text, swapped):
        ends = stretches(run(order, acts), acts, "offered")
        assert ends == ["peace: 1920-01-01..1920-01-12 lapsed"]


def test_at_first_nothing_starts_and_a_day_to_come_is_not_asked() -> None:
    text = """
    fluent calm(who: actor) at first
    fluent quiet(who: actor)
    fluent noticed(who: actor)
    fluent knew(who: actor)
    rule storm: death(of P) terminates calm(P) @
    rule quiet: quiet(P) holds while calm(P) @
    rule notice: start of quiet(P) initiates noticed(P) @
    rule foresight: depart(by P) initiates knew(P) if calm(P) on today + 5 @
    rule hindsight: arrive(by P) initiates knew(P) if calm(P) on today - 5 @
    norm n: start of quiet(P) requires noticed(P) @
    """
    acts: list[Told] = [
        ("1920-01-10", "depart", {"by": "a"}),
        ("1920-01-20", "death", {"of": "a"}),
        ("1920-01-22", "arrive", {"by": "a"}),
    ]
    found = run(text, acts, is_a="a actor")
    assert not stretches(found, acts, "noticed")
    assert stretches(found, acts, "knew") == ["a: 1920-01-22.."]
    assert not found.findings


@pytest.mark.parametrize(
    ("condition", "now"),
    [
        ("p(X, _) and no Y: p(Y, _) and Y != X", ""),
        ("p(X, _) and count(Y: p(Y, _) and Y != X) >= 1", "bern paris"),
        ("p(X, _) and count(Y: some M: p(Y, M)) = 2", "bern paris"),
        ("p(X, _) and count(M: p(X, M)) = 2", "paris"),
        ("p(X, _) and count(M: p(X, M)) > count(M: p(bern, M))", "paris"),
        ("p(X, _) and no M: p(X, M) and not p(bern, M)", "bern"),
        ("p(X, M) and not p(bern, M)", "paris"),
        ("p(X, war) and not p(X, peace)", "bern"),
        ("p(X, _) and X.is = _", "paris"),
        ("p(X, _) and not X.is = place", "bern"),
        ("some Y: Y.is = place and p(X, _) and Y = X", "paris"),
        ("p(X, M) and p(Y, M) and p(Y, N) and N != M and Y != X", "bern"),
        ("p(X, M) and p(Y, M) and Y != X and p(X, N) and N != M", "paris"),
    ],
)
def test_what_can_be_counted_and_what_cannot_mean_the_same(condition: str, now: str) -> None:
    """Both evaluators agree (`run` sees to it), whether by counting or not."""
    law = (
        "fluent p(place: place, subject: text)\nfluent told(place: place)\n"
        "rule p: propose(subject S, place L) initiates p(L, S) @\n"
        f"rule told: told(X) holds while {condition} @"
    )
    acts: list[Told] = [
        ("1919-03-14", "propose", {"subject": "war peace", "place": "paris"}),
        ("1919-03-20", "propose", {"subject": "war", "place": "bern"}),
    ]
    found = run(law, acts, is_a="paris place")
    assert " ".join(s.args[0] for s in found.spans if s.fluent == "told" and s.stop is None) == now


def test_a_number_is_what_it_comes_to_however_it_is_written() -> None:
    law = """
fluent need(what: text) = number
fluent backed(what: text, where: place)
fluent enough(what: text)
rule backing: propose(subject S, place L) initiates backed(S, L), need(S) = 2.0 @
rule enough: enough(S) holds while need(S) = N and N = count(L: backed(S, L)) @
"""
    acts: list[Told] = [
        ("1919-03-14", "propose", {"subject": "peace", "place": "paris"}),
        ("1919-03-20", "propose", {"subject": "peace", "place": "rome"}),
    ]
    assert stretches(run(law, acts), acts, "enough") == ["peace: 1919-03-20.."]
