"""What was meant by a date that is almost EDTF: wrong letters, marks out of place, level 2.

Everything here gives a suggestion in words, or "" where none is plain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# EDTF level 2 numbers parts of the year from 33: four quarters, three thirds, two halves.
_PARTS = {33 + n: (3 * n + 1, 3 * n + 3) for n in range(4)}
_PARTS |= {37 + n: (4 * n + 1, 4 * n + 4) for n in range(3)}
_PARTS |= {40 + n: (6 * n + 1, 6 * n + 6) for n in range(2)}
_NORTHERN = range(25, 29)

_DAY_TENS = re.compile(r"(?P<month>-?[0-9]{4}-[0-9]{2}-)(?P<tens>[0-2])X")
_NO_SECONDS = re.compile(r".+T[0-9]{2}:[0-9]{2}")
_RANGE = re.compile(r"(?P<first>[^.,\[\]]*)\.\.(?P<last>[^.,\[\]]*)")


def mend_point(text: str, known: Callable[[str], bool]) -> str:
    """A suggestion for a text that is no point; `known` tells whether another text is one."""
    letters = text.translate(str.maketrans("xuU", "XXX"))
    if letters != text and known(letters):
        return f"write {letters}"
    bare = re.sub("[?~%]", "", text)
    if bare != text and known(bare):
        marks = set(text) & set("?~%")
        return f"write {bare}{marks.pop() if len(marks) == 1 else '%'}, the mark at the end"
    if tens := _DAY_TENS.fullmatch(text):
        month, figure = tens.group("month", "tens")
        return f"write [{month}{'01' if figure == '0' else figure + '0'}..{month}{figure}9]"
    if _NO_SECONDS.fullmatch(text) and known(f"{text}:00"):
        return f"write {text}:00"
    if text.startswith("Y") and known(text[1:]):
        return f"write {text[1:]}"
    if text[1:] == "XXX" and text[0].isdigit():
        return f"write [{text[0]}000..{text[0]}999]"
    if (span := _RANGE.fullmatch(text)) is not None and text != "..":
        first, last = span.group("first", "last")
        return f"write [{text}] for one day of these, {first or '..'}/{last or '..'} for from … to"
    return ""


def mend_month(text: str, year_length: int, month: int) -> str:
    """A suggestion for a point whose month is neither a month nor a season.

    `year_length` is how many letters of the text are the year.
    """
    figures, day = text[:year_length], text[year_length + 4 :].rstrip("?~%")
    year = int(figures)
    if month in _PARTS:
        first, last = _PARTS[month]
        return f"write [{figures}-{first:02d}..{figures}-{last:02d}]"
    if month in _NORTHERN:
        return f"write {figures}-{month - 4}"
    if day.isdigit() and 1 <= int(day) <= 12 and 1 <= month <= 31:
        return f"write {figures}-{day}-{month:02d}"
    if not day and month > year % 100:
        later = year - year % 100 + month
        return f"write {figures}/{later:04d} for the years from {figures} to {later:04d}"
    return ""
