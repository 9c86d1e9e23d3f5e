"""Intervals: the spans that the law made, with the acts and days of their beginnings and ends."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dragoman.law.tree import Fluent, Param
from dragoman.problem import Spot
from dragoman.state.bounds import DayRun
from dragoman.when import BEGINNING, END_OF_TIME, day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.store import Store


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch over which a fluent held.

    `start` and `stop` are moments; at one moment, if it is none of the line that the law derived
    but possible on other days of the acts. `began_earliest` to `ended_latest` are days: the bounds
    of the acts that began and ended it (None while nothing ends it). `possible` and `certain` are
    the first and last days of the stretches on which it may have held, and on which it surely did
    (the last is None where nothing ends it).
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
    possible: tuple[DayRun, ...]
    certain: tuple[DayRun, ...]

    @property
    def derived(self) -> bool:
        """Whether it is one of the line that the law derived."""
        return self.start != self.stop

    @property
    def days(self) -> bool:
        """Whether its dates allow that it held at the end of any day."""
        return bool(self.possible)

    def may_stand(self, day: int) -> bool:
        """Whether its dates allow that it held at the end of the day."""
        return within(self.possible, day)

    def surely_stands(self, day: int) -> bool:
        """Whether it held at the end of the day whatever its dates turn out to be."""
        return within(self.certain, day)

    def doubtful(self, day: int) -> str:
        """The stretch about a day on which it may have held, but not surely, in EDTF.

        Empty if it surely held on the day, or could not have.
        """
        if self.surely_stands(day) or not self.may_stand(day):
            return ""
        first, last = next(run for run in self.possible if within((run,), day))
        for sure_first, sure_last in self.certain:
            if sure_last is not None and sure_last < day:
                first = max(first, sure_last + 1)
            elif sure_first > day:
                last = sure_first - 1 if last is None else min(last, sure_first - 1)
        return stretch((first, last))

    def secret_on(self, day: int) -> bool:
        """Whether the act that began it was still kept from others on the day."""
        return self.secret and (self.disclosed is None or day < self.disclosed)


def within(runs: Sequence[DayRun], day: int) -> bool:
    """Whether a day is in one of the stretches."""
    return any(first <= day and (last is None or day <= last) for first, last in runs)


def stretch(run: DayRun) -> str:
    """A stretch of days in EDTF; what is open at an end is written `..`."""
    first, last = (iso_day(day) or ".." for day in run)
    return first if first == last else f"{first}/{last}"


def iso_day(day: int | None) -> str:
    """A day as an ISO date; the ends of time and None as an empty text."""
    return "" if day is None or day <= BEGINNING or day >= END_OF_TIME else day_text(day)


@lru_cache(maxsize=16_384)
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
    gloss = fluent.gloss
    if not gloss:
        told = " = {value}" if fluent.value else ""
        gloss = f"{fluent.name}({', '.join('{' + name + '}' for name in fluent.types)}){told}"
    names = {**dict(zip(fluent.types, args, strict=True)), "value": value.replace("_", " ")}
    opening, named = _pieces(gloss)
    found = opening + "".join([names.get(n, f"{{{n}}}") + text for n, text in named])
    return found[:1].upper() + found[1:]


@lru_cache(maxsize=4_096)
def _pieces(gloss: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A gloss as the text before its first name, and each name with the text that follows it."""
    opening, *rest = re.split(r"\{(\w+)\}", gloss)
    return opening, tuple(zip(rest[::2], rest[1::2], strict=True))


_INTERVALS = """
SELECT s.fluent, s.args, s.value, s.start, s.began_by, s.stop, s.ended_by,
       coalesce(m.date, ''), coalesce(b.id, ''), coalesce(m.earliest, $beginning),
       coalesce(m.latest, $beginning), coalesce(b.secret, false), b.disclosed_by,
       coalesce(o.date, ''), coalesce(e.id, ''), o.earliest, o.latest, s.possible, s.certain
FROM span s
LEFT JOIN moment m ON m.seq = s.start LEFT JOIN act b ON b.n = m.n
LEFT JOIN moment o ON o.seq = s.stop AND s.stop > s.start LEFT JOIN act e ON e.n = o.n
""".replace("$beginning", str(BEGINNING))


def intervals_of(store: Store, fluents: Sequence[str]) -> list[Interval]:
    """Every interval of the fluents."""
    return _found(store, "s.fluent IN (SELECT unnest(?))", [list(fluents)])


def intervals_naming(store: Store, entities: Sequence[str]) -> list[Interval]:
    """Every interval that has one of the entities among its arguments or as its value."""
    return _found(store, "list_has_any(list_append(s.args, s.value), ?)", [list(entities)])


def named_with(store: Store, one: Sequence[str], other: Sequence[str]) -> list[str]:
    """What some interval names together with one of the first, and some with one of the other."""
    words = "list_append(args, value)"
    naming = f"SELECT unnest({words}) FROM span WHERE list_has_any({words}, ?)"
    return [word for (word,) in store.rows(f"{naming} INTERSECT {naming}", [one, other])]


def intervals_between(
    store: Store, one: Sequence[str], other: Sequence[str], things: Sequence[str]
) -> list[Interval]:
    """Every interval that names one of the first and one of the other, or one of the things."""
    words = "list_append(s.args, s.value)"
    both = f"list_has_any({words}, ?) AND list_has_any({words}, ?)"
    return _found(store, f"({both}) OR list_has_any({words}, ?)", [one, other, things])


def intervals_at(store: Store, fluent: str, moment: int) -> list[Interval]:
    """The intervals of a fluent that run just after a moment."""
    running = "s.fluent = ? AND s.start <= ? AND (s.stop IS NULL OR s.stop > ?)"
    return _found(store, running, [fluent, moment, moment])


def intervals_on(store: Store, day: int, fluents: Sequence[str] | None = None) -> list[Interval]:
    """Every interval, or every one of the fluents, that may have held at the end of the day."""
    within = "s.first <= ? AND (s.last IS NULL OR s.last >= ?)"
    given: list[object] = [day, day]
    if fluents is not None:
        within += " AND s.fluent IN (SELECT unnest(?))"
        given.append(list(fluents))
    return [found for found in _found(store, within, given) if found.may_stand(day)]


#: The facts of a day: the spans whose dates allow that they held at its end, with their laws.
_ON_DAY = """
FROM span s JOIN fluent f ON f.name = s.fluent
WHERE s.first <= $day AND (s.last IS NULL OR s.last >= $day) AND (len(s.possible) = 2 OR len([
  i for i in range(1, len(s.possible), 2)
  if s.possible[i] <= $day AND (s.possible[i + 1] IS NULL OR s.possible[i + 1] >= $day)]) > 0)
"""


def facts_counted(store: Store, day: int) -> dict[str, int]:
    """How many facts may have stood at the end of the day, by law."""
    return dict(store.rows(f"SELECT f.law, count(*) {_ON_DAY} GROUP BY 1", {"day": day}))


def first_intervals_on(
    store: Store, day: int, most: int, after: int = 0, law: str = ""
) -> list[Interval]:
    """Of each law, or of one, at most so many intervals of `intervals_on`, in order of time.

    The first `after` of each law are passed over.
    """
    asked = f"""SELECT s.rowid {_ON_DAY} AND ($law = '' OR f.law = $law)
    QUALIFY row_number() OVER (PARTITION BY f.law ORDER BY s.first, s.rowid)
      BETWEEN $after + 1 AND $after + $most"""
    rows = store.rows(asked, {"day": day, "most": most, "after": after, "law": law})
    return _found(store, "s.rowid IN (SELECT unnest(?))", [[row for (row,) in rows]])


def first_turned(
    store: Store, acts: Sequence[str], most: int
) -> list[tuple[str, bool, Interval, int]]:
    """At most so many intervals that each act began, and that it ended.

    As (act, whether it began it, the interval, how many there are in all).
    """
    asked = """WITH turned AS (
      SELECT b.id AS act, true AS began, s.rowid AS turned FROM span s
      JOIN moment m ON m.seq = s.start JOIN act b USING (n) WHERE b.id IN (SELECT unnest($acts))
        AND len(s.possible) > 0
      UNION ALL SELECT e.id, false, s.rowid FROM span s
      JOIN moment o ON o.seq = s.stop AND s.stop > s.start JOIN act e USING (n)
      WHERE e.id IN (SELECT unnest($acts)) AND len(s.possible) > 0)
    SELECT act, began, turned, count(*) OVER (PARTITION BY act, began) FROM turned
    QUALIFY row_number() OVER (PARTITION BY act, began ORDER BY turned) <= $most ORDER BY turned"""
    rows = store.rows(asked, {"acts": list(acts), "most": most})
    places = sorted({place for _, _, place, _ in rows})
    found = dict(zip(places, _found(store, "s.rowid IN (SELECT unnest(?))", [places]), strict=True))
    return [(act, began, found[place], count) for act, began, place, count in rows]


def intervals_turned(store: Store, acts: Sequence[str]) -> list[Interval]:
    """Every interval that one of the acts, by their ids, began or ended."""
    turned = "b.id IN (SELECT unnest($ids)) OR e.id IN (SELECT unnest($ids))"
    asked = f"{_INTERVALS} WHERE {turned} ORDER BY s.rowid"
    return [_interval(row) for row in store.rows(asked, {"ids": list(acts)})]


def intervals_in(store: Store, rows: Sequence[int]) -> list[Interval]:
    """The intervals in these rows (by `rowid`) of the table of spans."""
    return _found(store, "s.rowid IN (SELECT unnest(?))", [list(rows)])


def _found(store: Store, condition: str, given: Sequence[object]) -> list[Interval]:
    """The intervals that meet a condition, in the order in which they were derived."""
    asked = f"{_INTERVALS} WHERE {condition} ORDER BY s.rowid"
    return [_interval(row) for row in store.rows(asked, given)]


def _interval(row: Sequence[Any]) -> Interval:
    fluent, args, *rest = row
    return Interval(fluent, tuple(args), *rest[:-2], *map(_runs, rest[-2:]))


def _runs(days: Sequence[Any]) -> tuple[DayRun, ...]:
    """Stretches of days, from their first and last days one after the other."""
    return tuple(zip(days[::2], days[1::2], strict=True))
