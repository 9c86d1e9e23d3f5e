"""A proof as a page: the acts, the rule as written, the page of the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dragoman.atlas.page import Asked, Page, View
from dragoman.problem import DragomanError
from dragoman.state.proof import Proof


def proof(asked: Asked) -> Page:
    """Why the fact in the query stood on the day, or what was wanting. Raises NotFound."""
    fact = asked.words.get("fact", "")
    if not fact:
        raise DragomanError("Name a fact: /why?fact=in_force(treaty-of-rapallo-1922)&on=1922-06-01")
    found = asked.world.why(fact, asked.look.day)
    law, _, _ = found.rule.partition(".")
    return Page(
        title=f"{found.says}: {'' if found else f'{found.verdict}, '}{asked.look.in_words}",
        template="proof.html",
        shown={"proof": found, "law": law},
        rows=list(_flat(found, 0)),
        columns=("depth", "says", "verdict", "sure", "since", "act", "rule", "cites"),
        words=("fact",),
    )


def _flat(found: Proof, depth: int) -> Iterator[Mapping[str, Any]]:
    plain = {name: getattr(found, name) for name in Proof.__slots__ if name != "grounds"}
    yield {"depth": depth, **plain}
    for ground in found.grounds:
        yield from _flat(ground, depth + 1)


VIEWS: Mapping[str, View] = {"/why": proof}
