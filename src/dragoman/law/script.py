"""A compiled law: SQL statements, and what the tables that they make hold.

It can be kept as text and run without the compiler (see `run`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

#: The moment at which what has not ended would end.
NEVER = 2**31 - 1

INPUTS: Mapping[str, Mapping[str, str]] = {
    "event": {"seq": "int32", "moment": "int32", "kind": "string"},
    "role": {"seq": "int32", "role": "string", "value": "string"},
    "fact": {"entity": "string", "key": "string", "value": "string"},
}


@dataclass(frozen=True)
class Script:
    """The SQL of a law book: statements in order, each making the table that it names.

    The tables `span_FLUENT` hold the spans (arguments `a0`, `a1`, …), `finding_N` the findings of
    the norm that `norms` names, with the variables of its pattern.
    """

    tables: tuple[tuple[str, str], ...]
    spans: tuple[tuple[str, int], ...]
    norms: tuple[tuple[str, str, tuple[str, ...]], ...]

    def to_json(self) -> str:
        """The script as text, to be kept."""
        return json.dumps([self.tables, self.spans, self.norms])

    @classmethod
    def from_json(cls, text: str) -> Script:
        """A script from what `to_json` gave. Raises ValueError if it is something else."""
        try:
            tables, spans, norms = json.loads(text)
            return cls(
                tuple((str(name), str(sql)) for name, sql in tables),
                tuple((str(name), int(count)) for name, count in spans),
                tuple((str(t), str(key), tuple(map(str, names))) for t, key, names in norms),
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"no compiled law: {error}") from None
