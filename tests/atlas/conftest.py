"""An atlas served on this machine, and a browser to read it with.

Where Chromium is missing the tests that need it are skipped, or fail if the environment variable
DRAGOMAN_BROWSER says `required`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dragoman import World

from .serving import CHROMIUM, chromium, served


@pytest.fixture(scope="session")
def address(world: World) -> Iterator[str]:
    """Where the shipped world is served for the session."""
    with served(world) as place:
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It is shut after each module, for its loop is in the way of others."""
    if not CHROMIUM.exists():
        wanting = f"there is no browser at {CHROMIUM}: apt-get install chromium"
        if os.environ.get("DRAGOMAN_BROWSER") == "required":
            pytest.fail(wanting)
        pytest.skip(wanting)
    with chromium() as opened:
        yield opened


@dataclass
class Reader:
    """Someone with a browser of his own: his page, and what went wrong on it."""

    context: BrowserContext
    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Open an address of the atlas, and wait until all of it is there."""
        self.page.goto(self.address + address, wait_until="networkidle")

    def asks(self, script: str) -> Any:
        """What a script finds out on the page."""
        return self.page.evaluate(script)


Readers = Callable[..., Reader]

_REFUSED = """document.addEventListener("securitypolicyviolation",
  (event) => console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`));"""


@pytest.fixture
def readers(browser: Browser, address: str) -> Iterator[Readers]:
    """Makes readers, each with a browser context of his own. What went wrong fails the test.

    Takes what `Browser.new_context` takes, and `at`: another atlas than the shipped world's.
    """
    made: list[Reader] = []

    def one(at: str = address, **how: Any) -> Reader:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        context.set_default_timeout(20_000)
        context.add_init_script(_REFUSED)
        reader = Reader(context, context.new_page(), at)
        wrong, page = reader.wrong, reader.page
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                wrong.append(f"{page.url}: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        page.on(
            "requestfailed",
            lambda asked: (  # who goes on does not wait for what he asked for
                wrong.append(f"{asked.url}: {asked.failure}")
                if asked.failure != "net::ERR_ABORTED"
                else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                wrong.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None
            ),
        )
        made.append(reader)
        return reader

    yield one
    for reader in made:
        reader.context.close()
    assert not [fault for reader in made for fault in reader.wrong]


@pytest.fixture
def reader(readers: Readers) -> Reader:
    """Someone who reads the shipped world on an ordinary screen."""
    return readers()
