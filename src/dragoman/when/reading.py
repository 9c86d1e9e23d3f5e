"""The two doors: `read` for what stands in a chronicle, `understand` for what people write.

Both end in the same EDTF (`edtf`), so that a date means the same days whichever way it came.
"""

from __future__ import annotations

import re
from datetime import date

from dragoman.when.edtf import Dated, parse, when_of
from dragoman.when.fault import DateError, Unrecognised, not_edtf
from dragoman.when.tolerance import DEFAULT, Tolerance
from dragoman.when.when import When
from dragoman.when.written import translate


def read(text: str, tolerance: Tolerance = DEFAULT) -> When:
    """The date that a chronicle gives: EDTF (ISO 8601-2), or old style with ` OS` after it.

    Level 0 (`1922`, `1922-04`, `1922-04-16`, `1922-04-16T10:15:00Z`, `1922-04-10/1922-05-19`),
    level 1 (`Y-17000`, seasons, `? ~ %` at the end, `192X`, `1922-04-XX`, `a/..`, `a/`), and
    sets for one day of several: `[a..b]`, `[a,b]`, `[..b]`, `[a..]`. Spring (`1921-21`) is March
    to May, summer (22) June to August, autumn (23) September to November, and winter (24)
    December of that year to February of the next. In `1917-11-26 OS`, and in a set or interval
    with ` OS` after it, all dates are Julian.

    The tolerance says how many days a `~` or `?` adds on each side. Raises DateError, with the
    EDTF to write if the text is a date as people write it.
    """
    # Nearly all dates are plain days; the standard library reads those ten times as fast.
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        try:
            day = date.fromisoformat(text).toordinal()
        except ValueError:
            pass
        else:
            return When(text, day, day)
    try:
        return when_of(parse(text), tolerance)
    except Unrecognised as error:
        raise _with_mend(text, error) from None


def understand(text: str, tolerance: Tolerance = DEFAULT) -> When:
    """The date that a person writes: all that `read` takes, and phrases in English.

    `16 April 1922`, `April 16, 1922`, `16.4.1922`, `about March 1918`, `in spring 1921`,
    `late March 1921` (its last third), `between 20 and 31 October 1920`,
    `from 10 April to 19 May 1922`, `before`, `after`, `by`, `until`, `1920s`, `26 November 1917
    (old style)`, and double dates such as `13/26 November 1917`. The `text` of the result is
    EDTF. Raises DateError where the text is not understood, is wrong, or can mean two dates.
    """
    try:
        return when_of(parse(text), tolerance)
    except Unrecognised as error:
        strict = error
    try:
        return when_of(_loosely(text, strict), tolerance)
    except DateError as error:
        # Where the text was almost EDTF, what to change in it helps more.
        raise (strict if strict.mend else error) from None


def _loosely(text: str, strict: Unrecognised) -> Dated:
    """The tree of a text that EDTF did not recognise: as English, whole or in that one part.

    Raises DateError, or Unrecognised where nothing in it is understood.
    """
    squeezed = re.sub(r"\s+(?!OS$)", "", text)
    if squeezed != text:
        try:
            return parse(squeezed)
        except DateError:
            pass
    try:
        return _checked(translate(text))
    except Unrecognised as whole:
        failure = whole
    before, rest = text[: strict.column], text[strict.column :]
    part, after = rest[: strict.length], rest[strict.length :]
    if not part.strip() or part == text:
        raise failure
    try:
        edtf = translate(part)
    except Unrecognised:
        raise failure from None
    except DateError as error:
        raise DateError(error.message, strict.column + error.column, error.mend) from None
    return _checked(before + edtf + after)


def _checked(edtf: str) -> Dated:
    """The tree of EDTF made from English; what is wrong with it has no one place there."""
    try:
        return parse(edtf)
    except DateError as error:
        raise DateError(error.message, 0, error.mend) from None


def _with_mend(text: str, strict: Unrecognised) -> DateError:
    """The error, with the EDTF to write instead if the text can be understood."""
    try:
        return DateError(not_edtf(text), 0, f"write {_loosely(text, strict).text}")
    except Unrecognised as error:
        return DateError(strict.message, strict.column, strict.mend or error.mend)
    except DateError as error:
        return strict if strict.mend else error
