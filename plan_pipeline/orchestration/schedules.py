"""When things run: the schedules of the night, and sensors that react to runs.

Schedules that make, publish or retire plans are off until somebody turns them on, in the UI or with
``PLAN_PIPELINE_NIGHTLY``: an installation that is tried out does not change plans overnight. Clearing away is on,
because a disk that fills up unasked is worse than a run that is forgotten as the settings say. So is what only looks
or reacts: the check of all plans, the refresh after a batch, alerts, ending runs whose process is gone. A tick asks
for one run at most, however many plans there are; the run splits itself.
"""

from collections.abc import Callable, Iterator
from typing import Final

import dagster as dg

from plan_pipeline.orchestration import jobs
from plan_pipeline.orchestration.bulk import batches
from plan_pipeline.orchestration.bulk.overview_answers import overview_answers, overview_retries
from plan_pipeline.orchestration.bulk.submit_overviews import SWITCHED_OFF
from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs, repeat_dropped_runs
from plan_pipeline.orchestration.maintenance.plan_health import CHECK_PLAN_HEALTH, NIGHTLY_BATCH
from plan_pipeline.orchestration.reporting.alerts import alert_sensor
from plan_pipeline.orchestration.run_tags import REFRESH_TAG, SPLIT_TAG, TRIGGER_TAG
from plan_pipeline.settings import Settings

RUNS_INSPECTED: Final = 20
"""The last runs of the night's schedule and their retries: it starts none while one is going."""

INTERVAL_S: Final = 30

Obstacle = Callable[[dg.DagsterInstance], str | None]
"""Why a schedule should ask for no run now; ``None`` where it should."""


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """All schedules, in the time zone and at the times of the settings."""

    def nightly(
        name: str, job_name: str, cron: str, description: str, obstacle: Obstacle | None = None, on: bool | None = None
    ) -> dg.ScheduleDefinition:
        is_on = settings.nightly if on is None else on

        @dg.schedule(
            name=name,
            job_name=job_name,
            cron_schedule=cron,
            execution_timezone=settings.timezone,
            default_status=dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED,
            description=description,
        )
        def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
            reason = obstacle(context.instance) if obstacle else None
            return dg.SkipReason(reason) if reason else dg.RunRequest(tags={TRIGGER_TAG: name})

        return tick

    def no_batches(_instance: dg.DagsterInstance) -> str | None:
        return None if settings.llm_batch else SWITCHED_OFF

    return [
        nightly(
            "nightly_retirement",
            jobs.RETIRE_FINISHED_PLANS,
            settings.retire_cron,
            "Retires plans whose last week is over, before the night's batch.",
        ),
        nightly(
            "nightly_overview_questions",
            jobs.SUBMIT_OVERVIEWS,
            settings.llm_batch_cron,
            "Hands in what plans need of Claude as a batch, before the night's batch of plans. Does nothing unless "
            "PLAN_PIPELINE_LLM_BATCH is true.",
            no_batches,
        ),
        nightly(
            NIGHTLY_BATCH,
            jobs.REGENERATE_PLANS,
            settings.batch_cron,
            "Regenerates all active plans. One run, which splits itself; none while the last batch is going.",
            _unfinished_batch,
        ),
        nightly(
            "nightly_refresh",
            jobs.REFRESH_WAREHOUSE,
            settings.refresh_cron,
            "Refreshes the warehouse and the comparison of the arms, with what single runs left as well.",
            _coming_refresh,
        ),
        nightly(
            "nightly_plan_health",
            CHECK_PLAN_HEALTH,
            settings.plan_health_cron,
            "Checks whether any active plan is left failed or stale, after the night's batch, and refreshes the board "
            "`plan_status`. On from the start.",
            on=True,
        ),
        nightly(
            "nightly_retention",
            jobs.RETAIN,
            settings.retention_cron,
            "Clears away plan versions, fact files and old runs beyond what the settings keep. On from the start.",
            on=True,
        ),
    ]


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors that react to runs; all are on from the start."""
    return [refresh_after_batch, overview_answers, overview_retries, lost_runs, alert_sensor(settings)]


@dg.sensor(
    name="refresh_after_batch",
    job_name=jobs.REFRESH_WAREHOUSE,
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Refreshes the warehouse and the comparison once all runs that a batch was split into have ended.",
)
def refresh_after_batch(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A batch is closed when its refresh is known to Dagster: a tick that is cut short is made up for by the next.

    A tick asks for one run; other batches that have ended have their turn at the next ticks.
    """
    going, is_asked = 0, False
    for batch_id in batches.open_batches(context.instance):
        if batches.is_refreshed(context.instance, batch_id):
            batches.close(context.instance, batch_id)
        elif not is_asked and batches.has_ended(context.instance, batch_id):
            is_asked = True
            tags = {SPLIT_TAG: batch_id, REFRESH_TAG: batch_id, TRIGGER_TAG: "refresh_after_batch"}
            yield dg.RunRequest(run_key=f"refresh-{batch_id}", tags=tags)
        else:
            going += 1
    if not is_asked:
        yield dg.SkipReason(f"{going} batches are going" if going else "no batch waits for its refresh")


@dg.sensor(
    name="lost_runs",
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs whose process on this machine is gone, so that Dagster tries them again.",
)
def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Asks for no run itself: run retries do that for a run that has failed without a failed step."""
    ended, queued = end_lost_runs(context.instance), repeat_dropped_runs(context.instance)
    done = [
        *([f"ended {', '.join(ended)}"] if ended else []),
        *([f"queued again {', '.join(queued)}, which Dagster could not"] if queued else []),
    ]
    return dg.SkipReason("; ".join(done) or "no run has lost its process")


def _unfinished_batch(instance: dg.DagsterInstance) -> str | None:
    """Batches that are split and not done, and runs of the batch's schedule that are not done."""
    last = instance.get_run_records(
        dg.RunsFilter(job_name=jobs.REGENERATE_PLANS, tags={TRIGGER_TAG: NIGHTLY_BATCH}), limit=RUNS_INSPECTED
    )
    going = (record.dagster_run for record in last if batches.is_going(record))
    unsplit = [run.run_id for run in going if SPLIT_TAG not in run.tags]
    unfinished = dict.fromkeys([*batches.open_batches(instance), *unsplit])
    return f"the last batch is not done: {', '.join(unfinished)}" if unfinished else None


def _coming_refresh(instance: dg.DagsterInstance) -> str | None:
    going = batches.open_batches(instance)
    return f"batch {going[0]} is going; the sensor refresh_after_batch refreshes when it ends" if going else None
