"""Compaction: fewer files, the same rows, at every moment and after a kill between any two steps."""

from __future__ import annotations

import datetime as dt
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.storage.data_folder import DataFolder, LockedError, file_lock
from plan_pipeline.storage.facts.compaction import CompactionStep, compact
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.migrations import fact_queries
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import Refresh, refresh_warehouse
from plan_pipeline_tests.storage import samples

PROJECT = Path(__file__).parents[3]
NOW = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=2)
WEEKS = FactTable.PLAN_WEEKS


@pytest.fixture
def facts(tmp_path: Path) -> FactStore:
    """Three runs of one plan each, of four weeks."""
    store = FactStore(DataFolder(tmp_path / "data"))
    for number in (1, 2, 3):
        store.write_all(f"run-{number}", [samples.facts(f"rider-{number}", weeks=4)])
    return store


def rows(store: FactStore, table: FactTable = WEEKS, columns: str = "plan_id, week") -> list[tuple[object, ...]]:
    """Every row that counts, in order."""
    with duckdb.connect() as db:
        queries = fact_queries(db, table, store.parts(table).values())
        return sorted(row for sql in queries for row in db.execute(f"SELECT {columns} FROM ({sql})").fetchall())


def names(store: FactStore, table: FactTable = WEEKS) -> list[str]:
    return sorted(path.name for path in store.folder(table).iterdir())


ALL_ROWS = [(f"rider-{number}", week) for number in (1, 2, 3) for week in (1, 2, 3, 4)]


class TestMerging:
    def test_many_files_become_one_with_the_same_rows(self, facts: FactStore) -> None:
        before = {table: rows(facts, table, ", ".join(table.columns)) for table in FactTable}
        done = compact(facts, now=NOW)

        assert done[WEEKS][:3] == (3, 1, 3)
        assert {table: rows(facts, table, ", ".join(table.columns)) for table in FactTable} == before
        assert [path.name[:7] for path in facts.files(WEEKS)] == ["merged-"]

    def test_every_row_still_says_its_part(self, facts: FactStore) -> None:
        compact(facts, now=NOW)

        assert rows(facts, WEEKS, "DISTINCT part, plan_id") == [(f"run-{n}", f"rider-{n}") for n in (1, 2, 3)]
        assert list(facts.parts(WEEKS)) == ["run-1", "run-2", "run-3"]

    def test_files_that_were_merged_stay_for_those_who_are_reading_them(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        compact(facts, now=NOW + dt.timedelta(minutes=59))

        assert len([name for name in names(facts) if name.startswith("part-")]) == 3

    def test_files_that_were_merged_long_enough_ago_are_removed(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        done = compact(facts, now=LATER)

        assert done[WEEKS].files_removed == 3
        assert [name[:7] for name in names(facts)] == ["manifes", "merged-"]
        assert rows(facts) == ALL_ROWS

    def test_a_file_alone_is_left_as_it_is(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        before = facts.files(WEEKS)

        assert compact(facts, now=LATER)[WEEKS].parts_merged == 0
        assert facts.files(WEEKS) == before

    def test_new_parts_are_merged_with_those_merged_before(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        facts.write_all("run-4", [samples.facts("rider-4", weeks=4)])
        compact(facts, now=LATER)

        assert len(facts.files(WEEKS)) == 1
        assert rows(facts) == ALL_ROWS + [("rider-4", week) for week in (1, 2, 3, 4)]

    def test_one_table_can_be_compacted_alone(self, facts: FactStore) -> None:
        assert list(compact(facts, [WEEKS], now=NOW)) == [WEEKS]
        assert len(facts.files(FactTable.PLAN_WORKOUTS)) == 3

    def test_older_facts_are_merged_as_todays(self, facts: FactStore) -> None:
        new = facts.files(WEEKS)[0]
        with duckdb.connect() as db:
            db.execute(
                f"COPY (SELECT * EXCLUDE (causes, schema_version) REPLACE ('old' AS plan_id, false AS passed) "
                f"FROM read_parquet('{new}')) TO '{new.with_name('part-old.parquet')}' (FORMAT parquet)"
            )
        compact(facts, now=NOW)

        assert rows(facts, WEEKS, "DISTINCT plan_id, causes")[0] == ("old", ["other"])

    def test_a_folder_without_files_is_no_trouble(self, tmp_path: Path) -> None:
        store = FactStore(DataFolder(tmp_path / "data"))

        assert compact(store, now=NOW)[WEEKS] == (0, 0, 0, 0)

    def test_two_compactions_at_once_are_refused(self, facts: FactStore) -> None:
        lock = facts.data.facts / ".compaction.lock"
        with (
            file_lock(lock, timeout_s=1, holder="the test"),
            pytest.raises(LockedError, match=r"facts are being compacted"),
        ):
            compact(facts, now=NOW)


class TestWritingAgain:
    def test_a_part_that_is_written_again_replaces_its_merged_rows(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        facts.write_all("run-2", [samples.facts("rider-2", weeks=6)])

        assert rows(facts) == sorted([*ALL_ROWS, ("rider-2", 5), ("rider-2", 6)])

    def test_a_part_that_is_written_without_rows_loses_its_merged_ones(self, facts: FactStore) -> None:
        compact(facts, now=NOW, grace_s=0)
        facts.write(WEEKS, "run-2", [])

        assert rows(facts) == [row for row in ALL_ROWS if row[0] != "rider-2"]
        assert "run-2" not in facts.parts(WEEKS)

    def test_rows_that_were_replaced_are_left_out_of_the_next_merged_file(self, facts: FactStore) -> None:
        compact(facts, now=NOW, grace_s=0)
        facts.write(WEEKS, "run-2", samples.facts("rider-2", weeks=5).weeks)
        facts.write(WEEKS, "run-3", [])
        compact(facts, now=LATER, grace_s=0)

        (path,) = facts.files(WEEKS)
        with duckdb.connect() as db:
            assert db.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall() == [(9,)]

    def test_a_part_that_is_written_again_while_its_old_file_waits_is_not_removed(self, facts: FactStore) -> None:
        compact(facts, now=NOW)
        facts.write(WEEKS, "run-1", samples.facts("rider-1", weeks=7).weeks)
        compact(facts, [FactTable.PLAN_WORKOUTS], now=LATER)
        compact(facts, now=LATER + dt.timedelta(hours=2))

        assert len([row for row in rows(facts) if row[0] == "rider-1"]) == 7

    def test_a_part_that_is_written_again_while_it_is_merged_counts_as_it_was_written_last(
        self, facts: FactStore
    ) -> None:
        def meanwhile(step: CompactionStep) -> None:
            if step is CompactionStep.MERGED:
                facts.write(WEEKS, "run-1", samples.facts("rider-1", weeks=5).weeks)
                facts.write(WEEKS, "run-2", [])

        compact(facts, [WEEKS], now=NOW, grace_s=0, after_step=meanwhile)

        assert rows(facts) == [("rider-1", week) for week in range(1, 6)] + ALL_ROWS[-4:]

    def test_a_library_that_was_merged_is_not_written_again(self, facts: FactStore) -> None:
        facts.write_library(samples.library("v1"))
        facts.write_library(samples.library("v2"))
        compact(facts, now=NOW, grace_s=0)
        (merged,) = facts.files(FactTable.LIBRARY_WORKOUTS)

        assert facts.write_library(samples.library("v1")) == merged
        assert facts.files(FactTable.LIBRARY_WORKOUTS) == (merged,)


class TestRestoring:
    """A copy has other inodes than the manifest says, and perhaps other times."""

    def test_facts_that_were_copied_while_merged_files_waited_to_be_removed_are_there_once(
        self, facts: FactStore, tmp_path: Path
    ) -> None:
        compact(facts, now=NOW)
        facts.write_all("run-4", [samples.facts("rider-4", weeks=4)])
        shutil.copytree(facts.data.root, tmp_path / "restored", copy_function=shutil.copyfile)
        restored = FactStore(DataFolder(tmp_path / "restored"))

        assert rows(restored) == rows(facts)
        compact(restored, now=LATER)
        compact(restored, now=LATER + dt.timedelta(hours=2))
        assert rows(restored) == rows(facts)


class TestWarehouse:
    def test_a_warehouse_has_nothing_to_do_after_a_compaction(self, facts: FactStore) -> None:
        refresh_warehouse(facts.data, samples.library())
        compact(facts, now=NOW, grace_s=0)

        assert refresh_warehouse(facts.data, samples.library()).how is Refresh.UNCHANGED

    def test_parts_that_were_merged_before_they_were_loaded_are_added(self, facts: FactStore) -> None:
        refresh_warehouse(facts.data, samples.library())
        facts.write_all("run-4", [samples.facts("rider-4", weeks=4)])
        compact(facts, now=NOW, grace_s=0)

        assert refresh_warehouse(facts.data, samples.library()).how is Refresh.EXTENDED
        assert len(query(facts.data, "FROM plan_weeks")) == 16

    def test_a_warehouse_is_built_from_merged_files(self, facts: FactStore) -> None:
        compact(facts, now=NOW, grace_s=0)
        facts.write_all("run-2", [samples.facts("rider-2", weeks=6)])

        assert refresh_warehouse(facts.data, samples.library()).rows["plan_weeks"] == 14


COMPACT_UNTIL = """
import datetime as dt, os, signal, sys
from pathlib import Path
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.compaction import compact
from plan_pipeline.storage.facts.fact_store import FactStore, FactTable

steps = []
def after_step(step):
    steps.append(step)
    if len(steps) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

compact(
    FactStore(DataFolder(Path(sys.argv[1]))), [FactTable.PLAN_WEEKS], now=dt.datetime.fromisoformat(sys.argv[3]),
    after_step=after_step,
)
print(",".join(steps))
"""


def compact_until(store: FactStore, steps: int, now: dt.datetime) -> subprocess.CompletedProcess[str]:
    """Compact in another process, which is killed after so many steps."""
    command = [sys.executable, "-c", COMPACT_UNTIL, str(store.data.root), str(steps), now.isoformat()]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def before_merging(store: FactStore) -> None:
    """Three parts, none of them merged."""


def before_removing(store: FactStore) -> None:
    """Two parts merged and waiting to be removed, one that was merged and written again, and a new one."""
    compact(store, [WEEKS], now=NOW)
    store.write(WEEKS, "run-3", samples.facts("rider-3", weeks=4).weeks)
    store.write(WEEKS, "run-4", samples.facts("rider-4", weeks=4).weeks)


class TestKills:
    @pytest.mark.parametrize(
        ("prepare", "expected"),
        [
            (before_merging, [CompactionStep.MERGED, CompactionStep.LISTED]),
            (
                before_removing,
                [
                    CompactionStep.MERGED,
                    CompactionStep.LISTED,
                    CompactionStep.REMOVED,
                    CompactionStep.REMOVED,
                    CompactionStep.FORGOTTEN,
                ],
            ),
        ],
    )
    def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(
        self, tmp_path: Path, prepare: Callable[[FactStore], None], expected: list[CompactionStep]
    ) -> None:
        for kill_after in range(1, len(expected) + 1):
            store = FactStore(DataFolder(tmp_path / f"data-{kill_after}"))
            for number in (1, 2, 3):
                store.write(WEEKS, f"run-{number}", samples.facts(f"rider-{number}", weeks=4).weeks)
            prepare(store)
            truth = rows(store)
            killed = compact_until(store, kill_after, LATER)
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            assert rows(store) == truth, f"killed after step {kill_after}"

            steps: list[CompactionStep] = []
            compact(store, [WEEKS], now=LATER + dt.timedelta(hours=2), after_step=steps.append)
            compact(store, [WEEKS], now=LATER + dt.timedelta(hours=4))
            assert rows(store) == truth, f"compacted again after step {kill_after}"
            assert (CompactionStep.CLEARED in steps) == (expected[kill_after - 1] is CompactionStep.MERGED)
            assert [name[:7] for name in names(store)] == ["manifes", "merged-"], "something was left behind"

    def test_a_merged_file_that_no_manifest_lists_is_cleared_away(self, facts: FactStore) -> None:
        left = facts.folder(WEEKS) / "merged-of-a-killed-compaction.parquet"
        left.write_bytes(b"PAR1")
        compact(facts, [WEEKS], now=NOW)

        assert not left.exists()
        assert rows(facts) == ALL_ROWS

    def test_the_steps_are_those_that_are_killed_at(self, facts: FactStore) -> None:
        done = compact_until(facts, 0, NOW)

        assert done.stdout.strip().split(",") == ["merged", "listed"]


class TestGenerationsThatAreRecorded:
    GENERATIONS = tuple((f"rider-{number}", f"run-{number}") for number in (1, 2, 3))

    @pytest.fixture
    def recorded(self, tmp_path: Path) -> FactStore:
        """Three runs, each the only one to have written facts of its plan."""
        store = FactStore(DataFolder(tmp_path / "data"))
        for plan_id, run in self.GENERATIONS:
            store.write_all(f"{run}-from-{plan_id}", [samples.facts(plan_id, generation_id=run, weeks=4)])
        return store

    def test_are_found_where_they_were_written_and_after_merging(self, recorded: FactStore) -> None:
        assert recorded.recorded(self.GENERATIONS) == set(self.GENERATIONS)
        compact(recorded, now=NOW)
        assert recorded.recorded(self.GENERATIONS) == set(self.GENERATIONS)

    def test_are_none_of_another_plan_or_run(self, recorded: FactStore) -> None:
        assert recorded.recorded([("rider-1", "run-2"), ("rider-1", "run-4")]) == set()
