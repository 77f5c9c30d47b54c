"""JSON read strictly: no key twice, no number that is none, bounded in depth.

The standard parser takes the last of two keys, turns ``NaN`` and ``1e999`` into numbers that spread, and works for
minutes on a number of a million digits.
"""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from plan_pipeline.strict_input.input_limits import MAX_DEPTH, StrictInputError, read_text, shortened

_BEGUN_ESCAPE = re.compile(r"\\?u?[0-9a-fA-F]{0,4}")
_BEGUN_FRACTION = re.compile(r"\.|[eE][+-]?")


def read_json(path: Path, most_bytes: int, *, max_depth: int = MAX_DEPTH, remedy: str = "make it smaller") -> Any:
    """The data in a JSON file. Raises ``StrictInputError``; ``remedy`` is for a file of more than ``most_bytes``."""
    return parse_json(read_text(path, most_bytes, remedy=remedy), max_depth=max_depth)


def parse_json(text: str, *, max_depth: int = MAX_DEPTH, non_numbers_as_text: bool = False) -> Any:
    """The data in JSON text. Raises ``StrictInputError``, also for what is nested deeper than ``max_depth``.

    With ``non_numbers_as_text``, for readers that judge one entry of many, ``NaN`` and ``1e999`` are that very text.
    """
    too_deep = StrictInputError(f"is nested more than {max_depth} deep; flatten it")
    constant: Callable[[str], str] = str if non_numbers_as_text else _no_number
    fraction: Callable[[str], float | str] = _finite_or_text if non_numbers_as_text else _finite
    try:
        data = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=constant, parse_float=fraction)
    except json.JSONDecodeError as error:
        what = f"is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}); correct the syntax there"
        raise StrictInputError(what, error.lineno, may_grow=_breaks_off(error)) from None
    except RecursionError:
        raise too_deep from None
    except StrictInputError:
        raise
    except ValueError:  # Python converts no whole number of more than 4300 digits
        raise StrictInputError("holds a number of thousands of digits; correct it") from None
    if _is_deeper(data, max_depth):
        raise too_deep
    return data


def _breaks_off(error: json.JSONDecodeError) -> bool:
    """Whether what is wrong is only that the text ends: within a string, a word, a number, or before what must come."""
    before, rest = error.doc[: error.pos], error.doc[error.pos :].rstrip()
    if not rest or error.msg.startswith("Unterminated string"):
        return True
    if error.msg.startswith("Invalid \\u"):
        return _BEGUN_ESCAPE.fullmatch(rest) is not None
    if error.msg == "Expecting value":
        return any(word.startswith(rest) for word in ("true", "false", "null", "-"))
    return before[-1:].isdigit() and _BEGUN_FRACTION.fullmatch(rest) is not None


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise StrictInputError(f"gives the key {shortened(key)!r} a second time; remove one of them")
        found[key] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise StrictInputError(f"holds {word}, which is no number in JSON; write a number, or null for none")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise StrictInputError(f"holds the number {shortened(text)}, which is too large; correct it")
    return number


def _finite_or_text(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _is_deeper(data: Any, levels: int) -> bool:
    if not isinstance(data, dict | list):
        return False
    children = data.values() if isinstance(data, dict) else data
    return levels == 0 or any(_is_deeper(child, levels - 1) for child in children)
