"""Which failures pass without anybody doing something about them, and how long to wait before another try."""

import errno
from typing import Final

from plan_pipeline.core.overview.writer import OverviewUnavailableError
from plan_pipeline.storage.data_folder import LockedError, StorageError
from plan_pipeline.storage.full_disk import is_full_disk

STEP_RETRIES: Final = 3
"""Times a step is tried again after a failure that passes; with the waits below it gives a minute and ten seconds."""

FIRST_WAIT_S: Final = 10.0
"""The wait before the first of them; each later one is twice as long."""

_BUSY: Final = {errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ETIMEDOUT, errno.EMFILE, errno.ENFILE, errno.ENOLCK}
_AWAY: Final = {errno.ESTALE, errno.EIO, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH}
_CUT_OFF: Final = {errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED}

TRANSIENT_ERRNOS: Final = frozenset(_BUSY | _AWAY | _CUT_OFF)
"""What the system says of a thing that is busy, of a file share that is away, and of a limit that others reached.
EIO is among them because a share mounted ``soft`` says it when its server does not answer; tries are few."""


def is_transient(error: BaseException) -> bool:
    """Whether the same call may work later although nobody does anything about it.

    What storage says of a file that cannot be read passes where the system's own error, which caused it, does.
    """
    if is_full_disk(error):
        return False
    if isinstance(error, (LockedError, OverviewUnavailableError, TimeoutError)):
        return True
    if isinstance(error, StorageError) and error.__cause__ is not None:
        return is_transient(error.__cause__)
    return isinstance(error, OSError) and error.errno in TRANSIENT_ERRNOS


def affects_all_plans(error: BaseException) -> bool:
    """Whether no plan can be stored, and not only the one at hand."""
    return is_full_disk(error) or is_read_only(error)


def is_read_only(error: BaseException) -> bool:
    """Whether the data folder is mounted read-only."""
    return isinstance(error, OSError) and error.errno == errno.EROFS


def wait_before(retry: int, first_wait_s: float) -> float:
    """Seconds to wait before a retry, counted from 1."""
    return first_wait_s * 2.0 ** (retry - 1)
