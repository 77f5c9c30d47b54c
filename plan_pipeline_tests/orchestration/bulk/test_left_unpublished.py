"""Plans that a bulk run made and did not publish turn checks red, are on the board, and are alerted of, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest

from plan_pipeline.orchestration.bulk.batches import split
from plan_pipeline.orchestration.bulk.regenerate_plans import regenerate_plans
from plan_pipeline.orchestration.run_tags import REFRESH_TAG, SPLIT_TAG
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline_tests.orchestration.bulk.test_batches import queued
from plan_pipeline_tests.orchestration.reporting.test_alerts import Webhook, served
from plan_pipeline_tests.orchestration.world import (
    World,
    check_of,
    failure_of,
    infeasible_request,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)
from plan_pipeline_tests.services.making import NOW

GOOD, SHORT, NEVER = request("good", weeks=4), rejected_request("short"), infeasible_request("never")
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
RED_OR_YELLOW = ("weeks_pass", "plan_is_published", "plan_rules_are_kept", "time_error_within_5_pct")


class Told(NamedTuple):
    """A world with one good, one rejected and one infeasible plan, the bulk run that made them, and its alerts."""

    world: World
    run: dg.ExecuteInProcessResult
    alerts: list[dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told")
    with served(Webhook()) as webhook, temporary_instance(folder) as instance:
        world = make_world(folder, instance, alert_url=webhook.url)
        world.ask(GOOD, SHORT, NEVER)
        run = world.launch("regenerate_plans")
        yield Told(world, run, list(webhook.received))


def board(world: World) -> dict[str, Any]:
    event = world.instance.get_latest_materialization_event(dg.AssetKey("plan_status"))
    assert event is not None and event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def severities(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, dg.AssetCheckSeverity]]:
    return {name: (check_of(result, name).passed, check_of(result, name).severity) for name in RED_OR_YELLOW}


def test_the_run_is_a_success_and_its_checks_are_red_with_plans_and_reasons(told: Told) -> None:
    assert told.run.success, failure_of(told.run)
    assert severities(told.run) == {
        "weeks_pass": (False, ERROR),
        "plan_is_published": (False, ERROR),
        "plan_rules_are_kept": (False, WARN),
        "time_error_within_5_pct": (False, WARN),
    }
    published = check_of(told.run, "plan_is_published")
    assert published.description == "not published: 2 plans of this run (never, short)"
    assert (published.metadata["plans"].value, published.metadata["plans_infeasible"].value) == (3, 1)
    assert "never: infeasible: at most 3.0 h of 12 h a week" in str(published.metadata["reasons"].value)
    weeks = check_of(told.run, "weeks_pass")
    failed = str(weeks.metadata["failed"].value)
    assert "short: Week " in failed
    assert "% below the target of 12 h" in failed


def test_the_board_counts_all_and_names_those_that_need_someone(told: Told) -> None:
    found = board(told.world)
    assert [found[f"plans_{name}"] for name in ("published", "rejected", "infeasible", "error", "stale")] == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert "**3 active plans, 2 need someone**" in found["board"]
    assert found["board"].index("| short | rejected |") < found["board"].index("| never | infeasible |")


def test_one_alert_says_which_and_why(told: Told) -> None:
    (alert,) = told.alerts
    assert (alert["event"], alert["job"], alert["run_id"]) == (
        "plans_not_published",
        "regenerate_plans",
        told.run.run_id,
    )
    counts = [alert[name] for name in ("plans", "not_published", "rejected", "infeasible", "error")]
    assert counts == [3, 2, 1, 1, 0]
    assert [each["plan_id"] for each in alert["first"]] == ["never", "short"]
    assert alert["text"].startswith("regenerate_plans: 2 of 3 plans were not published (1 infeasible, 1 rejected): ")


def test_a_good_run_of_another_plan_leaves_a_warning_and_a_run_of_all_good_plans_is_green(world: World) -> None:
    world.ask(GOOD, SHORT)
    world.launch("regenerate_plans", config=_only("short"))

    in_bulk = world.launch("regenerate_plans", config=_only("good"))
    by_assets = world.run("good|01", "good|04")
    retire(world.pipeline.plans, "short", at=NOW, timeout_s=1)
    after = world.launch("regenerate_plans")

    for run in (in_bulk, by_assets):
        assert run.success, failure_of(run)
        assert set(severities(run).values()) == {(False, WARN)}
        earlier = check_of(run, "plan_is_published")
        assert earlier.description == "not published: 1 plan of earlier runs (short)"
        assert "short: rejected: Week 2" in str(earlier.metadata["of_earlier_runs"].value)
    assert {passed for passed, _ in severities(after).values()} == {True}
    assert (board(world)["plans_retired"], board(world)["plans_left"]) == (1, 0)


def test_a_bad_plan_that_is_confirmed_stays_red_and_nobody_is_called_again(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    with served(Webhook()) as webhook:
        world = make_world(tmp_path, instance, alert_url=webhook.url)
        world.ask(SHORT)
        world.launch("regenerate_plans")
        made = world.records[0].generation_id

        confirmed = world.launch("regenerate_plans")
        calls = len(webhook.received)
        world.launch("regenerate_plans", config=_only("short", unchanged="verify"))

    assert [record.generation_id == made for record in world.records] == [True, True, False]
    published = check_of(confirmed, "plan_is_published")
    assert (published.passed, published.severity) == (False, ERROR)
    assert (calls, len(webhook.received)) == (1, 2)


def test_a_batch_that_was_split_is_told_of_as_one(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with served(Webhook()) as webhook:
        world = make_world(tmp_path, instance, alert_url=webhook.url)
        world.ask(SHORT, NEVER, GOOD)
        big = queued(instance, regenerate_plans, tags={})
        parts = split(big, instance, ("short", "never", "good"), 1, {"refresh_warehouse": False}, "generate_in_bulk")
        for run_id in parts:
            part = instance.get_run_by_id(run_id)
            assert part is not None
            world.launch("regenerate_plans", config=dict(part.run_config), tags=part.tags)
        assert webhook.received == []

        last = world.launch("refresh_warehouse", tags={SPLIT_TAG: big.run_id, REFRESH_TAG: big.run_id})

        assert last.success, failure_of(last)
        published = check_of(last, "plan_is_published")
        assert (published.passed, published.severity) == (False, ERROR)
        assert published.description == "not published: 2 plans of this run (short, never)"
        (alert,) = webhook.received
        assert (alert["event"], alert["run_id"], alert["not_published"]) == ("plans_not_published", big.run_id, 2)
    assert board(world)["plans_left"] == 2


def _only(*plan_ids: str, **more: str) -> dict[str, Any]:
    return {"ops": {"generate_in_bulk": {"config": {"plan_ids": list(plan_ids), **more}}}}
