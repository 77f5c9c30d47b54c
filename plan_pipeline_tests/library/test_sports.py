"""A library holds several sports: each is read, versioned and checked by itself."""

from pathlib import Path

import pytest

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.library import LibraryError, folder_version, library_stats, load_library, sports_of, validate_library
from plan_pipeline.library.writing import library_files
from plan_pipeline_tests.library.samples import SHIPPED, file_of, run, run_file_of, workout, write

EASY = "running/easy.yaml"


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A library of one workout a sport."""
    write(tmp_path / "both", file_of(workout()))
    return write(tmp_path / "both", run_file_of(run()), EASY)


def problem(folder: Path, sport: Sport) -> str:
    with pytest.raises(LibraryError) as caught:
        load_library(folder, sport)
    (found,) = caught.value.problems
    return str(found)


def test_each_sport_has_its_own_workouts(both: Path) -> None:
    riding, running = load_library(both), load_library(both, Sport.RUNNING)

    assert (riding.sport, [each.id for each in riding.workouts]) == (Sport.CYCLING, ["thr_one"])
    assert (running.sport, list(running.by_type)) == (Sport.RUNNING, [WorkoutType.EASY])
    assert sports_of(both) == (Sport.CYCLING, Sport.RUNNING)


def test_adding_and_editing_running_leaves_the_version_of_cycling(tmp_path: Path) -> None:
    before = load_library(write(tmp_path, file_of(workout()))).version
    versions = []
    for tss in (64, 64.1):
        write(tmp_path, run_file_of(run(tss=tss)), EASY)
        assert load_library(tmp_path).version == before
        versions.append(load_library(tmp_path, Sport.RUNNING).version)
    assert len({before, *versions}) == 3


def test_the_version_of_the_shipped_cycling_library_is_the_one_it_had_before_there_was_running() -> None:
    assert load_library(SHIPPED).version == "e442126f036c"


@pytest.mark.parametrize("broken", ["[", {"workouts": 1}])
def test_a_broken_sport_keeps_nobody_from_another(both: Path, broken: object) -> None:
    write(both, broken, EASY)
    write(both, "a: 1", "running/old/easy.yaml")

    assert load_library(both).workouts
    with pytest.raises(LibraryError, match=r"running/easy\.yaml"):
        load_library(both, Sport.RUNNING)


def test_a_sport_that_the_library_lacks_is_told_where_its_workouts_go(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout()))
    assert problem(tmp_path, Sport.RUNNING) == (
        "running: the library has no workouts of running; put them there, such as in running/easy.yaml, or ask for "
        "another sport"
    )
    (tmp_path / "running").mkdir()
    assert "the library has no workouts of running" in problem(tmp_path, Sport.RUNNING)


def test_a_file_of_a_sport_that_there_is_not_is_named(both: Path) -> None:
    write(both, file_of(workout(), sport="rowing"), "rowing/threshold.yaml")
    assert problem(both, Sport.CYCLING).startswith("rowing/threshold.yaml: is not where workouts are read from")


@pytest.mark.parametrize(
    ("sport", "kind", "known"),
    [("running", "tempo", "recovery, easy, long, steady"), ("cycling", "easy", "recovery, endurance, tempo")],
)
def test_a_type_that_the_sport_does_not_have_is_refused_with_those_it_has(
    tmp_path: Path, sport: str, kind: str, known: str
) -> None:
    write(tmp_path, file_of(workout() if sport == "cycling" else run(), kind=kind, sport=sport), f"{sport}/{kind}.yaml")
    found = problem(tmp_path, Sport(sport))
    assert found.startswith(f"{sport}/{kind}.yaml: type: {kind} is no type of {sport}; use one of {known}")


# --- validation ------------------------------------------------------------------------------------------------


def test_a_report_has_the_version_and_the_number_of_workouts_of_each_sport(both: Path) -> None:
    report = validate_library(both)

    assert (report.passed, report.problems, report.workout_count) == (True, (), 2)
    assert report.versions == {sport: load_library(both, sport).version for sport in Sport}
    assert report.version == report.versions[Sport.CYCLING]
    assert report.workout_counts == {Sport.CYCLING: 1, Sport.RUNNING: 1}
    assert report.good_sports == (Sport.CYCLING, Sport.RUNNING)


def test_the_version_of_a_folder_is_that_of_its_only_sport(both: Path) -> None:
    report = validate_library(both)
    alone = validate_library(write(both.parent / "alone", run_file_of(run()), EASY))

    assert alone.version == folder_version(alone.versions) == report.versions[Sport.RUNNING]
    assert folder_version(report.versions) not in report.versions.values()


def test_an_error_in_one_sport_leaves_the_others_good(both: Path) -> None:
    write(both, run_file_of(run(tss=1)), EASY)

    report = validate_library(both)

    assert [error.file for error in report.errors] == [EASY]
    assert report.good_sports == (Sport.CYCLING,)
    assert validate_library(both, sport=Sport.CYCLING).passed


def test_an_id_is_unique_across_sports(both: Path) -> None:
    write(both, run_file_of(run("thr_one")), EASY)
    assert [str(error) for error in validate_library(both).errors] == [
        f"{EASY}: thr_one: id: is already the id of a workout in cycling/threshold.yaml; choose another"
    ]
    assert load_library(both, Sport.RUNNING).workouts[0].id == "thr_one"


# --- numbers and files -----------------------------------------------------------------------------------------


def test_numbers_are_of_one_sport(both: Path) -> None:
    found = [library_stats(load_library(both, sport)) for sport in Sport]
    assert [(stats.sport, stats.workouts, list(stats.by_type)) for stats in found] == [
        (Sport.CYCLING, 1, [WorkoutType.THRESHOLD]),
        (Sport.RUNNING, 1, [WorkoutType.EASY]),
    ]


def test_workouts_of_several_sports_are_written_to_files_of_their_own(both: Path, tmp_path: Path) -> None:
    workouts = [each for sport in Sport for each in load_library(both, sport).workouts]

    for name, text in library_files(workouts).items():
        write(tmp_path / "again", text, name)

    assert validate_library(tmp_path / "again").versions == validate_library(both).versions
