"""Promise: what is public is documented, and what is documented exists."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dragoman.chronicle.catalogue import RESERVED, common_catalogue
from dragoman.chronicle.notation import read_entries
from dragoman.chronicle.read import read_chronicle
from dragoman.cli import cli
from dragoman.law.tokens import KEYWORDS
from dragoman.state.source import find_world, institutions, read_source
from dragoman.when import DEFAULT

from .examples import PAGES, ROOT

SOURCES = sorted((ROOT / "src").rglob("*.py"))


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text("utf-8")


def mentions(text: str, word: str) -> bool:
    """Whether a text has a word by itself, not as part of another."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def missing(text: str, words: list[str]) -> list[str]:
    """The words that a text does not mention."""
    return [word for word in words if not mentions(text, word)]


# --- docstrings --------------------------------------------------------------------------------


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions, classes and methods without a docstring; nested ones do not count."""
    if ast.get_docstring(tree) is None:
        yield "the module"
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield node.name
        if not isinstance(node, ast.ClassDef):
            continue
        for inner in node.body:
            if not isinstance(inner, ast.FunctionDef) or inner.name.startswith("_"):
                continue
            if not _overload(inner) and ast.get_docstring(inner) is None:
                yield f"{node.name}.{inner.name}"


def _overload(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_whatever_is_public_has_a_docstring(source: Path) -> None:
    assert not list(undocumented(ast.parse(source.read_text("utf-8"))))


# --- the command line --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_is_in_the_manual(name: str) -> None:
    manual = page("docs/cli.md")
    common, _, _ = manual.partition("\n## Names")
    heading = f"\n## {name}\n"
    assert heading in manual
    section = manual.partition(heading)[2].partition("\n## ")[0]
    options = [
        max(parameter.opts, key=len)
        for parameter in cli.commands[name].params
        if isinstance(parameter, click.Option)
    ]
    assert not missing(section + common, options)


def test_every_command_in_the_manual_exists() -> None:
    told = set(re.findall(r"^## ([a-z-]+)$", page("docs/cli.md"), re.MULTILINE))
    assert told == set(cli.commands)


def test_every_environment_variable_is_in_the_manual() -> None:
    used = {v for s in SOURCES for v in re.findall(r"DRAGOMAN_[A-Z]+", s.read_text("utf-8"))}
    assert used
    assert not missing(page("docs/cli.md"), sorted(used))


# --- the law and the chronicle -----------------------------------------------------------------


def test_every_word_of_the_law_is_in_its_manual() -> None:
    manual = page("docs/law-language.md")
    prose = manual.partition("\n## Grammar")[0]
    assert not missing(prose, sorted(KEYWORDS))
    names = re.search(r"^name +a word that is none of: ([a-z\s]+?)\n\w+ +", manual, re.MULTILINE)
    assert names is not None
    assert set(names[1].split()) >= KEYWORDS


def test_every_reserved_key_and_class_is_in_the_manual() -> None:
    manual = page("docs/chronicle.md")
    classes = common_catalogue().classes
    acts = manual.partition("\n## Acts\n")[2].partition("\n## ")[0]
    assert not missing(acts, [f"`{key}`" for key in RESERVED])
    registers = manual.partition("\n## Registers\n")[2].partition("\n## ")[0]
    for name, entity_class in classes.items():
        row = re.search(rf"^\| `{name}` \|.*$", registers, re.MULTILINE)
        assert row is not None, name
        assert not missing(row[0], [f"`{key}`" for key in entity_class.keys]), name
        assert f"| {entity_class.under or ''} |".replace("  ", " ") in row[0], name


def test_every_institution_is_in_the_changelog_and_the_readme() -> None:
    for name in institutions():
        assert mentions(page("CHANGELOG.md"), name)
        assert mentions(page("README.md").partition("## The shipped world")[2], name)


@pytest.mark.parametrize("name", sorted(common_catalogue().kinds))
def test_every_kind_has_a_label_a_meaning_and_an_example_that_reads(
    name: str, tmp_path: Path
) -> None:
    catalogue = common_catalogue()
    kind = catalogue.kinds[name]
    assert kind.label and kind.means.endswith(".")
    act, *roles = kind.example.rstrip().split("\n")
    closing = ["  date: 1922-04-16", "  what: What was done.", "  cite: some-work 375"]
    text = "\n".join([act, *roles, *closing])
    entries, _ = read_entries(text, "example")
    assert entries[0].fields["act"].value.text == name
    path = tmp_path / "example.yaml"
    path.write_text(text, "utf-8")
    shipped = read_source(find_world()).files("registers", ".yaml")
    known = tmp_path / "known.yaml"
    known.write_text("".join(_entries_for(name, shipped)), "utf-8")
    _, problems = read_chronicle([("known", known)], [("example", path)], catalogue, DEFAULT)
    assert not [str(p) for p in problems if p.spot.file == "example"]


def _entries_for(name: str, shipped: list[tuple[str, Path]]) -> Iterator[str]:
    """An entry for whatever the example of a kind names: the shipped one's class, or the role's."""
    catalogue = common_catalogue()
    kind = catalogue.kinds[name]
    classes = {
        id: of_class
        for _, path in shipped
        for of_class, id in re.findall(r"^- ([a-z]+): (\S+)", path.read_text("utf-8"), re.MULTILINE)
    }
    entries, _ = read_entries(kind.example, "example")
    named: dict[str, str] = {"some-work": "work"}
    for key, field in entries[0].fields.items():
        wanted = kind.roles[key].types if key in kind.roles else ()
        of_class = next((t for t in wanted if t in catalogue.classes), None)
        for item in field.value.each() if of_class else ():
            id = item.text or ""
            if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
                named[id] = classes.get(id, str(of_class))
    for id, of_class in named.items():
        needs = "\n  of: some-owner" if of_class == "office" else ""
        yield f"- {of_class}: {id}{needs}\n"
    yield "- power: some-owner\n"


# --- dependencies and promises -----------------------------------------------------------------


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(page("pyproject.toml"))
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(name for group in groups for name in group)]
    names = [re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted]
    told = re.findall(r"^\| `([\w-]+)` \|", page("docs/dependencies.md"), re.MULTILINE)
    assert sorted(told, key=str.lower) == sorted(names, key=str.lower)


def test_every_test_that_a_promise_names_exists() -> None:
    promises = page("docs/promises.md")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", promises)
    assert named
    for path, function in named:
        assert (ROOT / path).is_file(), path
        if function:
            assert f"def {function}(" in page(path), f"{path}::{function}"


def test_every_test_file_keeps_a_promise_that_is_written_down() -> None:
    promises = page("docs/promises.md")
    files = [str(p.relative_to(ROOT)) for p in sorted((ROOT / "tests").rglob("test_*.py"))]
    assert not [file for file in files if f"`{file}" not in promises]


def test_every_link_leads_somewhere() -> None:
    for path in PAGES:
        text = path.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


# --- architecture ------------------------------------------------------------------------------


def packages() -> dict[str, str]:
    """The rows of the table of rooms: package or file, and the rest of its row."""
    rooms = page("docs/architecture.md").partition("\n## The rooms\n")[2].partition("\n## ")[0]
    return {
        m[1].removesuffix(".py"): m[2]
        for m in re.finditer(r"^\| `(\w+(?:\.py)?)/?` \|(.*)$", rooms, re.MULTILINE)
    }


def test_every_package_and_module_is_on_the_map() -> None:
    root = ROOT / "src" / "dragoman"
    there = {p.stem for p in root.iterdir() if not p.name.startswith("_") and p.suffix != ".typed"}
    assert set(packages()) == there
    text = page("docs/architecture.md")
    for package in ("chronicle", "law", "state", "atlas", "cli"):
        modules = [p.stem for p in (root / package).glob("*.py") if p.stem != "__init__"]
        assert not missing(text, [f"`{module}`" for module in modules]), package


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_module_imports_only_what_stands_before_it_on_the_map(source: Path) -> None:
    order = list(packages())
    own = source.relative_to(ROOT / "src" / "dragoman").parts[0].removesuffix(".py")
    if own not in order:
        return
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            parts = name.split(".")
            if parts[0] == "dragoman" and len(parts) > 1:
                assert order.index(parts[1]) <= order.index(own), name
