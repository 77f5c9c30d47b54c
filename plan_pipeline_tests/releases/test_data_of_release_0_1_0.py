"""A data folder that release 0.1.0 wrote is read, queried, planned anew, rolled back and goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import is_retired
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.cli.conftest import Run, contents, run
from plan_pipeline_tests.orchestration.intake.intake_world import launch_due, registered, tick
from plan_pipeline_tests.orchestration.world import World, make_world
from plan_pipeline_tests.releases.data import unpacked

__all__ = ["run"]

ACTIVE = ("cohort-s3-00001", "cohort-s3-00002", "cohort-s3-00003", "rider-108-first-season")
WITH_AN_EVENT = "cohort-s3-00002"

INFEASIBLE = "cohort-s3-00004"
ROLLED_BACK = "rider-042-century"
OLDER, NEWER = "20261127T043844018Z-a5b6c06d", "20261127T043847592Z-e5a77d9e"
RETIRED = "rider-215-time-crunched"
WAITING = "rider-300-waiting"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as it was written, to be copied or read."""
    return unpacked(tmp_path_factory.mktemp("release")).root


@pytest.fixture
def data(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "data")


class Night(NamedTuple):
    """What today's program made of a copy, with no help: the records of the batch of all active plans."""

    world: World
    records: Sequence[PlanRecord]


@pytest.fixture(scope="module")
def night(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A batch of all active plans, and then what the inbox's sensor asks for; shared, so leave it as it is."""
    folder = tmp_path_factory.mktemp("night")
    data = DataFolder(shutil.copytree(written, folder / "data"))
    with dagster_instance(data) as instance:
        world = make_world(folder, instance)
        assert world.launch("regenerate_plans").success
        records = tuple(world.records)
        (ingested,) = launch_due(world, tick(world))
        assert ingested.success
        yield Night(world, records)


def published(data: Path) -> dict[str, tuple[bytes, int]]:
    """The published plans."""
    return {name: held for name, held in contents(data / "plans").items() if name.endswith("/plan.json")}


def generation_of(data: Path, plan_id: str) -> dict[str, str]:
    generation: dict[str, str] = json.loads((data / "plans" / plan_id / "plan.json").read_text())["generation"]
    return generation


# --- as it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan_id", [*ACTIVE, ROLLED_BACK, RETIRED])
def test_its_plans_are_shown(run: Run, written: Path, plan_id: str) -> None:
    shown = run("--data", written, "show", plan_id, "--json")
    assert shown.exit_code == 0
    assert shown.json["generation"]["code_version"].startswith("0.1.0")


def test_its_plans_are_listed_compared_and_explained(run: Run, written: Path) -> None:
    states = {state["plan_id"]: state["status"] for state in run("--data", written, "plans", "--json").json_lines}
    assert states.items() >= {ROLLED_BACK: "rolled_back", INFEASIBLE: "infeasible", RETIRED: "retired"}.items()
    difference = run("--data", written, "diff", ROLLED_BACK, "--json").json
    assert (difference["before"]["generation_id"], difference["after"]["generation_id"]) == (NEWER, OLDER)
    assert [fact["text"] for fact in difference["request"]] == ["arm adjusted → optimal"]
    explained = run("--data", written, "explain", ROLLED_BACK, "--week", "7", "--json").json
    assert len(explained["days"]) == 5


def test_its_plans_and_their_versions_have_the_content_that_their_hash_says(written: Path) -> None:
    files = [*written.glob("plans/*/plan.json"), *written.glob("plans/*/versions/*.json")]
    plans = [Plan.model_validate_json(path.read_bytes()) for path in files]

    assert len(plans) == 13
    assert all(content_hash(plan.training_plan) == plan.generation.content_hash for plan in plans)


def test_its_warehouse_answers(run: Run, written: Path) -> None:
    answer = run("--data", written, "sql", "SELECT plan_id FROM current_plans ORDER BY plan_id", "--json")
    assert {row["plan_id"] for row in answer.json} >= {*ACTIVE, ROLLED_BACK, RETIRED}


def test_its_experiment_is_reported(run: Run, data: Path) -> None:
    report = run("--data", data, "experiment", "report", "old-arms", "--format", "json")
    assert report.exit_code == 0
    assert [(arm["arm"], arm["plans"]) for arm in report.json["arms"]] == [("legacy", 2), ("optimal", 2)]


def test_a_plan_that_was_rolled_back_can_be_put_forward_and_back_again(run: Run, data: Path) -> None:
    for to in (NEWER, OLDER):
        assert run("--data", data, "rollback", ROLLED_BACK, "--to", to).exit_code == 0
        assert generation_of(data, ROLLED_BACK)["generation_id"] == to


def test_its_plans_generated_by_name_are_planned_for_what_they_are_for_once(
    run: Run, data: Path, tmp_path: Path
) -> None:
    requests = tmp_path / "requests.jsonl"
    asked = [json.loads((data / "plans" / plan_id / "request.json").read_text()) for plan_id in ACTIVE]
    requests.write_text("\n".join(map(json.dumps, asked)))

    records = run("--data", data, "batch", requests, "--json").json_lines

    assert [record["plan_id"] for record in records if record["changed"]] == list(ACTIVE)
    made = json.loads((data / "plans" / WITH_AN_EVENT / "plan.json").read_text())["training_plan"]
    assert made["plan_metadata"]["event"]["date"] == "2027-12-26"
    assert made["plan_metadata"]["goal"]
    before = published(data)
    assert not any(record["changed"] for record in run("--data", data, "batch", requests, "--json").json_lines)
    assert published(data) == before


def test_a_week_of_its_plans_generated_again_leaves_the_others_as_they_are(data: Path) -> None:
    folder = DataFolder(data)
    before = published(data)
    with dagster_instance(folder) as instance:
        world = make_world(data.parent, instance)
        assert world.run_cell(ACTIVE[-1], 3).success
    now = published(data)
    assert [name for name, held in now.items() if held != before[name]] == [f"{ACTIVE[-1]}/plan.json"]


# --- after a night -------------------------------------------------------------------------------------------


def test_a_batch_of_all_plans_plans_them_anew_and_keeps_what_they_were(night: Night, written: Path) -> None:
    found = {record.plan_id: record for record in night.records}

    assert found.keys() == {*ACTIVE, INFEASIBLE}
    assert [record.plan_id for record in night.records if record.changed] == list(ACTIVE)
    data = night.world.pipeline.data.root
    for plan_id in ACTIVE:
        assert found[plan_id].content_hash == generation_of(data, plan_id)["content_hash"]
        older = generation_of(written, plan_id)["generation_id"]
        assert any(older in path.name for path in (data / "plans" / plan_id / "versions").iterdir())
    assert {name for name in published(data) if not name.startswith(WAITING)} == set(published(written))


def test_it_left_the_plan_that_was_rolled_back_where_it_was(night: Night) -> None:
    assert generation_of(night.world.pipeline.data.root, ROLLED_BACK)["generation_id"] == OLDER


def test_the_retired_plan_stays_retired(night: Night) -> None:
    assert is_retired(night.world.pipeline.plans, RETIRED)
    assert RETIRED not in registered(night.world)


def test_a_request_that_waited_is_ingested_and_its_plan_published(night: Night) -> None:
    assert night.world.pipeline.plans.load_plan(WAITING) is not None
    assert WAITING in registered(night.world)
    assert not list(night.world.pipeline.data.root.glob("requests/in_progress/2*"))


def test_old_and_new_facts_are_queried_together(night: Night, written: Path) -> None:
    data = night.world.pipeline.data
    counts = "SELECT plan_id, count(*) AS n FROM plan_generations WHERE NOT simulated GROUP BY plan_id"
    before, after = dict(query(DataFolder(written), counts).rows), dict(query(data, counts).rows)

    assert {plan: after[plan] - before[plan] for plan in (*ACTIVE, INFEASIBLE)} == dict.fromkeys(
        (*ACTIVE, INFEASIBLE), 1
    )
    assert {plan: after[plan] - before[plan] for plan in (ROLLED_BACK, RETIRED)} == {ROLLED_BACK: 0, RETIRED: 0}
    weeks = dict(query(data, "SELECT plan_id, count(*) AS n FROM current_plan_weeks GROUP BY plan_id").rows)
    assert weeks[WAITING] == 16
    assert {*ACTIVE, ROLLED_BACK} <= set(weeks)
    current = "SELECT generation_id FROM current_plans WHERE rolled_back"
    assert (query(data, current).rows, RETIRED in weeks) == ([(OLDER,)], False)
