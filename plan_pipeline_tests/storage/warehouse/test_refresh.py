"""A refresh adds what is new to a copy of the last warehouse, and builds it anew where that would not be right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import Refresh, WarehouseReport, refresh_warehouse
from plan_pipeline.storage.warehouse.warehouse_file import copy_file
from plan_pipeline_tests.storage import samples


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A warehouse of one run."""
    folder = DataFolder(tmp_path / "data")
    FactStore(folder).write_all("run-1", [samples.facts("rider-1", weeks=4)])
    refreshed(folder)
    return folder


def refreshed(data: DataFolder) -> WarehouseReport:
    return refresh_warehouse(data, samples.library())


def weeks_by_plan(data: DataFolder) -> dict[str, int]:
    counted = query(data, "SELECT plan_id, count(*) AS n FROM plan_weeks GROUP BY ALL ORDER BY ALL")
    return dict(zip(counted["plan_id"], counted["n"], strict=True))


def edited(data: DataFolder, sql: str) -> None:
    """Change the published file in place, as nobody should."""
    data.warehouse.chmod(0o644)
    with duckdb.connect(str(data.warehouse)) as db:
        db.execute(sql)


class TestAdding:
    def test_the_first_warehouse_is_built_from_everything(self, tmp_path: Path) -> None:
        report = refreshed(DataFolder(tmp_path / "new"))

        assert (report.how, report.reason) == (Refresh.REBUILT, "there is none yet")

    def test_new_facts_are_added_to_what_there_is(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        report = refreshed(data)

        assert (report.how, report.reason) == (Refresh.EXTENDED, None)
        assert report.rows["plan_weeks"] == 10
        assert weeks_by_plan(data) == {"rider-1": 4, "rider-2": 6}

    def test_without_new_facts_the_file_stays_the_same(self, data: DataFolder) -> None:
        before = data.warehouse.stat()
        report = refreshed(data)

        assert (report.how, report.rows["plan_weeks"]) == (Refresh.UNCHANGED, 4)
        after = data.warehouse.stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_what_is_added_to_is_the_same_as_what_is_built_anew(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6, failed=[2])])
        refreshed(data)
        relations = query(data, "SHOW TABLES")["name"]
        compared = [name for name in relations if name != "warehouse_build"]
        added = {name: query(data, f"FROM {name} ORDER BY ALL").records() for name in compared}
        dictionary = query(data, "FROM data_dictionary").records()
        data.warehouse.unlink()
        assert refreshed(data).how is Refresh.REBUILT

        assert {name: query(data, f"FROM {name} ORDER BY ALL").records() for name in compared} == added
        assert query(data, "FROM data_dictionary").records() == dictionary

    def test_a_new_version_of_the_library_is_added(self, data: DataFolder) -> None:
        report = refresh_warehouse(data, samples.library("v2"))

        assert (report.how, report.rows["library_workouts"]) == (Refresh.EXTENDED, 4)

    @pytest.mark.slow
    def test_a_hundred_runs_one_by_one_are_all_there_once(self, data: DataFolder) -> None:
        for number in range(2, 101):
            made = samples.facts(f"r-{number}", weeks=4)
            FactStore(data).write(FactTable.PLAN_WEEKS, f"run-{number}", made.weeks)
            FactStore(data).write(FactTable.PLAN_GENERATIONS, f"run-{number}", [made.generation])
            if number % 10 == 0:
                assert refreshed(data).how is Refresh.EXTENDED

        assert set(weeks_by_plan(data).values()) == {4}
        assert len(weeks_by_plan(data)) == 100

    def test_the_file_says_what_it_holds_and_when_it_was_refreshed(self, data: DataFolder) -> None:
        parts = query(data, "SELECT part FROM loaded_parts WHERE table_name = 'plan_weeks'")["part"]
        build = query(data, "FROM warehouse_build").records()[0]
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        refreshed(data)
        later = query(data, "FROM warehouse_build").records()[0]

        assert parts == ["run-1"]
        assert build["built_at"] == build["refreshed_at"] == later["built_at"] < later["refreshed_at"]


class TestBuildingAnew:
    def test_a_part_that_was_written_again(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-1", [samples.facts("rider-1", weeks=5)])
        report = refreshed(data)

        assert report.how is Refresh.REBUILT
        assert report.reason == "part run-1 of plan_generations was written again"
        assert weeks_by_plan(data) == {"rider-1": 5}

    def test_a_part_that_is_gone(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        refreshed(data)
        for table in FactTable:
            (data.facts / table / "part-run-2.parquet").unlink(missing_ok=True)
        report = refreshed(data)

        assert (report.how, report.reason) == (Refresh.REBUILT, "part run-2 of plan_generations is gone")
        assert weeks_by_plan(data) == {"rider-1": 4}

    def test_a_file_that_was_edited(self, data: DataFolder) -> None:
        edited(data, "DELETE FROM plan_weeks")
        report = refreshed(data)

        assert (report.how, report.reason) == (Refresh.REBUILT, "the last one was edited after it was published")
        assert weeks_by_plan(data) == {"rider-1": 4}

    def test_a_file_that_was_built_by_another_version(self, data: DataFolder) -> None:
        modified = data.warehouse.stat().st_mtime_ns
        edited(data, "UPDATE warehouse_build SET fingerprint = 'of another version'")
        os.utime(data.warehouse, ns=(modified, modified))
        report = refreshed(data)

        assert (report.how, report.reason) == (Refresh.REBUILT, "the last one is of another version")

    @pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
    def test_a_file_that_is_damaged(self, data: DataFolder, content: bytes) -> None:
        data.warehouse.unlink()
        data.warehouse.write_bytes(content)
        report = refreshed(data)

        assert report.how is Refresh.REBUILT
        assert report.reason is not None
        assert report.reason.startswith("the last one cannot be read")
        assert weeks_by_plan(data) == {"rider-1": 4}

    def test_a_file_whose_tables_are_damaged_inside(self, data: DataFolder) -> None:
        modified = data.warehouse.stat().st_mtime_ns
        edited(data, "ALTER TABLE plan_weeks DROP COLUMN errors")
        os.utime(data.warehouse, ns=(modified, modified))
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        report = refreshed(data)

        assert report.how is Refresh.REBUILT
        assert report.reason is not None
        assert report.reason.startswith("the last one cannot be added to")
        assert weeks_by_plan(data) == {"rider-1": 4, "rider-2": 6}

    def test_a_bad_file_among_new_facts_is_named_and_the_last_warehouse_stays(self, data: DataFolder) -> None:
        FactStore(data).write_all("bad", [samples.facts("rider-2", weeks=4)])
        bad = data.facts / "plan_weeks" / "part-bad.parquet"
        bad.write_bytes(b"PAR1 but not really")

        with pytest.raises(StorageError, match=r"part-bad.parquet cannot be read .*; restore it, or move it out"):
            refresh_warehouse(data, samples.library(), strict=True)
        assert weeks_by_plan(data) == {"rider-1": 4}
        assert sorted(path.name for path in data.root.iterdir()) == [".warehouse.lock", "facts", "warehouse.duckdb"]


WRITE_BY_MISTAKE = """
import os, signal, sys, duckdb
db = duckdb.connect(sys.argv[1])
db.execute("DELETE FROM plan_weeks")
print("deleted", flush=True)
if sys.argv[2] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.readline()
"""


def write_by_mistake(data: DataFolder, then: str) -> subprocess.Popen[str]:
    """A session that opened the published file for writing and deleted all its weeks; it dies or waits."""
    data.warehouse.chmod(0o644)
    session = subprocess.Popen(
        [sys.executable, "-c", WRITE_BY_MISTAKE, str(data.warehouse), then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert session.stdout is not None
    assert session.stdout.readline() == "deleted\n"
    return session


class TestMistakes:
    def test_what_a_session_wrote_by_mistake_before_it_crashed_is_gone_after_the_next_refresh(
        self, data: DataFolder
    ) -> None:
        with write_by_mistake(data, "die") as session:
            session.wait()
        left = [path.name for path in data.root.glob("*.wal")]
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        refreshed(data)

        assert left == ["warehouse.duckdb.wal"]
        assert weeks_by_plan(data) == {"rider-1": 4, "rider-2": 6}
        assert list(data.root.glob("*.wal")) == []

    def test_a_session_that_holds_the_file_for_writing_does_not_stop_the_next_one(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
        with write_by_mistake(data, "wait") as session:
            report = refreshed(data)
            counted = weeks_by_plan(data)
            assert session.stdin is not None
            session.stdin.write("\n")

        assert report.how is Refresh.REBUILT
        assert counted == weeks_by_plan(data) == {"rider-1": 4, "rider-2": 6}


class TestCopies:
    def test_a_copy_has_every_byte(self, tmp_path: Path) -> None:
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(os.urandom(3_000_001))
        copy_file(source, target)

        assert target.read_bytes() == source.read_bytes()

    def test_a_copy_never_replaces_a_file(self, tmp_path: Path) -> None:
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(b"new")
        target.write_bytes(b"old")

        with pytest.raises(FileExistsError):
            copy_file(source, target)
        assert target.read_bytes() == b"old"
