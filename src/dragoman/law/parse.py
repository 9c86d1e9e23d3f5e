"""From `.law` text to its tree, by recursive descent; every fault of the file comes back.

The grammar stands in docs/law-language.md. After a fault the parser goes on at the next
declaration, so one slip does not hide the others.
"""

from __future__ import annotations

import dataclasses

from dragoman.law.conditions import Conditions
from dragoman.law.cursor import Fault
from dragoman.law.tokens import KEYWORDS, Token, tokens_of
from dragoman.law.tree import (
    ALWAYS,
    NEVER,
    Atom,
    Condition,
    Effect,
    Fluent,
    Lapse,
    Law,
    Norm,
    Operand,
    Param,
    Pattern,
    Reading,
    Rule,
    Trigger,
)
from dragoman.problem import Problem

_DECLARATIONS = ("fluent", "rule", "norm", "reading")
_VERBS = ("requires", "forbidden", "obliges", "expects")


def parse_law(text: str, name: str) -> tuple[Law | None, list[Problem]]:
    """Read one law file; `name` is the file name to show. None if it has no head."""
    tokens, problems = tokens_of(text, name)
    return _Parser(text, tokens, problems).law(), problems


class _Parser(Conditions):
    def __init__(self, text: str, tokens: list[Token], problems: list[Problem]) -> None:
        super().__init__(tokens)
        self.text, self.problems = text, problems
        self.law_name = ""

    def law(self) -> Law | None:
        spot = self.next.spot
        try:
            self.expect("law")
            self.law_name = self.expect_sort("word", "the name of the law").text
            title = self.string("the title of the law in double quotes")
        except Fault as fault:
            mend = fault.problem.mend or 'begin the file with: law NAME "what it is about"'
            self.problems.append(dataclasses.replace(fault.problem, mend=mend))
            return None
        fluents: list[Fluent] = []
        readings: list[Reading] = []
        rules: list[Rule] = []
        norms: list[Norm] = []
        while self.next.sort != "end":
            try:
                head = self.expect(*_DECLARATIONS)
                if head.text == "fluent":
                    fluents.append(self.fluent())
                elif head.text == "reading":
                    readings.append(self.reading(head))
                elif head.text == "rule":
                    rules.append(self.rule(head))
                else:
                    norms.append(self.norm(head))
            except Fault as fault:
                self.problems.append(fault.problem)
                self.recover()
        declared = (tuple(fluents), tuple(readings), tuple(rules), tuple(norms))
        return Law(self.law_name, title, *declared, self.text, spot)

    def recover(self) -> None:
        """Go on at the next line that opens a declaration."""
        self.depth = 0
        self.take()
        while self.next.sort != "end" and not (
            self.next.opens_line and self.next.text in _DECLARATIONS
        ):
            self.take()

    # --- declarations ----------------------------------------------------------------------

    def fluent(self) -> Fluent:
        name = self.name("the name of the fluent")
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
        silent = self.skip("open")
        first_value = None
        if self.skip("at", "first"):
            named = self.next.sort in ("number", "date", "word") and self.next.text not in KEYWORDS
            first_value = self.take().text if named else ""
        gloss = self.string("the sentence of the fluent") if self.next.sort == "text" else ""
        return Fluent(
            name.text,
            self.law_name,
            tuple(params),
            value,
            choices,
            symmetric,
            gloss,
            name.spot,
            silent,
            first_value,
        )

    def reading(self, head: Token) -> Reading:
        name = self.name("the name of the reading")
        title = self.string("what the reading says, in double quotes")
        return Reading(name.text, self.law_name, title, head.spot)

    def rule(self, head: Token) -> Rule:
        name, reading, under = self.heading("the name of the rule")
        trigger: Trigger | None = None
        effects: tuple[Effect, ...] = ()
        atom: Atom | None = None
        lapse: Lapse | None = None
        condition: Condition = ALWAYS
        if self.opens_with_fluent():
            head_atom = self.atom()
            if self.expect("holds", "lapses").text == "holds":
                self.expect("while")
                atom, condition = head_atom, self.condition()
            else:
                lapse = self.lapse(head_atom)
                condition = self.condition() if self.skip("if") else ALWAYS
        else:
            trigger = self.trigger()
            effects = tuple(self.effects())
            condition = self.condition() if self.skip("if") else ALWAYS
        said = (*self.tail(head), name.spot, reading, under)
        return Rule(name.text, self.law_name, *said, trigger, effects, atom, lapse, condition)

    def heading(self, wanted: str) -> tuple[Token, str, tuple[Atom, ...]]:
        """The name of a rule or norm, the reading it belongs to, and what it stands under."""
        name = self.expect_sort("word", wanted)
        reading = self.name("the name of a reading").text if self.skip("in") else ""
        under: list[Atom] = []
        if self.skip("under"):
            under.append(self.atom())
            while self.skip("and"):
                under.append(self.atom())
        self.expect(":")
        return name, reading, tuple(under)

    def opens_with_fluent(self) -> bool:
        """Whether a fluent that holds or lapses comes next, rather than something that happens."""
        if self.next.text in ("start", "end") and self.ahead().text == "of":
            return False
        ahead = self.at
        while self.tokens[ahead].text != ")" and self.tokens[ahead].sort != "end":
            ahead += 1
        after = self.tokens[min(ahead + 1, len(self.tokens) - 1)]
        return after.text in ("holds", "lapses", "=")

    def lapse(self, atom: Atom) -> Lapse:
        """How long a fluent holds at most: what follows `lapses`."""
        self.expect("after")
        limit = self.operand()
        days = self.skip("days") or self.skip("day")
        renewed = self.skip("renewed")
        to = self.term() if self.skip("to") else None
        return Lapse(atom, limit, days, renewed, to)

    def effects(self) -> list[Effect]:
        if not self.sees("initiates", "terminates"):
            wanted = "“initiates”, “terminates”, “holds while” or “lapses after”"
            raise self.fault(wanted, ("initiates", "terminates", "holds", "lapses"))
        effects: list[Effect] = []
        while self.sees("initiates", "terminates"):
            starts = self.take().text == "initiates"
            effects.append(Effect(starts, self.atom()))
            while self.skip(",") and not self.sees("initiates", "terminates"):
                effects.append(Effect(starts, self.atom()))
        return effects

    def norm(self, head: Token) -> Norm:
        name, reading, under = self.heading("the name of the norm")
        trigger = self.trigger()
        verb = self.expect(*_VERBS).text
        condition: Condition = ALWAYS
        answer: Pattern | None = None
        limit: Operand | None = None
        if verb == "requires":
            condition = self.condition()
        elif verb != "forbidden":
            answer = self.pattern()
            self.expect("within")
            limit = self.operand()
            self.expect("days", "day")
        scope = self.condition() if self.skip("while") else ALWAYS
        if verb == "forbidden":
            condition = self.condition() if self.skip("except") else NEVER
        said = (*self.tail(head), name.spot, reading, under)
        return Norm(name.text, self.law_name, *said, trigger, verb, condition, scope, answer, limit)

    def tail(self, head: Token) -> tuple[str, str, str]:
        """The sentence and the source that close a rule, and the rule as written."""
        said = {"because": "", "source": ""}
        while self.sees("because", "source"):
            word = self.take()
            if said[word.text]:
                raise Fault(word.spot, f"“{word.text}” stands twice")
            said[word.text] = self.string("a text in double quotes")
        if self.next.sort != "end" and not self.sees(*_DECLARATIONS):
            among = ("and", "or", "because", "source", "if", "while", "except", *_DECLARATIONS)
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
