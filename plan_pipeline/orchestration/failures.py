"""How Dagster is asked to try a step again, or to give it up with a message for what an operator can put right.

A plan that cannot be made is data and no failure (see ``bulk.bulk_run``).
"""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import dagster as dg

from plan_pipeline.config import ConfigError
from plan_pipeline.core.registry import PluginError
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.orchestration.run_tags import RETRIES_TAG, WAIT_TAG
from plan_pipeline.redaction import traceback_without_secrets, without_secrets
from plan_pipeline.services.retries import FIRST_WAIT_S, STEP_RETRIES, is_read_only, is_transient, wait_before
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.full_disk import full_disk_message, is_full_disk

T = TypeVar("T")


@contextmanager
def translate_failures() -> Iterator[None]:
    """Have Dagster try a step again after a transient failure, and fail for good, with a remedy, after any other.

    The UI shows such a failure without a stack. A fault of the program is raised as it is, and not tried again either.
    An error that holds a secret, itself or in what it was raised from, is raised without it: Dagster keeps all that an
    error says.
    """
    try:
        with _as_dagster_failures():
            yield
    except Exception as error:
        cleaned = traceback_without_secrets(error)
        if cleaned != "".join(traceback.format_exception(error)):
            raise _without_secrets(error, cleaned) from None
        if isinstance(error, dg.Failure) and error.description:
            raise PlainFailure(error.description, error.metadata) from None
        raise


def _without_secrets(error: Exception, cleaned_traceback: str) -> Exception:
    """The same error with its traceback as text, from which the secrets were taken."""
    if isinstance(error, dg.RetryRequested):
        return dg.RetryRequested(max_retries=error.max_retries, seconds_to_wait=error.seconds_to_wait)
    known = error.description if isinstance(error, dg.Failure) else None
    message = without_secrets(known or f"{type(error).__name__}: {error}")
    return PlainFailure(message, metadata={"traceback": dg.MetadataValue.text(cleaned_traceback)})


@contextmanager
def _as_dagster_failures() -> Iterator[None]:
    try:
        yield
    except (dg.Failure, dg.RetryRequested):
        raise
    except Exception as error:
        if is_full_disk(error):
            raise dg.Failure(full_disk_message(error), allow_retries=False) from error
        if is_transient(error):
            retries, first_wait_s, done = _step_tries()
            if done < retries:
                raise dg.RetryRequested(retries, wait_before(done + 1, first_wait_s)) from error
            raise _failure_after(error, done + 1) from error
        if is_read_only(error):
            raise dg.Failure(
                f"{error}: the data folder is mounted read-only; mount it for writing and launch the run again",
                allow_retries=False,
            ) from error
        if isinstance(error, (StorageError, LibraryError, ConfigError, PluginError)):
            raise dg.Failure(str(error), allow_retries=False) from error
        raise


def retry_in_step(work: Callable[[], T]) -> T:
    """What ``work`` returns, tried as often and after such waits as a step is, but without trying the step again.

    For the end of a step that has done much before. Raises ``dagster.Failure`` after the last try.
    """
    retries, first_wait_s, _ = _step_tries()
    tries = 0
    while True:
        tries += 1
        try:
            return work()
        except Exception as error:
            if not is_transient(error):
                raise
            if tries > retries:
                raise _failure_after(error, tries) from error
        time.sleep(wait_before(tries, first_wait_s))


def may_try_again() -> bool:
    """Whether the step that is executing has tries left."""
    retries, _, done = _step_tries()
    return done < retries


def _failure_after(error: Exception, tries: int) -> dg.Failure:
    return dg.Failure(f"{error} (tried {'once' if tries == 1 else f'{tries} times'})", allow_retries=False)


def _step_tries() -> tuple[int, float, int]:
    """Retries and the first wait in seconds of the step that is executing, and how many it has had; none outside."""
    try:
        context = dg.OpExecutionContext.get()
    except dg.DagsterInvariantViolationError:
        return 0, 0.0, 0
    tags = context.run.tags
    retries, first_wait_s = tags.get(RETRIES_TAG, STEP_RETRIES), tags.get(WAIT_TAG, FIRST_WAIT_S)
    return int(retries), float(first_wait_s), context.retry_number
