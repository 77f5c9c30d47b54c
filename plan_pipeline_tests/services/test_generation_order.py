"""A plan's newest generation has its greatest id, in whatever order runs begin and end and wherever it came from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.runs import make_plan, run_at

EARLY = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)
LATE = EARLY + dt.timedelta(minutes=10)


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline.of(Settings(data=tmp_path / "data"))


def published(pipeline: Pipeline) -> str | None:
    plan = pipeline.plans.load_plan("rider")
    return plan and plan.generation.generation_id


def test_a_run_that_began_before_the_last_one_makes_the_later_generation(pipeline: Pipeline, library: Library) -> None:
    before = make_plan(pipeline, library, run_at(LATE, "aaaaaaaa"), request(weeks=4)).record
    after = make_plan(pipeline, library, run_at(EARLY, "bbbbbbbb"), request(weeks=5)).record

    assert after.generation_id > before.generation_id
    assert after.generation_id.endswith("-bbbbbbbb")
    assert (after.published_generation, after.generated_at) == (published(pipeline), EARLY)
    assert [path.stem for path in pipeline.plans.versions("rider")] == [after.generation_id, before.generation_id]


def test_it_is_later_than_one_that_was_not_published_too(pipeline: Pipeline, library: Library) -> None:
    failed = (
        GenerationService(pipeline, pipeline.knowledge(), run_at(LATE, "aaaaaaaa"))
        .fail(request(), "nobody answered")
        .record
    )
    after = make_plan(pipeline, library, run_at(EARLY, "bbbbbbbb"), request(weeks=4)).record
    assert after.generation_id > failed.generation_id


def test_a_plan_from_another_folder_goes_on_above_its_own_last(
    pipeline: Pipeline, library: Library, tmp_path: Path
) -> None:
    ahead = Pipeline.of(Settings(data=tmp_path / "ahead"))
    last = make_plan(ahead, library, run_at(LATE.replace(year=2031), "aaaaaaaa"), request(weeks=4)).record
    pipeline.data.plans.mkdir(parents=True)
    ahead.data.plan_folder("rider").rename(pipeline.data.plan_folder("rider"))

    after = make_plan(pipeline, library, run_at(EARLY, "bbbbbbbb"), request(weeks=5)).record
    assert after.generation_id > last.generation_id


def test_a_generation_that_is_finished_once_more_keeps_its_id_and_its_facts_are_written_once(
    pipeline: Pipeline, library: Library
) -> None:
    make_plan(pipeline, library, run_at(LATE, "aaaaaaaa"), request(weeks=4))
    first = make_plan(pipeline, library, run_at(EARLY, "bbbbbbbb"), request(weeks=5)).record
    again = make_plan(pipeline, library, run_at(EARLY, "bbbbbbbb", is_repetition=True), request(weeks=5)).record

    assert again.generation_id == first.generation_id
    parts = pipeline.facts.parts(FactTable.PLAN_GENERATIONS)
    assert len(parts) == 2


def test_a_record_of_release_0_1_0_says_with_its_id_when_it_was_make_plan(pipeline: Pipeline, library: Library) -> None:
    record = make_plan(pipeline, library, run_at(EARLY, "aaaaaaaa"), request(weeks=4)).record
    as_before = type(record).model_validate(record.model_dump(mode="json", exclude={"generated_at"}))
    assert as_before == record
