"""Clearing away what is beyond the settings, a bounded amount at a time: by a job, or by the command ``maintain``.

Dagster forgets ticks itself, see ``dagster.yaml``.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import dagster as dg
from pydantic import Field

from plan_pipeline.orchestration.bulk.batches import open_batches
from plan_pipeline.orchestration.dagster_internals.run_history import forget_runs
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.orchestration.run_tags import BATCH_TAG, KIND_TAG, MAX_RUNTIME_TAG, SPLIT_TAG
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.run_log import line
from plan_pipeline.storage.data_folder import LockedError, StorageError
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline.storage.requests.old_requests import clear_accepted, clear_rejected

MAX_RUNS: Final = 500
"""Runs forgotten at a time: a night's batch of 15,000 plans leaves 76."""

PLAN_LOCK_TIMEOUT_S: Final = 1.0
"""How long a plan that a run is writing may hold up all the others; its versions have time until the next night."""

Counts = dict[str, int]


class RetentionConfig(CheckedConfig):
    """How much is cleared away; the settings of the installation say it where the job is launched as it is."""

    keep_runs_days: int | None = Field(
        default=None,
        ge=1,
        description="Age in days from which Dagster's runs are forgotten; as the settings say if unset.",
    )
    max_runs: int = Field(default=MAX_RUNS, ge=0, le=10_000, description="Runs forgotten at most, oldest first.")


class Cleared(NamedTuple):
    """What was cleared away, by kind, and what could not be."""

    counts: Counts
    errors: tuple[Exception, ...]


class Clearing(NamedTuple):
    pipeline: Pipeline
    instance: dg.DagsterInstance
    config: RetentionConfig
    now: dt.datetime

    def days_ago(self, days: int) -> dt.datetime:
        return self.now - dt.timedelta(days=days)


@dg.op(
    description="Clears away plan versions, fact files, request files, answers of models and old runs beyond what the "
    "settings keep."
)
def clear_away(
    context: dg.OpExecutionContext, config: RetentionConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """All kinds; what could not be cleared away fails the run in the end."""
    with translate_failures():
        counts, errors = clear(pipeline, context.instance, config, now=dt.datetime.now(dt.UTC))
        more: dict[str, Any] = dict(counts)
        context.log.info(line("cleared away", **more))
        for another in errors[1:]:
            context.log.error(line(f"something else could not be cleared away: {another}"))
        if errors:
            raise errors[0]
    return dg.Output(None, metadata=counts)


def clear(
    pipeline: Pipeline, instance: dg.DagsterInstance, config: RetentionConfig | None = None, *, now: dt.datetime
) -> Cleared:
    """Clear away each kind by itself: what is in use has time until the next time, an error of one stops no other."""
    clearing = Clearing(pipeline, instance, config or RetentionConfig(), now)
    counts: Counts = {}
    errors: list[Exception] = []
    for clear_kind in (_versions, _facts, _rejected_files, _accepted_files, _answers, _runs):
        try:
            counts |= clear_kind(clearing)
        except Exception as error:
            errors.append(error)
    return Cleared(counts, tuple(errors))


@dg.job(
    tags={KIND_TAG: "retention", MAX_RUNTIME_TAG: "7200"},
    description=(
        "Clears away what is beyond the settings: versions of plans (PLAN_PIPELINE_KEEP_VERSIONS), small fact files, "
        "which are merged into few, request files that were ingested (PLAN_PIPELINE_KEEP_ACCEPTED_DAYS, "
        "PLAN_PIPELINE_KEEP_REJECTED_DAYS), calls of models with their answers, once they are in the facts "
        "(PLAN_PIPELINE_KEEP_ANSWERS_DAYS), and finished runs in Dagster's history (PLAN_PIPELINE_KEEP_RUNS_DAYS), "
        "some hundred at a time. A run that the page of an active plan's cell still shows is kept however old it is."
    ),
)
def retain() -> None:
    """One step."""
    clear_away()


def runs_in_use(instance: dg.DagsterInstance, pipeline: Pipeline) -> dict[str, Sequence[str]]:
    """Values of run tags by tag: of batches that are not refreshed yet, and of requests that wait."""
    return {SPLIT_TAG: open_batches(instance), BATCH_TAG: Claims(pipeline.data).pending()}


def _versions(clearing: Clearing) -> Counts:
    """Delete versions of all plans, retired ones too. Raises ``StorageError`` after all were gone through."""
    plans = clearing.pipeline.plans
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
    return {"versions_deleted": deleted, "plans_busy": busy}


def _facts(clearing: Clearing) -> Counts:
    """Merge small files and remove what killed writers left, while others read and write."""
    from plan_pipeline.storage.facts.compaction import compact  # brings DuckDB, which loading the definitions need not

    clearing.pipeline.facts.sweep()
    try:
        tables = compact(clearing.pipeline.facts, now=clearing.now)
    except LockedError:  # another process is doing so
        return {"fact_files_fewer": 0}
    return {"fact_files_fewer": sum(table.files_before - table.files_after for table in tables.values())}


def _rejected_files(clearing: Clearing) -> Counts:
    before = clearing.days_ago(clearing.pipeline.settings.keep_rejected_days)
    try:
        return {"rejected_files_deleted": clear_rejected(clearing.pipeline.data, before=before).removed}
    except LockedError:  # requests are coming in
        return {"rejected_files_deleted": 0}


def _accepted_files(clearing: Clearing) -> Counts:
    before = clearing.days_ago(clearing.pipeline.settings.keep_accepted_days)
    cleared = clear_accepted(clearing.pipeline.data, before=before)
    return {"accepted_files_deleted": cleared.removed, "accepted_files_needed": cleared.needed}


def _answers(clearing: Clearing) -> Counts:
    from plan_pipeline.storage.model_calls.old_answers import clear_answers  # brings DuckDB

    before = clearing.days_ago(clearing.pipeline.settings.keep_answers_days)
    cleared = clear_answers(clearing.pipeline.facts, before=before)
    return {"answers_deleted": cleared.removed, "answers_not_in_facts": cleared.waiting}


def _runs(clearing: Clearing) -> Counts:
    forgotten = forget_runs(
        clearing.instance,
        before=clearing.days_ago(clearing.config.keep_runs_days or clearing.pipeline.settings.keep_runs_days),
        at_most=clearing.config.max_runs,
        in_use=runs_in_use(clearing.instance, clearing.pipeline),
    )
    return {"runs_forgotten": forgotten.runs, "old_runs_kept": forgotten.kept}
