"""The overview by rules, over the whole grid of requests: hours, days, load and what cannot be met."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from statistics import mean

import pytest
from hypothesis import given

from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import infeasibility, plan_overview
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.overview.writer import OverviewError, RulesOverviewWriter
from plan_pipeline_tests.core.builders import (
    MANY,
    MONDAY,
    SOME,
    endurance_ride,
    library_of,
    planned,
    real_config,
    real_library,
    requests,
    rider,
    small_library,
    without,
)

FIVE_DAYS = "tue, wed, thu, sat, sun"
HOURS_ROUNDING = 0.005


def overview(request: PlanRequest, library: Library | None = None) -> Overview:
    written = plan_overview(request, library or real_library(), real_config())
    assert isinstance(written, Overview), written
    return written


def refused(request: PlanRequest, library: Library | None = None) -> Infeasible:
    written = plan_overview(request, library or real_library(), real_config())
    assert isinstance(written, Infeasible)
    return written


def event_on(weekday: str, weeks: int = 12) -> dict[str, object]:
    return {"date": MONDAY.fromordinal(MONDAY.toordinal() + 7 * (weeks - 1) + Weekday(weekday).position)}


def types(week: OverviewWeek) -> dict[str, str]:
    return {day.weekday.value: day.workout_type.value for day in week.trained}


# --- what holds of any request -------------------------------------------------------------------------------


@MANY
@given(requests())
def test_any_valid_request_gets_a_sound_overview_or_the_reason_why_not(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())

    if isinstance(written, Infeasible):
        assert written.reason
        assert written.binding
        assert written.wanted_hours != written.nearest_hours
    else:
        assert overview_breaches(request, written.weeks, real_config()) == ()


@MANY
@given(requests())
def test_load_weeks_never_hold_more_than_the_request_asks_for(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    hours = request.athlete_profile.training_availability.hours_per_week

    for week in written.weeks if isinstance(written, Overview) else ():
        assert week.target_hours <= hours + HOURS_ROUNDING


@MANY
@given(requests())
def test_only_available_days_are_trained_and_hours_fit_their_caps(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    availability = request.athlete_profile.training_availability

    for week in written.weeks if isinstance(written, Overview) else ():
        assert all(availability.cap_min(day.weekday) >= 30 for day in week.trained)
        assert week.target_minutes <= sum(availability.cap_min(day.weekday) for day in week.trained)
        assert bool(week.trained) == (week.target_hours > 0) == (week.target_tss > 0)


@MANY
@given(requests())
def test_hard_days_are_few_and_never_back_to_back_from_week_to_week(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    weeks = written.weeks if isinstance(written, Overview) else ()
    hard = [day.workout_type.is_demanding for week in weeks for day in week.training_days]

    assert not any(a and b for a, b in pairwise(hard))
    assert all(sum(day.workout_type.is_demanding for day in week.trained) <= 3 for week in weeks)


@MANY
@given(requests())
def test_two_days_are_rest_or_the_sixth_training_day_is_a_recovery_ride(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())

    for week in written.weeks if isinstance(written, Overview) else ():
        kinds = [day.workout_type for day in week.trained]
        assert len(kinds) <= 5 or (len(kinds) == 6 and WorkoutType.RECOVERY in kinds)


@MANY
@given(requests())
def test_a_weekend_that_holds_an_hour_has_the_long_ride_of_a_load_week(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    availability = request.athlete_profile.training_availability
    weekend = [day for day in Weekday if day.is_weekend and availability.cap_min(day) >= 60]

    for week in written.weeks if isinstance(written, Overview) else ():
        if week.week_type is WeekType.LOAD and weekend:
            assert {types(week).get(day.value) for day in weekend} & {"endurance", "mixed"}


@MANY
@given(requests())
def test_an_event_its_eve_and_the_days_after_it_are_free_of_work(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    if isinstance(written, Infeasible) or request.event_weekday is None:
        return
    days = [day.workout_type for week in written.weeks for day in week.training_days]
    event = 7 * (request.total_weeks - 1) + request.event_weekday.position

    assert set(days[event:]) == {WorkoutType.REST}
    assert days[event - 1] in (WorkoutType.REST, WorkoutType.RECOVERY, WorkoutType.OPENERS)


@MANY
@given(requests())
def test_a_taper_takes_volume_down_week_by_week_and_keeps_intensity(request: PlanRequest) -> None:
    written = plan_overview(request, real_library(), real_config())
    if isinstance(written, Infeasible):
        return
    load = mean(week.target_hours for week in written.weeks if week.week_type is WeekType.LOAD)
    taper = [week for week in written.weeks if week.phase is Phase.TAPER]

    assert bool(taper) == (request.event is not None)
    assert all(week.target_hours <= 0.8 * load for week in taper)
    assert all(after.target_hours <= max(before.target_hours, 0.5) for before, after in pairwise(taper))


RECOVERY_LOAD = (0.50, 0.65)
RECOVERY_MISS_SHARE, RECOVERY_MISS = 0.02, 0.03
"""Recovery weeks outside 50-65 % of their block's TSS: how many there may be, and how far outside."""


def recovery_ratios(request: PlanRequest) -> list[float]:
    written = plan_overview(request, real_library(), real_config())
    ratios, block = [], []
    for week in written.weeks if isinstance(written, Overview) else ():
        if week.week_type is WeekType.LOAD:
            block.append(week.target_tss)
        elif week.week_type is WeekType.RECOVERY:
            ratios.append(week.target_tss / mean(block))
            block = []
    return ratios


@MANY
@given(requests())
def test_a_recovery_week_has_50_to_65_percent_of_its_blocks_load_within_rounding(request: PlanRequest) -> None:
    low, high = RECOVERY_LOAD

    assert all(low - RECOVERY_MISS <= ratio <= high + RECOVERY_MISS for ratio in recovery_ratios(request))


def test_hardly_any_recovery_week_misses_50_to_65_percent_of_its_blocks_load() -> None:
    ratios = [
        ratio
        for hours, days, level in product(
            (3, 4.5, 6, 8, 10, 13, 16),
            ("sat", "tue, sat", "tue, thu, sat", "tue, thu, sat, sun", FIVE_DAYS, "mon, tue, wed, thu, sat, sun"),
            ("beginner", "intermediate", "advanced"),
        )
        for ratio in recovery_ratios(rider(hours, days, weeks=16, athlete={"experience_level": level}))
    ]
    low, high = RECOVERY_LOAD
    missed = [ratio for ratio in ratios if not low - 0.005 <= ratio <= high + 0.005]

    assert len(ratios) > 300
    assert len(missed) <= RECOVERY_MISS_SHARE * len(ratios), missed


@SOME
@given(requests())
def test_where_the_load_week_is_reachable_every_week_is_planned_to_the_minute_or_nearly(request: PlanRequest) -> None:
    for week in planned(request, real_library()).weeks:
        assert week.duration.feasible, (week.overview.week_number, week.duration.statement)
        assert week.duration.reached, (week.overview.week_number, week.duration.statement)


@SOME
@given(requests())
def test_the_long_ride_is_the_longest_of_its_load_week_unless_its_cap_binds(request: PlanRequest) -> None:
    availability = request.athlete_profile.training_availability
    for week in planned(request, real_library()).weeks:
        long_rides = [w for w in week.duration.workouts if w.weekday.is_weekend and w.type in ("endurance", "mixed")]
        is_tested = any(day.workout_type is WorkoutType.TEST for day in week.overview.trained)
        is_tiny = week.overview.target_hours < 3  # where any key session is as long as a long ride
        if week.overview.week_type is not WeekType.LOAD or not long_rides or is_tested or is_tiny:
            continue
        longest = max(w.duration_min for w in week.duration.workouts)
        at_its_cap = any(availability.cap_min(ride.weekday) - ride.duration_min < 10 for ride in long_rides)
        at_its_end = any(ride.duration_min >= 240 for ride in long_rides)
        assert max(w.duration_min for w in long_rides) == longest or at_its_cap or at_its_end


GRID = list(product(range(4, 25), (None, "Saturday", "Sunday", "Monday"), ("beginner", "advanced"), (30, 50)))


DAYS = ["sat", "tue, sun", "mon, wed, fri", FIVE_DAYS, "mon, tue, wed, thu, fri, sat, sun"]


@pytest.mark.no_cover
@pytest.mark.parametrize("days", DAYS)
def test_a_fifth_of_all_lengths_events_levels_and_ages_give_sound_overviews(days: str) -> None:
    assert_sound(days, GRID[DAYS.index(days) :: len(DAYS)])


@pytest.mark.slow
@pytest.mark.parametrize("days", DAYS)
def test_every_length_event_experience_and_age_gives_a_sound_overview(days: str) -> None:
    assert_sound(days, GRID)


def assert_sound(days: str, grid: Sequence[tuple[int, str | None, str, int]]) -> None:
    hours = {"sat": 3, "tue, sun": 5}.get(days, 7.5)
    for weeks, event, level, age in grid:
        request = rider(
            hours,
            days,
            weeks=weeks,
            event=event_on(event, weeks) if event else None,
            athlete={"experience_level": level, "age": age},
        )
        assert overview_breaches(request, overview(request).weeks, real_config()) == (), (weeks, event, level, age)


# --- single weeks --------------------------------------------------------------------------------------------


def test_a_load_week_has_the_hours_of_the_request() -> None:
    weeks = overview(rider(8, FIVE_DAYS)).weeks

    assert [week.target_hours for week in weeks[:4]] == [7.25, 8.0, 8.0, pytest.approx(4.75, abs=0.5)]
    assert {week.target_hours for week in weeks[9:]} == {8.0}


def test_the_event_week_trains_before_the_event_only_and_stays_sharp() -> None:
    last = overview(rider(8, FIVE_DAYS, event=event_on("Sunday"))).weeks[-1]

    assert last.week_type is WeekType.EVENT
    assert "Sunday" not in types(last)
    assert [day.weekday for day in last.trained if day.role is DayRole.SHARPENING] == [Weekday.WEDNESDAY]
    assert types(last)["Saturday"] == "openers"


@pytest.mark.parametrize("days", [FIVE_DAYS, "mon, wed, sun", "sun", "sat, sun"])
def test_the_eve_of_an_event_on_monday_is_the_sunday_of_the_week_before(days: str) -> None:
    weeks = overview(rider(4 if days != "sun" else 2, days, event=event_on("Monday"))).weeks

    assert types(weeks[-2]).get("Sunday", "openers") == "openers"
    assert weeks[-1].trained == ()
    assert weeks[-1].target_hours == 0


def test_a_taper_week_left_with_two_days_beside_the_eve_of_a_monday_event_is_sound() -> None:
    request = rider(9.5, "mon, sat, sun", {"monday": 45}, weeks=21, event=event_on("Monday", 21))

    assert overview_breaches(request, overview(request).weeks, real_config()) == ()


def test_hours_that_are_no_multiple_of_five_minutes_are_rounded_down() -> None:
    hours = [week.target_hours for week in overview(rider(7.99, FIVE_DAYS)).weeks if week.week_type is WeekType.LOAD]

    assert max(hours) == 7.92


def test_a_beginner_has_no_hard_day_in_two_weeks_one_in_two_more_and_two_at_most_after() -> None:
    weeks = overview(rider(8, FIVE_DAYS, athlete={"experience_level": "beginner"}, goal="raise_ftp")).weeks
    hard = [sum(day.workout_type.is_demanding for day in week.trained) for week in weeks]

    assert hard[:2] == [0, 0]
    assert max(hard[2:4]) == 1
    assert max(hard[4:]) == 2


def test_three_key_sessions_are_for_advanced_athletes() -> None:
    def most_hard(level: str) -> int:
        request = rider(8, "mon, tue, wed, thu, fri, sat", athlete={"experience_level": level}, goal="vo2max")
        return max(sum(day.workout_type.is_demanding for day in week.trained) for week in overview(request).weeks)

    assert [most_hard(level) for level in ("advanced", "intermediate", "beginner")] == [3, 2, 2]


def key_types(**plan: object) -> list[set[str]]:
    """The types above endurance in each load week."""
    weeks = overview(rider(8, FIVE_DAYS, **plan)).weeks
    easy = {"endurance", "recovery", "openers"}
    return [set(types(week).values()) - easy for week in weeks if week.week_type is WeekType.LOAD]


def test_a_plan_for_vo2max_begins_with_it_and_one_for_ftp_works_below_threshold_first() -> None:
    assert all("vo2max" in week for week in key_types(goal="vo2max", weeks=8))
    assert "vo2max" not in set().union(*key_types(goal="raise_ftp", weeks=12)[:5])
    assert "vo2max" in set().union(*key_types(goal="raise_ftp", weeks=12)[-2:])


def test_minutes_in_bands_are_asked_of_load_weeks_alone() -> None:
    weeks = overview(rider(8, FIVE_DAYS, goal="raise_ftp")).weeks

    assert all(bool(week.minutes) == (week.week_type is WeekType.LOAD) for week in weeks)
    assert weeks[0].minutes[0].wanted < weeks[10].minutes[0].wanted


def test_the_long_ride_is_a_day_with_minutes_and_takes_them_from_easy_days() -> None:
    weeks = overview(rider(8.25, FIVE_DAYS, goal=None, event=event_on("Sunday") | {"type": "century"})).weeks
    peak = next(day for day in weeks[9].training_days if day.role is DayRole.LATE_WORK)

    assert (peak.weekday, peak.minutes) == (Weekday.SUNDAY, 220)
    assert weeks[9].target_hours == 8.25


def test_a_weekend_rider_keeps_quality_inside_a_longer_ride() -> None:
    weeks = overview(rider(8, "sat, sun", weeks=8, goal="raise_ftp")).weeks
    load = [week for week in weeks if week.week_type is WeekType.LOAD]

    assert all(any(day.workout_type.is_demanding for day in week.trained) for week in load)
    assert all(week.target_hours == 8.0 for week in load[1:3])


def test_after_a_long_weekend_monday_is_not_hard_and_after_a_long_saturday_sunday_is_not() -> None:
    every_day = "mon, tue, wed, thu, fri, sat, sun"
    weeks = overview(rider(10.75, every_day, event=event_on("Sunday") | {"type": "ultra"})).weeks
    saturday = overview(rider(8, FIVE_DAYS, {"sunday": 90}, event=event_on("Sunday") | {"type": "century"})).weeks

    long_weekends = [before for before in weeks[:10] if sum(day.minutes or 0 for day in before.trained) >= 300]
    assert len(long_weekends) >= 3
    for week in long_weekends:
        assert not weeks[week.week_number].training_days[0].workout_type.is_demanding
    assert not any(week.training_days[6].workout_type.is_demanding for week in saturday)


def test_flags_switch_tests_and_the_long_ride_off() -> None:
    config = real_config()
    off = {name: config.flags[name].model_copy(update={"enabled": False}) for name in ("plan.tests", "plan.long_ride")}
    without_both = config.model_copy(update={"version": "other", "flags": config.flags | off})
    written = plan_overview(rider(8, FIVE_DAYS), real_library(), without_both)

    assert isinstance(written, Overview)
    assert "test" not in {kind for week in written.weeks for kind in types(week).values()}
    assert not any(day.role for week in written.weeks for day in week.training_days)


def test_a_goal_that_is_not_known_is_refused_with_those_that_are() -> None:
    said = refused(rider(8, FIVE_DAYS, goal="raise_ftpp"))

    assert said.reason.startswith("goal: 'raise_ftpp' is not a known goal; did you mean raise_ftp?")


def test_the_same_request_gives_the_same_overview() -> None:
    assert overview(rider(8, FIVE_DAYS)) == overview(rider(8, FIVE_DAYS))


def test_rules_write_the_overview_behind_the_protocol_and_never_fail() -> None:
    request = rider(8, FIVE_DAYS)

    assert RulesOverviewWriter().write(request, real_library(), real_config()) == overview(request)
    assert OverviewError("no answer").attempts == ()


# --- libraries that lack something ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacking", "instead"),
    [
        (("vo2max", "anaerobic"), "threshold"),
        (("vo2max", "anaerobic", "threshold"), "sweet_spot"),
        (("vo2max", "anaerobic", "threshold", "sweet_spot"), "tempo"),
    ],
)
def test_a_type_the_library_lacks_is_stood_in_for_by_the_next_easier(lacking: tuple[str, ...], instead: str) -> None:
    weeks = overview(rider(8, FIVE_DAYS, goal="vo2max"), without(small_library(), *lacking)).weeks
    used = {kind for week in weeks for kind in types(week).values()}

    assert not used & set(lacking)
    assert instead in used


def test_a_library_of_endurance_rides_alone_makes_a_plan_of_endurance_rides() -> None:
    weeks = overview(rider(8, FIVE_DAYS), library_of(endurance_ride(60, (30, 240)))).weeks

    assert {kind for week in weeks for kind in types(week).values()} == {"endurance"}


def test_a_library_without_endurance_rides_is_refused_with_what_to_add() -> None:
    said = refused(rider(8, FIVE_DAYS), without(small_library(), "endurance"))

    assert said.reason == "the library has no endurance workouts: add some, every plan needs them"


# --- requests that cannot be met -----------------------------------------------------------------------------


def test_twelve_hours_on_two_capped_days_name_both_caps_and_what_they_hold() -> None:
    said = refused(rider(12, "tue, thu", {"tuesday": 60, "thursday": 90}))

    assert said.reason == ("at most 2.5 h of 12 h a week: Tuesday is capped at 60 min; Thursday is capped at 90 min")
    assert (said.wanted_hours, said.nearest_hours) == (12, 2.5)
    assert said.binding == ("Tuesday is capped at 60 min", "Thursday is capped at 90 min")


def test_what_stands_in_the_way_can_be_asked_without_an_overview() -> None:
    assert infeasibility(rider(12, "sat"), real_library(), real_config()) == refused(rider(12, "sat"))
    assert infeasibility(rider(3, "sat"), real_library(), real_config()) is None


def test_too_many_hours_for_one_free_day_name_the_longest_ride() -> None:
    said = refused(rider(12, "sat"))

    assert said.reason == "at most 6.0 h of 12 h a week: Saturday's longest ride is 360 min; no other day is available"


def test_too_few_hours_for_any_session_name_the_shortest() -> None:
    said = refused(rider(0.4, "sat"))

    assert said.reason == "at least 0.5 h, not 0.4 h a week: the shortest session is 30 min"
    assert said.nearest_hours == 0.5


def test_days_too_short_for_any_session_are_named_with_their_caps() -> None:
    said = refused(rider(2, "tue, sat", {"tuesday": 20, "saturday": 0}))

    assert said.reason == (
        "no day can hold a session of 30 min: Tuesday is capped at 20 min; Saturday is capped at 0 min"
    )
    assert said.nearest_hours == 0


def test_hours_between_the_lengths_of_a_rigid_library_name_the_nearest_total() -> None:
    said = refused(
        rider(1.5, "sat"), library_of(endurance_ride(60, (60, 60)), endurance_ride(120, (120, 120), id="two"))
    )

    assert said.reason == "nearest to 1.5 h a week is 1.0 h: the library's workouts have no lengths that add up to it"


def test_a_sixth_available_day_adds_a_recovery_ride_to_the_longest_week() -> None:
    said = refused(rider(30, "mon, tue, wed, thu, fri, sat, sun"))

    assert sum("recovery ride" in limit for limit in said.binding) == 1
    assert len(said.binding) == 6


def test_hours_a_little_above_what_the_days_hold_are_planned_at_what_they_hold() -> None:
    weeks = overview(rider(2.55, "tue, thu", {"tuesday": 60, "thursday": 90})).weeks

    assert max(week.target_hours for week in weeks) == 2.5
