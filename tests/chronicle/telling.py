"""Read a chronicle from texts, as a world reads it from files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.chronicle.read import Chronicle, read_chronicle
from dragoman.problem import Problem
from dragoman.when import DEFAULT

REGISTERS = """\
- power: germany
  name: Germany
- power: rsfsr
  name: Soviet Russia
- person: cicerin
  name: Georgij Čičerin
- place: rapallo
- instrument: treaty-of-rapallo-1922
- work: carr-3
"""

SIGN = """\
- act: sign
  date: 1922-04-16
  parties: [germany, rsfsr]
  instrument: treaty-of-rapallo-1922
  place: rapallo
  what: They signed.
  cite: carr-3 375
"""


def told(
    *chronicle: str | bytes, registers: str | bytes = REGISTERS
) -> tuple[Chronicle, list[Problem]]:
    """The chronicle in one or more files `a.yaml`, `b.yaml` …, and what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[tuple[str, Path]] = []
        for name, text in zip("0abcd", (registers, *chronicle), strict=False):
            path = Path(folder) / f"{name}.yaml"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            files.append((path.name, path))
        return read_chronicle(files[:1], files[1:], common_catalogue(), DEFAULT)


def places(problems: list[Problem]) -> list[str]:
    """The places of problems as file:line:column."""
    return [str(problem.spot) for problem in problems]
