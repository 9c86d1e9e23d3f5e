"""Random laws and chronicles: small vocabularies, every construct of the language."""

from __future__ import annotations

from hypothesis import strategies as st

from dragoman.chronicle.catalogue import Catalogue, Kind, common_catalogue, holds
from dragoman.law import Event, LawBook, read_laws

THINGS = ("a", "b", "c")
VALUES = ("u", "v", "w")
NUMBERS = ("1", "2", "10", "x")
KINDS = ("one", "two", "end of two")
KEYS = ("type", "parties", "unit")


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
fluent s(x: entity) = u | v | w
fluent t(x: entity, y: entity) = u | v | w symmetric
fluent d(x: entity)
fluent e(x: entity, y: entity) symmetric
fluent f(x: entity) = u | v | w
"""
ARITY = {"p": 1, "q": 2, "r": 2, "s": 1, "t": 2, "d": 1, "e": 2, "f": 1}
VALUED = ("s", "t", "f")
BASE, DERIVED = ("p", "q", "r", "s", "t"), ("d", "e", "f")
SAID = '\n  because "so it is" source "nowhere"\n'


@st.composite
def conditions(draw: st.DrawFn, known: tuple[str, ...], below: tuple[str, ...], deep: int) -> str:
    """A condition on the fluents `below`; `known` are the variables that have values."""
    terms = [*known, "_", "a"]
    choices = ["atom", "atom", "compare", "fact"]
    if deep:
        choices += ["and", "or", "not", "some", "no", "either"]
    shape = draw(st.sampled_from(choices if below else ["compare", "fact"]))
    inner = deep - 1
    if shape == "atom":
        return draw(atoms(tuple(terms), below))
    if shape == "compare":
        op = draw(st.sampled_from(["=", "!=", "<", ">="]))
        right = draw(st.sampled_from([*known, "a", "2"]))
        return f"{draw(st.sampled_from(known))} {op} {right}"
    if shape == "fact":
        op = draw(st.sampled_from(["=", "!=", "<="]))
        right = draw(st.sampled_from([*known, "a", "2"]))
        return f"{draw(st.sampled_from(known))}.{draw(st.sampled_from(KEYS))} {op} {right}"
    if shape in ("and", "or"):
        one, other = (draw(conditions(known, below, inner)) for _ in range(2))
        return f"({one} {shape} {other})"
    if shape == "either":  # each branch gives the same new variable a value; a later part uses it
        one, other, last = (draw(atoms(("W",), below, first="W")) for _ in range(3))
        return f"(({one} or {other}) and {last})"
    if shape == "not":
        return f"not {draw(conditions(known, below, inner))}"
    name = draw(st.sampled_from(["Z", *known]))
    inside = tuple(dict.fromkeys((*known, name)))
    binder = draw(atoms((name,), below, first=name))
    rest = draw(conditions(inside, below, inner))
    return f"({shape} {name}: {binder} and {rest})"


@st.composite
def atoms(
    draw: st.DrawFn, terms: tuple[str, ...], below: tuple[str, ...], first: str | None = None
) -> str:
    """A fluent with arguments from `terms`; the first argument may be given."""
    name = draw(st.sampled_from(below))
    args = [draw(st.sampled_from(terms)) for _ in range(ARITY[name])]
    if first is not None:
        args[draw(st.integers(0, len(args) - 1))] = first
        args = [first if a == "_" and len(args) == 1 else a for a in args]
    value = f" = {draw(st.sampled_from(VALUES))}" if name in VALUED and draw(st.booleans()) else ""
    return f"{name}({', '.join(args)}){value}"


@st.composite
def patterns(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """A pattern of an act, and the variables that it binds."""
    kind = draw(st.sampled_from(KINDS))
    shape = draw(st.sampled_from(["by X, to Y", "by X, by Y", "by X, to Y, grade G", "by X"]))
    extra = draw(st.sampled_from(["", "", ", no grade", ", amount N"]))
    if "grade" in shape and "grade" in extra:
        extra = ""
    variables = [v for v in "XYGN" if f" {v}" in shape + extra]
    return f"{kind}({shape}{extra})", tuple(variables)


@st.composite
def laws(draw: st.DrawFn) -> str:
    """The text of a law in which no fluent leans on itself."""
    text = FLUENTS
    number = 0
    for place, name in enumerate(BASE):
        below = BASE[:place]
        for _ in range(draw(st.integers(1, 2))):
            pattern, known = draw(patterns())
            named = [v for v in known if v in "XY"]
            condition = ""
            if draw(st.booleans()):
                condition = f" if {draw(conditions(known, below, 2))}"
            head = [draw(st.sampled_from(named)) for _ in range(ARITY[name])]
            value = only = ""
            if name in VALUED:
                value = f" = {'G' if 'G' in known else draw(st.sampled_from(VALUES))}"
            effect = f"initiates {name}({', '.join(head)}){value}"
            if draw(st.booleans()):
                head = [draw(st.sampled_from([*named, "_"])) for _ in range(ARITY[name])]
                if value and draw(st.booleans()):
                    only = f" = {draw(st.sampled_from(VALUES))}"
                ends = f"terminates {name}({', '.join(head)}){only}"
                effect = draw(st.sampled_from([f"{effect} {ends}", ends]))
            number += 1
            text += f"rule n{number}: {pattern} {effect}{condition}{SAID}"
    for place, name in enumerate(DERIVED):
        below = (*BASE, *DERIVED[:place])
        for _ in range(draw(st.integers(1, 2))):
            variables = ("X", "Y")[: ARITY[name]]
            binder = " and ".join(draw(atoms((v,), below, first=v)) for v in variables)
            rest = draw(conditions(variables, below, 2))
            value = f" = {draw(st.sampled_from(VALUES))}" if name in VALUED else ""
            number += 1
            said = f"{name}({', '.join(variables)}){value}"
            text += f"rule n{number}: {said} holds while {binder} and {rest}{SAID}"
    for _ in range(draw(st.integers(0, 2))):
        pattern, known = draw(patterns())
        number += 1
        condition = draw(conditions(known, (*BASE, *DERIVED), 2))
        text += f"norm n{number}: {pattern} requires {condition}{SAID}"
    return text


def book_of(text: str) -> LawBook:
    """The book of a law text; rules that the checker refuses are left out of it."""
    book, _ = read_laws([("random.law", text)], catalogue())
    return book


names = st.lists(st.sampled_from(THINGS), max_size=2, unique=True).map(tuple)


@st.composite
def chronicles(draw: st.DrawFn) -> list[Event]:
    """Events in order; now and then several share a moment."""
    events: list[Event] = []
    moment = 0
    for seq in range(draw(st.integers(0, 14))):
        moment += draw(st.sampled_from([0, 1, 1, 3]))
        roles = {"by": draw(names), "to": draw(names)}
        if draw(st.booleans()):
            roles["grade"] = (draw(st.sampled_from(VALUES)),)
        if draw(st.booleans()):
            roles["amount"] = (draw(st.sampled_from(NUMBERS)),)
        events.append(Event(seq, moment, draw(st.sampled_from(KINDS)), roles, moment))
    return events


facts = st.dictionaries(
    st.sampled_from(THINGS),
    st.dictionaries(
        st.sampled_from(KEYS), st.lists(st.sampled_from([*THINGS, "2"]), max_size=2).map(tuple)
    ),
)
