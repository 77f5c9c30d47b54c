"""An earlier version of a plan can be put back; it stays until the plan is generated again by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.rollbacks import NothingToRollBackError, roll_back, rollback_of
from plan_pipeline.storage.plans.versions import PlanVersions
from plan_pipeline_tests.storage import samples

NOW = dt.datetime(2027, 1, 5, 9, tzinfo=dt.UTC)
GENERATIONS = ("gen-1", "gen-2", "gen-3")


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    """A plan that was published three times, each time with another content."""
    store = PlanStore(DataFolder(tmp_path / "data"))
    for number, generation_id in enumerate(GENERATIONS):
        store.publish(samples.plan(generation_id=generation_id, notes=f"notes {number}"))
    return store


def published(store: PlanStore) -> str | None:
    plan = store.load_plan("rider-1")
    return plan.generation.generation_id if plan else None


def damage(path: Path) -> None:
    """Put half a file in place of a file, as an editor would."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def test_without_a_generation_it_is_the_version_before_the_published_one(store: PlanStore) -> None:
    done = roll_back(store, "rider-1", now=NOW)

    assert (done.from_generation, done.to_generation) == ("gen-3", "gen-2")
    assert published(store) == "gen-2"


def test_once_more_goes_back_one_further(store: PlanStore) -> None:
    roll_back(store, "rider-1", now=NOW)
    roll_back(store, "rider-1", now=NOW)
    assert published(store) == "gen-1"


def test_any_kept_generation_can_be_named_later_ones_too(store: PlanStore) -> None:
    roll_back(store, "rider-1", to="gen-1", now=NOW)
    roll_back(store, "rider-1", to="gen-3", now=NOW)
    assert published(store) == "gen-3"


def test_naming_the_published_one_leaves_it_and_no_litter(store: PlanStore) -> None:
    roll_back(store, "rider-1", to="gen-3", now=NOW)

    assert published(store) == "gen-3"
    assert list(store.data.plan_folder("rider-1").glob(".*.tmp")) == []


def test_no_version_is_lost_or_changed(store: PlanStore) -> None:
    before = {path.name: path.read_bytes() for path in store.versions("rider-1")}
    roll_back(store, "rider-1", now=NOW)
    assert {path.name: path.read_bytes() for path in store.versions("rider-1")} == before


def test_it_is_recorded_until_the_plan_is_published_again(store: PlanStore) -> None:
    done = roll_back(store, "rider-1", now=NOW)
    assert rollback_of(store, "rider-1") == done

    store.publish(samples.plan(generation_id="gen-4", notes="notes 0"))

    assert rollback_of(store, "rider-1") is None


def test_generated_again_to_the_same_content_it_is_over_as_well(store: PlanStore) -> None:
    roll_back(store, "rider-1", now=NOW)

    again = store.publish(samples.plan(generation_id="gen-4", notes="notes 1"))

    assert not again.changed
    assert rollback_of(store, "rider-1") is None


def test_where_the_published_plan_is_damaged_it_is_the_newest_version(store: PlanStore) -> None:
    damage(store.data.plan_folder("rider-1") / "plan.json")

    done = roll_back(store, "rider-1", now=NOW)

    assert (done.from_generation, done.to_generation) == (None, "gen-3")
    assert published(store) == "gen-3"


def test_a_damaged_version_is_not_published(store: PlanStore) -> None:
    damage(PlanVersions(store.data, "rider-1").path("gen-2"))

    with pytest.raises(DamagedArtefactError, match=r"gen-2.json is damaged or was altered; choose another .* --to"):
        roll_back(store, "rider-1", to="gen-2", now=NOW)

    assert published(store) == "gen-3"
    assert rollback_of(store, "rider-1") is None


def test_a_generation_without_a_version_is_an_error_that_lists_what_there_is(store: PlanStore) -> None:
    with pytest.raises(ArtefactMissingError, match=r"no version 'gen-9'; kept are gen-3, gen-2, gen-1"):
        roll_back(store, "rider-1", to="gen-9", now=NOW)


def test_the_first_version_has_nothing_before_it(store: PlanStore) -> None:
    roll_back(store, "rider-1", to="gen-1", now=NOW)
    with pytest.raises(NothingToRollBackError, match=r"no version before gen-1; PLAN_PIPELINE_KEEP_VERSIONS"):
        roll_back(store, "rider-1", now=NOW)


def test_a_plan_that_is_unknown_is_an_error_and_gets_no_folder(store: PlanStore) -> None:
    with pytest.raises(ArtefactMissingError, match=r"there is no plan 'rider-9'"):
        roll_back(store, "rider-9", now=NOW)
    assert not store.data.plan_folder("rider-9").exists()


@pytest.mark.parametrize("name", ["../../request", "a/b", ".."])
def test_a_generation_that_leads_outside_is_refused(store: PlanStore, name: str) -> None:
    with pytest.raises(UnsafePathError, match="not usable as a file name"):
        roll_back(store, "rider-1", to=name, now=NOW)


def test_a_plan_that_is_being_written_is_not_touched(store: PlanStore) -> None:
    other = PlanStore(store.data)
    with other.lock("rider-1"), pytest.raises(PlanLockedError), store.lock("rider-1", timeout_s=0):
        roll_back(store, "rider-1", now=NOW)
    assert published(store) == "gen-3"


def test_a_damaged_record_is_an_error_that_says_what_to_do(store: PlanStore) -> None:
    roll_back(store, "rider-1", now=NOW)
    (store.data.plan_folder("rider-1") / "rollback.json").write_text("{")
    with pytest.raises(DamagedArtefactError, match=r"rollback.json is damaged .*; roll the plan back again"):
        rollback_of(store, "rider-1")
