"""What people turned on or off in an earlier release stays so, whatever schedules are called now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.definitions.selector import InstigatorSelector
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickData, TickStatus
from dagster._daemon import controller

from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.dagster_internals import daemon
from plan_pipeline.orchestration.dagster_internals.stored_states import RENAMED, carry_over_states
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.orchestration.world import ROOT
from plan_pipeline_tests.releases.data import unpacked

OLD, NEW = "nightly_standing", "nightly_plan_health"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder of release 0.1.0: somebody turned ``nightly_standing`` on and ``nightly_retention`` off."""
    return unpacked(tmp_path)


@pytest.fixture
def opened(data: DataFolder) -> Iterator[dg.DagsterInstance]:
    with dagster_instance(data) as instance:
        yield instance


def selector(name: str) -> InstigatorSelector:
    """As webserver and daemon of this release ask for the state of a schedule."""
    (location,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    repository = build_defs(settings=Settings()).get_repository_def()
    return InstigatorSelector(
        location_name=location["python_module"]["location_name"], repository_name=repository.name, name=name
    )


def state_of(instance: dg.DagsterInstance, name: str) -> InstigatorState | None:
    return instance.get_instigator_state("", selector(name).get_id())


def add(instance: dg.DagsterInstance, name: str, status: InstigatorStatus) -> None:
    some = instance.all_instigator_state()[0]
    origin = some.origin.repository_origin.get_instigator_origin(name)
    instance.add_instigator_state(InstigatorState(origin, InstigatorType.SCHEDULE, status, some.instigator_data))


def test_a_renamed_schedule_that_was_turned_on_is_on(opened: dg.DagsterInstance) -> None:
    state = state_of(opened, NEW)
    assert state is not None and state.status is InstigatorStatus.RUNNING
    assert state_of(opened, OLD) is None


def test_a_schedule_that_kept_its_name_and_was_turned_off_is_off(opened: dg.DagsterInstance) -> None:
    state = state_of(opened, "nightly_retention")
    assert state is not None and state.status is InstigatorStatus.STOPPED


def test_it_is_done_once(opened: dg.DagsterInstance) -> None:
    before = opened.all_instigator_state()
    carry_over_states(opened)
    assert opened.all_instigator_state() == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (InstigatorStatus.RUNNING, InstigatorStatus.RUNNING),
        (InstigatorStatus.DECLARED_IN_CODE, InstigatorStatus.STOPPED),
    ],
)
def test_what_somebody_set_under_the_new_name_counts_and_what_nobody_set_does_not(
    opened: dg.DagsterInstance, status: InstigatorStatus, kept: InstigatorStatus
) -> None:
    state = state_of(opened, NEW)
    assert state is not None
    opened.delete_instigator_state(state.instigator_origin_id, state.selector_id)
    add(opened, OLD, InstigatorStatus.STOPPED)
    add(opened, NEW, status)

    carry_over_states(opened)

    state = state_of(opened, NEW)
    assert state is not None and state.status is kept
    assert state_of(opened, OLD) is None


def test_ticks_under_the_old_name_are_not_made_again(opened: dg.DagsterInstance) -> None:
    state = state_of(opened, NEW)
    assert state is not None
    opened.delete_instigator_state(state.instigator_origin_id, state.selector_id)
    add(opened, OLD, InstigatorStatus.RUNNING)
    old = state_of(opened, OLD)
    assert old is not None
    tick = TickData(
        old.instigator_origin_id,
        OLD,
        InstigatorType.SCHEDULE,
        TickStatus.SUCCESS,
        timestamp=2e9,
        run_ids=[],
        selector_id=old.selector_id,
    )
    opened.create_tick(tick)

    carry_over_states(opened)

    state = state_of(opened, NEW)
    assert state is not None and state.instigator_data.last_iteration_timestamp == 2e9 + 1


def test_the_daemon_does_so_before_it_looks_at_schedules(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with dagster_instance(data) as instance:
        state = state_of(instance, NEW)
        assert state is not None
        instance.delete_instigator_state(state.instigator_origin_id, state.selector_id)
        add(instance, OLD, InstigatorStatus.RUNNING)
    monkeypatch.setenv("DAGSTER_HOME", str(data.root / ".dagster"))
    monkeypatch.setattr(sys, "argv", ["daemon", "run", "--help"])
    monkeypatch.setattr(controller, "DEFAULT_DAEMON_INTERVAL_SECONDS", 30)

    with pytest.raises(SystemExit):
        daemon.main()

    with dg.DagsterInstance.get() as instance:
        state = state_of(instance, NEW)
        assert state is not None and state.status is InstigatorStatus.RUNNING


def test_the_new_names_are_those_of_this_release() -> None:
    defs = build_defs(settings=Settings())
    names = {each.name for each in [*(defs.schedules or ()), *(defs.sensors or ())]}
    assert set(RENAMED.values()) <= names
    assert not RENAMED.keys() & names
