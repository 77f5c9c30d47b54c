"""One file of the inbox: whether it is ready, and what it holds. Nothing is changed.

No link is followed, nothing but a plain file is opened, and no more of it is read than a request file may have.
"""

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.storage.data_folder import Mark, listed
from plan_pipeline.storage.requests.rejections import REASON_SUFFIX
from plan_pipeline.storage.requests.request_files import (
    LINES_SUFFIX,
    NOT_A_REQUEST_FILE,
    OUTCOME_SUFFIX,
    SUFFIXES,
    Found,
    requests_in,
)
from plan_pipeline.strict_input.input_limits import MAX_LINES_BYTES, MAX_REQUEST_BYTES
from plan_pipeline.strict_input.validation_messages import printable

TEMPORARY_ENDINGS = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".swx", ".lock", "~")
"""How the names of files end that editors and copying programs have not finished with."""

_STAGED_NAME = re.compile(r"(?P<identity>(?P<changed_ns>\d+)-\d+)-(?P<name>.+)")


class NotReady(Exception):
    """The file is not ready; the message says why."""


class Skipped(Exception):
    """The file is left where it is; the message says why."""


class Candidate(NamedTuple):
    """A file in the inbox, or one that was staged earlier; ``changed_ns`` is when it came, or was last changed.

    ``identity`` is the same whether it is staged or not, and another once the file is changed.
    """

    path: Path
    name: str
    changed_ns: int
    identity: str
    is_staged: bool = False


class Ready(NamedTuple):
    """A file to be taken, with what it holds; ``read`` bytes of it were read while it had the ``mark``."""

    candidate: Candidate
    found: tuple[Found, ...]
    mark: Mark
    read: int = 0


def candidates(inbox: Path, staged: Path) -> list[Candidate]:
    """The files to inspect, in the order they came. The time of change is the kernel's: no copy can set it back."""
    found = [
        Candidate(path, path.name, status.st_ctime_ns, f"{status.st_ctime_ns}-{status.st_ino}")
        for path, status in listed(inbox)
    ]
    for path, _ in listed(staged):
        match = _STAGED_NAME.fullmatch(path.name)
        if match:
            identity, changed_ns, name = match.group("identity", "changed_ns", "name")
            found.append(Candidate(path, name, int(changed_ns), identity, is_staged=True))
    return sorted(found, key=lambda each: (each.changed_ns, each.name))


def inspect(candidate: Candidate, *, now: float, settle_s: float, give_up_s: float) -> Ready:
    """What a file holds, or what is wrong with it, once it is ready.

    ``now`` is in seconds since 1970. Raises ``NotReady`` for a file that changed less than ``settle_s`` ago, or that
    breaks off and changed less than ``give_up_s`` ago; ``Skipped`` for what is no file of requests; ``OSError``.
    """
    status = candidate.path.lstat()
    _check_kind(candidate.name, status)
    age_s = now - candidate.changed_ns / 1e9
    if age_s < settle_s and not candidate.is_staged:
        raise NotReady("changed just now")
    mark = Mark.of_status(status)
    content, problem = _content(candidate, mark)
    if problem:
        shown = printable(candidate.name)
        return Ready(candidate, (Found(shown, None, (f"{shown}: {problem}",)),), mark)
    found = tuple(requests_in(content, candidate.name))
    unfinished = _unfinished(found)
    if unfinished is not None and age_s < give_up_s:
        raise NotReady(f"is not whole yet: {unfinished}")
    return Ready(candidate, found, mark, read=len(content))


def _check_kind(name: str, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Skipped("is a link, which is not followed; put the file itself there")
    if stat.S_ISDIR(status.st_mode):
        raise Skipped("is a folder; put its files directly into the inbox")
    if not stat.S_ISREG(status.st_mode):
        raise Skipped("is neither a file nor a folder; remove it")
    if status.st_nlink > 1:
        raise Skipped("is a file with another name elsewhere, a hard link; put a copy of it there instead")
    if name.lower().endswith(TEMPORARY_ENDINGS):
        raise Skipped("has the name of a temporary file; rename it when it is whole")
    if name.endswith(REASON_SUFFIX):
        raise Skipped("is the reason of an earlier rejection; delete it")
    if name.endswith(OUTCOME_SUFFIX):
        raise Skipped("is the outcome of an earlier file; delete it")


def _content(candidate: Candidate, mark: Mark) -> tuple[bytes, str | None]:
    """The bytes of a file, or why they were not read."""
    suffix = Path(candidate.name).suffix.lower()
    if suffix not in SUFFIXES:
        return b"", NOT_A_REQUEST_FILE
    limit = MAX_LINES_BYTES if suffix == LINES_SUFFIX else MAX_REQUEST_BYTES
    if mark.size > limit:
        return b"", f"is larger than {limit // 1_000_000} MB; put fewer requests into a file"
    try:
        descriptor = os.open(candidate.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError as error:
        return b"", f"cannot be read ({error.strerror}); make it readable for the pipeline's user"
    with os.fdopen(descriptor, "rb") as file:
        if Mark.of_status(os.fstat(descriptor)) != mark:
            raise NotReady("is being replaced")
        return file.read(limit + 1), None


def _unfinished(found: tuple[Found, ...]) -> str | None:
    """Why a file may be half written: it breaks off where it goes wrong."""
    last = found[-1]
    return last.problems[0].removeprefix(f"{last.place}: ") if last.may_grow else None
