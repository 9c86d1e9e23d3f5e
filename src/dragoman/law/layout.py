"""The canonical layout of a law file.

A declaration begins its line; what belongs to it is indented. `because` and `source` stand on lines
of their own, and so does the sentence of a fluent. What does not fit a line goes on below, broken
before a word that opens a part. A declaration with a comment inside is left as it stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from dragoman.law.tokens import Token, tokens_of

_WIDTH = 100
#: A line is broken no sooner than after this share of it.
_LEAST = 0.35
_DECLARATIONS = ("fluent", "reading", "rule", "norm")
#: Words before which a long line is best broken, the best first.
_BREAKS = (
    ("initiates", "terminates", "holds", "lapses", "requires", "forbidden", "obliges", "expects"),
    ("if", "while", "except", "within"),
    ("or",),
    ("and",),
)


def laid_out(text: str) -> str:
    """The text of a law file in canonical layout; as it is where it has no tokens or faults."""
    tokens, problems = tokens_of(text, "")
    if problems or len(tokens) < 2:
        return text
    starts = [n for n, token in enumerate(tokens) if _opens(token)]
    if starts[:1] != [0]:
        return text
    ends = [*starts[1:], len(tokens) - 1]
    pieces: list[tuple[str, str]] = []
    for start, end in zip(starts, ends, strict=True):
        own = tokens[start:end]
        gap = text[(tokens[start - 1].end if start else 0) : own[0].start]
        remark, _, gap = gap.partition("\n") if start else ("", "", gap)
        if remark.strip() and pieces:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]}  {remark.strip()}")
        before = _comments(gap)
        written = text[own[0].start : own[-1].end]
        inner = "#" in "".join(_gaps(text, own))
        pieces.append((before, written if inner else _declaration(own)))
    remark, _, gap = text[tokens[-2].end :].partition("\n")
    if remark.strip():
        pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]}  {remark.strip()}")
    last = _comments(gap)
    result = ""
    for n, (comment, piece) in enumerate(pieces):
        word = piece.split(" ", 1)[0]
        close = n and word == pieces[n - 1][1].split(" ", 1)[0] == "fluent" and not comment
        result += ("" if not n or close else "\n") + comment + piece + "\n"
    result += f"\n{last}" if last else ""
    same = [(t.sort, t.text) for t in tokens_of(result, "")[0]]
    return result if same == [(t.sort, t.text) for t in tokens] else text


def _opens(token: Token) -> bool:
    return token.opens_line and (token.text in _DECLARATIONS or token.text == "law")


def _comments(gap: str) -> str:
    """The comments between two declarations, a line each."""
    lines = [line.strip() for line in gap.split("\n")]
    return "".join(f"{line}\n" for line in lines if line.startswith("#"))


def _gaps(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    for one, other in itertools.pairwise(tokens):
        yield text[one.end : other.start]


def _declaration(tokens: Sequence[Token]) -> str:
    """One declaration: its head line, wrapped, and the lines that belong to it."""
    cuts = [
        n
        for n, token in enumerate(tokens)
        if n and (token.text in ("because", "source") or _is_gloss(tokens, n))
    ]
    parts = [tokens[a:b] for a, b in zip([0, *cuts], [*cuts, len(tokens)], strict=True)]
    lines = _wrapped(parts[0])
    lines += [f"  {_line(part)}" for part in parts[1:]]
    return "\n".join(lines)


def _is_gloss(tokens: Sequence[Token], n: int) -> bool:
    return tokens[0].text == "fluent" and tokens[n].sort == "text" and n == len(tokens) - 1


def _wrapped(tokens: Sequence[Token]) -> list[str]:
    lines: list[str] = []
    rest = list(tokens)
    while rest:
        pad = "    " if lines else ""
        if len(pad + _line(rest)) <= _WIDTH:
            lines.append(pad + _line(rest))
            break
        cut = _cut(rest, _WIDTH - len(pad))
        lines.append(pad + _line(rest[:cut]))
        rest = rest[cut:]
    return lines


def _cut(tokens: Sequence[Token], width: int) -> int:
    """Where to break a line that is too long: outside brackets, before the best word, far along."""
    fits = [n for n in range(1, len(tokens)) if len(_line(tokens[:n])) <= width]
    depths = list(itertools.accumulate(_depth(token) for token in tokens))
    far = [n for n in fits if len(_line(tokens[:n])) >= _LEAST * width]
    colon = next((n + 1 for n in far if tokens[n].text == ":" and not depths[n]), 0)
    if colon and any(token.text in ("under", "in") for token in tokens[:colon]):
        return colon
    places = [
        (depths[n - 1], rank, -n)
        for n in far
        for rank, words in enumerate(_BREAKS)
        if tokens[n].text in words
    ]
    if places:
        return -min(places)[2]
    commas = [(depths[n - 1], -n) for n in far if tokens[n - 1].text == ","]
    return -min(commas)[1] if commas else (fits[-1] if fits else 1)


def _depth(token: Token) -> int:
    return {"(": 1, ")": -1}.get(token.text, 0) if token.sort == "sign" else 0


def _line(tokens: Sequence[Token]) -> str:
    """Tokens with the blanks that belong between them."""
    line = ""
    for n, token in enumerate(tokens):
        before = tokens[n - 1] if n else None
        written = " ".join(token.text.split()) if token.sort == "text" else token.text
        line += (" " if before is not None and _apart(tokens, n) else "") + written
    return line


def _apart(tokens: Sequence[Token], n: int) -> bool:
    one, other = tokens[n - 1], tokens[n]
    if other.text in (")", ",", ":", ".") and other.sort == "sign":
        return False
    if one.text in ("(", ".") and one.sort == "sign":
        return False
    if "." in (one.text, other.text) or (other.text == "/" or one.text == "/"):
        return False
    if other.text == "(":
        return not (one.sort == "word" and one.text not in _SPACED)
    return True


#: Words after which a bracket opens a part of a condition, not arguments.
_SPACED = ("and", "or", "not", "if", "while", "requires", "except", "after", "within", "on", "to")
