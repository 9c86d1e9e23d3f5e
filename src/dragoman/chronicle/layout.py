"""The canonical layout of chronicle and register files.

`laid_out` orders the keys of each entry, writes scalars and lists in one way and keeps one
blank line between entries. Comments stay with the key or entry they precede. What does not
parse is left as it stands, and a layout that would change a single value is not taken.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence

import yaml

from dragoman.chronicle.catalogue import HEAD_KEYS, RESERVED, TAIL_KEYS, Catalogue
from dragoman.chronicle.notation import Entry, Field, Plain, Value, read_entries

_SET_DATE = re.compile(r"\[[0-9X?~%.,-]+\]")
_PLAIN = re.compile(r"[\w(“‘£$€.][^\n#:{}\[\],&*!|>'\"%@`]*")
_INDENT = "  "


def laid_out(text: str, catalogue: Catalogue) -> str:
    """The text of a chronicle or register file in canonical layout."""
    starts = [match.start() for match in re.finditer(r"^- ", text, flags=re.MULTILINE)]
    if not starts:
        return text
    pieces: list[str] = []
    head = text[: starts[0]]
    if head.strip():
        pieces.append(head.strip("\n") + "\n" + ("\n" if head.endswith("\n\n") else ""))
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        body, following = _body_and_comments(text[start:end])
        pieces.append(_entry(body, catalogue) + "\n")
        if following:
            pieces.append(following + "\n")
    return _spaced(pieces)


def _spaced(pieces: Sequence[str]) -> str:
    """The pieces with one blank line after each entry; a comment keeps to what it precedes."""
    out: list[str] = []
    for piece in pieces:
        comment = piece.startswith("#")
        if out and not (out[-1].startswith("#") and not out[-1].endswith("\n\n")):
            out.append("\n")
        out.append(piece if not comment else piece.rstrip("\n") + "\n")
    return "".join(out)


def _body_and_comments(chunk: str) -> tuple[str, str]:
    """An entry's own lines, and the comment lines at its end that precede the next entry."""
    lines = chunk.rstrip().split("\n")
    cut = len(lines)
    while cut > 1 and (not lines[cut - 1].strip() or lines[cut - 1].startswith("#")):
        cut -= 1
    return "\n".join(lines[:cut]), "\n".join(line for line in lines[cut:] if line.strip())


def _entry(body: str, catalogue: Catalogue) -> str:
    """One entry in canonical layout, or as it stands where that cannot be done safely."""
    entries, problems = read_entries(body, "")
    lines = body.split("\n")
    if problems or len(entries) != 1 or not _one_key_a_line(entries[0], lines):
        return body
    entry = entries[0]
    segments = _segments(entry, lines)
    ordered = sorted(entry.fields.values(), key=lambda f: _rank(f.key, entry, catalogue))
    written = "\n".join(
        line
        for field in ordered
        for line in (*segments[field.key][0], *_field(field, segments[field.key][1]))
    )
    result = "- " + written.removeprefix(_INDENT) if written.startswith(_INDENT) else body
    again, wrong = read_entries(result, "")
    same = not wrong and len(again) == 1 and _plain(again[0]) == _plain(entry)
    return result if same else body


def _plain(entry: Entry) -> dict[str, Plain]:
    return {key: field.value.plain() for key, field in entry.fields.items()}


def _one_key_a_line(entry: Entry, lines: Sequence[str]) -> bool:
    spots = [field.spot for field in entry.fields.values()]
    return (
        len({spot.line for spot in spots}) == len(spots)
        and all(spot.column == 3 for spot in spots)
        and len(spots) > 0
        and spots[0].line <= len(lines)
    )


def _segments(entry: Entry, lines: Sequence[str]) -> dict[str, tuple[list[str], list[str]]]:
    """For each key, the comment lines before it and its own lines."""
    spots = [(field.key, field.spot.line - 1) for field in entry.fields.values()]
    ends = [line for _, line in spots[1:]] + [len(lines)]
    found: dict[str, tuple[list[str], list[str]]] = {}
    comments: list[str] = []
    for (key, start), end in zip(spots, ends, strict=True):
        own = list(lines[start:end])
        following: list[str] = []
        while len(own) > 1 and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
            last = own.pop()
            if last.strip():
                following.insert(0, _INDENT + last.strip())
        found[key] = (comments, own)
        comments = following
    if comments:  # comments at the end stay with the last key
        key = spots[-1][0]
        found[key] = (found[key][0], [*found[key][1], *comments])
    return found


def _rank(key: str, entry: Entry, catalogue: Catalogue) -> tuple[int, int]:
    keys = list(entry.fields)
    if "act" in entry.fields:
        kind = catalogue.kinds.get(entry.fields["act"].value.text or "")
        roles = list(kind.roles) if kind else []
        unknown = [k for k in keys if k not in (*RESERVED, *roles)]
        order = [*HEAD_KEYS, *roles, *unknown, *TAIL_KEYS]
        return 0, order.index(key)
    if key == keys[0]:
        return 0, 0
    of_class = keys[0]
    known = list(catalogue.keys_of(of_class)) if of_class in catalogue.classes else []
    last = ("provisions", "note", "cite")
    order = ["name", "also", *(k for k in known if k not in ("name", "also", *last))]
    order += [k for k in keys if k not in (*order, *last)]
    return 1, [*order, *last].index(key)


def _field(field: Field, own: list[str]) -> list[str]:
    """The lines of one key and its value; kept as they are where a comment stands in them."""
    first = own[0]
    if any("#" in line for line in own):
        return [_INDENT + first.removeprefix("- ").removeprefix(_INDENT), *own[1:]]
    return _lines(field.key, field.value, 1)


def _lines(key: str, value: Value, depth: int) -> list[str]:
    pad = _INDENT * depth
    content = value.content
    if isinstance(content, str):
        return [f"{pad}{key}: {scalar(content)}".rstrip()]
    if isinstance(content, tuple):
        if all(isinstance(item.content, str) for item in content):
            items = ", ".join(scalar(item.text or "", inside=True) for item in content)
            return [f"{pad}{key}: [{items}]"]
        lines = [f"{pad}{key}:"]
        for item in content:
            lines += _item(item, depth + 1)
        return lines
    if not content:
        return [f"{pad}{key}: {{}}"]
    return [
        f"{pad}{key}:",
        *(x for f in content.values() for x in _lines(f.key, f.value, depth + 1)),
    ]


def _item(item: Value, depth: int) -> list[str]:
    pad = _INDENT * depth
    if isinstance(item.content, str):
        return [f"{pad}- {scalar(item.content)}"]
    if isinstance(item.content, tuple):
        return [f"{pad}- {json.dumps(item.plain(), ensure_ascii=False)}"]
    inner = [x for f in item.content.values() for x in _lines(f.key, f.value, depth + 1)]
    if not inner:
        return [f"{pad}- {{}}"]
    return [f"{pad}- {inner[0].lstrip()}", *inner[1:]]


def scalar(text: str, inside: bool = False) -> str:
    """A text as YAML: plain where that is safe, else in double quotes.

    `inside` a flow list, commas and brackets need quotes too.
    """
    if text and not inside and _SET_DATE.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and text == text.strip():
        return text
    line = f"[{text}]" if inside else f"k: {text}"
    with contextlib.suppress(yaml.YAMLError):
        found = yaml.load(line, Loader=yaml.BaseLoader) if "\n" not in text else None
        if text and found == ([text] if inside else {"k": text}):
            return text
    return json.dumps(text, ensure_ascii=False)
