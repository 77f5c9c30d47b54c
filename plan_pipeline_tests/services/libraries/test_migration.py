"""A migration into a folder: the backup, the folder as a whole, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.library import load_library
from plan_pipeline.library.migration.migrate import LegacyLibraryError
from plan_pipeline.library.migration.report import MigrationReport
from plan_pipeline.services.libraries.migration import migrate_into
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.library.migration.legacy_libraries import endurance, library, workout


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return written(tmp_path / "old.json", library(workout(), endurance(), None))


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content))
    return path


def migrate(source: Path, output: Path, report: Path | None = None) -> MigrationReport:
    return migrate_into(source, output, real_config(), report=report)


def test_the_new_folder_has_the_library_the_backup_and_the_report(old: Path, tmp_path: Path) -> None:
    report = migrate(old, tmp_path / "new", tmp_path / "reports" / "r.json")

    new = tmp_path / "new"
    assert load_library(new).version == report.library_version
    assert (new / "old_backup.json").read_bytes() == old.read_bytes()
    assert (new / "migration_report.json").read_bytes() == (tmp_path / "reports" / "r.json").read_bytes()
    assert (new / "schema.json").is_file()
    assert json.loads((new / "migration_report.json").read_text())["workouts_in"] == 3


def test_the_old_library_is_not_touched(old: Path, tmp_path: Path) -> None:
    before = (old.read_bytes(), old.stat().st_mtime_ns)
    migrate(old, tmp_path / "new")
    assert (old.read_bytes(), old.stat().st_mtime_ns) == before


def test_an_earlier_migration_is_kept_beside_the_new_one(old: Path, tmp_path: Path) -> None:
    for _ in range(3):
        migrate(old, tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"old.json", "new", "new_backup", "new_backup_2"}


def test_a_folder_that_holds_something_else_is_left_alone(old: Path, tmp_path: Path) -> None:
    (tmp_path / "new" / "cycling").mkdir(parents=True)
    (tmp_path / "new" / "cycling" / "tempo.yaml").write_text("by hand")
    with pytest.raises(LegacyLibraryError, match="holds cycling, which no migration wrote"):
        migrate(old, tmp_path / "new")
    assert (tmp_path / "new" / "cycling" / "tempo.yaml").read_text() == "by hand"


def test_an_empty_folder_is_filled(old: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert migrate(old, tmp_path / "new").workouts_out == 2


def test_where_no_workout_can_be_kept_there_is_a_report_and_no_library(tmp_path: Path) -> None:
    old = written(tmp_path / "old.json", library({}, None, 7))
    report = migrate(old, tmp_path / "new", tmp_path / "r.json")
    assert (report.workouts_in, report.workouts_out, len(report.rejected)) == (3, 0, 3)
    assert (tmp_path / "r.json").is_file() and not (tmp_path / "new").exists()


@pytest.mark.parametrize("source", ["nowhere.json", "."])
def test_a_source_that_cannot_be_read_is_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(LegacyLibraryError, match=r"does not exist|cannot be read"):
        migrate(tmp_path / source, tmp_path / "new")


def test_what_is_no_legacy_library_leaves_no_trace(tmp_path: Path) -> None:
    old = written(tmp_path / "old.json", {"version": "2.0", "workouts": [workout()]})
    with pytest.raises(LegacyLibraryError, match=r"old\.json: version: '2\.0'"):
        migrate(old, tmp_path / "new", tmp_path / "r.json")
    assert [path.name for path in tmp_path.iterdir()] == ["old.json"]
