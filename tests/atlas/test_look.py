"""Promise: an address of the atlas says all that is needed to show the same again."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dragoman import DragomanError, World
from dragoman.atlas.app import application
from dragoman.atlas.look import Look
from dragoman.when import day_text


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_look_is_read_back_from_its_query(data: st.DataObject, world: World) -> None:
    witnesses = st.sampled_from(["bailey", "bullitt"])
    look = Look(
        day=day_text(data.draw(st.integers(700_000, 702_000))),
        eyes=data.draw(st.sampled_from(["", "poland", "germany"])),
        according_to=tuple(data.draw(st.lists(witnesses, max_size=1))),
        excepting=tuple(data.draw(st.lists(witnesses, max_size=2, unique=True))),
        secrets=data.draw(st.booleans()),
    )
    asked = urllib.parse.parse_qsl(look.query(q="& ? #").removeprefix("?"))
    assert Look.of(world, asked, "1900-01-01") == look


@pytest.mark.parametrize(
    "asked", [("on", "1922"), ("on", "soon"), ("eyes", "nobody at all"), ("account", "estonia")]
)
def test_what_cannot_be_looked_at_is_an_error_in_words(
    asked: tuple[str, str], world: World
) -> None:
    with pytest.raises(DragomanError):
        Look.of(world, [asked], "1922-04-17")


def test_names_in_a_query_are_forgiving(world: World) -> None:
    assert Look.of(world, [("eyes", "Poland"), ("on", "17 April 1922")], "1900-01-01") == Look(
        "1922-04-17", "poland"
    )


def test_the_atlas_opens_on_the_day_that_the_world_names(world: World) -> None:
    with TestClient(application(world, ("*",))) as client:
        answer = client.get("/")
    assert answer.url.path == "/day/1922-04-17"
    assert "<h1>17 April 1922</h1>" in answer.text


def test_the_same_address_gives_the_same_as_page_and_as_data(world: World) -> None:
    with TestClient(application(world, ("*",))) as client:
        page = client.get("/day/1922-04-17?secrets=1").text
        rows = client.get("/day/1922-04-17?as=json").json()["rows"]
        lines = client.get("/day/1922-04-17?as=csv").text.splitlines()
    assert len(rows) == len(world.on("1922-04-17").all())
    assert f"{len(rows)} facts" in page
    assert len(lines) > len(rows)
    assert "secret then" in page
