"""Promise: the interpreter and the compiler give one law one meaning."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dragoman.law import derived
from dragoman.law.compile import compiled
from dragoman.law.counted import counted
from dragoman.law.events import VERDICTS, Derivation
from dragoman.law.interpret import interpret
from dragoman.law.reach import Reach
from dragoman.state import derive
from dragoman.state.derive import events_of, facts_of
from dragoman.state.source import find_world, read_source

from .worlds import (
    FIRST_DAY,
    Tale,
    book_of,
    chronicle,
    exercised,
    law_text,
    laws,
    said,
    tales,
)

#: Each law meets several chronicles.
EXAMPLES = int(os.environ.get("DRAGOMAN_EXAMPLES", "25"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=laws,
    told=st.lists(tales, min_size=2, max_size=4),
    beyond=st.tuples(*[st.none() | st.integers(-3, 3)] * 2),
)
def test_interpreter_and_compiler_agree(
    text: str, told: list[Tale], beyond: tuple[int | None, int | None]
) -> None:
    """Same spans with the same causes, same findings, on random laws and chronicles."""
    book = book_of(text)
    for events, facts in told:
        note(text)
        note(str(events))
        last = events[-1].day if events else FIRST_DAY
        until, known = (None if days is None else last + days for days in beyond)
        walked = interpret(events, book, facts, until, known)
        assert compiled(events, book, facts, until, known) == walked


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=laws, tale=tales, pick=st.integers(0, 10**6))
def test_the_part_of_a_law_that_decides_a_fluent_or_norm_says_the_same_of_it(
    text: str, tale: Tale, pick: int
) -> None:
    """Same spans of the fluent, same findings of the norm, whatever else is left out."""
    book, (events, facts) = book_of(text), tale
    fluent = book.order[pick % len(book.order)]
    norms = {norm.key for norm in book.norms[: pick % 2]}
    whole = interpret(events, book, facts)
    part = interpret(events, book.deciding([fluent], norms), facts)
    note(text)

    def told(found: Derivation) -> object:
        spans = [span for span in found.spans if span.fluent == fluent]
        return spans, [finding for finding in found.findings if finding.norm in norms]

    assert told(part) == told(whole)


def test_interpreter_and_compiler_agree_on_the_shipped_world() -> None:
    """Real laws on real acts: every span with its causes, and every finding."""
    source = read_source(find_world())
    chronicle, problems = source.chronicle()
    book, faults = source.laws(chronicle.catalogue, chronicle.registers)
    assert (problems, faults) == ([], [])
    events, _ = events_of(chronicle.acts)
    known = facts_of(chronicle.registers)
    walked = interpret(events, book, known)
    assert walked.spans
    assert compiled(events, book, known) == walked


#: Of a hundred random laws, in how many each construct must have begun, ended or found something.
LEAST = 2
CONSTRUCTS = (
    *("at first", "holds while", "terminates", "start of", "end of", "lapse", "lapse to"),
    *("renewed", "under", "open", "not", "or", "some", "total", "arithmetic", "today", "on"),
    *("factof", "requires", "forbidden", "obliges", "expects", "norm on a turn", *VERDICTS),
)


def test_random_cases_exercise_every_construct() -> None:
    """A property of laws is worth what its cases try: none of the constructs is a rare guest."""
    cases, counted = 300, Counter[str]()
    for seed in range(cases):
        dice = Random(seed)
        book = book_of(law_text(dice, dice.randint(1, 8)))
        used: Counter[str] = Counter()
        for _ in range(3):
            events, known = chronicle(dice, dice.randint(0, 25)), said(dice)
            used |= exercised(book, interpret(events, book, known))
        counted.update(used.keys())
    rare = {name: counted[name] for name in CONSTRUCTS if counted[name] * 100 < LEAST * cases}
    assert not rare


def test_random_laws_have_derived_fluents_of_both_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some are made by counting, some are asked anew at each point."""
    made: Counter[bool] = Counter()

    def noted(reach: Reach) -> str:
        made[False] += 1
        spans = counted(reach)
        made[True] += 1
        return spans

    monkeypatch.setattr(derived, "counted", noted)
    for seed in range(40):
        draw = Random(seed)
        book = book_of(law_text(draw, draw.randint(1, 8)))
        compiled(chronicle(draw, 10), book, said(draw))
    assert made[True] >= 15
    assert made[False] - made[True] >= 15


def test_a_large_world_is_derived_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a world is told to be does not hang on the evaluator that its size calls for."""
    source = read_source(find_world())
    chronicle, _ = source.chronicle()
    book, _ = source.laws(chronicle.catalogue, chronicle.registers)
    walked = derive.derive(chronicle, book, source.settings.told[1])
    assert walked.spans and walked.findings
    monkeypatch.setattr(derive, "COMPILE_FROM", 0)
    monkeypatch.delattr(derive, "interpret")
    assert derive.derive(chronicle, book, source.settings.told[1]) == walked
