"""How many days "about" and "perhaps" allow on each side of a date.

EDTF gives `~` and `?` no width. A world says its own in `world.toml`; these are the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal, TypeAlias

from dragoman.problem import did_you_mean
from dragoman.when.when import BEGINNING, END_OF_TIME

if TYPE_CHECKING:
    from dragoman.when.calendar import Day

Precision: TypeAlias = Literal["day", "month", "season", "year", "decade", "century"]


@dataclass(frozen=True, slots=True)
class Widths:
    """Days added on each side of a date, by its precision.

    The defaults are half the unit, but three days for a day and 25 years for a century.
    """

    day: int = 3
    month: int = 15
    season: int = 45
    year: int = 183
    decade: int = 1826
    century: int = 9131

    def of(self, precision: Precision) -> int:
        """The width in days for dates of that precision."""
        return int(getattr(self, precision))


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What `~` (approximate) and `?` (uncertain) add; `%` is both and adds the wider."""

    approximate: Widths = field(default_factory=Widths)
    uncertain: Widths = field(default_factory=Widths)

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> Tolerance:
        """The tolerance in a world's `dates` table; what it does not name keeps its default.

        The table looks like `{"approximate": {"month": 20}, "uncertain": {"day": 1}}`, in days.
        Raises ValueError that names a wrong key and the nearest right one, or a wrong number.
        """
        _refuse_unknown(table, _names(cls), "dates")
        return cls(**{name: _widths(name, inner) for name, inner in table.items()})

    def days(self, precision: Precision, *, approximate: bool, uncertain: bool) -> int:
        """Days to add on each side of a date of that precision, so qualified."""
        return max(
            self.approximate.of(precision) if approximate else 0,
            self.uncertain.of(precision) if uncertain else 0,
        )


DEFAULT = Tolerance()


def widened(first: Day, last: Day, days: int) -> tuple[Day, Day]:
    """Both bounds moved outward by so many days, never past the ends of time."""
    return max(BEGINNING, first - days), min(END_OF_TIME, last + days)


def _widths(name: str, table: object) -> Widths:
    where = f"dates.{name}"
    if not isinstance(table, Mapping):
        raise ValueError(f"[{where}] is a table of days by precision, such as month = 20")
    _refuse_unknown(table, _names(Widths), where)
    for precision, days in table.items():
        if not isinstance(days, int) or isinstance(days, bool) or days < 0:
            raise ValueError(f"{where}.{precision} is {days!r}; give whole days, 0 or more")
    return Widths(**table)


def _names(table: type[Widths | Tolerance]) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(table))


def _refuse_unknown(table: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            hint = did_you_mean(str(key), known) or f"it may hold {', '.join(known)}"
            raise ValueError(f"[{where}] has no key “{key}”; {hint}")
