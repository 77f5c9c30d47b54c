"""``plan-pipeline retire``: by name or all that are over, shown first if asked, and undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.cli.conftest import Ended, Run, contents
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.samples import retired_plan_ids

Ask = Callable[..., PlanStore]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Leave requests in a data folder, as ``plan id=start date`` or ``None`` for a plan without dates."""

    def leave(**starts: str | None) -> PlanStore:
        store = PlanStore(DataFolder(tmp_path / "data"))
        for name, start in starts.items():
            raw = samples.raw_request(name.replace("_", "-")) | {"start_date": start, "weeks": 12}
            store.save_request(PlanRequest.model_validate(raw))
        with dagster_instance(store.data) as instance:
            register_plans(instance, store.plan_ids())
        return store

    return leave


def registered(store: PlanStore) -> list[str]:
    with dagster_instance(store.data) as instance:
        return list(instance.get_dynamic_partitions("plans"))


def retire(run: Run, store: PlanStore, *arguments: str, **environment: str) -> Ended:
    return run("retire", *arguments, "--data", store.data.root, **environment)


def json_of(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_a_named_plan_is_retired_and_leaves_the_partitions(run: Run, ask: Ask) -> None:
    store = ask(rider_1=None, rider_2=None)
    ended = retire(run, store, "rider-1")
    assert ended.exit_code == 0
    assert "rider-1" in ended.stdout
    assert retired_plan_ids(store) == ("rider-1",)
    assert registered(store) == ["rider-2"]
    with dagster_instance(store.data) as instance:
        board = instance.get_latest_materialization_event(AssetKey("plan_status"))
    assert board is not None and board.asset_materialization is not None
    assert board.asset_materialization.metadata["plans_retired"].value == 1


def test_a_named_plan_is_brought_back(run: Run, ask: Ask) -> None:
    store = ask(rider_1=None)
    retire(run, store, "rider-1")
    ended = retire(run, store, "--undo", "rider-1", "--json")
    assert json_of(ended) == [{"plan_id": "rider-1", "change": "restored", "last_day": None, "dry_run": False}]
    assert retired_plan_ids(store) == ()
    assert registered(store) == ["rider-1"]


def test_every_plan_that_ended_before_a_date_is_retired(run: Run, ask: Ask) -> None:
    store = ask(early="2027-01-04", late="2027-02-01", undated=None)
    ended = retire(run, store, "--finished", "--before", "2027-03-29", "--json")
    assert json_of(ended) == [{"plan_id": "early", "change": "retired", "last_day": "2027-03-28", "dry_run": False}]
    assert registered(store) == ["late", "undated"]


def test_without_a_date_the_days_of_grace_are_those_of_the_settings(run: Run, ask: Ask) -> None:
    store = ask(long_over="2020-01-06")
    assert json_of(retire(run, store, "--finished", "--json", PLAN_PIPELINE_RETIRE_AFTER_DAYS="3650")) == []
    assert len(json_of(retire(run, store, "--finished", "--json"))) == 1


def test_a_dry_run_shows_the_same_and_writes_nothing(run: Run, ask: Ask) -> None:
    store = ask(early="2027-01-04")
    before = contents(store.data.root)
    ended = retire(run, store, "--finished", "--before", "2028-01-01", "--dry-run")
    assert ended.exit_code == 0
    assert "early" in ended.stdout
    assert "nothing was changed; leave --dry-run out to do it" in ended.stderr
    assert contents(store.data.root) == before


def test_what_is_retired_already_is_said_to_be_as_it_was(run: Run, ask: Ask) -> None:
    store = ask(rider_1=None)
    retire(run, store, "rider-1")
    assert "as it was" in retire(run, store, "rider-1").stdout


def test_where_no_plan_is_over_that_is_said(run: Run, ask: Ask) -> None:
    ended = retire(run, ask(undated=None), "--finished")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert "no plan is over; nothing to retire" in ended.stderr


def test_a_plan_that_a_run_is_writing_is_skipped_with_exit_code_1(run: Run, ask: Ask) -> None:
    store = ask(rider_1=None)
    with PlanStore(store.data).lock("rider-1"):
        ended = retire(run, store, "rider-1")
    assert ended.exit_code == 1
    assert "skipped: a run is writing it, try again later" in ended.stdout
    assert registered(store) == ["rider-1"]


def test_a_plan_that_nobody_knows_is_named_and_no_other_is_retired(run: Run, ask: Ask) -> None:
    store = ask(rider_1=None)
    ended = retire(run, store, "rider-1", "rider-l")
    assert ended.exit_code == 2
    assert "there is no plan 'rider-l', so nothing was changed; did you mean rider-1?" in ended.stderr
    assert retired_plan_ids(store) == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "PLAN: is missing; name the plans, or use --finished for all that are over"),
        (["rider-1", "--finished"], "--finished: goes through all plans, and 'rider-1' is named"),
        (["--finished", "--undo"], "--undo: brings back plans that are named"),
        (["rider-1", "--before", "2027-01-01"], "--before: says which plans are finished; use it with --finished"),
        (["--finished", "--before", "soon"], "soon"),
    ],
)
def test_arguments_that_contradict_each_other_are_bad_usage(
    run: Run, ask: Ask, arguments: list[str], message: str
) -> None:
    ended = retire(run, ask(rider_1=None), *arguments)
    assert ended.exit_code == 2
    assert message in ended.stderr
