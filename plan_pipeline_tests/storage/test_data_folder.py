"""Where files may lie, and that a file is whole or not there."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import (
    DataFolder,
    LockedError,
    UnsafePathError,
    file_lock,
    sweep,
    write_atomically,
)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_page_of_an_experiment_lies_among_the_reports(tmp_path: Path) -> None:
    assert DataFolder(tmp_path).report("lengths-2027") == tmp_path / "reports" / "lengths-2027.html"


def test_a_plan_folder_that_links_to_another_plan_is_refused(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    (data.plans / "rider-2").mkdir(parents=True)
    (data.plans / "rider-1").symlink_to("rider-2")

    with pytest.raises(UnsafePathError, match=r"is a link to"):
        data.plan_folder("rider-1")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_a_place_is_made_of_plain_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafePathError, match=r"is not the name of a file or folder"):
        DataFolder(tmp_path).place("facts", name)


def test_nothing_is_created_by_looking(tmp_path: Path) -> None:
    DataFolder(tmp_path / "data").plan_folder("rider-1")

    assert not (tmp_path / "data").exists()


def test_writing_replaces_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "plan.json"
    write_atomically(path, b"a longer first content")
    write_atomically(path, b"second")

    assert path.read_bytes() == b"second"
    assert names_in(path.parent) == ["plan.json"]


def test_a_reader_keeps_the_content_it_opened(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_atomically(path, b"first")

    with path.open("rb") as reader:
        write_atomically(path, b"second")

        assert reader.read() == b"first"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()  # a folder cannot be replaced by a file

    with pytest.raises(OSError, match=r"plan.json"):
        write_atomically(tmp_path / "plan.json", b"new")

    assert names_in(tmp_path) == ["plan.json"]


def test_leftovers_are_swept_only_when_they_are_old(tmp_path: Path) -> None:
    old, young, real = tmp_path / ".plan.json.1-a.tmp", tmp_path / ".plan.json.2-b.tmp", tmp_path / "plan.json"
    for path in (old, young, real):
        path.write_bytes(b"part")
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    os.utime(real, (hours_ago, hours_ago))

    assert sweep(tmp_path) == 1
    assert names_in(tmp_path) == [".plan.json.2-b.tmp", "plan.json"]


def test_sweeping_takes_a_folder_that_a_killed_writer_left_with_all_that_is_in_it(tmp_path: Path) -> None:
    left = tmp_path / ".warehouse.duckdb.tmp.tmp"
    left.mkdir()
    (left / "duckdb_temp_storage-0.tmp").touch()
    assert sweep(tmp_path, older_than_s=0) == 1
    assert not list(tmp_path.iterdir())


def test_sweeping_a_folder_that_is_not_there_finds_nothing(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none") == 0


def test_a_lock_that_is_held_is_an_error_that_names_its_holder(tmp_path: Path) -> None:
    path = tmp_path / ".lock"

    with (
        file_lock(path, timeout_s=1, holder="the first writer"),
        pytest.raises(LockedError, match=r"the first writer; waited 0.05 s, try again when it has finished"),
        file_lock(path, timeout_s=0.05, holder="the first writer"),
    ):
        pass


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(ZeroDivisionError), file_lock(path, timeout_s=1, holder="x"):
        _ = 1 / 0

    with file_lock(path, timeout_s=0, holder="x"):
        pass


def test_a_shared_lock_is_held_by_several_at_once(tmp_path: Path) -> None:
    path = tmp_path / ".lock"

    with (
        file_lock(path, timeout_s=0, holder="a", shared=True),
        file_lock(path, timeout_s=0, holder="b", shared=True),
    ):
        pass


@pytest.mark.parametrize("first_is_shared", [True, False])
def test_a_shared_lock_and_an_exclusive_one_shut_each_other_out(tmp_path: Path, first_is_shared: bool) -> None:
    path = tmp_path / ".lock"

    with (
        file_lock(path, timeout_s=0, holder="the first", shared=first_is_shared),
        pytest.raises(LockedError, match=r"the first"),
        file_lock(path, timeout_s=0, holder="the first", shared=not first_is_shared),
    ):
        pass
