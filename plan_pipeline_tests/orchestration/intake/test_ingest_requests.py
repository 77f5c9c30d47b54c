"""Requests become plans, from the inbox by way of the sensor and from the launchpad, once each whatever happens."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import dagster as dg
import pytest
import yaml

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.orchestration.intake.ingest_requests import (
    EXAMPLE,
    PLANS_A_BATCH,
    ingest_requests,
    submit_plan_requests,
)
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.retirement import is_retired, retire
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline_tests.orchestration.intake.intake_world import (
    SETTLED,
    drop,
    launch_due,
    output_of,
    registered,
    submit,
    tick,
)
from plan_pipeline_tests.orchestration.intake.killed_intake import PLANS
from plan_pipeline_tests.orchestration.world import (
    ROOT,
    World,
    check_of,
    failure_of,
    infeasible_request,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance, **SETTLED)


def outcome(data: DataFolder, file: str) -> list[dict[str, object]]:
    """What became of the plans in an accepted file."""
    path = data.requests_accepted / f"{file}.outcome.json"
    return [json.loads(line) for line in path.read_text().splitlines()]


def raw(plan_id: str, **fields: int) -> dict[str, object]:
    return request(plan_id, **fields).model_dump(mode="json", exclude_none=True)  # type: ignore[arg-type]


# --- from the inbox -----------------------------------------------------------------------------------------------


def test_a_file_in_the_inbox_becomes_a_published_plan(world: World) -> None:
    drop(world, "one.json", request("rider-1"))

    (run,) = launch_due(world, tick(world))

    assert run.success
    assert world.pipeline.plans.load_plan("rider-1") is not None
    assert registered(world) == ["rider-1"]
    assert len(world.marked("final_plan")) == 6
    assert [row["plan_id"] for row in world.rows("plan_generations")] == ["rider-1"]
    assert world.pipeline.data.warehouse.exists()
    assert tick(world).run_requests == []


def test_a_run_says_how_each_plan_of_its_batch_ended(world: World) -> None:
    drop(world, "three.jsonl", request("good"), rejected_request("short"), infeasible_request("too-much"))

    (run,) = launch_due(world, tick(world))

    found = output_of(run)
    counts = [found[name] for name in ("plans_registered", "plans_new", "plans_published", "plans_rejected")]
    assert counts == [3, 3, 1, 1]
    assert found["plans_infeasible"] == 1
    assert [line.split(" | ")[0] for line in found["outcomes"].splitlines()[2:]] == ["| short", "| too-much", "| good"]
    assert "too-much: " in found["reasons"]
    lines = outcome(world.pipeline.data, "three.jsonl")
    assert lines == [record.outcome() for record in world.records]
    assert [(each["plan_id"], each["status"]) for each in lines] == [
        ("good", "published"),
        ("short", "rejected"),
        ("too-much", "infeasible"),
    ]
    assert not check_of(run, "plan_is_published").passed
    assert world.instance.get_latest_materialization_event(dg.AssetKey("plan_status")) is not None


def test_a_request_that_a_newer_one_replaced_says_so_in_the_outcome_of_its_file(world: World) -> None:
    drop(world, "a.json", request("rider-1", weeks=4))
    drop(world, "b.json", request("rider-1", weeks=5))
    launch_due(world, tick(world))
    drop(world, "c.json", request("rider-1", weeks=6))
    late = tick(world)
    drop(world, "d.json", request("rider-1", weeks=7))
    launch_due(world, tick(world), number=1)
    launch_due(world, late)

    found = {name: outcome(world.pipeline.data, f"{name}.json") for name in "abcd"}

    assert {name: [line["status"] for line in lines] for name, lines in found.items()} == {
        "a": ["error"],
        "b": ["published"],
        "c": ["error"],
        "d": ["published"],
    }
    replaced = "a newer request for plan 'rider-1' came in meanwhile, from {}; if this one is to count, give it again"
    assert [found["a"][0]["reasons"], found["c"][0]["reasons"]] == [
        [replaced.format("b.json")],
        [replaced.format("d.json")],
    ]


def test_a_plan_whose_files_cannot_be_read_says_so_in_the_outcome_of_its_file(world: World) -> None:
    drop(world, "one.json", request("rider-1", weeks=4))
    due = tick(world)
    world.file("rider-1", "plan.json").mkdir(parents=True)

    launch_due(world, due)

    (line,) = outcome(world.pipeline.data, "one.json")
    assert line["status"] == "error"
    assert "plan.json" in str(line["reasons"])


def test_a_batch_that_was_taken_in_is_not_taken_in_again(world: World) -> None:
    drop(world, "one.json", request("rider-1"))
    due = tick(world)
    launch_due(world, due)

    (again,) = due.run_requests or ()
    run = world.launch("ingest_requests", tags=again.tags, config=again.run_config)

    assert run.success
    assert output_of(run)["plans_registered"] == 0
    assert len(world.rows("plan_generations")) == 1


def test_launched_as_it_is_the_job_takes_in_every_batch_that_waits(world: World) -> None:
    for number in range(2):
        drop(world, f"{number}.json", request(f"rider-{number}", weeks=4))
        tick(world)

    run = world.launch("ingest_requests")

    assert output_of(run)["plans_published"] == 2
    assert Claims(world.pipeline.data).pending() == ()
    assert len(world.rows("plan_weeks")) == 8


def test_a_plan_that_is_asked_for_anew_is_made_from_the_new_request(world: World) -> None:
    for weeks in (4, 5):
        drop(world, "rider.json", request("rider", weeks=weeks))
        launch_due(world, tick(world))

    plan = world.pipeline.plans.load_plan("rider")
    assert plan is not None
    assert len(plan.training_plan.weekly_plan) == 5


def test_a_newer_request_stays_although_the_older_one_is_taken_in_after_it(world: World) -> None:
    drop(world, "old.json", request("rider", weeks=4))
    older = tick(world)
    drop(world, "new.json", request("rider", weeks=5))
    newer = tick(world)
    launch_due(world, newer, number=1)

    (late,) = launch_due(world, older)

    assert late.success
    assert output_of(late)["newer_request_is_in_place"] == "- rider"
    assert world.pipeline.plans.load_request("rider").weeks == 5


def test_a_new_request_brings_a_retired_plan_back(world: World) -> None:
    world.run_plan(request("rider", weeks=4))
    retire(world.pipeline.plans, "rider", at=dt.datetime.now(dt.UTC), timeout_s=1)
    drop(world, "again.json", request("rider", weeks=4))

    launch_due(world, tick(world))

    assert not is_retired(world.pipeline.plans, "rider")
    assert registered(world) == ["rider"]


def test_a_broken_library_fails_the_run_and_the_batch_waits(world: World, tmp_path: Path) -> None:
    broken = without_library(world, tmp_path)
    drop(world, "one.json", request("rider-1", weeks=4))

    (failed,) = launch_due(broken, tick(broken))
    later = tick(world, later=dt.timedelta(minutes=2))
    (repeated,) = launch_due(world, later)

    assert not failed.success
    assert "library" in failure_of(failed)
    assert registered(world) == ["rider-1"]
    assert repeated.success
    assert world.pipeline.plans.load_plan("rider-1") is not None


# --- from the launchpad -------------------------------------------------------------------------------------------


def test_requests_from_the_launchpad_are_registered_and_generated(world: World) -> None:
    run = submit(world, [raw("rider-1", weeks=4), raw("rider-2", weeks=4)])

    assert run.success
    assert output_of(run)["plans_published"] == 2
    assert "| rider-2 | published |" in output_of(run)["outcomes"]
    assert registered(world) == ["rider-1", "rider-2"]
    assert Claims(world.pipeline.data).pending() == ()


@pytest.mark.parametrize("form", ["documents", "json", "lines", "one"])
def test_requests_can_be_pasted_as_text(world: World, form: str) -> None:
    requests = [raw("rider-1", weeks=4), raw("rider-2", weeks=4)]
    text = {
        "documents": "---\n".join(yaml.safe_dump(each) for each in requests),
        "json": json.dumps(requests),
        "lines": "\n".join(json.dumps(each) for each in requests),
        "one": yaml.safe_dump(requests[0]),
    }[form]

    run = submit(world, text, generate=False)

    assert run.success, failure_of(run)
    assert registered(world) == (["rider-1"] if form == "one" else ["rider-1", "rider-2"])


def test_plans_can_be_registered_without_being_generated(world: World) -> None:
    run = submit(world, [raw("rider-1")], generate=False)
    assert run.success
    assert world.pipeline.plans.load_request("rider-1") == request("rider-1")
    assert world.rows("plan_generations") == []


def test_if_one_request_cannot_be_used_none_is_taken_and_every_problem_is_named(world: World) -> None:
    run = submit(world, [raw("rider-1"), raw("rider-2") | {"weeks": 99}, {"plan_id": "rider-3"}])

    assert not run.success
    assert failure_of(run).splitlines() == [
        "nothing was taken; correct this in the configuration and launch the run again:",
        "- request 2: weeks: must be at most 24, not 99; give a number from 4 to 24",
        "- request 3: athlete_profile: is missing; add it",
    ]
    assert registered(world) == []
    assert world.pipeline.plans.plan_ids() == ()
    assert Claims(world.pipeline.data).pending() == ()


def test_an_event_of_a_type_that_nobody_knows_is_refused(world: World) -> None:
    run = submit(world, [raw("rider-1") | {"event": {"date": "2027-03-28", "type": "centurion"}}])
    said = "request: event.type: 'centurion' is not a known event type; did you mean century? known: "
    assert said in failure_of(run)
    assert world.pipeline.plans.plan_ids() == ()


def test_launched_untouched_the_job_says_what_to_do(world: World) -> None:
    run = world.launch("submit_plan_requests")
    assert "plan_id: 'change-me' is the example's; put your own request in its place" in failure_of(run)
    assert world.pipeline.plans.plan_ids() == ()


def test_the_example_with_an_id_of_its_own_is_a_request_that_can_be_met(world: World) -> None:
    run = submit(world, [EXAMPLE | {"plan_id": "mine"}])
    assert output_of(run)["plans_published"] == 1


@pytest.mark.parametrize("nothing", ["", [], {}, None, "# later"])
def test_no_request_at_all_is_a_clear_failure(world: World, nothing: object) -> None:
    assert "nothing was taken" in failure_of(submit(world, nothing))


def test_more_requests_than_a_batch_holds_are_referred_to_the_inbox(world: World) -> None:
    run = submit(world, [raw(f"rider-{number}") for number in range(PLANS_A_BATCH + 1)])
    assert f"there are more than {PLANS_A_BATCH} requests; put them into the inbox" in failure_of(run)


def test_what_a_run_had_submitted_before_it_broke_off_is_taken_in_by_its_retry(world: World, tmp_path: Path) -> None:
    broken_off = submit(without_library(world, tmp_path), [raw("rider-1", weeks=4)])

    run = submit(world, [raw("rider-1", weeks=4)], tags=own_tags(broken_off))

    assert not broken_off.success
    assert output_of(run)["plans_published"] == 1
    assert Claims(world.pipeline.data).pending() == ()


def test_a_retry_with_other_requests_takes_those(world: World, tmp_path: Path) -> None:
    broken_off = submit(without_library(world, tmp_path), [raw("rider-1", weeks=4)])

    run = submit(world, [raw("rider-1", weeks=5)], tags=own_tags(broken_off))
    left = world.launch("ingest_requests")

    assert output_of(run)["plans_published"] == 1
    assert output_of(left)["newer_request_is_in_place"] == "- rider-1"
    assert world.pipeline.plans.load_request("rider-1").weeks == 5


def without_library(world: World, folder: Path) -> World:
    """The same installation while its library is empty: runs fail once they have stored requests."""
    (folder / "nothing").mkdir()
    return make_world(folder, world.instance, library=folder / "nothing", **SETTLED)


def own_tags(run: dg.ExecuteInProcessResult) -> dict[str, str]:
    """The tags that Dagster hands on to a run that repeats another."""
    return {name: value for name, value in run.dagster_run.tags.items() if name.startswith("plan_pipeline/")}


# --- killed on the way --------------------------------------------------------------------------------------------


def check_kills(folder: Path, stride: int) -> None:
    """Kill all that leads from files to plans every ``stride`` changes of a file, have it repeated, and look."""
    command = [sys.executable, "-m", "plan_pipeline_tests.orchestration.intake.killed_intake", str(folder), str(stride)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kills = done.stdout.splitlines()
    assert len(kills) * stride > 60
    for changes in kills:
        data = DataFolder(folder / changes / "data")
        with dagster_instance(data) as instance:
            check_all_is_done_once(make_world(folder / changes, instance), f"killed after {changes} changes")


def check_all_is_done_once(world: World, where: str) -> None:
    plans, data = world.pipeline.plans, world.pipeline.data
    assert sorted(registered(world)) == list(PLANS), where
    assert plans.plan_ids() == PLANS, where
    for (
        plan_id
    ) in PLANS:  # the version of a run that was killed before it published it may lie beside the published one
        versions = [Plan.model_validate_json(path.read_bytes()) for path in plans.versions(plan_id)]
        assert {each.generation.content_hash for each in versions} == {world.content_hash(plan_id)}, where
        assert plans.load_plan(plan_id) in versions, where
        assert len(versions) <= 2, where
    assert len(world.marked("final_plan")) == 8, where
    generations = [(row["plan_id"], row["generation_id"]) for row in world.rows("plan_generations")]
    assert {plan_id for plan_id, _ in generations} == set(PLANS), where
    assert len(generations) == len(set(generations)), where
    weeks = Counter((row["plan_id"], row["generation_id"], row["week"]) for row in world.rows("plan_weeks"))
    assert set(weeks.values()) == {1}, where
    assert {(*each, week) for each in generations for week in range(1, 5)} <= weeks.keys(), where
    assert Claims(data).pending() == (), where
    accepted = {path.name for path in data.requests_accepted.iterdir()}
    assert accepted == {f"{file}{end}" for file in ("one.json", "two.jsonl") for end in ("", ".outcome.json")}, where
    for file, plan_id in zip(("one.json", "two.jsonl"), PLANS, strict=True):
        assert [(line["plan_id"], line["status"]) for line in outcome(data, file)] == [(plan_id, "published")], where
    assert list(data.requests_inbox.iterdir()) == [], where


@pytest.mark.slow
def test_killed_on_the_way_from_a_file_to_a_plan_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    check_kills(tmp_path, stride=19)


@pytest.mark.slow
def test_killed_at_any_change_of_a_file_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    check_kills(tmp_path, stride=1)


# --- how they are defined -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("job", [submit_plan_requests, ingest_requests])
def test_runs_share_the_limit_of_bulk_runs_and_go_before_the_nightly_ones(job: dg.JobDefinition) -> None:
    assert job.tags["kind"] == "bulk"
    assert int(job.tags["dagster/priority"]) > 0


def test_the_examples_of_the_project_can_be_dropped_as_they_are(tmp_path: Path) -> None:
    with temporary_instance(tmp_path) as instance:
        world = make_world(tmp_path, instance, **SETTLED)
        world.pipeline.data.requests_inbox.mkdir(parents=True)
        examples = sorted((ROOT / "examples" / "requests").glob("*.yaml"))
        for path in examples:
            (world.pipeline.data.requests_inbox / path.name).write_bytes(path.read_bytes())
        (run,) = launch_due(world, tick(world))
        assert output_of(run)["plans_published"] == len(examples)
