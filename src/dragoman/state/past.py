"""What held at a past moment, read from the store: a state that conditions can be asked of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dragoman.law.events import AT_FIRST, Cause, Moment, Span, opening
from dragoman.law.solve import Binding, Known, value_of
from dragoman.law.tree import Atom
from dragoman.state.archive import Archive
from dragoman.state.intervals import Interval, intervals_at, intervals_of
from dragoman.when import Day, day_text


def line_until(archive: Archive, day: Day) -> Iterator[Span]:
    """The spans that the line of acts had told by the end of a day, those over by then too."""
    rows = archive.store.rows(
        """SELECT s.fluent, s.args, s.value, s.start, s.began_by, m.latest, m.lapses,
               s.stop, s.ended_by, o.latest, o.lapses
        FROM span s LEFT JOIN moment m ON m.seq = s.start LEFT JOIN moment o ON o.seq = s.stop
        WHERE s.start IS DISTINCT FROM s.stop AND (s.start < 0 OR m.latest <= ?)""",
        [day],
    )
    for fluent, args, value, start, began, since, lapsed, stop, ended, until, lapses in rows:
        end, cause = None, None
        if stop is not None and until <= day:
            end, cause = _moment(stop, until, lapses), Cause(stop, ended)
        begin = AT_FIRST if start < 0 else _moment(start, since, lapsed)
        yield Span(fluent, tuple(args), value, begin, Cause(start, began), end, cause)


def _moment(seq: int, day: Day, lapses: bool) -> Moment:
    """The moment that the law sees: what lapses does so when the day opens."""
    return opening(day) if lapses else opening(day) + seq + 1


class PastState(Known):
    """What held just after a moment, read from the store; a state in the sense of `solve`."""

    def __init__(self, archive: Archive, moment: int) -> None:
        self.archive, self.moment = archive, moment
        self._intervals: dict[str, list[Interval]] = {}

    @classmethod
    def on(cls, archive: Archive, day: int) -> PastState:
        """The state at the end of a day, as the acts stand in their line."""
        rows = archive.store.rows("SELECT max(seq) FROM moment WHERE latest <= ?", [day])
        return cls(archive, -1 if rows[0][0] is None else rows[0][0])

    def intervals(self, fluent: str) -> list[Interval]:
        """The intervals of a fluent that held at the moment."""
        if fluent not in self._intervals:
            self._intervals[fluent] = intervals_at(self.archive.store, fluent, self.moment)
        return self._intervals[fluent]

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """The instances that agree with the arguments and value."""
        for interval in self.intervals(fluent):
            if value is not None and interval.value != value:
                continue
            for turned in self.archive.fluents[fluent].orders(interval.args):
                if all(a is None or a == t for a, t in zip(args, turned, strict=True)):
                    yield turned, interval.value

    def silent(self, atom: Atom, binding: Binding) -> bool:
        """Whether the atom is an open fact that the chronicle never tells of by this moment."""
        if not self.archive.book.fluents[atom.fluent].open:
            return False
        args = [value_of(term, binding) for term in atom.args]
        told = intervals_of(self.archive.store, [atom.fluent])
        return not any(
            i.start <= self.moment
            and all(a is None or a == b for a, b in zip(args, t, strict=True))
            for i in told
            for t in self.archive.fluents[atom.fluent].orders(i.args)
        )

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key; `is` gives its classes."""
        return self.archive.registers.said_of(entity).get(key, ())

    def entities(self, key: str, value: str) -> list[str]:
        """The entities of which the registers say this under the key."""
        registers = self.archive.registers
        return [id for id in registers if value in registers.said_of(id).get(key, ())]

    @property
    def today(self) -> str:
        """The day of the moment after this one: that of the act that was judged."""
        rows = self.archive.store.rows("SELECT latest FROM moment WHERE seq = ?", [self.moment + 1])
        return day_text(rows[0][0]) if rows else ""

    def at_end_of(self, day: int) -> PastState:
        """The state at the end of a day that is past."""
        return PastState.on(self.archive, day)


class DoubtfulDay(PastState):
    """What surely held at the end of a day, or what may have held (if not `sure`)."""

    def __init__(self, archive: Archive, day: int, sure: bool) -> None:
        super().__init__(archive, -1)
        self.day, self.sure = day, sure

    def intervals(self, fluent: str) -> list[Interval]:
        """The intervals of a fluent that surely held, or may have held."""
        if fluent not in self._intervals:
            stands = Interval.surely_stands if self.sure else Interval.may_stand
            every = intervals_of(self.archive.store, [fluent])
            self._intervals[fluent] = [one for one in every if stands(one, self.day)]
        return self._intervals[fluent]

    @property
    def denying(self) -> DoubtfulDay:
        """The state of which a denial is asked."""
        return DoubtfulDay(self.archive, self.day, not self.sure)

    @property
    def today(self) -> str:
        """The day."""
        return day_text(self.day)

    def at_end_of(self, day: int) -> DoubtfulDay:
        """The state at the end of a day that is past."""
        return DoubtfulDay(self.archive, day, self.sure)
