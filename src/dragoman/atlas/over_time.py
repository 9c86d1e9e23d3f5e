"""What stood of something over time: sections of rows, each with its bars over the years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dragoman.atlas.scale import Scale, scale_of
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, intervals_in
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_text

#: So many rows of a section are shown on a page of their own.
A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A section: its key, its title, and the fluents of which it tells."""

    key: str
    title: str
    fluents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A fact that stood for a time.

    `since` and `until` are the dates of the acts that began and ended it, by the ids `began` and
    `ended` (empty where there is none). `day` is a day on which its proof can be asked: the one
    nearest to the day looked at. `sure` tells whether there is any day on which it surely stood.
    """

    says: str
    fact: str
    fluent: str
    args: tuple[str, ...]
    value: str
    law: str
    since: str
    until: str
    began: str
    ended: str
    day: str
    secret: bool
    possible: tuple[tuple[Day, Day | None], ...]
    certain: tuple[tuple[Day, Day | None], ...]

    @property
    def sure(self) -> bool:
        """Whether there is any day on which it surely stood."""
        return bool(self.certain)

    def stands(self, day: Day) -> bool:
        """Whether it may have stood on a day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.possible)


@dataclass(frozen=True, slots=True)
class Section:
    """What stood, under one heading: some of the rows, from the place `start`, of `total`."""

    key: str
    title: str
    rows: tuple[Stretch, ...]
    start: int
    total: int

    @property
    def more(self) -> int:
        """How many rows come after those that are given."""
        return self.total - self.start - len(self.rows)


def sections(
    world: World,
    ids: Sequence[str],
    headings: Sequence[Heading],
    most: Mapping[str, int],
    day: Day,
    start: int = 0,
) -> list[Section]:
    """What stood of the entities over time, under the headings that have anything to tell.

    `most` tells by key how many rows of a heading are wanted; of one without a number there are
    none. `day` is the one looked at; `start` is the place of the first row wanted.
    """
    pairs = [(fluent, one.key) for one in headings for fluent in one.fluents]
    asked = """
    WITH heading AS (SELECT unnest(?) AS fluent, unnest(?) AS key),
    wanted AS (SELECT unnest(?) AS key, unnest(?) AS most),
    found AS (
      SELECT s.rowid AS row, h.key AS key, count(*) OVER (PARTITION BY h.key) AS total,
             row_number() OVER (PARTITION BY h.key ORDER BY s.first, s.start, s.rowid) AS place
      FROM span s JOIN heading h USING (fluent)
      WHERE list_has_any(list_append(s.args, s.value), ?) AND len(s.possible) > 0
    )
    SELECT key, total, row FROM found JOIN wanted USING (key)
    WHERE place > ? AND place <= ? + most ORDER BY place
    """
    given = [[f for f, _ in pairs], [k for _, k in pairs], list(most), list(most.values())]
    rows = world.store.rows(asked, [*given, list(ids), start, start])
    by_row = dict(_stretches(world, [row for _, _, row in rows], day))
    by_key: dict[str, list[Stretch]] = {}
    totals: dict[str, int] = {}
    for key, total, row in rows:
        totals[key] = total
        by_key.setdefault(key, []).append(by_row[row])
    return [
        Section(one.key, one.title, tuple(by_key[one.key]), start, totals[one.key])
        for one in headings
        if one.key in by_key
    ]


def _stretches(world: World, rows: Sequence[int], day: Day) -> Iterable[tuple[int, Stretch]]:
    """The rows of the table of spans as stretches; rows and intervals both go by `rowid`."""
    found = intervals_in(world.store, rows)
    return zip(sorted(rows), stretches(world, found, day), strict=True)


def stretches(world: World, intervals: Iterable[Interval], day: Day) -> list[Stretch]:
    """Intervals as stretches, for one who looks at a day."""
    return [_stretch(world, one, day) for one in intervals]


def _stretch(world: World, one: Interval, day: Day) -> Stretch:
    return Stretch(
        says=world.says(one.fluent, one.args, one.value),
        fact=str(Fact(one.fluent, one.args, one.value)),
        fluent=one.fluent,
        args=one.args,
        value=one.value,
        law=world.fluents[one.fluent].law,
        since=one.since,
        until=one.until,
        began=one.began_act,
        ended=one.ended_act,
        day=day_text(_nearest(one.certain or one.possible, day)),
        secret=one.secret_on(day),
        possible=one.possible,
        certain=one.certain,
    )


def _nearest(runs: Sequence[tuple[Day, Day | None]], day: Day) -> Day:
    """The day of the stretches that is nearest to a day."""
    days = [min(max(day, first), END_OF_TIME - 1 if last is None else last) for first, last in runs]
    return max(min(days, key=lambda one: abs(one - day)), BEGINNING + 1)


def scale_for(world: World, found: Iterable[Section]) -> Scale | None:
    """A line of time for all the rows of sections; None if there are none."""
    runs = [run for section in found for row in section.rows for run in row.possible]
    return scale_of(runs, world.source.settings.told) if runs else None
