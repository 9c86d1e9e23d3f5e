"""Promise: between two powers each fact and act is shown, leads to its proof, and is bounded."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.between import LANES, LEVELS, ROWS
from dragoman.atlas.lanes import WIDTH

from ..conftest import SMALL, write_world

PAIRS = ("germany/rsfsr", "great-britain/rsfsr", "poland/rsfsr", "persia/rsfsr")


def asked(world: World) -> TestClient:
    return TestClient(application(world, ("testserver",)))


def lanes_of(html: str) -> dict[str, str]:
    """The drawn lanes by title."""
    found = re.findall(r'<section class="lane [\w-]+".*?</section>', html, re.S)
    return {re.search(r"<h2[^>]*>([^<]*)", lane)[1]: lane for lane in found}  # type: ignore[index]


@pytest.mark.parametrize("pair", PAIRS)
def test_every_fact_that_stood_on_the_day_is_listed(world: World, pair: str) -> None:
    one, other = pair.split("/")
    page = asked(world).get(f"/between/{pair}?on=1922-04-17&as=json").json()
    facts = {row["fact"] for row in page["rows"] if row["sort"] == "fact"}
    assert {row.fact for row in world.on("1922-04-17").between(one, other)} <= facts


def test_a_bar_leads_to_a_proof_that_holds(world: World) -> None:
    client = asked(world)
    html = client.get("/between/germany/rsfsr?on=1922-04-17").text
    bars = re.findall(r'<a class="bar" href="([^"]+)" data-proof', html)
    assert len(bars) > 20
    for href in bars[:: len(bars) // 12]:
        proof = client.get(href.replace("&amp;", "&") + "&as=json").json()
        assert proof["rows"][0]["verdict"] == "yes", href


def test_a_mark_leads_to_an_act_between_the_two(world: World) -> None:
    html = asked(world).get("/between/germany/rsfsr?on=1922-04-17").text
    lane = lanes_of(html)["Agreements"]
    [signed] = [act.id for act in world.acts("sign", about="treaty-of-rapallo-1922", surely=True)]
    assert f'href="/show/{signed}?on=1922-04-17"' in lane


def test_charges_and_breaches_lie_on_the_lane_of_propaganda(world: World) -> None:
    page = asked(world).get("/between/great-britain/rsfsr?as=json").json()
    told = [row for row in page["rows"] if row["lane"] == "Propaganda and charges"]
    assert any("propaganda" in row["says"].lower() for row in told if row["sort"] == "act")
    assert any(row["fact"].startswith("charge(") for row in told if row["sort"] == "fact")


def test_bars_of_a_row_do_not_overlap_and_stay_within(world: World) -> None:
    for lane in lanes_of(asked(world).get("/between/great-britain/rsfsr").text).values():
        rows: dict[str, list[tuple[float, float]]] = {}
        for bar in re.findall(r'<a class="bar".*?</a>', lane, re.S):
            rects = re.findall(r'x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', bar)
            begins = min(float(x) for x, _, _ in rects)
            ends = max(float(x) + float(width) for x, _, width in rects)
            assert begins >= 0
            assert ends <= WIDTH + 1.6
            rows.setdefault(str(int(float(rects[0][1]))), []).append((begins, ends))
        assert len(rows) <= ROWS
        for spots in rows.values():
            spots.sort()
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(spots))


def test_one_stop_of_the_tab_key_a_lane(world: World) -> None:
    for lane in lanes_of(asked(world).get("/between/germany/rsfsr").text).values():
        assert len(re.findall(r'<a [^>]*tabindex="0"', lane)) == 1
        assert len(re.findall(r"<a ", lane)) == len(re.findall(r'tabindex="-?\d"', lane))


def test_the_form_and_the_path_show_the_same(world: World) -> None:
    client = asked(world)
    path = client.get("/between/poland/rsfsr?on=1921-03-17&as=csv").text
    form = client.get("/between?one=poland&other=rsfsr&on=1921-03-17&as=csv").text
    assert path == form
    assert path.startswith("lane,sort,since,until,says,")


def test_where_none_is_named_the_two_with_the_most_acts_are_shown(world: World) -> None:
    assert "<h1>Germany and Soviet Russia</h1>" in asked(world).get("/between").text


def test_two_that_have_nothing_say_so(world: World) -> None:
    answer = asked(world).get("/between/turkey-ankara/china-peking")
    assert answer.status_code == 200
    assert "Nothing is told that stood between" in answer.text
    assert 'class="lane' not in answer.text


@pytest.mark.parametrize(("pair", "status"), [("germany/nowhere", 404), ("rsfsr/rsfsr", 400)])
def test_what_cannot_be_asked_is_said(world: World, pair: str, status: int) -> None:
    assert asked(world).get(f"/between/{pair}?as=json").status_code == status


def test_through_eyes_no_bar_leads_to_a_proof_of_another_day(world: World) -> None:
    html = asked(world).get("/between/germany/rsfsr?on=1922-04-17&eyes=poland").text
    proofs = re.findall(r'<a class="bar" href="(/why[^"]+)"', html)
    assert proofs
    assert all("on=1922-04-17" in href and "eyes=poland" in href for href in proofs)
    assert "military collaboration" not in html


def test_a_world_with_other_laws_has_the_lanes_that_it_has(small: World) -> None:
    lanes = lanes_of(asked(small).get("/between/germany/rsfsr?on=1922-09-01").text)
    assert list(lanes) == ["Agreements", "Recognition"]
    assert "in force" in lanes["Agreements"]


def test_a_law_of_its_own_has_a_lane_of_its_own(tmp_path: Path) -> None:
    law = (
        'law friendship "Friends among powers"\n\nfluent friends(one: actor, other: actor)\n'
        '  "{one} and {other} are friends"\n\n'
        "rule friendly: recognise(by A, whom B) initiates friends(A, B)\n"
        '  because "who recognises is a friend"\n  source "book 1"\n'
    )
    world = dragoman.open(write_world(tmp_path, {**SMALL, "law/friendship.law": law}))
    lanes = lanes_of(asked(world).get("/between/germany/rsfsr").text)
    assert "are friends" in lanes["Friends among powers"]


def crowded(count: int) -> Mapping[str, str]:
    """A world in which very much, of very long words, happens on one day."""
    acts = "\n".join(
        f"- act: note\n  id: n{n}\n  date: 1922-04-16\n  by: germany\n  to: rsfsr\n"
        f"  what: {'word ' * 2_000}{n}\n  cite: book {n}\n"
        for n in range(count)
    )
    return {**SMALL, "chronicle/more.yaml": acts}


def test_much_is_shown_within_bounds_and_says_how_much_more(tmp_path: Path) -> None:
    world = dragoman.open(write_world(tmp_path, dict(crowded(60))))
    html = asked(world).get("/between/germany/rsfsr?on=1922-04-16").text
    lane = lanes_of(html)["Notes and other acts"]
    marks = lane.count('class="mark')
    [more] = re.findall(r'class="crowd"[^>]*>\+(\d+)<', lane)
    assert marks == LEVELS
    assert marks + int(more) == 60
    assert len(html) < 120_000


def test_words_are_escaped(tmp_path: Path) -> None:
    acts = SMALL["chronicle/acts.yaml"].replace("Germany recognised", "<script>x</script>")
    world = dragoman.open(write_world(tmp_path, {**SMALL, "chronicle/acts.yaml": acts}))
    html = asked(world).get("/between/germany/rsfsr").text
    assert "&lt;script&gt;x" in html
    assert "<script>x" not in html


def test_no_law_or_fluent_has_two_lanes(world: World) -> None:
    for words in ("laws", "fluents", "kinds", "channels"):
        every = [word for lane in LANES for word in getattr(lane, words)]
        assert len(every) == len(set(every)), words
    known: dict[str, Any] = {
        "fluents": world.fluents,
        "kinds": world.catalogue.kinds,
        "laws": {fluent.law for fluent in world.fluents.values()} | {"claims-at-genoa"},
    }
    for words, names in known.items():
        assert not {word for lane in LANES for word in getattr(lane, words)} - set(names), words
