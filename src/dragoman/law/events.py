"""What goes into the law and what comes out: events, spans and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dragoman.when import Day


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


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """The event (its `seq`) and the rule, as `law.rule`, by which something began or ended.

    What lapses is caused by the event that began it. What holds at first has -1 for an event.
    """

    seq: int
    rule: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the line of moments: the events of one time, or the lapse of something.

    `seq` is the last event of the time, or the event that began what lapses. `lapsed` is None for
    events, else the first day on which it no longer holds; `days` is the number of days for
    which it held at most, None where it lapsed on a fixed date.
    """

    seq: int
    lapsed: Day | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A maximal run of moments over which a fluent held.

    It holds *after* the moment `start` up to and including just before `stop`'s effects; `stop`
    is None while nothing ends it. `value` is the empty text for a fluent without values. What
    holds at first has the start -1.
    """

    fluent: str
    args: tuple[str, ...]
    value: str
    start: int
    began: Cause
    stop: int | None = None
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
    """All that the law makes of the events.

    Spans count moments as the events do; where something lapsed between them, they count the
    places of `line`, which is empty otherwise.
    """

    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
    line: tuple[Moment, ...] = ()
