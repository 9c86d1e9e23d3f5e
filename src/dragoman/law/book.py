"""A law book: the laws that a world lives under, checked and ready to be evaluated."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dragoman.chronicle.catalogue import Catalogue
from dragoman.law.check import check_laws
from dragoman.law.parse import parse_law
from dragoman.law.strata import asked_by, heads_of, leans_of
from dragoman.law.tree import Clause, Fluent, Law, Norm, Pattern, Reading, Rule, Turn
from dragoman.problem import NotFound, Problem, nearest

#: Which fluent, and whether its start or its end.
TurnKey = tuple[str, bool]


@dataclass(frozen=True)
class LawBook:
    """Laws with their fluents, rules and norms; conditions stand in a safe order.

    `order` lists the fluents, each after those that it waits for. Rules are numbered in written
    order: where two effects meet at one moment, the later rule prevails. `readings` are the
    variants that some rules and norms belong to; `read_as` chooses one.
    """

    laws: tuple[Law, ...]
    fluents: Mapping[str, Fluent]
    rules: tuple[Rule, ...]
    norms: tuple[Norm, ...]
    order: tuple[str, ...]
    readings: Mapping[str, Reading]
    rules_on: dict[str, list[tuple[int, Rule]]] = field(init=False, default_factory=dict)
    rules_at: dict[TurnKey, list[tuple[int, Rule]]] = field(init=False, default_factory=dict)
    norms_on: dict[str, list[Norm]] = field(init=False, default_factory=dict)
    norms_at: dict[TurnKey, list[Norm]] = field(init=False, default_factory=dict)
    derivations_of: dict[str, list[Rule]] = field(init=False, default_factory=dict)
    lapses_of: dict[str, list[tuple[int, Rule]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for place, rule in enumerate(self.rules):
            if isinstance(rule.trigger, Pattern):
                self.rules_on.setdefault(rule.trigger.event, []).append((place, rule))
            elif isinstance(rule.trigger, Turn):
                self.rules_at.setdefault(_turn_key(rule.trigger), []).append((place, rule))
            elif rule.lapse is not None:
                self.lapses_of.setdefault(rule.lapse.atom.fluent, []).append((place, rule))
            elif rule.head is not None:
                self.derivations_of.setdefault(rule.head.fluent, []).append(rule)
        for norm in self.norms:
            if isinstance(norm.trigger, Pattern):
                self.norms_on.setdefault(norm.trigger.event, []).append(norm)
            else:
                self.norms_at.setdefault(_turn_key(norm.trigger), []).append(norm)

    @property
    def derivations(self) -> Sequence[Rule]:
        """The `holds while` rules."""
        return [rule for rule in self.rules if rule.head is not None]

    def rule(self, key: str) -> Clause | None:
        """The rule or norm called `law.name`, or None."""
        return next((rule for rule in self.clauses() if rule.key == key), None)

    def clauses(self) -> list[Clause]:
        """The rules, then the norms, in written order."""
        return [*self.rules, *self.norms]

    def read_as(self, reading: str = "") -> LawBook:
        """The book as one reading has it: what belongs to other readings is left out.

        Without a name, what belongs to any is left out. Raises NotFound.
        """
        if reading and reading not in self.readings:
            close = nearest(reading, self.readings) or sorted(self.readings)
            raise NotFound("reading of the law", reading, close)
        kept = ("", reading)
        rules = tuple(rule for rule in self.rules if rule.reading in kept)
        norms = tuple(norm for norm in self.norms if norm.reading in kept)
        return LawBook(self.laws, self.fluents, rules, norms, self.order, self.readings)

    def deciding(self, fluents: Iterable[str], norms: Container[str]) -> LawBook:
        """The part of the book that decides how some fluents stand and what some norms find."""
        judging = tuple(norm for norm in self.norms if norm.key in norms)
        wanted = {*fluents, *(name for norm in judging for name in asked_by(norm))}
        leans: dict[str, set[str]] = {}
        for lean in (lean for rule in self.rules for lean in leans_of(rule)):
            leans.setdefault(lean.fluent, set()).add(lean.on)
        waiting = list(wanted)
        while waiting:
            further = leans.get(waiting.pop(), set()) - wanted
            wanted |= further
            waiting += further
        rules = tuple(rule for rule in self.rules if not wanted.isdisjoint(heads_of(rule)))
        return LawBook(self.laws, self.fluents, rules, judging, self.order, self.readings)

    def only(
        self, fluents: Container[str], rules: Iterable[Rule], norms: Iterable[Norm] = ()
    ) -> LawBook:
        """A part of the book: some of its rules and norms, and the fluents of which they speak."""
        kept = {name: fluent for name, fluent in self.fluents.items() if name in fluents}
        order = tuple(name for name in self.order if name in fluents)
        return LawBook(self.laws, kept, tuple(rules), tuple(norms), order, self.readings)


def _turn_key(turn: Turn) -> TurnKey:
    return turn.atom.fluent, turn.starts


def read_laws(
    files: Iterable[tuple[str, str]], catalogue: Catalogue, names: Container[str] | None = None
) -> tuple[LawBook, list[Problem]]:
    """Parse and check law files given as (name to show, text).

    `names` are the ids of the registers; where given, every name in the law must be one.
    What cannot stand is left out of the book, and every fault comes back.
    """
    laws: list[Law] = []
    problems: list[Problem] = []
    for name, text in files:
        law, wrong = parse_law(text, name)
        problems += wrong
        if law is not None:
            laws.append(law)
    book, wrong = check_laws(laws, catalogue, names)
    return LawBook(tuple(laws), *book), sorted(problems + wrong)
