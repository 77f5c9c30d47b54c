"""A run that makes many plans in memory, and leaves in Dagster what asset runs would have left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import dagster as dg

from plan_pipeline.orchestration.assets.workout_library import record_library
from plan_pipeline.orchestration.bulk.config import RegenerateConfig
from plan_pipeline.orchestration.bulk.run_summary import RunSummary
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.failures import retry_in_step
from plan_pipeline.orchestration.generations import run_info
from plan_pipeline.orchestration.model_calls import ModelCalls
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.orchestration.reporting.materializations import (
    PlanMaterializations,
    cells_of,
)
from plan_pipeline.services.generation import GenerationService, MadePlan
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.regeneration import Regeneration
from plan_pipeline.storage.plans.plan_store import PlanRecord, PlanStore


class BulkRun(Regeneration):
    """One run of a job that makes many plans; ``summary`` is its report.

    Raises ``LibraryError`` where the library is not good, ``dagster.Failure`` for a setting that means nothing. A step
    that is tried again makes a generation of its own: what the first try finished stays as it is.
    """

    def __init__(
        self,
        context: dg.OpExecutionContext,
        pipeline: Pipeline,
        config: RegenerateConfig,
        settle: Callable[[], None] | None = None,
    ) -> None:
        """``settle`` is called whenever nothing of a chunk is held in memory any more."""
        self.summary = RunSummary()
        self._context = context
        self._settle = settle
        self._cells: list[PlanMaterializations] = []
        self._calls = ModelCalls.of(context, pipeline.settings.llm_at_once)
        rewrite, keep = config.rewrites_unchanged(), pipeline.settings.keep_versions
        own = replace(
            pipeline,
            overviews=pipeline.overviews.with_calls(self._calls.one),
            plans=PlanStore(pipeline.data, keep, rewrite_unchanged=rewrite),
        )
        options = config.options(pipeline)
        record_library(context.instance, pipeline)
        run = run_info(context.instance, context.run)
        if context.retry_number:
            again = f"{run.stamp.generation_id}-try-{context.retry_number + 1}"
            run = run._replace(stamp=run.stamp.model_copy(update={"generation_id": again}))
        super().__init__(GenerationService(own, pipeline.library.load(), run), options, context.log)

    def on_made(self, made: MadePlan, record: PlanRecord) -> None:
        """Keep what its cells will show."""
        self._cells.append(PlanMaterializations.of(made.result, record))

    def on_record(self, record: PlanRecord) -> None:
        """Count it."""
        self.summary.add(record)
        super().on_record(record)

    def on_chunk(self, part: str, generations: Sequence[FinishedGeneration]) -> None:
        """Write its facts, tried again on their own and not with the whole step, and report its cells."""
        plans, self._cells = self._cells, []
        context = self._context
        retry_in_step(lambda: super(BulkRun, self).on_chunk(part, generations))
        register_plans(context.instance, [plan.record.plan_id for plan in plans])
        step_key, cells = str(context.op_handle), cells_of(plans)
        self.summary.cells += report_materializations(
            context.instance, context.run_id, context.job_name, step_key, cells
        )

    def after_chunk(self) -> None:
        """Let the memory settle."""
        if self._settle is not None:
            self._settle()

    def on_retry(self) -> None:
        """Ask models again that did not answer."""
        self._calls.reset_circuit_breaker()
