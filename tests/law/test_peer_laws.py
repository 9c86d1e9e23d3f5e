"""Promise: the laws of the peer's cases stand, and mean what they say on a small stream."""

from __future__ import annotations

import pytest
from benchmarks import rtec

from dragoman.law.interpret import interpret
from dragoman.law.running import Facts

CASES = {case.name: case for case in rtec.APPLICATIONS}


@pytest.mark.parametrize("name", CASES)
def test_a_law_of_the_peers_cases_has_no_fault(name: str) -> None:
    assert rtec.law_of(CASES[name]).rules


def answers(name: str, told: list[rtec.Told], facts: Facts) -> rtec.Intervals:
    """What the law of a case makes of a stream, in the peer's convention."""
    case = CASES[name]
    events = rtec.events_of(told)
    found = interpret(events, rtec.law_of(case), facts, case.end - 1)
    return {key: spans for key, spans in rtec.told_by(case, found, events).items() if spans}


def test_luck() -> None:
    told: list[rtec.Told] = [
        (9, False, "go_to", {"by": ("x",), "where": ("work",)}),
        (13, False, "win_lottery", {"by": ("x",)}),
        (17, False, "go_to", {"by": ("x",), "where": ("pub",)}),
        (19, False, "lose_wallet", {"by": ("x",)}),
        (21, False, "go_to", {"by": ("x",), "where": ("home",)}),
    ]
    found = answers("toy", told, {})
    assert found["rich", "x", "true"] == [(14, 20)]
    assert found["happy", "x", "true"] == [(14, 22)]
    assert found["location", "x", "home"] == [(22, 51)]


def test_a_motion_that_nobody_seconds_lapses() -> None:
    facts: Facts = {
        "m3": {"is": ("document",)},
        "0": {"is": ("agent",), "duty": ("chair", "voter")},
    }
    told: list[rtec.Told] = [(2, False, "propose", {"by": ("0",), "motion": ("m3",)})]
    found = answers("voting", told, facts)
    assert found["status", "3", "proposed"] == [(3, 13)]
    assert found["status", "3", "null"] == [(1, 3), (13, 101)]


def test_a_chair_who_does_not_declare_the_result_is_sanctioned() -> None:
    facts: Facts = {
        "m3": {"is": ("document",)},
        "0": {"is": ("agent",), "duty": ("chair",)},
        "10": {"is": ("agent",), "duty": ("chair",)},
        "1": {"is": ("agent",), "duty": ("voter",)},
    }
    told: list[rtec.Told] = [
        (1, False, "propose", {"by": ("0",), "motion": ("m3",)}),
        (2, False, "second", {"by": ("0",), "motion": ("m3",)}),
        (4, False, "vote", {"by": ("1",), "motion": ("m3",), "vote": ("aye",)}),
        (5, False, "vote", {"by": ("0",), "motion": ("m3",), "vote": ("nay",)}),
        (20, False, "declare", {"by": ("0",), "motion": ("m3",), "outcome": ("carried",)}),
    ]
    found = answers("voting", told, facts)
    assert found["status", "3", "voted"] == [(13, 21)]
    assert found["obl", "declare(10,3,carried)", "true"] == [(13, 21)]
    assert ("voted", "0,3", "nay") not in found
    assert found["sanctioned", "10", "true"] == [(21, 25)]
    assert ("sanctioned", "0", "true") not in found
