"""Dates as historical sources give them: exact or doubtful, new style or old.

A source says "about March 1918", or dates a note by the Julian calendar, or knows only that
something fell between two days. This package keeps what it says (`When.text`, in EDTF) beside
the days that it can mean (`When.earliest`, `When.latest`, `When.until`), and goes no further:
what follows from doubt is reckoned elsewhere.

`read` is for what stands in a chronicle, `understand` for what people type, `in_words` for
what they see; a `Tolerance` says how wide "about" is.

    >>> from dragoman.when import day_text, in_words, read, understand
    >>> read("1922-04-16").exact
    True
    >>> note = understand("26 November 1917 (old style)")
    >>> note.text, day_text(note.earliest)
    ('1917-11-26 OS', '1917-12-09')
    >>> in_words(read("[1920-10-20..1920-10-31]"))
    'one day between 20 and 31 October 1920'

The files, each standing on those before it: `fault` (`DateError`), `calendar` (days as
numbers), `span` (`When`), `tolerance`, `near_miss` and `point` (one date), `edtf` (sets and
intervals of them), `rough`, `dual` and `written` (English), `reading` (the two ways in), `words`
(the way out).
"""

from dragoman.when.calendar import (
    Day,
    day_from_gregorian,
    day_from_julian,
    day_text,
    gregorian_from_day,
    julian_from_day,
)
from dragoman.when.fault import DateError
from dragoman.when.reading import read, understand
from dragoman.when.tolerance import DEFAULT, Tolerance, Widths
from dragoman.when.when import BEGINNING, END_OF_TIME, When
from dragoman.when.words import bounds_in_words, in_words

__all__ = [
    "BEGINNING",
    "DEFAULT",
    "END_OF_TIME",
    "DateError",
    "Day",
    "Tolerance",
    "When",
    "Widths",
    "bounds_in_words",
    "day_from_gregorian",
    "day_from_julian",
    "day_text",
    "gregorian_from_day",
    "in_words",
    "julian_from_day",
    "read",
    "understand",
]
