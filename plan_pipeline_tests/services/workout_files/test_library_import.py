"""Collections of workout files as they are found: what is new becomes a library, and every other file has a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.formats.reading import ReadSession, UnreadableSessionError
from plan_pipeline.library import load_library, validate_library
from plan_pipeline.services.workout_files.library_import import (
    Imported,
    ImportReport,
    Known,
    LibraryImportError,
    check_new,
    import_workouts,
    write_library,
)
from plan_pipeline.services.workout_files.reading_files import FoundFile, read_session
from plan_pipeline_tests.core.builders import library_of, library_workout, real_config, step
from plan_pipeline_tests.formats.sessions import session_of, written

EMPTY = library_of()


def zwo(name: str, *steps: str) -> str:
    head = f"<workout_file><name>{name}</name><workout>"
    return f"{head}{''.join(steps)}</workout></workout_file>"


def steady(minutes: float, pct: float) -> str:
    return f'<SteadyState Duration="{minutes * 60:g}" Power="{pct / 100:g}"/>'


def sets(repeat: int, on_min: float, pct: float, off_min: float) -> str:
    return (
        f'<IntervalsT Repeat="{repeat}" OnDuration="{on_min * 60:g}" OffDuration="{off_min * 60:g}" '
        f'OnPower="{pct / 100:g}" OffPower="0.5"/>'
    )


def put(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def imported(*places: Path, library: Library = EMPTY, ftp_watts: float | None = None) -> Imported:
    return import_workouts(places, [Known(library, real_config())], ftp_watts=ftp_watts)


WARM, COOL = steady(10, 55), steady(10, 50)
THRESHOLD = zwo("Four eights", WARM, sets(4, 8, 97, 4), COOL)
RIDE = zwo("Ride", WARM, steady(60, 66), COOL)


def test_a_folder_becomes_a_library_that_validates_and_bad_files_stop_nothing(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "in",
        a__zwo=THRESHOLD,
        b__ZWO=RIDE,
        broken__zwo="<workout_file><workout>",
        bomb__zwo='<!DOCTYPE x [<!ENTITY a "b">]>' + RIDE,
        empty__fit=b"",
        notes__txt="Remember the bananas",
        picture__png=b"\x89PNG",
    )
    made = imported(folder)
    write_library(made.workouts, tmp_path / "out")

    report = made.report
    assert (report.files_in, report.imported) == (6, 2)
    assert [refused.file for refused in report.refused] == ["bomb.zwo", "broken.zwo", "empty.fit", "notes.txt"]
    assert all(refused.reason for refused in report.refused)
    assert validate_library(tmp_path / "out", {Sport.CYCLING: real_config()}).passed
    assert load_library(tmp_path / "out").workouts == tuple(sorted(made.workouts, key=lambda workout: workout.id))


def test_files_of_several_folders_are_told_by_their_whole_paths(tmp_path: Path) -> None:
    one, two = put(tmp_path / "one", a__zwo="<x/>"), put(tmp_path / "two", a__zwo="<x/>")
    assert [each.file for each in imported(one, two).report.refused] == [str(one / "a.zwo"), str(two / "a.zwo")]


def test_a_fault_in_a_reader_is_a_reason_and_stops_nothing(tmp_path: Path) -> None:
    class Faulty:
        suffixes = (".odd",)

        def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
            raise IndexError("no such step")

    path = put(tmp_path, a__odd="x") / "a.odd"
    with pytest.raises(UnreadableSessionError, match=r"was too much for its reader .IndexError: no such step.; report"):
        read_session(FoundFile(path, "a.odd", is_named=True), readers={".odd": Faulty()})


def test_texts_that_could_not_be_written_again_are_read_without_what_is_wrong_in_them(tmp_path: Path) -> None:
    step = '{"name": "Go \\ud800\\u0007", "length": {"value": 3600, "unit": "second"}, "targets": [{"minValue": 66}]}'
    put(tmp_path / "in", a__json=f'{{"title": "Ride \\udfff", "structure": [{step}]}}')
    made = imported(tmp_path / "in")
    write_library(made.workouts, tmp_path / "out")
    (workout,) = load_library(tmp_path / "out").workouts
    assert (workout.name, workout.segments[0].description) == ("Ride", "Go")


def test_what_was_repaired_is_told_by_file(tmp_path: Path) -> None:
    put(tmp_path, a__zwo=RIDE.replace("<name>", "<n>").replace("</name>", "</n>"), b__zwo=THRESHOLD)
    (repaired,) = imported(tmp_path).report.repaired
    assert (repaired.file, repaired.what) == ("a.zwo", "<n> was read as <name>")


def test_a_structure_that_a_file_before_has_is_a_duplicate_whatever_it_is_called(tmp_path: Path) -> None:
    longer = zwo("Other name", steady(15, 55), sets(5, 8, 97, 4), COOL)
    other = zwo("Other work", WARM, sets(4, 8, 98, 4), COOL)
    report = imported(put(tmp_path, a__zwo=THRESHOLD, b__zwo=longer, c__zwo=other)).report
    assert [(twin.file, twin.same_as) for twin in report.duplicates] == [("b.zwo", "four_eights")]
    assert report.imported == 2


@pytest.mark.parametrize("form", ["zwo", "mrc", "icu", "fit"])
def test_every_workout_of_the_library_is_known_again(form: str, tmp_path: Path, library: Library) -> None:
    for workout in library.workouts:
        if workout.type is not WorkoutType.STRENGTH:
            path = tmp_path / f"{workout.id}.{'txt' if form == 'icu' else form}"
            path.write_bytes(written(session_of(workout), form))
    report = imported(tmp_path, library=library).report
    assert report.imported == 0
    assert report.refused == ()
    assert len(report.duplicates) == report.files_in


def test_a_workout_of_the_library_that_may_not_change_is_another_at_another_length(tmp_path: Path) -> None:
    fixed = library_workout(step("endurance", 60, 66), strategy="fixed", id="ride_60")
    put(tmp_path, a__zwo=zwo("Same", steady(60, 66)), b__zwo=zwo("Longer", steady(90, 66)))
    report = imported(tmp_path, library=library_of(fixed)).report
    assert ([twin.same_as for twin in report.duplicates], report.imported) == (["ride_60"], 1)


def test_what_nobody_can_ride_is_refused_after_it_was_read(tmp_path: Path) -> None:
    put(
        tmp_path,
        a__zwo=zwo("Sprint", WARM, steady(0.1, 600), COOL),
        b__zwo=zwo("Hard", WARM, steady(300, 130), COOL),
        c__zwo=zwo("Long", steady(300, 60)),
    )
    report = imported(tmp_path).report
    assert [refused.reason.split(":")[0] for refused in report.refused] == ["nobody can ride it"] * 2
    assert report.imported == 1


def test_names_that_repeat_or_say_nothing_get_ids_of_their_own(tmp_path: Path) -> None:
    rides = {f"r{pct}__zwo": zwo("Ride" if pct < 70 else "../..", steady(60, pct)) for pct in (61, 65, 71, 73)}
    found = imported(put(tmp_path, **rides)).workouts
    assert [workout.id for workout in found] == ["ride", "ride_2", "workout", "workout_2"]


def test_sets_of_more_repeats_than_the_library_has_are_several(tmp_path: Path) -> None:
    made = imported(put(tmp_path, a__zwo=zwo("Many", WARM, sets(70, 0.25, 100, 0.25), COOL)))
    (workout,) = made.workouts
    assert workout.duration_min == 55


def test_links_to_files_elsewhere_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "elsewhere", secret__zwo=RIDE) / "secret.zwo"
    folder = put(tmp_path / "in", a__zwo=THRESHOLD)
    (folder / "b.zwo").symlink_to(secret)
    (refused,) = imported(folder).report.refused
    assert (refused.file, "cannot be read" in refused.reason) == ("b.zwo", True)


def test_files_in_watts_are_measured_by_the_threshold_given(tmp_path: Path) -> None:
    text = "[COURSE HEADER]\nMINUTES WATTS\n[END COURSE HEADER]\n[COURSE DATA]\n0 165\n60 165\n[END COURSE DATA]"
    put(tmp_path, a__erg=text)
    assert "--ftp" in imported(tmp_path).report.refused[0].reason
    (workout,) = imported(tmp_path, ftp_watts=250).workouts
    assert workout.segments[0].intensity_low_pct == 66


def test_nothing_to_import_and_a_folder_that_is_in_use_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryImportError, match="there are no workout files"):
        imported(tmp_path)
    put(tmp_path / "cycling", tempo__yaml="")
    with pytest.raises(LibraryImportError, match="holds cycling already; name a new or an empty folder"):
        check_new(tmp_path)
    (tmp_path / "empty").mkdir()
    check_new(tmp_path / "empty")
    check_new(tmp_path / "new")


def test_the_report_has_the_fields_that_programs_read() -> None:
    assert set(ImportReport.model_fields) >= {"files_in", "imported", "repaired", "refused", "duplicates"}
