"""The stages in order, in memory: a request, a library and a configuration in, a plan or the reasons for none out.

The same inputs give the same plan.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, cast

from pydantic import SerializeAsAny

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.measures.week_metrics import (
    GenerationMetrics,
    Origin,
    RuleOutcome,
    StageTiming,
    WeekMetrics,
    WorkoutMetrics,
    generation_metrics,
    rule_outcomes,
    workout_metrics,
)
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import (
    Infeasible,
    Overview,
    OverviewWeek,
    Plan,
    ValidatedWeek,
    Verdict,
    WeekDuration,
    WeekSelection,
)
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.stages import CONFIG, LIBRARY, ORIGIN, PLANNING_STAGES, REQUEST, STAMP, WEEK_STAGES, Stage

Clock = Callable[[], float]
"""Seconds from any fixed point; only differences are used."""


class WeekDraft(Frozen):
    """One week, from overview to verdict; ``made`` is what each of the ``WEEK_STAGES`` made of it."""

    overview: OverviewWeek
    made: dict[Stage, SerializeAsAny[Frozen]]

    @property
    def selection(self) -> WeekSelection:
        return cast(WeekSelection, self.made[Stage.WEEK_SELECTION])

    @property
    def duration(self) -> WeekDuration:
        return cast(WeekDuration, self.made[Stage.WEEK_DURATION])

    @property
    def validated(self) -> ValidatedWeek:
        return cast(ValidatedWeek, self.made[Stage.WEEK_VALIDATION])


class PlanResult(Frozen):
    """Everything a generation made. ``plan`` is there exactly when the verdict is ``published``.

    ``overview`` is ``None`` and ``infeasible`` says why where the request cannot be met. ``stage_ms`` is the
    time each stage took for all weeks together, milliseconds.
    """

    request: PlanRequest
    verdict: Verdict
    plan: Plan | None = None
    overview: Overview | None = None
    infeasible: Infeasible | None = None
    weeks: tuple[WeekDraft, ...] = ()
    stage_ms: dict[str, float]

    @property
    def rule_results(self) -> tuple[RuleResult, ...]:
        """The results of the rules, of a published plan or a rejected one; empty where weeks are missing."""
        return self.verdict.rule_results


class PlanFacts(Frozen):
    """The rows a generation adds to the fact tables."""

    generation: GenerationMetrics
    weeks: tuple[WeekMetrics, ...]
    workouts: tuple[WorkoutMetrics, ...]
    rules: tuple[RuleOutcome, ...]
    timings: tuple[StageTiming, ...]

    def resting_on(self, call_ids: Sequence[str]) -> Self:
        """The same rows of a plan that rests on calls of models."""
        generation = self.generation.model_copy(update={"call_ids": tuple(call_ids)})
        return self.model_copy(update={"generation": generation})

    def in_arm(self, arm: str) -> Self:
        """The same rows as those of an arm by the name that an experiment gives it."""
        if arm == self.generation.arm:
            return self
        parts = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_copy(update={name: _in_arm(part, arm) for name, part in parts.items()})


def _in_arm(rows: Any, arm: str) -> Any:
    if isinstance(rows, tuple):
        return tuple(_in_arm(row, arm) for row in rows)
    return rows.model_copy(update={"arm": arm})


def generate_plan(
    request: PlanRequest,
    library: Library,
    config: PlanningConfig,
    *,
    stamp: Stamp,
    overview: Overview | Infeasible | None = None,
    clock: Clock = time.perf_counter,
) -> PlanResult:
    """Run all stages for one request.

    ``overview`` is given where it was written by a model; otherwise the rules write it. Never raises for a
    request that cannot be met or a week that fails: that is in the verdict.
    """
    made: dict[str, Any] = {REQUEST: request, LIBRARY: library, CONFIG: config, STAMP: stamp}
    stage_ms: dict[str, float] = {}
    started = clock()
    for stage in PLANNING_STAGES:
        is_given = stage is Stage.PLAN_OVERVIEW and overview is not None
        made[stage] = overview if is_given else _run(stage, made)
        ended = clock()
        stage_ms[stage.value] = (ended - started) * 1000
        started = ended
        if isinstance(infeasible := made[stage], Infeasible):
            verdict = infeasible_verdict(infeasible)
            return PlanResult(request=request, verdict=verdict, infeasible=infeasible, stage_ms=stage_ms)
    written: Overview = made[Stage.PLAN_OVERVIEW]
    outcome: Plan | Verdict = made[Stage.FINAL_PLAN]
    weeks = zip(written.weeks, *(made[stage] for stage in WEEK_STAGES), strict=True)
    return PlanResult(
        request=request,
        verdict=verdict_of(outcome),
        plan=outcome if isinstance(outcome, Plan) else None,
        overview=written,
        weeks=tuple(
            WeekDraft(overview=week, made=dict(zip(WEEK_STAGES, of_week, strict=True))) for week, *of_week in weeks
        ),
        stage_ms=stage_ms,
    )


def verdict_of(outcome: Plan | Verdict) -> Verdict:
    """How finalization ended: a plan is published with the results of the rules, a verdict is itself."""
    if isinstance(outcome, Verdict):
        return outcome
    return Verdict(status=PlanStatus.PUBLISHED, rule_results=outcome.rule_results)


def infeasible_verdict(infeasible: Infeasible) -> Verdict:
    """The verdict on a request that cannot be met."""
    return Verdict(status=PlanStatus.INFEASIBLE, reasons=(infeasible.reason,))


def plan_facts(
    result: PlanResult, config: PlanningConfig, origin: Origin, run_id: str | None = None, *, simulated: bool = False
) -> PlanFacts:
    """The fact rows of a generation; ``simulated`` where it was made for an experiment alone and nobody gets it."""
    made: dict[str, Any] = {ORIGIN: origin, REQUEST: result.request, CONFIG: config}
    made[Stage.PLAN_OVERVIEW] = result.overview
    made |= {stage: [draft.made[stage] for draft in result.weeks] for stage in WEEK_STAGES}
    weeks: tuple[WeekMetrics, ...] = _run(Stage.WEEK_METRICS, made) if result.weeks else ()
    return PlanFacts(
        generation=generation_metrics(
            origin,
            result.request,
            result.verdict,
            weeks,
            config,
            content_hash=result.plan.generation.content_hash if result.plan else None,
            overview=result.overview,
            run_id=run_id,
            simulated=simulated,
        ),
        weeks=weeks,
        workouts=tuple(
            row for draft in result.weeks for row in workout_metrics(origin, result.request, draft.validated)
        ),
        rules=rule_outcomes(origin, result.rule_results),
        timings=tuple(
            StageTiming(**dict(origin), stage=stage, weeks=len(result.weeks), duration_ms=round(ms, 3))
            for stage, ms in result.stage_ms.items()
        ),
    )


def origin_of(request: PlanRequest, library_version: str, config_version: str, stamp: Stamp) -> Origin:
    """What the rows of a generation have in common."""
    return Origin(
        plan_id=request.plan_id,
        generation_id=stamp.generation_id,
        arm=request.options.duration,
        experiment=request.options.experiment,
        library_version=library_version,
        config_version=config_version,
        code_version=stamp.code_version,
        generated_at=stamp.generated_at,
        sport=request.sport,
    )


def _run(stage: Stage, made: Mapping[str, Any]) -> Any:
    return stage.make(*[made[name] for name in stage.takes])
