"""The map as data: land, places, and what stood between powers on the day."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import View

VIEWS: Mapping[str, View] = {}
