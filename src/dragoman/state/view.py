"""A view: the state of a world on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dragoman.state.answers import ActRow, Standing, Table
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, intervals_on
from dragoman.state.proof import Proof, prove
from dragoman.when import day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.world import World

_SHOWN = ("says", "since", "until", "act", "cites")


class View:
    """What stood at the end of `day` (an ordinal, see `dragoman.when`)."""

    def __init__(self, world: World, day: int) -> None:
        self.world, self.day = world, day

    def __repr__(self) -> str:
        return f"View: {self.world.title} on {self.day_in_words}"

    @property
    def date(self) -> str:
        """The day as an ISO date."""
        return day_text(self.day)

    @property
    def day_in_words(self) -> str:
        """The day as people say it: 17 April 1922."""
        return in_words(read(self.date))

    def all(self) -> Table[Standing]:
        """Every fact that stood, or may have stood, on the day."""
        return self._table(intervals_on(self.world.store, self.day), f"On {self.day_in_words}")

    def about(self, name: str) -> Table[Standing]:
        """What stood that concerns someone or something, with its organs and servants."""
        entity = self.world.registers.find(name)
        spans = intervals_on(self.world.store, self.day)
        if self.world.registers.is_a(entity.id, "actor"):
            chosen = self._concerning(spans, [self._circle(entity.id)])
        else:
            chosen = [s for s in spans if entity.id in (*s.args, s.value)]
        return self._table(chosen, f"{entity.name} on {self.day_in_words}")

    def between(self, one: str, other: str) -> Table[Standing]:
        """What stood between two actors, their organs and servants included."""
        first = self.world.registers.find(one, "actor")
        second = self.world.registers.find(other, "actor")
        circles = [self._circle(first.id), self._circle(second.id)]
        chosen = self._concerning(intervals_on(self.world.store, self.day), circles)
        return self._table(chosen, f"{first.name} and {second.name} on {self.day_in_words}")

    def acts(self) -> Table[ActRow]:
        """The acts of the day."""
        return self.world.acts(since=self.date, until=self.date)

    def why(self, fact: str) -> Proof:
        """The proof that a fact stood on the day, or what was wanting."""
        return prove(self.world, self.world.fact(fact), self.day)

    # --- who and what belongs together -------------------------------------------------------

    def _circle(self, id: str) -> frozenset[str]:
        """The actor, every organ and servant of his, and the groups that he is a member of."""
        registers = self.world.registers
        circle = {i for i in registers if id in registers.parents(i)}
        circle |= {e.id for e in registers.values() if id in e.facts.get("members", ())}
        return frozenset(circle)

    def _concerning(self, spans: list[Interval], circles: list[frozenset[str]]) -> list[Interval]:
        """The spans that name every circle, or a thing that on this day ties them together.

        A thing (an instrument, a conference, an office) ties the circles if spans that name it
        name them all; then whatever is said of it alone, or of it and them, belongs here too.
        """
        everyone = frozenset().union(*circles)
        ties: dict[str, set[int]] = {}
        for span in spans:
            named = self._actors(span)
            touched = {n for n, circle in enumerate(circles) if named & circle}
            for thing in self._things(span):
                ties.setdefault(thing, set()).update(touched)
        linked = {thing for thing, touched in ties.items() if len(touched) == len(circles)}
        return [
            span
            for span in spans
            if all(self._actors(span) & circle for circle in circles)
            or (linked & set(self._things(span)) and self._actors(span) <= everyone)
        ]

    def _actors(self, span: Interval) -> set[str]:
        registers = self.world.registers
        return {a for a in (*span.args, span.value) if registers.is_a(a, "actor")}

    def _things(self, span: Interval) -> Iterator[str]:
        registers = self.world.registers
        for arg in (*span.args, span.value):
            if arg in registers and not registers.is_a(arg, "actor"):
                yield arg

    # --- rows ------------------------------------------------------------------------------

    def _table(self, spans: Iterable[Interval], title: str) -> Table[Standing]:
        laws = list(dict.fromkeys(f.law for f in self.world.fluents.values()))
        fluents = list(self.world.fluents)

        chosen = sorted(spans, key=lambda span: span.began_latest)
        # What is said of one thing stands together, where the first of it has its place in time.
        opened: dict[tuple[str, ...], int] = {}
        for n, span in enumerate(chosen):
            opened.setdefault(tuple(self._things(span)) or (f"{n}",), n)

        def place(item: tuple[int, Interval]) -> tuple[int, int, int, int]:
            n, span = item
            law = laws.index(self.world.fluents[span.fluent].law)
            return law, opened.get(tuple(self._things(span)), n), fluents.index(span.fluent), n

        chosen = [span for _, span in sorted(enumerate(chosen), key=place)]
        acts = {s.began_act for s in chosen}
        told = {
            id: (what, certainty, tuple(cites))
            for id, what, certainty, cites in self.world.store.rows(
                "SELECT id, what, certainty, cites FROM act WHERE id IN (SELECT unnest(?))",
                [sorted(acts)],
            )
        }
        return Table(Standing, (self._row(s, *told[s.began_act]) for s in chosen), title, _SHOWN)

    def _row(self, span: Interval, what: str, certainty: str, cites: tuple[str, ...]) -> Standing:
        info = self.world.fluents[span.fluent]
        return Standing(
            says=self.world.says(span.fluent, span.args, span.value),
            since=span.since,
            until=span.until,
            sure=span.surely_stands(self.day),
            secret=span.secret_on(self.day),
            certainty=certainty,
            fact=str(Fact(span.fluent, span.args, span.value)),
            fluent=span.fluent,
            args=span.args,
            value=span.value,
            law=info.law,
            rule=span.began_by,
            act=span.began_act,
            what=what,
            cites=cites,
        )
