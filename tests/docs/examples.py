"""The examples of the documentation, taken from its pages and run.

A page is run from top to bottom, in an empty folder, by the language of its fenced blocks:

console   Lines `$ dragoman …`, each followed by what it answers (standard output, then standard
          error). `...` in a line stands for any text in it, and as a line for any lines or none. A
          last line `[exit 1]` states the exit code, which is 0 otherwise. The command runs in
          this process.
python    Doctests; the blocks of a page share their names.
yaml      A list of acts, register entries or expectations, or a map of kinds. Acts are read
          against the registers of the shipped world, in which entries of the page replace those
          of the same id; expectations are put to the shipped world.
law       A law that is kept in a world is read as that world reads it; another that begins with
          `law`, as it stands. A fragment is read as a law of its
          own beside the whole law that stands before it on the page (or the shipped laws, if
          there is none), and need not say `because` and `source`.
toml      A world.toml (if it has a title), or its table of dates.
sh        Commands of make, pip, git and cd, and of dragoman where they go on until they are
          stopped; not run. Targets of make, and commands and options of dragoman, must exist.
ebnf,text Not run.

In yaml and law, a comment `# problem: …` says what the reader answers to the line below it;
`...` stands for any text. A comment `<!-- file: NAME -->` above a block has it kept as a file
for the commands below it; unless it is law, nothing else is done with it.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click

import dragoman
from dragoman.chronicle.catalogue import common_catalogue, world_catalogue
from dragoman.chronicle.read import read_chronicle
from dragoman.cli import cli
from dragoman.cli import run as run_command
from dragoman.law import read_laws
from dragoman.law.events import VERDICTS
from dragoman.problem import Problem
from dragoman.state.audit import check
from dragoman.state.source import find_world, institution, institutions, read_source
from dragoman.when import DEFAULT, Tolerance

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\s*$")
_KEEP = re.compile(r"^<!-- file: (\S+) -->$")
_PROBLEM = re.compile(r"^\s*# problem: (.+)$")
_EXIT = re.compile(r"^\[exit (\d+)\]$")
_EXPECTATIONS = ("expect", "regular", *VERDICTS)
_UNSTATED = ("there is no “because”", "there is no “source”")
_NOT_RUN = ("ebnf", "text")
_COMMANDS = ("make", "pip", "git", "cd", "dragoman")
#: Said of a shipped world that is being worked on; no example is about it.
_PASSING = ("Deriving the world anew", "Warning: the world has")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line on which the text begins, its file."""

    language: str
    text: str
    line: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the example at a line of a page."""

    line: int
    said: str


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence is None:
            assert not lines[at].lstrip().startswith("```"), f"line {at + 1}: a fence out of place"
            at += 1
            continue
        end = lines.index("```", at + 1)
        above = next((line for line in reversed(lines[:at]) if line.strip()), "")
        keep = _KEEP.match(above)
        body = "\n".join(lines[at + 1 : end]) + "\n"
        found.append(Block(fence[1], body, at + 2, keep[1] if keep else ""))
        at = end + 1
    return found


def run_page(page: Path, folder: Path) -> list[Fault]:
    """Run every example of a page in an empty folder; what is wrong comes back."""
    blocks = blocks_of(page.read_text("utf-8"))
    faults: list[Fault] = list(_entries([b for b in blocks if b.language == "yaml"], folder))
    names: dict[str, object] = {}
    whole = ""
    (folder / "cwd").mkdir()
    with contextlib.chdir(folder / "cwd"):
        for block in blocks:
            if block.file:
                Path(block.file).parent.mkdir(parents=True, exist_ok=True)
                Path(block.file).write_text(block.text, "utf-8")
            if block.file and block.language != "law":
                continue
            if block.language == "console":
                faults += _console(block)
            elif block.language == "python":
                faults += _python(block, page, names)
            elif block.language == "law":
                if (
                    block.file
                    and (folder / "cwd" / block.file).parents[1].joinpath("world.toml").exists()
                ):
                    faults += _law_of_world(block, folder / "cwd" / block.file)
                    continue
                faults += _law(block, whole)
                whole = block.text if block.text.startswith("law ") else whole
            elif block.language == "toml":
                faults += _toml(block, folder)
            elif block.language == "sh":
                faults += _shell(block)
            elif block.language not in ("yaml", *_NOT_RUN):
                faults.append(Fault(block.line - 1, f"“{block.language}” is no language to run"))
    return sorted(faults, key=lambda fault: fault.line)


def alike(want: str, got: str) -> bool:
    """Whether `got` is what is wanted.

    In `want`, a line `...` stands for any lines or none, and `...` in a line for any text in it.
    """
    shapes = [
        None if line.strip() == "..." else re.compile(".*".join(map(re.escape, line.split("..."))))
        for line in want.rstrip().split("\n")
    ]
    lines = got.rstrip().split("\n")
    pieces: list[list[re.Pattern[str]]] = [[]]
    for shape in shapes:
        if shape is None:
            pieces.append([])
        else:
            pieces[-1].append(shape)

    def fits(piece: list[re.Pattern[str]], at: int) -> bool:
        told = lines[at : at + len(piece)]
        return len(told) == len(piece) and all(
            shape.fullmatch(line) for shape, line in zip(piece, told, strict=True)
        )

    if len(pieces) == 1:
        return len(lines) == len(shapes) and fits(pieces[0], 0)
    first, *middle, last = pieces
    if not fits(first, 0):
        return False
    at = len(first)
    for piece in middle:
        found = next((n for n in range(at, len(lines)) if fits(piece, n)), None)
        if found is None:
            return False
        at = found + len(piece)
    return at <= len(lines) - len(last) and fits(last, len(lines) - len(last))


# --- console, shell, Python --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A command line with what it should answer and its exit code."""

    line: int
    command: str
    output: str
    code: int


def steps_of(block: Block) -> Iterator[Step]:
    """The commands of a console block."""
    opened: list[tuple[int, str, list[str]]] = []
    for number, text in enumerate(block.text.rstrip("\n").split("\n"), block.line):
        if text.startswith("$ "):
            opened.append((number, text[2:], []))
        else:
            assert opened, f"line {number}: output stands before any command"
            opened[-1][2].append(text)
    for number, command, output in opened:
        code = 0
        while output and not output[-1].strip():
            output.pop()
        if output and (stated := _EXIT.match(output[-1])):
            code = int(stated[1])
            output.pop()
        yield Step(number, command, "\n".join(output), code)


def _console(block: Block) -> Iterator[Fault]:
    for step in steps_of(block):
        program, *arguments = shlex.split(step.command)
        if program != "dragoman":
            yield Fault(step.line, f"“{program}” is not run; only dragoman is")
            continue
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_command(arguments)
        told = [x for x in err.getvalue().splitlines() if not x.startswith(_PASSING)]
        got = out.getvalue() + "".join(f"{line}\n" for line in told)
        if code != step.code:
            yield Fault(step.line, f"exit code {code}, not {step.code}\n{got}")
        elif not alike(step.output, got):
            yield Fault(step.line, f"wanted:\n{step.output}\ngot:\n{got}")


def _python(block: Block, page: Path, names: dict[str, object]) -> Iterator[Fault]:
    test = doctest.DocTestParser().get_doctest(block.text, names, page.name, str(page), block.line)
    if not test.examples:
        yield Fault(block.line, "write Python as it is typed, after >>>")
    told = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(test, out=told.write, clear_globs=False)
    names.update(test.globs)
    if told.getvalue():
        yield Fault(block.line, told.getvalue())


def _shell(block: Block) -> Iterator[Fault]:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for number, text in enumerate(block.text.splitlines(), block.line):
        words = shlex.split(text, comments=True)
        if words and words[0] not in _COMMANDS:
            yield Fault(number, f"“{words[0]}” is none of {', '.join(_COMMANDS)}")
        if words and words[0] == "make" and not set(words[1:]) <= set(targets):
            yield Fault(number, f"“{text}”: the Makefile has {', '.join(targets)}")
        if words and words[0] == "dragoman":
            try:
                cli.make_context("dragoman", words[1:2])
                cli.commands[words[1]].make_context(words[1], words[2:])
            except (click.ClickException, KeyError) as error:
                yield Fault(number, f"“{text}”: {error}")


# --- the chronicle -----------------------------------------------------------------------------


def head_of(block: Block) -> str:
    """The key that opens the first entry of a YAML block, or the empty text for a map."""
    found = re.search(r"^- ([\w-]+):", block.text, re.MULTILINE)
    return found[1] if found else ""


def _entries(blocks: Sequence[Block], folder: Path) -> Iterator[Fault]:
    catalogue = common_catalogue()
    registers: list[tuple[str, Path]] = []
    chronicle: list[tuple[str, Path]] = []
    expect: list[Block] = []
    by_name: dict[str, Block] = {}
    for block in (b for b in blocks if not b.file):
        name = f"{block.line}.yaml"
        path = folder / name
        path.write_text(block.text, "utf-8")
        by_name[name] = block
        head = head_of(block)
        if head in _EXPECTATIONS:
            expect.append(block)
        elif not head:
            catalogue, problems = world_catalogue(path, name)
            yield from _problems(block, problems)
        elif head in catalogue.classes:
            registers.append((name, path))
        else:
            chronicle.append((name, path))
    if registers or chronicle:
        shipped = list(_shipped_registers(folder, registers))
        _, problems = read_chronicle([*shipped, *registers], chronicle, catalogue, DEFAULT)
        for name, _path in [*registers, *chronicle]:
            yield from _problems(by_name[name], [p for p in problems if p.spot.file == name])
    if expect:
        yield from _expectations(expect, folder / "expecting")


def _shipped_registers(
    folder: Path, replacing: Sequence[tuple[str, Path]]
) -> Iterator[tuple[str, Path]]:
    """The registers of the shipped world, without the entries that the page gives anew."""
    opening = re.compile(r"^- [\w-]+: (\S+)", re.MULTILINE)
    given = {i for _, path in replacing for i in opening.findall(path.read_text("utf-8"))}
    for name, path in read_source(find_world()).files("registers", ".yaml"):
        entries = re.split(r"^(?=- )", path.read_text("utf-8"), flags=re.MULTILINE)
        kept = [e for e in entries if (m := opening.match(e)) is None or m[1] not in given]
        copy = folder / f"shipped-{path.name}"
        copy.write_text("".join(kept), "utf-8")
        yield f"shipped {name}", copy


def _expectations(blocks: Sequence[Block], folder: Path) -> Iterator[Fault]:
    shutil.copytree(find_world(), folder)
    shutil.rmtree(folder / "expect", ignore_errors=True)
    (folder / "expect").mkdir()
    for block in blocks:
        (folder / "expect" / f"{block.line}.yaml").write_text(block.text, "utf-8")
    failures = check(dragoman.open(folder)).failures
    for block in blocks:
        own = [f for f in failures if Path(f.spot.file).name == f"{block.line}.yaml"]
        yield from _problems(block, own)


def _problems(block: Block, problems: Sequence[Problem]) -> Iterator[Fault]:
    """Where what the reader found is not what the block's comments say."""
    lines = block.text.split("\n")
    wanted: list[tuple[int, str]] = []
    for number, text in enumerate(lines, 1):
        if comment := _PROBLEM.match(text):
            below = next(n for n in range(number, len(lines)) if not _PROBLEM.match(lines[n]))
            wanted.append((below + 1, comment[1]))
    for problem in problems:
        told = problem.message + (f"; {problem.mend}" if problem.mend else "")
        line = problem.spot.line
        met = next((w for w in wanted if w[0] == line and alike(w[1], told)), None)
        if met is None:
            yield Fault(block.line + line - 1, f"not foreseen: {told}")
        else:
            wanted.remove(met)
    for line, said in wanted:
        yield Fault(block.line + line - 1, f"foreseen, but not found: {said}")


# --- the law, world.toml -----------------------------------------------------------------------


@cache
def _shipped_laws() -> tuple[tuple[str, str], ...]:
    return tuple((name, institution(name)) for name in institutions())


def _law(block: Block, whole: str) -> Iterator[Fault]:
    if block.text.startswith("law "):
        files, lines = [("example", block.text)], 0
    else:
        beside = [("whole", whole)] if whole else [*_shipped_laws()]
        files, lines = [*beside, ("example", f'law example "…"\n{block.text}')], 1
    _, problems = read_laws(files, common_catalogue(), dragoman.open().registers)
    own = [
        replace(p, spot=replace(p.spot, line=p.spot.line - lines))
        for p in problems
        if p.spot.file == "example" and not (lines and p.message in _UNSTATED)
    ]
    yield from _problems(block, own)


def _law_of_world(block: Block, file: Path) -> Iterator[Fault]:
    """A law that is kept in a world: it is read as that world reads it."""
    source = read_source(file.parents[1])
    chronicle, _ = source.chronicle()
    _, problems = source.laws(chronicle.catalogue, chronicle.registers)
    yield from _problems(block, [p for p in problems if p.spot.file == f"law/{file.name}"])


def _toml(block: Block, folder: Path) -> Iterator[Fault]:
    table = tomllib.loads(block.text)
    if "title" not in table:
        Tolerance.from_table(table["dates"])
        return
    world = folder / f"toml-{block.line}"
    world.mkdir()
    (world / "world.toml").write_text(block.text, "utf-8")
    for problem in read_source(world).problems:
        yield Fault(block.line + problem.spot.line - 1, str(problem))


def example_entry(text: str) -> str:
    """A kind's example with the keys that every act has."""
    act, *roles = text.rstrip().split("\n")
    return "\n".join([act, "  date: 1922-04-16", *roles, "  what: What.", "  cite: carr-3 375", ""])
