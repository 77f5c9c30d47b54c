"""The bulk job: many plans in one run, made in memory, ending in the same files, facts and marks as asset runs.

Belongs here: taking plans through ``core.pipeline`` one after the other, and what happens to one that cannot
be made. Does not belong here: how a generation ends (see ``outcome``), writing marks (see ``event_log``).
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.core.finalize import Stamp
from plan_pipeline.core.overview_writer import OverviewError
from plan_pipeline.core.pipeline import PlanFacts, PlanResult, generate_plan, infeasible_verdict
from plan_pipeline.core.plan import Verdict
from plan_pipeline.core.request import PlanOptions, PlanRequest
from plan_pipeline.core.vocabulary import PlanStatus
from plan_pipeline.core.workout import Library
from plan_pipeline.orchestration.assets import metrics_warehouse as warehouse_asset
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh
from plan_pipeline.orchestration.cells import clear_failures
from plan_pipeline.orchestration.marks import cells_of_result, report_materializations
from plan_pipeline.orchestration.memory import long_lived
from plan_pipeline.orchestration.metadata import Metadata, markdown_list, markdown_table, record_cells
from plan_pipeline.orchestration.outcome import finish, published_path, stage_artefacts, stamp_of
from plan_pipeline.orchestration.partitions import MAX_RUNTIME_TAG, register_plans
from plan_pipeline.orchestration.resources import Pipeline
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plan_store import (
    ArtefactMissingError,
    DamagedArtefactError,
    OverviewRecord,
    PlanLockedError,
    PlanRecord,
    Stage,
)

PLANS_A_PART = 250
"""Plans whose facts are held in memory before they are written as one file a table."""


class RegenerateConfig(dg.Config):
    """``plan_ids`` are the plans to make; all that have a request where it is empty. ``renew_overviews`` has models
    write their overviews anew. ``refresh_warehouse`` is turned off for all but the last of several runs.
    ``lock_timeout_s`` is how long a plan that another run is writing may hold up all the others, seconds.
    """

    plan_ids: list[str] = Field(default=[])
    renew_overviews: bool = False
    refresh_warehouse: bool = True
    lock_timeout_s: float = 30.0


@dg.op(description="Generates plans in memory, publishes what passes, and records all of it.")
def generate_in_bulk(
    context: dg.OpExecutionContext, config: RegenerateConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Chunk by chunk: make the plans, write their facts, mark their cells; then refresh the warehouse once."""
    records: list[PlanRecord] = []
    cells = 0
    with clear_failures(), long_lived() as settle:
        bulk = BulkRun.of(context, pipeline, config)
        pipeline.traffic.warn(context.log, bulk.stamp)
        remaining = iter(dict.fromkeys(config.plan_ids or pipeline.plans.plan_ids()))
        while chunk := tuple(islice(remaining, PLANS_A_PART)):
            outcomes: list[Outcome] = []
            try:
                for plan_id in chunk:
                    outcomes.append(bulk.generate(plan_id))
                    bulk.announce(outcomes[-1].record)
            finally:  # an interrupted run keeps what it has finished
                cells += bulk.keep(outcomes, first=not records)
            records += [outcome.record for outcome in outcomes]
            del outcomes
            settle()
        if config.refresh_warehouse:
            context.log_event(dg.AssetMaterialization(warehouse_asset.key, metadata=refresh(pipeline)))
    return dg.Output(None, metadata=_summary(records, cells))


@dg.job(
    tags={"kind": "bulk", MAX_RUNTIME_TAG: "21600"},
    description=(
        "Generates many plans in one run, in memory, and refreshes the warehouse once at the end. Without "
        "configuration it takes every plan that has a request; `plan_ids` names some. One plan that cannot be made "
        "never stops the others: it is listed with its reason, and what was published before stays in place."
    ),
)
def regenerate_plans() -> None:
    """One step: everything a plan goes through happens in memory."""
    generate_in_bulk()


@dataclass(frozen=True)
class Outcome:
    """How one plan of a bulk run ended; only the record is sure to be there."""

    record: PlanRecord
    facts: PlanFacts | None = None
    result: PlanResult | None = None


@dataclass(frozen=True)
class BulkRun:
    """One run of the bulk job. Broken storage ends it; whatever else is wrong with a plan is that plan's outcome."""

    context: dg.OpExecutionContext
    pipeline: Pipeline
    library: Library
    stamp: Stamp
    config: RegenerateConfig

    @classmethod
    def of(cls, context: dg.OpExecutionContext, pipeline: Pipeline, config: RegenerateConfig) -> "BulkRun":
        """Raises ``LibraryError`` where the library is not good."""
        stamp = stamp_of(context.instance, context.run_id)
        return cls(context, pipeline, pipeline.library.load(), stamp, config)

    def generate(self, plan_id: str) -> Outcome:
        """Make one plan and store all of it, or say why it could not be made. Raises what broken storage raises."""
        request: PlanRequest | None = None
        try:
            with self.pipeline.plans.lock(plan_id, timeout_s=self.config.lock_timeout_s):
                request = self.pipeline.request(plan_id, self.stamp)
                try:
                    return self._made(request)
                except OverviewError as error:
                    return self._given_up(request, str(error))
        except (PlanLockedError, ArtefactMissingError, DamagedArtefactError) as error:
            return self._left_alone(plan_id, request, str(error))
        except (StorageError, OSError):
            raise
        except Exception as error:
            self.context.log.exception("plan %s could not be made", plan_id)
            return self._left_alone(plan_id, request, f"unexpected {type(error).__name__}: {error}; see the run's log")

    def announce(self, record: PlanRecord) -> None:
        """Say how a plan ended, in the run's log if badly."""
        if record.reasons:
            self.context.log.warning("plan %s is %s: %s", record.plan_id, record.status, "; ".join(record.reasons))
        self.pipeline.on_record(record)

    def keep(self, outcomes: Sequence[Outcome], *, first: bool) -> int:
        """Write the facts of these plans as one part, and mark their cells; returns how many cells."""
        if not outcomes:
            return 0
        facts = [outcome.facts for outcome in outcomes if outcome.facts]
        results = [(outcome.result, outcome.record) for outcome in outcomes if outcome.result]
        part = self.stamp.generation_id if first else f"{self.stamp.generation_id}-from-{outcomes[0].record.plan_id}"
        if facts:
            self.pipeline.facts.write_all(part, facts)
        register_plans(self.context.instance, [record.plan_id for _, record in results])
        return report_materializations(
            self.context.instance,
            run_id=self.context.run_id,
            job_name=self.context.job_name,
            step_key=str(self.context.op_handle),
            cells=cells_of_result(results),
        )

    def _made(self, request: PlanRequest) -> Outcome:
        renew = self.config.renew_overviews
        result, record = made_in_memory(self.pipeline, request, self.library, self.stamp, renew_overview=renew)
        return self._stored(result, record)

    def _stored(self, result: PlanResult, record: OverviewRecord) -> Outcome:
        plans, plan_id = self.pipeline.plans, result.request.plan_id
        plans.save_overview(plan_id, record)
        for stage, weeks in stage_artefacts(result, record, self.library).items():
            plans.save_weeks(plan_id, stage, weeks)
        verdict, facts = finish(self.pipeline, result, self.library, self.stamp, self.context.run_id)
        plans.save_weeks(plan_id, Stage.WEEK_METRICS, {row.week: row for row in facts.weeks})
        return Outcome(verdict, facts, result)

    def _given_up(self, request: PlanRequest, reason: str) -> Outcome:
        result = PlanResult(request=request, verdict=error_verdict(reason), stage_ms={})
        record, facts = finish(self.pipeline, result, self.library, self.stamp, self.context.run_id)
        return Outcome(record, facts)

    def _left_alone(self, plan_id: str, request: PlanRequest | None, reason: str) -> Outcome:
        """A plan whose folder is not ours to write, or not fit to be written; nothing of it is touched."""
        options = request.options if request else PlanOptions()
        record = PlanRecord(
            plan_id=plan_id,
            status=PlanStatus.ERROR,
            arm=options.duration,
            experiment=options.experiment,
            generation_id=self.stamp.generation_id,
            weeks=request.total_weeks if request else 0,
            reasons=(reason,),
            path=published_path(self.pipeline, plan_id),
        )
        return Outcome(record)


def made_in_memory(
    pipeline: Pipeline, request: PlanRequest, library: Library, stamp: Stamp, *, renew_overview: bool = False
) -> tuple[PlanResult, OverviewRecord]:
    """A plan and its overview, whoever writes that; nothing is stored. Raises ``OverviewError``."""
    started = time.perf_counter()
    record, _ = pipeline.overviews.overview(request, library, plans=pipeline.plans, renew=renew_overview)
    overview_ms = (time.perf_counter() - started) * 1000
    if record.infeasible is not None:
        made = PlanResult(
            request=request, verdict=infeasible_verdict(record.infeasible), infeasible=record.infeasible, stage_ms={}
        )
    else:
        made = generate_plan(request, library, stamp=stamp, overview=record.overview)
    return made.model_copy(update={"stage_ms": {**made.stage_ms, Stage.PLAN_OVERVIEW.value: overview_ms}}), record


def error_verdict(reason: str) -> Verdict:
    """The verdict on a plan that could not be made for a reason that is not the request's."""
    return Verdict(status=PlanStatus.ERROR, reasons=(reason,))


def _summary(records: Sequence[PlanRecord], cells: int) -> Metadata:
    by_status = {status: sum(record.status is status for record in records) for status in PlanStatus}
    refused = [record for record in records if record.status is not PlanStatus.PUBLISHED]
    found: Metadata = {
        "plans": MetadataValue.int(len(records)),
        **{f"plans_{status.value}": MetadataValue.int(count) for status, count in by_status.items()},
        "plans_changed": MetadataValue.int(sum(record.changed for record in records)),
        "plans_with_rule_warnings": MetadataValue.int(sum(bool(record.warnings) for record in records)),
        "cells_marked": MetadataValue.int(cells),
    }
    broken = Counter(
        (result.rule_id, result.severity.value)
        for record in records
        for result in record.rule_results
        if result.rejects or result.warns
    )
    if broken:
        found["rules_broken"] = MetadataValue.md(
            markdown_table(
                {"rule": rule_id, "severity": severity, "plans": str(plans)}
                for (rule_id, severity), plans in broken.most_common()
            )
        )
    if refused:
        found["not_published"] = MetadataValue.md(markdown_table(record_cells(record) for record in refused))
        found["reasons"] = MetadataValue.md(markdown_list(_reasons(refused)))
    return found


def _reasons(records: Sequence[PlanRecord]) -> Iterator[str]:
    for record in records:
        for reason in record.reasons:
            yield f"{record.plan_id}: {reason}"
