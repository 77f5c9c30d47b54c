"""Choosing the workouts of every day: scored, varied, progressive, and the same for the same seed."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.duration.day_limits import DayLimits
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.model.plan import Choice, Overview, OverviewWeek, WeekSelection
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import (
    ADJUSTED,
    LEGACY,
    OPTIMAL,
    ExperienceLevel,
    Phase,
    Weekday,
    WeekType,
    WorkoutType,
)
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.selection.fits import wanted_levels
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.scoring import EXTENSIBLE_POINTS, Scorer
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline_tests.core.builders import (
    SOME,
    endurance_ride,
    in_arm,
    library_of,
    library_workout,
    real_config,
    real_library,
    requests,
    rider,
    seeded,
    small_library,
    step,
    without,
    workouts_by_id,
)
from plan_pipeline_tests.core.rules.overviews import a_week

pytestmark = pytest.mark.no_cover  # other tests reach all lines; counting them here takes as long again

FIVE_DAYS = "tue, wed, thu, sat, sun"
ARMS = (LEGACY, ADJUSTED, OPTIMAL)


def selected(request: PlanRequest, library: Library | None = None) -> tuple[WeekSelection, ...]:
    stock = library or real_library()
    overview = plan_overview(request, stock, real_config())
    assert isinstance(overview, Overview), overview
    return select_weeks(request, overview, stock, real_config())


def one_week(request: PlanRequest, week: OverviewWeek, library: Library) -> WeekSelection:
    overview = Overview(weeks=(week,), coaching_notes="", monitoring_guidance="")
    return select_weeks(request, overview, library, real_config())[0]


def ids(weeks: tuple[WeekSelection, ...]) -> list[list[str]]:
    return [[choice.library_workout_id for choice in week.choices] for week in weeks]


# --- sameness and variety ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", ARMS)
def test_the_same_seed_chooses_the_same_workouts(arm: ArmName) -> None:
    request = in_arm(rider(8, FIVE_DAYS), arm)

    assert selected(request) == selected(request)


@pytest.mark.parametrize("arm", ARMS)
def test_another_seed_chooses_other_workouts(arm: ArmName) -> None:
    request = in_arm(rider(8, FIVE_DAYS), arm)

    assert ids(selected(seeded(request, 1))) != ids(selected(seeded(request, 2)))


def test_another_athlete_with_the_same_seed_gets_other_workouts() -> None:
    assert ids(selected(rider(8, FIVE_DAYS, plan_id="one"))) != ids(selected(rider(8, FIVE_DAYS, plan_id="two")))


@pytest.mark.parametrize("arm", ARMS)
@SOME
@given(request=requests())
def test_no_workout_comes_twice_in_a_week(arm: ArmName, request: PlanRequest) -> None:
    overview = plan_overview(request, real_library(), real_config())
    weeks = (
        select_weeks(in_arm(request, arm), overview, real_library(), real_config())
        if isinstance(overview, Overview)
        else ()
    )

    assert all(len(set(week)) == len(week) for week in ids(weeks))


@pytest.mark.parametrize("arm", ARMS)
@SOME
@given(request=requests())
def test_no_workout_comes_back_within_the_last_two_uses_of_its_type(arm: ArmName, request: PlanRequest) -> None:
    """Unless it is a test, which is to be compared with the last one, or a long ride, whose length matters more."""
    overview = plan_overview(request, real_library(), real_config())
    weeks = (
        select_weeks(in_arm(request, arm), overview, real_library(), real_config())
        if isinstance(overview, Overview)
        else ()
    )
    uses: dict[WorkoutType, list[str]] = {}
    for week in weeks:
        assert isinstance(overview, Overview)
        roles = {day.weekday: day.role for day in overview.week(week.week_number).trained}
        for choice in week.choices:
            before, role = uses.setdefault(choice.workout_type, []), roles[choice.weekday]
            may_return = choice.workout_type is WorkoutType.TEST or (role is not None and role.is_long)
            assert may_return or choice.library_workout_id not in before[-2:]
            before.append(choice.library_workout_id)


@SOME
@given(requests())
def test_every_training_day_gets_a_workout_of_its_type_in_week_order(request: PlanRequest) -> None:
    overview = plan_overview(request, real_library(), real_config())
    if not isinstance(overview, Overview):
        return
    for week, selection in zip(
        overview.weeks, select_weeks(request, overview, real_library(), real_config()), strict=True
    ):
        assert [(c.weekday, c.workout_type) for c in selection.choices] == [
            (day.weekday, day.workout_type) for day in week.trained
        ]
        assert all(
            workouts_by_id(real_library())[c.library_workout_id].type is c.workout_type for c in selection.choices
        )


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
@pytest.mark.parametrize("shorter", [30, 45])
def test_workouts_that_cannot_be_kept_within_the_caps_of_their_days_are_not_chosen(arm: ArmName, shorter: int) -> None:
    short = [
        library_workout(step("endurance", shorter, pct), id=f"short_{pct}", strategy="fixed", phases=["taper"])
        for pct in (60, 65)
    ]
    near = [endurance_ride(50, (50, 60), id=f"near_{number}") for number in (1, 2)]
    request = in_arm(rider(1.5, "tue, sat", {"tuesday": 45, "saturday": 45}), arm)
    week = a_week(1, WeekType.LOAD, Phase.BASE, 1.5, "tuesday endurance, saturday endurance")

    assert set(ids((one_week(request, week, library_of(*short, *near)),))[0]) == {"short_60", "short_65"}


# --- what a choice says --------------------------------------------------------------------------------------


def test_a_choice_says_why_and_what_the_library_holds() -> None:
    choice = selected(rider(8, FIVE_DAYS), small_library())[0].choices[0]
    workout = workouts_by_id(small_library())[choice.library_workout_id]

    assert choice.rationale.startswith(workout.purpose.rstrip("."))
    assert choice.base_duration_min == workout.duration_min


def test_selected_hours_are_those_of_the_library() -> None:
    week = selected(rider(8, FIVE_DAYS), small_library())[0]

    assert week.selected_hours == sum(choice.base_duration_min for choice in week.choices) / 60


# --- extensible workouts -------------------------------------------------------------------------------------


def points(workout: LibraryWorkout, target: float, *, prefer_extensible: bool = True, arm: ArmName = ADJUSTED) -> float:
    request, library = in_arm(rider(2, "tue"), arm), library_of(workout)
    options = arm_of(request)._replace(prefers_extensible=prefer_extensible)
    memory = Memory(real_config().week.long_ride)
    scorer = Scorer(purpose_of(request, real_config()), envelope_of(library, real_config()), memory, options)
    week = a_week(1, WeekType.LOAD, Phase.BASE, 2, "tuesday endurance")
    allocation = DurationAllocation(Weekday.TUESDAY, workout.type, target, 30, 240)
    return float(scorer.points(week, allocation, DayLimits(workout.type, ExperienceLevel.ADVANCED))[0])


def bonus(target: float, *, arm: ArmName = ADJUSTED, extensible: bool = True) -> float:
    ride = library_workout(step("endurance", 60, 65, to=(30, 120)), extensible=extensible)
    with_it, without_it = (points(ride, target, prefer_extensible=flag, arm=arm) for flag in (True, False))
    return with_it - without_it


def test_an_extensible_workout_is_worth_ten_points_where_its_length_has_to_change() -> None:
    assert EXTENSIBLE_POINTS == 10
    assert bonus(90) == pytest.approx(10)


def test_being_extensible_is_worth_nothing_at_the_workouts_own_length() -> None:
    assert bonus(60) == 0
    assert bonus(65) == 0


def test_a_rigid_workout_and_the_legacy_arm_know_no_such_points() -> None:
    assert bonus(90, extensible=False) == 0
    assert bonus(90, arm=LEGACY) == 0


def test_an_arm_that_prefers_extensible_workouts_decides_between_workouts_that_are_as_good() -> None:
    request = rider(1.5, "tue", options={"seed": 3})
    week = a_week(1, WeekType.LOAD, Phase.BASE, 1.5, "tuesday endurance")
    overview = Overview(weeks=(week,), coaching_notes="", monitoring_guidance="")
    twins = [
        library_workout(step("endurance", 75, 65, to=(30, 120)), id=name, extensible=extensible)
        for name, extensible in (("says_yes", True), ("says_no", False))
    ]
    chosen = {
        flag: {
            select_weeks(
                seeded(request, seed),
                overview,
                library_of(*twins),
                real_config(),
                arm_of(request)._replace(prefers_extensible=flag),
            )[0]
            .choices[0]
            .library_workout_id
            for seed in range(20)
        }
        for flag in (True, False)
    }

    assert chosen == {True: {"says_yes"}, False: {"says_yes", "says_no"}}


# --- progress ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "level", "last", "phase", "wanted"),
    [
        (16, "intermediate", None, Phase.BASE, 1),
        (10, "intermediate", None, Phase.BASE, 2),
        (4, "intermediate", None, Phase.BUILD, 3),
        (16, "advanced", None, Phase.BASE, 2),
        (4, "advanced", None, Phase.BUILD, 4),
        (16, "beginner", None, Phase.BASE, 1),
        (4, "beginner", None, Phase.BUILD, 2),
        (4, "intermediate", None, Phase.RECOVERY, 2),
        (16, "intermediate", 2, Phase.BUILD, 3),
        (16, "intermediate", 3, Phase.RECOVERY, 2),
        (16, "intermediate", 1, Phase.TAPER, 1),
    ],
)
def test_the_step_of_a_series_that_a_week_wants(
    weeks: int, level: str, last: int | None, phase: Phase, wanted: int
) -> None:
    request = rider(8, FIVE_DAYS, weeks=weeks, athlete={"experience_level": ExperienceLevel(level)})

    assert wanted_levels(purpose_of(request, real_config()), phase, np.array([last or 0.0])) == [wanted]


def levels(request: PlanRequest) -> list[tuple[int, str, int, bool]]:
    """(week, series, level, light) of every series workout, in order."""
    overview = plan_overview(request, real_library(), real_config())
    assert isinstance(overview, Overview)
    found = []
    for week, selection in zip(
        overview.weeks, select_weeks(request, overview, real_library(), real_config()), strict=True
    ):
        for choice in selection.choices:
            if series := workouts_by_id(real_library())[choice.library_workout_id].series:
                found.append((week.week_number, series.id, series.level, week.phase.is_light))
    return found


def test_series_progress_through_the_load_weeks_and_hardly_ever_go_back() -> None:
    up = same = back = 0
    for seed, hours in ((seed, hours) for seed in range(5) for hours in (5, 8, 12)):
        steps = sorted(levels(rider(hours, FIVE_DAYS, weeks=16, options={"seed": seed})), key=lambda s: s[1])
        for _, taken in groupby(steps, key=lambda s: s[1]):
            climbed = [level for _, _, level, light in taken if not light]
            for before, after in pairwise(climbed):
                up, same, back = up + (after > before), same + (after == before), back + (after < before)

    assert up > 3 * same
    assert up > 5 * back


def test_a_light_week_never_climbs_a_series() -> None:
    for seed in range(8):
        reached: dict[str, int] = {}
        for _, series, level, light in levels(rider(8, FIVE_DAYS, weeks=16, options={"seed": seed})):
            if light and series in reached:
                assert level <= reached[series]
            if not light:
                reached[series] = level


def test_a_light_weeks_step_back_is_not_where_the_next_block_starts() -> None:
    memory = Memory(real_config().week.long_ride)
    hard, easy = (library_workout(step("tempo", 60, 85), id=f"tempo_{n}", kind="tempo", series=("blocks", n))
                  for n in (3, 2))  # fmt: skip
    memory.add(a_week(1, WeekType.LOAD, Phase.BASE, 2, "tuesday tempo"), hard, 60)
    memory.add(a_week(2, WeekType.RECOVERY, Phase.RECOVERY, 2, "tuesday tempo"), easy, 60)

    assert memory.levels == {"blocks": 3}


def test_a_short_plan_does_not_start_where_a_long_one_starts() -> None:
    def first_levels(weeks: int) -> list[int]:
        starts = []
        for seed in range(10):
            taken = levels(rider(8, FIVE_DAYS, weeks=weeks, options={"seed": seed}))
            seen: set[str] = set()
            for _, series, level, _ in taken:
                starts += [] if series in seen else [level]
                seen.add(series)
        return starts

    short, long = first_levels(4), first_levels(16)

    assert sum(short) / len(short) > sum(long) / len(long) + 0.5


def test_the_rationale_tells_the_steps_of_a_series() -> None:
    said = " ".join(c.rationale for week in selected(rider(8, FIVE_DAYS, weeks=16)) for c in week.choices)

    assert "starts its series at step 1" in said
    assert "step 2 of its series, after step 1" in said


def test_a_structure_is_less_welcome_the_more_recently_it_was_used() -> None:
    memory, ride = Memory(real_config().week.long_ride), endurance_ride(60, (30, 90))
    memory.add(a_week(1, WeekType.LOAD, Phase.BASE, 2, "tuesday endurance"), ride, 60)

    familiarity = [memory.familiar(ride.type, week).get(ride.fingerprint, 0) for week in (1, 2, 3, 5, 9)]
    assert familiarity == [1, 0.75, 0.5, 0, 0]


def test_a_workout_made_for_the_phase_and_the_kind_of_day_wins() -> None:
    made = library_workout(step("endurance", 60, 65), id="made_1", phases=["base"], days=["weekday"])
    other = library_workout(step("endurance", 60, 65), id="other_1", phases=["taper"], days=["weekend"])

    assert points(made, 60) - points(other, 60) == pytest.approx(45, abs=4)


# --- libraries with little in them ---------------------------------------------------------------------------


@pytest.mark.parametrize("arm", ARMS)
def test_a_library_with_one_workout_of_a_type_repeats_it_with_a_note(arm: ArmName) -> None:
    weeks = selected(in_arm(rider(1, "sat"), arm), library_of(endurance_ride(60, (30, 90), id="only_one")))

    assert ids(weeks) == [["only_one"]] * 12
    assert weeks[0].notes == ()
    assert weeks[1].notes == ("Saturday: only_one comes back soon, as too few endurance workouts have its length",)


@pytest.mark.parametrize("arm", ARMS)
def test_a_library_with_fewer_workouts_than_days_of_a_type_still_fills_the_week(arm: ArmName) -> None:
    weeks = selected(in_arm(rider(3, "tue, sat"), arm), library_of(endurance_ride(60, (30, 240), id="only_one")))

    assert all(week == ["only_one"] * len(week) for week in ids(weeks))


@pytest.mark.parametrize("arm", ARMS)
def test_a_day_whose_type_the_library_lacks_stays_empty_and_says_so(arm: ArmName) -> None:
    week = a_week(1, WeekType.LOAD, Phase.BUILD, 3, "tuesday vo2max, saturday endurance")

    selection = one_week(in_arm(rider(3, "tue, sat"), arm), week, without(small_library(), "vo2max"))

    assert [choice.weekday for choice in selection.choices] == [Weekday.SATURDAY]
    assert "Tuesday: the library has no vo2max workout; add one or plan another type" in selection.notes


def test_workouts_that_cannot_be_near_the_days_length_serve_only_where_no_other_does() -> None:
    long = library_workout(step("endurance", 150, 65), id="long_1", strategy="fixed")
    short = library_workout(step("endurance", 60, 65, to=(45, 90)), id="short_1", phases=["taper"], days=["weekend"])
    week = a_week(1, WeekType.LOAD, Phase.BASE, 1, "tuesday endurance")

    assert ids((one_week(rider(1, "tue"), week, library_of(long, short)),)) == [["short_1"]]
    assert ids((one_week(rider(1, "tue"), week, library_of(long)),)) == [["long_1"]]


def test_the_legacy_arm_takes_the_length_nearest_to_an_even_split() -> None:
    rides = [library_workout(step("endurance", m, 65), id=f"ride_{m}", strategy="fixed") for m in (45, 60, 90, 150)]
    week = a_week(1, WeekType.LOAD, Phase.BASE, 3, "tuesday endurance, saturday endurance")

    choices: tuple[Choice, ...] = one_week(in_arm(rider(3, "tue, sat"), LEGACY), week, library_of(*rides)).choices

    assert {choice.target_min for choice in choices} == {90}
    assert sorted(choice.library_workout_id for choice in choices) == ["ride_60", "ride_90"]


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_workouts_whose_lengths_do_not_add_up_are_exchanged_for_ones_that_do(arm: ArmName) -> None:
    rides = [library_workout(step("endurance", m, 65), id=f"ride_{m}", strategy="fixed") for m in (60, 65, 100, 175)]
    week = a_week(1, WeekType.LOAD, Phase.BASE, 4, "tuesday endurance, saturday endurance")

    choices = one_week(in_arm(rider(4, "tue, sat"), arm), week, library_of(*rides)).choices

    assert sum(choice.base_duration_min for choice in choices) == 240


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_lengths_that_add_up_with_no_workouts_are_brought_as_near_as_they_come(arm: ArmName) -> None:
    rides = [library_workout(step("endurance", m, 65), id=f"ride_{m}", strategy="fixed") for m in (60, 70, 100, 130)]
    week = a_week(1, WeekType.LOAD, Phase.BASE, 4, "tuesday endurance, saturday endurance")

    choices = one_week(in_arm(rider(4, "tue, sat"), arm), week, library_of(*rides)).choices

    assert sum(choice.base_duration_min for choice in choices) == 230


@pytest.mark.parametrize("arm", ARMS)
def test_a_day_too_short_for_any_workout_of_its_type_still_gets_one_so_that_the_week_shows_it(arm: ArmName) -> None:
    week = a_week(1, WeekType.LOAD, Phase.BASE, 2, "tuesday endurance, saturday endurance")

    choices = one_week(in_arm(rider(2, "tue, sat", {"tuesday": 20}), arm), week, small_library()).choices

    assert [choice.weekday for choice in choices] == [Weekday.TUESDAY, Weekday.SATURDAY]


def test_a_length_between_the_grid_and_the_cap_is_not_rounded_into_the_cap() -> None:
    rides = [
        library_workout(step("endurance", minutes, 65), id=f"ride_{minutes}_{i}", strategy="fixed")
        for minutes in (30, 62)
        for i in range(6)
    ]
    request = in_arm(rider(1, "tue, sat", {"tuesday": 60, "saturday": 60}, weeks=4), OPTIMAL)

    taken = {choice.library_workout_id for week in selected(request, library_of(*rides)) for choice in week.choices}

    assert taken
    assert all(workout_id.startswith("ride_30") for workout_id in taken)
