"""How one looks at a world: on what day, through whose eyes, by whose accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dragoman.when import Day, day_text, in_words, read

if TYPE_CHECKING:
    from dragoman.state.eyes import Eyes
    from dragoman.state.world import World


@dataclass(frozen=True, slots=True)
class Look:
    """A day (ISO), a viewer's id or none, accounts believed and not, and secrets marked or not.

    `Look.of` reads the query of an address and `query` writes it, so an address always shows the
    same.
    """

    day: str
    eyes: str = ""
    according_to: tuple[str, ...] = ()
    excepting: tuple[str, ...] = ()
    secrets: bool = False

    @classmethod
    def of(cls, world: World, asked: Iterable[tuple[str, str]], day: str) -> Look:
        """What a query asks for; names are forgiving. `day` is the day where it names none.

        Raises DragomanError for what is no day, NotFound or Ambiguous for names.
        """
        given: dict[str, list[str]] = {}
        for key, value in asked:
            if value:
                given.setdefault(key, []).append(value)
        seen = world.through(
            given.get("eyes", [""])[-1], given.get("account", ()), given.get("without", ())
        )
        return cls(
            day=day_text(world.day(given.get("on", [day])[-1])),
            eyes=seen.viewer,
            according_to=seen.according_to,
            excepting=seen.excepting,
            secrets="secrets" in given,
        )

    @property
    def number(self) -> Day:
        """The day, as a number."""
        return read(self.day).earliest

    @property
    def in_words(self) -> str:
        """The day as people say it."""
        return in_words(read(self.day))

    @property
    def partial(self) -> bool:
        """Whether not all acts are seen: through someone's eyes, or by some accounts."""
        return bool(self.eyes or self.according_to or self.excepting)

    def on(self, day: str) -> Look:
        """The same look at another day."""
        return replace(self, day=day)

    def query(
        self, *, on: bool = True, also: Mapping[str, str | int] | None = None, **more: str | int
    ) -> str:
        """The query of an address, with its `?` (empty if there is nothing to say).

        The day is left out where the path itself names it (`on` is false); `also` and `more` is
        what else the query says.
        """
        words = more if also is None else {**also, **more}
        said = urlencode(words)
        own = _own(self, on)
        return f"?{said}{'&' if said and own else ''}{own}" if said or own else ""

    def pairs(self, on: bool = True) -> list[tuple[str, str]]:
        """The look as names and values, for a query or a form; with the day, if `on` is true."""
        pairs = [("on", self.day)] if on else []
        pairs += [("eyes", self.eyes)] if self.eyes else []
        pairs += [("account", one) for one in self.according_to]
        pairs += [("without", one) for one in self.excepting]
        return [*pairs, *([("secrets", "1")] if self.secrets else [])]

    def through(self, world: World) -> Eyes:
        """The world through these eyes, by these accounts."""
        return world.through(self.eyes, self.according_to, self.excepting)

    def seen(self, world: World) -> World:
        """The world that is seen: the whole one, or what could be seen of it by the day."""
        return self.through(world).by(self.number) if self.partial else world


@lru_cache(maxsize=1_024)
def _own(look: Look, on: bool) -> str:
    """What the query of an address says of a look, with the day or without."""
    return urlencode(look.pairs(on))
