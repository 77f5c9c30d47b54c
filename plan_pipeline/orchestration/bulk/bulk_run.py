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
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.regeneration import Regeneration, RegenerationHooks
from plan_pipeline.services.run_memory import FinishedGeneration
from plan_pipeline.storage.plans.plan_store import PlanRecord, PlanStore


def no_chunk_hook() -> None:
    """The ``after_chunk`` of a run whose memory needs no care."""


class BulkRun:
    """One run of a job that makes many plans; ``summary`` is what it has to say at its end.

    Raises ``LibraryError`` where the library is not good, ``dagster.Failure`` for a setting that means nothing. A step
    that is tried again makes a generation of its own: what the first try finished stays as it is.
    """

    def __init__(
        self,
        context: dg.OpExecutionContext,
        pipeline: Pipeline,
        config: RegenerateConfig,
        after_chunk: Callable[[], None] = no_chunk_hook,
    ) -> None:
        self.summary = RunSummary()
        self._context = context
        self._made: list[PlanMaterializations] = []
        settings = pipeline.settings
        calls = ModelCalls.of(context, settings.llm_at_once)
        rewrite = config.rewrites_unchanged()
        own = replace(
            pipeline,
            overviews=pipeline.overviews.with_calls(calls.one),
            plans=PlanStore(pipeline.data, settings.keep_versions, rewrite_unchanged=rewrite),
            on_record=self._counted(pipeline.on_record),
        )
        options = config.options(pipeline)
        record_library(context.instance, pipeline)
        run = run_info(context.instance, context.run)
        if context.retry_number:
            again = f"{run.stamp.generation_id}-try-{context.retry_number + 1}"
            run = run._replace(stamp=run.stamp.model_copy(update={"generation_id": again}))
        self._generations = GenerationService(own, pipeline.library.load(), run)
        hooks = RegenerationHooks(self._remember, self._record, after_chunk, calls.reset_circuit_breaker)
        self._regeneration = Regeneration(self._generations, options, hooks, context.log)

    def run(self, plan_ids: Sequence[str]) -> None:
        """Make plans, write their facts, and report their cells as materialized."""
        self._regeneration.run(plan_ids)

    def _counted(self, on_record: Callable[[PlanRecord], None]) -> Callable[[PlanRecord], None]:
        def count(record: PlanRecord) -> None:
            self.summary.add(record)
            on_record(record)

        return count

    def _remember(self, made: MadePlan, record: PlanRecord) -> None:
        self._made.append(PlanMaterializations.of(made.result, record))

    def _record(self, part: str, generations: Sequence[FinishedGeneration]) -> None:
        """Write the facts of a chunk as one part, and report its cells."""
        plans, self._made = self._made, []
        context = self._context
        if generations:
            retry_in_step(lambda: record_facts(self._generations.pipeline, self._generations.run, part, generations))
        register_plans(context.instance, [plan.record.plan_id for plan in plans])
        self.summary.cells += report_materializations(
            context.instance,
            run_id=context.run_id,
            job_name=context.job_name,
            step_key=str(context.op_handle),
            cells=cells_of(plans),
        )
