"""The world in the browser: atlas."""

from __future__ import annotations

import click

from dragoman.cli.output import open_world


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8017, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Open it to others, too.")
@click.option("--no-browser", is_flag=True, help="Only serve; open no browser.")
@click.option("--world", "place", metavar="PATH", help="Another world's folder.")
@click.option("--reading", metavar="NAME", default="", help="A reading of the law.")
def atlas(port: int, host: str, no_browser: bool, place: str | None, reading: str) -> None:
    """Open the world in a browser: any day, through anyone's eyes, with proofs.

    It is served on this machine alone unless another --host is named, and writes nothing.
    """
    from dragoman.atlas.serve import LOOPBACK, serve

    world = open_world(place, reading=reading)
    if host not in LOOPBACK:
        click.echo(f"Whoever can reach {host} can read this atlas.", err=True)

    def told(address: str) -> None:
        click.echo(f"The atlas of “{world.title}” is open at {address}")
        click.echo("Stop it with Ctrl+C.")

    serve(world, host, port, not no_browser, told)


COMMANDS = (atlas,)
