"""Check a world: faults in its files, expectations that fail, acts against the law.

An expectation is a cited statement that the law must derive for sure, in `expect/*.yaml`:

    - expect: signed(treaty-of-rapallo-1922, germany)
      on: 1922-04-17
      says: Germany signed at Rapallo.
      cite: carr-3 375
    - expect: not in_force(treaty-of-rapallo-1922)
      on: 1922-04-17
      …
    - irregular: ACT-ID        (or any other verdict of a norm; or `regular: ACT-ID`)
      norm: conferences.accepted-after-invitation
      …

`reading: NAME` has it asked under a reading of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from dragoman.chronicle.notation import Entry, read_entries, read_text
from dragoman.law.book import LawBook
from dragoman.law.events import VERDICTS
from dragoman.problem import DragomanError, Problem, Spot, did_you_mean
from dragoman.state.answers import FindingRow
from dragoman.state.variant import under
from dragoman.state.world import World

#: What is against the law, among what norms can say.
_AGAINST = ("irregular", "breach")
#: What opens an expectation, and what else it must hold.
_KEYS = {"expect": "on", "regular": "norm", **dict.fromkeys(VERDICTS, "norm")}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    `problems` and `failures` must be mended; of the `findings`, those that the act does not
    explain in a note of its own. `expected` counts the expectations, `denied` those of them that
    say what did not hold.
    """

    problems: tuple[Problem, ...]
    failures: tuple[Problem, ...]
    findings: tuple[FindingRow, ...]
    expected: int
    denied: int

    @property
    def unexplained(self) -> tuple[FindingRow, ...]:
        """The findings that no note on the act explains."""
        return tuple(f for f in self.findings if not f.explained)

    @property
    def sound(self) -> bool:
        """Whether nothing is left to mend or explain."""
        return not (self.problems or self.failures or self.unexplained)


def check(world: World) -> Report:
    """Check a world's files, law and expectations."""
    failures: list[Problem] = []
    expected = denied = 0
    entries: list[Entry] = []
    for name, path in world.source.files("expect", ".yaml"):
        text, wrong = read_text(path, name)
        told, faults = read_entries(text, name)
        failures += wrong + faults
        entries += told
    worlds = _Worlds(world, entries)
    for entry in entries:
        expected += 1
        denied += _denies(entry)
        failures += _failures(worlds, entry)
    return Report(
        tuple(world.problems),
        tuple(world.source.told(failure) for failure in failures),
        tuple(f for f in world.findings() if f.verdict in _AGAINST),
        expected,
        denied,
    )


def _denies(entry: Entry) -> bool:
    head = next(iter(entry.fields.values()))
    return head.key == "regular" or (head.value.text or "").startswith("not ")


class _Worlds:
    """A world under each reading of its law that expectations ask for.

    Of another reading than the world's own, only what decides what is asked is worked out.
    """

    def __init__(self, world: World, entries: Iterable[Entry]) -> None:
        self.own = world
        self.others: dict[str, World] = {}
        self.asked: dict[str, set[str]] = {}
        for entry in entries:
            texts = {key: field.value.text or "" for key, field in entry.fields.items()}
            fluent = texts.get("expect", "").removeprefix("not ").partition("(")[0].strip()
            asked = self.asked.setdefault(texts.get("reading", ""), set())
            asked.update((fluent.replace("-", "_"), texts.get("norm", "")))

    @cached_property
    def book(self) -> LawBook:
        """The law with all its readings."""
        return self.own.source.readings(self.own.catalogue)[0]

    def __getitem__(self, reading: str) -> World:
        if not reading:
            return self.own
        if reading not in self.others:
            asked = self.asked[reading]
            book = self.book.read_as(reading).deciding(asked, asked)
            self.others[reading] = under(self.own, book)
        return self.others[reading]


def _failures(worlds: _Worlds, entry: Entry) -> Iterator[Problem]:
    """What is wrong with an expectation."""
    head = next(iter(entry.fields.values()))
    if head.key not in _KEYS:
        mend = did_you_mean(head.key, _KEYS) or f"begin with {', '.join(_KEYS)}"
        yield Problem(head.spot, f"“{head.key}” opens no expectation", mend)
        return
    wanted = (head.key, _KEYS[head.key], "says", "cite")
    for key, field in entry.fields.items():
        if key not in (*wanted, "reading"):
            yield Problem(field.spot, f"“{key}” has no place here", did_you_mean(key, wanted))
    missing = [key for key in wanted if key not in entry.fields]
    if missing:
        yield Problem(entry.spot, f"the expectation lacks {', '.join(missing)}")
        return
    texts = {key: field.value.text or "" for key, field in entry.fields.items()}
    work = texts["cite"].split(" ")[0]
    if texts["cite"] and not worlds.own.registers.is_a(work, "work"):
        yield Problem(entry.fields["cite"].spot, f"no work “{work}” is in the registers")
    try:
        asked = _unmet if head.key == "expect" else _unjudged
        yield from asked(worlds[texts.get("reading", "")], head.key, texts, head.value.spot)
    except DragomanError as error:
        yield Problem(head.value.spot, str(error))


def _unmet(world: World, head: str, texts: dict[str, str], spot: Spot) -> Iterator[Problem]:
    negative = texts[head].startswith("not ")
    proof = world.why(texts[head].removeprefix("not "), on=texts["on"])
    said = f"{texts[head]} on {texts['on']} is expected ({texts['says']} {texts['cite']})"
    if negative and proof.holds:
        may = "" if proof.sure else "may have "
        told = f"but it {may}stood since {proof.since} by {proof.act}, rule {proof.rule}"
        yield Problem(spot, f"{said}, {told}", "mend the chronicle or the law")
    elif not negative and not (proof.holds and proof.sure):
        told = "its dates leave it open" if proof.holds else proof.because
        yield Problem(spot, f"{said}, but {told}", "mend the chronicle or the law")


def _unjudged(world: World, head: str, texts: dict[str, str], spot: Spot) -> Iterator[Problem]:
    act = world.act(texts[head])
    if world.book.rule(texts["norm"]) is None:
        yield Problem(spot, f"there is no norm “{texts['norm']}”", "name it as law.norm")
        return
    verdicts = {f.verdict for f in world.findings() if (f.act, f.norm) == (act.id, texts["norm"])}
    said = f"“{act.id}” is expected to be {head} by {texts['norm']}"
    told = f"but it is {', '.join(sorted(verdicts))}" if verdicts else "but nothing is found of it"
    if verdicts.intersection(_AGAINST) if head == "regular" else head not in verdicts:
        yield Problem(spot, f"{said} ({texts['says']} {texts['cite']}), {told}")
