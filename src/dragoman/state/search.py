"""Search in what a world tells: acts, provisions and register entries.

The words stand in a full-text index (SQLite's FTS5) beside the kept state, made at the first
search; that of a state which is kept nowhere is held in memory as long as the state. A word
that occurs nowhere is taken for another spelling: a word of the same sound (`Tchitcherin`,
`Čičerin`), else the words nearest to it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.chronicle.names import fold, sound
from dragoman.problem import DragomanError, nearest
from dragoman.state.answers import Hit, Table

if TYPE_CHECKING:
    from dragoman.state.store import Store

_TABLES = """
CREATE VIRTUAL TABLE hit USING fts5(names, body, shown UNINDEXED, prefix='2 3 4');
CREATE VIRTUAL TABLE word USING fts5vocab(hit, 'row');
CREATE TABLE called (name TEXT, hit INTEGER);
CREATE TABLE spelt (term TEXT PRIMARY KEY, heard TEXT) WITHOUT ROWID;
"""
#: The best matches of a query: what bears the name first; then by BM25, in which a match in a
#: name counts eight times one in a text.
_BEST = """
SELECT shown FROM hit WHERE hit MATCH ?
ORDER BY rowid IN (SELECT hit FROM called WHERE name = ?) DESC, bm25(hit, 8.0, 1.0), rowid
LIMIT ?
"""


def search(store: Store, text: str, limit: int) -> Table[Hit]:
    """What contains every word of `text` (or its beginning), the best matches first.

    Letter case, accents and punctuation do not count, and spelling is forgiven. What bears just
    this name comes first; then matches in names before those in texts, whole words before
    beginnings, and words that stand together before scattered ones.
    """
    words = fold(text).split()
    if not words:
        raise DragomanError("give a word or more to search for")
    with _index(store) as index:
        meant = _meant(index, words)
        asked = " AND ".join(f"({' OR '.join(map(_whole_or_begun, terms))})" for terms in meant)
        phrase = " ".join(terms[0] for terms in meant)
        rows = index.execute(_BEST, (f'({asked}) OR "{phrase}"', phrase, limit)).fetchall()
    told = (json.loads(shown) for (shown,) in rows)
    hits = (Hit(sort, id, date, said, tuple(cites)) for sort, id, date, said, cites in told)
    return Table(Hit, hits, f"Search: {text}", ("sort", "id", "date", "text"))


def spellings(store: Store, text: str) -> dict[str, list[str]]:
    """What a search takes the words of `text` for, by word: itself, or words like it."""
    words = list(dict.fromkeys(fold(text).split()))
    with _index(store) as index:
        return dict(zip(words, _meant(index, words), strict=True))


def _whole_or_begun(word: str) -> str:
    return f'"{word}" OR "{word}"*'


def _meant(index: sqlite3.Connection, words: Sequence[str]) -> list[list[str]]:
    """Of each word: itself if any text has it or a word that begins so, else the words meant."""
    known: list[str] = []
    meant = []
    for word in words:
        found = [word] if _begins(index, word) else _alike(index, word)
        if not found:
            known = known or [t for (t,) in index.execute("SELECT term FROM spelt ORDER BY term")]
            found = nearest(word, known) or [word]
        meant.append(found)
    return meant


def _begins(index: sqlite3.Connection, word: str) -> bool:
    """Whether any word of the texts begins so."""
    after = "SELECT term FROM spelt WHERE term >= ? ORDER BY term LIMIT 1"
    return any(term.startswith(word) for (term,) in index.execute(after, (word,)))


def _alike(index: sqlite3.Connection, word: str) -> list[str]:
    """The words of the texts that sound the same."""
    same = "SELECT term FROM spelt WHERE heard = ? AND length(heard) > 2 ORDER BY term"
    return [term for (term,) in index.execute(same, (sound(word),))]


@contextlib.contextmanager
def _index(store: Store) -> Iterator[sqlite3.Connection]:
    """The full-text index of a kept state; in memory where it cannot be kept."""
    kept = None if store.path is None else _kept(store, store.path.with_suffix(".search"))
    with _held(store) if kept is None else contextlib.closing(kept) as index:
        yield index


def _kept(store: Store, place: Path) -> sqlite3.Connection | None:
    """The index at its place, made if need be; None if it cannot be kept, or is damaged."""
    if not place.exists():
        try:
            with tempfile.TemporaryDirectory(dir=place.parent, prefix=".search-") as folder:
                whole = Path(folder) / place.name
                _made(store, str(whole)).close()
                whole.replace(place)
        except (OSError, sqlite3.Error):
            return None
    index = sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)
    try:
        index.execute("SELECT 1 FROM hit LIMIT 1").fetchall()
        index.execute("SELECT 1 FROM spelt LIMIT 1").fetchall()
    except sqlite3.DatabaseError:  # damaged; all of it can be made again
        index.close()
        with contextlib.suppress(OSError):
            place.unlink()
        return None
    return index


@contextlib.contextmanager
def _held(store: Store) -> Iterator[sqlite3.Connection]:
    """The index of a state in memory, held as long as the state."""
    with store.searching:
        if store.index is None:
            store.index = _made(store, ":memory:")
        yield store.index


def _made(store: Store, place: str) -> sqlite3.Connection:
    index = sqlite3.connect(place, check_same_thread=False)
    index.executescript(_TABLES)
    for row, (names, body, hit) in enumerate(_everything(store)):
        shown = json.dumps((hit.sort, hit.id, hit.date, hit.text, hit.cites))
        text = tuple(fold(" ".join(words)) for words in (names, body))
        index.execute(
            "INSERT INTO hit(rowid, names, body, shown) VALUES (?, ?, ?, ?)", (row, *text, shown)
        )
        called = [(fold(name), row) for name in names if hit.sort not in ("provision", "act")]
        index.executemany("INSERT INTO called VALUES (?, ?)", called)
    terms = index.execute("SELECT term FROM word").fetchall()
    spelt = ((term, sound(term)) for (term,) in terms)
    index.executemany("INSERT INTO spelt VALUES (?, ?)", spelt)
    index.execute("CREATE INDEX alike ON spelt (heard)")
    index.commit()
    return index


def _everything(store: Store) -> Iterator[tuple[Sequence[str], Sequence[str], Hit]]:
    """Names, body texts and the hit to show, for all that can be found."""
    known: dict[str, tuple[str, ...]] = {}
    entities = store.rows('SELECT id, class, name, also, provisions, note, cites FROM "entity"')
    for id, of_class, name, also, _, note, cites in entities:
        known[id] = (name, *also)
        yield known[id], (note,), Hit(of_class, id, "", name, tuple(cites))
    for id, _, name, _, provisions, _, _ in entities:
        for topic, text, cites in json.loads(provisions):
            hit = Hit("provision", id, "", f"{name}, {topic}: {text}", tuple(cites))
            yield (topic,), (*known[id], text), hit
    acts = store.rows("SELECT id, kind, date, what, note, roles, place, cites FROM act ORDER BY n")
    for id, kind, date, what, note, roles, place, cites in acts:
        values = [value for several in json.loads(roles).values() for value in several]
        named = [name for value in (*values, place) for name in known.get(value, (value,))]
        yield (), (what, note, kind, *named), Hit("act", id, date, what, tuple(cites))
