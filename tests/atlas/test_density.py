"""Promise: the strip counts every act that is dated to within a month, by channel, once."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas import density
from dragoman.atlas.app import application
from dragoman.chronicle.catalogue import CHANNELS
from dragoman.when import day_text, read

from ..conftest import SMALL, write_world

ACT = """
- act: recognise
  date: {date}
  by: germany
  whom: rsfsr
  what: Recognised.
  cite: book 1
"""


def counted(world: World, **asked: str) -> list[dict[str, Any]]:
    """The rows of the strip."""
    client = TestClient(application(world), "http://127.0.0.1")
    answer = client.get("/density", params={"as": "json", **asked})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def acted(folder: Path, *dates: str) -> World:
    """A small world with an act on each of the dates, and no others."""
    chronicle = "".join(ACT.format(date=date) for date in dates)
    files = {**SMALL, "chronicle/acts.yaml": chronicle, "expect/all.yaml": ""}
    return dragoman.open(write_world(folder, files))


def test_each_act_is_shared_out_over_the_days_on_which_it_may_fall(world: World) -> None:
    rows = counted(world)
    starts = [read(row["first"]).earliest for row in rows]
    ends = [read(row["last"]).earliest for row in rows]
    expected = {channel: [0.0] * len(rows) for channel in CHANNELS}
    for channel, earliest, latest in world.store.rows("SELECT channel, earliest, latest FROM act"):
        if latest - earliest >= density.WITHIN or latest < starts[0] or earliest > ends[-1]:
            continue
        for n in range((max(earliest, starts[0]) - starts[0]) // 7, len(rows)):
            if starts[n] > latest:
                break
            days = min(latest, ends[n]) - max(earliest, starts[n]) + 1
            expected[channel][n] += days / (latest - earliest + 1)
    for channel in CHANNELS:
        assert [row[channel] for row in rows] == pytest.approx(expected[channel], abs=0.006)


def test_weeks_begin_on_mondays_and_follow_on_each_other(world: World) -> None:
    rows = counted(world)
    days = [(read(row["first"]).earliest, read(row["last"]).earliest) for row in rows]
    assert all(first % 7 == 1 for first, _ in days)
    assert all(last + 1 == first for (_, last), (first, _) in itertools.pairwise(days))
    first, last = world.source.settings.told
    assert days[0][0] <= first <= days[0][1] and days[-1][1] == last


def test_an_act_whose_month_alone_is_known_is_one_act(tmp_path: Path) -> None:
    rows = counted(acted(tmp_path, "1922-04", "1922-05-03", "1921"))
    assert sum(row["state"] for row in rows) == pytest.approx(2, abs=0.03)


def test_acts_that_cannot_be_seen_are_not_counted(small: World) -> None:
    day = {"on": "1922-07-10"}
    everyone, france = (
        sum(sum(row[c] for c in CHANNELS) for row in counted(small, **look))
        for look in (day, {**day, "eyes": "france"})
    )
    assert everyone > france > 0


def test_the_strip_of_a_thousand_years_has_an_end(tmp_path: Path) -> None:
    rows = counted(acted(tmp_path, "0922-04-16", "1922-04-16"))
    assert 1 < len(rows) <= density.MOST
    assert sum(row["state"] for row in rows) == 2


def test_a_world_without_acts_has_a_strip(tmp_path: Path) -> None:
    world = acted(tmp_path)
    [row] = counted(world)
    assert row["first"] <= world.opens_on <= row["last"]


def test_the_page_tells_how_many_acts_are_left_out(world: World) -> None:
    text = TestClient(application(world), "http://127.0.0.1").get("/density").text
    asked = f"SELECT count(*) FROM act WHERE latest - earliest >= {density.WITHIN}"
    [(vague,)] = world.store.rows(asked)
    assert vague and f"{vague} acts that are not dated to within a month" in text


def test_a_day_page_names_its_strip_and_its_map(world: World) -> None:
    day = day_text(world.day("1922-04-17"))
    text = TestClient(application(world), "http://127.0.0.1").get(f"/day/{day}?eyes=poland").text
    assert 'data-strip="/density?as=json&amp;on=1922-04-17&amp;eyes=poland"' in text
    assert 'data-map="/map?as=json&amp;on=1922-04-17&amp;eyes=poland"' in text
