"""The law: what each kind of act begins, ends and requires, in a small declarative language.

`read_laws` turns `.law` text into a checked `LawBook`. Two evaluators give it one meaning: the one
in `interpret` walks the acts in order and is the reference; the one in `compile` turns the same
book into relational queries. Both take `Event` values and give back a `Derivation`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dragoman.law.book import LawBook, read_laws
    from dragoman.law.events import Cause, Derivation, Event, Finding, Span

__all__ = ["Cause", "Derivation", "Event", "Finding", "LawBook", "Span", "read_laws"]

_HOME = {
    **dict.fromkeys(("LawBook", "read_laws"), "book"),
    **dict.fromkeys(("Cause", "Derivation", "Event", "Finding", "Span"), "events"),
}


def __getattr__(name: str) -> Any:
    """Load a name where it is first used: most questions need no parser and no evaluator."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
