"""The law and the catalogue, to read: law, kinds."""

from __future__ import annotations

import click

from dragoman.chronicle.catalogue import Kind
from dragoman.cli.output import Out, answering
from dragoman.problem import NotFound, nearest
from dragoman.state.world import World


@click.command()
@click.argument("name", required=False)
@click.option("--fluents", is_flag=True, help="The fluents, with their sentences.")
@answering
def law(world: World, out: Out, name: str | None, fluents: bool) -> int:
    """The laws of the world, one law (treaties) or one rule (treaties.force), as written."""
    if fluents:
        return _fluents(world, out, name)
    laws = {row[0]: (row[1], row[2]) for row in world.store.rows("SELECT * FROM law")}
    rules = world.store.rows("SELECT key, law, because, source, text, spot FROM rule")
    if name is None:
        listed = [(key, title) for key, (title, _) in laws.items()]
        if out.form == "json":
            out.data([{"law": key, "title": title} for key, title in listed])
        elif out.form == "csv":
            out.csv(("law", "title"), listed)
        else:
            out.columns(listed)
        return 0
    chosen = rows_of(rules, name)
    if name not in laws and not chosen:
        known = [*laws, *(row[0] for row in rules), *(row[0].partition(".")[2] for row in rules)]
        raise NotFound("law or rule", name, nearest(name, known) or list(laws))
    columns = ("rule", "law", "because", "source", "text", "spot")
    if out.form == "json":
        out.data([dict(zip(columns, row, strict=True)) for row in chosen])
    elif out.form == "csv":
        out.csv(columns, chosen)
    elif name in laws:
        out.line(laws[name][1].rstrip())
    else:
        for row in chosen:
            out.line(row[4])
            made = world.store.rows("SELECT count(*) FROM span WHERE began_by = ?", [row[0]])
            out.line(f"  {row[5]}; it began {made[0][0]} intervals", "quiet")
    return 0


def _fluents(world: World, out: Out, name: str | None) -> int:
    """The fluents of a law, or of all: how each is written, and what it says."""
    found = [f for f in world.fluents.values() if name in (None, f.law, f.name)]
    if not found:
        raise NotFound("law or fluent", str(name), nearest(str(name), world.fluents))
    rows = []
    for fluent in found:
        value = f" = {' | '.join(fluent.choices) or fluent.value}" if fluent.value else ""
        params = ", ".join(f"{p}: {t}" if p != t else p for p, t in fluent.types.items())
        rows.append((fluent.law, f"{fluent.name}({params}){value}", fluent.gloss))
    if out.form == "json":
        out.data([dict(zip(("law", "fluent", "says"), row, strict=True)) for row in rows])
    elif out.form == "csv":
        out.csv(("law", "fluent", "says"), rows)
    else:
        out.columns(rows)
    return 0


def rows_of(rules: list[tuple[str, ...]], name: str) -> list[tuple[str, ...]]:
    """The rules of a law, or the rule called `law.rule` or just `rule`."""
    return [row for row in rules if name in (row[0], row[1], row[0].partition(".")[2])]


@click.command()
@click.argument("name", required=False)
@answering
def kinds(world: World, out: Out, name: str | None) -> int:
    """The kinds of act, or one KIND with its roles and an example."""
    catalogue = world.catalogue.kinds
    if name is None:
        listed = [(k.name, k.channel, k.means) for k in catalogue.values()]
        if out.form == "json":
            out.data([_plain(kind) for kind in catalogue.values()])
        elif out.form == "csv":
            out.csv(("kind", "channel", "means"), listed)
        else:
            out.columns(listed)
        return 0
    kind = catalogue.get(name)
    if kind is None:
        raise NotFound("kind of act", name, nearest(name, catalogue))
    if out.form == "json":
        out.data(_plain(kind))
    elif out.form == "csv":
        out.csv(("role", "holds"), [(role, str(holds)) for role, holds in kind.roles.items()])
    else:
        out.line(f"{kind.name}: {kind.label}", "title")
        out.line(f"{kind.means} Channel: {kind.channel}.")
        out.line()
        out.line("Roles", "head")
        out.columns([(f"  {role}", str(holds)) for role, holds in kind.roles.items()])
        out.line()
        out.line("Example", "head")
        for line in example(kind).splitlines():
            out.line(f"  {line}")
    return 0


def example(kind: Kind) -> str:
    """A whole act of the kind, to copy and fill in."""
    act, *roles = kind.example.rstrip().splitlines()
    closing = ["  what: What was done, in your own words.", "  cite: WORK PAGE"]
    return "\n".join([act, "  date: 1922-04-16", *roles, *closing])


def _plain(kind: Kind) -> dict[str, object]:
    return {
        "kind": kind.name,
        "label": kind.label,
        "means": kind.means,
        "channel": kind.channel,
        "roles": {role: str(holds) for role, holds in kind.roles.items()},
        "example": example(kind),
    }


COMMANDS = (law, kinds)
