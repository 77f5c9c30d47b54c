"""A model that is away is asked again after a while, by bulk and asset runs; one that refuses is asked once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.run_tags import RETRIES_TAG, WAIT_TAG
from plan_pipeline.settings import Settings
from plan_pipeline_tests.llm.messages_answers import SILENCE, Answer, fails
from plan_pipeline_tests.llm.messages_api import messages_api
from plan_pipeline_tests.orchestration.world import World, make_world, request

A_CALL = 1 + Settings().llm_retries
"""Requests that the client makes of a call that a busy server does not answer."""

Launch = Callable[[World], dg.ExecuteInProcessResult]


def in_bulk(world: World) -> dg.ExecuteInProcessResult:
    config = {"retries": 1, "retry_wait_s": 0.01}
    return world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": config}}})


def alone(world: World) -> dg.ExecuteInProcessResult:
    return world.run("rider|01", "rider|04", tags={RETRIES_TAG: "1", WAIT_TAG: "0"})


@pytest.fixture(params=[in_bulk, alone], ids=["bulk", "asset"])
def launch(request: pytest.FixtureRequest) -> Launch:
    found: Launch = request.param
    return found


def asked(launch: Launch, folder: Path, instance: dg.DagsterInstance, answer: Answer) -> tuple[int, PlanStatus, str]:
    """How often the model was asked for a plan whose overview it is to write, and how the plan ended."""
    with messages_api([answer] * 20) as model:
        world = make_world(
            folder,
            instance,
            anthropic_base_url=model.base_url,
            anthropic_api_key="sk-test",
            llm_timeout_s=0.2,
            llm_longest_wait_s=0.01,
        )
        world.ask(request(weeks=4, overview="anthropic"))
        launch(world)
    verdict = world.pipeline.plans.load_generation_record("rider")
    assert verdict is not None
    return len(model.asked), verdict.status, verdict.reasons[0]


@pytest.mark.parametrize(
    "answer",
    [fails(529, "overloaded_error", "Overloaded"), fails(500, "api_error", "Internal server error"), SILENCE],
    ids=["529", "500", "silent"],
)
def test_a_server_that_does_not_answer_is_asked_again_later(
    launch: Launch, tmp_path: Path, instance: dg.DagsterInstance, answer: Answer
) -> None:
    requests, status, reason = asked(launch, tmp_path, instance, answer)
    assert (requests, status) == (2 * A_CALL, PlanStatus.ERROR)
    assert "try again later" in reason


@pytest.mark.parametrize(
    "answer",
    [fails(400, "invalid_request_error", "no such field"), fails(401, "authentication_error", "invalid x-api-key")],
    ids=["400", "401"],
)
def test_one_that_refuses_is_asked_once(
    launch: Launch, tmp_path: Path, instance: dg.DagsterInstance, answer: Answer
) -> None:
    requests, status, _ = asked(launch, tmp_path, instance, answer)
    assert (requests, status) == (1, PlanStatus.ERROR)
