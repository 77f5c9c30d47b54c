"""A request is taken in by one function, whatever door it came through, and of two the one that came later counts."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import json
import time
from pathlib import Path

import pytest

import plan_pipeline
from plan_pipeline.services.requests import receipt_now, submit_request, superseded_message
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.records import Receipt
from plan_pipeline.storage.plans.retirement import is_retired, retire
from plan_pipeline.storage.requests.arrivals import arrivals, claim_after_inbox
from plan_pipeline.storage.requests.claims import Received
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.samples import NOON

EARLY, LATE = "20270104T120000000000Z-0001", "20270104T120000000000Z-0002"
FAR_AHEAD = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(DataFolder(tmp_path / "data"))


def submit(store: PlanStore, order: str = EARLY, *, weeks: int = 12, source: str = "one.json") -> bool:
    receipt = Receipt(source=source, order=order, received_at=NOON)
    return submit_request(store, samples.request("rider-1", weeks=weeks), receipt, timeout_s=0.1)


# --- one request ----------------------------------------------------------------------------------------------------


def test_a_request_is_stored_with_where_it_came_from(store: PlanStore) -> None:
    assert submit(store)
    assert store.load_request("rider-1") == samples.request("rider-1")
    assert store.load_receipt("rider-1") == Receipt(source="one.json", order=EARLY, received_at=NOON)


def test_a_later_request_replaces_an_earlier_one(store: PlanStore) -> None:
    submit(store, EARLY, weeks=8)
    assert submit(store, LATE, weeks=12)
    assert store.load_request("rider-1").weeks == 12


def test_an_earlier_request_that_is_late_changes_nothing_and_has_nothing_to_generate(store: PlanStore) -> None:
    submit(store, LATE, weeks=12, source="new.json")
    assert not submit(store, EARLY, weeks=8)
    assert store.load_request("rider-1").weeks == 12
    assert superseded_message(store, "rider-1") == (
        "a newer request for plan 'rider-1' came in meanwhile, from new.json; if this one is to count, give it again"
    )


def test_an_earlier_request_that_asks_for_the_same_counts_as_well(store: PlanStore) -> None:
    """Two programs that are given one file at once both make its plan."""
    submit(store, LATE, weeks=12, source="new.json")
    assert submit(store, EARLY, weeks=12)
    assert store.load_receipt("rider-1") == Receipt(source="new.json", order=LATE, received_at=NOON)


def test_an_earlier_request_that_asks_for_the_same_does_not_bring_a_retired_plan_back(store: PlanStore) -> None:
    submit(store, LATE)
    retire(store, "rider-1", at=dt.datetime.now(dt.UTC), timeout_s=1)
    assert not submit(store, EARLY)
    assert is_retired(store, "rider-1")


def test_an_earlier_request_is_left_out_where_the_later_one_cannot_be_read(store: PlanStore) -> None:
    submit(store, LATE)
    (store.data.plan_folder("rider-1") / "request.json").write_text("{")
    assert not submit(store, EARLY)


def test_the_same_request_again_does_not_undo_what_a_person_changed_meanwhile(store: PlanStore) -> None:
    submit(store, weeks=8)
    store.save_request(samples.request("rider-1", weeks=16))
    assert submit(store, weeks=8)
    assert store.load_request("rider-1").weeks == 16


def test_a_new_request_brings_a_retired_plan_back(store: PlanStore) -> None:
    submit(store, EARLY)
    retire(store, "rider-1", at=dt.datetime.now(dt.UTC), timeout_s=1)
    submit(store, LATE)
    assert not is_retired(store, "rider-1")


def test_a_plan_that_a_run_is_writing_is_waited_for_only_so_long(store: PlanStore) -> None:
    other = PlanStore(store.data)
    with other.lock("rider-1"), pytest.raises(PlanLockedError):
        submit(store)


def test_a_plan_without_a_request_has_no_receipt(store: PlanStore) -> None:
    assert store.load_receipt("rider-1") is None


def test_a_receipt_of_release_0_1_0_counts(store: PlanStore) -> None:
    submit(store, weeks=12)
    written = {"source": "old.json", "batch_id": LATE, "received_at": "2027-01-04T12:00:00Z"}
    (store.data.plan_folder("rider-1") / "received.json").write_text(json.dumps(written))
    assert store.load_receipt("rider-1") == Receipt(source="old.json", order=LATE, received_at=NOON)
    assert not submit(store, EARLY, weeks=8)


# --- the order of requests from several doors -------------------------------------------------------------------------

WEEKS = {"inbox": 8, "launchpad": 10, "command": 12}


class Doors:
    """An installation, and each door that requests for one plan come in by; batches are stored by ``ingest``."""

    def __init__(self, store: PlanStore) -> None:
        self.store = store
        self.inbox = Inbox(store.data, settle_s=0, give_up_s=0)
        self.claims = self.inbox.claims

    def use(self, door: str) -> None:
        {"inbox": self.drop, "launchpad": self.paste, "command": self.command}[door](WEEKS[door])

    def drop(self, weeks: int, name: str = "one.json") -> Path:
        path = self.store.data.requests_inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(samples.request("rider-1", weeks=weeks).model_dump_json())
        time.sleep(0.01)  # a file's time of change has the grain of the kernel's clock
        return path

    def paste(self, weeks: int) -> None:
        received = Received(source="run 1", request=samples.request("rider-1", weeks=weeks))
        with self.claims.lock(timeout_s=1):
            self.claims.commit(claim_after_inbox(self.claims, NOON), [received], received_at=NOON)

    def command(self, weeks: int) -> bool:
        receipt = receipt_now(self.store.data, "plan-pipeline generate")
        return submit_request(self.store, samples.request("rider-1", weeks=weeks), receipt, timeout_s=1)

    def ingest(self, *, newest_first: bool = False) -> None:
        """Take what is in the inbox, then store the batches in some order, as runs might."""
        self.inbox.take()
        for batch_id in sorted(self.claims.pending(), reverse=newest_first):
            with self.claims.batch(batch_id) as batch:
                assert batch is not None
                for received in batch.requests:
                    submit_request(self.store, received.request, batch.receipt(received), timeout_s=1)
                self.claims.acknowledge(batch)

    @property
    def weeks(self) -> int | None:
        return self.store.load_request("rider-1").weeks


@pytest.fixture
def doors(store: PlanStore) -> Doors:
    return Doors(store)


def test_a_command_counts_although_an_older_file_in_the_inbox_is_ingested_after_it(doors: Doors) -> None:
    doors.drop(8)
    assert doors.command(12)
    doors.ingest()
    assert doors.weeks == 12


def test_a_file_that_is_dropped_after_a_command_counts(doors: Doors) -> None:
    assert doors.command(12)
    doors.drop(8)
    doors.ingest()
    assert doors.weeks == 8


def test_a_file_that_is_replaced_after_a_command_counts(doors: Doors) -> None:
    doors.drop(8)
    doors.command(12)
    doors.drop(10)
    doors.ingest()
    assert doors.weeks == 10


def test_a_command_counts_although_an_older_batch_waits(doors: Doors) -> None:
    doors.drop(8)
    doors.inbox.take()
    doors.command(12)
    doors.ingest()
    assert doors.weeks == 12


def test_a_command_is_newer_than_a_file_that_was_not_ready_when_it_was_given(doors: Doors) -> None:
    doors.inbox = Inbox(doors.store.data, settle_s=3600, give_up_s=0)
    doors.drop(8)
    doors.ingest()
    doors.command(12)
    doors.inbox = Inbox(doors.store.data, settle_s=0, give_up_s=0)
    doors.ingest()
    assert doors.weeks == 12


def test_a_command_is_newer_than_a_file_that_a_killed_process_had_staged(doors: Doors) -> None:
    path = doors.drop(8)
    doors.claims.staged.mkdir(parents=True)
    status = path.stat()
    path.rename(doors.claims.staged / f"{status.st_ctime_ns}-{status.st_ino}-one.json")
    doors.command(12)
    doors.ingest()
    assert doors.weeks == 12


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("order", list(itertools.permutations(WEEKS)), ids="-".join)
def test_whatever_the_doors_and_the_runs_the_last_request_counts(
    doors: Doors, order: tuple[str, ...], newest_first: bool
) -> None:
    for door in order:
        doors.use(door)
    doors.ingest(newest_first=newest_first)
    assert doors.weeks == WEEKS[order[-1]]


@pytest.mark.parametrize("order", list(itertools.permutations(WEEKS)), ids="-".join)
def test_the_last_request_counts_although_the_clock_stepped_back(doors: Doors, order: tuple[str, ...]) -> None:
    with doors.claims.lock(timeout_s=1):
        doors.claims.new_claim(FAR_AHEAD)
    for door in order:
        doors.use(door)
    doors.ingest()
    assert doors.weeks == WEEKS[order[-1]]


def test_of_two_files_the_one_that_lay_there_at_an_earlier_command_is_older_whatever_the_clock_says(
    doors: Doors,
) -> None:
    doors.drop(10, "after.json")
    status = doors.drop(8, "before.json").stat()
    with doors.claims.lock(timeout_s=1):
        earlier = doors.claims.new_claim(NOON)
    noted = {"orders": {f"{status.st_ctime_ns}-{status.st_ino}": f"{earlier}-000001"}}
    (doors.claims.folder / ".arrivals.json").write_text(json.dumps(noted))
    doors.ingest()
    assert doors.weeks == 10


def test_what_was_noted_of_files_in_the_inbox_is_forgotten_once_they_are_ingested(doors: Doors) -> None:
    doors.drop(8)
    doors.command(12)
    assert len(arrivals(doors.claims)) == 1
    doors.ingest()
    assert arrivals(doors.claims) == {}
    assert {path.name for path in doors.claims.folder.iterdir()} == {".last", "staged"}


def test_a_damaged_note_of_files_in_the_inbox_says_what_to_do(doors: Doors) -> None:
    doors.drop(8)
    doors.command(12)
    (doors.claims.folder / ".arrivals.json").write_text("{")
    with pytest.raises(StorageError, match=r"arrivals\.json is damaged \(.*\); delete it"):
        doors.ingest()


# --- one way ----------------------------------------------------------------------------------------------------------


def callers_of(name: str) -> list[str]:
    """The functions of the package that call a function or method of a name."""
    package = Path(plan_pipeline.__file__).parent
    found = []
    for path in sorted(package.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
                if any(name in (getattr(called, "attr", None), getattr(called, "id", None)) for called in calls):
                    found.append(f"{path.relative_to(package).as_posix()}:{function.name}")
    return found


@pytest.mark.parametrize("write", ["save_request", "save_receipt"])
def test_there_is_one_way_to_store_a_request(write: str) -> None:
    assert callers_of(write) == ["services/requests.py:submit_request"]


def test_every_door_takes_requests_in_by_it() -> None:
    assert callers_of("submit_request") == [
        "orchestration/intake/ingest_requests.py:_store",
        "orchestration/launch.py:_generate_plan",
        "orchestration/launch.py:batch_plans",
    ]
