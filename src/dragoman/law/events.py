"""What goes into the law and what comes out: events, spans and findings.

Moments are whole numbers that grow with time: a day has the moment of its opening, at which things
lapse, and after it one for each time at which something happens on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.when import Day

#: The arguments of an instance of a fluent.
Args: TypeAlias = tuple[str, ...]
#: What the registers say: by entity, by key.
Facts: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]

#: A place in time, see `opening` and `Event.at`.
Moment: TypeAlias = int

#: So many bits of a moment tell the place within its day; the day stands above them.
DAY_BITS = 32
#: The moment at which things hold at first, and the one at which what never ends would end.
AT_FIRST: Moment = -(2**62)
NEVER: Moment = 2**62


def opening(day: Day) -> Moment:
    """The opening of a day: the moment before all that happens on it."""
    return day << DAY_BITS


def day_of(moment: Moment) -> Day:
    """The day of a moment."""
    return moment >> DAY_BITS


@dataclass(frozen=True, slots=True)
class Event:
    """An act as the law sees it.

    `seq` numbers the acts in their order; acts of one `moment` happen at once (in a chronicle
    every act has a moment of its own). Moments grow with `seq`, and days with moments.
    """

    seq: int
    moment: int
    kind: str
    roles: Mapping[str, tuple[str, ...]]
    day: Day

    @property
    def at(self) -> Moment:
        """The moment at which it happens: its day, and after the opening its place in the line."""
        return opening(self.day) + self.moment + 1


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """The event (its `seq`) and the rule, as `law.rule`, by which something began or ended.

    What lapses is caused by the event that began it. What holds at first has -1 for an event.
    """

    seq: int
    rule: str


@dataclass(frozen=True, slots=True)
class Span:
    """A maximal run of moments over which a fluent held.

    It holds *after* the moment `start` up to and including just before `stop`'s effects; `stop`
    is None while nothing ends it. `value` is the empty text for a fluent without values. What
    holds at first has the start AT_FIRST.
    """

    fluent: str
    args: tuple[str, ...]
    value: str
    start: Moment
    began: Cause
    stop: Moment | None = None
    ended: Cause | None = None


#: What a finding can say of an act: `irregular` (it lacked what it requires), `breach` (it was
#: forbidden); of a duty: `discharged`, `overdue`, `lifted`, `due` (still open); of what was
#: expected: `came`, `failed`, `awaited` (still open).
VERDICTS = (
    *("irregular", "breach"),
    *("discharged", "overdue", "lifted", "due"),
    *("came", "failed", "awaited"),
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a norm, as `law.norm`, says of an event: one of VERDICTS.

    `bindings` are the variables of the norm and their values, in order of name. `answer` is the
    event that discharged a duty, or that was expected and came (-1 if none), `due` the last day
    for it. A finding may hang on open facts that the chronicle does not tell: it does not stand
    if what one of `unless` says held, and stands only if what one of `provided` says did.
    """

    seq: int
    norm: str
    bindings: tuple[tuple[str, str], ...]
    verdict: str = "irregular"
    answer: int = -1
    due: Day = 0
    unless: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """All that the law makes of the events: spans by fluent, arguments and start, and findings."""

    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
