"""What may stand in a chronicle, what it means in days, and what is said of the rest."""

import pytest

from dragoman.when import BEGINNING, END_OF_TIME, DateError, When, day_text, read

OPEN = {BEGINNING: "..", END_OF_TIME: ".."}


def told(when: When) -> str:
    """The bounds of a date as text: `a` or `a b`, and ` / a b` for the last day."""

    def pair(first: int, last: int) -> str:
        one, other = OPEN.get(first) or day_text(first), OPEN.get(last) or day_text(last)
        return one if first == last else f"{one} {other}"

    end = "" if when.until is None else f" / {pair(*when.until)}"
    return pair(when.earliest, when.latest) + end


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1922-04-16", "1922-04-16"),
        ("1922-04", "1922-04-01 1922-04-30"),
        ("1922", "1922-01-01 1922-12-31"),
        ("1922-04-16T16:30:00Z", "1922-04-16"),
        ("1922-04-16T16:30:00+02:00", "1922-04-16"),
        ("-0043-03-15", "-0043-03-15"),
        ("0000", "0000-01-01 0000-12-31"),
        ("Y-17000", "Y-17000-01-01 Y-17000-12-31"),
        ("1921-21", "1921-03-01 1921-05-31"),
        ("1921-22", "1921-06-01 1921-08-31"),
        ("1921-23", "1921-09-01 1921-11-30"),
        ("1921-24", "1921-12-01 1922-02-28"),
        ("1923-24", "1923-12-01 1924-02-29"),
        ("192X", "1920-01-01 1929-12-31"),
        ("19XX", "1900-01-01 1999-12-31"),
        ("-009X", "-0099-01-01 -0090-12-31"),
        ("1922-XX", "1922-01-01 1922-12-31"),
        ("1922-04-XX", "1922-04-01 1922-04-30"),
        ("1922-XX-XX", "1922-01-01 1922-12-31"),
        ("1922-04-10/1922-05-19", "1922-04-10 / 1922-05-19"),
        ("1918-03/1918-05", "1918-03-01 1918-03-31 / 1918-05-01 1918-05-31"),
        ("1918-03/1918-03-15", "1918-03-01 1918-03-15 / 1918-03-15"),
        ("1918-03-20/1918-03", "1918-03-20 / 1918-03-20 1918-03-31"),
        ("1918-03-03/..", "1918-03-03 / .."),
        ("1918-03-03/", "1918-03-03 / 1918-03-03 .."),
        ("../1918-03-03", ".. / 1918-03-03"),
        ("/1918-03-03", ".. 1918-03-03 / 1918-03-03"),
        ("[1918-03-03..1918-03-05]", "1918-03-03 1918-03-05"),
        ("[1667,1668,1670..1672]", "1667-01-01 1672-12-31"),
        ("[..1918-03-03]", ".. 1918-03-03"),
        ("[1918-03-03..]", "1918-03-03 .."),
        ("[1760-01,1760-02,1760-12..]", "1760-01-01 .."),
        ("1917-11-26 OS", "1917-12-09"),
        ("1917-10-25 OS", "1917-11-07"),
        ("1900-02-29 OS", "1900-03-13"),
        ("1917 OS", "1917-01-14 1918-01-13"),
        ("[1917-11-20..1917-11-26] OS", "1917-12-03 1917-12-09"),
        ("1917-11-20/1917-11-26 OS", "1917-12-03 / 1917-12-09"),
    ],
)
def test_each_form_means_the_days_the_docs_say(text: str, days: str) -> None:
    when = read(text)
    assert told(when) == days
    assert when.text == text
    assert when.old_style == text.endswith(" OS")


def test_flags_tell_what_the_source_doubted() -> None:
    assert (read("1918-03~").approximate, read("1918-03~").uncertain) == (True, False)
    assert (read("1918-03?").approximate, read("1918-03?").uncertain) == (False, True)
    both = read("1918-03/1918-05%")
    assert (both.approximate, both.uncertain) == (True, True)


def test_exact_is_one_known_day_and_durative_is_what_lasted() -> None:
    assert read("1922-04-16").exact
    assert not read("1922-04").exact
    assert not read("1922-04-16/1922-04-17").exact
    assert read("1922-04-16/1922-04-17").durative
    assert not read("[1922-04-16..1922-04-17]").durative


def test_dates_sort_by_when_they_had_surely_happened() -> None:
    texts = ["1922", "1922-04-16", "1922-04", "[..1922-04-16]", "1922-12-31"]
    ordered = sorted(map(read, texts), key=lambda when: when.sort_key)
    assert [when.text for when in ordered] == [
        "[..1922-04-16]",
        "1922-04-16",
        "1922-04",
        "1922",
        "1922-12-31",
    ]


def test_a_set_of_one_is_that_one() -> None:
    assert read("[1918-03]") == read("1918-03")
    assert read("[1918-03] OS") == read("1918-03 OS")


@pytest.mark.parametrize(
    ("text", "column", "message", "mend"),
    [
        ("1922-02-30", 8, "February 1922 has 28 days", ""),
        ("1922-04-31", 8, "April 1922 has 30 days", ""),
        ("1900-02-29", 8, "February 1900 has 28 days", "write 1900-02-29 OS"),
        ("1922-16-04", 5, "there is no month 16", "write 1922-04-16"),
        ("1922-00-04", 5, "there is no month 0", ""),
        ("1922-04-00", 8, "there is no day 0 in a month", ""),
        ("1917-18", 5, "there is no month 18", "write 1917/1918 for the years"),
        ("1921-22-03", 5, "22 is a season, and has no numbered days", "write 1921-22"),
        ("1922-33", 5, "there is no month 33", "write [1922-01..1922-03]"),
        ("16 April 1922", 0, "“16 April 1922” is not a date as EDTF writes it", "1922-04-16"),
        ("about March 1918", 0, "“about March 1918” is not", "write 1918-03~"),
        ("1922-4-16", 0, "“1922-4-16” is not", "write 1922-04-16"),
        (" 1922-04-16", 0, "“ 1922-04-16” is not", "write 1922-04-16"),
        ("16/4/1922", 0, "“16/4/1922” is not", "write 1922-04-16"),
        ("3/4/1922", 0, "“3/4/1922” can be read day first or month first", "1922-04-03 or"),
        ("16 Agril 1922", 0, "“16 Agril 1922” is not", "did you mean “April”?"),
        ("192x", 0, "“192x” is not", "write 192X"),
        ("~1922-04", 0, "“~1922-04” is not", "write 1922-04~, the mark at the end"),
        ("1922?-04~", 0, "“1922?-04~” is not", "write 1922-04%, the mark at the end"),
        ("1922-04-1X", 0, "“1922-04-1X” is not", "write [1922-04-10..1922-04-19]"),
        ("1922-XX-04", 8, "“1922-XX-04” gives a day of a month that is not known", "write 1922"),
        ("192X-04", 5, "“192X-04” gives a month of a year that is not known", "write 192X"),
        ("1XXX", 0, "“1XXX” is not", "write [1000..1999]"),
        ("Y1922", 0, "“Y1922” is not", "write 1922"),
        ("Y170000002", 1, "years are reckoned up to 2,000,000 either way", ""),
        ("-0000", 0, "there is no year -0000", "write 0000"),
        ("1922-04-16T25:00:00", 11, "there is no time 25:00:00", "hours run from 00 to 23"),
        ("1922-04-16T16:30", 0, "“1922-04-16T16:30” is not", "write 1922-04-16T16:30:00"),
        ("1922-04T16:30:00", 0, "a time needs a whole date before it", "write 1922-04"),
        (
            "1922-05/1922-04",
            8,
            "the interval ends (1922-04-30) before it begins",
            "1922-04/1922-05",
        ),
        ("[1922-05..1922-04]", 10, "the range ends (1922-04-30)", "[1922-04..1922-05]"),
        ("1918-03-03/31 April 1918", 11, "April 1918 has 30 days", ""),
        ("1918-03-03/5 May 1918", 0, "“1918-03-03/5 May 1918” is not", "1918-03-03/1918-05-05"),
        ("1918-03-03/open", 11, "“open” is an older spelling", "write 1918-03-03/.."),
        ("{1918,1919}", 0, "braces mean all of these days", "write one act for each day"),
        ("[1918,1919", 10, "a set opened with “[” ends with “]”", "write [1918,1919]"),
        ("[1918, 1919]", 0, "“[1918, 1919]” is not", "write [1918,1919]"),
        ("[1918,soon]", 6, "“soon” is not", ""),
        ("[..]", 1, "“..” alone says nothing", "write [..b], [a..] or [a..b]"),
        ("1918-03..1918-05", 0, "“1918-03..1918-05” is not", "write [1918-03..1918-05] for one"),
        ("../..", 0, "an interval with neither end known says nothing", "write a/.."),
        ("[1918,1919]/1920", 0, "an interval runs between two dates, not sets", "as one date"),
        ("1917-11-26 OS/1918-01-01", 11, "OS stands once, at the end", "both ends"),
        ("1917-11-26 os", 0, "“1917-11-26 os” is not", "write 1917-11-26 OS"),
        ("", 0, "there is no date", "write one such as 1922-04-16"),
        ("soon", 0, "“soon” is not a date as EDTF writes it", ""),
    ],
)
def test_a_refusal_says_what_where_and_how_to_mend(
    text: str, column: int, message: str, mend: str
) -> None:
    with pytest.raises(DateError) as caught:
        read(text)
    assert caught.value.message.startswith(message)
    assert caught.value.column == column
    assert mend in caught.value.mend
    assert bool(mend) == bool(caught.value.mend)
