"""Promise: whatever is wrong with a chronicle is said at its place, all at once, with a mend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.chronicle.catalogue import Holds, common_catalogue, holds
from dragoman.chronicle.names import fold
from dragoman.chronicle.read import read_chronicle
from dragoman.when import DEFAULT, day_text

from .telling import REGISTERS, SIGN, places, told

FAULTS = """\
- act: signn
  date: 1922-04-16
  what: An unknown kind.
  cite: carr-3 375

- act: sign
  date: 1922-04-16
  partys: [germany, rsfsr]
  instrument: treaty-of-rapallo-1922
  what: An unknown role, and so a missing one.
  cite: carr-3 375

- act: ratify
  date: 1922-05-01
  by: rsfsr
  instrument: treaty-of-rapalo-1922
  what: An entity that is not in the registers.
  cite: carr-3 375

- act: ratify
  date: 1922-05-01
  by: rapallo
  instrument: treaty-of-rapallo-1922
  what: A place ratified.

- act: note
  date: 1922-05-02
  by: [germany, Soviet Russia]
  to: rsfsr
  to: germany
  what: A name for an id, and a key that stands twice.
  cite: [carr-2 375, carr-3]

- act: recognise
  date: 1922-05-03
  by: germany
  whom: [rsfsr, {name: x}]
  grade: de_jury
  certainty: sure
  place: germany
  after: some act + two days
  data: nothing
  what: Words that are not among those to choose from.
  cite: carr-3 1
"""

#: Place, a word that the message must name, and a word that the mend must name.
EXPECTED = [
    ("a.yaml:1:8", "signn", "“sign”"),
    ("a.yaml:6:3", "parties", "one or more"),
    ("a.yaml:8:3", "partys", "“parties”"),
    ("a.yaml:16:15", "treaty-of-rapalo-1922", "treaty-of-rapallo-1922"),
    ("a.yaml:20:3", "cite", "cite: …"),
    ("a.yaml:22:7", "rapallo", ""),
    ("a.yaml:28:17", "Soviet Russia", "rsfsr"),
    ("a.yaml:30:3", "to", "[first, second]"),
    ("a.yaml:32:10", "carr-2", "carr-3"),
    ("a.yaml:32:22", "carr-3", "page"),
    ("a.yaml:37:17", "whom", ""),
    ("a.yaml:38:10", "grade", "de_jure"),
    ("a.yaml:39:14", "certainty", ""),
    ("a.yaml:40:10", "germany", ""),
    ("a.yaml:41:10", "some act + two days", "after: ACT-ID + 2 days"),
    ("a.yaml:42:3", "data", "{key: value}"),
]


def test_every_fault_of_a_file_comes_back_at_its_place_with_a_mend() -> None:
    _, problems = told(FAULTS)
    assert places(problems) == [place for place, _, _ in EXPECTED]
    for problem, (_, word, mend) in zip(problems, EXPECTED, strict=True):
        assert word in problem.message
        assert mend in problem.mend


def test_every_fault_of_the_registers_comes_back_at_its_place_with_a_mend() -> None:
    _, problems = told(
        registers="""\
- powr: germany
- power: Soviet Russia
- power: france
  memberz: [france]
- power: france
- person: cicerin
  country: france-and-navarre
- office: commissar
- instrument: pact
  provisions:
    - topic: claims
- instrument: loan
  type: treety
  cite: carr 12
- work: carr-3
"""
    )
    assert [(str(p.spot), p.mend) for p in problems if p.mend.startswith("did you mean")] == [
        ("0.yaml:1:3", "did you mean “power”?"),
        ("0.yaml:4:3", "did you mean “members”?"),
        ("0.yaml:13:9", "did you mean “treaty”?"),
        ("0.yaml:14:9", "did you mean “carr-3”?"),
    ]
    assert places(problems) == [
        *("0.yaml:1:3", "0.yaml:2:10", "0.yaml:4:3", "0.yaml:5:10", "0.yaml:7:12"),
        *("0.yaml:8:3", "0.yaml:11:7", "0.yaml:13:9", "0.yaml:14:9"),
    ]
    assert "0.yaml:3:3" in next(p.message for p in problems if p.spot.line == 5)


def test_of_two_accounts_that_contradict_each_other_one_is_doubted() -> None:
    again = SIGN.replace("They signed.", "Another account.")
    text = f"""{SIGN}  id: one
{again}  id: two
  certainty: disputed
  contradicts: one
{again}  id: three
  contradicts: [one, two]
{again}  id: four
  contradicts: [fuor, four]
"""
    chronicle, problems = told(text)
    assert {act.id: act.contradicts for act in chronicle.acts}["three"] == ("one", "two")
    assert [(p.spot.line, p.mend) for p in problems] == [
        (27, "add “certainty: disputed” to one, or to both"),
        (36, "did you mean “four”?"),
        (36, "name the other account"),
    ]


@pytest.mark.parametrize(
    ("date", "places_told", "mend"),
    [
        ("  date: 1922-02-30\n", ["a.yaml:2:17"], ""),
        ("  date: 16.4.1922\n", ["a.yaml:2:9"], "1922-04-16"),
        ("  date: [1922-04-16..1922-04-31]\n", ["a.yaml:2:30"], ""),
        ("  date: [1922-04-16,   1922-04-31]\n", ["a.yaml:2:32"], ""),
        ('  date: "1922-02-30"\n', ["a.yaml:2:18"], ""),
        ("  date: {day: 16}\n", ["a.yaml:2:9"], "double quotes"),
        ("", ["a.yaml:1:3"], "date: …"),
    ],
)
def test_a_wrong_or_missing_date_is_told_once_at_its_column(
    date: str, places_told: list[str], mend: str
) -> None:
    _, problems = told(SIGN.replace("  date: 1922-04-16\n", date))
    assert places(problems) == places_told
    assert mend in problems[0].mend


def test_two_acts_of_one_id_are_told_apart_by_their_places() -> None:
    chronicle, problems = told(SIGN, "\n" + SIGN)
    assert places(problems) == ["b.yaml:2:3"]
    assert "a.yaml:1:3" in problems[0].message
    assert "id" in problems[0].mend
    assert len(chronicle.acts) == 1


def test_a_syntax_fault_in_one_entry_hides_no_other() -> None:
    faulty = '- act: note\n  what: "never closed\n'
    chronicle, problems = told(SIGN + faulty + SIGN.replace("sign", "initial") + "- act: sgn\n")
    assert [act.kind for act in chronicle.acts] == ["sign", "initial"]
    assert [p.spot.line for p in problems] == [9, 17] or [p.spot.line for p in problems] == [10, 17]
    assert "“sign”" in problems[-1].mend


def test_a_colon_in_a_text_is_told_with_the_quotes_it_needs() -> None:
    _, problems = told(SIGN.replace("They signed.", "They signed: at last."))
    assert places(problems) == ["a.yaml:6:20"]
    assert "double quotes" in problems[0].mend


def test_a_file_that_is_not_utf_8_is_told_at_the_first_such_byte() -> None:
    chronicle, problems = told(b"- act: sign\n  what: Gr" + b"\xfc\xdfe\n", SIGN)
    assert places(problems) == ["a.yaml:2:11"]
    assert "UTF-8" in problems[0].mend
    assert len(chronicle.acts) == 1


def test_a_missing_file_is_a_problem_and_no_exception() -> None:
    nowhere = [("gone.yaml", Path("/nowhere/gone.yaml"))]
    _, problems = read_chronicle([], nowhere, common_catalogue(), DEFAULT)
    assert places(problems) == ["gone.yaml:1:1"]


def test_aliases_are_refused_before_they_can_grow() -> None:
    bomb = "- act: &a0 x\n  data:\n    k0: &b0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"    k{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 40))
    chronicle, problems = told(bomb + SIGN)
    assert any("alias" in p.message for p in problems)
    assert [act.kind for act in chronicle.acts] == ["sign"]


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{a: " * 10_000 + "}" * 10_000,
        "\n" + "".join(f"{' ' * n}- \n" for n in range(4, 3_000)),
    ],
    ids=["open brackets", "brackets", "braces", "lists"],
)
def test_deep_nesting_is_an_error_and_hides_no_other_entry(deep: str) -> None:
    chronicle, problems = told(f"- act: note\n  data: {deep}\n" + SIGN)
    assert problems
    assert all(p.spot.file == "a.yaml" for p in problems)
    assert [act.kind for act in chronicle.acts] == ["sign"]


def test_a_name_of_ten_thousand_characters_is_a_name() -> None:
    long = "n" * 10_000
    chronicle, problems = told(
        SIGN.replace("They signed.", long).replace("parties: [germany", f"parties: [{long}"),
        registers=REGISTERS + f"- place: berlin\n  name: {long}\n",
    )
    assert places(problems) == ["a.yaml:3:13"]
    assert chronicle.registers["berlin"].name == long
    assert chronicle.acts[0].what == long
    assert len(chronicle.acts[0].id) < 300


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n# another\n", "\ufeff", "[]"])
def test_a_file_without_entries_is_no_fault(text: str) -> None:
    chronicle, problems = told(text, SIGN)
    assert problems == []
    assert len(chronicle.acts) == 1


@pytest.mark.parametrize("text", ["just words\n", "act: sign\n", "- sign\n", "- \n", "- []\n"])
def test_what_is_no_entry_is_told_with_the_form_of_one(text: str) -> None:
    _, problems = told(text)
    assert len(problems) == 1
    assert "- " in problems[0].mend


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_change_neither_values_nor_places(mark: str) -> None:
    plain, _ = told(SIGN)
    windows, problems = told(mark + SIGN.replace("\n", "\r\n"))
    assert problems == []
    assert list(windows.acts) == list(plain.acts)
    _, problems = told(mark + FAULTS.replace("\n", "\r\n"))
    assert places(problems) == [place for place, _, _ in EXPECTED]


def test_every_scalar_is_the_text_that_was_written() -> None:
    words = ["no", "1922-04-16", "0x10", "1_000", "~", "null", "1e3", "yes", "010", "12:30:45"]
    listed = "".join(f"    k{n}: {word}\n" for n, word in enumerate(words))
    chronicle, problems = told(SIGN + "  note: no\n  data:\n" + listed)
    assert problems == []
    act = chronicle.acts[0]
    assert list(act.data.values()) == words
    assert act.note == "no"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
@settings(deadline=None)
def test_any_quoted_text_comes_back_as_it_is(text: str) -> None:
    text = text.replace("\ufffe", "").replace("\uffff", "")
    chronicle, problems = told(SIGN + f"  data: {{k: {json.dumps(text, ensure_ascii=False)}}}\n")
    assert problems == []
    assert chronicle.acts[0].data == {"k": text}


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_makes_reading_fail(text: str) -> None:
    told(text.encode("utf-8", "surrogatepass"))
    told(
        SIGN + "  " + text.encode("utf-8", "replace").decode(),
        registers=REGISTERS + text.encode("utf-8", "replace").decode(),
    )


@pytest.mark.parametrize(
    "date",
    ["[1921-05..1921-12]", "[1921-05,1921-12]", '"[1921-05..1921-12]"', "[ 1921-05..1921-12 ]"],
)
def test_a_set_of_days_needs_no_quotes(date: str) -> None:
    chronicle, problems = told(SIGN.replace("1922-04-16", date))
    assert problems == []
    when = chronicle.acts[0].when
    assert (day_text(when.earliest), day_text(when.latest)) == ("1921-05-01", "1921-12-31")


@pytest.mark.parametrize(
    ("notation", "wanted"),
    [
        ("actor", Holds(("actor",), (), required=True, many=False)),
        ("actor?", Holds(("actor",), (), required=False, many=False)),
        ("actor+", Holds(("actor",), (), required=True, many=True)),
        ("actor*", Holds(("actor",), (), required=False, many=True)),
        ("power|person*", Holds(("power", "person"), (), required=False, many=True)),
        ("(full, partial)?", Holds(("text",), ("full", "partial"), required=False, many=False)),
    ],
)
def test_the_notation_of_roles_says_what_and_how_many(notation: str, wanted: Holds) -> None:
    assert holds(notation) == wanted


@pytest.mark.parametrize("notation", ["", "actor!", "actor||person", "(a, b", "Actor", "?", "()"])
def test_what_is_no_notation_of_roles_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match="notation"):
        holds(notation)


@given(st.text())
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Čičerin", "Cicerin"),
        ("Soviet Russia", "soviet-russia"),
        ("DE_JURE", "de jure"),
        ("“Straße”", "strasse"),
        ("Pétain, Maréchal", "petain marechal"),
    ],
)
def test_names_fold(one: str, other: str) -> None:
    assert fold(one) == fold(other)
