"""What is wrong with a date, where in it, and how to mend it."""

from __future__ import annotations


class DateError(ValueError):
    """A date that cannot be read.

    `message` says what is wrong ("February 1922 has 28 days"), `column` where in the text it
    starts (counted from 0), `mend` what to do ("write 1922-04-16"), or "" if nothing is plain.
    """

    def __init__(self, message: str, column: int = 0, mend: str = "") -> None:
        super().__init__(message, column, mend)
        self.message = message
        self.column = column
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message}; {self.mend}" if self.mend else self.message


class Unrecognised(DateError):
    """A text of no known shape: another reader may yet know it.

    `length` is how much of the text from `column` on was not recognised.
    """

    def __init__(self, message: str, column: int = 0, mend: str = "", length: int = 0) -> None:
        super().__init__(message, column, mend)
        self.length = length


def not_edtf(text: str) -> str:
    """The message for a text, or a part of one, that has no shape EDTF knows."""
    return f"“{text}” is not a date as EDTF writes it"
