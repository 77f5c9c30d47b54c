"""Retired plans: who is over, what the mark says, and how they come back. Their files are left as they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import OPTIMAL, PlanStatus
from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import (
    UnknownPlanError,
    active_plan_ids,
    finished_plans,
    is_retired,
    last_day,
    last_day_of,
    restore,
    retire,
    retirement,
)
from plan_pipeline_tests.storage import samples

NOW = dt.datetime(2027, 6, 1, 3, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(DataFolder(tmp_path / "data"))


def ask(store: PlanStore, plan_id: str = "rider-1", **fields: object) -> PlanRequest:
    request = PlanRequest.model_validate(samples.raw_request(plan_id) | fields)
    store.save_request(request)
    return request


def generate(store: PlanStore, plan_id: str = "rider-1", generation_id: str = "gen-1") -> None:
    """Leave the verdict that a generation ends with."""
    record = PlanRecord(plan_id=plan_id, status=PlanStatus.REJECTED, arm=OPTIMAL, generation_id=generation_id, weeks=12)
    store.save_generation_record(plan_id, record)


def put_aside(store: PlanStore, plan_id: str = "rider-1") -> None:
    retire(store, plan_id, at=NOW, timeout_s=1)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start_date": "2027-01-04", "weeks": 12}, dt.date(2027, 3, 28)),
        ({"start_date": "2027-01-06", "weeks": 4}, dt.date(2027, 2, 7)),
        ({"start_date": "2027-01-04", "weeks": None, "event": {"date": "2027-03-06"}}, dt.date(2027, 3, 7)),
        ({"weeks": 8, "event": {"date": "2027-03-07"}}, dt.date(2027, 3, 7)),
        ({"weeks": 12}, None),
        ({"weeks": 12, "event": {"date": "9999-12-31"}}, dt.date.max),
        ({"weeks": 12, "start_date": "9999-12-31"}, dt.date.max),
        ({"weeks": 12, "event": {"date": "0001-01-01"}}, dt.date(1, 3, 25)),
    ],
)
def test_the_last_day_of_a_plan_is_the_sunday_of_its_last_week(
    fields: dict[str, object], expected: dt.date | None
) -> None:
    assert last_day(PlanRequest.model_validate(samples.raw_request() | fields)) == expected


def test_a_plan_is_finished_when_its_last_day_is_before_the_given_one(store: PlanStore) -> None:
    ask(store, "over", start_date="2027-01-04", weeks=12)
    ask(store, "last-day-today", start_date="2027-01-11", weeks=12)
    ask(store, "undated", weeks=12)
    assert finished_plans(store, before=dt.date(2027, 4, 4)) == ["over"]


def test_a_plan_with_a_damaged_request_keeps_no_other_from_being_finished(store: PlanStore) -> None:
    ask(store, "over", start_date="2027-01-04")
    ask(store, "broken", start_date="2027-01-04")
    (store.data.plan_folder("broken") / "request.json").write_text("{")
    assert finished_plans(store, before=NOW.date()) == ["over"]


def test_a_plan_with_an_end_of_time_for_a_date_keeps_no_other_from_being_finished(store: PlanStore) -> None:
    ask(store, "over", start_date="2027-01-04")
    ask(store, "never-over", weeks=12, event={"date": "9999-12-31"})
    ask(store, "long-over", weeks=12, start_date="0001-01-01")
    assert finished_plans(store, before=NOW.date()) == ["long-over", "over"]


def test_a_plan_that_is_retired_is_not_finished_again(store: PlanStore) -> None:
    ask(store, start_date="2027-01-04")
    put_aside(store)
    assert finished_plans(store, before=NOW.date()) == []


def test_a_retired_plan_is_marked_and_no_longer_active(store: PlanStore) -> None:
    ask(store, "rider-1", start_date="2027-01-04")
    ask(store, "rider-2")
    generate(store, "rider-1")

    put_aside(store, "rider-1")

    mark = retirement(store, "rider-1")
    assert mark is not None
    assert (mark.retired_at, mark.last_day, mark.generation_id) == (NOW, dt.date(2027, 3, 28), "gen-1")
    assert active_plan_ids(store) == ("rider-2",)
    assert samples.retired_plan_ids(store) == ("rider-1",)


def test_the_files_of_a_retired_plan_stay(store: PlanStore) -> None:
    store.save_request(samples.request("rider-1"))
    plan = samples.plan("rider-1")
    store.publish(plan)
    put_aside(store)
    assert store.load_plan("rider-1") == plan
    assert store.plan_ids() == ("rider-1",)


def test_a_plan_that_was_retired_before_keeps_its_mark(store: PlanStore) -> None:
    ask(store)
    put_aside(store)
    again = retire(store, "rider-1", at=NOW + dt.timedelta(days=1), timeout_s=1)
    assert again.retired_at == NOW


def test_a_plan_comes_back_when_its_mark_is_taken_away(store: PlanStore) -> None:
    ask(store)
    put_aside(store)
    assert restore(store, "rider-1", timeout_s=1)
    assert active_plan_ids(store) == ("rider-1",)
    assert not restore(store, "rider-1", timeout_s=1)


def test_a_plan_that_is_generated_again_is_back(store: PlanStore) -> None:
    ask(store)
    generate(store, generation_id="gen-1")
    put_aside(store)
    generate(store, generation_id="gen-2")
    assert not is_retired(store, "rider-1")


def test_a_plan_that_came_back_by_being_generated_can_be_retired_again(store: PlanStore) -> None:
    ask(store)
    put_aside(store)
    generate(store, generation_id="gen-2")
    later = NOW + dt.timedelta(days=1)
    assert retire(store, "rider-1", at=later, timeout_s=1).retired_at == later
    assert is_retired(store, "rider-1")


def test_a_plan_whose_verdict_is_damaged_stays_retired(store: PlanStore) -> None:
    ask(store)
    generate(store)
    put_aside(store)
    (store.data.plan_folder("rider-1") / "final_plan.json").write_text("{")
    assert is_retired(store, "rider-1")


def test_a_damaged_mark_retires_nobody_and_can_be_replaced(store: PlanStore) -> None:
    ask(store)
    (store.data.plan_folder("rider-1") / "retired.json").write_text("{")
    assert not is_retired(store, "rider-1")
    put_aside(store)
    assert is_retired(store, "rider-1")


def test_a_plan_that_a_run_is_writing_is_not_retired(store: PlanStore) -> None:
    ask(store)
    with PlanStore(store.data).lock("rider-1"), pytest.raises(PlanLockedError):
        retire(store, "rider-1", at=NOW, timeout_s=0.1)


def test_a_plan_that_nobody_knows_is_an_error_and_gets_no_folder(store: PlanStore) -> None:
    for call in (lambda: put_aside(store, "nobody"), lambda: restore(store, "nobody", timeout_s=1)):
        with pytest.raises(UnknownPlanError, match="there is no plan 'nobody'"):
            call()
    assert not store.data.plan_folder("nobody").exists()


def test_a_name_that_leads_elsewhere_is_refused(store: PlanStore) -> None:
    with pytest.raises(UnsafePathError):
        put_aside(store, "../elsewhere")


@pytest.mark.parametrize("name", ["retired.json", "final_plan.json", "request.json"])
def test_a_file_of_one_plan_that_cannot_be_read_hides_no_other(store: PlanStore, tmp_path: Path, name: str) -> None:
    for plan_id in ("bad", "good"):
        ask(store, plan_id)
        retire(store, plan_id, at=NOW, timeout_s=1)
    path = store.data.plan_folder("bad") / name
    path.unlink(missing_ok=True)
    path.symlink_to(tmp_path / "elsewhere.json")

    assert "good" in samples.retired_plan_ids(store)
    assert "good" not in active_plan_ids(store)
    assert last_day_of(store, "bad") == (None if name == "request.json" else last_day_of(store, "good"))
