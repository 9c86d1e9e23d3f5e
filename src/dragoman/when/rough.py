"""One date as a person writes it, perhaps with parts left out: `16th of April, 1922`, `late May`.

`read_rough` takes the words apart, `complete` lends a date what its partner in a range says
("between 20 and 31 October 1920"), and `edges` gives the EDTF points at its two ends.
`written` puts such dates together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from dragoman.problem import did_you_mean
from dragoman.when.calendar import MONTHS, month_length, year_text
from dragoman.when.fault import DateError, Unrecognised
from dragoman.when.point import AUTUMN, SPRING, SUMMER, WINTER, read_point, shortened


class Piece(NamedTuple):
    """Part of a text, and where it stands in the whole."""

    text: str
    column: int

    def group(self, found: re.Match[str], name: str | int) -> Piece:
        """The part of this piece that a group of a match took, its outer blanks left off."""
        text = found.group(name) or ""
        start = max(found.start(name), 0) + len(text) - len(text.lstrip())
        return Piece(text.strip(), self.column + start)


@dataclass(frozen=True, slots=True)
class Rough:
    """One date in parts; None is what it does not say.

    `years` is how many years it spans from `year` on: 1, 10 (a decade) or 100 (a century).
    `month` may be a season. `part` is a share of it, such as (1, 3) for the first of three.
    `time` is the time of day, `mark` the EDTF qualifier.
    """

    source: Piece
    year: int | None = None
    month: int | None = None
    day: int | None = None
    years: int = 1
    part: tuple[int, int] | None = None
    time: str = ""
    mark: str = ""


SEASONS: Final = {
    "spring": SPRING,
    "summer": SUMMER,
    "autumn": AUTUMN,
    "fall": AUTUMN,
    "winter": WINTER,
}
_MONTH_NUMBERS: Final = (
    {name.lower(): number for number, name in enumerate(MONTHS, 1)}
    | {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
    | {"sept": 9}
)
_ROMAN: Final = dict(
    zip(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
        range(1, 13),
        strict=True,
    )
)

DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
MONTH = "(?:" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
YEAR = r"(?:ad [0-9]{1,7}|[0-9]{1,7} ?(?:bce?|ad|ce)\b|[0-9]{3,4}|'?[0-9]{2})"
_LETTERS = re.ASCII | re.IGNORECASE
_SEASON = "(?:" + "|".join(SEASONS) + ")"
_ROMAN_MONTH = "(?:" + "|".join(sorted(_ROMAN, key=len, reverse=True)) + ")"


def shape(pattern: str) -> re.Pattern[str]:
    """A pattern for a whole piece, in which one blank stands for any number of them."""
    return re.compile(re.sub(r" (?!\?)", " +", pattern).replace(" ?", " *"), _LETTERS)


_TIME = "[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:z|[+-][0-9]{2}(?::[0-9]{2})?)?)?"

_SHAPES = tuple(
    shape(pattern)
    for pattern in (
        rf"(?P<day>{DAY})(?: of)? (?P<month>{MONTH})(?: ?,? ?(?:of )?(?P<year>{YEAR}))?",
        rf"(?P<day>{DAY}) (?P<month>{MONTH}) (?P<year>{YEAR}) at (?P<time>{_TIME})",
        rf"(?P<day>{DAY})-(?P<month>{MONTH})-(?P<year>{YEAR})",
        rf"(?P<month>{MONTH}) (?P<day>{DAY})(?: ?, ?(?P<year>{YEAR})| (?P<after>[0-9]{{3,4}}))?",
        rf"(?P<month>{MONTH})(?: ?,? ?(?:of )?(?P<year>{YEAR}))?",
        rf"(?P<season>{_SEASON})(?: ?,? ?(?:of )?(?P<year>{YEAR})(?:[-–/](?P<second>[0-9]+))?)?",
        rf"(?P<day>{DAY}) ?, ?(?P<year>{YEAR})",
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?",
        r"(?P<year>[0-9]{4})[./](?P<month>[0-9]{1,2})[./](?P<day>[0-9]{1,2})",
        rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?(?P<year>{YEAR})",
        rf"(?P<day>[0-9]{{1,2}})[./-] ?(?P<month>{_ROMAN_MONTH})[./-] ?(?P<year>{YEAR})",
        rf"(?P<left>[0-9]{{1,2}})([/-])(?P<right>[0-9]{{1,2}})\2(?P<year>{YEAR})",
        r"(?P<decade>[0-9]{3}0)'?s",
        rf"(?P<count>ten|hundred) years from (?P<year>{YEAR})",
        r"(?P<century>[0-9]{1,3})(?:st|nd|rd|th) (?:century|c\.)",
        rf"(?P<day>{DAY})",
        rf"(?P<year>{YEAR})",
    )
)

_ABOUT = shape(
    r"(?:(?:about|around|circa|approximately|roughly|near)\b|(?:ca?|approx)(?:\.|\b|(?=[0-9])))"
    r" ?(?P<rest>.+)"
)
_PERHAPS = shape(r"(?:perhaps|possibly|probably|maybe) (?P<rest>.+)")
_DOUBTED = shape(r"(?P<rest>.+?) ?(?P<mark>[?~%]|\(\?\)|\(uncertain\)|\(approximate\))")
_MARKS: Final = {"~": "~", "%": "%", "(approximate)": "~"}
_LEAD = shape(r"(?:on|in|at|during|the|some ?time|(?:one|some|a) day|day) (?P<rest>.+)")

_SHARES: Final = {
    "early": (1, 3),
    "beginning of": (1, 3),
    "start of": (1, 3),
    "mid": (2, 3),
    "middle of": (2, 3),
    "late": (3, 3),
    "end of": (3, 3),
    "first half of": (1, 2),
    "second half of": (2, 2),
    "first quarter of": (1, 4),
    "second quarter of": (2, 4),
    "third quarter of": (3, 4),
    "fourth quarter of": (4, 4),
    "last quarter of": (4, 4),
}
_PART = shape(rf"(?P<share>{'|'.join(_SHARES)})(?: in)?(?: |-)(?:the )?(?P<rest>.+)")


def read_rough(piece: Piece) -> Rough:
    """One date, qualifiers and all. Raises DateError, Unrecognised if it is none."""
    mark = ""
    while True:
        if (found := _LEAD.fullmatch(piece.text)) is not None:
            piece = piece.group(found, "rest")
        elif (found := _ABOUT.fullmatch(piece.text)) is not None:
            mark, piece = _both(mark, "~"), piece.group(found, "rest")
        elif (found := _PERHAPS.fullmatch(piece.text)) is not None:
            mark, piece = _both(mark, "?"), piece.group(found, "rest")
        elif (found := _DOUBTED.fullmatch(piece.text)) is not None:
            mark = _both(mark, _MARKS.get(found["mark"].lower(), "?"))
            piece = piece.group(found, "rest")
        else:
            break
    if (found := _PART.fullmatch(piece.text)) is not None:
        share = _SHARES[" ".join(found["share"].lower().split())]
        whole = read_rough(piece.group(found, "rest"))
        if whole.part is not None:
            raise Unrecognised(f"“{piece.text}” is a part of a part", piece.column)
        return replace(whole, part=share, mark=_both(mark, whole.mark), source=piece)
    for pattern in _SHAPES:
        if (found := pattern.fullmatch(piece.text)) is not None:
            groups = {name: (text or "").lower() for name, text in found.groupdict().items()}
            return replace(_parts(groups, piece), mark=mark)
    raise Unrecognised(
        f"“{piece.text}” is not understood as a date", piece.column, _nearest_month(piece.text)
    )


def complete(one: Rough, other: Rough) -> Rough:
    """The first date, with what it leaves out taken from the second."""
    if one.month is None and one.day is not None:
        one = replace(one, month=other.month)
    if one.year is None and other.years == 1:
        one = replace(one, year=other.year)
    return one


def edges(date: Rough, *, julian: bool) -> tuple[str, str]:
    """EDTF for the first and the last point of a date; they are equal unless it has a `part`.

    Raises DateError where the date is impossible or still incomplete.
    """
    year, month, day, column = date.year, date.month, date.day, date.source.column
    if year is None or (day is not None and month is None):
        missing = "the month and the year are" if month is None else "the year is"
        raise DateError(f"{missing} missing", column, "write it in full, such as 16 April 1922")
    if date.part is not None:
        first, last = _shared(date, date.part, year, julian)
    elif month is None:
        text = year_text(year)
        if date.years > 1:
            text = shortened(year, 1 if date.years == 10 else 2)
        first = last = text
    else:
        number = "" if day is None else f"-{day:02d}"
        time = f"T{date.time}" if date.time else ""
        first = last = f"{year_text(year)}-{month:02d}{number}{time}"
    first, last = first + date.mark, last + date.mark
    for text in {first, last}:
        try:
            point = read_point(text, julian=julian)
        except DateError as error:
            raise DateError(error.message, column, error.mend) from None
        if date.years > 1 and date.part is None and point.year != year:
            raise DateError(f"{date.years} years from there are no decade or century", column)
    return first, last


def read_year(text: str, column: int) -> int:
    """The astronomical year of what matches YEAR, in small letters.

    Raises DateError for a year 0, which no era has, and for one of two figures.
    """
    number = int(re.sub("[^0-9]", "", text))
    if number == 0:
        raise DateError("there is no year 0", column, "write 0000 for 1 BC, as EDTF does")
    if "bc" in text:
        return 1 - number
    if len(text) < 3 or text.startswith("'"):
        raise DateError(f"the year {text} could be of any century", column, "write four figures")
    return number


def _parts(found: dict[str, str], piece: Piece) -> Rough:
    """The date in the groups of one of the shapes."""
    if decade := found.get("decade"):
        if decade.endswith("00"):
            mend = f"write {decade[:3]}X for ten years, {decade[:2]}XX for a hundred"
            raise DateError(f"{decade}s can be a decade or a century", piece.column, mend)
        return Rough(piece, int(decade), years=10)
    if century := found.get("century"):
        if century.strip("0") == "":
            raise DateError("there is no such century", piece.column)
        return Rough(piece, 100 * (int(century) - 1), years=100)
    year_words = found.get("year") or found.get("after")
    year = read_year(year_words, piece.column) if year_words else None
    if season := found.get("season"):
        _check_second_year(found.get("second", ""), season, year, piece)
        return Rough(piece, year, SEASONS[season])
    if left := found.get("left"):
        month, day = _slashed(int(left), int(found["right"]), year or 0, piece)
        return Rough(piece, year, month, day)
    if count := found.get("count"):
        return Rough(piece, year, years=10 if count == "ten" else 100)
    month_words, day_words = found.get("month", "").rstrip("."), found.get("day")
    return Rough(
        piece,
        year,
        month_number(month_words) if month_words else None,
        int(re.sub("[a-z]", "", day_words)) if day_words else None,
        time=_full_time(found.get("time", "")),
    )


def _nearest_month(text: str) -> str:
    """A mend for a misspelt month, or ""."""
    words = [word.capitalize() for word in re.findall("[A-Za-z]{4,}", text)]
    if not set(words).isdisjoint(MONTHS):
        return ""
    return next(filter(None, (did_you_mean(word, MONTHS) for word in words)), "")


def _full_time(time: str) -> str:
    """A time as EDTF wants it, with its seconds."""
    return f"{time}:00" if len(time) == 5 else time.upper()


def month_number(word: str) -> int:
    """The number of a month that is named, in small letters, or numbered in either figures."""
    return _MONTH_NUMBERS.get(word) or _ROMAN.get(word) or int(word)


def _slashed(left: int, right: int, year: int, piece: Piece) -> tuple[int, int]:
    """Month and day of `16/4/1922`; the order of `3/4/1922` cannot be known."""
    if left <= 12 and right <= 12 and left != right:
        raise DateError(
            f"“{piece.text}” can be read day first or month first",
            piece.column,
            f"write {year_text(year)}-{right:02d}-{left:02d}"
            f" or {year_text(year)}-{left:02d}-{right:02d}",
        )
    return (left, right) if right > 12 else (right, left)


def _check_second_year(second: str, season: str, year: int | None, piece: Piece) -> None:
    """The second year of `winter 1921-22` must be the next one."""
    if not second or year is None:
        return
    if season != "winter" or int(second) % 100 != (year + 1) % 100 or len(second) not in (2, 4):
        raise DateError(
            f"“{piece.text}” names two years",
            piece.column,
            "only a winter has two, such as 1921-22",
        )


def _shared(date: Rough, part: tuple[int, int], year: int, julian: bool) -> tuple[str, str]:
    """The first and last point of a share of a month, year or decade."""
    number, of = part
    if date.day is None and date.month is not None and date.month <= 12 and of < 4:
        length = month_length(year, date.month, julian=julian)
        step = {2: 15, 3: 10}[of]
        first, last = step * (number - 1) + 1, length if number == of else step * number
        stem = f"{year_text(year)}-{date.month:02d}"
        return f"{stem}-{first:02d}", f"{stem}-{last:02d}"
    if date.month is None and date.years == 1:
        months = 12 // of
        stem = year_text(year)
        return f"{stem}-{months * (number - 1) + 1:02d}", f"{stem}-{months * number:02d}"
    if date.years == 10 and of < 4:
        opens = ((0, 5, 10), (0, 4, 7, 10))[of - 2]
        return year_text(year + opens[number - 1]), year_text(year + opens[number] - 1)
    raise DateError(
        f"“{date.source.text}” has no agreed days",
        date.source.column,
        "early, mid, late, and halves are understood of a month, a year or a decade",
    )


def _both(one: str, other: str) -> str:
    """Two qualifiers together: `~` with `?` is `%`."""
    return one if one == other or not other else other if not one else "%"
