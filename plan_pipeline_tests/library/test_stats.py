"""What a library offers is counted from its workouts, and its reach from their ranges."""

from pathlib import Path

from plan_pipeline.core.model.vocabulary import DayKind, Phase, ScalingStrategy, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.library.files import load_library
from plan_pipeline.library.stats import library_stats
from plan_pipeline_tests.library.samples import easy_step, file_of, intervals, workout, write


def small_library(folder: Path) -> Library:
    changes = {"extensible": True, "duration_scaling_strategy": "extend_main"}
    ranged = workout("end_ranged", parts=[easy_step(60, duration_range_min=[30, 95])], **changes)
    fixed = workout("end_fixed", suitable_phases=["base", "taper"], suitable_days=["weekday", "weekend"])
    steep = intervals("thr_hard", series={"id": "hours", "level": 2})
    easy = workout("thr_easy", series={"id": "hours", "level": 1})
    write(folder, file_of(ranged, fixed, kind="endurance"), "cycling/endurance.yaml")
    write(folder, file_of(steep, easy))
    return load_library(folder)


def test_workouts_are_counted_by_type_phase_day_and_strategy(tmp_path: Path) -> None:
    stats = library_stats(small_library(tmp_path))

    assert stats.workouts == 4
    assert {kind: of_type.workouts for kind, of_type in stats.by_type.items()} == {
        WorkoutType.ENDURANCE: 2,
        WorkoutType.THRESHOLD: 2,
    }
    assert stats.by_phase == {Phase.BASE: 4, Phase.BUILD: 0, Phase.PEAK: 0, Phase.RECOVERY: 0, Phase.TAPER: 1}
    assert stats.by_day_kind == {DayKind.WEEKDAY: 4, DayKind.WEEKEND: 1}
    assert stats.by_strategy[ScalingStrategy.FIXED] == 3
    assert stats.by_strategy[ScalingStrategy.EXTEND_MAIN] == 1
    assert stats.suited[WorkoutType.ENDURANCE][Phase.TAPER] == {DayKind.WEEKDAY: 1, DayKind.WEEKEND: 1}


def test_the_share_of_extensible_workouts_is_a_fraction(tmp_path: Path) -> None:
    assert library_stats(small_library(tmp_path)).extensible_share == 0.25


def test_structures_are_counted_once_however_many_workouts_have_them(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("a_one"), workout("b_two", name="Copy"), intervals("c_three")))
    stats = library_stats(load_library(tmp_path))
    assert (stats.by_type[WorkoutType.THRESHOLD].structures, stats.structures) == (2, 2)


def test_the_reach_of_a_type_runs_from_its_shortest_to_its_longest_possible_ride(tmp_path: Path) -> None:
    endurance = library_stats(small_library(tmp_path)).by_type[WorkoutType.ENDURANCE]
    assert (endurance.shortest_min, endurance.shortest_base_min) == (30, 60)
    assert (endurance.longest_base_min, endurance.longest_min) == (60, 95)
    assert (endurance.lowest_intensity_factor, endurance.highest_intensity_factor) == (0.6, 0.6)


def test_a_series_lists_its_workouts_easiest_first(tmp_path: Path) -> None:
    series = library_stats(small_library(tmp_path)).series
    assert series["hours"].workout_ids == ("thr_easy", "thr_hard")
    assert series["hours"].type is WorkoutType.THRESHOLD


def test_an_empty_library_has_no_extensible_workouts() -> None:
    stats = library_stats(Library(version="0", workouts=()))
    assert (stats.workouts, stats.extensible_share, stats.by_type) == (0, 0.0, {})
