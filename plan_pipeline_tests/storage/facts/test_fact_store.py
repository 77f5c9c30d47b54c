"""Rows as Parquet: fixed types, whole files, one a run and table."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.core.measures.week_metrics import GenerationMetrics, Origin, WeekMetrics
from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.facts.fact_store import BESIDE_GENERATIONS, FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable, PlanChange, sql_type
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.model_calls.calls import call


@pytest.fixture
def facts(tmp_path: Path) -> FactStore:
    return FactStore(DataFolder(tmp_path / "data"))


def described(path: Path) -> dict[str, str]:
    with duckdb.connect() as db:
        rows = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    return {row[0]: row[1] for row in rows}


def read(path: Path, columns: str = "*") -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        return db.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)]).fetchall()


class TestSchema:
    def test_columns_are_the_fields_of_the_row_model_in_order(self) -> None:
        assert list(FactTable.PLAN_WEEKS.columns) == list(WeekMetrics.model_fields)
        assert list(FactTable.PLAN_WEEKS.columns)[: len(Origin.model_fields)] == list(Origin.model_fields)

    @pytest.mark.parametrize("table", [each for each in FactTable if each is not FactTable.PLAN_CONFIRMATIONS])
    def test_a_file_has_the_types_of_its_table_and_its_version_whatever_the_rows_hold(
        self, facts: FactStore, table: FactTable
    ) -> None:
        rows = {
            FactTable.PLAN_GENERATIONS: [samples.infeasible_facts("rider-1").generation],
            FactTable.PLAN_WEEKS: samples.facts().weeks,
            FactTable.PLAN_WORKOUTS: samples.facts().workouts,
            FactTable.RULE_RESULTS: samples.facts().rules,
            FactTable.STAGE_TIMINGS: samples.facts().timings,
            FactTable.PLAN_CHANGES: [PlanChange(plan_id="p", change_id="c", changed_at=samples.NOON, change="retired")],
            FactTable.INSTANCE_STATES: [samples.instance_state()],
            FactTable.LLM_CALLS: [call()],
        }
        path = (
            facts.write_library(samples.library())
            if table is FactTable.LIBRARY_WORKOUTS
            else facts.write(table, "run-1", rows[table])
        )

        assert path is not None
        assert described(path) == {
            name: kind.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for name, kind in table.columns.items()
        } | {"schema_version": "INTEGER"}

    def test_columns_that_are_null_in_every_row_keep_their_type(self, facts: FactStore) -> None:
        path = facts.write(FactTable.PLAN_GENERATIONS, "run-1", [samples.infeasible_facts("rider-1").generation])

        assert path is not None
        assert read(path, "content_hash, mean_abs_time_error_pct") == [(None, None)]
        assert described(path)["mean_abs_time_error_pct"] == "DOUBLE"

    @pytest.mark.parametrize(
        ("annotation", "expected"),
        [
            (str, "VARCHAR"),
            (str | None, "VARCHAR"),
            (bool, "BOOLEAN"),
            (int, "BIGINT"),
            (float | None, "DOUBLE"),
            (dt.datetime, "TIMESTAMPTZ"),
            (FactTable, "VARCHAR"),
            (tuple[str, ...], "VARCHAR[]"),
        ],
    )
    def test_a_type_follows_from_the_annotation(self, annotation: object, expected: str) -> None:
        assert sql_type(annotation) == expected

    @pytest.mark.parametrize("annotation", [dict[str, int], object, int | str])
    def test_an_annotation_without_a_column_type_is_an_error(self, annotation: object) -> None:
        with pytest.raises((TypeError, ValueError)):
            sql_type(annotation)


class TestValues:
    def test_rows_come_back_as_they_were(self, facts: FactStore) -> None:
        rows = samples.facts(weeks=4, failed=[2]).weeks
        path = facts.write(FactTable.PLAN_WEEKS, "run-1", rows)

        assert path is not None
        columns = FactTable.PLAN_WEEKS.columns
        back = [WeekMetrics(**dict(zip(columns, row, strict=True))) for row in read(path, ", ".join(columns))]
        assert back == list(rows)

    def test_a_generation_comes_back_as_it_was(self, facts: FactStore) -> None:
        row = samples.facts(weeks=4, failed=[2], experiment="exp-1").generation
        path = facts.write(FactTable.PLAN_GENERATIONS, "run-1", [row])

        assert path is not None
        columns = FactTable.PLAN_GENERATIONS.columns
        back = GenerationMetrics(**dict(zip(columns, read(path, ", ".join(columns))[0], strict=True)))
        assert back == row

    def test_instants_are_the_same_instant_from_any_time_zone(self, facts: FactStore) -> None:
        in_berlin = samples.NOON.astimezone(dt.timezone(dt.timedelta(hours=1)))
        path = facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts(weeks=4, generated_at=in_berlin).weeks)

        assert path is not None
        assert read(path, "DISTINCT generated_at::TIMESTAMP") == [(dt.datetime(2027, 1, 4, 12),)]

    def test_a_library_is_kept_once_a_version_with_the_lengths_its_workouts_can_have(self, facts: FactStore) -> None:
        first = facts.write_library(samples.library("v1"))
        again = facts.write_library(samples.library("v1", names=["other"]))
        second = facts.write_library(samples.library("v2"))

        assert first == again and first is not None
        assert facts.files(FactTable.LIBRARY_WORKOUTS) == (first, second)
        assert read(first, "id, phases, duration_min, min_duration_min, max_duration_min") == [
            ("ride_easy", ["base", "build"], 60.0, 30.0, 200.0),
            ("ride_hard", ["base", "build"], 60.0, 30.0, 200.0),
        ]


class TestFiles:
    def test_each_table_gets_one_file_a_run(self, facts: FactStore) -> None:
        paths = facts.write_all("run-1", [samples.facts("rider-1"), samples.facts("rider-2")])

        assert paths == {
            table: facts.data.facts / table / "part-run-1.parquet"
            for table in (FactTable.PLAN_GENERATIONS, *BESIDE_GENERATIONS)
        }
        assert read(paths[FactTable.PLAN_WEEKS], "count(*), count(DISTINCT plan_id)") == [(24, 2)]

    def test_writing_a_part_again_replaces_it(self, facts: FactStore) -> None:
        facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts(weeks=12).weeks)
        path = facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts(weeks=4).weeks)

        assert path is not None
        assert facts.files(FactTable.PLAN_WEEKS) == (path,)
        assert read(path, "count(*)") == [(4,)]

    def test_a_part_without_rows_has_no_file_and_removes_the_one_it_had(self, facts: FactStore) -> None:
        facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts().weeks)

        assert facts.write(FactTable.PLAN_WEEKS, "run-1", []) is None
        assert facts.files(FactTable.PLAN_WEEKS) == ()

    def test_a_request_that_cannot_be_met_leaves_a_generation_and_no_weeks(self, facts: FactStore) -> None:
        paths = facts.write_all("run-1", [samples.infeasible_facts("rider-1")])

        assert list(paths) == [FactTable.PLAN_GENERATIONS]

    @pytest.mark.parametrize("part", ["", "../x", "a/b", ".hidden", "a b", "a" * 129])
    def test_a_part_never_becomes_a_path(self, facts: FactStore, part: str) -> None:
        with pytest.raises(UnsafePathError, match=r"is not usable in a file name"):
            facts.write(FactTable.PLAN_WEEKS, part, samples.facts().weeks)
        assert not facts.data.root.exists()

    def test_a_folder_name_with_a_quote_is_no_trouble(self, tmp_path: Path) -> None:
        facts = FactStore(DataFolder(tmp_path / "rider's 'data'"))

        assert facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts().weeks) is not None

    def test_a_facts_folder_that_links_elsewhere_is_refused(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "facts").symlink_to(outside)

        with pytest.raises(UnsafePathError, match=r"is a link to"):
            FactStore(DataFolder(tmp_path / "data")).write(FactTable.PLAN_WEEKS, "run-1", samples.facts().weeks)
        assert list(outside.iterdir()) == []

    def test_what_a_writer_has_not_finished_does_not_count_and_goes_when_it_is_old(self, facts: FactStore) -> None:
        path = facts.write(FactTable.PLAN_WEEKS, "run-1", samples.facts().weeks)
        assert path is not None
        dead, alive = path.with_name(".part-run-2.parquet.1-a.tmp"), path.with_name(".part-run-3.parquet.2-b.tmp")
        for leftover in (dead, alive):
            leftover.write_bytes(b"PAR1")
        os.utime(dead, (0, 0))

        assert facts.files(FactTable.PLAN_WEEKS) == (path,)
        assert facts.sweep() == 1
        assert alive.exists() and not dead.exists()

    def test_before_the_first_run_there_are_no_files(self, facts: FactStore) -> None:
        assert facts.files(FactTable.PLAN_WEEKS) == ()
