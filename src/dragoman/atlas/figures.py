"""Figures: the series that acts tell of, and each over time, claimants told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dragoman.atlas.page import Asked, Page, View
from dragoman.atlas.plotted import claimed, in_thousands, planes
from dragoman.state.answers import ActRow, Figure
from dragoman.state.world import World
from dragoman.when import read

#: So many series, and so many figures of one, are shown.
MOST_SERIES, MOST = 1_000, 1_000
#: A longer title is cut.
_TITLE = 160

_FIGURES = """
WITH figure AS (
    SELECT a.n, s.value AS series, v.value AS value, coalesce(u.value, '') AS unit,
        coalesce(p.value, a.date) AS period, a.according_to
    FROM act a JOIN named s ON s.n = a.n AND s.role = 'series'
    JOIN named v ON v.n = a.n AND v.role = 'value'
    LEFT JOIN named u ON u.n = a.n AND u.role = 'unit'
    LEFT JOIN named p ON p.n = a.n AND p.role = 'period'
    WHERE a.kind = 'figure'
)
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its id and name, how many figures in which units, from which year to which.

    `claimants` are names; `value` and `period` are those of its figure where there is one only.
    """

    id: str
    name: str
    count: int
    units: tuple[str, ...]
    first: str
    last: str
    claimants: tuple[str, ...]
    value: str
    period: str


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a series and the act that tells it."""

    figure: Figure
    value: str
    claimant: str
    act: ActRow


def series(asked: Asked) -> Page:
    """Every series of which the world tells figures."""
    world = asked.world
    found = _all(world)
    several = [one for one in found if one.count > 1]
    single = sorted((one for one in found if one.count == 1), key=lambda one: one.name)
    [(count,)] = world.store.rows(f"{_FIGURES} SELECT count(DISTINCT series) FROM figure")
    return Page(
        title="Figures",
        template="series.html",
        shown={"several": several, "single": single, "more": count - len(found)},
        rows=[asdict(one) for one in found],
        columns=("id", "name", "count", "units", "first", "last", "claimants", "value", "period"),
    )


def _all(world: World) -> list[Series]:
    """The series that have most figures first."""
    rows = world.store.rows(
        f"""{_FIGURES}
        SELECT series, count(*), list_sort(list(DISTINCT unit)),
            min(list_min(years)), max(list_max(years)), any_value(value), any_value(period)
        FROM (SELECT *, regexp_extract_all(period, '-?\\d{{4}}') AS years FROM figure)
        GROUP BY series ORDER BY count(*) DESC, series LIMIT {MOST_SERIES}"""
    )
    asked = f"""{_FIGURES}, claimed AS (
        SELECT series, c.value AS who
        FROM figure JOIN named c ON c.n = figure.n AND c.role = 'claimed-by'
        UNION ALL SELECT series, unnest(according_to) FROM figure
        WHERE n NOT IN (SELECT n FROM named WHERE role = 'claimed-by')
    ) SELECT series, list_sort(list(DISTINCT who)) FROM claimed GROUP BY series"""
    claimants = dict(world.store.rows(asked))
    return [
        Series(
            id=id,
            name=world.name(id),
            count=count,
            units=tuple(units),
            first=first or "",
            last=last or "",
            claimants=tuple(map(world.name, claimants.get(id, ()))),
            value=in_thousands(value) if count == 1 else "",
            period=period if count == 1 else "",
        )
        for id, count, units, first, last, value, period in rows
    ]


def figures(asked: Asked) -> Page:
    """One series over time, and as a table. Raises NotFound or Ambiguous."""
    world = asked.world
    entity = world.registers.find(asked.words["series"], "series")
    acts = world.acts("figure", about=entity.id)
    told = _told(world, acts.rows[:MOST])
    drawn = [plane for plane in planes(one.figure for one in told) if len(plane.marks) > 1]
    return Page(
        title=entity.name if len(entity.name) <= _TITLE else f"{entity.name[:_TITLE]}…",
        template="figures.html",
        shown={
            "series": entity,
            "planes": drawn,
            "told": told,
            "units": list(dict.fromkeys(one.figure.unit for one in told)),
            "more": max(len(acts) - MOST, 0),
        },
        rows=[asdict(one.figure) for one in told],
        columns=("series", "period", "value", "unit", "claimed_by", "certainty", "act", "cites"),
    )


def _told(world: World, acts: Sequence[ActRow]) -> list[Told]:
    """The figures that acts tell, in the order of their periods."""
    told = [
        Told(figure, in_thousands(figure.value), claimed(figure), act)
        for act, figure in zip(acts, _figures(world, acts), strict=True)
    ]
    return sorted(told, key=lambda one: read(one.figure.period).sort_key)


def _figures(world: World, acts: Iterable[ActRow]) -> Iterable[Figure]:
    for act in acts:
        roles: Mapping[str, tuple[Any, ...]] = act.roles
        yield Figure(
            series=world.name(roles["series"][0]),
            period=roles.get("period", (act.date,))[0],
            value=roles["value"][0],
            unit=roles.get("unit", ("",))[0],
            claimed_by=tuple(map(world.name, roles.get("claimed-by", act.according_to))),
            certainty=act.certainty,
            act=act.id,
            cites=act.cites,
        )


VIEWS: Mapping[str, View] = {"/figures": series, "/figures/{series:path}": figures}
