"""The order in which `holds while` fluents are solved, and the circles that have none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dragoman.law.tree import Rule, atoms_of


def strata_of(rules: Sequence[Rule]) -> tuple[list[str], list[tuple[Rule, str]]]:
    """The `holds while` fluents, each after those it leans on; and the rules that go round."""
    leans: dict[str, dict[str, tuple[Rule, bool]]] = {}
    for rule in rules:
        if rule.head is not None:
            own = leans.setdefault(rule.head.fluent, {})
            for atom, positive in atoms_of(rule.condition):
                if atom.fluent not in own or not positive:
                    own[atom.fluent] = (rule, positive)
    order: list[str] = []
    cyclic: list[tuple[Rule, str]] = []
    state: dict[str, int] = {}

    def visit(fluent: str, path: tuple[str, ...]) -> None:
        state[fluent] = 1
        for other, (rule, _) in leans[fluent].items():
            if other not in leans:
                continue
            if state.get(other) == 1:
                ring = [*path[path.index(other) :], other]
                steps = itertools.pairwise(ring)
                negative = any(not leans[one][two][1] for one, two in steps)
                how = ", through a negation" if negative else ""
                said = f"“{other}” leans on itself{how}: {' → '.join(ring)}"
                cyclic.append((rule, said))
            elif other not in state:
                visit(other, (*path, other))
        state[fluent] = 2
        order.append(fluent)

    for fluent in leans:
        if fluent not in state:
            visit(fluent, (fluent,))
    return order, cyclic
