"""The auto-fix shortens the weekend endurance rides, and nothing else, until the week holds its hours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Weekday
from plan_pipeline.core.validation.auto_fix import (
    LONG_RIDE_ROOM_MIN,
    MAX_STEPS,
    STEP_MIN,
    attempt_auto_fix,
    is_endurance,
    may_be_shortened,
    weekend_endurance_rides,
)
from plan_pipeline_tests.core.weeks import endurance, hours, intervals, recovery, segment, workout

# --- what an endurance ride is -------------------------------------------------------------------------------

NO_HINT = [segment("interval", 60, 85)]
"""Riding that no rule but a keyword takes for endurance."""


@pytest.mark.parametrize(
    "words", ["Endurance", "Long Z2", "zone 2 miles", "Zone2", "easy", "Aerobic Base", "BASE_RIDE", "base-building"]
)
def test_a_keyword_in_the_name_or_the_description_makes_an_endurance_ride(words: str) -> None:
    assert is_endurance(workout("Monday", NO_HINT, name=words))
    assert is_endurance(workout("Monday", NO_HINT, description=f"A ride: {words}."))


@pytest.mark.parametrize("words", ["Baseline test", "Anaerobic", "uneasy", "Zone 20", "Z21", "greasy", ""])
def test_a_keyword_inside_another_word_does_not_count(words: str) -> None:
    assert not is_endurance(workout("Monday", NO_HINT, name=words, description=words))


def test_four_endurance_segments_of_five_make_an_endurance_ride() -> None:
    parts = [segment("steady", 5), segment("endurance", 5), segment("steady", 5), segment("steady", 5)]

    assert is_endurance(workout("Monday", [*parts, segment("tempo", 40, 85)]))


def test_exactly_half_of_the_segments_is_enough() -> None:
    parts = [segment("steady", 5), segment("steady", 5), segment("tempo", 30, 85), segment("tempo", 30, 85)]

    assert is_endurance(workout("Monday", parts))
    assert not is_endurance(workout("Monday", [*parts, segment("tempo", 5, 85)]))


def test_three_quarters_of_the_minutes_make_an_endurance_ride() -> None:
    parts = [segment("tempo", 5, 85)] * 5

    assert is_endurance(workout("Monday", [segment("steady", 75), *parts]))


def test_exactly_seventy_percent_of_the_minutes_is_enough() -> None:
    def ride(easy_min: float) -> Workout:
        return workout("Monday", [segment("steady", easy_min), *[segment("tempo", 10, 85)] * 3])

    assert is_endurance(ride(70))
    assert not is_endurance(ride(69))


def test_high_power_intervals_are_no_endurance_ride() -> None:
    assert not is_endurance(intervals("Saturday"))


def test_a_workout_without_segments_is_no_endurance_ride() -> None:
    assert not is_endurance(workout("Saturday", [], kind="endurance", name="Easy endurance"))


@pytest.mark.parametrize("low", [80.0, 85.0])
def test_steady_riding_from_eighty_percent_of_threshold_on_is_no_endurance(low: float) -> None:
    assert not is_endurance(workout("Saturday", [segment("steady", 90, low)]))
    assert is_endurance(workout("Saturday", [segment("steady", 90, 79.9)]))


def test_a_ramp_into_hard_work_is_no_endurance() -> None:
    assert not is_endurance(workout("Saturday", [segment("steady", 90, 60, 105)]))


def test_riding_without_power_is_no_endurance_by_its_segments() -> None:
    assert not is_endurance(workout("Saturday", [segment("steady", 90, None)]))


@pytest.mark.parametrize("kind", ["sweet_spot", "threshold", "vo2max", "anaerobic"])
def test_a_declared_hard_type_is_never_endurance_through_a_keyword(kind: str) -> None:
    assert not is_endurance(intervals("Saturday", kind=kind, description="With easy spinning between"))


def test_a_declared_hard_type_is_never_endurance_through_its_segments() -> None:
    assert not is_endurance(workout("Saturday", [segment("steady", 120), segment("interval", 10, 100)], kind="vo2max"))


def test_a_declared_tempo_ride_is_no_endurance_through_a_keyword() -> None:
    parts = [segment("tempo", 20, 85), segment("recovery", 5, 50)] * 3

    assert not is_endurance(workout("Saturday", parts, kind="tempo", description="Easy between"))


@pytest.mark.parametrize("kind", ["mixed", "endurance"])
def test_intervals_of_unclear_type_are_no_endurance_through_a_keyword(kind: str) -> None:
    assert not is_endurance(intervals("Saturday", kind=kind, description="With easy spinning between"))


def test_a_few_sprints_leave_an_endurance_ride_what_it_is() -> None:
    sprints = [segment("interval", 0.25, 150), segment("recovery", 4.75, 60)] * 6

    assert is_endurance(workout("Saturday", sprints, name="Endurance with sprints"))


def test_hard_work_counts_from_a_tenth_of_a_short_ride() -> None:
    def ride(hard_min: float) -> Workout:
        return workout(
            "Saturday", [segment("recovery", 60 - hard_min), segment("interval", hard_min, 100)], name="Easy"
        )

    assert is_endurance(ride(5.9))
    assert not is_endurance(ride(6))


def test_hard_work_counts_from_ten_minutes_of_a_long_ride() -> None:
    def ride(hard_min: float) -> Workout:
        return workout("Saturday", [segment("recovery", 230), segment("interval", hard_min, 100)], name="Easy")

    assert is_endurance(ride(9.9))
    assert not is_endurance(ride(10))


def test_a_warm_up_that_ends_above_ninety_percent_is_no_hard_work() -> None:
    parts = [segment("warmup", 20, 50, 95), segment("tempo", 60, 80)]

    assert is_endurance(workout("Saturday", parts, name="Easy"))


def test_a_long_easy_ride_around_hard_work_is_endurance_by_its_minutes() -> None:
    assert is_endurance(workout("Saturday", [segment("steady", 200), segment("interval", 20, 100)]))


@pytest.mark.parametrize("kind", ["strength", "rest"])
def test_what_is_no_ride_is_no_endurance_ride(kind: str) -> None:
    assert not is_endurance(workout("Saturday", [segment("steady", 60)], kind=kind, name="Aerobic"))


# --- which rides may be shortened ----------------------------------------------------------------------------


@pytest.mark.parametrize("weekday", ["Saturday", "Sunday"])
def test_an_endurance_ride_on_a_weekend_day_is_found(weekday: str) -> None:
    assert weekend_endurance_rides([intervals("Monday"), endurance(weekday, 90)]) == (1,)


def test_intervals_on_saturday_are_not_found() -> None:
    assert weekend_endurance_rides([intervals("Saturday")]) == ()


def test_an_endurance_ride_on_monday_is_not_found() -> None:
    assert weekend_endurance_rides([endurance("Monday", 180)]) == ()


def test_several_weekend_rides_come_longest_first() -> None:
    rides = [endurance("Saturday", 90), endurance("Sunday", 180), endurance("Sunday", 120), endurance("Saturday", 180)]

    assert weekend_endurance_rides(rides) == (1, 3, 2, 0)


# --- when nothing is done ------------------------------------------------------------------------------------


def test_without_target_hours_there_is_nothing_to_fix() -> None:
    attempt = attempt_auto_fix((endurance("Saturday", 180),), None)

    assert attempt.workouts is None
    assert attempt.log == "Auto-fix not possible: the week has no target hours."


def test_a_week_within_its_hours_is_left_alone() -> None:
    attempt = attempt_auto_fix((endurance("Saturday", 180),), 3.0)

    assert attempt.workouts is None
    assert attempt.log == "Auto-fix not possible: 3 h planned are already within the target of 3 h."


def test_without_a_weekend_endurance_ride_nothing_is_shortened() -> None:
    attempt = attempt_auto_fix((endurance("Wednesday", 240), intervals("Saturday")), 3.0)

    assert attempt.workouts is None
    assert attempt.log == "Auto-fix not possible: there is no endurance ride on Saturday or Sunday."


def test_a_ride_that_reaches_sixty_minutes_before_the_target_is_left_alone_and_the_log_says_how_far_it_would_go() -> (
    None
):
    week = (endurance("Wednesday", 240), endurance("Saturday", 120, warmup=15, name="Long"))

    attempt = attempt_auto_fix(week, 4.0)

    assert attempt.workouts is None
    assert attempt.log == (
        "Auto-fix not possible: shortening Saturday 'Long' from 120 to 60 min (warm-up removed, easy riding shortened "
        "by 3 × 15 min) would only bring the week from 6 h to 5 h (target 4 h); Saturday 'Long' (60 min) cannot be "
        "shortened further: it is at the 60-minute minimum."
    )


def test_a_ride_of_less_than_an_hour_cannot_be_shortened() -> None:
    attempt = attempt_auto_fix((endurance("Wednesday", 240), endurance("Saturday", 50, warmup=10, name="Short")), 4.0)

    assert attempt.workouts is None
    assert attempt.log == (
        "Auto-fix not possible: Saturday 'Short' (50 min) cannot be shortened: it is below the 60-minute minimum."
    )


def test_no_more_than_ten_steps_are_taken() -> None:
    attempt = attempt_auto_fix((endurance("Saturday", 600),), 5.0)

    assert attempt.workouts is None
    assert f"shortened by {MAX_STEPS} × 15 min" in attempt.log
    assert attempt_auto_fix((endurance("Saturday", 600),), 7.5).workouts == (endurance("Saturday", 450),)
    assert attempt_auto_fix((endurance("Saturday", 600),), 7.49).workouts is None


def test_less_than_a_whole_step_of_easy_riding_is_not_taken() -> None:
    ride = workout("Saturday", [segment("steady", 14), segment("tempo", 86, 85)], kind="endurance")

    assert attempt_auto_fix((ride,), 1.5).workouts is None


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([segment("steady", 60)], "it is at the 60-minute minimum"),
        ([segment("steady", 74)], "a step of 15 min would bring it below the 60-minute minimum"),
        (
            [segment("steady", 14), segment("tempo", 86, 85)],
            "it has 14 min of easy riding left to lose, less than a step of 15 min",
        ),
        ([segment("interval", 240, 70)], "it has no easy riding to lose (intervals, sets, the rests between efforts"),
        ([segment("steady", 240, 82)], "and work from 80 % of threshold keep their length)"),
        ([segment("steady", 240, 78).model_copy(update={"set_index": 1, "set_count": 1})], "sets"),
    ],
)
def test_the_log_names_what_keeps_a_ride_from_being_shortened(parts: list[Segment], reason: str) -> None:
    attempt = attempt_auto_fix((workout("Sunday", parts, kind="endurance", name="Long"),), 0.9)

    assert attempt.workouts is None
    assert attempt.log.startswith("Auto-fix not possible: Sunday 'Long' (")
    assert " cannot be shortened: " in attempt.log
    assert reason in attempt.log


def test_where_two_rides_do_not_suffice_the_log_names_the_limit_of_each() -> None:
    week = (endurance("Saturday", 600, name="Longest"), endurance("Sunday", 70, name="Short"))

    attempt = attempt_auto_fix(week, 4.0)

    assert attempt.workouts is None
    assert attempt.log == (
        "Auto-fix not possible: shortening Saturday 'Longest' from 600 to 450 min (easy riding shortened by "
        "10 × 15 min) would only bring the week from 11.17 h to 8.67 h (target 4 h); Saturday 'Longest' (450 min) "
        "cannot be shortened further: no ride loses more than 10 × 15 min; Sunday 'Short' (70 min) cannot be "
        "shortened: a step of 15 min would bring it below the 60-minute minimum."
    )


# --- what is done --------------------------------------------------------------------------------------------


def fixed(workouts: tuple[Workout, ...], target_hours: float) -> tuple[Workout, ...]:
    attempt = attempt_auto_fix(workouts, target_hours)
    assert attempt.workouts is not None, attempt.log
    return attempt.workouts


def test_removing_warm_up_and_cool_down_is_all_that_is_done_where_it_is_enough() -> None:
    week = (intervals("Monday"), endurance("Saturday", 120, warmup=15, cooldown=10))

    ride = fixed(week, hours(week) - 20 / 60)[1]

    assert ride.segments == (segment("steady", 95),)


def test_the_main_block_loses_fifteen_minutes_at_a_time_until_the_hours_fit() -> None:
    week = (endurance("Saturday", 180, warmup=15, cooldown=10, name="Long"),)

    attempt = attempt_auto_fix(week, 2.0)

    assert attempt.workouts is not None
    assert attempt.workouts[0].segments == (segment("steady", 110),)
    assert attempt.log == (
        "Shortened Saturday 'Long' from 180 to 110 min (warm-up and cool-down removed, easy riding shortened by "
        "3 × 15 min); this brings the week from 3 h to 1.83 h (target 2 h)."
    )


def test_shortening_stops_at_the_first_step_that_reaches_the_target_exactly() -> None:
    assert hours(fixed((endurance("Saturday", 180),), 2.5)) == 2.5


def test_only_the_longer_end_goes_where_the_ride_would_fall_under_an_hour_without_both() -> None:
    week = (endurance("Wednesday", 120), endurance("Saturday", 80, warmup=10, cooldown=15))

    ride = fixed(week, hours(week) - 0.2)[1]

    assert [part.type for part in ride.segments] == [SegmentType.WARMUP, SegmentType.STEADY]


def test_the_warm_up_alone_goes_where_the_cool_down_is_too_long_to_lose() -> None:
    week = (endurance("Wednesday", 120), endurance("Saturday", 75, warmup=10, cooldown=20))

    ride = fixed(week, hours(week) - 0.1)[1]

    assert [part.type for part in ride.segments] == [SegmentType.STEADY, SegmentType.COOLDOWN]


def test_of_two_ends_of_the_same_length_the_cool_down_goes() -> None:
    week = (endurance("Wednesday", 120), endurance("Saturday", 80, warmup=15, cooldown=15))

    ride = fixed(week, hours(week) - 0.2)[1]

    assert [part.type for part in ride.segments] == [SegmentType.WARMUP, SegmentType.STEADY]


def test_both_ends_go_where_exactly_an_hour_is_left() -> None:
    week = (endurance("Wednesday", 120), endurance("Saturday", 85, warmup=15, cooldown=10))

    assert fixed(week, hours(week) - 0.4)[1].duration_min == LONG_RIDE_ROOM_MIN


def test_the_longest_easy_block_is_shortened_first() -> None:
    parts = [segment("steady", 40, 60), segment("steady", 60, 65), segment("steady", 30, 70)]

    ride = fixed((workout("Saturday", parts, kind="endurance"),), 130 / 60 - 0.5)[0]

    assert [part.duration_min for part in ride.segments] == [40, 30, 30]


def test_a_block_without_minutes_left_disappears() -> None:
    parts = [segment("steady", 10, 60), segment("steady", 5, 65), segment("interval", 50, 85)]

    ride = fixed((workout("Saturday", [*parts, segment("interval", 10, 88)], kind="endurance"),), 1.0)[0]

    assert ride.segments == (segment("interval", 50, 85), segment("interval", 10, 88))


def test_a_step_takes_from_the_next_block_only_what_the_longest_could_not_give() -> None:
    parts = [segment("steady", 8, 60), segment("tempo", 80, 85), segment("steady", 10, 65)]

    ride = fixed((workout("Saturday", parts, kind="endurance"),), 1.5)[0]

    assert ride.segments == (segment("steady", 3, 60), segment("tempo", 80, 85))


def test_intervals_and_the_rests_between_them_keep_their_length() -> None:
    sprints = [segment("interval", 1, 130), segment("recovery", 20, 55)] * 3
    ride = workout("Saturday", [*sprints, segment("steady", 90)], kind="endurance")

    assert fixed((ride,), 2.0)[0].segments == (*sprints, segment("steady", 45))


def test_an_easy_block_inside_a_set_keeps_its_length() -> None:
    in_set = segment("steady", 100).model_copy(update={"set_index": 1, "set_count": 1})
    ride = workout("Saturday", [in_set, segment("steady", 45)], kind="endurance")

    assert fixed((ride,), 2.0)[0].segments == (in_set, segment("steady", 15))


def test_a_ride_of_nothing_but_easy_recovery_segments_can_be_shortened() -> None:
    ride = workout("Saturday", [segment("recovery", 120, 50)], name="Easy spin")

    assert fixed((ride,), 1.75)[0].duration_min == 105


@pytest.mark.parametrize("low", [76.0, 79.0])
@pytest.mark.parametrize("kind", ["steady", "endurance", "tempo", "recovery"])
def test_riding_between_zone_2_and_eighty_percent_is_shortened_like_any_that_counts_as_endurance(
    kind: str, low: float
) -> None:
    ride = workout("Saturday", [segment(kind, 240, low)], kind="endurance")

    assert fixed((ride,), 3.0)[0].segments == (segment(kind, 180, low),)


def test_a_progressive_block_that_counts_as_endurance_is_shortened() -> None:
    ride = workout("Sunday", [segment("warmup", 20, 50, 85), segment("steady", 220, 70, 85)], name="Progressive")

    assert fixed((ride,), 3.0)[0].segments == (segment("steady", 175, 70, 85),)


def test_a_steady_block_without_power_is_shortened_in_a_ride_that_says_it_is_endurance() -> None:
    ride = workout("Sunday", [segment("steady", 120, None)], name="Easy ride by feel")

    assert fixed((ride,), 1.75)[0].duration_min == 105


def test_a_warm_up_that_ends_hard_makes_no_rest_between_efforts_of_an_easy_spin() -> None:
    ride = workout("Saturday", [segment("warmup", 20, 50, 85), segment("recovery", 55, 50)], name="Easy spin")

    assert fixed((ride,), 1.0)[0].segments == (segment("warmup", 20, 50, 85), segment("recovery", 40, 50))


def test_where_the_longest_ride_does_not_suffice_the_next_takes_the_rest() -> None:
    week = (endurance("Saturday", 120, name="Long"), endurance("Sunday", 130, name="Longer"))

    attempt = attempt_auto_fix(week, 2.5)

    assert attempt.workouts == (endurance("Saturday", 75, name="Long"), endurance("Sunday", 70, name="Longer"))
    assert attempt.log == (
        "Shortened Sunday 'Longer' from 130 to 70 min (easy riding shortened by 4 × 15 min) and Saturday 'Long' from "
        "120 to 75 min (easy riding shortened by 3 × 15 min); this brings the week from 4.17 h to 2.42 h (target "
        "2.5 h)."
    )


def test_where_the_longest_ride_has_nothing_to_lose_the_next_is_shortened_alone() -> None:
    week = (workout("Saturday", [segment("interval", 200, 70)], kind="endurance"), endurance("Sunday", 180))

    after = fixed(week, hours(week) - 1)

    assert after == (week[0], endurance("Sunday", 120))
    assert after[0] is week[0]
    assert fixed((endurance("Saturday", 200), endurance("Sunday", 180)), 5.5)[1].duration_min == 180


def test_load_and_duration_of_the_ride_are_those_of_its_new_segments() -> None:
    ride = fixed((endurance("Saturday", 180, warmup=15, cooldown=10),), 2.0)[0]

    load = workout_load(ride.segments)
    assert (ride.duration_min, ride.tss, ride.tss_if2, ride.intensity_factor, ride.tss_method) == (
        110,
        load.tss,
        load.tss_if2,
        load.intensity_factor,
        load.method,
    )


def test_the_given_week_is_not_modified() -> None:
    week = (intervals("Monday"), endurance("Saturday", 180, warmup=15, cooldown=10))
    before = [w.model_dump() for w in week]

    fixed(week, 3.0)

    assert [w.model_dump() for w in week] == before


# --- what holds for every week -------------------------------------------------------------------------------

_minutes = st.integers(min_value=1, max_value=90)
_parts = st.lists(
    st.one_of(
        st.builds(segment, st.sampled_from(["warmup", "cooldown"]), _minutes, st.just(50.0)),
        st.builds(segment, st.sampled_from(["steady", "endurance", "recovery"]), _minutes, st.floats(45, 79)),
        st.builds(segment, st.sampled_from(["steady", "tempo"]), _minutes, st.floats(60, 79), st.floats(79, 95)),
        st.builds(segment, st.just("interval"), st.integers(1, 20), st.floats(60, 130)),
    ),
    min_size=1,
    max_size=8,
)
_workouts = st.builds(
    workout,
    st.sampled_from([day.value for day in Weekday]),
    _parts,
    kind=st.sampled_from(["endurance", "mixed", "recovery", "tempo", "vo2max"]),
    name=st.sampled_from(["Ride", "Easy", "Long Z2"]),
)
weeks = st.lists(_workouts, min_size=1, max_size=5).map(tuple)
targets = st.floats(min_value=0.5, max_value=15)


def changed(before: tuple[Workout, ...], after: tuple[Workout, ...]) -> list[tuple[Workout, Workout]]:
    return [(old, new) for old, new in zip(before, after, strict=True) if old is not new]


@given(weeks, targets)
def test_a_fixed_week_has_at_most_its_target_hours(week: tuple[Workout, ...], target: float) -> None:
    after = attempt_auto_fix(week, target).workouts

    assert after is None or hours(after) <= target + 1e-6


@given(weeks, targets)
def test_a_fix_changes_weekend_endurance_rides_and_leaves_each_an_hour(
    week: tuple[Workout, ...], target: float
) -> None:
    after = attempt_auto_fix(week, target).workouts

    if after is not None:
        assert changed(week, after)
        for old, new in changed(week, after):
            assert old.weekday.is_weekend
            assert is_endurance(old)
            assert new.duration_min >= LONG_RIDE_ROOM_MIN


@given(_workouts.filter(is_endurance))
def test_every_easy_minute_of_what_counts_as_endurance_can_be_taken_off_in_whole_steps(ride: Workout) -> None:
    main = workout("Saturday", [s for s in ride.segments if s.type not in ("warmup", "cooldown")], kind=ride.type)
    has_efforts = not all(map(may_be_shortened, main.segments))
    easy_min = sum(
        s.duration_min for s in main.segments if may_be_shortened(s) and not (has_efforts and s.type == "recovery")
    )
    steps = min(MAX_STEPS, easy_min // STEP_MIN, (main.duration_min - LONG_RIDE_ROOM_MIN) // STEP_MIN)

    if steps >= 1 and is_endurance(main):
        shortest = main.duration_min - STEP_MIN * steps
        assert fixed((main,), shortest / 60)[0].duration_min == pytest.approx(shortest)
        assert attempt_auto_fix((main,), (shortest - 1) / 60).workouts is None


@given(_workouts.filter(is_endurance))
def test_steady_riding_that_makes_a_ride_endurance_can_be_shortened(ride: Workout) -> None:
    steady = [s for s in ride.segments if s.type in ("steady", "endurance") and is_endurance(workout("Sunday", [s]))]

    assert all(may_be_shortened(s) for s in steady)


@given(weeks, targets)
def test_interval_segments_are_identical_before_and_after(week: tuple[Workout, ...], target: float) -> None:
    after = attempt_auto_fix(week, target).workouts or week

    for old, new in zip(week, after, strict=True):
        assert [s for s in old.segments if s.type is SegmentType.INTERVAL] == [
            s for s in new.segments if s.type is SegmentType.INTERVAL
        ]


@given(weeks, targets)
def test_easy_riding_is_taken_off_in_whole_steps(week: tuple[Workout, ...], target: float) -> None:
    def main_min(ride: Workout) -> float:
        ends = (SegmentType.WARMUP, SegmentType.COOLDOWN)
        return sum(s.duration_min for s in ride.segments if s.type not in ends)

    for old, new in changed(week, attempt_auto_fix(week, target).workouts or week):
        assert (main_min(old) - main_min(new)) % STEP_MIN == 0


@given(weeks, targets)
def test_no_attempt_modifies_the_week_it_is_given(week: tuple[Workout, ...], target: float) -> None:
    before = [w.model_dump() for w in week]

    attempt_auto_fix(week, target)

    assert [w.model_dump() for w in week] == before


@given(st.integers(61, 600), st.integers(0, 30), st.integers(0, 30), st.floats(0.1, 12))
def test_a_plain_long_ride_is_fixed_whenever_an_hour_and_ten_steps_allow_it(
    main_min: int, warmup: int, cooldown: int, target: float
) -> None:
    week = (
        recovery("Monday", 60),
        endurance("Saturday", main_min + warmup + cooldown, warmup=warmup, cooldown=cooldown),
    )
    steps = min(MAX_STEPS, (main_min - 60) // 15)
    reachable = 60 + main_min - 15 * steps

    after = attempt_auto_fix(week, target).workouts

    assert (after is not None) == (reachable <= target * 60 + 1e-6 < hours(week) * 60)
