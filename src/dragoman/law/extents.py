"""When things surely held and when they may have held: tables of that, and a state to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dragoman.law.book import LawBook
from dragoman.law.events import NEVER, Args, Facts, Moment, opening
from dragoman.law.running import looked_up
from dragoman.law.runs import Runs, covers, meets
from dragoman.when import Day, day_text


class Extent(NamedTuple):
    """When something surely held, and when it may have held."""

    certain: Runs
    possible: Runs

    def edges(self) -> Iterator[Moment]:
        """The moments at which it begins or ceases to be certain or possible."""
        return (m for run in (*self.certain, *self.possible) for m in run if m != NEVER)


@dataclass
class Extents:
    """The extents of the instances of one fluent, by arguments and value."""

    of: dict[Args, dict[str, Extent]] = field(default_factory=dict)
    index: defaultdict[tuple[int, str], list[Args]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def put(self, args: Args, by_value: dict[str, Extent]) -> None:
        """Add an instance."""
        self.of[args] = by_value
        for key in enumerate(args):
            self.index[key].append(args)

    def like(self, pattern: Sequence[str | None]) -> Iterable[Args]:
        """The instances that agree with what is given."""
        bound = [(n, arg) for n, arg in enumerate(pattern) if arg is not None]
        if not bound:
            return list(self.of)
        if len(bound) == len(pattern):
            whole = tuple(arg for _, arg in bound)
            return (whole,) if whole in self.of else ()
        fewest = min((self.index.get(key, []) for key in bound), key=len)
        return [args for args in fewest if all(args[n] == arg for n, arg in bound)]


class Ranging(NamedTuple):
    """What holds at all moments from one to another (if `sure`), or at any of them.

    A state in the sense of `solve`; `day` is today, where the condition may ask for it. `vague`
    takes note of what was asked for that may hold there, but not surely: while there is none, what
    is sure and what may be are one.
    """

    extents: Mapping[str, Extents]
    book: LawBook
    register: Facts
    first: Moment
    last: Moment
    sure: bool
    day: Day | None = None
    vague: list[Args] | None = None

    @property
    def denying(self) -> Ranging:
        """The state of which a denial is asked."""
        return self._replace(sure=not self.sure)

    @property
    def today(self) -> str:
        """The day, written; empty if it is not one."""
        return "" if self.day is None else day_text(self.day)

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        """The instances that agree with the arguments and value; both orders if symmetric."""
        table = self.extents[fluent]
        if not table.of:
            return
        first, last = self.first, self.last
        for turn, wanted in looked_up(self.book.fluents[fluent], args):
            for found in table.like(wanted):
                for known, extent in table.of[found].items():
                    if value is not None and value != known:
                        continue
                    if not meets(extent.possible, first, last):
                        continue
                    if not covers(extent.certain, first, last):
                        if self.vague is not None:
                            self.vague.append(found)
                        if self.sure:
                            continue
                    yield turn(found), known

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key."""
        return self.register.get(entity, {}).get(key, ())

    def entities(self, key: str, value: str) -> Sequence[str]:
        """The entities of which the registers say this under the key."""
        return [e for e, facts in self.register.items() if value in facts.get(key, ())]

    def at_end_of(self, day: Day) -> Ranging:
        """The state at the end of a day that is past."""
        end = opening(day + 1) - 1
        return self._replace(first=end, last=end, day=day)
