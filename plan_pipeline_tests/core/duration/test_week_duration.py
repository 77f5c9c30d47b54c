"""One week through the duration stage, in every arm."""

from __future__ import annotations

import pytest

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, envelope_of
from plan_pipeline.core.duration.week_bounds import week_bounds
from plan_pipeline.core.duration.week_duration import adjust_week, allocate_week
from plan_pipeline.core.model.plan import Overview, OverviewWeek, WeekDuration
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL, Phase, TssMethod, Weekday, WeekType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline_tests.core.builders import (
    endurance_ride,
    in_arm,
    library_of,
    library_workout,
    real_config,
    rider,
    small_library,
    step,
    without,
    workouts_by_id,
)
from plan_pipeline_tests.core.rules.overviews import a_week

ARMS = (LEGACY, ADJUSTED, OPTIMAL)
FREE = rider(6, "mon, tue, wed, thu, fri, sat, sun")
TABLES = envelope_of(small_library(), real_config())


def load_week(hours: float, days: str) -> OverviewWeek:
    return a_week(1, WeekType.LOAD, Phase.BUILD, hours, days)


def adjusted(week: OverviewWeek, request: PlanRequest = FREE, library: Library | None = None) -> WeekDuration:
    stock = library or small_library()
    overview = Overview(weeks=(week,), coaching_notes="", monitoring_guidance="")
    return adjust_week(request, week, select_weeks(request, overview, stock, real_config())[0], stock, real_config())


def minutes(made: WeekDuration) -> dict[str, float]:
    return {workout.weekday.value: workout.duration_min for workout in made.workouts}


def bounds_of(request: PlanRequest, week: OverviewWeek) -> tuple[DayBounds, ...]:
    return week_bounds(purpose_of(request, real_config()), week, TABLES)


def allocated(request: PlanRequest, week: OverviewWeek) -> tuple[DurationAllocation, ...]:
    return allocate_week(week, bounds_of(request, week))


# --- what each day is meant to have --------------------------------------------------------------------------


def test_the_legacy_arm_splits_a_week_evenly_whatever_its_days() -> None:
    week = load_week(3, "tuesday vo2max, saturday endurance")
    spread = allocated(in_arm(FREE, LEGACY), week)

    assert [a.target_min for a in spread] == [90, 90]


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_the_other_arms_follow_types_and_caps(arm: ArmName) -> None:
    request = in_arm(rider(3, "tue, sat", {"tuesday": 50}), arm)
    spread = allocated(request, load_week(3, "tuesday vo2max, saturday endurance"))

    by_day = {a.weekday: a.target_min for a in spread}
    assert by_day[Weekday.TUESDAY] <= 50
    assert by_day[Weekday.TUESDAY] + by_day[Weekday.SATURDAY] == pytest.approx(180, abs=0.1)


def test_rest_days_are_allocated_nothing() -> None:
    spread = allocated(FREE, load_week(1.5, "tuesday endurance"))

    assert [a.weekday for a in spread] == [Weekday.TUESDAY]


def test_a_day_that_can_have_nothing_has_no_bounds() -> None:
    request = rider(3, "tue, sat", {"tuesday": 20})

    bounds = bounds_of(request, load_week(3, "tuesday endurance, saturday endurance"))

    assert [day.weekday for day in bounds] == [Weekday.SATURDAY]


# --- what comes of it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_a_week_reaches_its_hours_and_says_so(arm: ArmName) -> None:
    made = adjusted(load_week(6, "tuesday vo2max, thursday threshold, saturday endurance, sunday endurance"),
                    in_arm(FREE, arm))  # fmt: skip

    assert made.reached
    assert made.feasible
    assert made.adjusted_hours == pytest.approx(6, abs=0.001)
    assert made.statement == "6.00 h planned of 6.00 h wanted"


def test_the_legacy_arm_leaves_library_workouts_as_they_are() -> None:
    made = adjusted(load_week(6, "tuesday vo2max, saturday endurance"), in_arm(FREE, LEGACY))

    assert all(workout.duration_min == workout.base_duration_min for workout in made.workouts)
    assert made.statement.startswith("library lengths add up to")


@pytest.mark.parametrize("arm", ARMS)
def test_a_workout_says_where_it_comes_from_and_what_it_loads(arm: ArmName) -> None:
    workout = adjusted(load_week(1.5, "saturday endurance"), in_arm(FREE, arm)).workouts[0]

    assert workout.library_workout_id in workouts_by_id(small_library())
    assert workout.tss > 0
    assert workout.tss_method is TssMethod.NP30
    assert sum(segment.duration_min for segment in workout.segments) == workout.duration_min


def test_a_changed_length_is_explained_and_an_unchanged_one_is_not() -> None:
    library = library_of(endurance_ride(60, (30, 240)))

    def rationale(hours: float) -> str:
        return adjusted(load_week(hours, "saturday endurance"), library=library).workouts[0].rationale

    assert rationale(1.5).endswith(" Lengthened from 60 to 90 min for Saturday.")
    assert rationale(0.75).endswith(" Shortened from 60 to 45 min for Saturday.")
    assert "60 min" not in rationale(1)


def test_a_week_beyond_its_days_is_not_reached_and_not_feasible() -> None:
    made = adjusted(load_week(12, "tuesday endurance, thursday endurance"),
                    rider(12, "tue, thu", {"tuesday": 60, "thursday": 60}))  # fmt: skip

    assert not made.reached
    assert not made.feasible
    assert made.adjusted_hours == 2
    assert "the nearest reachable total is 2.00 h (-83.3 %)" in made.statement


def test_a_week_that_only_a_richer_library_could_reach_is_told_apart_from_one_that_nothing_could() -> None:
    library = library_of(library_workout(step("endurance", 60, 65), strategy="fixed"))

    made = adjusted(load_week(3, "saturday endurance"), library=library)

    assert (made.reached, made.feasible) == (False, False)


@pytest.mark.parametrize("arm", ARMS)
def test_a_day_of_a_type_the_library_lacks_is_a_gap_in_an_infeasible_week(arm: ArmName) -> None:
    made = adjusted(
        load_week(3, "tuesday vo2max, saturday endurance"), in_arm(FREE, arm), without(small_library(), "vo2max")
    )

    assert list(minutes(made)) == ["Saturday"]
    assert not made.feasible


@pytest.mark.parametrize("arm", ARMS)
def test_a_week_of_rest_is_a_week_of_nothing(arm: ArmName) -> None:
    made = adjusted(load_week(0, ""), in_arm(FREE, arm))

    assert (made.workouts, made.adjusted_hours, made.reached, made.structure_preserved) == ((), 0, True, True)


@pytest.mark.parametrize("arm", ARMS)
def test_a_week_that_names_days_but_no_hours_does_not_break_anything(arm: ArmName) -> None:
    made = adjusted(load_week(0, "saturday endurance"), in_arm(FREE, arm))

    assert not made.reached
    assert len(made.workouts) == 1


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
@pytest.mark.parametrize(
    ("hours", "days"),
    [
        (3, "saturday endurance, tuesday tempo"),
        (3, "tuesday endurance, thursday tempo, saturday endurance"),
        (
            18,
            "tuesday vo2max, wednesday mixed, thursday threshold, friday recovery, saturday endurance, sunday mixed",
        ),
        (18, "tuesday endurance, wednesday endurance, thursday endurance, saturday endurance, sunday endurance"),
        (
            7,
            "monday recovery, tuesday vo2max, wednesday mixed, thursday threshold, saturday endurance, sunday mixed",
        ),
    ],
    ids=["3 h on 2 days", "3 h on 3 days", "18 h on 6 days", "18 h on 5 days", "7 h on 6 days"],
)
def test_weeks_from_3_to_18_hours_on_2_to_6_days_reach_their_hours(arm: ArmName, hours: float, days: str) -> None:
    made = adjusted(load_week(hours, days), in_arm(FREE, arm))

    assert made.reached, made.statement
    assert made.adjusted_hours == pytest.approx(hours, rel=0.05)
    assert made.structure_preserved
