"""How names are compared: without regard to letter case, accents, punctuation or romanisation."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")

#: Letters by which romanisations of one name differ, in the order in which they are made alike.
_ALIKE = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"shch|schtsch|tsch|tch|cz|ch|ts|tz", "c"),
        (r"sch|sh|sz|zh|z", "s"),
        (r"kh|x", "h"),
        (r"ph|f|w", "v"),
        (r"ck|q", "k"),
        (r"[jy]", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)e$", ""),
    )
)


def fold(name: str) -> str:
    """The bare form of a name: `"Soviet Russia"` and `soviet-russia` are one.

    >>> fold("Čičerin"), fold("Soviet Russia"), fold("soviet-russia")
    ('cicerin', 'soviet russia', 'soviet russia')
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in plain if not unicodedata.combining(c)) if plain is not name else name
    return _NOT_WORD.sub(" ", bare.casefold().replace("_", " ")).strip()


def sound(name: str) -> str:
    """A key that is the same however a Russian name is put into Latin letters.

    It serves English, German, French, Polish and scholarly spellings, and is coarse: words that
    share it need not be one name.

    >>> {sound(name) for name in ("Chicherin", "Tchitchérine", "Tschitscherin", "Čičerin")}
    {'cicerin'}
    """
    return " ".join(map(_sound, fold(name).split()))


def _sound(word: str) -> str:
    for pattern, letter in _ALIKE:
        word = pattern.sub(letter, word)
    return word
