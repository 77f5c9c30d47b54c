"""A week passes by the first reading of it that holds no error: all workouts, without recovery, auto-fixed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.plan import TrainingDay, ValidatedWeek, Workout
from plan_pipeline.core.model.vocabulary import Phase, Scenario
from plan_pipeline.core.validation.week_validation import (
    OPTIONAL_REASON,
    Findings,
    Targets,
    Totals,
    check_structure,
    check_targets,
    failure_message,
    find_optional_recovery,
    validate_week,
    week_totals,
)
from plan_pipeline_tests.core.weeks import days, days_of, endurance, hours, intervals, recovery, segment, workout

# --- the recovery workout that a six-day week may do without -------------------------------------------------

FIVE_RIDES = (
    endurance("Tuesday", 60),
    intervals("Wednesday"),
    endurance("Thursday", 60),
    endurance("Saturday", 120),
    endurance("Sunday", 90),
)
SIX_RIDES = (recovery("Monday"), *FIVE_RIDES)


def test_six_days_with_one_recovery_give_that_workout() -> None:
    assert find_optional_recovery(days_of(SIX_RIDES), SIX_RIDES) == 0


def test_six_days_with_two_recoveries_give_the_first_of_the_week() -> None:
    week = (endurance("Saturday", 120), recovery("Friday"), recovery("Tuesday"))
    kinds = days(
        monday="endurance",
        tuesday="recovery",
        wednesday="tempo",
        thursday="endurance",
        friday="recovery",
        saturday="endurance",
    )

    assert find_optional_recovery(kinds, week) == 2
    assert find_optional_recovery(kinds[::-1], week) == 2


def test_six_days_without_recovery_give_none() -> None:
    week = (endurance("Monday", 60), *FIVE_RIDES)

    assert find_optional_recovery(days_of(week), week) is None


def test_five_days_with_recovery_give_none() -> None:
    week = SIX_RIDES[:-1]

    assert find_optional_recovery(days_of(week), week) is None


def test_seven_days_with_recovery_give_none() -> None:
    week = (*SIX_RIDES, endurance("Friday", 60))

    assert find_optional_recovery(days_of(week), week) is None


def test_a_recovery_day_without_a_workout_is_passed_over() -> None:
    kinds = days(
        monday="recovery", tuesday="tempo", wednesday="tempo", thursday="tempo", friday="recovery", sunday="tempo"
    )

    assert find_optional_recovery(kinds, (recovery("Friday"),)) == 0
    assert find_optional_recovery(kinds, (endurance("Sunday", 60),)) is None


def test_of_two_workouts_on_the_recovery_day_the_recovery_ride_is_the_optional_one() -> None:
    gym = workout("Monday", [segment("strength", 40, None)], kind="strength")
    week = (gym, *SIX_RIDES)

    assert find_optional_recovery(days_of(SIX_RIDES), week) == 1


def test_a_hard_workout_on_the_recovery_day_is_not_optional() -> None:
    assert find_optional_recovery(days_of(SIX_RIDES), (intervals("Monday"), *FIVE_RIDES)) is None


# --- what a week adds up to ----------------------------------------------------------------------------------


def test_totals_of_all_workouts() -> None:
    week = (endurance("Monday", 60), intervals("Tuesday"), recovery("Friday", 30))

    assert week_totals(week).hours == 2.5
    assert week_totals(week).tss == pytest.approx(sum(w.tss for w in week))


@pytest.mark.parametrize("left_out", [0, 2])
def test_totals_without_one_workout(left_out: int) -> None:
    week = (endurance("Monday", 60), intervals("Tuesday"), recovery("Friday", 30))
    rest = week[:left_out] + week[left_out + 1 :]

    assert week_totals(rest).hours == pytest.approx(hours(week) - hours([week[left_out]]))
    assert week_totals(rest).tss == pytest.approx(sum(w.tss for w in week) - week[left_out].tss)


def test_totals_of_no_workouts_are_zero() -> None:
    assert week_totals(()) == (0.0, 0.0)


def test_hours_and_tss_come_from_the_segments_not_from_what_the_workout_states() -> None:
    ride = endurance("Monday", 120).model_copy(update={"duration_min": 60.0, "tss": 999.0})

    assert week_totals([ride]) == (2.0, endurance("Monday", 120).tss)


# --- tolerances ----------------------------------------------------------------------------------------------


def check(
    *,
    time_pct: float = 0,
    tss_pct: float = 0,
    phase: Phase = Phase.BUILD,
    target_hours: float | None = 10.0,
    target_tss: float | None = 500.0,
) -> Findings:
    """What is found of totals so many percent off ten hours and 500 TSS."""
    totals = Totals(hours=10 * (1 + time_pct / 100), tss=500 * (1 + tss_pct / 100))
    return check_targets(Targets(8, phase, target_hours, target_tss), totals)


def test_a_week_on_its_targets_has_no_findings() -> None:
    assert check() == ((), ())
    assert check(time_pct=9, tss_pct=-14) == ((), ())


def test_above_the_warning_threshold_is_a_warning_and_no_error() -> None:
    assert check(time_pct=12) == (
        ("Week 8: planned time 11.2 h is 12.0 % above the target of 10 h (limit 10 %)",),
        (),
    )


def test_above_the_error_threshold_is_an_error_and_no_warning() -> None:
    assert check(tss_pct=-30) == ((), ("Week 8: planned TSS 350 is 30.0 % below the target of 500 (limit 25 %)",))


def test_an_error_says_how_far_off_the_week_is_and_what_the_limit_was() -> None:
    findings = check_targets(Targets(8, Phase.RECOVERY, 6.5, None), Totals(7.6, 300))

    assert findings.errors == ("Week 8: planned time 7.6 h is 16.9 % above the target of 6.5 h (limit 15 %)",)


def test_a_week_that_is_barely_over_does_not_read_as_if_it_were_on_the_limit() -> None:
    assert "is 20.04 % above" in check(time_pct=20.04).errors[0]


@pytest.mark.parametrize("phase", [Phase.RECOVERY, Phase.TAPER])
def test_sixteen_percent_more_time_is_an_error_in_a_light_week_and_a_warning_in_another(phase: Phase) -> None:
    assert [len(found) for found in check(time_pct=16, phase=phase)] == [0, 1]
    assert [len(found) for found in check(time_pct=16, phase=Phase.BASE)] == [1, 0]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("phase", "field", "warning_pct", "error_pct"),
    [
        (Phase.BASE, "time_pct", 10, 20),
        (Phase.BUILD, "tss_pct", 15, 25),
        (Phase.PEAK, "time_pct", 10, 20),
        (Phase.RECOVERY, "time_pct", 8, 15),
        (Phase.TAPER, "tss_pct", 12, 20),
    ],
)
def test_a_threshold_is_passed_only_by_more_than_itself(
    phase: Phase, field: str, warning_pct: float, error_pct: float, sign: int
) -> None:
    def found(pct: float) -> list[int]:
        return [len(listed) for listed in check(**{field: sign * pct}, phase=phase)]  # type: ignore[arg-type]

    assert found(warning_pct) == [0, 0]
    assert found(warning_pct + 0.01) == [1, 0]
    assert found(error_pct) == [1, 0]
    assert found(error_pct + 0.01) == [0, 1]


@given(st.integers(1, 400), st.sampled_from([8, 10, 15, 20]))
def test_no_target_makes_an_exact_threshold_fail_by_rounding(tenths: int, pct: int) -> None:
    target = tenths / 10
    phase = Phase.RECOVERY if pct in (8, 15) else Phase.BASE
    on_the_limit = Totals(hours=target * (100 + pct) / 100, tss=0)

    findings = check_targets(Targets(1, phase, target, None), on_the_limit)

    assert findings == ((), ()) if pct in (8, 10) else not findings.errors


def test_without_targets_nothing_is_checked() -> None:
    assert check(time_pct=300, tss_pct=300, target_hours=None, target_tss=None) == ((), ())


def test_a_target_of_zero_is_met_by_nothing_and_failed_by_anything() -> None:
    nothing = check_targets(Targets(1, Phase.BASE, 0.0, 0.0), Totals(0.0, 0.0))
    anything = check_targets(Targets(1, Phase.BASE, 0.0, 0.0), Totals(1.0, 50.0))

    assert nothing == ((), ())
    assert anything.errors == (
        "Week 1: planned time 1 h is above the target of 0 h",
        "Week 1: planned TSS 50 is above the target of 0",
    )


@given(st.floats(0, 40), st.floats(0, 1500), st.floats(0.1, 30), st.floats(1, 1000))
def test_a_light_week_is_never_judged_more_mildly(hours_: float, tss: float, target: float, target_tss: float) -> None:
    light, normal = (
        check_targets(Targets(1, phase, target, target_tss), Totals(hours_, tss)) for phase in (Phase.TAPER, Phase.BASE)
    )

    assert len(light.errors) >= len(normal.errors)
    assert len(light.errors + light.warnings) >= len(normal.errors + normal.warnings)


# --- days and sums -------------------------------------------------------------------------------------------


def test_a_workout_on_a_rest_day_is_an_error_that_names_the_day() -> None:
    findings = check_structure(3, days(tuesday="endurance"), (endurance("Tuesday", 60), endurance("Friday", 60)))

    assert findings.errors == ("Week 3: 'Ride' is on Friday, which is not a training day",)


def test_a_workout_on_a_day_that_is_not_listed_is_an_error() -> None:
    assert check_structure(3, (), (endurance("Tuesday", 60),)).errors


def test_a_training_day_without_a_workout_is_a_warning() -> None:
    findings = check_structure(3, days(tuesday="endurance", friday="tempo"), (endurance("Tuesday", 60),))

    assert findings == (("Week 3: Friday is a training day (tempo) without a workout",), ())


def test_two_workouts_on_one_day_are_allowed() -> None:
    week = (endurance("Tuesday", 60), recovery("Tuesday", 30))

    assert check_structure(3, days(tuesday="endurance"), week) == ((), ())


@pytest.mark.parametrize("off_min", [0.05, -0.05])
def test_rounding_between_a_workout_and_its_segments_is_allowed(off_min: float) -> None:
    ride = endurance("Tuesday", 60).model_copy(update={"duration_min": 60 + off_min})

    assert check_structure(3, days_of([ride]), (ride,)) == ((), ())


def test_a_workout_that_is_not_as_long_as_its_segments_is_an_error() -> None:
    ride = endurance("Tuesday", 60).model_copy(update={"duration_min": 60.1})

    assert check_structure(3, days_of([ride]), (ride,)).errors == (
        "Week 3: 'Ride' on Tuesday states 60.1 min, but its segments add up to 60 min",
    )


# --- the verdict on a week -----------------------------------------------------------------------------------


def judge(
    workouts: tuple[Workout, ...],
    target_hours: float | None,
    *,
    target_tss: float | None = None,
    auto_fix: bool = True,
    phase: Phase = Phase.BUILD,
    training_days: tuple[TrainingDay, ...] | None = None,
) -> ValidatedWeek:
    return validate_week(
        week_number=8,
        phase=phase,
        target_hours=target_hours,
        target_tss=target_tss,
        training_days=days_of(workouts) if training_days is None else training_days,
        workouts=workouts,
        auto_fix=auto_fix,
    )


def test_a_six_day_week_that_passes_with_all_workouts_has_no_optional_one() -> None:
    validated = judge(SIX_RIDES, hours(SIX_RIDES))

    assert validated.validation.scenario_used is Scenario.ALL_WORKOUTS
    assert validated.workouts == SIX_RIDES
    assert not any(w.optional for w in validated.workouts)


def test_a_six_day_week_that_passes_without_its_recovery_marks_it_optional_and_does_not_count_it() -> None:
    validated = judge(SIX_RIDES, 6.4, target_tss=week_totals(FIVE_RIDES).tss, phase=Phase.TAPER)

    verdict = validated.validation
    assert (hours(SIX_RIDES), hours(FIVE_RIDES)) == (7.5, 6.5)
    assert verdict.scenario_used is Scenario.WITHOUT_RECOVERY
    assert (verdict.actual_hours, verdict.actual_tss) == (6.5, round(week_totals(FIVE_RIDES).tss, 1))
    assert (verdict.passed, verdict.passed_before_fix, verdict.auto_fixed, verdict.fix_log) == (True, True, False, None)
    assert (validated.workouts[0].optional, validated.workouts[0].optional_reason) == (True, OPTIONAL_REASON)
    assert validated.workouts[1:] == FIVE_RIDES


def test_a_six_day_week_that_fails_both_ways_is_fixed_with_all_its_workouts() -> None:
    longer = (*SIX_RIDES[:4], endurance("Saturday", 240), SIX_RIDES[5])

    validated = judge(longer, 7.0)

    assert hours(longer[1:]) > 7.0 * 1.2
    assert validated.validation.scenario_used is Scenario.AUTO_FIXED
    assert validated.validation.actual_hours == hours(validated.workouts) == 7.0
    assert not any(w.optional for w in validated.workouts)


def test_with_auto_fix_off_a_week_that_is_too_long_fails_untouched() -> None:
    week = (intervals("Tuesday"), endurance("Saturday", 240))

    validated = judge(week, 4.0, auto_fix=False)

    assert not validated.validation.passed
    assert validated.validation.fix_log is None
    assert validated.workouts == week


def test_a_week_that_is_too_long_passes_with_its_weekend_ride_shortened() -> None:
    week = (intervals("Tuesday"), endurance("Saturday", 240, warmup=15, cooldown=10, name="Long"))

    verdict = judge(week, 4.0).validation

    assert (verdict.passed, verdict.auto_fixed, verdict.passed_before_fix) == (True, True, False)
    assert (verdict.actual_hours, verdict.errors, verdict.warnings) == (3.83, (), ())
    assert verdict.within_tolerance
    assert verdict.fix_log is not None
    assert verdict.fix_log.startswith("Shortened Saturday 'Long' from 240 to 170 min")


def test_a_week_passes_with_both_its_weekend_rides_shortened_where_one_is_not_enough() -> None:
    week = (intervals("Tuesday"), endurance("Saturday", 150, name="Long"), endurance("Sunday", 150, name="Longer"))

    validated = judge(week, 3.75)

    assert (validated.validation.passed, validated.validation.scenario_used) == (True, Scenario.AUTO_FIXED)
    assert [w.duration_min for w in validated.workouts] == [60, 60, 105]


def test_a_week_that_cannot_be_shortened_enough_fails_with_the_errors_of_all_workouts() -> None:
    week = (endurance("Wednesday", 240), endurance("Saturday", 120))

    validated = judge(week, 4.0)

    verdict = validated.validation
    assert (verdict.scenario_used, verdict.passed, verdict.auto_fixed) == (Scenario.ALL_WORKOUTS, False, False)
    assert verdict.errors == ("Week 8: planned time 6 h is 50.0 % above the target of 4 h (limit 20 %)",)
    assert verdict.fix_log is not None
    assert "would only bring the week from 6 h to 5 h" in verdict.fix_log
    assert validated.workouts == week


def test_the_errors_of_a_failing_six_day_week_are_those_of_all_its_workouts() -> None:
    verdict = judge(SIX_RIDES, 20.0).validation

    assert verdict.scenario_used is Scenario.ALL_WORKOUTS
    assert verdict.errors == ("Week 8: planned time 7.5 h is 62.5 % below the target of 20 h (limit 20 %)",)


def test_a_week_that_is_too_short_is_not_fixed() -> None:
    verdict = judge((endurance("Saturday", 240),), 10.0).validation

    assert not verdict.passed
    assert verdict.fix_log == "Auto-fix not possible: 4 h planned are already within the target of 10 h."


def test_a_fix_never_serves_tss_even_if_shortening_a_ride_would_mend_it() -> None:
    week = (intervals("Tuesday"), endurance("Saturday", 240))
    totals = week_totals(week)

    verdict = judge(week, totals.hours / 1.1, target_tss=totals.tss / 1.26).validation

    assert not verdict.passed
    assert verdict.fix_log == "Auto-fix not possible: only time above its limit of 20 % is fixed, never TSS."


def test_a_fix_is_not_kept_if_the_shorter_week_fails_by_its_tss() -> None:
    week = (intervals("Tuesday"), endurance("Saturday", 240))

    validated = judge(week, 4.0, target_tss=1000)

    verdict = validated.validation
    assert not verdict.passed
    assert len(verdict.errors) == 2
    assert verdict.fix_log is not None
    assert verdict.fix_log.startswith("Auto-fix not kept: Shortened Saturday 'Ride'")
    assert "The week would still fail: Week 8: planned TSS" in verdict.fix_log
    assert validated.workouts == week


def test_without_target_hours_a_week_that_fails_by_tss_is_not_fixed() -> None:
    verdict = judge((endurance("Saturday", 240),), None, target_tss=50).validation

    assert verdict.fix_log == "Auto-fix not possible: the week has no target hours."


def test_a_week_without_any_target_passes() -> None:
    verdict = judge((endurance("Saturday", 240),), None).validation

    assert (verdict.passed, verdict.within_tolerance, verdict.target_hours, verdict.target_tss) == (
        True,
        True,
        None,
        None,
    )


def test_a_warning_leaves_a_week_passed_but_not_within_tolerance() -> None:
    verdict = judge((endurance("Saturday", 240),), 3.5).validation

    assert (verdict.passed, verdict.within_tolerance, len(verdict.warnings)) == (True, False, 1)


def test_an_error_of_days_or_sums_fails_the_week_and_no_fix_hides_it() -> None:
    ride = endurance("Saturday", 240).model_copy(update={"duration_min": 200.0})

    validated = judge((ride,), 2.0)

    assert not validated.validation.passed
    assert validated.validation.fix_log == (
        "Auto-fix not possible: the week has errors that a shorter ride does not mend."
    )
    assert validated.workouts == (ride,)


def test_leaving_out_the_recovery_does_not_excuse_a_workout_on_a_rest_day() -> None:
    week = (*SIX_RIDES, recovery("Friday"))

    verdict = judge(week, hours(week), training_days=days_of(SIX_RIDES)).validation

    assert verdict.errors == ("Week 8: 'Legs loose' is on Friday, which is not a training day",)


def test_a_week_of_rest_passes() -> None:
    verdict = judge((), 0.0, target_tss=0.0).validation

    assert (verdict.passed, verdict.within_tolerance, verdict.actual_hours) == (True, True, 0.0)


def test_the_failure_message_lists_the_errors_and_what_can_be_done() -> None:
    validated = judge((endurance("Tuesday", 240),), 2.0, target_tss=50)

    assert failure_message(validated) == (
        "Week 8 validation failed. Please adjust workouts:\n"
        "Week 8: planned time 4 h is 100.0 % above the target of 2 h (limit 20 %)\n"
        "Week 8: planned TSS 169 is 238.0 % above the target of 50 (limit 25 %)\n"
        "\n"
        "Suggestions:\n"
        "- To reduce time: Shorten segment durations or remove recovery segments\n"
        "- To increase time: Add warmup/cooldown or extend main set duration\n"
        "- To reduce TSS: Lower power targets or shorten high-intensity intervals\n"
        "- To increase TSS: Raise power targets or extend work intervals"
    )


def test_there_is_no_failure_message_for_a_week_that_passed() -> None:
    with pytest.raises(ValueError, match="week 8 passed"):
        failure_message(judge((endurance("Tuesday", 240),), 4.0))


# --- what holds for every week -------------------------------------------------------------------------------

_rides = st.one_of(
    st.builds(endurance, st.sampled_from(["Tuesday", "Saturday", "Sunday"]), st.integers(60, 360)),
    st.builds(intervals, st.sampled_from(["Wednesday", "Saturday"]), sets=st.integers(1, 8)),
    st.builds(recovery, st.sampled_from(["Monday", "Friday"]), st.integers(20, 90)),
)
_weeks = st.lists(_rides, max_size=7).map(tuple)
_hours = st.none() | st.floats(0, 20)
_tss = st.none() | st.floats(0, 1000)


@given(_weeks, _hours, _tss, st.sampled_from(Phase), st.booleans())
def test_every_verdict_agrees_with_itself(
    week: tuple[Workout, ...], target_hours: float | None, target_tss: float | None, phase: Phase, auto_fix: bool
) -> None:
    before = [w.model_dump() for w in week]

    validated = judge(week, target_hours, target_tss=target_tss, phase=phase, auto_fix=auto_fix)

    verdict = validated.validation
    counted = [w for w in validated.workouts if not w.optional]
    assert [w.model_dump() for w in week] == before
    assert verdict.passed == (not verdict.errors)
    assert verdict.within_tolerance == (not verdict.errors and not verdict.warnings)
    assert verdict.auto_fixed == (verdict.scenario_used is Scenario.AUTO_FIXED)
    assert verdict.passed_before_fix == (verdict.passed and not verdict.auto_fixed)
    assert verdict.actual_hours == pytest.approx(hours(counted), abs=0.005)
    assert verdict.actual_tss == pytest.approx(sum(w.tss for w in counted), abs=0.05)
    assert auto_fix or not verdict.fix_log


@given(_weeks, st.floats(0.5, 20), _tss)
def test_switching_the_fix_on_only_ever_helps(
    week: tuple[Workout, ...], target_hours: float, target_tss: float | None
) -> None:
    without, with_fix = (
        judge(week, target_hours, target_tss=target_tss, auto_fix=on).validation for on in (False, True)
    )

    assert with_fix.passed_before_fix == without.passed
    assert with_fix.passed >= without.passed
    assert without.passed is False or with_fix == without


@given(_weeks, st.floats(0.5, 20))
def test_a_fixed_week_passes_again_as_it_stands(week: tuple[Workout, ...], target_hours: float) -> None:
    validated = judge(week, target_hours)

    if validated.validation.auto_fixed:
        again = judge(validated.workouts, target_hours, training_days=days_of(week))
        assert again.validation.scenario_used is Scenario.ALL_WORKOUTS
        assert again.workouts == validated.workouts
