"""Acts that are supposed, as people write them: `ratify(by: sweden, instrument: "…")`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.chronicle.acts import Act
from dragoman.chronicle.read import read_plan
from dragoman.problem import BadPlan, DragomanError, NotFound, nearest
from dragoman.state.archive import Archive
from dragoman.state.facts import argument


def supposed(archive: Archive, text: str, date: str) -> Act:
    """The act that a text speaks of, as if it were done on a date. Its names are forgiving.

    Raises NotFound, Ambiguous, or DragomanError where it is not written like an act.
    """
    entry = {**read_act(archive, text), "date": date, "what": "It is done."}
    source, name = entry_of(entry), "the act"
    tolerance = archive.source.settings.tolerance
    acts, _, problems = read_plan(source, name, archive.registers, archive.catalogue, tolerance)
    if problems:
        raise BadPlan("the act cannot be supposed", problems)
    return acts[0]


def entry_of(told: Mapping[str, Any]) -> str:
    """An act as a plan has it."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    return "- " + "\n  ".join(lines) + "\n"


_ACT = re.compile(r"\s*(?P<kind>[\w-]+)\s*(\((?P<roles>.*)\))?\s*", re.DOTALL)
_ROLE = re.compile(r"\s*(?P<role>[\w-]+)\s*:\s*(?P<value>\[[^\]]*\]|\"[^\"]*\"|[^,\[\"]*)\s*(,|$)")


#: The names in a role: each in quotes, or up to a comma.
_NAMES = re.compile(r'"([^"]*)"|\s*([^",\[\]]*[^",\[\]\s])')


def read_act(archive: Archive, text: str) -> dict[str, Any]:
    """An act as people write it, as an entry; names become ids."""
    found = _ACT.fullmatch(text)
    if found is None:
        raise DragomanError(f"“{text}” is no act; write KIND(role: name, role: [name, name])")
    kinds = archive.catalogue.kinds
    kind = kinds.get(found["kind"])
    if kind is None:
        raise NotFound("kind of act", found["kind"], nearest(found["kind"], kinds))
    entry: dict[str, Any] = {"act": kind.name}
    rest = found["roles"] or ""
    while rest.strip():
        found_role = _ROLE.match(rest)
        if found_role is None:
            raise DragomanError(f"“{rest.strip()}” is no role; write role: name")
        rest = rest[found_role.end() :]
        role, value = found_role["role"], found_role["value"].strip()
        if role not in (*kind.roles, "place"):
            raise NotFound(f"role of {kind.name}", role, list(kind.roles))
        names = [name for told in _NAMES.findall(value) for name in told if name]
        if role in entry:
            said = f"the role “{role}” stands twice; write {role}: [name, name]"
            raise DragomanError(said)
        sorts = kind.roles[role].types if role in kind.roles else ("place",)
        names = [_named(archive, name, sorts) for name in names]
        entry[role] = names if len(names) > 1 else "".join(names)
    return entry


def _named(archive: Archive, name: str, sorts: Sequence[str]) -> str:
    """What a name in a role of some classes means: an id, or the text itself."""
    if not sorts or name in archive.registers:
        return name
    for sort in sorts[:-1]:
        with contextlib.suppress(DragomanError):
            return argument(name, sort, archive.registers)
    return argument(name, sorts[-1], archive.registers)
