"""Why a fact stood on a day: the acts, the rule as written, and what the rule leans on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.law.solve import Binding, holds, matches, solutions, unify
from dragoman.law.tree import And, Atom, Condition, Not, Or, Pattern, Rule, Some, Total, Turn
from dragoman.law.walk import inside, operands_of
from dragoman.law.words import words_of
from dragoman.state.archive import Archive
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, date_words, intervals_of
from dragoman.state.past import PastState
from dragoman.state.wanting import wanting
from dragoman.when import day_text

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact on a day, whether it stood, and why.

    `verdict` is `yes`, `no` (it stood at other times, or with another value) or `not told` (the
    chronicle has nothing that would make it stand, or is silent on an open fact on which it hangs).

    `act` is the id of the act that began it, with its `what`, `certainty` and `note`; `rule` is the
    rule (`law.rule`) by which, `text` the rule as written. `grounds` are the proofs of what the
    rule leans on, `absent` what it needed not to hold. Where the fact did not stand, `because`
    says what was wanting.
    """

    says: str
    fact: str
    day: str
    holds: bool
    verdict: str
    sure: bool
    secret: bool
    since: str
    until: str
    act: str
    what: str
    certainty: str
    note: str
    cites: tuple[str, ...]
    rule: str
    because: str
    source: str
    text: str
    grounds: tuple[Proof, ...]
    absent: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.holds

    def __repr__(self) -> str:
        return "\n".join(text for _, text in self.lines())

    def lines(self, depth: int = 0) -> Iterator[tuple[str, str]]:
        """The proof as indented lines, each with what it is: a `fact`, or a `ground` for it."""
        pad = "  " * depth
        mark = {"yes": "", "no": "No: ", "not told": "Not told: "}[self.verdict]
        doubt = "" if self.sure or not self.holds else " (possibly: its dates leave it open)"
        yield "fact", f"{pad}{mark}{self.says}{doubt}"
        if self.holds:
            hidden = " [secret]" if self.secret else ""
            told = "" if self.certainty == "stated" else f" ({self.certainty})"
            since = f"since {date_words(self.since)}" if self.since else "at first"
            yield "ground", f"{pad}  {since}{hidden}: {self.what}{told}"
            if told and self.note:
                yield "ground", f"{pad}  note: {self.note}"
            if self.act:
                yield "ground", f"{pad}  {', '.join(self.cites)} · act {self.act}"
        if self.rule:
            yield "ground", f"{pad}  by rule {self.rule}: {self.because} ({self.source})"
        else:
            yield from (("ground", f"{pad}  {reason}") for reason in self.because.splitlines())
        for ground in self.grounds:
            yield from ground.lines(depth + 1)
        for absence in self.absent:
            yield "ground", f"{pad}  and {absence}"

    def dict(self) -> dict[str, Any]:
        """The proof as plain values, for JSON."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "grounds": [ground.dict() for ground in self.grounds]}


def prove(archive: Archive, fact: Fact, day: int) -> Proof:
    """The proof of a fact on a day, or why it did not stand."""
    found = [
        i for i in intervals_of(archive.store, [fact.fluent]) if i.args == fact.args and i.days
    ]
    meant = [i for i in found if fact.value is None or i.value == fact.value]
    standing = [i for i in meant if i.may_stand(day)]
    if standing:
        best = max(standing, key=lambda i: (i.surely_stands(day), i.start))
        return _proof(archive, best, day, 0)
    return _unproved(archive, fact, day, meant, [i for i in found if i.may_stand(day)])


def _proof(archive: Archive, interval: Interval, day: int, depth: int) -> Proof:
    """The proof of an interval, as it stood on a day."""
    act = archive.act(interval.began_act) if interval.began_act else None
    rule, grounds, absent = _ground(archive, interval, day, depth)
    return Proof(
        says=archive.says(interval.fluent, interval.args, interval.value),
        fact=str(Fact(interval.fluent, interval.args, interval.value)),
        day=day_text(day),
        holds=True,
        verdict="yes",
        sure=interval.surely_stands(day) and not archive.beyond(day),
        secret=interval.secret_on(day),
        since=interval.since,
        until=interval.until,
        act=interval.began_act,
        what=act.what if act else "so it was at first",
        certainty=act.certainty if act else "stated",
        note=act.note if act else "",
        cites=act.cites if act else (),
        rule=rule.key if rule else interval.began_by,
        because=rule.because if rule else "",
        source=rule.source if rule else "",
        text=rule.text if rule else "",
        grounds=grounds,
        absent=absent,
    )


def _ground(
    archive: Archive, interval: Interval, day: int, depth: int
) -> tuple[Rule | None, tuple[Proof, ...], tuple[str, ...]]:
    """The rule by which an interval stood on a day, and what that rule leaned on.

    A rule on acts leaned on the state just before the act; a `holds while` rule leans on the
    state of the day itself, and need not be the rule by which the interval began.
    """
    derivations = archive.book.derivations_of.get(interval.fluent, ())
    if derivations:
        state = PastState.on(archive, day)
        if not state.moment >= interval.start:  # its dates leave open that it stood earlier
            state = PastState(archive, interval.start)
        candidates: list[Rule] = sorted(derivations, key=lambda r: r.key != interval.began_by)
    else:
        state = PastState(archive, interval.start - 1)
        began = archive.book.rule(interval.began_by)
        candidates = [began] if isinstance(began, Rule) else []
        day = interval.began_latest
    for rule in candidates if depth < _DEEPEST else ():
        for binding in _bindings(archive, rule, interval):
            for _, found in witness(rule.condition, binding, state):
                atoms = dict.fromkeys(g for g in found if isinstance(g, Interval))
                absent = dict.fromkeys(g for g in found if isinstance(g, str))
                proofs = tuple(_proof(archive, ground, day, depth + 1) for ground in atoms)
                return rule, proofs, tuple(absent)
    return (candidates[0] if candidates else None), (), ()


def _bindings(archive: Archive, rule: Rule, interval: Interval) -> Iterator[Binding]:
    """The values of a rule's variables under which it makes the interval."""
    turns = archive.fluents[interval.fluent].orders(interval.args)
    if rule.head is not None:
        yield from _agreeing(rule.head, turns, interval.value, {})
        return
    for matched in _happened(archive, rule, interval.start):
        for effect in rule.effects:
            if effect.starts and effect.atom.fluent == interval.fluent:
                yield from _agreeing(effect.atom, turns, interval.value, matched)


def _happened(archive: Archive, rule: Rule, moment: int) -> Iterator[Binding]:
    """The ways in which what happened at a moment fits what a rule waits for."""
    trigger = rule.trigger
    if isinstance(trigger, Turn):
        fluent = archive.fluents[trigger.atom.fluent]
        for other in intervals_of(archive.store, [fluent.name]):
            if (other.start if trigger.starts else other.stop) == moment:
                yield from _agreeing(trigger.atom, fluent.orders(other.args), other.value, {})
    if not isinstance(trigger, Pattern):
        return
    rows = archive.store.rows(
        "SELECT a.roles, a.place FROM moment m JOIN act a USING (n) WHERE m.seq = ?",
        [moment],
    )
    roles = {k: tuple(v) for k, v in json.loads(rows[0][0]).items()}
    roles["place"] = (rows[0][1],) if rows[0][1] else ()
    yield from matches(trigger, roles)


def _agreeing(
    atom: Atom, turns: Sequence[tuple[str, ...]], value: str, binding: Binding
) -> Iterator[Binding]:
    """The binding extended so that the atom stands for the arguments and value."""
    for turned in turns:
        found = unify(atom.args, turned, binding)
        if found is not None and atom.value is not None:
            found = unify((atom.value,), (value,), found)
        if found is not None:
            yield found


def witness(
    condition: Condition, binding: Binding, state: PastState
) -> Iterator[tuple[Binding, tuple[Interval | str, ...]]]:
    """The solutions of a condition, each with what it rests on: intervals, and absences.

    A count rests on all that it counts.
    """
    if isinstance(condition, Atom):
        for found in solutions(condition, binding, state):
            for interval in state.intervals(condition.fluent):
                turns = state.archive.fluents[condition.fluent].orders(interval.args)
                if next(_agreeing(condition, turns, interval.value, found), None) is not None:
                    yield found, (interval,)
                    break
    elif isinstance(condition, And):
        if not condition.parts:
            yield binding, ()
            return
        rest = And(condition.parts[1:])
        for step, first in witness(condition.parts[0], binding, state):
            for last, others in witness(rest, step, state):
                yield last, first + others
    elif isinstance(condition, Or):
        for part in condition.parts:
            yield from witness(part, binding, state)
    elif isinstance(condition, Some):
        inner = {v.name for v in condition.variables}
        for step, grounds in witness(condition.part, binding, state):
            yield {k: v for k, v in step.items() if k not in inner}, grounds
    elif isinstance(condition, Not):
        if not holds(condition.part, binding, state):
            yield binding, (words_of(condition, binding),)
    else:
        for step in solutions(condition, binding, state):
            totals = (o for side in operands_of(condition) for o in inside(side))
            counted = (
                ground
                for total in totals
                if isinstance(total, Total)
                for _, grounds in witness(total.part, step, state)
                for ground in grounds
                if isinstance(ground, Interval)
            )
            yield step, (*counted, words_of(condition, step))


def _unproved(
    archive: Archive, fact: Fact, day: int, meant: Sequence[Interval], others: Sequence[Interval]
) -> Proof:
    """A fact that did not stand, with what was wanting for it to stand."""
    verdict, reasons = wanting(archive, fact, day, meant, others)
    return Proof(
        says=archive.says(fact.fluent, fact.args, fact.value or "…").replace(" (…)", ""),
        fact=str(fact),
        day=day_text(day),
        holds=False,
        verdict=verdict,
        sure=True,
        secret=False,
        since="",
        until="",
        act="",
        what="",
        certainty="",
        note="",
        cites=(),
        rule="",
        because="\n".join(reasons),
        source="",
        text="",
        grounds=(),
        absent=(),
    )
