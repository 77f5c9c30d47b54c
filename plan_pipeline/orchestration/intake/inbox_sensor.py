"""The sensor that takes what is ready from the inbox and launches a run for each batch of it.

It is on from the start: an empty inbox costs nothing, and a file is put there to be taken. A test of the sensor in the
UI takes files as well; the next tick launches the runs for them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import dagster as dg

from plan_pipeline.config import ConfigError
from plan_pipeline.core.wording import counted
from plan_pipeline.orchestration.intake.ingest_requests import ingest_batches, ingest_requests
from plan_pipeline.orchestration.maintenance.retirement import partitions_to_change
from plan_pipeline.orchestration.run_tags import BATCH_TAG
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.requests import with_defaults
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import LockedError
from plan_pipeline.storage.requests.inbox import Inbox, Note, Taken

SENSOR_NAME: Final = "requests_inbox"

MAX_BATCHES_AT_ONCE: Final = 8
"""Batches that have a run waiting or going: the queue lets two bulk runs go at a time, the others wait on disk."""

MAX_RUNS_A_BATCH: Final = 6
FIRST_WAIT: Final = dt.timedelta(minutes=1)
"""A batch whose run has failed has its next one after a minute, two, four and so on: half an hour in all."""

SYNC_EVERY: Final = dt.timedelta(hours=1)
MAX_SHOWN: Final = 20
MAX_NAMED: Final = 3


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor, with the interval of the settings."""

    @dg.sensor(
        name=SENSOR_NAME,
        job_name=ingest_requests.name,
        minimum_interval_seconds=settings.inbox_interval_s,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Takes request files from requests/inbox of the data folder: one plan in a .yaml or .json file, many in a "
            ".jsonl file. Good ones move to requests/accepted and are generated, some hundred a run; others move "
            "to requests/rejected, with the reason beside them. Half-written files wait. Once an hour it also brings "
            "the partitions in line with the plans on disk."
        ),
    )
    def requests_inbox(context: dg.SensorEvaluationContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.SensorResult:
        return take_and_launch(context, pipeline)

    return requests_inbox


def take_and_launch(
    context: dg.SensorEvaluationContext, pipeline: Pipeline, *, now: dt.datetime | None = None
) -> dg.SensorResult:
    """One tick. What is taken is safe on disk before a run is asked for, and asked for until a run has done it."""
    now = now or dt.datetime.now(dt.UTC)
    try:
        inbox = _inbox(pipeline)
        taken = inbox.take()
    except LockedError as busy:
        return dg.SensorResult(skip_reason=str(busy), cursor=context.cursor)
    except ConfigError as error:
        context.log.error(f"nothing is taken from the inbox before this is put right: {error}")
        return dg.SensorResult(skip_reason=str(error), cursor=context.cursor)
    for text in _warnings(taken):
        context.log.warning(text)
    requests, messages = runs_due(context.instance, inbox.claims.pending(), now=now)
    message = "; ".join([*_inbox_messages(taken), *messages])
    if requests and message:
        context.log.info(message)
    changes, cursor = _sync(context, pipeline, now)
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else message or "the inbox is empty",
        dynamic_partitions_requests=changes,
        cursor=cursor,
    )


def _inbox(pipeline: Pipeline) -> Inbox:
    """The inbox, which knows configurations and defaults of requests as they are now. Raises ``ConfigError``."""
    settings, configs = pipeline.settings, pipeline.config.load_all()
    give_up_s = 60 * settings.inbox_give_up_min
    return Inbox(
        pipeline.data,
        settle_s=settings.inbox_settle_s,
        give_up_s=give_up_s,
        configs=configs,
        held={sport: str(error) for sport, error in pipeline.config.faults().items()},
        complete=partial(with_defaults, settings=settings),
    )


def run_request(batch_id: str, run_number: int) -> dg.RunRequest:
    """The run of a batch, counted from 1. Its key has Dagster launch it once, however often it is asked for."""
    return dg.RunRequest(
        run_key=f"{batch_id}-run-{run_number}",
        run_config={"ops": {ingest_batches.name: {"config": {"batches": [batch_id]}}}},
        tags={BATCH_TAG: batch_id},
    )


def runs_due(
    instance: dg.DagsterInstance, pending: Sequence[str], *, now: dt.datetime
) -> tuple[list[dg.RunRequest], list[str]]:
    """The runs to ask for, of the batch that has waited longest first, and messages about the other batches."""
    requests: list[dg.RunRequest] = []
    later: list[str] = []
    given_up: list[str] = []
    going = queued = 0
    for batch_id in pending:
        if going + len(requests) >= MAX_BATCHES_AT_ONCE:
            queued += 1
            continue
        runs = instance.get_run_records(dg.RunsFilter(tags={BATCH_TAG: batch_id}), limit=MAX_RUNS_A_BATCH)
        if any(not run.dagster_run.is_finished for run in runs):
            going += 1
        elif not runs:
            requests.append(run_request(batch_id, 1))
        elif len(runs) >= MAX_RUNS_A_BATCH:
            given_up.append(
                f"batch {batch_id} was given up after {len(runs)} runs, the last of them {runs[0].dagster_run.run_id}; "
                f"put right what it says, then launch {ingest_requests.name}"
            )
        elif now < (again := _ended(runs[0]) + FIRST_WAIT * 2 ** (len(runs) - 1)):
            later.append(f"batch {batch_id} has failed and is tried again at {again:%H:%M:%S} UTC")
        else:
            requests.append(run_request(batch_id, len(runs) + 1))
    counts = ((going, "being ingested"), (queued, "waiting for these"))
    messages = [f"{counted(number, 'batch', 'batches')} {what}" for number, what in counts if number]
    return requests, [*messages, *later, *given_up]


def _ended(record: dg.RunRecord) -> dt.datetime:
    if record.end_time is not None:
        return dt.datetime.fromtimestamp(record.end_time, dt.UTC)
    return record.update_timestamp.replace(tzinfo=record.update_timestamp.tzinfo or dt.UTC)


def _sync(
    context: dg.SensorEvaluationContext, pipeline: Pipeline, now: dt.datetime
) -> tuple[list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest], str]:
    """What brings the partitions in line with the plans on disk, once in a while; a new instance has no cursor yet."""
    if context.cursor and now - dt.datetime.fromisoformat(context.cursor) < SYNC_EVERY:
        return [], context.cursor
    return partitions_to_change(pipeline.plans, context.instance), now.isoformat()


def _warnings(taken: Taken) -> Iterator[str]:
    for note in taken.rejected[:MAX_SHOWN]:
        yield f"rejected: {note.what}"
    for note in taken.superseded[:MAX_SHOWN]:
        yield f"{note.file} {note.what}"


def _inbox_messages(taken: Taken) -> Iterator[str]:
    if taken.plans:
        files, batches = counted(len(taken.accepted), "file"), counted(len(taken.batches), "batch", "batches")
        yield f"took {counted(taken.plans, 'plan')} from {files} in {batches}"
    if taken.rejected:
        yield f"{counted(len(taken.rejected), 'file')} rejected, see requests/rejected"
    if taken.left:
        yield f"{counted(taken.left, 'more file')} waiting for the next tick"
    yield from _listed("waiting", taken.waiting)
    yield from _listed("skipped", taken.skipped)


def _listed(heading: str, notes: Iterable[Note]) -> Iterator[str]:
    """Files by their notes, so that a thousand of them take no more room than a few."""
    names: dict[str, list[str]] = {}
    for note in notes:
        names.setdefault(note.what, []).append(note.file)
    for what, files in list(names.items())[:MAX_SHOWN]:
        more = f" and {len(files) - MAX_NAMED} more, each of which" if len(files) > MAX_NAMED else ""
        yield f"{heading}: {', '.join(files[:MAX_NAMED])}{more} {what}"
    if len(names) > MAX_SHOWN:
        yield f"{heading}: {sum(map(len, list(names.values())[MAX_SHOWN:]))} more files"
