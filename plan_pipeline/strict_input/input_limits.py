"""Files that people and programs hand in: how large, long and deep they may be, and reading them without surprises."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

MAX_LIBRARY_BYTES: Final = 5_000_000
"""A file of the workout library: a hundred times the size of a large one, read in five seconds."""

MAX_LEGACY_LIBRARY_BYTES: Final = 5_000_000
"""A library of schema 1.x, which is one file: twenty times the size of a large one."""

MAX_DEFINITION_BYTES: Final = 100_000
"""The definition of an experiment is a few hundred bytes; what is hundreds of times larger is something else."""

MAX_CONFIG_BYTES: Final = 500_000
"""A file of the planning configuration: the rules, the longest of them, are thirty times smaller."""

MAX_REQUEST_BYTES: Final = 1_000_000
"""A request is one or two kilobytes; what is a thousand times larger is something else."""

MAX_LINES_BYTES: Final = 20_000_000
"""The largest file of one request a line that the inbox takes."""

MAX_LINES: Final = 50_000
"""Lines of such a file: all athletes of a large installation three times over, sorted out within ten seconds."""

MAX_WEEK_BYTES: Final = 10 * 1024 * 1024
"""A week of workouts is a few kilobytes; what is larger is another file, and is not read into memory."""

MAX_PLAN_BYTES: Final = 30 * 1024 * 1024
"""A plan of half a year is half a megabyte; what is dozens of times larger is something else."""

MAX_SESSION_BYTES: Final = 1_000_000
"""A file of one workout in another program's format: the longest seen is fifty times smaller."""

MAX_DEPTH: Final = 40
"""Lists and mappings within one another in a request, a definition or a library file: all of these have fewer."""

MAX_WEEK_DEPTH: Final = 100
"""The same in a week of workouts, which has five; unknown keys must be writable again."""

MAX_SCALAR: Final = 100
"""Characters of a number, date or truth value. Its text may stand for a number that takes minutes to work out."""

MAX_PROBLEMS: Final = 200
"""Problems reported of one request, or of one file; what has more of them has one problem that is repeated."""

SHOWN_CHARACTERS: Final = 60
"""Of a word or value from a file that is quoted in a message."""


class StrictInputError(ValueError):
    """Input that cannot be read; the message says what is wrong and what to do.

    ``line`` counts from 1 where known. ``may_grow`` says that the text breaks off where it goes wrong: with more text
    after it, it might be right.
    """

    def __init__(self, message: str, line: int | None = None, *, may_grow: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.may_grow = may_grow


def read_plain_file(path: Path, most_bytes: int | None = None, *, follow_links: bool = True) -> bytes:
    """The content of a file, up to one byte more than ``most_bytes``, so that a longer one can be recognized.

    Nothing is waited for: what is no plain file, such as a pipe or a device, raises ``OSError`` like a file that is
    not there or may not be read, and so does a link unless it is to be followed.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow_links else os.O_NOFOLLOW)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return file.read(-1 if most_bytes is None else most_bytes + 1)


def read_text(path: Path, most_bytes: int, *, remedy: str, follow_links: bool = True) -> str:
    """The text of a file. Raises ``StrictInputError``; ``remedy`` is for a file of more than ``most_bytes``."""
    try:
        content = read_plain_file(path, most_bytes, follow_links=follow_links)
    except FileNotFoundError:
        raise StrictInputError("does not exist; check the path") from None
    except OSError as error:
        raise unreadable(error) from None
    return text_of(content, most_bytes, remedy=remedy)


def unreadable(error: OSError) -> StrictInputError:
    """What to report of a file that the operating system does not let us read."""
    return StrictInputError(f"cannot be read ({error.strerror}); check that it is a file you may read")


def text_of(content: bytes, most_bytes: int, *, remedy: str) -> str:
    """The text that UTF-8 bytes stand for, without a byte order mark; see ``read_text``."""
    if len(content) > most_bytes:
        size = f"{most_bytes // 1_000_000} MB" if most_bytes >= 1_000_000 else f"{most_bytes // 1_000} kB"
        raise StrictInputError(f"is larger than {size}; {remedy}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StrictInputError(
            f"is not UTF-8 text (at byte {error.start}); save it as UTF-8",
            content.count(b"\n", 0, error.start) + 1,
            may_grow=error.reason == "unexpected end of data",
        ) from None
    if text.endswith("\0\0"):
        raise StrictInputError("ends in zero bytes, as a copy does that was not finished; copy it again", may_grow=True)
    return text


def shortened(text: str) -> str:
    """A word from a file as it is quoted in a message: its beginning, where it is long."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
