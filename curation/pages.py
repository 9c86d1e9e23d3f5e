"""The printed page of every line of the scan of Carr's third volume.

    python curation/pages.py carr-3.txt > pages.tsv

The scan lost its page numbers, but not its page openings. A printed page opens with
  - a line that begins with a space (the scan's own mark of a new page), or
  - a running head that survived ("SOVIET RUSSIA AND THE WORLD", "CH. XXVI ..."), or
  - the heading of a chapter or note, for each begins a page.
The text begins on page 3, so a page's number is 3 and the openings before it. That count was made
without the page numbers that do survive, in heads and at the foot of chapter openings: they
measure it. See docs/curation.md for the method and its error.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

FIRST_PAGE = 3
FIRST_HEADING = re.compile(r"CHAPTER 2 I")
BIBLIOGRAPHY = re.compile(r" I *$")
OPENING = re.compile(
    r" \S|CH\. ?[\w]+ [A-Z]|(\w+ )?SOVIET RUSSIA AND THE WORLD|CHAPTER [\dI ]+$|NOTE [EF]\b"
)
#: A number in a running head, or alone on a line at the foot of a chapter's first page.
PRINTED = re.compile(r"(\d+) SOVIET RUSSIA AND THE WORLD|CH\. ?\w+ [A-Z].* (\d+) *$|(\d{1,3}) *$")


def openings(lines: Sequence[str]) -> list[int]:
    """The numbers, from 1, of the lines that open a page of the text, in order."""
    first = next(n for n, line in enumerate(lines, 1) if FIRST_HEADING.match(line))
    found = [n for n, line in enumerate(lines, 1) if n >= first and OPENING.match(line)]
    end = next(n for n in found if BIBLIOGRAPHY.match(lines[n - 1]))
    return [n for n in found if n < end]


def page_of(line: int, opened: Sequence[int]) -> int:
    """The printed page on which a line of the scan stands."""
    return FIRST_PAGE + bisect_right(opened, line) - 1


def printed(lines: Sequence[str], opened: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Lines of the text on which the scan kept a page number, and that number."""
    for number in range(opened[0], opened[-1]):
        if match := PRINTED.match(lines[number - 1]):
            yield number, int(match[1] or match[2] or match[3])


def main(scan: str) -> None:
    """Print the line on which each page opens, and how many of the kept numbers agree."""
    lines = Path(scan).read_text(encoding="utf-8").split("\n")
    opened = openings(lines)
    print("line", "page", sep="\t")
    for line in opened:
        print(line, page_of(line, opened), sep="\t")
    kept = list(printed(lines, opened))
    right = sum(page_of(line, opened) == page for line, page in kept)
    print(f"{right} of {len(kept)} numbers that the scan kept agree", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:2])
