"""A damaged or unusable state of Dagster is one line with the file and a remedy that works."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.orchestration.dagster_internals.state_files import (
    LONGEST_PATH,
    MADE_WITHIN_S,
    check_home,
    damaged_files,
    problem_of,
)
from plan_pipeline.orchestration.launch import LaunchError, dagster_instance
from plan_pipeline.storage.data_folder import DataFolder

FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a state that was in use."""
    root = tmp_path_factory.mktemp("whole")
    use(DataFolder(root))
    return root


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(shutil.copytree(whole, tmp_path / "data"))


def use(data: DataFolder) -> None:
    with dagster_instance(data) as instance:
        instance.get_runs()
        instance.get_materialized_partitions(dg.AssetKey("final_plan"))
        instance.all_instigator_state()
        instance.report_runless_asset_event(dg.AssetMaterialization("workout_library"))


def halve(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def blank_out(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:8192] + bytes(len(content) - 8192))


def empty(file: Path) -> None:
    file.write_bytes(b"")
    long_ago = time.time() - MADE_WITHIN_S - 1
    os.utime(file, (long_ago, long_ago))


def overwrite(file: Path) -> None:
    file.write_text("not a database\n" * 500)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [halve, overwrite, empty])
def test_a_damaged_file_is_named_and_the_remedy_works(
    damage: Callable[[Path], None], name: str, data: DataFolder
) -> None:
    file = data.root / ".dagster" / name
    damage(file)
    with pytest.raises(LaunchError) as raised:
        use(data)
    message = str(raised.value)
    assert message.startswith(f"{file} is damaged (")
    assert "\n" not in message
    assert f"mv '{file}' '{file}.damaged'" in message

    file.rename(f"{file}.damaged")
    use(data)


def test_damage_that_shows_only_in_use_is_named_too(data: DataFolder) -> None:
    file = data.root / ".dagster" / "history" / "runs.db"
    blank_out(file)
    assert check_home(data.root / ".dagster") is None
    with pytest.raises(LaunchError, match=f"^{file} is damaged"):
        use(data)


def test_the_log_of_a_single_run_harms_no_other(data: DataFolder) -> None:
    log = data.root / ".dagster" / "history" / "runs" / "01234567-89ab-cdef-0123-456789abcdef.db"
    overwrite(log)
    use(data)
    assert [found.file for found in damaged_files(data.root / ".dagster")] == [log]


def test_a_file_that_another_program_has_just_made_is_not_damaged(data: DataFolder) -> None:
    (data.root / ".dagster" / "history" / "runs.db").write_bytes(b"")
    assert not list(damaged_files(data.root / ".dagster"))


def test_a_state_that_is_whole_has_no_damage(data: DataFolder) -> None:
    assert not list(damaged_files(data.root / ".dagster", thorough=True))


def test_a_path_that_is_too_long_for_sqlite_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "/".join(["long" * 20] * 6))
    assert len(str(data.root)) > LONGEST_PATH
    with pytest.raises(LaunchError, match=rf"characters and SQLite takes {LONGEST_PATH}; name a folder with a shorter"):
        use(data)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("attempt to write a readonly database", "it is read-only"),
        ("unable to open database file", "a file of it cannot be opened"),
        ("database is locked", "another program keeps it locked"),
    ],
)
def test_a_state_that_cannot_be_used_is_said_to_be_so(said: str, what: str, tmp_path: Path) -> None:
    error = RuntimeError("Dagster failed")
    error.__cause__ = sqlite3.OperationalError(said)
    assert str(problem_of(error, tmp_path)).startswith(
        f"{tmp_path}: Dagster's state cannot be used, {what}; check that"
    )


def test_an_error_of_another_kind_is_not_the_states(data: DataFolder) -> None:
    assert problem_of(ValueError("database disk image is malformed"), data.root / ".dagster") is None
