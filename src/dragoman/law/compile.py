"""The compiler: a law book as statements of SQL over tables of events, run in DuckDB.

Where the interpreter walks, a query looks at all moments at once. Fluents are made in groups,
each after those that it asks of (`strata`). Most are relations: the points at which acts begin or
end a fluent (`begun`), or at which what it leans on changes (`derived`), fall into spans. One whose
effects hang on its own state, or that lapses, is gone through instance by instance (`scan`). What
neither can say, such as a ring of fluents, is walked: the interpreter is given the spans made so
far, and only those events that matter. So is a norm that hangs on open facts, or begins a duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import duckdb

from dragoman.law.begun import Begun
from dragoman.law.book import LawBook
from dragoman.law.cells import add_functions, remove_functions
from dragoman.law.derived import Derived
from dragoman.law.events import Derivation, Event, Facts, Finding
from dragoman.law.inputs import Inputs, load
from dragoman.law.interpret import horizon, interpret
from dragoman.law.rows import Beyond, column
from dragoman.law.strata import asked_by, groups_of, heads_of, leans_of
from dragoman.law.tables import Tables
from dragoman.law.tree import Norm, Pattern
from dragoman.when import BEGINNING, Day


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

    `run` makes the table `span_F` for each fluent `F` (see `rows`) and gathers the findings;
    `until` and `known` are as in `interpret`.
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
        last = inputs.last_day()
        self.until, self.known = horizon(BEGINNING if last is None else last, until, known)
        self.tables = Tables(inputs, book)
        self.begun = Begun(self.tables, facts, self.until)
        self.derived = Derived(self.tables)
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
        spans = [span for fluent in self.book.fluents for span in self.tables.spans(fluent)]
        spans.sort(key=lambda s: (s.fluent, s.args, s.start, s.value))
        return Derivation(tuple(spans), tuple(sorted(self.findings)))

    def group(self, group: Sequence[str]) -> None:
        """Make the spans of fluents that ask of one another, or of one that does not."""
        fluent = self.book.fluents[group[0]]
        try:
            if len(group) > 1:
                raise Beyond("fluents that ask of one another")
            if fluent.name in self.book.derivations_of:
                self.derived.make(fluent)
            else:
                self.begun.make(fluent)
        except Beyond:
            found = self.walk(group, ())
            for name in group:
                spans = (span for span in found.spans if span.fluent == name)
                self.tables.keep_spans(name, spans)

    def norm(self, norm: Norm) -> None:
        """Gather the findings of a norm, or leave it to be walked."""
        if not self.tables.occurs(norm.trigger):
            return
        hangs = any(self.book.fluents[name].open for name in asked_by(norm))
        if hangs or norm.lasts:
            self.walked.append(norm)
            return
        where = self.tables.where()
        try:
            fits = where.trigger(norm.trigger)
            scope = where.where(norm.scope, fits, "before")
            unmet = where.negated(norm.condition, scope, "before")
        except Beyond:
            self.walked.append(norm)
            return
        names = sorted(fits.bound)
        shown = ", ".join(("seq", *map(column, names)))
        sql = where.select(f"SELECT DISTINCT {shown} FROM {unmet.name}")
        for seq, *values in self.inputs.connection.execute(sql).fetchall():
            bindings = tuple(zip(names, values, strict=True))
            self.findings.append(Finding(seq, norm.key, bindings, norm.fault))

    def walk_norms(self) -> None:
        """Gather the findings of the norms that are walked, with the open fluents they ask of.

        Of those the interpreter must know what the chronicle denies.
        """
        asked = dict.fromkeys(name for norm in self.walked for name in asked_by(norm))
        silent = [name for name in asked if self.book.fluents[name].open]
        self.findings += self.walk(silent, self.walked).findings

    def walk(self, fluents: Sequence[str], norms: Sequence[Norm]) -> Derivation:
        """What the interpreter makes of some fluents and norms, the other fluents being given."""
        rules = [
            replace(rule, effects=tuple(e for e in rule.effects if e.atom.fluent in fluents))
            for rule in self.book.rules
            if not set(fluents).isdisjoint(heads_of(rule))
        ]
        asked = {lean.on for rule in rules for lean in leans_of(rule)}
        asked |= {name for norm in norms for name in asked_by(norm)}
        given = {name: list(self.tables.spans(name)) for name in asked.difference(fluents)}
        patterns = [
            *(rule.trigger for rule in rules),
            *(pattern for norm in norms for pattern in (norm.trigger, norm.answer)),
        ]
        kinds = {pattern.event for pattern in patterns if isinstance(pattern, Pattern)}
        part = self.book.only({*asked, *fluents}, rules, norms)
        events = self.inputs.events(kinds)
        return interpret(events, part, self.facts, self.until, self.known, given)
