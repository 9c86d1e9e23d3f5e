"""What the norms found: breaches, irregular acts, overdue duties, what failed and what was kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from dragoman.atlas.look import Look
from dragoman.atlas.page import Asked, Page, View
from dragoman.law.events import VERDICTS
from dragoman.problem import NotFound
from dragoman.state.answers import ActRow, FindingRow
from dragoman.state.grounds import Grounds
from dragoman.state.intervals import date_words
from dragoman.state.world import World
from dragoman.when import BEGINNING, END_OF_TIME, Day, day_text, read

#: So many findings stand on one page.
MOST = 50


class Verdict(NamedTuple):
    """A verdict of VERDICTS: its mark, what findings of it are called, and what it means."""

    name: str
    mark: str
    many: str
    means: str


_TOLD: Mapping[str, tuple[str, str, str]] = {
    "breach": ("✗", "Breaches", "an act that a norm forbids"),
    "irregular": ("≠", "Irregular acts", "an act without what a norm requires before it"),
    "overdue": ("◷", "Overdue duties", "a duty that was not met by its last day"),
    "failed": ("∅", "Failed expectations", "what was to be expected did not come in its time"),
    "discharged": ("✓", "Duties met", "a duty that was met in time"),
    "came": ("✓", "Expectations met", "what was to be expected came in its time"),
    "lifted": ("○", "Duties lifted", "a duty that ceased before its last day"),
    "due": ("…", "Duties open", "a duty still open where the chronicle ends"),
    "awaited": ("…", "Expectations open", "what may still come where the chronicle ends"),
}
_IN_ORDER = (*_TOLD, *(name for name in VERDICTS if name not in _TOLD))


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable of a norm: what it stood for, in words, and its id if it has an entry."""

    variable: str
    says: str
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what it rests on, its variables in words, and the act that met a duty.

    `look` is the same look on the day of the act, for the proofs of what stood.
    """

    row: FindingRow
    grounds: Grounds
    bindings: tuple[Binding, ...]
    answer: ActRow | None
    look: Look


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one verdict."""

    verdict: Verdict
    found: tuple[Found, ...]


def findings(asked: Asked) -> Page:
    """What the norms found, by verdict, and in order of time.

    The query may choose one `verdict`, what is `about` someone, one `law` or `norm`, and `from`
    which finding on. Raises NotFound or Ambiguous for names.
    """
    world, words = asked.world, asked.words
    verdict, about = words.get("verdict", ""), words.get("about", "").strip()
    if verdict and verdict not in _IN_ORDER:
        raise NotFound("verdict", verdict, list(_IN_ORDER))
    law, norm = words.get("law", ""), words.get("norm", "")
    told = [
        row
        for row in world.findings(about=about or None)
        if row.norm == norm or not norm
        if row.norm.startswith(f"{law}.") or not law
    ]
    counts = Counter(row.verdict for row in told)
    chosen = [row for row in told if row.verdict == verdict or not verdict]
    chosen.sort(key=lambda row: _IN_ORDER.index(row.verdict))
    start = _number(words.get("from", ""))
    shown = chosen[start : start + MOST]
    found = _found(world, asked.look, shown)
    filters = {"law": law, "norm": norm, "about": about}
    kept = {name: word for name, word in filters.items() if word}
    return Page(
        title=_title(verdict, about, norm or law),
        template="findings.html",
        shown={
            "groups": _grouped(found),
            "counts": [(_verdict(name), counts[name]) for name in _IN_ORDER if counts[name]],
            "verdicts": [_verdict(name) for name in _IN_ORDER],
            "verdict": verdict,
            "filters": filters,
            "kept": kept,
            "place": {**kept, **({"verdict": verdict} if verdict else {})},
            "count": len(chosen),
            "start": start,
            "shown": len(shown),
            "before": [start > 0, max(start - MOST, 0)],
            "further": [len(chosen) > start + MOST, start + MOST],
        },
        rows=[_row(one) for one in found],
        columns=(
            *("verdict", "date", "what", "norm", "because", "bindings", "hangs_on", "act"),
            *("answer", "due", "explained", "stood", "lacked", "cites"),
        ),
        words=("verdict", "about", "law", "norm", "from"),
    )


def _title(verdict: str, about: str, by: str) -> str:
    chosen = (verdict, f"about {about}" if about else "", f"by {by}" if by else "")
    told = " ".join(filter(None, chosen))
    return f"Findings: {told}" if told else "Findings"


def _verdict(name: str) -> Verdict:
    return Verdict(name, *_TOLD.get(name, ("·", name.capitalize(), name)))


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _found(world: World, look: Look, rows: Sequence[FindingRow]) -> list[Found]:
    """The findings with their grounds, asked for together."""
    answers = {act.id: act for act in world.acts_with({row.answer for row in rows if row.answer})}
    return [
        Found(
            row,
            grounds,
            tuple(_bindings(world, row)),
            answers.get(row.answer),
            look.on(_day(row.date, look)),
        )
        for row, grounds in zip(rows, world.grounds(*rows), strict=True)
    ]


def _day(date: str, look: Look) -> str:
    """The day of an act, the last where it is in doubt; that of the look where it is open."""
    days: tuple[Day, ...] = (read(date).latest, read(date).earliest)
    known = [day for day in days if BEGINNING < day < END_OF_TIME]
    return day_text(known[0]) if known else look.day


def _bindings(world: World, row: FindingRow) -> Iterable[Binding]:
    """The variables of the norm, in words."""
    for variable, value in row.bindings.items():
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        says = date_words(value) if is_day else world.name(value)
        yield Binding(variable, says, value if value in world.registers else "")


def _grouped(found: Iterable[Found]) -> list[Group]:
    by_verdict: dict[str, list[Found]] = {}
    for one in found:
        by_verdict.setdefault(one.row.verdict, []).append(one)
    return [Group(_verdict(name), tuple(ones)) for name, ones in by_verdict.items()]


def _row(one: Found) -> dict[str, Any]:
    """A finding as data."""
    stood = [ground.says for ground in one.grounds.stood]
    more = {"hangs_on": one.row.hangs_on, "stood": stood, "lacked": one.grounds.lacked}
    return {**asdict(one.row), **more, "grounds": asdict(one.grounds)}


VIEWS: Mapping[str, View] = {"/findings": findings}
