"""From `.law` text to its tree, by recursive descent; every fault of the file comes back.

The grammar stands in docs/law-language.md. After a fault the parser goes on at the next
declaration, so one slip does not hide the others.
"""

from __future__ import annotations

import dataclasses

from dragoman.law.tokens import KEYWORDS, Token, tokens_of
from dragoman.law.tree import (
    ALWAYS,
    And,
    Atom,
    Compare,
    Condition,
    Const,
    Effect,
    FactOf,
    Fluent,
    Law,
    Norm,
    Not,
    Operand,
    Or,
    Param,
    Pattern,
    Rule,
    Some,
    Term,
    Var,
)
from dragoman.problem import Problem, Spot, did_you_mean

_DECLARATIONS = ("fluent", "rule", "norm")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_DEEPEST = 60


class _Fault(Exception):
    def __init__(self, spot: Spot, message: str, mend: str = "") -> None:
        self.problem = Problem(spot, message, mend)


def parse_law(text: str, name: str) -> tuple[Law | None, list[Problem]]:
    """Read one law file; `name` is the file name to show. None if it has no head."""
    tokens, problems = tokens_of(text, name)
    return _Parser(text, tokens, problems).law(), problems


class _Parser:
    def __init__(self, text: str, tokens: list[Token], problems: list[Problem]) -> None:
        self.text, self.tokens, self.problems = text, tokens, problems
        self.at = 0
        self.law_name = ""
        self.anonymous = 0
        self.depth = 0

    # --- moving along ----------------------------------------------------------------------

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        if token.sort != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.next.text in texts and self.next.sort in ("word", "sign")

    def skip(self, text: str) -> bool:
        if self.sees(text):
            self.take()
            return True
        return False

    def expect(self, *texts: str) -> Token:
        if self.sees(*texts):
            return self.take()
        raise self.fault(" or ".join(f"“{t}”" for t in texts), texts)

    def expect_sort(self, sort: str, wanted: str) -> Token:
        if self.next.sort == sort:
            return self.take()
        raise self.fault(wanted, ())

    def fault(self, wanted: str, among: tuple[str, ...] = ()) -> _Fault:
        found = "the end of the file" if self.next.sort == "end" else f"“{self.next.text}”"
        mend = did_you_mean(self.next.text, [t for t in among if t.isalpha()])
        return _Fault(self.next.spot, f"{wanted} was expected, not {found}", mend)

    # --- declarations ----------------------------------------------------------------------

    def law(self) -> Law | None:
        spot = self.next.spot
        try:
            self.expect("law")
            self.law_name = self.expect_sort("word", "the name of the law").text
            title = self.string("the title of the law in double quotes")
        except _Fault as fault:
            mend = fault.problem.mend or 'begin the file with: law NAME "what it is about"'
            self.problems.append(dataclasses.replace(fault.problem, mend=mend))
            return None
        fluents: list[Fluent] = []
        rules: list[Rule] = []
        norms: list[Norm] = []
        while self.next.sort != "end":
            try:
                head = self.expect(*_DECLARATIONS)
                if head.text == "fluent":
                    fluents.append(self.fluent())
                elif head.text == "rule":
                    rules.append(self.rule(head))
                else:
                    norms.append(self.norm(head))
            except _Fault as fault:
                self.problems.append(fault.problem)
                self.recover()
        return Law(
            self.law_name, title, tuple(fluents), tuple(rules), tuple(norms), self.text, spot
        )

    def recover(self) -> None:
        """Go on at the next line that opens a declaration."""
        self.depth = 0
        self.take()
        while self.next.sort != "end" and not (
            self.next.opens_line and self.next.text in _DECLARATIONS
        ):
            self.take()

    def fluent(self) -> Fluent:
        name = self.expect_sort("word", "the name of the fluent")
        self.no_keyword(name)
        params: list[Param] = []
        self.expect("(")
        while not self.sees(")"):
            first = self.expect_sort("word", "a parameter")
            second = self.expect_sort("word", "its type") if self.skip(":") else first
            params.append(Param(first.text, second.text, second.spot))
            if not self.skip(","):
                break
        self.expect(")", ",")
        value: str | None = None
        choices: tuple[str, ...] = ()
        if self.skip("="):
            words = [self.expect_sort("word", "the type of the value, or its words").text]
            while self.skip("|"):
                words.append(self.expect_sort("word", "another word").text)
            value, choices = ("text", tuple(words)) if words[1:] else (words[0], ())
        symmetric = self.skip("symmetric")
        gloss = self.string("the sentence of the fluent") if self.next.sort == "text" else ""
        return Fluent(
            name.text, self.law_name, tuple(params), value, choices, symmetric, gloss, name.spot
        )

    def rule(self, head: Token) -> Rule:
        name = self.expect_sort("word", "the name of the rule")
        self.expect(":")
        atom: Atom | None = None
        pattern: Pattern | None = None
        effects: tuple[Effect, ...] = ()
        condition: Condition = ALWAYS
        if self.opens_with_fluent():
            atom = self.atom()
            self.expect("holds")
            self.expect("while")
            condition = self.condition()
        else:
            pattern = self.pattern()
            effects = tuple(self.effects())
            if self.skip("if"):
                condition = self.condition()
        said = self.tail(head)
        return Rule(name.text, self.law_name, *said, name.spot, pattern, effects, atom, condition)

    def opens_with_fluent(self) -> bool:
        """Whether `fluent(…) holds` or `fluent(…) = …` comes next, rather than a kind of act."""
        ahead = self.at
        while self.tokens[ahead].text != ")" and self.tokens[ahead].sort != "end":
            ahead += 1
        return self.tokens[min(ahead + 1, len(self.tokens) - 1)].text in ("holds", "=")

    def effects(self) -> list[Effect]:
        if not self.sees("initiates", "terminates"):
            wanted = "“initiates”, “terminates” or “holds while”"
            raise self.fault(wanted, ("initiates", "terminates", "holds"))
        effects: list[Effect] = []
        while self.sees("initiates", "terminates"):
            starts = self.take().text == "initiates"
            effects.append(Effect(starts, self.atom()))
            while self.skip(",") and not self.sees("initiates", "terminates"):
                effects.append(Effect(starts, self.atom()))
        return effects

    def norm(self, head: Token) -> Norm:
        name = self.expect_sort("word", "the name of the norm")
        self.expect(":")
        pattern = self.pattern()
        self.expect("requires")
        condition = self.condition()
        said = self.tail(head)
        return Norm(name.text, self.law_name, *said, name.spot, pattern, condition)

    def tail(self, head: Token) -> tuple[str, str, str]:
        """The sentence and the source that close a rule, and the rule as written."""
        said = {"because": "", "source": ""}
        while self.sees("because", "source"):
            word = self.take()
            if said[word.text]:
                raise _Fault(word.spot, f"“{word.text}” stands twice")
            said[word.text] = self.string("a text in double quotes")
        if self.next.sort != "end" and not self.sees(*_DECLARATIONS):
            among = ("and", "or", "because", "source", "if", *_DECLARATIONS)
            fault = self.fault("“because”, “source” or the next declaration", among)
            if not self.next.opens_line:
                raise fault
            self.problems.append(fault.problem)  # a slip in what follows; this rule is whole
            closing = self.tokens[self.at - 1].end
            self.recover()
            return said["because"], said["source"], self.text[head.start : closing]
        for word_text, text in said.items():
            if not text:
                mend = f'add: {word_text} "…"'
                self.problems.append(Problem(head.spot, f"there is no “{word_text}”", mend))
        return said["because"], said["source"], self.text[head.start : self.tokens[self.at - 1].end]

    # --- patterns and atoms ----------------------------------------------------------------

    def pattern(self) -> Pattern:
        kind = self.expect_sort("word", "a kind of act")
        ends = kind.text == "end" and self.skip("of")
        if ends:
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
        name = self.expect_sort("word", "a fluent")
        self.no_keyword(name)
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
        token = self.take()
        if token.sort == "var":
            return Var(token.text, token.spot)
        if token.sort == "anything":
            self.anonymous += 1
            return Var(f"_{self.anonymous}", token.spot)
        if token.sort in ("number", "date", "word"):
            sort = "number" if token.sort == "number" else "word"
            if token.text in KEYWORDS:
                raise _Fault(token.spot, f"“{token.text}” is a word of the language, not a name")
            return Const(token.text, sort, token.spot)
        if token.sort == "text":
            return Const(_plain(token.text), "text", token.spot)
        self.at -= token.sort != "end"
        raise self.fault("a variable (P), a name or a number")

    # --- conditions ------------------------------------------------------------------------

    def condition(self) -> Condition:
        self.deeper(self.next.spot)
        parts = [self.conjunction()]
        while self.skip("or"):
            parts.append(self.conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self) -> Condition:
        parts = [self.simple()]
        while self.skip("and"):
            parts.append(self.simple())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def simple(self) -> Condition:
        spot = self.next.spot
        if self.skip("not"):
            self.deeper(spot)
            negated = Not(self.simple(), spot)
            self.depth -= 1
            return negated
        if self.sees("some", "no"):
            negative = self.take().text == "no"
            variables = [self.variable()]
            while self.skip(","):
                variables.append(self.variable())
            self.expect(":")
            self.deeper(spot)
            some = Some(tuple(variables), self.conjunction(), spot)
            self.depth -= 1
            return Not(some, spot) if negative else some
        if self.skip("("):
            inner = self.condition()
            self.expect(")")
            return inner
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.next.sort == "word" and following.text == "(":
            return self.atom()
        left = self.operand()
        op = self.expect(*_COMPARISONS)
        return Compare(left, op.text, self.operand(), spot)

    def operand(self) -> Operand:
        term = self.term()
        if isinstance(term, Var) and self.skip("."):
            key = self.expect_sort("word", "a key of the register")
            return FactOf(term, key.text, term.spot)
        return term

    def variable(self) -> Var:
        token = self.expect_sort("var", "a variable such as P")
        return Var(token.text, token.spot)

    # --- small things ----------------------------------------------------------------------

    def deeper(self, spot: Spot) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Fault(spot, "the condition is nested too deeply")

    def string(self, wanted: str) -> str:
        return _plain(self.expect_sort("text", wanted).text)

    def no_keyword(self, token: Token) -> None:
        if token.text in KEYWORDS:
            raise _Fault(token.spot, f"“{token.text}” is a word of the language, not a name")


def _plain(quoted: str) -> str:
    """A quoted text without its quotes, line breaks read as spaces."""
    return " ".join(quoted[1:-1].split())
