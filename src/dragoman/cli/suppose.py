"""Questions of what changes: between days, if the past had been another, if an act were done."""

from __future__ import annotations

from pathlib import Path

import click

from dragoman.cli.output import Out, answering
from dragoman.state.answers import FindingRow, Table
from dragoman.state.difference import Change
from dragoman.state.intervals import date_words
from dragoman.state.world import World

_MARKS = {"new": "+", "gone": "-", "other": "~", "sure": "~", "doubtful": "~", "since": "~"}

_NOW = {"sure": " (now for sure)", "doubtful": " (now in doubt)", "since": " (by another act)"}


@click.command()
@click.argument("one")
@click.argument("other")
@click.option("--about", metavar="NAME", help="Only what concerns someone or something.")
@answering
def diff(world: World, out: Out, one: str, other: str, about: str | None) -> int:
    """What stands otherwise on a day (OTHER) than on an earlier one (ONE)."""
    return changes(out, world.diff(one, other, about))


@click.command("what-if")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "day", required=True, metavar="DAY", help="The day asked about.")
@click.option("--about", metavar="NAME", help="Only what concerns someone or something.")
@answering
def what_if(world: World, out: Out, plan: Path, day: str, about: str | None) -> int:
    """What would stand otherwise on a day if the PLAN had come about.

    A plan is a file of entries: “- strike: ACT-ID” takes an act away, an act as in a chronicle
    (without need of a citation) adds one. Nothing is written to the world.
    """
    branch = world.branch().planned(plan)
    table, against = branch.differs(day, about), branch.irregular()
    if out.form == "json":
        out.data({"changes": table.dicts(), "irregular": Table(FindingRow, against).dicts()})
        return 0 if table or against else 1
    code = changes(out, table)
    if out.form == "text":
        _grounds(out, "Against the law then", against)
    return 0 if against else code


@click.command()
@click.argument("act")
@click.option("--on", "day", required=True, metavar="DAY", help="The day asked about.")
@answering
def may(world: World, out: Out, act: str, day: str) -> int:
    """Whether an ACT may be done on a day, and what would follow at once.

    An act is its kind with its roles: "ratify(by: sweden, instrument: ...)". The exit code is 1
    where it may not.
    """
    leave = world.on(day).may(act)
    if out.form == "json":
        grounds = Table(FindingRow, leave.because).dicts()
        follows = leave.follows.dicts()
        out.data({"verdict": leave.verdict, "because": grounds, "follows": follows})
    elif out.form == "csv":
        reasons = [(row.norm, row.because) for row in leave.because] or [("", "")]
        out.csv(("verdict", "norm", "because"), [[leave.verdict, *reason] for reason in reasons])
    else:
        said = {"yes": "Yes.", "breach": "Yes, but in breach of what binds.", "no": "No."}
        said["doubtful"] = "In doubt: it hangs on days that are not known."
        out.line(said[leave.verdict], {"yes": "good", "no": "bad"}.get(leave.verdict, "doubt"))
        for row in leave.because:
            hangs = f", {row.hangs_on}" if row.hangs_on else ""
            out.line(f"  {row.because} ({row.norm}){hangs}")
        out.section("What would follow at once")
        changes(out, leave.follows, titled=False)
    return 0 if leave else 1


def changes(out: Out, table: Table[Change], titled: bool = True) -> int:
    """What changes, a line or two each."""
    if out.form != "text":
        return out.table(table)
    if titled:
        out.line(table.title, "title")
    if not table:
        out.line("  Nothing changes.")
        return 1
    for row in table:
        was = f" (before: {row.before.replace('_', ' ')})" if row.change == "other" else ""
        now = _NOW.get(row.change, "")
        style = {"new": "good", "gone": "bad"}.get(row.change, "doubt")
        out.line(f"  {_MARKS[row.change]} {row.says}{was}{now}", style)
        since = f"since {date_words(row.since)}" if row.since else "at first"
        act = f" · {', '.join(row.cites) or 'supposed'} · act {row.act}" if row.act else ""
        out.line(f"      {since}{act}", "quiet")
    return 0


def _grounds(out: Out, title: str, rows: list[FindingRow]) -> None:
    """Acts that are against the law, with the reason."""
    if rows:
        out.section(title)
    for row in rows:
        hangs = f", {row.hangs_on}" if row.hangs_on else ""
        out.line(f"  {row.verdict}{hangs}: {row.what}", "bad")
        out.line(f"      {row.because} ({row.norm}) · act {row.act}", "quiet")


COMMANDS = (diff, what_if, may)
