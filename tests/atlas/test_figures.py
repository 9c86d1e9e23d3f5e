"""Promise: every figure is shown with its period, its claimant and its source, units apart."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import dragoman
from dragoman import World
from dragoman.atlas.app import application
from dragoman.atlas.plotted import in_thousands, number, planes
from dragoman.state.answers import Figure
from tests.conftest import SMALL, write_world


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(application(world, ("*",)))


def test_every_series_is_listed_with_all_its_figures(client: TestClient, world: World) -> None:
    rows = client.get("/figures?as=json").json()["rows"]
    acts = world.acts("figure")
    assert {row["id"] for row in rows} == {act.roles["series"][0] for act in acts}
    assert sum(row["count"] for row in rows) == len(acts)
    parties = next(row for row in rows if row["id"] == "kpd-membership")
    assert (parties["first"], parties["last"]) == ("1919", "1922")
    assert {"Karl Radek", "Paul Levi"} <= set(parties["claimants"])


def test_a_series_is_shown_as_its_dossier_tells_it(client: TestClient, world: World) -> None:
    told = {figure.act: figure for figure in world.show("kpd-membership").figures}
    answer = client.get("/figures/kpd-membership")
    rows = client.get("/figures/kpd-membership?as=json").json()["rows"]
    assert {row["act"] for row in rows} == set(told)
    for row in rows:
        figure = told[row["act"]]
        assert (row["value"], row["period"], row["unit"]) == (
            figure.value,
            figure.period,
            figure.unit,
        )
        assert tuple(row["claimed_by"]) == figure.claimed_by
        assert tuple(row["cites"]) == figure.cites
        assert in_thousands(figure.value) in answer.text
    assert answer.text.count('<path class="mark who-') == len(told) + 4  # and the key


def test_units_are_never_mixed_on_one_plane() -> None:
    drawn = planes([_figure(unit=unit) for unit in ("men", "rubles", "men")])
    assert [(plane.unit, len(plane.marks)) for plane in drawn] == [("men", 2), ("rubles", 1)]


def _figure(
    value: str = "5", period: str = "1921", unit: str = "men", by: tuple[str, ...] = ()
) -> Figure:
    return Figure("A series", period, value, unit, by, "stated", "act", ())


_PERIODS = st.sampled_from(
    ("1921", "1922-04-16", "../1913", "1920/..", "1918-04/1918-11", "1917?", "1858/1921", "0004")
)
_VALUES = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(width=64).map(str),
    st.sampled_from(("nan", "inf", "1e400", "many", "", "-0", "1e-300")),
)


@given(st.lists(st.tuples(_VALUES, _PERIODS, st.sampled_from(("a", "b", "c"))), max_size=60))
def test_whatever_the_figures_are_all_that_is_drawn_lies_on_the_plane(
    given_figures: list[tuple[str, str, str]],
) -> None:
    figures = [_figure(value, period, by=(by,)) for value, period, by in given_figures]
    drawn = planes(figures)
    assert sum(len(plane.marks) for plane in drawn) == sum(
        number(figure.value) is not None for figure in figures
    )
    for plane in drawn:
        assert 2 <= len(plane.values) <= 13
        for mark in plane.marks:
            assert plane.left <= mark.left <= mark.x <= mark.right <= plane.right
            assert plane.top <= mark.y <= plane.foot
        for tick in plane.days:
            assert plane.left <= tick.at <= plane.right
        boxes = [(mark.label.x, mark.label.y) for mark in plane.marks if mark.label]
        assert len(set(boxes)) == len(boxes)


def test_claimants_are_told_apart_by_shape_and_what_is_not_sure_is_hollow() -> None:
    sure, unsure = _figure(by=("x",)), _figure(by=("y",), period="1922")
    unsure = replace(unsure, certainty="disputed")
    [plane] = planes([sure, unsure])
    assert len({claimant.shape for claimant in plane.claimants}) == 2
    assert [mark.hollow for mark in plane.marks] == [False, True]


def test_only_periods_that_follow_each_other_are_joined() -> None:
    def lines(*periods: str) -> int:
        [plane] = planes(_figure(period=period) for period in periods)
        return len(plane.lines)

    assert lines("1919", "1920", "1921") == 2
    assert lines("1918-04/1918-11", "1918-11") == 0


@pytest.mark.parametrize(
    ("plain", "grouped"),
    [("1181.7", "1,181.7"), ("-20000", "-20,000"), ("7", "7"), ("1e3", "1e3"), ("many", "many")],
)
def test_thousands_are_set_apart_and_nothing_else_is_changed(plain: str, grouped: str) -> None:
    assert in_thousands(plain) == grouped


def test_odd_names_and_values_are_shown_as_what_they_are(tmp_path: Path) -> None:
    long = "<script>x</script>" * 600
    files = dict(SMALL)
    files["registers/series.yaml"] = f"- series: odd\n  name: {long}\n"
    files["chronicle/figures.yaml"] = "".join(
        f"- act: figure\n  series: odd\n  value: {value}\n  unit: <b>{unit}</b>\n"
        f"  period: {period}\n  date: 1921\n  what: {long}\n  cite: book 1\n\n"
        for value, unit, period in (
            ("1", "men", "1919"),
            ("999999999999999999999999", "men", "1920"),
            ("-5", "men", "1921"),
            ("5", "guns", "../1913"),
        )
    )
    small = dragoman.open(write_world(tmp_path / "odd", files))
    with TestClient(application(small, ("*",))) as client:
        pages = [client.get(f"/figures{path}") for path in ("", "/odd")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>x" not in page.text
        assert "<b>men" not in page.text
        assert len(page.text) < 30_000
    assert "999,999,999,999,999,999,999,999" in html.unescape(pages[1].text)


def test_a_series_that_is_none_is_a_page_in_words(client: TestClient) -> None:
    assert client.get("/figures/no-such-series-at-all").status_code == 404
    assert client.get("/figures/germany").status_code == 404
