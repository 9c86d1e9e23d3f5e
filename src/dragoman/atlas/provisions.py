"""Agreements against topics: a matrix of what instruments and documents provide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dragoman.atlas.annals import place_asked
from dragoman.atlas.page import Asked, Page, View
from dragoman.chronicle.registers import Entity
from dragoman.problem import NotFound, nearest
from dragoman.state.world import World
from dragoman.when import END_OF_TIME, DateError, read

#: At most so many texts (rows) and topics (columns) stand in the matrix at once, and so many
#: topics, powers and provisions are offered or told at all.
ROWS, COLUMNS = 120, 32
_MOST = 500

#: What the matrix can be of: the class, how it is called, and the kinds of act that date it.
_SORTS = {
    "agreements": (
        "instrument",
        ("sign", "contract", "grant_concession", "armistice", "make_peace", "relief"),
    ),
    "documents": ("document", ("adopt", "decree", "issue", "publish", "note", "declare", "write")),
}
#: A date (EDTF), and whether it is that of the making.
_Date = tuple[str, bool]

#: How the rows can be grouped.
_GROUPS = {"kind": "kind", "power": "power treated with", "none": "date alone"}


@dataclass(frozen=True, slots=True)
class Text:
    """An instrument or document as a row: its date (EDTF), its group, the cells in the columns.

    It is `made` if an act tells that it was; else the date is that of the first act that names it.
    A cell holds the number of its provisions on a topic; `total` is that of all it provides.
    """

    entity: Entity
    date: str
    made: bool
    group: str
    cells: tuple[int, ...]
    total: int


def matrix(asked: Asked) -> Page:
    """The matrix, for the powers and topics of the query."""
    world, words = asked.world, asked.words
    sort = _one_of(_SORTS, words.get("sort", ""))
    group = _one_of(_GROUPS, words.get("group", ""))
    start = place_asked(words.get("from", ""))
    of_class, kinds = _SORTS[sort]
    known = _seen(asked, [e for e in world.registers.values() if e.of_class == of_class])
    power = words.get("power", "")
    power = world.registers.find(power, "actor").id if power else ""
    held = Counter(p.topic for e in known for p in e.provisions)
    texts = Counter(topic for e in known for topic in {p.topic for p in e.provisions})
    topic = words.get("topic", "")
    if topic and topic not in held:
        raise NotFound("topic", topic[:80], nearest(topic, held))
    parties = Counter(id for e in known for id in _parties(e))
    rows = [
        entity
        for entity in known
        if (not power or _concerns(world, entity, power))
        and (not topic or any(p.topic == topic for p in entity.provisions))
    ]
    columns = _columns(rows, texts, topic)
    dates = _dates(world, [entity.id for entity in rows], kinds)
    home = power or next((id for id, _ in parties.most_common(1)), "")
    found = [_text(world, e, columns, dates, group, home) for e in rows]
    found.sort(key=lambda text: (_place(text.date), text.entity.id))
    found.sort(key=lambda text: _order(text.group))
    shown = found[start : start + ROWS]
    return Page(
        title="What agreements provide" if sort == "agreements" else "What documents provide",
        template="provisions.html",
        shown={
            "texts": shown,
            "columns": columns,
            "left_out": len({p.topic for e in rows for p in e.provisions} - set(columns)),
            "counts": Counter(p.topic for e in rows for p in e.provisions),
            "topics": [(name, held[name]) for name, _ in held.most_common(_MOST)],
            "powers": _named(world, [id for id, _ in parties.most_common(_MOST)]),
            "chosen": {"sort": sort, "group": group, "power": power, "topic": topic},
            "sorts": tuple(_SORTS),
            "groups": _GROUPS,
            "home": home,
            "total": len(found),
            "start": start,
            "before": max(start - ROWS, 0) if start else None,
            "after": start + ROWS if start + ROWS < len(found) else None,
        },
        rows=[
            {
                "instrument": text.entity.id,
                "name": text.entity.name,
                "date": text.date,
                "topic": p.topic,
                "text": p.text,
                "cites": tuple(map(str, p.cites)),
            }
            for text in shown
            for p in text.entity.provisions[:_MOST]
        ],
        columns=("instrument", "name", "date", "topic", "text", "cites"),
        words=("sort", "group", "power", "topic", "from"),
    )


def _one_of(choices: Iterable[str], wanted: str) -> str:
    """The choice that is wanted, else the first."""
    known = list(choices)
    return wanted if wanted in known else known[0]


def of_one(asked: Asked) -> Page:
    """What one instrument or document provides, on a topic or on all. Raises NotFound."""
    world = asked.world
    entity = world.registers.find(asked.words["id"])
    seen = bool(_seen(asked, [entity]))
    topic = asked.words.get("topic", "")
    own = entity.provisions if seen else ()
    topics = dict.fromkeys(p.topic for p in own)
    if topic and topic not in topics and seen:
        raise NotFound(f"topic in {entity.name[:100]}", topic[:80], nearest(topic, topics))
    told = [p for p in own if topic in ("", p.topic)][:_MOST]
    of_class = "documents" if entity.of_class == "document" else "agreements"
    kinds = _SORTS[of_class][1]
    title = f"{entity.name[:300]}: {topic.replace('-', ' ')}" if topic else entity.name[:300]
    return Page(
        title=title,
        template="provisions_of.html",
        shown={
            "entity": entity,
            "date": _dates(world, [entity.id], kinds).get(entity.id, ("", False)),
            "topic": topic,
            "told": told,
            "seen": seen,
            "others": [name for name in topics if name != topic] if topic else [],
            "sort": of_class,
        },
        rows=[{"topic": p.topic, "text": p.text, "cites": tuple(map(str, p.cites))} for p in told],
        columns=("topic", "text", "cites"),
        words=("topic",),
    )


def _seen(asked: Asked, texts: Sequence[Entity]) -> list[Entity]:
    """The texts that provide something; through eyes, those that an act that is seen names."""
    told = [entity for entity in texts if entity.provisions]
    if not asked.look.partial:
        return told
    rows = asked.world.store.rows(
        "SELECT DISTINCT value FROM named WHERE value IN (SELECT unnest(?))",
        [[entity.id for entity in told]],
    )
    named = {id for (id,) in rows}
    return [entity for entity in told if entity.id in named]


def _parties(entity: Entity) -> tuple[str, ...]:
    return (*entity.facts.get("parties", ()), *entity.facts.get("by", ()))


def _concerns(world: World, entity: Entity, power: str) -> bool:
    """Whether a text is one of a power, of its organs and servants, or of a group it is in."""
    for id in _parties(entity):
        members = world.registers[id].facts.get("members", ()) if id in world.registers else ()
        if power in members or power in world.registers.parents(id):
            return True
    return False


def _columns(rows: Sequence[Entity], texts: Mapping[str, int], topic: str) -> list[str]:
    """The topics of the rows that several texts have, those with most provisions first.

    The chosen topic stands first, however few have it.
    """
    counts = Counter(p.topic for entity in rows for p in entity.provisions)
    shared = [name for name, _ in counts.most_common() if texts[name] > 1 and name != topic]
    shared.sort(key=lambda name: name == "other")
    return ([topic] if topic else []) + shared[: COLUMNS - bool(topic)]


def _dates(world: World, ids: Sequence[str], kinds: Sequence[str]) -> dict[str, _Date]:
    """The date of each text: of the first act of the kinds that names it, or its own.

    Else it is that of the first act of any kind, by which the text was not made.
    """
    rows = world.store.rows(
        """SELECT value, kind IN (SELECT unnest(?)) AS made, arg_min(date, earliest)
        FROM named JOIN act USING (n) WHERE value IN (SELECT unnest(?))
        GROUP BY ALL ORDER BY made""",
        [list(kinds), list(ids)],
    )
    found = {value: (date, made) for value, made, date in rows}
    for id in ids:
        own = world.registers[id].fact("date")
        if own and not found.get(id, ("", False))[1]:
            found[id] = own, True
    return found


def _place(date: str) -> int:
    """Where a date stands in the order of time; what has none stands last."""
    try:
        return read(date).earliest if date else END_OF_TIME
    except DateError:
        return END_OF_TIME


def _text(
    world: World,
    entity: Entity,
    columns: Sequence[str],
    dates: Mapping[str, _Date],
    group: str,
    home: str,
) -> Text:
    counts = Counter(p.topic for p in entity.provisions)
    others = [id for id in _parties(entity) if id != home]
    with_home = len(others) < len(_parties(entity))
    if group == "kind":
        label = (entity.fact("type") or "other").replace("-", " ")
    elif group == "none":
        label = ""
    elif not with_home:
        label = "between others"
    else:
        label = world.name(others[0]) if len(others) == 1 else "several" if others else "it alone"
    cells = tuple(counts[topic] for topic in columns)
    return Text(entity, *dates.get(entity.id, ("", False)), label, cells, len(entity.provisions))


def _order(group: str) -> tuple[bool, str]:
    """Groups by name, those that gather what is left last."""
    return group in ("other", "several", "between others"), group


def _named(world: World, ids: Sequence[str]) -> list[tuple[str, str]]:
    return sorted(((id, world.name(id)) for id in ids), key=lambda one: one[1])


VIEWS: Mapping[str, View] = {"/provisions": matrix, "/provisions/{id:path}": of_one}
