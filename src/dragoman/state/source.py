"""A world as it lies in a folder: world.toml, registers, chronicle, law and expectations.

Reading a world runs none of its text as a program, and every fault in it comes back as a value.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.chronicle.catalogue import Catalogue, world_catalogue
from dragoman.chronicle.notation import read_text
from dragoman.files import shown_path
from dragoman.problem import BadWorld, Problem, Spot, did_you_mean, nearest
from dragoman.when import BEGINNING, DEFAULT, END_OF_TIME, DateError, Day, Tolerance, read

if TYPE_CHECKING:
    from dragoman.chronicle.read import Chronicle
    from dragoman.law.book import LawBook

SHIPPED = "soviet-russia"
_KEYS = ("title", "about", "laws", "told", "opens-on", "left-out", "dates", "knowledge")
#: Who knows what others know, unless world.toml says otherwise under [knowledge]: a state what its
#: organs and servants know, they what it knows; states and parties what those before them knew.
KNOWLEDGE: Mapping[str, bool] = {
    "from-servants": True,
    "from-state": False,
    "states-inherit": True,
    "parties-inherit": False,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What world.toml says. `laws` names the institutions that the world lives under.

    `told` is the time of which the chronicle tells, as its first and last day; `left_out` says
    what is not in it, and why; `knowledge` who knows what others know, see KNOWLEDGE. `opens_on` is
    the day that is shown first (None: the world does not say).
    """

    title: str
    about: str
    laws: tuple[str, ...]
    told: tuple[Day, Day]
    opens_on: Day | None
    left_out: tuple[str, ...]
    tolerance: Tolerance
    knowledge: Mapping[str, bool]


@dataclass(frozen=True)
class Source:
    """A world folder whose settings have been read. `problems` are those of world.toml.

    `reading` is the reading of the law that was chosen, if any was.
    """

    folder: Path
    settings: Settings
    problems: tuple[Problem, ...]
    reading: str = ""

    def files(self, part: str, suffix: str) -> list[tuple[str, Path]]:
        """The files of a part of the world, as (name inside the world, path), in order of name."""
        root = self.folder / part
        found = sorted(p for p in root.rglob(f"*{suffix}") if p.is_file())
        return [(path.relative_to(self.folder).as_posix(), path) for path in found]

    def told(self, problem: Problem) -> Problem:
        """A problem with its file named from where the user stands."""
        path = self.folder / problem.spot.file
        if not path.exists():  # a law that comes with Dragoman
            return problem
        return replace(problem, spot=replace(problem.spot, file=shown_path(path)))

    @cached_property
    def digest(self) -> str:
        """A fingerprint of everything that the state depends on: world, law, version."""
        total = hashlib.blake2b(digest_size=16)
        total.update(program_digest().encode() + self.reading.encode())
        parts = [*self.files("registers", ".yaml"), *self.files("chronicle", ".yaml")]
        parts += self.files("law", ".law")
        parts += [(name, self.folder / name) for name in ("world.toml", "kinds.yaml")]
        for name, path in parts:
            _add(total, name, path)
        return total.hexdigest()

    def catalogue(self) -> tuple[Catalogue, list[Problem]]:
        """The kinds of act that the world may use, its own included."""
        return world_catalogue(self.folder / "kinds.yaml", "kinds.yaml")

    def chronicle(self) -> tuple[Chronicle, list[Problem]]:
        """The acts and registers, and every fault in them."""
        # Readers are loaded only where there is something to read: most questions ask the store.
        from dragoman.chronicle.read import read_chronicle

        catalogue, problems = self.catalogue()
        chronicle, wrong = read_chronicle(
            self.files("registers", ".yaml"),
            self.files("chronicle", ".yaml"),
            catalogue,
            self.settings.tolerance,
        )
        return chronicle, problems + wrong

    def laws(
        self, catalogue: Catalogue, names: Container[str] | None = None
    ) -> tuple[LawBook, list[Problem]]:
        """The law book in the reading that was chosen; see `readings`. Raises NotFound."""
        book, problems = self.readings(catalogue, names)
        return book.read_as(self.reading), problems

    def readings(
        self, catalogue: Catalogue, names: Container[str] | None = None
    ) -> tuple[LawBook, list[Problem]]:
        """The law book, with all readings: the institutions of world.toml, then the world's own.

        Where `names` are given (the ids of the registers), every name in a law must be one.
        """
        from dragoman.law.book import read_laws

        problems: list[Problem] = []
        files = [(f"institutions/{name}.law", institution(name)) for name in self.settings.laws]
        for shown, path in self.files("law", ".law"):
            text, unreadable = read_text(path, shown)
            problems += unreadable
            files.append((shown, text))
        book, wrong = read_laws(files, catalogue, names)
        return book, problems + wrong


def institutions() -> list[str]:
    """The names of the laws that come with Dragoman."""
    folder = resources.files("dragoman.institutions")
    return sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".law"))


def institution(name: str) -> str:
    """The text of a law that comes with Dragoman."""
    return (resources.files("dragoman.institutions") / f"{name}.law").read_text("utf-8")


def program_digest() -> str:
    """What the program itself adds to a state: the text of the parts that make it."""
    total = hashlib.blake2b(digest_size=16)
    root = Path(str(resources.files("dragoman")))
    parts = ("problem.py", "files.py", "when", "chronicle", "law", "institutions", "state")
    for part in parts:
        for path in sorted([root / part, *(root / part).rglob("*")]):
            if path.suffix in (".py", ".yaml", ".law"):
                _add(total, path.relative_to(root).as_posix(), path)
    return total.hexdigest()


def _add(total: hashlib.blake2b, name: str, path: Path) -> None:
    """Add a file to a fingerprint; one that cannot be read adds why."""
    try:
        content = path.read_bytes()
    except OSError as error:
        content = str(error.strerror).encode()
    total.update(name.encode() + b"\0" + hashlib.blake2b(content).digest())


def find_world(place: str | Path | None = None) -> Path:
    """The folder of a world: the shipped one, one of the shipped by name, or a path.

    Raises BadWorld where there is nothing of the kind.
    """
    shipped = Path(str(resources.files("dragoman"))) / "worlds"
    if place is None:
        return shipped / SHIPPED
    path = Path(place).expanduser()
    if path.is_dir():
        return path
    if path.name == "world.toml" and path.is_file():
        return path.parent
    names = [p.name for p in shipped.iterdir() if p.is_dir()] if shipped.is_dir() else []
    if str(place) in names:
        return shipped / str(place)
    near = nearest(str(place), names)
    mend = (
        f"the shipped worlds are {', '.join(names)}" if near else "name a folder with a world.toml"
    )
    raise BadWorld(
        f"there is no world at {place}", [Problem(Spot(str(place)), "is no folder", mend)]
    )


def read_source(folder: Path) -> Source:
    """Read a world's settings. Raises BadWorld where there is no usable world.toml."""
    path = folder / "world.toml"
    shown, inside = shown_path(path), "world.toml"
    if not path.is_file():
        mend = 'a world is a folder with a world.toml that says at least: title = "…"'
        raise BadWorld(
            f"{shown_path(folder)} is no world", [Problem(Spot(shown), "is missing", mend)]
        )
    text, unreadable = read_text(path, shown)
    if unreadable:
        raise BadWorld(f"{shown_path(folder)} cannot be opened", unreadable)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = _toml_place(str(error))
        fault = Problem(Spot(shown, line, column), str(error).split(" (at")[0], "mend the TOML")
        raise BadWorld(f"{shown_path(folder)} cannot be opened", [fault]) from None
    problems = list(_settings_problems(table, text, inside))
    tolerance = DEFAULT
    try:
        tolerance = Tolerance.from_table(table.get("dates", {}))
    except (ValueError, TypeError, AttributeError) as error:
        problems.append(Problem(Spot(inside, _line_of(text, "dates")), str(error)))
    known = [name for name in _texts(table, "laws", institutions()) if name in institutions()]
    settings = Settings(
        title=str(table.get("title", folder.name)),
        about=str(table.get("about", "")),
        laws=tuple(known),
        told=_told(table, text, problems),
        opens_on=_opens_on(table, text, problems),
        left_out=tuple(_texts(table, "left-out", [])),
        tolerance=tolerance,
        knowledge=_knowledge(table, text, problems),
    )
    return Source(folder, settings, tuple(problems))


def _texts(table: dict[str, object], key: str, default: list[str]) -> list[str]:
    """The list of texts under a key; nothing where it is something else."""
    found = table.get(key, default)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _told(table: dict[str, object], text: str, problems: list[Problem]) -> tuple[Day, Day]:
    """The first and last day of which the chronicle tells; without end where it does not say."""
    if "told" not in table:
        return BEGINNING, END_OF_TIME
    try:
        when = read(str(table["told"]))
    except DateError as error:
        spot = Spot("world.toml", _line_of(text, "told"))
        problems.append(Problem(spot, f"“told” is no date: {error.message}", error.mend))
        return BEGINNING, END_OF_TIME
    return when.earliest, when.until[1] if when.until else when.latest


def _opens_on(table: dict[str, object], text: str, problems: list[Problem]) -> Day | None:
    """The day that is shown first, if the world names one."""
    if "opens-on" not in table:
        return None
    try:
        when = read(str(table["opens-on"]))
    except DateError as error:
        spot = Spot("world.toml", _line_of(text, "opens-on"))
        problems.append(Problem(spot, f"“opens-on” is no date: {error.message}", error.mend))
        return None
    return when.earliest


def _knowledge(table: dict[str, object], text: str, problems: list[Problem]) -> Mapping[str, bool]:
    """Who knows what others know: KNOWLEDGE, but for what the world says otherwise."""
    said = table.get("knowledge", {})
    if not isinstance(said, dict):
        spot = Spot("world.toml", _line_of(text, "knowledge"))
        problems.append(Problem(spot, "“knowledge” must be a table", "write [knowledge]"))
        return KNOWLEDGE
    for key, value in said.items():
        spot = Spot("world.toml", _line_of(text, key))
        if key not in KNOWLEDGE:
            wrong = f"“{key}” is nothing that one can say of knowledge"
            problems.append(Problem(spot, wrong, did_you_mean(key, KNOWLEDGE)))
        elif not isinstance(value, bool):
            problems.append(Problem(spot, f"“{key}” must be true or false"))
    return {
        key: given if isinstance(given := said.get(key), bool) else usual
        for key, usual in KNOWLEDGE.items()
    }


def _settings_problems(table: dict[str, object], text: str, shown: str) -> Iterator[Problem]:
    for key in table:
        if key not in _KEYS:
            spot = Spot(shown, _line_of(text, key))
            yield Problem(spot, f"“{key}” is no setting of a world", did_you_mean(key, _KEYS))
    if not isinstance(table.get("title"), str):
        yield Problem(Spot(shown), "a world needs a title", 'add: title = "…"')
    for key, mend in (
        ("laws", f"choose from {', '.join(institutions())}"),
        ("left-out", "write each thing that is left out as a sentence in quotes"),
    ):
        items = table.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            spot = Spot(shown, _line_of(text, key))
            yield Problem(spot, f"“{key}” must be a list of texts", mend)
    spot = Spot(shown, _line_of(text, "laws"))
    for name in _texts(table, "laws", []):
        if name not in institutions():
            mend = did_you_mean(name, institutions()) or f"choose from {', '.join(institutions())}"
            yield Problem(spot, f"there is no institution “{name}”", mend)


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().lstrip("[").startswith(key):
            return number
    return 1


def _toml_place(message: str) -> tuple[int, int]:
    found = re.search(r"line (\d+), column (\d+)", message)
    return (int(found[1]), int(found[2])) if found else (1, 1)
