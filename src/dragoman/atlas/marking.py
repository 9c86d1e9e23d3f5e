"""The text of a law in pieces, each with what it is: so that a page can set them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dragoman.law.tokens import KEYWORDS, Token, tokens_of
from dragoman.law.tree import Fluent

#: Words of the language that are no names where rules and norms are written.
_WORDS = KEYWORDS | {
    *("lapses", "renewed", "forbidden", "except", "obliges", "expects", "within", "under", "yes")
}
_ANSWERED = ("obliges", "expects")


class Run(NamedTuple):
    """A piece of law text, and for a fluent the law that declares it.

    Its sort is `word`, `name`, `kind`, `fluent`, `var`, `text`, `remark`, or nothing.
    """

    text: str
    sort: str = ""
    law: str = ""


def marked(text: str, acts: bool, fluents: Mapping[str, Fluent]) -> list[Run]:
    """The text of a rule or norm, without its reason and source, in pieces.

    `acts` if it waits for an act: what comes after its heading is a kind, not a fluent.
    """
    tokens = _proper(tokens_of(text, "")[0])
    runs: list[Run] = []
    at = 0
    for token, run in zip(tokens, _sorts(tokens, acts, fluents), strict=True):
        runs += _between(text[at : token.start])
        runs.append(run)
        at = token.end
    return runs


def _proper(tokens: list[Token]) -> list[Token]:
    """The tokens before the reason and the source, which are shown beside them."""
    for n, token in enumerate(tokens):
        closes = token.text in ("because", "source") and token.sort == "word"
        if token.sort == "end" or (closes and tokens[n + 1].sort == "text"):
            return tokens[:n]
    return tokens


def _between(gap: str) -> Iterator[Run]:
    """What stands between two tokens: space, and remarks."""
    for line in gap.splitlines(keepends=True):
        space, sign, remark = line.partition("#")
        yield Run(space)
        if sign:
            yield Run(sign + remark, "remark")


def _sorts(tokens: list[Token], acts: bool, fluents: Mapping[str, Fluent]) -> Iterator[Run]:
    """Each token as a piece. `acts` if what comes after the heading is a kind of act."""
    kind_next = False
    headed = False
    for n, token in enumerate(tokens):
        follows = tokens[n + 1].text if n + 1 < len(tokens) else ""
        before = tokens[n - 1].text if n else ""
        if token.sort == "sign" and token.text == ":" and not headed:
            headed, kind_next = True, acts
        if token.sort == "word" and n == 1:
            yield Run(token.text, "name")
        elif token.sort == "word" and follows == "(" and token.text not in KEYWORDS:
            fluent = None if kind_next else fluents.get(token.text)
            yield Run(token.text, "fluent", fluent.law) if fluent else Run(token.text, "kind")
            kind_next = False
        elif token.sort == "word" and token.text in _WORDS and "." not in (before, follows):
            kind_next = kind_next or token.text in _ANSWERED
            yield Run(token.text, "word")
        elif token.sort in ("var", "text"):
            yield Run(token.text, token.sort)
        else:
            yield Run(token.text)
