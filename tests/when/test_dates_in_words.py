"""Dates in English, as a reader of history expects them."""

import pytest

from dragoman.when import (
    BEGINNING,
    END_OF_TIME,
    bounds_in_words,
    day_from_gregorian,
    in_words,
    read,
)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1922-04-16", "16 April 1922"),
        ("1922-04", "April 1922"),
        ("1922-04-XX", "April 1922"),
        ("1922", "1922"),
        ("1918-03~", "about March 1918"),
        ("1918-03?", "March 1918 (uncertain)"),
        ("1918-03%", "about March 1918 (uncertain)"),
        ("1921-21", "spring 1921"),
        ("1921-24", "winter 1921-22"),
        ("192X", "the 1920s"),
        ("190X", "the ten years from 1900"),
        ("18XX", "the 19th century"),
        ("-0043-03-15", "15 March 44 BC"),
        ("0044", "AD 44"),
        ("[1920-10-20..1920-10-31]", "one day between 20 and 31 October 1920"),
        ("[1920-10-20..1920-11-03]", "one day between 20 October and 3 November 1920"),
        ("[1920-12-20..1921-01-03]", "one day between 20 December 1920 and 3 January 1921"),
        ("[1918-03-03,1918-03-05]", "3 March 1918 or 5 March 1918"),
        ("[1667,1668,1670..1672]", "1667, 1668 or between 1670 and 1672"),
        ("[..1918-03-03]", "by 3 March 1918"),
        ("[1918-03-03..]", "not before 3 March 1918"),
        ("1922-04-10/1922-05-19", "10 April to 19 May 1922"),
        ("1922-05-10/1922-05-19", "10 to 19 May 1922"),
        ("1918-03~/1918-05", "about March 1918 to May 1918"),
        ("1918-03-03/..", "from 3 March 1918 on"),
        ("1918-03-03/", "from 3 March 1918 to an unknown day"),
        ("/1918-03-03", "from an unknown day to 3 March 1918"),
        ("../1918-03-03", "always until 3 March 1918"),
        ("1917-11-26 OS", "26 November 1917 (old style; 9 December 1917)"),
        ("1917-11 OS", "November 1917 (old style; between 14 November and 13 December 1917)"),
        (
            "[1917-11-20..1917-11-26] OS",
            "one day between 20 and 26 November 1917 (old style; between 3 and 9 December 1917)",
        ),
        (
            "1917-11-20/1917-11-26 OS",
            "20 to 26 November 1917 (old style; 3 to 9 December 1917)",
        ),
        ("1922-04-16T16:30:00Z", "16 April 1922 at 16:30:00Z"),
    ],
)
def test_each_form_has_its_words(edtf: str, words: str) -> None:
    assert in_words(read(edtf)) == words


def test_bounds_are_named_as_whole_units_where_they_are_whole() -> None:
    day = day_from_gregorian
    assert bounds_in_words(day(1922, 4, 16), day(1922, 4, 16)) == "16 April 1922"
    assert bounds_in_words(day(1922, 4, 1), day(1922, 4, 30)) == "April 1922"
    assert bounds_in_words(day(1922, 1, 1), day(1922, 12, 31)) == "1922"
    assert bounds_in_words(day(1922, 4, 1), day(1922, 4, 29)) == "between 1 and 29 April 1922"
    assert bounds_in_words(BEGINNING, day(1918, 3, 3)) == "by 3 March 1918"
    assert bounds_in_words(day(1918, 3, 3), END_OF_TIME) == "not before 3 March 1918"
    assert bounds_in_words(BEGINNING, END_OF_TIME) == "at an unknown time"
