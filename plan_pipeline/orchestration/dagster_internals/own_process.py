"""Executing a run in the calling process, as a run of the code location that the webserver shows.

``JobDefinition.execute_in_process`` makes runs of no code location: the page of their job leaves them out, and the UI
cannot execute them again.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob  # a job that no other process has to load
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME  # as Definitions name theirs
from dagster._core.execution.api import execute_run  # executes a run that was made before
from dagster._core.remote_origin import (  # where a run is from, which the page of a job filters by
    RegisteredCodeLocationOrigin,
    RemoteRepositoryOrigin,
)

from plan_pipeline.orchestration.run_tags import MAX_RETRIES_TAG

LOCATION: Final = "plan_pipeline.definitions"
"""What ``plan-pipeline ui`` calls the code location that it shows."""

_NO_RETRIES: Final = {MAX_RETRIES_TAG: "0"}
"""Whoever interrupts a program does not want Dagster's daemon to go on with it."""


def execute_here(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    *,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
    asset_selection: Collection[dg.AssetKey] = (),
) -> dg.JobExecutionResult:
    """Make a run of a job, or of some of its assets, and execute it; a step that fails is in the result."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(_location_of(instance)), SINGLETON_REPOSITORY_NAME)
    run = instance.create_run_for_job(
        job_def=job,
        run_config=run_config,
        tags={**job.run_tags, **tags, **_NO_RETRIES},
        asset_selection=frozenset(asset_selection) or None,
        remote_job_origin=repository.get_job_origin(job.name),
    )
    return execute_run(InMemoryJob(job), run, instance)


def is_executed_by_its_program(run: dg.DagsterRun) -> bool:
    """Whether a run is one of ``execute_here``, so that somebody sees how it ends."""
    return run.remote_job_origin is not None and run.job_code_origin is None


def _location_of(instance: dg.DagsterInstance) -> str:
    """The code location whose sensors Dagster's daemon evaluates; ``LOCATION`` where there is none yet."""
    states = instance.all_instigator_state()
    names = {state.origin.repository_origin.code_location_origin.location_name for state in states}
    return LOCATION if not names or LOCATION in names else min(names)
