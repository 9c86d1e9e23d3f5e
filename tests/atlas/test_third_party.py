"""Promise: what others made is served as they published it, with its licence, and is listed."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import dragoman

FOLDER = Path(dragoman.__file__).parent / "atlas/static/third-party"
MANIFEST = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))

#: The first page with a map may weigh so many bytes in all; so many are left to what is not ours.
MOST = 300_000


def test_every_file_is_as_it_was_published() -> None:
    for package in MANIFEST["package"]:
        for file, told in package["files"].items():
            found = hashlib.sha256((FOLDER / file).read_bytes()).hexdigest()
            assert found == told, f"{package['name']}: {file}"


def test_every_file_is_listed_once() -> None:
    listed = [file for package in MANIFEST["package"] for file in package["files"]]
    there = [str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*") if p.is_file()]
    assert sorted([*listed, "manifest.toml"]) == sorted(there)


def test_every_package_tells_its_licence_and_where_it_is_from() -> None:
    for package in MANIFEST["package"]:
        name, version = package["name"], package["version"]
        text = (FOLDER / f"licences/{name}.txt").read_text("utf-8")
        assert f"licences/{name}.txt" in package["files"]
        assert package["licence"] in {"ISC", "BSD-3-Clause"}
        assert "Copyright" in text and "WARRANT" in text
        assert package["from"].endswith(f"/{name}/-/{name}-{version}.tgz")
        assert package["integrity"].startswith("sha512-")


def test_not_more_is_taken_than_a_first_page_can_bear() -> None:
    served = [p for p in FOLDER.iterdir() if p.suffix in {".js", ".json"}]
    assert served
    assert sum(p.stat().st_size for p in served) < MOST
