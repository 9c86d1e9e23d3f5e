"""A place in the words of a law, and the ways of moving along."""

from __future__ import annotations

from dragoman.law.tokens import KEYWORDS, Token
from dragoman.problem import Problem, Spot, did_you_mean

_DEEPEST = 60


class Fault(Exception):
    """Something that was not expected; the parser goes on at the next declaration."""

    def __init__(self, spot: Spot, message: str, mend: str = "") -> None:
        self.problem = Problem(spot, message, mend)


class Cursor:
    """Tokens, and which of them comes next."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        """The token that comes next; at the end, one of sort `end`."""
        return self.tokens[self.at]

    def ahead(self, count: int = 1) -> Token:
        """The token so many places after the next."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token; the cursor moves on."""
        token = self.next
        if token.sort != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Whether one of these words or signs comes next."""
        return self.next.text in texts and self.next.sort in ("word", "sign")

    def skip(self, *texts: str) -> bool:
        """Whether just these words or signs come next; they are passed over."""
        for count, text in enumerate(texts):
            token = self.ahead(count)
            if token.text != text or token.sort not in ("word", "sign"):
                return False
        self.at += len(texts)
        return True

    def expect(self, *texts: str) -> Token:
        """The next token, which must be one of these. Raises Fault."""
        if self.sees(*texts):
            return self.take()
        raise self.fault(" or ".join(f"“{t}”" for t in texts), texts)

    def expect_sort(self, sort: str, wanted: str) -> Token:
        """The next token, which must be of this sort. Raises Fault."""
        if self.next.sort == sort:
            return self.take()
        raise self.fault(wanted, ())

    def fault(self, wanted: str, among: tuple[str, ...] = ()) -> Fault:
        """What to say where something else was expected."""
        found = "the end of the file" if self.next.sort == "end" else f"“{self.next.text}”"
        mend = did_you_mean(self.next.text, [t for t in among if t.isalpha()])
        return Fault(self.next.spot, f"{wanted} was expected, not {found}", mend)

    def deeper(self, spot: Spot) -> None:
        """Count one more level of nesting. Raises Fault where there are too many."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Fault(spot, "the condition is nested too deeply")

    def string(self, wanted: str) -> str:
        """The next token as a text without its quotes, line breaks read as spaces."""
        return plain(self.expect_sort("text", wanted).text)

    def name(self, wanted: str) -> Token:
        """The next token, which must be a word that can name something. Raises Fault."""
        token = self.expect_sort("word", wanted)
        if token.text in KEYWORDS:
            raise Fault(token.spot, f"“{token.text}” is a word of the language, not a name")
        return token


def plain(quoted: str) -> str:
    """A quoted text without its quotes, line breaks read as spaces."""
    return " ".join(quoted[1:-1].split())
