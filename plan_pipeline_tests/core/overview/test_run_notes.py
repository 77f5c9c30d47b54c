"""What a running plan says to the runner: paces, kilometres, taper and weather, and plainly what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.overview.notes.coaching import coaching_notes
from plan_pipeline.core.paces.text import Units, pace_text
from plan_pipeline.core.paces.training import training_paces
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config
from plan_pipeline_tests.core.running_plans import REQUESTS, made, marathon, running_overview


def overview(name: str = "marathon") -> Any:
    written = made(name).overview
    assert written is not None
    return written


def notes(request: PlanRequest | str = "marathon") -> str:
    """The notes of a known plan, or those of another request with the weeks of the plan that it is like."""
    if isinstance(request, str):
        return str(overview(request).coaching_notes)
    return coaching_notes(purpose_of(request, running_config()), overview("marathon").weeks)


# --- what for, and how fast ------------------------------------------------------------------------------------


def test_notes_open_with_length_race_distance_and_goal_time() -> None:
    assert notes().startswith(
        "17 weeks up to Spring Marathon on 02 May 2027 (marathon, goal 3:15:00) to run a marathon at an even pace."
    )


def test_the_recent_race_stands_for_a_threshold_pace_and_equal_times() -> None:
    assert "Your 10 km in 41:20 stands for a threshold pace of 4:15/km, the pace of an hour's race" in notes()
    assert "the same fitness is worth 5 km in 19:55 and half marathon in 1:31:27 (VDOT 50.0)" in notes()


def test_a_threshold_pace_that_was_given_is_said_to_be_given() -> None:
    assert "You gave a threshold pace of 6:30/km" in notes("first plan")


def test_paces_are_those_of_the_runner_in_the_runners_units() -> None:
    request = REQUESTS["half in miles without hills"]
    easy, marathon_pace, *_ = training_paces(request.athlete_profile.runner.vdot)
    fast = pace_text(easy.fast_m_s, Units.MILE).partition("/")[0]
    said = notes("half in miles without hills")
    assert f"Your paces today: easy runs {fast}–" in said
    assert f"marathon pace {pace_text(marathon_pace.fast_m_s, Units.MILE)}" in said
    assert "/km" not in said


@pytest.mark.parametrize(("raced", "is_old"), [("2026-12-20", False), ("2026-08-10", True)])
def test_an_old_race_is_said_to_be_old(raced: str, is_old: bool) -> None:
    race = {"distance_m": 10_000, "time": "41:20", "date": raced}
    assert ("is 21 weeks old; beyond 12 weeks" in notes(marathon(athlete={"recent_race": race}))) is is_old


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("3:15:00", "Your goal of 3:15:00 is 4:37/km over the marathon. That is within what the weeks"),
        ("2:30:00", "Be warned: marathon in 2:30:00 is"),
        ("1:55:00", "Take it for a wish"),
    ],
)
def test_a_goal_is_a_pace_and_one_out_of_reach_is_called_so(goal: str, says: str) -> None:
    assert says in notes(marathon(event={"goal_time": goal}))


def test_a_marathon_from_a_shorter_race_on_little_training_has_both_times() -> None:
    said = notes()
    assert "on 45 km a week a marathon of 3:22:23 is nearer than 3:10:08" in said
    assert "Begin the race at 4:48/km rather than 4:30/km" in said


def test_a_marathon_on_enough_training_is_told_what_it_takes() -> None:
    said = notes(marathon(athlete={"current_weekly_km": 75, "volume_tier": "mid"}))
    assert "a marathon of 3:10:08 takes long runs beside the 75 km a week" in said


def test_nothing_is_said_of_a_marathon_where_the_plan_leads_elsewhere_or_one_was_run() -> None:
    run = {"distance_m": 42195, "time": "3:20:00"}
    assert "About the marathon itself" not in notes("5 km")
    assert "About the marathon itself" not in notes(marathon(athlete={"recent_race": run}))


# --- volume ----------------------------------------------------------------------------------------------------


def test_volume_is_told_in_kilometres_where_they_are_counted_and_in_hours_else() -> None:
    load = [week.target_km for week in overview().weeks if week.week_type == "load"]
    assert f"Load weeks hold {min(load):.0f} to {max(load):.0f} km, about" in notes()
    assert "you asked for 60 km in the fullest week. You run 45 km a week by now" in notes()
    assert "h, about" in notes("trail") and "you asked for 6 h a week" in notes("trail")


def test_the_tier_is_named_with_its_warning_where_another_was_asked_for() -> None:
    assert "That is the low tier for this aim: plans of it start at 30 to 45 km a week" in notes()
    asked = notes(marathon(athlete={"volume_tier": "high"}))
    assert "That is the high tier" in asked
    assert "You asked for the high tier; 45 km a week are those of the low one." in asked


def test_phases_say_what_was_dropped_or_repeated_to_fit_them() -> None:
    assert "Fitted from the standard plan of 18 weeks: 1 week of" in notes()


def test_the_structures_of_long_runs_are_named_with_their_weeks_and_the_key_sessions_among_them() -> None:
    weeks = overview().weeks
    hard = [w.week_number for w in weeks for d in w.trained if d.role == "long_quality"]
    assert hard
    assert "marathon pace" in notes().partition("It is not the same run every week: ")[2].partition(";")[0]
    assert f"Those of weeks {hard[0]}, " in notes()


# --- easy runs -------------------------------------------------------------------------------------------------


def test_strides_and_hill_sprints_are_told_with_their_weeks() -> None:
    assert "Some end fast: with strides in weeks " in notes()
    assert "with hill sprints in weeks " in notes()


def test_a_runner_without_hills_is_told_what_stands_in_for_them() -> None:
    said = notes("half in miles without hills")
    assert "You have no hills at hand: hard repeats on the flat stand in for those uphill" in said
    assert "with hill sprints in" not in said


def test_a_hilly_course_without_hills_is_not_glossed_over() -> None:
    said = notes(marathon(athlete={"access": ["track"]}, event={"profile": "hilly"}))
    assert "The course has hills that nothing here can stand in for" in said


def test_a_beginner_walks_and_is_told_that_it_is_no_failure() -> None:
    said = notes("first plan")
    assert "you run and walk by turns. The walks are part of the training and no failure" in said


# --- the last weeks and the day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constants", "says"),
    [
        (None, "It goes by the distance: 21 days are usual before a race over the marathon"),
        ({"tau1": 42, "tau2": 7}, "It goes by your time constants, 15 days: 2.25 time constants of fatigue"),
        (
            {"tau1": 42, "tau2": 7, "k1": 1, "k2": 3},
            "It goes by the model that was fitted to your training, 9 days: in the last 9.2 days",
        ),
    ],
)
def test_the_taper_says_how_long_it_is_and_by_which_method(constants: dict[str, float] | None, says: str) -> None:
    said = notes(marathon(athlete={"time_constants": constants}))
    assert "The taper lasts 20 days." in said
    assert says in said


def test_heat_is_a_note_and_what_was_assumed_of_it_is_said() -> None:
    said = notes(marathon(event={"expected_temperature": 24}))
    assert "At 24 °C with a dew point of 16 °C (an assumption, 60 % humidity, since only the temperature" in said
    known = notes(marathon(event={"expected_temperature": 28, "dew_point": 20}))
    assert "At 28 °C with a dew point of 20 °C the same effort is 4.5 to 6 % slower" in known


@pytest.mark.parametrize(
    ("air", "dew", "says"), [(8, 4, "the weather costs nothing"), (38, 30, "no hard running is advised")]
)
def test_cool_weather_costs_nothing_and_extreme_heat_is_no_weather_to_race_in(air: int, dew: int, says: str) -> None:
    assert says in notes(marathon(event={"expected_temperature": air, "dew_point": dew}))


def test_weather_that_nobody_gave_is_not_spoken_of() -> None:
    assert "°C" not in notes()


def test_tune_up_races_are_told_with_what_they_are_for() -> None:
    said = notes()
    assert "On the way you race City Half on 21 March (B)." in said
    assert "tune-ups, with 2 easy days before them" in said


def test_a_missed_day_is_let_go() -> None:
    assert "let the missed session go; if you have to choose, keep the long run" in notes()


@pytest.mark.parametrize("name", list(REQUESTS))
def test_notes_are_long_enough_to_coach_and_short_enough_to_read(name: str) -> None:
    assert 300 <= len(notes(name).split()) <= 1100


# --- what to watch ---------------------------------------------------------------------------------------------


def test_guidance_speaks_of_effort_talking_niggles_illness_and_the_longest_run() -> None:
    said = overview().monitoring_guidance
    for words in (
        "no single run is more than a tenth longer than the longest of the last month",
        "Go by effort on hills",
        "you can talk in full sentences",
        "Niggles: pain that changes how you run",
        "a resting heart rate 7 or more beats above normal",
        "Illness: with a fever",
        "hold the threshold pace of 4:15/km",
        "below about 147 beats a minute",
    ):
        assert words in said


# --- weeks -----------------------------------------------------------------------------------------------------


def test_the_focus_of_a_week_names_key_sessions_the_long_runs_structure_and_strides() -> None:
    focus = [week.focus for week in overview().weeks]
    assert any("a long run of" in each and "marathon pace" in each.partition("a long run of")[2] for each in focus)
    assert any("hill sprints on" in each for each in focus)
    assert any("cruise intervals" in each for each in focus)
    assert focus[-1].startswith("Spring Marathon on Sunday: sharp on ")


def test_a_week_of_walks_is_called_one() -> None:
    focus = [week.focus for week in overview("first plan").weeks]
    assert any("running and walking by turns" in each for each in focus)


def test_a_short_plan_is_said_to_be_for_who_is_fit_already() -> None:
    request = in_kilometres(40, event={"date": "2027-01-31", "name": "Park Run", "type": "5k"}, weeks=5)
    assert "So short a plan has no base to build" in running_overview(request).coaching_notes


def test_a_start_that_is_no_monday_is_explained() -> None:
    request = a_runner_request(weeks=None, start_date="2027-01-13")
    assert "so week 1 starts on 18 January 2027." in running_overview(request).coaching_notes
