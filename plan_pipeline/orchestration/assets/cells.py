"""What a stage works on: the plans of a run, one after the other, each with the weeks that are asked for.

Belongs here: everything the stages share: which weeks exist, what keeps a plan out of a stage, where
artefacts come from and go to, and which failures end a run. Does not belong here: what a stage computes
(see ``assets``), how a generation ends (see ``outcome``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import run_info
from plan_pipeline.orchestration.partitions import PLAN_DIMENSION, WEEK_DIMENSION, cell_key, cells_of_run
from plan_pipeline.orchestration.reporting.metadata import Metadata, StageReport
from plan_pipeline.orchestration.run_tags import ARM_TAG, EXPERIMENT_TAG, PLAN_TAG, RANGE_START_TAG, SINGLE_TAG
from plan_pipeline.services.generation import GenerationService, RunInfo
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.stage_outputs import StageOutput, inputs_hash
from plan_pipeline.storage.plans.plan_store import ArtefactMissingError, DamagedArtefactError, OverviewRecord

W = TypeVar("W", bound=Frozen)

MAX_CELLS_WITH_METADATA = 100
"""Cells of a run up to which each has metadata of its own: Dagster looks through all of them for every one."""


@dataclass(frozen=True)
class PlanOfRun:
    """One plan of the run while a stage works on it, its lock held.

    ``weeks`` are those asked for that the plan has; it may be none.
    """

    generations: GenerationService
    stage: Stage
    request: PlanRequest
    weeks: tuple[int, ...]
    report: StageReport

    @property
    def plan_id(self) -> str:
        return self.request.plan_id

    @property
    def pipeline(self) -> Pipeline:
        return self.generations.pipeline

    @property
    def library(self) -> Library:
        return self.generations.library

    @property
    def run(self) -> RunInfo:
        return self.generations.run

    @cached_property
    def record(self) -> OverviewRecord:
        """The stored overview, or why there is none. Raises ``ArtefactMissingError`` before ``plan_overview`` ran."""
        record = self.pipeline.plans.load_overview(self.plan_id)
        if record is None:
            raise ArtefactMissingError(
                f"plan {self.plan_id!r} has no {Stage.PLAN_OVERVIEW}; launch {Stage.PLAN_OVERVIEW} first"
            )
        return record

    @cached_property
    def overview(self) -> Overview:
        assert self.record.overview is not None
        return self.record.overview

    @cached_property
    def inputs(self) -> str:
        """The hash of what this plan's weeks are made from as things stand."""
        return inputs_hash(self.request, self.record, self.library)

    def in_error(self) -> bool:
        """Whether an earlier step of this run had to give the plan up."""
        try:
            verdict = self.pipeline.plans.load_generation_record(self.plan_id)
        except DamagedArtefactError:
            return False
        return (
            verdict is not None
            and verdict.status is PlanStatus.ERROR
            and verdict.generation_id == self.run.stamp.generation_id
        )

    def load(self, stage: Stage, model: type[W]) -> dict[int, W]:
        """The asked weeks as an earlier stage made them.

        Raises ``ArtefactMissingError`` for a week that was not made, or was made from something older.
        """
        made = self.load_outputs(stage, model, self.weeks)
        for number, week in made.items():
            if week.inputs != self.inputs:
                raise ArtefactMissingError(
                    f"plan {self.plan_id!r}: {stage} of week {number} was made from an earlier request, overview or "
                    f"library; launch {stage} for it first"
                )
        return {number: week.week for number, week in made.items()}

    def load_outputs(
        self, stage: Stage, model: type[W], weeks: tuple[int, ...] | None = None
    ) -> dict[int, StageOutput[W]]:
        """Weeks with the hash of what they were made from: ``weeks``, or all there are."""
        return self.pipeline.plans.load_weeks(self.plan_id, stage, StageOutput[model], weeks)  # type: ignore[valid-type]

    def save(self, weeks: Mapping[int, Frozen]) -> None:
        """Store weeks as this stage made them."""
        made: dict[int, StageOutput[Frozen]] = {
            number: StageOutput(inputs=self.inputs, week=week) for number, week in weeks.items()
        }
        self.pipeline.plans.save_weeks(self.plan_id, self.stage, made)

    def measured(self) -> AbstractContextManager[None]:
        """Count the time spent in here as the stage's."""
        return self.pipeline.memory.measure(self.run.run_id, self.plan_id, self.stage)

    def stage_ms(self) -> dict[str, float]:
        """How long this run's stages took for all weeks of the plan; empty where only some were asked for."""
        if len(self.weeks) < self.request.total_weeks:
            return {}
        return self.pipeline.memory.stage_ms(self.run.run_id, self.plan_id)


def for_each_plan(
    context: dg.AssetExecutionContext, pipeline: Pipeline, stage: Stage, work: Callable[[PlanOfRun], None]
) -> StageReport:
    """Take every plan of the run through ``work``, under its lock, and report on all of them.

    Broken storage, a broken library and a missing earlier stage end the run, with a message and no retry; what passes
    by itself has the step tried again.
    """
    report = StageReport(stage)
    with translate_failures():
        report.asked = cells_of_run(context.run.tags, context.instance)
        run = run_info(context.instance, context.run)
        generations = GenerationService(pipeline, pipeline.library.load(), run)
        if stage is Stage.PLAN_OVERVIEW:
            pipeline.live_experiments.warn(context.log, run.stamp)
        tags = RunTags(context)
        for plan_id, asked in report.asked.items():
            request = pipeline.request(plan_id, run.stamp)
            tags.add(request)
            weeks = tuple(number for number in asked if number <= request.total_weeks)
            report.attempted.append(plan_id)
            report.beyond(request, asked)
            with pipeline.plans.lock(plan_id):
                work(PlanOfRun(generations, stage, request, weeks, report))
        tags.write()
    if len(report.attempted) == 1:
        file = pipeline.data.plan_folder(report.attempted[0]) / f"{stage}.json"
        report.extra["file"] = MetadataValue.path(str(file))
    return report


def for_each_overview(
    context: dg.AssetExecutionContext, pipeline: Pipeline, stage: Stage, work: Callable[[PlanOfRun], None]
) -> dg.MaterializeResult[None]:
    """``for_each_plan`` for the stages on weeks: plans without an overview, or without a week to do, are left alone."""

    def unless_left_alone(plan: PlanOfRun) -> None:
        if plan.in_error():
            plan.report.note(plan.plan_id, "no overview could be had in this run, nothing to do")
        elif plan.record.infeasible is not None:
            plan.report.note(plan.plan_id, f"infeasible, nothing to do: {plan.record.infeasible.reason}")
        elif plan.weeks:
            work(plan)

    return finished(context, for_each_plan(context, pipeline, stage, unless_left_alone))


def finished(context: dg.AssetExecutionContext, report: StageReport) -> dg.MaterializeResult[None]:
    """What a stage returns: each cell of the run has first what is its own, then what there is to say about the run.

    A run over very many cells only has the latter. Cells that Dagster would leave out are marked here.
    """
    asked = [cell_key(plan_id, number) for plan_id, weeks in report.asked.items() for number in weeks]
    left_out = cells_left_out(context.run.tags, asked)
    common = report.metadata()
    own: dict[dg.MultiPartitionKey, Metadata] = {}
    told_apart = len(asked) <= MAX_CELLS_WITH_METADATA
    if told_apart:
        own = {cell_key(line.plan_id, line.week): line.metadata() | line.workouts_metadata() for line in report.lines}
        for key in asked:
            if key not in left_out:
                context.add_asset_metadata(own.get(key, {}) | common, partition_key=key)
    marks = (
        dg.AssetMaterialization(report.stage.value, partition=key, metadata=own.get(key, {}) | common)
        for key in left_out
    )
    step_key = str(context.op_execution_context.op_handle)
    report_materializations(context.instance, context.run.run_id, context.job_name, step_key, marks)
    return dg.MaterializeResult(metadata={} if told_apart else common)


class RunTags:
    """What a run's plans have in common, as run tags to find it by: the plan, the arm, the experiment."""

    def __init__(self, context: dg.AssetExecutionContext) -> None:
        self._context = context
        self._found: dict[str, set[str]] = {}

    def add(self, request: PlanRequest) -> None:
        """Count a plan of the run in."""
        options = request.options
        for tag, value in (
            (PLAN_TAG, request.plan_id),
            (ARM_TAG, options.duration),
            (EXPERIMENT_TAG, options.experiment),
        ):
            self._found.setdefault(tag, set()).add(str(value or ""))

    def write(self) -> None:
        """Tag the run with what is the same for all its plans, unless an earlier step has."""
        common = {tag: next(iter(values)) for tag, values in self._found.items() if len(values) == 1}
        run = self._context.instance.get_run_by_id(self._context.run.run_id)
        known = run.tags if run else {}
        new = {tag: value for tag, value in common.items() if value and known.get(tag) != value}
        if new:
            self._context.instance.add_run_tags(self._context.run.run_id, new)


def cells_left_out(tags: Mapping[str, str], asked: Sequence[dg.MultiPartitionKey]) -> tuple[dg.MultiPartitionKey, ...]:
    """The cells of a run that Dagster does not mark.

    A range launched from the page of a job has the tags of its first cell beside those of the range (Dagster 1.13.27),
    and these are what Dagster goes by.
    """
    plan, week = (tags.get(f"{SINGLE_TAG}/{dimension}") for dimension in (PLAN_DIMENSION, WEEK_DIMENSION))
    if RANGE_START_TAG not in tags or plan is None or week is None:
        return ()
    return tuple(key for key in asked if key != cell_key(plan, int(week)))
