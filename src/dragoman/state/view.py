"""A view: the state of a world on one day."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from dragoman.state.answers import ActRow, Standing, Table
from dragoman.state.concerning import circle, concerning, things_of, ties
from dragoman.state.difference import Change, difference
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, first_intervals_on, intervals_on, within
from dragoman.state.proof import Proof, prove
from dragoman.when import day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.leave import Leave
    from dragoman.state.world import World

#: What, certainty and citations of what held before any act.
_AT_FIRST: tuple[str, str, tuple[str, ...]] = ("so it was at first", "stated", ())
_SHOWN = ("says", "since", "until", "act", "cites")


class View:
    """What stood at the end of `day` (an ordinal, see `dragoman.when`).

    All that may have stood; if `certain` is true, only what surely did, if it is false, only what
    is in doubt. `eyes` tells, in words, through whose eyes or by which accounts this is seen.
    """

    def __init__(
        self, archive: World, day: int, certain: bool | None = None, eyes: str = ""
    ) -> None:
        self.archive, self.day, self.certain, self.eyes = archive, day, certain, eyes

    def __repr__(self) -> str:
        return f"View: {self.archive.title} on {self.day_in_words}"

    @property
    def date(self) -> str:
        """The day as an ISO date."""
        return day_text(self.day)

    @property
    def day_in_words(self) -> str:
        """The day as people say it: 17 April 1922; and through whose eyes it is seen."""
        return in_words(read(self.date)) + (f", {self.eyes}" if self.eyes else "")

    def all(self) -> Table[Standing]:
        """Every fact that stood, or may have stood, on the day."""
        return self._table(intervals_on(self.archive.store, self.day), f"On {self.day_in_words}")

    def first(self, most: int, after: int = 0, law: str = "") -> Table[Standing]:
        """Of each law, or of one, at most so many facts of the day, after the first of them."""
        found = first_intervals_on(self.archive.store, self.day, most, after, law)
        return self._table(found, f"On {self.day_in_words}")

    def about(self, name: str) -> Table[Standing]:
        """What stood that concerns someone or something, with its organs and servants."""
        entity = self.archive.registers.find(name)
        intervals = intervals_on(self.archive.store, self.day)
        if self.archive.registers.is_a(entity.id, "actor"):
            chosen = self._concerning(intervals, [circle(self.archive.registers, entity.id)])
        else:
            chosen = [s for s in intervals if entity.id in (*s.args, s.value)]
        return self._table(chosen, f"{entity.name} on {self.day_in_words}")

    def between(self, one: str, other: str) -> Table[Standing]:
        """What stood between two actors, their organs and servants included."""
        first, second = self.archive.two(one, other)
        circles = [circle(self.archive.registers, actor.id) for actor in (first, second)]
        chosen = self._concerning(intervals_on(self.archive.store, self.day), circles)
        return self._table(chosen, f"{first.name} and {second.name} on {self.day_in_words}")

    def acts(self) -> Table[ActRow]:
        """The acts of the day."""
        return self.archive.acts(since=self.date, until=self.date)

    def why(self, fact: str) -> Proof:
        """The proof that a fact stood on the day, or what was wanting."""
        return prove(self.archive, self.archive.fact(fact), self.day)

    def difference(self, other: View, about: str | None = None) -> Table[Change]:
        """What changes from this view to another: of another day or world, or through other eyes.

        All of it, or what concerns someone or something.
        """
        title = f"{self.day_in_words} and {other.day_in_words}"
        if self.day == other.day and self.eyes == other.eyes:
            title = f"What would be otherwise on {other.day_in_words}"
        if about is not None:
            return difference(self.about(about), other.about(about), title)
        return difference(self.all(), other.all(), title)

    def may(self, act: str) -> Leave:
        """Whether an act may be done on the day, after all that was done on it, and what follows.

        `act` is written `ratify(by: sweden, instrument: swedish-soviet-trade-agreement-1922)`;
        names are forgiving. Raises NotFound, Ambiguous or DragomanError.
        """
        from dragoman.state.leave import leave

        return leave(self, act)

    def _concerning(
        self, intervals: list[Interval], circles: list[frozenset[str]]
    ) -> list[Interval]:
        """The intervals that concern every circle on this day."""
        registers = self.archive.registers
        found = concerning(registers, intervals, circles, ties(registers, intervals, circles))
        return [interval for interval, days in found if within(days, self.day)]

    # --- rows ------------------------------------------------------------------------------

    def _table(self, intervals: Iterable[Interval], title: str) -> Table[Standing]:
        named = dict.fromkeys(f.law for f in self.archive.fluents.values())
        laws = {law: n for n, law in enumerate(named)}
        fluents = {fluent: n for n, fluent in enumerate(self.archive.fluents)}
        if self.certain is not None:
            intervals = [s for s in intervals if self._surely(s) == self.certain]
        chosen = sorted(intervals, key=lambda i: (i.began_latest, fluents[i.fluent]))
        # What is said of one thing stands together, where the first of it has its place in time.
        registers = self.archive.registers
        things = [tuple(things_of(registers, interval)) for interval in chosen]
        opened: dict[tuple[str, ...], int] = {}
        for n, those in enumerate(things):
            opened.setdefault(those or (f"{n}",), n)

        def place(item: tuple[int, Interval]) -> tuple[int, int, int, int]:
            n, interval = item
            law = laws[self.archive.fluents[interval.fluent].law]
            return law, opened.get(things[n], n), fluents[interval.fluent], n

        chosen = [interval for _, interval in sorted(enumerate(chosen), key=place)]
        acts = {s.began_act for s in chosen}
        told = {
            id: (what, certainty, tuple(cites))
            for id, what, certainty, cites in self.archive.store.rows(
                "SELECT id, what, certainty, cites FROM act WHERE id IN (SELECT unnest(?))",
                [sorted(acts)],
            )
        }
        return Table(
            Standing,
            (self._row(s, *told.get(s.began_act, _AT_FIRST)) for s in chosen),
            title,
            _SHOWN,
        )

    def _row(
        self, interval: Interval, what: str, certainty: str, cites: tuple[str, ...]
    ) -> Standing:
        info = self.archive.fluents[interval.fluent]
        return Standing(
            says=self.archive.says(interval.fluent, interval.args, interval.value),
            since=interval.since,
            until=interval.until,
            sure=self._surely(interval),
            secret=interval.secret_on(self.day),
            certainty=certainty,
            fact=str(Fact(interval.fluent, interval.args, interval.value)),
            fluent=interval.fluent,
            args=interval.args,
            value=interval.value,
            law=info.law,
            rule=interval.began_by,
            act=interval.began_act,
            what=what,
            cites=cites,
            possibly=interval.doubtful(self.day),
        )

    def _surely(self, interval: Interval) -> bool:
        return interval.surely_stands(self.day) and not self._beyond

    @cached_property
    def _beyond(self) -> str:
        return self.archive.beyond(self.day)
