"""A disk with no room left: how it is recognized, and what to do about it."""

import errno
from typing import Final

FULL_ERRNOS: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

_FULL_WORDS: Final = ("no space left on device", "disk quota exceeded", "database or disk is full", "out of disk space")


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or what it was raised from, is a disk or a quota with no room left."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL_ERRNOS:
            return True
        message = str(error).lower()
        if any(words in message for words in _FULL_WORDS):
            return True
        error = error.__cause__
    return False


def full_disk_message(error: BaseException) -> str:
    """What happened on a full disk, and the remedy."""
    return (
        f"the disk is full: {error}. Everything published before is in place and whole, and what was half written is "
        "removed; make room (`plan-pipeline doctor` shows how much there is) and launch the run again"
    )
