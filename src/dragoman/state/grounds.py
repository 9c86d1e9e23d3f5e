"""Why a norm found what it did: what stood of all that it asks, and what was lacking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dragoman.law.solve import Binding, holds
from dragoman.law.strata import asked_by
from dragoman.law.tree import NEVER, Norm
from dragoman.law.words import pattern_words
from dragoman.state.answers import FindingRow
from dragoman.state.archive import Archive
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, date_words, intervals_of
from dragoman.state.past import PastState
from dragoman.state.proof import witness
from dragoman.state.wanting import lacked


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact on which a finding rests: what it says, since when (an EDTF date), by which act.

    `fact` is as `why` takes it.
    """

    says: str
    fact: str
    since: str
    act: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a finding rests on, at the moment of the act (or just after it, for a duty).

    `stood` are the facts that brought the act under the norm, `besides` what else did so: what
    the registers say and what did not hold. `lacked` is what the norm asked for in vain: what had
    to stand, what would have excused it, or the act that was due.
    """

    stood: tuple[Ground, ...] = ()
    besides: tuple[str, ...] = ()
    lacked: tuple[str, ...] = ()


def grounds(archive: Archive, found: Sequence[FindingRow]) -> list[Grounds]:
    """What each of the findings rests on; what the norms ask of is read from the store once."""
    norms = {row.norm: archive.book.rule(row.norm) for row in found}
    fluents = {name for norm in norms.values() if isinstance(norm, Norm) for name in asked_by(norm)}
    line: dict[str, list[Interval]] = {name: [] for name in fluents}
    for interval in intervals_of(archive.store, sorted(fluents)):
        line[interval.fluent].append(interval)
    rows = archive.store.rows(
        "SELECT DISTINCT a.id, f.norm, f.seq FROM finding f JOIN moment m USING (seq) "
        "JOIN act a USING (n)"
    )
    moments = {(act, norm): moment for act, norm, moment in rows}
    judged = []
    for row in found:
        norm = norms[row.norm]
        assert isinstance(norm, Norm)
        moment = moments[row.act, row.norm] - (not norm.lasts)
        judged.append(_judged(row, norm, _InLine(archive, moment, line)))
    began = {fact.began_act for facts, _, _ in judged for fact in facts if fact.began_act}
    cites = {act.id: act.cites for act in archive.acts_with(began)}
    return [
        Grounds(tuple(_ground(archive, fact, cites) for fact in facts), besides, lacking)
        for facts, besides, lacking in judged
    ]


def _judged(
    row: FindingRow, norm: Norm, state: PastState
) -> tuple[tuple[Interval, ...], tuple[str, ...], tuple[str, ...]]:
    """The facts that brought an act under a norm, what else did, and what was lacking."""
    for scope, found in witness(norm.scope, row.bindings, state):
        if norm.lasts or not holds(norm.condition, scope, state):
            facts = dict.fromkeys(one for one in found if isinstance(one, Interval))
            besides = dict.fromkeys(one for one in found if isinstance(one, str))
            return tuple(facts), tuple(besides), tuple(_lacking(row, norm, scope, state))
    return (), (), ()


def _lacking(row: FindingRow, norm: Norm, scope: Binding, state: PastState) -> Iterator[str]:
    if norm.answer is not None:
        if row.verdict in ("overdue", "failed", "due", "awaited"):
            yield f"{pattern_words(norm.answer, scope)} by {date_words(row.due)}"
    elif norm.condition != NEVER:
        yield from (said for said, _ in lacked(norm.condition, scope, state))


def _ground(archive: Archive, fact: Interval, cites: Mapping[str, tuple[str, ...]]) -> Ground:
    return Ground(
        archive.says(fact.fluent, fact.args, fact.value),
        str(Fact(fact.fluent, fact.args, fact.value)),
        fact.since,
        fact.began_act,
        cites.get(fact.began_act, ()),
    )


class _InLine(PastState):
    """A past state among many of one line, whose intervals are read already."""

    def __init__(self, archive: Archive, moment: int, line: Mapping[str, list[Interval]]) -> None:
        super().__init__(archive, moment)
        self.line = line

    def intervals(self, fluent: str) -> list[Interval]:
        """The intervals of a fluent that held at the moment."""
        now = self.moment
        return [
            one
            for one in self.line[fluent]
            if one.start <= now and (one.stop is None or one.stop > now)
        ]
