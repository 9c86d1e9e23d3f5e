"""Everything about one thing: the command show."""

from __future__ import annotations

import re
from itertools import groupby

import click

from dragoman.cli.output import Out, answering
from dragoman.state.answers import ActRow, Table
from dragoman.state.dossier import Dossier
from dragoman.state.grouped import said_together, together
from dragoman.state.intervals import date_words
from dragoman.state.world import World

#: So many parts of one class are named; the others are counted.
_MANY = 12
#: A table of more acts than this has a heading for each year.
_LONG = 12


@click.command()
@click.argument("name")
@answering
def show(world: World, out: Out, name: str) -> int:
    """The dossier of an actor, instrument, document, place … or of an act."""
    dossier = world.show(name)
    if out.form == "json":
        out.data(dossier.dict())
    elif out.form == "csv":
        return out.table(dossier.figures) if dossier.figures else out.table(dossier.steps)
    else:
        _head(world, out, dossier)
        _provisions(out, dossier)
        _intervals(world, out, dossier)
        if dossier.figures:
            out.section(dossier.figures.title)
            out.columns([["", *row] for row in dossier.figures.cells()])
        _acts(out, dossier.steps)
        _acts(out, dossier.mentions)
        if others := world.namesakes(dossier.id, name):
            out.section("See also")
            for entity in others:
                out.line(f"  {entity.name}: {entity.of_class} {entity.id}")
    return 0


def _head(world: World, out: Out, dossier: Dossier) -> None:
    out.line(dossier.name, "title")
    out.line(f"{dossier.sort} · {dossier.id}", "quiet")
    if dossier.also:
        out.line(f"also: {', '.join(dossier.also)}", "quiet")
    for key, value in dossier.facts.items():
        out.line(f"  {key}: {date_words(value) if key == 'date' else value}")
    for sort, several in groupby(dossier.parts, key=lambda part: part.of_class):
        names = [f"{part.name} ({part.id})" for part in several]
        more = f"; and {len(names) - _MANY} more" if len(names) > _MANY else ""
        out.line(f"  {world.catalogue.classes[sort].label}: {'; '.join(names[:_MANY])}{more}")
    if dossier.note:
        out.line(f"  note: {dossier.note}")
    if dossier.cites:
        out.line(f"  {', '.join(dossier.cites)}", "quiet")


def _provisions(out: Out, dossier: Dossier) -> None:
    if dossier.provisions:
        out.section("Provisions")
    for provision in dossier.provisions:
        cites = ", ".join(map(str, provision.cites))
        out.line(f"  {provision.topic}: {provision.text} ({cites})")


def _intervals(world: World, out: Out, dossier: Dossier) -> None:
    if dossier.intervals:
        out.section(dossier.intervals.title)
    for rows in together(dossier.intervals, lambda row: (row.since, row.until)):
        since, until = date_words(rows[0].since), date_words(rows[0].until)
        said = said_together(world, rows)
        begun = f"from {since}" if since else "from the first"
        out.line(f"  {said}: {begun}{f' to {until}' if until else ''}")


def _acts(out: Out, table: Table[ActRow]) -> None:
    if table:
        out.section(table.title)
    year = ""
    for act in table:
        told = re.search(r"\d{4}", act.date)
        if len(table) > _LONG and told and told[0] != year:
            year = told[0]
            out.line(f"  {year}", "head")
        out.line(f"  {date_words(act.date)}: {act.told}")
        out.line(f"      {act.kind} · {', '.join(act.cites)} · {act.id}", "quiet")


COMMANDS = (show,)
