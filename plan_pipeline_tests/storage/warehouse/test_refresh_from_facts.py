"""What analysts open: complete, explained, never half-written, and only ever read."""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.core.registries import ARMS
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.warehouse.queries import QueryError, WarehouseMissingError, query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline.storage.warehouse.warehouse_file import data_dictionary
from plan_pipeline_tests.storage import samples

TABLES = {"library_workouts", "plan_generations", "plan_weeks", "plan_workouts", "rule_results", "stage_timings"}
VIEWS = {
    "current_plans",
    "current_plan_weeks",
    "plan_instances",
    "pass_rates",
    "rule_breaches",
    "ab_comparison",
    "week_failures",
    "failure_taxonomy",
    "strata",
}


def built(data: DataFolder, *facts: object) -> DataFolder:
    FactStore(data).write_all("run-1", facts)  # type: ignore[arg-type]
    refresh_warehouse(data, samples.library())
    return data


def rows(data: DataFolder, sql: str) -> list[dict[str, object]]:
    return query(data, sql).records()


def one(data: DataFolder, sql: str) -> dict[str, object]:
    (row,) = rows(data, sql)
    return row


class TestContent:
    def test_before_any_fact_every_relation_exists_and_is_empty(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library())

        names = set(query(data, "SHOW TABLES")["name"])
        assert names >= TABLES | VIEWS
        for name in (TABLES | VIEWS) - {"library_workouts"}:
            assert len(query(data, f"FROM {name}")) == 0, name
        assert query(data, "FROM plan_weeks").columns == tuple(FactTable.PLAN_WEEKS.columns)

    def test_the_report_says_what_was_built(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-1", [samples.facts(weeks=4)])
        report = refresh_warehouse(data, samples.library())

        assert report.path == data.warehouse
        assert report.rows == {
            "plan_generations": 1,
            "plan_weeks": 4,
            "plan_workouts": 12,
            "rule_results": 1,
            "stage_timings": 1,
            "plan_confirmations": 0,
            "plan_changes": 0,
            "instance_states": 0,
            "llm_calls": 0,
            "library_workouts": 2,
        }
        assert 0 < report.seconds < 60

    def test_every_relation_and_column_explains_itself(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library())

        silent = query(data, "FROM data_dictionary WHERE meaning IS NULL OR meaning = ''")
        assert silent.rows == []
        unexplained = """
            SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND database_name = 'warehouse'
            UNION ALL
            SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal AND database_name = 'warehouse'
        """
        assert rows(data, unexplained) == []
        uncommented = """
            SELECT table_name, column_name FROM duckdb_columns()
            WHERE coalesce(comment, '') = '' AND NOT internal AND database_name = 'warehouse'
        """
        assert rows(data, uncommented) == []

    def test_no_text_explains_what_is_not_there(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library())
        dictionary = query(data, "FROM data_dictionary")
        columns = {
            name for each in dictionary.records() for name in (each["column"], f"{each['relation']}.{each['column']}")
        }

        assert set(data_dictionary()["columns"]) <= columns
        assert set(data_dictionary()["relations"]) == set(dictionary["relation"])

    def test_a_column_that_means_something_else_in_one_relation_says_what_there(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library())

        meanings = rows(
            data,
            "SELECT relation, meaning FROM data_dictionary WHERE \"column\" = 'weeks' "
            "AND relation IN ('plan_generations', 'rule_results') ORDER BY relation",
        )
        assert [row["meaning"] for row in meanings] == [
            "Number of weeks.",
            "Weeks that break the rule, such as 3, 7; null where none does.",
        ]

    def test_older_versions_of_the_library_stay(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library("v1"))
        refresh_warehouse(data, samples.library("v2", names=["new_ride"]))

        assert rows(data, "SELECT library_version, id FROM library_workouts ORDER BY ALL") == [
            {"library_version": "v1", "id": "ride_easy"},
            {"library_version": "v1", "id": "ride_hard"},
            {"library_version": "v2", "id": "new_ride"},
        ]

    def test_facts_written_before_a_column_was_added_are_still_read(self, data: DataFolder) -> None:
        new = FactStore(data).write_all("new", [samples.facts("rider-2", weeks=4)])[FactTable.PLAN_WEEKS]
        FactStore(data).write(FactTable.PLAN_GENERATIONS, "an-old-run", [samples.facts("rider-1").generation])
        old = new.with_name("part-an-old-run.parquet")
        with duckdb.connect() as db:
            db.execute(
                f"COPY (SELECT * EXCLUDE (fix_minutes, errors) REPLACE ('rider-1' AS plan_id), 7 AS dropped "
                f"FROM '{new}') TO '{old}' (FORMAT parquet)"
            )
        refresh_warehouse(data, samples.library())

        assert rows(
            data, "SELECT plan_id, count(*) AS n, count(fix_minutes) AS f FROM plan_weeks GROUP BY 1 ORDER BY 1"
        ) == [
            {"plan_id": "rider-1", "n": 4, "f": 0},
            {"plan_id": "rider-2", "n": 4, "f": 4},
        ]

    def test_a_fact_file_that_cannot_be_read_is_named_and_the_old_warehouse_stays(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4))
        bad = data.facts / "plan_generations" / "part-bad.parquet"
        bad.write_bytes(b"PAR1 but not really")

        with pytest.raises(StorageError, match=r"part-bad.parquet cannot be read .*; restore it, or move it out"):
            refresh_warehouse(data, samples.library(), strict=True)
        assert len(query(data, "FROM plan_weeks")) == 4

    def test_a_folder_name_with_a_quote_is_no_trouble(self, tmp_path: Path) -> None:
        data = built(DataFolder(tmp_path / "rider's 'data'"), samples.facts(weeks=4))

        assert len(query(data, "FROM plan_weeks")) == 4

    def test_what_the_tests_build_keeps_the_contract(self, data: DataFolder) -> None:
        PlanStore(data).publish(samples.plan())
        built(data, samples.facts())

        names = set(query(data, "SELECT table_name FROM information_schema.tables")["table_name"])
        assert names >= TABLES | VIEWS
        promised = (
            "plan_id generation_id arm week phase training_days target_hours selected_hours adjusted_hours final_hours "
            "time_error_pct target_tss final_tss tss_error_pct scenario_used auto_fixed fix_minutes passed_before_fix "
            "passed infeasible structure_preserved library_version code_version generated_at"
        )
        assert set(promised.split()) <= set(query(data, "FROM plan_weeks").columns)


class TestCurrentPlans:
    def test_the_latest_published_generation_is_the_current_plan(self, data: DataFolder) -> None:
        later = samples.NOON + dt.timedelta(days=1)
        built(
            data,
            samples.facts("rider-1", "gen-2", weeks=4, generated_at=later),
            samples.facts("rider-1", "gen-1", weeks=4),
            samples.facts("rider-2", "gen-1", weeks=4),
        )

        assert rows(data, "SELECT plan_id, generation_id FROM current_plans ORDER BY 1") == [
            {"plan_id": "rider-1", "generation_id": "gen-2"},
            {"plan_id": "rider-2", "generation_id": "gen-1"},
        ]

    def test_a_rejected_generation_leaves_the_plan_before_it_current(self, data: DataFolder) -> None:
        later = samples.NOON + dt.timedelta(days=1)
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4),
            samples.facts("rider-1", "gen-2", weeks=4, failed=[3], generated_at=later),
        )

        assert one(data, "SELECT generation_id FROM current_plans") == {"generation_id": "gen-1"}

    def test_the_current_weeks_are_those_of_the_current_plans(self, data: DataFolder) -> None:
        later = samples.NOON + dt.timedelta(days=1)
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=6),
            samples.facts("rider-1", "gen-2", weeks=4, generated_at=later),
            samples.facts("rider-2", "gen-3", weeks=4, failed=[1]),
        )

        assert rows(data, "SELECT plan_id, generation_id, week FROM current_plan_weeks ORDER BY week") == [
            {"plan_id": "rider-1", "generation_id": "gen-2", "week": week} for week in (1, 2, 3, 4)
        ]


class TestPassRates:
    def test_each_arm_has_a_row(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED),
            samples.facts("rider-1", "gen-2", weeks=4, arm=LEGACY, failed=[1, 2]),
            samples.facts("rider-2", "gen-3", weeks=4, arm=LEGACY),
        )

        columns = (
            "arm, plans, plans_published, plans_rejected, weeks, pass_rate_before_fix_pct, pass_rate_after_fix_pct"
        )
        assert rows(data, f"SELECT {columns} FROM pass_rates") == [
            dict(zip(columns.split(", "), ("adjusted", 1, 1, 0, 4, 100.0, 100.0), strict=True)),
            dict(zip(columns.split(", "), ("legacy", 2, 1, 1, 8, 75.0, 75.0), strict=True)),
        ]

    def test_errors_are_means_of_absolute_values(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-1", weeks=4, failed=[1]))  # week 1 has 3.5 h of 4

        row = one(data, "SELECT mean_abs_time_error_pct, max_abs_time_error_pct FROM pass_rates")
        assert row == {"mean_abs_time_error_pct": 12.5 / 4, "max_abs_time_error_pct": 12.5}

    def test_infeasible_weeks_are_counted_apart_and_are_no_failures(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-1", weeks=4, infeasible=[1, 2]))

        assert one(data, "SELECT weeks, feasible_weeks, infeasible_weeks, pass_rate_after_fix_pct FROM pass_rates") == {
            "weeks": 4,
            "feasible_weeks": 2,
            "infeasible_weeks": 2,
            "pass_rate_after_fix_pct": 100.0,
        }

    def test_infeasible_plans_are_reported_though_they_have_no_weeks(self, data: DataFolder) -> None:
        built(data, samples.infeasible_facts("rider-1", weeks=12), samples.facts("rider-2", weeks=4))

        columns = "plans, plans_published, plans_infeasible, weeks, weeks_of_infeasible_plans, pass_rate_after_fix_pct"
        row = one(data, f"SELECT {columns} FROM pass_rates")
        assert list(row.values()) == [2, 1, 1, 4, 12, 100.0]

    def test_an_arm_of_infeasible_plans_alone_has_no_rate(self, data: DataFolder) -> None:
        built(data, samples.infeasible_facts("rider-1"))

        row = one(data, "SELECT plans_infeasible, weeks, pass_rate_after_fix_pct FROM pass_rates")
        assert (row["plans_infeasible"], row["weeks"]) == (1, 0)
        assert pd.isna(row["pass_rate_after_fix_pct"])

    def test_a_plan_counts_once_however_often_it_was_generated(self, data: DataFolder) -> None:
        nights = [samples.NOON + dt.timedelta(days=day) for day in range(5)]
        built(data, *(samples.facts("rider-1", f"gen-{i}", weeks=4, generated_at=t) for i, t in enumerate(nights)))

        assert one(data, "SELECT plans, weeks FROM pass_rates") == {"plans": 1, "weeks": 4}


class TestRuleBreaches:
    def test_a_rule_has_its_share_of_broken_plans_and_how_many_were_waived(self, data: DataFolder) -> None:
        broken, waived = samples.rule_result("monotony", 3), samples.rule_result("monotony", 2, waived=True)
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, rules=[broken]),
            samples.facts("rider-2", "gen-2", weeks=4, rules=[waived]),
            samples.facts("rider-3", "gen-3", weeks=4, rules=[samples.rule_result("monotony", waived=True)]),
            samples.facts("rider-4", "gen-4", weeks=4, rules=[samples.rule_result("monotony")]),
        )

        assert one(data, "FROM rule_breaches") == {
            "arm": "adjusted",
            "rule_id": "monotony",
            "rule_version": 1,
            "severity": "warning",
            "evidence": "convention",
            "threshold": "≤ 2",
            "plans": 4,
            "plans_broken": 2,
            "broken_pct": 50.0,
            "plans_waived": 1,
        }

    def test_only_the_latest_generation_of_a_plan_counts(self, data: DataFolder) -> None:
        tomorrow = samples.NOON + dt.timedelta(days=1)
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, rules=[samples.rule_result("monotony", 3)]),
            samples.facts("rider-1", "gen-2", weeks=4, rules=[samples.rule_result("monotony")], generated_at=tomorrow),
        )

        assert one(data, "SELECT plans, plans_broken FROM rule_breaches") == {"plans": 1, "plans_broken": 0}

    def test_arms_and_versions_of_a_rule_are_kept_apart(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED),
            samples.facts("rider-1", "gen-2", weeks=4, arm=LEGACY),
            samples.facts("rider-2", "gen-3", weeks=4, arm=LEGACY, rules=[samples.rule_result(version=2)]),
        )

        assert rows(data, "SELECT arm, rule_version, plans FROM rule_breaches ORDER BY ALL") == [
            {"arm": "adjusted", "rule_version": 1, "plans": 1},
            {"arm": "legacy", "rule_version": 1, "plans": 1},
            {"arm": "legacy", "rule_version": 2, "plans": 1},
        ]

    def test_the_severity_is_that_of_the_weightiest_breach(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, rules=[samples.rule_result("zones", severity="note")]),
            samples.facts("rider-2", "gen-2", weeks=4, rules=[samples.rule_result("zones", 1, severity="warning")]),
        )

        assert one(data, "SELECT severity FROM rule_breaches") == {"severity": "warning"}

    def test_a_rejected_plan_is_held_against_the_rules_too(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4, failed=[2], rules=[samples.rule_result("rest-days", 2, severity="error")]))

        assert one(data, "SELECT rule_id, plans_broken FROM rule_breaches") == {
            "rule_id": "rest-days",
            "plans_broken": 1,
        }


class TestComparison:
    def test_a_pair_of_arms_has_a_row_for_each_metric(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED),
            samples.facts("rider-1", "gen-2", weeks=4, arm=LEGACY, failed=[1]),
        )

        found = {row["metric"]: row for row in rows(data, "FROM ab_comparison")}
        assert set(found) == {
            "pass_rate_before_fix_pct",
            "pass_rate_after_fix_pct",
            "auto_fixed_pct",
            "structure_preserved_pct",
            "mean_abs_time_error_pct",
            "mean_abs_tss_error_pct",
        }
        rate = found["pass_rate_after_fix_pct"]
        assert (rate["arm_a"], rate["arm_b"]) == ("adjusted", "legacy")
        assert (rate["mean_a"], rate["mean_b"], rate["difference"]) == (100.0, 75.0, -25.0)
        assert (rate["paired_weeks"], rate["paired_difference"]) == (4, -25.0)

    def test_arms_that_planned_for_different_people_have_no_pairs(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED),
            samples.facts("rider-2", "gen-2", weeks=4, arm=LEGACY),
        )

        for row in rows(data, "FROM ab_comparison"):
            assert row["paired_weeks"] == 0 and pd.isna(row["paired_difference"])

    def test_a_week_that_one_arm_could_not_meet_is_left_out_of_the_pairs(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED),
            samples.facts("rider-1", "gen-2", weeks=4, arm=LEGACY, infeasible=[1]),
        )

        row = one(data, "FROM ab_comparison WHERE metric = 'pass_rate_after_fix_pct'")
        assert (row["weeks_a"], row["weeks_b"], row["paired_weeks"], row["difference"]) == (4, 3, 3, 0.0)

    def test_experiments_are_not_mixed(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "gen-1", weeks=4, arm=ADJUSTED, experiment="exp-1"),
            samples.facts("rider-1", "gen-2", weeks=4, arm=LEGACY, experiment="exp-2"),
        )

        assert rows(data, "FROM ab_comparison") == []

    def test_three_arms_make_three_pairs(self, data: DataFolder) -> None:
        built(data, *(samples.facts("rider-1", f"gen-{arm}", weeks=4, arm=arm) for arm in ARMS.names()))

        pairs = query(data, "SELECT DISTINCT arm_a || '/' || arm_b AS pair FROM ab_comparison ORDER BY 1")
        assert pairs["pair"] == ["adjusted/legacy", "adjusted/optimal", "legacy/optimal"]


class TestQuery:
    @pytest.fixture
    def warehouse(self, data: DataFolder) -> DataFolder:
        return built(data, samples.facts(weeks=4, failed=[2]))

    def test_without_a_warehouse_the_remedy_is_named(self, data: DataFolder) -> None:
        with pytest.raises(WarehouseMissingError, match=r"there is no warehouse in .*; generate a plan first"):
            query(data, "SELECT 1")

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT 1 AS a",
            "FROM plan_weeks",
            "WITH x AS (SELECT 1) FROM x",
            "DESCRIBE plan_weeks",
            "SHOW TABLES",
            "SUMMARIZE plan_weeks",
            "EXPLAIN SELECT 1",
            "SELECT 1;",
            "-- a comment\nSELECT 1",
        ],
    )
    def test_everything_that_reads_is_answered(self, warehouse: DataFolder, sql: str) -> None:
        assert len(query(warehouse, sql)) > 0

    @pytest.mark.parametrize(
        ("sql", "message"),
        [
            ("SELEC 1", "syntax error"),
            ("SELECT nothing FROM plan_weeks", "nothing"),
            ("FROM no_such_table", "no_such_table"),
            ("", "one statement at a time, not 0"),
            ("SELECT 1; SELECT 2", "one statement at a time, not 2"),
            ("SELECT 1; DROP TABLE plan_weeks", "one statement at a time, not 2"),
            ("DROP TABLE plan_weeks", "DROP is not a query; the warehouse is read-only: begin with SELECT"),
            ("DELETE FROM plan_weeks", "DELETE is not a query"),
            ("CREATE TABLE x AS SELECT 1", "CREATE is not a query"),
            ("COPY plan_weeks TO 'out.csv'", "COPY is not a query"),
            ("ATTACH 'other.duckdb'", "ATTACH is not a query"),
            ("SET threads = 1", "SET is not a query"),
            ("PRAGMA enable_external_access", "is not a query"),
            ("INSTALL httpfs", "LOAD is not a query"),
            ("FROM read_text('/etc/hostname')", "file system operations are disabled"),
            ("FROM '/etc/hostname'", "/etc/hostname"),
            ("FROM glob('/*')", "file system operations are disabled"),
            ("EXPLAIN ANALYZE DELETE FROM plan_weeks", "read-only"),
            ("FROM frame_of_the_caller", "frame_of_the_caller"),
            ("SELECT error('stop')", "stop"),
        ],
    )
    def test_anything_else_is_one_clear_error(self, warehouse: DataFolder, sql: str, message: str) -> None:
        frame_of_the_caller = pd.DataFrame({"secret": [1]})

        with pytest.raises(QueryError) as error:
            query(warehouse, sql)

        assert message in str(error.value)
        assert error.value.__context__ is None or error.value.__suppress_context__
        assert len(query(warehouse, "FROM plan_weeks")) == 4
        assert len(frame_of_the_caller) == 1

    def test_nothing_is_written_by_asking(self, warehouse: DataFolder) -> None:
        before = sorted((path, path.stat().st_mtime_ns) for path in warehouse.root.rglob("*"))
        query(warehouse, "SELECT * FROM plan_weeks ORDER BY random()")

        assert sorted((path, path.stat().st_mtime_ns) for path in warehouse.root.rglob("*")) == before

    def test_types_hold_no_surprise(self, warehouse: DataFolder) -> None:
        answer = query(
            warehouse,
            """
            SELECT week, count(*) AS n, sum(week) AS total, 1.5::DECIMAL(4, 2) AS exact,
                any_value(final_hours) AS hours,
                any_value(passed) AS passed, any_value(errors) AS errors, any_value(generated_at) AS at,
                if(week = 1, NULL, week) AS sometimes, [week] AS many, DATE '2027-01-04' AS day
            FROM plan_weeks GROUP BY week ORDER BY week
            """,
        )

        assert [type(value) for value in answer.rows[1]] == [
            *(int, int, int, Decimal, float, bool, str, dt.datetime, int, list, dt.date)
        ]
        first = answer.records()[0]
        assert first["errors"] is first["sometimes"] is None
        assert (first["many"], first["day"]) == ([1], dt.date(2027, 1, 4))

    def test_an_empty_answer_keeps_its_columns(self, warehouse: DataFolder) -> None:
        answer = query(warehouse, "SELECT week, final_hours FROM plan_weeks WHERE false")

        assert (answer.columns, answer.rows) == (("week", "final_hours"), [])

    def test_numbers_beyond_64_bits_are_kept_whole(self, warehouse: DataFolder) -> None:
        assert query(warehouse, "SELECT 170141183460469231731687303715884105727 AS big")["big"][0] == 2**127 - 1

    def test_columns_of_the_same_name_are_both_there(self, warehouse: DataFolder) -> None:
        assert query(warehouse, "SELECT 1 AS a, 2 AS a").columns == ("a", "a")

    def test_a_warehouse_that_is_no_database_is_one_clear_error(self, data: DataFolder) -> None:
        data.root.mkdir()
        data.warehouse.write_bytes(b"not a database" * 1000)

        with pytest.raises(QueryError, match=r"warehouse.duckdb cannot be opened .*; launch metrics_warehouse again"):
            query(data, "SELECT 1")


HOLD_OPEN = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as db:
    print(db.execute("SELECT count(*) FROM plan_weeks").fetchone()[0], flush=True)
    sys.stdin.readline()
    print(db.execute("SELECT count(*) FROM plan_weeks").fetchone()[0], flush=True)
"""


class TestReadersAndRefreshes:
    def test_a_reader_in_another_process_keeps_its_snapshot_and_blocks_nobody(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-1", weeks=4))
        with subprocess.Popen(
            [sys.executable, "-c", HOLD_OPEN, str(data.warehouse)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as reader:
            assert reader.stdin is not None and reader.stdout is not None
            before = reader.stdout.readline().strip()
            FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
            refresh_warehouse(data, samples.library())
            now = len(query(data, "FROM plan_weeks"))
            reader.stdin.write("\n")
            reader.stdin.flush()
            after = reader.stdout.readline().strip()

        assert (before, after, now) == ("4", "4", 10)

    def test_a_process_that_always_has_it_open_sees_the_next_one_all_the_same(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-1", weeks=4))
        with duckdb.connect(str(data.warehouse), read_only=True):
            FactStore(data).write_all("run-2", [samples.facts("rider-2", weeks=6)])
            refresh_warehouse(data, samples.library())

            assert len(query(data, "FROM plan_weeks")) == 10

    def test_reads_during_refreshes_never_fail_and_never_see_half_a_plan(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-0", weeks=4))
        done = threading.Event()
        failures: list[BaseException] = []

        def keep_refreshing() -> None:
            try:
                number = 0
                while not done.is_set():
                    number += 1
                    FactStore(data).write_all(f"run-{number}", [samples.facts(f"rider-{number}", weeks=4)])
                    refresh_warehouse(data, samples.library())
            except BaseException as error:
                failures.append(error)

        writer = threading.Thread(target=keep_refreshing)
        writer.start()
        seen = []
        try:
            for _ in range(60):
                row = one(data, "SELECT (SELECT count(*) FROM plan_generations) AS g, count(*) AS w FROM plan_weeks")
                seen.append((row["g"], row["w"]))
        finally:
            done.set()
            writer.join()

        assert failures == []
        assert all(weeks == 4 * generations for generations, weeks in seen)  # type: ignore[operator]
        assert [g for g, _ in seen] == sorted(g for g, _ in seen)  # type: ignore[type-var]
        assert len({g for g, _ in seen}) > 1, "no refresh happened between the reads"

    def test_several_refreshes_at_once_take_turns(self, data: DataFolder) -> None:
        FactStore(data).write_all("run-1", [samples.facts(weeks=4)])
        failures = []

        def refresh() -> None:
            try:
                refresh_warehouse(data, samples.library())
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=refresh) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert len(query(data, "FROM plan_weeks")) == 4

    def test_a_wal_that_a_crashed_session_left_is_removed(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4))
        wal = data.warehouse.with_name("warehouse.duckdb.wal")
        wal.write_bytes(b"left over")
        refresh_warehouse(data, samples.library())

        assert not wal.exists()
        assert len(query(data, "FROM plan_weeks")) == 4

    def test_what_a_killed_refresh_left_is_removed_by_the_next(self, data: DataFolder) -> None:
        data.root.mkdir()
        left = [data.root / name for name in (".warehouse.duckdb.1-dead.tmp", ".warehouse.duckdb.1-dead.tmp.wal")]
        for path in left:
            path.write_bytes(b"half")
        refresh_warehouse(data, samples.library())

        assert sorted(path.name for path in data.root.iterdir()) == [".warehouse.lock", "facts", "warehouse.duckdb"]

    def test_the_published_file_is_read_only(self, data: DataFolder) -> None:
        refresh_warehouse(data, samples.library())

        assert data.warehouse.stat().st_mode & 0o222 == 0


def test_storage_can_be_used_without_dagster() -> None:
    script = (
        "import sys\n"
        "import plan_pipeline.settings, plan_pipeline.storage.plans.plan_store\n"
        "import plan_pipeline.storage.warehouse.refresh\n"
        "import plan_pipeline.storage.requests.request_files\n"
        "sys.exit('dagster' in sys.modules or 'anthropic' in sys.modules)"
    )

    assert importlib.util.find_spec("dagster") is not None
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
