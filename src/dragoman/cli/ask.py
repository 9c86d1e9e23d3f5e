"""Questions to a world: on, why, intervals, acts, search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dragoman.chronicle.catalogue import CHANNELS
from dragoman.cli.output import Out, answering
from dragoman.state.answers import IntervalRow, Standing, Table
from dragoman.state.grouped import said_together, together
from dragoman.state.intervals import date_words
from dragoman.state.proof import Proof
from dragoman.state.world import World

if TYPE_CHECKING:
    from dragoman.state.eyes import Eyes, Secret

#: How many powers are named from which a secret was kept.
_FEW = 6

Command = TypeVar("Command", bound=Callable[..., Any])


def seeing(command: Command) -> Command:
    """Give a command the options of whose eyes, and whose accounts."""
    for option in (
        click.option(
            "--except", "excepting", multiple=True, metavar="NAME", help="Not on this word."
        ),
        click.option("--according-to", multiple=True, metavar="NAME", help="By this account."),
        click.option("--seen-by", metavar="NAME", default="", help="Through someone's eyes."),
    ):
        command = option(command)
    return command


def seen(
    world: World, seen_by: str, according_to: tuple[str, ...], excepting: tuple[str, ...]
) -> World | Eyes:
    """The world through the eyes, and by the accounts, that were asked for, if any were."""
    asked = seen_by or according_to or excepting
    return world.through(seen_by, according_to, excepting) if asked else world


@click.command()
@click.argument("day", nargs=-1, required=True)
@click.option("--between", nargs=2, metavar="ONE OTHER", help="What stood between two actors.")
@click.option("--about", metavar="NAME", help="What stood that concerns someone or something.")
@click.option("--certain", "doubt", flag_value="no", help="Only what surely stood.")
@click.option("--possible", "doubt", flag_value="yes", help="Only what is in doubt.")
@seeing
@answering
def on(
    world: World,
    out: Out,
    day: str,
    between: tuple[str, str] | None,
    about: str | None,
    doubt: str | None,
    **eyes: Any,
) -> int:
    """What stood on a DAY: 1922-04-17, or "17 April 1922"."""
    if between and about:
        raise click.UsageError("--between and --about exclude each other")
    view = seen(world, **eyes).on(" ".join(day), None if doubt is None else doubt == "no")
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
    for rows in together(table, _began_as_one):
        if rows[0].law != law:
            law = rows[0].law
            out.line()
            out.line(law.capitalize(), "head")
        standing(view.archive, out, rows)
    return 0


def _began_as_one(row: Standing) -> tuple[object, ...]:
    return (row.rule, row.act, row.until, row.sure)


def standing(world: World, out: Out, rows: Sequence[Standing]) -> None:
    """One fact, or several that go together, on two lines: what, then how we know."""
    row = rows[0]
    text = said_together(world, rows)
    if not row.sure:
        text += f" ({possibly(row.possibly)})"
    if row.secret:
        text += " [secret]"
    out.line(f"  {text}", "doubt" if not row.sure else "secret" if row.secret else "")
    since = date_words(row.since)
    until = f", until {date_words(row.until)}" if row.until and row.sure else ""
    told = "" if row.certainty == "stated" else f" ({row.certainty})"
    if not row.act:
        out.line(f"      at first{until}", "quiet")
        return
    out.line(f"      since {since}{until}{told} · {', '.join(row.cites)}", "quiet")
    out.line(f"      act {row.act} · rule {row.rule}", "quiet")


def possibly(stretch: str) -> str:
    """What is in doubt, and when: possibly from 20 to 31 October 1920."""
    first, _, last = stretch.partition("/")
    if not stretch or first == "..":
        return "possibly"
    if not last:
        return f"possibly on {date_words(stretch)}"
    if last == "..":
        return f"possibly since {date_words(first)}"
    return f"possibly from {date_words(stretch)}"


@click.command()
@click.argument("fact")
@click.option("--on", "day", required=True, metavar="DAY", help="The day asked about.")
@seeing
@answering
def why(world: World, out: Out, fact: str, day: str, **eyes: Any) -> int:
    """Why a FACT stood on a day, or what was wanting.

    A fact is a fluent with its arguments: "in_force(treaty-of-rapallo-1922)". The exit code is
    1 where it did not stand.
    """
    view = seen(world, **eyes).on(day)
    proof = view.why(fact)
    if out.form == "json":
        out.data(proof.dict())
    elif out.form == "csv":
        columns = ("depth", "says", "holds", "since", "act", "rule", "cites")
        out.csv(columns, _flat(proof, 0))
    else:
        out.line(f"On {view.day_in_words}:", "title")
        if beyond := world.beyond(view.day):
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
@click.option("--certain", "shown", flag_value="certain", help="The days on which it surely held.")
@click.option("--possible", "shown", flag_value="possible", help="The days on which it may have.")
@answering
def intervals(world: World, out: Out, fluent: str, value: str | None, shown: str | None) -> int:
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
    table = world.intervals(fluent, value, shown == "possible", **args)
    if shown is not None:
        rows = (row for row in table if getattr(row, shown))
        table = Table(IntervalRow, rows, table.title, ("says", shown, "began_by"))
    return out.table(table)


@click.command()
@click.option("--kind", multiple=True, help="Only acts of this kind (or these; see: kinds).")
@click.option("--from", "since", metavar="DATE", help="Not before this date.")
@click.option("--to", "until", metavar="DATE", help="Not after this date.")
@click.option("--surely", is_flag=True, help="Only acts that surely fall in that time.")
@click.option("--about", multiple=True, metavar="NAME", help="Only acts that name this (each).")
@click.option("--place", metavar="NAME", help="Only acts at this place.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Only acts of this channel.")
@click.option("--secret", is_flag=True, help="Only acts that were kept from others.")
@seeing
@answering
def acts(
    world: World,
    out: Out,
    kind: tuple[str, ...],
    since: str | None,
    until: str | None,
    surely: bool,
    about: tuple[str, ...],
    place: str | None,
    channel: str | None,
    secret: bool,
    **eyes: Any,
) -> int:
    """The acts of the chronicle, by kind, time, names and place.

    With --seen-by those that could be seen by --to, a day.
    """
    wanted = secret or None
    if not any(eyes.values()):
        return out.table(world.acts(kind, since, until, about, place, channel, wanted, surely))
    if until is None:
        raise click.UsageError("through someone's eyes acts are seen by a day: add --to DAY")
    asked = {"kind": kind, "since": since, "about": about, "place": place}
    more = {"channel": channel, "secret": wanted, "surely": surely}
    through = world.through(eyes["seen_by"], eyes["according_to"], eyes["excepting"])
    return out.table(through.acts(until, **asked, **more))


@click.command()
@click.argument("act")
@answering
def date(world: World, out: Out, act: str) -> int:
    """Why an ACT, named by its id, is dated as it is."""
    found = world.dating(act)
    if out.form == "json":
        out.data(asdict(found))
    elif out.form == "csv":
        bounds = (("earliest", found.earliest), ("latest", found.latest))
        out.csv(("bound", "day", "because"), [[name, b.day, b.because] for name, b in bounds])
    else:
        title, *rest = found.lines()
        out.line(title, "title")
        for line in rest:
            out.line(line)
    return 0


@click.command()
@click.option("--about", metavar="NAME", help="Only what names someone or something.")
@answering
def disputes(world: World, out: Out, about: str | None) -> int:
    """What is disputed: rival acts, on whose word each stands, what would follow from it."""
    table = world.disputes(about)
    if out.form != "text" or not table:
        return out.table(table)
    for row in table:
        by = f" (according to {', '.join(row.according_to)})" if row.according_to else ""
        out.line(f"{date_words(row.date)}: {row.what}{by}", "head")
        if row.note:
            out.line(f"    {row.note}")
        out.line(f"    {', '.join(row.cites)} · act {row.act}", "quiet")
        for rival in row.rivals:
            out.line(f"    rival: act {rival}")
        for fact in row.follows:
            out.line(f"    from it follows: {fact}")
    return 0


@click.command()
@click.option("--on", "day", required=True, metavar="DAY", help="The day asked about.")
@click.option("--about", metavar="NAME", help="Only what concerns someone or something.")
@click.option("--from", "kept_from", metavar="NAME", help="Only what someone could not know.")
@answering
def secrets(world: World, out: Out, day: str, about: str | None, kept_from: str | None) -> int:
    """What stood on a day that not all knew: who did, who did not, and until when it was kept."""
    table = world.secrets(day, about, kept_from)
    if out.form != "text":
        return out.table(table)
    out.line(table.title, "title")
    if not table:
        out.line("  Nothing that stood is told to have been kept from anyone.")
        return 1
    by_act: dict[str, list[Secret]] = {}
    for row in table:
        by_act.setdefault(row.act, []).append(row)
    for rows in by_act.values():
        for row in rows:
            out.line(f"  {row.says}{'' if row.sure else ' (possibly)'}", "secret")
        row = rows[0]
        until = f" until {date_words(row.disclosed)}" if row.disclosed else ""
        out.line(f"      known to {', '.join(row.known_to)}")
        first, more = row.kept_from[:_FEW], len(row.kept_from) - _FEW
        others = f", {more} more powers" if more > 0 else ""
        powers = f", among them {', '.join(first)}{others}" if first else ""
        out.line(f"      kept{until}, so far as is told, from all others{powers}")
        out.line(f"      since {date_words(row.since)} · {', '.join(row.cites)}", "quiet")
        out.line(f"      act {row.act}", "quiet")
    return 0


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@answering
def search(world: World, out: Out, words: tuple[str, ...], limit: int) -> int:
    """Acts, provisions and names that contain the WORDS."""
    return out.table(world.search(" ".join(words), limit))


COMMANDS = (on, why, date, secrets, disputes, intervals, acts, search)
