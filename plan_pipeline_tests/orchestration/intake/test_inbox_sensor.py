"""The inbox's sensor: what a tick launches, what it says, and that no batch is launched twice or forgotten."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.intake.inbox_sensor import MAX_BATCHES_AT_ONCE, MAX_RUNS_A_BATCH, SENSOR_NAME
from plan_pipeline.orchestration.intake.ingest_requests import ingest_requests
from plan_pipeline.orchestration.run_tags import BATCH_TAG
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import UnsafePathError
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.requests.claims import PLANS_A_BATCH
from plan_pipeline_tests.orchestration.intake.intake_world import SETTLED, drop, registered, tick
from plan_pipeline_tests.orchestration.world import World, make_world, request, run_request

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance, **SETTLED)


def said(result: dg.SensorResult) -> str:
    assert result.skip_reason is not None
    return str(result.skip_reason.skip_message)


def begin(world: World, asked: dg.RunRequest) -> dg.DagsterRun:
    """A run for what a tick asked for, in the queue."""
    return world.instance.create_run_for_job(ingest_requests, run_config=asked.run_config, tags=dict(asked.tags))


def fail(world: World, asked: dg.RunRequest) -> None:
    """A run for what a tick asked for that was killed."""
    world.instance.report_run_failed(begin(world, asked))


def the_request(result: dg.SensorResult) -> dg.RunRequest:
    (asked,) = result.run_requests or ()
    return asked


def test_an_empty_inbox_launches_nothing_and_says_so(world: World) -> None:
    result = tick(world)
    assert result.run_requests == []
    assert said(result) == "the inbox is empty"


def test_a_request_with_a_goal_that_nobody_knows_is_rejected(world: World) -> None:
    drop(world, "one.json", request("rider-1").model_copy(update={"goal": "raise_ftpp"}))
    assert said(tick(world)) == "1 file rejected, see requests/rejected"
    assert (world.pipeline.data.requests_rejected / "one.json").is_file()


def test_with_a_broken_configuration_files_wait_and_the_tick_says_why(world: World, tmp_path: Path) -> None:
    broken = shutil.copytree(world.pipeline.config.folder, tmp_path / "config")
    (broken / "cycling" / "levels.yaml").write_text("beginner: {}\n")
    drop(world, "one.json", request("rider-1"))
    good, world.pipeline.config.folder = world.pipeline.config.folder, broken

    assert "levels.yaml" in said(tick(world))
    world.pipeline.config.folder = good
    assert len(tick(world).run_requests or ()) == 1


def test_files_of_the_sport_whose_configuration_is_broken_wait_and_no_others(world: World, tmp_path: Path) -> None:
    broken = shutil.copytree(world.pipeline.config.folder, tmp_path / "config")
    (broken / "running" / "levels.yaml").write_text("beginner: {}\n")
    world.pipeline.config.folder = broken
    drop(world, "runner.json", run_request("runner"))
    drop(world, "rider.json", request("rider"))

    assert len(tick(world).run_requests or ()) == 1
    inbox = world.pipeline.data.requests_inbox
    assert [path.name for path in inbox.iterdir()] == ["runner.json"]


def test_a_thousand_files_at_once_become_a_few_runs(world: World) -> None:
    for number in range(1000):
        drop(world, f"{number}.json", request(f"rider-{number}"))
    assert len(tick(world).run_requests or ()) == 1000 // PLANS_A_BATCH


def test_what_waits_and_what_is_left_alone_is_said_with_the_reason(world: World) -> None:
    drop(world, "one.json.part", request("rider"))
    (world.pipeline.data.requests_inbox / "half.json").write_text("{")
    (world.pipeline.data.requests_inbox / "link.json").symlink_to("/etc/hostname")

    text = said(tick(world))

    assert "waiting: half.json is not whole yet" in text
    assert "one.json.part has the name of a temporary file" in text
    assert "link.json is a link, which is not followed" in text


def test_a_thousand_files_that_wait_are_said_in_a_few_words(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance, inbox_settle_s=60)
    for number in range(1000):
        drop(world, f"{number:03}.json", request(f"rider-{number}"))
    assert said(tick(world)) == "waiting: 000.json, 001.json, 002.json and 997 more, each of which changed just now"


def test_a_rejected_file_is_said(world: World) -> None:
    drop(world, "bad.json")
    (world.pipeline.data.requests_inbox / "bad.json").write_text("{}")
    assert said(tick(world)) == "1 file rejected, see requests/rejected"


def test_a_file_that_changed_just_now_waits_as_long_as_the_settings_say(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, inbox_settle_s=60)
    drop(world, "one.json", request("rider"))
    assert said(tick(world)) == "waiting: one.json changed just now"


def test_while_another_process_takes_requests_in_the_tick_is_skipped(world: World) -> None:
    from plan_pipeline.storage.requests.claims import Claims

    with Claims(world.pipeline.data).lock(timeout_s=0):
        assert "another process is ingesting requests" in said(tick(world))


def test_an_inbox_that_is_a_link_to_elsewhere_fails_the_tick(world: World, tmp_path: Path) -> None:
    world.pipeline.data.requests_inbox.parent.mkdir(parents=True)
    world.pipeline.data.requests_inbox.symlink_to(tmp_path)
    with pytest.raises(UnsafePathError):
        tick(world)


# --- each batch once, and none forgotten --------------------------------------------------------------------------


def test_a_run_that_was_never_made_is_asked_for_again_under_the_same_key(world: World) -> None:
    drop(world, "one.json", request("rider"))
    assert the_request(tick(world)).run_key == the_request(tick(world)).run_key


def test_a_batch_that_has_a_run_is_not_asked_for(world: World) -> None:
    drop(world, "one.json", request("rider"))
    begin(world, the_request(tick(world)))
    assert said(tick(world)) == "1 batch being ingested"


def test_the_batch_of_a_run_that_was_killed_is_asked_for_again_after_a_minute_under_another_key(world: World) -> None:
    drop(world, "one.json", request("rider"))
    first = the_request(tick(world))
    fail(world, first)

    at_once, later = tick(world), tick(world, later=MINUTE)

    assert "has failed and is tried again at" in said(at_once)
    again = the_request(later)
    assert again.run_config == first.run_config
    assert again.run_key != first.run_key


def test_each_failure_doubles_the_wait(world: World) -> None:
    drop(world, "one.json", request("rider"))
    fail(world, the_request(tick(world)))
    fail(world, the_request(tick(world, later=MINUTE)))
    assert tick(world, later=1.9 * MINUTE).run_requests == []
    assert tick(world, later=2 * MINUTE).run_requests


def test_a_batch_whose_runs_keep_failing_is_given_up_and_the_remedy_named(world: World) -> None:
    drop(world, "one.json", request("rider"))
    for _ in range(MAX_RUNS_A_BATCH):
        fail(world, the_request(tick(world, later=60 * MINUTE)))

    result = tick(world, later=600 * MINUTE)

    assert f"was given up after {MAX_RUNS_A_BATCH} runs" in said(result)
    assert "launch ingest_requests" in said(result)


def test_a_batch_that_was_given_up_does_not_hold_up_the_others(world: World) -> None:
    drop(world, "one.json", request("rider"))
    for _ in range(MAX_RUNS_A_BATCH):
        fail(world, the_request(tick(world, later=60 * MINUTE)))
    drop(world, "two.json", request("rider-2"))
    assert len(tick(world).run_requests or ()) == 1


def test_only_so_many_batches_have_a_run_at_a_time_the_oldest_first(world: World) -> None:
    requests = [request(f"rider-{number}") for number in range(PLANS_A_BATCH * (MAX_BATCHES_AT_ONCE + 2))]
    drop(world, "many.jsonl", *requests)

    result = tick(world)

    asked = [each.tags[BATCH_TAG] for each in result.run_requests or ()]
    assert len(asked) == MAX_BATCHES_AT_ONCE
    assert asked == sorted(asked)
    for each in result.run_requests or ():
        begin(world, each)
    assert said(tick(world)) == f"{MAX_BATCHES_AT_ONCE} batches being ingested; 2 batches waiting for these"


# --- partitions in line with the plans on disk --------------------------------------------------------------------


def test_a_new_instance_learns_of_the_active_plans_and_not_of_the_retired(world: World, tmp_path: Path) -> None:
    for plan_id in ("active", "retired"):
        world.pipeline.plans.save_request(request(plan_id))
    retire(world.pipeline.plans, "retired", at=dt.datetime.now(dt.UTC), timeout_s=1)

    tick(world)

    assert registered(world) == ["active"]


def test_a_plan_that_was_retired_elsewhere_leaves_the_partitions(world: World) -> None:
    world.ask(request("rider"))
    retire(world.pipeline.plans, "rider", at=dt.datetime.now(dt.UTC), timeout_s=1)
    tick(world)
    assert registered(world) == []


def test_a_partition_without_a_plan_on_disk_is_left_alone(world: World) -> None:
    world.instance.add_dynamic_partitions("plans", ["elsewhere"])
    tick(world)
    assert registered(world) == ["elsewhere"]


def test_plans_and_partitions_are_compared_once_an_hour(world: World) -> None:
    cursor = tick(world).cursor
    world.pipeline.plans.save_request(request("rider"))
    assert not tick(world, cursor=cursor, later=59 * MINUTE).dynamic_partitions_requests
    assert tick(world, cursor=cursor, later=60 * MINUTE).dynamic_partitions_requests
    assert registered(world) == ["rider"]


# --- how it is defined --------------------------------------------------------------------------------------------


def test_the_sensor_is_on_from_the_start_and_looks_as_often_as_the_settings_say(tmp_path: Path) -> None:
    repository = build_defs(settings=Settings(data=tmp_path, inbox_interval_s=45)).get_repository_def()
    sensor = repository.get_sensor_def(SENSOR_NAME)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 45
    assert sensor.job_name == ingest_requests.name
    assert sensor.description


def test_the_defined_sensor_looks_into_the_inbox_of_the_installation(world: World) -> None:
    drop(world, "one.json", request("rider"))
    repository = world.defs.get_repository_def()
    resources = {"pipeline": world.pipeline}
    with dg.build_sensor_context(world.instance, repository_def=repository, resources=resources) as context:
        ticked = repository.get_sensor_def(SENSOR_NAME).evaluate_tick(context)
    assert [BATCH_TAG in each.tags for each in ticked.run_requests or ()] == [True]
