"""Promise: the atlas can be read by anyone: by keyboard alone, at any size, in the dark, on paper,
without scripts, with a screen reader; and an address shows the same to everyone.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest

from dragoman import World

from .addresses import VIEWS
from .conftest import Reader, Readers

DAY = "/day/1922-04-17"
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
#: What stands in the main part of a page, in one line.
MAIN = "document.querySelector('main').innerText.replace(/\\s+/g, ' ')"
#: How far the page can be scrolled to the side, in CSS pixels.
ASIDE = "document.scrollingElement.scrollWidth - innerWidth"

every_view = pytest.mark.parametrize("view", VIEWS)


def heading(reader: Reader) -> str:
    """The first heading of the page."""
    return str(reader.asks("document.querySelector('main h1').innerText"))


@every_view
def test_a_view_opens_and_nothing_goes_wrong(view: str, readers: Readers, reader: Reader) -> None:
    reader.open(VIEWS[view])
    assert heading(reader)
    assert reader.asks("document.title").startswith(heading(reader)[:40])
    assert reader.page.locator("main a[href]").count()


def focused(reader: Reader, what: str) -> Any:
    """A property of what the keyboard is at."""
    return reader.asks(f"document.activeElement.{what}")


@every_view
def test_the_first_key_leads_past_the_head_of_the_page(view: str, reader: Reader) -> None:
    reader.open(VIEWS[view])
    reader.page.keyboard.press("Tab")
    assert focused(reader, "className") == "skip"
    assert focused(reader, "getBoundingClientRect().left") >= 0
    reader.page.keyboard.press("Enter")
    assert focused(reader, "id") == "main"


@every_view
def test_slash_leads_to_the_search(view: str, reader: Reader) -> None:
    reader.open(VIEWS[view])
    reader.page.keyboard.press("/")
    assert focused(reader, "name") == "q"
    reader.page.keyboard.type("a/b")
    assert focused(reader, "value") == "a/b"


def test_arrows_lead_to_the_days_on_which_something_happened(reader: Reader, world: World) -> None:
    [(later,)] = world.store.rows(
        """SELECT strftime(min(make_date(1, 1, 1) + (earliest - 1)::INTEGER), '%Y-%m-%d') FROM act
        WHERE earliest = latest AND make_date(1, 1, 1) + (earliest - 1)::INTEGER > '1922-04-17'"""
    )
    reader.open(DAY)
    reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_url(f"**/day/{later}")
    reader.page.keyboard.press("ArrowLeft")
    reader.page.wait_for_url(re.compile(r"/day/(?!" + later + ")"))
    assert reader.page.url.rpartition("/")[2] <= "1922-04-17"
    reader.page.keyboard.press("/")
    reader.page.keyboard.type("ab")
    here = reader.page.url
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.type("c")
    assert focused(reader, "value") == "acb"
    assert reader.page.url == here


def test_a_proof_opens_at_the_side_and_closes_again(reader: Reader) -> None:
    reader.open(DAY)
    link = reader.page.locator("main a[data-proof]:visible").nth(3)
    says = link.inner_text()
    link.focus()
    reader.page.keyboard.press("Enter")
    side = reader.page.locator("dialog[open]")
    side.wait_for()
    assert says in side.inner_text()
    assert side.get_by_role("link", name="Open as a page").count() == 1
    here = reader.page.url
    for _ in range(6):
        reader.page.keyboard.press("Tab")
        assert reader.asks("document.activeElement.matches('body, dialog, dialog *')")
    reader.page.keyboard.press("Escape")
    assert side.count() == 0
    assert focused(reader, "innerText") == says
    assert reader.page.url == here


def test_all_that_a_mouse_can_choose_can_be_reached_with_the_keyboard(reader: Reader) -> None:
    for address in VIEWS.values():
        reader.open(address)
        out_of_reach = reader.asks(
            """[...document.querySelectorAll("main *")].filter((e) =>
              (e.onclick || e.matches("[role=button], [data-proof]")) && e.tabIndex < 0
              && !e.closest("[data-lanes] svg")?.querySelector("a[tabindex='0']")
            ).map((e) => e.outerHTML.slice(0, 200))"""
        )
        assert not out_of_reach


def test_search_goes_on_after_a_day_is_turned(reader: Reader) -> None:
    reader.open(VIEWS["day"])
    reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_url("**/day/1922-04-18*")
    reader.page.keyboard.press("/")
    reader.page.keyboard.type("rapallo")
    reader.page.locator("[role=option]").first.wait_for()
    assert reader.asks("document.querySelector('.find [name=on]').value") == "1922-04-18"


# --- eyes --------------------------------------------------------------------------------------


def test_what_was_kept_from_the_eyes_is_gone_until_all_is_seen(
    reader: Reader, world: World
) -> None:
    day = "1922-09-01"
    kept = next(iter(world.secrets(day, kept_from="poland"))).says
    shown = f"[...document.querySelectorAll('a.fact')].some((a) => a.textContent === {kept!r})"
    reader.open(f"/day/{day}")
    assert reader.asks(shown)
    reader.page.get_by_label("Eyes").select_option("poland")
    reader.page.get_by_role("button", name="Look").click()
    banner = reader.page.locator(".banner")
    banner.wait_for()
    assert "through the eyes of Poland" in banner.inner_text()
    assert reader.page.get_by_label("Eyes").input_value() == "poland"
    assert not reader.asks(shown)
    reader.page.get_by_role("link", name="See everything").click()
    reader.page.wait_for_url(lambda url: "poland" not in url)
    assert reader.asks(shown)
    assert banner.count() == 0


@every_view
def test_a_shared_address_shows_the_same(view: str, readers: Readers) -> None:
    with_eyes = VIEWS[view] + ("&" if "?" in VIEWS[view] else "?") + "eyes=germany&secrets=1"
    one, other = readers(), readers()
    one.open(with_eyes)
    cited = one.page.locator("#cite").input_value()
    other.open(cited.partition(one.address)[2])
    assert one.asks(MAIN) == other.asks(MAIN)
    assert "through the eyes of Germany" in other.page.locator(".banner").inner_text()
    for name in ("CSV", "JSON"):
        links = [r.page.get_by_role("link", name=name, exact=True) for r in (one, other)]
        if links[0].count():
            assert links[0].get_attribute("href") == links[1].get_attribute("href")


# --- screens and paper -------------------------------------------------------------------------

#: Red, green, blue (0 to 255) of the ground and of the ink.
COLOURS = """["backgroundColor", "color"].map((name) =>
  getComputedStyle(document.body)[name].match(/[\\d.]+/g).slice(0, 3).map(Number))"""


@every_view
def test_a_dark_page_has_light_ink_on_a_dark_ground(view: str, readers: Readers) -> None:
    for scheme in ("light", "dark"):
        reader = readers(color_scheme=scheme)
        reader.open(VIEWS[view])
        ground, ink = map(sum, reader.asks(COLOURS))
        assert (ground < ink) == (scheme == "dark")
        assert abs(ground - ink) > 450


@every_view
@pytest.mark.parametrize(
    ("width", "height", "scale"), [(390, 844, 3), (640, 450, 2)], ids=["phone", "at 200 %"]
)
def test_no_page_must_be_pushed_aside_to_be_read(
    view: str, width: int, height: int, scale: int, readers: Readers
) -> None:
    reader = readers(viewport={"width": width, "height": height}, device_scale_factor=scale)
    reader.open(VIEWS[view])
    assert reader.asks(ASIDE) <= 0
    assert reader.page.locator("main h1").is_visible()
    reader.asks("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    assert reader.asks(ASIDE) <= 0


@every_view
def test_on_paper_stands_what_is_open_and_no_apparatus(view: str, reader: Reader) -> None:
    reader.open(VIEWS[view])
    reader.page.emulate_media(media="print")
    assert reader.page.locator("main h1").is_visible()
    assert len(reader.asks(MAIN)) > 100
    assert not reader.page.locator("nav").first.is_visible()
    assert not reader.page.get_by_role("searchbox").first.is_visible()
    assert reader.asks("document.querySelector('#cite').checkVisibility()")
    ground, ink = map(sum, reader.asks(COLOURS))
    assert (ground, ink) == (765, 0)


@every_view
def test_without_scripts_everything_can_be_read(view: str, readers: Readers) -> None:
    plain, scripted = readers(java_script_enabled=False), readers()
    for reader in (plain, scripted):
        reader.open(VIEWS[view])
    told = [r.page.locator("main :is(h1, h2)").all_inner_texts() for r in (plain, scripted)]
    assert told[0] == told[1]
    assert len(plain.page.locator("main").inner_text()) > 100
    links = plain.page.locator("main a[data-proof]:not(svg *):visible")
    if links.count():
        says = links.first.inner_text()
        with plain.page.expect_navigation():
            links.first.click()
        assert says in plain.page.locator("main").inner_text()


# --- those who do not see ----------------------------------------------------------------------


@every_view
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_view_keeps_the_rules_of_accessibility(view: str, scheme: str, readers: Readers) -> None:
    reader = readers(color_scheme=scheme)
    reader.open(VIEWS[view])
    reader.asks("document.querySelectorAll('details').forEach((e, n) => { e.open = n < 4; })")
    reader.asks(AXE)
    found = reader.asks("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    grave = [
        f"{rule['impact']}: {rule['help']}: {rule['nodes'][0]['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert not grave
