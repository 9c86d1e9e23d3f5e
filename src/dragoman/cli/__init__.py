"""The command line: questions to a world, its law, and the upkeep of its files.

Exit codes: 0 for an answer, 1 where there is no such thing (or `check` finds something), 2 for
wrong usage or a world that cannot be opened. Errors go to standard error, in words.
"""

from __future__ import annotations

import gc
import os
import sys

import click

from dragoman import __version__
from dragoman.cli import ask, atlas, dossier, findings, keep, kinds, law, suppose
from dragoman.problem import Ambiguous, DragomanError, NotFound


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Names are forgiving: “Soviet Russia”, RSFSR and rsfsr are one actor.",
)
@click.version_option(__version__, prog_name="dragoman")
def cli() -> None:
    """Ask a world of dated acts what stood on a day, and how we know."""


for room in (ask, findings, suppose, dossier, atlas, law, kinds, keep):
    for command in room.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line; every error is told in words, never as a traceback."""
    gc.disable()  # a command is over before there is anything worth collecting
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and give back its exit code."""
    try:
        code = cli.main(arguments, prog_name="dragoman", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return 130
    except (NotFound, Ambiguous) as error:
        print(error, file=sys.stderr)
        return 1
    except DragomanError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of a pipe has gone; keep Python from writing to it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("DRAGOMAN_TRACE"):
            raise
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        print(
            f"Dragoman itself failed ({said}). Please report it; DRAGOMAN_TRACE=1 shows where.",
            file=sys.stderr,
        )
        return 3
