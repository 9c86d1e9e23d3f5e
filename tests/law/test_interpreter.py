"""Promise: the law means just this. Each example pins one sentence of its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dragoman.chronicle.catalogue import Catalogue, Kind, common_catalogue, holds
from dragoman.law import Event, read_laws
from dragoman.law.compile import compiled
from dragoman.law.events import Derivation, Facts, day_of
from dragoman.law.interpret import interpret

HEAD = """\
law test "A law to try things in"
fluent p(x: entity) "p"
fluent q(x: entity, y: entity) "q"
fluent r(x: entity, y: entity) symmetric "r"
fluent s(x: entity) = entity "s"
fluent d(x: entity) "d"
fluent e(x: entity) = u | v "e"
"""
SAID = ' because "so it is" source "nowhere"\n'
ROLES = {
    "by": holds("entity*"),
    "to": holds("entity*"),
    "as": holds("(u, v)?"),
    "n": holds("number?"),
}
CATALOGUE = Catalogue(
    common_catalogue().classes,
    {name: Kind(name, name, "", "state", ROLES, (), "") for name in ("do", "undo", "see")},
)


def derived(
    rules: Sequence[str],
    acts: Sequence[tuple[int, str, Mapping[str, str]]],
    facts: Facts | None = None,
) -> Derivation:
    """What both evaluators make of acts (moment, kind, roles as words) by the rules."""
    text = HEAD
    for n, rule in enumerate(rules):
        sort = "norm" if " requires " in rule else "rule"
        text += f"{sort} n{n}: {rule}{SAID}"
    book, problems = read_laws([("test.law", text)], CATALOGUE)
    assert problems == []
    events = [
        Event(
            seq, moment, kind, {role: tuple(words.split()) for role, words in roles.items()}, moment
        )
        for seq, (moment, kind, roles) in enumerate(acts)
    ]
    walked = interpret(events, book, facts or {})
    assert compiled(events, book, facts or {}) == walked
    return walked


def told(result: Derivation) -> list[str]:
    """Spans as `fluent(args)=value start-stop by rule`, findings as `norm@seq`."""
    lines = []
    for span in result.spans:
        value = f"={span.value}" if span.value else ""
        stop = "" if span.stop is None else day_of(span.stop)
        rule = span.began.rule.removeprefix("test.")
        lines.append(
            f"{span.fluent}({','.join(span.args)}){value} {day_of(span.start)}-{stop} {rule}"
        )
    return lines + [f"{f.norm.removeprefix('test.')}@{f.seq}" for f in result.findings]


def act(moment: int, kind: str, **roles: str) -> tuple[int, str, Mapping[str, str]]:
    return moment, kind, roles


BEGIN = "do(by A) initiates p(A)"
END = "undo(by A) terminates p(A)"

MEANING = {
    "what begins holds until it is ended": (
        [BEGIN, END],
        [act(1, "do", by="a"), act(2, "do", by="a b"), act(3, "undo", by="a c")],
        ["p(a) 1-3 n0", "p(b) 2- n0"],
    ),
    "a value takes the place of a value": (
        ["do(by A, to B) initiates s(A) = B"],
        [act(1, "do", by="a", to="x"), act(2, "do", by="a", to="x"), act(3, "do", by="a", to="y")],
        ["s(a)=x 1-3 n0", "s(a)=y 3- n0"],
    ),
    "an end may name a value, and ends no other": (
        ["do(by A, to B) initiates s(A) = B", "undo(by A, to B) terminates s(A) = B"],
        [
            act(1, "do", by="a", to="x"),
            act(2, "undo", by="a", to="y"),
            act(3, "undo", by="a", to="x"),
        ],
        ["s(a)=x 1-3 n0"],
    ),
    "an end without a value ends whatever value there is": (
        ["do(by A, to B) initiates s(A) = B", "undo(by A) terminates s(A)"],
        [act(1, "do", by="a", to="x"), act(2, "undo", by="a")],
        ["s(a)=x 1-2 n0"],
    ),
    "rules look at the state just before the moment": (
        [BEGIN, "do(by A) initiates q(A, A) if p(A)"],
        [act(1, "do", by="a"), act(2, "do", by="a")],
        ["p(a) 1- n0", "q(a,a) 2- n1"],
    ),
    "acts of one moment do not see each other": (
        [BEGIN, "see(by A) initiates q(A, A) if p(A)"],
        [act(1, "do", by="a"), act(1, "see", by="a"), act(2, "see", by="a")],
        ["p(a) 1- n0", "q(a,a) 2- n1"],
    ),
    "a start prevails over an end at one moment, in either order": (
        [BEGIN, END],
        [act(1, "do", by="a"), act(2, "undo", by="a"), act(2, "do", by="a")],
        ["p(a) 1- n0"],
    ),
    "a start of another value and an end leave the new value": (
        ["do(by A, to B) initiates s(A) = B, terminates s(A) = x"],
        [act(1, "do", by="a", to="x"), act(2, "do", by="a", to="y")],
        ["s(a)=x 1-2 n0", "s(a)=y 2- n0"],
    ),
    "a later rule prevails over an earlier one": (
        ["do(by A) initiates s(A) = x", "do(by A) initiates s(A) = y"],
        [act(1, "do", by="a")],
        ["s(a)=y 1- n1"],
    ),
    "a later act prevails over an earlier one of the same moment": (
        ["do(by A) initiates s(A) = x", "undo(by A) initiates s(A) = y"],
        [act(1, "undo", by="a"), act(1, "do", by="a")],
        ["s(a)=x 1- n0"],
    ),
    "a symmetric fluent is one fact, whichever way it is named": (
        ["do(by A, to B) initiates r(A, B)", "undo(by A, to B) terminates r(A, B)"],
        [
            act(1, "do", by="b", to="a"),
            act(2, "do", by="a", to="b"),
            act(3, "undo", by="b", to="a"),
        ],
        ["r(a,b) 1-3 n0"],
    ),
    "a condition finds a symmetric fluent both ways": (
        ["do(by A, to B) initiates r(A, B)", "see(by A) initiates q(A, B) if r(A, B)"],
        [act(1, "do", by="a", to="b"), act(2, "see", by="b")],
        ["q(b,a) 2- n1", "r(a,b) 1- n0"],
    ),
    "an end with _ ends all that agree": (
        ["do(by A, to B) initiates q(A, B)", "undo(by A) terminates q(A, _)"],
        [act(1, "do", by="a b", to="x y"), act(2, "undo", by="a")],
        ["q(a,x) 1-2 n0", "q(a,y) 1-2 n0", "q(b,x) 1- n0", "q(b,y) 1- n0"],
    ),
    "an end with _ in a symmetric fluent ends it from either side": (
        ["do(by A, to B) initiates r(A, B)", "undo(by A) terminates r(A, _)"],
        [act(1, "do", by="a", to="b"), act(1, "do", by="b", to="c"), act(2, "undo", by="b")],
        ["r(a,b) 1-2 n0", "r(b,c) 1-2 n0"],
    ),
    "two variables of one role take every pair of its values": (
        ["do(by A, by B) initiates q(A, B) if A != B"],
        [act(1, "do", by="a b c")],
        [f"q({x},{y}) 1- n0" for x in "abc" for y in "abc" if x != y],
    ),
    "no role: only acts that lack it": (
        ["do(by A, no to) initiates p(A)"],
        [act(1, "do", by="a", to="x"), act(2, "do", by="b")],
        ["p(b) 2- n0"],
    ),
    "the end of a lasting act is an event of its own": (
        [BEGIN, "end of do(by A) terminates p(A)"],
        [act(1, "do", by="a"), act(4, "end of do", by="a")],
        ["p(a) 1-4 n0"],
    ),
    "what holds while something else does begins and ends with it": (
        [BEGIN, END, "d(A) holds while p(A) and no B: q(A, B)", "see(by A) initiates q(A, A)"],
        [act(1, "do", by="a"), act(3, "see", by="a")],
        ["d(a) 1-3 n2", "p(a) 1- n0", "q(a,a) 3- n3"],
    ),
    "of two rules that hold at once the later gives the value": (
        [BEGIN, "e(A) = v holds while p(A)", "e(A) = u holds while p(A)"],
        [act(1, "do", by="a")],
        ["e(a)=u 1- n2", "p(a) 1- n0"],
    ),
    "a derived fluent may lean on a derived fluent": (
        [BEGIN, END, "d(A) holds while p(A)", "e(A) = u holds while d(A)"],
        [act(1, "do", by="a"), act(2, "undo", by="a")],
        ["d(a) 1-2 n2", "e(a)=u 1-2 n3", "p(a) 1-2 n0"],
    ),
    "a norm judges by the state just before the act": (
        [BEGIN, "do(by A) requires p(A)"],
        [act(1, "do", by="a"), act(2, "do", by="a b")],
        ["p(a) 1- n0", "p(b) 2- n0", "n1@0", "n1@1"],
    ),
    "numbers are compared as numbers, and words are none": (
        ["do(by A, n N) initiates p(A) if N > 9"],
        [act(1, "do", by="a", n="10"), act(2, "do", by="b", n="9.5"), act(3, "do", by="c", n="x")],
        ["p(a) 1- n0", "p(b) 2- n0"],
    ),
}


@pytest.mark.parametrize("promise", MEANING)
def test_the_law_means(promise: str) -> None:
    rules, acts, wanted = MEANING[promise]
    assert told(derived(rules, acts)) == wanted


def test_the_registers_are_asked_for_each_of_their_values() -> None:
    rules = [
        "do(by A) initiates p(A) if A.type = treaty",
        "do(by A) initiates d(A) if A.type != treaty",
        "do(by A) initiates q(A, M) if A.parties = M",
    ]
    facts = {"a": {"type": ["treaty"], "parties": ["x", "y"]}, "b": {"type": ["loan"]}}
    result = derived(rules, [act(1, "do", by="a b c")], facts)
    assert told(result) == [
        "d(b) 1- n1",
        "d(c) 1- n1",
        "p(a) 1- n0",
        "q(a,x) 1- n2",
        "q(a,y) 1- n2",
    ]


def test_causes_name_the_act_and_the_rule_that_began_and_ended() -> None:
    result = derived([BEGIN, END], [act(1, "do", by="a"), act(2, "see"), act(3, "undo", by="a")])
    span = result.spans[0]
    assert (span.began.seq, span.began.rule) == (0, "test.n0")
    assert span.ended is not None
    assert (span.ended.seq, span.ended.rule) == (2, "test.n1")


def test_a_derived_fluent_has_the_act_that_changed_its_ground_for_its_cause() -> None:
    result = derived(
        [BEGIN, END, "d(A) holds while p(A)"],
        [act(1, "see"), act(2, "do", by="a"), act(5, "undo", by="a")],
    )
    span = next(span for span in result.spans if span.fluent == "d")
    assert (day_of(span.start), span.began.seq, span.began.rule) == (2, 1, "test.n2")
    assert span.stop is not None and span.ended is not None
    assert (day_of(span.stop), span.ended.seq) == (5, 2)


def test_a_finding_names_what_the_pattern_bound() -> None:
    result = derived(["do(by A, to B) requires q(A, B)"], [act(1, "do", by="a", to="b")])
    assert result.findings[0].bindings == (("A", "a"), ("B", "b"))


def test_no_acts_no_facts() -> None:
    assert told(derived([BEGIN, "d(A) holds while p(A)"], [])) == []


def test_a_register_finds_its_entities() -> None:
    """A fact of a variable that nothing else binds goes through the registers."""
    facts: Facts = {
        "a": {"parties": ("u",)},
        "b": {"parties": ("u", "v")},
        "c": {"parties": ("b",)},
    }
    rules = ["do(by U) initiates p(X) if X.parties = U", "d(X) holds while p(A) and X.parties = A"]
    result = derived(rules, [act(1, "do", by="u")], facts)
    assert told(result) == ["d(c) 1- n1", "p(a) 1- n0", "p(b) 1- n0"]
