"""Checks are of all active plans: a run's own are told from those that earlier runs left; nothing hides a bad one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_checks import PlanCheck, PlansOfRun, Verdict, evaluate
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline_tests.orchestration.world import infeasible_request, rejected_request, request
from plan_pipeline_tests.services.making import NOW, make

GOOD = request("good", weeks=4)


def of(records: Iterable[PlanRecord]) -> PlansOfRun:
    run = PlansOfRun()
    for record in records:
        run.add(record)
    return run


def check(pipeline: Pipeline, *requests: PlanRequest, anew: bool = False) -> dict[PlanCheck, Verdict]:
    """What the checks say after a run that made these plans."""
    return evaluate(pipeline.plans, of(make(pipeline, *requests)), anew=anew)


def published(verdicts: dict[PlanCheck, Verdict]) -> tuple[list[str], list[str]]:
    """Plans of the run and of earlier ones that are not published."""
    verdict = verdicts[PlanCheck.PLAN_IS_PUBLISHED]
    return sorted(verdict.run), sorted(verdict.earlier)


def test_a_run_is_held_against_its_own_plans_with_their_reasons(pipeline: Pipeline) -> None:
    found = check(pipeline, GOOD, rejected_request("short"), infeasible_request("never"))

    assert published(found) == (["never", "short"], [])
    assert found[PlanCheck.PLAN_IS_PUBLISHED].run["never"][0].startswith("infeasible: at most 3.0 h of 12 h a week")
    assert list(found[PlanCheck.WEEKS_PASS].run) == ["short"]
    assert "below the target of 12 h" in found[PlanCheck.WEEKS_PASS].run["short"][0]
    week_2 = found[PlanCheck.TIME_ERROR_WITHIN_5_PCT].run["short"][1]
    assert re.fullmatch(r"week 2: \d\.\d\d h planned, 12\.00 h wanted \(-\d\d\.\d %\)", week_2)
    broken = [statement.partition(": ")[0] for statement in found[PlanCheck.PLAN_RULES_ARE_KEPT].run["short"]]
    assert "goal-emphasis" in broken


def test_a_good_run_of_other_plans_leaves_what_an_earlier_one_found(pipeline: Pipeline) -> None:
    check(pipeline, rejected_request("short"), infeasible_request("never"))

    found = check(pipeline, GOOD)

    assert published(found) == ([], ["never", "short"])
    assert not any(verdict.run or verdict.passed for verdict in found.values())


def test_a_plan_that_comes_out_well_is_bad_no_longer(pipeline: Pipeline) -> None:
    check(pipeline, rejected_request("short"), GOOD)
    found = check(pipeline, request("short", weeks=4))
    assert all(verdict.passed for verdict in found.values())


def test_a_plan_that_was_made_good_or_retired_meanwhile_is_bad_no_longer(pipeline: Pipeline) -> None:
    check(pipeline, rejected_request("short"), rejected_request("over"), rejected_request("left"))
    make(pipeline, request("short", weeks=4))
    retire(pipeline.plans, "over", at=NOW, timeout_s=1)

    assert published(check(pipeline, GOOD)) == ([], ["left"])


def test_where_nothing_was_kept_or_it_cannot_be_read_all_plans_are_looked_at(pipeline: Pipeline) -> None:
    make(pipeline, rejected_request("short"))
    assert published(check(pipeline, GOOD)) == ([], ["short"])
    (pipeline.data.root / ".plan_checks.json").write_text("{")
    assert published(check(pipeline, GOOD)) == ([], ["short"])


def test_looked_at_anew_a_plan_is_found_that_nobody_had_seen_go_bad(pipeline: Pipeline) -> None:
    check(pipeline, request("rider", weeks=4))
    (pipeline.data.plan_folder("rider") / "final_plan.json").write_text("{")
    assert published(check(pipeline, GOOD)) == ([], [])

    found = check(pipeline, GOOD, anew=True)

    assert published(found) == ([], ["rider"])
    assert found[PlanCheck.PLAN_IS_PUBLISHED].earlier["rider"][0].startswith("damaged: ")


def test_one_check_alone_leaves_what_the_others_found(pipeline: Pipeline) -> None:
    records = make(pipeline, rejected_request("short"))
    evaluate(pipeline.plans, of(records))
    evaluate(pipeline.plans, PlansOfRun(), [PlanCheck.WEEKS_PASS])
    assert published(check(pipeline, GOOD)) == ([], ["short"])


def test_a_week_that_a_run_was_not_asked_for_counts_as_one_of_an_earlier_run(pipeline: Pipeline) -> None:
    make(pipeline, rejected_request("short"))
    run = PlansOfRun(other_weeks={"short": ("Week 2: too short",)})
    run.problems[PlanCheck.WEEKS_PASS]["short"] = ()

    verdict = evaluate(pipeline.plans, run, [PlanCheck.WEEKS_PASS])[PlanCheck.WEEKS_PASS]

    assert (verdict.run, verdict.earlier) == ({}, {"short": ("Week 2: too short",)})


@pytest.mark.parametrize("check_name", list(PlanCheck))
def test_the_counts_are_of_the_run(pipeline: Pipeline, check_name: PlanCheck) -> None:
    run = of(make(pipeline, GOOD))
    assert list(run.problems[check_name]) == ["good"]
    assert (run.weeks, run.weeks_passed) == (4, 4)
