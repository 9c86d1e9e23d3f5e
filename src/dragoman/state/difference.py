"""What is different between two views: of two days, two worlds, or through other eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dragoman.state.answers import Standing, Table


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that stands in one view and not, or otherwise, in another.

    `change` is `new`, `gone`, `other` (another value: `before` and `after`), `sure` or `doubtful`
    (it stands in both, but only in one for sure), `since` (it stands in both, but by another act).
    `since`, `act` and `cites` are those of the view in which it stands, of the second if of both.
    """

    change: str
    says: str
    before: str
    after: str
    since: str
    fact: str
    rule: str
    act: str
    cites: tuple[str, ...]


_SHOWN = ("change", "says", "since", "act")


def difference(one: Iterable[Standing], other: Iterable[Standing], title: str) -> Table[Change]:
    """What changes from the facts of one view to those of another."""
    changes = []
    for was, now in _paired(list(one), list(other)):
        change = _change(was, now)
        row = now or was
        if change and row is not None:
            changes.append(
                Change(
                    change,
                    row.says,
                    before=was.value if was else "",
                    after=now.value if now else "",
                    since=row.since,
                    fact=row.fact,
                    rule=row.rule,
                    act=row.act,
                    cites=row.cites,
                )
            )
    return Table(Change, changes, title, _SHOWN)


def _paired(
    before: Sequence[Standing], after: Sequence[Standing]
) -> list[tuple[Standing | None, Standing | None]]:
    """Each fact of one view with its like in the other: of the same value, else of another one.

    A fluent has one value; where that is in doubt, several may stand.
    """
    left = list(after)
    pairs: list[tuple[Standing | None, Standing | None]] = []
    waiting = []
    for was in before:
        now = next((row for row in left if row.fact == was.fact), None)
        if now is None:
            waiting.append(was)
        else:
            left.remove(now)
            pairs.append((was, now))
    for was in waiting:
        same = (was.fluent, was.args)
        now = next((row for row in left if (row.fluent, row.args) == same), None)
        if now is not None:
            left.remove(now)
        pairs.append((was, now))
    return [*pairs, *((None, now) for now in left)]


def _change(was: Standing | None, now: Standing | None) -> str:
    """How a fact changed; empty if it did not."""
    if was is None or now is None:
        return "gone" if now is None else "new"
    if was.value != now.value:
        return "other"
    if was.sure != now.sure:
        return "sure" if now.sure else "doubtful"
    return "since" if was.act != now.act else ""
