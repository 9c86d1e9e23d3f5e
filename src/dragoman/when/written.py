"""Dates as people write them: `about March 1918`, `between 20 and 31 October 1920`.

`translate` gives the EDTF for such a text, and EDTF alone says what it means in days. Each kind
of phrase is a line in `_PHRASES`; the single dates inside them are read by `rough`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from dragoman.when.dual import DUAL, translate_dual
from dragoman.when.edtf import OLD_STYLE, extent_of, parse
from dragoman.when.fault import DateError, Unrecognised
from dragoman.when.point import Point, extent, neighbour, read_point
from dragoman.when.rough import YEAR, Piece, Rough, complete, edges, read_rough, read_year, shape

# Longer than any date a person writes; it keeps the patterns from toiling over pasted prose.
_LONGEST: Final = 200

_BLANKS: Final = {ord(blank): " " for blank in "\t\n\r\v\f\u00a0\u2009\u202f"}
_DASHES: Final = {ord(dash): "–" for dash in "‒—−"} | {ord("‑"): "-"}
_QUOTES: Final = {ord("’"): "'", ord("‘"): "'"}
_PLAIN: Final = _BLANKS | _DASHES | _QUOTES

_OLD_STYLE = shape(
    r"(?P<date>.+?) ?,? ?"
    r"(?:\((?:old style|o\. ?s\.|os)(?: ?; ?(?P<new>.+))?\)|(?<![a-z])(?:old style|o\. ?s\.|os))"
)
_NEW_STYLE = shape(r"(?P<date>.+?) ?,? ?(?:\((?:new style|n\.s\.|ns)\)|\b(?:new style|n\.s\.|ns))")
_LEAD = shape(r"(?:some ?time|(?:one|some|a) day(?= between)|either|one of) (?P<rest>.+)")
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = shape(rf"(?:on )?(?P<weekday>{'|'.join(_WEEKDAYS)})(?:,| the)? ?(?P<date>.+)")
_TO = shape(r" (?:to|until|till|through|up to) | ?[-–] ?")
_UNKNOWN = shape("(?:an )?unknown (?:day|date)")


def translate(text: str) -> str:
    """EDTF for a date as people write it, such as `16 April 1922`.

    Raises DateError where it is understood but wrong or ambiguous, and its subclass
    Unrecognised where it is not understood. The caller reads the EDTF, and so checks it.
    """
    if len(text) > _LONGEST:
        raise Unrecognised("this is too long for a date", _LONGEST)
    plain = text.translate(_PLAIN)
    piece = Piece(plain.strip(" "), len(plain) - len(plain.lstrip(" ")))
    if not piece.text:
        raise Unrecognised("there is no date")
    if (found := _OLD_STYLE.fullmatch(piece.text)) is not None:
        edtf = _phrase(piece.group(found, "date"), julian=True)
        if found["new"]:
            _check_new_style(edtf, piece.group(found, "new"))
        return edtf + OLD_STYLE
    if (found := _NEW_STYLE.fullmatch(piece.text)) is not None:
        piece = piece.group(found, "date")
    return _phrase(piece, julian=False)


def _phrase(piece: Piece, *, julian: bool) -> str:
    """EDTF for any phrase but the calendar it is in."""
    if (found := _WEEKDAY.fullmatch(piece.text)) is not None:
        edtf = _phrase(piece.group(found, "date"), julian=julian)
        _check_weekday(edtf, found["weekday"].capitalize(), piece.column, julian)
        return edtf
    if (found := _LEAD.fullmatch(piece.text)) is not None:
        return _phrase(piece.group(found, "rest"), julian=julian)
    failures: list[Unrecognised] = []
    try:
        first, last = edges(read_rough(piece), julian=julian)
    except Unrecognised as error:
        failures.append(error)
    else:
        return first if first == last else f"[{first}..{last}]"
    for pattern, build in _PHRASES:
        if (found := pattern.fullmatch(piece.text)) is not None:
            try:
                return build(piece, found, julian)
            except Unrecognised as error:
                failures.append(error)
    # The last failure looked closest: it names the part that was not understood.
    raise failures[-1]


def _dual(piece: Piece, found: re.Match[str], julian: bool) -> str:
    if julian:
        raise DateError("a double date is in both calendars", piece.column, "leave out “OS”")
    return translate_dual(piece, found)


def _between(piece: Piece, found: re.Match[str], julian: bool) -> str:
    a, b = _pair(piece.group(found, "a"), piece.group(found, "b"))
    return f"[{edges(a, julian=julian)[0]}..{edges(b, julian=julian)[1]}]"


def _before(piece: Piece, found: re.Match[str], julian: bool) -> str:
    first, _ = edges(read_rough(piece.group(found, "a")), julian=julian)
    return f"[..{neighbour(read_point(first, julian=julian), -1, julian=julian)}]"


def _after(piece: Piece, found: re.Match[str], julian: bool) -> str:
    _, last = edges(read_rough(piece.group(found, "a")), julian=julian)
    return f"[{neighbour(read_point(last, julian=julian), 1, julian=julian)}..]"


def _by(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"[..{edges(read_rough(piece.group(found, 'a')), julian=julian)[1]}]"


def _not_before(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"[{edges(read_rough(piece.group(found, 'a')), julian=julian)[0]}..]"


def _any_of(piece: Piece, found: re.Match[str], julian: bool) -> str:
    # A comma may also stand inside a date (April 16, 1922), so it parts dates only at need.
    try:
        return _alternatives(list(_split(piece, " or ")), julian)
    except Unrecognised:
        return _alternatives(list(_split(piece, " or |,")), julian)


def _split_year(piece: Piece, found: re.Match[str], julian: bool) -> str:
    first = int(found["a"])
    second = f"{first - first % 100 + int(found['b']):04d}"
    raise DateError(
        f"“{piece.text}” can be a span of years or one of them",
        piece.column,
        f"write {first:04d}/{second} for from … to, [{first:04d}..{second}] for one day in them",
    )


def _years(piece: Piece, found: re.Match[str], julian: bool) -> str:
    first = read_year(found["a"].lower(), piece.column)
    return f"{first:04d}/{first - first % 100 + int(found['b']):04d}"


def _from_on(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"{_lone(read_rough(piece.group(found, 'a')), julian)}/.."


def _from(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"{_lone(read_rough(piece.group(found, 'a')), julian)}/"


def _always_until(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"../{_lone(read_rough(piece.group(found, 'a')), julian)}"


def _until(piece: Piece, found: re.Match[str], julian: bool) -> str:
    return f"/{_lone(read_rough(piece.group(found, 'a')), julian)}"


def _from_to(piece: Piece, found: re.Match[str], julian: bool) -> str:
    both = piece.group(found, "both")
    failure = Unrecognised(f"“{both.text}” is not understood as a date", both.column)
    for to in _TO.finditer(both.text):
        a = Piece(both.text[: to.start()], both.column)
        b = Piece(both.text[to.end() :], both.column + to.end())
        try:
            if _UNKNOWN.fullmatch(a.text):
                return f"/{_lone(read_rough(b), julian)}"
            if _UNKNOWN.fullmatch(b.text):
                return f"{_lone(read_rough(a), julian)}/"
            first, last = _pair(a, b)
            return f"{_lone(first, julian)}/{_lone(last, julian)}"
        except Unrecognised as error:
            failure = error
    raise failure


_Builder: TypeAlias = Callable[[Piece, re.Match[str], bool], str]

_SETS: Final[tuple[tuple[re.Pattern[str], _Builder], ...]] = (
    (shape(r"between (?P<a>.+?) and (?P<b>.+)"), _between),
    (shape(r"(?:before|earlier than|prior to) (?P<a>.+)"), _before),
    (shape(r"(?:after|later than) (?P<a>.+)"), _after),
    (shape(r"(?:by|(?:on|in) or before|not? (?:after|later than)) (?P<a>.+)"), _by),
    (shape(r"(?:(?:on|in) or after|not? (?:before|earlier than)) (?P<a>.+)"), _not_before),
)
_PHRASES: Final[tuple[tuple[re.Pattern[str], _Builder], ...]] = (
    (DUAL, _dual),
    (shape(rf"(?:from )?(?P<a>{YEAR}) ?– ?(?P<b>[0-9]{{2}})"), _years),
    (shape(r"(?:in )?(?P<a>[0-9]{4})/(?P<b>[0-9]{2})"), _split_year),
    (shape(r"(?:from )?(?P<both>.+(?:to|till?|through|-|–).+)"), _from_to),
    (shape(r"from (?P<a>.+) on(?:wards?)?"), _from_on),
    (shape(r"since (?P<a>.+)"), _from_on),
    (shape(r"always,? until (?P<a>.+)"), _always_until),
    (shape(r"(?:until|till|up to) (?P<a>.+)"), _until),
    (shape(r"from (?P<a>.+)"), _from),
    (shape(r".+ or .+"), _any_of),
    *_SETS,
)


def _pair(a: Piece, b: Piece) -> tuple[Rough, Rough]:
    """Two dates, each completed by the other: `20 and 31 October 1920`."""
    one, other = read_rough(a), read_rough(b)
    if one.year is None and 12 >= (one.month or 0) > (other.month or 12):
        raise DateError("the year turns between these dates", a.column, "give each its year")
    return complete(one, other), complete(other, one)


def _alternatives(pieces: list[Piece], julian: bool) -> str:
    """A set of dates or of phrases that are sets, the last lending what others leave out."""
    dates = [_rough_or_none(piece) for piece in pieces]
    parts: list[str] = []
    for piece, date in zip(pieces, dates, strict=True):
        if date is None:
            parts.append(_set_phrase(piece, julian).strip("[]"))
            continue
        first, last = edges(complete(date, dates[-1] or date), julian=julian)
        parts.append(first if first == last else f"{first}..{last}")
    return f"[{','.join(parts)}]"


def _rough_or_none(piece: Piece) -> Rough | None:
    try:
        return read_rough(piece)
    except Unrecognised:
        return None


def _set_phrase(piece: Piece, julian: bool) -> str:
    for pattern, build in _SETS:
        if (found := pattern.fullmatch(piece.text)) is not None:
            return build(piece, found, julian)
    raise Unrecognised(f"“{piece.text}” is not understood as a date", piece.column)


def _split(piece: Piece, separator: str) -> Iterator[Piece]:
    start = 0
    for found in re.finditer(separator, piece.text, re.IGNORECASE):
        yield _trimmed(piece, start, found.start())
        start = found.end()
    yield _trimmed(piece, start, len(piece.text))


def _trimmed(piece: Piece, start: int, end: int) -> Piece:
    text = piece.text[start:end]
    return Piece(text.strip(" "), piece.column + start + len(text) - len(text.lstrip(" ")))


def _lone(date: Rough, julian: bool) -> str:
    first, last = edges(date, julian=julian)
    if first != last:
        raise DateError(
            f"“{date.source.text}” cannot end an interval, whose ends are each one date",
            date.source.column,
            "give the month or year whole, such as 1921-03/1921-05",
        )
    return first


def _check_weekday(edtf: str, weekday: str, column: int, julian: bool) -> None:
    body = parse(edtf + OLD_STYLE if julian else edtf).body
    if not isinstance(body, Point) or body.precision != "day":
        raise DateError("a day of the week needs a whole date", column, f"leave out “{weekday}”")
    # Day 1 was a Monday.
    real = _WEEKDAYS[(extent(body, julian=julian)[0] - 1) % 7]
    if real != weekday:
        style = "old" if julian else "new"
        raise DateError(f"{body.text} was a {real}, not a {weekday} ({style} style)", column)


def _check_new_style(edtf: str, new: Piece) -> None:
    """What is given as the new-style date of an old-style one must be the same days."""
    told = _phrase(new, julian=False)
    old = parse(edtf + OLD_STYLE)
    if extent_of(old) != extent_of(parse(told)):
        raise DateError(f"{old.text} is not {told} in the new style", new.column)
