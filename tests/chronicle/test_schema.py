"""Promise: an editor that checks YAML by our schema accepts what Dragoman accepts."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from dragoman import World
from dragoman.chronicle.catalogue import common_catalogue
from dragoman.chronicle.schema import chronicle_schema

from .telling import SIGN, told


@pytest.fixture(scope="module")
def checker(world: World) -> Any:
    schema = json.loads(json.dumps(chronicle_schema(world.catalogue)))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_file_of_the_shipped_chronicle_is_accepted(world: World, checker: Any) -> None:
    files = world.source.files("chronicle", ".yaml")
    assert files
    for name, path in files:
        acts = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        fault = next(checker.iter_errors(acts), None)
        assert fault is None, f"{name}: {fault and fault.message}"


def test_every_example_of_the_catalogue_is_accepted(checker: Any) -> None:
    closing = "  what: x\n  cite: carr-3 1\n"
    for kind in common_catalogue().kinds.values():
        act = yaml.load(kind.example + closing, Loader=yaml.BaseLoader)
        fault = next(checker.iter_errors(act), None)
        assert fault is None, f"{kind.name}: {fault and fault.message}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("act: sign", "act: signn"),
        ("parties:", "partys:"),
        ("instrument: treaty-of-rapallo-1922", "instrument: [one, other]"),
        ("  what: They signed.\n", ""),
        ("  cite: carr-3 375\n", ""),
        ("  cite:", "  certainty: sure\n  cite:"),
        ("- act: sign", "act: sign\ndate: x\nother:\n- act: sign"),
    ],
)
def test_what_reading_refuses_is_refused(checker: Any, old: str, new: str) -> None:
    text = SIGN.replace(old, new)
    assert told(text)[1]
    assert not checker.is_valid(yaml.load(text, Loader=yaml.BaseLoader))
    assert checker.is_valid(yaml.load(SIGN, Loader=yaml.BaseLoader))
