"""What a stage works on: the plans of a run, one after the other, each with the weeks that are asked for.

Belongs here: everything the stages share: which weeks exist, what keeps a plan out of a stage, where
artefacts come from and go to, and which failures end a run. Does not belong here: what a stage computes
(see ``assets``), how a generation ends (see ``outcome``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import dagster as dg

from plan_pipeline.core.finalize import Stamp
from plan_pipeline.core.model import Frozen
from plan_pipeline.core.plan import Overview
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import PlanStatus
from plan_pipeline.core.workout import Library
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.metadata import StageReport
from plan_pipeline.orchestration.outcome import Made, inputs_hash, stamp_of
from plan_pipeline.orchestration.partitions import cell_key, cells_of_run
from plan_pipeline.orchestration.resources import Pipeline
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plan_store import ArtefactMissingError, DamagedArtefactError, OverviewRecord, Stage

W = TypeVar("W", bound=Frozen)

MAX_CELLS_WITH_METADATA = 100
"""Cells of a run up to which each has metadata of its own: Dagster looks through all of them for every one."""


@dataclass(frozen=True)
class PlanOfRun:
    """One plan of the run while a stage works on it, its lock held.

    ``weeks`` are those asked for that the plan has; it may be none.
    """

    pipeline: Pipeline
    run_id: str
    stage: Stage
    stamp: Stamp
    request: PlanRequest
    library: Library
    weeks: tuple[int, ...]
    report: StageReport

    @property
    def plan_id(self) -> str:
        return self.request.plan_id

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
            verdict = self.pipeline.plans.load_verdict(self.plan_id)
        except DamagedArtefactError:
            return False
        return (
            verdict is not None
            and verdict.status is PlanStatus.ERROR
            and verdict.generation_id == self.stamp.generation_id
        )

    def load(self, stage: Stage, model: type[W]) -> dict[int, W]:
        """The asked weeks as an earlier stage made them.

        Raises ``ArtefactMissingError`` for a week that was not made, or was made from something older.
        """
        made = self.load_made(stage, model, self.weeks)
        for number, week in made.items():
            if week.inputs != self.inputs:
                raise ArtefactMissingError(
                    f"plan {self.plan_id!r}: {stage} of week {number} was made from an earlier request, overview or "
                    f"library; launch {stage} for it first"
                )
        return {number: week.week for number, week in made.items()}

    def load_made(self, stage: Stage, model: type[W], weeks: tuple[int, ...] | None = None) -> dict[int, Made[W]]:
        """Weeks with the hash of what they were made from: ``weeks``, or all there are."""
        return self.pipeline.plans.load_weeks(self.plan_id, stage, Made[model], weeks)  # type: ignore[valid-type]

    def save(self, weeks: Mapping[int, Frozen]) -> None:
        """Store weeks as this stage made them."""
        made: dict[int, Made[Frozen]] = {number: Made(inputs=self.inputs, week=week) for number, week in weeks.items()}
        self.pipeline.plans.save_weeks(self.plan_id, self.stage, made)

    def measured(self) -> AbstractContextManager[None]:
        """Count the time spent in here as the stage's."""
        return self.pipeline.clock.measure(self.run_id, self.plan_id, self.stage)


def for_each_plan(
    context: dg.AssetExecutionContext, pipeline: Pipeline, stage: Stage, work: Callable[[PlanOfRun], None]
) -> StageReport:
    """Take every plan of the run through ``work``, under its lock, and report on all of them.

    Broken storage, a broken library and a missing earlier stage end the run, with a message and no retry.
    """
    report = StageReport(stage)
    with clear_failures():
        cells = cells_of_run(context.run.tags, context.instance)
        library = pipeline.library.load()
        stamp = stamp_of(context.instance, context.run.run_id)
        if stage is Stage.PLAN_OVERVIEW:
            pipeline.traffic.warn(context.log, stamp)
        for plan_id, asked in cells.items():
            request = pipeline.request(plan_id, stamp)
            weeks = tuple(number for number in asked if number <= request.total_weeks)
            report.attempted.append(plan_id)
            report.beyond(request, asked)
            with pipeline.plans.lock(plan_id):
                work(PlanOfRun(pipeline, context.run.run_id, stage, stamp, request, library, weeks, report))
    _add_metadata_of_cells(context, cells, report)
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

    return for_each_plan(context, pipeline, stage, unless_left_alone).result()


def _add_metadata_of_cells(
    context: dg.AssetExecutionContext, cells: Mapping[str, tuple[int, ...]], report: StageReport
) -> None:
    """Give each cell what is its own; a run over very many cells only has what is common to them."""
    if sum(len(weeks) for weeks in cells.values()) > MAX_CELLS_WITH_METADATA:
        return
    for line in report.lines:
        if line.week in cells[line.plan_id]:
            context.add_asset_metadata(line.metadata(), partition_key=cell_key(line.plan_id, line.week))


@contextmanager
def clear_failures() -> Iterator[None]:
    """Turn what an operator can put right into a failure that says so, and that Dagster does not retry."""
    try:
        yield
    except (StorageError, LibraryError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
