"""The catalogue, to read: kinds."""

from __future__ import annotations

import click

from dragoman.chronicle.catalogue import Kind
from dragoman.cli.output import Out, answering
from dragoman.problem import NotFound, nearest
from dragoman.state.world import World


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


COMMANDS = (kinds,)
