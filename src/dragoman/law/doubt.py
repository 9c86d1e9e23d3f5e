"""When things surely held and when they may have held, if the days of acts are in doubt.

A *world* gives each act one of its days. The extent of a fluent's instance is the moments at which
it holds in every world, and those at which it holds in some. It is sound, never too narrow: what is
certain holds in every world, and what holds in any is possible. Where that comes cheaply it is
exact; otherwise it is wider than it might be.

Each rule is asked twice: what surely comes of it, and what may. What is sure asks atoms of what is
certain and denials of what is possible; what may be, the other way round (`solve`). So a start or
end may come about between two moments, surely or perhaps. An instance certainly holds when some
sure start is over, and every end that may have been is surely before such a start; it possibly
holds when some start may have been that no sure end surely follows.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dragoman.law.book import LawBook
from dragoman.law.chances import (
    Chance,
    Wide,
    certainly,
    daily,
    flips,
    overruled,
    surely_over,
    undisturbed,
)
from dragoman.law.events import AT_FIRST, NEVER, Args, Facts, Moment, day_of, opening
from dragoman.law.extents import Extent, Extents, Ranging
from dragoman.law.leaning import Lean, leans_in
from dragoman.law.reckon import day as day_named
from dragoman.law.reckon import number
from dragoman.law.runs import Run, joined, without
from dragoman.law.solve import (
    Binding,
    matches,
    readings,
    solutions,
    unify,
    value_of,
)
from dragoman.law.strata import groups_of, leans_of
from dragoman.law.tree import (
    ALWAYS,
    Effect,
    Fluent,
    Lapse,
    Operand,
    Pattern,
    Rule,
    Today,
    Turn,
    Var,
)
from dragoman.law.walk import atoms_of, inside, timely
from dragoman.when import Day


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event that was on one day of several.

    `slot` is its place among the events of a day: two that fall on one day come in that order, in
    every world. If it is not `sure`, there are worlds without it. It came `after` others (their
    places among the occasions), whatever the days.
    """

    kind: str
    roles: Mapping[str, tuple[str, ...]]
    earliest: Day
    latest: Day
    slot: int
    sure: bool = True
    after: frozenset[int] = frozenset()

    def chance(self, n: int) -> Chance:
        """When it may be; `n` is its place among the occasions."""
        first, last = opening(self.earliest), opening(self.latest)
        place = self.slot + 1
        return Chance(first + place, last + place, self.slot, self.sure, None, n, self.after)


def extents_of(
    occasions: Sequence[Occasion], book: LawBook, facts: Facts, until: Day
) -> Mapping[str, Extents]:
    """The extent of every instance of every fluent, over all worlds that the occasions allow.

    They hold for the time up to the end of the day `until`.
    """
    doubting = _Doubting(occasions, book, facts, until)
    for group in groups_of(book.fluents, book.rules):
        doubting.group(group)
    return doubting.extents


class _Doubting:
    def __init__(
        self, occasions: Sequence[Occasion], book: LawBook, facts: Facts, until: Day
    ) -> None:
        self.book, self.facts, self.end = book, facts, opening(until + 1)
        self.begin = min((opening(one.earliest) for one in occasions), default=self.end)
        self.extents: dict[str, Extents] = {name: Extents() for name in book.fluents}
        #: For each fluent the rules with effects on it, and what their conditions ask of.
        self.effects: defaultdict[str, list[tuple[int, Rule, list[Effect]]]] = defaultdict(list)
        self.asked: dict[str, frozenset[str]] = {}
        self.timely: set[str] = set()
        self.leans: defaultdict[str, set[str]] = defaultdict(set)
        for place, rule in enumerate(book.rules):
            by_fluent: defaultdict[str, list[Effect]] = defaultdict(list)
            for effect in rule.effects:
                by_fluent[effect.atom.fluent].append(effect)
            for name, effects in by_fluent.items():
                self.effects[name].append((place, rule, effects))
            if timely(rule.condition):
                self.timely.add(rule.key)
            self.asked[rule.key] = frozenset(a.fluent for a, _ in atoms_of(rule.condition))
            if isinstance(rule.trigger, Turn):
                self.asked[rule.key] |= {rule.trigger.atom.fluent}
            for lean in leans_of(rule):
                self.leans[lean.fluent].add(lean.on)
        #: The fluents that are being found, and what came of rules that ask of none of them.
        self.ring: set[str] = set()
        self.steady: dict[tuple[str, str], list[tuple[Binding, Chance]]] = {}
        self.settling: dict[str, dict[Args, tuple[list[Chance], list[Chance]]]] = {}
        self.moved: dict[str, defaultdict[int, set[Args]]] = {}
        self.occasions: defaultdict[str, list[tuple[Occasion, Chance]]] = defaultdict(list)
        for n, occasion in enumerate(occasions):
            self.occasions[occasion.kind].append((occasion, occasion.chance(n)))

    def group(self, group: Sequence[str]) -> None:
        """Find the extents of fluents that ask of one another, or of one.

        Those of a ring are found anew until nothing changes. What is then found is sound: at each
        moment it follows from what held before it, and so on back to the first.
        """
        ring = any(not self.leans[name].isdisjoint(group) for name in group)
        self.ring, self.steady = set(group), {}
        changed = True
        while changed:
            changed = False
            for name in (name for name in self.book.order if name in group):
                found = self.found(self.book.fluents[name])
                changed = changed or (ring and found.of != self.extents[name].of)
                self.extents[name] = found

    def found(self, fluent: Fluent) -> Extents:
        """The extents of the instances of a fluent, so far as is known of the others."""
        if fluent.name in self.book.derivations_of:
            return self.derived(fluent)
        return self.begun(fluent)

    def state(self, first: Moment, last: Moment, sure: bool, day: Day | None = None) -> Ranging:
        """What holds at all moments from the first to the last, or at any of them."""
        return Ranging(self.extents, self.book, self.facts, first, last, sure, day)

    # --- what acts begin and end -----------------------------------------------------------

    def begun(self, fluent: Fluent) -> Extents:
        """The extents of a fluent that acts, and the turns of others, begin and end."""
        starts: defaultdict[Args, list[Chance]] = defaultdict(list)
        ends: defaultdict[Args, list[Chance]] = defaultdict(list)
        wide = Wide()  # what leaves arguments open
        for args in self.at_first(fluent):
            starts[args].append(Chance(AT_FIRST, AT_FIRST, None, True, fluent.first))
        for place, rule, effects in self.effects[fluent.name]:
            for binding, chance in self.coming(fluent.name, rule, effects):
                for n, effect in enumerate(effects):
                    value = value_of(effect.atom.value, binding) if effect.atom.value else None
                    told = chance.of((value or "") if effect.starts else value, place, n)
                    args = tuple(value_of(term, binding) or "" for term in effect.atom.args)
                    if effect.starts:
                        starts[fluent.canonical(args)].append(told)
                    elif all(args):
                        ends[fluent.canonical(args)].append(told)
                    else:
                        wide.add(effect.atom.args, binding, told)
        found = Extents()
        settling = self.settling[fluent.name] = {}
        moved = self.moved[fluent.name] = defaultdict(set)
        for args, own in starts.items():
            against = ends[args] + wide.on(fluent.orders(args))
            settling[args] = own, against
            for told in (*own, *against):
                for act in (*told.after, told.act):
                    if act is not None:
                        moved[act].add(args)
            by_value = self.settled(fluent, args, own, against)
            if by_value:
                found.put(args, by_value)
        return found

    def before(self, act: int, asked: Iterable[str]) -> Mapping[str, Extents]:
        """The extents before an act: nothing comes yet of it, or of what is known to follow it.

        So its own ends, and theirs, are no reason to doubt what it finds: in every world they are
        later. `begun` keeps, in `settling` and `moved`, of which chances each instance is made.
        """
        found: dict[str, Extents] = {}
        for name in asked:
            changed = self.moved[name].get(act, set()) if name in self.moved else set()
            for args in changed & self.extents[name].of.keys():
                own, against = (
                    [one for one in ones if one.act != act and act not in one.after]
                    for ones in self.settling[name][args]
                )
                table = found.setdefault(name, replace(self.extents[name], of={}))
                table.of[args] = self.settled(self.book.fluents[name], args, own, against)
        for name, table in found.items():
            table.of = {**self.extents[name].of, **table.of}
        return {**self.extents, **found} if found else self.extents

    def at_first(self, fluent: Fluent) -> Iterable[Args]:
        """The instances that hold at first."""
        if fluent.first is None:
            return ()
        domains = [
            [id for id, facts in self.facts.items() if sort in facts.get("is", ())]
            for sort in fluent.types.values()
        ]
        every = itertools.product(*domains)
        return dict.fromkeys(
            fluent.canonical(args)
            for args in every
            if not (fluent.symmetric and args[0] == args[1])
        )

    def coming(
        self, name: str, rule: Rule, effects: Sequence[Effect]
    ) -> Sequence[tuple[Binding, Chance]]:
        """`chances`, kept while what the rule asks of stays as it is."""
        found = self.steady.get((rule.key, name))
        if found is None:
            found = list(self.chances(rule, effects))
            if self.ring.isdisjoint(self.asked[rule.key]):
                self.steady[rule.key, name] = found
        return found

    def chances(self, rule: Rule, effects: Sequence[Effect]) -> Iterator[tuple[Binding, Chance]]:
        """When a rule's effects may come about, for each way in which it may fit."""
        names = {t.name for e in effects for t in e.atom.terms if isinstance(t, Var)}
        if isinstance(rule.trigger, Pattern):
            for occasion, chance in self.occasions[rule.trigger.event]:
                for binding in matches(rule.trigger, occasion.roles):
                    yield from self.fitting(rule, names, binding, chance)
        elif isinstance(rule.trigger, Turn):
            for binding, chance in self.turns(rule.trigger):
                yield from self.fitting(rule, names, binding, chance)

    def fitting(
        self, rule: Rule, names: Iterable[str], matched: Binding, chance: Chance
    ) -> Iterator[tuple[Binding, Chance]]:
        """The chances of an event or turn with which the condition of a rule may hold.

        One that asks what day it is, is asked day by day.
        """
        if rule.condition == ALWAYS:
            yield matched, chance
            return
        moments: list[tuple[Moment, Moment, Day | None]] = [(chance.first, chance.last, None)]
        if rule.key in self.timely:
            moments = list(daily(chance, self.end))
        extents: Mapping[str, Extents] = self.extents
        if chance.act is not None and chance.first != chance.last:
            extents = self.before(chance.act, self.asked[rule.key])
        may: dict[tuple[str | None, ...], tuple[Binding, list[Moment]]] = {}
        surely: defaultdict[tuple[str | None, ...], int] = defaultdict(int)
        for first, last, day in moments:
            at, vague = (first - 1, last - 1), list[Args]()
            before = Ranging(extents, self.book, self.facts, *at, False, day, vague)
            found = _keyed(solutions(rule.condition, matched, before), names)
            for key, binding in found.items():
                may.setdefault(key, (binding, []))[1].extend((first, last))
            if found and chance.sure:
                if vague:
                    found = _keyed(solutions(rule.condition, matched, before.denying), names)
                for key in found:
                    surely[key] += 1
        for key, (binding, between) in may.items():
            sure = chance.sure and surely[key] == len(moments)
            first, last = min(between), max(between)
            if (first, last, sure) == (chance.first, chance.last, chance.sure):
                yield binding, chance
            else:
                yield binding, chance._replace(first=first, last=last, sure=sure)

    def turns(self, turn: Turn) -> Iterator[tuple[Binding, Chance]]:
        """When instances of a fluent may start or end."""
        fluent = self.book.fluents[turn.atom.fluent]
        for args, by_value in self.extents[fluent.name].of.items():
            for value, extent in by_value.items():
                for turned in fluent.orders(args):
                    binding = unify(turn.atom.args, turned, {})
                    if binding is not None and turn.atom.value is not None:
                        binding = unify((turn.atom.value,), (value,), binding)
                    if binding is not None:
                        for first, last, sure in flips(extent, turn.starts):
                            if first < self.end:
                                between = max(first, self.begin), min(last, self.end)
                                chance = Chance(*between, None, sure, None)
                                yield binding, chance

    # --- what comes of chances ---------------------------------------------------------------

    def settled(
        self, fluent: Fluent, args: Args, starts: Sequence[Chance], ends: Sequence[Chance]
    ) -> dict[str, Extent]:
        """The extents of an instance by value, from the starts and ends that it may have."""
        starts = [start for start in starts if not overruled(start, starts)]
        starts, lapses = self.lapsing(fluent, args, starts, ends)
        found: dict[str, Extent] = {}
        for value in dict.fromkeys(start.value or "" for start in starts):
            own = list(dict.fromkeys(start for start in starts if start.value == value))
            others = [start for start in starts if start.value != value]
            over = [lapsed[s] for lapsed in lapses.values() for s in own if s in lapsed]
            against = [end for end in ends if end.value in (None, value)]
            certain = certainly(own, [*against, *over], others)
            possible = joined(
                run
                for start in own
                for run in without(
                    ((start.first, self.latest(start, own, lapses)),),
                    surely_over(start, against, others),
                )
            )
            if possible:
                found[value] = Extent(certain, possible)
        return found

    def lapsing(
        self, fluent: Fluent, args: Args, starts: Sequence[Chance], ends: Sequence[Chance]
    ) -> tuple[list[Chance], dict[int, dict[Chance, Chance]]]:
        """The starts, with those of what lapses to another value; and by rule when each lapses."""
        starts = list(starts)
        lapses: dict[int, dict[Chance, Chance]] = {}
        made: list[tuple[Chance, Chance, Chance]] = []
        waiting = [start for start in starts if start.first != AT_FIRST]
        while waiting:
            start = waiting.pop()
            for place, rule in self.book.lapses_of.get(fluent.name, ()):
                found = list(self.lapse(fluent, rule, args, start))
                for lapse, to in found:
                    lapses.setdefault(place, {})[start] = lapse
                    if to is not None and lapse.first < self.end:
                        again = Chance(lapse.first, lapse.last, lapse.slot, False, to)
                        if len(found) == 1:
                            made.append((start, lapse, again))
                        if again not in starts:
                            starts.append(again)
                            waiting.append(again)
        for start, lapse, again in sorted(made, key=lambda one: one[0].first):
            if start.sure or start._replace(sure=True) in starts:
                alone = sum(start in lapsed for lapsed in lapses.values()) == 1
                others = [one for one in starts if one not in (start, start._replace(sure=True))]
                others = [one for one in others if one._replace(sure=False) != again]
                if alone and lapse.sure and undisturbed(start, lapse, others, ends):
                    for own in lapses.values():
                        if again in own:
                            own[again._replace(sure=True)] = own.pop(again)
                    starts = [one._replace(sure=True) if one == again else one for one in starts]
        return starts, lapses

    def latest(
        self, start: Chance, own: Sequence[Chance], lapses: Mapping[int, Mapping[Chance, Chance]]
    ) -> Moment:
        """The moment by which what starts so has surely lapsed, if nothing starts it again."""
        before = [one for one in own if one.first <= start.last]
        limits = (
            max(lapsed[one].last for one in before)
            for lapsed in lapses.values()
            if all(one in lapsed and lapsed[one].sure for one in before)
        )
        return min(limits, default=NEVER)

    def lapse(
        self, fluent: Fluent, rule: Rule, args: Args, start: Chance
    ) -> Iterator[tuple[Chance, str | None]]:
        """When what starts so lapses by a rule, and to what value."""
        assert rule.lapse is not None
        atom, vague = rule.lapse.atom, timely(rule.condition) or _asks_today(rule.lapse.limit)
        may: list[tuple[Day, Day] | None] = []
        surely, values = False, dict[str | None, None]()
        after = self.state(start.first, start.last, False)
        for turned in fluent.orders(args):
            matched = unify(atom.args, turned, {})
            if matched is not None and atom.value is not None:
                matched = unify((atom.value,), (start.value or "",), matched)
            if matched is None:
                continue
            if vague:
                may.append((day_of(start.first) + 1, day_of(self.end)))
                values[value_of(rule.lapse.to, matched) if rule.lapse.to else None] = None
                continue
            for binding in solutions(rule.condition, matched, after):
                may += _limits(rule.lapse, binding, after, start)
                values[value_of(rule.lapse.to, binding) if rule.lapse.to else None] = None
            for binding in solutions(rule.condition, matched, after.denying):
                surely = surely or None not in _limits(rule.lapse, binding, after.denying, start)
        days = [limit for limit in may if limit is not None]
        if days:
            first, last = min(d for d, _ in days), max(d for _, d in days)
            lapse = Chance(opening(first), opening(last), -1, surely, None)
            yield from ((lapse, to) for to in values)

    # --- what holds while other things do ------------------------------------------------------

    def derived(self, fluent: Fluent) -> Extents:
        """The extents of a fluent that holds while others do."""
        touched: defaultdict[tuple[str | None, ...], set[Moment]] = defaultdict(set)
        for lean in itertools.chain(*map(leans_in, self.book.derivations_of[fluent.name])):
            self.touch(lean, touched)
        moments: defaultdict[Args, set[Moment]] = defaultdict(set)
        wide = {pattern: edges for pattern, edges in touched.items() if None in pattern}
        for pattern, edges in touched.items():
            if pattern not in wide:
                moments[fluent.canonical(tuple(arg or "" for arg in pattern))] |= edges
                continue
            for moment in edges:
                state = self.state(moment, moment, False)
                for args, _ in self.solved(fluent, pattern, state):
                    moments[args].add(moment)
        found = Extents()
        for args in moments:
            for turned in fluent.orders(args):
                for pattern, edges in wide.items():
                    if all(p in (None, arg) for p, arg in zip(pattern, turned, strict=True)):
                        moments[args] |= edges
            by_value = self.over_time(fluent, args, sorted(moments[args]))
            if by_value:
                found.put(args, by_value)
        return found

    def touch(self, lean: Lean, touched: defaultdict[tuple[str | None, ...], set[Moment]]) -> None:
        """Note at which moments an atom of a rule may change what of a derived fluent."""
        state = self.state(0, 0, False)
        for args, by_value in self.extents[lean.atom.fluent].of.items():
            for turned in self.book.fluents[lean.atom.fluent].orders(args):
                for pattern in lean.patterns(turned, state):
                    touched[pattern].update(m for e in by_value.values() for m in e.edges())

    def over_time(self, fluent: Fluent, args: Args, moments: Sequence[Moment]) -> dict[str, Extent]:
        """The extents of an instance that changes only at some moments."""
        certain: defaultdict[str, list[Run]] = defaultdict(list)
        possible: defaultdict[str, list[Run]] = defaultdict(list)
        for moment, after in itertools.pairwise((*moments, NEVER)):
            values, sure = self.values(fluent, args, moment)
            for value in values:
                possible[value].append((moment, after))
            if sure and len(values) == 1:
                certain[next(iter(values))].append((moment, after))
        return {v: Extent(joined(certain[v]), joined(runs)) for v, runs in possible.items()}

    def values(self, fluent: Fluent, args: Args, moment: Moment) -> tuple[set[str], bool]:
        """The values that an instance may have after a moment, and whether it surely has one.

        A later rule prevails over an earlier one, and a greater value over a smaller one of the
        same rule.
        """
        vague: list[Args] = []
        state = self.state(moment, moment, False)._replace(vague=vague)
        values: set[str] = set()
        for rule in reversed(self.book.derivations_of[fluent.name]):
            vague.clear()
            surely = may = {v for _, v in self.solved(fluent, args, state, rule)}
            if not may:
                continue
            if vague:
                surely = {v for _, v in self.solved(fluent, args, state.denying, rule)}
            if surely:
                return values | {v for v in may if v >= max(surely)}, True
            values |= may
        return values, False

    def solved(
        self,
        fluent: Fluent,
        pattern: Sequence[str | None],
        state: Ranging,
        rule: Rule | None = None,
    ) -> set[tuple[Args, str]]:
        """The instances that agree with a pattern, and their values, by all rules or by one."""
        found: set[tuple[Args, str]] = set()
        for one in self.book.derivations_of[fluent.name] if rule is None else (rule,):
            assert one.head is not None
            for turned in fluent.orders(pattern):
                known = [
                    (t, v) for t, v in zip(one.head.args, turned, strict=True) if v is not None
                ]
                matched = unify([t for t, _ in known], [v for _, v in known], {})
                for binding in () if matched is None else solutions(one.condition, matched, state):
                    args = tuple(value_of(term, binding) or "" for term in one.head.args)
                    value = value_of(one.head.value, binding) if one.head.value else None
                    found.add((fluent.canonical(args), value or ""))
        return found


def _keyed(found: Iterable[Binding], names: Iterable[str]) -> dict[tuple[str | None, ...], Binding]:
    """Bindings by the values of some variables, the first of each."""
    keyed: dict[tuple[str | None, ...], Binding] = {}
    for binding in found:
        keyed.setdefault(tuple(binding.get(name) for name in names), binding)
    return keyed


def _asks_today(operand: Operand) -> bool:
    return any(isinstance(inner, Today) for inner in inside(operand))


def _limits(
    lapse: Lapse, binding: Binding, state: Ranging, start: Chance
) -> list[tuple[Day, Day] | None]:
    """The first and last day at whose opening it may lapse, in each reading; None if in none."""
    found: list[tuple[Day, Day] | None] = []
    first, last = day_of(start.first), day_of(start.last)
    for option in readings(lapse.limit, binding, state):
        limit: tuple[Day, Day] | None = None
        for value in option:
            days, named = number(value), day_named(value)
            if lapse.days and days is not None and days >= 0:
                limit = (first + math.floor(days) + 1, last + math.floor(days) + 1)
                break
            if not lapse.days and named is not None:
                limit = (max(named, first) + 1, max(named, last) + 1)
                break
        found.append(limit)
    return found
