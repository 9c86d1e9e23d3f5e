"""The law: what each kind of act begins, ends and requires, in a small declarative language.

`read_laws` turns `.law` text into a checked `LawBook`. Two evaluators give it one meaning:
`interpret` walks the acts in order and is the reference; `compile` turns the same book into
relational queries. Both take `Event` values and give back a `Derivation`.
"""

from dragoman.law.book import LawBook, read_laws
from dragoman.law.events import Cause, Derivation, Event, Finding, Span
from dragoman.law.interpret import interpret

__all__ = ["Cause", "Derivation", "Event", "Finding", "LawBook", "Span", "interpret", "read_laws"]
