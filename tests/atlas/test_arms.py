"""Promise: the two arms towards a country face each other, each act on the side of who did it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.arms import leading, side_of

from ..conftest import SMALL, write_world


def asked(world: World) -> TestClient:
    return TestClient(application(world, ("testserver",)))


def sides(world: World, country: str) -> dict[str, str]:
    """The side of each act towards a country, by id."""
    page = asked(world).get(f"/arms/{country}?as=json").json()
    return {row["act"]: row["side"] for row in page["rows"]}


def test_each_act_is_on_the_side_of_those_who_do_it(world: World) -> None:
    found = sides(world, "germany")
    by_words = {world.act(id).what: side for id, side in found.items()}

    def side(words: str) -> str:
        [one] = [side for what, side in by_words.items() if words in what]
        return one

    assert side("calls the workers to arms and proclaims open revolt") == "party"
    assert side("Kun tells Zetkin") == "party"
    assert side("sign a provisional trade agreement") == "state"
    assert side("Trotsky spins out debates with Kühlmann") == "state"
    assert side("Joffe gives money to Ernst Meyer") == "party"
    assert side("Krasin, on a visit to Berlin") == "state"
    assert not [what for what in by_words if "French occupy Düsseldorf" in what]


def test_acts_of_a_side_reach_the_country(world: World) -> None:
    led = leading(world.registers)
    for id, side in sides(world, "turkey-ankara").items():
        act = world.act(id)
        named = {name for names in act.roles.values() for name in names}
        assert any("turkey-ankara" in led.get(name, ()) for name in (*named, act.place)), id
        if side == "state":
            assert any(led.get(name, frozenset()) & {"rsfsr", "ussr"} for name in named), id


def test_whom_one_serves_decides_where_one_stands(world: World) -> None:
    registers = world.registers
    assert side_of(registers, "joffe") == side_of(registers, "reichswehr") == "state"
    assert side_of(registers, "ikki") == side_of(registers, "levi") == "party"
    assert side_of(registers, "moscow") == side_of(registers, "mansfeld-workers") == ""


@pytest.mark.parametrize("country", ["germany", "great-britain", "turkey-ankara", "china-peking"])
def test_marks_and_lists_show_all(world: World, country: str) -> None:
    html = asked(world).get(f"/arms/{country}?on=1922-04-17").text
    by_state, by_party = map(
        int,
        re.search(r"selected>[^<]*\((\d+) and (\d+)\)", html).groups(),  # type: ignore[union-attr]
    )
    listed = re.findall(r"<h4>(State|Party), (\d+) act", html)
    for name, count in (("State", by_state), ("Party", by_party)):
        assert sum(int(n) for side, n in listed if side == name) == count
    assert html.count('class="act"') == by_state + by_party
    assert len(re.findall(r'<a class="mark[^>]*tabindex="0"', html)) == 2


def test_state_stands_above_party(world: World) -> None:
    html = asked(world).get("/arms/germany").text
    assert html.index('id="arm-state"') < html.index('class="axis"') < html.index('id="arm-party"')


def test_a_country_that_neither_reached_is_said_so(small: World) -> None:
    html = asked(small).get("/arms/france?of=germany").text
    assert "Neither arm is told to have reached France" in html


def test_the_arms_may_be_those_of_another(small: World) -> None:
    page = asked(small).get("/arms/rsfsr?of=germany&as=json").json()
    assert {row["side"] for row in page["rows"]} == {"state"}
    assert len(page["rows"]) == 2


@pytest.mark.parametrize(("country", "status"), [("rsfsr", 400), ("nowhere", 404)])
def test_what_cannot_be_asked_is_said(world: World, country: str, status: int) -> None:
    assert asked(world).get(f"/arms/{country}?as=json").status_code == status


def test_the_form_and_the_path_show_the_same(world: World) -> None:
    client = asked(world)
    path = client.get("/arms/china-peking?as=csv").text
    assert path == client.get("/arms?country=china-peking&as=csv").text
    assert "<h1>The two arms towards Germany</h1>" in client.get("/arms").text


def test_facts_that_run_in_a_ring_lead_somewhere(tmp_path: Path) -> None:
    ring = (
        "- place: ring\n  name: Ring\n  in: round\n\n- place: round\n  name: Round\n  in: ring\n\n"
        "- party: kpd\n  name: Communist Party\n  country: germany\n"
    )
    world = dragoman.open(write_world(tmp_path, {**SMALL, "registers/ring.yaml": ring}))
    led = leading(world.registers)
    assert led["ring"] == frozenset()
    assert led["kpd"] == {"germany"}
    assert asked(world).get("/arms/germany?of=rsfsr").status_code == 200
