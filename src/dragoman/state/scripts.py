"""Compiled laws, kept in the cache: making one takes seconds, reading one a moment."""

from __future__ import annotations

import contextlib
import hashlib

from dragoman.files import cache_folder, write_atomically
from dragoman.law.book import LawBook
from dragoman.law.script import Script
from dragoman.state.source import program_digest


def script_of(book: LawBook) -> Script | None:
    """The compiled law, from the cache if it is there; None where it cannot be compiled."""
    total = hashlib.blake2b(program_digest().encode(), digest_size=16)
    for fluent in book.fluents.values():
        total.update(repr(fluent).encode())
    for clause in book.clauses():
        total.update(f"{clause.key}\n{clause.text}\n".encode())
    path = cache_folder() / f"law-{total.hexdigest()}.json"
    with contextlib.suppress(OSError, ValueError):
        return Script.from_json(path.read_text("utf-8"))
    from dragoman.law.compile import CannotCompile, compile_law

    try:
        script = compile_law(book)
    except CannotCompile:
        return None
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, script.to_json())
    return script
