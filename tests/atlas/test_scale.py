"""Promise: on a line of time every stretch lies in its place, and in the order of days."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dragoman.atlas.scale import WIDTH, scale_of
from dragoman.when import BEGINNING, END_OF_TIME, day_from_gregorian

_DAYS = st.integers(-3_000_000, 3_000_000)
_RUNS = st.tuples(
    st.one_of(_DAYS, st.just(BEGINNING)), st.one_of(st.none(), st.integers(0, 900_000))
).map(lambda run: (run[0], None if run[1] is None else max(run[0], -3_000_000) + run[1]))
_TOLD = st.one_of(
    st.just((BEGINNING, END_OF_TIME)),
    st.tuples(_DAYS, st.integers(0, 9_000)).map(lambda told: (told[0], told[0] + told[1])),
)


@given(st.lists(_RUNS, min_size=1, max_size=6), _TOLD)
def test_bars_lie_on_the_line_in_the_order_of_their_days(
    runs: list[tuple[int, int | None]], told: tuple[int, int]
) -> None:
    scale = scale_of(runs, told)
    assert scale.first <= scale.last
    for run in runs:
        left, width = scale.bar(run)
        assert 0 <= left <= WIDTH - 4 and width >= 4 and left + width <= WIDTH + 4
    starts = sorted(first for first, _ in runs)
    assert [scale.at(day) for day in starts] == sorted(scale.at(day) for day in starts)
    places = [at for at, _ in scale.ticks]
    assert places == sorted(places) and len(places) <= 14


def test_a_year_is_in_months_and_what_is_longer_in_years() -> None:
    first = day_from_gregorian(1922, 1, 6)
    genoa = scale_of([(first, first + 130)], (BEGINNING, END_OF_TIME))
    assert [name for _, name in genoa.ticks][:2] == ["January 1922", "Feb"]
    longer = scale_of([(first, first + 900)], (BEGINNING, END_OF_TIME))
    assert [name for _, name in longer.ticks] == ["1922", "1923", "1924"]
    old = scale_of([(first - 90_000, first)], (BEGINNING, END_OF_TIME))
    assert [name for _, name in old.ticks][:3] == ["1700", "1750", "1800"]


def test_the_line_keeps_within_the_time_that_is_told() -> None:
    told = day_from_gregorian(1917, 3, 1), day_from_gregorian(1923, 12, 31)
    scale = scale_of([(BEGINNING, day_from_gregorian(1921, 1, 1)), (told[0], None)], told)
    assert scale.first == day_from_gregorian(1917, 1, 1)
    assert scale.last == told[1]
    assert scale.bar((BEGINNING, None)) == (0, WIDTH)
