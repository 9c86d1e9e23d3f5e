"""Dragoman turns a chronicle of dated, cited acts into the state of the world that they made.

>>> import dragoman
>>> world = dragoman.open()
>>> world.on("1922-04-17").between("germany", "Soviet Russia")      # doctest: +SKIP
>>> world.why("in_force(treaty-of-rapallo-1922)", on="1923-06-01")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from dragoman.problem import Ambiguous, BadWorld, DragomanError, NotFound

if TYPE_CHECKING:
    from dragoman.state.world import World
    from dragoman.state.world import open_world as open

__all__ = ["Ambiguous", "BadWorld", "DragomanError", "NotFound", "World", "open"]
__version__ = "0.1.0"

_HOME = {"World": "World", "open": "open_world"}


def __getattr__(name: str) -> Any:
    """Load what asks a world where it is first used: the parts of Dragoman do without."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dragoman.state import world

    return getattr(world, _HOME[name])
