"""The words and signs of `.law` text, each with its spot."""

from __future__ import annotations

import re
from typing import NamedTuple

from dragoman.problem import Problem, Spot

#: Words that are never names. (Others have a meaning in their place only.)
KEYWORDS = frozenset(
    (
        *("law", "fluent", "rule", "norm", "reading", "symmetric"),
        *("initiates", "terminates", "holds", "while", "requires", "if"),
        *("because", "source", "and", "or", "not", "some", "no"),
        *("count", "sum", "today"),
    )
)

_TOKEN = re.compile(
    r"""[ \t\r]*+ (?:\#[^\n]*+)?+
    (?: (?P<word>[a-z][a-z0-9_]*(-[a-z0-9_]+)*)
      | (?P<sign>!=|<=|>=|[(),:=<>.|+*/-])
      | (?P<newline>\n)
      | (?P<var>[A-Z][A-Za-z0-9_]*)
      | (?P<text>"[^"]*")
      | (?P<date>\d{4}-\d\d-\d\d)
      | (?P<number>\d+(\.\d+)?)
      | (?P<anything>_(?![A-Za-z0-9_]))
      | (?P<end>\Z)
      | (?P<stray>.)
    )
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A word or sign. `start` and `end` are offsets in the text; `opens_line` if it is first."""

    sort: str
    text: str
    spot: Spot
    start: int
    end: int
    opens_line: bool


def tokens_of(text: str, name: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of a law file, closed by one of sort `end`, and what is no token."""
    tokens: list[Token] = []
    problems: list[Problem] = []
    line, line_start = 1, 0
    opens_line = True
    for match in _TOKEN.finditer(text):
        sort = str(match.lastgroup)
        start, end = match.span(sort)
        if sort == "newline":
            line, line_start, opens_line = line + 1, end, True
            continue
        if sort == "end":
            break
        said = match[sort]
        spot = Spot(name, line, start - line_start + 1)
        if sort == "stray":
            problems.append(_stray(said, spot))
            if said == '"':
                break
            continue
        tokens.append(Token(sort, said, spot, start, end, opens_line))
        opens_line = False
        if sort == "text" and "\n" in said:
            line += said.count("\n")
            line_start = start + said.rfind("\n") + 1
    tokens.append(Token("end", "", Spot(name, line, 1), len(text), len(text), True))
    return tokens, problems


def _stray(said: str, spot: Spot) -> Problem:
    """What is wrong with a character that begins no word and is no sign."""
    if said == '"':
        return Problem(spot, "a text is not closed", "close it with a double quote")
    mend = "use plain double quotes" if said in "“”„" else ""
    return Problem(spot, f"“{said}” has no meaning here", mend)
