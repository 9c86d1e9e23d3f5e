"""Promise: every question to a world gets the same, whole, proven answer however it is put."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dragoman
from dragoman import Ambiguous, BadWorld, DragomanError, NotFound, World
from dragoman.state.answers import Standing
from dragoman.state.audit import check
from dragoman.state.facts import Fact
from dragoman.when import Day, day_from_gregorian, day_text

from ..conftest import SMALL, write_world

DAYS = ("1918-04-01", "1920-08-15", "1921-06-01", "1922-04-17", "1923-06-01")
POWERS = ("germany", "rsfsr", "great-britain", "france", "italy", "poland", "comintern")
FIRST, LAST = day_from_gregorian(1917, 10, 1), day_from_gregorian(1924, 12, 31)


def test_between_two_is_between_the_two_either_way(world: World) -> None:
    for day in DAYS:
        view = world.on(day)
        every = set(view.all())
        for one, other in itertools.combinations(POWERS, 2):
            there, back = view.between(one, other), view.between(other, one)
            assert set(there) == set(back)
            assert set(there) <= every
            assert set(view.about(one)) <= every


def test_between_names_both(small: World) -> None:
    rows = small.on("1922-09-01").between("the Reich", "Soviet Russia")
    assert {row.fact for row in rows} == {
        "recognition(germany, rsfsr) = de_jure",
        "signed(rapallo-treaty, germany)",
        "signed(rapallo-treaty, rsfsr)",
        "ratified(rapallo-treaty, germany)",
        "ratified(rapallo-treaty, rsfsr)",
        "in_force(rapallo-treaty)",
        "bound(rapallo-treaty, germany)",
        "bound(rapallo-treaty, rsfsr)",
        "acts_upheld(germany, rsfsr)",
    }


@pytest.mark.parametrize(
    "name", ["rsfsr", "RSFSR", "Soviet Russia", "soviet-russia", "SOVIET  russia"]
)
def test_names_are_forgiving(small: World, name: str) -> None:
    assert small.registers.find(name).id == "rsfsr"
    assert small.on("1922-09-01").about(name) == small.on("1922-09-01").about("rsfsr")
    assert small.why(f'recognition(germany, "{name}")', on="1922-09-01").holds
    assert small.intervals("recognition", whom=name) == small.intervals("recognition", whom="rsfsr")


def test_names_that_mean_nothing_come_back_with_the_nearest(small: World) -> None:
    with pytest.raises(NotFound) as error:
        small.on("1922-09-01").about("germny")
    assert error.value.nearest == ("germany",)
    for ask in (
        lambda: small.intervals("recogniton"),
        lambda: small.why("recogniton(germany, rsfsr)", on="1922-09-01"),
        lambda: small.intervals("recognition", whim="rsfsr"),
        lambda: small.acts(kind="sing"),
        lambda: small.show("rapallo treat"),
    ):
        with pytest.raises(NotFound) as error:
            ask()
        assert error.value.nearest


def test_a_name_of_several_comes_back_with_them_all(small: World) -> None:
    with pytest.raises(Ambiguous) as error:
        small.show("The Cömmissar")
    assert set(error.value.meanings) == {"cicerin", "trockij"}
    assert small.registers.find("commissar").id == "commissar"


@pytest.mark.parametrize(
    "day",
    ["1922-13-01", "soon", "1922", "1922-04", "1922-04-01/1922-05-01", "", "30 February 1922"],
)
def test_what_is_no_day_is_told_in_words(small: World, day: str) -> None:
    with pytest.raises(DragomanError) as error:
        small.on(day)
    assert f"“{day}”" in str(error.value)


@pytest.mark.parametrize(
    "fact",
    [
        *("", "in_force", "in_force(", "in_force()", "signed(rapallo-treaty)"),
        *("in_force(rapallo-treaty) = yes", "recognition(germany, rsfsr) = maybe"),
        'in_force("rapallo-treaty)',
    ],
)
def test_what_is_no_fact_is_told_in_words(small: World, fact: str) -> None:
    with pytest.raises(DragomanError):
        small.why(fact, on="1922-09-01")


@pytest.fixture(scope="module")
def covered(world: World) -> Callable[[str], tuple[set[str], set[str]]]:
    """The facts that intervals of the shipped world cover on a day: for sure, and possibly."""
    found = []
    for fluent in world.fluents:
        for row in world.intervals(fluent, possible=True):
            fact = str(Fact(fluent, tuple(row.args.values()), row.value))
            found.append((fact, row.possible, row.certain))

    def on(day: str) -> tuple[set[str], set[str]]:
        may = {fact for fact, possible, _ in found if _within(possible, day)}
        must = {fact for fact, _, certain in found if _within(certain, day)}
        return must, may

    return on


def _within(stretches: Iterable[str], day: str) -> bool:
    """Whether a day is in one of the stretches, as EDTF has them."""
    ends = ((stretch.split("/")[0], stretch.split("/")[-1]) for stretch in stretches)
    return any(
        (first == ".." or first <= day) and (last == ".." or day <= last) for first, last in ends
    )


@given(day=st.integers(FIRST, LAST))
@settings(deadline=None, max_examples=60)
def test_what_stands_on_a_day_is_what_intervals_cover(
    world: World, covered: Callable[[str], tuple[set[str], set[str]]], day: Day
) -> None:
    """What stands for sure is covered for sure, and what may stand possibly."""
    standing = world.on(day_text(day)).all()
    must, may = covered(day_text(day))
    told = not world.beyond(day)  # beyond the time that is told of, nothing is sure
    assert {row.fact for row in standing if row.sure} == (must if told else set())
    assert {row.fact for row in standing} == may


@pytest.mark.parametrize("day", DAYS)
def test_every_standing_fact_has_a_proof_with_its_act_and_pages(world: World, day: str) -> None:
    view = world.on(day)
    for row in view.all():
        proof = view.why(row.fact)
        assert proof.holds
        assert (proof.fact, proof.sure, proof.since) == (row.fact, row.sure, row.since)
        assert proof.act == row.act
        assert proof.rule == row.rule or _both_derive(world, proof.rule, row)
        assert world.act(proof.act).cites == proof.cites != ()
        assert proof.text.startswith("rule ")


def _both_derive(world: World, key: str, row: Standing) -> bool:
    """Whether a fact that began by one `holds while` rule goes on by another."""
    heads = [rule.head for rule in world.book.derivations if rule.key in (key, row.rule)]
    return [head and head.fluent for head in heads] == [row.fluent] * 2


def test_the_proof_of_a_derived_fact_rests_on_its_grounds(small: World) -> None:
    proof = small.why("in_force(rapallo-treaty)", on="1922-09-01")
    assert {ground.fact for ground in proof.grounds} >= {
        "signed(rapallo-treaty, germany)",
        "signed(rapallo-treaty, rsfsr)",
    }
    assert any("ratified" in ground.fact for ground in proof.grounds)
    assert any("not ratified(rapallo-treaty" in absent for absent in proof.absent)
    assert proof.act == "1922-07-04-ratify-germany-rapallo-treaty"


@pytest.mark.parametrize(
    ("fact", "day", "why"),
    [
        ("recognition(germany, rsfsr)", "1922-04-15", "from 16 April 1922"),
        ("recognition(france, rsfsr)", "1922-09-01", "recognition.grant"),
        ("in_force(rapallo-treaty)", "1922-07-03", "it stood from 4 July 1922"),
        ("recognition(germany, rsfsr) = de_facto", "1922-09-01", ""),
        (
            "awaits_ratification(rapallo-treaty, france)",
            "1922-09-01",
            "signed(rapallo-treaty, france)",
        ),
    ],
)
def test_why_not_is_false_and_says_what_was_wanting(
    small: World, fact: str, day: str, why: str
) -> None:
    proof = small.why(fact, on=day)
    assert not proof
    assert proof.because
    assert why in proof.because
    assert proof.act == ""


def test_what_hangs_on_a_part_that_did_not_hold_is_not_asked(world: World) -> None:
    proof = world.why('carried(reichstag, "no such question")', on="1922-04-17")
    assert not proof
    assert "division(reichstag, no such question, Y, N)" in proof.because


def test_a_day_that_is_not_told_leaves_a_fact_possible(small: World) -> None:
    fact = "ratified(rapallo-treaty, rsfsr)"
    seen = {
        day: {row.fact: row.sure for row in small.on(day).all()}.get(fact)
        for day in ("1922-04-30", "1922-05-01", "1922-05-19", "1922-05-20")
    }
    assert seen == {
        "1922-04-30": None,
        "1922-05-01": False,
        "1922-05-19": False,
        "1922-05-20": True,
    }


def test_a_secret_is_one_until_it_is_disclosed(small: World) -> None:
    fact = "ratified(rapallo-treaty, germany)"
    secret = {
        day: next(row.secret for row in small.on(day).all() if row.fact == fact)
        for day in ("1922-07-04", "1922-07-31", "1922-08-01")
    }
    assert secret == {"1922-07-04": True, "1922-07-31": True, "1922-08-01": False}


def test_acts_are_found_by_kind_time_names_and_place(small: World) -> None:
    assert [row.id for row in small.acts(kind="sign")] == ["rapallo"]
    assert [row.id for row in small.acts(place="Rapallo")] == ["rapallo"]
    assert [row.kind for row in small.acts(about="france")] == ["ratify"]
    assert [row.kind for row in small.acts(about=["germany", "rsfsr"])] == ["recognise", "sign"]
    assert len(small.acts(since="1922-04-16", until="1922-04-16")) == 2
    assert len(small.acts(since="1922-05-10", until="1922-05")) == 1
    assert len(small.acts(channel="trade")) == 0


def test_an_act_without_faults_or_findings_is_regular_and_others_are_found(small: World) -> None:
    assert small.problems == []
    found = [(row.act, row.norm) for row in small.findings()]
    assert found == [
        ("1922-07-05-ratify-france-rapallo-treaty", "treaties.ratified-after-signature")
    ]


def test_the_shipped_world_is_sound_and_derives_what_it_expects(world: World) -> None:
    report = check(world)
    assert report.problems == ()
    assert report.failures == ()


def test_an_expectation_that_fails_is_told_where_it_stands(tmp_path: Path) -> None:
    files = dict(SMALL)
    files["expect/wrong.yaml"] = """\
- expect: in_force(rapallo-treaty)
  on: 1922-07-03
  says: Too early.
  cite: book 13
- expect: not in_force(rapallo-treaty)
  on: 1922-07-04
  says: Too late.
  cite: book 13
- regular: 1922-07-05-ratify-france-rapallo-treaty
  norm: treaties.ratified-after-signature
  says: France may.
  cite: buch 14
- expct: x
- expect: in_force(rapallo)
  on: 1922-07-04
  says: No such instrument.
  cite: book 13
- irregular: rapallo
  norm: treaties.no-such-norm
  says: No such norm.
  cite: book 13
- expect: in_force(rapallo-treaty)
  on: 1922-07-04
"""
    report = check(dragoman.open(write_world(tmp_path / "w", files)))
    assert (report.expected, report.denied) == (9, 2)
    lines = [failure.spot.line for failure in report.failures]
    assert sorted(set(lines)) == [1, 5, 9, 12, 13, 14, 18, 22]
    assert not report.sound


def test_an_expectation_may_be_of_a_verdict_and_of_a_reading(tmp_path: Path) -> None:
    files = dict(SMALL)
    files["law/pledge.law"] = """\
law pledge "What is forbidden, and in whose view"
reading strict "Whoever signs has given a pledge"
fluent pledged(power: actor)
rule pledge in strict: sign(parties P) initiates pledged(P) because "b" source "s"
norm silence in strict: ratify(by P) forbidden while pledged(_) because "b" source "s"
norm promptly: sign(parties P, instrument I) obliges ratify(by P, instrument I) within 1 day
  because "b" source "s"
"""
    more = "\n  says: So it is.\n  cite: book 13\n"
    ratified, signed = "1922-07-05-ratify-france-rapallo-treaty", "rapallo"
    entries = (
        f"- breach: {ratified}\n  norm: pledge.silence\n  reading: strict",
        f"- breach: {ratified}\n  norm: pledge.silence",
        f"- regular: {ratified}\n  norm: pledge.silence\n  reading: strict",
        f"- overdue: {signed}\n  norm: pledge.promptly",
        f"- discharged: {signed}\n  norm: pledge.promptly",
        "- expect: pledged(germany)\n  on: 1922-05-01\n  reading: strict",
        "- expect: pledged(germany)\n  on: 1922-05-01\n  reading: stricter",
    )
    files["expect/pledge.yaml"] = "".join(entry + more for entry in entries)
    world = dragoman.open(write_world(tmp_path / "w", files))
    report = check(world)
    strict = world.read_as("strict").why("pledged(germany)", on="1922-05-01")
    assert strict and not world.why("pledged(germany)", on="1922-05-01")
    with pytest.raises(NotFound):
        world.read_as("stricter")
    starts = list(itertools.accumulate((e.count("\n") + 3 for e in entries), initial=1))
    assert [starts.index(failure.spot.line) for failure in report.failures] == [1, 2, 4, 6]


def test_an_expectation_file_of_nothing_but_faults_raises_nothing(tmp_path: Path) -> None:
    for n, text in enumerate(
        ["- \n", "just text", "- expect: [a, b]\n", "- expect: {a: b}\n  on: []\n"]
    ):
        files = {**SMALL, "expect/wrong.yaml": text}
        report = check(dragoman.open(write_world(tmp_path / str(n), files)))
        assert report.failures


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        (None, "is missing"),
        ("title = ", "world.toml:1:"),
        ("\xff", "UTF-8"),
    ],
)
def test_a_folder_that_is_no_world_is_told_so(tmp_path: Path, toml: str | None, word: str) -> None:
    if toml is not None:
        (tmp_path / "world.toml").write_bytes(toml.encode("latin-1"))
    with pytest.raises(BadWorld) as error:
        dragoman.open(tmp_path)
    assert word in str(error.value)


def test_faults_of_settings_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    settings_text = 'titel = "x"\nlaws = ["treatys", "offices"]\n[dates]\nabout = 3\n'
    world = dragoman.open(write_world(tmp_path / "w", {**SMALL, "world.toml": settings_text}))
    told = "\n".join(map(str, world.problems))
    for word in ("“titel”", "“title”", "“treatys”", "“treaties”", "world.toml:2:"):
        assert word in told
    assert world.fluent("holder").law == "offices"


def test_an_empty_world_answers_too(tmp_path: Path) -> None:
    world = dragoman.open(write_world(tmp_path / "w", {"world.toml": 'title = "Nothing"\n'}))
    assert world.problems == []
    assert len(world.on("1922-04-17").all()) == len(world.acts()) == len(world.findings()) == 0
    assert not any(len(world.intervals(fluent)) for fluent in world.fluents)
    assert check(world).sound
