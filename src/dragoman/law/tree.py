"""The law as a tree of small frozen values, as the parser reads it from `.law` text."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the act: `today`."""

    spot: Spot


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Arithmetic: `left op right`, with `+`, `-`, `*` or `/`."""

    left: Operand
    op: str
    right: Operand
    spot: Spot


@dataclass(frozen=True, slots=True)
class Total:
    """Over all values of the variables for which the part holds: how many there are, or a sum.

    `count(P: C)` has no `of`; `sum(N for P: C)` adds up `N`, once for each `P`.
    """

    of: Var | None
    variables: tuple[Var, ...]
    part: Condition
    spot: Spot


Term: TypeAlias = Var | Const
Operand: TypeAlias = Var | Const | FactOf | Today | Arithmetic | Total


@dataclass(frozen=True, slots=True)
class Atom:
    """A fluent with its arguments, and the value that is meant if one is written.

    With a `day` it is asked how it stood at the end of that day, not now.
    """

    fluent: str
    args: tuple[Term, ...]
    value: Term | None
    spot: Spot
    day: Operand | None = None

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


#: The condition that always holds, and the one that never does.
ALWAYS, NEVER = And(()), Or(())


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

    @property
    def variables(self) -> set[str]:
        """The variables to which a fitting act gives values."""
        return {term.name for _, term in self.roles if isinstance(term, Var)}


@dataclass(frozen=True, slots=True)
class Turn:
    """The start or the end of a fluent, as something that happens: `start of in_force(I)`."""

    starts: bool
    atom: Atom
    spot: Spot

    @property
    def event(self) -> str:
        """What happens, in words: `start of in_force`."""
        return f"{'start' if self.starts else 'end'} of {self.atom.fluent}"

    @property
    def variables(self) -> set[str]:
        """The variables to which the start or end gives values."""
        return {term.name for term in self.atom.terms if isinstance(term, Var)}


#: What a rule or norm waits for.
Trigger: TypeAlias = Pattern | Turn


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
    the first two arguments may change places. `gloss` is the sentence shown to people. An `open`
    fluent is one of which the chronicle may be silent: a finding that hangs on it says so. `first`
    is the value at first (empty if the fluent merely holds), None if nothing holds at first.
    """

    name: str
    law: str
    params: tuple[Param, ...]
    value: str | None
    choices: tuple[str, ...]
    symmetric: bool
    gloss: str
    spot: Spot
    open: bool = False
    first: str | None = None

    @property
    def types(self) -> dict[str, str]:
        """The parameters by name, with the type of what each holds."""
        return {param.name: param.type for param in self.params}

    def orders(self, args: Sequence[Arg]) -> list[tuple[Arg, ...]]:
        """Arguments as given and, in a symmetric fluent, with the first two turned."""
        given = tuple(args)
        if self.symmetric and given[0] != given[1]:
            return [given, (given[1], given[0], *given[2:])]
        return [given]

    def canonical(self, args: tuple[str, ...]) -> tuple[str, ...]:
        """Arguments as they are kept: in a symmetric fluent, the first two in order."""
        return min(self.orders(args))


@dataclass(frozen=True, slots=True)
class Clause:
    """What rules and norms have in common: a name in a law, a sentence, a source, their text.

    It applies only in the `reading` that it names, if it names one, and only while what it stands
    `under` holds.
    """

    name: str
    law: str
    because: str
    source: str
    text: str
    spot: Spot
    reading: str
    under: tuple[Atom, ...]

    @property
    def key(self) -> str:
        """The name by which the book knows it: `law.name`."""
        return f"{self.law}.{self.name}"


@dataclass(frozen=True, slots=True)
class Lapse:
    """How long a fluent holds at most: so many days, or until a date; and what it then becomes.

    `limit` is a number of days, or the last day. With `renewed`, to begin it again extends it.
    """

    atom: Atom
    limit: Operand
    days: bool
    renewed: bool
    to: Term | None


@dataclass(frozen=True, slots=True)
class Rule(Clause):
    """A rule on what happens (`trigger` and `effects`), or on a fluent.

    A fluent may hold while a `condition` does (`head`), or lapse (`lapse`).
    """

    trigger: Trigger | None
    effects: tuple[Effect, ...]
    head: Atom | None
    lapse: Lapse | None
    condition: Condition


@dataclass(frozen=True, slots=True)
class Norm(Clause):
    """What is asked of whoever acts; `verb` is what the norm does.

    - `requires`: `condition` must hold just before the act, else the act is irregular;
    - `forbidden`: the act is a breach, unless the exception `condition` holds just before it;
    - `obliges`: an act that fits `answer` must follow within `limit` days;
    - `expects`: such an act is foretold.

    It applies only where `scope` holds; a duty is lifted once it no longer does.
    """

    trigger: Trigger
    verb: str
    condition: Condition
    scope: Condition
    answer: Pattern | None
    limit: Operand | None

    @property
    def lasts(self) -> bool:
        """Whether it begins something that waits for an answer: a duty, or an expectation."""
        return self.answer is not None

    @property
    def fault(self) -> str:
        """What it says of an act that it finds fault with."""
        return "irregular" if self.verb == "requires" else "breach"


@dataclass(frozen=True, slots=True)
class Reading:
    """A variant of the law that someone held: a name and what it says."""

    name: str
    law: str
    title: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Law:
    """The rules and norms of one institution, as one `.law` file holds them."""

    name: str
    title: str
    fluents: tuple[Fluent, ...]
    readings: tuple[Reading, ...]
    rules: tuple[Rule, ...]
    norms: tuple[Norm, ...]
    text: str
    spot: Spot
