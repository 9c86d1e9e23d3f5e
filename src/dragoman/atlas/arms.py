"""The two arms towards a country: acts of the state and of the International, face to face."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import View

VIEWS: Mapping[str, View] = {}
