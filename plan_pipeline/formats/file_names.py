"""Names of files that every file system takes, made of whatever a plan or workout is called."""

import re
import unicodedata
from typing import Final

MAX_SLUG: Final = 60
"""Characters; paths of some programs end at 260."""

_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that Windows keeps for devices, whatever follows a dot."""

_LETTERS: Final = str.maketrans({"×": "x", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "′": "", "’": ""})
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(text: str, instead: str = "workout") -> str:
    """Letters, digits and dashes that a text can be told by; ``instead`` where it has none."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    found = _OTHER.sub("-", plain).strip("-")[:MAX_SLUG].strip("-")
    return f"{found}-{instead}" if found in _RESERVED else found or instead
