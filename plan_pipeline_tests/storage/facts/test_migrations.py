"""Facts of every version are read as today's; those of a later one are refused with a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.core.model.vocabulary import LEGACY
from plan_pipeline.core.pipeline import generate_plan, origin_of, plan_facts
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.storage.data_folder import DataFolder, Mark, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.manifest import StoredPart
from plan_pipeline.storage.facts.migrations import MIGRATIONS, SCHEMA_VERSION, Migration, NewerFactsError, fact_queries
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.core.builders import STAMP, in_arm, real_config, real_library, rider
from plan_pipeline_tests.storage import samples

WEEKS_OF_VERSION_1 = """
    plan_id VARCHAR, generation_id VARCHAR, arm VARCHAR, experiment VARCHAR, library_version VARCHAR,
    code_version VARCHAR, generated_at TIMESTAMPTZ, week BIGINT, phase VARCHAR, week_type VARCHAR, training_days BIGINT,
    target_hours DOUBLE, selected_hours DOUBLE, adjusted_hours DOUBLE, final_hours DOUBLE, time_error_pct DOUBLE,
    target_tss DOUBLE, final_tss DOUBLE, tss_error_pct DOUBLE, scenario_used VARCHAR, auto_fixed BOOLEAN,
    fix_minutes DOUBLE, passed_before_fix BOOLEAN, passed BOOLEAN, infeasible BOOLEAN, structure_preserved BOOLEAN,
    errors VARCHAR
"""
GENERATIONS_OF_VERSION_1 = """
    plan_id VARCHAR, generation_id VARCHAR, arm VARCHAR, experiment VARCHAR, library_version VARCHAR,
    code_version VARCHAR, generated_at TIMESTAMPTZ, athlete_id VARCHAR, status VARCHAR, published BOOLEAN, weeks BIGINT,
    weeks_passed BIGINT, weeks_auto_fixed BIGINT, hours_per_week DOUBLE, target_hours DOUBLE, final_hours DOUBLE,
    mean_abs_time_error_pct DOUBLE, max_abs_time_error_pct DOUBLE, mean_abs_tss_error_pct DOUBLE, content_hash VARCHAR,
    reasons VARCHAR, overview_source VARCHAR, experience_level VARCHAR, run_id VARCHAR
"""
VERSION_1 = {FactTable.PLAN_WEEKS: WEEKS_OF_VERSION_1, FactTable.PLAN_GENERATIONS: GENERATIONS_OF_VERSION_1}


def write_version_1(data: DataFolder, table: FactTable, part: str, rows: Iterable[dict[str, object]]) -> Path:
    """A fact file as version 1 wrote it: the columns of its time, and nothing that says the version."""
    path = data.facts / table / f"part-{part}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE old ({VERSION_1[table]})")
        for row in rows:
            names = [name for (name, *_) in db.execute("DESCRIBE old").fetchall()]
            values = {name: row.get(name) for name in names}
            db.execute(f"INSERT INTO old VALUES ({', '.join(f'${name}' for name in names)})", values)
        db.execute(f"COPY old TO '{path}' (FORMAT parquet)")
    return path


def write_file(path: Path, select: str) -> StoredPart:
    """A Parquet file of a query, as a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as db:
        db.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return StoredPart(path.stem.removeprefix("part-"), path, Mark.of(path))


def rows_of(queries: Iterable[str], columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        return sorted(row for sql in queries for row in db.execute(f"SELECT {columns} FROM ({sql})").fetchall())


class TestVersion1:
    @pytest.mark.parametrize(
        ("week", "causes"),
        [
            ({"passed": True, "infeasible": False, "errors": None}, []),
            (
                {"errors": "Week 3: planned time 10.17 h is 21.8 % below the target of 13 h (limit 20 %)"},
                ["too_short"],
            ),
            (
                {
                    "errors": "Week 2: planned time 10.42 h is 34.9 % above the target of 8 h (limit 20 %); "
                    "Week 2: planned TSS 521 is 32.4 % below the target of 771 (limit 25 %)"
                },
                ["too_long", "tss_low"],
            ),
            ({"errors": "Week 1: planned TSS 30 is above the target of 0"}, ["tss_high"]),
            ({"errors": "Week 4: 'Ride' is on Monday, which is not a training day"}, ["structure"]),
            (
                {"errors": "Week 4: 'Ride' on Monday states 90 min, but its segments add up to 60 min"},
                ["structure"],
            ),
            ({"errors": "something else entirely"}, ["other"]),
            ({"errors": None}, ["other"]),
            (
                {"infeasible": True, "errors": "Week 3: planned time 2 h is 50 % below the target of 4 h (limit 20 %)"},
                ["infeasible"],
            ),
            ({"passed": True, "infeasible": True, "errors": None}, ["infeasible"]),
        ],
    )
    def test_the_causes_of_a_week_are_told_from_what_validation_said(
        self, data: DataFolder, week: dict[str, object], causes: list[str]
    ) -> None:
        row = {"plan_id": "rider-1", "week": 1, "passed": False, "infeasible": False, **week}
        write_version_1(data, FactTable.PLAN_WEEKS, "old", [row])
        refresh_warehouse(data, samples.library())

        assert query(data, "SELECT causes FROM plan_weeks")["causes"] == [causes]

    def test_what_validation_said_gives_the_causes_that_are_measured_today(self, data: DataFolder) -> None:
        asked = in_arm(rider(17, "mon, tue, wed, thu, sat, sun", weeks=16), LEGACY)
        made = generate_plan(asked, real_library(), real_config(), stamp=STAMP)
        today = plan_facts(made, real_config(), origin_of(asked, "v1", "c1", STAMP)).weeks
        assert any(row.causes for row in today), "the plan must have weeks that failed"
        write_version_1(data, FactTable.PLAN_WEEKS, "old", [row.model_dump(mode="json") for row in today])
        refresh_warehouse(data, samples.library())

        told = query(data, "SELECT causes FROM plan_weeks ORDER BY week")["causes"]
        assert told == [[cause.value for cause in row.causes] for row in today]

    def test_a_generation_was_real(self, data: DataFolder) -> None:
        old = samples.facts("rider-1", weeks=4).generation.model_dump(mode="json")
        write_version_1(data, FactTable.PLAN_GENERATIONS, "old", [old])
        refresh_warehouse(data, samples.library())

        assert query(data, "SELECT plan_id, simulated FROM current_plans").records() == [
            {"plan_id": "rider-1", "simulated": False}
        ]

    @pytest.mark.parametrize("table", [FactTable.PLAN_GENERATIONS, FactTable.PLAN_WEEKS])
    def test_all_that_was_planned_then_was_cycling(self, data: DataFolder, table: FactTable) -> None:
        facts = samples.facts("rider-1", weeks=4)
        rows = [facts.generation] if table is FactTable.PLAN_GENERATIONS else list(facts.weeks)
        write_version_1(data, table, "old", [row.model_dump(mode="json") for row in rows])
        refresh_warehouse(data, samples.library())

        assert query(data, f"SELECT DISTINCT sport FROM {table}")["sport"] == ["cycling"]

    def test_old_and_new_facts_are_read_together(self, data: DataFolder) -> None:
        old = [row.model_dump(mode="json") for row in samples.facts("rider-1", weeks=4, failed=[2]).weeks]
        write_version_1(data, FactTable.PLAN_WEEKS, "old", old)
        FactStore(data).write(
            FactTable.PLAN_WEEKS, "new", samples.facts("rider-2", weeks=4, failed=[3], failed_ride_min=60).weeks
        )
        refresh_warehouse(data, samples.library())

        failed = query(data, "SELECT plan_id, week, causes FROM plan_weeks WHERE NOT passed ORDER BY plan_id")
        assert failed.records() == [
            {"plan_id": "rider-1", "week": 2, "causes": ["other"]},
            {"plan_id": "rider-2", "week": 3, "causes": ["too_short"]},
        ]

    def test_facts_that_know_no_purpose_are_null_where_it_is_asked_for(self, data: DataFolder) -> None:
        made, goal = samples.facts("rider-1", weeks=4), purpose_of(samples.request(), real_config()).aim.id
        for table, rows in ((FactTable.PLAN_WEEKS, made.weeks), (FactTable.PLAN_GENERATIONS, [made.generation])):
            write_version_1(data, table, "old", [row.model_dump(mode="json") for row in rows])
        FactStore(data).write_all("new", [samples.facts("rider-2", weeks=4)])
        refresh_warehouse(data, samples.library())

        told = query(
            data, "SELECT DISTINCT plan_id, goal, config_version IS NULL AS unknown FROM plan_weeks ORDER BY 1"
        )
        assert told.records() == [
            {"plan_id": "rider-1", "goal": None, "unknown": True},
            {"plan_id": "rider-2", "goal": goal, "unknown": False},
        ]
        assert query(data, "SELECT goal, plans FROM pass_rates_by_goal ORDER BY goal NULLS FIRST").records() == [
            {"goal": None, "plans": 1},
            {"goal": goal, "plans": 1},
        ]

    def test_old_facts_can_be_added_to_a_warehouse_of_new_ones(self, data: DataFolder) -> None:
        FactStore(data).write_all("new", [samples.facts("rider-2", weeks=4)])
        refresh_warehouse(data, samples.library())
        row = samples.facts("rider-1", weeks=4, failed=[1]).weeks[0].model_dump(mode="json")
        write_version_1(data, FactTable.PLAN_WEEKS, "old", [row])
        refresh_warehouse(data, samples.library())

        assert query(data, "SELECT causes FROM plan_weeks WHERE plan_id = 'rider-1'")["causes"] == [["other"]]


HOURS_IN_MINUTES = Migration(
    "hours_in_minutes",
    FactTable.PLAN_WEEKS,
    to_version=8,
    reads={"minutes": "VARCHAR"},
    select="SELECT * EXCLUDE (minutes), minutes::DOUBLE / 60 AS target_hours FROM facts",
)
"""Version 7 kept the target as text in minutes, under another name."""

WEEK_NAMED = Migration(
    "week_named",
    FactTable.PLAN_WEEKS,
    to_version=9,
    reads={},
    select="SELECT * RENAME (week_number AS week) FROM facts",
)
OF_ANOTHER_TABLE = Migration("broken", FactTable.PLAN_WORKOUTS, to_version=8, reads={}, select="no SQL at all")
LATER = (WEEK_NAMED, HOURS_IN_MINUTES, OF_ANOTHER_TABLE)


class TestSteps:
    def test_a_column_that_was_renamed_and_retyped_is_read_through_every_step(self, tmp_path: Path) -> None:
        parts = [
            write_file(tmp_path / "part-a.parquet", "SELECT 7 AS schema_version, '450' AS minutes, 1 AS week_number"),
            write_file(
                tmp_path / "part-b.parquet", "SELECT 8 AS schema_version, 8.5::DOUBLE AS target_hours, 2 AS week_number"
            ),
            write_file(
                tmp_path / "part-c.parquet", "SELECT 9 AS schema_version, 9.0::DOUBLE AS target_hours, 3 AS week"
            ),
        ]
        with duckdb.connect() as db:
            queries = fact_queries(db, FactTable.PLAN_WEEKS, parts, migrations=LATER, version=9)

        assert rows_of(queries, "part, week, target_hours") == [("a", 1, 7.5), ("b", 2, 8.5), ("c", 3, 9.0)]

    def test_a_step_reads_null_where_an_old_file_lacks_its_column(self, tmp_path: Path) -> None:
        part = write_file(tmp_path / "part-a.parquet", "SELECT 7 AS schema_version, 1 AS week_number")
        with duckdb.connect() as db:
            queries = fact_queries(db, FactTable.PLAN_WEEKS, [part], migrations=LATER, version=9)

        assert rows_of(queries, "week, target_hours") == [(1, None)]

    def test_a_file_that_does_not_say_its_version_is_of_the_first(self, tmp_path: Path) -> None:
        since = Migration("since", FactTable.PLAN_WEEKS, 2, {}, "SELECT *, 'migrated' AS found FROM facts")
        part = write_file(tmp_path / "part-a.parquet", "SELECT 1 AS week")
        with duckdb.connect() as db:
            queries = fact_queries(db, FactTable.PLAN_WEEKS, [part], migrations=[since], version=2)

        assert rows_of(queries, "week, found") == [(1, "migrated")]

    def test_rows_that_do_not_say_their_version_are_of_the_first(self, tmp_path: Path) -> None:
        since = Migration("since", FactTable.PLAN_WEEKS, 2, {}, "SELECT *, 'migrated' AS found FROM facts")
        part = write_file(tmp_path / "part-a.parquet", "SELECT NULL::INTEGER AS schema_version, 1 AS week")
        with duckdb.connect() as db:
            queries = fact_queries(db, FactTable.PLAN_WEEKS, [part], migrations=[since], version=2)

        assert rows_of(queries, "week, found") == [(1, "migrated")]

    @pytest.mark.parametrize("versions", ["[1, 2]", "[2, NULL]"])
    def test_a_file_that_mixes_versions_is_named(self, tmp_path: Path, versions: str) -> None:
        part = write_file(tmp_path / "part-a.parquet", f"SELECT unnest({versions}) AS schema_version")
        with (
            duckdb.connect() as db,
            pytest.raises(StorageError, match=r"part-a.parquet holds rows of several versions"),
        ):
            fact_queries(db, FactTable.PLAN_WEEKS, [part])

    def test_an_empty_file_has_no_version_and_no_rows(self, tmp_path: Path) -> None:
        part = write_file(tmp_path / "part-a.parquet", "SELECT 1 AS week WHERE false")
        with duckdb.connect() as db:
            assert fact_queries(db, FactTable.PLAN_WEEKS, [part]) == []

    def test_every_step_leads_to_a_version_that_was_reached(self) -> None:
        assert all(1 < migration.to_version <= SCHEMA_VERSION for migration in MIGRATIONS)
        steps = [(migration.table, migration.to_version) for migration in MIGRATIONS]
        assert len(steps) == len(set(steps)), "two steps of one table to one version have no order"


class TestVersion2:
    OF_GENERATIONS = (
        FactTable.PLAN_GENERATIONS,
        FactTable.PLAN_WEEKS,
        FactTable.PLAN_WORKOUTS,
        FactTable.RULE_RESULTS,
        FactTable.STAGE_TIMINGS,
    )

    @pytest.mark.parametrize("table", OF_GENERATIONS)
    def test_a_row_without_a_sport_is_of_cycling(self, tmp_path: Path, table: FactTable) -> None:
        part = write_file(tmp_path / "part-a.parquet", "SELECT 2 AS schema_version, 'rider-1' AS plan_id")
        with duckdb.connect() as db:
            queries = fact_queries(db, table, [part])

        assert rows_of(queries, "plan_id, sport") == [("rider-1", "cycling")]

    def test_a_sport_that_a_row_names_stays(self, tmp_path: Path) -> None:
        part = write_file(tmp_path / "part-a.parquet", "SELECT 2 AS schema_version, 1 AS week, 'running' AS sport")
        with duckdb.connect() as db:
            queries = fact_queries(db, FactTable.PLAN_WEEKS, [part])

        assert rows_of(queries, "week, sport") == [(1, "running")]


class TestLaterVersions:
    def test_facts_of_a_later_version_are_refused_and_the_old_warehouse_stays(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-1", [samples.facts(weeks=4)])
        refresh_warehouse(data, samples.library())
        newer = f"SELECT {SCHEMA_VERSION + 1} AS schema_version, 'rider-2' AS plan_id"
        write_file(data.facts / "plan_weeks" / "part-tomorrow.parquet", newer)

        with pytest.raises(
            NewerFactsError,
            match=rf"part-tomorrow.parquet was written by a newer version of plan-pipeline \(its facts are of version "
            rf"{SCHEMA_VERSION + 1}, this program reads up to {SCHEMA_VERSION}\); update the program, or move the file",
        ):
            refresh_warehouse(data, samples.library())
        assert len(query(data, "FROM plan_weeks")) == 4

    def test_a_later_file_with_columns_of_other_types_is_refused_the_same_way(self, data: DataFolder) -> None:
        FactStore(data).write(FactTable.PLAN_WEEKS, "run-1", samples.facts(weeks=4).weeks)
        newer = f"SELECT {SCHEMA_VERSION + 1} AS schema_version, [1, 2] AS plan_id, {{'a': 1}} AS week"
        write_file(data.facts / "plan_weeks" / "part-tomorrow.parquet", newer)

        with pytest.raises(NewerFactsError, match=r"part-tomorrow.parquet"):
            refresh_warehouse(data, samples.library())


def test_what_is_written_today_says_so(data: DataFolder) -> None:
    path = FactStore(data).write(FactTable.PLAN_WEEKS, "run-1", samples.facts(weeks=4).weeks)

    assert path is not None
    with duckdb.connect() as db:
        found = db.execute("SELECT DISTINCT schema_version FROM read_parquet(?)", [str(path)]).fetchall()
    assert found == [(SCHEMA_VERSION,)]
