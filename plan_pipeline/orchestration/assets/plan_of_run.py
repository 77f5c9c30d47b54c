"""One plan of an asset run while a stage works on it: what it takes, where its weeks go, and the plan they make."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plan_pipeline.core.final_plan import finalize_plan
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, Plan, Verdict
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult, WeekDraft, infeasible_verdict, verdict_of
from plan_pipeline.core.stages import LIBRARY, REQUEST, WEEK_STAGES, Stage
from plan_pipeline.orchestration.reporting.metadata import StageReport
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, week_lines
from plan_pipeline.services.generation import (
    GenerationService,
    RunInfo,
    StageOutput,
    inputs_hash,
    last_record,
    run_digits,
    stamp_of_record,
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
            and run_digits(verdict.generation_id) == run_digits(self.run.stamp.generation_id)
        )

    def takes(self, name: str) -> Any:
        """What the stage takes by this name: weeks are those asked for, as an earlier stage made them.

        Raises ``ArtefactMissingError`` for a week that was not made, or was made from something older.
        """
        known = {REQUEST: self.request, LIBRARY: self.library}
        if name in known:
            return known[name]
        stage = Stage[name.upper()]
        if stage is Stage.PLAN_OVERVIEW:
            return self.overview
        outputs = self.load_outputs(stage, self.weeks)
        for number, made in outputs.items():
            if made.inputs != self.inputs:
                raise ArtefactMissingError(
                    f"plan {self.plan_id!r}: {stage} of week {number} was made from an earlier request, overview or "
                    f"library; launch {stage} for it first"
                )
        return [made.week for made in outputs.values()]

    def load_outputs(self, stage: Stage, weeks: tuple[int, ...] | None = None) -> dict[int, StageOutput[Any]]:
        """Weeks with the hash of what they were made from: ``weeks``, or all there are."""
        return self.pipeline.plans.load_weeks(self.plan_id, stage, StageOutput[stage.makes], weeks)  # type: ignore[name-defined]

    def lines_of(self, weeks: Mapping[int, Frozen]) -> list[WeekLine]:
        """The lines of weeks that a stage has made."""
        return week_lines(weeks, self.request, self.overview.weeks)

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


def assembled(plan: PlanOfRun) -> PlanResult:
    """The generation that the stored weeks make, whichever runs stored them, or the record that it is infeasible.

    A week that was made from an earlier request, overview or library is a reason for rejection: a plan is made
    from one set of inputs. Raises ``ArtefactMissingError`` where no week was validated yet.
    """
    if plan.record.infeasible is not None:
        infeasible = plan.record.infeasible
        return PlanResult(
            request=plan.request, verdict=infeasible_verdict(infeasible), infeasible=infeasible, stage_ms={}
        )
    made = plan.load_outputs(WEEK_STAGES[-1])
    stale = tuple(
        f"week {number}: was made from an earlier request, overview or library; launch the plan for all its weeks"
        for number, week in made.items()
        if week.inputs != plan.inputs
    )
    weeks = [week.week for week in made.values()]
    outcome = finalize_plan(plan.request, plan.overview, weeks, plan.library, plan.run.stamp)
    verdict = verdict_of(outcome)
    if stale:
        reasons = (*stale, *verdict.reasons)
        verdict = Verdict(status=PlanStatus.REJECTED, reasons=reasons, rule_results=verdict.rule_results)
    return PlanResult(
        request=plan.request,
        verdict=verdict,
        plan=outcome if isinstance(outcome, Plan) and not stale else None,
        overview=plan.overview,
        weeks=_drafts(plan),
        stage_ms={},
    )


def stored_generation(plan: PlanOfRun) -> FinishedGeneration:
    """The last generation of a plan, measured from what is stored: all its weeks as they are now.

    For a stage that is launched on its own. Raises ``ArtefactMissingError`` where no generation was finished yet.
    """
    record = last_record(plan.pipeline, plan.plan_id)
    as_made = {
        "request": plan.request.with_options(duration=record.arm, experiment=record.experiment),
        "verdict": Verdict(status=record.status, reasons=record.reasons, rule_results=record.rule_results),
        "plan": plan.pipeline.plans.load_plan(plan.plan_id) if record.status is PlanStatus.PUBLISHED else None,
    }
    result = assembled(plan).model_copy(update=as_made)
    run = plan.run._replace(stamp=stamp_of_record(record))
    return FinishedGeneration(record, GenerationService(plan.pipeline, plan.library, run).measure(result))


def _drafts(plan: PlanOfRun) -> tuple[WeekDraft, ...]:
    """The weeks that every stage has made, in order."""
    made = {stage: plan.load_outputs(stage) for stage in WEEK_STAGES}
    numbers = sorted(set.intersection(*(set(weeks) for weeks in made.values())))
    return tuple(
        WeekDraft(
            overview=plan.overview.week(number), made={stage: weeks[number].week for stage, weeks in made.items()}
        )
        for number in numbers
        if number <= len(plan.overview.weeks)
    )
