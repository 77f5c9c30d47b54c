"""Texts as people write them: what holds nothing but white space was left out, and any fits into a line."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator


def is_blank(value: Any) -> bool:
    """Whether a field was left empty: nothing at all, or white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_unset(value: object) -> bool:
    """Whether a field was left out, so that what is written down is what it was before there was such a field."""
    return value is None or value == ()


def one_line(text: str) -> str:
    """A text for a cell of a table or a line of a list: with a space for every line break, tab or run of spaces."""
    return " ".join(text.split())


def _none_if_blank(value: Any) -> Any:
    return None if is_blank(value) else value


def _nothing_if_blank(value: Any) -> Any:
    return () if is_blank(value) else value


def _separate(value: Any) -> Any:
    return re.split(r"[,;]", value) if isinstance(value, str) else value


def _without_blanks(value: Any) -> Any:
    if is_blank(value):
        return ()
    return [each for each in value if not is_blank(each)] if isinstance(value, list | tuple) else value


def _stripped(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts)


NothingIfBlank = BeforeValidator(_nothing_if_blank)
SeparateWords = BeforeValidator(lambda value: _without_blanks(_separate(value)))
"""Before a list: one that was left empty has no entries, and a text with commas is a list of words."""

OptionalText = Annotated[str | None, BeforeValidator(_none_if_blank)]
OptionalName = Annotated[
    str | None, BeforeValidator(_none_if_blank), AfterValidator(lambda name: name and name.strip())
]
Texts = Annotated[tuple[str, ...], BeforeValidator(_without_blanks), AfterValidator(_stripped)]
