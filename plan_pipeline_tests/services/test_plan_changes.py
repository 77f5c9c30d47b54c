"""The warehouse follows ``plan.json`` through rollbacks, retirement and what became of plans without a word."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_changes import roll_back_plan, settle_changes
from plan_pipeline.services.retirement import restore_plans, retire_plans
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline.storage.warehouse.queries import reader
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.runs import make_plan, run_at

NOW = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)


class NoRegistry:
    def registered(self) -> Collection[str]:
        return ()

    def register(self, plan_ids: Iterable[str]) -> object:
        return plan_ids

    unregister = register


def make(pipeline: Pipeline, library: Library, weeks: int, *, hour: int) -> str:
    """Make the plan ``rider`` of some weeks, at an hour of the day; returns the generation in place."""
    run = run_at(NOW.replace(hour=hour), f"0000000{hour}")
    return make_plan(pipeline, library, run, request(weeks=weeks)).record.in_place


@pytest.fixture
def pipeline(tmp_path: Path, library: Library) -> Pipeline:
    """A plan that was published twice."""
    pipeline = Pipeline.of(Settings(data=tmp_path / "data"))
    for hour, weeks in ((1, 4), (2, 5)):
        make(pipeline, library, weeks, hour=hour)
    refresh_warehouse(pipeline.data, library)
    return pipeline


def told(pipeline: Pipeline, library: Library, *, marked_only: bool = True) -> list[tuple[str, bool]]:
    """What the warehouse tells of the plan after a refresh as a run or the check of plan health does it."""
    refresh_warehouse(pipeline.data, library)
    if settle_changes(pipeline.plans, now=NOW, marked_only=marked_only):
        refresh_warehouse(pipeline.data, library)
    assert settle_changes(pipeline.plans, now=NOW) == []
    with reader(pipeline.data) as db:
        return db.execute("SELECT generation_id, rolled_back FROM current_plans").fetchall()


def in_place(pipeline: Pipeline) -> str:
    plan = pipeline.plans.load_plan("rider")
    assert plan is not None
    assert plan.generation.generation_id == pipeline.plans.published_generation_id("rider")
    return plan.generation.generation_id


def changes(pipeline: Pipeline) -> list[str]:
    with reader(pipeline.data) as db:
        return [change for (change,) in db.execute("SELECT change FROM plan_changes ORDER BY change_id").fetchall()]


def test_it_follows_a_rollback_and_the_generation_after_it(pipeline: Pipeline, library: Library) -> None:
    second = in_place(pipeline)
    roll_back_plan(pipeline.plans, "rider", to=None, now=NOW, in_force=lambda _: (library, real_config()))
    assert told(pipeline, library) == [(in_place(pipeline), True)]
    assert in_place(pipeline) < second
    make(pipeline, library, 4, hour=3)  # comes out as what is in place
    assert told(pipeline, library) == [(in_place(pipeline), False)]
    make(pipeline, library, 6, hour=4)
    assert told(pipeline, library) == [(in_place(pipeline), False)]
    assert changes(pipeline) == ["rolled_back"]


def test_it_follows_a_plan_that_is_retired_and_brought_back(pipeline: Pipeline, library: Library) -> None:
    retire_plans(pipeline.plans, NoRegistry(), ["rider"], at=NOW)
    assert told(pipeline, library) == []
    restore_plans(pipeline.plans, NoRegistry(), ["rider"], at=NOW)
    assert told(pipeline, library) == [(in_place(pipeline), False)]
    retire_plans(pipeline.plans, NoRegistry(), ["rider"], at=NOW)
    make(pipeline, library, 5, hour=3)
    assert told(pipeline, library) == [(in_place(pipeline), False)]
    assert changes(pipeline) == ["retired", "restored", "retired"]


def test_a_generation_of_a_run_that_began_before_the_rollback_comes_after_it(
    pipeline: Pipeline, library: Library
) -> None:
    roll_back_plan(pipeline.plans, "rider", to=None, now=NOW, in_force=lambda _: (library, real_config()))  # at noon
    make(pipeline, library, 6, hour=3)
    assert told(pipeline, library) == [(in_place(pipeline), False)]
    retire_plans(pipeline.plans, NoRegistry(), ["rider"], at=NOW)
    make(pipeline, library, 6, hour=4)
    assert told(pipeline, library) == [(in_place(pipeline), False)]


def test_a_rollback_that_was_killed_before_the_facts_told_of_it_is_found(pipeline: Pipeline, library: Library) -> None:
    make(pipeline, library, 6, hour=3)
    for _ in range(2):  # once more, which changes no mark
        roll_back(pipeline.plans, "rider", now=NOW)
        assert told(pipeline, library) == [(in_place(pipeline), True)]
    assert changes(pipeline) == ["found", "found"]


def test_a_retirement_that_was_killed_before_the_facts_told_of_it_is_found(
    pipeline: Pipeline, library: Library
) -> None:
    retire(pipeline.plans, "rider", at=NOW, timeout_s=1)
    assert told(pipeline, library) == []
    (pipeline.data.plan_folder("rider") / "retired.json").unlink()
    assert told(pipeline, library) == [(in_place(pipeline), False)]


def test_a_version_that_somebody_put_in_place_by_hand_is_found_by_the_check_of_all_plans(
    pipeline: Pipeline, library: Library
) -> None:
    _, first = pipeline.plans.versions("rider")
    plan = pipeline.data.plan_folder("rider") / "plan.json"
    plan.unlink()
    shutil.copy(first, plan)
    assert told(pipeline, library, marked_only=False) == [(first.stem, False)]


def test_what_a_run_is_about_to_tell_of_is_left_to_it(pipeline: Pipeline, library: Library) -> None:
    before = in_place(pipeline)
    service = GenerationService(pipeline, pipeline.knowledge(), run_at(NOW, "99999999"))
    service.persist(service.make(request(weeks=7)))
    assert in_place(pipeline) != before
    assert told(pipeline, library, marked_only=False) == [(before, False)]
