"""Records of batches: found while they need something, kept aside when not, and never mistaken for one another."""

from __future__ import annotations

import datetime as dt

import pytest

from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.storage.data_folder import DataFolder, StorageError, UnsafePathError
from plan_pipeline.storage.model_calls.batch_files import (
    KEPT_FOR,
    BatchedQuestion,
    BatchFiles,
    BatchRecord,
    custom_id,
    new_submission_id,
    waiting_plans,
)

AT = dt.datetime(2027, 1, 4, 1, tzinfo=dt.UTC)
HASH = "0123456789abcdef" * 2


@pytest.fixture
def files(data: DataFolder) -> BatchFiles:
    return BatchFiles(data)


def a_record(submission_id: str = "20270104T010000Z-1", **values: object) -> BatchRecord:
    question = BatchedQuestion(
        question=HASH,
        plans={"rider": "r1"},
        purpose=CallPurpose.OVERVIEW,
        attempt=1,
        prompt_version="p1",
        config_version="c1",
    )
    record = BatchRecord(
        submission_id=submission_id,
        provider="anthropic",
        model="claude-sonnet-5-5",
        run_id="run-1",
        intended_at=AT,
        questions={custom_id(submission_id, HASH): question},
    )
    return record.with_(**values)


def test_nothing_is_open_and_nothing_made_where_nothing_was_handed_in(files: BatchFiles) -> None:
    assert files.open() == ()
    assert not files.data.root.exists()


def test_a_record_is_read_as_it_was_kept(files: BatchFiles) -> None:
    files.save(a_record(batch_id="b1", submitted_at=AT))
    assert files.open() == (a_record(batch_id="b1", submitted_at=AT),)


def test_it_is_in_flight_until_it_is_collected(files: BatchFiles) -> None:
    files.save(a_record("one"))
    files.save(a_record("two", batch_id="b2"))
    files.save(a_record("three", batch_id="b3", collected_at=AT))
    assert [record.submission_id for record in files.in_flight()] == ["one", "two"]
    assert len(files.open()) == 3


def test_what_needs_nothing_more_is_found_by_its_id_alone(files: BatchFiles) -> None:
    files.save(a_record(batch_id="b1"))
    files.finish(a_record(batch_id="b1"), AT, closed_because="it is gone")
    assert files.open() == ()
    found = files.find(a_record().submission_id)
    assert found is not None
    assert (found.done_at, found.closed_because) == (AT, "it is gone")
    assert files.known_batches() == {"b1"}


def test_finishing_that_was_cut_short_is_finished(files: BatchFiles) -> None:
    files.save(a_record(done_at=AT))
    assert files.in_flight() == ()
    files.finish(files.open()[0], AT + dt.timedelta(days=1))
    found = files.find(a_record().submission_id)
    assert found is not None
    assert (files.open(), found.done_at) == ((), AT)


def test_old_records_are_removed_when_their_results_are_long_gone(files: BatchFiles) -> None:
    for name, at in (("old", AT), ("new", AT + dt.timedelta(days=2))):
        files.save(a_record(name))
        files.finish(a_record(name), at)
    assert files.remove_old(AT + KEPT_FOR + dt.timedelta(days=1)) == 1
    assert files.find("old") is None
    assert files.find("new") is not None


def test_plans_wait_with_the_request_that_was_asked_about(files: BatchFiles) -> None:
    waiting = waiting_plans((a_record(),))
    assert ("rider", "r1") in waiting
    assert ("rider", "r2") not in waiting


def test_ids_in_a_batch_are_short_enough_for_the_api_and_begin_alike() -> None:
    record = a_record(new_submission_id(AT))
    (only,) = record.questions
    assert only == record.custom_id(HASH)
    assert only.startswith(record.prefix)
    assert len(only) <= 64
    assert a_record("another").prefix != record.prefix


def test_a_damaged_record_is_told_with_what_to_do(files: BatchFiles) -> None:
    files.save(a_record())
    (path,) = (files.data.root / "llm" / "batches").glob("*.json")
    path.write_text("{")
    with pytest.raises(StorageError, match="find the batch in the provider's console"):
        files.open()


def test_a_record_under_another_name_is_not_read(files: BatchFiles) -> None:
    files.save(a_record())
    (path,) = (files.data.root / "llm" / "batches").glob("*.json")
    path.rename(path.with_name("other.json"))
    with pytest.raises(StorageError, match="it holds submission"):
        files.open()


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "x" * 65])
def test_an_id_that_leads_elsewhere_is_refused(files: BatchFiles, name: str) -> None:
    with pytest.raises(UnsafePathError):
        files.find(name)
