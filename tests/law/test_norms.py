"""Promise: norms, readings and open facts mean what the manual says of them."""

from __future__ import annotations

import pytest

from dragoman.problem import NotFound
from dragoman.when import day_text

from .small import Told, book, run, stretches

ARMISTICE = """
fluent armistice(one: actor, other: actor) symmetric
fluent under_orders(who: actor) open
rule armistice: armistice(by A, with B) initiates armistice(A, B) @
rule order: instruct(to U) initiates under_orders(U) @
rule denial: deny(by U) terminates under_orders(U) @
norm no-transfers: send_troops(by P) forbidden while armistice(P, _) except under_orders(P) @
norm asked-first: depart(by P) requires under_orders(P) @
"""


def test_a_finding_that_hangs_on_an_open_fact_says_so() -> None:
    def findings(*before: Told) -> list[tuple[str, tuple[str, ...]]]:
        acts = [
            ("1917-12-15", "armistice", {"by": "rsfsr", "with": "germany"}),
            *before,
            ("1917-12-18", "send_troops", {"by": "germany"}),
            ("1917-12-19", "depart", {"by": "germany"}),
        ]
        return [(f.verdict, f.unless) for f in run(ARMISTICE, acts).findings]

    fact = ("under_orders(germany)",)
    assert findings() == [("breach", fact), ("irregular", fact)]
    told = ("1917-12-16", "instruct", {"to": "germany"})
    assert findings(told) == []
    assert findings(("1917-12-16", "deny", {"by": "germany"})) == [
        ("breach", ()),
        ("irregular", ()),
    ]
    assert findings(("1917-12-16", "deny", {"by": "germany"}), told) == []


def test_a_scope_that_is_open_makes_the_finding_conditional() -> None:
    text = """
    fluent at_war(who: actor) open
    norm no-trade: purchase(by P) forbidden while at_war(P) @
    """
    found = run(text, [("1918-01-01", "purchase", {"by": "sweden"})])
    assert [(f.verdict, f.provided) for f in found.findings] == [("breach", ("at_war(sweden)",))]


DUTY = """
fluent signed(text: instrument, by: actor)
rule signature: sign(parties P, instrument I) initiates signed(I, P) @
rule leaving: denounce(by P, instrument I) terminates signed(I, P) @
norm ratify: sign(parties P, instrument I) obliges ratify(by P, instrument I) within 60 days
    while signed(I, P) @
norm analogy: rising(by A) expects rising(by B) within 100 days @
"""


@pytest.mark.parametrize(
    ("then", "verdicts"),
    [
        ([], {"a": "overdue", "b": "overdue"}),
        ([("1920-01-20", "ratify", {"by": "a", "instrument": "i"})], {"a": "discharged"}),
        ([("1920-03-01", "ratify", {"by": "a", "instrument": "i"})], {"a": "discharged"}),
        ([("1920-03-02", "ratify", {"by": "a", "instrument": "i"})], {"a": "overdue"}),
        ([("1920-01-20", "ratify", {"by": "a", "instrument": "j"})], {"a": "overdue"}),
        ([("1920-01-20", "denounce", {"by": "a", "instrument": "i"})], {"a": "lifted"}),
    ],
)
def test_a_duty_is_discharged_overdue_or_lifted(then: list[Told], verdicts: dict[str, str]) -> None:
    acts: list[Told] = [("1920-01-01", "sign", {"parties": "a b", "instrument": "i"}), *then]
    found = {dict(f.bindings)["P"]: f for f in run(DUTY, acts).findings}
    for party, verdict in {"b": "overdue", **verdicts}.items():
        assert found[party].verdict == verdict
        assert found[party].answer == (1 if verdict == "discharged" else -1)
        assert day_text(found[party].due) == "1920-03-01"


def test_a_duty_is_open_as_long_as_its_time_runs() -> None:
    acts: list[Told] = [("1920-01-01", "sign", {"parties": "a", "instrument": "i"})]
    for until, verdict in (("1920-03-01", "due"), ("1920-03-02", "overdue")):
        assert [f.verdict for f in run(DUTY, acts, until).findings] == [verdict]


def test_what_was_expected_came_failed_or_is_awaited() -> None:
    acts: list[Told] = [
        ("1920-01-01", "rising", {"by": "a"}),
        ("1920-02-01", "rising", {"by": "b"}),
    ]
    for until, last in (("1920-03-01", "awaited"), ("1921-01-01", "failed")):
        assert [f.verdict for f in run(DUTY, acts, until).findings] == ["came", last]


def test_a_rule_stands_under_what_must_hold_for_it() -> None:
    text = """
    fluent adopted(text: document)
    fluent member(who: actor)
    fluent full(who: actor)
    rule adoption: adopt(document D) initiates adopted(D) @
    rule repeal: annul_document(document D) terminates adopted(D) @
    rule entry under adopted(statute): affiliate(by P) initiates member(P) @
    rule full under adopted(statute): full(P) holds while member(P) @
    norm asked under adopted(conditions): affiliate(by P) requires member(P) @
    """
    text = text.replace("annul_document(document D)", "repudiate(document D)")
    acts: list[Told] = [
        ("1919-01-01", "affiliate", {"by": "early"}),
        ("1919-03-01", "adopt", {"document": "statute"}),
        ("1919-04-01", "affiliate", {"by": "a"}),
        ("1919-05-01", "adopt", {"document": "conditions"}),
        ("1919-06-01", "affiliate", {"by": "b"}),
        ("1919-07-01", "repudiate", {"document": "statute"}),
        ("1919-08-01", "affiliate", {"by": "late"}),
    ]
    found = run(text, acts)
    assert stretches(found, acts, "member") == ["a: 1919-04-01..", "b: 1919-06-01.."]
    assert stretches(found, acts, "full") == [
        "a: 1919-04-01..1919-07-01",
        "b: 1919-06-01..1919-07-01",
    ]
    assert [(f.seq, f.verdict) for f in found.findings] == [(4, "irregular"), (6, "irregular")]


def test_a_reading_is_chosen_or_none_is() -> None:
    law = book("""
    reading british "The acts of the one are those of the other"
    reading soviet "They are not"
    fluent charged(who: actor)
    rule always: allege(against P) initiates charged(P) @
    rule as-london in british: speech(by P) initiates charged(P) @
    norm as-moscow in soviet: allege(against P) requires charged(P) @
    """)
    acts: list[Told] = [
        ("1921-01-01", "speech", {"by": "comintern"}),
        ("1921-01-02", "allege", {"against": "rsfsr"}),
    ]
    plain, british, soviet = (run(law.read_as(n), acts) for n in ("", "british", "soviet"))
    assert [s.args[0] for s in plain.spans] == ["rsfsr"]
    assert [s.args[0] for s in british.spans] == ["comintern", "rsfsr"]
    assert not plain.findings
    assert not british.findings
    assert len(soviet.findings) == 1
    with pytest.raises(NotFound, match="british"):
        law.read_as("brittish")


def test_each_who_owes_owes() -> None:
    text = """
    fluent allied(one: actor, other: actor) symmetric
    rule pact: establish_relations(parties A, parties B) initiates allied(A, B) if A != B @
    norm help: declare_war(on P) obliges declare_war(by Q) within 30 days while allied(P, Q) @
    """
    acts: list[Told] = [
        ("1920-01-01", "establish_relations", {"parties": "poland france romania"}),
        ("1920-05-01", "declare_war", {"by": "rsfsr", "on": "poland"}),
        ("1920-05-05", "declare_war", {"by": "romania", "on": "rsfsr"}),
    ]
    found = run(text, acts).findings
    assert {(dict(f.bindings)["Q"], f.verdict) for f in found} == {
        ("france", "overdue"),
        ("romania", "discharged"),
    }


@pytest.mark.parametrize(
    ("norm", "unless", "provided"),
    [
        ("forbidden while not o(P)", ("o(x)",), ()),
        ("forbidden except not o(P)", (), ("o(x)",)),
        ("requires not o(P)", (), ("o(x)",)),
        ("forbidden except (o(P) and k(P)) or q(P)", ("q(x)", "k(x) and o(x)"), ()),
        ("forbidden except o(P) or q(P)", ("o(x)", "q(x)"), ()),
        ("forbidden while o(P) except k(P)", (), ("o(x)",)),
    ],
)
def test_a_finding_hangs_on_the_least_that_would_turn_it(
    norm: str, unless: tuple[str, ...], provided: tuple[str, ...]
) -> None:
    text = f"""
    fluent o(who: actor) open
    fluent k(who: actor) open
    fluent q(who: actor) open
    norm n: purchase(by P) {norm} @
    """
    [finding] = run(text, [("1918-01-01", "purchase", {"by": "x"})]).findings
    assert (finding.unless, finding.provided) == (unless, provided)


def test_a_duty_is_one_however_many_grounds_it_has() -> None:
    text = """
    fluent allied(one: actor, other: actor)
    rule pact: establish_relations(parties A, parties B) initiates allied(A, B) if A != B @
    rule break: break_relations(by A, with B) terminates allied(A, B) @
    norm help: declare_war(on P) obliges declare_war(by P) within 30 days while allied(P, _) @
    """
    acts: list[Told] = [
        ("1920-01-01", "establish_relations", {"parties": "poland france romania"}),
        ("1920-05-01", "declare_war", {"by": "rsfsr", "on": "poland"}),
        ("1920-05-03", "break_relations", {"by": "poland", "with": "france"}),
        ("1920-05-05", "declare_war", {"by": "poland", "on": "rsfsr"}),
    ]
    found = run(text, acts).findings
    assert [f.verdict for f in found if f.seq == 1] == ["discharged"]


def test_a_norm_on_a_start_does_not_know_what_its_own_act_denies() -> None:
    text = """
    fluent moved(unit: actor)
    fluent ordered(unit: actor) open
    rule move: send_troops(by P) initiates moved(P), terminates ordered(P) @
    norm still: start of moved(P) forbidden except ordered(P) @
    """
    found = run(text, [("1918-01-01", "send_troops", {"by": "rsfsr"})]).findings
    assert [f.unless for f in found] == [("ordered(rsfsr)",)]
