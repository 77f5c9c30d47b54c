"""What passes by itself is tried again after a while; what needs somebody is not, and says what to do."""

import errno
import os
from collections.abc import Callable

import dagster as dg
import pytest
from dagster_shared.error import SerializableErrorInfo

from plan_pipeline.config import ConfigError
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.failures import retry_in_step, translate_failures
from plan_pipeline.orchestration.run_tags import RETRIES_TAG, WAIT_TAG
from plan_pipeline.services.retries import affects_all_plans, is_transient, wait_before
from plan_pipeline.storage.data_folder import LockedError, StorageError
from plan_pipeline_tests.orchestration.world import QUIET, World, failure_of

PASSING = [
    LockedError("facts are being compacted"),
    OverviewUnavailableError("HTTP 429"),
    TimeoutError("timed out"),
    OSError(errno.EAGAIN, "try again"),
    OSError(errno.EBUSY, "busy"),
    OSError(errno.ESTALE, "stale file handle"),
    OSError(errno.EIO, "input/output error"),
]
LASTING = [
    StorageError("plan.json is damaged"),
    LibraryError([]),
    ConfigError([]),
    OverviewError("no key"),
    OSError(errno.EACCES, "permission denied"),
    OSError(errno.ENOSPC, "no space left on device"),
    OSError(errno.EROFS, "read-only file system"),
    IsADirectoryError(errno.EISDIR, "is a directory"),
    ValueError("a fault of the program"),
]


def run(instance: dg.DagsterInstance, work: Callable[[int], None], **tags: str) -> dg.ExecuteInProcessResult:
    """Run a step that calls ``work`` with the number of the try."""

    @dg.op
    def step(context: dg.OpExecutionContext) -> None:
        with translate_failures():
            work(context.retry_number)

    @dg.job
    def job() -> None:
        step()

    wanted = {WAIT_TAG: "0", **{f"plan_pipeline/{name}": value for name, value in tags.items()}}
    return job.execute_in_process(instance=instance, tags=wanted, run_config=QUIET, raise_on_error=False)


def shown_error(result: dg.ExecuteInProcessResult) -> SerializableErrorInfo:
    """What the pages show of the first failed step."""
    error = next(event for event in result.all_events if event.is_step_failure).step_failure_data.error
    assert error is not None
    return error


def failing(error: Exception, *, times: int, tries: list[int]) -> Callable[[int], None]:
    def work(number: int) -> None:
        tries.append(number)
        if number < times:
            raise error

    return work


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_what_passes_by_itself(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_does_not(error: Exception) -> None:
    assert not is_transient(error)


def test_a_step_is_tried_again_until_it_works(instance: dg.DagsterInstance) -> None:
    tries: list[int] = []
    result = run(instance, failing(OSError(errno.EBUSY, "busy"), times=2, tries=tries))

    assert result.success
    assert tries == [0, 1, 2]


def test_after_the_last_try_the_run_fails_and_says_why_and_how_often(instance: dg.DagsterInstance) -> None:
    tries: list[int] = []
    result = run(instance, failing(LockedError("rider is being written"), times=99, tries=tries))

    assert tries == [0, 1, 2, 3]
    assert "rider is being written (tried 4 times)" in failure_of(result)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_needs_somebody_is_tried_once(instance: dg.DagsterInstance, error: Exception) -> None:
    tries: list[int] = []

    assert not run(instance, failing(error, times=99, tries=tries)).success

    assert tries == [0]


@pytest.mark.parametrize(
    "error",
    [
        StorageError("plan.json is damaged; put it back"),
        LibraryError([]),
        ConfigError([]),
        OSError(errno.EROFS, "read-only"),
        dg.Failure("the range holds no cell; swap its ends", allow_retries=False),
    ],
    ids=repr,
)
def test_the_pages_show_a_failure_that_says_all_as_its_message_alone(
    instance: dg.DagsterInstance, error: Exception
) -> None:
    shown = shown_error(run(instance, failing(error, times=99, tries=[])))
    assert shown.message.startswith(str(error))
    assert (shown.stack, shown.cause, shown.context) == ([], None, None)


def test_a_fault_of_the_program_keeps_its_stack(instance: dg.DagsterInstance) -> None:
    shown = shown_error(run(instance, failing(ValueError("a fault of the program"), times=99, tries=[])))
    assert shown.cause is not None
    assert "in work" in "".join(shown.cause.stack)


def test_a_value_out_of_bounds_in_a_configuration_is_told_in_a_sentence(world: World) -> None:
    config = {"plan_ids": ["rider"], "chunk_size": 0, "only": {"min_weeks": 99}}
    result = world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": config}}})
    shown = shown_error(result)
    assert shown.message.splitlines() == [
        "configuration: only.min_weeks: must be at most 24, not 99; give a number from 4 to 24",
        "chunk_size: must be at least 1, not 0; give a number from 1 to 1000",
    ]
    assert shown.stack == []


def test_a_run_can_have_no_retries(instance: dg.DagsterInstance) -> None:
    tries: list[int] = []
    result = run(instance, failing(LockedError("taken"), times=99, tries=tries), step_retries="0")

    assert tries == [0]
    assert "taken (tried once)" in failure_of(result)
    assert RETRIES_TAG == "plan_pipeline/step_retries"


def test_a_full_disk_says_what_is_safe_and_what_to_do(instance: dg.DagsterInstance) -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/data/plans/rider/plan.json")

    said = failure_of(run(instance, failing(error, times=99, tries=[])))

    assert "the disk is full" in said
    assert "/data/plans/rider/plan.json" in said
    assert "Everything published before is in place" in said
    assert "plan-pipeline doctor" in said


def test_a_full_disk_is_known_by_what_a_database_says_of_it(instance: dg.DagsterInstance) -> None:
    tries: list[int] = []
    error = StorageError("the warehouse cannot be built (IO Error: Could not write: No space left on device)")

    result = run(instance, failing(error, times=99, tries=tries))

    assert "the disk is full" in failure_of(result)
    assert tries == [0]


def test_a_read_only_folder_says_so(instance: dg.DagsterInstance) -> None:
    error = OSError(errno.EROFS, "Read-only file system", "/data")
    assert "mounted read-only; mount it for writing" in failure_of(run(instance, failing(error, times=9, tries=[])))


def unreadable(number: int) -> StorageError:
    """What storage says of a file that the system cannot read."""
    error = StorageError("request.json cannot be read")
    error.__cause__ = OSError(number, os.strerror(number))
    return error


def test_what_storage_says_of_an_error_that_passes_does_so_too() -> None:
    assert is_transient(unreadable(errno.EIO))
    assert not is_transient(unreadable(errno.EACCES))


def test_the_end_of_a_step_is_tried_again_without_the_rest_of_it(instance: dg.DagsterInstance) -> None:
    begun: list[int] = []
    ends: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        retry_in_step(lambda: failing(LockedError("busy"), times=2, tries=ends)(len(ends)))

    assert run(instance, work).success
    assert (begun, ends) == ([0], [0, 1, 2])


def test_an_end_that_never_works_fails_the_run_once(instance: dg.DagsterInstance) -> None:
    begun: list[int] = []
    ends: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        retry_in_step(lambda: failing(LockedError("the warehouse is being built"), times=99, tries=ends)(len(ends)))

    result = run(instance, work)

    assert (begun, len(ends)) == ([0], 4)
    assert "the warehouse is being built (tried 4 times)" in failure_of(result)


def test_an_end_that_needs_somebody_is_tried_once(instance: dg.DagsterInstance) -> None:
    ends: list[int] = []
    result = run(instance, lambda _: retry_in_step(lambda: failing(StorageError("damaged"), times=99, tries=ends)(0)))
    assert (result.success, ends) == (False, [0])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_that_takes_nothing_concerns_all_plans(number: int) -> None:
    assert affects_all_plans(OSError(number, os.strerror(number)))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EISDIR, errno.ENOENT, errno.EIO])
def test_a_file_that_cannot_be_written_concerns_its_plan(number: int) -> None:
    assert not affects_all_plans(OSError(number, os.strerror(number)))


def test_each_wait_is_twice_as_long_as_the_one_before() -> None:
    assert [wait_before(retry, 10.0) for retry in (1, 2, 3)] == [10.0, 20.0, 40.0]
