"""Files that people and programs hand in: how large, long and deep they may be, and reading them without surprises.

Belongs here: every limit of such a file, in one place, and opening one whatever is put in its place. Does not belong
here: what the files hold (see ``strict_yaml``, ``storage.request_files``, ``storage.week_files``).
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any, Final

MAX_LIBRARY_BYTES: Final = 5_000_000
"""A file of the workout library: a hundred times the size of a large one, read in five seconds."""

MAX_DEFINITION_BYTES: Final = 100_000
"""The definition of an experiment is a few hundred bytes; what is hundreds of times larger is something else."""

MAX_REQUEST_BYTES: Final = 1_000_000
"""A request is one or two kilobytes; what is a thousand times larger is something else."""

MAX_LINES_BYTES: Final = 20_000_000
"""The largest file of one request a line that the inbox takes."""

MAX_LINES: Final = 50_000
"""Lines of such a file: all athletes of a large installation three times over, sorted out within ten seconds."""

MAX_WEEK_BYTES: Final = 10 * 1024 * 1024
"""A week of workouts is a few kilobytes; what is larger is another file, and is not read into memory."""

MAX_DEPTH: Final = 40
"""Lists and mappings within one another in a request, a definition or a library file: all of these have fewer."""

MAX_WEEK_DEPTH: Final = 100
"""The same in a week of workouts, which has five; unknown keys must be writable again."""

MAX_SCALAR: Final = 100
"""Characters of a number, date or truth value. Its text may stand for a number that takes minutes to work out."""

MAX_PROBLEMS: Final = 200
"""Problems told of one request, or of one file; what has more of them has one problem that is repeated."""

SHOWN_CHARACTERS: Final = 60
"""Of a word or value from a file that is quoted in a message."""


class RepeatedKeyError(ValueError):
    """An object of JSON gives a key twice; ``key`` is as it is quoted in a message."""

    def __init__(self, key: str) -> None:
        self.key = shortened(key)
        super().__init__(f"the key {self.key!r} is given twice in one object")


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, for ``object_pairs_hook``; raises ``RepeatedKeyError``, where JSON would take the last."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKeyError(key)
        found[key] = value
    return found


def read_plain_file(path: Path, most_bytes: int | None = None, *, follow_links: bool = True) -> bytes:
    """The content of a file, up to one byte more than ``most_bytes``, so that a longer one can be told.

    Nothing is waited for: what is no plain file, such as a pipe or a device, raises ``OSError`` like a file that is
    not there or may not be read, and so does a link unless it is to be followed.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow_links else os.O_NOFOLLOW)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return file.read(-1 if most_bytes is None else most_bytes + 1)


def shortened(text: str) -> str:
    """A word from a file as it is quoted in a message: its beginning, where it is long."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
