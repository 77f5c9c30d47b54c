"""Why a file from the inbox was rejected, for a program and for a person, and where it goes."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.requests.request_files import OUTCOME_SUFFIX, Found
from plan_pipeline.strict_input.input_limits import MAX_PROBLEMS
from plan_pipeline.strict_input.validation_messages import printable

REASON_SUFFIX = ".reason.json"

MAX_NAME = 120
"""Characters of a file's name that are kept; a file system takes 255 bytes, of which endings need some."""

MAX_ENDING = 20

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")
_FIELD = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z0-9_]+)*")


class FileProblem(Frozen):
    """One thing that is wrong with a file: on which line, with which field of the request, and what to do."""

    line: int | None = None
    field: str | None = None
    problem: str
    remedy: str | None = None


class Reason(Frozen):
    """Why a file was rejected, as ``<file>.reason.json`` has it."""

    file: str
    rejected_at: dt.datetime
    problems: tuple[FileProblem, ...]
    more_problems: int = 0
    remedy: str


class Rejection(Frozen):
    """A file that goes to ``rejected/`` under the name ``to``; only ``lines`` of it, where there are any."""

    to: str
    reason: Reason
    lines: tuple[int, ...] = ()


def rejection_of(name: str, to: str, found: Sequence[Found], *, at: dt.datetime, in_part: bool) -> Rejection:
    """The rejection of a file, or ``in_part`` of its bad lines, for all that is wrong with what was ``found`` in it."""
    problems = [_problem(each, text) for each in found for text in each.problems]
    lines: tuple[int, ...] = ()
    remedy = "Correct the file and put it into the inbox again."
    if in_part:
        lines = tuple(each.line for each in found if each.line is not None)
        remedy = (
            f"The other lines of the file were accepted. Correct these {len(lines)} here and put this file into the "
            "inbox; `line` counts in the file as it came."
        )
    reason = Reason(
        file=printable(name),
        rejected_at=at,
        problems=tuple(problems[:MAX_PROBLEMS]),
        more_problems=max(0, len(problems) - MAX_PROBLEMS),
        remedy=remedy,
    )
    return Rejection(to=to, reason=reason, lines=lines)


def _problem(found: Found, text: str) -> FileProblem:
    """A problem in its parts, from ``<place>: [<field>: ]<what>; <remedy>``."""
    rest = text.removeprefix(f"{found.place}: ")
    head, colon, tail = rest.partition(": ")
    field = head if colon and _FIELD.fullmatch(head) else None
    what, _, remedy = (tail if field else rest).partition("; ")
    return FileProblem(line=found.line, field=field, problem=what, remedy=remedy or None)


class FreeNames:
    """Names in a folder that neither a file, nor the outcome of one that is gone, nor an earlier choice has."""

    def __init__(self, folder: Path, stamp: str) -> None:
        self.folder = folder
        self.stamp = stamp
        self._chosen: set[str] = set()

    def choose(self, wanted: str) -> str:
        """``wanted`` where it is free, else with the stamp before its ending, and a number if need be."""
        stem, dot, ending = wanted.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (wanted, "")
        name, number = wanted, 1
        while name in self._chosen or any(
            os.path.lexists(self.folder / f"{name}{end}") for end in ("", OUTCOME_SUFFIX)
        ):
            name = f"{stem}.{self.stamp}{f'-{number}' if number > 1 else ''}{ending}"
            number += 1
        self._chosen.add(name)
        return name


def plain_name(name: str) -> str:
    """A file name that is plain text of a bearable length; one that had to be changed has a hash of what it was."""
    plain = _NOT_PLAIN.sub("_", name)
    if plain == name and len(name) <= MAX_NAME:
        return name
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    ending = Path(plain).suffix[:MAX_ENDING]
    return f"{plain.removesuffix(ending)[: MAX_NAME - len(ending) - 9]}-{digest}{ending}"
