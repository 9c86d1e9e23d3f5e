"""What goes into the law and what comes out: events, spans and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """An act as the law sees it.

    `seq` numbers the acts in their order; acts of one `moment` happen at once (in a chronicle
    every act has a moment of its own). Moments grow with `seq`.
    """

    seq: int
    moment: int
    kind: str
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """The event (its `seq`) and the rule, as `law.rule`, by which something began or ended."""

    seq: int
    rule: str


@dataclass(frozen=True, slots=True)
class Span:
    """A maximal run of moments over which a fluent held.

    It holds *after* the moment `start` up to and including just before `stop`'s effects; `stop`
    is None while nothing ends it. `value` is the empty text for a fluent without values.
    """

    fluent: str
    args: tuple[str, ...]
    value: str
    start: int
    began: Cause
    stop: int | None = None
    ended: Cause | None = None


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a norm, as `law.norm`, says of an event: here, that it was irregular.

    `bindings` are the variables of the norm's pattern and their values, in order of name.
    """

    seq: int
    norm: str
    bindings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """All that the law makes of the events."""

    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
