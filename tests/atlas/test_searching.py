"""Promise: search in the atlas finds what the world finds, quickly, and only what may be seen."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.searching import MOST
from tests.conftest import SMALL, write_world


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


@pytest.mark.parametrize("words", ["rapallo", "Tchitcherin", "military talks", "Čičerin"])
def test_what_the_world_finds_is_found_and_leads_to_where_it_is_told(
    words: str, client: TestClient, world: World
) -> None:
    rows = client.get("/search", params={"q": words, "as": "json"}).json()["rows"]
    hits = world.search(words, MOST)
    assert [(row["sort"], row["id"]) for row in rows] == [(hit.sort, hit.id) for hit in hits]
    page = client.get("/search", params={"q": words}).text
    assert all(row["address"].startswith("/show/") for row in rows)
    assert all(f'href="{row["address"]}"' in page for row in rows)


def test_names_stand_before_provisions_and_these_before_acts(client: TestClient) -> None:
    page = client.get("/search?q=rapallo").text
    places = [page.index(f'<h2 id="{sort}">') for sort in ("names", "provisions", "acts")]
    assert places == sorted(places)
    assert "<mark>Rapallo</mark>" in page


def test_another_spelling_is_said(client: TestClient) -> None:
    page = client.get("/search?q=military+talkz").text
    assert "“talkz” occurs nowhere; sought instead: talks." in page
    assert "<mark>talks</mark>" in page
    assert "occurs nowhere" not in client.get("/search?q=military+talks").text


def test_words_that_never_occur_together_are_offered_alone(small: World) -> None:
    with TestClient(application(small, ("*",))) as client:
        page = client.get("/search?q=rapallo+commissar&on=1922-04-17").text
    assert "Nothing told here holds all these words" in page
    for word in ("rapallo", "commissar"):
        assert f'<a href="/search?q={word}&amp;on=1922-04-17">{word}</a>' in page


@pytest.mark.parametrize(
    "words", ["", " ", "'", '"', "NEAR(", "*", "☭", "a" * 3000, "a " * 900, "\u202e", "%00", "-"]
)
def test_whatever_is_asked_there_is_an_answer(words: str, client: TestClient) -> None:
    for form in ("html", "json", "csv"):
        assert client.get("/search", params={"q": words, "as": form}).status_code == 200


def test_a_query_is_cut_to_what_a_search_takes(client: TestClient) -> None:
    assert "The query was cut" in client.get("/search", params={"q": "r " * 300}).text
    assert "The query was cut" not in client.get("/search", params={"q": "r" * 200}).text


@pytest.mark.parametrize(("most", "given"), [("3", 3), ("0", 1), ("x", MOST), ("9999", MOST)])
def test_no_more_is_given_than_was_asked_for(most: str, given: int, client: TestClient) -> None:
    rows = client.get("/search", params={"q": "soviet", "most": most, "as": "json"}).json()["rows"]
    assert len(rows) == given


def test_an_act_that_could_not_be_seen_is_not_found(small: World) -> None:
    secret = "1922-07-04-ratify-germany-rapallo-treaty"
    with TestClient(application(small, ("*",))) as client:

        def found(look: str) -> set[str]:
            rows = client.get(f"/search?q=germany+ratified&as=json&{look}").json()["rows"]
            return {row["id"] for row in rows}

        assert secret in found("on=1922-07-10")
        assert secret in found("on=1922-07-10&eyes=germany")
        assert secret not in found("on=1922-07-10&eyes=france")
        assert secret in found("on=1922-08-02&eyes=france")
        assert secret not in found("on=1922-07-03&eyes=germany")


def test_an_answer_while_one_types_is_made_in_less_than_the_blink_of_an_eye(
    world: World,
) -> None:
    seen = world.seen_by("poland").by(world.day("1922-04-10"))
    for asked in (world, seen):
        asked.search("rapallo")  # the index is made at the first search
        times = []
        for word in ("tr", "tre", "trea", "treat", "treaty", "tretay", "zzzz", "the", "soviet r"):
            begun = time.perf_counter()
            asked.search(word, 12)
            times.append(time.perf_counter() - begun)
        assert statistics.median(times) < 0.05


def test_what_is_told_stays_text(tmp_path: Path) -> None:
    files = dict(SMALL)
    files["chronicle/odd.yaml"] = (
        "- act: recognise\n  date: 1923-01-01\n  by: france\n  whom: rsfsr\n"
        f"  what: <img src=x onerror=alert(1)> oddity {'y' * 20_000}\n  cite: book 1\n"
    )
    odd = dragoman.open(write_world(tmp_path / "odd", files))
    with TestClient(application(odd, ("*",))) as client:
        page = client.get("/search", params={"q": "oddity"}).text
        echoed = client.get("/search", params={"q": "<img src=x>"}).text
    assert "oddity" in page
    assert "<img" not in page + echoed
    assert len(page) < 10_000
