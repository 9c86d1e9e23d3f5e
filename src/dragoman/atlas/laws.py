"""The laws, their rules as written, and how much each made."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import View

VIEWS: Mapping[str, View] = {}
