"""What leans on what: the fluents of a law book, and what each is begun by or holds while."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dragoman.law.book import LawBook
from dragoman.law.strata import heads_of, leans_of
from dragoman.law.tree import Pattern


@dataclass(frozen=True, slots=True)
class Node:
    """A fluent: the kinds of act that begin or end it, and the fluents that it leans on."""

    fluent: str
    law: str
    acts: tuple[str, ...]
    leans: tuple[str, ...]


def nodes_of(book: LawBook, laws: Collection[str] = ()) -> list[Node]:
    """The fluents of the laws (of all, if none is named), each after those it waits for."""
    acts: dict[str, dict[str, None]] = {name: {} for name in book.fluents}
    leans: dict[str, dict[str, None]] = {name: {} for name in book.fluents}
    for rule in book.rules:
        for lean in leans_of(rule):
            leans[lean.fluent][lean.on] = None
        for head in heads_of(rule):
            if isinstance(rule.trigger, Pattern):
                acts[head][rule.trigger.event] = None
            elif rule.lapse:
                acts[head]["time"] = None
    return [
        Node(name, book.fluents[name].law, tuple(acts[name]), tuple(leans[name]))
        for name in book.order
        if not laws or book.fluents[name].law in laws
    ]


_WIDE, _HIGH, _STEP, _LEFT = 190, 26, 44, 260


def svg(nodes: list[Node]) -> str:
    """The graph as an SVG picture: fluents in columns, each right of those on which it leans."""
    places = _places(nodes)
    width = _LEFT + (max((x for x, _ in places.values()), default=0) + 1) * (_WIDE + 70)
    height = (max((y for _, y in places.values()), default=0) + 1) * _STEP + 20
    lines: list[str] = []
    boxes: list[str] = []
    for node in nodes:
        x, y = _corner(places[node.fluent])
        for other in node.leans:
            if other in places and other != node.fluent:
                a, b = _corner(places[other])
                start, end = f"M{a + _WIDE} {b + _HIGH / 2}", f"{x} {y + _HIGH / 2}"
                bend = f"C{a + _WIDE + 40} {b + _HIGH / 2} {x - 40} {y + _HIGH / 2}"
                lines.append(f'<path d="{start} {bend} {end}" class="lean"/>')
        told = html.escape(", ".join(node.acts))
        name = html.escape(node.fluent)
        boxes.append(
            f"<g><title>{name}: {told or 'holds while others do'}</title>"
            f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="4"/>'
            f'<text x="{x + 8}" y="{y + 17}">{name}</text>'
            f'<text x="{x - 8}" y="{y + 38}" class="acts">{told[:60]}</text></g>'
        )
    style = (
        "text{font:13px sans-serif}.acts{font-size:9px;fill:#666}"
        "rect{fill:#f4f1ea;stroke:#555}.lean{fill:none;stroke:#888}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f"<style>{style}</style>{''.join(lines)}{''.join(boxes)}</svg>\n"
    )


def _places(nodes: list[Node]) -> dict[str, tuple[int, int]]:
    """A column and a row for each fluent."""
    columns: dict[str, int] = {}
    rows: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for node in nodes:
        column = max((columns[o] + 1 for o in node.leans if o in columns), default=0)
        columns[node.fluent] = column
        places[node.fluent] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return places


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return 20 + place[0] * (_WIDE + 70), 10 + place[1] * _STEP


def outline(nodes: list[Node], titles: Mapping[str, str]) -> str:
    """The graph as text: each law with its fluents, and what each rests on."""
    told: list[str] = []
    for law in dict.fromkeys(node.law for node in nodes):
        told.append(f"{law}: {titles.get(law, '')}")
        for node in (node for node in nodes if node.law == law):
            told.append(f"  {node.fluent}")
            if node.leans:
                told.append(f"    leans on {', '.join(node.leans)}")
            if node.acts:
                told.append(f"    begun or ended by {', '.join(node.acts)}")
    return "\n".join(told)
