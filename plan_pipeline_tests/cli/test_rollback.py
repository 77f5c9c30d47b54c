"""``plan-pipeline rollback`` and ``retire``: warehouse and cells tell at once what is in place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import dagster as dg

from plan_pipeline.core.model.workout import Library
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.orchestration.partitions import cell_key, register_plans
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.runs import make_plan, run_at

NIGHT = dt.datetime(2027, 1, 4, 3, tzinfo=dt.UTC)
FINAL_PLAN = dg.AssetKey("final_plan")


def cell(instance: dg.DagsterInstance, week: int) -> dict[str, Any]:
    """The latest metadata of a week's cell of ``final_plan``."""
    wanted = dg.AssetRecordsFilter(asset_key=FINAL_PLAN, asset_partitions=[cell_key("rider", week)])
    (event,) = instance.fetch_materializations(wanted, limit=1).records
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_warehouse_and_cells_tell_what_is_in_place(run: Run, tmp_path: Path, library: Library) -> None:
    pipeline = Pipeline.of(Settings(data=tmp_path))
    for night, weeks in enumerate((4, 6)):
        made_by = run_at(NIGHT + dt.timedelta(days=night), f"0000000{night}")
        make_plan(pipeline, library, made_by, request(weeks=weeks))
    refresh_warehouse(pipeline.data, library)
    newer, older = (path.stem for path in pipeline.plans.versions("rider"))
    with dagster_instance(pipeline.data) as instance:
        register_plans(instance, ["rider"])
        for week in range(1, 7):
            made = dg.AssetMaterialization(FINAL_PLAN, partition=cell_key("rider", week), metadata={"status": "new"})
            instance.report_runless_asset_event(made)

    def told() -> list[tuple[str, bool, int]]:
        sql = (
            "SELECT generation_id, rolled_back, count(*) AS weeks FROM current_plans "
            "JOIN current_plan_weeks USING (plan_id, generation_id) GROUP BY ALL"
        )
        rows = run("--data", tmp_path, "sql", sql, "--json").json
        return [(row["generation_id"], row["rolled_back"], row["weeks"]) for row in rows]

    ended = run("--data", tmp_path, "rollback", "rider")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert told() == [(older, True, 4)]
    with dagster_instance(pipeline.data) as instance:
        cells = {week: cell(instance, week) for week in range(1, 7)}
        assert sorted(instance.get_materialized_partitions(FINAL_PLAN)) == sorted(
            cell_key("rider", week) for week in range(1, 7)
        )
    assert {(each["generation_id"], each["rolled_back_from"], each["status"]) for each in cells.values()} == {
        (older, newer, "rolled back")
    }
    assert all("| Tuesday |" in cells[week]["workouts"] and cells[week]["passed"] for week in range(1, 5))
    assert [cells[week].get("note") for week in (4, 5)] == [None, "not a week of the plan in place, which has 4"]

    assert run("--data", tmp_path, "retire", "rider").exit_code == 0
    assert told() == []
    assert run("--data", tmp_path, "retire", "--undo", "rider").exit_code == 0
    assert told() == [(older, True, 4)]

    make_plan(pipeline, library, run_at(NIGHT, "00000002"), request(weeks=4))  # as what was rolled back to
    assert run("--data", tmp_path, "rollback", "rider", "--to", newer).exit_code == 0
    assert told() == [(newer, True, 6)]
    without_library = run("--data", tmp_path, "rollback", "rider", "--to", older, PLAN_PIPELINE_LIBRARY=str(tmp_path))
    assert (without_library.exit_code, older in without_library.stdout) == (1, True)
    assert "the warehouse does not tell of it yet: " in without_library.stderr
