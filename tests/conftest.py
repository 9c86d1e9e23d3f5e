"""What all tests share: a cache of their own, the shipped world, and a small world by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import dragoman
from dragoman import World

SMALL: dict[str, str] = {
    "world.toml": """\
title = "Two powers and a treaty"
laws = ["recognition", "treaties", "offices"]
""",
    "registers/things.yaml": """\
- power: germany
  name: Germany
  also: [German Reich, the Reich]

- power: rsfsr
  name: Russian Socialist Federal Soviet Republic
  also: [Soviet Russia]

- power: france
  name: France

- organ: narkomindel
  name: People's Commissariat for Foreign Affairs
  of: rsfsr

- person: cicerin
  name: Georgij Čičerin
  also: [Chicherin, the commissar]
  of: rsfsr

- person: trockij
  name: Lev Trockij
  also: [the commissar]
  of: rsfsr

- office: commissar
  name: Commissar for Foreign Affairs
  of: rsfsr

- place: rapallo
  name: Rapallo

- instrument: rapallo-treaty
  name: Treaty of Rapallo
  type: treaty
  parties: [germany, rsfsr]
  provisions:
    - topic: claims
      text: Each side drops its claims.
      cite: book 11
  cite: book 10

- work: book
  name: A book
""",
    "chronicle/acts.yaml": """\
- act: appoint
  date: 1918-05-30
  person: cicerin
  office: commissar
  what: Čičerin became commissar.
  cite: book 1

- act: recognise
  date: 1922-04-16
  by: germany
  whom: rsfsr
  grade: de_jure
  what: Germany recognised Soviet Russia.
  cite: book 10

- act: sign
  id: rapallo
  date: 1922-04-16
  parties: [germany, rsfsr]
  instrument: rapallo-treaty
  place: rapallo
  what: Germany and Soviet Russia signed.
  cite: [book 10, book 11]

- act: ratify
  date: [1922-05-01..1922-05-20]
  by: rsfsr
  instrument: rapallo-treaty
  what: Soviet Russia ratified, on a day that is not told.
  cite: book 12

- act: ratify
  date: 1922-07-04
  by: germany
  instrument: rapallo-treaty
  what: Germany ratified in secret.
  secret: yes
  disclosed: 1922-08-01
  cite: book 13

- act: ratify
  date: 1922-07-05
  by: france
  instrument: rapallo-treaty
  what: France ratified what it never signed.
  certainty: disputed
  cite: book 14
""",
    "expect/all.yaml": """\
- expect: in_force(rapallo-treaty)
  on: 1922-07-04
  says: The treaty came into force with the second ratification.
  cite: book 13

- irregular: 1922-07-05-ratify-france-rapallo-treaty
  norm: treaties.ratified-after-signature
  says: France was no signatory.
  cite: book 14
""",
}


def write_world(folder: Path, files: dict[str, str]) -> Path:
    """Write the files of a world into a folder, and give back the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Derived states go to one temporary folder per session, never to the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def world(own_cache: Path) -> World:
    """The shipped world, opened."""
    assert os.environ["DRAGOMAN_CACHE"] == str(own_cache)
    return dragoman.open()


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """The folder of a small world, to be changed at will."""
    return write_world(tmp_path / "small", SMALL)


@pytest.fixture
def small(small_folder: Path) -> World:
    """The small world, opened."""
    return dragoman.open(small_folder)
