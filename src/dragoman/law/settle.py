"""What a moment makes of one instance: the meaning of starts and ends that come together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Change(NamedTuple):
    """What an effect, by its rule's place and its number, asks of an instance, for an event.

    It begins with the value, or ends with the one that it had. The order of changes decides between
    those of one moment: the last prevails.
    """

    seq: int
    rule: int
    effect: int
    value: str
    starts: bool


class Settled(NamedTuple):
    """What comes of the changes: what ends the instance, and what begins it.

    It is `renewed` if it was to begin with the value that it has already: then it goes on.
    """

    stop: Change | None
    start: Change | None
    renewed: bool = False


def settle(held: str | None, changes: Iterable[Change]) -> Settled:
    """Settle the changes of one moment for an instance, whose value just before is `held`.

    A start prevails over an end; with another value, it ends the old one.
    """
    start = stop = None
    for change in sorted(changes):
        if change.starts:
            start = change
        else:
            stop = change
    if held is None:
        return Settled(None, start)
    if start is None:
        return Settled(stop, None)
    return Settled(None, None, True) if start.value == held else Settled(start, start)
