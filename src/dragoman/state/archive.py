"""The archive of a world: its acts, registers, law and intervals, looked up by id and name.

Questions (`world`, `view`, `proof`, `dossier`) are asked of it; it knows none of them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dragoman.chronicle.acts import Citation
from dragoman.chronicle.catalogue import CHANNELS, Catalogue, entity_catalogue
from dragoman.chronicle.names import fold
from dragoman.chronicle.registers import Entity, Provision, Registers
from dragoman.law.tree import Fluent
from dragoman.problem import DragomanError, NotFound, Problem, Spot, nearest
from dragoman.state.answers import ActRow, IntervalRow, Table
from dragoman.state.facts import Fact, read_fact
from dragoman.state.intervals import Interval, fluent_of, iso_day, sentence, stretch
from dragoman.state.source import Source
from dragoman.state.store import Store
from dragoman.when import DateError, Day, When, day_text, understand

if TYPE_CHECKING:
    from dragoman.law.book import LawBook

_ACT_COLUMNS = (
    "n, id, kind, channel, date, what, place, secret, certainty, roles, cites, according_to, "
    "note, spot"
)
_ACTS_SHOWN = ("date", "kind", "told", "cites", "id")


class Archive:
    """What a world holds. `warning` says what hindered keeping its state, if anything did."""

    def __init__(self, source: Source, store: Store, warning: str = "") -> None:
        self.source, self.store, self.warning = source, store, warning

    @property
    def title(self) -> str:
        """The title that world.toml gives."""
        return self.store.meta["title"]

    def beyond(self, day: int) -> str:
        """A warning where a day lies outside the time of which the chronicle tells, or nothing."""
        first, last = self.source.settings.told
        if first <= day <= last:
            return ""
        told = f"{iso_day(first) or '…'} to {iso_day(last) or '…'}"
        return (
            f"The chronicle tells of {told} only; nothing is known of this day but what was left."
        )

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
        return Registers((_entity(row) for row in rows), entity_catalogue())

    @cached_property
    def book(self) -> LawBook:
        """The laws that the world lives under."""
        return self.source.laws(self.catalogue)[0]

    @cached_property
    def lapses(self) -> frozenset[str]:
        """The keys of the rules by which something lapses."""
        return frozenset(rule.key for rule in self.book.rules if rule.lapse is not None)

    @cached_property
    def fluents(self) -> dict[str, Fluent]:
        """Every fluent of the law, with its parameters and sentence."""
        rows = self.store.rows("SELECT * FROM fluent")
        return {row[0]: fluent_of(row) for row in rows}

    # --- acts ------------------------------------------------------------------------------

    def acts(
        self,
        kind: str | Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        about: str | Sequence[str] = (),
        place: str | None = None,
        channel: str | None = None,
        secret: bool | None = None,
        surely: bool = False,
    ) -> Table[ActRow]:
        """Acts of a kind, a time (both ends included), about someone or something, at a place.

        With several kinds an act is of any of them; with several names in `about`, it must name
        each. `secret` picks those that were kept from others, or those that were not. `surely`
        leaves out acts whose date allows a day outside the time. Raises NotFound or Ambiguous
        for names, DragomanError for dates.
        """
        where, given = ["true"], []
        kinds = [kind] if isinstance(kind, str) else list(kind)
        for name in kinds:
            if name not in self.catalogue.kinds:
                raise NotFound("kind of act", name, nearest(name, self.catalogue.kinds))
        if kinds:
            where.append(f"kind IN ({', '.join('?' * len(kinds))})")
            given += kinds
        if since is not None:
            where.append("earliest >= ?" if surely else "coalesce(last, latest) >= ?")
            given.append(str(self.date(since).earliest))
        if until is not None:
            where.append("coalesce(last, latest) <= ?" if surely else "earliest <= ?")
            last = self.date(until)
            given.append(str(last.until[1] if last.until else last.latest))
            if since is not None and self.date(since).earliest > int(given[-1]):
                raise DragomanError(f"{until} is before {since}; change the two about")
        if secret is not None:
            where.append("secret = ?")
            given.append(str(secret).lower())
        if channel is not None:
            if channel not in CHANNELS:
                raise NotFound("channel", channel, CHANNELS)
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

    def acts_with(self, ids: Iterable[str]) -> list[ActRow]:
        """The acts with these ids, in order of time."""
        rows = self.store.rows(
            f"SELECT {_ACT_COLUMNS} FROM act WHERE id IN (SELECT unnest(?)) ORDER BY earliest, n",
            [list(ids)],
        )
        return [act_row(row) for row in rows]

    def act(self, id: str) -> ActRow:
        """The act with this id. Raises NotFound."""
        rows = self.store.rows(f"SELECT {_ACT_COLUMNS} FROM act WHERE id = ?", [id])
        if not rows:
            ids = [i for (i,) in self.store.rows("SELECT id FROM act")]
            raise NotFound("act", id, nearest(id, ids))
        return act_row(rows[0])

    # --- names, dates, sentences -----------------------------------------------------------

    def fluent(self, name: str) -> Fluent:
        """A fluent by name. Raises NotFound with the nearest ones."""
        folded = name.strip().replace("-", "_").replace(" ", "_")
        if folded not in self.fluents:
            raise NotFound("fluent", name, nearest(folded, self.fluents) or sorted(self.fluents))
        return self.fluents[folded]

    def fact(self, text: str) -> Fact:
        """Read a fact as people write it. Raises DragomanError, NotFound or Ambiguous."""
        return read_fact(text, self.fluents, self.registers)

    def date(self, text: str) -> When:
        """A date as people write it. Raises DragomanError with a mend."""
        try:
            return understand(text, self.source.settings.tolerance)
        except DateError as error:
            mend = f" {error.mend[:1].upper()}{error.mend[1:]}." if error.mend else ""
            raise DragomanError(f"“{text}” is no date: {error.message}.{mend}") from None

    def day(self, text: str | datetime.date) -> Day:
        """The day that a text or date names. Raises DragomanError where it names more than one."""
        when = self.date(str(text))
        if not when.exact:
            said = f"“{text}” is not one day but {day_text(when.earliest)} to"
            raise DragomanError(f"{said} {day_text(when.latest)}; name a day")
        return when.earliest

    def name(self, id: str) -> str:
        """The name of an entity, or the text itself."""
        entity = self.registers.get(id)
        return entity.name if entity else id

    def two(self, one: str, other: str) -> tuple[Entity, Entity]:
        """The two actors of these names. Raises NotFound or Ambiguous, DragomanError for one."""
        first, second = (self.registers.find(name, "actor") for name in (one, other))
        if first.id == second.id:
            raise DragomanError(f"“{one}” and “{other}” are one, {first.name}; ask --about it")
        return first, second

    def namesakes(self, id: str, name: str, most: int = 6) -> list[Entity]:
        """Other entries whose name contains the words by which one was asked for."""
        words = f" {fold(name)} "
        others = (e for e in self.registers.values() if e.id != id)
        found = [e for e in others if any(words in f" {fold(n)} " for n in (e.name, *e.also))]
        return sorted(found, key=lambda e: len(e.name))[:most]

    def says(self, fluent: str, args: Sequence[str], value: str) -> str:
        """A fact as a sentence."""
        return sentence(self.fluents[fluent], [self.name(a) for a in args], self.name(value))

    def interval(self, interval: Interval) -> IntervalRow:
        """An interval as a row."""
        fluent = self.fluents[interval.fluent]
        possible, certain = interval.possible, interval.certain
        return IntervalRow(
            says=self.says(interval.fluent, interval.args, interval.value),
            fluent=interval.fluent,
            args=dict(zip(fluent.types, interval.args, strict=True)),
            value=interval.value,
            since=interval.since,
            until=interval.until,
            possible_first=iso_day(possible[0][0] if possible else None),
            sure_first=iso_day(certain[0][0] if certain else None),
            sure_last=iso_day(certain[-1][1] if certain else None),
            possible_last=iso_day(possible[-1][1] if possible else None),
            possible=tuple(map(stretch, possible)),
            certain=tuple(map(stretch, certain)),
            began_by=interval.began_act,
            ended_by=interval.ended_act,
            rule=interval.began_by,
        )


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
        spot=spot_of(spot),
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
            Provision(topic, text, tuple(citation_of(c) for c in told))
            for topic, text, told in (json.loads(provisions) if provisions != "[]" else ())
        ),
        tuple(citation_of(c) for c in cites),
        note,
        spot_of(spot),
    )


def spot_of(text: str) -> Spot:
    """A spot from the text that the store keeps: `file:line:column`."""
    file, line, column = text.rsplit(":", 2)
    return Spot(file, int(line), int(column))


def citation_of(text: str) -> Citation:
    """A citation from the text that the store keeps: a work's id and the place in it."""
    work, _, locator = text.partition(" ")
    return Citation(work, locator)
