"""Plans that were published are told of first, whatever is wrong with the facts of others."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.runs import make_plan, run_at


def test_a_truncated_fact_file_is_named_beside_the_outcome(run: Run, tmp_path: Path, library: Library) -> None:
    data, asked = tmp_path / "data", tmp_path / "rider.jsonl"
    pipeline = Pipeline.of(Settings(data=data))
    make_plan(pipeline, library, run_at(dt.datetime(2027, 1, 4, tzinfo=dt.UTC), "0a1b2c3d"), request(weeks=4))
    asked.write_text(json.dumps(request(weeks=4).model_dump(mode="json", exclude_none=True)))
    (bad,) = (data / "facts" / "plan_generations").glob("*.parquet")
    os.truncate(bad, bad.stat().st_size // 2)

    ended = run("--data", data, "generate", asked, "--json")
    assert (ended.exit_code, ended.json["status"], ended.json["changed"]) == (0, "published", False)
    assert f"left out of the warehouse: {bad} cannot be read (" in ended.stderr
    assert "restore it, or move it out of the folder" in ended.stderr
    assert run("--data", data, "sql", "SELECT plan_id FROM current_plans", "--json").json == [{"plan_id": "rider"}]

    found = {check["name"]: check for check in run("--data", data, "doctor", "--json").json["checks"]}["facts"]
    assert (found["ok"], str(bad) in found["detail"]) == (False, True), found
    assert found["remedy"].startswith("restore it, or move it out of the folder")

    strict = run("--data", data, "batch", asked, "--json", PLAN_PIPELINE_STRICT_WAREHOUSE="true")
    assert (strict.exit_code, strict.json["status"]) == (1, "published")
    assert f"{bad} cannot be read (" in strict.stderr
