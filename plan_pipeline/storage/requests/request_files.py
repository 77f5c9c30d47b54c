"""Plan requests read from files that people and programs hand in: YAML, JSON, or JSONL with one a line."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.ftp_target import refusal
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.purpose.unknown_ids import unknown_ids
from plan_pipeline.strict_input.input_limits import (
    MAX_LINES,
    MAX_PROBLEMS,
    MAX_REQUEST_BYTES,
    StrictInputError,
    text_of,
    unreadable,
)
from plan_pipeline.strict_input.strict_json import parse_json
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline.strict_input.validation_messages import describe, printable

LINES_SUFFIX = ".jsonl"
SUFFIXES = (".yaml", ".yml", ".json", LINES_SUFFIX)
OUTCOME_SUFFIX = ".outcome.json"
"""How the name of a file ends that says what became of the requests in the file before it."""

Configs = Mapping[Sport, PlanningConfig]
"""The configurations that goals and event types of requests are to be found in, by sport."""

NO_CONFIGS: Final[Configs] = MappingProxyType({})

NOT_A_REQUEST_FILE = f"is not a request file; its name must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


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


class Found(NamedTuple):
    """A request, or what is wrong with it, and its place (``file`` or ``file:line``).

    ``may_grow`` says that the text breaks off where it goes wrong, as in a file that someone is still writing. ``line``
    counts from 1 where it is known.
    """

    place: str
    request: PlanRequest | None
    problems: tuple[str, ...] = ()
    may_grow: bool = False
    line: int | None = None


def read_all(paths: Iterable[Path], configs: Configs = NO_CONFIGS) -> tuple[PlanRequest, ...]:
    """The requests in files, in order: one in ``.yaml``, ``.yml`` and ``.json``, one a line in ``.jsonl``.

    Goals and event types are to be those of the sport's configuration, where there is one. A plan id that is used twice
    is a problem of its second use. Raises ``RequestFileError`` with every problem of all files as
    ``<file>[:line]: <field>: <what>; <remedy>``.
    """
    found = (each for path in paths for each in _read_file(Path(path)))
    return distinct((with_known_ids(each, configs) for each in found), "the request in ")


def with_known_ids(found: Found, configs: Configs) -> Found:
    """What was found, or what is wrong with it where it names a goal or event type that its sport's configuration has
    not.
    """
    config = configs.get(found.request.sport) if found.request else None
    if found.request is None or config is None:
        return found
    unknown = tuple(f"{found.place}: {problem}" for problem in unknown_ids(found.request, config))
    return found._replace(request=None, problems=unknown) if unknown else found


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
            problems.append(used_twice(each.place, plan_id, f"{called}{first_place[plan_id]}"))
        first_place.setdefault(plan_id, each.place)
        requests.append(each.request)
    if problems:
        raise RequestFileError(problems)
    return tuple(requests)


def used_twice(place: str, plan_id: str, first: str) -> str:
    """The problem of a request whose plan id the ``first`` one has."""
    return f"{place}: plan_id: {plan_id!r} is already the id of {first}; give every request an id of its own"


def requests_in(content: bytes, name: str, suffix: str | None = None) -> list[Found]:
    """The requests in some content called ``name``, in order. ``suffix``, or the name's ending, says what it is.

    Content of more than ``MAX_LINES`` lines of requests is refused as a whole.
    """
    shown = printable(name)
    suffix = (suffix or Path(name).suffix).lower()
    if suffix == LINES_SUFFIX and content.removesuffix(b"\n").count(b"\n") >= MAX_LINES:
        return [Found(shown, None, (f"{shown}: has more than {MAX_LINES} lines; put fewer requests into a file",))]
    try:
        return list(_read_stream(BytesIO(content), suffix, shown))
    except StrictInputError as error:
        return [_broken(shown, error)]


def _read_file(path: Path) -> Iterator[Found]:
    name = printable(str(path))
    try:
        _check_kind(path)
        with path.open("rb") as file:
            yield from _read_stream(file, path.suffix.lower(), name)
    except StrictInputError as error:
        yield _broken(name, error)
    except OSError as error:
        yield _broken(name, unreadable(error))


def _check_kind(path: Path) -> None:
    if path.is_dir():
        raise StrictInputError("is a folder; name the request files in it")
    if not path.exists():
        raise StrictInputError("does not exist; check the path")
    if not path.is_file():
        raise StrictInputError("is neither a file nor a folder; name a request file")
    if path.name.endswith(OUTCOME_SUFFIX):
        raise StrictInputError("is the outcome of a request file; leave it out")


def _read_stream(file: BinaryIO, suffix: str, name: str) -> Iterator[Found]:
    if suffix not in SUFFIXES:
        raise StrictInputError(NOT_A_REQUEST_FILE)
    if suffix == LINES_SUFFIX:
        yield from _read_lines(file, name)
    else:
        yield _read_single(file, suffix, name)


def _read_single(file: BinaryIO, suffix: str, name: str) -> Found:
    text = _text_of(file.read(MAX_REQUEST_BYTES + 1))
    data = None
    if text.strip():
        data = parse_json(text) if suffix == ".json" else parse_yaml(text)
    if data is None:
        raise StrictInputError("is empty; write a request into it", may_grow=True)
    return _validated(data, name)


def _read_lines(file: BinaryIO, name: str) -> Iterator[Found]:
    any_request = False
    number = 0
    while line := file.readline(MAX_REQUEST_BYTES + 1):
        number += 1
        place = f"{name}:{number}"
        try:
            text = _text_of(line)
            if not text.strip():
                continue
            any_request = True
            yield _validated(parse_json(text), place)._replace(line=number)
        except StrictInputError as error:
            any_request = True
            yield Found(
                place, None, (f"{place}: {error}",), may_grow=error.may_grow and not line.endswith(b"\n"), line=number
            )
            if len(line) > MAX_REQUEST_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_REQUEST_BYTES)
    if not any_request:
        raise StrictInputError("is empty; write one request a line into it", may_grow=True)


def _text_of(content: bytes) -> str:
    return text_of(content, MAX_REQUEST_BYTES, remedy="a request is a few kilobytes")


def _validated(data: Any, place: str) -> Found:
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        remedy = "write one request a file, beginning with plan_id; many requests go into a .jsonl file, one a line"
        return Found(place, None, (f"{place}: holds {kind}, not a request; {remedy}",))
    try:
        request = PlanRequest.model_validate(data)
    except ValidationError as error:
        return Found(place, None, tuple(f"{place}: {problem}" for problem in describe(error, PlanRequest)))
    of_ftp = refusal(request) if request.athlete_profile.ftp is not None else None
    problems = filter(None, (*request.senseless_days, of_ftp))
    refused = tuple(f"{place}: {problem}" for problem in problems)
    return Found(place, None if refused else request, refused)


def _broken(name: str, error: StrictInputError) -> Found:
    place = name if error.line is None else f"{name}:{error.line}"
    problems = (f"{place}: {printable(str(error))}",)
    return Found(place, None, problems, may_grow=error.may_grow, line=error.line)
