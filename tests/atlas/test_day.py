"""Promise: what a day's acts are said to have begun, and what stood, is proved behind its link."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from dragoman import World
from dragoman.atlas.app import application


@pytest.mark.parametrize("day", ["1918-03-03", "1922-04-16"])
def test_what_the_acts_of_a_day_began_is_proved(day: str, world: World) -> None:
    with TestClient(application(world, ("*",))) as client:
        page = client.get(f"/day/{day}").text
        begun = re.findall(r'class="began">.*?href="([^"]*)"', page, re.DOTALL)
        assert begun
        for address in map(html.unescape, begun):
            assert client.get(f"{address}&as=json").json()["rows"][0]["verdict"] == "yes", address


def test_a_banner_leads_back_to_all_that_the_page_was_asked(world: World) -> None:
    asked = "/why?fact=in_force%28treaty-of-rapallo-1922%29&on=1922-12-01"
    with TestClient(application(world, ("*",))) as client:
        page = client.get(f"{asked}&eyes=poland").text
    [whole] = re.findall(r'<a href="([^"]*)">See everything', page)
    assert html.unescape(whole) == asked
