"""What a plan is now follows from its small files, and is told the same wherever it is asked for."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_states import CurrentStatus, PlanState, count_states, plan_state, plan_states
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline_tests.orchestration.world import infeasible_request, rejected_request, request
from plan_pipeline_tests.services.making import NOW, make

DAY = dt.timedelta(days=1)


def state(pipeline: Pipeline, plan_id: str = "rider", *, later: dt.timedelta = dt.timedelta(0)) -> PlanState:
    """What a plan is, looked at so much later, with a limit of a day."""
    return plan_state(pipeline.plans, plan_id, oldest=NOW + later - DAY)


def file(pipeline: Pipeline, name: str, plan_id: str = "rider") -> Path:
    return pipeline.data.plan_folder(plan_id) / name


def test_a_published_plan_says_what_it_is_looked_for_by(pipeline: Pipeline) -> None:
    profile = request().athlete_profile.model_copy(update={"athlete_id": "anna", "goals": ("a fast time", "fun")})
    make(pipeline, request(weeks=4, duration="adjusted").model_copy(update={"athlete_profile": profile}))

    found = state(pipeline)

    assert (found.status, found.stale, found.needs_someone) == (CurrentStatus.PUBLISHED, False, False)
    assert (found.athlete_id, found.arm, found.weeks) == ("anna", "adjusted", 4)
    assert (found.goal, found.event_type, found.goals) == ("general_fitness", None, "a fast time; fun")
    assert found.since == found.generated_at == NOW
    assert found.generation_id == pipeline.plans.versions("rider")[0].stem


def test_what_was_made_too_long_ago_is_stale_whatever_its_status(pipeline: Pipeline) -> None:
    make(pipeline, request(weeks=4), rejected_request("short"))
    assert (state(pipeline, later=2 * DAY).stale, state(pipeline, later=2 * DAY).is_alarming) == (True, True)
    assert (state(pipeline, "short", later=2 * DAY).stale, state(pipeline, "short").stale) == (True, False)


def test_a_plan_that_was_confirmed_since_is_not_stale(pipeline: Pipeline) -> None:
    make(pipeline, request(weeks=4))
    record = pipeline.plans.load_generation_record("rider")
    assert record is not None
    pipeline.plans.save_generation_record("rider", record.model_copy(update={"confirmed_at": NOW + DAY}))

    found = state(pipeline, later=2 * DAY)

    assert (found.stale, found.since, found.confirmed_at) == (False, NOW, NOW + DAY)


def test_a_plan_is_bad_since_it_was_first_made_to_that_end_however_often_it_is_made_again(pipeline: Pipeline) -> None:
    for days in (3, 2):
        make(pipeline, rejected_request(), at=NOW - days * DAY)
    make(pipeline, rejected_request())
    still = state(pipeline)
    make(pipeline, request(weeks=4), at=NOW + DAY)
    make(pipeline, rejected_request(), at=NOW + 2 * DAY)

    assert (still.since, still.generated_at) == (NOW - 3 * DAY, NOW)
    assert state(pipeline).since == NOW + 2 * DAY


def test_rejected_and_infeasible_plans_have_their_reasons_and_are_no_fault_of_the_pipeline(pipeline: Pipeline) -> None:
    make(pipeline, rejected_request("short"), infeasible_request("never"))
    short, never = plan_states(pipeline.plans, oldest=NOW - DAY, plan_ids=["short", "never"])
    assert (short.status, never.status) == (CurrentStatus.REJECTED, CurrentStatus.INFEASIBLE)
    assert all(each.reasons and each.needs_someone and not each.is_alarming for each in (short, never))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("final_plan.json", "{"),
        ("request.json", "{"),
        ("request.json", None),
        ("rollback.json", "{"),
        ("plan.json", None),
    ],
)
def test_a_plan_is_damaged_of_which_a_file_cannot_be_read_or_is_gone(
    pipeline: Pipeline, name: str, content: str | None
) -> None:
    make(pipeline, request(weeks=4))
    file(pipeline, name).unlink(missing_ok=True)
    if content is not None:
        file(pipeline, name).write_text(content)

    found = state(pipeline)

    assert (found.status, found.is_alarming) == (CurrentStatus.DAMAGED, True)
    assert len(found.reasons) == 1


def test_a_published_plan_that_was_edited_is_damaged_with_the_remedy_until_it_is_made_again(pipeline: Pipeline) -> None:
    make(pipeline, request(weeks=4), at=NOW - DAY / 2)
    plan = file(pipeline, "plan.json")
    plan.chmod(0o644)
    plan.write_text(plan.read_text().replace('"duration_min": 1', '"duration_min": 2', 1))

    found = state(pipeline)
    assert (found.status, found.is_alarming) == (CurrentStatus.DAMAGED, True)
    assert "does not match generation.content_hash); `plan-pipeline generate" in found.reasons[0]

    make(pipeline, request(weeks=4))
    assert state(pipeline).status is CurrentStatus.PUBLISHED


def test_a_record_with_no_proper_generation_makes_a_plan_damaged_and_nothing_else_fail(pipeline: Pipeline) -> None:
    make(pipeline, request(weeks=4), request("other", weeks=4))
    record = file(pipeline, "final_plan.json")
    record.write_text(record.read_text().replace('"generation_id": "2', '"generation_id": "x2'))

    found = {each.plan_id: each for each in plan_states(pipeline.plans, oldest=NOW - DAY)}

    assert found["rider"].status is CurrentStatus.DAMAGED
    assert "is not the id of a generation; generate the plan again" in found["rider"].reasons[0]
    assert found["other"].status is CurrentStatus.PUBLISHED


def test_a_plan_that_was_asked_for_has_until_the_limit_to_be_made(pipeline: Pipeline) -> None:
    pipeline.plans.save_request(request())
    os.utime(file(pipeline, "request.json"), (NOW.timestamp(), NOW.timestamp()))
    early, late = state(pipeline), state(pipeline, later=2 * DAY)
    assert (early.status, early.since, early.needs_someone) == (CurrentStatus.NEVER_MADE, NOW, False)
    assert (late.status, late.is_alarming) == (CurrentStatus.NEVER_MADE, True)


def test_a_plan_that_was_rolled_back_is_that_and_never_stale(pipeline: Pipeline) -> None:
    make(pipeline, request(weeks=4))
    roll_back(pipeline.plans, "rider", to=pipeline.plans.versions("rider")[0].stem, now=NOW + DAY)
    found = state(pipeline, later=9 * DAY)
    assert (found.status, found.since, found.stale) == (CurrentStatus.ROLLED_BACK, NOW + DAY, False)
    assert (found.needs_someone, found.is_alarming) == (True, False)


def test_a_retired_plan_needs_nobody_even_where_it_is_damaged(pipeline: Pipeline) -> None:
    make(pipeline, rejected_request(), request("other", weeks=4))
    for plan_id in ("rider", "other"):
        retire(pipeline.plans, plan_id, at=NOW, timeout_s=1)
    file(pipeline, "request.json", "other").write_text("{")

    rider, other = (state(pipeline, plan_id, later=9 * DAY) for plan_id in ("rider", "other"))

    assert (rider.status, rider.athlete_id, rider.since) == (CurrentStatus.RETIRED, "rider", NOW)
    assert (other.status, other.needs_someone, other.reasons) == (CurrentStatus.RETIRED, False, ())


def test_the_worst_plans_are_named_and_of_these_the_oldest(pipeline: Pipeline) -> None:
    make(pipeline, rejected_request("late"))
    make(pipeline, rejected_request("early"), infeasible_request("never"), request("good", weeks=4), at=NOW - DAY)
    make(pipeline, request("broken", weeks=4))
    file(pipeline, "final_plan.json", "broken").write_text("{")

    counts = count_states(plan_states(pipeline.plans, oldest=NOW - 2 * DAY), most=3)

    assert [each.plan_id for each in counts.worst] == ["broken", "early", "late"]
    assert (counts.active, counts.need_someone, counts.failed, counts.stale) == (5, 4, 1, 0)
