"""Intervals: the spans that the law made, with the acts and days of their beginnings and ends."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dragoman.law.tree import Fluent, Param
from dragoman.problem import Spot
from dragoman.when import BEGINNING, in_words, read

if TYPE_CHECKING:
    from dragoman.state.store import Store


@dataclass(frozen=True, slots=True)
class Interval:
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

    @property
    def sure_days(self) -> tuple[int | None, int | None]:
        """The first and last day on which it surely held; the last is None if none ends it.

        Both are None where no day is sure.
        """
        if self.ended_earliest is None:
            return self.began_latest, None
        if self.ended_earliest <= self.began_latest:
            return None, None
        return self.began_latest, self.ended_earliest - 1

    def secret_on(self, day: int) -> bool:
        """Whether the act that began it was still kept from others on the day."""
        return self.secret and (self.disclosed is None or day < self.disclosed)


def date_words(edtf: str) -> str:
    """An EDTF date as people say it."""
    return in_words(read(edtf)) if edtf else ""


def fluent_of(row: Sequence[Any]) -> Fluent:
    """A fluent of the law, from the columns of the store."""
    name, law, params, value, choices, symmetric, gloss, is_open, first = row
    nowhere = Spot(f"{law}.law")
    named = tuple(Param(param, sort, nowhere) for param, sort in json.loads(params))
    return Fluent(
        name, law, named, value, tuple(choices), symmetric, gloss, nowhere, is_open, first
    )


def fits(fluent: Fluent, interval: Interval, wanted: Mapping[str, str]) -> bool:
    """Whether an interval of the fluent has the wanted arguments, by parameter name."""
    turns = fluent.orders(interval.args)
    return any(wanted.items() <= dict(zip(fluent.types, t, strict=True)).items() for t in turns)


def sentence(fluent: Fluent, args: Sequence[str], value: str) -> str:
    """The fluent's sentence with names for its parameters."""
    told = " = {value}" if fluent.value else ""
    plain = f"{fluent.name}({', '.join('{' + name + '}' for name in fluent.types)}){told}"
    names = {**dict(zip(fluent.types, args, strict=True)), "value": value.replace("_", " ")}
    found = re.sub(r"\{(\w+)\}", lambda m: names.get(m[1], m[0]), fluent.gloss or plain)
    return found[:1].upper() + found[1:]


_INTERVALS = """
SELECT s.fluent, s.args, s.value, s.start, s.began_by, s.stop, s.ended_by,
       coalesce(m.date, ''), coalesce(b.id, ''), coalesce(m.earliest, $beginning),
       coalesce(m.latest, $beginning), coalesce(b.secret, false), b.disclosed_by,
       coalesce(o.date, ''), coalesce(e.id, ''), o.earliest, o.latest
FROM span s
LEFT JOIN moment m ON m.seq = s.start LEFT JOIN act b ON b.n = m.n
LEFT JOIN moment o ON o.seq = s.stop LEFT JOIN act e ON e.n = o.n
""".replace("$beginning", str(BEGINNING))


def intervals_of(store: Store, fluents: Sequence[str]) -> list[Interval]:
    """Every interval of the fluents."""
    rows = store.rows(f"{_INTERVALS} WHERE s.fluent IN (SELECT unnest(?))", [list(fluents)])
    return [_interval(row) for row in rows]


def intervals_naming(store: Store, entities: Sequence[str]) -> list[Interval]:
    """Every interval that has one of the entities among its arguments or as its value."""
    asked = f"{_INTERVALS} WHERE list_has_any(list_append(s.args, s.value), ?)"
    return [_interval(row) for row in store.rows(asked, [list(entities)])]


def intervals_at(store: Store, fluent: str, moment: int) -> list[Interval]:
    """The intervals of a fluent that run just after a moment."""
    rows = store.rows(
        f"{_INTERVALS} WHERE s.fluent = ? AND s.start <= ? AND (s.stop IS NULL OR s.stop > ?)",
        [fluent, moment, moment],
    )
    return [_interval(row) for row in rows]


def intervals_on(store: Store, day: int) -> list[Interval]:
    """Every interval whose dates allow that it held at the end of the day."""
    begun = f"coalesce(m.earliest, {BEGINNING}) <= ?"
    rows = store.rows(
        f"{_INTERVALS} WHERE {begun} AND (o.latest IS NULL OR o.latest > ?)", [day, day]
    )
    return [found for row in rows if (found := _interval(row)).days]


def _interval(row: Sequence[Any]) -> Interval:
    fluent, args, *rest = row
    return Interval(fluent, tuple(args), *rest)
