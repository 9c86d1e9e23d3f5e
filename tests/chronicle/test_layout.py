"""Promise: laying a file out changes how it looks, and neither a value nor a remark in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from dragoman import World
from dragoman.chronicle.catalogue import common_catalogue
from dragoman.chronicle.layout import laid_out
from dragoman.files import write_atomically

CATALOGUE = common_catalogue()


def values(text: str) -> Any:
    """All that a YAML file says, every scalar a text, keys in any order."""
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


ODD = [
    *("", " ", "no", "~", "#", "# x", "a # b", "a: b", "- a", "? a", "'", '"', "\\", "a\nb", "a\n"),
    *("  led", "trailed  ", "\ttab", "[a, b]", "{a: b}", "[1921-05..1921-12]", "*a", "&a", "!a"),
    *("%a", "@a", "`a", "|", ">", "Čičerin", "“quoted”", "naïve ", "\u2028", "\x85", "\ufeff"),
    *("0x10", "1922-04-16", "a,b", "a:b", "http://x#y", "---", "...", "<<", "=", "\U0001f3db", "-"),
]
TEXTS = st.sampled_from(ODD) | st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=12,
)
KEYS = st.sampled_from(
    ["date", "what", "cite", "parties", "note", "place", "by", "x-1", "id", "act", "name", "after"]
) | TEXTS.filter(lambda key: key not in ("<<", "="))
NESTED = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
HEADS = st.sampled_from([("act", "sign"), ("act", "no-such"), ("power", "germany"), ("x", "y")])


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """An entry: its head first, as a rule, then keys in any order."""
    head, name = draw(HEADS)
    rest = draw(st.dictionaries(KEYS, NESTED, max_size=6))
    if draw(st.integers(0, 4)):
        return {head: name, **{k: v for k, v in rest.items() if k != head}}
    return {**rest, head: name}


@st.composite
def files(draw: st.DrawFn) -> str:
    """A chronicle file as someone may have written it: any style, comments anywhere."""
    pieces = []
    for entry in draw(st.lists(entries(), max_size=4)):
        flow = draw(st.integers(0, 7)) == 0
        dumped = yaml.safe_dump(
            entry if flow else [entry],
            sort_keys=False,
            allow_unicode=draw(st.booleans()),
            default_style=draw(st.sampled_from([None, None, None, '"', "'", "|"])),
            default_flow_style=True if flow else draw(st.sampled_from([False, False, None])),
            width=10_000 if flow else draw(st.sampled_from([20, 80, 10_000])),
            indent=draw(st.sampled_from([2, 4])),
        )
        pieces.append(f"- {dumped}" if flow else dumped)
        pieces.append(draw(st.sampled_from(["", "", "\n", "\n\n"])))
    text = "".join(pieces)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return commented(draw, text)


def commented(draw: st.DrawFn, text: str) -> str:
    """The text with remarks put in wherever they are remarks and not part of a value."""
    try:
        said = values(text)
    except yaml.YAMLError:  # the writer of YAML has its faults too
        reject()
    for number in range(draw(st.integers(0, 5))):
        lines = text.split("\n")
        place = draw(st.integers(0, len(lines)))
        remark = f"# remark {number}"
        if draw(st.booleans()) and place < len(lines):
            lines[place] += f"  {remark}"
        else:
            lines.insert(place, " " * draw(st.sampled_from([0, 2, 4])) + remark)
            if draw(st.booleans()):
                lines.insert(place + draw(st.integers(0, 1)), "")
        tried = "\n".join(lines)
        try:
            same = values(tried) == said
        except yaml.YAMLError:
            same = False
        if same:
            text = tried
    return text


def remarks(text: str) -> list[str]:
    """Every remark in a text that `commented` made."""
    return [f"# remark {n}" for n in range(9) if f"# remark {n}" in text]


@given(files())
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_laying_out_keeps_every_value_and_every_remark_and_is_done_once(text: str) -> None:
    new = laid_out(text, CATALOGUE)
    assert values(new) == values(text)
    assert remarks(new) == remarks(text)
    for remark in remarks(text):
        assert new.count(remark) == 1
    assert laid_out(new, CATALOGUE) == new


@given(st.text(st.sampled_from("-#: \n[]{}\"'|>&*act\r\t\u2028é"), max_size=60))
@settings(deadline=None, max_examples=200)
def test_what_does_not_parse_is_not_made_worse(text: str) -> None:
    new = laid_out(text, CATALOGUE)
    try:
        said = values(text)
    except yaml.YAMLError:
        assert "".join(sorted(new.split())) == "".join(sorted(text.split()))
    else:
        assert values(new) == said


def test_the_files_of_the_shipped_world_keep_their_values(world: World) -> None:
    files = [*world.source.files("registers", ".yaml"), *world.source.files("chronicle", ".yaml")]
    assert files
    for _, path in files:
        text = path.read_text("utf-8")
        new = laid_out(text, CATALOGUE)
        assert values(new) == values(text)
        old_remarks = [line.strip() for line in text.split("\n") if line.lstrip().startswith("#")]
        new_remarks = [line.strip() for line in new.split("\n") if line.lstrip().startswith("#")]
        assert sorted(new_remarks) == sorted(old_remarks)
        assert laid_out(new, CATALOGUE) == new


@pytest.mark.parametrize("odd", [*ODD, "What is the Crime?", "a ?b", "- ", "x: "])
def test_what_is_laid_out_reads_alike_with_libyaml_and_without(odd: str) -> None:
    entry = {"power": "x", "also": [odd, "y"], "name": odd, "note": "z"}
    old = yaml.safe_dump([entry], default_style='"', sort_keys=False, width=10_000)
    new = laid_out(old, CATALOGUE)
    assert new != old
    assert yaml.load(new, Loader=yaml.BaseLoader) == values(new) == [entry]


MESSY = """\
# The head of the file.

- act:   sign
  cite: [ 'carr-3 375' ]
  # why this place
  place: "rapallo"
  what: >
    They
    signed.
  instrument: treaty-of-rapallo-1922

  parties:
  - germany
  - rsfsr
  date: 1922-04-16   # Easter Sunday
# --- the next chapter ---

- act: note
  what: x
# of Germany
- power: germany
  note: y
  name: Germany
"""

NEAT = """\
# The head of the file.

- act: sign
  date: 1922-04-16   # Easter Sunday
  parties: [germany, rsfsr]
  instrument: treaty-of-rapallo-1922
  # why this place
  place: rapallo
  what: "They signed.\\n"
  cite: [carr-3 375]

# --- the next chapter ---

- act: note
  what: x

# of Germany
- power: germany
  name: Germany
  note: y
"""


def test_keys_stand_in_order_and_remarks_stay_with_what_they_precede() -> None:
    assert laid_out(MESSY, CATALOGUE) == NEAT


def test_line_ends_of_windows_are_laid_out_like_any_other() -> None:
    assert laid_out(MESSY.replace("\n", "\r\n"), CATALOGUE) == laid_out(MESSY, CATALOGUE)


def test_the_old_text_stays_when_the_new_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "acts.yaml"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_written_keeps_the_file_s_mode_and_the_link_to_it(tmp_path: Path) -> None:
    path, link = tmp_path / "acts.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_atomically(link, "new\n")
    assert link.is_symlink()
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o640
