"""`generate` and `batch`, through Dagster: what is published, what is said, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan_pipeline.core.model.vocabulary import LEGACY
from plan_pipeline_tests.cli.conftest import EXAMPLES, Ended, Run, contents

SHORT = "rider-108-first-season"
CONTRACT = {
    "plan_id",
    "status",
    "arm",
    "weeks",
    "weeks_passed",
    "weeks_auto_fixed",
    "mean_abs_time_error_pct",
    "max_abs_time_error_pct",
    "mean_abs_tss_error_pct",
    "reasons",
}


def _cannot_be_met(request: dict[str, Any]) -> None:
    request["plan_id"] = "too-much"
    request["athlete_profile"]["training_availability"] = {
        "hours_per_week": 12,
        "week_days": "Tuesday, Thursday",
        "max_minutes": {"Tuesday": 60, "Thursday": 60},
    }


def _published(data: Path, plan_id: str) -> Any:
    return json.loads((data / "plans" / plan_id / "plan.json").read_text())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generate") / "data"


@pytest.fixture(scope="module")
def first(data: Path, run: Run) -> Ended:
    """The first generation of one example."""
    return run("--data", data, "generate", EXAMPLES / f"{SHORT}.yaml")


def test_a_generated_plan_is_published_and_shown_in_a_table(first: Ended, data: Path) -> None:
    assert first.exit_code == 0, first.stderr
    row = next(line for line in first.stdout.splitlines() if SHORT in line)
    assert row.split()[1:3] == ["published", "8/8"]
    assert _published(data, SHORT)["training_plan"]["plan_id"] == SHORT


def test_the_table_says_where_the_results_lie(first: Ended, data: Path) -> None:
    assert str(data / "plans") in first.stdout
    assert str(data / "warehouse.duckdb") in first.stdout


def test_generating_again_changes_no_published_plan(first: Ended, data: Path, run: Run) -> None:
    before = contents(data / "plans" / SHORT / "versions"), (data / "plans" / SHORT / "plan.json").read_bytes()
    again = run("--data", data, "generate", EXAMPLES / f"{SHORT}.yaml", AI_TEMPERATURE="0.7")
    assert again.exit_code == 0, again.stderr
    assert "unchanged" in again.stdout
    assert "AI_TEMPERATURE=0.7 is not read: " in again.stderr
    assert (
        contents(data / "plans" / SHORT / "versions"),
        (data / "plans" / SHORT / "plan.json").read_bytes(),
    ) == before


def test_the_warehouse_knows_the_plan(first: Ended, data: Path, run: Run) -> None:
    rows = run("--data", data, "sql", "SELECT plan_id, weeks_passed FROM current_plans", "--json").json
    assert {"plan_id": SHORT, "weeks_passed": 8} in rows


def test_json_is_all_that_is_on_stdout_and_has_the_contracts_fields(data: Path, run_process: Run) -> None:
    ended = run_process("--data", data, "generate", EXAMPLES / f"{SHORT}.yaml", "--json")
    assert ended.exit_code == 0, ended.stderr
    (plan,) = ended.json_lines
    assert plan.keys() >= CONTRACT
    assert (plan["plan_id"], plan["status"], plan["weeks"], plan["weeks_passed"]) == (SHORT, "published", 8, 8)
    assert isinstance(plan["warnings"], list)


def test_a_request_that_cannot_be_met_is_told_why_and_not_published(
    run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    ended = run("--data", tmp_path / "data", "generate", request_file(_cannot_be_met))
    assert ended.exit_code == 1
    assert "too-much: infeasible" in ended.stdout
    assert "Tuesday" in ended.stdout
    assert "Thursday" in ended.stdout
    assert not (tmp_path / "data" / "plans" / "too-much" / "plan.json").exists()


@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        (["--arm", "legacy"], {}),
        (["--no-duration-adjustment"], {}),
        ([], {"ENABLE_DURATION_ADJUSTMENT": "false"}),
    ],
)
def test_adjustment_can_be_switched_off(flags: list[str], environment: dict[str, str], run: Run, data: Path) -> None:
    ended = run(
        *("--data", data, "generate", EXAMPLES / f"{SHORT}.yaml", "--json", *flags),
        **environment,
    )
    assert [plan["arm"] for plan in ended.json_lines] == [LEGACY]


def test_with_publishing_switched_off_a_plan_is_made_and_withheld(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "generate", EXAMPLES / f"{SHORT}.yaml", PLAN_PIPELINE_PUBLISH="false")
    assert ended.exit_code == 0
    assert (
        f"{SHORT}: withheld\n  - not published: publishing is switched off (PLAN_PIPELINE_PUBLISH=false)"
        in ended.stdout
    )
    assert not (tmp_path / "plans" / SHORT / "plan.json").exists()


def test_a_plan_whose_event_week_has_no_training_day_left_is_published(
    run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    def weekend_rider_with_a_race_on_saturday(request: dict[str, Any]) -> None:
        request["athlete_profile"]["training_availability"] = {"hours_per_week": 4.5, "week_days": "Saturday, Sunday"}
        request["event"] = {"date": "2027-03-27"}

    ended = run("--data", tmp_path / "data", "generate", request_file(weekend_rider_with_a_race_on_saturday), "--json")
    assert ended.exit_code == 0, ended.stderr
    assert [plan["reasons"] for plan in ended.json_lines] == [[]]
    last_week = _published(tmp_path / "data", "rider-042-century")["training_plan"]["weekly_plan"][-1]
    assert last_week["workouts"] == []


def test_a_model_without_a_key_fails_with_what_to_set(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("--data", tmp_path / "data", "generate", EXAMPLES / f"{SHORT}.yaml", "--overview", "anthropic", "--json")
    )
    assert ended.exit_code == 1
    (plan,) = ended.json_lines
    assert plan["status"] == "error"
    assert "ANTHROPIC_API_KEY" in " ".join(plan["reasons"])


def test_the_writer_that_the_environment_names_is_for_requests_that_name_none(
    run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    open_one = request_file(lambda request: request.pop("options", None), "open.yaml")
    ended = run("--data", tmp_path / "data", "generate", open_one, "--json", AI_PROVIDER="anthropic")
    assert ended.exit_code == 1
    assert "ANTHROPIC_API_KEY" in " ".join(ended.json_lines[0]["reasons"])

    ended = run("--data", tmp_path / "data", "generate", open_one, "--overview", "rules", AI_PROVIDER="anthropic")
    assert ended.exit_code == 0


def test_a_batch_goes_on_past_a_plan_that_fails_and_tells_of_plans_in_the_order_of_the_requests(
    run: Run, run_process: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    run("cohort", "--athletes", "3", "--seed", "5", "-o", tmp_path / "cohort.jsonl")
    unmeetable = yaml.safe_load(request_file(_cannot_be_met).read_text())
    lines = (tmp_path / "cohort.jsonl").read_text().splitlines()
    lines.insert(1, json.dumps(unmeetable, default=str))
    (tmp_path / "batch.jsonl").write_text("\n".join(lines))
    ended = run_process("batch", "batch.jsonl", "--json", PLAN_PIPELINE_DATA=str(tmp_path / "data"))
    assert ended.exit_code == 1, ended.stderr
    statuses = {plan["plan_id"]: plan["status"] for plan in ended.json_lines}
    assert list(statuses) == ["cohort-s5-00001", "too-much", "cohort-s5-00002", "cohort-s5-00003"]
    assert statuses.pop("too-much") == "infeasible"
    assert list(statuses.values()) == ["published"] * 3
    assert all(_published(tmp_path / "data", plan_id) for plan_id in statuses)
