"""Putting files into canonical layout, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from dragoman.chronicle.notation import read_text
from dragoman.cli.output import Out
from dragoman.files import shown_path, write_atomically


def lay_out(
    out: Out,
    files: Iterable[tuple[str, Path]],
    laid_out: Callable[[str], str],
    only_check: bool,
) -> int:
    """Lay files out (given as name to show and path), say which changed, and give the exit code.

    With `only_check` nothing is written. Raises ClickException where a file cannot be written; it
    is then as it was.
    """
    changed: list[str] = []
    unreadable: list[str] = []
    for name, file in files:
        text, wrong = read_text(file, name)
        unreadable += map(str, wrong)
        new = text if wrong else laid_out(text)
        if new != text:
            changed.append(name)
            if not only_check:
                _save(file, new)
    if out.form == "json":
        out.data({"changed": changed, "unreadable": unreadable})
    elif out.form == "csv":
        out.csv(("file",), [(name,) for name in changed])
    else:
        verb = "would change" if only_check else "changed"
        told = [*unreadable, *(f"{verb} {name}" for name in changed)]
        out.line("\n".join(told) or "All in order.")
    return 1 if unreadable or (only_check and changed) else 0


def _save(file: Path, text: str) -> None:
    try:
        write_atomically(file, text)
    except OSError as error:
        said = f"{shown_path(file)} cannot be written: {error.strerror}; it is as it was"
        raise click.ClickException(said) from None
