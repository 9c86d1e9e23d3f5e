"""Why a fact stood on a day: the acts, the rule as written, and what the rule leans on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dragoman.law.solve import Binding, holds, matches, solutions, unify
from dragoman.law.tree import And, Atom, Condition, Const, Not, Or, Rule, Some, Term
from dragoman.law.words import words_of
from dragoman.state.spans import Span, spans_of
from dragoman.when import day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.facts import Fact
    from dragoman.state.world import World

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact on a day, whether it stood, and why.

    `act` is the id of the act that began it, `rule` the rule (`law.rule`) by which, `text` the
    rule as written. `grounds` are the proofs of what the rule leans on, `absent` what it needed
    not to hold. Where the fact did not stand, `because` says what was wanting.
    """

    says: str
    fact: str
    day: str
    holds: bool
    sure: bool
    secret: bool
    since: str
    until: str
    act: str
    what: str
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
        return "\n".join(self.lines())

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The proof as indented lines of plain text."""
        pad = "  " * depth
        mark = "" if self.holds else "No: "
        doubt = "" if self.sure or not self.holds else " (possibly: its dates leave it open)"
        yield f"{pad}{mark}{self.says}{doubt}"
        if self.holds:
            hidden = " [secret]" if self.secret else ""
            yield f"{pad}  since {date_words(self.since)}{hidden}: {self.what}"
            yield f"{pad}  {', '.join(self.cites)} · act {self.act}"
        if self.rule:
            yield f"{pad}  by rule {self.rule}: {self.because} ({self.source})"
        elif self.because:
            yield f"{pad}  {self.because}"
        for ground in self.grounds:
            yield from ground.lines(depth + 1)
        for absence in self.absent:
            yield f"{pad}  and {absence}"

    def dict(self) -> dict[str, Any]:
        """The proof as plain values, for JSON."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "grounds": [ground.dict() for ground in self.grounds]}


def date_words(edtf: str) -> str:
    """An EDTF date as people say it."""
    return in_words(read(edtf)) if edtf else ""


class PastState:
    """What held just after a moment, read from the store; a state in the sense of `solve`."""

    def __init__(self, world: World, moment: int) -> None:
        self.world, self.moment = world, moment
        self._spans: dict[str, list[Span]] = {}

    def spans(self, fluent: str) -> list[Span]:
        """The spans of a fluent that held at the moment."""
        if fluent not in self._spans:
            self._spans[fluent] = [
                s
                for s in spans_of(self.world.store, [fluent])
                if s.start <= self.moment and (s.stop is None or s.stop > self.moment)
            ]
        return self._spans[fluent]

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """The instances that agree with the arguments and value."""
        for span in self.spans(fluent):
            if value is not None and span.value != value:
                continue
            for turned in self.world.book.turns(fluent, span.args):
                if all(a is None or a == t for a, t in zip(args, turned, strict=True)):
                    yield tuple(turned), span.value

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """What the registers say of an entity under a key."""
        found = self.world.registers.get(entity)
        return found.facts.get(key, ()) if found else ()

    @cached_property
    def before(self) -> PastState:
        """The state just before the moment."""
        return PastState(self.world, self.moment - 1)


@dataclass(frozen=True, slots=True)
class _Ground:
    atom: Atom
    args: tuple[str, ...]
    value: str


def prove(world: World, fact: Fact, day: int) -> Proof:
    """The proof of a fact on a day, or why it did not stand."""
    moment = world.store.rows("SELECT coalesce(max(seq), -1) FROM moment WHERE latest <= ?", [day])
    spans = [s for s in spans_of(world.store, [fact.fluent]) if s.args == fact.args and s.days]
    spans = [s for s in spans if fact.value is None or s.value == fact.value]
    standing = [s for s in spans if s.may_stand(day)]
    if standing:
        best = max(standing, key=lambda s: (s.surely_stands(day), s.start))
        state = PastState(world, max(moment[0][0], best.start))
        return _proof(world, best, day, state, 0)
    return _wanting(world, fact, day, spans, PastState(world, moment[0][0]))


def _proof(world: World, span: Span, day: int, state: PastState, depth: int) -> Proof:
    rule = world.book.rule(span.began_by)
    grounds: list[Proof] = []
    absent: list[str] = []
    if isinstance(rule, Rule) and depth < _DEEPEST:
        where = state if rule.head is not None else PastState(world, span.start - 1)
        for found in _grounds(world, rule, span, where):
            if isinstance(found, _Ground):
                under = _span_of(found, where)
                if under is not None:
                    grounds.append(_proof(world, under, day, where, depth + 1))
            else:
                absent.append(found)
    act = world.act(span.began_act)
    value = f" = {span.value}" if span.value else ""
    return Proof(
        says=world.says(span.fluent, span.args, span.value),
        fact=f"{span.fluent}({', '.join(span.args)}){value}",
        day=day_text(day),
        holds=True,
        sure=span.surely_stands(day),
        secret=span.secret_on(day),
        since=span.since,
        until=span.until,
        act=span.began_act,
        what=act.what,
        cites=act.cites,
        rule=span.began_by,
        because=rule.because if rule else "",
        source=rule.source if rule else "",
        text=rule.text if rule else "",
        grounds=tuple(grounds),
        absent=tuple(absent),
    )


def _span_of(ground: _Ground, state: PastState) -> Span | None:
    for span in state.spans(ground.atom.fluent):
        turns = state.world.book.turns(span.fluent, span.args)
        if any(tuple(t) == ground.args for t in turns) and span.value == ground.value:
            return span
    return None


def _grounds(world: World, rule: Rule, span: Span, state: PastState) -> list[_Ground | str]:
    """What the rule leaned on when it made the span: facts that held, and absences."""
    for binding in _bindings(world, rule, span):
        for _, grounds in _witness(rule.condition, binding, state):
            return list(dict.fromkeys(grounds))
    return []


def _bindings(world: World, rule: Rule, span: Span) -> Iterator[Binding]:
    turns = [tuple(t) for t in world.book.turns(span.fluent, span.args)]
    if rule.head is not None:
        for turned in turns:
            binding = unify(rule.head.args, turned, {})
            if binding is not None and rule.head.value is not None:
                binding = unify((rule.head.value,), (span.value,), binding)
            if binding is not None:
                yield binding
        return
    assert rule.pattern is not None
    rows = world.store.rows(
        "SELECT a.roles, a.place FROM moment m JOIN act a USING (n) WHERE m.seq = ?", [span.start]
    )
    roles = {k: tuple(v) for k, v in json.loads(rows[0][0]).items()}
    roles["place"] = (rows[0][1],) if rows[0][1] else ()
    for matched in matches(rule.pattern, roles):
        for effect in rule.effects:
            if effect.starts and effect.atom.fluent == span.fluent:
                for turned in turns:
                    binding = unify(effect.atom.args, turned, matched)
                    if binding is not None:
                        yield binding


def _witness(
    condition: Condition, binding: Binding, state: PastState
) -> Iterator[tuple[Binding, tuple[_Ground | str, ...]]]:
    """The solutions of a condition, each with what it rests on."""
    if isinstance(condition, Atom):
        for found in solutions(condition, binding, state):
            args = tuple(_value(t, found) for t in condition.args)
            for got, value in state.rows(condition.fluent, list(args), None):
                wanted = _value(condition.value, found) if condition.value else value
                if wanted == value:
                    yield found, (_Ground(condition, got, value),)
                    break
    elif isinstance(condition, And):
        if not condition.parts:
            yield binding, ()
            return
        rest = And(condition.parts[1:])
        for step, first in _witness(condition.parts[0], binding, state):
            for last, others in _witness(rest, step, state):
                yield last, first + others
    elif isinstance(condition, Or):
        for part in condition.parts:
            yield from _witness(part, binding, state)
    elif isinstance(condition, Some):
        inner = {v.name for v in condition.variables}
        for step, grounds in _witness(condition.part, binding, state):
            yield {k: v for k, v in step.items() if k not in inner}, grounds
    elif isinstance(condition, Not):
        if not holds(condition.part, binding, state):
            yield binding, (words_of(condition, binding),)
    else:
        for step in solutions(condition, binding, state):
            yield step, (words_of(condition, step),)


def _value(term: Term, binding: Binding) -> str:
    return term.text if isinstance(term, Const) else binding[term.name]


# --- why not ---------------------------------------------------------------------------------


def _wanting(world: World, fact: Fact, day: int, spans: Sequence[Span], state: PastState) -> Proof:
    """A fact that did not stand, with what was wanting for it to stand."""
    wanting = [_elsewhere(world, spans, day)] if spans else []
    if not wanting:
        wanting = _missing(world, fact, state) or [_never_begun(world, fact)]
    return Proof(
        says=world.says(fact.fluent, fact.args, fact.value or "some value"),
        fact=str(fact),
        day=day_text(day),
        holds=False,
        sure=True,
        secret=False,
        since="",
        until="",
        act="",
        what="",
        cites=(),
        rule="",
        because="; ".join(wanting),
        source="",
        text="",
        grounds=(),
        absent=(),
    )


def _elsewhere(world: World, spans: Sequence[Span], day: int) -> str:
    """When the fact stood, if not on the day."""
    told = []
    for span in sorted(spans, key=lambda s: s.start)[:4]:
        what = world.act(span.ended_act).what if span.ended_act else ""
        ended = f" until {date_words(span.until)} ({span.ended_act}: {what})" if what else ""
        told.append(f"from {date_words(span.since)} ({span.began_act}){ended}")
    return "it stood " + ", and ".join(told)


def _missing(world: World, fact: Fact, state: PastState) -> list[str]:
    """For a fluent that holds while others do: the parts of its rules that did not hold."""
    told: list[str] = []
    for rule in world.book.derivations_of.get(fact.fluent, ()):
        assert rule.head is not None
        binding = unify(rule.head.args, fact.args, {})
        if binding is None:
            continue
        parts = rule.condition.parts if isinstance(rule.condition, And) else (rule.condition,)
        current: Mapping[str, str] = binding
        for part in parts:
            step = next(iter(solutions(part, current, state)), None)
            if step is None:
                told.append(f"rule {rule.key} lacks: {words_of(part, current)}")
                break
            current = step
    return told


def _never_begun(world: World, fact: Fact) -> str:
    """For a fluent that acts begin: by which rules an act would have begun it."""
    rules = [
        f"{r.key} ({r.pattern.event})"
        for r in world.book.rules
        if r.pattern and any(e.starts and e.atom.fluent == fact.fluent for e in r.effects)
    ]
    return f"no act told of by then begins it; it would be begun by {' or '.join(rules[:6])}"
