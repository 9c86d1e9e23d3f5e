"""An act: something done on a date by someone, as the chronicle tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dragoman.chronicle.catalogue import Kind
from dragoman.chronicle.names import fold
from dragoman.chronicle.notation import Plain
from dragoman.problem import Spot
from dragoman.when import Day, When


@dataclass(frozen=True, slots=True)
class Citation:
    """A work of the registers and the place in it, such as `carr-3` and `375-376`."""

    work: str
    locator: str

    def __str__(self) -> str:
        return f"{self.work} {self.locator}".rstrip()


@dataclass(frozen=True, slots=True)
class Order:
    """This act stands after (or before) another; `days` later (or earlier) if that is known."""

    act: str
    days: int | None
    before: bool
    spot: Spot


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Role values are ids of register entries, texts or numbers as written.

    `certainty` is `stated`, `inferred` or `disputed`. `orders` are the known places of the act
    before or after others, `contradicts` the acts that tell of the same thing otherwise. `spot` is
    where the act stands in its file. `slot` is its place among acts that fall on one day: as
    written, but for what is known of their order. `stated` are the bounds that its own date gives,
    which the order may have tightened; None if it has no date.
    """

    id: str
    kind: str
    when: When
    roles: Mapping[str, tuple[str, ...]]
    what: str
    cites: tuple[Citation, ...]
    place: str | None
    certainty: str
    secret: bool
    known_to: tuple[str, ...]
    disclosed: When | None
    according_to: tuple[str, ...]
    contradicts: tuple[str, ...]
    note: str
    data: Mapping[str, Plain]
    orders: tuple[Order, ...]
    spot: Spot
    slot: int = 0
    stated: tuple[Day, Day] | None = None

    def named(self) -> Iterator[str]:
        """Every value that the act names, in its roles and as its place."""
        for values in self.roles.values():
            yield from values
        if self.place:
            yield self.place


def act_id(date: str, kind: Kind, roles: Mapping[str, tuple[str, ...]]) -> str:
    """The id that an act has unless it states one: first date, kind and main roles.

    It depends on the act alone, so it does not change when other acts are added.
    """
    first = re.match(r"\[?(?:\.\.)?([^.,/\]~?%]+)", date)
    words = [first[1].removesuffix(" OS") if first else "undated", kind.name]
    for role in kind.named_by:
        words += roles.get(role, ())[:2]
    return "-".join(part for word in words if (part := _slug(word)))


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    return slug if len(slug) <= 48 else slug[:48].rsplit("-", 1)[0]


def rivals_of(acts: Iterable[Act]) -> dict[str, set[str]]:
    """The acts that contradict each act, by id; if one contradicts another, so does that it."""
    found: dict[str, set[str]] = {}
    for act in acts:
        for other in act.contradicts:
            found.setdefault(act.id, set()).add(other)
            found.setdefault(other, set()).add(act.id)
    return found
