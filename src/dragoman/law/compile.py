"""The compiler: a law book as statements of SQL over tables of events, run in DuckDB.

Where the interpreter walks, a query looks at all moments at once. Fluents are made in groups, each
after those that it asks of (`groups`). Most are relations: the points at which a fluent is begun or
ended, or at which what it leans on changes, fall into spans. One whose effects hang on its own state,
or that lapses, is gone through instance by instance (`scan`). What neither can say, such as a
ring of fluents, is walked: the interpreter is given the spans made so far, and only those events that
matter to it. So is a norm that hangs on open facts, or that begins a duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from dragoman.law.book import LawBook
from dragoman.law.cells import add_functions, remove_functions
from dragoman.law.events import AT_FIRST, NEVER, Cause, Derivation, Event, Finding, Span
from dragoman.law.inputs import Inputs, load
from dragoman.law.interpret import interpret
from dragoman.law.rows import (
    NO_RULE,
    SPAN,
    Rows,
    agreement,
    arg_names,
    column,
    literal,
    span_table,
    turned,
)
from dragoman.law.running import Facts
from dragoman.law.scan import Guard, Point, Scan, guarded, steady
from dragoman.law.strata import asked_by, groups_of, heads_of, leans_of
from dragoman.law.tree import (
    Atom,
    Condition,
    Const,
    Effect,
    Fluent,
    Norm,
    Pattern,
    Rule,
    Term,
    Var,
)
from dragoman.law.walk import atoms_of, timely
from dragoman.law.where import Beyond, Where
from dragoman.when import BEGINNING, Day

_NUMBERS = {
    **dict.fromkeys(("m", "start", "stop"), "BIGINT"),
    **dict.fromkeys(
        ("seq", "begin_seq", "end_seq", "begin_rule", "end_rule", "rule_no", "effect_no"), "INTEGER"
    ),
}


def compiled(
    events: Iterable[Event],
    book: LawBook,
    facts: Facts,
    until: Day | None = None,
    known: Day | None = None,
) -> Derivation:
    """Derive every span and finding: the same as `interpret`, made by relations."""
    connection = duckdb.connect()
    add_functions(connection)
    try:
        made = Compiled(load(connection, events, facts), book, facts, until, known)
        made.run()
        return made.derivation()
    finally:
        remove_functions(connection)
        connection.close()


class Compiled:
    """A law book over the tables of a connection that knows the functions of `cells`.

    `run` makes the table `span_F` for each fluent `F` (see `rows`) and gathers the findings.
    """

    def __init__(
        self,
        inputs: Inputs,
        book: LawBook,
        facts: Facts,
        until: Day | None = None,
        known: Day | None = None,
    ) -> None:
        self.inputs, self.book, self.facts = inputs, book, facts
        self.connection = inputs.connection
        last = inputs.last_day()
        self.until = next(d for d in (until, last, BEGINNING) if d is not None)
        self.known = next(d for d in (known, until, last, BEGINNING) if d is not None)
        self.places = {rule.key: place for place, rule in enumerate(book.rules)}
        self.bound: dict[tuple[str, Condition], Rows] = {}
        self.findings: list[Finding] = []
        self.walked: list[Norm] = []

    def run(self) -> None:
        """Make every span and finding."""
        for group in groups_of(self.book.fluents, self.book.rules):
            self.group(group)
        for norm in self.book.norms:
            self.norm(norm)
        if self.walked:
            self.walk_norms()

    def derivation(self) -> Derivation:
        """The spans and findings that were made."""
        spans = [span for fluent in self.book.fluents for span in self.spans(fluent)]
        spans.sort(key=lambda s: (s.fluent, s.args, s.start, s.value))
        return Derivation(tuple(spans), tuple(sorted(self.findings)))

    def spans(self, name: str) -> Iterator[Span]:
        """The spans of a fluent."""
        fluent = self.book.fluents[name]
        count = len(fluent.params)
        keys = [*(rule.key for rule in self.book.rules), ""]  # NO_RULE is the last
        columns = ", ".join((*arg_names(count), *SPAN))
        asked = self.connection.execute(f"SELECT {columns} FROM {span_table(fluent)}")
        for row in asked.fetchall():
            args, (value, start, begin_seq, begin_rule, stop, end_seq, end_rule) = (
                row[:count],
                row[count:],
            )
            began = Cause(begin_seq, keys[begin_rule])
            if stop == NEVER:
                yield Span(name, args, value, start, began)
            else:
                yield Span(name, args, value, start, began, stop, Cause(end_seq, keys[end_rule]))

    # --- fluents ---------------------------------------------------------------------------

    def group(self, group: Sequence[str]) -> None:
        """Make the spans of fluents that ask of one another, or of one that does not."""
        fluent = self.book.fluents[group[0]]
        try:
            if len(group) > 1:
                raise Beyond("fluents that ask of one another")
            if group[0] in self.book.derivations_of:
                self.derived(fluent, self.book.derivations_of[group[0]])
            else:
                self.begun(fluent)
        except Beyond:
            self.walk(group)

    def make(self, fluent: Fluent, sql: str) -> None:
        """Make the table of a fluent's spans by a query."""
        table = span_table(fluent)
        self.connection.execute(f"CREATE TEMP TABLE {table} AS {sql}")
        if fluent.symmetric:
            rest = (*arg_names(len(fluent.params))[2:], *SPAN)
            both = span_table(fluent, both_ways=True)
            self.connection.execute(f"CREATE TEMP VIEW {both} AS {turned(fluent, table, rest)}")

    def keep(self, fluent: Fluent, rows: Iterable[tuple[str | int | None, ...]]) -> None:
        """Make the table of a fluent's spans from rows."""
        names = [*arg_names(len(fluent.params)), *SPAN]
        by_column = list(zip(*rows, strict=True)) or [()] * len(names)
        arrays = [
            pa.array(cells, pa.int64() if column in _NUMBERS else pa.string())
            for column, cells in zip(names, by_column, strict=True)
        ]
        self.connection.register("incoming", pa.Table.from_arrays(arrays, names=names))
        self.make(fluent, "FROM incoming")
        self.connection.unregister("incoming")

    def begun(self, fluent: Fluent) -> None:
        """Make the spans of a fluent that acts and turns begin and end."""
        effects = [
            _effect(place, rule, number)
            for place, rule in enumerate(self.book.rules)
            for number, effect in enumerate(rule.effects)
            if effect.atom.fluent == fluent.name
        ]
        lapses = [rule for _place, rule in self.book.lapses_of.get(fluent.name, ())]
        if not all(map(steady, lapses)):
            raise Beyond("a term that hangs on other fluents")
        starts = [self.starts(fluent, one) for one in effects if one.effect.starts]
        if fluent.first is not None:
            starts.append(self.first(fluent))
        args = arg_names(len(fluent.params))
        started = f"start_{fluent.name}"
        self.connection.execute(
            f"CREATE TEMP TABLE {started} AS {' UNION ALL '.join(starts) or _nothing(args)}"
        )
        scanned = bool(lapses) or any(one.guards for one in effects)
        ends = [
            self.ends(fluent, one, started, every=scanned)
            for one in effects
            if not one.effect.starts
        ]
        if scanned:
            self.scan(fluent, effects, " UNION ALL ".join((f"FROM {started}", *ends)))
        else:
            self.make(fluent, _spans_of_points(started, ends, args, bool(fluent.value)))

    def scan(self, fluent: Fluent, effects: Sequence[_Effect], points: str) -> None:
        """Make the spans of a fluent by going through the points of each instance."""
        args = arg_names(len(fluent.params))
        guards = {(one.place, one.number): one.guards for one in effects}
        # What begins only where it holds already never begins.
        idle = [
            f"(rule_no = {place} AND effect_no = {number})"
            for (place, number), own in guards.items()
            if any(guard.holds for guard in own)
        ]
        begun = f"SELECT DISTINCT {', '.join(args) or 'true'} FROM start_{fluent.name}"
        if idle:
            begun += f" WHERE NOT ({' OR '.join(idle)})"
        same = " AND ".join(f"p.{a} = b.{a}" for a in args) or "true"
        by = ", ".join(f"p.{c}" for c in (*args, "m", "begins"))
        rest = ", ".join(("p.rule_no", "p.effect_no", "p.value"))
        rows = self.connection.execute(
            f"SELECT {by}, max(p.seq), {rest} FROM ({points}) p SEMI JOIN ({begun}) b ON {same} "
            f"GROUP BY {by}, {rest} ORDER BY {by}"
        )
        count = len(args)
        found = (Point(row[:count], *row[count:]) for row in rows.fetchall())
        self.keep(fluent, Scan(self.book, fluent, guards, self.facts, self.until).spans(found))

    def first(self, fluent: Fluent) -> str:
        """The instances that hold at first, as points."""
        args = arg_names(len(fluent.params))
        sources = [
            f"(SELECT DISTINCT entity FROM fact WHERE key = 'is' AND value = {literal(sort)}) h{n}"
            for n, sort in enumerate(fluent.types.values())
        ]
        cells = [f"h{n}.entity" for n in range(len(args))]
        where = " WHERE h0.entity < h1.entity" if fluent.symmetric else ""
        shown = ", ".join(f"{c} AS {a}" for c, a in zip(cells, args, strict=True))
        return (
            f"SELECT {shown}, {literal(fluent.first or '')} AS value, {AT_FIRST}::BIGINT AS m, "
            f"true AS begins, -1 AS seq, {NO_RULE} AS rule_no, 0 AS effect_no "
            f"FROM {', '.join(sources)}{where}"
        )

    def starts(self, fluent: Fluent, one: _Effect) -> str:
        """The points at which an effect begins instances."""
        rows = self.bindings(one)
        atom = one.effect.atom
        cells = [rows.value(term) or "NULL" for term in atom.args]
        value = "''" if atom.value is None else rows.value(atom.value) or "NULL"
        return f"(SELECT {_point(fluent, cells, value, one, begins=True)} FROM {rows.name} t)"

    def ends(self, fluent: Fluent, one: _Effect, started: str, every: bool) -> str:
        """The points at which an effect ends instances.

        Where it leaves arguments open, it ends those that have begun before: the next time after
        each beginning is enough, unless `every` time may matter.
        """
        rows, atom = self.bindings(one), one.effect.atom
        args = arg_names(len(fluent.params))
        value = "NULL" if atom.value is None else rows.value(atom.value) or "NULL"
        cells = [rows.value(term) for term in atom.args]
        if None not in cells:
            shown = _point(fluent, [cell or "" for cell in cells], value, one, begins=False)
            return f"(SELECT {shown} FROM {rows.name} t)"
        known = started
        if fluent.symmetric:
            known = f"({turned(fluent, started, (*args[2:], 'm', 'value'))})"
        pairs = list(zip(args, atom.args, strict=True))
        if atom.value is not None and not every:
            pairs.append(("value", atom.value))
        own, shared, _variables = agreement(pairs, rows)
        named = {term.name for term in atom.terms if isinstance(term, Var)} & rows.bound
        by = ", ".join(("m", *map(column, sorted(named))))
        last = f"(SELECT {by}, max(seq) AS seq FROM {rows.name} GROUP BY {by})"
        on = " AND ".join((*shared, "h.m < t.m"))
        shown = _point(fluent, [f"h.{arg}" for arg in args], value, one, begins=False)
        where = f" WHERE {' AND '.join(own)}" if own else ""
        join = "JOIN" if every else "ASOF JOIN"
        return f"(SELECT DISTINCT {shown} FROM {known} h {join} {last} t ON {on}{where})"

    def bindings(self, one: _Effect) -> Rows:
        """The table of where a rule fits and its condition, guards apart, holds.

        It is made once for the effects of a rule that share it.
        """
        key = (one.rule.key, one.condition)
        if key not in self.bound:
            assert one.rule.trigger is not None
            where = self.where()
            rows = where.where(one.condition, where.trigger(one.rule.trigger), "before")
            table = f"rule_{len(self.bound)}"
            sql = where.select(f"SELECT {', '.join(rows.select())} FROM {rows.name} t")
            self.connection.execute(f"CREATE TEMP TABLE {table} AS {sql}")
            self.bound[key] = Rows(table, rows.columns, rows.bound)
        return self.bound[key]

    def where(self) -> Where:
        """An empty query over the spans made so far."""
        return Where(self.book.fluents, self.inputs)

    # --- fluents that hold while others do ---------------------------------------------------

    def derived(self, fluent: Fluent, rules: Sequence[Rule]) -> None:
        """Make the spans of a fluent that holds while others do."""
        args = arg_names(len(fluent.params))
        points, by = f"point_{fluent.name}", ", ".join((*args, "m"))
        edges = dict.fromkeys(
            self.touched(fluent, rules, rule.head, atom, starts)
            for rule in rules
            for atom, _sign in atoms_of(rule.condition)
            for starts in (True, False)
            if rule.head is not None
        )
        touched = " UNION ALL ".join(edges) or _nothing(args)
        self.connection.execute(
            f"CREATE TEMP TABLE {points} AS "
            f"SELECT {by}, max(seq) AS seq FROM ({touched}) GROUP BY {by}"
        )
        held = " UNION ALL ".join(self.held(fluent, rule, points) for rule in rules)
        self.make(fluent, _spans_of_states(points, held, args))

    def touched(
        self, fluent: Fluent, rules: Sequence[Rule], head: Atom, atom: Atom, starts: bool
    ) -> str:
        """The instances that a start or end of an atom touches, as points."""
        edge, seq = ("start", "begin_seq") if starts else ("stop", "end_seq")
        pairs = list(zip(arg_names(len(atom.args)), atom.args, strict=True))
        tests, _shared, bound = agreement(pairs, None)
        cells = [_cell(term, bound) for term in head.args]
        source = f"{span_table(self.book.fluents[atom.fluent], both_ways=True)} h"
        args = arg_names(len(fluent.params))
        if None in cells:  # all that may ever hold are touched, so far as the atom names them
            known = [f"k.{a} = {c}" for a, c in zip(args, cells, strict=True) if c is not None]
            source += f" JOIN {self.keys(fluent, rules)} k ON {' AND '.join(known) or 'true'}"
            cells = [f"k.{a}" for a in args]
        shown = ", ".join((*_canonical(fluent, cells), f"h.{edge} AS m", f"h.{seq} AS seq"))
        where = " AND ".join((f"h.{edge} <> {NEVER}", *tests))
        return f"(SELECT {shown} FROM {source} WHERE {where})"

    def keys(self, fluent: Fluent, rules: Sequence[Rule]) -> str:
        """The table, made once, of the instances that may ever hold by the rules."""
        table = f"key_{fluent.name}"
        ever = " UNION ".join(self.ever(fluent, rule) for rule in rules)
        if fluent.symmetric:
            rest = arg_names(len(fluent.params))[2:]
            ever = f"WITH one AS ({ever}) SELECT DISTINCT * FROM ({turned(fluent, 'one', rest)})"
        self.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} AS {ever}")
        return table

    def ever(self, fluent: Fluent, rule: Rule) -> str:
        """The instances that may ever hold by a rule."""
        assert rule.head is not None
        where = self.where()
        rows = where.where(rule.condition, where.once(), "ever")
        cells = [rows.value(term) for term in rule.head.args]
        if None in cells:
            raise Beyond("a head that only time binds")
        shown = [f"{c} AS {a}" for a, c in zip(arg_names(len(cells)), cells, strict=True)]
        sql = f"SELECT DISTINCT {', '.join(shown) or 'true AS row'} FROM {rows.name} t"
        return f"({where.select(sql)})"

    def held(self, fluent: Fluent, rule: Rule, points: str) -> str:
        """Where an instance holds by a rule, of all points at which it may change."""
        assert rule.head is not None
        where = self.where()
        args = arg_names(len(fluent.params))
        pairs = list(zip(args, rule.head.args, strict=True))
        source = points
        if fluent.symmetric:
            source = f"({turned(fluent, points, (*args[2:], 'm'))})"
        rows = where.bind(source, pairs, ("h.m AS m",))
        rows = where.where(rule.condition, rows, "after")
        cells = [rows.value(term) or "NULL" for term in rule.head.args]
        value = "''" if rule.head.value is None else rows.value(rule.head.value) or "NULL"
        place = self.places[rule.key]
        shown = ", ".join(
            (*_canonical(fluent, cells), "t.m AS m", f"{value} AS value", f"{place} AS rule_no")
        )
        return f"({where.select(f'SELECT {shown} FROM {rows.name} t')})"

    # --- norms -----------------------------------------------------------------------------

    def norm(self, norm: Norm) -> None:
        """Gather the findings of a norm, or leave it to be walked."""
        hangs = any(self.book.fluents[name].open for name in asked_by(norm))
        if hangs or norm.verb in ("obliges", "expects"):
            self.walked.append(norm)
            return
        where = self.where()
        try:
            fits = where.trigger(norm.trigger)
            scope = where.where(norm.scope, fits, "before")
            met = where.where(norm.condition, scope, "before")
        except Beyond:
            self.walked.append(norm)
            return
        shared = [*scope.columns, *map(column, sorted(scope.bound))]
        unmet = where.without(scope, met, shared)
        names = sorted(fits.bound)
        shown = ", ".join(("seq", *map(column, names)))
        verdict = "irregular" if norm.verb == "requires" else "breach"
        sql = where.select(f"SELECT DISTINCT {shown} FROM {unmet.name}")
        for seq, *values in self.connection.execute(sql).fetchall():
            bindings = tuple(zip(names, values, strict=True))
            self.findings.append(Finding(seq, norm.key, bindings, verdict))

    # --- what is walked ----------------------------------------------------------------------

    def walk(self, group: Sequence[str]) -> None:
        """Make the spans of fluents by the interpreter."""
        found = self.walked_part(group, ())
        for name in group:
            spans = (span for span in found.spans if span.fluent == name)
            self.keep(self.book.fluents[name], map(self.row, spans))

    def walk_norms(self) -> None:
        """Gather the findings of the norms that are walked, with the open fluents they ask of.

        Of those the interpreter must know what the chronicle denies.
        """
        asked = dict.fromkeys(name for norm in self.walked for name in asked_by(norm))
        silent = [name for name in asked if self.book.fluents[name].open]
        self.findings += self.walked_part(silent, self.walked).findings

    def walked_part(self, fluents: Sequence[str], norms: Sequence[Norm]) -> Derivation:
        """What the interpreter makes of some fluents and norms, the other fluents being given."""
        rules = [
            replace(rule, effects=tuple(e for e in rule.effects if e.atom.fluent in fluents))
            for rule in self.book.rules
            if not set(fluents).isdisjoint(heads_of(rule))
        ]
        asked = {lean.on for rule in rules for lean in leans_of(rule)}
        asked |= {name for norm in norms for name in asked_by(norm)}
        given = {name: list(self.spans(name)) for name in asked.difference(fluents)}
        patterns = [
            *(rule.trigger for rule in rules),
            *(pattern for norm in norms for pattern in (norm.trigger, norm.answer)),
        ]
        kinds = {pattern.event for pattern in patterns if isinstance(pattern, Pattern)}
        if any(norm.limit is not None and timely(norm.scope) for norm in norms):
            kinds |= self.inputs.roles.keys()  # a duty may be lifted by the day alone
        part = self.book.only({*asked, *fluents}, rules, norms)
        events = self.inputs.events(kinds)
        return interpret(events, part, self.facts, self.until, self.known, given)

    def row(self, span: Span) -> tuple[str | int | None, ...]:
        """A span as a row of a table of spans."""
        began, ended = span.began, span.ended
        end = (NEVER, None, NO_RULE) if ended is None else (span.stop, *self.cause(ended))
        return (*span.args, span.value, span.start, *self.cause(began), *end)

    def cause(self, cause: Cause) -> tuple[int, int]:
        """An event and the place of a rule."""
        return cause.seq, self.places.get(cause.rule, NO_RULE)


@dataclass(frozen=True, slots=True)
class _Effect:
    """An effect by its number in a rule and the rule's place; with the condition under which it
    comes about, apart from the guards on the instance that it touches.
    """

    place: int
    number: int
    rule: Rule
    effect: Effect
    guards: tuple[Guard, ...]
    condition: Condition


def _effect(place: int, rule: Rule, number: int) -> _Effect:
    """An effect of a rule. Raises Beyond."""
    effect = rule.effects[number]
    parted = guarded(rule, effect)
    if parted is None:
        raise Beyond("an effect that asks of other instances of its fluent")
    return _Effect(place, number, rule, effect, *parted)


def _cell(term: Term, bound: Mapping[str, str]) -> str | None:
    """What a term stands for in the row `h` whose columns give variables their values."""
    if isinstance(term, Const):
        return literal(term.text)
    return f"h.{bound[term.name]}" if term.name in bound else None


def _canonical(fluent: Fluent, cells: Sequence[str | None]) -> list[str]:
    """The arguments as columns; in a symmetric fluent the first two in order."""
    args = arg_names(len(fluent.params))
    if fluent.symmetric:
        one, other = cells[:2]
        cells = [f"least({one}, {other})", f"greatest({one}, {other})", *cells[2:]]
    return [f"{cell} AS {arg}" for cell, arg in zip(cells, args, strict=True)]


def _point(fluent: Fluent, cells: Sequence[str], value: str, one: _Effect, begins: bool) -> str:
    """The columns of the points that an effect makes."""
    rest = f"{value}::VARCHAR AS value, t.m AS m, {begins} AS begins, t.seq AS seq"
    mark = f"{one.place} AS rule_no, {one.number} AS effect_no"
    return ", ".join((*_canonical(fluent, cells), rest, mark))


def _nothing(args: Sequence[str]) -> str:
    """No points."""
    shown = ", ".join(f"''::VARCHAR AS {arg}" for arg in args)
    rest = "''::VARCHAR AS value, 0::BIGINT AS m, true AS begins, 0 AS seq, 0 AS rule_no"
    return f"SELECT {shown}{', ' * bool(args)}{rest}, 0 AS effect_no WHERE false"


def _by(args: Sequence[str]) -> str:
    return f"PARTITION BY {', '.join(args)} " if args else ""


def _spans_of_points(started: str, ends: Sequence[str], args: Sequence[str], valued: bool) -> str:
    """The spans of points at which instances begin and end; a start prevails at its moment.

    An end that names a value ends no other.
    """
    shown = ", ".join((*args, "m", "begins", "seq", "rule_no", "effect_no"))
    points = f"SELECT {shown}, value FROM {started}"
    steps: list[str] = []
    if ends:
        steps.append(f"ending AS ({' UNION ALL '.join(ends)})")
        points += f" UNION ALL SELECT {shown}, NULL AS value FROM ending"
    if ends and valued:
        last = (
            f"OVER ({_by((*args, 'm'))}ORDER BY seq DESC, rule_no DESC, effect_no DESC, value DESC)"
        )
        steps.append(f"one AS (SELECT * FROM {started} QUALIFY row_number() {last} = 1)")
        same = " AND ".join((*(f"e.{a} = s.{a}" for a in args), "s.m < e.m"))
        of_value = f"SELECT e.* FROM ending e ASOF JOIN one s ON {same} WHERE e.value = s.value"
        steps.append(f"fitting AS (FROM ending WHERE value IS NULL UNION ALL {of_value})")
        points = points.replace("FROM ending", "FROM fitting")
    order = f"{_by(args)}ORDER BY m, begins, seq, rule_no, effect_no, value"
    steps.append(
        f"final AS (SELECT * FROM ({points}) QUALIFY m IS DISTINCT FROM lead(m) OVER ({order}))"
    )
    return _stretches(steps, "final", args, "seq AS begin_seq, rule_no AS begin_rule", "rule_no")


def _spans_of_states(points: str, held: str, args: Sequence[str]) -> str:
    """The spans of the value (or none) that each instance has after each moment."""
    by = ", ".join((*args, "m"))
    prevails = f"OVER ({_by((*args, 'm'))}ORDER BY rule_no DESC, value DESC)"
    steps = [
        f"held AS (SELECT * FROM ({held}) QUALIFY row_number() {prevails} = 1)",
        f"final AS (SELECT {by}, p.seq, h.value, h.rule_no FROM {points} p "
        f"LEFT JOIN held h USING ({by}))",
    ]
    return _stretches(steps, "final", args, "seq AS begin_seq, rule_no AS begin_rule", NO_RULE)


def _stretches(
    steps: Sequence[str], states: str, args: Sequence[str], began: str, end_rule: str | int
) -> str:
    """The spans of states: of each instance its value, or none, from a moment to the next."""
    window = f"({_by(args)}ORDER BY m)"
    ended = f"lead({end_rule}) OVER {window}" if isinstance(end_rule, str) else str(end_rule)
    shown = ", ".join(
        (
            *(*args, "value", "m AS start", began),
            f"coalesce(lead(m) OVER {window}, {NEVER}) AS stop",
            f"lead(seq) OVER {window} AS end_seq, {ended} AS end_rule",
        )
    )
    turn = f"value IS DISTINCT FROM lag(value) OVER {window}"
    return (
        f"WITH {', '.join(steps)}, turned AS (SELECT * FROM {states} QUALIFY {turn}) "
        f"SELECT * FROM (SELECT {shown} FROM turned) WHERE value IS NOT NULL"
    )
