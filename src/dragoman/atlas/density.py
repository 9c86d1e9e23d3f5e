"""How many acts fell in each week, by channel, for the strip under the date."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import View

VIEWS: Mapping[str, View] = {}
