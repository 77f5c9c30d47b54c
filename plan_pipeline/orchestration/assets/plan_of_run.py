"""One plan of an asset run while a stage works on it: what it takes, where that lies, and where its weeks go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.stages import LIBRARY, REQUEST, WEEK_STAGES, Stage
from plan_pipeline.orchestration.reporting.metadata import StageReport
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, week_line
from plan_pipeline.services.generation import GenerationService, RunInfo
from plan_pipeline.services.pipeline import Pipeline, RunMemory
from plan_pipeline.services.stage_outputs import StageOutput, inputs_hash
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.records import OverviewRecord


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

    @property
    def memory(self) -> RunMemory:
        return self.pipeline.memory(self.run.run_id)

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
        """The hash of what this plan's weeks are made from now."""
        return inputs_hash(self.request, self.record, self.library)

    def in_error(self) -> bool:
        """Whether an earlier step of this run could not make the plan."""
        if self.stage is Stage.PLAN_OVERVIEW:
            return False
        try:
            verdict = self.pipeline.plans.load_generation_record(self.plan_id)
        except DamagedArtefactError:
            return False
        return (
            verdict is not None
            and verdict.status is PlanStatus.ERROR
            and verdict.generation_id == self.run.stamp.generation_id
        )

    def takes(self, name: str) -> Any:
        """What the stage takes by this name: weeks are those asked for, as an earlier stage made them.

        Raises ``ArtefactMissingError`` for a week that was not made, or was made from something older.
        """
        known = {REQUEST: self.request, LIBRARY: self.library}
        if name in known:
            return known[name]
        stage = Stage[name.upper()]
        return self.overview if stage is Stage.PLAN_OVERVIEW else list(self._current_weeks(stage))

    def _current_weeks(self, stage: Stage) -> Iterator[Frozen]:
        for number, made in self.load_outputs(stage, self.weeks).items():
            if made.inputs != self.inputs:
                raise ArtefactMissingError(
                    f"plan {self.plan_id!r}: {stage} of week {number} was made from an earlier request, overview or "
                    f"library; launch {stage} for it first"
                )
            yield made.week

    def load_outputs(self, stage: Stage, weeks: tuple[int, ...] | None = None) -> dict[int, StageOutput[Any]]:
        """Weeks with the hash of what they were made from: ``weeks``, or all there are."""
        return self.pipeline.plans.load_weeks(self.plan_id, stage, StageOutput[stage.makes], weeks)  # type: ignore[name-defined]

    def lines_of(self, weeks: Mapping[int, Frozen]) -> list[WeekLine]:
        """The lines of weeks that a stage has made."""
        return [week_line(week, self.plan_id, self.overview.week(number)) for number, week in weeks.items()]

    def finished_lines(self) -> list[WeekLine]:
        """The lines of all weeks of the plan as the last of the stages on weeks left them."""
        if self.record.overview is None:
            return []
        made = self.load_outputs(WEEK_STAGES[-1])
        return self.lines_of({n: each.week for n, each in made.items() if n <= self.request.total_weeks})

    def save(self, weeks: Mapping[int, Frozen]) -> None:
        """Store weeks as this stage made them."""
        made: dict[int, StageOutput[Frozen]] = {
            number: StageOutput(inputs=self.inputs, week=week) for number, week in weeks.items()
        }
        self.pipeline.plans.save_weeks(self.plan_id, self.stage, made)

    def measured(self) -> AbstractContextManager[None]:
        """Count the time spent in here as the stage's."""
        return self.memory.measure(self.plan_id, self.stage)

    def stage_ms(self) -> dict[str, float]:
        """How long this run's stages took for all weeks of the plan; empty where only some were asked for."""
        return self.memory.stage_ms[self.plan_id] if len(self.weeks) == self.request.total_weeks else {}
