"""The state as the interpreter keeps it: what holds now, what held just before, what held once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dragoman.law.book import LawBook
from dragoman.law.events import AT_FIRST, Args, Cause, Facts, Moment, day_of, opening
from dragoman.law.solve import Known, State
from dragoman.law.tree import Fluent
from dragoman.when import Day, day_text


@dataclass(frozen=True, slots=True)
class Held:
    """An instance that holds: its value, and the moment and cause of its start."""

    value: str
    start: Moment
    began: Cause


class Table:
    """The instances of one fluent that hold now, found by any of their arguments.

    `gone` are those that ceased at this moment; `past` those that ever ceased, with the moment.
    """

    def __init__(self) -> None:
        self.held: dict[Args, Held] = {}
        self.gone: dict[Args, Held] = {}
        self.past: list[tuple[Args, Held, Moment]] = []
        self.denied: set[Args] = set()
        self.index: defaultdict[tuple[int, str], set[Args]] = defaultdict(set)

    def put(self, args: Args, held: Held) -> None:
        """Begin an instance."""
        self.held[args] = held
        for key in enumerate((*args, held.value)):
            self.index[key].add(args)

    def drop(self, args: Args, moment: Moment) -> Held:
        """End an instance, and give it back."""
        held = self.held.pop(args)
        for key in enumerate((*args, held.value)):
            self.index[key].discard(args)
        self.gone.setdefault(args, held)
        self.past.append((args, held, moment))
        return held

    def like(self, pattern: Sequence[str | None], value: str | None = None) -> list[Args]:
        """The arguments of the instances that agree with what is given."""
        whole = tuple(v for v in pattern if v is not None)
        if len(whole) == len(pattern):
            held = self.held.get(whole)
            return [whole] if held is not None and value in (None, held.value) else []
        bound = [(n, v) for n, v in enumerate((*pattern, value)) if v is not None]
        if not bound:
            return list(self.held)
        smallest = min((self.index.get(key, set()) for key in bound), key=len)
        return [a for a in smallest if all((*a, self.held[a].value)[n] == v for n, v in bound)]


class RunningState(Known):
    """What holds now, by fluent, and the facts of the registers."""

    def __init__(self, book: LawBook, facts: Facts) -> None:
        self.book, self.register = book, facts
        self.tables: defaultdict[str, Table] = defaultdict(Table)
        self.moment = AT_FIRST
        self.stirred: set[str] = set()
        self.saying: defaultdict[tuple[str, str], list[str]] | None = None

    @property
    def day(self) -> Day:
        """The day of the moment."""
        return day_of(self.moment)

    @property
    def today(self) -> str:
        """The day of the moment, written."""
        return day_text(self.day)

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        """The instances that agree with the arguments and value; both orders if symmetric."""
        table = self.tables[fluent]
        for turn, wanted in looked_up(self.book.fluents[fluent], args):
            for found in table.like(wanted, value):
                yield turn(found), table.held[found].value

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key."""
        return self.register.get(entity, {}).get(key, ())

    def entities(self, key: str, value: str) -> Sequence[str]:
        """The entities of which the registers say this under the key."""
        if self.saying is None:
            self.saying = defaultdict(list)
            for entity, facts in self.register.items():
                for name, values in facts.items():
                    for one in dict.fromkeys(values):
                        self.saying[name, one].append(entity)
        return self.saying.get((key, value), ())

    def at_end_of(self, day: Day) -> State:
        """The state at the end of a day that is past."""
        return _Then(self, day)

    def open(self, moment: Moment) -> None:
        """Go on to a moment: what ceases or begins from now on does so at it."""
        for fluent in self.stirred:
            self.tables[fluent].gone.clear()
        self.stirred.clear()
        self.moment = moment

    def begin(self, fluent: str, args: Args, value: str, cause: Cause) -> None:
        """Begin an instance now."""
        self.stirred.add(fluent)
        self.tables[fluent].put(args, Held(value, self.moment, cause))

    def end(self, fluent: str, args: Args) -> Held:
        """End an instance now."""
        self.stirred.add(fluent)
        return self.tables[fluent].drop(args, self.moment)


class Before(Known):
    """The state just before the moment that the running state is at."""

    def __init__(self, now: RunningState) -> None:
        self.now = now

    @property
    def today(self) -> str:
        """The day of the moment."""
        return self.now.today

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        """The instances that agree with the arguments and value; both orders if symmetric."""
        if fluent not in self.now.stirred:
            yield from self.now.rows(fluent, args, value)
            return
        table = self.now.tables[fluent]
        for turn, wanted in looked_up(self.now.book.fluents[fluent], args):
            for found in table.like(wanted, value):
                if table.held[found].start < self.now.moment:
                    yield turn(found), table.held[found].value
            for found, held in table.gone.items():
                if held.start < self.now.moment and agrees((*found, held.value), (*wanted, value)):
                    yield turn(found), held.value

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key."""
        return self.now.facts(entity, key)

    def entities(self, key: str, value: str) -> Sequence[str]:
        """The entities of which the registers say this under the key."""
        return self.now.entities(key, value)

    def at_end_of(self, day: Day) -> State:
        """The state at the end of a day that is past."""
        return self.now.at_end_of(day)


class _Then(Before):
    """The state at the end of a past day."""

    def __init__(self, now: RunningState, day: Day) -> None:
        super().__init__(now)
        self.day, self.end = day, opening(day + 1)

    @property
    def today(self) -> str:
        return day_text(self.day)

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        table = self.now.tables[fluent]
        for turn, wanted in looked_up(self.now.book.fluents[fluent], args):
            for found in table.like(wanted, value):
                if table.held[found].start < self.end:
                    yield turn(found), table.held[found].value
            for found, held, stop in table.past:
                if held.start < self.end <= stop and agrees((*found, held.value), (*wanted, value)):
                    yield turn(found), held.value


class Supposing(Before):
    """A state in which some open facts hold that the chronicle neither tells nor denies.

    `facts` are those facts, as they are written; None means all of them. `asked` are those of them
    that were asked for, whether they are supposed to hold or not.
    """

    def __init__(self, now: RunningState, facts: frozenset[str] | None) -> None:
        super().__init__(now)
        self.supposed = facts
        self.asked: dict[str, None] = {}

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[Args, str]]:
        """The instances that agree, and an open one that is asked for and not told."""
        told = False
        for row in super().rows(fluent, args, value):
            told = True
            yield row
        known = tuple(arg for arg in args if arg is not None)
        info = self.now.book.fluents[fluent]
        if told or not info.open or len(known) < len(args) or (info.value and value is None):
            return
        otherwise = info.value and next(super().rows(fluent, args, None), None)
        if info.canonical(known) not in self.now.tables[fluent].denied and not otherwise:
            fact = fact_text(info, known, value or "")
            self.asked[fact] = None
            if self.supposed is None or fact in self.supposed:
                yield known, value or ""


def fact_text(fluent: Fluent, args: Args, value: str) -> str:
    """A fact as it is written: `chair(office) = person`."""
    return f"{fluent.name}({', '.join(args)}){f' = {value}' if value else ''}"


def looked_up(
    fluent: Fluent, args: Sequence[str | None]
) -> Iterator[tuple[Callable[[Args], Args], Sequence[str | None]]]:
    """How to look for an instance with these arguments, and how to give back what is found.

    Of a symmetric fluent, what is kept in one order is found in either.
    """
    yield _as_it_is, args
    if fluent.symmetric and (args[0] is None or args[0] != args[1]):
        yield _turned, (args[1], args[0], *args[2:])


def _as_it_is(found: Args) -> Args:
    return found


def _turned(found: Args) -> Args:
    return (found[1], found[0], *found[2:])


def agrees(found: Sequence[str], wanted: Sequence[str | None]) -> bool:
    """Whether what is found is what is wanted, wherever something is."""
    return all(w is None or f == w for f, w in zip(found, wanted, strict=True))
