"""What a request says of a runner, in the forms that people write, and what is refused with a remedy."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.runner_fields import Access, RecentRace, TimeConstants
from plan_pipeline.core.model.vocabulary import Constraint
from plan_pipeline_tests.core.running import a_runner_request


def race(distance: Any = 10_000, time: Any = "41:20", **more: Any) -> RecentRace:
    return RecentRace.model_validate({"distance_m": distance, "time": time, **more})


def runner(**athlete: Any) -> AthleteProfile:
    return a_runner_request(athlete=athlete).athlete_profile


def refusal(of: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        of(*given, **more)
    return str(caught.value)


# --- a recent race ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        (10_000, 10_000),
        ("10000", 10_000),
        ("10 km", 10_000),
        ("10k", 10_000),
        ("half marathon", 21_097.5),
        ("marathon", 42_195),
        ("5 mi", 8046.72),
    ],
)
def test_the_distance_of_a_race_is_read_as_people_write_it(written: Any, metres: float) -> None:
    time = "3:10:00" if metres > 40_000 else "1:30:00" if metres > 20_000 else "36:00"
    assert race(written, time).distance_m == pytest.approx(metres)


@pytest.mark.parametrize(("written", "seconds"), [("41:20", 2480), ("0:41:20", 2480), (2480, 2480), ("2480", 2480)])
def test_the_time_of_a_race_is_read_as_people_write_it(written: Any, seconds: float) -> None:
    assert race(time=written).time == seconds


def test_distance_is_another_name_of_distance_m() -> None:
    assert RecentRace.model_validate({"distance": "10k", "time": "41:20"}) == race()


@pytest.mark.parametrize(
    ("distance", "time", "vdot"),
    [
        (5000, "20:00", 49.81),
        (10_000, "40:00", 51.94),
        (21_097.5, "1:30:00", 50.98),
        (42_195, "3:00:00", 53.53),
        (1609.344, "5:00", 59.40),
    ],
)
def test_a_race_stands_for_its_golden_vdot(distance: float, time: str, vdot: float) -> None:
    assert race(distance, time).vdot == pytest.approx(vdot, abs=0.01)


@pytest.mark.parametrize(
    ("distance", "time", "words"),
    [(10_000, "41:20", "10 km in 41:20"), (21_100, "1:30:00", "in 1:30:00"), (7000, "28:00", "7 km in 28:00")],
)
def test_a_race_is_named_by_its_distance(distance: float, time: str, words: str) -> None:
    assert words in race(distance, time).in_words


@pytest.mark.parametrize(("distance", "time"), [(10_000, "12:00"), (10_000, "5:00:00")])
def test_a_time_that_nobody_runs_is_refused_with_the_race(distance: float, time: str) -> None:
    assert f"10 km in {time}" in refusal(race, distance, time)


@pytest.mark.parametrize("distance", [1000, 60_000])
def test_a_distance_that_says_nothing_of_the_others_is_refused(distance: int) -> None:
    assert "distance_m" in refusal(race, distance, "40:00")


# --- a threshold pace ------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["4:15/km", "4:15", "6:50/mi", 255, "255"])
def test_a_threshold_pace_is_kept_in_one_form(written: Any) -> None:
    athlete = runner(recent_race=None, threshold_pace=written)
    assert athlete.threshold_pace == "4:15/km"
    assert athlete.runner.threshold_s_per_km == 255


@pytest.mark.parametrize("written", [4.15, 50, 2000])
def test_a_number_that_is_no_pace_is_not_guessed_at(written: float) -> None:
    assert "write 4:15/km, 6:50/mi or 4:15" in refusal(runner, recent_race=None, threshold_pace=written)


def test_a_truth_value_is_no_pace() -> None:
    assert "threshold_pace" in refusal(runner, recent_race=None, threshold_pace=True)


def test_a_race_and_its_threshold_pace_are_the_same_runner() -> None:
    """A VDOT of 50, a 5 km of 19:56, has its threshold at 4:15/km."""
    by_race = runner(recent_race={"distance_m": 5000, "time": "19:56"}).runner
    assert by_race == runner(recent_race=None, threshold_pace="4:15/km").runner


# --- time constants --------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("fitness_days", "fatigue_days"), ("tau1", "tau2"), ("τ1", "τ2")])
def test_time_constants_have_names_and_signs(names: tuple[str, str]) -> None:
    constants = TimeConstants.model_validate(dict(zip(names, (42, 7), strict=True)))
    assert (constants.fitness_days, constants.fatigue_days, constants.gain_ratio) == (42, 7, None)


def test_gains_count_as_a_ratio() -> None:
    assert TimeConstants.model_validate({"tau1": 42, "tau2": 7, "k1": 0.5, "k2": 1.5}).gain_ratio == 3


@pytest.mark.parametrize("gain", ["k1", "k2"])
def test_one_gain_alone_is_refused(gain: str) -> None:
    assert "give both, or neither" in refusal(TimeConstants.model_validate, {"tau1": 42, "tau2": 7, gain: 1})


@pytest.mark.parametrize("fatigue", [42, 50])
def test_fatigue_that_outlasts_fitness_is_refused(fatigue: int) -> None:
    assert "swap them" in refusal(TimeConstants.model_validate, {"tau1": 42, "tau2": fatigue})


@pytest.mark.parametrize("fields", [{"tau1": 0, "tau2": 7}, {"tau1": 42, "tau2": -1}, {"tau1": 300, "tau2": 7}])
def test_days_that_cannot_be_are_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        TimeConstants.model_validate(fields)


# --- access ----------------------------------------------------------------------------------------------


def test_what_is_not_said_is_at_hand_but_for_a_treadmill() -> None:
    assert Access().constraints == (Constraint.NO_TREADMILL,)


@pytest.mark.parametrize("written", [["track", "trail"], "track, trail", ["track,trail"], " Track , TRAIL "])
def test_a_list_names_all_that_there_is(written: Any) -> None:
    assert runner(access=written).access == Access(hills=False, track=True, trail=True, treadmill=False)


def test_a_mapping_says_what_differs() -> None:
    assert runner(access={"hills": False}).access == Access(hills=False, track=True, trail=True, treadmill=False)


def test_what_a_runner_cannot_get_to_is_a_constraint_of_the_plan() -> None:
    request = a_runner_request(athlete={"access": ["track", "treadmill"]}, constraints=["indoor_only"])
    assert set(request.all_constraints) == {Constraint.INDOOR_ONLY, Constraint.NO_HILLS, Constraint.NO_TRAIL}


def test_a_place_that_is_not_known_is_refused() -> None:
    assert "beach" in refusal(runner, access=["beach"])


# --- amounts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "km"), [(40, 40), ("40 km", 40), ("25 mi", 40.2336), ("35-45", 40)])
def test_kilometres_of_a_week_are_read_as_people_write_them(written: Any, km: float) -> None:
    assert runner(current_weekly_km=written).current_weekly_km == pytest.approx(km, abs=0.05)


def test_what_a_runner_did_not_say_is_not_written_either() -> None:
    written = runner(current_weekly_km=None, longest_run_km=None).model_dump(mode="json")
    assert not {"current_weekly_km", "longest_run_km", "access", "units", "ftp", "threshold_pace"} & set(written)
