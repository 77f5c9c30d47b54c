"""Questions to the warehouse, whichever door they come through."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.services.queries import Answer, ask
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import QueryError, WarehouseMissingError
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    refresh_warehouse(folder, samples.library())
    return folder


def test_an_answer_has_the_names_of_its_columns_and_its_rows(data: DataFolder) -> None:
    assert ask(data, "SELECT 1 AS one, 'b' AS two UNION ALL SELECT 2, 'c' ORDER BY one") == Answer(
        ["one", "two"], [(1, "b"), (2, "c")]
    )


def test_columns_of_one_name_are_an_error_that_says_what_to_do(data: DataFolder) -> None:
    with pytest.raises(QueryError, match="the query gives two columns the name a; rename one with AS"):
        ask(data, "SELECT 1 AS a, 2 AS a")


def test_a_warehouse_that_is_not_built_yet_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissingError):
        ask(DataFolder(tmp_path), "SELECT 1")
