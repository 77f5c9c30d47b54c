"""Who writes for requests that do not say it, at each door: what the settings say when the request comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.services.requests import with_defaults
from plan_pipeline.settings import Settings
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline_tests.orchestration.intake.intake_world import SETTLED, submit, tick
from plan_pipeline_tests.orchestration.world import World, make_world, request

BY_CLAUDE = Settings(default_overview="anthropic")


def asked(plan_id: str, **options: Any) -> dict[str, Any]:
    """A request as someone writes it, with these options alone."""
    written: dict[str, Any] = json.loads(request(plan_id).model_dump_json())
    return {**written, "options": options} if options else {k: v for k, v in written.items() if k != "options"}


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance, default_overview="anthropic", **SETTLED)


@pytest.mark.parametrize(
    ("options", "writer"), [({}, "anthropic"), ({"seed": 3}, "anthropic"), ({"overview": "rules"}, "rules")]
)
def test_the_default_is_for_requests_that_do_not_say_who_writes(options: dict[str, Any], writer: str) -> None:
    read = PlanRequest.model_validate(asked("rider", **options))

    completed = with_defaults(read, BY_CLAUDE)

    assert completed.options.overview == writer
    assert completed.options.seed == read.options.seed


def test_a_stored_request_says_who_writes_for_it_and_no_later_setting_changes_that() -> None:
    completed = with_defaults(PlanRequest.model_validate(asked("rider")), Settings(default_overview="rules"))
    stored = PlanRequest.model_validate_json(completed.model_dump_json())

    assert with_defaults(stored, BY_CLAUDE).options.overview == "rules"


def test_a_request_in_the_inbox_gets_the_default_when_it_is_taken(world: World) -> None:
    inbox = world.pipeline.data.requests_inbox
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "two.jsonl").write_text("\n".join(map(json.dumps, [asked("open"), asked("decided", overview="rules")])))

    tick(world)

    claims = Claims(world.pipeline.data)
    with claims.batch(claims.pending()[0]) as batch:
        assert batch is not None
        writers = {each.request.plan_id: each.request.options.overview for each in batch.requests}
    assert writers == {"open": "anthropic", "decided": "rules"}


def test_a_request_in_the_launchpad_gets_the_default_when_it_is_submitted(world: World) -> None:
    assert submit(world, [asked("open"), asked("decided", overview="rules")], generate=False).success

    stored = [world.pipeline.plans.load_request(plan_id).options.overview for plan_id in ("open", "decided")]
    assert stored == ["anthropic", "rules"]
