"""Numbers, truth values and days as people write them: what a person reads, or refused, never a guess.

``0250`` is 250 here, whatever a parser would make of it; a truth value is no number, and a number no truth value.
The fields of every model that strangers fill in have these types.
"""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

MAX_CHARACTERS: Final = 100
"""Of a number in text; a longer one may take minutes to work out."""

EXACT_BELOW: Final = 2**53
"""Floats from here on stand for several whole numbers each, so that another one may have been written."""

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d", re.ASCII)
_TRUTH = {"true": True, "false": False}


def in_digits(value: Any) -> Any:
    """A number that is written out in digits, leading zeros and all; whatever else is given, as it is."""
    if not isinstance(value, str) or len(value) > MAX_CHARACTERS:
        return value
    text = value.strip()
    if not _DECIMAL.fullmatch(text):
        return value
    return float(text) if "." in text else int(text)


def _whole(value: Any) -> Any:
    number = in_digits(value)
    if isinstance(number, float) and number.is_integer() and abs(number) < EXACT_BELOW:
        return int(number)
    return number if isinstance(number, int) else value


def _truth(value: Any) -> Any:
    return _TRUTH.get(value.lower(), value) if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """A day as ``2027-01-04``, with or without midnight; pydantic by itself takes ``2027`` for seconds since 1970."""
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if match := _DAY.fullmatch(text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise PydanticKnownError("date_type") from None
    if not _TIME.match(text):
        raise PydanticKnownError("date_type")
    return text


Number = Annotated[float, Field(strict=True), BeforeValidator(in_digits)]
WholeNumber = Annotated[int, Field(strict=True), BeforeValidator(_whole)]
Truth = Annotated[bool, Field(strict=True), BeforeValidator(_truth)]
Day = Annotated[date, BeforeValidator(_day)]
