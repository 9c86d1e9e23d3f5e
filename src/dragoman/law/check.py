"""What a law must satisfy before it may run: known words, fitting types, safe variables.

Every fault is reported at its spot with the nearest right word; a rule with a fault is left
out of the book, so that the others can still be looked at.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from dragoman.chronicle.catalogue import Catalogue
from dragoman.law.plan import Unsafe, ordered, ordered_operand
from dragoman.law.strata import order_of
from dragoman.law.tree import (
    ALWAYS,
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
    Reading,
    Rule,
    Some,
    Today,
    Trigger,
    Var,
)
from dragoman.law.typing import Seen, Types, Typing
from dragoman.law.walk import inside, operands_of, parts_of, variables_of
from dragoman.law.words import words_of
from dragoman.problem import Problem, Spot, did_you_mean, one_of

#: The parts of a law book: fluents, rules, norms, the order of fluents, readings.
Parts = tuple[
    dict[str, Fluent], tuple[Rule, ...], tuple[Norm, ...], tuple[str, ...], dict[str, Reading]
]


def check_laws(
    laws: Sequence[Law], catalogue: Catalogue, names: Container[str] | None
) -> tuple[Parts, list[Problem]]:
    """The sound parts of the laws, and every fault."""
    checker = _Checker(catalogue, names)
    for law in laws:
        for fluent in law.fluents:
            checker.fluent(fluent)
        for reading in law.readings:
            checker.reading(reading)
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
    order, cyclic = order_of(checker.fluents, good_rules)
    for rule, said in cyclic:
        mend = "a fluent cannot, at one moment, lean on itself or wait for itself"
        checker.problems.append(Problem(rule.spot, said, mend))
    good_rules = [r for r in good_rules if not any(r is bad for bad, _ in cyclic)]
    parts = (checker.fluents, tuple(good_rules), tuple(good_norms), tuple(order), checker.readings)
    return parts, checker.problems


class _Checker(Typing):
    def __init__(self, catalogue: Catalogue, names: Container[str] | None) -> None:
        super().__init__(catalogue, names)
        self.readings: dict[str, Reading] = {}

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
        if fluent.first is not None and not all(
            p.type in self.catalogue.classes for p in fluent.params
        ):
            said = f"“{fluent.name}” cannot hold at first of texts, numbers or dates"
            self.wrong(fluent.spot, said, "let its parameters be entities of the registers")
        if fluent.first is not None and bool(fluent.first) != (fluent.value is not None):
            said = f"“{fluent.name}” {'needs' if fluent.value else 'has no'} value at first"
            mend = "write: at first, and the value" if fluent.value else "write: at first"
            self.wrong(fluent.spot, said, mend)
        elif fluent.first and fluent.choices and fluent.first not in fluent.choices:
            said = f"“{fluent.first}” is none of {', '.join(fluent.choices)}"
            self.wrong(fluent.spot, said, did_you_mean(fluent.first, fluent.choices))
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
        """The `holds while` rules for a fluent that is begun or ended in another way too."""
        otherwise = {e.atom.fluent: "begun or ended by acts" for r in rules for e in r.effects}
        otherwise |= {r.lapse.atom.fluent: "made to lapse" for r in rules if r.lapse}
        for fluent in self.fluents.values():
            if fluent.open or fluent.first is not None:
                otherwise[fluent.name] = "open" if fluent.open else "said to hold at first"
        found: set[Spot] = set()
        for rule in rules:
            if rule.head is not None and rule.head.fluent in otherwise:
                how = otherwise[rule.head.fluent]
                where = "" if how.startswith(("open", "said")) else " elsewhere"
                said = f"“{rule.head.fluent}” is {how}{where}"
                self.wrong(rule.head.spot, said, "declare a fluent of its own for this rule")
                found.add(rule.spot)
        return found

    def reading(self, reading: Reading) -> None:
        if reading.name in self.readings:
            said = f"the reading “{reading.name}” is declared already"
            self.wrong(reading.spot, said, f"see {self.readings[reading.name].spot}")
        self.readings.setdefault(reading.name, reading)

    # --- rules and norms -------------------------------------------------------------------

    def rule(self, rule: Rule) -> Rule | None:
        before = len(self.problems)
        types = Types()
        self.belongs(rule)
        given = _under(rule, rule.condition)
        if rule.trigger is not None:
            bound = self.trigger(rule.trigger, types)
            condition, after = self.condition(given, bound, types)
            for effect in rule.effects:
                if effect.starts:
                    self.holdable(effect.atom, types)
            for effect in rule.effects:
                self.atom(effect.atom, types, value_wanted=effect.starts)
                self.head(effect.atom, after, effect.starts)
            rule = replace(rule, condition=condition)
        elif rule.lapse is not None:
            rule = self.lapse(rule, given, types)
        else:
            assert rule.head is not None
            self.atom(rule.head, types, value_wanted=True)
            condition, after = self.condition(given, set(), types)
            self.head(rule.head, after, True)
            self.timeless(given)
            if not _rests(given):
                said = "the condition can hold where nothing does"
                self.wrong(rule.spot, said, "let it rest on a fluent that holds, not on absence")
            rule = replace(rule, condition=condition)
        return rule if len(self.problems) == before else None

    def lapse(self, rule: Rule, given: Condition, types: Types) -> Rule:
        """Check how long a fluent holds at most."""
        lapse = rule.lapse
        assert lapse is not None
        self.atom(lapse.atom, types)
        condition, after = self.condition(given, variables_of(lapse.atom), types)
        self.operand(lapse.limit, ("number",) if lapse.days else ("date", "text"), types)
        limit = self.safe(lapse.limit, after)
        fluent = self.fluents.get(lapse.atom.fluent)
        if lapse.to is not None and fluent is not None:
            if fluent.value is None:
                said = f"“{fluent.name}” has no value; it can only cease"
                self.wrong(rule.spot, said, "leave out “to”")
            else:
                self.term(lapse.to, (fluent.value,), fluent.choices, types)
                self.head(replace(lapse.atom, args=(), value=lapse.to), after, True)
        return replace(rule, lapse=replace(lapse, limit=limit), condition=condition)

    def timeless(self, condition: Condition) -> None:
        """What holds while a condition does can ask of the present only."""
        for part in parts_of(condition):
            if not isinstance(part, Atom | Compare):
                continue
            for inner in (inner for operand in operands_of(part) for inner in inside(operand)):
                if isinstance(inner, Today):
                    said = "“today” has no meaning in what holds while something else does"
                    self.wrong(inner.spot, said, "let an act begin it")
            if isinstance(part, Atom) and part.day is not None:
                said = f"“{part.fluent}” on another day cannot be what something holds while"
                self.wrong(part.spot, said, "let an act begin it")

    def norm(self, norm: Norm) -> Norm | None:
        before = len(self.problems)
        types = Types()
        self.belongs(norm)
        bound = self.trigger(norm.trigger, types)
        scope, after = self.condition(_under(norm, norm.scope), bound, types)
        condition, _ = self.condition(norm.condition, after, types)
        limit = norm.limit
        if norm.answer is not None and limit is not None:
            self.pattern(norm.answer, types)
            self.operand(limit, ("number",), types)
            limit = self.safe(limit, after)
        checked = replace(norm, scope=scope, condition=condition, limit=limit)
        return checked if len(self.problems) == before else None

    def belongs(self, clause: Clause) -> None:
        """Check that the reading to which a rule or norm belongs is declared."""
        if clause.reading and clause.reading not in self.readings:
            mend = did_you_mean(clause.reading, self.readings)
            said = f"there is no reading “{clause.reading}”"
            self.wrong(clause.spot, said, mend or f'declare it: reading {clause.reading} "…"')

    def trigger(self, trigger: Trigger, types: Types) -> set[str]:
        """Check what a rule waits for; the variables that have values then."""
        if isinstance(trigger, Pattern):
            return self.pattern(trigger, types)
        self.atom(trigger.atom, types)
        return trigger.variables

    def condition(
        self, condition: Condition, bound: set[str], types: Types
    ) -> tuple[Condition, set[str]]:
        """Check a condition; it comes back in a safe order, with the variables bound after it."""
        self.typed(condition, types)
        self.narrowed(condition, types)
        self.spoken_of(condition)
        try:
            return ordered(condition, bound)
        except Unsafe as unsafe:
            self.wrong(unsafe.spot, f"“{unsafe.name}” has no value here", unsafe.why)
            return condition, bound | variables_of(condition)

    def narrowed(self, condition: Condition, types: Types) -> None:
        """Where `P.is = party` must hold, `P` is a party."""
        for part in condition.parts if isinstance(condition, And) else (condition,):
            if not isinstance(part, Compare) or part.op != "=":
                continue
            left, right = part.left, part.right
            if isinstance(left, FactOf) and left.key == "is" and isinstance(right, Const):
                types.seen[left.var.name] = Seen((right.text,), (), left.spot)

    def spoken_of(self, condition: Condition) -> None:
        """Under `no P:`, what does not speak of `P` was hardly meant to stand there."""
        for part in parts_of(condition):
            some = part.part if isinstance(part, Not) else None
            if not isinstance(some, Some) or not isinstance(some.part, And):
                continue
            own = {variable.name for variable in some.variables}
            for inner in some.part.parts:
                names = variables_of(inner)
                if not names & own and not any(n.startswith("_") for n in names):
                    said = f"“{words_of(inner)}” does not speak of {' or '.join(sorted(own))}"
                    self.wrong(some.spot, said, "put the “no” in brackets, or this before it")

    def safe(self, operand: Operand, bound: set[str]) -> Operand:
        """An operand in a safe order."""
        try:
            return ordered_operand(operand, bound)
        except Unsafe as unsafe:
            self.wrong(unsafe.spot, f"“{unsafe.name}” has no value here", unsafe.why)
            return operand

    def holdable(self, atom: Atom, types: Types) -> None:
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


def _under(clause: Clause, condition: Condition) -> Condition:
    """A condition together with what its clause stands under."""
    if not clause.under:
        return condition
    return And(clause.under) if condition == ALWAYS else And((*clause.under, condition))


def _rests(condition: Condition) -> bool:
    """Whether the condition needs something to hold; false where absence alone could do."""
    if isinstance(condition, Atom):
        return True
    if isinstance(condition, And):
        return any(_rests(part) for part in condition.parts)
    if isinstance(condition, Or):
        return all(_rests(part) for part in condition.parts)
    return isinstance(condition, Some) and _rests(condition.part)
