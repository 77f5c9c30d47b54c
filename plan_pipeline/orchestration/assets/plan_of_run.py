"""One plan of an asset run while a stage works on it: what it takes, where its weeks go, and the plan they make."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import finalize_plan
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, Plan, Verdict
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult, WeekDraft, infeasible_verdict, verdict_of
from plan_pipeline.core.stages import CONFIG, LIBRARY, REQUEST, WEEK_STAGES, Stage
from plan_pipeline.orchestration.reporting.metadata import StageReport
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, week_lines
from plan_pipeline.services.generation import (
    GenerationService,
    RunInfo,
    StageOutput,
    last_record,
    run_digits,
    stamp_of_record,
    unpublished,
)
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline, RunMemory
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.records import OverviewRecord


@dataclass(frozen=True)
class PlanOfRun:
    """One plan of the run while a stage works on it, its lock held.

    ``weeks`` are those asked for that the plan has.
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
        return self.generations.knowledge.library(self.request.sport)

    @property
    def config(self) -> PlanningConfig:
        return self.generations.knowledge.config(self.request.sport)

    @property
    def run(self) -> RunInfo:
        return self.generations.run

    @property
    def memory(self) -> RunMemory:
        return self.pipeline.memory(self.run.run_id)

    @cached_property
    def record(self) -> OverviewRecord:
        """The stored overview, or why there is none.

        Raises ``ArtefactMissingError`` before ``plan_overview`` ran, and where it would write another one now.
        """
        record = self.pipeline.plans.load_overview(self.plan_id)
        if record is None:
            raise ArtefactMissingError(
                f"plan {self.plan_id!r} has no {Stage.PLAN_OVERVIEW}; launch {Stage.PLAN_OVERVIEW} first"
            )
        if not self.pipeline.overviews.is_current(record, self.request, self.library, self.config):
            raise ArtefactMissingError(
                f"plan {self.plan_id!r}: {Stage.PLAN_OVERVIEW} was made from an earlier request, library, "
                f"configuration or release; launch {Stage.PLAN_OVERVIEW} first"
            )
        return record

    @cached_property
    def overview(self) -> Overview:
        assert self.record.overview is not None
        return self.record.overview

    @cached_property
    def inputs(self) -> str:
        """The hash of what this plan's weeks are made from now."""
        return self.generations.inputs_of(self.request, self.record)

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
            and run_digits(verdict.generation_id) == run_digits(self.run.stamp.generation_id)
        )

    def takes(self, name: str) -> Any:
        """What the stage takes by this name: weeks are those asked for, as an earlier stage makes them."""
        return self._takes(name, self.weeks)

    def made(self, stage: Stage) -> dict[int, Any]:
        """All weeks of the plan as a stage makes them."""
        return self._made(stage, range(1, len(self.overview.weeks) + 1))

    def _takes(self, name: str, weeks: Sequence[int]) -> Any:
        known = {REQUEST: self.request, LIBRARY: self.library, CONFIG: self.config}
        if name in known:
            return known[name]
        stage = Stage[name.upper()]
        return self.overview if stage is Stage.PLAN_OVERVIEW else list(self._made(stage, weeks).values())

    def _made(self, stage: Stage, weeks: Sequence[int]) -> dict[int, Any]:
        """Weeks as a stage stored them, or made again where one of them is missing or was made from something else."""
        stored = self._stored(stage)
        if not stored.keys() >= set(weeks):
            taken = [self._takes(name, weeks) for name in stage.takes]
            stored = {week.week_number: week for week in stage.make(*taken)}
        return {number: stored[number] for number in weeks}

    def _stored(self, stage: Stage) -> dict[int, Any]:
        """The weeks that a stage has stored, and that were made from what it would make them from now."""
        model = StageOutput[stage.makes]  # type: ignore[name-defined]
        try:
            stored = self.pipeline.plans.load_weeks(self.plan_id, stage, model)
        except (ArtefactMissingError, DamagedArtefactError):
            return {}
        return {number: made.week for number, made in stored.items() if made.inputs == self.inputs}

    def lines_of(self, weeks: Mapping[int, Frozen]) -> list[WeekLine]:
        """The lines of weeks that a stage has made."""
        return week_lines(weeks, self.request, self.overview.weeks)

    def finished_lines(self) -> list[WeekLine]:
        """The lines of all weeks of the plan as the last of the stages on weeks left them."""
        if self.record.overview is None:
            return []
        return self.lines_of(self.made(WEEK_STAGES[-1]))

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


def assembled(plan: PlanOfRun) -> PlanResult:
    """The generation that a plan's weeks make, whichever runs made them, or the record that it is infeasible."""
    if plan.record.infeasible is not None:
        infeasible = plan.record.infeasible
        return PlanResult(
            request=plan.request, verdict=infeasible_verdict(infeasible), infeasible=infeasible, stage_ms={}
        )
    made = {stage: plan.made(stage) for stage in WEEK_STAGES}
    validated = made[WEEK_STAGES[-1]].values()
    outcome = finalize_plan(plan.request, plan.overview, validated, plan.library, plan.config, plan.run.stamp)
    return PlanResult(
        request=plan.request,
        verdict=verdict_of(outcome),
        plan=outcome if isinstance(outcome, Plan) else None,
        overview=plan.overview,
        weeks=tuple(
            WeekDraft(overview=week, made={stage: made[stage][week.week_number] for stage in WEEK_STAGES})
            for week in plan.overview.weeks
        ),
        stage_ms={},
    )


def stored_generation(plan: PlanOfRun) -> FinishedGeneration:
    """The last generation of a plan, measured again: for a stage that is launched on its own.

    Raises ``ArtefactMissingError`` where no generation was finished yet, or the last one was made from something else.
    """
    record = last_record(plan.pipeline, plan.plan_id)
    as_it_was = replace(plan, request=plan.request.with_options(duration=record.arm, experiment=record.experiment))
    if record.inputs_hash not in (None, as_it_was.inputs):
        raise ArtefactMissingError(
            f"plan {plan.plan_id!r}: {Stage.FINAL_PLAN} was made from an earlier request, overview, library, "
            f"configuration or release; launch {Stage.FINAL_PLAN} first"
        )
    kept: dict[str, Any] = {
        "verdict": Verdict(status=record.status, reasons=record.reasons, rule_results=record.rule_results)
    }
    if not record.withheld:
        kept["plan"] = plan.pipeline.plans.load_plan(plan.plan_id) if record.was_published else None
    result = assembled(as_it_was).model_copy(update=kept)
    run = plan.run._replace(stamp=stamp_of_record(record))
    facts = GenerationService(plan.pipeline, plan.generations.knowledge, run).measure(result)
    return FinishedGeneration(record, unpublished(facts) if record.withheld else facts)
