"""A date as a source gives it: its canonical text, and the days it can mean.

`edtf` makes these out of text; everything that reckons with dates needs only this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dragoman.when.calendar import Day

BEGINNING: Final[Day] = -1_000_000_000
"""The first bound of what has no known beginning: 2.7 million years ago, so that the
difference of any two days still fits a 32-bit column."""

END_OF_TIME: Final[Day] = 1_000_000_000
"""The last bound of what has no known end."""


@dataclass(frozen=True, slots=True)
class When:
    """When something happened, or from when to when it lasted.

    `earliest` and `latest` bound the one day meant; if the thing lasted, they bound its first
    day and `until` bounds its last. All bounds are days (see `calendar`), both included, and
    new style even where the text is old style. Two are equal if all their fields are.
    """

    text: str
    earliest: Day
    latest: Day
    until: tuple[Day, Day] | None = None
    approximate: bool = False
    uncertain: bool = False
    old_style: bool = False

    @property
    def exact(self) -> bool:
        """Whether this is one known day."""
        return self.until is None and self.earliest == self.latest

    @property
    def durative(self) -> bool:
        """Whether it lasted (an interval `a/b`), rather than fell on one day."""
        return self.until is not None

    @property
    def sort_key(self) -> tuple[Day, Day]:
        """By the day on which it had surely happened or begun, then by the earliest."""
        return self.latest, self.earliest
