"""Dossiers of actors, persons, instruments, bodies, documents, places and acts."""

from __future__ import annotations

from collections.abc import Mapping

from dragoman.atlas.page import View

VIEWS: Mapping[str, View] = {}
