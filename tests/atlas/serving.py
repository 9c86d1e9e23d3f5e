"""The atlas served in this process and Chromium to read it with: for tests and screenshots."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dragoman import World
from dragoman.atlas.serve import LOOPBACK, server

#: Debian's.
CHROMIUM = Path("/usr/bin/chromium")
#: The last two make a picture of a page the same each time.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-partial-raster",
    "--num-raster-threads=1",
)


@contextlib.contextmanager
def served(world: World, port: int = 0) -> Iterator[str]:
    """The address of a world's atlas, served as `dragoman atlas` does, at a port (0: any free)."""
    serving = server(world, LOOPBACK)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
        thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            serving.should_exit = True
            thread.join(20)
    assert not thread.is_alive()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, until it is no longer needed."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield opened
        opened.close()
