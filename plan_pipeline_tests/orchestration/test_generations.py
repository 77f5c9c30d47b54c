"""How a generation ends: published, rejected, infeasible, in error; and what stays of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.run_tags import GENERATION_TAG
from plan_pipeline.storage.generation_ids import new_generation_id, time_of_id
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.world import (
    World,
    check_of,
    failure_of,
    infeasible_request,
    make_world,
    metadata_of,
    rejected_request,
    request,
    temporary_instance,
)

AHEAD = dt.datetime.now(dt.UTC) + dt.timedelta(days=3650)


class Unreachable:
    """A writer whose model does not answer."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview:
        raise OverviewError("the model did not answer within 3 attempts; try again later")


class Rejected(NamedTuple):
    world: World
    result: dg.ExecuteInProcessResult
    published_before: bytes


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rejected]:
    """A plan that was published, and whose next request was rejected; the clock was years ahead before."""
    folder = tmp_path_factory.mktemp("rejected")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        new_generation_id(world.pipeline.data, AHEAD, "ffffffff")
        world.run_plan(request())
        published = world.file("rider", "plan.json").read_bytes()
        yield Rejected(world, world.run_plan(rejected_request()), published)


def test_a_rejected_plan_fails_the_run_with_the_weeks_and_the_reasons(rejected: Rejected) -> None:
    result = rejected.result
    assert not result.success
    message = failure_of(result)
    assert "plan 'rider' is rejected; the plan published before stays in place" in message
    assert "week 2" in message.lower()
    assert "below the target of 12 h" in message


def test_a_rejected_plan_does_not_touch_the_published_one(rejected: Rejected) -> None:
    world = rejected.world
    assert world.file("rider", "plan.json").read_bytes() == rejected.published_before


def test_a_rejected_plan_turns_its_check_red_with_the_list(rejected: Rejected) -> None:
    result = rejected.result
    check = check_of(result, "plan_is_published")
    assert not check.passed
    assert "below the target of 12 h" in check.metadata["reasons"].value


def test_a_rejected_plan_turns_the_check_on_its_weeks_red_which_counts_passes_before_and_after_the_fix(
    rejected: Rejected,
) -> None:
    result = rejected.result
    check = check_of(result, "weeks_pass")
    assert not check.passed
    assert 0 < check.metadata["weeks_passed"].value < check.metadata["weeks"].value == 6
    assert check.metadata["weeks_passed_before_fix"].value <= check.metadata["weeks_passed"].value


def test_a_rejected_plan_has_the_check_on_time_warn_of_the_weeks_outside_5_pct(rejected: Rejected) -> None:
    result = rejected.result
    check = check_of(result, "time_error_within_5_pct")
    assert not check.passed
    assert check.severity.value == "WARN"
    lines = check.metadata["outside"].value.splitlines()
    told = [re.fullmatch(r"- rider: week (\d): (.+) h planned, (.+) h wanted \((.+) %\)", line) for line in lines]
    weeks = [int(match[1]) for match in told if match]
    assert len(told) == len(weeks) == len(set(weeks)) > 1
    for planned, wanted, error in (map(float, match.groups()[1:]) for match in told if match):
        assert error == pytest.approx((planned / wanted - 1) * 100, abs=0.06)
        assert error < -5


def test_the_facts_of_a_rejected_plan_are_written_and_in_the_warehouse_when_the_run_has_ended(
    rejected: Rejected,
) -> None:
    world = rejected.world
    generations = query(world.pipeline.data, "SELECT status, published FROM plan_generations ORDER BY generation_id")
    assert generations.rows == [("published", True), ("rejected", False)]
    assert len(query(world.pipeline.data, "SELECT * FROM plan_weeks WHERE arm = 'legacy'")) == 6


def test_the_cells_of_a_rejected_plan_are_marked_with_the_reasons(rejected: Rejected) -> None:
    world, result = rejected.world, rejected.result
    assert len(world.marked("week_metrics")) == 6
    assert "below the target of 12 h" in metadata_of(result, "final_plan")["reasons"]


def test_the_verdict_on_a_rejected_plan_is_stored(rejected: Rejected) -> None:
    world = rejected.world
    verdict = world.pipeline.plans.load_generation_record("rider")
    assert verdict is not None
    assert (verdict.status, verdict.changed) == (PlanStatus.REJECTED, False)
    assert verdict.path == str(world.file("rider", "plan.json"))


def test_ids_grow_after_the_clock_was_ahead_and_the_times_are_the_clocks(rejected: Rejected) -> None:
    world = rejected.world
    sql = "SELECT generation_id, generated_at FROM plan_generations ORDER BY generated_at"
    made = query(world.pipeline.data, sql)
    ids = made["generation_id"]
    assert ids == sorted(ids)
    assert all((time_of_id(each) or AHEAD) > AHEAD for each in ids)
    assert all(at < AHEAD for at in made["generated_at"])
    assert [run.tags[GENERATION_TAG] for run in world.instance.get_runs(ascending=True)] == ids


def test_an_infeasible_request_goes_through_as_a_record_and_fails_the_run_with_the_binding_caps(world: World) -> None:
    result = world.run_plan(infeasible_request())

    assert "plan 'rider' is infeasible" in failure_of(result)
    assert "Tuesday is capped at 60 min" in failure_of(result)
    assert not world.file("rider", "plan.json").exists()
    assert [row["status"] for row in world.rows("plan_generations")] == ["infeasible"]
    assert world.rows("plan_weeks") == []
    for stage in (Stage.WEEK_SELECTION, Stage.WEEK_DURATION, Stage.WEEK_VALIDATION):
        assert "rider: infeasible, nothing to do" in metadata_of(result, stage)["notes"]


def test_a_request_that_becomes_infeasible_leaves_the_published_plan(world: World) -> None:
    world.run_plan(request())
    published = world.file("rider", "plan.json").read_bytes()

    world.run_plan(infeasible_request())

    assert world.file("rider", "plan.json").read_bytes() == published


def test_one_bad_plan_in_a_range_does_not_keep_the_others_from_being_published(world: World) -> None:
    world.ask(request("good", weeks=4), rejected_request("short"), infeasible_request("never"))

    result = world.run("good|01", "never|06")

    assert result.success
    assert world.pipeline.plans.load_plan("good") is not None
    check = check_of(result, "plan_is_published")
    assert not check.passed
    assert (check.metadata["plans"].value, check.metadata["plans_published"].value) == (3, 1)
    assert {row["plan_id"]: row["status"] for row in world.rows("plan_generations")} == {
        "good": "published",
        "short": "rejected",
        "never": "infeasible",
    }


def test_an_overview_that_cannot_be_had_fails_the_run_in_the_writers_words(world: World) -> None:
    unreachable = make_world(world.pipeline.data.root.parent, world.instance, writers={BY_ANTHROPIC: Unreachable})

    result = unreachable.run_plan(request(overview="anthropic"))

    assert "the model did not answer within 3 attempts" in failure_of(result)
    assert [row["status"] for row in unreachable.rows("plan_generations")] == ["error"]
    verdict = unreachable.pipeline.plans.load_generation_record("rider")
    assert verdict is not None
    assert verdict.status is PlanStatus.ERROR


def test_an_overview_that_cannot_be_had_does_not_stop_the_other_plans_of_the_run(world: World) -> None:
    unreachable = make_world(world.pipeline.data.root.parent, world.instance, writers={BY_ANTHROPIC: Unreachable})
    unreachable.ask(request("good", weeks=4), request("silent", weeks=4, overview="anthropic"))

    result = unreachable.run("good|01", "silent|04")

    assert result.success
    assert unreachable.pipeline.plans.load_plan("good") is not None
    assert "silent: no overview could be had" in metadata_of(result, "week_selection")["notes"]
    assert {row["plan_id"]: row["status"] for row in unreachable.rows("plan_generations")} == {
        "good": "published",
        "silent": "error",
    }


def test_regenerating_a_week_records_a_generation_with_all_weeks_of_the_plan(world: World) -> None:
    world.run_plan(request())

    world.run_cell("rider", 3)

    generations = {row["generation_id"] for row in world.rows("plan_generations")}
    assert len(generations) == 2
    by_generation = [row["generation_id"] for row in world.rows("plan_weeks")]
    assert {by_generation.count(generation) for generation in generations} == {6}


def test_generations_of_a_plan_sort_by_time(world: World) -> None:
    world.run_plan(request(weeks=4))
    first = world.pipeline.plans.load_generation_record("rider")
    world.run_cell("rider", 1)
    second = world.pipeline.plans.load_generation_record("rider")

    assert first is not None
    assert second is not None
    assert first.generation_id < second.generation_id


def test_measuring_a_generation_again_doubles_no_row(generated: World) -> None:
    before = {table: generated.rows(table) for table in ("plan_generations", "plan_weeks", "plan_workouts")}

    result = generated.run("rider|01", "rider|06", stages=[Stage.WEEK_METRICS])

    assert result.success
    assert {table: generated.rows(table) for table in before} == before
    assert "are there already, nothing to do" in metadata_of(result, "week_metrics")["notes"]


def test_measuring_alone_makes_up_for_facts_that_were_never_written(world: World) -> None:
    stages = [stage for stage in Stage if stage is not Stage.WEEK_METRICS]
    world.ask(request(weeks=4))
    world.run("rider|01", "rider|04", stages=stages)
    verdict = world.pipeline.plans.load_generation_record("rider")
    assert verdict is not None

    for _ in range(2):
        world.run("rider|01", "rider|04", stages=[Stage.WEEK_METRICS])

    (row,) = world.rows("plan_generations")
    assert row["generation_id"] == verdict.generation_id
    assert len(world.rows("plan_weeks")) == 4


def test_how_long_the_stages_took_is_kept_for_runs_over_the_whole_plan(generated: World) -> None:
    timings = {row["stage"]: row["weeks"] for row in generated.rows("stage_timings")}
    assert timings == dict.fromkeys([s.value for s in Stage if s is not Stage.WEEK_METRICS], 6)
