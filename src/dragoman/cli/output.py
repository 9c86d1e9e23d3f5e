"""How answers leave the command line: JSON, CSV, plain text, or colour and tables.

`answering` gives a command the options `--world`, `--json` and `--csv`, and opens the world;
`formed` gives it the options alone.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

import dragoman
from dragoman.state.answers import Row, Table, cell
from dragoman.state.world import World

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Out:
    """Where and how to answer: `form` is json, csv or text; `colour` on a terminal."""

    form: str
    colour: bool

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text, in a style where there is colour."""
        styled = click.style(text, **_STYLES[style]) if style and self.colour else text
        click.echo(styled, color=self.colour)

    def section(self, title: str) -> None:
        """A blank line and a heading."""
        self.line()
        self.line(title, "head")

    def data(self, value: object) -> None:
        """A value as JSON."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))

    def table(self, table: Table[Row]) -> int:
        """A table in the form asked for; the exit code: 1 if it is empty."""
        if self.form == "json":
            self.data(table.dicts())
        elif self.form == "csv":
            self.csv(table.columns, table.cells(table.columns))
        elif not table:
            self.line("Nothing found.")
        elif self.colour:
            _rich_table(table.title, table.shown, table.cells())
        else:
            self.columns(table.cells())
        return 0 if table else 1

    def csv(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows as CSV with a head line."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        click.echo(buffer.getvalue(), nl=False)

    def columns(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows as aligned plain text, nothing cut off."""
        widths = [min(max(map(len, column)), 48) for column in zip(*rows, strict=True)]
        for row in rows:
            padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
            self.line("  ".join(padded).rstrip())


_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "head": {"fg": "cyan", "bold": True},
    "quiet": {"dim": True},
    "doubt": {"fg": "yellow"},
    "secret": {"fg": "magenta"},
    "bad": {"fg": "red"},
    "good": {"fg": "green"},
}


def formed(command: Command) -> Command:
    """Give a command the options `--world`, `--json`, `--csv`: a world's path and an `Out`."""

    @click.option("--world", "world_path", metavar="PATH", help="Another world's folder.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV.")
    @functools.wraps(command)
    def wrapped(world_path: str | None, as_json: bool, as_csv: bool, **given: Any) -> None:
        if as_json and as_csv:
            raise click.UsageError("--json and --csv exclude each other")
        form = "json" if as_json else "csv" if as_csv else "text"
        out = Out(form, colour=form == "text" and sys.stdout.isatty())
        raise click.exceptions.Exit(command(world_path, out, **given))

    return wrapped  # type: ignore[return-value]


def answering(command: Command) -> Command:
    """Like `formed`, with the world already open."""

    @formed
    @click.option("--reading", metavar="NAME", default="", help="A reading of the law.")
    @functools.wraps(command)
    def wrapped(world_path: str | None, out: Out, reading: str, **given: Any) -> int:
        return int(command(open_world(world_path, reading=reading), out, **given))

    return wrapped  # type: ignore[return-value]


def open_world(place: str | None, quiet: bool = False, reading: str = "") -> World:
    """Open a world for a command: progress and warnings go to standard error.

    With `quiet` nothing is said of faults in the world: the command tells them itself.
    """
    stage = ["opening the world"]
    told = threading.Timer(
        1.0, lambda: click.echo(f"Deriving the world anew ({stage[0]}) …", err=True)
    )
    told.daemon = True
    told.start()
    try:
        world = dragoman.open(place, lambda words: stage.__setitem__(0, words), reading)
    finally:
        told.cancel()
    if world.warning:
        click.echo(f"Warning: {world.warning}.", err=True)
    if world.problems and not quiet:
        count = len(world.problems)
        faults = "1 fault" if count == 1 else f"{count} faults"
        where = f" {place}" if place else ""
        click.echo(f"Warning: the world has {faults}; see “dragoman check{where}”.", err=True)
    return world


def _plain(value: object) -> object:
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return dict(value) if hasattr(value, "keys") else cell(value)  # type: ignore[call-overload]


#: Columns that hold sentences, and columns of ids, which stand below the sentence they belong to.
_TEXTS = ("told", "what", "says", "text", "because")
_IDS = ("id", "act", "began_by")


def _rich_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(title=title, title_justify="left", box=None, pad_edge=False, expand=True)
    kept = [n for n, name in enumerate(columns) if name not in _IDS]
    ids = [n for n, name in enumerate(columns) if name in _IDS]
    last_text = next((n for n in reversed(kept) if columns[n] in _TEXTS), kept[-1])
    for n in kept:
        wide = columns[n] in _TEXTS
        grid.add_column(
            columns[n].replace("_", " "),
            header_style="bold cyan",
            ratio=1 if wide else None,
            no_wrap=not wide,
            overflow="fold",
        )
    for row in rows:
        cells = [Text(row[n]) for n in kept]
        for n in ids:
            cells[kept.index(last_text)].append(f"\n{row[n]}", style="dim")
        grid.add_row(*cells)
    Console().print(grid)
