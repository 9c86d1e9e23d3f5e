"""Fetch the files of others that the atlas serves, as their makers published them.

Each package comes from the npm registry at the version named here; npm itself checks that what
arrives is what was published. The files wanted and the licence go to the atlas's folder
`static/third-party`, with a manifest that tells of each file whence it comes and its checksum.
What else stood in that folder is removed. A second run changes nothing.

    python curation/vendor.py

Needs npm, and no package of Python.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src/dragoman/atlas/static/third-party"

#: The packages wanted: name, version, and the files in them.
WANTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("d3-array", "3.2.5", ("dist/d3-array.min.js",)),
    ("d3-color", "3.1.1", ("dist/d3-color.min.js",)),
    ("d3-dispatch", "3.0.2", ("dist/d3-dispatch.min.js",)),
    ("d3-drag", "3.0.1", ("dist/d3-drag.min.js",)),
    ("d3-ease", "3.0.2", ("dist/d3-ease.min.js",)),
    ("d3-geo", "3.1.2", ("dist/d3-geo.min.js",)),
    ("d3-interpolate", "3.0.2", ("dist/d3-interpolate.min.js",)),
    ("d3-selection", "3.0.1", ("dist/d3-selection.min.js",)),
    ("d3-timer", "3.0.2", ("dist/d3-timer.min.js",)),
    ("d3-transition", "3.0.2", ("dist/d3-transition.min.js",)),
    ("d3-zoom", "3.0.1", ("dist/d3-zoom.min.js",)),
    ("topojson-client", "3.1.0", ("dist/topojson-client.min.js",)),
    ("world-atlas", "2.0.2", ("land-110m.json",)),
)

_HEAD = """\
# Files of others that the atlas serves unchanged, with their checksums (SHA-256).
# Written by curation/vendor.py; refresh with `make vendor`.
"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A package as it was published: npm's checksum of it, its licence, the files wanted of it."""

    name: str
    version: str
    integrity: str
    licence: str
    files: Mapping[str, bytes]


def fetched(name: str, version: str, members: tuple[str, ...]) -> Fetched:
    """Fetch a package of the npm registry. Raises CalledProcessError, KeyError."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--json", f"{name}@{version}"]
        told = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
        [package] = json.loads(told)
        with tarfile.open(Path(folder) / package["filename"]) as archive:
            files = {Path(member).name: _read(archive, member) for member in members}
            files[f"licences/{name}.txt"] = _read(archive, "LICENSE")
            licence = json.loads(_read(archive, "package.json"))["license"]
    return Fetched(name, version, package["integrity"], licence, files)


def _read(archive: tarfile.TarFile, member: str) -> bytes:
    file = archive.extractfile(f"package/{member}")
    if file is None:
        raise KeyError(member)
    return file.read()


def manifest(packages: list[Fetched]) -> str:
    """The manifest of packages, as TOML."""
    return _HEAD + "".join(line for package in packages for line in _lines(package))


def _lines(package: Fetched) -> Iterator[str]:
    address = f"https://registry.npmjs.org/{package.name}/-/{package.name}-{package.version}.tgz"
    yield "\n[[package]]\n"
    yield f'name = "{package.name}"\n'
    yield f'version = "{package.version}"\n'
    yield f'licence = "{package.licence}"\n'
    yield f'from = "{address}"\n'
    yield f'integrity = "{package.integrity}"\n'
    yield "[package.files]\n"
    for file, content in package.files.items():
        yield f'"{file}" = "{hashlib.sha256(content).hexdigest()}"\n'


def main() -> int:
    """Fetch everything, then write the folder anew; 1 where npm is missing or fails."""
    try:
        packages = [fetched(*wanted) for wanted in WANTED]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"npm could not fetch the packages: {error}", file=sys.stderr)
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    for package in packages:
        for file, content in package.files.items():
            path = FOLDER / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (FOLDER / "manifest.toml").write_text(manifest(packages), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
