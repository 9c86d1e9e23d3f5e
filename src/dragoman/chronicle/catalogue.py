"""The catalogue: the classes of things that acts name, and the kinds of act with their roles.

Both are YAML that people edit (`catalogue/entities.yaml`, `catalogue/kinds.yaml`); a world may
add kinds of its own in a `kinds.yaml` beside its world.toml. The chronicle is checked against
the catalogue, and so is the law.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from dragoman.problem import Problem, Spot

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

CHANNELS = ("state", "party", "trade", "war", "relief")
#: What a role may hold besides entities.
PLAIN_TYPES = ("text", "number", "date", "provision", "cite")
#: Keys of an act that are not roles: those written before the roles, and those after.
HEAD_KEYS = ("act", "id", "date", "os", "after", "before")
TAIL_KEYS = (
    *("place", "what", "certainty", "secret", "known-to", "disclosed", "according-to"),
    *("contradicts", "data", "note", "cite"),
)
RESERVED = (*HEAD_KEYS, *TAIL_KEYS)


@dataclass(frozen=True, slots=True)
class Holds:
    """What a role or key may hold: entity classes or plain types, or words to choose from."""

    types: tuple[str, ...]
    choices: tuple[str, ...]
    required: bool
    many: bool

    def __str__(self) -> str:
        what = f"one of {', '.join(self.choices)}" if self.choices else " or ".join(self.types)
        count = {
            (True, True): "one or more",
            (True, False): "just one",
            (False, True): "any number",
            (False, False): "at most one",
        }[self.required, self.many]
        return f"{what} ({count})"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act: its label, meaning, channel, roles and an example entry."""

    name: str
    label: str
    means: str
    channel: str
    roles: Mapping[str, Holds]
    named_by: tuple[str, ...]
    example: str


@dataclass(frozen=True, slots=True)
class EntityClass:
    """A class of register entry, the class it stands under, and its own keys."""

    name: str
    label: str
    means: str
    under: str | None
    keys: Mapping[str, Holds]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every entity class and every kind of act that a world may use."""

    classes: Mapping[str, EntityClass]
    kinds: Mapping[str, Kind]

    def is_a(self, name: str, wanted: str) -> bool:
        """Whether class `name` is `wanted` or stands under it."""
        return wanted in self.classes_of(name)

    def classes_of(self, name: str) -> tuple[str, ...]:
        """The class `name` and those that it stands under, the widest last."""
        found: list[str] = []
        current: str | None = name
        while current is not None:
            found.append(current)
            known = self.classes.get(current)
            current = known.under if known else None
        return tuple(found)

    def overlap(self, one: str, other: str) -> bool:
        """Whether something could be of both types (entity classes or plain types)."""
        return self.is_a(one, other) or self.is_a(other, one) or one == other

    def keys_of(self, name: str) -> dict[str, Holds]:
        """The keys that an entry of class `name` may have, its own and inherited."""
        keys: dict[str, Holds] = {}
        current: str | None = name
        while current is not None:
            entity_class = self.classes[current]
            keys = {**entity_class.keys, **keys}
            current = entity_class.under
        return keys


_HOLDS = re.compile(r"(?P<choices>\([^()]*\))?(?P<types>[a-z]+(\|[a-z]+)*)?(?P<count>[?*+]?)")


def holds(notation: str) -> Holds:
    """Read `actor+`, `power|person?`, `(full, consultative)` and the like.

    Raises ValueError where the notation is none of these.
    """
    match = _HOLDS.fullmatch(notation.strip())
    if not match or bool(match["choices"]) == bool(match["types"]):
        raise ValueError(f"“{notation}” is no role notation such as actor+ or (full, partial)?")
    choices = tuple(c.strip() for c in (match["choices"] or "()")[1:-1].split(",") if c.strip())
    if match["choices"] and not choices:
        raise ValueError(f"“{notation}” is no role notation: it offers no words to choose from")
    types = tuple(match["types"].split("|")) if match["types"] else ("text",)
    count = match["count"]
    return Holds(types, choices, required=count in ("", "+"), many=count in ("*", "+"))


def _kind(name: str, table: Mapping[str, object]) -> Kind:
    unknown = set(table) - {"label", "means", "channel", "roles", "named-by", "example"}
    if unknown:
        raise ValueError(f"kind “{name}” has an unknown key “{sorted(unknown)[0]}”")
    channel = str(table.get("channel", "state"))
    if channel not in CHANNELS:
        raise ValueError(f"kind “{name}”: channel “{channel}” is none of {', '.join(CHANNELS)}")
    roles_table = table.get("roles", {})
    if not isinstance(roles_table, dict):
        raise ValueError(f"kind “{name}”: roles must be a map of role: what it holds")
    roles = {}
    for role, notation in roles_table.items():
        if role in RESERVED:
            raise ValueError(f"kind “{name}”: “{role}” is a reserved key, not a role")
        roles[role] = holds(str(notation))
    named_by = table.get("named-by") or [r for r, h in roles.items() if h.required]
    if not isinstance(named_by, list) or not set(named_by) <= set(roles):
        raise ValueError(f"kind “{name}”: named-by must list roles of the kind")
    return Kind(
        name,
        label=str(table.get("label", name.replace("_", " "))),
        means=str(table.get("means", "")),
        channel=channel,
        roles=MappingProxyType(roles),
        named_by=tuple(named_by),
        example=str(table.get("example", "")),
    )


def _kinds(text: str) -> dict[str, Kind]:
    table = yaml.load(text, Loader=_Loader)
    if not isinstance(table, dict):
        raise ValueError("a map of kinds is wanted")
    for name, spec in table.items():
        if not isinstance(spec, dict):
            raise ValueError(f"kind “{name}” must be a map with label, means, channel and roles")
    return {name: _kind(name, spec) for name, spec in table.items()}


@functools.cache
def entity_catalogue() -> Catalogue:
    """The classes of entity alone, without the kinds of act: enough to tell what an entity is."""
    table = yaml.load(_text("entities.yaml"), Loader=_Loader)
    classes = {
        name: EntityClass(
            name,
            label=spec["label"],
            means=spec["means"],
            under=spec.get("is"),
            keys=MappingProxyType({k: holds(v) for k, v in spec.get("keys", {}).items()}),
        )
        for name, spec in table.items()
    }
    return Catalogue(MappingProxyType(classes), MappingProxyType({}))


@functools.cache
def common_catalogue() -> Catalogue:
    """The catalogue that comes with Dragoman."""
    kinds = MappingProxyType(_kinds(_text("kinds.yaml")))
    return Catalogue(entity_catalogue().classes, kinds)


def _text(name: str) -> str:
    """A file of the catalogue that comes with Dragoman."""
    return (resources.files("dragoman.chronicle") / "catalogue" / name).read_text("utf-8")


def world_catalogue(kinds_file: Path, name: str) -> tuple[Catalogue, list[Problem]]:
    """The common catalogue with a world's own kinds added, and what is wrong with those."""
    common = common_catalogue()
    if not kinds_file.exists():
        return common, []
    try:
        added = _kinds(kinds_file.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        return common, [Problem(Spot(name, line), str(error).splitlines()[0])]
    return Catalogue(common.classes, MappingProxyType({**common.kinds, **added})), []
