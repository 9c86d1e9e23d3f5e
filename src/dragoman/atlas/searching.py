"""Search: names, provisions and acts that contain what was asked for, each where it is told."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dragoman.atlas.look import Look
from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.names import fold
from dragoman.state.answers import Hit
from dragoman.state.intervals import date_words
from dragoman.state.search import spellings
from dragoman.state.world import World

#: So many characters and words of a query count, and so many results are given.
LONGEST, MOST_WORDS, MOST = 200, 12, 200
#: A longer text is cut for showing.
_TOLD = 400

#: A piece of a text, and whether it is one of the words that were sought.
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Found:
    """A result: its text in pieces, its sort in words, its address, its date and citations."""

    pieces: tuple[Piece, ...]
    sort: str
    address: str
    date: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one sort, under a heading."""

    heading: str
    found: tuple[Found, ...]


def results(asked: Asked) -> Page:
    """What contains the words of `q`, grouped by sort; at most as many as `most` says."""
    given = asked.words.get("q", "").strip()
    words = fold(given[:LONGEST]).split()[:MOST_WORDS]
    text = given if _whole(given) else " ".join(words)
    most = _number(asked.words.get("most", ""))
    world, look = asked.world, asked.look
    hits = list(world.search(text, most + 1)) if words else []
    page = asked.words.get("as", "html") == "html"
    meant = spellings(world.store, text) if words and page else {}
    sought = [term for terms in meant.values() for term in terms]
    return Page(
        title=f"Search: {text}" if words else "Search",
        template="search.html",
        shown={
            "asked_for": text,
            "cut": text != given,
            "spelt": {word: terms for word, terms in meant.items() if terms != [word]},
            "groups": _grouped(hits[:most], world, look, sought),
            "count": min(len(hits), most),
            "more": len(hits) > most,
            "alone": [] if hits else _alone(world, meant),
        },
        rows=[_row(hit, look) for hit in hits[:most]],
        columns=("sort", "id", "date", "text", "cites", "address"),
        words=("q", "most"),
    )


def _whole(given: str) -> bool:
    return len(given) <= LONGEST and len(fold(given).split()) <= MOST_WORDS


def _number(text: str) -> int:
    return min(max(int(text), 1), MOST) if re.fullmatch("[0-9]{1,4}", text) else MOST


def _alone(world: World, meant: Mapping[str, Sequence[str]]) -> list[str]:
    """The words, of several that nothing holds together, that something holds alone."""
    single = [terms[0] for terms in meant.values()] if len(meant) > 1 else []
    return [word for word in dict.fromkeys(single) if world.search(word, 1)]


def _address(hit: Hit, look: Look) -> str:
    return f"/show/{urllib.parse.quote(hit.id, safe='')}{look.query()}"


def _row(hit: Hit, look: Look) -> dict[str, object]:
    """A result as data, with its date in words, and its address in the atlas."""
    row = {name: getattr(hit, name) for name in Hit.__slots__}
    more = {"when": date_words(hit.date), "address": _address(hit, look)}
    return {**row, "text": _short(hit.text), **more}


def _short(text: str) -> str:
    return text if len(text) <= _TOLD else f"{text[:_TOLD]}…"


def _grouped(hits: Iterable[Hit], world: World, look: Look, sought: Sequence[str]) -> list[Group]:
    """The results in groups: names, provisions, acts; within each the best first."""
    groups: dict[str, list[Found]] = {"Names": [], "Provisions": [], "Acts": []}
    classes = world.catalogue.classes
    for hit in hits:
        heading = {"provision": "Provisions", "act": "Acts"}.get(hit.sort, "Names")
        label = classes[hit.sort].label if hit.sort in classes else hit.sort
        found = Found(
            tuple(_pieces(_short(hit.text), sought)),
            *(label, _address(hit, look), hit.date, hit.cites),
        )
        groups[heading].append(found)
    return [Group(heading, tuple(found)) for heading, found in groups.items() if found]


def _pieces(text: str, sought: Sequence[str]) -> Iterable[Piece]:
    """A text in pieces; those that begin with a word that was sought are marked."""
    plain = ""
    for word in text.split(" "):
        bare = fold(word).split()
        if any(part.startswith(term) for part in bare for term in sought):
            if plain:
                yield plain, False
            yield word, True
            plain = " "
        else:
            plain += f"{word} "
    yield plain.rstrip(), False


VIEWS: Mapping[str, View] = {"/search": results}
