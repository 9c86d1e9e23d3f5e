"""A rule or norm in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dragoman.chronicle.catalogue import Kind
from dragoman.law.tree import (
    ALWAYS,
    NEVER,
    Atom,
    Clause,
    Condition,
    Const,
    Fluent,
    Norm,
    Pattern,
    Rule,
    Term,
    Trigger,
)
from dragoman.law.words import operand_words, words_of


class Explainer:
    """Says rules in the sentences of the fluents and the labels of the kinds that they name."""

    def __init__(
        self,
        fluents: Mapping[str, Fluent],
        kinds: Mapping[str, Kind],
        name: Callable[[str], str] = str,
    ) -> None:
        """`name` gives the name of a register entry for its id."""
        self.fluents, self.kinds, self.name = fluents, kinds, name

    def clause(self, clause: Clause) -> str:
        """A rule or norm as one sentence or two."""
        said = self.rule(clause) if isinstance(clause, Rule) else self.norm(clause)
        reading = f" (In the reading “{clause.reading}”.)" if clause.reading else ""
        return f"{_capital(said)}{reading}"

    def rule(self, rule: Rule) -> str:
        """A rule in words."""
        if rule.head is not None:
            return f"{self.atom(rule.head)} as long as {self.condition(rule.condition)}."
        given = "" if rule.condition == ALWAYS else f", if {self.condition(rule.condition)}"
        if rule.lapse is not None:
            lapse = rule.lapse
            limit = f"{operand_words(lapse.limit)}{' days' if lapse.days else ''}"
            anew = " (counted anew each time it begins again)" if lapse.renewed else ""
            then = f" and becomes {operand_words(lapse.to)}" if lapse.to else ""
            return f"“{self.atom(lapse.atom)}” lapses after {limit}{anew}{then}{given}."
        assert rule.trigger is not None
        effects = [
            f"{'begins' if e.starts else 'ends'} “{self.atom(e.atom)}”" for e in rule.effects
        ]
        return f"{self.trigger(rule.trigger)} {' and '.join(effects)}{given}."

    def norm(self, norm: Clause) -> str:
        """A norm in words."""
        assert isinstance(norm, Norm)
        what = self.trigger(norm.trigger)
        scope = "" if norm.scope == ALWAYS else f", as long as {self.condition(norm.scope)}"
        if norm.verb == "requires":
            return f"{what} requires that {self.condition(norm.condition)}{scope}."
        if norm.verb == "forbidden":
            but = (
                ""
                if norm.condition == NEVER
                else f", except where {self.condition(norm.condition)}"
            )
            return f"{what} is forbidden{scope}{but}."
        assert norm.answer is not None
        assert norm.limit is not None
        verb = "obliges to" if norm.verb == "obliges" else "lets expect"
        answer = self.trigger(norm.answer)
        return f"{what} {verb} {answer} within {operand_words(norm.limit)} days{scope}."

    def trigger(self, trigger: Trigger) -> str:
        """What a rule waits for, in words."""
        if not isinstance(trigger, Pattern):
            turn = "the start of" if trigger.starts else "the end of"
            return f"{turn} “{self.atom(trigger.atom)}”"
        kind = self.kinds.get(trigger.kind)
        label = kind.label if kind else trigger.kind
        roles = [f"{role} {operand_words(term)}" for role, term in trigger.roles]
        roles += [f"no {role}" for role, _ in trigger.lacking]
        end = "the end of " if trigger.ends else ""
        return f"{end}{label} ({', '.join(roles)})"

    def atom(self, atom: Atom) -> str:
        """A fluent in its own sentence, with the terms in their places."""
        fluent = self.fluents.get(atom.fluent)
        if fluent is None or not fluent.gloss:
            return words_of(atom)
        names = dict(zip(fluent.types, map(self.term, atom.args), strict=True))
        names["value"] = self.term(atom.value) if atom.value else "some value"
        said = re.sub(r"\{(\w+)\}", lambda m: names.get(m[1], m[0]), fluent.gloss)
        return said + (f" (on {operand_words(atom.day)})" if atom.day else "")

    def condition(self, condition: Condition) -> str:
        """A condition as the law writes it."""
        return self.atom(condition) if isinstance(condition, Atom) else words_of(condition)

    def term(self, term: Term) -> str:
        """A term: the name of what it stands for, or the variable."""
        if isinstance(term, Const):
            return self.name(term.text).replace("_", " ")
        return "any" if term.anonymous else operand_words(term)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
