"""Requests in a text that a person pasted: YAML documents, JSON, a JSON list, or one JSON object a line."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.requests.request_files import (
    NO_CONFIGS,
    Configs,
    Found,
    RequestFileError,
    distinct,
    requests_in,
    with_known_ids,
)

_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_BETWEEN_ITEMS = re.compile(r"\A[\s,]+")


class _Piece(NamedTuple):
    """The text of one request; empty lines before it keep the numbers of its lines."""

    text: str
    suffix: str


def read_text(text: str, most: int, configs: Configs = NO_CONFIGS) -> tuple[PlanRequest, ...]:
    """The requests in a text, in order; each is called by its number in messages, unless it is the only one.

    Goals and event types are to be those of the sport's configuration, where there is one. Raises ``RequestFileError``
    with every problem; a plan id that is used twice is a problem of its second use, and of more than ``most`` requests
    none is read.
    """
    pieces = list(islice((piece for piece in _pieces(text) if piece.text.strip()), most + 1))
    if len(pieces) > most:
        raise RequestFileError([f"there are more than {most} requests; put them into the inbox as a .jsonl file"])
    if not pieces:
        raise RequestFileError(["there is no request in it; put one there"])
    found = (each for number, piece in enumerate(pieces, start=1) for each in _read(piece, number, len(pieces)))
    return distinct((with_known_ids(each, configs) for each in found), "")


def _read(piece: _Piece, number: int, of: int) -> list[Found]:
    name = "request" if of == 1 else f"request {number}"
    return requests_in(piece.text.encode("utf-8", "surrogatepass"), name, piece.suffix)


def _pieces(text: str) -> Iterator[_Piece]:
    lines = text.strip().splitlines()
    if text.lstrip().startswith("["):
        yield from _items(text)
    elif len(lines) > 1 and all(not line.strip() or line.lstrip().startswith("{") for line in lines):
        yield from (_Piece(line, ".json") for line in lines)
    elif text.lstrip().startswith("{"):
        yield _Piece(text, ".json")
    else:
        yield from _documents(text)


def _items(text: str) -> Iterator[_Piece]:
    """The items of a JSON list as they are written, so that each is read strictly; from a syntax error on, the rest."""
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    while (rest := _BETWEEN_ITEMS.sub("", text[at:], count=1)).rstrip() != "]":
        at = len(text) - len(rest)
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield _at_its_line(text, at, len(text), ".json")
            return
        yield _at_its_line(text, at, end, ".json")
        at = end


def _documents(text: str) -> Iterator[_Piece]:
    starts = [match.end() for match in _DOCUMENT.finditer(text)]
    for start, end in zip([0, *starts], [*(start - len("---") for start in starts), len(text)], strict=True):
        if not _is_comment(text[start:end]):
            yield _at_its_line(text, start, end, ".yaml")


def _is_comment(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _at_its_line(text: str, start: int, end: int, suffix: str) -> _Piece:
    return _Piece("\n" * text.count("\n", 0, start) + text[start:end], suffix)
