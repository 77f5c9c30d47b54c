"""What is kept how long: versions of plans, small fact files, request files, and the runs that Dagster remembers.

Belongs here: the job that clears away what is beyond the settings, a bounded amount at a time. Does not belong here:
when it runs (see ``schedules``), which runs may go (see ``run_history``) and which request files (see
``storage.old_requests``), how ticks are forgotten (Dagster does that itself, see ``dagster.yaml``).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.orchestration.bulk.batches import open_batches
from plan_pipeline.orchestration.dagster_internals.run_history import Forgotten, forget_runs
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.run_tags import BATCH_TAG, KIND_TAG, MAX_RUNTIME_TAG, SPLIT_TAG
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.run_log import line
from plan_pipeline.storage.data_folder import LockedError, StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline.storage.requests.old_requests import Cleared, clear_accepted, clear_rejected

MAX_RUNS: Final = 500
"""Runs forgotten at a time: a night's batch of 15,000 plans leaves 76."""

PLAN_LOCK_TIMEOUT_S: Final = 1.0
"""How long a plan that a run is writing may hold up all the others; its versions have time until the next night."""


class RetentionConfig(dg.Config):
    """How much is cleared away; the settings of the installation say it where the job is launched as it is."""

    keep_runs_days: int | None = Field(
        default=None,
        ge=1,
        description="Age in days from which Dagster's runs are forgotten; as the settings say if unset.",
    )
    max_runs: int = Field(default=MAX_RUNS, ge=0, le=10_000, description="Runs forgotten at most, oldest first.")


class Versions(NamedTuple):
    """Versions deleted; plans whose turn is the next time, because a run was writing them."""

    deleted: int
    plans_busy: int


@dg.op(description="Clears away plan versions, fact files, request files and old runs beyond what the settings keep.")
def clear_away(
    context: dg.OpExecutionContext, config: RetentionConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Each kind by itself: what is in use is left for the next time, and what cannot be cleared away stops no other."""
    with translate_failures():
        cleared = _Clearing(context, config, pipeline)
        cleared.away()
    return dg.Output(None, metadata={name: MetadataValue.int(number) for name, number in cleared.counts.items()})


@dg.job(
    tags={KIND_TAG: "retention", MAX_RUNTIME_TAG: "7200"},
    description=(
        "Clears away what is beyond the settings: versions of plans (PLAN_PIPELINE_KEEP_VERSIONS), small fact files, "
        "which are merged into few, request files that were taken in (PLAN_PIPELINE_KEEP_ACCEPTED_DAYS, "
        "PLAN_PIPELINE_KEEP_REJECTED_DAYS), and finished runs in Dagster's history (PLAN_PIPELINE_KEEP_RUNS_DAYS), "
        "some hundred at a time. A run that shows how a cell of an active plan stands today is kept however old it is."
    ),
)
def retain() -> None:
    """One step."""
    clear_away()


def delete_old_versions(plans: PlanStore) -> Versions:
    """Delete the versions of all plans, retired ones too, beyond what is kept.

    Raises ``StorageError`` about the plans whose versions cannot be deleted, after all others were gone through.
    """
    deleted = busy = 0
    problems: list[str] = []
    for plan_id in plans.plan_ids():
        try:
            deleted += plans.delete_old_versions(plan_id, PLAN_LOCK_TIMEOUT_S)
        except LockedError:
            busy += 1
        except (StorageError, OSError) as error:
            problems.append(str(error))
    if problems:
        more = f" (and {len(problems) - 1} more plans)" if len(problems) > 1 else ""
        raise StorageError(f"versions of plans cannot be deleted: {problems[0]}{more}")
    return Versions(deleted, busy)


def compact_facts(pipeline: Pipeline, now: dt.datetime) -> int:
    """Merge small fact files and remove what killed writers left; returns by how many files there are fewer.

    Readers and writers go on meanwhile. Nothing is done where another process is at it.
    """
    from plan_pipeline.storage.facts.compaction import compact  # brings DuckDB, which loading the definitions need not

    pipeline.facts.sweep()
    try:
        done = compact(pipeline.facts, now=now)
    except LockedError:
        return 0
    return sum(table.files_before - table.files_after for table in done.values())


def runs_in_use(instance: dg.DagsterInstance, pipeline: Pipeline) -> dict[str, Sequence[str]]:
    """Values of run tags by tag: of batches that are not refreshed yet, and of requests that wait."""
    return {SPLIT_TAG: open_batches(instance), BATCH_TAG: Claims(pipeline.data).pending()}


class _Clearing:
    """One run of the job: how much of each kind was cleared away, and what went wrong."""

    def __init__(self, context: dg.OpExecutionContext, config: RetentionConfig, pipeline: Pipeline) -> None:
        self._context, self._config, self._pipeline = context, config, pipeline
        self._now = dt.datetime.now(dt.UTC)
        self.counts: dict[str, int] = {}

    def away(self) -> None:
        """Raises the first error of any kind, after the other kinds were cleared away."""
        errors = [
            error
            for error in map(self._tried, (self._versions, self._facts, self._rejected, self._accepted, self._runs))
            if error is not None
        ]
        counted: dict[str, Any] = dict(self.counts)
        self._context.log.info(line("cleared away", **counted))
        for error in errors[1:]:
            self._context.log.error(line(f"something else could not be cleared away: {error}"))
        if errors:
            raise errors[0]

    def _tried(self, clear: Callable[[], dict[str, int]]) -> Exception | None:
        try:
            self.counts |= clear()
        except Exception as error:
            return error
        return None

    def _versions(self) -> dict[str, int]:
        found = delete_old_versions(self._pipeline.plans)
        return {"versions_deleted": found.deleted, "plans_busy": found.plans_busy}

    def _facts(self) -> dict[str, int]:
        return {"fact_files_fewer": compact_facts(self._pipeline, self._now)}

    def _rejected(self) -> dict[str, int]:
        before = self._days_ago(self._pipeline.settings.keep_rejected_days)
        try:
            found = clear_rejected(self._pipeline.data, before=before)
        except LockedError:  # requests are coming in: the next night does it
            found = Cleared(0)
        return {"rejected_files_deleted": found.removed}

    def _accepted(self) -> dict[str, int]:
        before = self._days_ago(self._pipeline.settings.keep_accepted_days)
        found = clear_accepted(self._pipeline.data, before=before)
        return {"accepted_files_deleted": found.removed, "accepted_files_needed": found.needed}

    def _runs(self) -> dict[str, int]:
        found = self._forgotten(self._config.keep_runs_days or self._pipeline.settings.keep_runs_days)
        return {"runs_forgotten": found.runs, "old_runs_kept": found.kept}

    def _forgotten(self, days: int) -> Forgotten:
        return forget_runs(
            self._context.instance,
            before=self._days_ago(days),
            at_most=self._config.max_runs,
            in_use=runs_in_use(self._context.instance, self._pipeline),
        )

    def _days_ago(self, days: int) -> dt.datetime:
        return self._now - dt.timedelta(days=days)
