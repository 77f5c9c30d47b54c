"""The rows of a generation: hours, errors and moves as numbers that can be checked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.measures.week_metrics import (
    FailureCause,
    GenerationMetrics,
    WeekMetrics,
    failure_causes,
    generation_metrics,
    rule_outcomes,
    week_metrics,
    workout_metrics,
)
from plan_pipeline.core.model.plan import (
    Choice,
    OverviewWeek,
    ValidatedWeek,
    Verdict,
    WeekDuration,
    WeekSelection,
    WeekValidation,
    Workout,
)
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.model.vocabulary import OPTIMAL, Phase, PlanStatus, Scenario, Sport, WeekType, WorkoutType
from plan_pipeline.core.pipeline import generate_plan, origin_of, plan_facts
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.validation.week_validation import validate_week
from plan_pipeline_tests.core.builders import STAMP, planned, real_config, rider
from plan_pipeline_tests.core.rules.overviews import a_week
from plan_pipeline_tests.core.running import in_kilometres, running_config, running_library
from plan_pipeline_tests.core.weeks import endurance, recovery, segment, workout

REQUEST = rider(4, "tue, sat", weeks=4)
ORIGIN = origin_of(REQUEST, "v1", "c1", STAMP)
WEEK = a_week(1, WeekType.LOAD, Phase.BASE, 4, "tuesday endurance, saturday endurance", tss=200)


def row(
    final: tuple[Workout, ...], adjusted: tuple[Workout, ...] | None = None, week: OverviewWeek = WEEK, **verdict: Any
) -> WeekMetrics:
    """The row of a week whose workouts were ``adjusted`` before validation and are ``final`` after it."""
    fields: dict[str, Any] = {
        "scenario_used": Scenario.ALL_WORKOUTS,
        "auto_fixed": False,
        "fix_log": None,
        "target_hours": week.target_hours,
        "actual_hours": 4.0,
        "target_tss": week.target_tss,
        "actual_tss": 190.0,
        "warnings": (),
        "errors": (),
        "within_tolerance": True,
        "passed": True,
        "passed_before_fix": True,
    }
    choices = tuple(
        Choice(weekday=w.weekday, workout_type=w.type, library_workout_id="x", target_min=60, base_duration_min=100,
               rationale="")
        for w in final
    )  # fmt: skip
    return week_metrics(
        ORIGIN,
        purpose_of(REQUEST, real_config()),
        week,
        WeekSelection(week_number=1, choices=choices),
        WeekDuration(
            week_number=1,
            workouts=adjusted or final,
            reached=True,
            feasible=True,
            statement="",
            structure_preserved=True,
        ),
        ValidatedWeek(week_number=1, validation=WeekValidation.model_validate({**fields, **verdict}), workouts=final),
    )


def test_hours_are_told_as_wanted_selected_adjusted_and_final() -> None:
    found = row(
        (endurance("Tuesday", 90), endurance("Saturday", 120)), (endurance("Tuesday", 90), endurance("Saturday", 150))
    )

    assert (found.target_hours, found.selected_hours, found.adjusted_hours, found.final_hours) == (4, 3.3333, 4.0, 3.5)


def test_errors_are_signed_percentages_of_the_target() -> None:
    found = row((endurance("Tuesday", 90), endurance("Saturday", 120)))

    assert found.time_error_pct == -12.5
    assert found.tss_error_pct == -5.0


def test_errors_of_a_week_that_wants_nothing_are_unknown() -> None:
    empty = a_week(1, WeekType.EVENT, Phase.TAPER, 0, "", tss=0)
    found = row((), week=empty)

    assert (found.time_error_pct, found.tss_error_pct, found.training_days) == (None, None, 0)


def test_an_optional_workout_is_not_in_the_final_hours() -> None:
    spare = recovery("Tuesday", 60).model_copy(update={"optional": True})

    assert row((spare, endurance("Saturday", 120))).final_hours == 2


def test_a_fix_is_measured_in_minutes_taken_away() -> None:
    before, after = endurance("Saturday", 240), endurance("Saturday", 195)

    assert row((after,), (before,), auto_fixed=True, scenario_used=Scenario.AUTO_FIXED).fix_minutes == 45
    assert row((after,), (before,)).fix_minutes == 0


def test_errors_of_a_week_are_one_text_or_nothing() -> None:
    ride = (endurance("Saturday", 240),)

    assert row(ride, errors=("a", "b"), passed=False).errors == "a; b"
    assert row(ride).errors is None


def judged(week: OverviewWeek, *workouts: Workout) -> ValidatedWeek:
    """A week as validation sees it, without a fix."""
    return validate_week(
        week_number=week.week_number,
        phase=week.phase,
        target_hours=week.target_hours,
        target_tss=week.target_tss,
        training_days=week.training_days,
        workouts=workouts,
        auto_fix=False,
    )


FOUR_HOURS = (endurance("Tuesday", 120), endurance("Saturday", 120))
HARD_HOUR = workout("Tuesday", [segment("interval", 60, 120)])
UNSUMMED = endurance("Tuesday", 120).model_copy(update={"duration_min": 90})


@pytest.mark.parametrize(
    ("workouts", "tss", "causes"),
    [
        (FOUR_HOURS, 169, ()),
        ((endurance("Tuesday", 180), endurance("Saturday", 120)), 211, (FailureCause.TOO_LONG,)),
        ((endurance("Tuesday", 60), endurance("Saturday", 120)), 127, (FailureCause.TOO_SHORT,)),
        (FOUR_HOURS, 120, (FailureCause.TSS_HIGH,)),
        (FOUR_HOURS, 300, (FailureCause.TSS_LOW,)),
        ((endurance("Tuesday", 60),), 169, (FailureCause.TOO_SHORT, FailureCause.TSS_LOW)),
        ((HARD_HOUR,), 60, (FailureCause.TOO_SHORT, FailureCause.TSS_HIGH)),
        ((endurance("Monday", 120), endurance("Saturday", 120)), 169, (FailureCause.STRUCTURE,)),
        ((UNSUMMED, endurance("Saturday", 120)), 169, (FailureCause.STRUCTURE,)),
    ],
)
def test_a_failed_week_has_each_cause_that_validation_found(
    workouts: tuple[Workout, ...], tss: float, causes: tuple[FailureCause, ...]
) -> None:
    week = WEEK.model_copy(update={"target_tss": tss})

    assert failure_causes(week, judged(week, *workouts), feasible=True) == causes


def test_a_week_that_nothing_can_meet_is_infeasible_and_not_also_too_short() -> None:
    short = judged(WEEK, endurance("Tuesday", 60))

    assert failure_causes(WEEK, short, feasible=False) == (FailureCause.INFEASIBLE,)


def test_a_week_that_nothing_can_meet_is_infeasible_even_if_it_passed() -> None:
    week = WEEK.model_copy(update={"target_tss": 169.0})
    passed = judged(week, *FOUR_HOURS)

    assert passed.validation.passed
    assert failure_causes(week, passed, feasible=False) == (FailureCause.INFEASIBLE,)


def test_a_failure_that_no_limit_explains_is_other() -> None:
    week = WEEK.model_copy(update={"target_tss": 169.0})
    passed = judged(week, *FOUR_HOURS)
    failed = passed.model_copy(update={"validation": passed.validation.model_copy(update={"passed": False})})

    assert failure_causes(week, failed, feasible=True) == (FailureCause.OTHER,)


def test_the_row_of_a_failed_week_carries_its_causes() -> None:
    found = row((endurance("Saturday", 60),), errors=("too short",), passed=False, passed_before_fix=False)

    assert found.causes == (FailureCause.TOO_SHORT, FailureCause.TSS_LOW)


def test_every_row_says_which_generation_it_is_of() -> None:
    found = row((endurance("Saturday", 240),))

    assert (found.plan_id, found.generation_id, found.arm) == (REQUEST.plan_id, "g-1", OPTIMAL)
    assert (found.library_version, found.code_version, found.generated_at) == ("v1", "test", STAMP.generated_at)


def test_a_workout_has_a_row_with_its_load_and_its_length_before_and_after() -> None:
    facts = plan_facts(planned(REQUEST), real_config(), ORIGIN)
    workout = planned(REQUEST).weeks[0].validated.workouts[0]
    found = facts.workouts[0]

    assert (found.week, found.weekday, found.name) == (1, workout.weekday, workout.name)
    assert (found.duration_min, found.base_duration_min) == (workout.duration_min, workout.base_duration_min)
    assert (found.tss, found.tss_if2, found.tss_method) == (workout.tss, workout.tss_if2, workout.tss_method)
    assert len(facts.workouts) == sum(len(week.validated.workouts) for week in planned(REQUEST).weeks)
    assert workout_metrics(ORIGIN, REQUEST, planned(REQUEST).weeks[0].validated)[0] == found


def test_minutes_of_a_ride_are_in_the_zones_of_coggan_and_it_has_no_kilometres() -> None:
    found = plan_facts(planned(REQUEST), real_config(), ORIGIN)
    week, ridden = found.weeks[0], [w for w in planned(REQUEST).weeks[0].validated.workouts if not w.optional]
    easy = sum(s.duration_min for w in ridden for s in w.segments if s.intensity_high_pct is not None and s.is_easy)

    zones = (week.zone_1_min, week.zone_2_min, week.zone_3_min)
    assert None not in zones
    assert sum(zone or 0 for zone in zones) == pytest.approx(60 * week.final_hours, abs=0.1)
    assert (week.zone_1_min or 0) >= easy - 0.1
    assert (week.target_km, week.actual_km) == (None, None)
    assert {row.distance_km for row in found.workouts} == {None}


def test_a_run_has_its_kilometres_and_the_zones_of_running() -> None:
    request = in_kilometres(52)
    made = generate_plan(request, running_library(), running_config(), stamp=STAMP)
    found = plan_facts(made, running_config(), origin_of(request, "v1", "c1", STAMP))
    easy_runs = [row for row in found.workouts if row.type in (WorkoutType.EASY, WorkoutType.RECOVERY)]

    assert {row.sport for row in (*found.weeks, *found.workouts, found.generation)} == {Sport.RUNNING}
    assert all(row.distance_km and 5 < 60 * row.distance_km / row.duration_min < 16 for row in easy_runs)
    assert all(week.actual_km == pytest.approx(week.target_km, abs=1) for week in found.weeks)
    assert all((week.zone_1_min or 0) > (week.zone_2_min or 0) for week in found.weeks)


def test_a_rule_that_is_broken_is_a_row_with_its_weeks_as_text() -> None:
    result = RuleResult(
        rule_id="monotony", rule_version=2, severity=RuleSeverity.WARNING, evidence=Evidence.CONVENTION,
        threshold="≤ 2", value=2.4, passed=False, waived=True, weeks=(3, 7), message="Week 3: too even.",
    )  # fmt: skip

    (found,) = rule_outcomes(ORIGIN, (result,))

    assert found.model_dump(exclude=set(type(ORIGIN).model_fields)) == {**result.model_dump(), "weeks": "3, 7"}
    assert (found.plan_id, found.generation_id) == (REQUEST.plan_id, STAMP.generation_id)


def test_a_rule_that_is_kept_has_no_weeks_and_no_message() -> None:
    kept = next(r for r in planned(REQUEST).rule_results if r.rule_id == "rest-days")

    (found,) = rule_outcomes(ORIGIN, (kept,))

    assert (found.passed, found.weeks, found.message) == (True, None, None)


def summed(*weeks: WeekMetrics, verdict: Verdict | None = None) -> GenerationMetrics:
    return generation_metrics(
        ORIGIN,
        REQUEST,
        verdict or Verdict(status=PlanStatus.PUBLISHED),
        weeks,
        real_config(),
        content_hash="abc",
        overview=None,
        run_id="run-1",
    )


def test_a_generation_sums_up_its_weeks() -> None:
    short, exact = row((endurance("Saturday", 210),)), row((endurance("Saturday", 240),))
    failed = row((endurance("Saturday", 300),), passed=False, auto_fixed=True)

    found = summed(short, exact, failed)

    assert (found.weeks, found.weeks_passed, found.weeks_auto_fixed) == (4, 2, 1)
    assert (found.target_hours, found.final_hours) == (12, 12.5)
    assert (found.mean_abs_time_error_pct, found.max_abs_time_error_pct) == (12.5, 25.0)
    assert found.mean_abs_tss_error_pct == 5.0
    assert (found.published, found.reasons, found.run_id, found.content_hash) == (True, None, "run-1", "abc")


@pytest.mark.parametrize("simulated", [False, True])
def test_a_generation_says_whether_it_was_simulated(simulated: bool) -> None:
    facts = plan_facts(planned(REQUEST), real_config(), ORIGIN, simulated=simulated)

    assert facts.generation.simulated is simulated


def test_a_generation_is_real_unless_told() -> None:
    assert plan_facts(planned(REQUEST), real_config(), ORIGIN).generation.simulated is False


def test_a_generation_without_weeks_has_no_errors_to_measure() -> None:
    found = summed(verdict=Verdict(status=PlanStatus.INFEASIBLE, reasons=("no", "time")))

    assert (found.mean_abs_time_error_pct, found.max_abs_time_error_pct, found.mean_abs_tss_error_pct) == (None,) * 3
    assert (found.published, found.reasons, found.weeks_passed) == (False, "no; time", 0)
