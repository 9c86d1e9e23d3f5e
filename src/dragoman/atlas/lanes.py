"""Lanes over the years: where days fall, bars packed in rows, marks of acts stacked.

All lengths are units of an SVG that is WIDTH wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dragoman.state.answers import ActRow
from dragoman.state.bounds import DayRun
from dragoman.state.intervals import date_words
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_from_gregorian, gregorian_from_day

WIDTH = 1200
#: The height of a row of bars, and of a level of marks.
ROW, LEVEL = 21, 9
#: So wide is a character of a label, on the average; labels are no longer than this.
CHARACTER, LABEL = 6.1, 60
#: The longest title of a bar or mark, and words of an act in a list, in characters.
TITLE = 300
#: So many years are labelled at most.
_YEARS = 14
#: An act whose days are this far apart shows how far.
_VAGUE = 20


def clipped(text: str, most: int) -> str:
    """A text of at most `most` characters; what is cut ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Year:
    """A year that is labelled, where it begins."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The time that is drawn, from its first to its last day."""

    first: Day
    last: Day

    @classmethod
    def of(cls, world: World) -> Scale:
        """The time of which the world tells, or else from its first to its last act."""
        first, last = world.source.settings.told
        if first <= BEGINNING or last >= END_OF_TIME:
            asked = "SELECT min(earliest), max(earliest) FROM act WHERE earliest > ?"
            [(earliest, latest)] = world.store.rows(asked, [BEGINNING])
            first = (earliest or day_from_gregorian(1900, 1, 1)) if first <= BEGINNING else first
            last = max(first, latest or first) if last >= END_OF_TIME else last
        return cls(first, last)

    def x(self, day: Day) -> float:
        """Where a day lies; days beyond the ends lie at the ends."""
        within = min(max(day, self.first), self.last + 1) - self.first
        return round(within * WIDTH / (self.last + 1 - self.first), 1)

    def shows(self, day: Day) -> bool:
        """Whether a day is in the time that is drawn."""
        return self.first <= day <= self.last

    def run(self, run: DayRun) -> tuple[float, float]:
        """Where a stretch of days begins and ends; equal if it is not in the time drawn."""
        first, last = run
        return self.x(first), self.x(self.last + 1 if last is None else last + 1)

    @property
    def years(self) -> list[Year]:
        """The years to label: each, or every so many of a long time."""
        begins, ends = (gregorian_from_day(day)[0] for day in (self.first, self.last))
        steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
        step = next(step for step in steps if (ends - begins) / step <= _YEARS)
        named = [begins, *(n for n in range(begins + 1, ends + 1) if n % step == 0)]
        years = [Year(self.x(day_from_gregorian(year, 1, 1)), str(year)) for year in named]
        crowded = len(years) > 1 and years[1].x - years[0].x < WIDTH / 25
        return years[1:] if crowded else years


@dataclass(frozen=True, slots=True)
class Bar:
    """A fact in its row: what it says, when, its label, where it surely stood and where perhaps."""

    says: str
    when: str
    href: str
    proof: bool
    label: str
    label_x: float
    anchor: str
    y: float
    certain: Sequence[tuple[float, float]]
    doubtful: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A fact to be drawn: what it says, when, where it leads, whether to a proof; its days."""

    says: str
    when: str
    href: str
    proof: bool
    possible: Sequence[DayRun]
    certain: Sequence[DayRun]


def packed(stretches: Iterable[Stretch], scale: Scale, rows: int) -> tuple[list[Bar], int, int]:
    """Bars in at most `rows` rows, none over another: the bars, rows taken, how many are left out.

    A stretch that is not in the time drawn is no bar and counts as left out.
    """
    taken: list[float] = []
    bars: list[Bar] = []
    left = 0
    drawn = [(_spots(s.possible, scale), _spots(s.certain, scale), s) for s in stretches]
    for possible, certain, stretch in sorted(drawn, key=lambda one: one[0][:1]):
        if not possible:
            left += 1
            continue
        begins, ends = possible[0][0], possible[-1][1]
        label = clipped(stretch.says, LABEL)
        long = len(label) * CHARACTER
        turned = begins + long > WIDTH
        starts = min(begins, max(0, ends - long)) if turned else begins
        row = next((n for n, until in enumerate(taken) if until <= starts), len(taken))
        if row >= rows:
            left += 1
            continue
        taken[row : row + 1] = [max(ends, starts + long) + CHARACTER]
        bars.append(
            Bar(
                says=clipped(stretch.says, TITLE),
                when=stretch.when,
                href=stretch.href,
                proof=stretch.proof,
                label=label,
                label_x=ends if turned else begins,
                anchor="end" if turned else "start",
                y=row * ROW,
                certain=certain,
                doubtful=_without(possible, certain),
            )
        )
    return bars, len(taken), left


def _spots(runs: Iterable[DayRun], scale: Scale) -> list[tuple[float, float]]:
    """Where stretches lie, each at least a hair wide, without those outside the time drawn."""
    spots = [scale.run(run) for run in runs]
    return [(x, max(end, x + 1.5)) for x, end in spots if end > x]


def _without(
    spots: Iterable[tuple[float, float]], others: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """What is left of spots where others, in order, are taken out."""
    left = []
    for x, end in spots:
        for other, until in others:
            if other < end and until > x:
                left.append((x, other))
                x = until
        left.append((x, end))
    return [(x, end) for x, end in left if end - x >= 1]


@dataclass(frozen=True, slots=True)
class Mark:
    """An act in its place: `x`, its level from the bottom, and how far its days go, if far."""

    act: ActRow
    title: str
    x: float
    level: int
    vague: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Acts that found no level about a place, and the level above all others."""

    x: float
    level: int
    count: int


def stacked(
    acts: Iterable[tuple[ActRow, tuple[Day, Day]]], scale: Scale, levels: int
) -> tuple[list[Mark], list[Crowd], int]:
    """Marks of acts with their days, in at most `levels` levels: marks, crowds, levels taken.

    Acts outside the time drawn are left out.
    """
    taken: list[float] = []
    marks: list[Mark] = []
    crowds: dict[int, int] = {}
    placed = []
    for act, (since, until) in acts:
        if until >= scale.first and since <= scale.last:
            whole = until if since < scale.first else (since + until) // 2
            middle = since if until > scale.last else whole
            far = until - since > _VAGUE
            placed.append((scale.x(middle), act, scale.run((since, until)) if far else None))
    for x, act, vague in sorted(placed, key=lambda one: one[0]):
        level = next((n for n, until in enumerate(taken) if until <= x), len(taken))
        if level >= levels:
            place = int(x // (3 * LEVEL))
            crowds[place] = crowds.get(place, 0) + 1
            continue
        taken[level : level + 1] = [x + LEVEL]
        marks.append(Mark(act, told(act), x, level, vague))
    crowded = [Crowd((place + 0.5) * 3 * LEVEL, levels, count) for place, count in crowds.items()]
    return marks, crowded, len(taken)


def told(act: ActRow) -> str:
    """An act as the title of its mark: when, what."""
    return f"{date_words(act.date)}: {clipped(act.what, TITLE)}"


@dataclass(frozen=True, slots=True)
class Listed:
    """Acts of a year: those shown at once, and the others."""

    year: str
    acts: Sequence[ActRow]
    others: Sequence[ActRow]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.acts) + len(self.others)


def by_year(
    acts: Iterable[tuple[ActRow, tuple[Day, Day]]], scale: Scale, at_once: int
) -> dict[int, Listed]:
    """The acts by the year in which they, at the earliest, began; words not too long.

    All that began before the time drawn is under the year before it, all that began after it
    under the year after it.
    """
    first, last = (gregorian_from_day(day)[0] for day in (scale.first, scale.last))
    years: dict[int, list[ActRow]] = {}
    for act, (since, _) in acts:
        year = min(max(gregorian_from_day(since)[0], first - 1), last + 1)
        years.setdefault(year, []).append(replace(act, what=clipped(act.what, TITLE)))
    named = {first - 1: f"before {first}", last + 1: f"after {last}"}
    return {
        year: Listed(named.get(year, str(year)), those[:at_once], those[at_once:])
        for year, those in sorted(years.items())
    }
