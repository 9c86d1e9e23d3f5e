"""Whether an act may be done on a day, and what would follow from it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dragoman.chronicle.acts import Act
from dragoman.law.events import Derivation, Event, Finding
from dragoman.law.interpret import one_more
from dragoman.law.solve import Binding, holds, matches, solutions
from dragoman.law.tree import Norm, Pattern
from dragoman.state.answers import FindingRow, Standing, Table
from dragoman.state.branch import Branch
from dragoman.state.derive import facts_of, roles_of
from dragoman.state.difference import Change, difference
from dragoman.state.facts import Fact
from dragoman.state.past import DoubtfulDay, line_until
from dragoman.state.supposed import supposed
from dragoman.state.view import View

#: Its place in the line: after whatever was done on the day.
_LAST = 2**29


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether an act may be done: `yes`, `breach` (it may not be, yet would count), or `no`.

    Or `doubtful`: the norms find otherwise if acts fell on other days than the last on which they
    may have been.

    `because` are the norms that it would offend, `follows` what would stand otherwise at the end of
    the day. Of what is in doubt on the day it tells only what the act makes sure.
    """

    verdict: str
    act: str
    because: tuple[FindingRow, ...]
    follows: Table[Change]

    def __bool__(self) -> bool:
        return self.verdict != "no"


def leave(view: View, text: str) -> Leave:
    """Whether an act may be done on a day, after all that was done on it, and what would follow.

    `text` is written `ratify(by: sweden, instrument: swedish-soviet-trade-agreement-1922)`; names
    are forgiving. Raises NotFound, Ambiguous or DragomanError.
    """
    world = view.archive
    act = supposed(world, text, view.date)
    event = Event(_LAST, _LAST, act.kind, roles_of(act), view.day)
    would = one_more(event, world.book, facts_of(world.registers), line_until(world, view.day))
    found = tuple(_rows(view, act, would))
    verdict = "yes"
    lacking = [row for row in found if row.verdict == "irregular"]
    if found:
        verdict = "no" if lacking else "breach"
    if lacking and all(_may_hold(view, row) for row in lacking):
        verdict = "doubtful"
    if not found and (found := tuple(_possibly(view, act, event))):
        verdict = "doubtful"
    before = view.all()
    title = f"What would be otherwise on {view.day_in_words}"
    return Leave(verdict, text, found, difference(before, _after(view, before, act, would), title))


def _rows(view: View, act: Act, would: Derivation) -> Iterator[FindingRow]:
    """What the norms find of the act."""
    findings: tuple[Finding, ...] = would.findings
    if any(finding.unless or finding.provided for finding in findings):
        # Which open facts the chronicle denies, the line does not tell: all of it is walked.
        branch = Branch(view.archive, added=(replace(act, id="supposed", slot=_LAST),))
        yield from (row for row in branch.irregular() if row.act == "supposed")
        return
    for finding in sorted(findings):
        norm = view.archive.book.rule(finding.norm)
        assert isinstance(norm, Norm)
        yield _row(view, act, norm, finding.verdict, dict(finding.bindings))


def _row(view: View, act: Act, norm: Norm, verdict: str, named: Binding) -> FindingRow:
    return FindingRow(
        *(verdict, act.id, view.date, act.what, norm.key, norm.because),
        *({k: v for k, v in named.items() if not k.startswith("_")}, "", (), act.spot),
    )


def _possibly(view: View, act: Act, event: Event) -> Iterator[FindingRow]:
    """What the norms on acts would find if days that are not known turned out otherwise."""
    may, surely = (DoubtfulDay(view.archive, view.day, sure) for sure in (False, True))
    for norm in view.archive.book.norms_on.get(event.kind, ()):
        assert isinstance(norm.trigger, Pattern)
        for binding in () if norm.lasts else matches(norm.trigger, event.roles):
            scopes = solutions(norm.scope, binding, may)
            if any(not holds(norm.condition, scope, surely) for scope in scopes):
                yield _row(view, act, norm, norm.fault, binding)


def _after(view: View, before: Table[Standing], act: Act, would: Derivation) -> Iterator[Standing]:
    """What would stand at the end of the day after the act."""
    changed = {(span.fluent, span.args, span.value) for span in would.spans}
    yield from (row for row in before if (row.fluent, row.args, row.value) not in changed)
    world = view.archive
    for span in would.spans:
        if span.stop is None:
            yield Standing(
                says=world.says(span.fluent, span.args, span.value),
                since=view.date,
                until="",
                sure=True,
                secret=False,
                certainty=act.certainty,
                fact=str(Fact(span.fluent, span.args, span.value)),
                fluent=span.fluent,
                args=span.args,
                value=span.value,
                law=world.fluents[span.fluent].law,
                rule=span.began.rule,
                act=act.id,
                what=act.what,
                cites=(),
            )


def _may_hold(view: View, row: FindingRow) -> bool:
    """Whether what a norm requires of an act may have held at the end of the day."""
    norm = view.archive.book.rule(row.norm)
    state = DoubtfulDay(view.archive, view.day, sure=False)
    return isinstance(norm, Norm) and any(
        holds(norm.condition, scope, state) for scope in solutions(norm.scope, row.bindings, state)
    )
