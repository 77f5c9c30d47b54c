"""The sensors that collect batches of questions, have plans made of the answers, and failed ones handed in again."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import dagster as dg

from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.wording import counted
from plan_pipeline.llm.prices import PriceTable
from plan_pipeline.orchestration.bulk.batches import is_going
from plan_pipeline.orchestration.bulk.regenerate_plans import generate_in_bulk, regenerate_plans
from plan_pipeline.orchestration.bulk.submit_overviews import hand_in_questions, submit_overviews
from plan_pipeline.orchestration.run_tags import QUESTIONS_RETRY_TAG, QUESTIONS_TAG, TRIGGER_TAG
from plan_pipeline.services.models.batch_collection import BatchCollection
from plan_pipeline.services.models.batches import question_batches
from plan_pipeline.services.models.budget import SharedBudget
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import SettingsError
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.batch_files import BatchesBusyError, BatchFiles, BatchRecord

INTERVAL_S: Final = 60

CALL_TIMEOUT_S: Final = 10.0
"""Of a request to the provider: a tick has a minute in all, of which answers are stored for a third."""


@dg.sensor(
    name="overview_answers",
    job_name=regenerate_plans.name,
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Collects the batches of questions that `submit_overviews` has handed in, stores the answers, and launches one "
        "run for the plans of each batch. Without a batch it does nothing."
    ),
)
def overview_answers(
    context: dg.SensorEvaluationContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.RunRequest | dg.SkipReason:
    """One tick: answers are safe on disk before a run is asked for, and it is asked for until Dagster knows it.

    A tick asks for one run; other batches have their turn at the next ticks.
    """
    files = BatchFiles(pipeline.data)
    if not files.open():
        return dg.SkipReason("no questions are handed in")
    messages = []
    try:
        messages += _collection(pipeline, files).collect()
    except (BatchesBusyError, OverviewError, SettingsError) as error:
        messages.append(str(error))
    for message in messages:
        context.log.info(message)
    for record in files.open():
        if record.is_in_flight:
            continue
        step = _next_step(context.instance, files, record)
        if isinstance(step, dg.RunRequest):
            return step
        messages.append(step)
    return dg.SkipReason("; ".join(messages))


@dg.sensor(
    name="overview_retries",
    job_name=submit_overviews.name,
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Has the questions of a batch that expired or failed for a passing reason handed in once more.",
)
def overview_retries(
    context: dg.SensorEvaluationContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.RunRequest | dg.SkipReason:
    """A tick asks for one run, and none for what Dagster knows a run of."""
    files = BatchFiles(pipeline.data)
    for record in files.open():
        if _waits_for_retry(files, record) and not _retry_runs(context.instance, record):
            return dg.RunRequest(
                run_key=f"questions-retry-{record.submission_id}",
                run_config={"ops": {hand_in_questions.name: {"config": {"retry_of": record.submission_id}}}},
                tags={QUESTIONS_RETRY_TAG: record.submission_id, TRIGGER_TAG: "overview_retries"},
            )
    return dg.SkipReason("no question waits for a second try")


def _collection(pipeline: Pipeline, files: BatchFiles) -> BatchCollection:
    settings = pipeline.settings
    return BatchCollection(
        files,
        AnswerFiles(pipeline.data),
        lambda: question_batches(settings, timeout_s=min(CALL_TIMEOUT_S, settings.llm_timeout_s)),
        SharedBudget.of(settings, pipeline.data),
        PriceTable.of(settings),
    )


def _waits_for_retry(files: BatchFiles, record: BatchRecord) -> bool:
    """Whether a batch has questions that may be handed in once more, and were not yet."""
    return bool(record.to_retry) and record.done_at is None and files.find(record.retry_id) is None


def _retry_runs(instance: dg.DagsterInstance, record: BatchRecord) -> Sequence[dg.RunRecord]:
    return instance.get_run_records(dg.RunsFilter(tags={QUESTIONS_RETRY_TAG: record.submission_id}))


def _next_step(instance: dg.DagsterInstance, files: BatchFiles, record: BatchRecord) -> dg.RunRequest | str:
    """The run that makes the plans of a collected batch, or how it stands."""
    if _waits_for_retry(files, record):
        runs = _retry_runs(instance, record)
        if not runs or any(map(is_going, runs)):
            return f"{counted(len(record.to_retry), 'question')} of {record.name} wait to be handed in once more"
    retry = files.find(record.retry_id) if record.to_retry else None
    in_retry = set(retry.plan_ids) if retry is not None and retry.is_in_flight else set()
    plan_ids = [plan_id for plan_id in record.plan_ids if plan_id not in in_retry]
    runs_known = instance.get_run_ids(dg.RunsFilter(tags={QUESTIONS_TAG: record.submission_id}), limit=1)
    if runs_known or not plan_ids or record.done_at is not None:
        files.finish(record, dt.datetime.now(dt.UTC))
        return f"{record.name} is done"
    return dg.RunRequest(
        run_key=f"answers-{record.submission_id}",
        run_config={"ops": {generate_in_bulk.name: {"config": {"plan_ids": plan_ids, "skip_inactive": True}}}},
        tags={QUESTIONS_TAG: record.submission_id, TRIGGER_TAG: "overview_answers"},
    )
