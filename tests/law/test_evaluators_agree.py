"""Promise: the interpreter and the compiler give one law one meaning."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dragoman.law.compile import compiled
from dragoman.law.interpret import interpret
from dragoman.state.derive import events_of, facts_of
from dragoman.state.source import find_world, read_source

from .worlds import Tale, book_of, laws, tales

#: Each law meets several chronicles.
EXAMPLES = int(os.environ.get("DRAGOMAN_EXAMPLES", "25"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=laws, told=st.lists(tales, min_size=2, max_size=4))
def test_interpreter_and_compiler_agree(text: str, told: list[Tale]) -> None:
    """Same spans with the same causes, same findings, on random laws and chronicles."""
    book = book_of(text)
    for events, known in told:
        note(text)
        note(str(events))
        assert compiled(events, book, known) == interpret(events, book, known)


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
