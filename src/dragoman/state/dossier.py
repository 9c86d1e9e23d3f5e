"""A dossier: all that a world tells of one entity or one act."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dragoman.chronicle.names import fold
from dragoman.chronicle.registers import Entity, Provision
from dragoman.problem import Ambiguous, NotFound, nearest
from dragoman.state.answers import ActRow, Figure, IntervalRow, Table
from dragoman.state.archive import Archive
from dragoman.state.intervals import Interval, intervals_naming, intervals_of

_SHOWN = ("date", "kind", "told", "cites", "id")
_COUNTED = ("period", "value", "unit", "claimed_by", "cites", "act")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is told of `id`.

    For an entity: its `facts`, the entries that are part of it (`parts`: the organs, offices and
    servants of an actor, the places in a place), `provisions`, what stood of it and of its
    offices (`intervals`), the `figures` of a series, the `steps` in which an instrument was made
    and unmade (or the acts that name another entity in a role), and the other acts that `mention`
    it. For an act: what it began and ended, as `intervals`.
    """

    id: str
    name: str
    sort: str
    also: tuple[str, ...]
    facts: dict[str, str]
    parts: tuple[Entity, ...]
    provisions: tuple[Provision, ...]
    intervals: Table[IntervalRow]
    figures: Table[Figure]
    steps: Table[ActRow]
    mentions: Table[ActRow]
    note: str
    cites: tuple[str, ...]

    def dict(self) -> dict[str, Any]:
        """The dossier as plain values, for JSON."""
        provisions = [
            {"topic": p.topic, "text": p.text, "cites": [str(c) for c in p.cites]}
            for p in self.provisions
        ]
        return {
            **{name: getattr(self, name) for name in ("id", "name", "sort", "also", "facts")},
            "parts": {e.id: e.name for e in self.parts},
            "provisions": provisions,
            "intervals": self.intervals.dicts(),
            "figures": self.figures.dicts(),
            "steps": self.steps.dicts(),
            "mentions": self.mentions.dicts(),
            "note": self.note,
            "cites": self.cites,
        }


def dossier(archive: Archive, name: str) -> Dossier:
    """The dossier of what `name` means: an entity (id, name or alias) or an act's id.

    Raises NotFound or Ambiguous.
    """
    if name not in archive.registers:
        acts = [i for (i,) in archive.store.rows("SELECT id FROM act WHERE id = ?", [name])]
        if acts:
            return _of_act(archive, archive.act(name))
    try:
        entity = archive.registers.find(name)
    except Ambiguous:
        raise
    except NotFound as error:
        ids = [i for (i,) in archive.store.rows("SELECT id FROM act")]
        raise NotFound("entity or act", name, [*error.nearest, *nearest(name, ids)][:5]) from None
    return _of_entity(archive, entity)


def _of_entity(archive: Archive, entity: Entity) -> Dossier:
    naming = archive.acts(about=entity.id)
    roles = ("instrument",) if entity.of_class == "instrument" else ()
    steps = [a for a in naming if not roles or any(entity.id in a.roles.get(r, ()) for r in roles)]
    figures = _figures(archive, steps) if entity.of_class == "series" else []
    others = {a.id for a in naming} | set(_speaking_of(archive, entity))
    mentions = archive.acts_with(others - {a.id for a in steps})
    parts = tuple(_parts(archive, entity))
    offices = [part.id for part in parts if part.of_class == "office"]
    intervals = intervals_naming(archive.store, (entity.id, *offices))
    counted = {figure.act for figure in figures}
    steps = [act for act in steps if act.id not in counted]
    return Dossier(
        id=entity.id,
        name=entity.name,
        sort=entity.of_class,
        also=entity.also,
        facts={k: ", ".join(archive.name(v) for v in vs) for k, vs in entity.facts.items()},
        parts=parts,
        provisions=entity.provisions,
        intervals=_intervals(archive, intervals),
        figures=Table(Figure, figures, "Figures", _COUNTED),
        steps=Table(ActRow, steps, "Steps" if roles else "Acts", _SHOWN),
        mentions=Table(ActRow, mentions, "Also mentioned", _SHOWN),
        note=entity.note,
        cites=tuple(str(c) for c in entity.cites),
    )


def _parts(archive: Archive, entity: Entity) -> list[Entity]:
    """The entries that are organs, offices or servants `of` an actor, or places `in` a place."""
    within = (e for e in archive.registers.values() if entity.id in (e.fact("of"), e.fact("in")))
    return sorted(within, key=lambda e: (e.of_class, e.name))


def _figures(archive: Archive, acts: Iterable[ActRow]) -> list[Figure]:
    return [
        Figure(
            series=archive.name(act.roles["series"][0]),
            period=act.roles.get("period", (act.date,))[0],
            value=act.roles["value"][0],
            unit=act.roles.get("unit", ("",))[0],
            claimed_by=tuple(map(archive.name, act.roles.get("claimed-by", act.according_to))),
            certainty=act.certainty,
            act=act.id,
            cites=act.cites,
        )
        for act in acts
        if act.kind == "figure"
    ]


def _of_act(archive: Archive, act: ActRow) -> Dossier:
    intervals = [
        s
        for s in intervals_of(archive.store, list(archive.fluents))
        if act.id in (s.began_act, s.ended_act)
    ]
    facts = {role: ", ".join(archive.name(v) for v in values) for role, values in act.roles.items()}
    facts = {"date": act.date, **facts, "place": archive.name(act.place), "channel": act.channel}
    asked = "SELECT data, known_to, disclosed, orders, contradicts FROM act WHERE id = ?"
    [(data, known_to, disclosed, orders, rivals)] = archive.store.rows(asked, [act.id])
    for side, other, days in json.loads(orders):
        facts[side] = "; ".join(filter(None, (facts.get(side), _order(archive, other, days))))
    if act.secret:
        facts["secret"] = "yes"
        facts["known to"] = ", ".join(archive.name(k) for k in known_to)
        facts["disclosed"] = disclosed
    if act.certainty != "stated":
        facts["certainty"] = act.certainty
    if act.according_to:
        facts["according to"] = ", ".join(archive.name(w) for w in act.according_to)
    if rivals:
        facts["contradicts"] = ", ".join(rivals)
    facts |= {
        k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)
        for k, v in json.loads(data).items()
    }
    return Dossier(
        id=act.id,
        name=act.what,
        sort=archive.catalogue.kinds[act.kind].label,
        also=(),
        facts={k: v for k, v in facts.items() if v},
        parts=(),
        provisions=(),
        intervals=_intervals(archive, intervals),
        figures=Table(Figure, [], "Figures", _COUNTED),
        steps=Table(ActRow, [], "Steps", _SHOWN),
        mentions=Table(ActRow, [], "Also mentioned", _SHOWN),
        note=act.note,
        cites=act.cites,
    )


def _order(archive: Archive, act: str, days: int | None) -> str:
    """An act before or after which another stands, and by how many days if that is told."""
    apart = "" if days is None else f" ({days} day{'' if days == 1 else 's'})"
    return f"{act}{apart}"


def _intervals(archive: Archive, intervals: list[Interval]) -> Table[IntervalRow]:
    intervals = sorted((s for s in intervals if s.days), key=lambda s: (s.began_latest, s.fluent))
    shown = ("says", "since", "until", "began_by")
    return Table(IntervalRow, (archive.interval(s) for s in intervals), "What stood", shown)


def _speaking_of(archive: Archive, entity: Entity) -> Iterator[str]:
    """The ids of acts whose description speaks of the entity by one of its names."""
    own = {fold(n) for n in (entity.name, *entity.also) if len(n) > 4}
    names = [f" {name} " for name in own if archive.registers.bearing(name) == [entity.id]]
    for id, what in archive.store.rows("SELECT id, what FROM act"):
        if any(name in f" {fold(what)} " for name in names):
            yield id
