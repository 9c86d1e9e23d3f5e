"""Promise: what stood between two over all time is what stood between them on each of its days."""

from __future__ import annotations

import pytest

from dragoman import World
from dragoman.problem import DragomanError
from dragoman.state.concerning import between, joined, overlap
from dragoman.state.intervals import within

DAYS = ("1918-03-10", "1919-05-01", "1920-08-15", "1921-06-01", "1922-04-17", "1923-06-01")
PAIRS = (
    ("germany", "rsfsr"),
    ("rsfsr", "great-britain"),
    ("poland", "rsfsr"),
    ("france", "germany"),
    ("comintern", "germany"),
    ("turkey-ankara", "china-peking"),
)


@pytest.mark.parametrize("pair", PAIRS)
def test_over_all_days_is_day_by_day(world: World, pair: tuple[str, str]) -> None:
    stood = between(world, *pair, most=0).stood
    for day in DAYS:
        view = world.on(day)
        found = {(s.fluent, s.args, s.value) for s, days in stood if within(days, view.day)}
        assert found == {(s.fluent, s.args, s.value) for s in view.between(*pair)}


def test_acts_name_both_or_what_ties_them_while_it_does(small: World) -> None:
    found = between(small, "Germany", "Soviet Russia", most=3)
    assert found.count == 4
    assert [act.kind for act, _ in found.acts] == ["recognise", "sign", "ratify"]
    (_, days) = found.acts[2]
    assert days == (small.day("1922-05-01"), small.day("1922-05-20"))


def test_the_act_of_a_third_is_not_between_the_two(small: World) -> None:
    acts = {act.id for act, _ in between(small, "germany", "rsfsr", most=100).acts}
    assert "1922-07-05-ratify-france-rapallo-treaty" not in acts


def test_one_is_not_two(small: World) -> None:
    with pytest.raises(DragomanError, match="are one"):
        between(small, "germany", "the Reich", most=1)


def test_stretches_are_joined_and_shared() -> None:
    assert joined([(5, 9), (1, 3), (4, 4), (12, None), (20, 30)]) == ((1, 9), (12, None))
    assert overlap([(1, 9), (12, None)], [(3, 14), (20, None)]) == ((3, 9), (12, 14), (20, None))
