"""Promise: through someone's eyes one sees what he could know then, and the law made of that."""

from __future__ import annotations

import pytest

from dragoman import NotFound, World
from dragoman.state.intervals import intervals_on

TALKS = 'talks(germany, rsfsr, "political agreement")'
KEPT = ("france", "ebert", "lenin")
RAPALLO = "signed(treaty-of-rapallo-1922, germany)"


def test_london_saw_rapallo_when_it_was_out(world: World) -> None:
    london = world.seen_by("great britain")
    assert world.why(TALKS, on="1922-03-01")
    assert not london.why(TALKS, on="1922-03-01")
    assert not london.why(RAPALLO, on="1922-04-15")
    assert not world.why(RAPALLO, on="1922-04-15")
    assert london.why(RAPALLO, on="1922-04-18")
    standing = london.on("1922-04-15").between("germany", "rsfsr")
    assert "through the eyes of Great Britain" in standing.title
    # What lay ahead is not seen either.
    assert not any(row.until for row in standing if row.until == "1922-04-16")


def test_those_who_took_part_or_were_told_see_a_secret(world: World) -> None:
    for viewer in ("germany", "rsfsr", "radek", "wirth", "maltzan"):
        assert world.seen_by(viewer).why(TALKS, on="1922-03-01"), viewer
    for viewer in ("poland", "france", "ebert"):
        assert not world.seen_by(viewer).why(TALKS, on="1922-03-01"), viewer


def test_who_knew_of_the_military_talks(world: World) -> None:
    rows = {row.act: row for row in world.secrets("1922-03-01", about="reichswehr")}
    talks = rows["military-talks-in-berlin-1921-09"]
    assert {"Hans von Seeckt", "Lev Trotsky", "Leonid Krasin"} <= set(talks.known_to)
    assert "Friedrich Ebert" not in talks.known_to
    assert talks.cites == ("carr-3 364", "carr-3 365")
    assert talks.disclosed
    assert {"Great Britain", "France", "Poland"} <= set(talks.kept_from)
    assert not {"Soviet Russia", "Germany"} & set(talks.kept_from)


def test_what_was_kept_from_one_is_what_he_could_not_know(world: World) -> None:
    day = "1922-03-01"
    hidden = {name: {(r.fact, r.act) for r in world.secrets(day, kept_from=name)} for name in KEPT}
    for name, secrets in hidden.items():
        view = world.seen_by(name).on(day)
        assert secrets
        for fact, act in secrets:  # he may know of it by another act
            proof = view.why(fact)
            assert not proof or proof.act != act, name
    assert hidden["lenin"] < hidden["france"] == {(r.fact, r.act) for r in world.secrets(day)}


def test_the_bullitt_terms_were_kept_from_the_foreign_office(world: World) -> None:
    day, office = "1919-06-01", world.seen_by("british-foreign-office")
    seen = {row.id for row in office.acts(day, about="bullitt")}
    hidden = {row.id for row in world.acts(until=day, about="bullitt")} - seen
    premier = world.seen_by("lloyd-george").acts(day, about="bullitt")
    assert {row.id for row in premier} > seen
    assert hidden & {row.id for row in world.acts(kind="propose", until=day, about="bullitt")}


def test_what_no_one_kept_secret_everyone_sees(world: World) -> None:
    day = "1921-06-01"
    open_facts = {row.fact for row in world.on(day).all() if not row.secret}
    assert {row.fact for row in world.seen_by("japan").on(day).all()} >= {
        fact for fact in open_facts if fact.startswith(("in_force", "sitting"))
    }


def test_accounts_can_be_believed_or_not(world: World) -> None:
    told = {row.id for row in world.acts() if row.according_to == ("radek",)}
    assert told
    without = world.through(excepting=["radek"])
    assert told.isdisjoint(row.id for row in without.acts("1923-12-31"))
    believed = world.through(according_to=["radek"]).acts("1923-12-31")
    assert {row.according_to for row in believed if row.according_to} <= {
        row.according_to for row in world.acts() if "radek" in row.according_to
    }
    assert all(row.certainty != "disputed" for row in believed if row.according_to)
    with pytest.raises(NotFound):
        world.through(according_to=["sweden"])


def test_nothing_of_what_lay_ahead_is_told(world: World) -> None:
    proof = world.seen_by("great britain").why("in_force(treaty-of-rapallo-1922)", on="1922-04-20")
    assert not proof
    assert "August" not in proof.because
    assert "1922-08" not in proof.because
    view = world.seen_by("france").on("1920-06-01")
    for interval in intervals_on(view.archive.store, view.day):
        lapses = interval.ended_act == interval.began_act  # as is known from the first
        assert lapses or interval.ended_earliest is None or interval.ended_earliest <= view.day
