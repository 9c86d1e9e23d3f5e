"""What can be wrong with a text that a person wrote, said so that it can be mended.

Reading never throws at bad input: every reader of the chronicle, the registers and the law
gives back what it could read *and* a list of `Problem` values, each with its place and a mend.
The exceptions below are for callers that ask for what is not there; they too carry words
that may be shown to a person as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a text file; `line` and `column` count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong at a spot, and how to mend it (`mend` may be empty)."""

    spot: Spot
    message: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.spot}: {self.message}" + (f"; {self.mend}" if self.mend else "")


class DragomanError(Exception):
    """A wrong request, told in words for the person who made it."""


class NotFound(DragomanError):
    """Nothing bears that name. `nearest` holds the names closest to it."""

    def __init__(self, what: str, name: str, nearest: Sequence[str] = ()) -> None:
        self.name, self.nearest = name, tuple(nearest)
        hint = f" Nearest: {', '.join(self.nearest)}." if nearest else ""
        super().__init__(f"There is no {what} called “{name}”.{hint}")


class Ambiguous(DragomanError):
    """Several things bear that name. `meanings` holds their ids."""

    def __init__(self, name: str, meanings: Sequence[str], told: Sequence[str] = ()) -> None:
        self.name, self.meanings = name, tuple(meanings)
        listing = "".join(f"\n  {line}" for line in (told or meanings))
        super().__init__(f"“{name}” can mean {len(meanings)} things; name one of them:{listing}")


class BadWorld(DragomanError):
    """A world that cannot be derived. `problems` holds every one that was found."""

    def __init__(self, title: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {p}" for p in self.problems)
        super().__init__(f"{title}:\n{lines}" if lines else title)


class BadPlan(BadWorld):
    """A plan of what might have been that cannot be carried out, with every problem of it."""


def nearest(word: str, among: Iterable[str], most: int = 3) -> list[str]:
    """The names in `among` most like `word`, best first, at most `most` of them.

    A name of the same letters in another order is the likeliest slip of all.
    """
    from rapidfuzz import fuzz, process

    names = list(among)
    letters = sorted(word)
    turned = [n for n in names if len(n) == len(word) and sorted(n) == letters]
    found = process.extract(word, names, scorer=fuzz.ratio, limit=most, score_cutoff=60)
    alike = [name for name, _, _ in found]
    return list(dict.fromkeys([*turned, *alike]))[:most]


def did_you_mean(word: str, among: Iterable[str]) -> str:
    """A mend that names the nearest right word, or an empty string."""
    close = nearest(word, among, most=1)
    return f"did you mean “{close[0]}”?" if close else ""


def one_of(*nouns: str) -> str:
    """The nouns as alternatives with their article: `an actor or place`."""
    article = "an" if nouns[0][:1] in "aeiou" else "a"
    return f"{article} {' or '.join(nouns)}"
