"""What happens on time, and what follows from it: schedules of the night, and sensors that react.

Belongs here: when things run, and why a tick does nothing. Does not belong here: what the jobs do, looking into the
inbox (see ``sensors``).

Schedules that make, publish or retire plans are off until somebody turns them on, in the UI or with
``PLAN_PIPELINE_NIGHTLY``: an installation that is tried out does not change plans overnight. Clearing away is on,
because a disk that fills up unasked is worse than a run that is forgotten as the settings say. So is what only reacts:
the refresh after a batch, alerts, ending runs whose process is gone. A tick asks for one run at most, however many
plans there are; the run splits itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import dagster as dg

from plan_pipeline.orchestration import jobs
from plan_pipeline.orchestration.bulk import batches
from plan_pipeline.orchestration.dagster_internals.dropped_retries import repeat_dropped_runs
from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs
from plan_pipeline.orchestration.maintenance.plan_health import CHECK_PLAN_HEALTH
from plan_pipeline.orchestration.reporting.alerts import alert_sensor
from plan_pipeline.orchestration.run_tags import REFRESH_TAG, SPLIT_TAG, TRIGGER_TAG
from plan_pipeline.settings import Settings

REFRESHES_A_TICK: Final = 1
"""The runs a tick of the sensor asks for at most; other batches that have ended have their turn at the next ticks."""

RUNS_LOOKED_AT: Final = 20
"""The last runs of the night's schedule and their retries: it starts none while one is going."""

LOOK_EVERY_S: Final = 30


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """All schedules, in the time zone and at the times of the settings."""
    return [
        _schedule(
            "nightly_retirement",
            jobs.RETIRE_FINISHED_PLANS,
            settings.retire_cron,
            settings,
            "Retires plans whose last week is over, before the night's batch.",
        ),
        nightly_batch(settings),
        nightly_refresh(settings),
        _schedule(
            "nightly_plan_health",
            CHECK_PLAN_HEALTH,
            settings.plan_health_cron,
            settings,
            "Looks whether any active plan is left failed or stale, after the night's batch.",
        ),
        _schedule(
            "nightly_retention",
            jobs.RETAIN,
            settings.retention_cron,
            settings,
            "Clears away plan versions, fact files and old runs beyond what the settings keep. On from the start.",
            on=True,
        ),
    ]


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors that react to runs; all are on from the start."""
    return [refresh_after_batch, lost_runs, alert_sensor(settings)]


def nightly_batch(settings: Settings) -> dg.ScheduleDefinition:
    """Regenerates all active plans, unless the last batch is still going."""

    @dg.schedule(
        name="nightly_batch",
        job_name=jobs.REGENERATE_PLANS,
        cron_schedule=settings.batch_cron,
        execution_timezone=settings.timezone,
        default_status=_status(settings.nightly),
        description="Regenerates all active plans. One run, which splits itself; none while the last batch is going.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        going = _going(context.instance)
        if going:
            return dg.SkipReason(f"the last batch is not done: {', '.join(going)}")
        return dg.RunRequest(tags={TRIGGER_TAG: "nightly_batch"})

    return tick


def nightly_refresh(settings: Settings) -> dg.ScheduleDefinition:
    """Refreshes warehouse and comparison, unless a batch is going, whose end does."""

    @dg.schedule(
        name="nightly_refresh",
        job_name=jobs.REFRESH_WAREHOUSE,
        cron_schedule=settings.refresh_cron,
        execution_timezone=settings.timezone,
        default_status=_status(settings.nightly),
        description="Refreshes the warehouse and the comparison of the arms, with what single runs left as well.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        going = batches.open_batches(context.instance)
        if going:
            return dg.SkipReason(f"batch {going[0]} is going; the sensor refresh_after_batch refreshes when it ends")
        return dg.RunRequest(tags={TRIGGER_TAG: "nightly_refresh"})

    return tick


@dg.sensor(
    name="refresh_after_batch",
    job_name=jobs.REFRESH_WAREHOUSE,
    minimum_interval_seconds=LOOK_EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Refreshes the warehouse and the comparison once all runs that a batch was split into have ended.",
)
def refresh_after_batch(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A batch is closed when its refresh is known to Dagster: a tick that is cut short is made up for by the next."""
    going = asked = 0
    for batch_id in batches.open_batches(context.instance):
        if batches.is_refreshed(context.instance, batch_id):
            batches.close(context.instance, batch_id)
        elif asked < REFRESHES_A_TICK and batches.has_ended(context.instance, batch_id):
            own = {SPLIT_TAG: batch_id, REFRESH_TAG: batch_id}
            tags = {**own, TRIGGER_TAG: "refresh_after_batch"}
            asked += 1
            yield dg.RunRequest(run_key=f"refresh-{batch_id}", tags=tags)
        else:
            going += 1
    if not asked:
        yield dg.SkipReason(f"{going} batches are going" if going else "no batch waits for its refresh")


@dg.sensor(
    name="lost_runs",
    minimum_interval_seconds=LOOK_EVERY_S,
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


def _schedule(
    name: str, job_name: str, cron: str, settings: Settings, description: str, *, on: bool | None = None
) -> dg.ScheduleDefinition:
    """A schedule that asks for one run of a job, without conditions."""
    return dg.ScheduleDefinition(
        name=name,
        job_name=job_name,
        cron_schedule=cron,
        execution_timezone=settings.timezone,
        default_status=_status(settings.nightly if on is None else on),
        tags={TRIGGER_TAG: name},
        description=description,
    )


def _status(on: bool) -> dg.DefaultScheduleStatus:
    return dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED


def _going(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Batches that are split and not done, and runs of the batch's schedule that are not done."""
    last = instance.get_run_records(
        dg.RunsFilter(job_name=jobs.REGENERATE_PLANS, tags={TRIGGER_TAG: "nightly_batch"}), limit=RUNS_LOOKED_AT
    )
    going = (record.dagster_run for record in last if batches.is_going(record))
    unsplit = [run.run_id for run in going if SPLIT_TAG not in run.tags]
    return tuple(dict.fromkeys([*batches.open_batches(instance), *unsplit]))
