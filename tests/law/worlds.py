"""Random laws and chronicles: small vocabularies, every construct of the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import TypeAlias

from hypothesis import strategies as st

from dragoman.chronicle.catalogue import Catalogue, Kind, common_catalogue, holds
from dragoman.law import Derivation, Event, LawBook, read_laws
from dragoman.law.events import Facts
from dragoman.law.tree import (
    Arithmetic,
    Atom,
    Clause,
    Compare,
    Condition,
    FactOf,
    Norm,
    Not,
    Or,
    Rule,
    Some,
    Today,
    Total,
    Turn,
)
from dragoman.law.walk import inside, operands_of, parts_of
from dragoman.when import day_from_gregorian, day_text

THINGS = ("a", "b", "c")
VALUES = ("u", "v", "w")
NUMBERS = ("1", "2", "2.0", "0.5", "10", "x")
KINDS = ("one", "two", "end of two")
KEYS = ("type", "parties", "unit")
#: The first day of random chronicles.
FIRST_DAY = day_from_gregorian(1920, 1, 1)


def catalogue() -> Catalogue:
    """The common classes, and two kinds of act with every sort of role."""
    roles = {
        "by": holds("entity*"),
        "to": holds("entity*"),
        "grade": holds("(u, v, w)?"),
        "amount": holds("text?"),
    }
    kinds = {n: Kind(n, n, "", "state", roles, (), "") for n in ("one", "two")}
    return Catalogue(common_catalogue().classes, kinds)


FLUENTS = """law random "A law made at random"
fluent p(x: entity)
fluent q(x: entity, y: entity)
fluent r(x: entity, y: entity) symmetric
fluent s(x: entity) = u | v | w at first u
fluent t(x: entity, y: entity) = u | v | w symmetric
fluent n(x: entity) = text
fluent o(x: entity) open
fluent d(x: entity)
fluent e(x: entity, y: entity) symmetric
fluent f(x: entity) = u | v | w
"""
ARITY = {"p": 1, "q": 2, "r": 2, "s": 1, "t": 2, "n": 1, "o": 1, "d": 1, "e": 2, "f": 1}
VALUED = ("s", "t", "f", "n")
BASE, DERIVED = ("p", "s", "q", "o", "t", "r", "n"), ("d", "f", "e")
SAID = '\n  because "so it is" source "nowhere"\n'


def a_day(dice: Random) -> str:
    """A day of a random chronicle."""
    return day_text(FIRST_DAY + dice.randint(0, 12))


def conditions(
    dice: Random, known: tuple[str, ...], below: tuple[str, ...], deep: int, timely: bool = True
) -> str:
    """A condition on the fluents `below`; `known` are the variables that have values.

    It is `timely` if it may ask what day it is.
    """
    shapes = ["compare", "fact", "reckon"]
    if below:
        shapes += ["atom", "atom", "atom", "total", "sum", "bound", "said"]
        shapes += ["on", "today"] if timely else []
    if deep and below:
        shapes += ["and", "or", "not", "some", "no", "either"]
    shape = dice.choice(shapes)
    own = dice.choice(known)
    other = dice.choice([*known, "a", "2"])
    order = dice.choice(["=", "!=", "<", ">="])
    if shape == "atom":
        return atoms(dice, (*known, "_", "a"), below)
    if shape == "compare":
        return f"{own} {order} {other}"
    if shape == "fact":
        return f"{own}.{dice.choice(KEYS)} {order} {other}"
    if shape == "reckon":
        sign = dice.choice("+-*/")
        return f"{own} {sign} {dice.choice(['1', '2', '0.5'])} {order} {other}"
    if shape == "on":
        when = dice.choice(["today - 1", "today - 2", a_day(dice), "today - 800000"])
        return f"{atoms(dice, (*known, '_', 'a'), below)} on {when}"
    if shape == "today":
        moved = dice.choice(["- 0", "- 1", "- 2", "+ 4000000", "- 800000"])
        return f"today {moved} {order} {a_day(dice)}"
    if shape == "total":
        limit = dice.choice(["1", "2", f"count(V: {atoms(dice, ('V',), below, 'V')})"])
        counted = atoms(dice, ("Z", *known, "_"), below, first="Z")
        return f"count(Z: {counted}) {order} {limit}"
    if shape == "sum":
        return f"sum(M for Z: n(Z) = M) {order} {dice.choice(['1', '2/3 * 3', '12'])}"
    if shape == "bound":  # a variable takes what is counted
        counted = atoms(dice, ("Z", *known), below, first="Z")
        return f"(some K: K = count(Z: {counted}) and K {order} 1)"
    if shape == "said":  # a variable goes through the registers
        key = dice.choice(KEYS)
        return f"(some W: W.{key} = {other} and {atoms(dice, ('W', *known), below, first='W')})"
    inner = deep - 1
    if shape in ("and", "or"):
        one, two = (conditions(dice, known, below, inner, timely) for _ in range(2))
        return f"({one} {shape} {two})"
    if shape == "either":  # each branch gives the same new variable a value; a later part uses it
        one, two, last = (atoms(dice, ("W",), below, first="W") for _ in range(3))
        return f"(({one} or {two}) and {last})"
    if shape == "not":
        return f"not {conditions(dice, known, below, inner, timely)}"
    name = dice.choice(["Z", *known])
    inside = tuple(dict.fromkeys((*known, name)))
    binder = atoms(dice, (name,), below, first=name)
    rest = conditions(dice, inside, below, inner, timely)
    return f"({shape} {name}: {binder} and {rest})"


def atoms(
    dice: Random, terms: tuple[str, ...], below: tuple[str, ...], first: str | None = None
) -> str:
    """A fluent with arguments from `terms`; the first argument may be given."""
    name = dice.choice(below)
    args = [dice.choice(terms) for _ in range(ARITY[name])]
    if first is not None:
        args[dice.randrange(len(args))] = first
        args = [first if a == "_" and len(args) == 1 else a for a in args]
    return f"{name}({', '.join(args)}){said_value(dice, name)}"


def said_value(dice: Random, name: str) -> str:
    """A value that a fluent may be asked for, or none."""
    values = {"n": ["", " = 1", " = 2"]}.get(name, ["", *(f" = {v}" for v in VALUES)])
    return dice.choice(values) if name in VALUED else ""


def patterns(dice: Random) -> tuple[str, tuple[str, ...]]:
    """A pattern of an act, and the variables that it binds."""
    kind = dice.choice(KINDS)
    shape = dice.choice(["by X, to Y", "by X, by Y", "by X, to Y, grade G", "by X"])
    extra = dice.choice(["", "", ", no grade", ", amount N"])
    if "grade" in shape and "grade" in extra:
        extra = ""
    variables = [v for v in "XYGN" if f" {v}" in shape + extra]
    return f"{kind}({shape}{extra})", tuple(variables)


def triggers(dice: Random, below: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """An act, or the start or end of a fluent `below`, and the variables that it binds."""
    if not below or dice.random() < 0.5:
        return patterns(dice)
    name = dice.choice(below)
    args = ("X", "Y")[: ARITY[name]]
    turn = dice.choice(["start", "end", "end"])
    return f"{turn} of {name}({', '.join(args)}){said_value(dice, name)}", args


def act_rules(dice: Random, name: str, below: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """What an act or turn does to a base fluent."""
    trigger, known = triggers(dice, below)
    named = [v for v in known if v in "XY"]
    head = [dice.choice(named) for _ in range(ARITY[name])]
    parts: list[str] = []
    if dice.random() < 0.5:
        parts.append(conditions(dice, known, asked, 1))
    if dice.randint(0, 3) == 0:  # a guard on the instance itself
        guard = f"{name}({', '.join(head)}){said_value(dice, name)}"
        parts.append(dice.choice([guard, f"not {guard}"]))
    value = ""
    if name == "n":
        value = f" = {'N' if 'N' in known else dice.choice(NUMBERS[:3])}"
    elif name in VALUED:
        value = f" = {'G' if 'G' in known else dice.choice(VALUES)}"
    effect = f"initiates {name}({', '.join(head)}){value}"
    if dice.randint(0, 2) == 0:
        head = [dice.choice([*named, "_"]) for _ in range(ARITY[name])]
        ends = f"terminates {name}({', '.join(head)}){said_value(dice, name)}"
        effect = dice.choice([f"{effect} {ends}", ends])
    return f"{trigger} {effect}{' if ' * bool(parts)}{' and '.join(parts)}"


def lapses(dice: Random, name: str, asked: tuple[str, ...]) -> str:
    """How long a base fluent holds at most."""
    args = ("X", "Y")[: ARITY[name]]
    value = said_value(dice, name)
    limit = dice.choice(["0 days", "1 day", "1 day", "2 days", "1 + 1 days", a_day(dice)])
    rest = dice.choice(["", "", " renewed"])
    if name in VALUED and dice.random() < 0.8:
        rest += f" to {dice.choice(VALUES if name != 'n' else ('2',))}"
    if dice.randint(0, 2) == 0:
        rest += f" if {conditions(dice, args, asked, 1)}"
    return f"{name}({', '.join(args)}){value} lapses after {limit}{rest}"


def norms(dice: Random, below: tuple[str, ...]) -> str:
    """A norm of one of the four sorts."""
    trigger, known = patterns(dice) if dice.random() < 0.5 else triggers(dice, below)

    def asked(deep: int) -> str:
        condition = conditions(dice, known, below, deep)
        if "o" in below and dice.random() < 0.3:  # it hangs on what may not be told
            condition = dice.choice(["o(X)", f"{condition} and not o(X)", f"({condition} or o(X))"])
        return condition

    verb = dice.choice(["requires", "forbidden", "obliges", "expects"])
    while_ = f" while {asked(1)}" if dice.random() < 0.5 else ""
    if verb == "requires":
        return f"{trigger} requires {asked(2)}{while_}"
    if verb == "forbidden":
        except_ = f" except {asked(1)}" if dice.random() < 0.5 else ""
        return f"{trigger} forbidden{while_}{except_}"
    if dice.random() < 0.5:
        while_ = f" while {atoms(dice, (*known, '_'), below)}"
    answer = dice.choice(["one(by X)", "two(by Q)", "one(by X, to Q)", "end of two(by X)"])
    return f"{trigger} {verb} {answer} within {dice.randint(0, 3)} days{while_}"


def law_text(dice: Random, size: int) -> str:
    """The text of a law; in some, fluents begun by acts ask of one another in a ring.

    `size`, at most 8, says how many of the fluents have rules.
    """
    base, derived = BASE[:size], DERIVED[: (size + 1) // 2]
    every = (*base, *derived)
    ring = dice.randint(0, 3) == 0
    clauses: list[str] = []
    for place, name in enumerate(base):
        asked = every if ring else base[:place]
        clauses += [
            f"rule % {act_rules(dice, name, base[:place], asked)}"
            for _ in range(dice.randint(1, 2))
        ]
        if dice.randint(0, 2) == 0 or (name in VALUED and dice.random() < 0.5):
            clauses.append(f"rule % {lapses(dice, name, asked)}")
    for place, name in enumerate(derived):
        below = (*base, *derived[:place])
        for _ in range(dice.randint(1, 2)):
            variables = ("X", "Y")[: ARITY[name]]
            parts = [atoms(dice, (v,), below, first=v) for v in variables]
            if dice.random() < 0.7:
                parts.append(conditions(dice, variables, below, 2, timely=False))
            value = f" = {dice.choice(VALUES)}" if name in VALUED else ""
            head = f"{name}({', '.join(variables)}){value}"
            clauses.append(f"rule % {head} holds while {' and '.join(parts)}")
    clauses += [f"norm % {norms(dice, every)}" for _ in range(dice.randint(1, 6))]
    text = FLUENTS
    for number, clause in enumerate(clauses):
        under = " under p(a)" if dice.randint(0, 9) == 0 else ""
        text += clause.replace("%", f"n{number}{under}:", 1) + SAID
    return renamed(text) if dice.random() < 0.3 else text


def renamed(text: str) -> str:
    """A law with variables that differ in their capitals only, and a fluent with a hyphen."""
    for old, new in ((r"\bX\b", "Xa"), (r"\bY\b", "XA"), (r"\bo\(", "o-pen(")):
        text = re.sub(old, new, text)
    return text


def book_of(text: str) -> LawBook:
    """The book of a law text; rules that the checker refuses are left out of it."""
    book, _ = read_laws([("random.law", text)], catalogue())
    return book


def names(dice: Random) -> tuple[str, ...]:
    """One or two of the things, now and then none."""
    return tuple(dice.sample(THINGS, dice.choice([0, 1, 1, 1, 1, 2, 2])))


def chronicle(dice: Random, length: int) -> list[Event]:
    """Events in order, over some days; now and then several share a moment."""
    events: list[Event] = []
    moment, day = 0, FIRST_DAY
    for seq in range(length):
        step = dice.choice([0, 1, 1, 3])
        moment += step
        day += dice.choice([0, 1, 1, 2]) if step else 0
        roles = {"by": names(dice), "to": names(dice)}
        if dice.random() < 0.5:
            roles["grade"] = (dice.choice(VALUES),)
        if dice.random() < 0.5:
            roles["amount"] = (dice.choice(NUMBERS),)
        events.append(Event(seq, moment, dice.choice(KINDS), roles, day))
    return events


def said(dice: Random) -> Facts:
    """What the registers say of some of the things, each of which is an entity."""
    return {
        thing: {
            "is": ("entity",),
            **{key: tuple(dice.sample([*THINGS, "2"], dice.randint(0, 2))) for key in KEYS},
        }
        for thing in THINGS
        if dice.random() < 0.8
    }


#: A chronicle and what the registers say.
Tale: TypeAlias = tuple[list[Event], Facts]

seeds = st.integers(0, 2**32)
#: Random laws; the smaller the size, the fewer the rules.
laws = st.builds(lambda seed, size: law_text(Random(seed), size), seeds, st.integers(1, 8))
#: Random chronicles with what the registers say.
tales = st.builds(
    lambda seed, length: (chronicle(Random(seed), length), said(Random(seed))),
    seeds,
    st.integers(0, 25),
)


# --- what a random case has exercised ----------------------------------------------------------


def exercised(book: LawBook, found: Derivation) -> Counter[str]:
    """The constructs of the rules that began or ended something, and of the norms that found."""
    causes = [cause for span in found.spans for cause in (span.began, span.ended) if cause]
    used = {cause.rule for cause in causes} | {finding.norm for finding in found.findings}
    counted: Counter[str] = Counter()
    for key in used - {""}:
        clause = book.rule(key)
        assert clause is not None
        counted.update(set(constructs(clause)))
    if any(span.began.seq == -1 for span in found.spans):
        counted["at first"] += 1
    counted.update({finding.verdict for finding in found.findings})
    if any(finding.unless or finding.provided for finding in found.findings):
        counted["open"] += 1
    return counted


def constructs(clause: Clause) -> Iterator[str]:
    """The names of the constructs in a rule or norm."""
    if clause.under:
        yield "under"
    parts: list[Condition] = []
    if isinstance(clause, Rule):
        parts.append(clause.condition)
        if clause.head is not None:
            yield "holds while"
        elif clause.lapse is not None:
            yield "lapse"
            yield from ("renewed",) * clause.lapse.renewed
            yield from ("lapse to",) * (clause.lapse.to is not None)
        elif isinstance(clause.trigger, Turn):
            yield "start of" if clause.trigger.starts else "end of"
        if any(not effect.starts for effect in clause.effects):
            yield "terminates"
    if isinstance(clause, Norm):
        parts += [clause.condition, clause.scope]
        yield clause.verb
        if isinstance(clause.trigger, Turn):
            yield "norm on a turn"
    for part in (inner for whole in parts for inner in parts_of(whole)):
        if isinstance(part, Not | Or | Some):
            yield type(part).__name__.lower()
        elif isinstance(part, Atom | Compare):
            if isinstance(part, Atom) and part.day is not None:
                yield "on"
            for operand in (o for whole in operands_of(part) for o in inside(whole)):
                if isinstance(operand, Today | Total | Arithmetic | FactOf):
                    yield type(operand).__name__.lower()
