"""A world that can be asked: what stood, when, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from dragoman.chronicle.acts import Citation
from dragoman.chronicle.catalogue import Catalogue
from dragoman.chronicle.registers import Entity, Provision, Registers
from dragoman.law.book import LawBook
from dragoman.law.tree import Fluent
from dragoman.problem import DragomanError, NotFound, Problem, Spot, nearest
from dragoman.state.answers import ActRow, FindingRow, Hit, IntervalRow, Table
from dragoman.state.dossier import Dossier, dossier
from dragoman.state.facts import Fact, argument, read_fact
from dragoman.state.intervals import Interval, fits, fluent_of, intervals_of, sentence
from dragoman.state.proof import Proof
from dragoman.state.search import search
from dragoman.state.source import Source, find_world, read_source
from dragoman.state.store import Progress, Store, open_store
from dragoman.state.view import View
from dragoman.when import BEGINNING, END_OF_TIME, DateError, When, day_text, understand

_ACT_COLUMNS = (
    "n, id, kind, channel, date, what, place, secret, certainty, roles, cites, according_to, "
    "note, spot"
)
_ACTS_SHOWN = ("date", "kind", "what", "id")


def open_world(place: str | Path | None = None, progress: Progress | None = None) -> World:
    """Open a world: the shipped one, or the one in the folder `place`.

    Its state is derived the first time and kept in the user's cache. `progress` is called with
    a few words at each stage of deriving. Raises NotFound where there is no such folder and
    BadWorld where the folder is no world; faults in a chronicle do not hinder (`check` tells).
    """
    source = read_source(find_world(place))
    store, warning = open_store(source, progress)
    return World(source, store, warning)


class World:
    """A chronicle, its registers and its law, and the state derived from them."""

    def __init__(self, source: Source, store: Store, warning: str = "") -> None:
        self.source, self.store, self.warning = source, store, warning

    def __repr__(self) -> str:
        acts = self.store.rows("SELECT count(*) FROM act")[0][0]
        return f"World: {self.title} ({acts} acts)"

    @property
    def title(self) -> str:
        """The title that world.toml gives."""
        return self.store.meta["title"]

    @property
    def problems(self) -> list[Problem]:
        """The faults of the world's files; empty in a sound world."""
        rows = self.store.rows("SELECT file, line, col, message, mend FROM problem")
        told = (Problem(Spot(file, *place), message, mend) for file, *place, message, mend in rows)
        return [self.source.told(problem) for problem in told]

    @cached_property
    def catalogue(self) -> Catalogue:
        """The kinds of act and classes of entity that the world may use."""
        return self.source.catalogue()[0]

    @cached_property
    def registers(self) -> Registers:
        """Every actor, person, place, instrument, document and work."""
        rows = self.store.rows('SELECT * FROM "entity"')
        return Registers((_entity(row) for row in rows), self.catalogue)

    @cached_property
    def book(self) -> LawBook:
        """The laws that the world lives under."""
        return self.source.laws(self.catalogue)[0]

    @cached_property
    def fluents(self) -> dict[str, Fluent]:
        """Every fluent of the law, with its parameters and sentence."""
        rows = self.store.rows("SELECT * FROM fluent")
        return {row[0]: fluent_of(row) for row in rows}

    # --- asking ----------------------------------------------------------------------------

    def on(self, day: str) -> View:
        """What stood at the end of a day, as people write it: `1922-04-17`, `17 April 1922`.

        Raises DragomanError where the text is no date or names more than one day.
        """
        when = self.date(day)
        if not when.exact:
            said = (
                f"“{day}” is not one day but {day_text(when.earliest)} to {day_text(when.latest)}"
            )
            raise DragomanError(f"{said}; name a day")
        return View(self, when.earliest)

    def why(self, fact: str, on: str) -> Proof:
        """The proof that a fact stood on a day, or what was wanting.

        `fact` is a fluent with its arguments: `in_force(treaty-of-rapallo-1922)`, or
        `recognition(germany, "soviet russia") = de_jure`; names are forgiving.
        """
        return self.on(on).why(fact)

    def fact(self, text: str) -> Fact:
        """Read a fact as people write it. Raises DragomanError, NotFound or Ambiguous."""
        return read_fact(text, self.fluents, self.registers)

    def intervals(
        self, fluent: str, /, value: str | None = None, **args: str
    ) -> Table[IntervalRow]:
        """Every stretch over which a fluent held, with arguments given by parameter name.

        `world.intervals("recognition", whom="rsfsr")`. Raises NotFound for an unknown fluent,
        parameter or name.
        """
        info = self.fluent(fluent)
        wanted = {}
        for name, text in args.items():
            param = name.replace("-", "_")
            if param not in info.types:
                raise NotFound(f"parameter of {info.name}", name, list(info.types))
            wanted[param] = argument(text, info.types[param], self.registers)
        spans = [
            s for s in intervals_of(self.store, [info.name]) if s.days and fits(info, s, wanted)
        ]
        if value is not None:
            if info.value is None:
                raise DragomanError(f"{info.name} has no value: it holds or does not")
            if info.choices and value not in info.choices:
                raise NotFound(f"value of {info.name}", value, info.choices)
            wanted_value = argument(value, info.value, self.registers)
            spans = [s for s in spans if s.value == wanted_value]
        spans.sort(key=lambda s: (s.began_latest, s.args))
        title = f"Intervals of {info.name}"
        shown = ("says", "since", "until", "began_by")
        return Table(IntervalRow, (self.interval(s) for s in spans), title, shown)

    def acts(
        self,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        about: str | Sequence[str] = (),
        place: str | None = None,
        channel: str | None = None,
    ) -> Table[ActRow]:
        """Acts of a kind, a time (both ends included), about someone or something, at a place.

        With several names in `about`, an act must name each. Raises NotFound or Ambiguous for
        names, DragomanError for dates.
        """
        where, given = ["true"], []
        if kind is not None:
            if kind not in self.catalogue.kinds:
                raise NotFound("kind of act", kind, nearest(kind, self.catalogue.kinds))
            where.append("kind = ?")
            given.append(kind)
        if since is not None:
            where.append("coalesce(last, latest) >= ?")
            given.append(str(self.date(since).earliest))
        if until is not None:
            where.append("earliest <= ?")
            last = self.date(until)
            given.append(str(last.until[1] if last.until else last.latest))
            if since is not None and self.date(since).earliest > int(given[-1]):
                raise DragomanError(f"{until} is before {since}; change the two about")
        if channel is not None:
            where.append("channel = ?")
            given.append(channel)
        names = [about] if isinstance(about, str) else list(about)
        if place is not None:
            names.append(self.registers.find(place, "place").id)
        for name in names:
            where.append("n IN (SELECT n FROM named WHERE value = ?)")
            given.append(self.registers.find(name).id)
        condition = " AND ".join(where)
        rows = self.store.rows(
            f"SELECT {_ACT_COLUMNS} FROM act WHERE {condition} ORDER BY earliest, n", given
        )
        return Table(ActRow, (act_row(row) for row in rows), "Acts", _ACTS_SHOWN)

    def act(self, id: str) -> ActRow:
        """The act with this id. Raises NotFound."""
        rows = self.store.rows(f"SELECT {_ACT_COLUMNS} FROM act WHERE id = ?", [id])
        if not rows:
            ids = [i for (i,) in self.store.rows("SELECT id FROM act")]
            raise NotFound("act", id, nearest(id, ids))
        return act_row(rows[0])

    def show(self, name: str) -> Dossier:
        """Everything about an entity or an act: names, facts, provisions, steps, acts."""
        return dossier(self, name)

    def search(self, text: str, limit: int = 20) -> Table[Hit]:
        """Acts, provisions and register entries that contain the words of `text`."""
        return search(self.store, text, limit)

    def findings(self) -> Table[FindingRow]:
        """Every act that the law finds irregular, with the norm that says so."""
        rows = self.store.rows(
            """SELECT a.id, a.date, a.what, f.norm, r.because, f.bindings, a.note, a.cites, a.spot
            FROM finding f JOIN moment m USING (seq) JOIN act a USING (n)
            LEFT JOIN rule r ON r.key = f.norm ORDER BY f.seq, f.norm"""
        )
        found = []
        for act, date, what, norm, because, named, note, cites, spot in rows:
            bindings, told, place = json.loads(named), tuple(cites), _spot(spot)
            row = FindingRow(
                "irregular", act, date, what, norm, because, bindings, note, told, place
            )
            found.append(row)
        return Table(FindingRow, found, "Findings", ("verdict", "date", "what", "because", "act"))

    # --- names, dates, rows ----------------------------------------------------------------

    def fluent(self, name: str) -> Fluent:
        """A fluent by name. Raises NotFound with the nearest ones."""
        folded = name.strip().replace("-", "_").replace(" ", "_")
        if folded not in self.fluents:
            raise NotFound("fluent", name, nearest(folded, self.fluents) or sorted(self.fluents))
        return self.fluents[folded]

    def date(self, text: str) -> When:
        """A date as people write it. Raises DragomanError with a mend."""
        try:
            return understand(text, self.source.settings.tolerance)
        except DateError as error:
            mend = f" {error.mend[:1].upper()}{error.mend[1:]}." if error.mend else ""
            raise DragomanError(f"“{text}” is no date: {error.message}.{mend}") from None

    def name(self, id: str) -> str:
        """The name of an entity, or the text itself."""
        entity = self.registers.get(id)
        return entity.name if entity else id

    def says(self, fluent: str, args: Sequence[str], value: str) -> str:
        """A fact as a sentence."""
        return sentence(self.fluents[fluent], [self.name(a) for a in args], self.name(value))

    def interval(self, interval: Interval) -> IntervalRow:
        """An interval as a row."""
        fluent = self.fluents[interval.fluent]
        sure_first, sure_last = interval.sure_days
        return IntervalRow(
            says=self.says(interval.fluent, interval.args, interval.value),
            fluent=interval.fluent,
            args=dict(zip(fluent.types, interval.args, strict=True)),
            value=interval.value,
            since=interval.since,
            until=interval.until,
            possible_first=_day(interval.began_earliest),
            sure_first=_day(sure_first),
            sure_last=_day(sure_last),
            possible_last=_day(interval.ended_latest, before=1),
            began_by=interval.began_act,
            ended_by=interval.ended_act,
            rule=interval.began_by,
        )


def _day(day: int | None, before: int = 0) -> str:
    """A day as an ISO date; the ends of time and None as an empty text."""
    if day is None or day <= BEGINNING or day >= END_OF_TIME:
        return ""
    return day_text(day - before)


def act_row(row: Sequence[Any]) -> ActRow:
    """An act as a row, from the columns of the store."""
    (_, id, kind, channel, date, what, place, secret, certainty, roles, cites, told, note, spot) = (
        row
    )
    return ActRow(
        date=date,
        kind=kind,
        what=what,
        place=place,
        secret=secret,
        certainty=certainty,
        id=id,
        channel=channel,
        roles={k: tuple(v) for k, v in json.loads(roles).items()},
        cites=tuple(cites),
        according_to=tuple(told),
        note=note,
        spot=_spot(spot),
    )


def _entity(row: Sequence[Any]) -> Entity:
    id, of_class, name, also, facts, provisions, cites, note, spot = row
    kept: Mapping[str, list[str]] = json.loads(facts)
    return Entity(
        id,
        of_class,
        name,
        tuple(also),
        {k: tuple(v) for k, v in kept.items()},
        tuple(
            Provision(topic, text, tuple(_citation(c) for c in told))
            for topic, text, told in json.loads(provisions)
        ),
        tuple(_citation(c) for c in cites),
        note,
        _spot(spot),
    )


def _spot(text: str) -> Spot:
    file, line, column = text.rsplit(":", 2)
    return Spot(file, int(line), int(column))


def _citation(text: str) -> Citation:
    work, _, locator = text.partition(" ")
    return Citation(work, locator)
