"""A JSON Schema of the chronicle, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from dragoman.chronicle.catalogue import Catalogue, Holds, Kind

_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_TEXTS: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_RESERVED: dict[str, tuple[dict[str, Any], str]] = {
    "id": (_TEXT, "A name for the act; made from date, kind and roles where left out."),
    "date": (_TEXTS, "EDTF: 1918-03-03, 1918-03~, [1918-03-03..1918-03-05], 1917-11-26 OS."),
    "os": (_TEXTS, "The same date in old style, as printed: 1917-11-26."),
    "after": (_TEXTS, "ACT-ID, or ACT-ID + 2 days."),
    "before": (_TEXTS, "ACT-ID, or ACT-ID - 2 days."),
    "place": (_TEXT, "Where: an id of the registers."),
    "what": (_TEXT, "What was done, in one sentence of your own."),
    "certainty": ({"enum": ["stated", "inferred", "disputed"]}, "stated where left out."),
    "secret": ({"enum": ["yes", "no", True, False]}, "Whether it was kept from others."),
    "known-to": (_TEXTS, "Who knew, beside those who took part."),
    "disclosed": (_TEXTS, "When it came out."),
    "according-to": (_TEXTS, "The witness or work on whose word it rests."),
    "contradicts": (_TEXTS, "ACT-ID of another account of the same thing; not both were so."),
    "data": ({"type": "object"}, "What has no role: numbers, terms, times of day."),
    "note": (_TEXT, "Why it is so entered; what is doubtful."),
    "cite": (_TEXTS, "A work and its page: carr-3 375."),
}


def chronicle_schema(catalogue: Catalogue) -> dict[str, Any]:
    """The schema of a chronicle file: a list of acts, each with the roles of its kind."""
    common: dict[str, Any] = {
        key: {**schema, "description": told} for key, (schema, told) in _RESERVED.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dragoman chronicle",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["act", "what", "cite"],
            "properties": {"act": {"enum": list(catalogue.kinds)}, **common},
            "allOf": [
                {"if": {"properties": {"act": {"const": kind.name}}}, "then": _of_kind(kind)}
                for kind in catalogue.kinds.values()
            ],
        },
    }


def _of_kind(kind: Kind) -> dict[str, Any]:
    roles = {role: _role(holds) for role, holds in kind.roles.items()}
    allowed: dict[str, Any] = dict.fromkeys(("act", *_RESERVED), True)
    return {
        "description": f"{kind.label}: {kind.means}",
        "properties": {**allowed, **roles},
        "required": [role for role, holds in kind.roles.items() if holds.required],
        "additionalProperties": False,
    }


def _role(holds: Holds) -> dict[str, Any]:
    one = {"enum": list(holds.choices)} if holds.choices else _TEXT
    if "date" in holds.types:
        one = _TEXTS
    many = {"anyOf": [one, {"type": "array", "items": one}]} if holds.many else one
    return {**many, "description": str(holds)}
