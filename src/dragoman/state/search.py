"""Search in what a world tells: acts, provisions and register entries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dragoman.chronicle.names import fold
from dragoman.problem import DragomanError
from dragoman.state.answers import Hit, Table

if TYPE_CHECKING:
    from dragoman.state.store import Store


def search(store: Store, text: str, limit: int) -> Table[Hit]:
    """What contains every word of `text` (or its beginning), the best matches first.

    Letter case, accents and punctuation do not count. A match in a name outranks one in a text,
    whole words outrank beginnings, and words that stand together outrank scattered ones.
    """
    words = fold(text).split()
    if not words:
        raise DragomanError("give a word or more to search for")
    scored = []
    for place, (names, body, hit) in enumerate(_everything(store)):
        score = _score(words, fold(" ".join(names)), fold(body))
        if any(fold(name) == " ".join(words) for name in names):
            score += 100  # the thing itself
        if score:
            scored.append((-score, place, hit))
    best = [hit for _, _, hit in sorted(scored, key=lambda s: s[:2])[:limit]]
    return Table(Hit, best, f"Search: {text}", ("sort", "id", "date", "text"))


def _score(words: list[str], names: str, body: str) -> float:
    total = 0.0
    for word in words:
        best = 0.0
        for text, weight in ((names, 3.0), (body, 1.0)):
            padded = f" {text} "
            if f" {word} " in padded:
                best = max(best, 2 * weight)
            elif f" {word}" in padded:
                best = max(best, weight)
        if not best:
            return 0.0
        total += best
    together = f" {' '.join(words)}"
    return total * (2 if together in f" {names}" or together in f" {body}" else 1)


def _everything(store: Store) -> Iterator[tuple[tuple[str, ...], str, Hit]]:
    """Names, body text and the hit to show, for all that can be found."""
    names: dict[str, str] = {}
    entities = store.rows('SELECT id, class, name, also, provisions, note, cites FROM "entity"')
    for id, of_class, name, also, _, note, cites in entities:
        names[id] = name
        yield (name, *also), note, Hit(of_class, id, "", name, tuple(cites))
    for id, _, name, _, provisions, _, _ in entities:
        for topic, text, cites in json.loads(provisions):
            hit = Hit("provision", id, "", f"{name}, {topic}: {text}", tuple(cites))
            yield (topic,), f"{name} {text}", hit
    acts = store.rows("SELECT id, kind, date, what, note, roles, cites FROM act ORDER BY n")
    for id, kind, date, what, note, roles, cites in acts:
        named = [names.get(v, v) for values in json.loads(roles).values() for v in values]
        body = " ".join((what, note, kind.replace("_", " "), *named))
        yield (), body, Hit("act", id, date, what, tuple(cites))
