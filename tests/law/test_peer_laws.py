"""Promise: the laws of the peer's cases stand, and mean what they say on a small stream."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from benchmarks import rtec

from dragoman.law.cells import add_functions, remove_functions
from dragoman.law.compile import Compiled
from dragoman.law.interpret import interpret

CASES = {case.name: case for case in rtec.APPLICATIONS}


@pytest.mark.parametrize("name", CASES)
def test_a_law_of_the_peers_cases_has_no_fault(name: str) -> None:
    assert rtec.law_of(CASES[name]).rules


def answers(name: str, lines: str, folder: Path) -> rtec.Intervals:
    """What both evaluators make of a stream in the peer's form, in the peer's convention."""
    case, path = CASES[name], folder / "told.csv"
    path.write_text(lines.replace(" ", ""), encoding="utf-8")
    connection = duckdb.connect()
    add_functions(connection)
    try:
        inputs, facts, _ = rtec.read(case, path, 1, connection)
        book = rtec.law_of(case)
        walked = interpret(inputs.events(inputs.roles), book, facts, case.end - 1)
        made = Compiled(inputs, book, facts, case.end - 1)
        made.run()
        assert made.derivation() == walked
    finally:
        remove_functions(connection)
        connection.close()
    return {key: spans for key, spans in rtec.told_by(case, walked.spans).items() if spans}


def test_luck(tmp_path: Path) -> None:
    told = """\
        go_to|9|9|x|work
        win_lottery|13|13|x
        go_to|17|17|x|pub
        lose_wallet|19|19|x
        go_to|21|21|x|home
    """
    found = answers("toy", told.strip(), tmp_path)
    assert found["rich", "x", "true"] == [(14, 20)]
    assert found["happy", "x", "true"] == [(14, 22)]
    assert found["location", "x", "home"] == [(22, 51)]


def test_a_motion_that_nobody_seconds_lapses(tmp_path: Path) -> None:
    found = answers("voting", "propose|2|2|0|3", tmp_path)
    assert found["status", "3", "proposed"] == [(3, 13)]
    assert found["status", "3", "null"] == [(1, 3), (13, 101)]


def test_a_chair_who_does_not_declare_the_result_is_sanctioned(tmp_path: Path) -> None:
    told = """\
        propose|1|1|10|3
        second|2|2|10|3
        vote|4|4|1|3|aye
        vote|5|5|0|3|nay
        declare|20|20|20|3|carried
        propose|20|20|20|8
    """
    found = answers("voting", told.strip(), tmp_path)
    assert found["status", "3", "voted"] == [(13, 21)]
    assert found["obl", "declare(10,3,carried)", "true"] == [(13, 21)]
    assert ("voted", "0,3", "nay") not in found
    assert found["sanctioned", "10", "true"] == [(21, 25)]
    assert ("sanctioned", "20", "true") not in found


def test_a_bus_drives_as_it_turns(tmp_path: Path) -> None:
    told = """\
        sharp_turn|5|5|8|sharp|7|bus
        sharp_turn|9|8|9|very_sharp|7|bus
        stop_enter|7|7|7|bus|001|late
        noise_level_change|3|3|7|bus|high
    """
    found = answers("ctm", told.strip(), tmp_path)
    assert found["driving_style", "7,bus", "uncomfortable"] == [(5, 8)]
    assert found["driving_style", "7,bus", "unsafe"] == [(8, 9)]
    assert found["punctuality", "7,bus", "non_punctual"] == [(8, 50001)]
    assert found["noise_level", "7,bus", "high"] == [(4, 50001)]
