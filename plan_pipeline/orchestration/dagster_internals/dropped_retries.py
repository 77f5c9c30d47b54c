"""Runs that Dagster was about to try again and could not, queued again as Dagster would have.

Its daemon asks the code server for the job, gives up after one failure, and only says so in the run's log; and where it
is killed between making a run and queueing it, nobody does the latter.
"""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import uuid4

import dagster as dg
from dagster._core.storage.tags import TAGS_TO_MAYBE_OMIT_ON_RETRY  # as Dagster's own retries leave them out

from plan_pipeline.orchestration.dagster_internals.run_queue import put_in_queue
from plan_pipeline.orchestration.run_tags import (
    PARENT_RUN_TAG,
    RETRIED_BY_TAG,
    RETRY_NUMBER_TAG,
    ROOT_RUN_TAG,
    WILL_RETRY_TAG,
)

GIVEN_UP: Final = "Failed to retry run"
"""What Dagster's daemon says in the log of such a run."""

LOOK_BACK: Final = dt.timedelta(hours=6)
AT_MOST: Final = 100
QUEUED_WITHIN: Final = dt.timedelta(minutes=2)
"""How long Dagster's daemon may take to queue a run that it has made."""


def repeat_dropped_runs(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Queue these runs again, those that ended within ``LOOK_BACK``; returns the ids of the failed ones."""
    now = dt.datetime.now(dt.UTC)
    made = instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED], created_before=now - QUEUED_WITHIN), limit=AT_MOST
    )
    unqueued = [record.dagster_run for record in made if RETRY_NUMBER_TAG in record.dagster_run.tags]
    for run in unqueued:
        put_in_queue(instance, run.run_id)
    records = instance.get_run_records(
        dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.FAILURE],
            tags={WILL_RETRY_TAG: "false"},
            updated_after=now - LOOK_BACK,
        ),
        limit=AT_MOST,
    )
    dropped = [record.dagster_run for record in records if _was_dropped(instance, record.dagster_run)]
    for run in dropped:
        _repeat(instance, run)
    return tuple(run.parent_run_id or run.run_id for run in unqueued) + tuple(run.run_id for run in dropped)


def _was_dropped(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    events = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT).records
    if not any(GIVEN_UP in event.event_log_entry.message for event in events):
        return False
    return not any(child.parent_run_id == run.run_id for child in _family(instance, run))


def _repeat(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    root = run.root_run_id or run.run_id
    number = 1 + sum(RETRY_NUMBER_TAG in other.tags for other in _family(instance, run))
    tags = {name: value for name, value in run.tags.items() if name not in TAGS_TO_MAYBE_OMIT_ON_RETRY}
    own = {PARENT_RUN_TAG: run.run_id, ROOT_RUN_TAG: root, RETRY_NUMBER_TAG: str(number)}
    again = run._replace(
        run_id=str(uuid4()),
        status=dg.DagsterRunStatus.NOT_STARTED,
        root_run_id=root,
        parent_run_id=run.run_id,
        tags={**tags, **own},
    )
    instance.add_run(again)
    instance.add_run_tags(run.run_id, {WILL_RETRY_TAG: "true", RETRIED_BY_TAG: again.run_id})
    put_in_queue(instance, again.run_id)


def _family(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[dg.DagsterRun]:
    """The repetitions of the run that all of them go back to."""
    return list(instance.get_runs(dg.RunsFilter(tags={ROOT_RUN_TAG: run.root_run_id or run.run_id})))
