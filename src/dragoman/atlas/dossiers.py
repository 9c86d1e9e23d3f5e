"""Dossiers of actors, persons, instruments, bodies, documents, places and acts.

Each begins with what a reader looks for first of its class (`firsts`), then tells what else stood
of it (`over_time`), what entries name it, and its acts in order of time (`annals`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.atlas.acts import deed, roles_of
from dragoman.atlas.annals import AT_ONCE, annals, place_asked, speaking_of
from dragoman.atlas.ballots import ballots
from dragoman.atlas.firsts import first_headings, other_headings
from dragoman.atlas.ladder import ladder
from dragoman.atlas.over_time import A_PAGE, Heading, Section, Stretch, scale_for, sections
from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.registers import Entity, Provision
from dragoman.problem import Ambiguous, NotFound, nearest
from dragoman.state.answers import ActRow
from dragoman.state.intervals import stretch
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, gregorian_from_day

#: So many rows stand under a heading: of what is looked for first, and of what else stood.
_FIRST_ROWS, _OTHER_ROWS = 24, 8
#: At most so many provisions, so many entries of one sort, and so many figures.
_MOST_PROVISIONS = 200
_MOST_ENTRIES = 200
_MOST_FIGURES = 40
#: Classes of what has a date among entries.
_DATED = ("instrument", "document", "conference", "congress")
#: Classes of what can be kept secret as a whole: through eyes it is told of if an act of it is.
_MADE = ("instrument", "document", "conference")


#: How entries of a class stand to the one that they name under a key.
_STANDS: Mapping[str, str] = {
    "of": "of it",
    "by": "by it",
    "in": "in it",
    "country": "whose country it is",
    "parties": "to which it is party",
    "members": "to which it belongs",
    "place": "that met there",
    "under": "under it",
    "model": "made after it",
    "after": "that took its place",
    "concerns": "that disposes of it",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Entries of one class that name an entry under one key, those with dates by date.

    `stands` tells in words how they stand to it; each has the year (or none) of the first act that
    names it; `more` are not shown.
    """

    stands: str
    entries: tuple[tuple[str, str], ...]
    more: int


def show(asked: Asked) -> Page:
    """The dossier of what the path names: an entry or an act. Raises NotFound or Ambiguous."""
    name = asked.words["id"]
    world = asked.world
    if name not in world.registers:
        if world.store.rows("SELECT 1 FROM act WHERE id = ?", [name]):
            return _of_act(asked, name)
        if asked.look.partial and asked.whole.store.rows("SELECT 1 FROM act WHERE id = ?", [name]):
            return _unseen(name)
    try:
        return _of_entity(asked, world.registers.find(name))
    except Ambiguous as error:
        return _nothing(world, name, error.meanings, "can mean several things")
    except NotFound as error:
        found = nearest(name, (id for (id,) in world.store.rows("SELECT id FROM act")))
        return _nothing(world, name, [*error.nearest, *found], "names nothing in this world")


# --- entities ----------------------------------------------------------------------------


def _of_entity(asked: Asked, entity: Entity) -> Page:
    world, look = asked.world, asked.look
    day = look.number
    start = place_asked(asked.words.get("from", ""))
    naming = list(_naming(world, entity))
    offices = (one.id for key, one in naming if key == "of" and one.of_class == "office")
    ids = [entity.id, *offices]
    firsts = first_headings(world, entity.of_class)
    others = list(other_headings(world, firsts))
    wanted = asked.words.get("of", "")
    chosen = next((one for one in (*firsts, *others) if one.key == wanted), None)
    if chosen is not None:
        return _of_section(asked, entity, ids, chosen, start)
    most = {one.key: _FIRST_ROWS for one in firsts} | {one.key: _OTHER_ROWS for one in others}
    stood = sections(world, ids, (*firsts, *others), most, day)
    keys = {one.key for one in firsts}
    acts = annals(world, entity.id, start)
    speaking, spoken = speaking_of(world, entity)
    hidden = look.partial and not acts.total and entity.of_class in _MADE
    provisions = () if hidden else entity.provisions[:_MOST_PROVISIONS]
    shown = {
        "entity": entity,
        "classes": _class_words(world, entity),
        "facts": [] if hidden else _facts(world, entity),
        "hidden": hidden,
        "first": [one for one in stood if one.key in keys],
        "others": [one for one in stood if one.key not in keys],
        "scale": scale_for(world, stood),
        "day": day,
        "ladder": ladder(world, entity, day)
        if entity.of_class == "instrument" and not hidden
        else None,
        "ballots": [] if entity.of_class == "place" else ballots(world, entity.id, day),
        "provisions": _by_topic(provisions),
        "provisions_left": len(entity.provisions) - len(provisions),
        "named_by": _named_by(world, naming),
        "figures": _figures(world, entity) if entity.of_class == "series" else [],
        "counterparts": _counterparts(world, entity),
        "annals": acts,
        "speaking": speaking,
        "spoken": spoken,
        "at_once": AT_ONCE,
    }
    return Page(
        title=entity.name[:300],
        template="show.html",
        shown=shown,
        rows=list(_entity_rows(world, entity, provisions, stood, acts.acts)),
        columns=_COLUMNS,
        words=("from", "of"),
    )


def _of_section(
    asked: Asked, entity: Entity, ids: Sequence[str], heading: Heading, start: int
) -> Page:
    """All that stood under one heading, a page at a time."""
    found = sections(asked.world, ids, [heading], {heading.key: A_PAGE}, asked.look.number, start)
    section = found[0] if found else Section(heading.key, heading.title, (), start, 0)
    return Page(
        title=f"{entity.name[:300]}: {heading.title}",
        template="show_section.html",
        shown={
            "entity": entity,
            "section": section,
            "scale": scale_for(asked.world, found),
            "day": asked.look.number,
            "before": max(start - A_PAGE, 0) if start else None,
            "after": start + A_PAGE if section.more > 0 else None,
        },
        rows=[_stood_row(row) for row in section.rows],
        columns=_COLUMNS,
        words=("from", "of"),
    )


def _class_words(world: World, entity: Entity) -> str:
    """The class of an entry in words, with its type: `instrument, treaty`."""
    label = world.registers.catalogue.classes[entity.of_class].label
    kind = entity.fact("type")
    return f"{label}, {kind}" if kind else label


def _facts(world: World, entity: Entity) -> list[tuple[str, Sequence[str], int]]:
    """The facts of an entry by key, with the values that are shown and how many are not."""
    return [
        (key, values[:_MOST_PROVISIONS], max(len(values) - _MOST_PROVISIONS, 0))
        for key, values in entity.facts.items()
        if key != "type"
    ]


def _by_topic(provisions: Iterable[Provision]) -> list[tuple[str, list[Provision]]]:
    found: dict[str, list[Provision]] = {}
    for one in provisions:
        found.setdefault(one.topic, []).append(one)
    return list(found.items())


def _naming(world: World, entity: Entity) -> Iterator[tuple[str, Entity]]:
    """The entries that name an entry in their own facts, with the key."""
    asked = 'SELECT id FROM "entity" WHERE contains(facts, ?)'
    quoted = json.dumps(entity.id, ensure_ascii=False)
    for (id,) in world.store.rows(asked, [quoted]):
        for key, values in world.registers[id].facts.items():
            if entity.id in values:
                yield key, world.registers[id]


def _named_by(world: World, naming: Iterable[tuple[str, Entity]]) -> list[Named]:
    """The entries that name an entry, by key and class."""
    found: dict[tuple[str, str], list[Entity]] = {}
    for key, one in naming:
        found.setdefault((key, one.of_class), []).append(one)
    dated = [e.id for (_, kind), own in found.items() if kind in _DATED for e in own]
    years = dict(
        world.store.rows(
            """SELECT value, min(earliest) FROM named JOIN act USING (n)
            WHERE value IN (SELECT unnest(?)) AND earliest > ? GROUP BY value""",
            [dated, BEGINNING],
        )
    )

    def place(one: Entity) -> tuple[int, str]:
        return years.get(one.id, END_OF_TIME), one.name

    labels = world.registers.catalogue.classes
    return [
        Named(
            f"{labels[of_class].label} {_STANDS.get(key, f'({key}) that names it')}",
            tuple(
                (one.id, str(gregorian_from_day(years[one.id])[0]) if one.id in years else "")
                for one in sorted(entries, key=place)[:_MOST_ENTRIES]
            ),
            max(len(entries) - _MOST_ENTRIES, 0),
        )
        for (key, of_class), entries in sorted(found.items())
    ]


def _counterparts(world: World, entity: Entity) -> list[str]:
    """The powers that acts most often name together with a power."""
    if not world.registers.is_a(entity.id, "power") or entity.fact("members"):
        return []
    rows = world.store.rows(
        """SELECT b.value FROM named a JOIN named b USING (n) JOIN "entity" e ON e.id = b.value
        WHERE a.value = ? AND b.value != a.value AND e.class = 'power'
        AND NOT contains(e.facts, '"members"')
        GROUP BY 1 ORDER BY count(DISTINCT n) DESC, 1 LIMIT 5""",
        [entity.id],
    )
    return [id for (id,) in rows]


def _figures(world: World, entity: Entity) -> list[ActRow]:
    """The first figures of a series, in order of time."""
    rows = world.store.rows(
        """SELECT id FROM act WHERE kind = 'figure' AND n IN (
          SELECT n FROM named WHERE role = 'series' AND value = ?
        ) ORDER BY earliest, n LIMIT ?""",
        [entity.id, _MOST_FIGURES],
    )
    return world.acts_with(id for (id,) in rows)


# --- acts --------------------------------------------------------------------------------


def _of_act(asked: Asked, id: str) -> Page:
    found = deed(asked.world, id, asked.look.number)
    act = found.act
    rows: list[Mapping[str, Any]] = [
        {"part": "act", "since": act.date, "says": act.what, "id": act.id, "cites": act.cites},
        *({"part": role, "says": value} for role, v, _ in roles_of(act) for value in v),
        *(_stood_row(one) | {"part": "began"} for one in found.began),
        *(_stood_row(one) | {"part": "ended"} for one in found.ended),
        *(
            {"part": one.row.verdict, "says": one.row.because, "id": one.row.norm}
            for one in found.findings
        ),
    ]
    return Page(
        title=act.what.rstrip(".")[:300],
        template="show_act.html",
        shown={"deed": found, "act": act, "roles": roles_of(act)},
        rows=rows,
        columns=_COLUMNS,
    )


# --- nothing -----------------------------------------------------------------------------


def _unseen(name: str) -> Page:
    return Page(
        "That could not be known",
        "show_nothing.html",
        {
            "said": "So far as is told, this act was kept from those through whose eyes you look, "
            "or it is not in the accounts that you chose.",
            "meanings": [],
        },
        status=404,
    )


def _nothing(world: World, name: str, ids: Iterable[str], said: str) -> Page:
    """That a name means nothing here, or too much, with what may be meant."""
    meanings = []
    for id in dict.fromkeys(ids):
        entity = world.registers.get(id)
        if entity is not None:
            meanings.append((id, entity.name, _class_words(world, entity)))
        else:
            meanings.append((id, id, "act"))
    short = name if len(name) <= 80 else name[:79] + "…"
    shown = {"said": f"“{short}” {said}.", "meanings": meanings[:12]}
    return Page("Nothing bears just that name", "show_nothing.html", shown, status=404)


# --- data --------------------------------------------------------------------------------

_COLUMNS = ("part", "since", "until", "says", "possible", "certain", "id", "cites")


def _entity_rows(
    world: World,
    entity: Entity,
    provisions: Iterable[Provision],
    stood: Iterable[Section],
    acts: Iterable[ActRow],
) -> Iterator[Mapping[str, Any]]:
    """What a dossier shows, as data."""
    yield {
        "part": entity.of_class,
        "says": entity.name,
        "id": entity.id,
        "cites": tuple(map(str, entity.cites)),
    }
    for one in provisions:
        yield {
            "part": f"provision: {one.topic}",
            "says": one.text,
            "cites": tuple(map(str, one.cites)),
        }
    for section in stood:
        yield from (_stood_row(row) for row in section.rows)
    for act in acts:
        yield {"part": "act", "since": act.date, "says": act.what, "id": act.id, "cites": act.cites}


def _stood_row(row: Stretch) -> dict[str, Any]:
    return {
        "part": "stood",
        "since": row.since,
        "until": row.until,
        "says": row.says,
        "possible": tuple(map(stretch, row.possible)),
        "certain": tuple(map(stretch, row.certain)),
        "id": row.fact,
    }


VIEWS: Mapping[str, View] = {"/show/{id:path}": show}
