"""Promise: the interpreter and the compiler give one law one meaning."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dragoman.law import Event
from dragoman.law.compile import compiled
from dragoman.law.interpret import interpret
from dragoman.law.running import Facts
from dragoman.state.derive import events_of, facts_of
from dragoman.state.source import find_world, read_source

from .worlds import book_of, chronicles, facts, laws

#: Making the expressions of one law takes a second or two, so each law meets many chronicles.
EXAMPLES = int(os.environ.get("DRAGOMAN_EXAMPLES", "8"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    text=laws(),
    told=st.lists(st.tuples(chronicles(), facts), min_size=4, max_size=8),
)
def test_interpreter_and_compiler_agree(text: str, told: list[tuple[list[Event], Facts]]) -> None:
    """Same spans with the same causes, same findings, on random laws and chronicles."""
    book = book_of(text)
    for events, known in told:
        walked = interpret(events, book, known)
        queried = compiled(events, book, known)
        note(text)
        note(str(events))
        assert queried.spans == walked.spans
        assert queried.findings == walked.findings


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
