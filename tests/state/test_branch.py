"""Promise: what might have been is derived by the same law, with reasons, and touches nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import dragoman
from dragoman import BadWorld, DragomanError, NotFound, World
from dragoman.state.difference import difference
from dragoman.state.source import find_world, read_source
from dragoman.when import day_text

from ..conftest import SMALL, write_world

SIGNATURE = "1922-04-16-sign-treaty-of-rapallo-1922"


def facts(world: World, day: str) -> set[str]:
    """All that stood on a day."""
    return {row.fact for row in world.on(day).all()}


def test_a_branch_without_changes_is_the_world(world: World) -> None:
    branch = world.branch()
    for day in ("1918-03-03", "1920-11-01", "1922-04-17"):
        assert branch.on(day).all() == world.on(day).all()
    assert not branch.irregular()


def test_striking_the_signature_changes_just_what_hangs_on_it(world: World) -> None:
    branch = world.branch().strike(SIGNATURE)
    gone = {row.fact for row in branch.differs("1922-09-01") if row.change == "gone"}
    new = {row.fact for row in branch.differs("1922-09-01") if row.change == "new"}
    rapallo = "treaty-of-rapallo-1922"
    assert gone == {
        f"signed({rapallo}, germany)",
        f"signed({rapallo}, rsfsr)",
        f"in_force({rapallo})",
        f"bound({rapallo}, germany)",
        f"bound({rapallo}, rsfsr)",
        f"awaits_ratification({rapallo}, germany)",
        f"awaits_ratification({rapallo}, rsfsr)",
    }
    assert new == {f"drafted({rapallo})"}
    assert {row.norm for row in branch.irregular()} == {"treaties.applied-after-signature"}
    proof = branch.why(f"in_force({rapallo})", on="1922-09-01")
    assert not proof
    assert "signed(treaty-of-rapallo-1922" in proof.because


def test_what_is_struck_and_enacted_again_is_as_before(world: World) -> None:
    branch = world.branch().strike(SIGNATURE)
    branch = branch.enact(
        "sign", "1922-04-16", parties=["germany", "rsfsr"], instrument="treaty-of-rapallo-1922"
    )
    assert facts(branch, "1922-04-17") == facts(world, "1922-04-17")


def test_a_world_is_not_changed_by_its_branches(world: World) -> None:
    before, digest = facts(world, "1922-04-17"), read_source(find_world()).digest
    branch = world.branch().strike(SIGNATURE)
    assert facts(branch, "1922-04-17") != before
    assert facts(world, "1922-04-17") == before
    assert read_source(find_world()).digest == digest


def test_every_fault_of_a_plan_is_said_at_its_place(world: World, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("- strike: 1922-04-16-sine-treaty\n- act: signn\n  date: 1922-13-01\n")
    with pytest.raises(BadWorld) as told:
        world.branch().planned(plan)
    assert [problem.spot.line for problem in told.value.problems] == [1, 2]
    plan.write_text("- strike: [a, b]\n")
    with pytest.raises(BadWorld, match="takes the id of one act"):
        world.branch().planned(plan)
    with pytest.raises(NotFound):
        world.branch().strike("no-such-act")
    with pytest.raises(BadWorld, match="lacks the role"):
        world.branch().enact("ratify", "1922-01-01", by="sweden")


def test_acts_that_contradict_each_other_are_told(world: World) -> None:
    branch = world.branch().enact("death", "1930-01-01", of="lenin", before=SIGNATURE)
    with pytest.raises(BadWorld, match="cannot come before"):
        branch.on("1922-04-17").all()


@pytest.mark.parametrize(
    ("act", "verdict", "norm"),
    [
        ("ratify(by: sweden, instrument: swedish-soviet-trade-agreement-1922)", "yes", ""),
        (
            "ratify(by: italy, instrument: Treaty of Rapallo)",
            "no",
            "treaties.ratified-after-signature",
        ),
        ("sign(parties: [italy, rsfsr], instrument: Treaty of Rapallo)", "yes", ""),
    ],
)
def test_an_act_may_be_done_if_no_norm_is_against_it(
    world: World, act: str, verdict: str, norm: str
) -> None:
    leave = world.on("1922-06-01").may(act)
    assert leave.verdict == verdict
    assert [row.norm for row in leave.because] == ([norm] if norm else [])
    assert bool(leave) == (verdict != "no")
    assert any(row.change == "new" for row in leave.follows)


@pytest.mark.parametrize(
    ("day", "kind", "roles"),
    [
        ("1922-06-01", "ratify", {"by": "germany", "instrument": "treaty-of-rapallo-1922"}),
        ("1922-04-20", "denounce", {"by": "rsfsr", "instrument": "treaty-of-rapallo-1922"}),
        (
            "1918-02-01",
            "denounce",
            {"by": "germany", "instrument": "armistice-of-brest-litovsk-1917"},
        ),
        ("1920-06-01", "fall", {"polity": "poland"}),
        ("1921-06-01", "recognise", {"by": "france", "whom": "rsfsr", "grade": "de_jure"}),
        ("1922-05-01", "close_conference", {"conference": "genoa-conference-1922"}),
        ("1919-03-15", "declare_war", {"by": "japan", "on": "rsfsr"}),
    ],
)
def test_what_would_follow_is_what_the_law_makes_of_a_branch(
    world: World, day: str, kind: str, roles: dict[str, str]
) -> None:
    written = ", ".join(f"{role}: {name}" for role, name in roles.items())
    leave = world.on(day).may(f"{kind}({written})")
    branch = world.branch().enact(kind, day, "It is done.", **roles)
    new = branch.added[-1].id
    assert [row.norm for row in leave.because] == [
        row.norm for row in branch.irregular() if row.act == new
    ]
    told = {(row.change, row.fact) for row in leave.follows}
    unsure = {row.fact for row in world.on(day, certain=False).all()}
    assert told
    assert told ^ {(row.change, row.fact) for row in branch.differs(day)} <= {
        ("gone", fact) for fact in unsure
    }


def test_two_views_of_one_day_can_be_compared(world: World) -> None:
    day = "1922-03-01"
    there = world.seen_by("great britain").on(day)
    hidden = world.on(day).difference(there, about="germany")
    assert any("political agreement" in row.says for row in hidden if row.change == "gone")
    assert not any(row.change == "new" for row in hidden)


def test_a_branch_of_a_branch_can_be_seen_by_someone(world: World) -> None:
    branch = world.branch().strike(SIGNATURE)
    assert not branch.seen_by("great britain").why(
        "signed(treaty-of-rapallo-1922, germany)", on="1922-05-01"
    )


TIED = """
- act: inform
  id: told
  after: rapallo + 2 days
  by: germany
  to: france
  subject: the treaty
  what: Germany told France two days later.
  cite: book 15

- act: request
  id: asked
  date: 1922-04
  after: rapallo
  by: france
  to: germany
  subject: the treaty
  what: France asked after the signature.
  cite: book 15
"""


@pytest.fixture
def tied(tmp_path: Path) -> World:
    """The small world, with acts that hang on the date of the signature."""
    acts = SMALL["chronicle/acts.yaml"] + TIED
    return dragoman.open(write_world(tmp_path / "tied", {**SMALL, "chronicle/acts.yaml": acts}))


def test_what_only_a_struck_act_dates_is_told(tied: World) -> None:
    with pytest.raises(BadWorld, match="nothing dates “told”"):
        tied.branch().strike("rapallo").on("1922-05-01").all()
    assert tied.dating("told").earliest.because.startswith("2 days after")


def test_bounds_that_a_struck_act_set_are_loosened(tied: World) -> None:
    before = {act.id: act.when for act in tied.told}
    after = {act.id: act.when for act in tied.branch().strike("rapallo", "told").told}
    assert day_text(before["asked"].earliest) == "1922-04-16"
    assert day_text(after["asked"].earliest) == "1922-04-01"


def test_of_several_values_in_doubt_none_is_lost(world: World) -> None:
    row = world.on("1922-04-17").all()[0]
    cold, warm, hot = (replace(row, value=v, fact=f"x = {v}") for v in ("cold", "warm", "hot"))
    found = difference([cold, warm], [warm, hot], "x")
    assert [(c.change, c.before, c.after) for c in found] == [("other", "cold", "hot")]
    found = difference([cold, warm], [warm], "x")
    assert [(c.change, c.before) for c in found] == [("gone", "cold")]


def test_an_act_that_requires_what_is_in_doubt_is_in_doubt(tmp_path: Path) -> None:
    acts = SMALL["chronicle/acts.yaml"].replace(
        "  id: rapallo\n  date: 1922-04-16", "  id: rapallo\n  date: [1922-04-10..1922-04-20]"
    )
    world = dragoman.open(write_world(tmp_path / "w", {**SMALL, "chronicle/acts.yaml": acts}))
    act = "ratify(by: rsfsr, instrument: Treaty of Rapallo)"
    verdicts = [world.on(f"1922-04-{day}").may(act).verdict for day in ("09", "15", "20")]
    assert verdicts == ["no", "doubtful", "yes"]
    with pytest.raises(DragomanError, match="twice"):
        world.on("1922-04-20").may("ratify(by: rsfsr, by: germany, instrument: rapallo-treaty)")


def test_what_may_be_over_makes_an_act_doubtful(tmp_path: Path) -> None:
    acts = (
        SMALL["chronicle/acts.yaml"]
        + """
- act: denounce
  date: "[1922-05-10..1922-05-20]"
  by: rsfsr
  instrument: rapallo-treaty
  what: Soviet Russia denounced it.
  cite: book 12
"""
    )
    world = dragoman.open(write_world(tmp_path / "w", {**SMALL, "chronicle/acts.yaml": acts}))
    act = "denounce(by: rsfsr, instrument: rapallo-treaty)"
    leaves = [world.on(f"1922-05-{day}").may(act) for day in ("09", "15", "20")]
    assert [leave.verdict for leave in leaves] == ["yes", "doubtful", "no"]
    assert [row.norm for row in leaves[1].because] == ["treaties.denounced-by-a-party"]
