"""A page of the atlas: what a view shows, before it is rendered; and what all views are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dragoman.atlas.look import Look
from dragoman.state.answers import cell
from dragoman.state.world import World


@dataclass(frozen=True, slots=True)
class Page:
    """A title, a template with what it needs, and the same as data.

    `rows` are what the page shows, for CSV and JSON, and `columns` the names in them that a CSV
    has. `words` are the names of what the query says to this view alone. `status` is the HTTP
    status: 404 where there is no such thing.
    """

    title: str
    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] = ()
    columns: Sequence[str] = ()
    words: Sequence[str] = ()
    status: int = 200

    def cells(self) -> list[list[str]]:
        """The rows as texts, in the columns."""
        return [[cell(row.get(name)) for name in self.columns] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a view is asked: of which world, with what look, and the words of path and query.

    `whole` is the world as it is told, `world` what the look leaves of it.
    """

    whole: World
    world: World
    look: Look
    words: Mapping[str, str]


View: TypeAlias = Callable[[Asked], Page]
