"""Pages into HTML: the templates, and what all of them may use."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

import dragoman
from dragoman.atlas.look import Look
from dragoman.atlas.page import Page
from dragoman.state.intervals import date_words
from dragoman.state.world import World

#: Characters that turn the direction of text about or hide in it: shown as what they are.
_HIDDEN = {
    n: f"⟨U+{n:04X}⟩"
    for n in (
        *(n for n in range(0x20) if n not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        *(0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),
    )
}
#: So many can be chosen from a list; the address itself may name any.
_CHOICES = 300


class Renderer:
    """Renders the pages of one world's atlas; everything in them is escaped."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.environment = Environment(
            loader=PackageLoader("dragoman.atlas"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
        )
        self.environment.filters |= {"dated": date_words, "named": world.name, "quoted": _quoted}
        self.viewers = _viewers(world)
        self.witnesses = _witnesses(world)

    def render(self, page: Page, look: Look, path: str, words: Mapping[str, str]) -> str:
        """The HTML of a page, at the path and with the words by which it was asked for."""
        template = self.environment.get_template(page.template)
        more = {name: word for name, word in words.items() if name in page.words}
        return template.render(
            page.shown,
            page=page,
            look=look,
            path=path,
            room=path.split("/")[1],
            own=path + look.query(also=more),
            whole=path + Look(look.day, secrets=look.secrets).query(also=more),
            taken={form: path + look.query(also={**more, "as": form}) for form in ("csv", "json")},
            world=self.world,
            viewers=self.viewers,
            witnesses=self.witnesses,
            eyes=look.through(self.world).says(),
            cited=self.citation(page, look, path),
        )

    def citation(self, page: Page, look: Look, path: str) -> str:
        """How to cite a page: what it shows, of what world, made by what, under which address."""
        seen = look.through(self.world).says()
        told = f"{page.title}{f', {seen}' if seen else ''}"
        made = f"Dragoman {dragoman.__version__}, state {self.world.source.digest[:12]}"
        return f"{told}. In: {self.world.title}. {made}."


def _shown(value: Any) -> Any:
    """A value as it is shown: characters that turn or hide text are made visible."""
    if type(value) is not str or value.isprintable():
        return value
    return value.translate(_HIDDEN)


def _quoted(text: str) -> str:
    """A text as a part of a path."""
    return urllib.parse.quote(text, safe="")


def _viewers(world: World) -> list[tuple[str, str]]:
    """Those through whose eyes one may look: the powers that acts name most, by name."""
    rows = world.store.rows("SELECT value, count(*) FROM named GROUP BY 1 ORDER BY 2 DESC, 1")
    registers = world.registers
    powers = [
        (id, registers[id].name)
        for id, _ in rows
        if registers.is_a(id, "power") and not registers[id].fact("members")
    ]
    return sorted(powers[:_CHOICES], key=lambda one: one[1])


def _witnesses(world: World) -> list[tuple[str, str]]:
    """Those on whose word most acts are told, by name."""
    rows = world.store.rows(
        """SELECT id FROM (SELECT unnest(according_to) AS id FROM act)
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?""",
        [_CHOICES],
    )
    return sorted(((id, world.name(id)) for (id,) in rows), key=lambda one: one[1])
