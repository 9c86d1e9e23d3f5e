"""Days as numbers: the two calendars agree with the almanac and with each other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.when import (
    BEGINNING,
    END_OF_TIME,
    day_from_gregorian,
    day_from_julian,
    day_text,
    gregorian_from_day,
    julian_from_day,
)

any_day = st.integers(BEGINNING, END_OF_TIME)


@given(st.dates())
def test_days_are_those_of_the_standard_library(day: date) -> None:
    number = day.toordinal()
    assert day_from_gregorian(day.year, day.month, day.day) == number
    assert gregorian_from_day(number) == (day.year, day.month, day.day)
    assert day_text(number) == day.isoformat()


@given(any_day)
def test_every_day_has_one_name_in_each_calendar(day: int) -> None:
    assert day_from_gregorian(*gregorian_from_day(day)) == day
    assert day_from_julian(*julian_from_day(day)) == day


@given(any_day)
def test_the_next_day_comes_next(day: int) -> None:
    assert gregorian_from_day(day) < gregorian_from_day(day + 1)
    assert julian_from_day(day) < julian_from_day(day + 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((1917, 10, 25), (1917, 11, 7)),
        ((1918, 2, 1), (1918, 2, 14)),
        ((1900, 2, 29), (1900, 3, 13)),
        ((1900, 2, 28), (1900, 3, 12)),
        ((1582, 10, 5), (1582, 10, 15)),
        ((1752, 9, 3), (1752, 9, 14)),
        ((1700, 2, 18), (1700, 2, 28)),
        ((1, 1, 3), (1, 1, 1)),
        ((-4712, 1, 1), (-4713, 11, 24)),
    ],
)
def test_old_and_new_style_agree_with_the_almanac(
    old: tuple[int, int, int], new: tuple[int, int, int]
) -> None:
    assert day_from_julian(*old) == day_from_gregorian(*new)


def test_a_day_no_calendar_has_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="February 1922 has 28 days"):
        day_from_gregorian(1922, 2, 29)
    with pytest.raises(ValueError, match="February 1900 has 28 days"):
        day_from_gregorian(1900, 2, 29)
    with pytest.raises(ValueError, match="there is no month 13"):
        day_from_julian(1922, 13, 1)
    with pytest.raises(ValueError, match="there is no day 0"):
        day_from_gregorian(1922, 4, 0)


def test_a_day_before_our_era_is_counted_as_astronomers_do() -> None:
    assert day_text(day_from_gregorian(-43, 3, 15)) == "-0043-03-15"
    assert day_text(day_from_gregorian(0, 12, 31)) == "0000-12-31"
    assert day_from_gregorian(0, 12, 31) == 0
