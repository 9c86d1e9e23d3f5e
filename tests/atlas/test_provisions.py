"""Promise: the matrix of provisions counts and opens what the registers say, no more, no less."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from starlette.testclient import TestClient

from dragoman import World
from dragoman.atlas.app import application

CELL = re.compile(
    r'href="/provisions/([^"?]+)\?topic=([^"&]+)&amp;[^"]*" data-proof[^>]*>'
    r'<span class="dot n\d">(\d+)<'
)


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def _told(world: World, of_class: str) -> Counter[tuple[str, str]]:
    return Counter(
        (entity.id, provision.topic)
        for entity in world.registers.values()
        if entity.of_class == of_class
        for provision in entity.provisions
    )


def _cells(page: str) -> dict[tuple[str, str], int]:
    return {(id, topic): int(count) for id, topic, count in CELL.findall(page)}


def test_the_cells_are_the_numbers_of_the_registers(world: World, client: TestClient) -> None:
    told = _told(world, "instrument")
    texts = Counter(topic for _, topic in told)
    cells = _cells(client.get("/provisions").text)
    assert cells == {at: n for at, n in told.items() if texts[at[1]] > 1}
    alone = next(topic for topic, count in texts.items() if count == 1)
    chosen = _cells(client.get("/provisions", params={"topic": alone}).text)
    assert {at: n for at, n in chosen.items() if at[1] == alone} == {
        at: n for at, n in told.items() if at[1] == alone
    }


def test_a_cell_opens_the_words_with_their_citations(world: World, client: TestClient) -> None:
    page = client.get("/provisions").text
    links = re.findall(r'href="(/provisions/[^"]+topic=[^"]+)" data-proof', page)
    assert len(links) > 100
    for link in links[::9]:
        id, topic = re.findall(r"/provisions/([^?]+)\?topic=([^&]+)", link)[0]
        rows = client.get(link.replace("&amp;", "&") + "&as=json").json()["rows"]
        own = [p for p in world.registers[id].provisions if p.topic == topic]
        assert [row["text"] for row in rows] == [p.text for p in own]
        assert [row["cites"] for row in rows] == [list(map(str, p.cites)) for p in own]


def test_the_choice_of_a_power_leaves_what_it_is_party_to(world: World, client: TestClient) -> None:
    rows = client.get("/provisions?power=germany&as=json").json()["rows"]
    ids = {row["instrument"] for row in rows}
    assert "treaty-of-rapallo-1922" in ids
    assert all("germany" in world.registers[id].facts["parties"] for id in ids)
    of_poland = client.get("/provisions?power=poland&as=json").json()["rows"]
    assert "treaty-of-rapallo-1922" not in {row["instrument"] for row in of_poland}


def test_rows_stand_by_date_of_signature_in_each_group(client: TestClient) -> None:
    page = client.get("/provisions?group=none&as=json").json()["rows"]
    dates = list(dict.fromkeys((row["date"], row["instrument"]) for row in page))
    years = [re.findall(r"\d{4}", date)[0] for date, _ in dates if date]
    assert years == sorted(years) and len(years) > 50
    grouped = client.get("/provisions?group=power").text
    groups = re.findall(r'scope="rowgroup"><span>([^<]*)<', grouped)
    assert "Germany" in groups and len(groups) == len(set(groups))


def test_through_eyes_a_text_is_told_of_only_once_it_could_be_known(small: World) -> None:
    atlas = TestClient(application(small, ("*",)))
    for address in ("/provisions", "/provisions/rapallo-treaty"):
        early = atlas.get(address, params={"eyes": "france", "on": "1922-01-01"})
        late = atlas.get(address, params={"eyes": "france", "on": "1922-05-01"})
        assert early.status_code == late.status_code == 200
        assert "drops its claims" not in early.text
        rows = [
            atlas.get(address, params={"eyes": "france", "on": day, "as": "json"}).json()["rows"]
            for day in ("1922-01-01", "1922-05-01")
        ]
        assert not rows[0]
        assert [row["text"] for row in rows[1]] == ["Each side drops its claims."]
