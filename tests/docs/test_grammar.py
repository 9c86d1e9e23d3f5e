"""Promise: the grammar in docs/law-language.md is the grammar that the parser reads."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import pytest

from dragoman.law.parse import parse_law
from dragoman.law.tokens import KEYWORDS, Token, tokens_of
from dragoman.state.source import institution, institutions

from .examples import ROOT, Block, blocks_of

#: An EBNF expression: ("word", x), ("rule", x), ("all", parts), ("any", parts), ("many", part).
Part: TypeAlias = tuple[str, object]

_SIGN = re.compile(r'"[^"]*"|[a-z]+|[={}\[\]()|,;]')
#: What a token of each sort may be called in the grammar.
_SORTS = {
    "var": ("variable",),
    "number": ("number",),
    "date": ("date",),
    "text": ("text",),
    "word": ("word", "name", "key"),
}
#: Words that may not stand for some of them.
BARRED = {"name": KEYWORDS, "key": frozenset({"no"})}


class Ebnf:
    """Reads EBNF as the page writes it."""

    def __init__(self, text: str) -> None:
        self.signs = _SIGN.findall(text)
        self.at = 0

    def rules(self) -> dict[str, Part]:
        """Every rule by name."""
        found: dict[str, Part] = {}
        while self.at < len(self.signs):
            name = self.take()
            assert self.take() == "="
            found[name] = self.choice()
            assert self.take() == ";"
        return found

    def take(self) -> str:
        """The next sign."""
        self.at += 1
        return str(self.signs[self.at - 1])

    def choice(self) -> Part:
        """Alternatives, up to a sign that closes them."""
        parts = [self.sequence()]
        while self.signs[self.at] == "|":
            self.take()
            parts.append(self.sequence())
        return ("any", parts)

    def sequence(self) -> Part:
        """One thing after another; a comma between them is not needed."""
        parts: list[Part] = []
        while self.signs[self.at] not in ("|", ";", ")", "]", "}"):
            sign = self.take()
            if sign in "([{":
                inner = self.choice()
                self.take()
                maybe: Part = ("any", [inner, ("all", [])])
                parts.append({"(": inner, "[": maybe, "{": ("many", inner)}[sign])
            elif sign.startswith('"'):
                parts.append(("word", sign[1:-1]))
            else:
                parts.append(("rule", sign))
        return ("all", parts)


def block(language: str, containing: str) -> Block:
    """The block of the page in that language that contains the text."""
    blocks = blocks_of((ROOT / "docs" / "law-language.md").read_text("utf-8"))
    return next(b for b in blocks if b.language == language and containing in b.text)


RULES = Ebnf(block("ebnf", "law  ").text).rules()
SMALL = block("law", "law pacts").text


def accepts(tokens: list[Token]) -> bool:
    """Whether the grammar derives the tokens."""

    @cache
    def ends(name: str, at: int) -> frozenset[int]:
        if name in RULES:
            return frozenset(after(RULES[name], at))
        token = tokens[at]
        fits = name in _SORTS.get(token.sort, ()) and token.text not in BARRED.get(name, ())
        return frozenset([at + 1] if fits else [])

    def after(part: Part, at: int) -> Iterator[int]:
        sort, inner = part
        if sort == "word":
            plain = tokens[at].sort in ("word", "sign", "anything")
            yield from [at + 1] if plain and tokens[at].text == inner else []
        elif sort == "rule":
            yield from ends(str(inner), at)
        elif sort == "many":
            reached = {at}
            waiting = [at]
            while waiting:
                for step in set(after(inner, waiting.pop())) - reached:  # type: ignore[arg-type]
                    reached.add(step)
                    waiting.append(step)
            yield from reached
        else:
            parts: list[Part] = list(inner)  # type: ignore[call-overload]
            if sort == "any":
                yield from {end for one in parts for end in after(one, at)}
            else:
                places = {at}
                for one in parts:
                    places = {end for place in places for end in after(one, place)}
                yield from places

    return any(tokens[end].sort == "end" for end in ends("law", 0))


@pytest.mark.parametrize("name", institutions())
def test_the_grammar_derives_every_shipped_law(name: str) -> None:
    tokens, problems = tokens_of(institution(name), name)
    assert not problems
    assert accepts(tokens)


SCRAPS = [*sorted(KEYWORDS), "end", "of", "P", "_", "1.5", "1922-04-16", '"text"', "signed"]
SCRAPS += ["(", ")", ",", ":", "=", "!=", "<", "|", "."]


@pytest.mark.parametrize("seed", range(8))
def test_grammar_and_parser_agree_on_laws_with_a_slip(seed: int) -> None:
    """A token dropped, doubled, exchanged or put in: both take the law, or neither does."""
    chance = random.Random(seed)
    whole, _ = tokens_of(SMALL, "small")
    taken = 0
    for _round in range(250):
        texts = [token.text for token in whole[:-1]]
        at = chance.randrange(len(texts))
        slip = chance.choice(SCRAPS)
        texts[at : at + 1] = chance.choice([[], [texts[at]] * 2, [slip], [slip, texts[at]]])
        text = " ".join(texts)
        tokens, _ = tokens_of(text, "slip")
        _law, problems = parse_law(text, "slip")
        assert accepts(tokens) == (not problems), (text, problems)
        taken += not problems
    assert taken > 5


def derived(chance: random.Random, name: str, depth: int) -> Iterator[str]:
    """Tokens that the grammar derives from a rule, chosen by chance."""
    sorts = {
        "word": "mission",
        "name": "signed",
        "key": "parties",
        "variable": chance.choice("PQ"),
        "number": "4",
        "date": "1922-04-16",
        "text": '"text"',
    }
    if name not in RULES:
        yield sorts[name]
        return
    yield from _of(chance, RULES[name], depth)


def _of(chance: random.Random, part: Part, depth: int) -> Iterator[str]:
    sort, inner = part
    if sort == "word":
        yield str(inner)
    elif sort == "rule":
        yield from derived(chance, str(inner), depth + 1)
    elif sort == "many":
        for _ in range(0 if depth > 14 else chance.randrange(3)):
            yield from _of(chance, inner, depth + 1)  # type: ignore[arg-type]
    else:
        parts: list[Part] = list(inner)  # type: ignore[call-overload]
        if sort == "any":  # deep down, the last alternative leads out
            parts = [parts[-1] if depth > 14 else chance.choice(parts)]
        for one in parts:
            yield from _of(chance, one, depth + 1)


@pytest.mark.parametrize("seed", range(60))
def test_the_parser_takes_what_the_grammar_derives(seed: int) -> None:
    text = " ".join(derived(random.Random(seed), "law", 0))
    _law, problems = parse_law(text, "derived")
    assert not problems, text
