"""YAML as people keep it: entries with their places, every scalar a text.

A chronicle or register file is a list of entries (`- act: sign …`). This module turns a file
into `Entry` values whose every key and value remembers its line and column. `no` stays a word
and `1922-04-16` stays a text: nothing is guessed. A fault in one entry does not hide the
others: where the file as a whole does not parse, its entries are read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from dragoman.problem import Problem, Spot

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"


@dataclass(frozen=True, slots=True)
class Value:
    """A text, a list or a map as written, with the spot where it begins.

    `quoted` says that the text stands in quotes: it begins one column later.
    """

    spot: Spot
    content: str | tuple[Value, ...] | Mapping[str, Field]
    quoted: bool = False

    @property
    def text(self) -> str | None:
        """The scalar's text, or None for a list or map."""
        return self.content if isinstance(self.content, str) else None

    def each(self) -> tuple[Value, ...]:
        """The items of a list, or the value itself as the only item; nothing if empty text."""
        if isinstance(self.content, tuple):
            return self.content
        return () if self.content == "" else (self,)

    def plain(self) -> Plain:
        """The value as ordinary texts, lists and dicts, without places."""
        if isinstance(self.content, str):
            return self.content
        if isinstance(self.content, tuple):
            return [item.plain() for item in self.content]
        return {key: field.value.plain() for key, field in self.content.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value in a map; `spot` is the key's."""

    key: str
    spot: Spot
    value: Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a chronicle or register file: its fields by key, in written order."""

    spot: Spot
    fields: Mapping[str, Field]


def read_text(path: Path, name: str) -> tuple[str, list[Problem]]:
    """The text of a file, and what hinders reading it (missing, unreadable, not UTF-8)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return "", [Problem(Spot(name), f"cannot be read: {reason}")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        return "", [Problem(Spot(name, line, column), "is not UTF-8 text", "save it as UTF-8")]


def read_entries(text: str, name: str) -> tuple[list[Entry], list[Problem]]:
    """Every entry of a file's text, and every fault of its notation."""
    try:
        return _entries(text, name, 0)
    except (yaml.YAMLError, RecursionError, ValueError):
        entries: list[Entry] = []
        problems: list[Problem] = []
        for first_line, chunk in _chunks(text):
            try:
                found, wrong = _entries(chunk, name, first_line)
            except yaml.YAMLError as error:
                problems.append(_syntax(error, name, first_line))
            except RecursionError:
                problems.append(Problem(Spot(name, first_line + 1), "is nested too deeply"))
            except ValueError as error:
                problems.append(Problem(Spot(name, first_line + 1), f"cannot be read: {error}"))
            else:
                entries += found
                problems += wrong
        return entries, problems


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The text cut before every line that opens an entry, with the lines before each."""
    starts = [m.start() for m in re.finditer(r"^- ", text, flags=re.MULTILINE)]
    if not starts or text[: starts[0]].strip():
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text.count("\n", 0, start), text[start:end]


def _syntax(error: yaml.YAMLError, name: str, first_line: int) -> Problem:
    said = getattr(error, "problem", None) or str(error)
    mark, mend = getattr(error, "problem_mark", None), ""
    if "unexpected end of stream" in said and "quoted" in (getattr(error, "context", "") or ""):
        said, mend = "a text in quotes is not closed", "close it with the quote that opened it"
        mark = getattr(error, "context_mark", mark)
    elif "mapping values are not allowed" in said:
        mend = "put a text that contains “: ” in double quotes"
    elif "found character that cannot start" in said or "did not find expected" in said:
        mend = "put the text in double quotes, and check indentation and brackets"
    line, column = (mark.line, mark.column) if mark else (0, 0)
    spot = Spot(name, first_line + line + 1, column + 1)
    return Problem(spot, f"is not well-formed: {said}", mend)


def _entries(text: str, name: str, first_line: int) -> tuple[list[Entry], list[Problem]]:
    root = yaml.compose(text, Loader=_Loader)
    if root is None:
        return [], []
    reader = _NodeReader(name, first_line)
    if not isinstance(root, yaml.SequenceNode):
        reader.wrong(root, "a list of entries is wanted", "begin each entry with “- ”")
        return [], reader.problems
    entries: list[Entry] = []
    for node in root.value:
        if isinstance(node, yaml.MappingNode) and node.value:
            entries.append(Entry(reader.spot(node), reader.fields(node)))
        else:
            reader.wrong(node, "an entry is wanted here", "write “- act: KIND”")
    return entries, reader.problems


class _NodeReader:
    """Turns YAML nodes into values, and notes what a chronicle may not contain."""

    def __init__(self, name: str, first_line: int) -> None:
        self.name, self.first_line = name, first_line
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def spot(self, node: yaml.Node) -> Spot:
        mark = node.start_mark
        return Spot(self.name, self.first_line + mark.line + 1, mark.column + 1)

    def wrong(self, node: yaml.Node, message: str, mend: str = "") -> None:
        self.problems.append(Problem(self.spot(node), message, mend))

    def fields(self, node: yaml.MappingNode) -> dict[str, Field]:
        fields: dict[str, Field] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.wrong(key_node, "a key must be a plain word")
                continue
            key = key_node.value
            if key in fields:
                mend = f"write {key}: [first, second] if both are meant"
                self.wrong(key_node, f"“{key}” stands twice in one entry", mend)
                continue
            fields[key] = Field(key, self.spot(key_node), self.value(value_node))
        return fields

    def value(self, node: yaml.Node) -> Value:
        # An alias would repeat a node; a few lines of them can stand for millions of values.
        if id(node) in self.seen:
            self.wrong(node, "a YAML alias (*name) cannot be used", "write the value out")
            return Value(self.spot(node), "")
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return Value(self.spot(node), tuple(self.value(item) for item in node.value))
        if isinstance(node, yaml.MappingNode):
            return Value(self.spot(node), self.fields(node))
        assert isinstance(node, yaml.ScalarNode)
        return Value(self.spot(node), node.value, node.style in ('"', "'"))
