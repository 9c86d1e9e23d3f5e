"""What the law finds of the acts: findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dragoman.cli.output import Out, answering
from dragoman.law.events import VERDICTS
from dragoman.state.answers import FindingRow
from dragoman.state.intervals import date_words
from dragoman.state.world import World

if TYPE_CHECKING:
    from dragoman.state.grounds import Grounds

_STYLES = {
    **dict.fromkeys(("irregular", "breach", "overdue", "failed"), "bad"),
    **dict.fromkeys(("discharged", "came"), "good"),
}


@click.command()
@click.option("--verdict", type=click.Choice(VERDICTS), help="Only findings of this verdict.")
@click.option("--about", metavar="NAME", help="Only findings that name this.")
@answering
def findings(world: World, out: Out, verdict: str | None, about: str | None) -> int:
    """What the norms of the law say of acts, duties and expectations, with the proof."""
    table = world.findings(verdict, about)
    if out.form == "csv" or not table:
        return out.table(table)
    proved = list(zip(table, world.grounds(*table), strict=True))
    if out.form == "json":
        out.data([{**asdict(row), "grounds": asdict(grounds)} for row, grounds in proved])
        return 0
    for n, (row, grounds) in enumerate(proved):
        if n:
            out.line()
        _finding(out, row, grounds)
    return 0


def _finding(out: Out, row: FindingRow, grounds: Grounds) -> None:
    """The act, the norm, what stood of all that it asks and what was lacking, and the sources."""
    said = f"{row.verdict.capitalize()}, {date_words(row.date)}: {row.what}"
    out.line(said, _STYLES.get(row.verdict, "doubt"))
    hangs = f", {row.hangs_on}" if row.hangs_on else ""
    out.line(f"  {row.because}{hangs}")
    for fact in grounds.stood:
        out.line(f"    {fact.says}")
        since = f"since {date_words(fact.since)}" if fact.since else "at first"
        act = f" · {', '.join(fact.cites)} · act {fact.act}" if fact.act else ""
        out.line(f"      {since}{act}", "quiet")
    for besides in grounds.besides:
        out.line(f"    and {besides}")
    for lacked in grounds.lacked:
        out.line(f"    lacking: {lacked}")
    if row.answer:
        out.line(f"    answered by act {row.answer}")
    if row.explained:
        out.line(f"  note: {row.explained}")
    out.line(f"  norm {row.norm} · {', '.join(row.cites)} · act {row.act}", "quiet")


COMMANDS = (findings,)
