"""An arm whose overviews a model writes: paid once, within a budget, and its failures are those of single plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.experiments.model import ExperimentReport
from plan_pipeline.experiments.page import page
from plan_pipeline.experiments.reporting import report_on
from plan_pipeline.experiments.table import markdown
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.llm.coach import Coach
from plan_pipeline_tests.llm.messages_api import MessagesApi, messages_api
from plan_pipeline_tests.orchestration.world import (
    World,
    failure_of,
    make_world,
    metadata_of,
    temporary_instance,
)

SEED = 14
"""Of athletes each of whom has an FTP of his own, by which the coach knows them."""

ATHLETES = tuple(synthetic_requests(12, SEED, real_config()))
STUBBORN = round(ATHLETES[4].athlete_profile.ftp)
"""Whose overview never comes out right."""


class Ran(NamedTuple):
    world: World
    api: MessagesApi
    first: dg.ExecuteInProcessResult
    asked_at_first: int
    again: dg.ExecuteInProcessResult


def _world(folder: Path, instance: dg.DagsterInstance, api: MessagesApi, **settings: Any) -> World:
    return make_world(folder, instance, anthropic_base_url=api.base_url, anthropic_api_key="sk-test", **settings)


def _run(world: World, athletes: int = 12, **settings: Any) -> dg.ExecuteInProcessResult:
    config = {"name": "worth", "athletes": athletes, "seed": SEED, "arms": ["rules", "claude"], **settings}
    return world.launch("run_experiment", config={"ops": {"simulate_arms": {"config": config}}})


def _report(world: World) -> ExperimentReport:
    return report_on(world.pipeline.data, "worth").report


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Twelve athletes by rules and by a coach who breaks rules in 40 % of first answers, run twice. Shared."""
    folder = tmp_path_factory.mktemp("ran")
    coach = Coach(ATHLETES, share=0.4, stubborn=[STUBBORN])
    with messages_api(coach) as api, temporary_instance(folder) as instance:
        world = _world(folder, instance, api)
        first, asked = _run(world), len(api.asked)
        yield Ran(world, api, first, asked, _run(world))


def _rows(world: World) -> list[dict[str, Any]]:
    return query(world.pipeline.data, "FROM latest_generations ORDER BY arm, plan_id").records()


def _attempts(world: World) -> list[int]:
    return [row["overview_attempts"] for row in _rows(world) if row["overview_attempts"]]


def test_each_athlete_is_planned_for_by_rules_and_by_the_model(ran: Ran) -> None:
    assert ran.first.success, failure_of(ran.first)
    rows = _rows(ran.world)
    assert [row["arm"] for row in rows] == ["claude"] * 12 + ["rules"] * 12
    by_model = {row["plan_id"]: row for row in rows if row["arm"] == "claude"}
    assert {row["overview_source"] for row in rows if row["arm"] == "rules"} == {"rules"}
    assert {row["overview_source"] for row in by_model.values()} == {"anthropic"}
    failed = [plan_id for plan_id, row in by_model.items() if row["status"] == PlanStatus.ERROR]
    assert failed == [ATHLETES[4].plan_id]


def test_no_model_is_asked_to_warm_up_nor_on_behalf_of_the_arm_of_rules(ran: Ran) -> None:
    attempts = _attempts(ran.world)
    assert ran.asked_at_first == sum(attempts) + ran.world.pipeline.settings.llm_attempts
    assert len(attempts) == 10
    assert set(attempts) == {1, 2}


def test_a_second_run_of_the_same_design_pays_nothing_and_finds_the_same(ran: Ran) -> None:
    assert ran.again.success, failure_of(ran.again)
    assert len(ran.api.asked) == ran.asked_at_first
    assert metadata_of(ran.first, "simulate_arms")["paid_usd"] > 0
    assert metadata_of(ran.again, "simulate_arms")["paid_usd"] == 0


def test_a_plan_names_the_calls_that_it_rests_on_whoever_paid_for_them(ran: Ran) -> None:
    rows = ran.world.rows("plan_generations")
    rested = {(row["generation_id"], row["plan_id"]): sorted(row["call_ids"]) for row in rows if row["arm"] == "claude"}
    assert len(rested) == 24
    first, again = sorted({generation for generation, _ in rested})
    for request in ATHLETES:
        assert rested[first, request.plan_id] == rested[again, request.plan_id]
    assert sum(len(calls) for (generation, _), calls in rested.items() if generation == first) == ran.asked_at_first
    assert all(not row["call_ids"] for row in rows if row["arm"] == "rules")


def test_the_report_says_what_the_model_took_to_the_token_and_what_its_overviews_cost(ran: Ran) -> None:
    report = _report(ran.world)
    rules, claude = report.model_use
    assert (rules.arm, rules.writers, rules.plans_asked, rules.calls, rules.cost_usd) == ("rules", ("rules",), 0, 0, 0)
    assert (claude.writers, claude.models) == (("anthropic",), (ran.api.ledger[0].model,))
    prompt = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    assert claude.prompt_tokens == sum(map(ran.api.billed, prompt))
    assert claude.output_tokens == ran.api.billed("output_tokens")
    assert claude.cost_usd == pytest.approx(metadata_of(ran.first, "simulate_arms")["paid_usd"], abs=1e-6)
    assert (claude.plans, claude.plans_asked, claude.calls) == (12, 11, ran.asked_at_first)
    assert (claude.failures, claude.fallbacks, claude.unpriced_calls) == (1, 0, 0)
    assert claude.attempts is not None and claude.first_attempt is not None
    assert claude.attempts.plans == 10 and 1 < claude.attempts.mean < 2
    assert claude.first_attempt.mean == pytest.approx(sum(n == 1 for n in _attempts(ran.world)) / 11)


def test_a_model_that_publishes_no_more_is_said_to_bring_no_difference_for_its_cost(ran: Ran) -> None:
    report = _report(ran.world)
    (extra,) = report.extra_costs
    assert extra.cost_usd_per_plan is not None and extra.cost_ci_low is not None
    assert 0 < extra.cost_ci_low < extra.cost_usd_per_plan
    assert extra.cost_usd_per_additional_plan is None
    told = markdown(report)
    assert "claude against rules, over 12 plans of both: costs 0." in told
    assert "no difference shown in plans published: −8.3 pp" in told
    assert "| right at the first attempt | – |" in told
    assert "Who wrote the overviews" in page(report, ())


def test_the_wait_for_a_model_is_no_time_of_planning(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    coach = Coach(ATHLETES[:1])

    def slow(asked: Any) -> Any:
        return replace(coach(asked), delay_s=1.0)

    with messages_api(slow) as api:
        world = _world(tmp_path, instance, api)
        assert _run(world, athletes=1).success
    (ms,) = (
        row["duration_ms"]
        for row in world.rows("stage_timings")
        if (row["arm"], row["stage"]) == ("claude", "plan_overview")
    )
    assert ms < 900


def test_a_model_that_is_away_fails_plans_and_not_the_run(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(
        tmp_path, instance, anthropic_base_url="http://127.0.0.1:9", anthropic_api_key="sk-test", llm_retries=0
    )
    result = _run(world, athletes=6)
    assert result.success, failure_of(result)
    told = metadata_of(result, "simulate_arms")
    assert told["plans_error"] == 5
    reasons = [row["reasons"] for row in _rows(world) if row["arm"] == "claude"]
    assert sum("the model was not asked" in reason for reason in reasons) == 2


# --- budgets ------------------------------------------------------------------------------------------------


def test_a_budget_ends_the_asking_half_way_and_the_next_run_goes_on_from_there(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    with messages_api(Coach(ATHLETES)) as api:
        world = _world(tmp_path, instance, api, llm_max_tokens=6_000)
        result = _run(world, budget_usd=0.25)
        assert result.success, failure_of(result)
        told = metadata_of(result, "simulate_arms")
        made = [row["plan_id"] for row in _rows(world) if row["arm"] == "claude"]

        assert 0 < told["paid_usd"] <= 0.25
        assert 2 < len(made) < 10
        assert made == [request.plan_id for request in ATHLETES[: len(made)]]
        assert told["left_undone"] == {"claude": 12 - len(made)}
        assert "the budget of a run, 0.25 USD, does not allow another call" in told["why_left_undone"]
        assert told["plans"] == 12 + len(made) and told["plans_error"] == 0

        report = _report(world)
        assert {arm.arm: arm.athletes_left_undone for arm in report.arms} == {"rules": 0, "claude": 12 - len(made)}
        assert report.paired and max(each.plans for each in report.comparisons) <= len(made)
        assert [each.plans for each in report.extra_costs] == [len(made)]
        assert report.srm_p_value is None
        assert any(f"claude: {12 - len(made)} of 12 athletes are left undone" in each for each in report.warnings)

        whole = metadata_of(_run(world), "simulate_arms")
        assert "left_undone" not in whole
        assert len(api.asked) == 11


def test_with_a_budget_a_model_without_a_price_is_not_asked_and_the_other_arm_is_made(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    with messages_api(Coach(ATHLETES), models={"claude-of-tomorrow": 1024}) as api:
        world = _world(tmp_path, instance, api, anthropic_model="claude-of-tomorrow")
        result = _run(world, athletes=3, budget_usd=1.0)
        assert result.success, failure_of(result)
        told = metadata_of(result, "simulate_arms")
        assert not api.asked
        assert told["left_undone"] == {"claude": 3}
        assert "the model has no price" in told["why_left_undone"]
        assert "claude: 3 of 3 athletes are left undone" in " ".join(_report(world).warnings)


@pytest.mark.slow
def test_the_cost_of_a_model_without_a_price_is_not_known_and_said_to_be(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    with messages_api(Coach(ATHLETES), models={"claude-of-tomorrow": 1024}) as api:
        world = _world(tmp_path, instance, api, anthropic_model="claude-of-tomorrow")
        assert _run(world, athletes=3).success
        report = _report(world)
    claude = next(use for use in report.model_use if use.arm == "claude")
    assert (claude.cost_usd, claude.cost_usd_per_plan, claude.unpriced_calls) == (None, None, len(api.asked))
    assert claude.output_tokens == api.billed("output_tokens")
    assert report.extra_costs[0].cost_usd_per_plan is None
    told = markdown(report)
    assert "calls of claude-of-tomorrow have no known cost" in told
    assert "what it costs more is not known" in told
    assert "| cost in all | – | not known |" in told.replace("\u00a0", " ")


@pytest.mark.slow
def test_where_rules_stand_in_for_a_model_that_is_never_right_the_report_counts_them(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    with messages_api(Coach(ATHLETES, stubborn=[STUBBORN])) as api:
        world = _world(tmp_path, instance, api, llm_fallback="rules", llm_attempts=2)
        assert _run(world, athletes=5).success
    claude = next(use for use in _report(world).model_use if use.arm == "claude")
    assert (claude.fallbacks, claude.failures) == (1, 0)
    assert claude.first_attempt is not None and claude.first_attempt.mean < 1


def test_a_budget_is_no_reason_to_let_rules_stand_in(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with messages_api(Coach(ATHLETES)) as api:
        world = _world(tmp_path, instance, api, llm_fallback="rules")
        told = metadata_of(_run(world, athletes=3, budget_usd=0.0001), "simulate_arms")
    assert told["left_undone"] == {"claude": 3}
    assert {row["arm"] for row in _rows(world)} == {"rules"}
