"""Lines of CSV as RFC 4180 has them, which spreadsheets take as text where it is text."""

from collections.abc import Iterable
from typing import Any, Final

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so is run by spreadsheets; a quote before it keeps it text (OWASP, CSV injection)."""

_NEEDS_QUOTES: Final = frozenset(',"\r\n')


def csv_line(values: Iterable[Any]) -> str:
    """A line with its end. Of ``None`` there is nothing between the commas, of empty text a pair of quotes."""
    return ",".join(map(_field, values)) + "\r\n"


def _field(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = f"'{value}" if value.startswith(FORMULA_BEGINS) else value
    return (
        '"' + text.replace('"', '""') + '"' if not text or _NEEDS_QUOTES & set(text) or text != text.strip() else text
    )
