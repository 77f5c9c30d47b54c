"""Requests, plans, facts and a library for the tests of storage: small, whole and made by the core's own functions.

Belongs here: builders. Does not belong here: anything that asserts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from plan_pipeline.core.final_plan import Stamp, finalize_plan
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.measures.week_metrics import (
    Origin,
    StageTiming,
    WeekMetrics,
    generation_metrics,
    rule_outcomes,
    week_metrics,
    workout_metrics,
)
from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.core.model.plan import (
    Choice,
    Infeasible,
    Overview,
    OverviewWeek,
    Plan,
    TrainingDay,
    ValidatedWeek,
    Verdict,
    WeekDuration,
    WeekSelection,
    WeekValidation,
    Workout,
)
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import (
    ADJUSTED,
    Phase,
    PlanStatus,
    Scenario,
    SegmentType,
    Weekday,
    WeekType,
    WorkoutType,
)
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.pipeline import PlanFacts, origin_of
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.storage.facts.fact_tables import InstanceState
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import is_retired
from plan_pipeline_tests.core.builders import real_config

LIBRARY_VERSION = "lib-1"
NOON = dt.datetime(2027, 1, 4, 12, 0, tzinfo=dt.UTC)
MONDAY = NOON.date()
TRAINED = {
    Weekday.TUESDAY: WorkoutType.VO2MAX,
    Weekday.THURSDAY: WorkoutType.ENDURANCE,
    Weekday.SATURDAY: WorkoutType.ENDURANCE,
}


def raw_request(plan_id: str = "rider-1", weeks: int = 12, **options: object) -> dict[str, object]:
    """A request as it is written in YAML or JSON."""
    return {
        "plan_id": plan_id,
        "athlete_profile": {
            "athlete_id": "rider-1",
            "ftp": 265,
            "training_availability": {"hours_per_week": 4, "week_days": ["tuesday", "thursday", "saturday"]},
        },
        "weeks": weeks,
        "options": {"duration": "adjusted", **options},
    }


def request(plan_id: str = "rider-1", weeks: int = 12, **options: object) -> PlanRequest:
    return PlanRequest.model_validate(raw_request(plan_id, weeks, **options))


def overview(weeks: int = 12, *, notes: str = "Fahr locker – 80 % easy") -> Overview:
    """An overview of equal base weeks of 4 hours; ``notes`` is how two of them differ."""
    days = tuple(TrainingDay(weekday=day, workout_type=TRAINED.get(day, WorkoutType.REST)) for day in Weekday)
    return Overview(
        weeks=tuple(
            OverviewWeek(
                week_number=number,
                week_type=WeekType.LOAD,
                phase=Phase.BASE,
                focus="Aerobic base",
                target_hours=4.0,
                target_tss=200.0,
                training_days=days,
            )
            for number in range(1, weeks + 1)
        ),
        coaching_notes=notes,
        monitoring_guidance="Watch the resting heart rate.",
    )


def stamp(generation_id: str = "gen-1", generated_at: dt.datetime = NOON) -> Stamp:
    return Stamp(generation_id=generation_id, generated_at=generated_at, code_version="0.1.0")


def workout(weekday: Weekday, segments: Iterable[Segment], name: str) -> Workout:
    """A workout of segments, with the load they give."""
    listed = tuple(segments)
    load = workout_load(listed)
    return Workout(
        weekday=weekday,
        name=name,
        type=TRAINED[weekday],
        description="As it says.",
        duration_min=sum(segment.duration_min for segment in listed),
        tss=load.tss,
        tss_method=load.method,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=listed,
        library_workout_id="ride_easy",
        base_duration_min=60.0,
        rationale="Fits.",
    )


def _segment(kind: SegmentType, minutes: float, pct: float) -> Segment:
    return Segment(type=kind, duration_min=minutes, power_low_pct=pct, power_high_pct=pct)


def validated_week(number: int, *, passed: bool = True, long_ride_min: float = 120) -> ValidatedWeek:
    """A week of 4 hours where the long ride takes two of them."""
    hard = [_segment(SegmentType.INTERVAL, 4, 115), _segment(SegmentType.RECOVERY, 4, 50)] * 5
    warm_up, cool_down = _segment(SegmentType.WARMUP, 10, 60), _segment(SegmentType.COOLDOWN, 10, 50)
    workouts = (
        workout(Weekday.TUESDAY, [warm_up, *hard, cool_down], "5 × 4 min"),
        workout(Weekday.THURSDAY, [_segment(SegmentType.STEADY, 60, 65)], "Easy hour"),
        workout(Weekday.SATURDAY, [_segment(SegmentType.STEADY, long_ride_min, 65)], "Long ride"),
    )
    hours = sum(ride.duration_min for ride in workouts) / 60
    return ValidatedWeek(
        week_number=number,
        workouts=workouts,
        validation=WeekValidation(
            scenario_used=Scenario.ALL_WORKOUTS,
            auto_fixed=False,
            fix_log=None,
            target_hours=4.0,
            actual_hours=round(hours, 2),
            target_tss=200.0,
            actual_tss=round(sum(ride.tss for ride in workouts), 1),
            warnings=(),
            errors=() if passed else (f"{hours:.2f} h is not within ±5 % of 4 h",),
            within_tolerance=passed,
            passed=passed,
            passed_before_fix=passed,
        ),
    )


def plan(
    plan_id: str = "rider-1", generation_id: str = "gen-1", *, weeks: int = 12, notes: str = "Fahr locker – 80 % easy"
) -> Plan:
    """A plan that can be published; ``notes`` change its content hash."""
    made = finalize_plan(
        request(plan_id, weeks),
        overview(weeks, notes=notes),
        [validated_week(number) for number in range(1, weeks + 1)],
        Library(version=LIBRARY_VERSION, workouts=()),
        real_config(),
        stamp(generation_id),
    )
    assert isinstance(made, Plan), made
    return made


def week_rows(
    origin: Origin,
    weeks: int,
    *,
    failed: Iterable[int] = (),
    infeasible: Iterable[int] = (),
    failed_ride_min: float = 90,
) -> list[WeekMetrics]:
    """The measured weeks of a plan, of which some failed and some could not have been met.

    ``failed_ride_min`` is the length of the long ride in those: 120 is right, 60 too short, 240 too long.
    """
    bad = set(failed) | set(infeasible)
    purpose = purpose_of(request(origin.plan_id, weeks), real_config())
    return [
        week_metrics(
            origin,
            purpose,
            week,
            WeekSelection(week_number=week.week_number, choices=(_choice(),)),
            WeekDuration(
                week_number=week.week_number,
                workouts=validated_week(week.week_number).workouts,
                reached=week.week_number not in bad,
                feasible=week.week_number not in set(infeasible),
                statement="as asked",
                structure_preserved=True,
            ),
            validated_week(
                week.week_number,
                passed=week.week_number not in bad,
                long_ride_min=failed_ride_min if week.week_number in bad else 120,
            ),
        )
        for week in overview(weeks).weeks
    ]


def rule_result(
    rule_id: str = "monotony", *weeks: int, severity: str = "warning", waived: bool = False, version: int = 1
) -> RuleResult:
    """What a rule said, which is broken in ``weeks``, if there are any."""
    return RuleResult(
        rule_id=rule_id,
        rule_version=version,
        severity=RuleSeverity(severity),
        evidence=Evidence.CONVENTION,
        threshold="≤ 2",
        value=2.4 if weeks else 1.2,
        passed=not weeks,
        waived=waived,
        weeks=weeks,
        message=f"Week {weeks[0]}: too even." if weeks else "",
    )


def facts(
    plan_id: str = "rider-1",
    generation_id: str = "gen-1",
    *,
    weeks: int = 12,
    arm: ArmName = ADJUSTED,
    failed: Iterable[int] = (),
    infeasible: Iterable[int] = (),
    generated_at: dt.datetime = NOON,
    experiment: str | None = None,
    run_id: str | None = "run-1",
    rules: Iterable[RuleResult] = (rule_result(),),
    failed_ride_min: float = 90,
    simulated: bool = False,
) -> PlanFacts:
    """The facts of a generation; one with failed or infeasible weeks, or that breaks a rule, is rejected."""
    asked = request(plan_id, weeks, duration=arm, experiment=experiment)
    origin = origin_of(asked, LIBRARY_VERSION, real_config().version, stamp(generation_id, generated_at))
    rows = week_rows(origin, weeks, failed=failed, infeasible=infeasible, failed_ride_min=failed_ride_min)
    results = tuple(rules)
    reasons = [f"week {row.week}: {row.errors}" for row in rows if row.errors]
    reasons += [result.statement for result in results if result.rejects]
    passed = all(row.passed for row in rows) and not reasons
    verdict = (
        Verdict(status=PlanStatus.PUBLISHED) if passed else Verdict(status=PlanStatus.REJECTED, reasons=tuple(reasons))
    )
    return PlanFacts(
        generation=generation_metrics(
            origin,
            asked,
            verdict,
            rows,
            real_config(),
            content_hash="c0ffee" if passed else None,
            overview=None,
            run_id=run_id,
            simulated=simulated,
        ).model_copy(update={"published_generation": generation_id if passed else None}),
        weeks=tuple(rows),
        workouts=tuple(row for n in range(1, weeks + 1) for row in workout_metrics(origin, asked, validated_week(n))),
        rules=rule_outcomes(origin, results),
        timings=(StageTiming(**dict(origin), stage="week_selection", weeks=weeks, duration_ms=1.5),),
    )


def broken_off_facts(
    plan_id: str, *, weeks: int = 12, status: PlanStatus = PlanStatus.ERROR, arm: ArmName = ADJUSTED
) -> PlanFacts:
    """The facts of a generation that ended without weeks and without being infeasible."""
    asked = request(plan_id, weeks, duration=arm)
    origin = origin_of(asked, LIBRARY_VERSION, real_config().version, stamp(f"gen-{plan_id}"))
    verdict = Verdict(status=status, reasons=("the model did not answer",))
    generation = generation_metrics(
        origin, asked, verdict, [], real_config(), content_hash=None, overview=None, run_id="run-1"
    )
    return PlanFacts(generation=generation, weeks=(), workouts=(), rules=(), timings=())


def infeasible_facts(plan_id: str, *, weeks: int = 12, arm: ArmName = ADJUSTED) -> PlanFacts:
    """The facts of a request that cannot be met: a generation without weeks."""
    asked = request(plan_id, weeks, duration=arm)
    origin = origin_of(asked, LIBRARY_VERSION, real_config().version, stamp(f"gen-{plan_id}"))
    verdict = Verdict(status=PlanStatus.INFEASIBLE, reasons=(nothing_fits().reason,))
    generation = generation_metrics(
        origin, asked, verdict, [], real_config(), content_hash=None, overview=None, run_id="run-1"
    )
    return PlanFacts(generation=generation, weeks=(), workouts=(), rules=(), timings=())


def nothing_fits() -> Infeasible:
    return Infeasible(
        reason="12 h a week do not fit into 2 h",
        wanted_hours=12,
        nearest_hours=2,
        binding=("Tuesday is capped at 60 min",),
    )


def library(version: str = LIBRARY_VERSION, names: Iterable[str] = ("ride_easy", "ride_hard")) -> Library:
    """A library of endurance rides with an extensible middle and sets that may be repeated."""
    return Library(
        version=version,
        workouts=tuple(
            LibraryWorkout.model_validate(
                {
                    "id": name,
                    "name": name.replace("_", " ").title(),
                    "type": "endurance",
                    "purpose": "Aerobic base",
                    "description": "Steady.",
                    "suitable_phases": ["base", "build"],
                    "suitable_days": ["weekday"],
                    "extensible": True,
                    "duration_scaling_strategy": "extend_main",
                    "duration_min": 60,
                    "tss": 40,
                    "parts": [
                        {
                            "type": "steady",
                            "duration_min": 40,
                            "power_low_pct": 60,
                            "power_high_pct": 70,
                            "duration_range_min": [20, 160],
                        },
                        {
                            "repeat": 2,
                            "repeat_range": [1, 4],
                            "steps": [
                                {"type": "interval", "duration_min": 5, "power_low_pct": 95, "power_high_pct": 95},
                                {"type": "recovery", "duration_min": 5, "power_low_pct": 50, "power_high_pct": 50},
                            ],
                        },
                    ],
                }
            )
            for name in names
        ),
    )


def _choice() -> Choice:
    return Choice(
        weekday=Weekday.TUESDAY,
        workout_type=WorkoutType.VO2MAX,
        library_workout_id="ride_hard",
        target_min=60,
        base_duration_min=240,
        rationale="Fits.",
    )


def retired_plan_ids(store: PlanStore) -> tuple[str, ...]:
    return tuple(plan_id for plan_id in store.plan_ids() if is_retired(store, plan_id))


def instance(plan_id: str = "rider-1", start: dt.date = MONDAY, **fields: Any) -> PlanInstance:
    """An instance of four weeks; its id differs with its first day."""
    known = {
        "instance_id": f"{plan_id}@{start:%y%m%d}",
        "plan_id": plan_id,
        "athlete_id": "anna",
        "start_date": start,
        "weeks": 4,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return PlanInstance.model_validate({**known, **fields})


def instance_state(change_id: str = "c", **fields: Any) -> InstanceState:
    """What the facts tell of an instance."""
    found = instance(**fields)
    kept = found.model_dump(exclude={"remarks"})
    return InstanceState(**kept, end_date=found.end_date, change_id=change_id)
