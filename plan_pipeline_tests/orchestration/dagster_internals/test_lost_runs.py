"""A run whose process is gone is ended, so that it can be tried again; no other run is touched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import dagster as dg
import pytest

from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs, executed_here, is_gone
from plan_pipeline.orchestration.run_tags import PROCESS_TAG
from plan_pipeline_tests.orchestration.world import World, request

NAME_ITSELF = """
import sys, time
from plan_pipeline.orchestration.dagster_internals.lost_runs import PROCESS_TAG, executed_here
print(executed_here(sys.argv[1])[PROCESS_TAG], flush=True)
time.sleep(600)
"""


@dg.job
def job() -> None:
    pass


@pytest.fixture
def run_id(instance: dg.DagsterInstance) -> str:
    return started(instance)


@pytest.fixture
def process(run_id: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that executes the run, and its name."""
    found = subprocess.Popen([sys.executable, "-c", NAME_ITSELF, run_id], stdout=subprocess.PIPE, text=True)
    assert found.stdout is not None
    try:
        yield found, found.stdout.readline().strip()
    finally:
        found.kill()
        found.wait()


def started(instance: dg.DagsterInstance) -> str:
    return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED).run_id


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_run_whose_process_was_killed_is_ended(
    instance: dg.DagsterInstance, run_id: str, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, name = process
    instance.add_run_tags(run_id, {PROCESS_TAG: name})
    assert end_lost_runs(instance) == ()

    kill(running)

    assert end_lost_runs(instance) == (run_id,)
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE


def test_a_run_that_somebody_was_ending_is_canceled_and_not_tried_again(
    instance: dg.DagsterInstance, run_id: str, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, name = process
    instance.add_run_tags(run_id, {PROCESS_TAG: name})
    ending = instance.get_run_by_id(run_id)
    assert ending is not None
    instance.report_run_canceling(ending)

    kill(running)

    assert end_lost_runs(instance) == (run_id,)
    assert status(instance, run_id) is dg.DagsterRunStatus.CANCELED


def test_its_places_in_pools_are_free_again(
    instance: dg.DagsterInstance, run_id: str, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, name = process
    instance.add_run_tags(run_id, {PROCESS_TAG: name})
    instance.event_log_storage.set_concurrency_slots("llm", 1)
    instance.event_log_storage.claim_concurrency_slot("llm", run_id, "a step")

    kill(running)
    end_lost_runs(instance)

    assert instance.event_log_storage.get_concurrency_info("llm").active_slot_count == 0


def test_it_will_be_tried_again(
    instance: dg.DagsterInstance, run_id: str, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, name = process
    instance.add_run_tags(run_id, {PROCESS_TAG: name})
    kill(running)
    end_lost_runs(instance)

    run = instance.get_run_by_id(run_id)

    assert run is not None
    assert run.tags["dagster/will_retry"] == "true"


def test_its_retry_has_the_tag_and_is_left_alone_until_it_says_who_executes_it(
    instance: dg.DagsterInstance, run_id: str, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, name = process
    kill(running)
    retry = started(instance)
    instance.add_run_tags(retry, {PROCESS_TAG: name})
    assert end_lost_runs(instance) == ()


def test_a_run_of_this_process_is_left_alone(instance: dg.DagsterInstance, run_id: str) -> None:
    instance.add_run_tags(run_id, executed_here(run_id))
    assert end_lost_runs(instance) == ()


def test_a_number_that_is_another_process_by_now_is_gone() -> None:
    host, pid = socket.gethostname(), os.getpid()
    assert is_gone(f"{host}:{pid}:1:run", "run")


@pytest.mark.parametrize("tag", ["", "no process", "elsewhere:1:2:run", "x:y"])
def test_what_cannot_be_known_is_not_gone(tag: str) -> None:
    assert not is_gone(tag, "run")


def test_every_run_says_which_process_executes_it(world: World) -> None:
    world.ask(request(weeks=4))
    run = world.launch("regenerate_plans").dagster_run
    stored = world.instance.get_run_by_id(run.run_id)
    assert stored is not None
    assert stored.tags[PROCESS_TAG] == executed_here(run.run_id)[PROCESS_TAG]
