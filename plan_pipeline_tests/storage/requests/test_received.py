"""A request that came in through a batch is stored once, and an older one never replaces a newer one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.retirement import is_retired, retire
from plan_pipeline.storage.requests.claims import Batch, Received
from plan_pipeline.storage.requests.received import origin, store_received
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.samples import NOON

EARLY, LATE = "20270104T120000000000Z-0001", "20270104T120000000000Z-0002"


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(DataFolder(tmp_path / "data"))


def receive(store: PlanStore, batch_id: str = EARLY, *, weeks: int = 12, source: str = "one.json") -> bool:
    received = Received(source=source, request=samples.request("rider-1", weeks=weeks))
    batch = Batch(batch_id=batch_id, received_at=NOON, requests=(received,))
    return store_received(store, received, batch, timeout_s=0.1)


def test_a_request_is_stored_with_where_it_came_from(store: PlanStore) -> None:
    assert receive(store)
    assert store.load_request("rider-1") == samples.request("rider-1")
    found = origin(store, "rider-1")
    assert found is not None
    assert (found.source, found.batch_id, found.received_at) == ("one.json", EARLY, NOON)


def test_a_later_batch_replaces_the_request(store: PlanStore) -> None:
    receive(store, EARLY, weeks=8)
    assert receive(store, LATE, weeks=12)
    assert store.load_request("rider-1").weeks == 12


def test_an_earlier_batch_that_comes_late_changes_nothing_and_has_nothing_to_generate(store: PlanStore) -> None:
    receive(store, LATE, weeks=12)
    assert not receive(store, EARLY, weeks=8)
    assert store.load_request("rider-1").weeks == 12


def test_the_same_batch_again_does_not_undo_what_a_person_changed_meanwhile(store: PlanStore) -> None:
    receive(store, weeks=8)
    store.save_request(samples.request("rider-1", weeks=16))
    assert receive(store, weeks=8)
    assert store.load_request("rider-1").weeks == 16


def test_a_new_request_brings_a_retired_plan_back(store: PlanStore) -> None:
    receive(store, EARLY)
    retire(store, "rider-1", at=dt.datetime.now(dt.UTC), timeout_s=1)
    receive(store, LATE)
    assert not is_retired(store, "rider-1")


def test_a_plan_that_a_run_is_writing_is_waited_for_only_so_long(store: PlanStore) -> None:
    other = PlanStore(store.data)
    with other.lock("rider-1"), pytest.raises(PlanLockedError):
        receive(store)


def test_a_plan_that_did_not_come_through_a_batch_has_no_origin(store: PlanStore) -> None:
    store.save_request(samples.request("rider-1"))
    assert origin(store, "rider-1") is None
