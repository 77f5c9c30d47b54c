"""One bad fact file keeps no other out of the warehouse, a copy counts once, and both are named with what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import Refresh, WarehouseReport, fact_problems, refresh_warehouse
from plan_pipeline_tests.storage import samples


@pytest.fixture
def data(data: DataFolder) -> DataFolder:
    """Facts of three runs."""
    for number in (1, 2, 3):
        FactStore(data).write_all(f"run-{number}", [samples.facts(f"rider-{number}", f"gen-{number}", weeks=4)])
    return data


def refreshed(data: DataFolder) -> WarehouseReport:
    return refresh_warehouse(data, samples.library())


def weeks(data: DataFolder) -> dict[str, int]:
    found = query(data, "SELECT plan_id, count(*) AS weeks FROM current_plan_weeks GROUP BY 1 ORDER BY 1")
    return dict(zip(found["plan_id"], found["weeks"], strict=True))


def part(data: DataFolder, table: FactTable, name: str = "run-2") -> Path:
    return data.facts / table / f"part-{name}.parquet"


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_kind(path: Path) -> None:
    path.unlink()
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT 1 AS a, 2 AS schema_version) TO '{path}' (FORMAT parquet)")


def of_other_types(path: Path) -> None:
    other = path.with_name("other")
    with duckdb.connect() as db:
        column = "target_hours" if "weeks" in path.parent.name else "weeks"
        db.execute(f"COPY (SELECT * REPLACE ('much' AS {column}) FROM '{path}') TO '{other}' (FORMAT parquet)")
    other.replace(path)


@pytest.mark.parametrize(
    ("table", "damage", "is_first"),
    [
        (FactTable.PLAN_WEEKS, truncated, False),
        (FactTable.PLAN_GENERATIONS, emptied, False),
        (FactTable.PLAN_GENERATIONS, of_another_kind, True),
        (FactTable.PLAN_WEEKS, of_other_types, True),
    ],
)
def test_the_others_come_in_and_the_bad_one_does_when_it_is_replaced(
    data: DataFolder, tmp_path: Path, table: FactTable, damage: Callable[[Path], None], is_first: bool
) -> None:
    if not is_first:
        assert refreshed(data).left_out == ()
    bad, good = part(data, table), tmp_path / "good"
    shutil.copy(bad, good)
    damage(bad)

    for report in (refreshed(data), refreshed(data)):
        (problem,) = report.left_out
        assert problem.startswith(f"{bad} cannot be read (")
        assert problem.endswith("; restore it, or move it out of the folder and generate its plans again")
        assert weeks(data) == {"rider-1": 4, "rider-3": 4}
    assert report.how is Refresh.UNCHANGED
    assert fact_problems(data) == report.left_out
    with pytest.raises(StorageError, match="cannot be read"):
        refresh_warehouse(data, samples.library(), strict=True)
    assert len(query(data, "FROM pass_rates")) == 1

    FactStore(data).write_all("run-4", [samples.facts("rider-4", "gen-4", weeks=4)])
    assert refreshed(data).left_out == (problem,)
    assert weeks(data) == {"rider-1": 4, "rider-3": 4, "rider-4": 4}
    shutil.copy(good, bad)
    assert refreshed(data).left_out == ()
    assert weeks(data) == {f"rider-{number}": 4 for number in (1, 2, 3, 4)}
    assert fact_problems(data) == ()


@pytest.mark.parametrize("name", ["part-run-2 copy.parquet", "part-run-2 (1).parquet", "Kopie.parquet", "x.parquet"])
def test_a_file_that_is_not_named_as_parts_are_counts_for_nothing(data: DataFolder, name: str) -> None:
    refreshed(data)
    for table in (FactTable.PLAN_WEEKS, FactTable.PLAN_GENERATIONS):
        shutil.copy(part(data, table), data.facts / table / name)

    report = refreshed(data)
    assert len(report.left_out) == 2
    assert all(f"{name} is not named as parts are" in problem for problem in report.left_out)
    assert fact_problems(data) == report.left_out
    assert weeks(data) == {"rider-1": 4, "rider-2": 4, "rider-3": 4}
    assert report.rows["plan_weeks"] == 12


@pytest.mark.parametrize("is_first", [True, False], ids=["into a new file", "into one that holds it"])
def test_a_copy_under_the_name_of_a_part_counts_once(data: DataFolder, is_first: bool) -> None:
    if not is_first:
        refreshed(data)
    for table in FactTable:
        if (source := part(data, table)).exists():
            shutil.copy(source, part(data, table, "run-2-copy"))

    for report in (refreshed(data), refreshed(data)):
        (problem,) = report.left_out
        assert problem.startswith(f"{part(data, FactTable.PLAN_GENERATIONS, 'run-2-copy')} holds rows that are in ")
        assert (report.rows["plan_generations"], report.rows["plan_weeks"]) == (3, 12)
    for table in FactTable:
        part(data, table).unlink(missing_ok=True)  # the copy is all there is now
    assert refreshed(data).left_out == ()
    assert weeks(data) == {"rider-1": 4, "rider-2": 4, "rider-3": 4}


def test_a_copy_of_the_weeks_alone_counts_for_nothing(data: DataFolder) -> None:
    shutil.copy(part(data, FactTable.PLAN_WEEKS), part(data, FactTable.PLAN_WEEKS, "run-9"))
    assert refreshed(data).rows["plan_weeks"] == 12


def test_a_part_of_another_data_folder_with_the_same_generations_counts_once(data: DataFolder, tmp_path: Path) -> None:
    other = DataFolder(tmp_path / "other")
    FactStore(other).write_all("night", [samples.facts("rider-1", "gen-1", weeks=4)])
    refreshed(data)
    for table in (FactTable.PLAN_WEEKS, FactTable.PLAN_GENERATIONS):
        shutil.copy(part(other, table, "night"), part(data, table, "night"))
    assert refreshed(data).rows["plan_weeks"] == 12
