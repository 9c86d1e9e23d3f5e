"""Promise: laying a law out changes no word and no remark, and need be done once only."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.law.layout import laid_out
from dragoman.law.parse import parse_law
from dragoman.law.tokens import tokens_of
from dragoman.state.source import institution, institutions

from ..docs.examples import ROOT, blocks_of
from .worlds import laws

PAGE = (ROOT / "docs" / "law-language.md").read_text("utf-8")
WHOLE = [b.text for b in blocks_of(PAGE) if b.language == "law"]


def words(text: str) -> list[tuple[str, str]]:
    """Sort and text of every token, texts with single blanks."""
    return [(t.sort, " ".join(t.text.split())) for t in tokens_of(text, "")[0]]


def remarks(text: str) -> list[str]:
    """Every comment, in order."""
    return [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]


def check(text: str) -> None:
    new = laid_out(text)
    assert words(new) == words(text)
    assert remarks(new) == remarks(text)
    assert laid_out(new) == new


@pytest.mark.parametrize("name", institutions())
def test_the_shipped_laws_are_laid_out(name: str) -> None:
    assert laid_out(institution(name)) == institution(name)


@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_every_example_of_the_manual_can_be_laid_out(number: int) -> None:
    check(WHOLE[number])


@settings(max_examples=30, deadline=None)
@given(laws, st.randoms())
def test_any_law_comes_out_the_same_however_it_is_broken_into_lines(
    text: str, chance: random.Random
) -> None:
    new = laid_out(text)
    assert words(new) == words(text)
    assert max(len(line) for line in new.splitlines()) <= 100
    for one, other in zip(parse_law(text, "x")[0].rules, parse_law(new, "x")[0].rules, strict=True):  # type: ignore[union-attr]
        assert one.name == other.name
    lines = [line if line[:1] in ("l", "f", "r", "n") else f" {line}" for line in new.split("\n")]
    broken = "\n".join(f"{line}{' ' * chance.randrange(3)}" for line in lines)
    assert laid_out(broken) == new


@given(st.text())
def test_what_is_no_law_stays_as_it_is(text: str) -> None:
    new = laid_out(text)
    assert words(new) == words(text)
    assert remarks(new) == remarks(text) or new == text
