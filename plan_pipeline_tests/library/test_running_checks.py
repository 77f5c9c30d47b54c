"""What is wrong with a running workout is an error with what was measured and what to do."""

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.library.validation import LibraryReport, validate_library
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline_tests.library.samples import easy_run, run, run_file_of, write


def report_of(folder: Path, *workouts: dict[str, Any], kind: str = "easy") -> LibraryReport:
    return validate_library(write(folder, run_file_of(*workouts, kind=kind), f"running/{kind}.yaml"))


def errors(report: LibraryReport) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in report.errors]


def fields(report: LibraryReport) -> list[str]:
    return [problem.field for problem in report.errors]


def fast(minutes: float, pct: float = 100, **changes: Any) -> dict[str, Any]:
    return easy_run(minutes, type="interval", speed_low_pct=pct, speed_high_pct=pct, **changes)


# --- intensity -------------------------------------------------------------------------------------------------


def test_easy_running_is_up_to_84_per_cent_of_threshold_speed(tmp_path: Path) -> None:
    parts = [easy_run(60, speed_low_pct=84, speed_high_pct=84)]
    assert report_of(tmp_path, run(parts=parts, tss=70.6)).problems == ()
    parts = [easy_run(60, speed_low_pct=85, speed_high_pct=85)]
    (warning,) = report_of(tmp_path, run(parts=parts, tss=72.2)).problems
    assert (warning.severity, warning.message) == (
        Severity.WARNING,
        "starts at 85 % without a warm-up; put a warmup step first",
    )


def test_a_recovery_run_stays_below_76_per_cent(tmp_path: Path) -> None:
    parts = [easy_run(60, speed_low_pct=76, speed_high_pct=76)]
    assert report_of(tmp_path, run(parts=parts, tss=57.8), kind="recovery").passed
    assert errors(report_of(tmp_path, run(), kind="recovery")) == [
        ("parts[0]", "80 % is above 76 %, too hard to recover; lower it")
    ]


def test_a_step_of_running_needs_a_speed_and_a_walk_none(tmp_path: Path) -> None:
    bare = {"type": "endurance", "duration_min": 30}
    walk = {"type": "walk", "duration_min": 30}
    report = report_of(tmp_path, run(parts=[easy_run(30), bare], tss=32))
    assert ("parts[1]", "the endurance step has no speed; give speed_low_pct and speed_high_pct") in errors(report)
    assert "parts[1]" not in fields(report_of(tmp_path, run(parts=[easy_run(30), walk])))


@pytest.mark.parametrize("kind", ["cross_training", "strength"])
def test_what_is_not_run_needs_no_speed(tmp_path: Path, kind: str) -> None:
    off_feet = {"type": "steady", "duration_min": 60}
    assert report_of(tmp_path, run(parts=[off_feet], tss=0), kind=kind).passed


def test_a_strength_step_has_no_speed(tmp_path: Path) -> None:
    report = report_of(tmp_path, run(parts=[easy_run(60, type="strength")]), kind="strength")
    assert errors(report) == [("parts[0]", "a strength step has speed; remove it, it is done off the feet")]


# --- words, hills, distances -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "long_tempo_run"}, "id"),
        ({"name": "Tempo hour"}, "name"),
        ({"parts": [easy_run(60, type="tempo")]}, "parts[0].type"),
    ],
)
def test_nothing_of_running_is_called_tempo(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    message = (
        "has 'tempo', which is marathon pace to some and threshold to others; say steady, marathon pace or threshold"
    )
    assert errors(report_of(tmp_path, {**run(), **changes})) == [(field, message)]


def test_a_word_that_only_holds_it_is_left_alone(tmp_path: Path) -> None:
    assert report_of(tmp_path, run("contemporary_hour", name="Contemporary hour")).passed


def test_a_hill_step_needs_hills(tmp_path: Path) -> None:
    hill = run(parts=[easy_run(50), easy_run(10, type="hill", by_effort=True)])
    assert errors(report_of(tmp_path, hill)) == [
        ("parts[1]", "a hill step in a workout that needs none; add requires: [hills]")
    ]
    assert report_of(tmp_path, {**hill, "requires": ["hills"]}).passed


def test_a_set_of_distances_keeps_its_count(tmp_path: Path) -> None:
    a_set = {"repeat": 5, "steps": [{**_kilometre(), "duration_min": 4}, easy_run(2)]}
    parts = [easy_run(15), a_set, easy_run(15)]
    sound = run(parts=parts, duration_min=60, tss=74.7)
    assert "parts[1]" not in fields(report_of(tmp_path, sound, kind="vo2max"))
    ranged = {**sound, "parts": [easy_run(15), {**a_set, "repeat_range": [3, 6]}, easy_run(15)], "extensible": True}
    assert (
        "parts[1]",
        "repeat_range in a set with a distance_m; remove it, or write the steps of the set in minutes",
    ) in errors(report_of(tmp_path, {**ranged, "duration_scaling_strategy": "add_sets"}, kind="vo2max"))


def test_an_easy_step_takes_up_the_odd_seconds_of_distances(tmp_path: Path) -> None:
    ranged = easy_run(30, duration_range_min=[20, 60])
    asked = run(parts=[ranged, _kilometre()], extensible=True, duration_scaling_strategy="extend_main")
    assert any(m.startswith("has distances and no easy step") for _, m in errors(report_of(tmp_path, asked)))
    settled = {**asked, "parts": [ranged, _kilometre(), easy_run(10)]}
    assert not any(m.startswith("has distances") for _, m in errors(report_of(tmp_path, settled)))


def test_minutes_that_distances_make_odd_are_no_warning(tmp_path: Path) -> None:
    report = report_of(tmp_path, run(parts=[easy_run(10), _kilometre()], duration_min=13.98, tss=16))
    assert report.warnings == ()


def _kilometre() -> dict[str, Any]:
    return {"type": "interval", "distance_m": 1000, "speed_low_pct": 107, "speed_high_pct": 107}


# --- options ---------------------------------------------------------------------------------------------------


def threshold(workout_id: str, work_min: float, *, easy_min: float = 40, **changes: Any) -> dict[str, Any]:
    """A workout whose TSS is put in place by ``with_tss``."""
    parts = [easy_run(easy_min), fast(work_min)]
    return run(workout_id, parts=parts, duration_min=easy_min + work_min, **changes)


def option_problems(folder: Path, *workouts: dict[str, Any]) -> list[str]:
    report = report_of(folder, *workouts, kind="threshold")
    return [problem.message for problem in report.errors if problem.field == "option_b"]


def test_an_option_of_equal_stimulus_is_sound_both_ways(tmp_path: Path) -> None:
    one = threshold("thr_run_one", 20, option_b="thr_run_two", fatigue_cost=3)
    two = threshold("thr_run_two", 24, easy_min=36, option_b="thr_run_one", fatigue_cost=4)
    assert option_problems(tmp_path, one, two) == []


def test_an_option_that_there_is_not_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = option_problems(
        tmp_path, threshold("thr_run_one", 20, option_b="thr_run_tow"), threshold("thr_run_two", 21)
    )
    assert found == ["'thr_run_tow' is no workout of running; did you mean thr_run_two?"]


def test_a_workout_is_no_option_of_its_own(tmp_path: Path) -> None:
    found = option_problems(tmp_path, threshold("thr_run_one", 20, option_b="thr_run_one"))
    assert found == ["is the workout itself; name another, or leave it out"]


def test_an_option_with_other_work_is_told_in_minutes_of_the_main_zone(tmp_path: Path) -> None:
    one = threshold("thr_run_one", 20, option_b="thr_run_two")
    found = option_problems(tmp_path, one, threshold("thr_run_two", 25, easy_min=34))
    assert found == [
        "thr_run_two has 25 min at 96 % or above and this 20, more than 20 % apart; make them equal, or name another"
    ]


def test_an_option_with_another_load_is_told_in_tss(tmp_path: Path) -> None:
    one = threshold("thr_run_one", 20, option_b="thr_run_two")
    (found,) = option_problems(tmp_path, one, threshold("thr_run_two", 20, easy_min=60))
    assert found == ("thr_run_two has TSS 99.4 and this 77.7, more than 10 % apart; make them equal, or name another")


def test_an_option_that_costs_more_or_is_for_other_phases_is_told(tmp_path: Path) -> None:
    one = threshold("thr_run_one", 20, option_b="thr_run_two", fatigue_cost=2)
    two = threshold("thr_run_two", 21, fatigue_cost=4, suitable_phases=["peak"])
    assert option_problems(tmp_path, one, two) == [
        "thr_run_two has fatigue_cost 4 and this 2, more than 1 apart; make them equal, or name another",
        "thr_run_two is for peak and this for base; give them a phase in common, or name another",
    ]


def test_easy_runs_are_compared_by_all_of_their_minutes(tmp_path: Path) -> None:
    shorter = run("easy_two", parts=[easy_run(45, speed_low_pct=79, speed_high_pct=79)], duration_min=45)
    report = report_of(tmp_path, run(option_b="easy_two"), shorter)
    assert any("easy_two has 45 min in all and this 60, more than 20 % apart" in m for _, m in errors(report))


# --- what tells workouts apart ---------------------------------------------------------------------------------


def test_what_it_needs_and_its_pattern_tell_a_workout_from_one_of_the_same_structure(tmp_path: Path) -> None:
    assert fields(report_of(tmp_path, run("easy_one"), run("easy_two"))) == ["parts"]
    assert report_of(tmp_path, run("easy_one"), run("easy_two", requires=["trail"], pattern="easy_trail")).passed
