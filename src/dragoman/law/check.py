"""What a law must satisfy before it may run: known words, fitting types, safe variables.

Every fault is reported at its spot with the nearest right word; a rule with a fault is left
out of the book, so that the others can still be looked at.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dragoman.chronicle.catalogue import PLAIN_TYPES, Catalogue
from dragoman.law.plan import Unsafe, ordered
from dragoman.law.strata import strata_of
from dragoman.law.tree import (
    And,
    Atom,
    Clause,
    Compare,
    Condition,
    Const,
    FactOf,
    Fluent,
    Law,
    Norm,
    Not,
    Operand,
    Or,
    Pattern,
    Rule,
    Some,
    Term,
    Var,
    variables_of,
)
from dragoman.problem import Problem, Spot, did_you_mean, one_of


def check_laws(
    laws: Sequence[Law], catalogue: Catalogue, names: Container[str] | None
) -> tuple[dict[str, Fluent], list[Rule], list[Norm], list[str], list[Problem]]:
    """The sound fluents, rules and norms of the laws, the strata, and every fault."""
    checker = _Checker(catalogue, names)
    for law in laws:
        for fluent in law.fluents:
            checker.fluent(fluent)
    rules = [rule for law in laws for rule in law.rules]
    norms = [norm for law in laws for norm in law.norms]
    doubled = checker.doubled([*rules, *norms])
    crossed = checker.crossed(rules)
    good_rules = [
        checked
        for rule in rules
        if (checked := checker.rule(rule)) is not None and rule.spot not in {*doubled, *crossed}
    ]
    good_norms = [
        fair
        for norm in norms
        if (fair := checker.norm(norm)) is not None and norm.spot not in doubled
    ]
    strata, cyclic = strata_of(good_rules)
    for rule, said in cyclic:
        mend = "a fluent that holds while others do cannot lean on itself"
        checker.problems.append(Problem(rule.spot, said, mend))
    good_rules = [r for r in good_rules if not any(r is bad for bad, _ in cyclic)]
    return checker.fluents, good_rules, good_norms, strata, checker.problems


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a variable may be, by types and words, and where that was learned."""

    types: tuple[str, ...]
    choices: tuple[str, ...]
    spot: Spot


@dataclass
class _Types:
    """What each variable of one rule may be."""

    seen: dict[str, _Seen] = field(default_factory=dict)


class _Checker:
    def __init__(self, catalogue: Catalogue, names: Container[str] | None) -> None:
        self.catalogue, self.names = catalogue, names
        self.fluents: dict[str, Fluent] = {}
        self.problems: list[Problem] = []

    def wrong(self, spot: Spot, message: str, mend: str = "") -> None:
        self.problems.append(Problem(spot, message, mend))

    # --- declarations ----------------------------------------------------------------------

    def fluent(self, fluent: Fluent) -> None:
        if fluent.name in self.fluents:
            said = f"the fluent “{fluent.name}” is declared already"
            self.wrong(fluent.spot, said, f"see {self.fluents[fluent.name].spot}")
            return
        types = [*self.catalogue.classes, "text", "number", "date"]
        seen: set[str] = set()
        if not fluent.params:
            said = f"“{fluent.name}” has no parameters"
            self.wrong(fluent.spot, said, "a fluent is told of something: name what, and its type")
        for param in fluent.params:
            if param.type not in types:
                mend = did_you_mean(param.type, types)
                self.wrong(param.spot, f"there is no type “{param.type}”", mend)
            if param.name in seen:
                said = f"two parameters are called “{param.name}”"
                self.wrong(param.spot, said, f"name them apart: from: {param.type}, to: …")
            seen.add(param.name)
        if fluent.value is not None and not fluent.choices and fluent.value not in types:
            mend = did_you_mean(fluent.value, types) or "list the words with |"
            self.wrong(fluent.spot, f"there is no type “{fluent.value}”", mend)
        if fluent.symmetric and (
            len(fluent.params) < 2 or fluent.params[0].type != fluent.params[1].type
        ):
            said = "a symmetric fluent begins with two parameters of one type"
            self.wrong(fluent.spot, said)
            fluent = replace(fluent, symmetric=False)
        self.fluents[fluent.name] = fluent

    def doubled(self, rules: Iterable[Clause]) -> set[Spot]:
        """The rules that bear the name of an earlier one."""
        seen: dict[str, Spot] = {}
        found: set[Spot] = set()
        for rule in rules:
            if rule.key in seen:
                said = f"“{rule.name}” is the name of another rule of this law"
                self.wrong(rule.spot, said, f"see {seen[rule.key]}")
                found.add(rule.spot)
            seen.setdefault(rule.key, rule.spot)
        return found

    def crossed(self, rules: Sequence[Rule]) -> set[Spot]:
        """The `holds while` rules for a fluent that acts begin or end: it is one or the other."""
        by_acts = {e.atom.fluent for rule in rules for e in rule.effects}
        found: set[Spot] = set()
        for rule in rules:
            if rule.head is not None and rule.head.fluent in by_acts:
                said = f"“{rule.head.fluent}” is begun or ended by acts elsewhere"
                self.wrong(rule.head.spot, said, "declare a fluent of its own for this rule")
                found.add(rule.spot)
        return found

    def rule(self, rule: Rule) -> Rule | None:
        before = len(self.problems)
        types = _Types()
        if rule.pattern is not None:
            bound = self.pattern(rule.pattern, types)
            condition, after = self.condition(rule.condition, bound, types)
            for effect in rule.effects:
                if effect.starts:
                    self.holdable(effect.atom, types)
            for effect in rule.effects:
                self.atom(effect.atom, types, value_wanted=effect.starts)
                self.head(effect.atom, after, effect.starts)
            checked = replace(rule, condition=condition)
        else:
            assert rule.head is not None
            self.atom(rule.head, types, value_wanted=True)
            condition, after = self.condition(rule.condition, set(), types)
            self.head(rule.head, after, True)
            if not _rests(rule.condition):
                said = "the condition can hold where nothing does"
                self.wrong(rule.spot, said, "let it rest on a fluent that holds, not on absence")
            checked = replace(rule, condition=condition)
        return checked if len(self.problems) == before else None

    def norm(self, norm: Norm) -> Norm | None:
        before = len(self.problems)
        types = _Types()
        bound = self.pattern(norm.pattern, types)
        condition, _ = self.condition(norm.condition, bound, types)
        return replace(norm, condition=condition) if len(self.problems) == before else None

    # --- patterns, atoms, conditions -------------------------------------------------------

    def pattern(self, pattern: Pattern, types: _Types) -> set[str]:
        kind = self.catalogue.kinds.get(pattern.kind)
        if kind is None:
            mend = did_you_mean(pattern.kind, [*self.catalogue.kinds, *self.fluents])
            self.wrong(pattern.spot, f"there is no kind of act “{pattern.kind}”", mend)
            return {t.name for _, t in pattern.roles if isinstance(t, Var)}
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
        return {t.name for _, t in pattern.roles if isinstance(t, Var)}

    def atom(self, atom: Atom, types: _Types, value_wanted: bool = False) -> None:
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

    def term(
        self, term: Term, allowed: Sequence[str], choices: Sequence[str], types: _Types
    ) -> None:
        """Check a term where `allowed` types (or the words of `choices`) are wanted."""
        if isinstance(term, Const):
            self.constant(term, allowed, choices)
            return
        seen = types.seen.get(term.name)
        if seen is None:
            types.seen[term.name] = _Seen(tuple(allowed), tuple(choices), term.spot)
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
        types.seen[term.name] = _Seen(tuple(narrow), words, seen.spot)

    def constant(self, term: Const, allowed: Sequence[str], choices: Sequence[str]) -> None:
        if choices:
            if term.text not in choices:
                said = f"“{term.text}” is none of {', '.join(choices)}"
                self.wrong(term.spot, said, did_you_mean(term.text, choices))
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

    def condition(
        self, condition: Condition, bound: set[str], types: _Types
    ) -> tuple[Condition, set[str]]:
        """Check a condition; it comes back in a safe order, with the variables bound after it."""
        self.typed(condition, types)
        try:
            return ordered(condition, bound)
        except Unsafe as unsafe:
            self.wrong(unsafe.spot, f"“{unsafe.name}” has no value here", unsafe.why)
            return condition, bound | variables_of(condition)

    def typed(self, condition: Condition, types: _Types) -> None:
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
            inner = _Types({k: v for k, v in types.seen.items() if k not in own})
            self.typed(condition.part, inner)

    def compare(self, condition: Compare, types: _Types) -> None:
        """Check that the two sides of a comparison can be of one type."""
        sides = (condition.left, condition.right)
        known = [self.type_of(side, types) for side in sides]
        for (side, told), other in zip(zip(sides, known, strict=True), known[::-1], strict=True):
            if isinstance(side, Const) and other is not None:
                self.constant(side, *other)
            elif told and not (condition.op in ("=", "!=") or {"number", "text"} & set(told[0])):
                said = f"“{condition.op}” compares numbers, not {one_of(*told[0])}"
                self.wrong(condition.spot, said, "compare with = or !=")
        if known[0] and known[1] and not isinstance(sides[0], Const):
            left, right = known[0][0], known[1][0]
            if not any(self.catalogue.overlap(a, b) for a in left for b in right):
                said = f"{one_of(*left)} can never equal {one_of(*right)}"
                self.wrong(condition.spot, said)

    def type_of(
        self, side: Operand, types: _Types
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The types and the words that an operand may be, if that is known."""
        if isinstance(side, Const):
            return None
        if isinstance(side, Var):
            seen = types.seen.get(side.name)
            return (seen.types, seen.choices) if seen else None
        return self.register_key(side, types)

    def register_key(
        self, side: FactOf, types: _Types
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """What the registers may hold under a key, for the classes that the variable may be of."""
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
        sorts = tuple(dict.fromkeys(t for holds in found for t in holds.types))
        words = tuple(dict.fromkeys(w for holds in found for w in holds.choices))
        return sorts, words if all(holds.choices for holds in found) else ()

    def holdable(self, atom: Atom, types: _Types) -> None:
        """What begins must be told of the right things, whatever the role may hold."""
        fluent = self.fluents.get(atom.fluent)
        if fluent is None or len(fluent.params) != len(atom.args):
            return
        for term, param in zip(atom.args, fluent.params, strict=True):
            if not isinstance(term, Var):
                continue
            sorts = types.seen[term.name].types if term.name in types.seen else ()
            if not any(self.catalogue.overlap(sort, param.type) for sort in sorts):
                continue  # none fits: that is told of the atom
            for sort in sorts:
                if not self.catalogue.is_a(sort, param.type):
                    said = f"“{term.name}” may be {one_of(sort)}, and “{param.name}” of "
                    said += f"{fluent.name} is {one_of(param.type)}"
                    self.wrong(term.spot, said, "declare the parameter as a wider type")

    def head(self, atom: Atom, bound: set[str], starts: bool) -> None:
        for term in atom.terms:
            if not isinstance(term, Var) or term.name in bound:
                continue
            if starts and term.anonymous:
                self.wrong(term.spot, "what begins cannot be left open", "name it and bind it")
            elif not term.anonymous:
                mend = "bind it by a role or a fluent" + ("" if starts else ", or write _ for any")
                self.wrong(term.spot, f"“{term.name}” has no value here", mend)


def _rests(condition: Condition) -> bool:
    """Whether the condition needs something to hold; false where absence alone could do."""
    if isinstance(condition, Atom):
        return True
    if isinstance(condition, And):
        return any(_rests(part) for part in condition.parts)
    if isinstance(condition, Or):
        return all(_rests(part) for part in condition.parts)
    return isinstance(condition, Some) and _rests(condition.part)
