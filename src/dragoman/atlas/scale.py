"""A line of time on which days have a place: for bars over the years, with ticks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dragoman.state.bounds import DayRun
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_from_gregorian, gregorian_from_day

#: The width and height of a line of time, in the units of its drawing.
WIDTH, HEIGHT = 1000, 12
#: A line has at most so many ticks; one of fewer days than this has a tick at each month.
_TICKS = 12
_MONTHS_UNDER = 370
#: A line lies within the years of which dates can be made.
_FARTHEST = 1_000_000
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from `first` to `last` over `WIDTH` units.

    `ticks` are the beginnings of months or years (every fifth, tenth …), as places with names;
    `grid` is the path of their lines over a height.
    """

    first: Day
    last: Day
    ticks: tuple[tuple[float, str], ...] = field(init=False)
    grid: str = field(init=False)

    def __post_init__(self) -> None:
        days = self._months() if self.last - self.first < _MONTHS_UNDER else self._years()
        ticks = tuple((self.at(day), name) for day, name in days if self.holds(day))
        object.__setattr__(self, "ticks", ticks)
        object.__setattr__(self, "grid", "".join(f"M{at} 0v{HEIGHT}" for at, _ in ticks))

    def at(self, day: Day) -> float:
        """Where the beginning of a day lies; what is outside lies at the nearer end."""
        share = (day - self.first) / (self.last + 1 - self.first)
        return round(WIDTH * min(max(share, 0), 1), 1)

    def bar(self, run: DayRun) -> tuple[float, float]:
        """Where a stretch of days begins and how wide it is; never too narrow to be seen."""
        first, last = run
        left = self.at(first)
        right = WIDTH if last is None else self.at(last + 1)
        return min(left, WIDTH - 4), round(max(right - left, 4), 1)

    def holds(self, day: Day) -> bool:
        """Whether a day lies on the line."""
        return self.first <= day <= self.last

    def _months(self) -> Iterator[tuple[Day, str]]:
        year, month, _ = gregorian_from_day(self.first)
        names = _MONTHS.split()
        for number in range(month - 1, month + 13):
            name = names[number % 12]
            day = day_from_gregorian(year + number // 12, number % 12 + 1, 1)
            first = number in (month - 1, 12)
            yield day, f"{name} {year + number // 12}" if first else name[:3]

    def _years(self) -> Iterator[tuple[Day, str]]:
        first, last = (gregorian_from_day(day)[0] for day in (self.first, self.last))
        step = next(step for step in _steps() if (last - first) // step < _TICKS)
        for year in range(first + -first % step, last + 1, step):
            yield day_from_gregorian(year, 1, 1), str(year)


def _steps() -> Iterator[int]:
    step = 1
    while True:
        yield from (step, 2 * step, 5 * step)
        step *= 10


def scale_of(runs: Iterable[DayRun], told: tuple[Day, Day]) -> Scale:
    """A line for stretches of days: from their first day to their last, in whole months or years.

    It keeps within the time of which a chronicle is `told`, unless all lie outside that.
    """
    runs = list(runs)
    starts = [first for first, _ in runs if first > BEGINNING]
    ends = [last for _, last in runs if last is not None and last < END_OF_TIME]
    inside = [day for day in told if BEGINNING < day < END_OF_TIME]
    known = [*starts, *ends] or inside or [day_from_gregorian(1900, 1, 1)]
    first, last = min(known), max(known)
    if len(starts) < len(runs) and told[0] > BEGINNING:
        first = min(first, told[0])
    if any(end is None for _, end in runs) and told[1] < END_OF_TIME:
        last = max(last, told[1])
    if told[0] <= last and first <= told[1]:
        first, last = max(first, told[0]), min(last, told[1])
    return _rounded(first, max(first, last))


def _rounded(first: Day, last: Day) -> Scale:
    """A line in whole months if it is short, else in whole years."""
    least, most = (day_from_gregorian(year, 1, 1) for year in (-_FARTHEST, _FARTHEST))
    first, last = max(first, least), min(last, most)
    year, month, _ = gregorian_from_day(first)
    to_year, to_month, _ = gregorian_from_day(last)
    if last - first < _MONTHS_UNDER - 62:
        after = day_from_gregorian(to_year + to_month // 12, to_month % 12 + 1, 1)
        return Scale(day_from_gregorian(year, month, 1), after - 1)
    return Scale(day_from_gregorian(year, 1, 1), day_from_gregorian(to_year, 12, 31))
