"""Facts as people write them: `recognition(germany, "Soviet Russia") = de_jure`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dragoman.chronicle.registers import Registers
from dragoman.law.tree import Fluent
from dragoman.problem import DragomanError, NotFound, nearest, one_of

_FACT = re.compile(r"\s*(?P<name>[A-Za-z][\w-]*)\s*\((?P<args>.*)\)\s*(=\s*(?P<value>.+?))?\s*")
_ARGS = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,"']+?))\s*(?:,|$)""")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fluent with all its arguments; `value` is None where any value will do."""

    fluent: str
    args: tuple[str, ...]
    value: str | None

    def __str__(self) -> str:
        value = f" = {_written(self.value)}" if self.value else ""
        return f"{self.fluent}({', '.join(map(_written, self.args))}){value}"


def read_fact(text: str, fluents: Mapping[str, Fluent], registers: Registers) -> Fact:
    """Read a fact; names may be ids, names or aliases.

    Raises DragomanError where it is not written like a fact, NotFound for an unknown fluent or
    name, Ambiguous for a name that means several.
    """
    match = _FACT.fullmatch(text)
    if match is None:
        raise DragomanError(
            f"“{text}” is not written like a fact. Write a fluent with its arguments, such as "
            "in_force(treaty-of-rapallo-1922); see “dragoman law” for the fluents."
        )
    name = match["name"].replace("-", "_")
    info = fluents.get(name)
    if info is None:
        raise NotFound("fluent", match["name"], nearest(name, fluents))
    written = _arguments(match["args"])
    if len(written) != len(info.types):
        form = f"{name}({', '.join(info.types)})"
        raise DragomanError(f"{form} wants {len(info.types)} arguments, not {len(written)}")
    types = info.types.values()
    args = tuple(argument(a, t, registers) for a, t in zip(written, types, strict=True))
    value = match["value"].strip("\"' ") if match["value"] else None
    if value is not None:
        if info.value is None:
            raise DragomanError(f"{name} has no value: it holds or does not")
        if info.choices and value not in info.choices:
            raise NotFound(f"value of {name}", value, info.choices)
        if not info.choices:
            value = argument(value, info.value, registers)
    return Fact(name, info.canonical(args), value)


def _arguments(text: str) -> list[str]:
    if not text.strip():
        return []
    found, position = [], 0
    while position < len(text):
        match = _ARGS.match(text, position)
        if match is None:
            raise DragomanError(f"the arguments “{text}” cannot be read; separate them by commas")
        found.append(next(group for group in match.groups() if group is not None))
        position = match.end()
    return found


def argument(text: str, type: str, registers: Registers) -> str:
    """What a person means by an argument of a type: an entity's id, or the text itself.

    Raises NotFound with the nearest names, or Ambiguous.
    """
    if type in ("text", "number", "date"):
        return text
    try:
        return registers.find(text, type).id
    except NotFound as error:
        other = registers.get(text)
        if other is None:
            raise
        alike = [i for i in registers if f"-{text}" in f"-{i}" and registers.is_a(i, type)]
        near = list(dict.fromkeys([*alike, *error.nearest]))[:4]
        found = NotFound(type, text, near)
        raise DragomanError(f"{other.name} is {one_of(other.of_class)}. {found}") from None


@lru_cache(maxsize=16_384)
def _written(text: str) -> str:
    """An argument so that it can be read back: in quotes if it holds a comma or the like."""
    return text if re.fullmatch(r"[^\s,()\"'=]+( [^\s,()\"'=]+)*", text) else f'"{text}"'
