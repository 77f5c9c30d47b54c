"""What holds on one machine holds with workers: plans are published, and killing a worker loses and doubles nothing."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.deploy.dagster_api import wait_until
from plan_pipeline_tests.deploy.set_ups import SetUp
from plan_pipeline_tests.orchestration.world import rejected_request, request

pytestmark = pytest.mark.slow

ENDS_WITHIN_S = 240
NOTICED_WITHIN_S = 300
"""Run monitoring looks every 15 or 30 s, and with workers asks three times before it gives one up."""

WEEKS = 12


def save(set_up: SetUp, *requests: PlanRequest) -> list[str]:
    """Put requests where runs find them, and have the pages offer their plans."""
    for each in requests:
        set_up.plans.save_request(each)
        set_up.api.register(each.plan_id)
    return [each.plan_id for each in requests]


def population(set_up: SetUp, prefix: str, athletes: int) -> list[str]:
    requests = [request(f"{prefix}-{number:03}", weeks=WEEKS, hours=5 + number % 5) for number in range(athletes)]
    for each in requests:
        set_up.plans.save_request(each)
    return [each.plan_id for each in requests]


def published(set_up: SetUp, plan_ids: list[str]) -> list[str]:
    return [plan_id for plan_id in plan_ids if (set_up.data.plans / plan_id / "plan.json").is_file()]


def kill_midway(set_up: SetUp, plan_ids: list[str]) -> str:
    """Launch a bulk run of these plans, and kill what executes it when some are published; returns the run's id."""
    run = set_up.api.launch_bulk(plan_ids)
    wait_until(lambda: published(set_up, plan_ids), ENDS_WITHIN_S, lambda: set_up.api.messages(run))
    set_up.kill_the_worker_of(run)
    assert len(published(set_up, plan_ids)) < len(plan_ids), "killed too late to mean anything"
    return run


def end_of_retry(set_up: SetUp, run: str) -> str:
    """The status of the run that takes the place of one that was killed."""
    wait_until(lambda: set_up.api.retries_of(run), NOTICED_WITHIN_S, lambda: set_up.api.messages(run))
    (retry,) = set_up.api.retries_of(run)
    return set_up.api.wait(retry.run_id, ENDS_WITHIN_S)


def counted(set_up: SetUp, table: str, key: str, prefix: str) -> tuple[int, int]:
    """Rows of plans in the warehouse, and how many different ones."""
    what = f"count(*) AS rows, count(DISTINCT ({key})) AS kinds"
    asked = f"SELECT {what} FROM {table} WHERE starts_with(plan_id, '{prefix}-')"
    (row,) = query(set_up.data, asked).records()
    return int(row["rows"]), int(row["kinds"])


def test_a_plan_that_is_launched_is_published_and_its_cells_marked(set_up: SetUp) -> None:
    save(set_up, request("launched", weeks=6))
    before = set_up.api.cells("final_plan")

    run = set_up.api.launch_plan("launched", 6)

    assert set_up.api.wait(run, ENDS_WITHIN_S) == "SUCCESS", set_up.api.messages(run)
    assert published(set_up, ["launched"]) == ["launched"]
    assert set_up.api.cells("final_plan") == before + 6


def test_a_rejected_plan_fails_with_its_reasons_and_is_not_tried_again(set_up: SetUp) -> None:
    save(set_up, rejected_request("rejected"))

    run = set_up.api.launch_plan("rejected", 6)

    assert set_up.api.wait(run, ENDS_WITHIN_S) == "FAILURE"
    assert "Week 5: planned time 9 h is 25.0 % below the target of 12 h" in set_up.api.messages(run)
    assert published(set_up, ["rejected"]) == []
    assert set_up.api.retries_of(run) == []


def test_a_batch_publishes_all_its_plans_and_marks_all_their_cells(set_up: SetUp) -> None:
    plan_ids = population(set_up, "batch", 50)
    before = set_up.api.cells("week_metrics")

    run = set_up.api.launch_bulk(plan_ids)

    assert set_up.api.wait(run, ENDS_WITHIN_S) == "SUCCESS", set_up.api.messages(run)
    assert published(set_up, plan_ids) == plan_ids
    assert set_up.api.cells("week_metrics") == before + 50 * WEEKS
    assert counted(set_up, "plan_weeks", "plan_id, generation_id, week", "batch") == (50 * WEEKS, 50 * WEEKS)


def test_a_batch_whose_worker_is_killed_is_run_again_and_nothing_is_lost_or_doubled(set_up: SetUp) -> None:
    plan_ids = population(set_up, "killed", 190)

    run = kill_midway(set_up, plan_ids)
    set_up.start_what_is_missing()

    assert end_of_retry(set_up, run) == "SUCCESS"
    assert set_up.api.status(run) == "FAILURE"
    assert published(set_up, plan_ids) == plan_ids
    assert counted(set_up, "current_plans", "plan_id", "killed") == (190, 190)
    for table, key in (("plan_generations", "plan_id, generation_id"), ("plan_weeks", "plan_id, generation_id, week")):
        rows, kinds = counted(set_up, table, key, "killed")
        assert rows == kinds, f"{table} has rows twice"


def test_a_run_that_somebody_ends_is_canceled_and_not_tried_again(set_up: SetUp) -> None:
    plan_ids = population(set_up, "ended", 190)
    run = set_up.api.launch_bulk(plan_ids)
    wait_until(lambda: published(set_up, plan_ids), ENDS_WITHIN_S, lambda: set_up.api.messages(run))

    set_up.api.terminate(run)

    assert set_up.api.wait(run, ENDS_WITHIN_S) == "CANCELED"
    assert set_up.api.retries_of(run) == []
