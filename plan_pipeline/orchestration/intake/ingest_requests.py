"""Requests come in: from the inbox, by a run for each batch, or pasted in the launchpad.

A batch waits on disk until a run has done all of it: where a run is killed, the next one does the batch again, to the
same end. What was pasted becomes a batch before anything else is done with it.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Final

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh_at_end
from plan_pipeline.orchestration.assets.workout_library import record_library
from plan_pipeline.orchestration.bulk.bulk_run import BulkRun
from plan_pipeline.orchestration.bulk.config import RegenerateConfig
from plan_pipeline.orchestration.failures import retry_in_step, translate_failures
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.metadata import record_cells
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.orchestration.run_tags import BATCH_TAG, KIND_TAG, MAX_RUNTIME_TAG, PRIORITY_TAG
from plan_pipeline.services.generation import failure_record
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.requests import CLAIM_TIMEOUT_S, submit_request, superseded_message, with_defaults
from plan_pipeline.services.run_log import line
from plan_pipeline.storage.plans.plan_store import PlanLockedError
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.requests.arrivals import claim_after_inbox
from plan_pipeline.storage.requests.claims import PLANS_A_BATCH, Batch, BatchBusyError, Claims, Received, batch_ids
from plan_pipeline.storage.requests.outcomes import add_outcomes
from plan_pipeline.storage.requests.pasted import read_text
from plan_pipeline.storage.requests.request_files import Configs, RequestFileError
from plan_pipeline.strict_input.input_limits import MAX_PROBLEMS

STORE_TIMEOUTS_S: Final = (5.0, 60.0)
"""How long a plan that another run is writing may hold up the others of its batch, and then the end of the run."""

EXAMPLE_PLAN_ID: Final = "change-me"

EXAMPLE: Final[dict[str, Any]] = {
    "plan_id": EXAMPLE_PLAN_ID,
    "athlete_profile": {
        "athlete_id": "rider-001",
        "ftp": 250,
        "experience_level": "intermediate",
        "training_availability": {
            "hours_per_week": 8,
            "week_days": ["tuesday", "wednesday", "thursday", "saturday", "sunday"],
        },
    },
    "weeks": 12,
}
"""What the launchpad shows: not text, which it would put into one line full of escapes."""


class IngestConfig(CheckedConfig):
    """Which batches a run ingests."""

    batches: list[str] = Field(
        default=[], description="Ids of batches in requests/in_progress; every one that waits, where the list is empty."
    )


class SubmitConfig(CheckedConfig):
    """Requests, and what is to be done with them."""

    requests: Any = Field(
        default=[EXAMPLE],
        description="Your requests in place of the example: a list of them; or, after `requests: |` and indented, the "
        "text of request files: YAML with a line of --- between two requests, JSON, a JSON list, or one JSON object a "
        f"line. Up to {PLANS_A_BATCH} requests. If one cannot be used, none is taken. Of a key that is given "
        "twice in a list, Dagster takes the last; in a text it is refused.",
    )
    generate: bool = Field(default=True, description="Generate the plans in this run; if not, only register them.")


@dg.op(description="Stores the requests of batches, registers their plans and generates them.")
def ingest_batches(
    context: dg.OpExecutionContext, config: IngestConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Batch by batch; one that is done already is skipped."""
    intake = Intake(context, pipeline)
    with translate_failures():
        for batch_id in config.batches or intake.claims.pending():
            intake.ingest(batch_id)
        intake.finish()
    return dg.Output(None, metadata=intake.metadata())


@dg.op(description="Checks requests from the launchpad, then does with them what is done with those from the inbox.")
def ingest_submitted(
    context: dg.OpExecutionContext, config: SubmitConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """All or none: nothing is written before everything was found good."""
    intake = Intake(context, pipeline)
    with translate_failures():
        batch_id = intake.submitted(config.requests)
        record_library(context.instance, pipeline)
        intake.ingest(batch_id, generate=config.generate)
        intake.finish()
    return dg.Output(None, metadata=intake.metadata())


@dg.job(
    tags={KIND_TAG: "bulk", PRIORITY_TAG: "1", MAX_RUNTIME_TAG: "7200"},
    description=(
        "Takes in requests that came through the inbox: stores them, registers their plans and generates them. The "
        "sensor `requests_inbox` launches it. Launched by hand as it is, it ingests every batch that still waits, "
        "such as one whose runs have failed."
    ),
)
def ingest_requests() -> None:
    """One step, so that a batch is done by one process."""
    ingest_batches()


@dg.job(
    tags={KIND_TAG: "bulk", PRIORITY_TAG: "1", MAX_RUNTIME_TAG: "7200"},
    description=(
        "Takes requests that you paste into the launchpad: checks all of them, registers the plans and generates them. "
        "The configuration has an example of a request to put yours in place of. If one cannot be used none is taken, "
        "and the run fails with everything that is wrong. How each plan ended is in the metadata of the step's output."
    ),
)
def submit_plan_requests() -> None:
    """One step, so that the requests are taken or not."""
    ingest_submitted()


@dataclass
class Intake:
    """What one run ingests, batch by batch, and how it ended."""

    context: dg.OpExecutionContext
    pipeline: Pipeline
    records: list[PlanRecord] = field(default_factory=list)
    registered: int = 0
    new: int = 0
    superseded: list[str] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    outcomes: dict[str, PlanRecord] = field(default_factory=dict)
    """Of the batch at hand, by plan."""

    @property
    def claims(self) -> Claims:
        return Claims(self.pipeline.data)

    def submitted(self, given_requests: Any) -> str:
        """The id of the batch that requests were made into, by this run or by the one it is a retry of.

        Raises ``dagster.Failure`` with everything that is wrong with them.
        """
        checked = _checked(given_requests, self.pipeline.config.load_all())
        requests = [with_defaults(each, self.pipeline.settings) for each in checked]
        given = self.context.run.tags.get(BATCH_TAG)
        if given is not None:
            with self.claims.batch(given) as batch:
                if batch is not None and [each.request for each in batch.requests] == requests:
                    return given
        now = dt.datetime.now(dt.UTC)
        source = f"run {self.context.run_id}"
        with self.claims.lock(CLAIM_TIMEOUT_S):
            claim = claim_after_inbox(self.claims, now)
            (batch_id,) = batch_ids(claim, len(requests))
            # The tag first: the sensor leaves a batch alone that a run is at work on.
            self.context.instance.add_run_tags(self.context.run_id, {BATCH_TAG: batch_id})
            self.claims.commit(claim, [Received(source=source, request=each) for each in requests], received_at=now)
        return batch_id

    def ingest(self, batch_id: str, *, generate: bool = True) -> None:
        """Do everything for a batch and acknowledge it, but for plans that another run keeps locked."""
        try:
            with self.claims.batch(batch_id) as batch:
                if batch is None:
                    self.context.log.info(line("batch was ingested before", batch=batch_id))
                else:
                    busy = self._ingest(batch, generate=generate)
                    self._tell(batch)
                    self.claims.acknowledge(batch, except_for=busy)
                    self.busy += busy
        except BatchBusyError as error:
            self.context.log.warning(line(str(error), batch=batch_id))

    def _ingest(self, batch: Batch, *, generate: bool) -> list[str]:
        """Store, register and generate; returns the plans that stayed locked."""
        self.outcomes.clear()
        remaining = list(batch.requests)
        for timeout_s in STORE_TIMEOUTS_S:
            stored, remaining = self._store(batch, remaining, timeout_s)
            new = register_plans(self.context.instance, stored)
            self.registered += len(stored)
            self.new += len(new)
            counts: dict[str, Any] = {"plans": len(stored), "new": len(new), "locked": len(remaining)}
            self.context.log.info(line("requests stored", batch=batch.batch_id, **counts))
            if generate and stored:
                self._bulk.run(stored)
            if not remaining:
                break
        return [received.request.plan_id for received in remaining]

    def _tell(self, batch: Batch) -> None:
        """Put how the plans of a batch ended beside the files that asked for them, before the batch is forgotten."""
        by_file: dict[str, list[PlanRecord]] = {}
        for received in batch.requests:
            record = self.outcomes.get(received.request.plan_id)
            if received.file and record:
                by_file.setdefault(received.file, []).append(record)
        for left_out in batch.superseded:
            if left_out.received.file:
                record = self._superseded(left_out.received.request, left_out.by)
                by_file.setdefault(left_out.received.file, []).append(record)
        for file, records in by_file.items():
            retry_in_step(partial(add_outcomes, self.pipeline.data, file, records))

    def _superseded(self, request: PlanRequest, by: str | None = None) -> PlanRecord:
        message = superseded_message(self.pipeline.plans, request.plan_id, by)
        return failure_record(self.pipeline, request.plan_id, request, "none", message)

    def finish(self) -> None:
        """Tag the run, refresh the warehouse; raises ``PlanLockedError`` where something is left for later."""
        if self.records:
            self.context.instance.add_run_tags(self.context.run_id, self._bulk.summary.tags.found())
            refresh_at_end(self.context, self.pipeline)
            self._bulk.finish(is_last=True, looks_at_all=False)
        if self.busy:
            raise PlanLockedError(
                f"{len(self.busy)} plans are being written by other runs, and their new requests wait: "
                f"{', '.join(self.busy[:10])}{', …' if len(self.busy) > 10 else ''}"
            )

    def _store(self, batch: Batch, requests: Sequence[Received], timeout_s: float) -> tuple[list[str], list[Received]]:
        """The plans whose requests were stored, and the requests of those that are locked."""
        stored: list[str] = []
        locked: list[Received] = []
        for received in requests:
            plan_id = received.request.plan_id
            try:
                receipt = batch.receipt(received)
                is_latest = submit_request(self.pipeline.plans, received.request, receipt, timeout_s=timeout_s)
                (stored if is_latest else self.superseded).append(plan_id)
                if not is_latest:
                    self.outcomes[plan_id] = self._superseded(received.request)
            except PlanLockedError as error:
                self.context.log.warning(line(f"{error}; its new request waits", plan=plan_id, batch=batch.batch_id))
                locked.append(received)
        return stored, locked

    @cached_property
    def _bulk(self) -> BulkRun:
        """One for the whole run: it names the files of facts. It reads the library, which may not be good."""
        pipeline = replace(self.pipeline, on_record=self._record)
        return BulkRun(self.context, pipeline, RegenerateConfig(chunk_size=PLANS_A_BATCH))

    def _record(self, record: PlanRecord) -> None:
        self.records.append(record)
        self.outcomes[record.plan_id] = record
        self.pipeline.on_record(record)

    def metadata(self) -> Metadata:
        """How many there were, how each ended, and the reasons of those that were not published."""
        found: Metadata = {
            "plans_registered": MetadataValue.int(self.registered),
            "plans_new": MetadataValue.int(self.new),
        }
        if self.records:
            by_status = sorted(self.records, key=lambda record: record.status is PlanStatus.PUBLISHED)
            found |= self._bulk.summary.metadata()
            found["outcomes"] = MetadataValue.md(markdown_table(record_cells(record) for record in by_status))
        if self.superseded:
            found["newer_request_is_in_place"] = MetadataValue.md(markdown_list(self.superseded))
        return found


def _checked(given: Any, configs: Configs) -> list[PlanRequest]:
    """Requests as text, or as what the launchpad made of YAML: a list of them, or a single one."""
    try:
        text = given if isinstance(given, str) else json.dumps(given)
        requests = list(read_text(text, most=PLANS_A_BATCH, configs=configs))
    except RequestFileError as error:
        raise _refused(error.problems) from None
    except RecursionError:
        raise _refused(["the configuration is nested too deep to be read; flatten it"]) from None
    if any(request.plan_id == EXAMPLE_PLAN_ID for request in requests):
        problem = (
            f"plan_id: {EXAMPLE_PLAN_ID!r} is the example's; put your own request in its place, with an id of its own"
        )
        raise _refused([problem])
    return requests


def _refused(problems: Sequence[str]) -> dg.Failure:
    listed, more = problems[:MAX_PROBLEMS], len(problems) - MAX_PROBLEMS
    rest = [f"… and {more} more"] if more > 0 else []
    return dg.Failure(
        "nothing was taken; correct this in the configuration and launch the run again:\n"
        + "\n".join(f"- {problem}" for problem in (*listed, *rest)),
        metadata={"problems": MetadataValue.md(markdown_list(listed))},
        allow_retries=False,
    )
