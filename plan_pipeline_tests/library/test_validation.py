"""A library is good when its statements agree with its parts; every problem of every workout is reported."""

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.library.problems import Problem
from plan_pipeline.library.validation import LibraryReport, validate_library
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline_tests.library.samples import easy_step, file_of, intervals, workout, write


def report_of(folder: Path, *workouts: dict[str, Any], kind: str = "threshold") -> LibraryReport:
    return validate_library(write(folder, file_of(*workouts, kind=kind), f"cycling/{kind}.yaml"))


def told(report: LibraryReport) -> list[tuple[str, str, str]]:
    return [(problem.workout_id, problem.field, problem.message) for problem in report.problems]


def adjustable(minutes: float = 60, shortest: int = 30, longest: int = 90) -> dict[str, Any]:
    return easy_step(minutes, duration_range_min=[shortest, longest])


def test_a_sound_library_has_no_problems_and_a_version(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(), intervals())

    assert report.passed
    assert report.problems == ()
    assert report.workout_count == 2
    assert report.version is not None


def test_a_library_that_cannot_be_loaded_has_a_report_without_version(tmp_path: Path) -> None:
    report = validate_library(tmp_path / "none")

    assert not report.passed
    assert report.version is None
    assert [problem.message for problem in report.errors] == ["is not a folder; name the workout library's folder"]


def test_a_wrong_stated_duration_is_told_with_the_right_one(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(duration_min=65))
    assert told(report) == [("thr_one", "duration_min", "states 65 but the parts add up to 60; write 60")]


@pytest.mark.parametrize(("stated", "passed"), [(60.05, True), (59.95, True), (60.06, False), (59.9, False)])
def test_stated_minutes_may_be_off_by_their_rounding(tmp_path: Path, stated: float, passed: bool) -> None:
    assert report_of(tmp_path, workout(duration_min=stated)).passed is passed


def test_a_wrong_stated_tss_is_told_with_the_right_one(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(tss=40))
    assert told(report) == [("thr_one", "tss", "states 40 but the parts give 36; write 36")]


@pytest.mark.parametrize(("stated", "passed"), [(36.1, True), (35.9, True), (36.2, False), (35.8, False)])
def test_stated_tss_may_be_off_by_its_rounding(tmp_path: Path, stated: float, passed: bool) -> None:
    assert report_of(tmp_path, workout(tss=stated)).passed is passed


def test_tss_is_that_of_normalized_power_over_the_whole_workout(tmp_path: Path) -> None:
    parts = [easy_step(60, power_low_pct=50, power_high_pct=50), easy_step(60, power_low_pct=100, power_high_pct=100)]
    assert report_of(tmp_path, workout(duration_min=120, tss=145.4, parts=parts)).passed


def test_an_uneven_length_is_a_warning_and_not_an_error(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(duration_min=62, tss=37.2, parts=[easy_step(62)]))

    assert report.passed
    assert [(problem.severity, problem.field) for problem in report.warnings] == [(Severity.WARNING, "duration_min")]


def test_extensible_without_any_range_is_an_error(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(extensible=True, duration_scaling_strategy="proportional"))
    assert told(report) == [
        (
            "thr_one",
            "extensible",
            "is true but no part may change; add a duration_range_min or repeat_range, or write false",
        )
    ]


@pytest.mark.parametrize(
    "parts",
    [[easy_step(60, duration_range_min=[60, 60])], [{"repeat": 1, "repeat_range": [1, 1], "steps": [easy_step(60)]}]],
    ids=["step", "set"],
)
def test_a_range_of_a_single_value_does_not_make_a_workout_extensible(
    tmp_path: Path, parts: list[dict[str, Any]]
) -> None:
    report = report_of(tmp_path, workout(extensible=True, duration_scaling_strategy="proportional", parts=parts))
    assert [field for _, field, _ in told(report)] == ["extensible"]


@pytest.mark.parametrize("broken", [workout(parts=[adjustable()]), intervals(repeat_range=[2, 8])])
def test_a_range_without_extensible_is_an_error(tmp_path: Path, broken: dict[str, Any]) -> None:
    report = report_of(tmp_path, broken)
    assert told(report) == [
        (broken["id"], "extensible", "is false but a part has a range; write true, or remove the ranges")
    ]


def test_fixed_does_not_go_with_extensible(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(extensible=True, parts=[adjustable()]))
    message = "fixed does not go with extensible: true; choose how it is lengthened"
    assert told(report) == [("thr_one", "duration_scaling_strategy", message)]


def test_a_strategy_other_than_fixed_needs_extensible(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(duration_scaling_strategy="proportional"))
    message = "proportional does not go with extensible: false; write fixed"
    assert told(report) == [("thr_one", "duration_scaling_strategy", message)]


def test_add_sets_needs_a_set_that_may_change(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(extensible=True, duration_scaling_strategy="add_sets", parts=[adjustable()]))
    message = "add_sets needs a set with a repeat_range of more than one count; add it"
    assert told(report) == [("thr_one", "duration_scaling_strategy", message)]


@pytest.mark.parametrize("strategy", ["extend_main", "extend_recovery"])
def test_extending_needs_a_step_that_may_change(tmp_path: Path, strategy: str) -> None:
    report = report_of(tmp_path, intervals(repeat_range=[2, 8], extensible=True, duration_scaling_strategy=strategy))
    message = f"{strategy} needs a step with a duration_range_min of more than one length; add it"
    assert told(report) == [("thr_sets", "duration_scaling_strategy", message)]


@pytest.mark.parametrize(
    ("strategy", "sound"),
    [
        ("add_sets", intervals(repeat_range=[2, 8], extensible=True, duration_scaling_strategy="add_sets")),
        ("extend_main", workout(parts=[adjustable()], extensible=True, duration_scaling_strategy="extend_main")),
        (
            "extend_recovery",
            workout(parts=[adjustable()], extensible=True, duration_scaling_strategy="extend_recovery"),
        ),
        ("proportional", workout(parts=[adjustable()], extensible=True, duration_scaling_strategy="proportional")),
    ],
)
def test_each_strategy_is_sound_with_the_range_it_needs(tmp_path: Path, strategy: str, sound: dict[str, Any]) -> None:
    assert told(report_of(tmp_path, sound)) == []


def test_two_workouts_of_a_type_with_the_same_structure_are_told(tmp_path: Path) -> None:
    changes = {"extensible": True, "duration_scaling_strategy": "extend_main"}
    longer = workout("thr_two", parts=[adjustable(90, 45, 120)], duration_min=90, tss=54, **changes)
    report = report_of(tmp_path, workout("thr_one", parts=[adjustable()], **changes), longer)

    message = "is the same structure as thr_one; change a length or an intensity that counts, or remove one"
    assert told(report) == [("thr_two", "parts", message)]


def test_the_same_structure_in_two_types_is_no_duplicate(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("end_one"), kind="endurance"), "cycling/endurance.yaml")
    assert report_of(tmp_path, workout("thr_one")).passed


def test_a_step_on_the_bike_needs_power(tmp_path: Path) -> None:
    step = {"type": "endurance", "duration_min": 60}
    report = report_of(tmp_path, workout(parts=[step], tss=0))
    message = "the endurance step has no power; give power_low_pct and power_high_pct"
    assert told(report) == [("thr_one", "parts[0]", message)]


def test_a_strength_step_has_no_power(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout("str_one", parts=[easy_step(60, type="strength")]), kind="strength")
    assert told(report) == [("str_one", "parts[0]", "a strength step has power; remove it, it is done off the bike")]


def test_a_strength_step_belongs_in_a_strength_workout(tmp_path: Path) -> None:
    off_bike = {"repeat": 2, "steps": [{"type": "strength", "duration_min": 30}]}
    report = report_of(tmp_path, workout(parts=[off_bike], tss=0))
    message = "a strength step in a threshold workout; move it to a strength workout"
    assert told(report) == [("thr_one", "parts[0].steps[0]", message)]


def test_strength_without_power_has_no_load_and_is_sound(tmp_path: Path) -> None:
    step = {"type": "strength", "duration_min": 60}
    assert told(report_of(tmp_path, workout("str_one", parts=[step], tss=0), kind="strength")) == []


def test_a_recovery_ride_with_a_hard_step_is_told(tmp_path: Path) -> None:
    parts = [easy_step(55), easy_step(5, power_high_pct=70)]
    report = report_of(tmp_path, workout("rec_one", parts=parts, tss=36.5), kind="recovery")
    assert ("rec_one", "parts[1]", "70 % is above 60 %, too hard to recover; lower it") in told(report)


def test_a_hard_start_without_warm_up_is_a_warning(tmp_path: Path) -> None:
    report = report_of(tmp_path, workout(tss=100, parts=[easy_step(60, power_low_pct=100, power_high_pct=100)]))

    assert report.passed
    assert [(p.field, p.message) for p in report.warnings] == [
        ("parts[0]", "starts at 100 % without a warm-up; put a warmup step first")
    ]


def test_a_gap_in_a_series_is_told(tmp_path: Path) -> None:
    report = report_of(
        tmp_path, workout(series={"id": "hours", "level": 1}), intervals(series={"id": "hours", "level": 3})
    )
    message = "level 2 of hours is missing; number the levels 1, 2, 3 …"
    assert told(report) == [("thr_sets", "series.level", message)]


def test_a_level_held_twice_is_told(tmp_path: Path) -> None:
    series = {"id": "hours", "level": 1}
    report = report_of(tmp_path, workout(series=series), intervals(series=dict(series)))
    assert told(report) == [("thr_sets", "series", "level 1 of hours is already thr_one; choose another")]


def test_a_series_stays_within_one_type(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("tmp_one", series={"id": "hours", "level": 2}), kind="tempo"), "cycling/tempo.yaml")
    report = report_of(tmp_path, workout("thr_one", series={"id": "hours", "level": 1}))
    assert [(workout_id, field) for workout_id, field, _ in told(report)] == [("thr_one", "series")]


def test_every_problem_is_collected_and_broken_workouts_do_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "[", "cycling/vo2max.yaml")
    unreadable = workout("thr_a", colour="red")
    wrong_twice = workout("thr_b", duration_min=10, tss=1)

    report = report_of(tmp_path, unreadable, wrong_twice, intervals("thr_c", tss=2))

    assert [(problem.workout_id, problem.field) for problem in report.problems] == [
        ("thr_a", "colour"),
        ("", ""),
        ("thr_b", "duration_min"),
        ("thr_b", "tss"),
        ("thr_c", "tss"),
    ]
    assert report.version is None


def test_a_problem_reads_as_file_workout_field_and_message() -> None:
    problem = Problem(
        file="cycling/threshold.yaml", workout_id="thr_3x10", field="parts[2]", message="is wrong; fix it"
    )
    assert str(problem) == "cycling/threshold.yaml: thr_3x10: parts[2]: is wrong; fix it"
