"""The six stages: on one cell, on a range, alone and together."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.orchestration.world import World, check_of, failure_of, metadata_of, request


def test_a_run_over_all_weeks_publishes_the_plan(generated: World) -> None:
    plan = generated.pipeline.plans.load_plan("rider")
    assert plan is not None
    assert [week.week_number for week in plan.training_plan.weekly_plan] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("stage", Stage)
def test_a_run_over_all_weeks_marks_exactly_its_cells_in_every_stage(generated: World, stage: Stage) -> None:
    assert generated.marked(stage) == {f"rider|{week:02}" for week in range(1, 7)}


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_runs_alone_on_one_cell(generated: World, stage: Stage) -> None:
    before = generated.artefacts("rider")

    result = generated.run_cell("rider", 3, stages=[stage])

    assert result.success
    assert generated.marked_by(result, stage) == ["rider|03"]
    assert generated.artefacts("rider") == before


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_runs_alone_on_a_range(generated: World, stage: Stage) -> None:
    before = generated.artefacts("rider")

    result = generated.run("rider|02", "rider|04", stages=[stage])

    assert result.success
    assert generated.marked_by(result, stage) == ["rider|02", "rider|03", "rider|04"]
    assert generated.artefacts("rider") == before


def test_a_week_regenerated_alone_comes_out_the_same_byte_for_byte(world: World) -> None:
    world.run_plan(request())
    before = {**world.artefacts("rider"), "plan.json": world.file("rider", "plan.json").read_bytes()}
    for stage in WEEK_STAGES:  # week 4 is lost, so that what is there afterwards was really made
        path = world.file("rider", f"{stage}.json")
        content = json.loads(path.read_text())
        del content["weeks"]["4"]
        path.write_text(json.dumps(content))

    result = world.run_cell("rider", 4)

    assert result.success, failure_of(result)
    assert {**world.artefacts("rider"), "plan.json": world.file("rider", "plan.json").read_bytes()} == before
    assert len(list(world.file("rider", "versions").iterdir())) == 1


def test_a_cell_tells_its_own_hours_load_and_verdict_beside_the_table_of_the_run(world: World) -> None:
    result = world.run_plan(request())

    week = {name: value.value for name, value in world.cell(Stage.WEEK_VALIDATION, "rider|02").items()}
    plan = world.pipeline.plans.load_plan("rider")
    assert plan is not None
    verdict = plan.training_plan.weekly_plan[1].validation
    assert (week["hours_wanted"], week["hours_planned"]) == (verdict.target_hours, verdict.actual_hours)
    assert (week["tss_wanted"], week["tss_planned"]) == (verdict.target_tss, verdict.actual_tss)
    assert (week["passed"], week["passed_before_fix"], week["weeks_passed"]) == (True, verdict.passed_before_fix, 6)
    assert [row.split(" | ")[0] for row in week["week_table"].splitlines()[2:]] == [f"| {n}" for n in range(1, 7)]
    assert metadata_of(result, "final_plan")["plan"] == str(world.file("rider", "plan.json"))


@pytest.mark.parametrize(("start", "end"), [("rider|05", "rider|02"), ("second|01", "rider|06")])
def test_a_range_that_starts_after_its_end_fails_instead_of_doing_nothing(world: World, start: str, end: str) -> None:
    world.ask(request(), request("second"))

    result = world.run(start, end)

    assert not result.success
    assert f"the range from {start} to {end} holds no cell: its start comes after its end" in failure_of(result)
    assert not world.file("rider", "plan_overview.json").exists()


def test_a_range_over_two_plans_takes_each_as_a_whole(world: World) -> None:
    world.ask(request("first", weeks=4), request("second", weeks=5, hours=6))

    result = world.run("first|01", "second|24")

    assert result.success
    assert {row["plan_id"]: row["weeks"] for row in world.rows("plan_generations")} == {"first": 4, "second": 5}
    assert check_of(result, "plan_is_published").metadata["plans_published"].value == 2


def test_a_range_over_two_plans_writes_one_file_a_fact_table(world: World) -> None:
    world.ask(request("first", weeks=4), request("second", weeks=4))

    world.run("first|01", "second|04")

    for table in ("plan_generations", "plan_weeks", "plan_workouts", "stage_timings"):
        assert len(list((world.pipeline.data.facts / table).iterdir())) == 1


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        (Stage.WEEK_SELECTION, "has no plan_overview; launch plan_overview first"),
        (Stage.FINAL_PLAN, "has no plan_overview; launch plan_overview first"),
        (Stage.WEEK_METRICS, "has no final_plan; launch final_plan first"),
    ],
)
def test_a_stage_launched_too_early_says_which_comes_first(world: World, stage: Stage, missing: str) -> None:
    world.ask(request())
    assert missing in failure_of(world.run_cell("rider", 1, stages=[stage]))


def test_a_plan_that_was_never_asked_for_says_so(world: World) -> None:
    world.ask(request())
    world.file("rider", "request.json").unlink()
    assert "plan 'rider' has no request" in failure_of(world.run_cell("rider", 1))


@pytest.mark.parametrize("stage", [Stage.WEEK_DURATION, Stage.FINAL_PLAN])
def test_a_stage_does_not_build_on_an_overview_of_an_earlier_request(world: World, stage: Stage) -> None:
    world.run_plan(request())
    published = world.file("rider", "plan.json").read_bytes()
    world.ask(request(hours=7))

    result = world.run_cell("rider", 1, stages=[stage])

    assert "plan_overview was made from an earlier request, library, configuration or release; launch" in failure_of(
        result
    )
    assert world.file("rider", "plan.json").read_bytes() == published


def test_a_plan_is_put_together_from_weeks_of_one_request(world: World) -> None:
    world.run_plan(request())
    library, changed = world.pipeline.library.load(Sport.CYCLING), request(seed=5)
    world.ask(changed)

    result = world.run_cell("rider", 3)

    assert result.success, failure_of(result)
    stamp = Stamp(generation_id="1", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")
    made_at_once = generate_plan(changed, library, real_config(), stamp=stamp).plan
    assert made_at_once is not None
    assert world.content_hash("rider") == made_at_once.generation.content_hash


def test_the_last_generation_is_not_measured_from_another_request(world: World) -> None:
    world.run_plan(request())
    world.ask(request(seed=5))

    result = world.run_cell("rider", 3, stages=[Stage.WEEK_METRICS])

    assert (
        "final_plan was made from an earlier request, overview, library, configuration or release; launch"
        in failure_of(result)
    )


def test_an_installation_without_duration_adjustment_plans_every_request_in_the_legacy_arm(world: World) -> None:
    from plan_pipeline_tests.orchestration.world import make_world

    without = make_world(world.pipeline.data.root.parent, world.instance, enable_duration_adjustment=False)

    without.run_plan(request(weeks=4))

    assert {row["arm"] for row in without.rows("plan_weeks")} == {"legacy"}


def test_a_cell_begins_with_its_own_verdict_and_shows_its_week_as_a_table(world: World) -> None:
    world.run_plan(request())

    for stage in (Stage.WEEK_VALIDATION, Stage.FINAL_PLAN, Stage.WEEK_METRICS):
        week = world.cell(stage, "rider|02")
        plan = world.pipeline.plans.load_plan("rider")
        assert plan is not None
        own = ["passed", "passed_before_fix", "hours_wanted", "hours_planned", "time_error_pct", "tss_wanted"]
        assert [name for name in week if name != "remark"][:6] == own
        names = [workout.name for workout in plan.training_plan.weekly_plan[1].workouts]
        assert [row.split(" | ")[1] for row in str(week["workouts"].value).splitlines()[2:]] == names
