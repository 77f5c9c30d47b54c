"""Collections with runs in them: each file goes to its sport, and distances stay distances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.steps import RunningStep
from plan_pipeline.core.model.vocabulary import Requirement, Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout, WorkoutSet
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.library import load_library, validate_library
from plan_pipeline.services.week_files import WeekFileError
from plan_pipeline.services.workout_files.library_import import Imported, Known, import_workouts, write_library
from plan_pipeline.services.workout_files.plan_folders import read_plan_folder
from plan_pipeline.services.workout_files.reading_files import runner_of
from plan_pipeline_tests.core.builders import library_of, real_config
from plan_pipeline_tests.formats.runs import RUNNER, a_run, at_pace, run_of, running_config, running_library
from plan_pipeline_tests.formats.sessions import written
from plan_pipeline_tests.services.workout_files.test_library_import import RIDE, put

NO_RUNS = Library(version="", workouts=(), sport=Sport.RUNNING)

KILOMETRES = "# Kilometres\n- 15m 70-78% Pace\n\n5x\n- 1km 108% Pace\n- 2m30s 62-70% Pace\n\n- 10m 65-75% Pace\n"
BY_CLOCK = "# By the clock\n- 15m 5:40/km Pace\n\n3x\n- 10m 4:15/km Pace\n- 2m 6:20/km Pace\n\n- 10m 6:00/km Pace\n"


def imported(folder: Path, *, runs: Library | None = NO_RUNS, runner: Runner | None = None) -> Imported:
    of_runs = [] if runs is None else [Known(runs, running_config())]
    return import_workouts([folder], [Known(library_of(), real_config()), *of_runs], runner=runner)


def the_only(made: Imported) -> LibraryWorkout:
    (workout,) = made.workouts
    return workout


def test_a_folder_of_both_sports_becomes_a_library_of_both_that_validates(tmp_path: Path) -> None:
    folder = put(tmp_path / "in", a__zwo=RIDE, b__txt=KILOMETRES, c__txt=BY_CLOCK, broken__fit=b"")
    made = imported(folder, runner=RUNNER)
    write_library(made.workouts, tmp_path / "out")

    assert [(file.file, file.type) for file in made.report.workouts] == [
        ("a.zwo", "endurance"),
        ("b.txt", "vo2max"),
        ("c.txt", "cruise_intervals"),
    ]
    assert [refused.file for refused in made.report.refused] == ["broken.fit"]
    configs = {Sport.CYCLING: real_config(), Sport.RUNNING: running_config()}
    assert validate_library(tmp_path / "out", configs).errors == ()
    assert {workout.sport for workout in load_library(tmp_path / "out", Sport.RUNNING).workouts} == {Sport.RUNNING}


def test_a_distance_stays_one_and_its_set_keeps_its_count(tmp_path: Path) -> None:
    workout = the_only(imported(put(tmp_path, a__txt=KILOMETRES)))
    warmup, work, cooldown = workout.parts
    assert isinstance(work, WorkoutSet)
    assert isinstance(work.steps[0], RunningStep)
    assert (work.steps[0].distance_m, work.steps[0].intensity_low_pct, work.repeat_range) == (1000, 108, None)
    assert isinstance(warmup, RunningStep)
    assert isinstance(cooldown, RunningStep)
    assert (warmup.duration_range_min, cooldown.duration_range_min) == ((5, 20), None)


def test_paces_are_measured_by_the_threshold_that_is_given_or_refused_with_the_remedy(tmp_path: Path) -> None:
    folder = put(tmp_path, a__txt=BY_CLOCK)
    (refused,) = imported(folder).report.refused
    assert "give the runner's with --threshold-pace 4:15/km" in refused.reason
    work = [s.intensity_low_pct for s in the_only(imported(folder, runner=RUNNER)).segments if s.type == "interval"]
    assert work == [100, 100, 100]
    assert the_only(imported(folder, runner=runner_of("4:10/km"))).segments[1].intensity_low_pct == 98


def test_speeds_in_fit_are_never_read_as_power(tmp_path: Path) -> None:
    folder = put(tmp_path, a__fit=written(a_run(at_pace(75, seconds=2700)), "fit"))
    for runs in (NO_RUNS, None):
        made = imported(folder, runs=runs)
        assert (made.workouts, len(made.report.refused)) == ((), 1)
    assert the_only(imported(folder, runner=RUNNER)).segments[0].intensity_high_pct == 75


def test_a_run_where_nothing_of_running_is_known_is_refused(tmp_path: Path) -> None:
    made = imported(put(tmp_path, a__txt=KILOMETRES, b__zwo=RIDE), runs=None)
    assert [refused.reason for refused in made.report.refused] == [
        "is of running, and there is no configuration of running to judge it by; add config/running"
    ]
    assert made.report.imported == 1


def test_a_run_of_distances_alone_gets_an_easy_step_of_minutes_and_it_is_told(tmp_path: Path) -> None:
    made = imported(put(tmp_path, a__txt="# Out and back\n- 8km 78% Pace\n- 2km 95% Pace\n- 1km 75% Pace\n"))
    assert [part.distance_m for part in the_only(made).parts if isinstance(part, RunningStep)] == [8000, 2000, None]
    assert made.report.repaired[0].what == "an easy distance of 1000 m was read as 6 min, to take up the odd seconds"
    (refused,) = imported(put(tmp_path / "hard", a__txt="- 5km 95% Pace\n")).report.refused
    assert refused.reason == (
        "has distances and no easy step, which takes up their odd seconds; add one such as a cool-down of 10 min"
    )


def test_a_name_with_more_than_one_meaning_is_replaced_and_told(tmp_path: Path) -> None:
    made = imported(put(tmp_path, a__txt="# Tempo run\n- 15m 75% Pace\n- 20m 99-101% Pace\n- 10m 70% Pace\n"))
    assert (the_only(made).name, the_only(made).id) == ("Threshold run", "threshold_run")
    assert made.report.repaired[0].what == "'tempo' in its name was written as threshold, which it is"


def test_hills_are_for_those_who_have_some(tmp_path: Path) -> None:
    text = "# Hills\n> A run by effort\n\n- Walk 5m\n\n8x\n- Hill 60s\n- Walk 90s\n\n- Walk 10m\n"
    workout = the_only(imported(put(tmp_path, a__txt=text)))
    assert (workout.type, workout.requires) == (WorkoutType.HILLS, (Requirement.HILLS,))


def test_what_nobody_can_run_is_refused_in_the_words_of_running(tmp_path: Path) -> None:
    (refused,) = imported(put(tmp_path, a__txt="- 10m 75% Pace\n- 60m 130% Pace\n- 10m 70% Pace\n")).report.refused
    assert refused.reason.startswith("nobody can run it: ")


@pytest.mark.parametrize("form", ["icu", "fit"])
def test_every_run_of_the_library_by_distance_and_pace_is_known_again(form: str, tmp_path: Path) -> None:
    known = [w for w in running_library().workouts if w.type is WorkoutType.VO2MAX and "hill" not in w.id]
    by_pace = [w for w in known if not any(step.by_effort for step in run_of(w).steps)]
    for workout in by_pace:
        (tmp_path / f"{workout.id}.{'txt' if form == 'icu' else form}").write_bytes(written(run_of(workout), form))
    report = imported(tmp_path, runs=running_library(), runner=RUNNER).report
    assert (report.refused, len(report.duplicates)) == ((), len(by_pace))


def test_a_folder_of_runs_is_a_plan_of_running_and_one_of_both_sports_none(tmp_path: Path) -> None:
    folder = put(tmp_path, **{"W01_Tue__txt": KILOMETRES, "W01_Sat__txt": "# Easy\n- 45m 76% Pace\n"})
    found = read_plan_folder(folder)
    assert (found.sport, [workout.type for workout in found.weeks[0]]) == (Sport.RUNNING, ["vo2max", "easy"])
    assert sum(segment.intensity_low_pct is None for workout in found.weeks[0] for segment in workout.segments) == 0
    put(tmp_path, **{"W01_Sun__zwo": RIDE})
    with pytest.raises(WeekFileError, match=r"holds files of several sports, running \(W01_Sat.txt\), cycling"):
        read_plan_folder(folder)


@pytest.mark.parametrize(("text", "pace"), [("4:15/km", 255), ("4:15", 255), ("6:50/mi", 255)])
def test_a_threshold_pace_is_read_as_runners_write_it(text: str, pace: int) -> None:
    assert runner_of(text).threshold_s_per_km == pace


@pytest.mark.parametrize("text", ["15 km/h", "0:00/km", "1:00/km"])
def test_what_is_no_pace_is_refused_with_the_forms_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 4:15/km, 6:50/mi or 4:15"):
        runner_of(text)


def test_riders_files_are_read_as_before_whatever_is_known_of_running(tmp_path: Path) -> None:
    folder = put(tmp_path, a__zwo=RIDE, b__txt="- 60m 65%\n")
    alone: dict[str, Any] = imported(folder, runs=None).report.model_dump()
    assert imported(folder, runner=RUNNER).report.model_dump() == alone
