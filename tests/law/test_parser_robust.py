"""Promise: no text, however mangled, makes the reading of a law fail or stall."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.law import Event, LawBook, read_laws
from dragoman.law.interpret import interpret
from dragoman.law.tokens import KEYWORDS, tokens_of
from dragoman.problem import Problem
from dragoman.state.source import institution, institutions

LAWS = {name: institution(name) for name in institutions()}
PIECES = [
    *sorted(KEYWORDS),
    *(
        "(",
        ")",
        ",",
        ":",
        "=",
        "!=",
        "<",
        "|",
        ".",
        "_",
        "P",
        "Q",
        "x",
        "12",
        '"',
        '"a"',
        "#",
        "\n",
    ),
    *("rule r: ", "fluent f(actor)", "sign(parties P)", "some P:", "1922-04-16", "end of", "“"),
]


#: How many texts are tried in all; by hand now and then 100,000.
EXAMPLES = int(os.environ.get("DRAGOMAN_EXAMPLES", "330"))


def read(text: str, seconds: float = 2.0) -> tuple[LawBook, list[Problem]]:
    """The book and the problems of a text, which must come in good time."""
    began = time.perf_counter()
    book, problems = read_laws([("some.law", text)], common_catalogue(), {"germany", "a"})
    assert time.perf_counter() - began < seconds
    lines = text.split("\n")
    for problem in problems:
        assert problem.message
        assert 1 <= problem.spot.line <= len(lines)
        assert 1 <= problem.spot.column <= len(lines[problem.spot.line - 1]) + 1
    return book, problems


@given(st.text(max_size=2_000))
@settings(deadline=None, max_examples=EXAMPLES // 5)
def test_any_text_gives_a_book_and_its_problems(text: str) -> None:
    book, problems = read(text)
    assert problems or book.laws


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
@settings(deadline=None, max_examples=EXAMPLES // 2)
def test_any_row_of_words_of_the_language_gives_a_book_and_its_problems(text: str) -> None:
    read('law some "x" ' + text)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Some two thousand characters of a real law with words or letters gone, new or elsewhere."""
    text = LAWS[draw(st.sampled_from(sorted(LAWS)))]
    start = draw(st.integers(0, max(0, len(text) - 2_000)))
    text = text[:60] + text[max(60, start) : start + 2_000]
    for _ in range(draw(st.integers(1, 6))):
        tokens = [token for token in tokens_of(text, "")[0] if token.sort != "end"]
        if draw(st.booleans()) or len(tokens) < 2:
            place = draw(st.integers(0, len(text)))
            new = draw(st.sampled_from(["", "(", ")", '"', " ", "\n", "é", "\0"]))
            text = text[:place] + new + text[place + draw(st.integers(0, 1)) :]
            continue
        one, other = sorted(
            draw(st.lists(st.sampled_from(range(len(tokens))), min_size=2, max_size=2))
        )
        a, b = tokens[one], tokens[other]
        text = draw(
            st.sampled_from(
                [
                    text[: a.start] + text[a.end :],
                    text[: b.end] + " " + a.text + " " + text[b.end :],
                    text[: a.start] + b.text + text[a.end : b.start] + a.text + text[b.end :],
                ]
            )
        )
    return text


@given(mangled())
@settings(deadline=None, max_examples=EXAMPLES * 3 // 10)
def test_a_mangled_law_gives_a_book_and_its_problems(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 5_000 + "bound(P)" + ")" * 5_000,
        "not " * 5_000 + "bound(P)",
        "some P: " * 5_000 + "bound(P)",
        "(" * 10_000,
        "not (" * 3_000,
    ],
    ids=["brackets", "not", "some", "open brackets", "both"],
)
def test_deep_nesting_is_told_and_hides_no_other_rule(condition: str) -> None:
    said = ' because "x" source "y"\n'
    _, problems = read(
        'law some "x"\nfluent bound(actor)\n'
        f"rule deep: sign(parties P) initiates bound(P) if {condition}{said}"
        f"rule next: signn(parties P) initiates bound(P){said}",
        seconds=5.0,
    )
    assert {p.spot.line for p in problems} == {3, 4}
    assert any("deep" in p.message for p in problems)


@pytest.mark.parametrize("word", ["and", "or"])
def test_a_long_condition_is_no_deep_one(word: str) -> None:
    condition = f" {word} ".join(["bound(a)"] * 400)
    book, problems = read(
        'law some "x"\nfluent bound(actor)\n'
        'rule s: found(organisation P) initiates bound(P) because "x" source "y"\n'
        f'rule r: sign(parties P) initiates bound(P) if {condition} because "x" source "y"\n',
        seconds=10.0,
    )
    assert problems == []
    events = [
        Event(0, 0, "found", {"organisation": ("a",)}, 0),
        Event(1, 1, "sign", {"parties": ("a", "b")}, 1),
    ]
    assert [span.args for span in interpret(events, book, {}).spans] == [("a",), ("b",)]
