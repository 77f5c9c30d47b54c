"""``plan-pipeline standard-plans``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plan_pipeline.core.standard_plans.plans import STANDARD_PLANS
from plan_pipeline_tests.cli.conftest import Run

PLAN = "5k-8-low"


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one standard plan, made through Dagster. Not to be changed."""
    data = tmp_path_factory.mktemp("standard") / "data"
    done = run("--data", data, "standard-plans", "generate", PLAN, "--json")
    assert (done.exit_code, done.json_lines) == (0, [{"id": PLAN, "status": "published", "reasons": []}])
    return data


def test_the_list_has_every_plan_with_distance_weeks_and_tier(run: Run) -> None:
    listed = run("standard-plans", "list", "--json").json
    assert len(listed) == len(STANDARD_PLANS) == 24
    assert listed[0] == {"id": "marathon-18-low", "distance": "marathon", "weeks": 18, "tier": "low"}


def test_the_table_says_which_were_generated(run: Run, folder: Path) -> None:
    rows = run("--data", folder, "standard-plans", "list").stdout.splitlines()
    assert [row.split()[0] for row in rows if row.rstrip().endswith("yes")] == [PLAN]


def test_a_plan_is_shown_as_its_page_or_as_json(run: Run, folder: Path) -> None:
    page = run("--data", folder, "standard-plans", "show", PLAN)
    plan = run("--data", folder, "standard-plans", "show", PLAN, "--json")

    assert page.stdout.startswith("5 km, 8 weeks, low tier\n")
    assert page.stdout == (folder / "standard_plans" / PLAN / "page.txt").read_text()
    assert plan.json["training_plan"]["plan_id"] == PLAN
    assert plan.json == json.loads((folder / "standard_plans" / PLAN / "plan.json").read_text())


def test_a_plan_that_was_never_generated_is_told_of_with_the_command(run: Run, tmp_path: Path) -> None:
    done = run("--data", tmp_path, "standard-plans", "show", PLAN)
    assert done.exit_code == 1
    assert f"{PLAN} has not been generated yet" in done.stderr
    assert f"standard-plans generate {PLAN}` does" in done.stderr


@pytest.mark.parametrize("command", ["show", "generate"])
@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "5k-8-low/../../x", "5k-9-low"])
def test_an_id_that_is_no_standard_plans_is_refused_and_nothing_written(
    run: Run, tmp_path: Path, command: str, name: str
) -> None:
    done = run("--data", tmp_path / "data", "standard-plans", command, name)
    assert done.exit_code == 2
    assert f"there is no standard plan '{name}'" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_nearest_plans_are_suggested(run: Run) -> None:
    assert "did you mean 5k-8-low" in run("standard-plans", "show", "5k-9-low").stderr


def test_a_damaged_plan_is_told_of_with_the_remedy(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "standard_plans" / PLAN
    place.mkdir(parents=True)
    (place / "plan.json").write_text("{")
    done = run("--data", tmp_path, "standard-plans", "show", PLAN)
    assert done.exit_code == 1
    assert "is damaged (" in done.stderr
    assert f"`plan-pipeline standard-plans generate {PLAN}` makes it anew" in done.stderr
