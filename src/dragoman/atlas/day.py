"""The day: what happened on it, and what stood at its end, by institution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dragoman.atlas.look import Look
from dragoman.atlas.page import Asked, Page, View
from dragoman.problem import DragomanError, NotFound, nearest
from dragoman.state.answers import ActRow, Standing
from dragoman.state.facts import Fact
from dragoman.state.intervals import facts_counted, first_turned
from dragoman.state.world import World
from dragoman.when import Day, day_text

#: With no more facts than this a day is shown whole, else so many of each law.
WHOLE = 5_000
OF_EACH_LAW = 100
#: So many facts of one law stand on a page of their own.
ON_A_PAGE = 1_000
#: So many acts are told, and so many facts that each began or ended.
ACTS = 500
TURNED = 6


@dataclass(frozen=True, slots=True)
class Happened:
    """An act of the day with the facts that it began and ended, as (sentence, fact), and others.

    `more` is how many others there are.
    """

    act: ActRow
    began: tuple[tuple[str, str], ...]
    ended: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Institution:
    """What stood on the day by one law: its name and title, the facts shown, and how many more."""

    name: str
    title: str
    facts: tuple[Standing, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Part:
    """Facts of one law on a page of their own: from the first to the last, and where others are.

    `before` and `after` are the numbers with which the page before and after begins, or None.
    """

    law: str
    first: int
    last: int
    count: int
    before: int | None
    after: int | None


def day(asked: Asked) -> Page:
    """The day in the path; with `law` in the query what stood by that law alone, `from` a number.

    Raises DragomanError where more stood than is given as data at once, NotFound for a law.
    """
    world, look, words = asked.world, asked.look, asked.words
    view = world.on(look.day)
    counts = facts_counted(world.store, look.number)
    titles = dict(world.store.rows("SELECT name, title FROM law"))
    part = _part(words, counts, titles) if "law" in words else None
    if part is not None:
        standing = list(view.first(ON_A_PAGE, part.first - 1, part.law))
        counts = {part.law: len(standing)}
    elif sum(counts.values()) <= WHOLE:
        standing = list(view.all())
    elif words.get("as") in ("csv", "json"):
        raise DragomanError(
            f"On this day stood {sum(counts.values()):,} facts, too many to be given at once. Ask "
            f"for those of one law (?law=treaties&from=1), {ON_A_PAGE:,} at a time, or on the "
            f"command line: dragoman on {look.day} --csv"
        )
    else:
        standing = list(view.first(OF_EACH_LAW))
    surely, sure_count = _acts(world, look.number, sure=True)
    perhaps, perhaps_count = _acts(world, look.number, sure=False)
    before, after = _neighbours(asked.whole, look)
    title = look.in_words
    if part is not None:
        title += f": {titles[part.law]}, {part.first:,} to {part.last:,} of {part.count:,}"
    return Page(
        title=title,
        template="day.html",
        shown={
            "happened": _happened(world, surely),
            "more_happened": sure_count - len(surely),
            "perhaps": perhaps,
            "perhaps_count": perhaps_count,
            "standing": _by_institution(standing, titles, counts),
            "count": sum(counts.values()) if part is None else part.count,
            "part": part,
            "before": before,
            "after": after,
            "beyond": world.beyond(look.number),
        },
        rows=[{name: getattr(row, name) for name in Standing.__slots__} for row in standing],
        columns=("says", "law", "since", "until", "sure", "secret", "act", "rule", "cites", "fact"),
        words=("law", "from"),
    )


def _part(words: Mapping[str, str], counts: Mapping[str, int], titles: Mapping[str, str]) -> Part:
    """The part of the day's facts that the query names. Raises NotFound or DragomanError."""
    law, said = words["law"], words.get("from", "1")
    if law not in titles:
        raise NotFound("law", law, nearest(law, titles))
    count = counts.get(law, 0)
    if not (said.isascii() and said.isdigit() and len(said) < 10 and 1 <= int(said) <= count + 1):
        raise DragomanError(f"“{said}” is no number from 1 to {count}, the facts of {law}")
    first = int(said)
    last = min(first + ON_A_PAGE - 1, count)
    return Part(
        law=law,
        first=first,
        last=last,
        count=count,
        before=max(1, first - ON_A_PAGE) if first > 1 else None,
        after=last + 1 if last < count else None,
    )


def _acts(world: World, day: Day, sure: bool) -> tuple[list[ActRow], int]:
    """The acts that were surely done on just this day, or else may have been; and their number."""
    on_it = "earliest = $day AND coalesce(last, latest) = $day"
    about_it = "earliest <= $day AND coalesce(last, latest) >= $day"
    rows = world.store.rows(
        f"""SELECT id, count(*) OVER () FROM act WHERE {on_it if sure else about_it}
        AND ($sure OR NOT ({on_it})) ORDER BY earliest, n LIMIT $most""",
        {"day": day, "sure": sure, "most": ACTS},
    )
    if not rows:
        return [], 0
    return world.acts_with([id for id, _ in rows]), rows[0][1]


def _happened(world: World, acts: Sequence[ActRow]) -> list[Happened]:
    """The acts with what they turned."""
    if not acts:
        return []
    turned: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    more: dict[tuple[str, bool], int] = {}
    for act, began, interval, count in first_turned(world.store, [act.id for act in acts], TURNED):
        says = world.says(interval.fluent, interval.args, interval.value)
        told = says, str(Fact(interval.fluent, interval.args, interval.value))
        turned.setdefault((act, began), []).append(told)
        more[act, began] = count - len(turned[act, began])
    return [
        Happened(
            act=act,
            began=tuple(turned.get((act.id, True), ())),
            ended=tuple(turned.get((act.id, False), ())),
            more=more.get((act.id, True), 0) + more.get((act.id, False), 0),
        )
        for act in acts
    ]


def _by_institution(
    standing: Iterable[Standing], titles: Mapping[str, str], counts: Mapping[str, int]
) -> list[Institution]:
    """The facts by law, in the order of the laws."""
    by_law: dict[str, list[Standing]] = {}
    for row in standing:
        by_law.setdefault(row.law, []).append(row)
    return [
        Institution(name, titles.get(name, name), tuple(rows), counts[name] - len(rows))
        for name, rows in by_law.items()
    ]


def _neighbours(whole: World, look: Look) -> tuple[str, str]:
    """The days before and after on which something surely happened; empty if there is none.

    They are days of the whole world: to look on is to see what follows. Through someone's eyes
    those of secret acts are passed over.
    """
    seen = "NOT secret AND" if look.eyes else ""
    [(before, after)] = whole.store.rows(
        f"""SELECT max(latest) FILTER (latest < $day), min(latest) FILTER (latest > $day)
        FROM act WHERE {seen} earliest = latest""",
        {"day": look.number},
    )
    return (
        "" if before is None else day_text(before),
        "" if after is None else day_text(after),
    )


VIEWS: Mapping[str, View] = {"/day/{day}": day}
