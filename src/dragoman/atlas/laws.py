"""The laws: the institutions of a world, their rules as written, and how much each made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dragoman.atlas.leanings import drawing
from dragoman.atlas.marking import Run, marked
from dragoman.atlas.page import Asked, Page, View
from dragoman.law.explain import Explainer
from dragoman.law.graph import Node, nodes_of
from dragoman.law.tree import Clause, Fluent, Law, Norm, Pattern, Reading, Rule
from dragoman.problem import NotFound, nearest
from dragoman.state.facts import Fact
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, day_text

#: So many rules and norms of a law are shown, and so many examples of what each made.
MOST, EXAMPLES = 600, 4

#: Intervals that the law derived and that held at the end of some day.
_MADE = "(stop IS NULL OR stop > start) AND len(possible) > 0"


@dataclass(frozen=True, slots=True)
class Example:
    """A fact that a rule began, as a sentence and as `why` takes it; its date, and a day of it."""

    says: str
    fact: str
    date: str
    on: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding of a norm: the verdict, the act, its date and what was done."""

    verdict: str
    act: str
    date: str
    what: str


@dataclass(frozen=True, slots=True)
class Written:
    """A rule or norm as a page shows it.

    `runs` are its text as written; `began` and `ended` count intervals, `findings` what a norm
    found in all, of which `judged` are the first. `counts` if it belongs to the law as it is read;
    `under` says while what it counts at all.
    """

    key: str
    name: str
    sort: str
    says: str
    under: str
    because: str
    source: str
    runs: tuple[Run, ...]
    reading: str
    counts: bool
    began: int
    ended: int
    examples: tuple[Example, ...]
    findings: int
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A fluent: how it is written, its sentence in pieces, and the fluents that it leans on.

    A piece of the sentence is a text and whether it stands for a parameter; what is leant on is
    a name and its law.
    """

    name: str
    written: str
    says: tuple[tuple[str, bool], ...]
    leans: tuple[tuple[str, str], ...]
    acts: tuple[str, ...]


def laws(asked: Asked) -> Page:
    """The laws of the world, with how much each holds and made."""
    world = asked.world
    made = _counted(world, f"SELECT began_by AS key FROM span WHERE {_MADE}")
    found = _counted(world, "SELECT norm AS key FROM finding")
    rows = [
        {
            "law": law.name,
            "title": law.title,
            "fluents": len(law.fluents),
            "rules": len(law.rules),
            "norms": len(law.norms),
            "intervals": made.get(law.name, 0),
            "findings": found.get(law.name, 0),
            "readings": [reading.name for reading in law.readings],
        }
        for law in world.book.laws
    ]
    return Page(
        title="The law",
        template="laws.html",
        shown={"laws": rows[:MOST], "more": len(rows[MOST:]), "reading": world.source.reading},
        rows=rows,
        columns=tuple(rows[0]) if rows else ("law",),
    )


def _counted(world: World, keys: str) -> dict[str, int]:
    """How many of the keys, given as `law.rule` by an SQL query, each law has."""
    asked = f"SELECT split_part(key, '.', 1), count(*) FROM ({keys}) GROUP BY 1"
    return dict(world.store.rows(asked))


def law(asked: Asked) -> Page:
    """One law, rule by rule. Raises NotFound."""
    world, name = asked.world, asked.words["name"]
    named = {one.name: one for one in world.book.laws}
    if name not in named:
        raise NotFound("law", name, nearest(name, named) or list(named)[:5])
    chosen = named[name]
    written = _written(world, chosen)
    nodes = nodes_of(world.book, [name])
    lawful = {fluent.name: fluent.law for fluent in world.book.fluents.values()}
    return Page(
        title=chosen.title,
        template="law.html",
        shown={
            "law": chosen,
            "declared": _declared(world, chosen, nodes),
            "drawing": drawing(nodes, lawful),
            "readings": _readings(chosen),
            "reading": world.source.reading,
            "rules": [one for one in written if one.sort == "rule"],
            "norms": [one for one in written if one.sort == "norm"],
            "more": max(len(chosen.rules) + len(chosen.norms) - MOST, 0),
        },
        rows=[_row(one) for one in written],
        columns=(
            *("rule", "sort", "says", "under", "because", "source", "reading", "text"),
            *("began", "ended", "findings"),
        ),
    )


def _row(one: Written) -> dict[str, Any]:
    said = ("sort", "says", "under", "because", "source", "reading")
    counted = ("began", "ended", "findings")
    text = "".join(run.text for run in one.runs)
    return {"rule": one.key, **{name: getattr(one, name) for name in said + counted}, "text": text}


def _readings(law: Law) -> list[tuple[Reading, list[Clause]]]:
    """The readings of a law, each with the rules and norms that belong to it."""
    clauses = (*law.rules, *law.norms)
    return [(one, [c for c in clauses if c.reading == one.name][:MOST]) for one in law.readings]


def _declared(world: World, law: Law, nodes: Iterable[Node]) -> list[Declared]:
    """The fluents of a law."""
    fluents = world.book.fluents
    known = {node.fluent: node for node in nodes}
    declared = []
    for fluent in law.fluents[:MOST]:
        node = known.get(fluent.name)
        leans = [other for other in (node.leans if node else ()) if other != fluent.name]
        declared.append(
            Declared(
                fluent.name,
                _heading(fluent),
                tuple(_sentence(fluent)),
                tuple((other, fluents[other].law) for other in leans),
                tuple(_kind(world, act) for act in (node.acts if node else ())),
            )
        )
    return declared


def _kind(world: World, name: str) -> str:
    kind = world.catalogue.kinds.get(name)
    return kind.label if kind else name


def _heading(fluent: Fluent) -> str:
    """A fluent as it is written, with its parameters and value."""
    params = ", ".join(f"{p}: {t}" if p != t else p for p, t in fluent.types.items())
    value = f" = {' | '.join(fluent.choices) or fluent.value}" if fluent.value else ""
    more = "".join((" symmetric" * fluent.symmetric, " open" * fluent.open))
    return f"{fluent.name}({params}){value}{more}"


def _sentence(fluent: Fluent) -> Iterable[tuple[str, bool]]:
    """The sentence of a fluent in pieces, parameters set apart."""
    for part in fluent.gloss.split("{"):
        inside, shut, rest = part.partition("}")
        yield from ((inside, True), (rest, False)) if shut else ((part, False),)


def _written(world: World, law: Law) -> list[Written]:
    """The rules and norms of a law, in written order, with what they made."""
    explainer = Explainer(world.book.fluents, world.catalogue.kinds, world.name)
    read = {clause.key for clause in world.book.clauses()}
    made = _made(world, law)
    examples = _examples(world, law)
    found = _found(world, law)
    clauses: list[Rule | Norm] = [*law.rules, *law.norms]
    written = []
    for clause in sorted(clauses, key=lambda one: one.spot.line)[:MOST]:
        began, ended = made.get(clause.key, (0, 0))
        findings, judged = found.get(clause.key, (0, []))
        acts = isinstance(clause.trigger, Pattern)
        written.append(
            Written(
                key=clause.key,
                name=clause.name,
                sort="rule" if isinstance(clause, Rule) else "norm",
                says=_told(explainer.clause, replace(clause, reading="")),
                under=_told(lambda one: " and ".join(map(explainer.atom, one.under)), clause),
                because=clause.because,
                source=clause.source,
                runs=tuple(marked(clause.text, acts, world.book.fluents)),
                reading=clause.reading,
                counts=clause.key in read,
                began=began,
                ended=ended,
                examples=tuple(examples.get(clause.key, ())),
                findings=findings,
                judged=tuple(judged),
            )
        )
    return written


def _told(say: Callable[[Clause], str], clause: Clause) -> str:
    """What is said of a rule; nothing for one that the check would refuse."""
    try:
        return say(clause)
    except ValueError:
        return ""


def _made(world: World, law: Law) -> dict[str, tuple[int, int]]:
    """How many intervals each rule of a law began and ended."""
    rows = world.store.rows(
        f"""SELECT rule, sum(began), sum(ended) FROM (
            SELECT began_by AS rule, 1 AS began, 0 AS ended FROM span WHERE {_MADE}
            UNION ALL SELECT ended_by, 0, 1 FROM span WHERE {_MADE}
        ) WHERE starts_with(rule, ?) GROUP BY 1""",
        [f"{law.name}."],
    )
    return {rule: (int(began), int(ended)) for rule, began, ended in rows}


def _examples(world: World, law: Law) -> dict[str, list[Example]]:
    """The first facts that each rule of a law began."""
    rows = world.store.rows(
        f"""SELECT began_by, fluent, args, value, coalesce(m.date, ''), s.first
        FROM span s LEFT JOIN moment m ON m.seq = s.start
        WHERE starts_with(began_by, ?) AND {_MADE}
        QUALIFY row_number() OVER (PARTITION BY began_by ORDER BY s.start, s.rowid) <= ?
        ORDER BY s.start, s.rowid""",
        [f"{law.name}.", EXAMPLES],
    )
    examples: dict[str, list[Example]] = {}
    for rule, fluent, args, value, date, first in rows:
        if fluent not in world.fluents:
            continue
        on = day_text(first) if BEGINNING < first < END_OF_TIME else ""
        fact = str(Fact(fluent, tuple(args), value))
        example = Example(world.says(fluent, args, value), fact, date, on)
        examples.setdefault(rule, []).append(example)
    return examples


def _found(world: World, law: Law) -> dict[str, tuple[int, Sequence[Judged]]]:
    """How much each norm of a law found, and the first of it."""
    rows = world.store.rows(
        """SELECT f.norm, count(*) OVER (PARTITION BY f.norm), f.verdict, a.id, a.date, a.what
        FROM finding f JOIN moment m USING (seq) JOIN act a USING (n)
        WHERE starts_with(f.norm, ?)
        QUALIFY row_number() OVER (PARTITION BY f.norm ORDER BY f.seq, f.bindings) <= ?
        ORDER BY f.seq, f.bindings""",
        [f"{law.name}.", EXAMPLES],
    )
    found: dict[str, tuple[int, list[Judged]]] = {}
    for norm, count, *finding in rows:
        found.setdefault(norm, (count, []))[1].append(Judged(*finding))
    return {norm: (count, judged) for norm, (count, judged) in found.items()}


VIEWS: Mapping[str, View] = {"/law": laws, "/law/{name}": law}
