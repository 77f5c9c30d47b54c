"""A question to the warehouse reads the warehouse, and neither reads nor writes anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import QueryError, query

CANARY = "canary-77aa"


@pytest.fixture
def data(generated: Path) -> DataFolder:
    return DataFolder(generated)


QUESTIONS = (
    "SELECT * FROM read_text('{canary}')",
    "SELECT * FROM read_blob('{canary}')",
    "SELECT * FROM read_csv('{canary}')",
    "SELECT * FROM read_json('{canary}')",
    "SELECT * FROM read_parquet('{canary}')",
    "SELECT * FROM parquet_metadata('{canary}')",
    "SELECT * FROM sniff_csv('{canary}')",
    "SELECT * FROM '{canary}'",
    'SELECT * FROM "{canary}"',
    "FROM query('FROM read_text(''{canary}'')')",
    "FROM query_table('{canary}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_text('http://127.0.0.1:9/x')",
    "COPY (SELECT 1) TO '{made}'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{made}'",
    "WITH x AS MATERIALIZED (SELECT 1) FROM read_text('{canary}')",
    "EXPORT DATABASE '{made}'",
    "ATTACH '{made}' AS other",
    "ATTACH ':memory:' AS other",
    "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs",
    "LOAD '{canary}'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "CREATE SECRET s (TYPE s3)",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS SELECT 1",
    "INSERT INTO plan_weeks SELECT * FROM plan_weeks",
    "EXPLAIN ANALYZE INSERT INTO plan_weeks SELECT * FROM plan_weeks",
    "UPDATE plan_weeks SET week = 1",
    "CHECKPOINT",
    "CALL checkpoint()",
    "VACUUM",
    "USE memory",
    "DETACH warehouse",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "BEGIN",
    "SELECT getenv('HOME')",
    "FROM duckdb_secrets()",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_reaches_further_is_refused_and_leaves_nothing(question: str, data: DataFolder, tmp_path: Path) -> None:
    canary, made = tmp_path / "canary.csv", tmp_path / "made"
    canary.write_text(f"{CANARY}\n")
    before = sorted(path.name for path in data.root.iterdir())

    with pytest.raises(QueryError) as error:
        query(data, question.format(canary=canary, folder=tmp_path, made=made))

    assert CANARY not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["canary.csv"]
    assert sorted(path.name for path in data.root.iterdir()) == before


def test_no_setting_or_secret_can_be_looked_up_that_says_where_things_are(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    for question in ("FROM duckdb_settings()", "FROM duckdb_variables()"):
        assert CANARY not in str(query(data, question).rows)
