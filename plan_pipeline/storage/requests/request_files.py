"""Plan requests read from files that people and programs hand in: YAML, JSON, or JSONL with one a line.

Belongs here: strict reading, and errors that a person can act on. Does not belong here: what a request may
hold (see ``core.request``) or how its errors are worded (see ``request_problems``). Nothing is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from pydantic import ValidationError

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.strict_input.input_limits import (
    MAX_DEPTH,
    MAX_LINES,
    MAX_PROBLEMS,
    MAX_REQUEST_BYTES,
    RepeatedKeyError,
    each_key_once,
)
from plan_pipeline.strict_input.strict_yaml import StrictYamlError, parse_yaml
from plan_pipeline.strict_input.validation_messages import describe, printable

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")

_LINE = re.compile(r"\bline (\d+)\b")


class RequestFileError(ValueError):
    """Requests that cannot be used; the message has one line a problem, ``problems`` the same lines.

    A file with more than ``MAX_PROBLEMS`` of them has one problem that is repeated.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        shown = list(self.problems[:MAX_PROBLEMS])
        if len(self.problems) > len(shown):
            shown.append(f"… and {len(self.problems) - len(shown)} more problems; correct these first")
        super().__init__("\n".join(shown))


class _Unreadable(Exception):
    """Text that is no data; ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _TooMany(Exception):
    """More lines than anybody has athletes; no more of the file is read."""


class Found(NamedTuple):
    """A request, or what is wrong with it, and where it stands (``file`` or ``file:line``).

    What is not ``readable`` is no data at all, as a file is that someone is still writing. ``line`` counts from 1
    where there is one request a line.
    """

    place: str
    request: PlanRequest | None
    problems: tuple[str, ...] = ()
    readable: bool = True
    line: int | None = None


def read_requests(path: Path) -> tuple[PlanRequest, ...]:
    """The requests in one file, in order: one in ``.yaml``, ``.yml`` and ``.json``, one a line in ``.jsonl``.

    Raises ``RequestFileError`` with every problem as ``<file>[:line]: <field>: <what>; <remedy>``.
    """
    return read_all([path])


def read_all(paths: Iterable[Path]) -> tuple[PlanRequest, ...]:
    """The requests in several files, in order; a plan id that is used twice is a problem of its second use.

    Raises ``RequestFileError`` with the problems of all files.
    """
    return distinct((found for path in paths for found in _read_file(Path(path))), "the request in ")


def distinct(found: Iterable[Found], called: str) -> tuple[PlanRequest, ...]:
    """What was found, in order, if all of it can be used and every plan is asked for once.

    Raises ``RequestFileError`` with every problem, such as the second use of a plan id, which says where the first is:
    ``called`` and the place.
    """
    requests: list[PlanRequest] = []
    problems: list[str] = []
    first_place: dict[str, str] = {}
    for each in found:
        problems += each.problems
        if each.request is None:
            continue
        plan_id = each.request.plan_id
        if plan_id in first_place:
            problems.append(
                f"{each.place}: plan_id: {plan_id!r} is already the id of {called}{first_place[plan_id]}; "
                "give every request an id of its own"
            )
        first_place.setdefault(plan_id, each.place)
        requests.append(each.request)
    if problems:
        raise RequestFileError(problems)
    return tuple(requests)


def requests_in(content: bytes, name: str, suffix: str | None = None) -> list[Found]:
    """The requests in some content called ``name``, in order. ``suffix``, or the name's ending, says what it is.

    Content of more than ``MAX_LINES`` lines of requests is refused as a whole.
    """
    shown = printable(name)
    try:
        return list(_read_stream(BytesIO(content), (suffix or Path(name).suffix).lower(), shown, MAX_LINES))
    except _TooMany:
        return [Found(shown, None, (f"{shown}: has more than {MAX_LINES} lines; put fewer requests into a file",))]
    except _Unreadable as error:
        return [_broken(shown, error)]


def _read_file(path: Path) -> Iterator[Found]:
    name = printable(str(path))
    try:
        _check_kind(path)
        with path.open("rb") as file:
            yield from _read_stream(file, path.suffix.lower(), name)
    except _Unreadable as error:
        yield _broken(name, error)
    except OSError as error:
        yield _broken(name, _Unreadable(f"cannot be read ({error.strerror}); check that it is a file you may read"))


def _check_kind(path: Path) -> None:
    if path.is_dir():
        raise _Unreadable("is a folder; name the request files in it")
    if not path.exists():
        raise _Unreadable("does not exist; check the path")
    if not path.is_file():
        raise _Unreadable("is neither a file nor a folder; name a request file")
    _check_suffix(path.suffix.lower())


def _check_suffix(suffix: str) -> None:
    if suffix not in SUFFIXES:
        raise _Unreadable(f"is not a request file; its name must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")


def _read_stream(file: BinaryIO, suffix: str, name: str, most_lines: int | None = None) -> Iterator[Found]:
    _check_suffix(suffix)
    if suffix == ".jsonl":
        yield from _read_lines(file, name, most_lines)
    else:
        yield _read_single(file, suffix, name)


def _read_single(file: BinaryIO, suffix: str, name: str) -> Found:
    text = _text_of(file.read(MAX_REQUEST_BYTES + 1))
    if not text.strip():
        raise _Unreadable("is empty; write a request into it")
    data = _parse_json(text) if suffix == ".json" else _parse_yaml(text)
    if data is None:
        raise _Unreadable("is empty; write a request into it")
    return _validated(data, name)


def _read_lines(file: BinaryIO, name: str, most_lines: int | None) -> Iterator[Found]:
    any_request = False
    number = 0
    while line := file.readline(MAX_REQUEST_BYTES + 1):
        number += 1
        if most_lines is not None and number > most_lines:
            raise _TooMany
        place = f"{name}:{number}"
        try:
            text = _text_of(line)
            if not text.strip():
                continue
            any_request = True
            yield _validated(_parse_json(text), place)._replace(line=number)
        except _Unreadable as error:
            any_request = True
            yield Found(place, None, (f"{place}: {error}",), readable=False, line=number)
            if len(line) > MAX_REQUEST_BYTES:
                _skip_rest_of_line(file, line)
    if not any_request:
        raise _Unreadable("is empty; write one request a line into it")


def _skip_rest_of_line(file: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = file.readline(MAX_REQUEST_BYTES)


def _text_of(content: bytes) -> str:
    if len(content) > MAX_REQUEST_BYTES:
        raise _Unreadable(f"is larger than {MAX_REQUEST_BYTES // 1_000_000} MB; a request is a few kilobytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(f"is not UTF-8 text (at byte {error.start}); save it as UTF-8") from None


def _parse_yaml(text: str) -> Any:
    try:
        return parse_yaml(text)
    except StrictYamlError as error:
        line = _LINE.search(str(error))
        raise _Unreadable(str(error), int(line[1]) if line else None) from None


def _parse_json(text: str) -> Any:
    try:
        data = json.loads(text, object_pairs_hook=each_key_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _Unreadable(f"is not valid JSON: {error.msg} ({where}); correct the syntax there", error.lineno) from None
    except RecursionError:
        raise _Unreadable(_TOO_DEEP) from None
    except RepeatedKeyError as error:
        raise _Unreadable(f"gives the key {error.key!r} a second time; remove one of them") from None
    except ValueError:  # a whole number of thousands of digits
        raise _Unreadable("holds a number of thousands of digits; correct it") from None
    if _is_deeper_than(data, MAX_DEPTH):
        raise _Unreadable(_TOO_DEEP)
    return data


_TOO_DEEP = f"is nested more than {MAX_DEPTH} deep; flatten it"


def _refuse_constant(word: str) -> NoReturn:
    raise _Unreadable(f"holds {word}, which is no number in JSON; write a number, or null for none")


def _is_deeper_than(data: Any, limit: int) -> bool:
    if not isinstance(data, dict | list):
        return False
    children = data.values() if isinstance(data, dict) else data
    return limit == 0 or any(_is_deeper_than(child, limit - 1) for child in children)


def _validated(data: Any, place: str) -> Found:
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        remedy = "write one request a file, beginning with plan_id; many requests go into a .jsonl file, one a line"
        return Found(place, None, (f"{place}: holds {kind}, not a request; {remedy}",))
    try:
        return Found(place, PlanRequest.model_validate(data))
    except ValidationError as error:
        return Found(place, None, tuple(f"{place}: {problem}" for problem in describe(error)))


def _broken(name: str, error: _Unreadable) -> Found:
    place = name if error.line is None else f"{name}:{error.line}"
    return Found(place, None, (f"{place}: {printable(str(error))}",), readable=False)
