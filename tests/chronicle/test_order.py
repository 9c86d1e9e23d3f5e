"""Promise: what is known of the order of acts narrows their dates, and never wrongly."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dragoman.when import Day, day_from_gregorian

from .telling import REGISTERS, SIGN, places, told

FIRST = datetime.date(1920, 1, 1)
ORIGIN = day_from_gregorian(1920, 1, 1)


@dataclass(frozen=True)
class Link:
    """Act `later` stands after act `earlier`, by so many days if that is known."""

    earlier: int
    later: int
    days: int | None
    told_of_later: bool

    def allows(self, days: tuple[int, ...]) -> bool:
        gap = days[self.later] - days[self.earlier]
        return gap >= 0 if self.days is None else gap == self.days


@dataclass(frozen=True)
class Network:
    """Acts a0, a1 … each with its first and last possible day, and what is known of order."""

    windows: tuple[tuple[int, int], ...]
    links: tuple[Link, ...]

    def text(self) -> str:
        entries = []
        for n, (low, high) in enumerate(self.windows):
            known: dict[str, list[str]] = {"after": [], "before": []}
            for link in self.links:
                gap = link.days
                if link.told_of_later and link.later == n:
                    more = "" if gap is None else f" + {gap} days"
                    known["after"].append(f"a{link.earlier}{more}")
                elif not link.told_of_later and link.earlier == n:
                    more = "" if gap is None else f" - {gap} days"
                    known["before"].append(f"a{link.later}{more}")
            orders = "".join(f"  {k}: [{', '.join(v)}]\n" for k, v in known.items() if v)
            first, last = (FIRST + datetime.timedelta(days=day) for day in (low, high))
            entries.append(
                f"- act: lapse\n  id: a{n}\n  date: [{first}..{last}]\n{orders}"
                "  what: It lapsed.\n  cite: carr-3 1\n"
            )
        return "".join(entries)

    def assignments(self) -> list[tuple[int, ...]]:
        """Every choice of days that the windows and the links allow."""
        choices = itertools.product(*(range(low, high + 1) for low, high in self.windows))
        return [days for days in choices if all(link.allows(days) for link in self.links)]

    @property
    def cyclic(self) -> bool:
        """Whether following links leads back to where one began."""
        reach = {(link.earlier, link.later) for link in self.links}
        for mid, one, other in itertools.product(range(len(self.windows)), repeat=3):
            if (one, mid) in reach and (mid, other) in reach:
                reach.add((one, other))
        return any(one == other for one, other in reach)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    count = draw(st.integers(2, 4))
    windows = []
    for _ in range(count):
        low = draw(st.integers(0, 6))
        windows.append((low, low + draw(st.integers(0, 5))))
    links = []
    for _ in range(draw(st.integers(1, 5))):
        one, other = draw(st.permutations(range(count)))[:2]
        days = draw(st.none() | st.integers(0, 4))
        links.append(Link(one, other, days, draw(st.booleans())))
    return Network(tuple(windows), tuple(links))


@given(networks())
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_bounds_are_just_the_days_that_some_assignment_uses(network: Network) -> None:
    """Sound: no possible day is shut out. Tight: no impossible first or last day is left."""
    possible = network.assignments()
    assume(possible and not network.cyclic)
    chronicle, problems = told(network.text())
    assert problems == []
    for act in chronicle.acts:
        days = [assignment[int(act.id[1:])] for assignment in possible]
        bounds: tuple[Day, Day] = (act.when.earliest - ORIGIN, act.when.latest - ORIGIN)
        assert bounds == (min(days), max(days))


@given(networks())
@settings(deadline=None, max_examples=150)
def test_orders_that_no_days_satisfy_are_reported_and_no_others(network: Network) -> None:
    _, problems = told(network.text())
    assert bool(problems) == (not network.assignments() or network.cyclic)


@given(networks())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_line_of_acts_goes_against_no_order(network: Network) -> None:
    assume(not network.cyclic and network.assignments())
    chronicle, _ = told(network.text())
    line = [act.id for act in chronicle.acts]
    for link in network.links:
        assert line.index(f"a{link.earlier}") < line.index(f"a{link.later}")


def _act(id: str, date: str, order: str = "") -> str:
    when = f"  date: {date}\n" if date else ""
    return f"- act: lapse\n  id: {id}\n{when}{order}  what: x\n  cite: carr-3 1\n"


def test_distances_that_contradict_each_other_in_wide_windows_are_reported() -> None:
    """Two days, then one, are not five, however many years the dates leave open."""
    wide = "[1900-01-01..1999-12-31]"
    _, problems = told(
        _act("a", wide)
        + _act("b", wide, "  after: a + 2 days\n")
        + _act("c", wide, "  after: [a + 5 days, b + 1 day]\n")
    )
    assert problems
    assert all("mend" in problem.mend for problem in problems)


def test_a_date_against_an_order_is_told_where_the_order_stands() -> None:
    _, problems = told(_act("a", "1922-04-16") + _act("b", "1922-04-10", "  after: a\n"))
    assert places(problems) == ["a.yaml:9:10"]
    for word in ("“a”", "“b”", "1922-04-16", "1922-04-10"):
        assert word in problems[0].message


def test_a_circle_of_orders_is_told_of_every_act_in_it_and_of_no_other() -> None:
    _, problems = told(
        _act("a", "1922", "  after: c\n")
        + _act("b", "1922", "  after: a\n")
        + _act("c", "1922", "  after: b\n")
        + _act("d", "1922", "  after: c\n")
    )
    assert sorted(places(problems)) == ["a.yaml:13:3", "a.yaml:1:3", "a.yaml:7:3"]


@pytest.mark.parametrize(
    ("order", "mend"), [("  after: rapalo\n", "“rapallo”"), ("  after: b\n", "")]
)
def test_an_order_to_no_other_act_is_told_with_the_nearest(order: str, mend: str) -> None:
    _, problems = told(_act("rapallo", "1922-04-16") + _act("b", "1922-04-20", order))
    assert places(problems) == ["a.yaml:9:10"]
    assert mend in problems[0].mend


def test_an_act_without_a_date_takes_it_from_its_order() -> None:
    chronicle, problems = told(
        _act("talks", "", "  before: rapallo - 2 days\n") + _act("rapallo", "1922-04-16")
    )
    assert problems == []
    when = chronicle.acts[0].when
    assert when.earliest == when.latest == day_from_gregorian(1922, 4, 14)


def test_a_ring_of_orders_is_told_with_the_acts_that_make_it() -> None:
    _, problems = told(
        _act("a", "1922-04-16", "  after: c\n")
        + _act("b", "1922-04-16", "  after: a\n")
        + _act("c", "1922-04-16", "  after: b\n")
    )
    assert len(problems) == 3
    assert "“a” before “b”, “b” before “c”, “c” before “a”" in problems[0].message


def test_acts_of_one_day_stand_as_they_are_written() -> None:
    written = [f"a{n}" for n in (3, 1, 4, 0, 5)]
    chronicle, _ = told("".join(_act(id, "1922-04-16") for id in written))
    assert [act.id for act in chronicle.acts] == written


POOL = [
    f"- act: {kind}\n  date: {date}\n  by: {by}\n  to: germany\n  subject: peace\n  what: x\n"
    "  cite: carr-3 1\n"
    for kind in ("inform", "request")
    for date in ("1922-04-16", "1922-05", "[1922-06..1922-07]", "1917-11-26 OS", "1921~")
    for by in ("rsfsr", "[cicerin, rsfsr]")
]


@given(st.permutations(POOL), st.integers(1, len(POOL)))
@settings(deadline=None, max_examples=30)
def test_an_act_keeps_its_id_whatever_stands_beside_it(pool: list[str], count: int) -> None:
    alone = {told(entry)[0].acts[0].id for entry in pool[:count]}
    together, problems = told("".join(pool[:count]))
    assert problems == []
    assert {act.id for act in together.acts} == alone
    assert len(alone) == count


def test_an_id_that_is_stated_stands() -> None:
    chronicle, _ = told(SIGN + "  id: Rapallo\n", registers=REGISTERS)
    assert [act.id for act in chronicle.acts] == ["Rapallo"]
