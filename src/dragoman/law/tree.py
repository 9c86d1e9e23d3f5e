"""The law as a tree of small frozen values, as the parser reads it from `.law` text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from dragoman.problem import Spot

#: What stands for an argument: a text, or None where it is left open.
Arg = TypeVar("Arg")


@dataclass(frozen=True, slots=True)
class Var:
    """A variable: `P`. One that is written `_` has a name of its own that begins with `_`."""

    name: str
    spot: Spot

    @property
    def anonymous(self) -> bool:
        """Whether it was written `_`."""
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class Const:
    """A word, text or number that stands for itself."""

    text: str
    sort: str  # "word", "text" or "number"
    spot: Spot


@dataclass(frozen=True, slots=True)
class FactOf:
    """What the registers say of an entity: `I.force`."""

    var: Var
    key: str
    spot: Spot


Term: TypeAlias = Var | Const
Operand: TypeAlias = Var | Const | FactOf


@dataclass(frozen=True, slots=True)
class Atom:
    """A fluent with its arguments, and the value that is meant if one is written."""

    fluent: str
    args: tuple[Term, ...]
    value: Term | None
    spot: Spot

    @property
    def terms(self) -> tuple[Term, ...]:
        """Arguments and value together."""
        return self.args if self.value is None else (*self.args, self.value)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: `=`, `!=`, `<`, `<=`, `>` or `>=`."""

    left: Operand
    op: str
    right: Operand
    spot: Spot


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts hold together."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold. `no P: C` is read as not (some P: C)."""

    part: Condition
    spot: Spot


@dataclass(frozen=True, slots=True)
class Some:
    """There are values of the variables for which the part holds."""

    variables: tuple[Var, ...]
    part: Condition
    spot: Spot


Condition: TypeAlias = Atom | Compare | And | Or | Not | Some


def end_of(kind: str) -> str:
    """The kind of event that is the end of a lasting act of `kind`."""
    return f"end of {kind}"


#: The condition that always holds.
ALWAYS = And(())


@dataclass(frozen=True, slots=True)
class Pattern:
    """An act that a rule speaks of: its kind, terms for some roles, and roles it must lack.

    With `ends` it is not the act that is meant but the end of one that lasted.
    """

    kind: str
    ends: bool
    roles: tuple[tuple[str, Term], ...]
    lacking: tuple[tuple[str, Spot], ...]
    spot: Spot

    @property
    def event(self) -> str:
        """The kind of event that fits: `hostilities`, or `end of hostilities`."""
        return end_of(self.kind) if self.ends else self.kind


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act begins (`starts`) or ends."""

    starts: bool
    atom: Atom


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a fluent: its name and the type of what it holds."""

    name: str
    type: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Fluent:
    """A property that holds over time.

    `value` is None for a fluent that merely holds, else the type of its one value at a time;
    `choices` are the words that the value may be, if they are listed. In a `symmetric` fluent
    the first two arguments may change places. `gloss` is the sentence shown to people.
    """

    name: str
    law: str
    params: tuple[Param, ...]
    value: str | None
    choices: tuple[str, ...]
    symmetric: bool
    gloss: str
    spot: Spot

    @property
    def types(self) -> dict[str, str]:
        """The parameters by name, with the type of what each holds."""
        return {param.name: param.type for param in self.params}

    def turns(self, args: Sequence[Arg]) -> list[tuple[Arg, ...]]:
        """Arguments as given and, in a symmetric fluent, with the first two turned."""
        given = tuple(args)
        if self.symmetric and given[0] != given[1]:
            return [given, (given[1], given[0], *given[2:])]
        return [given]

    def canonical(self, args: tuple[str, ...]) -> tuple[str, ...]:
        """Arguments as they are kept: in a symmetric fluent, the first two in order."""
        return min(self.turns(args))


@dataclass(frozen=True, slots=True)
class Clause:
    """What rules and norms have in common: a name in a law, a sentence, a source, their text."""

    name: str
    law: str
    because: str
    source: str
    text: str
    spot: Spot

    @property
    def key(self) -> str:
        """The name by which the book knows it: `law.name`."""
        return f"{self.law}.{self.name}"


@dataclass(frozen=True, slots=True)
class Rule(Clause):
    """A rule on acts (`pattern` and `effects`) or on fluents (`head` holds while `condition`)."""

    pattern: Pattern | None
    effects: tuple[Effect, ...]
    head: Atom | None
    condition: Condition


@dataclass(frozen=True, slots=True)
class Norm(Clause):
    """What an act requires, just before it, to be regular."""

    pattern: Pattern
    condition: Condition


@dataclass(frozen=True, slots=True)
class Law:
    """The rules and norms of one institution, as one `.law` file holds them."""

    name: str
    title: str
    fluents: tuple[Fluent, ...]
    rules: tuple[Rule, ...]
    norms: tuple[Norm, ...]
    text: str
    spot: Spot


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and every condition inside it, outermost first."""
    yield condition
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from parts_of(part)
    elif isinstance(condition, Not | Some):
        yield from parts_of(condition.part)


def atoms_of(condition: Condition, positive: bool = True) -> Iterator[tuple[Atom, bool]]:
    """Every atom in the condition, with whether it stands under an even number of negations."""
    if isinstance(condition, Atom):
        yield condition, positive
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from atoms_of(part, positive)
    elif isinstance(condition, Not):
        yield from atoms_of(condition.part, not positive)
    elif isinstance(condition, Some):
        yield from atoms_of(condition.part, positive)


def terms_of(condition: Condition) -> Iterator[Operand]:
    """Every term that the condition uses, quantified variables included."""
    for part in parts_of(condition):
        if isinstance(part, Atom):
            yield from part.terms
        elif isinstance(part, Compare):
            yield part.left
            yield part.right


def variables_of(condition: Condition) -> set[str]:
    """The names of the free variables of the condition."""
    if isinstance(condition, Atom):
        return {t.name for t in condition.terms if isinstance(t, Var)}
    if isinstance(condition, Compare):
        return {v.name for v in map(operand_var, (condition.left, condition.right)) if v}
    if isinstance(condition, And | Or):
        return set().union(*(variables_of(part) for part in condition.parts))
    if isinstance(condition, Not):
        return variables_of(condition.part)
    return variables_of(condition.part) - {v.name for v in condition.variables}


def operand_var(operand: Operand) -> Var | None:
    """The variable in an operand, if there is one."""
    if isinstance(operand, FactOf):
        return operand.var
    return operand if isinstance(operand, Var) else None
