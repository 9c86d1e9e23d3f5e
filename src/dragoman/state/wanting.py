"""Why a fact did not stand: when it did, and what its rules lacked on the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from dragoman.law.solve import Binding, solutions, unify
from dragoman.law.tree import And, Atom, Condition, Not, Or, Some
from dragoman.law.walk import variables_of
from dragoman.law.words import words_of
from dragoman.state.archive import Archive
from dragoman.state.facts import Fact
from dragoman.state.intervals import Interval, date_words, intervals_of
from dragoman.state.past import PastState

#: So many of those who spoil a condition are named.
_SPOILERS = 3


def wanting(
    archive: Archive, fact: Fact, day: int, meant: Sequence[Interval], others: Sequence[Interval]
) -> tuple[str, list[str]]:
    """The verdict on a fact that did not stand (`no` or `not told`), and what was wanting.

    `meant` are its intervals on other days, `others` those on the day with another value.
    """
    told = [f"instead, {archive.says(i.fluent, i.args, i.value)} ({i.began_act})" for i in others]
    told += [_elsewhere(archive, meant, day)] if meant else []
    told += _by_groups(archive, fact, day)
    missing, silent = _missing(archive, fact, PastState.on(archive, day))
    verdict = "no" if (meant or others or missing) and not silent else "not told"
    return verdict, [*told, *missing] or [_never_begun(archive, fact)]


def _elsewhere(archive: Archive, intervals: Sequence[Interval], day: int) -> str:
    """When the fact stood, if not on the day: the last time before it and the first after."""
    before = [i for i in intervals if i.began_earliest <= day]
    after = [i for i in intervals if i.began_earliest > day]
    near = [*sorted(before, key=lambda i: i.start)[-1:], *sorted(after, key=lambda i: i.start)[:1]]
    told = []
    for interval in near:
        value = f"{archive.name(interval.value)}, " if interval.value else ""
        began = f" ({interval.began_act})" if interval.began_act else ""
        since = f"from {date_words(interval.since)}{began}" if interval.since else "at first"
        told.append(f"{value}{since}{_ended(archive, interval)}")
    others = len(intervals) - len(near)
    more = f"; and {others} times more" if others > 1 else "; and once more" if others else ""
    return f"it stood {', and '.join(told)}{more}"


def _ended(archive: Archive, interval: Interval) -> str:
    if not interval.ended_act:
        return ""
    until = f" until {date_words(interval.until)}"
    if any(key == interval.ended_by for key in archive.lapses):
        return f"{until}, when it had lapsed (rule {interval.ended_by})"
    return f"{until} ({interval.ended_act}: {archive.act(interval.ended_act).what})"


def _by_groups(archive: Archive, fact: Fact, day: int) -> list[str]:
    """The fact told of a group (the allies) of which someone named in it is a member."""
    told = []
    for interval in intervals_of(archive.store, [fact.fluent]):
        for one, other in zip(fact.args, interval.args, strict=True):
            group = archive.registers.get(other)
            if group and one in group.facts.get("members", ()) and interval.may_stand(day):
                rest = [a for a in fact.args if a != one]
                if all(a in interval.args for a in rest):
                    says = archive.says(interval.fluent, interval.args, interval.value)
                    member = f"{archive.name(one)} is one of {group.name}"
                    told.append(f"but {member}, and: {says} ({interval.began_act})")
    return told


# --- what a rule lacked ------------------------------------------------------------------------


def _missing(archive: Archive, fact: Fact, state: PastState) -> tuple[list[str], bool]:
    """What the rules lacked of a fluent that holds while others do.

    And whether one of them lacked nothing but open facts of which nothing is told.
    """
    told: list[str] = []
    silent = False
    for rule in archive.book.derivations_of.get(fact.fluent, ()):
        assert rule.head is not None
        turns = archive.fluents[fact.fluent].orders(fact.args)
        bindings = [b for t in turns if (b := unify(rule.head.args, t, {})) is not None]
        if not bindings:
            continue
        least = min(([*lacked(rule.condition, b, state)] for b in bindings), key=len)
        if least:
            told.append(f"rule {rule.key} lacks: {'; '.join(said for said, _ in least)}")
            silent = silent or all(is_open for _, is_open in least)
    return told, silent


def lacked(condition: Condition, binding: Binding, state: PastState) -> Iterator[tuple[str, bool]]:
    """The parts of a condition that did not hold, and whether each is an open fact not told."""
    if next(iter(solutions(condition, binding, state)), None) is not None:
        return
    if isinstance(condition, And):
        current: Binding = binding
        unknown: set[str] = set()  # what only a part would tell that did not hold
        for part in condition.parts:
            if not unknown.isdisjoint(variables_of(part)):
                continue
            step = next(iter(solutions(part, current, state)), None)
            if step is None:
                unknown |= variables_of(part) - current.keys()
                yield from lacked(part, current, state)
            else:
                current = step
    elif isinstance(condition, Or) and condition.parts:
        branches = [[*lacked(part, binding, state)] for part in condition.parts]
        told = dict.fromkeys("; ".join(said for said, _ in branch) for branch in branches)
        yield " or ".join(told), any(all(o for _, o in branch) for branch in branches)
    elif isinstance(condition, Not) and isinstance(condition.part, Some):
        yield words_of(condition, binding) + _spoilt(condition.part, binding, state), False
    elif isinstance(condition, Atom) and state.silent(condition, binding):
        yield f"{words_of(condition, binding)}, of which nothing is told", True
    else:
        yield words_of(condition, binding), False


def _spoilt(some: Some, binding: Binding, state: PastState) -> str:
    """By whom a condition of the form `no P: C` is spoilt."""
    names = [variable.name for variable in some.variables]
    found = dict.fromkeys(
        ", ".join(f"{name.split('’')[0]} = {step[name]}" for name in names)
        for step in islice(solutions(some.part, binding, state), 50)
    )
    shown = "; ".join(islice(found, _SPOILERS))
    more = f" and {len(found) - _SPOILERS} more" if len(found) > _SPOILERS else ""
    return f", which fails for {shown}{more}"


def _never_begun(archive: Archive, fact: Fact) -> str:
    """For a fluent that acts begin: by which rules an act would have begun it."""
    rules = [
        f"{r.key} ({r.trigger.event})"
        for r in archive.book.rules
        if r.trigger and any(e.starts and e.atom.fluent == fact.fluent for e in r.effects)
    ]
    by = f"; it would be begun by {' or '.join(rules[:6])}" if rules else ""
    return f"no act told of by then begins it{by}"
