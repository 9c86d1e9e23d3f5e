"""Promise: the map shows what stood on the day between powers that have a place, and only that."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas import chart
from dragoman.atlas.app import application

from ..conftest import SMALL, write_world

DAYS = ("1918-03-10", "1918-08-15", "1919-10-15", "1921-03-20", "1922-04-17", "1922-12-15")
HOME = "http://127.0.0.1"

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    """A reader of the shipped world's atlas."""
    return TestClient(application(world), HOME)


@pytest.fixture
def placed(tmp_path: Path) -> TestClient:
    """A reader of a small world: Germany and Soviet Russia have seats, France has none."""
    things = SMALL["registers/things.yaml"]
    for power, town in (("germany", "berlin"), ("rsfsr", "moscow")):
        things = things.replace(f"- power: {power}\n", f"- power: {power}\n  seat: {town}\n")
    things += "\n- place: berlin\n  lat: 52.5\n  lon: 13.4\n"
    things += "\n- place: moscow\n  lat: 55.75\n  lon: 37.6\n"
    files = {**SMALL, "registers/things.yaml": things}
    return TestClient(application(dragoman.open(write_world(tmp_path / "placed", files))), HOME)


def rows(client: TestClient, day: str, sort: str, **more: str) -> Rows:
    """The rows of a sort on the map of a day."""
    answer = client.get("/map", params={"as": "json", "on": day, **more})
    assert answer.status_code == 200
    return [row for row in answer.json()["rows"] if row["sort"] == sort]


@pytest.mark.parametrize("day", DAYS)
def test_whatever_is_drawn_stood_on_the_day_as_it_is_drawn(
    client: TestClient, world: World, day: str
) -> None:
    stood = {row.fact: row for row in world.on(day).all()}
    drawn = rows(client, day, "arc") + rows(client, day, "rest")
    assert drawn
    for row in drawn:
        fact = stood[row["fact"]]
        assert row["says"] == fact.says
        if fact.fluent != "in_force":  # which is as sure as that it binds both
            assert (row["sure"], row["secret"]) == (fact.sure, fact.secret)


@pytest.mark.parametrize("day", DAYS)
def test_whatever_stood_between_two_is_drawn_or_told_as_not_on_the_map(
    client: TestClient, world: World, day: str
) -> None:
    told = {row["fact"] for sort in ("arc", "rest") for row in rows(client, day, sort)}
    for row in world.on(day).all():
        if (row.law, row.fluent) in chart.DRAWN and row.fluent != "bound":
            assert row.fact in told


@pytest.mark.parametrize("day", DAYS)
def test_every_arc_joins_marks_that_stand_where_the_registers_say(
    client: TestClient, world: World, day: str
) -> None:
    marks = {row["id"]: row for sort in ("place", "power") for row in rows(client, day, sort)}
    for arc in rows(client, day, "arc"):
        for end in (arc["from"], arc["to"]):
            place = world.registers[world.registers[end].fact("seat") or end]
            assert str(marks[end]["lon"]) == str(float(place.fact("lon") or ""))
            assert str(marks[end]["lat"]) == str(float(place.fact("lat") or ""))


@pytest.mark.parametrize("day", DAYS)
def test_a_treaty_is_drawn_between_those_whom_it_binds(
    client: TestClient, world: World, day: str
) -> None:
    bound: dict[str, set[str]] = {}
    for row in world.on(day).all():
        if row.fluent == "bound":
            ends = chart.standing(world.registers, row.args[1])
            bound.setdefault(row.args[0], set()).update(id for id, _, _ in ends)
    arcs = [arc for arc in rows(client, day, "arc") if arc["layer"] == "treaty"]
    assert arcs
    for arc in arcs:
        instrument = re.fullmatch(r"in_force\((.*)\)", arc["fact"])
        assert instrument and {arc["from"], arc["to"]} <= bound[instrument[1]]


def test_a_group_stands_for_its_members(client: TestClient, world: World) -> None:
    arcs = [row for row in rows(client, "1922-04-17", "arc") if "(allies, latvia)" in row["fact"]]
    members = set(world.registers["allies"].facts["members"])
    assert {arc["from"] for arc in arcs} == members
    assert {arc["of"] for arc in arcs} == {"The Allies"}


def test_an_organ_stands_where_its_power_does(world: World) -> None:
    [(id, spot, group)] = chart.standing(world.registers, "red-army")
    assert (id, group) == ("rsfsr", "")
    assert spot == (37.6178, 55.752)


def test_who_held_a_town_is_told(client: TestClient) -> None:
    held = {row["id"]: row.get("says") for row in rows(client, "1922-04-17", "place")}
    assert held["constantinople"] == "Constantinople is occupied by Great Britain"
    assert held["berlin"] is None


def test_where_something_happened_is_told(client: TestClient) -> None:
    places = {row["id"]: row["happened"] for row in rows(client, "1922-04-16", "place")}
    assert any("Rapallo" in told or "Germany" in told for told in places["rapallo"])
    assert not places["cairo"]


def test_what_someone_could_not_know_is_not_on_his_map(placed: TestClient) -> None:
    day = "1922-07-10"
    [arc] = (row for row in rows(placed, day, "arc") if row["layer"] == "treaty")
    assert arc["fact"] == "in_force(rapallo-treaty)" and arc["secret"]
    seen = rows(placed, day, "arc", eyes="france")
    assert [row["layer"] for row in seen] == ["recognition"]


def test_a_power_without_a_seat_is_not_drawn_anywhere(placed: TestClient) -> None:
    assert {row["id"] for row in rows(placed, "1922-07-10", "power")} == {"germany", "rsfsr"}


def test_a_world_without_places_has_an_empty_map(small: World) -> None:
    client = TestClient(application(small), HOME)
    assert not rows(client, "1922-07-10", "arc")
    assert [row["layer"] for row in rows(client, "1922-07-10", "rest")] == ["recognition", "treaty"]
    assert "not on the map" in client.get("/map?on=1922-07-10").text.casefold()


def test_what_is_too_much_is_counted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = len(rows(client, "1922-04-17", "arc"))
    monkeypatch.setattr(chart, "ARCS", 5)
    monkeypatch.setattr(chart, "REST", 0)
    monkeypatch.setattr(chart, "PLACES", 7)
    fresh = TestClient(client.app, HOME)
    assert len(rows(fresh, "1922-04-17", "arc", secrets="1")) == 5 < whole
    assert len(rows(fresh, "1922-04-17", "place", secrets="1")) == 7
    assert "more could not be shown" in fresh.get("/map?on=1922-04-17&secrets=1").text


def test_the_page_of_the_map_lists_what_it_shows(client: TestClient) -> None:
    text = client.get("/map", params={"on": "1922-04-17"}).text
    for row in rows(client, "1922-04-17", "arc") + rows(client, "1922-04-17", "rest"):
        assert row["says"].replace("'", "&#39;") in text
    assert 'aria-labelledby="map-caption"' in text and 'id="map-caption"' in text


def loaded(client: TestClient, path: str) -> Iterator[bytes]:
    """What a browser fetches for a day page: the page, what it names, what its scripts ask for."""
    page = client.get(path)
    yield page.content
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    asked = [
        a.replace("&amp;", "&") for a in re.findall(r'data-(?:map|strip)="([^"]+)"', page.text)
    ]
    imported = ["/static/turn.js", "/static/third-party/land-110m.json"]
    assert len(named) > 12 and len(asked) == 2
    for address in (*named, *asked, *imported):
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield answer.content


def test_the_first_page_with_a_map_is_light(client: TestClient) -> None:
    assert sum(len(gzip.compress(body)) for body in loaded(client, "/day/1922-04-17")) < 500_000
