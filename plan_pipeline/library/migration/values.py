"""Single values of a legacy workout: numbers that are text, text that is none, lists that are a word."""

import math
import re
from collections.abc import Iterable
from typing import Any

from plan_pipeline.library.migration.report import Notes
from plan_pipeline.strict_input.input_limits import shortened
from plan_pipeline.strict_input.validation_messages import printable

_WRITTEN = re.compile(
    r"([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(?:%|min\.?|mins|minutes?|m|tss)?", re.ASCII | re.IGNORECASE
)
"""A number in text, with the unit that its field has anyway."""

LONGEST_NUMBER = 20
"""Characters of a number in text; what is longer is none that a workout could hold."""

LONGEST_NAME = 120
LONGEST_TEXT = 4000


class UnusableError(ValueError):
    """The workout cannot be migrated; the message says why, and where."""


def quoted(value: Any) -> str:
    """A value as a reason quotes it."""
    return printable(shortened(repr(value)))


def number_in(value: Any) -> float | None:
    """The finite number that a value is or says; ``None`` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        match = _WRITTEN.fullmatch(value.strip()) if len(value) <= LONGEST_NUMBER else None
        return None if match is None else float(match[1].replace(",", "."))
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def number_field(data: dict[str, Any], field: str, where: str, notes: Notes) -> float | None:
    """A number of a step; ``None`` where it is missing or null. Raises ``UnusableError`` for what is no number."""
    value = data.get(field)
    if value is None:
        return None
    place = f"{where}.{field}" if where else field
    number = number_in(value)
    if number is None:
        raise UnusableError(f"{place}: {quoted(value)} is not a number; write one")
    if isinstance(value, str):
        notes.repair(place, f"{quoted(value)} is text, read as {number:g}")
    return number


def whole_in(value: Any) -> int | None:
    """The whole number that a value is or says; ``None`` for anything else."""
    number = number_in(value)
    return int(number) if number is not None and number.is_integer() and abs(number) < 1e9 else None


def text_in(value: Any, most: int = LONGEST_TEXT) -> str:
    """A value as one line of printable text; empty for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def words_in(value: Any) -> Iterable[str]:
    """The words of a list, or of text that separates them with commas; nothing for anything else."""
    if isinstance(value, str):
        value = re.split(r"[,;/|]", value)
    return [word for each in value if (word := text_in(each))] if isinstance(value, list) else []
