"""Dates as people write them, and the EDTF that each becomes."""

import pytest

from dragoman.when import DateError, day_text, read, understand

MEANT = {
    "1922-04-16": (
        "16 April 1922 / 16 april, 1922 / April 16, 1922 / APRIL 16TH 1922 / 16.4.1922 / 16.04.1922"
        " / 16 Apr 1922 / 16 apr. 1922 / 16th of April, 1922 / the 16th of April 1922 / 1922-4-16"
        " / 1922.04.16 / 16-4-1922 / 16.IV.1922 / 4-16-1922 / on 16 April 1922 / 16-Apr-1922"
        " / Sunday, 16 April 1922 / 16 April 1922 (N.S.) / 3/16 April 1922 / 3 (16) April 1922"
        " / 16 (3) April 1922"
    ),
    "1922-04": "April 1922 / april, 1922 / Apr. 1922 / in April of 1922",
    "1922": "1922 / in 1922",
    "1918-03~": "about March 1918 / c. March 1918 / around Mar 1918 / March 1918~",
    "1920~": "c. 1920 / c.1920 / c1920 / ca. 1920 / circa 1920 / about 1920 / approximately 1920",
    "1918-03?": "March 1918? / perhaps March 1918 / March 1918 (uncertain) / probably March 1918",
    "1918-03%": "about March 1918 (uncertain) / perhaps about March 1918",
    "1921-21": "spring 1921 / in spring 1921 / in the spring of 1921 / Spring, 1921",
    "1921-23": "autumn 1921 / fall 1921",
    "1921-24": "winter 1921 / winter 1921-22 / in the winter of 1921–22 / winter 1921/1922",
    "[1921-03-01..1921-03-10]": "early March 1921 / at the beginning of March 1921",
    "[1921-03-11..1921-03-20]": "mid March 1921 / mid-March 1921 / in the middle of March 1921",
    "[1921-03-21..1921-03-31]": "late March 1921 / the end of March 1921 / late in March 1921",
    "[1921-03-01..1921-03-15]": "first half of March 1921",
    "[1921-01..1921-06]": "first half of 1921 / in the first half of 1921",
    "[1921-10..1921-12]": "last quarter of 1921 / fourth quarter of 1921",
    "[1921-01..1921-04]": "early 1921 / beginning of 1921",
    "[1927..1929]": "late 1920s / the late 1920s",
    "192X": "1920s / the 1920s / in the 1920's",
    "18XX": "19th century / the 19th century",
    "[1920-10-20..1920-10-31]": (
        "between 20 and 31 October 1920 / one day between 20 and 31 October 1920"
        " / sometime between the 20th and the 31st of October 1920"
        " / between October 20 and 31, 1920"
    ),
    "[1920-10-20..1920-11-03]": "between 20 October and 3 November 1920",
    "[1921-03..1921-05]": "between March and May 1921",
    "1922-04-10/1922-05-19": "from 10 April to 19 May 1922 / 10 April - 19 May 1922",
    "1922-05-10/1922-05-19": (
        "10-19 May 1922 / 10–19 May 1922 / May 10-19, 1922 / from 10 until 19 May 1922"
    ),
    "1919/1921": "1919–21 / from 1919 to 1921 / 1919 - 1921",
    "[..1918-03-02]": "before 3 March 1918",
    "[..1918-02]": "before March 1918",
    "[..1917]": "before 1918",
    "[..1920-24]": "before spring 1921",
    "[..1918-02~]": "before about March 1918",
    "[1918-03-04..]": "after 3 March 1918",
    "[1920..]": "after 1919",
    "[..1918-03-03]": "by 3 March 1918 / no later than 3 March 1918 / on or before 3 March 1918",
    "[1918-03-03..]": "on or after 3 March 1918 / not before 3 March 1918",
    "/1918-03-03": "until 3 March 1918 / from an unknown day to 3 March 1918",
    "1918-03-03/": "from 3 March 1918 / from 3 March 1918 to an unknown day",
    "1918-03-03/..": "since 3 March 1918 / from 3 March 1918 on / from 3 March 1918 onwards",
    "[1918-03-03,1918-03-04]": "3 or 4 March 1918 / either 3 or 4 March 1918",
    "1917-11-26 OS": (
        "26 November 1917 OS / 26 November 1917 O.S. / 26 November 1917 (old style)"
        " / 26 November 1917, old style / 26 November 1917 (old style; 9 December 1917)"
    ),
    "[1917-11-20..1917-11-26] OS": "between 20 and 26 November 1917 OS",
    "[..1900-02-29] OS": "before 1 March 1900 (old style)",
    "1917-11-26": "13/26 November 1917 / 13 (26) November 1917",
    "1918-01-01": (
        "19 December/1 January 1917-18 / 19 December 1917/1 January 1918"
        " / 19 December/1 January 1918"
    ),
    "-0043-03-15": "15 March 44 BC",
    "1922-04-16T16:30:00": "16 April 1922 at 16:30",
}


@pytest.mark.parametrize(
    ("written", "edtf"),
    [(written, edtf) for edtf, several in MEANT.items() for written in several.split(" / ")],
)
def test_what_people_write_becomes_the_edtf_that_means_it(written: str, edtf: str) -> None:
    assert understand(written) == read(edtf)


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        ("31 April 1922", "April 1922 has 30 days", ""),
        ("3/4/1922", "“3/4/1922” can be read day first or month first", "1922-04-03 or 1922-03-04"),
        ("16 April", "the year is missing", "such as 16 April 1922"),
        ("16 April 22", "the year 22 could be of any century", "four figures"),
        ("the 1900s", "1900s can be a decade or a century", "190X for ten years"),
        ("1918/19", "“1918/19” can be a span of years", "1918/1919 for from … to"),
        ("13/27 November 1917", "13 November 1917 old style was 26 November 1917", "1917-11-13 OS"),
        ("Monday 16 April 1922", "1922-04-16 was a Sunday, not a Monday (new style)", ""),
        ("from early March to 3 May 1921", "“early March” cannot end an interval", "1921-03/"),
        ("from 20 December to 3 January 1921", "the year turns between these dates", "each"),
        ("26 November 1917 (old style; 8 December 1917)", "1917-11-26 OS is not 1917-12-08", ""),
        ("from 3 to 1 May 1922", "the interval ends (1922-05-01)", ""),
        ("early spring 1921", "“early spring 1921” has no agreed days", ""),
        ("0 BC", "there is no year 0", ""),
        ("16 Agril 1922", "“16 Agril 1922” is not understood", "did you mean “April”?"),
    ],
)
def test_what_is_wrong_or_can_mean_two_things_is_refused(
    written: str, message: str, mend: str
) -> None:
    with pytest.raises(DateError) as caught:
        understand(written)
    assert caught.value.message.startswith(message)
    assert mend in caught.value.mend


def test_a_refusal_points_at_the_part_that_is_wrong() -> None:
    with pytest.raises(DateError) as caught:
        understand("between 20 and 31 November 1920")
    assert (caught.value.column, caught.value.message) == (15, "November 1920 has 30 days")


def test_a_double_date_is_checked_by_the_difference_of_its_own_century() -> None:
    assert understand("1/13 March 1850").text == "1850-03-13"
    with pytest.raises(DateError, match="1 March 1850 old style was 13 March 1850"):
        understand("1/14 March 1850")


def test_equal_numbers_have_no_doubtful_order() -> None:
    assert day_text(understand("4/4/1922").earliest) == "1922-04-04"
