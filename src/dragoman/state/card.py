"""The data card of a world: what it holds, how sure it is, how it was audited, what it leaves out.

An audit is a sheet in the world's folder `audits/`: a table with tabs between columns, a line for
each act that was drawn, `act` first, then a column for each respect in which a fresh reader
compared it with the source (`ok`, or `fault`), then `note`. Lines that begin with `#` say how the
acts were drawn and by whom they were read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.chronicle.catalogue import CHANNELS
from dragoman.problem import DragomanError
from dragoman.state.world import World

_VERDICTS = ("ok", "fault")


@dataclass(frozen=True, slots=True)
class Audit:
    """A sheet of an audit: how it was made, how many acts, and the faults in each respect."""

    name: str
    about: str
    acts: int
    faults: dict[str, int]


def audits(folder: Path) -> list[Audit]:
    """The audits of the world in a folder, in order of name.

    Raises DragomanError where a sheet has a verdict that is neither `ok` nor `fault`.
    """
    return [_audit(path) for path in sorted((folder / "audits").glob("*.tsv"))]


def _audit(path: Path) -> Audit:
    lines = path.read_text(encoding="utf-8").splitlines()
    about = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
    sheet = csv.DictReader((line for line in lines if line[:1] not in ("", "#")), delimiter="\t")
    rows = list(sheet)
    respects = [name for name in sheet.fieldnames or () if name not in ("act", "note")]
    for row in rows:
        for respect in respects:
            if row[respect] not in _VERDICTS:
                said = (
                    f"{path.name}: “{row[respect]}” is no verdict on the {respect} of {row['act']}"
                )
                raise DragomanError(f"{said}; write one of: {', '.join(_VERDICTS)}")
    faults = {respect: sum(row[respect] == "fault" for row in rows) for respect in respects}
    return Audit(path.stem, about, len(rows), faults)


def card(world: World) -> str:
    """The data card of a world, in Markdown."""
    return "\n".join(_lines(world)).rstrip() + "\n"


def _lines(world: World) -> Iterator[str]:
    store, settings = world.store, world.source.settings
    [(acts, cites)] = store.rows("SELECT count(*), coalesce(sum(len(cites)), 0) FROM act")
    [(entries,)] = store.rows('SELECT count(*) FROM "entity"')
    yield f"# Data card: {world.title}"
    yield ""
    yield "*Made by `dragoman card`; not written by hand.*"
    yield ""
    yield settings.about
    yield ""
    works = [entity for entity in world.registers.values() if entity.of_class == "work"]
    yield f"{acts:,} acts with {cites:,} citations of {len(works)} work(s); {entries:,} entries."
    yield ""

    yield "## How sure it is"
    yield ""
    yield from _counts(world, "certainty", "SELECT certainty, count(*) FROM act GROUP BY 1")
    yield from _counts(
        world,
        "date",
        """SELECT CASE WHEN last IS NOT NULL THEN 'lasted from one day to another'
            WHEN earliest = latest THEN 'one day'
            WHEN latest - earliest < 31 THEN 'one day within a month'
            WHEN latest - earliest < 366 THEN 'one day within a year' ELSE 'wider' END, count(*)
        FROM act GROUP BY 1""",
    )
    yield from _counts(
        world,
        "secrecy",
        """SELECT CASE WHEN NOT secret THEN 'open' WHEN disclosed = '' THEN
            'secret, and no disclosure is told' ELSE 'secret, later disclosed' END, count(*)
        FROM act GROUP BY 1""",
    )

    yield "## Acts"
    yield ""
    by_channel = dict(store.rows("SELECT channel, count(*) FROM act GROUP BY 1"))
    yield from _table(("channel", "acts"), [(c, by_channel.get(c, 0)) for c in CHANNELS])
    years = "SELECT regexp_extract(date, '\\d{4}'), count(*) FROM act GROUP BY 1 ORDER BY 1"
    yield from _table(("year", "acts"), store.rows(years))
    files = """SELECT regexp_extract(spot, '([^/]*)\\.yaml', 1), count(*) FROM act
        GROUP BY 1 ORDER BY 1"""
    yield from _table(("file of the chronicle", "acts"), store.rows(files))
    yield from _counts(world, "kind", "SELECT kind, count(*) FROM act GROUP BY 1")

    yield "## Registers"
    yield ""
    yield from _counts(world, "class", 'SELECT class, count(*) FROM "entity" GROUP BY 1')
    of_class = [entity for entity in world.registers.values() if entity.of_class == "place"]
    nowhere = sorted(entity.name for entity in of_class if not entity.fact("lat"))
    if of_class:
        yield f"{len(of_class) - len(nowhere)} of {len(of_class)} places have coordinates."
        yield f"Without: {', '.join(nowhere)}." if nowhere else ""
        yield ""

    yield "## Audits"
    yield ""
    yield from _audited(audits(world.source.folder))

    if settings.left_out:
        yield "## What is left out, and why"
        yield ""
        yield from (f"- {said}" for said in settings.left_out)


def _counts(world: World, column: str, query: str) -> Iterator[str]:
    """A table of counts and shares, the largest first."""
    rows = sorted(world.store.rows(query), key=lambda row: (-row[1], row[0]))
    total = sum(count for _, count in rows)
    shares = [(name, count, f"{100 * count / total:.1f} %") for name, count in rows]
    yield from _table((column, "number", "share"), shares)


def _audited(sheets: Iterable[Audit]) -> Iterator[str]:
    for audit in sheets:
        yield f"**{audit.name}.** {audit.about}"
        yield ""
        right = [
            (respect, audit.acts, faults, f"{100 * (1 - faults / max(audit.acts, 1)):.1f} %")
            for respect, faults in audit.faults.items()
        ]
        yield from _table(("respect", "acts", "faults", "right"), right)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' if n == 0 else '---:' for n in range(len(head)))}|"
    for row in rows:
        cells = (f"{value:,}" if isinstance(value, int) else str(value) for value in row)
        yield f"| {' | '.join(cells)} |"
    yield ""
