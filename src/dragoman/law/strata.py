"""The order in which fluents are brought up to date at a moment, and the circles that have none.

A fluent that holds while others do comes after those that it leans on; one that is begun or ended
by the start or end of another comes after that one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from dragoman.law.tree import Rule, Turn
from dragoman.law.walk import atoms_of


def order_of(
    fluents: Iterable[str], rules: Sequence[Rule]
) -> tuple[list[str], list[tuple[Rule, str]]]:
    """The fluents, each after those it waits for; and the rules that go round."""
    leans: dict[str, dict[str, tuple[Rule, bool]]] = {name: {} for name in fluents}
    for rule in rules:
        if rule.head is not None:
            own = leans[rule.head.fluent]
            for atom, positive in atoms_of(rule.condition):
                if atom.fluent not in own or not positive:
                    own[atom.fluent] = (rule, positive)
        elif isinstance(rule.trigger, Turn):
            for effect in rule.effects:
                leans[effect.atom.fluent][rule.trigger.atom.fluent] = (rule, True)
    order: list[str] = []
    cyclic: list[tuple[Rule, str]] = []
    state: dict[str, int] = {}

    def visit(fluent: str, path: tuple[str, ...]) -> None:
        state[fluent] = 1
        for other, (rule, _) in leans[fluent].items():
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
