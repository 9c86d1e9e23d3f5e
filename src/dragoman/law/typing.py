"""Whether the words of a law fit together: known kinds, roles, fluents, names, and their types."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field

from dragoman.chronicle.catalogue import PLAIN_TYPES, Catalogue
from dragoman.law.reckon import day
from dragoman.law.tree import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Fluent,
    Not,
    Operand,
    Or,
    Pattern,
    Some,
    Term,
    Today,
    Var,
)
from dragoman.law.walk import total_variables
from dragoman.problem import Problem, Spot, did_you_mean, one_of

#: The types of what can be put in order and reckoned with.
_ORDERED = ("number", "date", "text")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a variable may be, by types and words, and where that was learned."""

    types: tuple[str, ...]
    choices: tuple[str, ...]
    spot: Spot


@dataclass
class Types:
    """What each variable of one rule may be."""

    seen: dict[str, Seen] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> Types:
        """The same, without the variables of a quantifier or total."""
        return Types({name: seen for name, seen in self.seen.items() if name not in names})


class Typing:
    """Checks terms, atoms, patterns and conditions, and notes what is wrong with them."""

    def __init__(self, catalogue: Catalogue, names: Container[str] | None) -> None:
        self.catalogue, self.names = catalogue, names
        self.fluents: dict[str, Fluent] = {}
        self.problems: list[Problem] = []

    def wrong(self, spot: Spot, message: str, mend: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(spot, message, mend))

    def pattern(self, pattern: Pattern, types: Types) -> set[str]:
        """Check the kind and roles of a pattern; the variables to which it gives values."""
        kind = self.catalogue.kinds.get(pattern.kind)
        if kind is None:
            mend = did_you_mean(pattern.kind, [*self.catalogue.kinds, *self.fluents])
            self.wrong(pattern.spot, f"there is no kind of act “{pattern.kind}”", mend)
            return pattern.variables
        roles = {role: allowed.types for role, allowed in kind.roles.items()}
        roles["place"] = ("place",)
        for role, spot in pattern.lacking:
            if role not in roles:
                self.wrong(spot, f"“{role}” is no role of {kind.name}", did_you_mean(role, roles))
        for role, term in pattern.roles:
            if role not in roles:
                mend = did_you_mean(role, roles) or f"roles of {kind.name}: {', '.join(roles)}"
                self.wrong(term.spot, f"“{role}” is no role of {kind.name}", mend)
                continue
            choices = kind.roles[role].choices if role in kind.roles else ()
            self.term(term, roles[role], choices, types)
        return pattern.variables

    def atom(self, atom: Atom, types: Types, value_wanted: bool = False) -> None:
        """Check a fluent with its arguments and value."""
        fluent = self.fluents.get(atom.fluent)
        if fluent is None:
            mend = did_you_mean(atom.fluent, self.fluents) or "declare it: fluent NAME(…)"
            self.wrong(atom.spot, f"there is no fluent “{atom.fluent}”", mend)
            return
        if len(atom.args) != len(fluent.params):
            form = f"{fluent.name}({', '.join(p.name for p in fluent.params)})"
            said = f"{form} has {len(fluent.params)} parameters, not {len(atom.args)}"
            self.wrong(atom.spot, said)
            return
        for term, param in zip(atom.args, fluent.params, strict=True):
            self.term(term, (param.type,), (), types)
        if atom.value is None:
            if fluent.value is not None and value_wanted:
                self.wrong(atom.spot, f"“{fluent.name}” needs a value", "write = and the value")
        elif fluent.value is None:
            self.wrong(atom.spot, f"“{fluent.name}” has no value; it holds or does not")
        else:
            self.term(atom.value, (fluent.value,), fluent.choices, types)
        if atom.day is not None:
            self.operand(atom.day, ("date",), types)

    def term(
        self, term: Term, allowed: Sequence[str], choices: Sequence[str], types: Types
    ) -> None:
        """Check a term where `allowed` types (or the words of `choices`) are wanted."""
        if isinstance(term, Const):
            self.constant(term, allowed, choices)
            return
        seen = types.seen.get(term.name)
        if seen is None:
            types.seen[term.name] = Seen(tuple(allowed), tuple(choices), term.spot)
            return
        both = [(a, b) for a in seen.types for b in allowed if self.catalogue.overlap(a, b)]
        if not both:
            was, now = one_of(*seen.types), one_of(*allowed)
            said = f"“{term.name}” is {was} at {seen.spot}, here {now}"
            self.wrong(term.spot, said, "use another variable")
            return
        foreign = [word for word in seen.choices if choices and word not in choices]
        if foreign:
            said = f"“{term.name}” can be {', '.join(foreign)} (see {seen.spot}), which is none of "
            self.wrong(
                term.spot, said + ", ".join(choices), "add the word, or write a rule for each"
            )
        narrow = dict.fromkeys(a if self.catalogue.is_a(a, b) else b for a, b in both)
        words = seen.choices or tuple(choices)
        types.seen[term.name] = Seen(tuple(narrow), words, seen.spot)

    def constant(self, term: Const, allowed: Sequence[str], choices: Sequence[str]) -> None:
        """Check a word, number or text where `allowed` types (or `choices`) are wanted."""
        if choices:
            if term.text not in choices:
                said = f"“{term.text}” is none of {', '.join(choices)}"
                self.wrong(term.spot, said, did_you_mean(term.text, choices))
        elif term.sort == "date" and day(term.text) is None:
            self.wrong(term.spot, f"there is no day “{term.text}”")
        elif term.sort == "number":
            if not {"number", "text"} & set(allowed):
                self.wrong(term.spot, f"{one_of(*allowed)} is wanted, not a number")
        elif set(allowed) <= {"number"}:
            self.wrong(term.spot, f"a number is wanted, not “{term.text}”")
        elif term.sort == "text" and not set(PLAIN_TYPES) & set(allowed):
            self.wrong(term.spot, f"{one_of(*allowed)} is wanted, not a text")
        elif (
            self.names is not None
            and not set(PLAIN_TYPES) & set(allowed)
            and term.text not in self.names
        ):
            known = list(self.names) if isinstance(self.names, Iterable) else []
            mend = did_you_mean(term.text, known) or "variables begin with a capital letter"
            self.wrong(term.spot, f"“{term.text}” is not in the registers", mend)

    def typed(self, condition: Condition, types: Types) -> None:
        """Check the words; a quantified variable has a type of its own inside its quantifier."""
        if isinstance(condition, Atom):
            self.atom(condition, types)
        elif isinstance(condition, Compare):
            self.compare(condition, types)
        elif isinstance(condition, And | Or):
            # Fluents first: they tell of what type the variables of comparisons are.
            for part in sorted(condition.parts, key=lambda p: isinstance(p, Compare)):
                self.typed(part, types)
        elif isinstance(condition, Not):
            self.typed(condition.part, types)
        elif isinstance(condition, Some):
            own = {v.name for v in condition.variables}
            self.typed(condition.part, types.without(own))

    def compare(self, condition: Compare, types: Types) -> None:
        """Check that the two sides of a comparison can be of one type."""
        sides = (condition.left, condition.right)
        known = [self.type_of(side, types) for side in sides]
        for (side, told), other in zip(zip(sides, known, strict=True), known[::-1], strict=True):
            if isinstance(side, Const) and other is not None:
                self.constant(side, *other)
            elif told and not (condition.op in ("=", "!=") or set(_ORDERED) & set(told[0])):
                said = f"“{condition.op}” compares numbers or dates, not {one_of(*told[0])}"
                self.wrong(condition.spot, said, "compare with = or !=")
        if known[0] and known[1] and not isinstance(sides[0], Const):
            left, right = known[0][0], known[1][0]
            if not any(self.catalogue.overlap(a, b) for a in left for b in right):
                said = f"{one_of(*left)} can never equal {one_of(*right)}"
                self.wrong(condition.spot, said)

    def operand(self, operand: Operand, allowed: Sequence[str], types: Types) -> None:
        """Check an operand where a value of one of the `allowed` types is wanted."""
        if isinstance(operand, Const):
            self.constant(operand, allowed, ())
            return
        told = self.type_of(operand, types)
        if told and not any(self.catalogue.overlap(a, b) for a in told[0] for b in allowed):
            self.wrong(operand.spot, f"{one_of(*allowed)} is wanted, not {one_of(*told[0])}")

    def type_of(
        self, side: Operand, types: Types
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The types and the words that an operand may be, if that is known."""
        if isinstance(side, Const):
            return None
        if isinstance(side, Var):
            seen = types.seen.get(side.name)
            return (seen.types, seen.choices) if seen else None
        if isinstance(side, FactOf):
            return self.register_key(side, types)
        if isinstance(side, Today):
            return ("date",), ()
        if isinstance(side, Arithmetic):
            for part in (side.left, side.right):
                self.operand(part, _ORDERED, types)
            return ("number", "date"), ()
        own = {v.name for v in total_variables(side)}
        inner = types.without(own)
        self.typed(side.part, inner)
        if side.of is not None:
            self.operand(side.of, ("number", "text"), inner)
        return ("number",), ()

    def register_key(
        self, side: FactOf, types: Types
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """What the registers may hold under a key, for the classes that the variable may be of."""
        if side.key == "is":
            return ("text",), tuple(self.catalogue.classes)
        every = {key for name in self.catalogue.classes for key in self.catalogue.keys_of(name)}
        if side.key not in every:
            said = f"no register entry has the key “{side.key}”"
            self.wrong(side.spot, said, did_you_mean(side.key, every))
            return None
        seen = types.seen.get(side.var.name)
        wanted = seen.types if seen else ("entity",)
        found = [
            keys[side.key]
            for name in self.catalogue.classes
            if any(self.catalogue.overlap(name, w) for w in wanted)
            and side.key in (keys := self.catalogue.keys_of(name))
        ]
        if not found:
            said = f"{one_of(*wanted)} has no key “{side.key}” in the registers"
            self.wrong(side.spot, said)
            return None
        if seen is None:
            having = [n for n in self.catalogue.classes if side.key in self.catalogue.keys_of(n)]
            types.seen[side.var.name] = Seen(tuple(having), (), side.spot)
        sorts = tuple(dict.fromkeys(t for holds in found for t in holds.types))
        words = tuple(dict.fromkeys(w for holds in found for w in holds.choices))
        return sorts, words if all(holds.choices for holds in found) else ()
