"""Questions to a world: on, why, intervals, acts, show, search, findings."""

from __future__ import annotations

from collections.abc import Sequence

import click

from dragoman.chronicle.catalogue import CHANNELS
from dragoman.cli.output import Out, answering
from dragoman.state.answers import Standing, Table
from dragoman.state.dossier import Dossier
from dragoman.state.intervals import sentence
from dragoman.state.proof import Proof, date_words
from dragoman.state.world import World


@click.command()
@click.argument("day", nargs=-1, required=True)
@click.option("--between", nargs=2, metavar="ONE OTHER", help="What stood between two actors.")
@click.option("--about", metavar="NAME", help="What stood that concerns someone or something.")
@answering
def on(world: World, out: Out, day: str, between: tuple[str, str] | None, about: str | None) -> int:
    """What stood on a DAY: 1922-04-17, or "17 April 1922"."""
    if between and about:
        raise click.UsageError("--between and --about exclude each other")
    view = world.on(" ".join(day))
    if between:
        table = view.between(*between)
    elif about:
        table = view.about(about)
    else:
        table = view.all()
    if out.form != "text":
        return out.table(table)
    out.line(table.title, "title")
    if beyond := world.beyond(view.day):
        out.line(beyond, "doubt")
    if not table:
        out.line("Nothing is told to have stood.")
        return 1
    law = ""
    for rows in together(table):
        if rows[0].law != law:
            law = rows[0].law
            out.line()
            out.line(law.capitalize(), "head")
        standing(world, out, rows)
    return 0


def together(table: Table[Standing]) -> list[list[Standing]]:
    """Rows that one act began by one rule and that differ in one argument only."""
    groups: dict[tuple[str, ...], list[list[Standing]]] = {}
    order: list[list[Standing]] = []
    for row in table:
        key = (row.fluent, row.value, row.rule, row.act, row.until, str(row.sure))
        alike = groups.setdefault(key, [])
        group = next((g for g in alike if differing([*g, row]) is not None), None)
        if group is None:
            alike.append([row])
            order.append(alike[-1])
        else:
            group.append(row)
    return order


def differing(rows: Sequence[Standing]) -> int | None:
    """The one place in which the arguments of the rows differ, or None."""
    columns = list(zip(*(row.args for row in rows), strict=True))
    places = [n for n, column in enumerate(columns) if len(set(column)) > 1]
    return places[0] if len(places) == 1 else None


def standing(world: World, out: Out, rows: Sequence[Standing]) -> None:
    """One fact, or several that go together, on two lines: what, then how we know."""
    row = rows[0]
    text = said_together(world, rows)
    if not row.sure:
        text += f" (possibly{f', not after {date_words(row.until)}' if row.until else ''})"
    if row.secret:
        text += " [secret]"
    out.line(f"  {text}", "doubt" if not row.sure else "secret" if row.secret else "")
    since = date_words(row.since)
    until = f", until {date_words(row.until)}" if row.until and row.sure else ""
    told = "" if row.certainty == "stated" else f" ({row.certainty})"
    out.line(f"      since {since}{until}{told} · {', '.join(row.cites)}", "quiet")
    out.line(f"      act {row.act} · rule {row.rule}", "quiet")


def said_together(world: World, rows: Sequence[Standing]) -> str:
    """Rows that differ in one argument, in one sentence: “… by Germany and Soviet Russia”."""
    row, place = rows[0], differing(rows)
    names = [world.name(arg) for arg in row.args]
    if place is not None:
        several = [world.name(r.args[place]) for r in rows]
        names[place] = f"{', '.join(several[:-1])} and {several[-1]}"
    return sentence(world.fluents[row.fluent], names, world.name(row.value))


@click.command()
@click.argument("fact")
@click.option("--on", "day", required=True, metavar="DAY", help="The day asked about.")
@answering
def why(world: World, out: Out, fact: str, day: str) -> int:
    """Why a FACT stood on a day, or what was wanting.

    A fact is a fluent with its arguments: "in_force(treaty-of-rapallo-1922)". The exit code is
    1 where it did not stand.
    """
    proof = world.why(fact, on=day)
    if out.form == "json":
        out.data(proof.dict())
    elif out.form == "csv":
        columns = ("depth", "says", "holds", "since", "act", "rule", "cites")
        out.csv(columns, _flat(proof, 0))
    else:
        out.line(f"On {date_words(proof.day)}:", "title")
        if beyond := world.beyond(world.on(proof.day).day):
            out.line(beyond, "doubt")
        for sort, line in proof.lines(1):
            out.line(line, "quiet" if sort == "ground" else "")
        if proof.text:
            out.line()
            out.line("The rule as written:", "head")
            for line in proof.text.splitlines():
                out.line(f"  {line}")
    return 0 if proof else 1


def _flat(proof: Proof, depth: int) -> list[list[str]]:
    row = [
        *(str(depth), proof.says, "yes" if proof.holds else "no"),
        *(proof.since, proof.act, proof.rule, ", ".join(proof.cites)),
    ]
    return [row, *(r for ground in proof.grounds for r in _flat(ground, depth + 1))]


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("fluent")
@click.option("--value", help="Only where the fluent had this value.")
@answering
def intervals(world: World, out: Out, fluent: str, value: str | None) -> int:
    """Every stretch of days over which a FLUENT held.

    Its parameters are options: dragoman intervals recognition --whom rsfsr
    """
    extra = click.get_current_context().args
    args: dict[str, str] = {}
    while extra:
        option = extra.pop(0)
        if not option.startswith("--"):
            raise click.UsageError(f"“{option}” is not expected; write --PARAMETER NAME")
        name, equals, given = option[2:].partition("=")
        if not equals:
            if not extra:
                raise click.UsageError(f"--{name} needs a name")
            given = extra.pop(0)
        args[name] = given
    return out.table(world.intervals(fluent, value=value, **args))


@click.command()
@click.option("--kind", help="Only acts of this kind (see: dragoman kinds).")
@click.option("--from", "since", metavar="DATE", help="Not before this date.")
@click.option("--to", "until", metavar="DATE", help="Not after this date.")
@click.option("--about", multiple=True, metavar="NAME", help="Only acts that name this (each).")
@click.option("--place", metavar="NAME", help="Only acts at this place.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Only acts of this channel.")
@click.option("--secret", is_flag=True, help="Only acts that were kept from others.")
@answering
def acts(
    world: World,
    out: Out,
    kind: str | None,
    since: str | None,
    until: str | None,
    about: tuple[str, ...],
    place: str | None,
    channel: str | None,
    secret: bool,
) -> int:
    """The acts of the chronicle, by kind, time, names and place."""
    return out.table(
        world.acts(kind=kind, since=since, until=until, about=about, place=place, channel=channel)
    )


@click.command()
@click.argument("name")
@answering
def show(world: World, out: Out, name: str) -> int:
    """The dossier of an actor, instrument, document, place … or of an act."""
    dossier = world.show(name)
    if out.form == "json":
        out.data(dossier.dict())
    elif out.form == "csv":
        out.table(dossier.steps)
    else:
        _dossier(out, dossier)
        if others := world.namesakes(dossier.id, name):
            out.line()
            out.line("See also", "head")
            for entity in others:
                out.line(f"  {entity.name}: {entity.of_class} {entity.id}")
    return 0


def _dossier(out: Out, dossier: Dossier) -> None:
    out.line(dossier.name, "title")
    out.line(f"{dossier.sort} · {dossier.id}", "quiet")
    if dossier.also:
        out.line(f"also: {', '.join(dossier.also)}", "quiet")
    for key, value in dossier.facts.items():
        out.line(f"  {key}: {date_words(value) if key == 'date' else value}")
    if dossier.note:
        out.line(f"  note: {dossier.note}")
    if dossier.cites:
        out.line(f"  {', '.join(dossier.cites)}", "quiet")
    if dossier.provisions:
        out.line()
        out.line("Provisions", "head")
        for provision in dossier.provisions:
            cites = ", ".join(map(str, provision.cites))
            out.line(f"  {provision.topic}: {provision.text} ({cites})")
    for table in (dossier.steps, dossier.mentions):
        if table:
            out.line()
            out.line(table.title, "head")
        for act in table:
            out.line(f"  {date_words(act.date)}: {act.told}")
            out.line(f"      {act.kind} · {', '.join(act.cites)} · {act.id}", "quiet")
    if dossier.intervals:
        out.line()
        out.line(dossier.intervals.title, "head")
        for row in dossier.intervals:
            until = f" to {date_words(row.until)}" if row.until else ""
            out.line(f"  {row.says}: from {date_words(row.since)}{until}")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@answering
def search(world: World, out: Out, words: tuple[str, ...], limit: int) -> int:
    """Acts, provisions and names that contain the WORDS."""
    return out.table(world.search(" ".join(words), limit))


@click.command()
@answering
def findings(world: World, out: Out) -> int:
    """The acts that the law finds irregular, and why."""
    return out.table(world.findings())


COMMANDS = (on, why, intervals, acts, show, search, findings)
