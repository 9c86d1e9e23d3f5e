"""Promise: the atlas shows every finding with its norm, what it rests on and its sources."""

from __future__ import annotations

import html
from collections import Counter

import pytest
from starlette.testclient import TestClient

from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.judged import MOST
from dragoman.law.events import VERDICTS


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def test_page_by_page_all_findings_are_shown_once(client: TestClient, world: World) -> None:
    shown = []
    for start in range(0, len(world.findings()) + MOST, MOST):
        rows = client.get(f"/findings?as=json&from={start}").json()["rows"]
        assert len(rows) <= MOST
        shown += [(row["act"], row["norm"], tuple(row["bindings"].items())) for row in rows]
    told = [(row.act, row.norm, tuple(row.bindings.items())) for row in world.findings()]
    assert sorted(shown) == sorted(told)
    assert 'rel="next"' in client.get("/findings").text


def test_the_counts_at_the_top_are_those_of_the_world(client: TestClient, world: World) -> None:
    page = client.get("/findings").text
    for verdict, count in Counter(row.verdict for row in world.findings()).items():
        assert f"<strong>{count}</strong> {verdict}</a>" in page


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_may_be_chosen_alone(verdict: str, client: TestClient, world: World) -> None:
    answer = client.get(f"/findings?verdict={verdict}&as=json")
    assert len(answer.json()["rows"]) == min(len(world.findings(verdict)), MOST)
    assert {row["verdict"] for row in answer.json()["rows"]} <= {verdict}


def test_findings_about_someone_and_by_a_norm_are_those_of_the_world(
    client: TestClient, world: World
) -> None:
    rows = client.get("/findings?about=Germany&as=json").json()["rows"]
    assert {row["act"] for row in rows} == {row.act for row in world.findings(about="germany")}
    assert rows
    rows = client.get("/findings?norm=comintern.obedience&as=json").json()["rows"]
    assert {row["norm"] for row in rows} == {"comintern.obedience"}
    rows = client.get("/findings?law=comintern&as=json").json()["rows"]
    assert {row["norm"].split(".")[0] for row in rows} == {"comintern"}


def test_each_finding_leads_to_its_rule_and_tells_its_grounds(
    client: TestClient, world: World
) -> None:
    found = world.findings("breach")
    page = html.unescape(client.get("/findings?verdict=breach").text)
    for row, grounds in zip(found, world.grounds(*found), strict=True):
        assert f'href="/law/{row.norm.split(".")[0]}?on=1922-04-17#{row.norm}"' in page
        assert row.what[:200] in page
        assert all(ground.says[:200] in page for ground in grounds.stood[:8])
        assert all(lacked[:200] in page for lacked in grounds.lacked[:8])
        assert row.explained[:200] in page


def test_what_a_finding_hangs_on_is_said(client: TestClient, world: World) -> None:
    page = html.unescape(client.get("/findings?verdict=breach").text)
    hanging = [row.hangs_on for row in world.findings("breach") if row.hangs_on]
    assert hanging
    assert all(said[:200] in page for said in hanging)


def test_what_could_not_be_seen_is_no_finding(world: World) -> None:
    secret = {act.id for act in world.acts(secret=True)}
    on = "1922-04-10"
    with TestClient(application(world, ("*",))) as client:
        rows = client.get(f"/findings?eyes=poland&on={on}&as=json").json()["rows"]
    seen = {act.id for act in world.seen_by("poland").acts(on)}
    assert {row["act"] for row in rows} <= seen
    assert {row.act for row in world.findings()} & secret - seen


@pytest.mark.parametrize(("asked", "status"), [("verdict=guilty", 404), ("about=nobody+x", 404)])
def test_what_is_no_name_is_a_page_in_words(asked: str, status: int, client: TestClient) -> None:
    answer = client.get(f"/findings?{asked}")
    assert answer.status_code == status
    assert "<h1>Nothing bears that name</h1>" in answer.text


def test_a_number_to_begin_from_may_be_nonsense(client: TestClient) -> None:
    for start in ("-1", "x", "²", "999999999999999999999", "7"):
        assert client.get(f"/findings?from={start}").status_code == 200
