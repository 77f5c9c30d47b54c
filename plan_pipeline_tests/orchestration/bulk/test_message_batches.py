"""A night with batches: questions are handed in, a sensor collects the answers, and plans are made that pay nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.bulk.overview_answers import overview_answers, overview_retries
from plan_pipeline.orchestration.run_tags import QUESTIONS_TAG, RETRIES_TAG, WAIT_TAG
from plan_pipeline.orchestration.schedules import schedules
from plan_pipeline.settings import Settings
from plan_pipeline.storage.model_calls.batch_files import BatchFiles
from plan_pipeline.storage.model_calls.spending import Spending
from plan_pipeline_tests.llm.coach import Coach
from plan_pipeline_tests.llm.messages_answers import EXPIRES, Answer, overloaded
from plan_pipeline_tests.llm.messages_api import Asked, MessagesApi
from plan_pipeline_tests.orchestration.model_world import athletes, billed, installation, spent
from plan_pipeline_tests.orchestration.world import World, failure_of, request

BATCHES: dict[str, Any] = {"llm_batch": True, "batch_polls": 1000}
NOW = {RETRIES_TAG: "0", WAIT_TAG: "0"}


@dataclass
class Night:
    """A world in which Claude writes overviews, and what Dagster does in it by itself."""

    world: World
    api: MessagesApi

    def submit(self) -> dict[str, Any]:
        """The metadata of a run that hands in."""
        result = self.world.launch("submit_overviews", tags=NOW)
        assert result.success, failure_of(result)
        return self.metadata(result)

    def metadata(self, result: dg.ExecuteInProcessResult) -> dict[str, Any]:
        (output,) = (event for event in result.all_events if event.is_successful_output)
        return {name: value.value for name, value in output.step_output_data.metadata.items()}

    def tick(self, sensor: dg.SensorDefinition = overview_answers) -> tuple[list[dg.RunRequest], str]:
        """The runs that a tick asks for, and what it says where it asks for none."""
        resources = {"pipeline": self.world.pipeline}
        with dg.build_sensor_context(instance=self.world.instance, resources=resources) as context:
            data = sensor.evaluate_tick(context)
        return list(data.run_requests or []), data.skip_message or ""

    def launch(self, asked: dg.RunRequest, sensor: dg.SensorDefinition = overview_answers) -> dg.ExecuteInProcessResult:
        result = self.world.launch(sensor.job_name, tags={**asked.tags, **NOW}, config=asked.run_config)
        assert result.success, failure_of(result)
        return result

    def until_quiet(self) -> list[str]:
        """Tick, and launch what is asked for, until nothing is; returns the jobs."""
        launched: list[str] = []
        before = -1
        while before < len(launched):
            before = len(launched)
            for sensor in (overview_answers, overview_retries):
                for asked in self.tick(sensor)[0]:
                    self.launch(asked, sensor)
                    launched.append(sensor.job_name)
        return launched

    @property
    def asked_live(self) -> int:
        return sum(each.custom_id is None for each in self.api.asked)

    def statuses(self) -> dict[str, PlanStatus]:
        return {record.plan_id: record.status for record in self.world.records}


@pytest.fixture(scope="module")
def riders() -> list[PlanRequest]:
    return athletes(3)


@pytest.fixture
def night(tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]) -> Iterator[Night]:
    with installation(tmp_path, instance, Coach(riders), **BATCHES) as (world, api):
        world.ask(*riders)
        yield Night(world, api)


def ids(riders: list[PlanRequest]) -> list[str]:
    return [each.plan_id for each in riders]


def test_a_night_from_questions_to_published_plans(night: Night, riders: list[PlanRequest]) -> None:
    assert night.submit()["questions"] == len(riders)
    assert night.tick()[0] == []
    night.api.end_batches()

    (asked,), _ = night.tick()
    assert asked.run_config["ops"]["generate_in_bulk"]["config"]["plan_ids"] == sorted(ids(riders))
    (again,), _ = night.tick()
    assert again.run_key == asked.run_key
    night.launch(asked)

    assert night.tick() == ([], f"batch {night.api.batches[0].batch_id} is done")
    assert night.tick() == ([], "no questions are handed in")
    assert night.statuses() == dict.fromkeys(ids(riders), PlanStatus.PUBLISHED)
    assert night.asked_live == 0
    assert spent(night.world)[:4] == billed(night.api)
    assert night.submit()["questions"] == 0


def test_bulk_runs_meanwhile_leave_out_what_is_being_asked(night: Night, riders: list[PlanRequest]) -> None:
    night.world.ask(request("by-rules", weeks=4))
    night.submit()

    result = night.world.launch("regenerate_plans")

    metadata = night.metadata(result)
    assert night.statuses() == {"by-rules": PlanStatus.PUBLISHED}
    assert metadata["plans_waiting"] == len(riders)
    assert f"{riders[0].plan_id}: batch msgbatch" in metadata["waiting"].replace("\\", "")
    assert night.asked_live == 0


def test_a_plan_that_is_named_meanwhile_says_since_when_it_is_being_asked_about(
    night: Night, riders: list[PlanRequest]
) -> None:
    night.submit()
    config = {"plan_ids": ids(riders)[:1], "retries": 0}
    night.world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": config}}})

    (record,) = night.world.records
    assert record.status is PlanStatus.ERROR
    assert "the question is in batch msgbatch_0001, submitted at 2" in record.reasons[0]
    assert night.asked_live == 0


def test_a_plan_whose_request_has_changed_since_is_made(night: Night, riders: list[PlanRequest]) -> None:
    night.submit()
    night.world.ask(riders[0].with_options(overview="rules"))
    night.world.launch("regenerate_plans")
    assert night.statuses() == {riders[0].plan_id: PlanStatus.PUBLISHED}


@pytest.mark.slow
def test_what_expired_or_failed_is_handed_in_once_more_and_the_others_are_made_at_once(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    coach, tries = Coach(riders), Counter[str]()

    def answer(asked: Asked) -> Answer:
        tries[asked.text] += 1
        if tries[asked.text] == 1 and "FTP: 200 W" in asked.text:
            return EXPIRES
        if tries[asked.text] == 1 and "FTP: 201 W" in asked.text:
            return overloaded()
        return coach(asked)

    with installation(tmp_path, instance, answer, **BATCHES) as (world, api):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        api.end_batches()

        assert night.until_quiet() == ["submit_overviews", "regenerate_plans"]
        assert night.statuses() == {riders[2].plan_id: PlanStatus.PUBLISHED}
        api.end_batches()
        assert night.until_quiet() == ["regenerate_plans"]
        assert night.statuses() == dict.fromkeys(ids(riders), PlanStatus.PUBLISHED)
        assert night.asked_live == 0
        assert spent(world)[:4] == billed(api)
        assert BatchFiles(world.pipeline.data).open() == ()


@pytest.mark.slow
def test_what_fails_a_second_time_is_asked_live(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    coach = Coach(riders)
    with installation(tmp_path, instance, lambda asked: EXPIRES if asked.custom_id else coach(asked), **BATCHES) as (
        world,
        api,
    ):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        api.end_batches()
        assert night.until_quiet() == ["submit_overviews"]
        api.end_batches()
        assert night.until_quiet() == ["regenerate_plans"]
        assert night.statuses() == dict.fromkeys(ids(riders), PlanStatus.PUBLISHED)
        assert night.asked_live == len(riders)
        assert len(api.batches) == 2


def test_an_answer_that_is_sent_back_is_followed_up_live(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    with installation(tmp_path, instance, Coach(riders, share=1.0), **BATCHES) as (world, api):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        api.end_batches()
        night.until_quiet()
        assert night.statuses() == dict.fromkeys(ids(riders), PlanStatus.PUBLISHED)
        assert night.asked_live == len(riders)
        assert spent(world)[:4] == billed(api)


def test_a_question_that_follows_an_answer_is_handed_in_too(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    with installation(tmp_path, instance, Coach(riders, share=1.0), **BATCHES) as (world, api):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        api.end_batches()
        night.tick()
        night.submit()
        follow_ups = api.batches[1].requests
    assert [len(each["params"]["messages"]) for each in follow_ups] == [3] * len(riders)


def test_what_the_budget_does_not_allow_is_left_and_named(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    with installation(tmp_path, instance, Coach(riders), **BATCHES, llm_run_budget_usd=0.35) as (world, api):
        world.ask(*riders)
        metadata = Night(world, api).submit()
    asked = metadata["questions"]
    assert 0 < asked < len(riders)
    assert metadata["plans_left"] == len(riders) - asked
    assert "the budget of a run, 0.35 USD, does not allow" in metadata["left"].replace("\\", "")
    assert all(plan_id in metadata["left"] for plan_id in sorted(ids(riders))[asked:])


@pytest.mark.slow
def test_a_batch_takes_from_the_budget_what_it_did_cost(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    with installation(tmp_path, instance, Coach(riders), **BATCHES, llm_day_budget_usd=10) as (world, api):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        (record,) = BatchFiles(world.pipeline.data).open()
        counted = day_spending(world)
        assert record.most_usd == counted
        api.end_batches()
        night.until_quiet()
        cost_usd = spent(world)[4]
        assert day_spending(world) == pytest.approx(cost_usd)
        assert 0 < cost_usd < counted


def day_spending(world: World) -> float:
    (spent_usd,) = Spending.model_validate_json(
        (world.pipeline.data.root / "llm" / "spending.json").read_bytes()
    ).days.values()
    return float(spent_usd)


def test_models_without_batches_are_told_of(night: Night) -> None:
    night.world.ask(request("by-another", overview="openai"))
    assert night.submit()["plans_by_openai"] == 1


def test_an_installation_that_asks_live_hands_nothing_in(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with installation(tmp_path, instance, []) as (world, api):
        result = world.launch("submit_overviews")
    assert "PLAN_PIPELINE_LLM_BATCH is not true" in failure_of(result)
    assert api.asked == []


@pytest.mark.parametrize("is_on", [False, True])
def test_the_schedule_hands_in_where_batches_are_on(instance: dg.DagsterInstance, is_on: bool) -> None:
    by_name = {schedule.name: schedule for schedule in schedules(Settings(llm_batch=is_on))}
    with dg.build_schedule_context(instance=instance) as context:
        data = by_name["nightly_overview_questions"].evaluate_tick(context)
    assert (len(data.run_requests or []), bool(data.skip_message)) == ((1, False) if is_on else (0, True))


def test_each_sensor_asks_for_its_run_until_dagster_knows_it(
    tmp_path: Path, instance: dg.DagsterInstance, riders: list[PlanRequest]
) -> None:
    with installation(tmp_path, instance, lambda _: EXPIRES, **BATCHES) as (world, api):
        world.ask(*riders)
        night = Night(world, api)
        night.submit()
        api.end_batches()
        assert night.tick() == (
            [],
            "batch msgbatch_0001 is collected: 3 expired; "
            "3 questions of batch msgbatch_0001 wait to be handed in once more",
        )
        (asked,), _ = night.tick(overview_retries)
        (again,), _ = night.tick(overview_retries)
        assert asked.run_key == again.run_key
        night.launch(asked, overview_retries)
        assert night.tick(overview_retries) == ([], "no question waits for a second try")


def test_a_run_that_was_launched_by_a_tick_that_was_cut_short_is_not_asked_for_again(night: Night) -> None:
    night.submit()
    night.api.end_batches()
    (asked,), _ = night.tick()
    night.launch(asked)
    assert night.tick()[0] == []
    runs = night.world.instance.get_runs(dg.RunsFilter(tags={QUESTIONS_TAG: asked.tags[QUESTIONS_TAG]}))
    assert len(runs) == 1
