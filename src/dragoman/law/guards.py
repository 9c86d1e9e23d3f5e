"""What in a rule asks only of the instance that it touches: guards, and steady deadlines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dragoman.law.tree import And, Atom, Condition, Const, Effect, Not, Rule, Total, Var
from dragoman.law.walk import atoms_of, inside


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the instance that an effect touches: that it holds, or does not (`holds`).

    A `value` is the one meant, if one is.
    """

    holds: bool
    value: str | None

    def lets(self, held: str | None) -> bool:
        """Whether an instance with this value (None if it does not hold) satisfies it."""
        return self.holds == (held is not None and self.value in (None, held))


def guarded(rule: Rule, effect: Effect) -> tuple[tuple[Guard, ...], Condition] | None:
    """The guards of an effect of a rule, and the rest of its condition.

    None where the condition speaks of the fluent in any other way.
    """
    assert rule.trigger is not None
    own = effect.atom.fluent
    parts = rule.condition.parts if isinstance(rule.condition, And) else (rule.condition,)
    guards: list[Guard] = []
    rest: list[Condition] = []
    for part in parts:
        atom = part.part if isinstance(part, Not) else part
        if isinstance(atom, Atom) and _touches(rule.trigger.variables, effect, atom):
            value = atom.value.text if isinstance(atom.value, Const) else None
            guards.append(Guard(atom is part, value))
        elif any(atom.fluent == own for atom, _ in atoms_of(part)):
            return None
        else:
            rest.append(part)
    return tuple(guards), And(tuple(rest))


def _touches(known: Collection[str], effect: Effect, atom: Atom) -> bool:
    """Whether an atom asks of just the instance, all of it `known`, that an effect touches."""
    if atom.fluent != effect.atom.fluent or atom.day is not None:
        return False
    asked, touched = (
        [t.text if isinstance(t, Const) else t.name for t in one.args]
        for one in (atom, effect.atom)
    )
    bound = all(isinstance(t, Const) or t.name in known for t in effect.atom.args)
    return asked == touched and bound and not isinstance(atom.value, Var)


def steady(rule: Rule) -> bool:
    """Whether the deadline that a lapse rule sets hangs on nothing but the instance and its day."""
    assert rule.lapse is not None
    counted = any(isinstance(inner, Total) for inner in inside(rule.lapse.limit))
    return not counted and next(atoms_of(rule.condition), None) is None
