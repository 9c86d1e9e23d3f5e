"""Which instances of a derived fluent may change, and when: as what it leans on begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dragoman.law.events import NEVER
from dragoman.law.rows import Beyond, agreement, arg_names, both_orders, literal, name, span_table
from dragoman.law.spans import canonical
from dragoman.law.tables import Tables
from dragoman.law.tree import And, Atom, Const, Fluent, Rule, Term
from dragoman.law.walk import atoms_of


class Reach:
    """The points at which instances of a fluent may change, by its rules."""

    def __init__(self, tables: Tables, fluent: Fluent) -> None:
        self.tables, self.fluent = tables, fluent
        self.rules = tables.book.derivations_of[fluent.name]
        self.args = arg_names(len(fluent.params))
        self.narrowed = any(map(_narrowed, self.rules))
        self.keyed = False

    def edges(self) -> list[str]:
        """All such points: queries of the arguments, `m`, `seq` and the `value` of the atom."""
        return list(
            dict.fromkeys(
                edge
                for rule in self.rules
                for atom, _sign in atoms_of(rule.condition)
                if atom.fluent not in self.tables.empty
                for edge in self.edges_of(rule, atom)
            )
        )

    def edges_of(self, rule: Rule, atom: Atom) -> tuple[str, str]:
        """The points at which an atom of a rule, of whatever value, begins; and where it ends."""
        assert rule.head is not None
        pairs = list(zip(arg_names(len(atom.args)), atom.args, strict=True))
        tests, _shared, bound = agreement(pairs, None)
        cells = [_cell(term, bound) for term in rule.head.args]
        table = span_table(self.tables.book.fluents[atom.fluent], both_ways=True)
        begins, ends = (
            self.instances(
                cells,
                [f"h.{edge} AS m", f"h.{seq} AS seq", "h.value"],
                f"{table} h",
                [*tests, f"h.{edge} <> {NEVER}"],
            )
            for edge, seq in (("start", "begin_seq"), ("stop", "end_seq"))
        )
        return begins, ends

    def instances(
        self,
        cells: Sequence[str | None],
        columns: Sequence[str],
        source: str,
        tests: Sequence[str] = (),
    ) -> str:
        """The rows of a source as rows of the instances that they touch.

        `cells` are the arguments; where one is left open, all instances that may ever hold.
        """
        if None in cells or self.narrowed:
            known = [f"k.{a} = {c}" for a, c in zip(self.args, cells, strict=True) if c is not None]
            source += f" JOIN {self.keys()} k ON {' AND '.join(known) or 'true'}"
            cells = [f"k.{a}" for a in self.args]
        shown = ", ".join((*canonical(self.fluent, cells), *columns))
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        return f"(SELECT {shown} FROM {source}{where})"

    def keys(self) -> str:
        """The table of the instances that may ever hold by the rules; made if it is not there."""
        table = name(f"key_{self.fluent.name}")
        if not self.keyed:
            ever = " UNION ".join(map(self.ever, self.rules))
            if self.fluent.symmetric:
                both = both_orders(self.fluent, "one", self.args[2:])
                ever = f"WITH one AS ({ever}) SELECT DISTINCT * FROM ({both})"
            self.tables.connection.execute(f"CREATE TEMP TABLE {table} AS {ever}")
            self.keyed = True
        return table

    def ever(self, rule: Rule) -> str:
        """The instances that may ever hold by a rule: perhaps too many, never too few."""
        assert rule.head is not None
        where = self.tables.where()
        rows = where.where(rule.condition, where.once(), "ever")
        cells = [rows.value(term) for term in rule.head.args]
        if None in cells:
            raise Beyond("a head that only time binds")
        shown = [f"{c} AS {a}" for c, a in zip(cells, self.args, strict=True)]
        sql = f"SELECT DISTINCT {', '.join(shown)} FROM {rows.name} t"
        return f"({where.select(sql)})"

    def forget(self) -> None:
        """Drop what was made on the way."""
        if self.keyed:
            self.tables.connection.execute(f"DROP TABLE {name(f'key_{self.fluent.name}')}")


def _narrowed(rule: Rule) -> bool:
    """Whether the registers alone bar some instances, so that it pays to know the others."""
    parts = rule.condition.parts if isinstance(rule.condition, And) else (rule.condition,)
    return any(next(atoms_of(part), None) is None for part in parts)


def _cell(term: Term, bound: Mapping[str, str]) -> str | None:
    """What a term stands for in the row `h` whose columns give variables their values."""
    if isinstance(term, Const):
        return literal(term.text)
    return f"h.{bound[term.name]}" if term.name in bound else None
