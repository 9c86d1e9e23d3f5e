"""Promise: whatever is wrong with a law is said at its place, all at once, with a mend."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.law import Event, LawBook, read_laws
from dragoman.law.interpret import interpret
from dragoman.problem import Problem
from dragoman.state.source import institution, institutions

HEAD = """\
law test "A law to try things in"
fluent signed(instrument, power: actor) "signed"
fluent grade(by: actor, whom: power) = full | partial "graded"
fluent seat(organ: actor) = place "seated"
fluent size(organ: actor) = number "sized"
fluent ties(one: actor, other: actor) symmetric "tied"
fluent bound(power: actor) "bound"
fluent calm(power: actor) "calm"
"""
SAID = ' because "so it is" source "nowhere"\n'
NAMES = {"germany", "rsfsr", "berlin", "treaty-of-rapallo-1922"}


def read(text: str, *, names: set[str] | None = None) -> tuple[LawBook, list[Problem]]:
    return read_laws([("test.law", text)], common_catalogue(), names)


def marked(text: str) -> tuple[str, list[str]]:
    """The text without its marks ⟦, and the place of each as file:line:column."""
    places: list[str] = []
    plain = ""
    for part in text.split("⟦")[:-1]:
        plain += part
        line = plain.count("\n") + 1
        places.append(f"test.law:{line}:{len(plain) - plain.rfind(chr(10))}")
    return plain + text.split("⟦")[-1], places


#: A declaration with ⟦ before each fault, and for each fault words of its message and mend.
FAULTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "kind": (
        f"rule r: ⟦signn(parties P) initiates bound(P){SAID}",
        [("“signn”", "“sign”")],
    ),
    "role": (
        f"rule r: sign(partys ⟦P, no ⟦instrumnt) initiates bound(P){SAID}",
        [("“partys”", "“parties”"), ("“instrumnt”", "“instrument”")],
    ),
    "fluent": (
        f"rule r: sign(parties P) initiates ⟦bond(P){SAID}",
        [("“bond”", "“bound”")],
    ),
    "fluent of no likeness": (
        f"rule r: sign(parties P) initiates ⟦xyzzy(P){SAID}",
        [("“xyzzy”", "fluent NAME(…)")],
    ),
    "arguments": (
        f"rule r: sign(parties P) initiates ⟦signed(P){SAID}",
        [("signed(instrument, power) has 2 parameters, not 1", "")],
    ),
    "value wanted": (
        f"rule r: recognise(by A, whom B) initiates ⟦grade(A, B){SAID}",
        [("needs a value", "=")],
    ),
    "value unwanted": (
        f"rule r: sign(parties P) initiates ⟦bound(P) = full{SAID}",
        [("has no value", "")],
    ),
    "choice": (
        f"rule r: recognise(by A, whom B) initiates grade(A, B) = ⟦ful{SAID}",
        [("“ful”", "“full”")],
    ),
    "choice of a role": (
        f"rule r: recognise(by A, grade ⟦de_jur) initiates bound(A){SAID}",
        [("“de_jur”", "“de_jure”")],
    ),
    "number wanted": (
        f"rule r: found(organisation A) initiates size(A) = ⟦many{SAID}",
        [("number", "")],
    ),
    "number unwanted": (
        f"rule r: found(organisation A) initiates bound(⟦3){SAID}",
        [("not a number", "")],
    ),
    "text unwanted": (
        f'rule r: found(organisation A) initiates bound(⟦"germany"){SAID}',
        [("not a text", "")],
    ),
    "name": (
        f"rule r: found(organisation A) initiates bound(⟦germani){SAID}",
        [("“germani”", "“germany”")],
    ),
    "types at odds": (
        f"rule r: sign(parties P, instrument I) initiates signed(⟦P, ⟦I){SAID}",
        [("“P”", "another variable"), ("“I”", "another variable")],
    ),
    "type of a parameter": (
        'fluent f(x: ⟦actr) "x"\n',
        [("“actr”", "“actor”")],
    ),
    "parameters of one name": (
        'fluent f(actor, ⟦actor) "x"\n',
        [("“actor”", "from: actor, to: …")],
    ),
    "type of a value": (
        'fluent ⟦f(actor) = plac "x"\n',
        [("“plac”", "“place”")],
    ),
    "symmetric": (
        'fluent ⟦f(actor, place) symmetric "x"\n',
        [("symmetric", "")],
    ),
    "declared twice": (
        'fluent ⟦bound(power) "x"\n',
        [("“bound”", "test.law:7:8")],
    ),
    "two rules of one name": (
        f"rule r: sign(parties P) initiates bound(P){SAID}"
        f"norm ⟦r: sign(parties P) requires bound(P){SAID}",
        [("“r”", "test.law:9:6")],
    ),
    "both by acts and while": (
        f"rule r: sign(parties P) initiates bound(P){SAID}"
        f"rule s: ⟦bound(P) holds while calm(P){SAID}",
        [("“bound”", "fluent of its own")],
    ),
    "unsafe in a negation": (
        f"rule r: sign(parties P) initiates bound(P) if ⟦not ties(P, Q){SAID}",
        [("“Q”", "no Q: …")],
    ),
    "unsafe in a comparison": (
        f"rule r: sign(parties P) initiates bound(P) if ⟦Q != P{SAID}",
        [("“Q”", "bind it")],
    ),
    "unsafe register key": (
        f"rule r: sign(parties P) initiates bound(P) if ⟦I.type != treaty{SAID}",
        [("“I”", "bind it")],
    ),
    "unused quantifier": (
        f"rule r: sign(parties P) initiates bound(P) if some ⟦Q: ties(P, P){SAID}",
        [("“Q”", "use it, or leave it out")],
    ),
    "one branch alone binds": (
        f"rule r: sign(parties P) initiates ties(P, Q) if ties(P, ⟦Q) or calm(P){SAID}",
        [("“Q”", "bind it")],
    ),
    "open beginning": (
        f"rule r: sign(parties P) initiates ties(P, ⟦_){SAID}",
        [("left open", "bind it")],
    ),
    "unbound beginning": (
        f"rule r: sign(parties P) initiates ties(P, ⟦Q){SAID}",
        [("“Q”", "bind it")],
    ),
    "unbound end": (
        f"rule r: sign(parties P) terminates ties(P, ⟦Q){SAID}",
        [("“Q”", "_ for any")],
    ),
    "register key": (
        f"rule r: sign(instrument I, parties P) initiates bound(P) if ⟦I.typ = treaty{SAID}",
        [("“typ”", "“type”")],
    ),
    "absence alone": (
        f"rule ⟦r: calm(germany) holds while not bound(germany){SAID}",
        [("where nothing does", "rest on a fluent")],
    ),
    "no because, no source": (
        "⟦rule r: sign(parties P) initiates bound(P)\n",
        [("“because”", 'because "…"')],
    ),
    "because twice": (
        'rule r: sign(parties P) initiates bound(P) because "x" ⟦because "y" source "z"\n',
        [("stands twice", "")],
    ),
    "declaration": (f"⟦rul r: sign(parties P) initiates bound(P){SAID}", [("rule", "“rule”")]),
    "no colon": (f"rule r ⟦sign(parties P) initiates bound(P){SAID}", [("“:”", "")]),
    "no effect": (
        f"rule r: sign(parties P) ⟦initates bound(P){SAID}",
        [("“initates”", "“initiates”")],
    ),
    "no requirement": (
        f"norm r: sign(parties P) ⟦require bound(P){SAID}",
        [("“requires”", "“requires”")],
    ),
    "no bracket": (f"rule r: sign(parties P ⟦initiates bound(P){SAID}", [("“)”", "")]),
    "keyword for a name": (
        f"rule r: sign(parties ⟦while) initiates bound(P){SAID}",
        [("“while”", "")],
    ),
    "keyword for a fluent": ('fluent ⟦not(actor) "x"\n', [("“not”", "")]),
    "what follows": (
        f"rule r: sign(parties P) initiates bound(P) ⟦becuase{SAID}",
        [("“becuase”", "“because”")],
    ),
    "sign": (f"rule r: sign(parties P) initiates bound(P)⟦;{SAID}", [("“;”", "")]),
    "typographic quotes": (
        "rule r: sign(parties P) initiates bound(P) because ⟦“so⟦” source ⟦“nowhere⟦”\n",
        [("“", "plain double quotes")],
    ),
    "open text": (
        'rule r: sign(parties P) initiates bound(P) because "so" source ⟦"nowhere\n',
        [("not closed", "double quote")],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_at_its_place_with_a_mend(fault: str) -> None:
    declared, told = FAULTS[fault]
    text, places = marked(HEAD + declared)
    book, problems = read(text, names=NAMES)
    found = [str(p.spot) for p in problems]
    assert set(places) <= set(found)
    for place, (word, mend) in zip(places, told, strict=False):
        assert any(
            str(p.spot) == place and word in p.message and mend in p.mend for p in problems
        ), problems
    sound, none = read(HEAD, names=NAMES)
    assert none == []
    assert set(sound.fluents) <= set(book.fluents)


@pytest.mark.parametrize("fault", [f for f in FAULTS if "quotes" not in f and "open text" not in f])
def test_a_fault_is_told_once(fault: str) -> None:
    text, places = marked(HEAD + FAULTS[fault][0])
    _, problems = read(text, names=NAMES)
    wanted = places * 2 if fault == "no because, no source" else places
    assert [str(p.spot) for p in problems] == wanted


@given(st.permutations([f for f in FAULTS if FAULTS[f][0].startswith(("rule", "norm"))]))
def test_faults_of_one_file_come_back_together(order: list[str]) -> None:
    """Whatever stands before it, a faulty declaration is told, and told at its place."""
    order = [f for f in order if f not in ("open text", "typographic quotes")][:6]
    declared = ""
    for number, name in enumerate(order):
        one = FAULTS[name][0].replace("rule r:", f"rule r{number}:").replace("⟦r:", f"⟦r{number}:")
        declared += one.replace("rule r ", f"rule r{number} ").replace(
            "norm r:", f"norm r{number}:"
        )
    text, places = marked(HEAD + declared)
    _, problems = read(text, names=NAMES)
    assert set(places) <= {str(p.spot) for p in problems}


def test_a_misspelt_declaration_hides_no_fault_of_the_rule_before_it() -> None:
    text, places = marked(HEAD + FAULTS["kind"][0] + FAULTS["declaration"][0])
    _, problems = read(text, names=NAMES)
    assert [str(p.spot) for p in problems] == places


def test_a_faulty_rule_is_left_out_and_the_others_stay() -> None:
    book, problems = read(
        HEAD
        + f"rule a: sign(parties P) initiates bound(P){SAID}"
        + f"rule b: signn(parties P) initiates bound(P){SAID}"
        + f"norm c: sign(parties P) requires bound(P){SAID}"
        + f"norm d: sign(parties P) requires bond(P){SAID}"
    )
    assert [p.spot.line for p in problems] == [10, 12]
    assert [rule.key for rule in book.clauses()] == ["test.a", "test.c"]


@pytest.mark.parametrize("head", ["", "# only a comment\n", "law\n", "law test\n", "rule r: x\n"])
def test_a_file_without_a_head_is_told_how_to_begin(head: str) -> None:
    book, problems = read(head)
    assert len(problems) == 1
    assert "law NAME" in problems[0].mend
    assert book.rules == ()


@pytest.mark.parametrize(
    ("rules", "ring", "negation"),
    [
        (["bound(P) holds while bound(P)"], {"bound"}, False),
        (
            ["bound(P) holds while calm(P)", "calm(P) holds while bound(P)"],
            {"bound", "calm"},
            False,
        ),
        (
            [
                "bound(P) holds while ties(P, _) and not calm(P)",
                "calm(P) holds while ties(P, _) and bound(P)",
            ],
            {"bound", "calm"},
            True,
        ),
        (["bound(P) holds while ties(P, _) and no Q: ties(P, Q) and bound(Q)"], {"bound"}, True),
    ],
)
def test_a_fluent_that_leans_on_itself_is_refused(
    rules: list[str], ring: set[str], negation: bool
) -> None:
    text = HEAD + "".join(f"rule r{n}: {rule}{SAID}" for n, rule in enumerate(rules))
    book, problems = read(text)
    assert len(problems) == 1
    assert problems[0].spot.column == 6
    assert ("negation" in problems[0].message) == negation
    assert all(name in problems[0].message for name in ring)
    assert not all(name in book.derivations_of for name in ring)


@given(st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=7))
def test_cycles_and_nothing_else_are_refused(leans: set[tuple[str, str]]) -> None:
    """What is left never leans on itself, and stands in an order in which it can be solved."""
    text = 'law test "x"\nfluent z(actor) "z"\n'
    text += "".join(f'fluent {name}(actor) "{name}"\n' for name in "abcd")
    for number, (one, other) in enumerate(sorted(leans)):
        text += f"rule r{number}: {one}(P) holds while z(P) and {other}(P){SAID}"
    reach = set(leans)
    for mid, one, other in itertools.product("abcd", repeat=3):
        if (one, mid) in reach and (mid, other) in reach:
            reach.add((one, other))
    book, problems = read(text)
    assert bool(problems) == any(one == other for one, other in reach)
    assert len(book.rules) == len(leans) - len(problems)
    for rule in book.rules:
        assert rule.head is not None
        below = {atom for atom in "abcd" if f"and {atom}(P)" in rule.text}
        assert all(
            book.order.index(name) < book.order.index(rule.head.fluent)
            for name in below
            if name in book.derivations_of
        )


@pytest.mark.parametrize(
    ("condition", "bound_by"),
    [
        ("some P: ties(P, Q) and calm(P)", "another's P"),
        ("ties(Q, _) and no P: ties(P, Q) and bound(P)", "a negated P"),
        ("(some P: calm(P)) and (some P: ties(P, Q))", "two of them"),
        ("some Q: ties(P, Q) and some P: ties(Q, P) and calm(P)", "one in another"),
    ],
)
def test_a_variable_of_a_quantifier_is_its_own(condition: str, bound_by: str) -> None:
    """Renaming the inner variable to a fresh letter changes nothing that the law derives."""
    setting = f"rule a: found(organisation P) initiates calm(P){SAID}"
    setting += (
        f"rule b: establish_relations(parties P, parties Q) initiates ties(P, Q) if P != Q{SAID}"
    )
    role = "by P, whom Q" if "Q:" not in condition else "by P"
    shadowed = f"norm n: recognise({role}) requires {condition}{SAID}"
    inner = condition.replace("some P", "some X").replace("no P", "no X")
    for old, new in (
        ("X: ties(P, Q) and calm(P)", "X: ties(X, Q) and calm(X)"),
        ("X: ties(P, Q) and bound(P)", "X: ties(X, Q) and bound(X)"),
        ("X: calm(P)", "X: calm(X)"),
        ("X: ties(P, Q))", "X: ties(X, Q))"),
        ("X: ties(Q, P) and calm(P)", "X: ties(Q, X) and calm(X)"),
    ):
        inner = inner.replace(old, new)
    assert inner != condition, bound_by
    plain = shadowed.replace(condition, inner)
    one, wrong = read(HEAD + setting + shadowed)
    other, also_wrong = read(HEAD + setting + plain)
    assert wrong == also_wrong == []
    powers = ("a", "b", "c")
    for calm, tied in itertools.product(
        [("a",), ("b",), ("c",), ("a", "b")], [("a", "b"), ("b", "c"), ("a", "c")]
    ):
        events = [
            *(Event(n, n, "found", {"organisation": (x,)}, n) for n, x in enumerate(calm)),
            Event(5, 5, "establish_relations", {"parties": tied}, 5),
            *(
                Event(6 + n, 6 + n, "recognise", {"by": (x,), "whom": (y,)}, 6 + n)
                for n, (x, y) in enumerate(itertools.permutations(powers, 2))
            ),
        ]
        assert interpret(events, one, {}).findings == interpret(events, other, {}).findings


def test_the_laws_that_are_shipped_have_no_fault() -> None:
    files = [(f"{name}.law", institution(name)) for name in institutions()]
    book, problems = read_laws(files, common_catalogue())
    assert problems == []
    assert len(book.laws) == len(files)
