"""Promise: one is told why an act is dated as it is, and where accounts differ."""

from __future__ import annotations

import pytest

from dragoman import NotFound, World
from dragoman.state.dating import Bound
from dragoman.when import read


def steps(bound: Bound) -> list[Bound]:
    """A bound and all that it follows from."""
    return [bound, *(steps(bound.by) if bound.by else ())]


def test_every_bound_follows_from_a_date_in_the_end(world: World) -> None:
    for act in world.told[::40]:
        found = world.dating(act.id)
        for bound in (found.earliest, found.latest):
            *_, last = steps(bound)
            assert last.because.startswith(("so it is dated", "nothing bounds it"))


def test_an_order_that_tightens_a_date_is_named(world: World) -> None:
    borkheim = "1867-09-09-speech-borkheim-preventive-war-against-russia"
    found = world.dating(borkheim)
    assert found.date == "[1867-09-09..1867-12-31]"
    assert [bound.act for bound in steps(found.earliest)][1].startswith("1867-09-09-open")
    assert [bound.act for bound in steps(found.latest)][1].startswith("1867-09-09-close")
    assert found.earliest.day == "1867-09-09"
    with pytest.raises(NotFound):
        world.dating("no-such-act")


def test_disputed_acts_come_with_who_says_so_and_what_follows(world: World) -> None:
    found = {row.act: row for row in world.disputes()}
    assert len(found) == sum(act.certainty == "disputed" for act in world.told)
    enver = next(row for row in found.values() if "Enver" in " ".join(row.follows))
    assert enver.according_to
    assert any("signed" in fact for fact in enver.follows)
    assert all(read(row.date) for row in found.values())
    about = world.disputes(about="kuchik")
    assert 0 < len(about) < len(found)
    flight, approach = "kuchik-flees-1918", "1919-06-approach-kuchik-caucasian-bolsheviks"
    assert found[flight].rivals == (approach,)
    assert found[approach].rivals == (flight,)


def test_who_believes_an_account_disbelieves_what_contradicts_it(world: World) -> None:
    bold, cautious = "1919-08-converse-radek-bauer", "1919-12-converse-radek-bauer"
    for witness, kept, gone in (("ruth-fischer", bold, cautious), ("radek", cautious, bold)):
        seen = {row.id for row in world.through(according_to=[witness]).acts("1923-12-31")}
        assert kept in seen
        assert gone not in seen
    assert {bold, cautious} <= {row.id for row in world.acts()}


def test_what_rests_on_a_disputed_word_is_never_certain(world: World) -> None:
    doubtful = {row.act for row in world.disputes() if row.according_to}
    for name in ("signed", "talks", "holder"):
        for row in world.intervals(name, possible=True):
            if row.began_by in doubtful:
                assert not row.certain, row
