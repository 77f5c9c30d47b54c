"""Which failures pass by themselves and are tried again, and which need somebody, and how Dagster is told.

Belongs here: telling the two apart, how often and after how long a step is tried again, and messages for what an
operator can put right. Does not belong here: a plan that cannot be made, which is data and no failure (see ``bulk``).
"""

from __future__ import annotations

import errno
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import dagster as dg

from plan_pipeline.core.overview.writer import OverviewUnavailableError
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.run_tags import RETRIES_TAG, WAIT_TAG
from plan_pipeline.redaction import traceback_without_secrets, without_secrets
from plan_pipeline.storage.data_folder import LockedError, StorageError
from plan_pipeline.storage.full_disk import is_full_disk, no_room

T = TypeVar("T")

STEP_RETRIES: Final = 3
"""Times a step is tried again after a failure that passes; with the waits below it gives a minute and ten seconds."""

FIRST_WAIT_S: Final = 10.0
"""The wait before the first of them; each later one is twice as long."""

PASSING_ERRNOS: Final = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.EINTR,
        errno.ETIMEDOUT,
        errno.ESTALE,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOLCK,
        errno.EIO,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ECONNRESET,
        errno.ECONNREFUSED,
        errno.ECONNABORTED,
    }
)
"""What the system says of a thing that is busy, of a file share that is away, and of a limit that others reached.
EIO is among them because a share mounted ``soft`` says it when its server does not answer; tries are few."""

READ_ONLY_ERRNOS: Final = frozenset({errno.EROFS})


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
    return isinstance(error, OSError) and error.errno in PASSING_ERRNOS


def affects_all_plans(error: BaseException) -> bool:
    """Whether no plan can be stored, and not only the one at hand."""
    return is_full_disk(error) or (isinstance(error, OSError) and error.errno in READ_ONLY_ERRNOS)


@contextmanager
def translate_failures() -> Iterator[None]:
    """Have Dagster try a step again after a failure that passes, and fail for good, with a remedy, after any other.

    Whatever is nobody's doing but the program's is raised as it is, and not tried again either. An error that holds a
    secret, itself or in what it was raised from, is raised without it: Dagster keeps all that an error says.
    """
    try:
        with _told_apart():
            yield
    except Exception as error:
        told = traceback_without_secrets(error)
        if told == "".join(traceback.format_exception(error)):
            raise
        raise _retold(error, told) from None


def _retold(error: Exception, told: str) -> Exception:
    """An error in the words of its traceback, from which the secrets were taken."""
    if isinstance(error, dg.RetryRequested):
        return dg.RetryRequested(max_retries=error.max_retries, seconds_to_wait=error.seconds_to_wait)
    known = error.description if isinstance(error, dg.Failure) else None
    said = without_secrets(known or f"{type(error).__name__}: {error}")
    return dg.Failure(said, metadata={"traceback": dg.MetadataValue.text(told)}, allow_retries=False)


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except (dg.Failure, dg.RetryRequested):
        raise
    except Exception as error:
        if is_full_disk(error):
            raise dg.Failure(no_room(error), allow_retries=False) from error
        if is_transient(error):
            raise _again_or_given_up(error) from error
        if isinstance(error, OSError) and error.errno in READ_ONLY_ERRNOS:
            raise dg.Failure(
                f"{error}: the data folder is mounted read-only; mount it for writing and launch the run again",
                allow_retries=False,
            ) from error
        if isinstance(error, (StorageError, LibraryError)):
            raise dg.Failure(str(error), allow_retries=False) from error
        raise


def retry_in_step(work: Callable[[], T]) -> T:
    """What ``work`` returns, tried as often and after such waits as a step is, but without trying the step again.

    For the end of a step that has done much before. Raises ``dagster.Failure`` after the last try.
    """
    tries, first_wait_s, _ = _tries()
    for retry in range(1, tries + 1):
        try:
            return work()
        except Exception as error:
            if not is_transient(error):
                raise
            time.sleep(wait_before(retry, first_wait_s))
    try:
        return work()
    except Exception as error:
        if not is_transient(error):
            raise
        raise _given_up(error, tries + 1) from error


def may_try_again() -> bool:
    """Whether the step that is executing has tries left."""
    tries, _, done = _tries()
    return done < tries


def wait_before(retry: int, first_wait_s: float = FIRST_WAIT_S) -> float:
    """Seconds to wait before a retry, counted from 1."""
    return first_wait_s * 2.0 ** (retry - 1)


def _again_or_given_up(error: Exception) -> Exception:
    tries, first_wait_s, done = _tries()
    if done < tries:
        return dg.RetryRequested(max_retries=tries, seconds_to_wait=wait_before(done + 1, first_wait_s))
    return _given_up(error, done + 1)


def _given_up(error: Exception, times: int) -> dg.Failure:
    return dg.Failure(f"{error} (tried {'once' if times == 1 else f'{times} times'})", allow_retries=False)


def _tries() -> tuple[int, float, int]:
    """Retries and the first wait in seconds of the step that is executing, and how many it has had; none outside."""
    try:
        context = dg.OpExecutionContext.get()
    except dg.DagsterInvariantViolationError:
        return 0, 0.0, 0
    tags = context.run.tags
    return (
        int(tags.get(RETRIES_TAG, STEP_RETRIES)),
        float(tags.get(WAIT_TAG, FIRST_WAIT_S)),
        context.retry_number,
    )
