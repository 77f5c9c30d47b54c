"""What a day can have: minutes of its own first, what the athlete can ride always, the week's hours before wishes."""

from __future__ import annotations

import pytest

from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_of
from plan_pipeline.core.duration.week_bounds import is_feasible, week_bounds
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import (
    ADJUSTED,
    LEGACY,
    OPTIMAL,
    DayRole,
    ExperienceLevel,
    Phase,
    Requirement,
    Weekday,
    WeekType,
)
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline_tests.core.builders import (
    a_set,
    endurance_ride,
    in_arm,
    library_of,
    library_workout,
    real_config,
    rider,
    step,
)
from plan_pipeline_tests.core.rules.overviews import a_week

LONG = endurance_ride(120, (30, 300), id="ride_long")
SHORT = endurance_ride(60, (30, 90), id="ride_short")


def a_rider(arm: ArmName = OPTIMAL, level: str = "intermediate", **plan: object) -> PlanRequest:
    return in_arm(rider(8, "mon, tue, wed, thu, fri, sat, sun", athlete={"experience_level": level}, **plan), arm)


def week_of(hours: float, days: str, *, number: int = 6, **minutes: int) -> OverviewWeek:
    """A week in which some days have minutes of their own."""
    return _changed(
        a_week(number, WeekType.LOAD, Phase.BUILD, hours, days),
        {Weekday(day): {"minutes": m} for day, m in minutes.items()},
    )


def with_role(week: OverviewWeek, weekday: str, role: DayRole) -> OverviewWeek:
    return _changed(week, {Weekday(weekday): {"role": role}})


def _changed(week: OverviewWeek, days: dict[Weekday, dict[str, object]]) -> OverviewWeek:
    changed = tuple(day.model_copy(update=days.get(day.weekday, {})) for day in week.training_days)
    return week.model_copy(update={"training_days": changed})


def bounds(request: PlanRequest, week: OverviewWeek, *workouts: LibraryWorkout) -> dict[str, DayBounds]:
    found = week_bounds(purpose_of(request, real_config()), week, tables_of(library_of(*workouts)))
    return {day.weekday.value: day for day in found}


def tables_of(library: Library) -> Envelope:
    return envelope_of(library, real_config())


def spans(request: PlanRequest, week: OverviewWeek, *workouts: LibraryWorkout) -> dict[str, tuple[int, int]]:
    return {day: (b.shortest, b.longest) for day, b in bounds(request, week, *workouts).items()}


# --- minutes of a day's own --------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_a_day_has_its_minutes_whatever_the_others_have(arm: ArmName) -> None:
    week = week_of(5, "tuesday endurance, thursday endurance, sunday endurance", Sunday=210)

    assert spans(a_rider(arm), week, LONG, SHORT)["Sunday"] == (210, 210)


def test_minutes_that_no_workout_has_become_fewer_first() -> None:
    gappy = library_workout(
        step("endurance", 60, 65), a_set(4, step("endurance", 20, 65), to=(1, 9)), strategy="add_sets"
    )
    week = week_of(4, "tuesday endurance, sunday endurance", Sunday=150)

    assert spans(a_rider(), week, gappy, LONG)["Sunday"] == (150, 150)
    assert spans(a_rider(), week_of(4.5, "tuesday endurance, sunday endurance", Sunday=150), gappy)["Sunday"][1] <= 150


def test_a_day_gives_of_its_minutes_where_the_hours_cannot_be_met_else() -> None:
    week = week_of(4, "tuesday endurance, sunday endurance", Sunday=160)

    assert spans(a_rider(), week, SHORT, LONG)["Sunday"] == (160, 160)
    capped = in_arm(rider(4, "tue, sun", {"tuesday": 90}), OPTIMAL)
    assert spans(capped, week_of(4, "tuesday endurance, sunday endurance", Sunday=215), LONG, SHORT)["Sunday"] == (
        200,
        215,
    )
    assert spans(capped, week_of(4, "tuesday endurance, sunday endurance", Sunday=145), LONG, SHORT)["Sunday"] == (
        130,
        155,
    )


def test_minutes_beyond_the_cap_are_cut_to_it() -> None:
    request = rider(5, "tue, sun", {"sunday": 120})

    assert spans(in_arm(request, OPTIMAL), week_of(3, "tuesday endurance, sunday endurance", Sunday=200), LONG, SHORT)[
        "Sunday"
    ] == (120, 120)


def test_the_legacy_arm_knows_no_minutes() -> None:
    assert bounds(a_rider(LEGACY), week_of(4, "tuesday endurance, sunday endurance", Sunday=160), LONG) == {}


# --- what may be ridden ------------------------------------------------------------------------------------


def ids(request: PlanRequest, week: OverviewWeek, *workouts: LibraryWorkout) -> set[str]:
    """The workouts that the week's only day may have."""
    (day,) = bounds(request, week, *workouts).values()
    assert day.limits is not None
    lengths = tables_of(library_of(*workouts)).admission(day.limits).minutes
    listed = tables_of(library_of(*workouts)).by_type[day.workout_type]
    return {table.workout.id for table, minutes in zip(listed, lengths, strict=True) if minutes.size}


def intervals(id: str, minutes: float, pct: float, repeat: int = 1, *, kind: str = "threshold") -> LibraryWorkout:
    sets = a_set(repeat, step("interval", minutes, pct), step("recovery", 6, 50))
    return library_workout(step("warmup", 15, 55, to=(10, 60)), sets, id=id, kind=kind)


def test_workouts_for_those_with_more_experience_or_with_hills_are_left_out() -> None:
    hard = intervals("thr_hard", 8, 97).model_copy(update={"min_level": ExperienceLevel.ADVANCED})
    hilly = intervals("thr_hilly", 8, 97).model_copy(update={"requires": (Requirement.HILLS,)})
    plain = intervals("thr_plain", 8, 97)
    week = week_of(1, "tuesday threshold")

    assert ids(a_rider(), week, hard, hilly, plain) == {"thr_hilly", "thr_plain"}
    assert ids(a_rider(level="advanced", constraints=["no_hills"]), week, hard, hilly, plain) == {
        "thr_hard",
        "thr_plain",
    }


def test_a_simulation_is_for_its_own_events_only() -> None:
    simulation = intervals("mix_crit", 2, 110, kind="mixed").model_copy(update={"events": ("criterium",)})
    plain = intervals("mix_plain", 2, 110, kind="mixed")
    week = week_of(1, "tuesday mixed")
    event = {"date": "2027-06-13", "name": "Race", "type": "criterium"}

    assert ids(a_rider(), week, simulation, plain) == {"mix_plain"}
    assert ids(a_rider(event=event, weeks=12), week, simulation, plain) == {"mix_crit", "mix_plain"}


def test_what_nobody_of_a_level_can_ride_never_gives_way() -> None:
    impossible = intervals("vo2_impossible", 8, 118, 4, kind="vo2max")

    assert bounds(a_rider(), week_of(1.5, "tuesday vo2max"), impossible) == {}
    assert not is_feasible(
        purpose_of(a_rider(), real_config()), week_of(1.5, "tuesday vo2max"), tables_of(library_of(impossible))
    )


def test_an_easy_day_has_nothing_hard_by_its_content() -> None:
    easy, hard = intervals("tmp_easy", 15, 82, kind="tempo"), intervals("tmp_hard", 25, 92, kind="tempo")

    assert ids(a_rider(), week_of(1, "tuesday tempo"), easy, hard) == {"tmp_easy"}


def test_a_beginners_first_weeks_hold_no_intensity() -> None:
    easy, hard = intervals("tmp_easy", 10, 80, kind="tempo"), intervals("tmp_hard", 10, 90, kind="tempo")
    request = a_rider(level="beginner")

    assert ids(request, week_of(1, "tuesday tempo", number=1), easy, hard) == {"tmp_easy"}
    assert ids(request, week_of(1, "tuesday tempo", number=3), easy, hard) == {"tmp_easy", "tmp_hard"}


def test_a_session_holds_no_more_than_its_level_allows() -> None:
    some, much = intervals("thr_some", 8, 97, 2), intervals("thr_much", 8, 97, 3)
    week = week_of(1, "tuesday threshold")

    assert ids(a_rider(level="beginner"), week, some, much) == {"thr_some"}
    assert ids(a_rider(), week, some, much) == {"thr_some", "thr_much"}


def test_late_work_is_for_rides_that_have_it_and_for_any_where_none_has() -> None:
    late = library_workout(step("endurance", 90, 65, to=(60, 200)), step("tempo", 20, 82), id="end_late")
    early = library_workout(step("tempo", 20, 82), step("endurance", 90, 65, to=(60, 200)), id="end_early")
    week = with_role(week_of(2, "sunday endurance"), "Sunday", DayRole.LATE_WORK)

    assert ids(a_rider(), week, late, early) == {"end_late"}
    assert ids(a_rider(), week, early) == {"end_early"}


def test_a_limit_that_leaves_nothing_gives_way_and_the_hours_are_met() -> None:
    much = intervals("thr_much", 8, 97, 5)

    assert ids(a_rider(level="beginner"), week_of(1.5, "tuesday threshold"), much) == {"thr_much"}
