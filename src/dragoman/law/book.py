"""A law book: the laws that a world lives under, checked and ready to be evaluated."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dragoman.chronicle.catalogue import Catalogue
from dragoman.law.check import check_laws
from dragoman.law.parse import parse_law
from dragoman.law.tree import Clause, Fluent, Law, Norm, Rule
from dragoman.problem import Problem


@dataclass(frozen=True)
class LawBook:
    """Laws with their fluents, rules and norms; conditions stand in a safe order.

    `strata` lists the `holds while` fluents, each after those it leans on. Rules on acts are
    numbered in written order: where two effects meet at one moment, the later rule prevails.
    """

    laws: tuple[Law, ...]
    fluents: Mapping[str, Fluent]
    rules: tuple[Rule, ...]
    norms: tuple[Norm, ...]
    strata: tuple[str, ...]
    rules_on: Mapping[str, Sequence[tuple[int, Rule]]] = field(init=False)
    norms_on: Mapping[str, Sequence[Norm]] = field(init=False)
    derivations: Sequence[Rule] = field(init=False)
    derivations_of: Mapping[str, Sequence[Rule]] = field(init=False)

    def __post_init__(self) -> None:
        rules_on: dict[str, list[tuple[int, Rule]]] = {}
        norms_on: dict[str, list[Norm]] = {}
        derivations_of: dict[str, list[Rule]] = {}
        for place, rule in enumerate(self.rules):
            if rule.pattern is not None:
                rules_on.setdefault(rule.pattern.event, []).append((place, rule))
            elif rule.head is not None:
                derivations_of.setdefault(rule.head.fluent, []).append(rule)
        for norm in self.norms:
            norms_on.setdefault(norm.pattern.event, []).append(norm)
        object.__setattr__(self, "rules_on", rules_on)
        object.__setattr__(self, "norms_on", norms_on)
        object.__setattr__(self, "derivations", [r for r in self.rules if r.head is not None])
        object.__setattr__(self, "derivations_of", derivations_of)

    def rule(self, key: str) -> Clause | None:
        """The rule or norm called `law.name`, or None."""
        return next((rule for rule in self.clauses() if rule.key == key), None)

    def clauses(self) -> list[Clause]:
        """The rules, then the norms, in written order."""
        return [*self.rules, *self.norms]


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
    fluents, rules, norms, strata, wrong = check_laws(laws, catalogue, names)
    book = LawBook(tuple(laws), fluents, tuple(rules), tuple(norms), tuple(strata))
    return book, sorted(problems + wrong)
