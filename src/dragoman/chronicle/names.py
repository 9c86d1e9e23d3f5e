"""How names are compared: without regard to letter case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")


def fold(name: str) -> str:
    """The bare form of a name: `"Soviet Russia"` and `soviet-russia` are one.

    >>> fold("Čičerin"), fold("Soviet Russia"), fold("soviet-russia")
    ('cicerin', 'soviet russia', 'soviet russia')
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in plain if not unicodedata.combining(c)) if plain is not name else name
    return _NOT_WORD.sub(" ", bare.casefold().replace("_", " ")).strip()
