"""Registers: the actors, persons, places, instruments, documents and works that acts name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dragoman.chronicle.acts import Citation
from dragoman.chronicle.catalogue import Catalogue
from dragoman.chronicle.names import fold, sound
from dragoman.problem import Ambiguous, NotFound, Spot, nearest


@dataclass(frozen=True, slots=True)
class Provision:
    """What an instrument or document provides on a topic, in own words."""

    topic: str
    text: str
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A register entry: id, class, names and its own facts (`facts`, by key)."""

    id: str
    of_class: str
    name: str
    also: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]
    provisions: tuple[Provision, ...]
    cites: tuple[Citation, ...]
    note: str
    spot: Spot

    def fact(self, key: str) -> str | None:
        """The first value of a key, or None."""
        values = self.facts.get(key, ())
        return values[0] if values else None


class Registers(Mapping[str, Entity]):
    """All entries by id, and the forgiving search for a name among them."""

    def __init__(self, entities: Iterable[Entity], catalogue: Catalogue) -> None:
        self._by_id = {entity.id: entity for entity in entities}
        self.catalogue = catalogue
        self._by_name: dict[str, list[str]] | None = None
        self._classes: dict[str, frozenset[str]] = {}

    def __getitem__(self, key: str) -> Entity:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def is_a(self, id: str, wanted: str) -> bool:
        """Whether the entry `id` exists and is of class `wanted` or of one under it."""
        entity = self._by_id.get(id)
        if entity is None:
            return False
        if entity.of_class not in self._classes:
            self._classes[entity.of_class] = frozenset(self.catalogue.classes_of(entity.of_class))
        return wanted in self._classes[entity.of_class]

    def find(self, name: str, wanted: str = "entity") -> Entity:
        """The one entry of class `wanted` that a person means by `name` (id, name or alias).

        Letter case, accents and punctuation do not count; a name that nothing bears is taken for
        another romanisation (`Tchitcherin`) where it can mean one entry only.

        Raises NotFound with the nearest names, or Ambiguous with the meanings.
        """
        exact = self._by_id.get(name)
        if exact is not None and self.catalogue.is_a(exact.of_class, wanted):
            return exact
        names = self._names()
        ids = [i for i in names.get(fold(name), ()) if self.is_a(i, wanted)]
        if not ids:  # another romanisation, if it can mean one thing only
            heard = sound(name)
            alike = [i for n, found in names.items() if sound(n) == heard for i in found]
            ids = sorted({i for i in alike if self.is_a(i, wanted)})
            ids = ids if len(ids) == 1 else []
        if len(ids) == 1:
            return self._by_id[ids[0]]
        if ids:
            own = [i for i in ids if fold(i) == fold(name) or fold(self[i].name) == fold(name)]
            if len(own) == 1:
                return self._by_id[own[0]]
            told = [f"{i}  ({self[i].name}, {self[i].of_class})" for i in ids]
            raise Ambiguous(name, ids, told)
        near: list[str] = []
        for close in nearest(fold(name), names, most=6):
            near += [i for i in names[close] if self.is_a(i, wanted) and i not in near]
        raise NotFound(wanted, name, near[:4])

    def bearing(self, name: str) -> list[str]:
        """The ids of all entries that bear a name (as id, name or alias)."""
        return list(self._names().get(fold(name), ()))

    def said_of(self, id: str) -> Mapping[str, tuple[str, ...]]:
        """The facts of an entry, with its class and the wider ones under the key `is`."""
        entity = self._by_id.get(id)
        if entity is None:
            return {}
        return {**entity.facts, "is": self.catalogue.classes_of(entity.of_class)}

    def parents(self, id: str) -> list[str]:
        """The entry itself and whatever it is an organ or servant `of`, nearest first."""
        chain = [id]
        while (entity := self._by_id.get(chain[-1])) and (of := entity.fact("of")):
            if of in chain:
                break
            chain.append(of)
        return chain

    def _names(self) -> dict[str, list[str]]:
        if self._by_name is None:
            self._by_name = {}
            for entity in self._by_id.values():
                for name in {fold(n) for n in (entity.id, entity.name, *entity.also)}:
                    self._by_name.setdefault(name, []).append(entity.id)
        return self._by_name
