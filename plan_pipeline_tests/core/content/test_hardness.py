"""A session is hard by what is in it: golden cases, the library of release 0.1, and days after long ones."""

from __future__ import annotations

import pytest

from plan_pipeline.core.content.hardness import DayTotal, hardness_of, why_easy_after
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline_tests.core.builders import real_config, real_library, small_library, workouts_by_id
from plan_pipeline_tests.core.content.sessions import at_most_repeats, repeated, session, warmed_up
from plan_pipeline_tests.core.weeks import segment


def why_hard(segments: tuple[Segment, ...], kind: str = "endurance") -> str | None:
    return hardness_of(segments, WorkoutType(kind), real_config()).hard


def why_long(*segments: Segment) -> str | None:
    return hardness_of(segments, WorkoutType.ENDURANCE, real_config()).long


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((6, 106), "6 min at or above 106 %"),
        ((12, 96), "12 min at or above 96 %"),
        ((16, 91), "16 min at or above 91 %"),
        ((20, 88), "20 min at or above 88 %"),
        ((45, 84), "45 min at or above 84 %"),
    ],
)
def test_so_many_minutes_make_a_session_hard_and_a_minute_less_does_not(steps: tuple[float, float], why: str) -> None:
    minutes, pct = steps

    assert why_hard(session(steps, (60, 60))) == why
    assert why_hard(session((minutes - 1, pct), (60, 60))) is None


def test_minutes_of_thirds_add_up_to_what_they_are() -> None:
    assert why_hard(repeated(18, (1 / 3, 107), (2, 50))) == "6 min at or above 106 %"


def test_a_ramp_counts_from_where_it_crosses() -> None:
    assert why_hard(warmed_up(segment("interval", 24, 86, 106), segment("endurance", 60, 60))) is not None
    assert why_hard(warmed_up(segment("interval", 20, 86, 106), segment("endurance", 60, 60))) is None


def test_work_above_threshold_makes_a_session_hard_before_its_minutes_do() -> None:
    easy = segment("endurance", 40, 60)

    assert why_hard((*repeated(8, (0.5, 145), (4, 50)), easy)) == "108 s·FTP of work above threshold"
    assert why_hard((*repeated(6, (0.5, 145), (4, 50)), easy)) is None


def test_a_few_ten_second_sprints_leave_an_easy_ride_easy() -> None:
    assert why_hard((*repeated(8, (1 / 6, 290), (4, 50)), segment("endurance", 60, 60))) is None
    assert why_hard((*repeated(9, (1 / 6, 290), (4, 50)), segment("endurance", 60, 60))) is not None


def test_openers_are_never_hard_and_longer_ones_are_no_openers() -> None:
    openers = repeated(7, (0.5, 145), (4, 50))

    assert why_hard((*openers, segment("endurance", 10, 55))) is None
    assert why_hard((*openers, segment("endurance", 40, 55))) is not None


def test_a_test_is_hard_whatever_is_in_it_and_no_other_name_counts() -> None:
    easy = session((40, 60))

    assert why_hard(easy, "test") == "a test"
    assert why_hard(easy, "vo2max") is None


# --- the library -----------------------------------------------------------------------------------------

# fmt: off
HARD_AS_WRITTEN = [
    "mix_crit", "mix_fartlek", "mix_gran_fondo", "mix_group_ride", "mix_hilly_route", "mix_long_varied",
    "mix_marathon_day", "mix_queen_stage", "mix_race_simulation", "mix_sweet_spot_sprints", "tmp_big_gear_3x15",
    "tmp_in_long_ride", "tmp_pyramid",
]
# fmt: on

# fmt: off
HARD_AT_MOST_REPEATS = [
    "mix_breakaway", "mix_taper_primer", "mix_tempo_threshold", "mix_wind", "tmp_2x15", "tmp_2x20",
    "tmp_big_gear_4x10", "tmp_big_gear_4x8", "tmp_bursts", "tmp_criss_cross", "tmp_taper_touch",
    "ana_short_session", "ana_sprints", "ana_taper_jumps", "sst_alternating",
]
# fmt: on

# fmt: off
NEVER_HARD = [
    "mix_half_hour", "mix_kitchen_sink", "mix_recovery_week", "mix_short_variety", "tmp_1x50", "tmp_2x30",
    "tmp_cadence_switch", "tmp_rising", "tmp_short_steady", "end_sprint_seeds", "end_over_distance",
]
# fmt: on


def test_mixed_and_tempo_rides_of_the_library_are_hard_by_what_they_hold() -> None:
    known = workouts_by_id(real_library())
    written = {id: why_hard(known[id].segments) is not None for id in HARD_AS_WRITTEN + HARD_AT_MOST_REPEATS}
    most = {id: why_hard(at_most_repeats(known[id])) is not None for id in HARD_AT_MOST_REPEATS + NEVER_HARD}

    assert written == {id: id in HARD_AS_WRITTEN for id in written}
    assert most == {id: id in HARD_AT_MOST_REPEATS for id in most}


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("mix_marathon_day", "45 min at or above 91 %"),
        ("mix_group_ride", "6 min at or above 106 %"),
        ("tmp_pyramid", "46 min at or above 84 %"),
    ],
)
def test_the_reason_names_the_first_limit_that_is_reached(id: str, why: str) -> None:
    assert why_hard(workouts_by_id(real_library())[id].segments) == why


def test_of_the_small_library_every_threshold_and_vo2max_workout_but_sharpening_is_hard_and_no_easy_ride() -> None:
    sharpening = {"thr_sharp_fours", "vo2_sharp_ones"}
    hard = {w.id for w in small_library().workouts if why_hard(w.segments) is not None}

    of_type = {kind: {w.id for w in workouts} for kind, workouts in small_library().by_type.items()}
    assert (of_type[WorkoutType.THRESHOLD] | of_type[WorkoutType.VO2MAX]) - hard == sharpening
    assert not hard & (of_type[WorkoutType.ENDURANCE] | of_type[WorkoutType.RECOVERY])


# --- long rides and the days after ------------------------------------------------------------------------


def test_a_ride_is_long_by_its_minutes_or_by_its_load() -> None:
    assert why_long(segment("endurance", 240, 55)) == "240 min"
    assert why_long(segment("endurance", 180, 72)) == "156 TSS"
    assert why_long(segment("endurance", 235, 55)) is None


def after(*days: tuple[float, float]) -> str | None:
    return why_easy_after([DayTotal(*day) for day in days], real_config().content.hardness)


def test_the_day_after_a_long_ride_is_easy() -> None:
    assert after((60, 40), (250, 140)) == "the day before has 250 min"
    assert after((60, 40), (200, 150)) == "the day before has 150 TSS"
    assert after((60, 40), (200, 130)) is None


def test_the_day_after_a_long_weekend_is_easy_although_neither_ride_is_long() -> None:
    assert after((150, 110), (150, 105)) == "the two days before have 300 min together"
    assert after((120, 115), (130, 115)) == "the two days before have 230 TSS together"
    assert after((150, 110), (145, 105)) is None


def test_two_days_count_together_only_where_both_are_ridden() -> None:
    assert after((235, 140), (0, 0)) is None


def test_a_short_ride_on_the_second_day_is_the_easy_day_already() -> None:
    assert after((235, 140), (85, 40)) is None
    assert after((235, 140), (90, 40)) == "the two days before have 325 min together"


def test_two_days_are_easy_after_a_ride_of_more_than_five_hours() -> None:
    assert after((301, 170), (0, 0)) == "two days before had 301 min and 170 TSS"
    assert after((300, 170), (0, 0)) is None


def test_nothing_before_leaves_the_day_free() -> None:
    assert after() is None
    assert after((120, 80)) is None
