"""Promise: a world from a stranger is shown, not run; and one of any size is shown in part."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Dialog
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.day import ACTS, OF_EACH_LAW, ON_A_PAGE, WHOLE
from dragoman.state.variant import world_of
from dragoman.when import read

from ..conftest import SMALL, write_world
from .conftest import Readers
from .serving import served

HERE = "http://127.0.0.1:8017"

#: Texts that would do harm if they were taken for more than texts.
HOSTILE: dict[str, str] = {
    "script": "<script>window.harmed = true; alert(1)</script>",
    "attribute": '"><img src=x onerror="window.harmed = true; alert(2)">',
    "single": "'><svg/onload='window.harmed=true'>",
    "address": "javascript:window.harmed=true",
    "template": "{{ 7 * 191 }}{% for x in (1, 2) %}{{ config }}{% endfor %}${7*191}",
    "comment": "--><script>window.harmed=true</script><!--]]>",
    "ending": "</title></script></textarea></style><script>window.harmed=true</script>",
    "entity": "&lt;script&gt;&#60;&amp;amp;",
    "formula": '=HYPERLINK("http://example.com/"&A1)',
    "turned": "abc\u202egnp.exe\u202c\u2067\u200f\u061c",
    "hidden": "zero\u200bwidth\ufeffmark\u2060",
    "control": "bell\x07null\x00escape\x1b[31mred\x7f\x9b",
    "breaks": "line\u2028paragraph\u2029end",
    "long": "ten thousand " * 770,
    "unbroken": "x" * 10_000,
    "astral": "\U0001f468\u200d\U0001f469 \U000e0041\U000e0042",
    "quotes": "'\"`\\/,;=()&?#%2F..",
}
ACT_ID = "a/b c?d#e&f=\"g'<h>%2F..\u202e"


def hostile_files() -> dict[str, str]:
    """The small world with every hostile text as a name, a note and what was done."""
    powers, acts = [], []
    for n, (name, text) in enumerate(HOSTILE.items()):
        said = (
            json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\x9b", "\\x9b")
        )
        for odd in "\u2028\u2029\ufeff":
            said = said.replace(odd, f"\\u{ord(odd):04x}")
        powers.append(f"- power: p-{name}\n  name: {said}\n  also: [{said}]\n  note: {said}\n")
        acts.append(
            f"- act: recognise\n  id: {json.dumps(ACT_ID + name, ensure_ascii=False)}\n"
            f"  date: 1922-04-{n + 1:02}\n  by: germany\n  whom: p-{name}\n  grade: de_jure\n"
            f"  what: {said}\n  note: {said}\n  cite: book 1\n"
        )
    return {
        **SMALL,
        "world.toml": SMALL["world.toml"].replace("Two powers and a treaty", "<b>Two</b> & 'more'"),
        "registers/hostile.yaml": "\n".join(powers),
        "chronicle/hostile.yaml": "\n".join(acts),
    }


@pytest.fixture(scope="module")
def hostile(own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world whose every text means harm."""
    world = dragoman.open(write_world(tmp_path_factory.mktemp("hostile"), hostile_files()))
    told = {world.name(f"p-{name}") for name in HOSTILE}
    assert told == set(HOSTILE.values())
    return world


@pytest.fixture(scope="module")
def client(hostile: World) -> Iterator[TestClient]:
    """What asks the atlas of the hostile world."""
    yield TestClient(application(hostile), HERE)


def pages() -> list[str]:
    """Addresses that show hostile texts."""
    said = [f"/why?fact={quote(f'recognition(germany, p-{name}) = de_jure')}" for name in HOSTILE]
    asked = [quote(text[:900]) for text in HOSTILE.values()]
    return [
        "/day/1922-04-30",
        *(f"/day/1922-04-{n + 1:02}" for n in range(len(HOSTILE))),
        *(f"{address}&on=1922-04-30" for address in said),
        *(f"/day/{text}" for text in asked),
        *(f"/day/1922-04-30?eyes={text}&as=odd" for text in asked),
        *(f"/why?fact={text}" for text in asked),
        *(f"/show/{quote(ACT_ID + name, safe='')}?on=1922-04-30" for name in HOSTILE),
        *(f"/show/p-{name}?on=1922-04-30" for name in HOSTILE),
        *(f"/search?q={text}" for text in asked),
        *(f"/between/germany/p-{name}?on=1922-04-30" for name in HOSTILE),
    ]


#: Characters that hide or turn text.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)


class Suspect(HTMLParser):
    """Finds what no page of the atlas has, and a hostile text may have brought in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        own = tag != "script" or given.get("src", "").startswith("/static/")
        led = [given[name] for name in ("href", "src", "action", "xlink:href") if name in given]
        if (
            tag in ("img", "iframe", "object", "embed", "base", "b")
            or not own
            or any(name.startswith("on") or name in ("style", "srcdoc") for name in given)
            or any(not re.match(r"/(?!/)|[#?]|$", address) for address in led)
        ):
            self.found.append(self.get_starttag_text() or tag)


@pytest.mark.parametrize("address", pages(), ids=lambda address: address[:50])
def test_a_hostile_text_is_a_text(address: str, client: TestClient) -> None:
    answer = client.get(address)
    assert answer.status_code in (200, 400, 404, 414)
    assert not Suspect(answer.text).found
    assert not UNSEEN.search(answer.text)
    assert "1337" not in answer.text
    assert len(answer.content) < 2_000_000


def test_all_of_it_is_shown(client: TestClient, hostile: World) -> None:
    shown = html.unescape(re.sub(r"<[^>]*>", "", client.get("/day/1922-04-30").text))
    for name in ("script", "attribute", "single", "template", "comment", "formula", "entity"):
        assert HOSTILE[name] in shown
    assert "⟨U+202E⟩" in shown
    assert "⟨U+0000⟩" in shown
    assert "x" * 500 in shown
    assert "x" * 1_000 not in shown
    assert "<b>Two</b> & 'more'" in shown


def test_as_data_it_is_given_as_it_is(client: TestClient, hostile: World) -> None:
    facts = hostile.on("1922-04-30").all()
    says = [row.says for row in facts]
    answer = client.get("/day/1922-04-30?as=json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [row["says"] for row in answer.json()["rows"]] == says
    answer = client.get("/day/1922-04-30?as=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["says"] for row in rows] == says
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]


def test_what_has_an_odd_id_is_found_by_it(hostile: World, client: TestClient) -> None:
    """As a server hears it: the test client reads an address twice."""
    shown = "".join(client.get(f"/day/1922-04-0{n}").text for n in range(1, 5))
    led = {html.unescape(found) for found in re.findall(r'class="act" href="([^"]*)"', shown)}
    assert len(led) == 4
    with served(hostile) as place:
        for address in led:
            assert urlopen(place + address).status == 200, address


def test_in_a_browser_nothing_of_it_runs(hostile: World, readers: Readers) -> None:
    with served(hostile) as place:
        reader = readers(at=place)
        dialogs: list[str] = []

        def told(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        reader.page.on("dialog", told)
        reader.page.context.add_init_script("window.harmed = false")
        opened = ["/day/1922-04-30?secrets=1", *(f"/day/1922-04-{n + 1:02}" for n in range(5))]
        for address in opened:
            reader.open(address)
            reader.asks("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
            assert reader.asks("document.scrollingElement.scrollWidth <= innerWidth")
            assert reader.asks("window.harmed") is False
        links = reader.page.locator("main a[data-proof]")
        for n in range(min(3, links.count())):
            links.nth(n).click()
            reader.page.locator("dialog[open] h1").wait_for()
            assert reader.asks("window.harmed") is False
            reader.page.keyboard.press("Escape")
        assert not reader.asks(
            "[...document.links].filter((e) => !/^https?:$/.test(e.protocol)).map((e) => e.href)"
        )
        assert not dialogs
        reader.context.close()


# --- a large world -----------------------------------------------------------------------------

MANY = 12_000


@pytest.fixture(scope="module")
def large(own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of very many acts: most on one day, with as many facts; and of some no one knows."""
    place = write_world(tmp_path_factory.mktemp("large"), SMALL)
    world = dragoman.open(place)
    first, day, year = world.told[0], read("1922-04-17"), read("1922")
    acts = [
        replace(
            first,
            id=f"act-{n}",
            when=when,
            stated=(when.earliest, when.latest),
            roles={"person": (f"person {n}",), "office": (f"office {n}",)},
            what=f"Someone was appointed, {n}. " + "At length. " * 100,
        )
        for n in range(MANY)
        for when in [day if n % 3 else year]
    ]
    assert first.kind == "appoint"
    return world_of(world, [*world.told, *acts])


def test_a_day_of_very_many_facts_is_shown_in_part(large: World) -> None:
    client = TestClient(application(large), HERE)
    count = len(large.on("1922-04-17").all())
    assert count > WHOLE
    began = time.perf_counter()
    answer = client.get("/day/1922-04-17")
    assert time.perf_counter() - began < 5
    assert answer.status_code == 200
    assert len(answer.content) < 1_500_000
    assert f"{count} facts" in answer.text
    assert answer.text.count("data-proof") < 40 * OF_EACH_LAW + 12 * ACTS
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))
    assert f"and {MANY * 2 // 3 - ACTS} more acts" in text
    assert f"{MANY // 3} acts that may fall on this day" in text
    assert 'href="/day/1922-04-17?law=offices"' in answer.text


def test_what_is_left_out_is_found_page_by_page(large: World) -> None:
    client = TestClient(application(large), HERE)
    wanted = {row.fact for row in large.on("1922-04-17").all() if row.law == "offices"}
    found: set[str] = set()
    pages = 0
    address = "/day/1922-04-17?law=offices"
    while address:
        answer = client.get(address)
        assert len(answer.content) < 2_000_000
        rows = client.get(f"{address}&as=json").json()["rows"]
        assert 0 < len(rows) <= ON_A_PAGE
        assert found.isdisjoint(row["fact"] for row in rows)
        found |= {row["fact"] for row in rows}
        after = re.search(r'href="([^"]*)">those after', answer.text)
        address = html.unescape(after[1]) if after else ""
        pages += 1
    assert found == wanted
    assert pages == -(-len(wanted) // ON_A_PAGE)


def test_what_cannot_be_given_at_once_says_where_it_is(large: World) -> None:
    client = TestClient(application(large), HERE)
    for form in ("json", "csv"):
        answer = client.get(f"/day/1922-04-17?as={form}")
        assert answer.status_code == 400
        assert "?law=" in answer.text
    few = client.get("/day/1918-06-01?as=csv")
    assert few.status_code == 200
    assert len(few.text.splitlines()) == 1 + len(large.on("1918-06-01").all())
