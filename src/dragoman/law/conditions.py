"""From the words of a law to patterns, atoms and conditions."""

from __future__ import annotations

from dataclasses import replace

from dragoman.law.cursor import Cursor, Fault, plain
from dragoman.law.tokens import KEYWORDS, Token
from dragoman.law.tree import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Condition,
    Const,
    FactOf,
    Not,
    Operand,
    Or,
    Pattern,
    Some,
    Term,
    Today,
    Total,
    Trigger,
    Turn,
    Var,
)
from dragoman.problem import Spot

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class Conditions(Cursor):
    """Reads what rules and norms are made of."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.anonymous = 0

    # --- patterns and atoms ----------------------------------------------------------------

    def trigger(self) -> Trigger:
        """What a rule waits for: an act, the end of one, or the start or end of a fluent."""
        spot = self.next.spot
        turn = next((word for word in ("start", "end") if self.skip(word, "of")), "")
        names_roles = self.ahead(2).sort == "word" and self.ahead(3).text not in (",", ")")
        if turn == "start" or (turn and not names_roles):
            return Turn(turn == "start", self.atom(), spot)
        return self.pattern(ends=bool(turn))

    def pattern(self, ends: bool = False) -> Pattern:
        """A kind of act with terms for some of its roles."""
        kind = self.expect_sort("word", "a kind of act")
        roles: list[tuple[str, Term]] = []
        lacking: list[tuple[str, Spot]] = []
        self.expect("(")
        while not self.sees(")"):
            role = self.expect_sort("word", "a role of the act")
            if role.text == "no":
                role = self.expect_sort("word", "the role that the act must lack")
                lacking.append((role.text, role.spot))
            else:
                roles.append((role.text, self.term()))
            if not self.skip(","):
                break
        self.expect(")", ",")
        return Pattern(kind.text, ends, tuple(roles), tuple(lacking), kind.spot)

    def atom(self) -> Atom:
        """A fluent with its arguments, and perhaps its value."""
        name = self.name("a fluent")
        args: list[Term] = []
        self.expect("(")
        while not self.sees(")"):
            args.append(self.term())
            if not self.skip(","):
                break
        self.expect(")", ",")
        value = self.term() if self.skip("=") else None
        return Atom(name.text, tuple(args), value, name.spot)

    def term(self) -> Term:
        """A variable, a name, a number, a date or a text."""
        token = self.take()
        if token.sort == "var":
            return Var(token.text, token.spot)
        if token.sort == "anything":
            self.anonymous += 1
            return Var(f"_{self.anonymous}", token.spot)
        if token.sort in ("number", "date", "word"):
            if token.text in KEYWORDS:
                raise Fault(token.spot, f"“{token.text}” is a word of the language, not a name")
            return Const(token.text, token.sort, token.spot)
        if token.sort == "text":
            return Const(plain(token.text), "text", token.spot)
        self.at -= token.sort != "end"
        raise self.fault("a variable (P), a name or a number")

    # --- conditions ------------------------------------------------------------------------

    def condition(self) -> Condition:
        """Parts joined by `or`."""
        self.deeper(self.next.spot)
        parts = [self.conjunction()]
        while self.skip("or"):
            parts.append(self.conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self) -> Condition:
        """Parts joined by `and`."""
        parts = [self.simple()]
        while self.skip("and"):
            parts.append(self.simple())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def simple(self) -> Condition:
        """A condition that neither `and` nor `or` joins."""
        spot = self.next.spot
        if self.skip("not"):
            self.deeper(spot)
            negated = Not(self.simple(), spot)
            self.depth -= 1
            return negated
        if self.sees("some", "no"):
            negative = self.take().text == "no"
            variables = self.variables()
            self.deeper(spot)
            some = Some(variables, self.conjunction(), spot)
            self.depth -= 1
            return Not(some, spot) if negative else some
        if self.sees("(") and (inner := self.in_brackets()) is not None:
            return inner
        if self.next.sort == "word" and self.ahead().text == "(" and not self.opens_total():
            atom = self.atom()
            return replace(atom, day=self.operand()) if self.skip("on") else atom
        left = self.operand()
        op = self.expect(*_COMPARISONS)
        return Compare(left, op.text, self.operand(), spot)

    def in_brackets(self) -> Condition | None:
        """A condition in brackets; None where the brackets are those of arithmetic."""
        before = self.at, self.depth, self.anonymous
        arithmetic = ("+", "-", "*", "/", *_COMPARISONS)
        self.expect("(")
        try:
            inner = self.condition()
            self.expect(")")
        except Fault:
            if not self.sees(")", *arithmetic):
                raise
        else:
            if not self.sees(*arithmetic):
                return inner
        self.at, self.depth, self.anonymous = before
        return None

    # --- operands --------------------------------------------------------------------------

    def operand(self) -> Operand:
        """What can be compared: terms, `P.key`, `today`, totals and sums of these."""
        self.deeper(self.next.spot)
        left = self.product()
        while self.sees("+", "-"):
            sign = self.take()
            left = Arithmetic(left, sign.text, self.product(), sign.spot)
        self.depth -= 1
        return left

    def product(self) -> Operand:
        """Factors joined by `*` and `/`."""
        left = self.factor()
        while self.sees("*", "/"):
            sign = self.take()
            left = Arithmetic(left, sign.text, self.factor(), sign.spot)
        return left

    def factor(self) -> Operand:
        """One operand that no sign joins to another."""
        spot = self.next.spot
        if self.skip("("):
            inner = self.operand()
            self.expect(")")
            return inner
        if self.skip("today"):
            return Today(spot)
        if self.opens_total():
            return self.total()
        term = self.term()
        if isinstance(term, Var) and self.skip("."):
            key = self.expect_sort("word", "a key of the register")
            return FactOf(term, key.text, term.spot)
        return term

    def opens_total(self) -> bool:
        """Whether `count(` or `sum(` comes next."""
        return self.sees("count", "sum") and self.ahead().text == "("

    def total(self) -> Total:
        """`count(P: C)` or `sum(N for P: C)`."""
        word = self.take()
        self.expect("(")
        of = None
        if word.text == "sum":
            of = self.variable()
            self.expect("for")
        variables = self.variables()
        part = self.condition()
        self.expect(")")
        return Total(of, variables, part, word.spot)

    def variables(self) -> tuple[Var, ...]:
        """Variables parted by commas, and the colon after them."""
        found = [self.variable()]
        while self.skip(","):
            found.append(self.variable())
        self.expect(":")
        return tuple(found)

    def variable(self) -> Var:
        """A variable, such as P."""
        token = self.expect_sort("var", "a variable such as P")
        return Var(token.text, token.spot)
