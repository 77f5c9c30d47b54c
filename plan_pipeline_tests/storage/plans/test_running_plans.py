"""A running plan that is stored is read back as it was made, kilometres, paces and options included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.core.running_plans import REQUESTS, running_plan

each_plan = pytest.mark.parametrize("name", list(REQUESTS))


def stored(tmp_path: Path, name: str) -> tuple[PlanStore, Plan]:
    plan = running_plan(name)
    store = PlanStore(DataFolder(tmp_path / "data"))
    store.publish(plan)
    return store, plan


def plan_json(store: PlanStore, plan: Plan) -> Any:
    return json.loads((store.data.plan_folder(plan.training_plan.plan_id) / "plan.json").read_bytes())


def values_of(written: Any, name: str) -> Iterator[Any]:
    """The values of all fields of a name, wherever they are."""
    if isinstance(written, dict):
        yield from (value for key, value in written.items() if key == name)
        for value in written.values():
            yield from values_of(value, name)
    elif isinstance(written, list):
        for value in written:
            yield from values_of(value, name)


@each_plan
def test_the_plan_that_is_read_is_the_one_that_was_written(tmp_path: Path, name: str) -> None:
    store, plan = stored(tmp_path, name)
    assert store.load_plan(plan.training_plan.plan_id) == plan


@each_plan
def test_its_content_has_the_same_hash_after_reading(tmp_path: Path, name: str) -> None:
    store, plan = stored(tmp_path, name)
    read = store.load_plan(plan.training_plan.plan_id)
    assert read is not None
    assert content_hash(read.training_plan) == plan.generation.content_hash


@each_plan
def test_segments_are_those_of_running_after_reading(tmp_path: Path, name: str) -> None:
    store, plan = stored(tmp_path, name)
    read = store.load_plan(plan.training_plan.plan_id)
    assert read is not None
    kinds = [type(s) for week in read.training_plan.weekly_plan for w in week.workouts for s in w.segments]
    own = [type(s) for week in plan.training_plan.weekly_plan for w in week.workouts for s in w.segments]
    assert kinds == own


@pytest.mark.parametrize("field", ["distance_m", "distance_km", "target_km"])
def test_distances_are_written_as_numbers_with_a_point(tmp_path: Path, field: str) -> None:
    """A whole number would be another plan's bytes, and so another hash, once it is read as a float."""
    values = list(values_of(plan_json(*stored(tmp_path, "marathon"))["training_plan"]["weekly_plan"], field))
    assert values
    assert {type(value) for value in values} == {float}


def test_kilometres_and_hours_are_those_of_what_is_counted(tmp_path: Path) -> None:
    by_km, by_hours = (
        list(values_of(plan_json(*stored(tmp_path / str(i), name)), "target_km"))
        for i, name in enumerate(("marathon", "trail"))
    )
    assert len(by_km) == 17
    assert by_hours == []
