"""Pictures of every view of the shipped world's atlas, for the documentation.

    make screenshots

Writes docs/atlas/NAME.png, 1280 by 900, of the addresses in tests/atlas/addresses.py. Needs
Chromium. The address in the citation at the foot of a page holds the port, so that is always the
same.
"""

from __future__ import annotations

from pathlib import Path

from tests.atlas.addresses import VIEWS
from tests.atlas.serving import chromium, served

import dragoman

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "atlas"
PORT = 8018
#: No picture may be larger, in bytes.
LARGEST = 300_000


def main() -> None:
    """Write the pictures, and say how large each is."""
    FOLDER.mkdir(exist_ok=True)
    with served(dragoman.open(), PORT) as place, chromium() as browser:
        for name, address in VIEWS.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 900},
                color_scheme="light",
                reduced_motion="reduce",
                locale="en-GB",
                timezone_id="UTC",
            )
            answer = page.goto(place + address, wait_until="networkidle")
            if answer is None or not answer.ok:
                raise SystemExit(f"{address} cannot be opened")
            picture = FOLDER / f"{name}.png"
            page.screenshot(path=picture, animations="disabled", caret="hide")
            page.close()
            size = picture.stat().st_size
            print(f"{picture.relative_to(FOLDER.parents[1])}  {size // 1000} kB")
            if size > LARGEST:
                raise SystemExit(f"{picture.name} is larger than {LARGEST // 1000} kB")


if __name__ == "__main__":
    main()
