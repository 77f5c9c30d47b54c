"""The stages in order, in memory: a request and a library in, a plan or the reasons for none out.

Belongs here: the composition of the stages, each of which can also be called alone with what the stage
before it made. Does not belong here: anything a single stage knows, and any storage. Same inputs, same plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.final_plan import Stamp, finalize_plan
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
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.rules.model import RuleResult
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline.core.validation.week_validation import validate_week
from plan_pipeline.core.week_metrics import (
    GenerationMetrics,
    Origin,
    RuleOutcome,
    StageTiming,
    WeekMetrics,
    WorkoutMetrics,
    generation_metrics,
    rule_outcomes,
    week_metrics,
    workout_metrics,
)

Clock = Callable[[], float]
"""Seconds from any fixed point; only differences are used."""


class WeekDraft(Frozen):
    """One week, from overview to verdict."""

    overview: OverviewWeek
    selection: WeekSelection
    duration: WeekDuration
    validated: ValidatedWeek


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
        """What the rules said of the plan, published or rejected; empty where its weeks are not whole."""
        return self.verdict.rule_results


class PlanFacts(Frozen):
    """The rows a generation adds to the fact tables."""

    generation: GenerationMetrics
    weeks: tuple[WeekMetrics, ...]
    workouts: tuple[WorkoutMetrics, ...]
    rules: tuple[RuleOutcome, ...]
    timings: tuple[StageTiming, ...]


def generate_plan(
    request: PlanRequest,
    library: Library,
    *,
    stamp: Stamp,
    overview: Overview | None = None,
    clock: Clock = time.perf_counter,
) -> PlanResult:
    """Run all stages for one request.

    ``overview`` is given where it was written by a model; otherwise the rules write it. Never raises for a
    request that cannot be met or a week that fails: the verdict says so.
    """
    watch = _Stopwatch(clock)
    written = overview or plan_overview(request, library)
    watch.lap("plan_overview")
    if isinstance(written, Infeasible):
        return PlanResult(
            request=request, verdict=infeasible_verdict(written), infeasible=written, stage_ms=watch.laps_ms
        )
    selections = select_weeks(request, written, library)
    watch.lap("week_selection")
    durations = [
        adjust_week(request, week, selection, library)
        for week, selection in zip(written.weeks, selections, strict=True)
    ]
    watch.lap("week_duration")
    validated = [check_week(request, week, duration) for week, duration in zip(written.weeks, durations, strict=True)]
    watch.lap("week_validation")
    outcome = finalize_plan(request, written, _by_number(validated), library.version, stamp)
    watch.lap("final_plan")
    return PlanResult(
        request=request,
        verdict=verdict_of(outcome),
        plan=outcome if isinstance(outcome, Plan) else None,
        overview=written,
        weeks=tuple(
            WeekDraft(overview=week, selection=selection, duration=duration, validated=verdict)
            for week, selection, duration, verdict in zip(written.weeks, selections, durations, validated, strict=True)
        ),
        stage_ms=watch.laps_ms,
    )


def check_week(request: PlanRequest, week: OverviewWeek, duration: WeekDuration) -> ValidatedWeek:
    """Hold an adjusted week against its overview, with the auto-fix as the request wishes."""
    return validate_week(
        week_number=week.week_number,
        phase=week.phase,
        target_hours=week.target_hours,
        target_tss=week.target_tss,
        training_days=week.training_days,
        workouts=duration.workouts,
        auto_fix=request.options.auto_fix,
    )


def verdict_of(outcome: Plan | Verdict) -> Verdict:
    """How finalization ended: a plan is published with what the rules said of it, a verdict is itself."""
    if isinstance(outcome, Verdict):
        return outcome
    return Verdict(status=PlanStatus.PUBLISHED, rule_results=outcome.rule_results)


def infeasible_verdict(infeasible: Infeasible) -> Verdict:
    """The verdict on a request that cannot be met."""
    return Verdict(status=PlanStatus.INFEASIBLE, reasons=(infeasible.reason,))


def plan_facts(result: PlanResult, origin: Origin, run_id: str | None = None, *, simulated: bool = False) -> PlanFacts:
    """The fact rows of a generation; ``simulated`` where it was made for an experiment alone and nobody gets it."""
    weeks = tuple(
        week_metrics(origin, draft.overview, draft.selection, draft.duration, draft.validated) for draft in result.weeks
    )
    return PlanFacts(
        generation=generation_metrics(
            origin,
            result.request,
            result.verdict,
            weeks,
            content_hash=result.plan.generation.content_hash if result.plan else None,
            overview_source=result.overview.source if result.overview else result.request.options.overview,
            run_id=run_id,
            simulated=simulated,
        ),
        weeks=weeks,
        workouts=tuple(row for draft in result.weeks for row in workout_metrics(origin, draft.validated)),
        rules=rule_outcomes(origin, result.rule_results),
        timings=tuple(
            StageTiming(**dict(origin), stage=stage, weeks=len(result.weeks), duration_ms=round(ms, 3))
            for stage, ms in result.stage_ms.items()
        ),
    )


def origin_of(request: PlanRequest, library_version: str, stamp: Stamp) -> Origin:
    """What the rows of a generation have in common."""
    return Origin(
        plan_id=request.plan_id,
        generation_id=stamp.generation_id,
        arm=request.options.duration,
        experiment=request.options.experiment,
        library_version=library_version,
        code_version=stamp.code_version,
        generated_at=stamp.generated_at,
    )


def _by_number(weeks: list[ValidatedWeek]) -> Mapping[int, ValidatedWeek]:
    return {week.week_number: week for week in weeks}


class _Stopwatch:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock()
        self.laps_ms: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = self._clock()
        self.laps_ms[stage] = (now - self._last) * 1000
        self._last = now
