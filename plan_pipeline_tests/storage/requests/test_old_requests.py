"""Request files that came long ago go, rejected ones with their reasons, and never one that a plan still needs."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.services.requests import submit_request
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.requests.claims import Claims, Received
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline.storage.requests.old_requests import Cleared, clear_accepted, clear_rejected

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""A day before which none of these files came."""


def tomorrow() -> dt.datetime:
    """A day before which all files came that are there now."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=1)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    data.requests_inbox.mkdir(parents=True)
    return data


def asked(plan_id: str = "rider") -> dict[str, object]:
    profile = {
        "athlete_id": plan_id,
        "ftp": 250,
        "training_availability": {"hours_per_week": 8, "week_days": "Tuesday, Thursday, Saturday"},
    }
    return {"plan_id": plan_id, "athlete_profile": profile, "weeks": 4}


def drop(data: DataFolder, name: str, *requests: dict[str, object]) -> None:
    """Put a file into the inbox and have it taken."""
    (data.requests_inbox / name).write_text("\n".join(map(json.dumps, requests)) + "\n")
    Inbox(data, settle_s=0, give_up_s=0).take()


def carry_out(data: DataFolder) -> None:
    """Do with what was taken what a run does first: store it with its plan."""
    claims, store = Claims(data), PlanStore(data)
    for batch_id in claims.pending():
        with claims.batch(batch_id) as batch:
            assert batch is not None
            for received in batch.requests:
                submit_request(store, received.request, batch.receipt(received), timeout_s=1)
            claims.acknowledge(batch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestRejected:
    def test_old_ones_go_with_their_reasons(self, data: DataFolder) -> None:
        drop(data, "bad.json", {"plan_id": "rider"})
        assert names(data.requests_rejected) == ["bad.json", "bad.json.reason.json"]

        assert clear_rejected(data, before=tomorrow()) == Cleared(removed=1)
        assert names(data.requests_rejected) == []

    def test_younger_ones_stay(self, data: DataFolder) -> None:
        drop(data, "bad.json", {"plan_id": "rider"})
        clear_rejected(data, before=LONG_AGO)
        assert names(data.requests_rejected) == ["bad.json", "bad.json.reason.json"]

    def test_a_time_that_was_set_back_makes_no_file_old(self, data: DataFolder) -> None:
        drop(data, "bad.json", {"plan_id": "rider"})
        for path in data.requests_rejected.iterdir():
            os.utime(path, (0, 0))

        clear_rejected(data, before=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))

        assert names(data.requests_rejected) == ["bad.json", "bad.json.reason.json"]

    def test_a_file_that_is_being_corrected_stays_with_its_reason(self, data: DataFolder) -> None:
        drop(data, "bad.json", {"plan_id": "rider"})
        moment = just_after_now()
        (data.requests_rejected / "bad.json").write_text(json.dumps(asked()))

        clear_rejected(data, before=moment)

        assert names(data.requests_rejected) == ["bad.json", "bad.json.reason.json"]

    def test_the_reason_of_a_file_that_was_taken_away_goes(self, data: DataFolder) -> None:
        drop(data, "bad.json", {"plan_id": "rider"})
        (data.requests_rejected / "bad.json").unlink()

        clear_rejected(data, before=tomorrow())

        assert names(data.requests_rejected) == []

    def test_no_more_than_asked_for_the_oldest_first(self, data: DataFolder) -> None:
        for name in ("first.json", "second.json", "third.json"):
            drop(data, name, {"plan_id": "rider"})
            just_after_now()

        clear_rejected(data, before=tomorrow(), at_most=1)

        assert [name for name in names(data.requests_rejected) if "reason" not in name] == ["second.json", "third.json"]

    def test_folders_links_and_hidden_files_are_left_alone(self, data: DataFolder) -> None:
        data.requests_rejected.mkdir(parents=True)
        (data.requests_rejected / "folder").mkdir()
        (data.requests_rejected / "link").symlink_to(data.root / "elsewhere.json")
        (data.requests_rejected / ".hidden").touch()

        assert clear_rejected(data, before=tomorrow()) == Cleared(removed=0)
        assert names(data.requests_rejected) == [".hidden", "folder", "link"]

    def test_a_folder_that_is_not_there_has_nothing_to_clear(self, data: DataFolder) -> None:
        assert clear_rejected(data, before=tomorrow()) == Cleared(removed=0)
        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=0)


def just_after_now() -> dt.datetime:
    """A moment that has passed when this returns, by the clock of the file system as well."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=20)
    time.sleep(0.05)
    return moment


class TestAccepted:
    def test_old_ones_go_once_their_plans_have_the_request(self, data: DataFolder) -> None:
        drop(data, "two.jsonl", asked("a"), asked("b"))
        carry_out(data)

        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=1, needed=0)

        assert names(data.requests_accepted) == []
        assert [PlanStore(data).load_request(plan_id).plan_id for plan_id in ("a", "b")] == ["a", "b"]

    def test_an_outcome_goes_with_its_file_and_where_its_file_is_gone(self, data: DataFolder) -> None:
        drop(data, "one.json", asked("a"))
        drop(data, "two.json", asked("b"))
        carry_out(data)
        for name in ("one.json", "two.json", "gone.json"):
            (data.requests_accepted / f"{name}.outcome.json").write_text("{}\n")
        PlanStore(data).data.plan_folder("b").joinpath("request.json").unlink()

        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=2, needed=1)

        assert names(data.requests_accepted) == ["two.json", "two.json.outcome.json"]

    def test_younger_ones_stay(self, data: DataFolder) -> None:
        drop(data, "one.json", asked())
        carry_out(data)
        assert clear_accepted(data, before=LONG_AGO) == Cleared(removed=0)

    def test_one_stays_while_its_request_waits_for_a_run(self, data: DataFolder) -> None:
        drop(data, "one.json", asked())
        carry_out(data)
        drop(data, "changed.json", {**asked(), "weeks": 6})

        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=0, needed=2)

    def test_one_stays_while_a_batch_is_damaged_whose_requests_it_may_hold(self, data: DataFolder) -> None:
        drop(data, "one.json", asked())
        carry_out(data)
        drop(data, "other.json", asked("other"))
        (batch,) = (path for path in Claims(data).folder.glob("2*/*.json"))
        batch.write_text("{")

        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=0, needed=2)

    @pytest.mark.parametrize("damage", ["missing", "damaged"])
    def test_one_stays_while_any_of_its_plans_has_no_request_of_its_own(self, data: DataFolder, damage: str) -> None:
        drop(data, "two.jsonl", asked("a"), asked("b"))
        carry_out(data)
        own = data.plan_folder("b") / "request.json"
        own.write_text("{") if damage == "damaged" else own.unlink()

        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=0, needed=1)

    def test_one_that_cannot_be_read_any_more_stays(self, data: DataFolder) -> None:
        data.requests_accepted.mkdir(parents=True)
        (data.requests_accepted / "one.json").write_text(json.dumps({**asked(), "from_another_version": True}))
        assert clear_accepted(data, before=tomorrow()) == Cleared(removed=0, needed=1)

    def test_no_more_than_asked_for_and_those_that_stay_are_not_counted(self, data: DataFolder) -> None:
        for number in range(4):
            drop(data, f"{number}.json", asked(f"rider-{number}"))
            just_after_now()
        carry_out(data)
        (data.plan_folder("rider-0") / "request.json").unlink()

        assert clear_accepted(data, before=tomorrow(), at_most=2) == Cleared(removed=2, needed=1)
        assert names(data.requests_accepted) == ["0.json", "3.json"]


def test_the_plans_that_wait_are_those_of_all_batches(data: DataFolder) -> None:
    drop(data, "two.jsonl", asked("a"), asked("b"))
    claims = Claims(data)
    with claims.lock(1):
        claim = claims.new_claim(dt.datetime.now(dt.UTC))
        pasted = [Received(source="run 1", request=PlanRequest.model_validate(asked("c")))]
        claims.commit(claim, pasted, received_at=dt.datetime.now(dt.UTC))

    assert claims.waiting_plans() == frozenset({"a", "b", "c"})
