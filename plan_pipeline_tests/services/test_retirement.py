"""Plans are retired and brought back on disk and in a registry alike, whoever keeps that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest

from plan_pipeline.services.retirement import Change, foreseen, out_of_step, restore_plans, retire_plans
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import is_retired
from plan_pipeline_tests.orchestration.world import request

NOW = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
TODAY = NOW.date()


class Registry:
    """One that only remembers."""

    def __init__(self, *plan_ids: str) -> None:
        self.plan_ids = list(plan_ids)

    def registered(self) -> list[str]:
        return self.plan_ids

    def register(self, plan_ids: Iterable[str]) -> None:
        self.plan_ids += plan_ids

    def unregister(self, plan_ids: Iterable[str]) -> None:
        gone = set(plan_ids)
        self.plan_ids = [plan_id for plan_id in self.plan_ids if plan_id not in gone]


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    plans = PlanStore(DataFolder(tmp_path))
    for plan_id in ("a", "b"):
        plans.save_request(request(plan_id))
    return plans


def test_a_plan_leaves_the_registry_with_its_mark_and_comes_back_with_it(store: PlanStore) -> None:
    registry = Registry("a", "b")
    retire_plans(store, registry, ["a"], at=NOW)
    assert (registry.plan_ids, is_retired(store, "a")) == (["b"], True)

    restore_plans(store, registry, ["a"], at=NOW)
    assert (registry.plan_ids, is_retired(store, "a")) == (["b", "a"], False)


def test_what_would_change_is_known_before(store: PlanStore) -> None:
    retire_plans(store, Registry(), ["a"], at=NOW)
    assert [each.change for each in foreseen(store, ["a", "b"], today=TODAY)] == [Change.UNCHANGED, Change.RETIRED]
    assert [each.change for each in foreseen(store, ["a", "b"], undo=True, today=TODAY)] == [
        Change.RESTORED,
        Change.UNCHANGED,
    ]


def test_a_registry_that_is_out_of_step_is_compared_with_the_disk(store: PlanStore) -> None:
    retire_plans(store, Registry(), ["a"], at=NOW)
    assert out_of_step(store, ["a", "not-on-disk"]) == (["b"], ["a"])
