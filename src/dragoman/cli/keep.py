"""Upkeep of a world's files: check, format, schema, card."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.chronicle.layout import laid_out
from dragoman.chronicle.schema import chronicle_schema
from dragoman.cli.output import Out, answering, formed, open_world
from dragoman.cli.upkeep import lay_out
from dragoman.files import shown_path
from dragoman.problem import NotFound, Problem
from dragoman.state.audit import Report
from dragoman.state.audit import check as check_world
from dragoman.state.card import card as data_card
from dragoman.state.source import find_world, read_source
from dragoman.state.world import World


@click.command()
@click.argument("path", required=False)
@formed
def check(place: str | None, out: Out, path: str | None) -> int:
    """Check a world (its folder, or one file in it): files, expectations, acts against the law."""
    folder, only = _world_and_file(path or place)
    world = open_world(str(folder) if folder else None, quiet=True)
    report = check_world(world)
    rows = [row for row in _rows(world, report) if only is None or row[1].startswith(f"{only}:")]
    if out.form == "json":
        out.data([dict(zip(("sort", "where", "message"), row, strict=True)) for row in rows])
    elif out.form == "csv":
        out.csv(("sort", "where", "message"), rows)
    else:
        _tell(out, rows)
        if only is None:
            _sum_up(out, world, report)
        else:
            others = len(_rows(world, report)) - len(rows)
            elsewhere = f"; {_number(others, 'thing')} elsewhere in the world" if others else ""
            out.line(f"{only}: {_number(len(rows), 'thing')} found{elsewhere}")
    return 1 if any(row[0] != "explained" for row in rows) else 0


def _rows(world: World, report: Report) -> list[tuple[str, str, str]]:
    """What was found, as (sort, file:line:column, message)."""
    rows = [("fault", *_told(problem)) for problem in report.problems]
    rows += [("expectation", *_told(failure)) for failure in report.failures]
    for finding in report.findings:
        sort = "explained" if finding.explained else finding.verdict
        hangs = f", {finding.hangs_on}" if finding.hangs_on else ""
        said = f"{finding.what} But {finding.because}{hangs} ({finding.norm}; {finding.act})."
        rows.append((sort, *_told(world.source.told(Problem(finding.spot, said)))))
    return rows


def _told(problem: Problem) -> tuple[str, str]:
    return str(problem.spot), problem.message + (f"; {problem.mend}" if problem.mend else "")


def _tell(out: Out, rows: list[tuple[str, str, str]]) -> None:
    styles = {
        "fault": "bad",
        "expectation": "bad",
        "irregular": "doubt",
        "breach": "doubt",
        "explained": "quiet",
    }
    for sort, where, message in rows:
        label = "" if sort in ("fault", "expectation") else f"{sort}: "
        out.line(f"{where}: {label}{message}", styles[sort])


def _sum_up(out: Out, world: World, report: Report) -> None:
    acts, entities = (
        world.store.rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in ("act", "entity")
    )
    explained = len(report.findings) - len(report.unexplained)
    out.line(
        f"{world.title}: {_number(acts, 'act')}, {entities} entries; "
        f"{_count(report.problems, 'fault')}; "
        f"{report.expected} expectations ({report.denied} of what did not hold), "
        f"{len(report.failures)} failed; {_count(report.unexplained, 'irregular act')} "
        f"unexplained, {explained} explained",
        "good" if report.sound else "bad",
    )


def _count(things: tuple[object, ...], what: str) -> str:
    return _number(len(things), what)


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _world_and_file(path: str | None) -> tuple[Path | None, str | None]:
    """The world that a path belongs to, and the file in it if the path is one."""
    if path is None:
        return None, None
    found = Path(path)
    if found.is_file() and found.name != "world.toml":
        for parent in found.resolve().parents:
            if (parent / "world.toml").is_file():
                return parent, shown_path(found.resolve())
        raise click.UsageError(f"{path} belongs to no world: no folder above it has a world.toml")
    return find_world(path), None


@click.command(name="format")
@click.argument("path", required=False)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it would.")
@formed
def format_files(place: str | None, out: Out, path: str | None, only_check: bool) -> int:
    """Put chronicle and register files into canonical layout; values and comments stay."""
    named = Path(path) if path else None
    if named is not None and not named.exists():
        raise NotFound("file or folder", str(path))
    if named is not None and named.is_file():
        if named.suffix not in (".yaml", ".yml"):
            raise click.UsageError(f"{path} is no chronicle or register file (.yaml)")
        files = [(shown_path(named), named)]
        catalogue = common_catalogue()
    else:
        source = read_source(find_world(path or place))
        catalogue, _ = source.catalogue()
        files = source.files("registers", ".yaml") + source.files("chronicle", ".yaml")
    return lay_out(out, files, lambda text: laid_out(text, catalogue), only_check)


@click.command()
@answering
def schema(world: World, out: Out) -> int:
    """A JSON Schema of the chronicle, for editors that check YAML as you write."""
    click.echo(json.dumps(chronicle_schema(world.catalogue), ensure_ascii=False, indent=1))
    return 0


@click.command()
@answering
def card(world: World, out: Out) -> int:
    """The data card: what a world holds, how sure it is, how it was audited; in Markdown."""
    click.echo(data_card(world), nl=False)
    return 0


COMMANDS = (check, format_files, schema, card)
