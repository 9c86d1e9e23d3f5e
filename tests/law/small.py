"""A small law and some acts: what both evaluators make of them."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.law import Derivation, Event, LawBook, read_laws
from dragoman.law.compile import compiled
from dragoman.law.events import AT_FIRST, day_of, opening
from dragoman.law.interpret import interpret
from dragoman.when import day_text, read

Told = tuple[str, str, Mapping[str, str]]
SAID = '\n  because "so it is" source "nowhere"\n'


def book(text: str) -> LawBook:
    """A law in which `@` stands for because and source."""
    found, problems = read_laws(
        [("x.law", 'law x "X"\n' + text.replace("@", SAID))], common_catalogue()
    )
    assert not problems
    return found


def run(
    text: str | LawBook, acts: list[Told], until: str = "1930-01-01", is_a: str = ""
) -> Derivation:
    """What a law makes of acts; `is_a` lists entities with their class: `m document`."""
    law = book(text) if isinstance(text, str) else text
    events = [
        Event(n, n, kind, {k: tuple(v.split()) for k, v in roles.items()}, read(date).earliest)
        for n, (date, kind, roles) in enumerate(acts)
    ]
    words = is_a.split()
    facts = {i: {"is": (c, "entity")} for i, c in zip(words[::2], words[1::2], strict=True)}
    last = read(until).earliest
    walked = interpret(events, law, facts, last)
    assert compiled(events, law, facts, last) == walked
    return walked


def stretches(found: Derivation, acts: list[Told], fluent: str) -> list[str]:
    """The spans of a fluent as days: `a = v: first..last` (open if nothing ends it)."""
    days = [day_text(read(date).earliest) for date, _, _ in acts]

    def day(moment: int | None) -> str:
        if moment in (None, AT_FIRST):
            return ""
        assert moment is not None
        place = moment - opening(day_of(moment))
        return days[place - 1] if place else f"{day_text(day_of(moment))} lapsed"

    return [
        f"{' '.join(s.args)}{f' = {s.value}' if s.value else ''}: {day(s.start)}..{day(s.stop)}"
        for s in found.spans
        if s.fluent == fluent
    ]
