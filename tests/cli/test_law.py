"""Promise: a law can be explained, drawn and checked; a fault is shown in its line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import dragoman
from dragoman.cli import run
from dragoman.law.explain import Explainer
from dragoman.law.graph import nodes_of, outline, svg

from ..conftest import write_world


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["law", *arguments])
    return code, capsys.readouterr().out


def test_every_rule_and_norm_of_the_shipped_world_can_be_explained(
    world: dragoman.World,
) -> None:
    explainer = Explainer(world.book.fluents, world.catalogue.kinds)
    for clause in world.book.clauses():
        said = explainer.clause(clause)
        assert said.endswith(".")
        assert "{" not in said
        assert said[0].isupper() or said[0] in "“'"


def test_an_explanation_tells_what_the_rule_made(
    world: dragoman.World, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = say(capsys, "explain", "treaties.force")
    assert code == 0
    assert "Treaty of Brest-Litovsk is in force: from " in said
    made = world.made_by("treaties.force")
    assert f"What it made ({len(made)})" in said
    assert len(made) == sum(row.rule == "treaties.force" for row in world.intervals("in_force"))
    norm = world.made_by("conferences.accepted-after-invitation")
    assert any(line.startswith("irregular: ") for line in norm)
    assert say(capsys, "explain", "no-such")[0] == 1


def test_the_graph_has_every_fluent_and_each_comes_after_those_it_leans_on(
    world: dragoman.World, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = nodes_of(world.book)
    assert {node.fluent for node in nodes} == set(world.fluents)
    told = outline(nodes, {})
    assert all(f"\n  {name}" in told for name in world.fluents)
    assert {node.law for node in nodes_of(world.book, ["treaties"])} == {"treaties"}
    picture = ElementTree.fromstring(svg(nodes))
    texts = {"".join(element.itertext()) for element in picture.iter()}
    assert set(world.fluents) <= texts
    code, said = say(capsys, "graph", "treaties", "--json")
    force = next(n for n in json.loads(said) if n["fluent"] == "in_force")
    assert code == 0
    assert {"signed", "ratified", "applied"} <= set(force["leans_on"])


def test_a_fault_is_shown_in_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pacts.law"
    file.write_text(
        'law pacts "Pacts"\n\n'
        "rule a: sgin(parties P, instrument I) initiates signed(I, P)\n"
        '  because "x" source "y"\n'
    )
    code, said = say(capsys, "check", str(file))
    assert code == 1
    first, line, caret = said.splitlines()
    assert "there is no kind of act “sgin”; did you mean “sign”?" in first
    assert line.index("sgin") == caret.index("^")
    file.write_text(file.read_text().replace("sgin", "sign"))
    assert say(capsys, "check", str(file)) == (0, "No fault.\n")


def test_a_reading_is_asked_for_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_world(
        tmp_path / "pledge",
        {
            "world.toml": 'title = "A pledge"\nlaws = []\n',
            "registers/all.yaml": "- power: rsfsr\n- international: comintern\n- work: book\n",
            "chronicle/acts.yaml": (
                "- act: appeal\n  date: 1921-05-01\n  by: comintern\n  to: rsfsr\n"
                "  what: Comintern appeals.\n  cite: book 1\n"
            ),
            "law/pledge.law": (
                'law pledge "The pledge"\n'
                'reading british "What Comintern does, Moscow does"\n'
                "fluent broke(who: actor)\n"
                "rule london in british: appeal(by comintern) initiates broke(rsfsr)\n"
                '  because "they are one" source "book 1"\n'
            ),
        },
    )
    ask = ["why", "broke(rsfsr)", "--on", "1921-06-01", "--world", str(folder)]
    assert run(ask) == 1
    assert run([*ask, "--reading", "british"]) == 0
    assert run([*ask, "--reading", "brittish"]) == 1
    assert "british" in capsys.readouterr().err


def test_a_world_in_which_something_holds_at_first_can_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_world(
        tmp_path / "calm",
        {
            "world.toml": 'title = "Calm"\nlaws = []\n',
            "registers/all.yaml": "- power: sweden\n- power: norway\n- work: book\n",
            "chronicle/acts.yaml": (
                "- act: declare_war\n  date: 1921-05-01\n  by: sweden\n  on: norway\n"
                "  what: Sweden declares war.\n  cite: book 1\n"
            ),
            "law/calm.law": (
                'law calm "Calm"\n'
                'fluent calm(who: power) at first "{who} is calm"\n'
                "rule storm: declare_war(by P) terminates calm(P)\n"
                '  because "war is no calm" source "book 1"\n'
            ),
        },
    )
    world = ["--world", str(folder)]
    assert run(["on", "1921-06-01", *world]) == 0
    assert run(["why", "calm(norway)", "--on", "1921-06-01", *world]) == 0
    assert run(["why", "calm(sweden)", "--on", "1921-06-01", *world]) == 1
    assert run(["show", "sweden", *world]) == 0
    assert run(["check", str(folder)]) == 0
    assert run(["card", *world]) == 0
    said = capsys.readouterr().out
    assert "at first" in said
    assert "Sweden declares war" in said


def test_a_law_that_opens_with_a_remark_is_not_checked_against_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "treaties.law"
    source = dragoman.open().source
    text = next(
        law.text for law in source.laws(source.catalogue()[0])[0].laws if law.name == "treaties"
    )
    file.write_text(f"# a remark\n{text}")
    assert say(capsys, "check", str(file)) == (0, "No fault.\n")
