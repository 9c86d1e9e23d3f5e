"""A dossier: all that a world tells of one entity or one act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dragoman.chronicle.names import fold
from dragoman.chronicle.registers import Entity, Provision
from dragoman.problem import Ambiguous, NotFound, nearest
from dragoman.state.answers import ActRow, IntervalRow, Table
from dragoman.state.archive import Archive
from dragoman.state.intervals import Interval, intervals_naming, intervals_of

_SHOWN = ("date", "kind", "told", "cites", "id")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is told of `id`.

    For an entity: its `facts`, `provisions`, the `steps` in which an instrument was made and
    unmade (or the acts that name another entity in a role), what stood of it (`intervals`) and
    the other acts that `mention` it. For an act: what it began, as `intervals`.
    """

    id: str
    name: str
    sort: str
    also: tuple[str, ...]
    facts: dict[str, str]
    provisions: tuple[Provision, ...]
    steps: Table[ActRow]
    intervals: Table[IntervalRow]
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
            "provisions": provisions,
            "steps": self.steps.dicts(),
            "intervals": self.intervals.dicts(),
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
    others = {a.id for a in naming} | set(_speaking_of(archive, entity))
    mentions = archive.acts_with(others - {a.id for a in steps})
    intervals = intervals_naming(archive.store, entity.id)
    return Dossier(
        id=entity.id,
        name=entity.name,
        sort=entity.of_class,
        also=entity.also,
        facts={k: ", ".join(archive.name(v) for v in vs) for k, vs in entity.facts.items()},
        provisions=entity.provisions,
        steps=Table(ActRow, steps, "Steps" if roles else "Acts", _SHOWN),
        intervals=_intervals(archive, intervals),
        mentions=Table(ActRow, mentions, "Also mentioned", _SHOWN),
        note=entity.note,
        cites=tuple(str(c) for c in entity.cites),
    )


def _of_act(archive: Archive, act: ActRow) -> Dossier:
    intervals = [
        s
        for s in intervals_of(archive.store, list(archive.fluents))
        if act.id in (s.began_act, s.ended_act)
    ]
    facts = {role: ", ".join(archive.name(v) for v in values) for role, values in act.roles.items()}
    facts = {"date": act.date, **facts, "place": archive.name(act.place), "channel": act.channel}
    rows = archive.store.rows("SELECT data, known_to, disclosed FROM act WHERE id = ?", [act.id])
    data, known_to, disclosed = rows[0]
    if act.secret:
        facts["secret"] = "yes"
        facts["known to"] = ", ".join(archive.name(k) for k in known_to)
        facts["disclosed"] = disclosed
    if act.certainty != "stated":
        facts["certainty"] = act.certainty
    if act.according_to:
        facts["according to"] = ", ".join(archive.name(w) for w in act.according_to)
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
        provisions=(),
        steps=Table(ActRow, [], "Steps", _SHOWN),
        intervals=_intervals(archive, intervals),
        mentions=Table(ActRow, [], "Also mentioned", _SHOWN),
        note=act.note,
        cites=act.cites,
    )


def _intervals(archive: Archive, intervals: list[Interval]) -> Table[IntervalRow]:
    intervals = sorted((s for s in intervals if s.days), key=lambda s: (s.began_latest, s.fluent))
    shown = ("says", "since", "until", "began_by")
    return Table(IntervalRow, (archive.interval(s) for s in intervals), "What stood", shown)


def _speaking_of(archive: Archive, entity: Entity) -> Iterator[str]:
    """The ids of acts whose description speaks of the entity by one of its names."""
    names = {f" {fold(n)} " for n in (entity.name, *entity.also) if len(n) > 4}
    for id, what in archive.store.rows("SELECT id, what FROM act"):
        if any(name in f" {fold(what)} " for name in names):
            yield id
