"""Which values of its variables make a condition true, in a given state.

The meaning of conditions stands here once. The interpreter asks it of the running state, a
proof asks it of the state at a past moment, and the compiler is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Protocol, Self, TypeAlias

from dragoman.law.reckon import Value, day, number, reckoned, stands, text
from dragoman.law.tree import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Not,
    Operand,
    Or,
    Pattern,
    Some,
    Term,
    Today,
    Total,
    Var,
)
from dragoman.law.walk import operand_variables, total_variables, variables_of
from dragoman.when import Day

Binding: TypeAlias = Mapping[str, str]


class State(Protocol):
    """What holds at a moment, and what the registers say."""

    def rows(
        self, fluent: str, args: Sequence[str | None], value: str | None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """The (arguments, value) that hold and agree with what is given; None is any."""
        ...

    def facts(self, entity: str, key: str) -> Sequence[str]:
        """The values of a register key of an entity."""
        ...

    def entities(self, key: str, value: str) -> Iterable[str]:
        """The entities of which the registers say this under the key."""
        ...

    @property
    def today(self) -> str:
        """The day of what happens, as `1919-04-10`; empty if it is not known."""
        ...

    def at_end_of(self, day: Day) -> State:
        """The state at the end of a day that is past."""
        ...

    @property
    def sure(self) -> bool:
        """Whether what holds in this state surely holds; if not, it may hold."""
        ...

    @property
    def denying(self) -> State:
        """The state of which a denial is asked: if this is what is sure, then what may be.

        Where nothing is in doubt, it is this state itself.
        """
        ...


class Known:
    """A state in which nothing is in doubt."""

    sure = True

    @property
    def denying(self) -> Self:
        """The state of which a denial is asked."""
        return self


def solutions(condition: Condition, binding: Binding, state: State) -> Iterator[Binding]:
    """Every extension of `binding` under which the condition holds in the state.

    The condition must have been put in a safe order (`plan.ordered`): what a comparison or a
    negation needs is bound by the parts before it.
    """
    if isinstance(condition, Atom):
        return _agreeing(condition, binding, state)
    if isinstance(condition, And):
        return _together(condition.parts, 0, binding, state)
    if isinstance(condition, Compare):
        return _compared(condition, binding, state)
    if isinstance(condition, Some):
        return _some(condition, binding, state)
    if isinstance(condition, Or):
        return (step for part in condition.parts for step in solutions(part, binding, state))
    return iter(() if holds(condition.part, binding, state.denying) else (binding,))


def _agreeing(atom: Atom, binding: Binding, state: State) -> Iterator[Binding]:
    """The binding, extended by each instance of the atom's fluent that agrees with it."""
    args = [value_of(term, binding) for term in atom.args]
    value = value_of(atom.value, binding) if atom.value is not None else None
    then = state if atom.day is None else _then(atom.day, binding, state)
    terms = atom.args if atom.value is None else (*atom.args, atom.value)
    known = args if atom.value is None else [*args, value]
    wanted = [
        (n, term.name)
        for n, (term, one) in enumerate(zip(terms, known, strict=True))
        if one is None and isinstance(term, Var)
    ]
    for found in then.rows(atom.fluent, args, value) if then else ():
        if not wanted:
            yield binding
            continue
        step, values = dict(binding), (*found[0], found[1])
        if all(step.setdefault(name, values[n]) == values[n] for n, name in wanted):
            yield step


def _together(
    parts: Sequence[Condition], n: int, binding: Binding, state: State
) -> Iterator[Binding]:
    """The solutions of the parts from the n-th on; those that bind nothing are only asked."""
    for place in range(n, len(parts)):
        part = parts[place]
        if isinstance(part, Compare) and _bound(part, binding):
            if not _true(part, binding, state):
                return
        elif isinstance(part, Not):
            if holds(part.part, binding, state.denying):
                return
        else:
            for step in solutions(part, binding, state):
                yield from _together(parts, place + 1, step, state)
            return
    yield binding


def register_tests(condition: Condition) -> list[Compare]:
    """What a condition asks of the registers, of constants and of its variables, throughout."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    return [part for part in parts if isinstance(part, Compare) and _of_registers(part)]


def registered(asked: Sequence[Compare], binding: Binding, state: State) -> Iterator[Binding]:
    """Every extension of `binding` that the registers leave, by what is asked of them.

    Only where the answer is at hand is it heeded: `P.country = C` gives `C` its values once `P` has
    one, and where `P.is = party` fails nothing is left.
    """
    for n, part in enumerate(asked):
        lacking = [o for o in (part.left, part.right) if not operand_variables(o) <= binding.keys()]
        if not lacking or (len(lacking) == 1 and isinstance(lacking[0], Var) and part.op == "="):
            rest = [*asked[:n], *asked[n + 1 :]]
            for step in _compared(part, binding, state):
                yield from registered(rest, step, state)
            return
    yield binding


def _of_registers(part: Compare) -> bool:
    return all(isinstance(operand, Const | Var | FactOf) for operand in (part.left, part.right))


def _some(condition: Some, binding: Binding, state: State) -> Iterator[Binding]:
    """The solutions without the quantified variables, each once."""
    inner = {v.name for v in condition.variables}
    free = {n for n in variables_of(condition) if not n.startswith("_")}
    seen: set[tuple[tuple[str, str], ...]] = set()
    for step in solutions(condition.part, binding, state):
        kept = {name: value for name, value in step.items() if name not in inner}
        key = tuple(sorted((n, kept[n]) for n in free if n in kept))
        if key not in seen:
            seen.add(key)
            yield kept
            if free <= binding.keys():
                return


def holds(condition: Condition, binding: Binding, state: State) -> bool:
    """Whether the condition holds under the binding."""
    return next(iter(solutions(condition, binding, state)), None) is not None


def matches(pattern: Pattern, roles: Mapping[str, Sequence[str]]) -> Iterator[Binding]:
    """Every way in which an act with these roles fits the pattern."""
    for role, term in pattern.roles:
        found = roles.get(role)
        if not found or (isinstance(term, Const) and term.text not in found):
            return iter(())
    if any(roles.get(role) for role, _ in pattern.lacking):
        return iter(())
    steps: list[Binding] = [{}]
    for role, term in pattern.roles:
        if isinstance(term, Const):
            steps = [step for step in steps for value in roles[role] if value == term.text]
            continue
        name = term.name
        steps = [
            step if name in step else {**step, name: value}
            for step in steps
            for value in roles[role]
            if step.get(name, value) == value
        ]
    return iter(steps)


def unify(terms: Sequence[Term], values: Sequence[str], binding: Binding) -> Binding | None:
    """The binding extended so that the terms stand for the values, or None."""
    new: dict[str, str] = {}
    for term, value in zip(terms, values, strict=True):
        known = term.text if isinstance(term, Const) else binding.get(term.name, new.get(term.name))
        if known is None:
            assert isinstance(term, Var)
            new[term.name] = value
        elif known != value:
            return None
    return {**binding, **new} if new else binding


def value_of(term: Term, binding: Binding) -> str | None:
    """What a term stands for under the binding; None if that is left open."""
    return term.text if isinstance(term, Const) else binding.get(term.name)


def _then(operand: Operand, binding: Binding, state: State) -> State | None:
    """The state at the end of the day that an operand names; None if it names no day."""
    today = day(state.today)
    days = [found for value in values(operand, binding, state) if (found := day(value)) is not None]
    past = days and today is not None and days[0] < today
    return state.at_end_of(days[0]) if past else None


def _bound(condition: Compare, binding: Binding) -> bool:
    """Whether no side of a comparison is left to be found: a variable, or whose fact it is."""
    for side in (condition.left, condition.right):
        variable = side.var if isinstance(side, FactOf) else side
        if isinstance(variable, Var) and variable.name not in binding:
            return False
    return True


def _compared(condition: Compare, binding: Binding, state: State) -> Iterator[Binding]:
    for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
        variable = side.var if isinstance(side, FactOf) else side
        if not isinstance(variable, Var) or variable.name in binding:
            continue
        options = readings(other, binding, state)
        if state.sure and len(options) > 1:  # no value of it is sure
            return
        for value in dict.fromkeys(text(value) for option in options for value in option):
            for entity in state.entities(side.key, value) if isinstance(side, FactOf) else [value]:
                yield {**binding, variable.name: entity}
        return
    if _true(condition, binding, state):
        yield binding


def _true(condition: Compare, binding: Binding, state: State) -> bool:
    """Whether a comparison holds whose variables are bound: in all readings, or in any."""
    if condition.op == "=":
        left = _texts(condition.left, binding, state)
        right = None if left is None else _texts(condition.right, binding, state)
        if left is not None and right is not None:
            return any(one in right for one in left)
    found = (
        _stands(condition.op, left, right)
        for left in readings(condition.left, binding, state)
        for right in readings(condition.right, binding, state)
    )
    return all(found) if state.sure else any(found)


def _texts(operand: Operand, binding: Binding, state: State) -> Sequence[str] | None:
    """What is named, or the registers say; None for an operand that must be reckoned."""
    if isinstance(operand, FactOf):
        return state.facts(binding[operand.var.name], operand.key)
    if isinstance(operand, Const | Var):
        return (operand.text if isinstance(operand, Const) else binding[operand.name],)
    return None


def _stands(op: str, left: Sequence[Value], right: Sequence[Value]) -> bool:
    """Whether any value on the left compares so with any on the right; for `!=`, none is equal."""
    if op == "!=":
        return not _stands("=", left, right)
    return any(stands(op, a, b) for a in left for b in right)


def values(operand: Operand, binding: Binding, state: State) -> Sequence[Value]:
    """What an operand comes to: one value, or several or none where the registers have so many.

    Its variables must be bound; so must, in a doubtful state, be what it comes to.
    """
    return readings(operand, binding, state)[0]


def readings(operand: Operand, binding: Binding, state: State) -> Sequence[Sequence[Value]]:
    """What an operand may come to: one reading, or several where that is in doubt.

    Each has one value, or several or none where the registers have so many. Its variables must be
    bound.
    """
    texts = _texts(operand, binding, state)
    if texts is not None:
        return [texts]
    if isinstance(operand, Today):
        return [(state.today,) if state.today else ()]
    if isinstance(operand, Total):
        return [(total,) for total in _totals(operand, binding, state)]
    assert isinstance(operand, Arithmetic)
    return [
        [found for a in left for b in right if (found := reckoned(operand.op, a, b)) is not None]
        for left in readings(operand.left, binding, state)
        for right in readings(operand.right, binding, state)
    ]


def _totals(total: Total, binding: Binding, state: State) -> Sequence[Fraction]:
    """How many there are, or what they add up to; where that is in doubt, all that it may be."""
    found = _counted(total, binding, state)
    other = found if state.denying is state else _counted(total, binding, state.denying)
    fewest, most = sorted((found, other), key=len)
    if total.of is None:
        return [Fraction(count) for count in range(len(fewest), len(most) + 1)]
    place = sorted(variable.name for variable in total_variables(total)).index(total.of.name)
    sums = {sum((number(one[place]) or Fraction(0) for one in fewest), Fraction(0))}
    for one in most - fewest:
        sums |= {known + (number(one[place]) or 0) for known in sums}
    return sorted(sums)


def _counted(total: Total, binding: Binding, state: State) -> set[tuple[str, ...]]:
    """The values of a total's variables for which its part holds."""
    names = sorted(variable.name for variable in total_variables(total))
    return {tuple(b[name] for name in names) for b in solutions(total.part, binding, state)}
