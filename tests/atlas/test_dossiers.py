"""Promise: the dossier of whatever the world tells of shows all of it, linked to its proofs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.annals import AT_ONCE, annals, place_asked
from dragoman.atlas.app import application
from dragoman.atlas.ballots import ballots
from dragoman.atlas.firsts import first_headings, other_headings
from dragoman.atlas.ladder import ladder
from dragoman.atlas.over_time import sections
from dragoman.state.facts import Fact
from dragoman.state.intervals import intervals_naming
from tests.conftest import SMALL, write_world

RATIFIED_IN_SECRET = "1922-07-04-ratify-germany-rapallo-treaty"


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def _small(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def _hrefs(page: str, sort: str) -> list[str]:
    return [
        href.replace("&amp;", "&")
        for tag in re.findall(r"<a [^>]*>", page)
        for href in re.findall(r'href="([^"]*)"', tag)
        if sort in tag
    ]


def test_every_class_of_entry_and_kind_of_act_has_a_dossier(
    world: World, client: TestClient
) -> None:
    by_class = {entity.of_class: entity for entity in world.registers.values()}
    for entity in by_class.values():
        answer = client.get(f"/show/{entity.id}")
        assert answer.status_code == 200, entity.id
        assert entity.id in answer.text
    acts = world.store.rows("SELECT min(id) FROM act GROUP BY kind, secret, certainty")
    for (id,) in acts[::4]:
        assert client.get(f"/show/{id}").status_code == 200, id


@pytest.mark.parametrize(
    "id",
    ["treaty-of-rapallo-1922", "germany", "chicherin", "rkp-cc", "genoa-conference-1922", "moscow"],
)
def test_every_proof_that_a_dossier_links_to_proves_that_it_may_have_stood(
    world: World, client: TestClient, id: str
) -> None:
    links = [h for h in _hrefs(client.get(f"/show/{id}").text, "data-proof") if "/why" in h]
    assert links or id == "moscow"
    for link in dict.fromkeys(links[:40]):
        page = client.get(f"{link}&as=json")
        assert page.status_code == 200, link
        assert page.json()["rows"][0]["verdict"] in ("yes", "possibly"), unquote(link)


def test_the_pages_of_acts_together_show_every_act_once_in_order(world: World) -> None:
    seen: list[str] = []
    start: int | None = 0
    while start is not None:
        page = annals(world, "rsfsr", start)
        assert len(page.acts) <= AT_ONCE
        seen += [act.id for act in page.acts]
        start = page.after
    assert seen == [act.id for act in world.acts(about="rsfsr")]
    for mark in page.marks:
        first = annals(world, "rsfsr", mark.start)
        assert first.years[0].label == mark.label
        assert first.marks == page.marks


def test_all_that_stood_stands_under_just_one_heading(world: World) -> None:
    for id in ("rsfsr", "chicherin", "comintern", "moscow"):
        firsts = first_headings(world, world.registers[id].of_class)
        headings = [*firsts, *other_headings(world, firsts)]
        most = {heading.key: 10_000 for heading in headings}
        found = sections(world, [id], headings, most, 0)
        shown = sorted((row.fact, row.since) for one in found for row in one.rows)
        named = [one for one in intervals_naming(world.store, [id]) if one.days]
        told = sorted((str(Fact(s.fluent, s.args, s.value)), s.since) for s in named)
        assert shown == told
        few = sections(world, [id], headings, dict.fromkeys(most, 3), 0, start=2)
        for one in few:
            whole = next(section for section in found if section.key == one.key)
            assert one.rows == whole.rows[2:5]
            assert one.more == max(len(whole.rows) - 5, 0)


def test_the_ladder_tells_each_step_of_each_party_and_what_never_came(
    world: World, small: World
) -> None:
    drawn = ladder(small, small.registers["rapallo-treaty"], 0)
    steps = {
        (track.party, step): [(one.word, one.date) for one in rung.done]
        for track in drawn.tracks
        for step, rung in zip(drawn.steps, track.rungs, strict=True)
    }
    assert drawn.steps == ("Signature", "Ratification", "In force")
    assert steps["germany", "Signature"] == [("signed", "1922-04-16")]
    assert steps["rsfsr", "Ratification"] == [("ratified", "[1922-05-01..1922-05-20]")]
    assert steps["germany", "Ratification"] == [("ratified", "1922-07-04")]
    assert steps["germany", "In force"] == [("binds", "1922-07-04")]
    assert steps["france", "Ratification"] == [("ratified", "1922-07-05")]
    assert steps["france", "Signature"] == [] == steps["france", "In force"]
    assert [track.reached for track in drawn.tracks] == [2, 2, 1]

    rapallo = ladder(world, world.registers["treaty-of-rapallo-1922"], 0)
    at = rapallo.steps.index("Ratification")
    assert [track.rungs[at].open for track in rapallo.tracks] == ["never told", "never told"]
    assert [track.rungs[at].how for track in rapallo.tracks] == ["open", "open"]


def test_a_vote_is_drawn_to_scale_with_the_outcome_that_the_law_derives(
    world: World, client: TestClient
) -> None:
    by_subject = {one.subject: one for one in ballots(world, "rkp-cc", 0)}
    terms = by_subject["the German terms"]
    counts = {side.name: side.count for side in terms.sides}
    assert counts == {"for": 7, "abstaining": 4, "against": 4}
    widths = {side.name: side.width for side in terms.sides}
    assert widths["abstaining"] == widths["against"]
    assert widths["for"] == pytest.approx(widths["against"] * 7 / 4, abs=0.2)
    assert sum(widths.values()) == pytest.approx(1000, abs=0.3)
    assert "trotsky" in next(side.names for side in terms.sides if side.name == "abstaining")
    assert [one.fluent for one in terms.outcome] == ["carried"]
    assert [one.fluent for one in by_subject["offering Germany new talks"].outcome] == ["defeated"]
    assert by_subject["offering Germany new talks"].turned
    of_trotsky = {one.subject: one for one in ballots(world, "trotsky", 0)}
    assert of_trotsky["the German terms"].sides == terms.sides
    assert "7 for, 4 abstaining, 4 against" in client.get("/show/rkp-cc").text


def test_an_act_tells_what_it_turned_what_norms_say_and_why_it_is_dated_so(
    small: World, client: TestClient
) -> None:
    atlas = _small(small)
    page = atlas.get("/show/1922-07-05-ratify-france-rapallo-treaty").text
    assert "Irregular" in page and "disputed" in page and "book 14" in page
    assert "Treaty of Rapallo is ratified by France" in page
    assert "Why it is dated so" not in page
    page = atlas.get("/show/1922-05-01-ratify-rsfsr-rapallo-treaty").text
    assert "Why it is dated so" in page and "20 May 1922" in page
    page = client.get("/show/arms-money-of-joffe-as-germany-charged").text
    assert "Told otherwise" in page and "Adolf Joffe" in page


def test_what_a_viewer_could_not_know_is_not_shown_to_him(small: World) -> None:
    atlas = _small(small)
    early, late = ({"eyes": "france", "on": day} for day in ("1922-07-10", "1922-08-02"))
    secret = f"/show/{RATIFIED_IN_SECRET}"
    assert atlas.get(secret, params=early).status_code == 404
    assert "in secret" not in atlas.get(secret, params=early).text
    assert atlas.get(secret, params=late).status_code == 200
    treaty = "/show/rapallo-treaty"
    assert "in secret" not in atlas.get(treaty, params=early).text
    assert "in secret" in atlas.get(treaty, params=late).text
    before = {"eyes": "france", "on": "1922-01-01"}
    assert "drops its claims" not in atlas.get(treaty, params=before).text
    assert "drops its claims" in atlas.get(treaty, params=early).text


def test_what_nothing_bears_and_what_several_bear_is_answered_with_what_may_be_meant(
    small: World,
) -> None:
    atlas = _small(small)
    answer = atlas.get("/show/rapallo-threat")
    assert answer.status_code == 404
    assert 'href="/show/rapallo-treaty?' in answer.text
    answer = atlas.get("/show/the commissar")
    assert answer.status_code == 404
    assert {"/show/cicerin", "/show/trockij"} <= {
        href.split("?")[0] for href in _hrefs(answer.text, "/show/")
    }
    assert atlas.get("/show/Chicherin").status_code == 200
    assert atlas.get("/show/<script>alert(1)</script>").status_code == 404


def test_the_same_is_to_be_had_as_data(client: TestClient) -> None:
    rows = client.get("/show/treaty-of-rapallo-1922?as=json").json()["rows"]
    says = {row["says"]: row for row in rows}
    assert says["Treaty of Rapallo is in force"]["certain"] == ["1922-11-06/.."]
    assert {row["part"] for row in rows} >= {"instrument", "provision: claims", "stood", "act"}
    csv = client.get("/show/treaty-of-rapallo-1922?as=csv").text.splitlines()
    assert csv[0] == "part,since,until,says,possible,certain,id,cites"
    assert len(csv) > len(rows)


def test_words_of_strangers_are_shown_as_words_and_long_ones_are_cut(tmp_path: Path) -> None:
    files = dict(SMALL)
    bad = "<script>alert(1)</script>" + "x" * 10_000
    files["registers/more.yaml"] = (
        f"- power: bad\n  name: {json.dumps(bad)}\n  note: {json.dumps(bad)}\n  cite: book 1\n"
    )
    files["chronicle/more.yaml"] = "".join(
        f"- act: recognise\n  id: bad-{n}\n  date: 1922-0{n}-01\n  by: bad\n  whom: rsfsr\n"
        f"  what: {json.dumps(f'{bad} {n}')}\n  cite: book 1\n"
        for n in range(1, 9)
    )
    atlas = _small(dragoman.open(write_world(tmp_path / "bad", files)))
    for address in ("/show/bad", "/show/bad-3", "/show/rsfsr"):
        answer = atlas.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    assert len(atlas.get("/show/bad-3").text) < 40_000


def test_a_place_in_a_list_that_is_no_number_is_refused(client: TestClient) -> None:
    assert place_asked("") == 0 and place_asked("120") == 120
    for text in ("-1", "x", "1" * 40, "٣"):
        with pytest.raises(dragoman.DragomanError):
            place_asked(text)
    assert client.get("/show/germany?from=999999").status_code == 200
    assert client.get("/show/rsfsr?of=relations&from=999999").status_code == 200
