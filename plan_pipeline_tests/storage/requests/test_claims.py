"""A claim appears whole, its batches wait until they are struck off, and ids ascend whatever the clock does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder, LockedError, StorageError, UnsafePathError
from plan_pipeline.storage.requests.claims import PLANS_A_BATCH, Batch, BatchBusyError, Claims, Received
from plan_pipeline_tests.storage import samples

NOON = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    return Claims(DataFolder(tmp_path / "data"))


def commit(claims: Claims, plans: int = 1, *, now: dt.datetime = NOON, first: int = 0) -> tuple[str, ...]:
    requests = [
        Received(source="test", request=samples.request(f"rider-{number}")) for number in range(first, first + plans)
    ]
    return claims.commit(claims.new_claim(now), requests, received_at=now)


def test_a_claim_of_many_requests_has_a_batch_for_every_few_hundred(claims: Claims) -> None:
    batches = commit(claims, plans=2 * PLANS_A_BATCH + 1)
    assert claims.pending() == batches
    assert [batch_id.rpartition("-")[2] for batch_id in batches] == ["0001", "0002", "0003"]
    sizes = []
    for batch_id in batches:
        with claims.batch(batch_id) as batch:
            assert batch is not None
            sizes.append(len(batch.requests))
    assert sizes == [PLANS_A_BATCH, PLANS_A_BATCH, 1]


def test_a_later_claim_has_a_greater_id_although_the_clock_went_back(claims: Claims) -> None:
    first = commit(claims, now=NOON)
    second = commit(claims, now=NOON - dt.timedelta(days=1))
    assert claims.pending() == (*first, *second)


def test_a_later_claim_has_a_greater_id_although_the_earlier_one_is_done(claims: Claims) -> None:
    (first,) = commit(claims, now=NOON)
    acknowledge(claims, first)
    (second,) = commit(claims, now=NOON - dt.timedelta(days=1))
    assert second > first


def test_a_batch_is_worked_on_by_one_at_a_time(claims: Claims) -> None:
    (batch_id,) = commit(claims)
    with (
        claims.batch(batch_id),
        pytest.raises(BatchBusyError, match=f"batch {batch_id} is being worked on by another run"),
        claims.batch(batch_id),
    ):
        pass


def test_a_batch_that_was_struck_off_is_gone(claims: Claims) -> None:
    (batch_id,) = commit(claims)
    acknowledge(claims, batch_id)
    assert claims.pending() == ()
    with claims.batch(batch_id) as batch:
        assert batch is None


def test_a_batch_can_keep_the_requests_that_could_not_be_dealt_with(claims: Claims) -> None:
    (batch_id,) = commit(claims, plans=3)
    with claims.batch(batch_id) as batch:
        assert batch is not None
        claims.acknowledge(batch, except_for=["rider-1"])
    with claims.batch(batch_id) as batch:
        assert batch is not None
        assert [each.request.plan_id for each in batch.requests] == ["rider-1"]


def test_when_its_last_batch_is_struck_off_nothing_of_a_claim_is_left(claims: Claims) -> None:
    for batch_id in commit(claims, plans=PLANS_A_BATCH + 1):
        acknowledge(claims, batch_id)
    assert [path.name for path in claims.folder.glob("[!.]*")] == []


@pytest.mark.parametrize("batch_id", ["", "../../etc/passwd", "20270104T120000000000Z-0001/../x", "x" * 300])
def test_an_id_that_is_none_leads_nowhere(claims: Claims, batch_id: str) -> None:
    with pytest.raises(UnsafePathError, match="is not the id of a batch"), claims.batch(batch_id):
        pass


def test_a_batch_that_never_was_is_none(claims: Claims) -> None:
    with claims.batch("20270104T120000000000Z-0001") as batch:
        assert batch is None


def test_a_damaged_batch_says_what_to_do(claims: Claims) -> None:
    (batch_id,) = commit(claims)
    claim, _, number = batch_id.rpartition("-")
    (claims.folder / claim / f"{number}.json").write_text("{")
    with pytest.raises(StorageError, match="put them into the inbox again and delete it"), claims.batch(batch_id):
        pass


def test_an_unfinished_claim_of_a_killed_process_is_forgotten(claims: Claims) -> None:
    commit(claims)
    unfinished = claims.folder / ".20270104T120000000000Z.1-dead.tmp"
    unfinished.mkdir()
    (unfinished / "0001.json").write_text("{")
    claims.recover()
    assert not unfinished.exists()
    assert len(claims.pending()) == 1


def test_the_lock_says_who_is_at_work(claims: Claims) -> None:
    with (
        claims.lock(timeout_s=0),
        pytest.raises(LockedError, match="another process is ingesting requests; waited 0 s"),
        claims.lock(timeout_s=0),
    ):
        pass


def acknowledge(claims: Claims, batch_id: str) -> None:
    with claims.batch(batch_id) as batch:
        assert isinstance(batch, Batch)
        claims.acknowledge(batch)
