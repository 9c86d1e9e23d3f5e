"""The canonical layout of chronicle and register files.

`laid_out` orders the keys of each entry, writes scalars and lists in one way and keeps one
blank line between entries. Comments stay with the key or entry they precede, and a heading
keeps the blank line after it. What does not parse is left as it stands, and a layout that would
change a single value is not taken.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from dragoman.chronicle.catalogue import RESERVED, Catalogue
from dragoman.chronicle.notation import Entry, Field, Plain, Value, read_entries

_PLAIN = re.compile(r"[\w(“‘£$€.][^\n#:{}\[\],&*!|>'\"%@`?]*")
#: What YAML takes for a line break, or cannot show, beside what JSON escapes.
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")
_OTHER_BREAK = re.compile("[\r\x85\u2028\u2029]")
_INDENT = "  "
#: A list inside `data` or a provision stands on one line if it fits.
_WIDTH = 100


def laid_out(text: str, catalogue: Catalogue) -> str:
    """The text of a chronicle or register file in canonical layout."""
    plain = text.replace("\r\n", "\n")
    starts = [match.start() for match in re.finditer(r"^- ", plain, flags=re.MULTILINE)]
    if not starts:
        return text
    result = _trimmed(plain[: starts[0]])
    for start, end in zip(starts, [*starts[1:], len(plain)], strict=True):
        chunk = plain[start:end]
        body, rest = _body_and_rest(chunk)
        written = _written(body, chunk, catalogue)
        if written is not None:
            result += written + "\n\n" + rest
        elif _values(body + "\n") == _values(chunk):
            result += body + "\n\n" + rest
        else:
            result += chunk
    if result.endswith("\n\n") and _values(stripped := result.rstrip("\n") + "\n") == _values(
        plain
    ):
        result = stripped
    return result if _values(result) == _values(plain) else text


def _values(text: str) -> tuple[list[dict[str, Plain]], int]:
    """What the entries of a text say, and how many faults it has."""
    entries, problems = read_entries(text, "")
    return [_plain(entry) for entry in entries], len(problems)


def _plain(entry: Entry) -> dict[str, Plain]:
    return {key: field.value.plain() for key, field in entry.fields.items()}


def _trimmed(text: str) -> str:
    """Lines between entries: no two blank lines together, none at the head."""
    lines = re.sub(r"\n(?:[ \t]*\n)+", "\n\n", "\n" + text).lstrip("\n")
    return lines if lines.strip() else ""


def _body_and_rest(chunk: str) -> tuple[str, str]:
    """An entry's own lines, and the comments after it that precede the next entry."""
    lines = chunk.split("\n")
    cut = len(lines)
    while cut > 1 and (not lines[cut - 1].strip(" \t") or lines[cut - 1].startswith("#")):
        cut -= 1
    rest = "\n".join(lines[cut:])
    if rest.rpartition("\n")[2]:  # a comment that no line end closes
        rest += "\n"
    return "\n".join(lines[:cut]), _trimmed(rest)


@dataclass(frozen=True, slots=True)
class _Part:
    """A key of an entry: the comments before it, its own lines, and comments that close it."""

    field: Field
    before: list[str]
    own: list[str]
    after: list[str]


def _written(body: str, chunk: str, catalogue: Catalogue) -> str | None:
    """One entry in canonical layout, or None where that cannot be done safely."""
    entries, problems = read_entries(chunk, "")
    lines = body.split("\n")
    if problems or len(entries) != 1 or _OTHER_BREAK.search(body):
        return None
    entry = entries[0]
    spots = [field.spot for field in entry.fields.values()]
    if len({spot.line for spot in spots}) < len(spots) or any(spot.column != 3 for spot in spots):
        return None
    opening = [line.removeprefix("- ").strip() for line in lines[: spots[0].line - 1]]
    if any(line and not line.startswith("#") for line in opening):
        return None
    parts = sorted(_parts(entry, lines), key=lambda part: _rank(part.field.key, entry, catalogue))
    leading = [line for line in opening if line] + [line.strip() for line in parts[0].before]
    written: list[str] = []
    with contextlib.suppress(RecursionError):
        for number, part in enumerate(parts):
            written += [*(part.before if number else ()), *_field(part), *part.after]
    if not written or not written[0].startswith(_INDENT):
        return None
    result = "\n".join([*leading, "- " + written[0].removeprefix(_INDENT), *written[1:]])
    return result if _values(result + "\n") == ([_plain(entry)], 0) else None


def _parts(entry: Entry, lines: Sequence[str]) -> Iterator[_Part]:
    """The keys of an entry with their lines, in written order."""
    fields = list(entry.fields.values())
    ends = [field.spot.line - 1 for field in fields[1:]] + [len(lines)]
    before: list[str] = []
    for field, end in zip(fields, ends, strict=True):
        own = list(lines[field.spot.line - 1 : end])
        following: list[str] = []
        while len(own) > 1 and _is_remark(own[-1], field.value):
            last = own.pop().strip()
            if last:
                following.insert(0, _INDENT + last)
        closing = following if field is fields[-1] else []
        yield _Part(field, before, own, closing)
        before = following


def _is_remark(line: str, value: Value) -> bool:
    """Whether the line is blank or a comment, and no part of the value's text."""
    bare = line.strip()
    return not bare or (bare.startswith("#") and not any(bare in t for t in _texts(value.plain())))


def _texts(value: Plain) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _rank(key: str, entry: Entry, catalogue: Catalogue) -> int:
    keys = list(entry.fields)
    if "act" in entry.fields:
        kind = catalogue.kinds.get(entry.fields["act"].value.text or "")
        roles = list(kind.roles) if kind else []
        before, after = RESERVED[:5], RESERVED[5:]
        own = [k for k in keys if k not in (*RESERVED, *roles)]
        return [*before, *roles, *own, *after].index(key)
    of_class = keys[0]
    known = list(catalogue.keys_of(of_class)) if of_class in catalogue.classes else []
    last = ("provisions", "note", "cite")
    first = (of_class, "name", "also")
    order = [*first, *(k for k in known if k not in (*first, *last))]
    order += [k for k in keys if k not in (*order, *last)]
    return [*order, *last].index(key)


def _field(part: _Part) -> list[str]:
    """The lines of one key and its value; kept as they are where a comment stands in them."""
    first, *others = part.own
    if any("#" in line for line in part.own):
        return [_INDENT + first.removeprefix("- ").removeprefix(_INDENT), *others]
    return _lines(part.field.key, part.field.value, 1)


def _lines(key: str, value: Value, depth: int) -> list[str]:
    head = f"{_INDENT * depth}{scalar(key)}:"
    content = value.content
    if isinstance(content, str):
        return [f"{head} {scalar(content)}"]
    if isinstance(content, tuple):
        if all(isinstance(item.content, str) for item in content):
            items = ", ".join(scalar(item.text or "", inside=True) for item in content)
            line = f"{head} [{items}]"
            if len(line) <= _WIDTH or depth == 1:
                return [line]
        return [head, *(line for item in content for line in _item(item, depth + 1))]
    if not content:
        return [f"{head} {{}}"]
    return [head, *(x for f in content.values() for x in _lines(f.key, f.value, depth + 1))]


def _item(item: Value, depth: int) -> list[str]:
    pad = _INDENT * depth
    if isinstance(item.content, str):
        return [f"{pad}- {scalar(item.content)}"]
    if isinstance(item.content, tuple):
        return [f"{pad}- {_quoted(item.plain())}"]
    inner = [x for f in item.content.values() for x in _lines(f.key, f.value, depth + 1)]
    if not inner:
        return [f"{pad}- {{}}"]
    return [f"{pad}- {inner[0].lstrip()}", *inner[1:]]


def scalar(text: str, inside: bool = False) -> str:
    """A text as YAML: plain where that is safe, else in double quotes.

    `inside` a flow list, commas and brackets need quotes too.
    """
    if not text or text != text.strip() or _ESCAPED.search(text) or "\n" in text:
        return _quoted(text)
    if _PLAIN.fullmatch(text):
        return text
    line = f"[{text}]" if inside else f"k: {text}"
    with contextlib.suppress(yaml.YAMLError):
        found = yaml.load(line, Loader=yaml.BaseLoader)
        if found == ([text] if inside else {"k": text}):
            return text
    return _quoted(text)


def _quoted(value: Plain) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
