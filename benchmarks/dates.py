"""How fast plain dates are read, alone and beside the two EDTF libraries of the field.

Run it as `python benchmarks/dates.py`. The libraries `edtf` and `undate` are timed only if they
are installed; all three readers get the same dates in the same run, and each gives bounds.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING

from dragoman.when import day_from_gregorian, day_text, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLAIN_DATES = 200_000
SHARED_DATES = 200
ROUNDS = 5


def plain_dates(count: int) -> list[str]:
    """That many days from 1 January 1500 on, written as EDTF, all different."""
    first = day_from_gregorian(1500, 1, 1)
    return [day_text(first + number) for number in range(count)]


def per_second(reader: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts that the reader reads in a second: the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            reader(text)
        best = min(best, time.perf_counter() - start)
    return len(texts) / best


def edtf_reader() -> Callable[[str], object]:
    """The reader of the library `edtf`; ImportError where it is not installed."""
    parse = import_module("edtf").parse_edtf

    def bounds(text: str) -> object:
        parsed = parse(text)
        return parsed.lower_strict(), parsed.upper_strict()

    return bounds


def undate_reader() -> Callable[[str], object]:
    """The reader of the library `undate`; ImportError where it is not installed."""
    undate = import_module("undate").Undate

    def bounds(text: str) -> object:
        parsed = undate.parse(text, "EDTF")
        return parsed.earliest, parsed.latest

    return bounds


def main() -> None:
    """Print dates per second, then how many times faster that is than each library."""
    print(f"read(): {per_second(read, plain_dates(PLAIN_DATES)):,.0f} plain dates a second")
    shared = plain_dates(SHARED_DATES)
    ours = per_second(read, shared)
    for name, library in (("edtf", edtf_reader), ("undate", undate_reader)):
        try:
            reader = library()
        except ImportError:
            print(f"{name}: not installed, so not compared")
            continue
        theirs = per_second(reader, shared)
        print(
            f"{name}: {theirs:,.0f} a second on {SHARED_DATES} dates; read() {ours / theirs:,.0f}x"
        )


if __name__ == "__main__":
    main()
