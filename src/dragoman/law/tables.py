"""The tables of a compiled law: the spans of each fluent, made by queries or from rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dragoman.law.book import LawBook
from dragoman.law.events import NEVER, Cause, Span
from dragoman.law.inputs import Inputs, make_table
from dragoman.law.rows import NO_RULE, SPAN, arg_names, both_orders, span_table
from dragoman.law.tree import Fluent, Trigger, Turn
from dragoman.law.where import Where

_WHOLE = ("start", "stop", "begin_seq", "end_seq", "begin_rule", "end_rule")


class Tables:
    """What is known of a book's fluents so far, over the tables of its inputs."""

    def __init__(self, inputs: Inputs, book: LawBook) -> None:
        self.inputs, self.book, self.connection = inputs, book, inputs.connection
        self.places = {rule.key: place for place, rule in enumerate(book.rules)}
        self.empty: set[str] = set()

    def where(self) -> Where:
        """An empty query over the spans made so far."""
        return Where(self.book.fluents, self.inputs)

    def occurs(self, trigger: Trigger) -> bool:
        """Whether there may be anything that fits a trigger: events of its kind, or spans."""
        if isinstance(trigger, Turn):
            return trigger.atom.fluent not in self.empty
        told = self.inputs.roles.get(trigger.event, {})
        return trigger.event in self.inputs.roles and all(role in told for role, _ in trigger.roles)

    def make(self, fluent: Fluent, sql: str) -> None:
        """Make the table of a fluent's spans by a query."""
        table = span_table(fluent)
        made = self.connection.execute(f"CREATE TEMP TABLE {table} AS {sql}").fetchall()
        if made == [(0,)]:
            self.empty.add(fluent.name)
        if fluent.symmetric:
            rest = (*arg_names(len(fluent.params))[2:], *SPAN)
            view, both = span_table(fluent, both_ways=True), both_orders(fluent, table, rest)
            self.connection.execute(f"CREATE TEMP VIEW {view} AS {both}")

    def keep(self, fluent: Fluent, rows: Iterable[tuple[str | int | None, ...]]) -> None:
        """Make the table of a fluent's spans from rows."""
        names = [*arg_names(len(fluent.params)), *SPAN]
        by_column = list(zip(*rows, strict=True)) or [()] * len(names)
        columns = {
            column: ("BIGINT" if column in _WHOLE else "VARCHAR", list(cells))
            for column, cells in zip(names, by_column, strict=True)
        }
        make_table(self.connection, "incoming", columns)
        self.make(fluent, "FROM incoming")
        self.connection.execute("DROP TABLE incoming")

    def keep_spans(self, name: str, spans: Iterable[Span]) -> None:
        """Make the table of a fluent's spans."""
        self.keep(self.book.fluents[name], map(self._row, spans))

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

    def _row(self, span: Span) -> tuple[str | int | None, ...]:
        """A span as a row of a table of spans."""
        began, ended = span.began, span.ended
        end = (NEVER, None, NO_RULE) if ended is None else (span.stop, *self._cause(ended))
        return (*span.args, span.value, span.start, *self._cause(began), *end)

    def _cause(self, cause: Cause) -> tuple[int, int]:
        """An event and the place of a rule."""
        return cause.seq, self.places.get(cause.rule, NO_RULE)
