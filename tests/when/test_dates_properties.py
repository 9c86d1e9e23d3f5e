"""What holds of every date: round trips, ordered bounds, and no error but DateError."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dragoman.when import (
    BEGINNING,
    DEFAULT,
    END_OF_TIME,
    DateError,
    Tolerance,
    When,
    Widths,
    bounds_in_words,
    day_from_gregorian,
    day_text,
    in_words,
    read,
    understand,
)
from dragoman.when.calendar import year_text
from dragoman.when.edtf import parse, when_of

quick = settings(max_examples=60, deadline=None)

years = st.one_of(st.integers(1900, 1930), st.integers(-9990, 9990)).map(year_text)
days = st.integers(day_from_gregorian(-9990, 1, 1), day_from_gregorian(9990, 12, 31)).map(day_text)
history = st.integers(day_from_gregorian(1917, 1, 1), day_from_gregorian(1923, 12, 31))
months = st.builds("{}-{:02d}".format, years, st.integers(1, 12))
seasons = st.builds("{}-{}".format, years, st.integers(21, 24))
unknown = st.one_of(
    years.map(lambda year: year[:-1] + "X"),
    years.map(lambda year: year[:-2] + "XX"),
    years.map("{}-XX".format),
    years.map("{}-XX-XX".format),
    months.map("{}-XX".format),
)
far = st.one_of(st.integers(10_000, 99_999), st.integers(-99_999, -10_000)).map("Y{}".format)
points = st.builds(
    "{}{}".format,
    st.one_of(history.map(day_text), days, months, years, seasons, unknown, far),
    st.sampled_from(["", "", "", "?", "~", "%"]),
)


def _join(pattern: str, one: str, other: str) -> str:
    """Two points in a pattern, the one that begins first put first."""
    exactly = Tolerance(Widths(0, 0, 0, 0, 0, 0), Widths(0, 0, 0, 0, 0, 0))
    first, last = sorted((one, other), key=lambda text: read(text, exactly).earliest)
    return pattern.format(first, last)


joined = st.builds(_join, st.sampled_from(["{}/{}", "[{}..{}]", "[{},{}]"]), points, points)
halves = st.builds(
    lambda pattern, point: str(pattern.format(point)),
    st.sampled_from(["{}/..", "../{}", "{}/", "/{}", "[{}..]", "[..{}]"]),
    points,
)
texts = st.builds(
    "{}{}".format, st.one_of(points, joined, halves), st.sampled_from(["", "", " OS"])
)
widths = st.builds(Widths, *[st.integers(0, 20_000)] * 6)
tolerances = st.builds(Tolerance, widths, widths)

_LETTERS = "0123456789-/.,[]{}XYT:Z?~% OSapril"
_WORDS = re.split(
    " ",
    "16 4 31 1922 1917-18 April may, about between and from to or before by early late half of"
    " first spring winter 1920s 19th century OS (old style) / - – ? (uncertain) the in Monday"
    " 13/26 44 BC AD [ .. ] ( ) ten years at 16:30 unknown day since until on c.",
)
anything = st.one_of(
    st.text(max_size=60),
    st.text(_LETTERS, max_size=30),
    st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join),
    st.builds(
        lambda text, at, put: text[:at] + put + text[at + 1 :],
        texts,
        st.integers(0, 20),
        st.text(_LETTERS, max_size=2),
    ),
)


def bounds(when: When) -> tuple[int, int, tuple[int, int] | None]:
    return when.earliest, when.latest, when.until


def _within(inner: tuple[int, int] | None, outer: tuple[int, int] | None) -> bool:
    if inner is None or outer is None:
        return inner is outer
    return outer[0] <= inner[0] and inner[1] <= outer[1]


@quick
@given(texts)
def test_canonical_text_reads_back_as_itself(text: str) -> None:
    when = read(text)
    assert read(when.text) == when
    assert understand(text) == when


@quick
@given(texts, tolerances)
def test_bounds_are_ordered(text: str, tolerance: Tolerance) -> None:
    when = read(text, tolerance)
    assert BEGINNING <= when.earliest <= when.latest <= END_OF_TIME
    if when.until is not None:
        assert when.earliest <= when.until[0] <= when.until[1] <= END_OF_TIME
        assert when.latest <= when.until[1]


@quick
@given(texts, tolerances, widths)
def test_widening_only_widens(text: str, tolerance: Tolerance, more: Widths) -> None:
    wider = Tolerance(
        _greater(tolerance.approximate, more),
        _greater(tolerance.uncertain, more),
    )
    narrow, wide = read(text, tolerance), read(text, wider)
    assert _within((narrow.earliest, narrow.latest), (wide.earliest, wide.latest))
    assert _within(narrow.until, wide.until)


def _greater(one: Widths, more: Widths) -> Widths:
    return Widths(
        one.day + more.day,
        one.month + more.month,
        one.season + more.season,
        one.year + more.year,
        one.decade + more.decade,
        one.century + more.century,
    )


@quick
@given(texts)
def test_words_are_understood_as_the_same_days(text: str) -> None:
    when = read(text)
    assert bounds(understand(in_words(when))) == bounds(when)


@quick
@given(history, st.integers(0, 800))
def test_bounds_in_words_are_understood_as_those_bounds(first: int, length: int) -> None:
    for earliest, latest in (
        (first, first + length),
        (BEGINNING, first),
        (first, END_OF_TIME),
    ):
        assert bounds(understand(bounds_in_words(earliest, latest))) == (earliest, latest, None)


@quick
@given(anything)
@example("\ud800922-04-16")
@example("Y" + "9" * 5000)
@example("²0²2-04-16")
@example("١٩٢٢-٠٤-١٦")
def test_no_text_raises_anything_but_a_date_error(text: str) -> None:
    for reader in (read, understand):
        try:
            when = reader(text)
        except DateError as error:
            assert error.message
            assert 0 <= error.column <= len(text)
        else:
            assert in_words(when)
            assert read(when.text) == when


@quick
@given(anything)
def test_what_is_understood_is_either_read_or_mended(text: str) -> None:
    try:
        meant = understand(text)
    except DateError:
        return
    try:
        assert read(text) == meant
    except DateError as error:
        assert f"write {meant.text}" in error.mend


@quick
@given(st.one_of(days, st.text("0123456789-", min_size=10, max_size=10)))
def test_plain_days_mean_the_same_by_the_quick_way_and_the_long(text: str) -> None:
    try:
        quick: When | None = read(text)
    except DateError:
        quick = None
    try:
        slow: When | None = when_of(parse(text), DEFAULT)
    except DateError:
        slow = None
    assert quick == slow
