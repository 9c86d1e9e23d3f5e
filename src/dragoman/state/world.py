"""A world that can be asked: what stood, when, and why."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.problem import DragomanError, NotFound
from dragoman.state.answers import FindingRow, Hit, IntervalRow, Table
from dragoman.state.archive import Archive, spot_of
from dragoman.state.dossier import Dossier, dossier
from dragoman.state.facts import argument
from dragoman.state.grounds import Grounds, grounds
from dragoman.state.intervals import date_words, fits, intervals_of
from dragoman.state.proof import Proof
from dragoman.state.search import search
from dragoman.state.source import find_world, read_source
from dragoman.state.store import Progress, open_store
from dragoman.state.view import View
from dragoman.when import day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dragoman.chronicle.acts import Act
    from dragoman.state.branch import Branch
    from dragoman.state.dating import Dating
    from dragoman.state.difference import Change
    from dragoman.state.disputes import Dispute
    from dragoman.state.eyes import Eyes, Secret


def open_world(
    place: str | Path | None = None, progress: Progress | None = None, reading: str = ""
) -> World:
    """Open a world: the shipped one, or the one in the folder `place`.

    Its state is derived the first time and kept in the user's cache. `progress` is called with
    a few words at each stage of deriving; `reading` chooses a reading of its law. Raises
    BadWorld where there is no such folder or it is no world, NotFound where the law has no such
    reading; faults in a chronicle do not hinder (`check` tells).
    """
    source = replace(read_source(find_world(place)), reading=reading)
    store, warning = open_store(source, progress)
    return World(source, store, warning)


class World(Archive):
    """A chronicle, its registers and its law, and the state derived from them."""

    def __repr__(self) -> str:
        acts = self.store.rows("SELECT count(*) FROM act")[0][0]
        return f"World: {self.title} ({acts} acts)"

    def on(self, day: str | datetime.date, certain: bool | None = None) -> View:
        """What stood at the end of a day: `1922-04-17`, `17 April 1922`, or a date object.

        All that may have stood; with `certain`, what surely did; without (False), what is in doubt.

        Raises DragomanError where the text is no date or names more than one day.
        """
        return View(self, self.day(day), certain)

    def why(self, fact: str, on: str | datetime.date) -> Proof:
        """The proof that a fact stood on a day, or what was wanting.

        `fact` is a fluent with its arguments: `in_force(treaty-of-rapallo-1922)`, or
        `recognition(germany, "soviet russia") = de_jure`; names are forgiving.
        """
        return self.on(on).why(fact)

    def intervals(
        self, fluent: str, /, value: str | None = None, possible: bool = False, **args: str
    ) -> Table[IntervalRow]:
        """Every stretch over which a fluent held, with arguments given by parameter name.

        `world.intervals("recognition", whom="rsfsr")`. Each tells on which days it certainly, and
        on which it possibly held. If acts stood otherwise in time than the law takes them to have,
        there may be others: they come too if what is `possible` is asked for. Raises NotFound for
        an unknown fluent, parameter or name.
        """
        info = self.fluent(fluent)
        wanted = {}
        for name, text in args.items():
            param = name.replace("-", "_")
            if param not in info.types:
                raise NotFound(f"parameter of {info.name}", name, list(info.types))
            wanted[param] = argument(text, info.types[param], self.registers)
        spans = [
            s
            for s in intervals_of(self.store, [info.name])
            if s.days and (possible or s.derived) and fits(info, s, wanted)
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

    def made_by(self, rule: str) -> list[str]:
        """What a rule began or ended and a norm found, as sentences with dates and verdicts."""
        asked = "SELECT DISTINCT fluent FROM span WHERE began_by = ? OR ended_by = ?"
        names = [name for (name,) in self.store.rows(asked, [rule, rule])]
        spans = [s for s in intervals_of(self.store, names) if s.days and s.derived]
        told = []
        for s in sorted(spans, key=lambda s: s.began_latest):
            said = f"{self.says(s.fluent, s.args, s.value)}: "
            since = f"from {date_words(s.since)}" if s.since else "from the first"
            until = f" to {date_words(s.until)}" if s.until else ""
            if s.began_by == rule:
                told.append(f"{said}{since}{until}")
            elif s.ended_by == rule:
                told.append(f"{said}ended,{until.removeprefix(' to')}")
        found = [row for row in self.findings() if row.norm == rule]
        told += [
            f"{row.verdict}{', ' + row.hangs_on if row.hangs_on else ''}: "
            f"{row.what} ({date_words(row.date)})"
            for row in found
        ]
        return told

    @cached_property
    def told(self) -> Sequence[Act]:
        """The acts of the chronicle in their line, as they were read."""
        from dragoman.state.variant import acts_of

        return acts_of(self)

    @cached_property
    def opens_on(self) -> str:
        """The day (ISO) to show first: the one that world.toml names, else the last of its acts."""
        day = self.source.settings.opens_on
        if day is None:
            [(day,)] = self.store.rows("SELECT max(latest) FROM act WHERE earliest = latest")
        return day_text(day) if day is not None else "1900-01-01"

    @cached_property
    def variants(self) -> dict[object, World]:
        """This world with other acts, as `eyes` saw it of late; the last asked for is last."""
        return {}

    def read_as(self, reading: str) -> World:
        """The same world under another reading of its law. Raises NotFound."""
        return open_world(self.source.folder, reading=reading)

    def seen_by(self, viewer: str) -> Eyes:
        """The world through someone's eyes: without what was kept from him on the day asked for.

        Raises NotFound or Ambiguous.
        """
        return self.through(viewer)

    def through(
        self, viewer: str = "", according_to: Sequence[str] = (), excepting: Sequence[str] = ()
    ) -> Eyes:
        """The world through someone's eyes, and by some accounts.

        Of acts that are told on someone's word those count that are told `according_to` one of
        these, if any are named, and none that rest on the word of the excepted alone. Raises
        NotFound or Ambiguous.
        """
        from dragoman.state.eyes import Eyes

        return Eyes(self, viewer, according_to, excepting)

    def dating(self, act: str) -> Dating:
        """Why an act, named by its id, is dated as it is. Raises NotFound."""
        from dragoman.state.dating import dating

        return dating(self, act)

    def disputes(self, about: str | None = None) -> Table[Dispute]:
        """What is disputed: rival acts, on whose word each stands, what would follow from it."""
        from dragoman.state.disputes import disputes

        return disputes(self, about)

    def secrets(
        self, on: str | datetime.date, about: str | None = None, kept_from: str | None = None
    ) -> Table[Secret]:
        """What stood on a day that not all knew: who did, who did not, and until when it was kept.

        With `kept_from` only what that actor could not know. Raises NotFound or Ambiguous.
        """
        from dragoman.state.eyes import secrets

        return secrets(self, self.on(on), about, kept_from)

    def branch(self) -> Branch:
        """A world that might have been: this one, until acts are struck out or added."""
        from dragoman.state.branch import Branch

        return Branch(self)

    def diff(
        self, one: str | datetime.date, other: str | datetime.date, about: str | None = None
    ) -> Table[Change]:
        """What stands otherwise on the second day than on the first."""
        return self.on(one).difference(self.on(other), about)

    def show(self, name: str) -> Dossier:
        """Everything about an entity or an act: names, facts, provisions, steps, acts."""
        return dossier(self, name)

    def search(self, text: str, limit: int = 20) -> Table[Hit]:
        """Acts, provisions and register entries that contain the words of `text`."""
        return search(self.store, text, limit)

    def findings(self, verdict: str | None = None, about: str | None = None) -> Table[FindingRow]:
        """What the norms of the law say of acts, duties and expectations.

        All of it, or what has one `verdict` (see `dragoman.law.events.VERDICTS`), or what names
        someone or something in the values of the norm's variables or in the act.
        """
        rows = self.store.rows(
            """SELECT f.verdict, a.id, a.date, a.what, f.norm, r.because, f.bindings, a.note,
                   a.cites, a.spot, coalesce(t.id, ''), f.due, f.unless, f.provided
            FROM finding f JOIN moment m USING (seq) JOIN act a USING (n)
            LEFT JOIN moment w ON w.seq = f.answer LEFT JOIN act t ON t.n = w.n
            LEFT JOIN rule r ON r.key = f.norm ORDER BY f.seq, f.norm, f.bindings"""
        )
        found = [
            FindingRow(
                *(verdict, act, date, what, norm, because, json.loads(named), note),
                *(tuple(cites), spot_of(spot), answer, day_text(due) if due else ""),
                *(tuple(unless), tuple(provided)),
            )
            for verdict, act, date, what, norm, because, named, note, cites, spot, answer, due, (
                unless
            ), provided in rows
        ]
        if verdict is not None:
            found = [row for row in found if row.verdict == verdict]
        if about is not None:
            named = self.registers.find(about).id
            acts = {act.id for act in self.acts(about=named)}
            found = [r for r in found if named in r.bindings.values() or r.act in acts]
        shown = ("verdict", "date", "what", "because", "bindings", "hangs_on", "act")
        return Table(FindingRow, found, "Findings", shown)

    def grounds(self, *found: FindingRow) -> list[Grounds]:
        """What findings of this world rest on: what stood of what the norm asks, what lacked."""
        return grounds(self, found)
