"""Spans as the store keeps them, with the acts and days of their beginnings and ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dragoman.state.store import Store


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch over which a fluent held.

    `start` and `stop` are moments; `began_earliest` to `ended_latest` are days: the bounds of
    the acts that began and ended it (None while nothing ends it).
    """

    fluent: str
    args: tuple[str, ...]
    value: str
    start: int
    began_by: str
    stop: int | None
    ended_by: str
    since: str
    began_act: str
    began_earliest: int
    began_latest: int
    secret: bool
    disclosed: int | None
    until: str
    ended_act: str
    ended_earliest: int | None
    ended_latest: int | None

    @property
    def days(self) -> bool:
        """Whether its dates allow that it held at the end of any day."""
        return self.ended_latest is None or self.ended_latest > self.began_earliest

    def may_stand(self, day: int) -> bool:
        """Whether its dates allow that it held at the end of the day."""
        return self.began_earliest <= day and (self.ended_latest is None or day < self.ended_latest)

    def surely_stands(self, day: int) -> bool:
        """Whether it held at the end of the day whatever its dates turn out to be."""
        return self.began_latest <= day and (
            self.ended_earliest is None or day < self.ended_earliest
        )

    def secret_on(self, day: int) -> bool:
        """Whether the act that began it was still kept from others on the day."""
        return self.secret and (self.disclosed is None or day < self.disclosed)


@dataclass(frozen=True, slots=True)
class FluentInfo:
    """A fluent of the law: its parameters with their types, its value's type, its sentence."""

    name: str
    law: str
    types: Mapping[str, str]
    value: str | None
    choices: tuple[str, ...]
    symmetric: bool
    gloss: str

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> FluentInfo:
        """From the columns of the store."""
        name, law, params, value, choices, symmetric, gloss = row
        return cls(name, law, dict(json.loads(params)), value, tuple(choices), symmetric, gloss)

    def fits(self, span: Span, wanted: Mapping[str, str]) -> bool:
        """Whether a span has the wanted arguments, in either order if symmetric."""
        turns = [span.args]
        if self.symmetric:
            turns.append((span.args[1], span.args[0], *span.args[2:]))
        return any(
            all(dict(zip(self.types, args, strict=True))[k] == v for k, v in wanted.items())
            for args in turns
        )

    def sentence(self, args: Sequence[str], value: str) -> str:
        """The fluent's sentence with names for its parameters."""
        text = self.gloss or f"{self.name}({', '.join('{' + p + '}' for p in self.types)})" + (
            " = {value}" if self.value else ""
        )
        for param, arg in zip(self.types, args, strict=True):
            text = text.replace("{" + param + "}", arg)
        text = text.replace("{value}", value.replace("_", " "))
        return text[:1].upper() + text[1:]


_SPANS = """
SELECT s.fluent, s.args, s.value, s.start, s.began_by, s.stop, s.ended_by,
       b.date, b.id, m.earliest, m.latest, b.secret, b.disclosed_by,
       coalesce(e.date, ''), coalesce(e.id, ''), o.earliest, o.latest
FROM span s
JOIN moment m ON m.seq = s.start JOIN act b ON b.n = m.n
LEFT JOIN moment o ON o.seq = s.stop LEFT JOIN act e ON e.n = o.n
"""


def spans_of(store: Store, fluents: Sequence[str]) -> list[Span]:
    """Every span of the fluents."""
    rows = store.rows(f"{_SPANS} WHERE s.fluent IN (SELECT unnest(?))", [list(fluents)])
    return [_span(row) for row in rows]


def spans_on(store: Store, day: int) -> list[Span]:
    """Every span whose dates allow that it held at the end of the day."""
    rows = store.rows(
        f"{_SPANS} WHERE m.earliest <= ? AND (o.latest IS NULL OR o.latest > ?)", [day, day]
    )
    return [span for row in rows if (span := _span(row)).days]


def _span(row: Sequence[Any]) -> Span:
    fluent, args, *rest = row
    return Span(fluent, tuple(args), *rest)
