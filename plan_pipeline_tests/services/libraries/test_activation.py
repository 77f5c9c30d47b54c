"""Activating a library and going back: what is in force, for whom, and what no accident may change."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from pathlib import Path

import pytest

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.library import LibraryError
from plan_pipeline.services.libraries.activation import (
    SHIPPED,
    Changed,
    LibraryChangeError,
    activate_library,
    roll_back_library,
)
from plan_pipeline.services.libraries.in_force import ChosenBy, library_in_force
from plan_pipeline.services.sources import LibrarySource
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.library_record import HISTORY, read_library_history
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.library import samples

NOW = dt.datetime(2027, 3, 1, 6, tzinfo=dt.UTC)


def a_library(folder: Path, name: str = "one") -> Path:
    return samples.write(folder / name, samples.file_of(samples.workout(f"thr_{name}")))


def activate(data: DataFolder, folder: Path) -> Changed:
    return activate_library(data, folder, {Sport.CYCLING: real_config()}, now=NOW, by="coach@desk")


def roll_back(data: DataFolder, to: str | None = None) -> Changed:
    return roll_back_library(data, to=to, now=NOW, by="coach@desk")


def ids_in_force(data: DataFolder) -> list[str]:
    return [workout.id for workout in LibrarySource.of(Settings(data=data.root)).load(Sport.CYCLING).workouts]


def test_without_an_activation_the_shipped_library_is_in_force(data: DataFolder) -> None:
    assert library_in_force(Settings(data=data.root)).chosen_by is ChosenBy.DEFAULT


def test_an_activated_library_is_in_force_for_whoever_asks_next(data: DataFolder, tmp_path: Path) -> None:
    source = LibrarySource.of(Settings(data=data.root))
    shipped = source.load(Sport.CYCLING)

    done = activate(data, a_library(tmp_path))

    assert [workout.id for workout in source.load(Sport.CYCLING).workouts] == ["thr_one"]
    assert source.load(Sport.CYCLING).version == done.change.version != shipped.version
    assert (done.change.by, done.change.at, done.change.source) == ("coach@desk", NOW, str(tmp_path / "one"))


def test_a_library_that_a_setting_names_goes_before_an_activated_one(data: DataFolder, tmp_path: Path) -> None:
    activate(data, a_library(tmp_path))
    named = a_library(tmp_path, "named")
    in_force = library_in_force(Settings(data=data.root, library=named))
    assert (in_force.folder, in_force.chosen_by) == (named, ChosenBy.SETTING)


def test_a_library_in_the_environment_goes_before_an_activated_one(
    data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(data, a_library(tmp_path))
    monkeypatch.setenv("PLAN_PIPELINE_LIBRARY", str(a_library(tmp_path, "named")))
    assert library_in_force(Settings(data=data.root)).chosen_by is ChosenBy.SETTING


def test_later_edits_of_the_folder_or_its_deletion_change_nothing(data: DataFolder, tmp_path: Path) -> None:
    folder = a_library(tmp_path)
    activate(data, folder)
    shutil.rmtree(folder)
    assert ids_in_force(data) == ["thr_one"]


def test_a_run_keeps_the_library_that_it_began_with(data: DataFolder, tmp_path: Path) -> None:
    source = LibrarySource.of(Settings(data=data.root))
    first, second = (Stamp(generation_id=name, generated_at=NOW, code_version="1") for name in ("g1", "g2"))
    activate(data, a_library(tmp_path))
    source.for_run(first, Sport.CYCLING)

    activate(data, a_library(tmp_path, "two"))

    assert source.for_run(first, Sport.CYCLING).workouts[0].id == "thr_one"
    assert source.for_run(second, Sport.CYCLING).workouts[0].id == "thr_two"


def test_a_library_that_does_not_validate_is_refused_with_every_reason(data: DataFolder, tmp_path: Path) -> None:
    wrong = samples.workout(tss=1, duration_min=2)
    broken = samples.write(tmp_path / "broken", samples.file_of(wrong))
    with pytest.raises(LibraryError, match="2 problems") as refused:
        activate(data, broken)
    assert "states 1 but the parts give 36" in str(refused.value)
    assert not data.library.exists()


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_a_library_is_refused(data: DataFolder, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError, match=name):
        activate(data, tmp_path / name)


def test_the_library_in_force_is_not_activated_again(data: DataFolder, tmp_path: Path) -> None:
    folder = a_library(tmp_path)
    activate(data, folder)
    assert activate(data, folder).is_new is False
    assert len(read_library_history(data).changes) == 1


def test_a_damaged_copy_is_replaced_when_its_library_is_activated_again(data: DataFolder, tmp_path: Path) -> None:
    folder = a_library(tmp_path)
    place = activate(data, folder).change.place
    assert place is not None
    shutil.rmtree(data.library / "versions" / place / "cycling")

    assert activate(data, folder).change.place == f"{place}-2"
    assert ids_in_force(data) == ["thr_one"]


# --- going back --------------------------------------------------------------------------------------------------


def test_each_rollback_undoes_one_activation_down_to_the_shipped_library(data: DataFolder, tmp_path: Path) -> None:
    activate(data, a_library(tmp_path))
    activate(data, a_library(tmp_path, "two"))

    roll_back(data)
    assert ids_in_force(data) == ["thr_one"]
    roll_back(data)
    assert library_in_force(Settings(data=data.root)).chosen_by is ChosenBy.DEFAULT
    with pytest.raises(LibraryChangeError, match="there is nothing before"):
        roll_back(data)
    assert [change.action for change in read_library_history(data).changes] == [*["activate"] * 2, *["rollback"] * 2]


def test_a_rollback_to_the_shipped_library_can_be_undone_itself(data: DataFolder, tmp_path: Path) -> None:
    activate(data, a_library(tmp_path))
    assert roll_back(data, to=SHIPPED).change.version is None
    roll_back(data)
    assert ids_in_force(data) == ["thr_one"]


def test_any_version_of_the_history_can_be_returned_to(data: DataFolder, tmp_path: Path) -> None:
    first = activate(data, a_library(tmp_path)).change.version
    activate(data, a_library(tmp_path, "two"))
    activate(data, a_library(tmp_path, "three"))
    roll_back(data, to=first)
    assert ids_in_force(data) == ["thr_one"]
    roll_back(data)
    assert ids_in_force(data) == ["thr_three"]


def test_a_version_that_never_was_in_force_is_refused_with_those_that_were(data: DataFolder, tmp_path: Path) -> None:
    version = activate(data, a_library(tmp_path)).change.version
    with pytest.raises(LibraryChangeError, match=f"use {version} or shipped"):
        roll_back(data, to="abc")


def test_without_an_activation_there_is_nothing_to_undo(data: DataFolder) -> None:
    with pytest.raises(LibraryChangeError, match="no library was activated"):
        roll_back(data)


def test_a_version_whose_copy_is_gone_is_not_returned_to(data: DataFolder, tmp_path: Path) -> None:
    first = activate(data, a_library(tmp_path)).change
    activate(data, a_library(tmp_path, "two"))
    assert first.place is not None
    shutil.rmtree(data.library / "versions" / first.place)
    with pytest.raises(LibraryChangeError, match="missing or damaged"):
        roll_back(data)
    assert ids_in_force(data) == ["thr_two"]


# --- accidents ---------------------------------------------------------------------------------------------------


def test_activations_at_the_same_time_follow_one_another(data: DataFolder, tmp_path: Path) -> None:
    folders = [a_library(tmp_path, f"l{number}") for number in range(6)]
    threads = [threading.Thread(target=activate, args=(data, folder)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    changes = read_library_history(data).changes
    assert [change.number for change in changes] == [1, 2, 3, 4, 5, 6]
    assert [change.before for change in changes] == [0, 1, 2, 3, 4, 5]
    assert ids_in_force(data) == [f"thr_{Path(changes[-1].source or '').name}"]


@pytest.mark.parametrize("killed_after", ["copying", "storing"])
def test_an_activation_that_is_killed_halfway_changes_nothing(
    data: DataFolder, tmp_path: Path, killed_after: str
) -> None:
    first = a_library(tmp_path)
    activate(data, first)
    process = os.fork()
    if process == 0:
        from plan_pipeline.services.libraries import activation
        from plan_pipeline.storage import library_record

        place = activation if killed_after == "storing" else library_record
        name = "append_change" if killed_after == "storing" else "sync_folder"
        setattr(place, name, lambda *_: os._exit(9))
        activate(data, a_library(tmp_path, "two"))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9

    assert ids_in_force(data) == ["thr_one"]
    activate(data, a_library(tmp_path, "two"))
    assert ids_in_force(data) == ["thr_two"]


def test_a_damaged_record_stops_whoever_asks_and_puts_nothing_in_its_place(data: DataFolder, tmp_path: Path) -> None:
    activate(data, a_library(tmp_path))
    (data.library / HISTORY).write_text("{")
    with pytest.raises(StorageError, match="put an earlier copy of the file back"):
        LibrarySource.of(Settings(data=data.root)).load(Sport.CYCLING)
    with pytest.raises(StorageError):
        activate(data, a_library(tmp_path, "two"))


def test_the_version_of_a_library_of_several_sports_is_that_of_all_of_them(data: DataFolder, tmp_path: Path) -> None:
    folder = a_library(tmp_path)
    alone = activate(data, folder).change
    samples.write(folder, samples.run_file_of(samples.run()), "running/easy.yaml")

    both = activate(data, folder)

    assert (both.is_new, both.change.workouts) == (True, 2)
    assert both.change.version != alone.version
    source = LibrarySource.of(Settings(data=data.root))
    assert source.load(Sport.CYCLING).version == alone.version
    assert [workout.id for workout in source.load(Sport.RUNNING).workouts] == ["easy_one"]
    assert not activate(data, folder).is_new
    assert roll_back(data).change.version == alone.version


def test_a_library_is_refused_for_an_error_in_any_of_its_sports(data: DataFolder, tmp_path: Path) -> None:
    folder = a_library(tmp_path)
    samples.write(folder, samples.run_file_of(samples.run(tss=1)), "running/easy.yaml")
    with pytest.raises(LibraryError, match=r"running/easy\.yaml: easy_one: tss"):
        activate(data, folder)
