"""Dragoman turns a chronicle of dated, cited acts into the state of the world that they made.

>>> import dragoman
>>> world = dragoman.open()
>>> world.on("1922-04-17").between("germany", "Soviet Russia")      # doctest: +SKIP
>>> world.why("in_force(treaty-of-rapallo-1922)", on="1923-06-01")  # doctest: +SKIP
"""

from dragoman.problem import Ambiguous, BadWorld, DragomanError, NotFound
from dragoman.state.world import World
from dragoman.state.world import open_world as open

__all__ = ["Ambiguous", "BadWorld", "DragomanError", "NotFound", "World", "open"]
__version__ = "0.1.0"
