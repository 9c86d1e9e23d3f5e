"""The words and signs of `.law` text, each with its spot."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    r"""(?P<space>[ \t\r]+|\#[^\n]*)
      | (?P<newline>\n)
      | (?P<text>"[^"]*")
      | (?P<date>\d{4}-\d\d-\d\d)
      | (?P<number>\d+(\.\d+)?)
      | (?P<var>[A-Z][A-Za-z0-9_]*)
      | (?P<anything>_(?![A-Za-z0-9_]))
      | (?P<word>[a-z][a-z0-9_]*(-[a-z0-9_]+)*)
      | (?P<sign>!=|<=|>=|[(),:=<>.|+*/-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
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
    line, line_start, position = 1, 0, 0
    opens_line = True
    while position < len(text):
        match = _TOKEN.match(text, position)
        spot = Spot(name, line, position - line_start + 1)
        if match is None:
            said, mend = f"“{text[position]}” has no meaning here", ""
            if text[position] == '"':
                said, mend = "a text is not closed", "close it with a double quote"
                problems.append(Problem(spot, said, mend))
                break
            if text[position] in "“”„":
                mend = "use plain double quotes"
            problems.append(Problem(spot, said, mend))
            position += 1
            continue
        sort = str(match.lastgroup)
        if sort == "newline":
            line, line_start, opens_line = line + 1, match.end(), True
        elif sort != "space":
            tokens.append(Token(sort, match[0], spot, match.start(), match.end(), opens_line))
            opens_line = False
            if "\n" in match[0]:
                line += match[0].count("\n")
                line_start = match.start() + match[0].rfind("\n") + 1
        position = match.end()
    tokens.append(Token("end", "", Spot(name, line, 1), len(text), len(text), True))
    return tokens, problems
