"""Promise: the atlas shows every rule of the law as written, and what it made of the acts."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.leanings import drawing
from dragoman.atlas.marking import marked
from dragoman.law.graph import Node, nodes_of
from dragoman.law.tree import Norm, Pattern, Rule


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def test_every_law_is_listed_with_what_it_holds_and_leads_to_its_page(
    client: TestClient, world: World
) -> None:
    rows = {row["law"]: row for row in client.get("/law?as=json").json()["rows"]}
    assert list(rows) == [law.name for law in world.book.laws]
    for law in world.book.laws:
        told = rows[law.name]
        assert (told["rules"], told["norms"]) == (len(law.rules), len(law.norms))
    judged = world.findings()
    assert sum(row["findings"] for row in rows.values()) == len(judged)
    page = client.get("/law").text
    assert all(f'href="/law/{name}?on=' in page for name in rows)


def test_every_rule_of_every_law_is_on_its_page_under_its_own_anchor(
    client: TestClient, world: World
) -> None:
    for law in world.book.laws:
        page = client.get(f"/law/{law.name}")
        assert page.status_code == 200
        anchors = re.findall(r'<section class="clause[^"]*" id="([^"]+)"', page.text)
        assert sorted(anchors) == sorted(c.key for c in (*law.rules, *law.norms))
        assert all(f'id="fluent-{fluent.name}"' in page.text for fluent in law.fluents)


def test_what_a_rule_made_is_what_the_world_says_that_it_made(
    client: TestClient, world: World
) -> None:
    rows = client.get("/law/propaganda-pledge?as=json").json()["rows"]
    assert any(row["began"] for row in rows)
    for row in rows:
        if not row["reading"]:
            told = row["began"] + row["ended"] + row["findings"]
            assert told >= len(world.made_by(row["rule"])) >= row["began"] + row["findings"]


def test_what_belongs_to_a_reading_says_so_and_made_nothing_unless_it_counts(
    client: TestClient,
) -> None:
    page = client.get("/law/propaganda-pledge").text
    assert 'id="reading-british"' in page
    assert page.count("which is not counted here") == 3
    british = dragoman.open(reading="british")
    with TestClient(application(british, ("*",))) as other:
        page = other.get("/law/propaganda-pledge").text
        rows = other.get("/law/propaganda-pledge?as=json").json()["rows"]
    assert "which is not counted here" not in page
    assert "Here the reading british counts" in page
    assert any(row["reading"] == "british" and row["began"] for row in rows)


def test_the_marked_text_is_the_text_without_reason_and_source(world: World) -> None:
    clauses: list[Rule | Norm] = [*world.book.rules, *world.book.norms]
    for clause in clauses:
        acts = isinstance(clause.trigger, Pattern)
        runs = marked(clause.text, acts, world.book.fluents)
        text = "".join(run.text for run in runs)
        assert clause.text.startswith(text)
        assert re.match(r"\s*(because|source)\b|\s*$", clause.text[len(text) :])
        assert [run.text for run in runs if run.sort == "name"] == [clause.name]
        for run in runs:
            assert run.sort != "fluent" or world.book.fluents[run.text].law == run.law
        kinds = [run.text for run in runs if run.sort == "kind"]
        assert not acts or (kinds and kinds[0] in world.catalogue.kinds)


def test_remarks_and_odd_text_are_kept_as_they_are() -> None:
    text = 'rule a: sign(by P) # why\n  initiates <b>(P) & "x" ☭\n  because "y"'
    runs = marked(text, True, {})
    assert ("# why\n", "remark") in [(run.text, run.sort) for run in runs]
    assert text.startswith("".join(run.text for run in runs))
    assert marked("", True, {}) == []


def test_in_the_drawing_each_fluent_stands_right_of_what_it_leans_on(world: World) -> None:
    laws = {fluent.name: fluent.law for fluent in world.book.fluents.values()}
    for law in world.book.laws:
        nodes = nodes_of(world.book, [law.name])
        drawn = drawing(nodes, laws)
        leans = [(n.fluent, o) for n in nodes for o in n.leans if o != n.fluent]
        assert (drawn is None) == (not leans)
        if drawn is None:
            continue
        assert len(drawn.lines) == len(leans)
        x = {place.fluent: place.x for place in drawn.places}
        corners = {(place.x, place.y) for place in drawn.places}
        assert len(corners) == len(drawn.places)
        rings = {one for one, other in leans if (other, one) in leans}
        if not rings:
            assert all(x[other] < x[one] for one, other in leans)


def test_a_ring_of_fluents_and_a_crowd_of_them_are_drawn_or_left_out() -> None:
    ring = [Node("a", "l", (), ("b",)), Node("b", "l", (), ("c",)), Node("c", "l", (), ("a",))]
    drawn = drawing(ring, {})
    assert drawn is not None
    assert len({place.x for place in drawn.places}) == 3
    crowd = [Node(f"f{n}", "l", (), (f"f{n + 1}",)) for n in range(500)]
    assert drawing(crowd, {}) is None


def test_a_law_that_is_none_is_a_page_that_names_those_near(client: TestClient) -> None:
    answer = client.get("/law/treatys")
    assert answer.status_code == 404
    assert "treaties" in answer.text
