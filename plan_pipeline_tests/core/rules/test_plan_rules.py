"""All rules together: always all, in order, waived where the request says so, and kept by what the engine makes."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from pydantic import ValidationError

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.request import ArmName, PlanOptions, PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.model.vocabulary import ADJUSTED, OPTIMAL
from plan_pipeline.core.registries import RULES
from plan_pipeline.core.registry import Plugin, PluginError, Registry
from plan_pipeline.core.rules.plan_view import PlanView, view_of
from plan_pipeline.core.rules.rule import Finding, PlanRule, check_plan
from plan_pipeline.core.wording import likewise, listed, number
from plan_pipeline_tests.core.builders import SOME, in_arm, planned, real_config, real_library, requests
from plan_pipeline_tests.core.rules.plan_weeks import broken_by, easy_week, hard, plan_week, result, ride, undated

BUILT_IN: list[PlanRule] = list(RULES.all().values())
NEVER_WAIVED = [rule.rule_id for rule in BUILT_IN if not rule.waivable]

TOUCHING = [plan_week(1, hard("Tuesday"), hard("Wednesday"), ride("Saturday", 120))]


def waiving(*rule_ids: str) -> PlanRequest:
    return undated(options={"waivers": rule_ids})


# --- the list ------------------------------------------------------------------------------------------------


def test_the_names_a_request_may_write_are_the_ids_of_the_rules_in_their_order() -> None:
    assert tuple(rule.rule_id for rule in BUILT_IN) == RULES.names()
    assert len(BUILT_IN) == 16


def test_rules_that_can_never_be_waived_are_errors() -> None:
    assert NEVER_WAIVED == ["day-caps", "forbidden-days", "stated-equals-delivered"]
    errors = {rule.rule_id for rule in BUILT_IN if rule.severity is RuleSeverity.ERROR}

    assert errors >= set(NEVER_WAIVED)
    assert errors - set(NEVER_WAIVED) == {"hard-day-spacing", "hard-days-per-week", "rest-days"}


def test_errors_come_first_and_notes_last() -> None:
    order = list(RuleSeverity)

    assert [order.index(rule.severity) for rule in BUILT_IN] == sorted(order.index(r.severity) for r in BUILT_IN)


def test_only_the_taper_and_the_target_rest_on_trials() -> None:
    by_trial = [rule.rule_id for rule in BUILT_IN if rule.evidence is Evidence.TRIAL]

    assert by_trial == ["taper-volume", "taper-intensity", "target-ftp"]


def test_every_rule_says_its_version_its_threshold_and_its_source() -> None:
    for rule in BUILT_IN:
        assert rule.version == 1
        assert any(ch.isdigit() for ch in rule.threshold_text)
        assert rule.measure.__doc__ is not None
        assert "Source: " in " ".join(rule.measure.__doc__.split())


def test_a_measure_is_called_with_the_numbers_that_the_threshold_names() -> None:
    rule = RULES.get("hard-days-per-week")
    stricter = dataclasses.replace(rule, parameters={"at_most": 1})
    two_hard_days = view_of(undated(), [plan_week(1, hard("Tuesday"), hard("Thursday"))])

    assert (rule.threshold_text, stricter.threshold_text) == ("≤ 3 days", "≤ 1 days")
    assert rule.check(two_hard_days).passed
    assert not stricter.check(two_hard_days).passed


def test_a_rule_of_another_package_is_checked_like_any_other() -> None:
    def weeks_planned(plan: PlanView, at_most: int) -> Finding:
        return Finding(passed=len(plan.weeks) <= at_most, value=len(plan.weeks), message="Too many weeks.")

    few_weeks = PlanRule(
        rule_id="few-weeks",
        version=3,
        severity=RuleSeverity.ERROR,
        evidence=Evidence.CONVENTION,
        threshold="≤ {at_most} weeks",
        measure=weeks_planned,
        parameters={"at_most": 1},
    )
    rules: Registry[PlanRule] = Registry("rule", {"monotony": "plan_pipeline.core.rules.built_in:MONOTONY"})
    rules.discover = lambda: [Plugin("few-weeks", "club-rules", "1.2", lambda: few_weeks)]

    own, found = check_plan(undated(), (easy_week(1, 100), easy_week(2, 100)), real_config(), rules)

    assert (own.rule_id, own.passed) == ("monotony", True)
    assert (found.rule_id, found.rule_version, found.threshold) == ("few-weeks", 3, "≤ 1 weeks")
    assert (found.passed, found.rejects, found.statement) == (False, True, "few-weeks: Too many weeks.")


def test_a_rule_of_another_package_under_another_name_than_its_own_is_refused_with_both_names() -> None:
    rules: Registry[PlanRule] = Registry("rule", {}, attributes=RULES.attributes, named_by=RULES.named_by)
    rules.discover = lambda: [Plugin("calm", "club-rules", "1.2", lambda: RULES.get("monotony"))]

    with pytest.raises(PluginError, match=r"the rule 'calm' of club-rules 1\.2 .*'monotony', .*'calm'"):
        check_plan(undated(), (easy_week(1, 100),), real_config(), rules)


# --- results -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [(), (easy_week(1, 100),), (plan_week(1),)])
def test_every_plan_has_one_result_a_rule_in_the_same_order(weeks: tuple[object, ...]) -> None:
    results = check_plan(undated(), weeks, real_config())  # type: ignore[arg-type]

    assert tuple(r.rule_id for r in results) == RULES.names()
    assert all(r.passed and not r.weeks for r in results)


def test_a_rule_that_is_kept_says_nothing_unless_it_is_a_note() -> None:
    results = check_plan(undated(), (easy_week(1, 100),), real_config())

    assert [r.rule_id for r in results if r.message] == ["intensity-distribution"]


def test_a_broken_rule_breaks_no_other() -> None:
    assert broken_by(TOUCHING) == ["hard-day-spacing"]


def test_a_broken_error_rejects_the_plan_and_a_broken_warning_does_not() -> None:
    jump = [easy_week(1, 100), easy_week(2, 300)]

    assert result("hard-day-spacing", TOUCHING).rejects
    assert not result("hard-day-spacing", jump).rejects
    assert not result("longest-ride-growth", jump).passed
    assert not result("longest-ride-growth", jump).rejects


# --- waivers -------------------------------------------------------------------------------------------------


def test_a_waived_rule_is_measured_all_the_same_but_does_not_reject() -> None:
    found = result("hard-day-spacing", TOUCHING, waiving("hard-day-spacing"))

    assert (found.passed, found.waived, found.rejects) == (False, True, False)
    assert found.message.startswith("Week 1: vo2max on Wednesday")


def test_only_the_named_rules_are_waived() -> None:
    results = check_plan(waiving("rest-days", "monotony"), (), real_config())

    assert [r.rule_id for r in results if r.waived] == ["rest-days", "monotony"]


def test_a_rule_waived_twice_is_waived_once() -> None:
    assert waiving("rest-days", "rest-days").options.waivers == ("rest-days",)


@pytest.mark.parametrize("written", ["rest-days", "rest_days", "Rest Days"])
def test_a_waiver_is_read_however_its_rule_is_spelled(written: str) -> None:
    assert waiving(written).options.waivers == ("rest-days",)


def test_an_unknown_rule_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(ValidationError, match="did you mean rest-days"):
        waiving("rest-day")


@pytest.mark.parametrize("rule_id", NEVER_WAIVED)
def test_what_the_request_itself_says_can_not_be_waived(rule_id: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PlanOptions(waivers=(rule_id,))

    (detail,) = refused.value.errors()
    assert detail["loc"] == ("waivers",)
    assert detail["msg"] == (
        f"Value error, {rule_id!r} can not be waived: a plan that breaks it is not the plan that was asked for; "
        "take it off the list and change the request's days, caps or hours instead"
    )


def test_a_request_without_waivers_is_written_without_them() -> None:
    assert "waivers" not in undated().model_dump(mode="json")["options"]
    assert waiving("monotony").model_dump(mode="json")["options"]["waivers"] == ["monotony"]


# --- what the engine makes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
def test_no_plan_of_a_cohort_breaks_an_error_or_its_load_limits(arm: ArmName) -> None:
    made = [planned(in_arm(request, arm), real_library()) for request in synthetic_requests(40, 11)]
    plans = [(result.request, result.plan.training_plan.weekly_plan) for result in made if result.plan]

    broken = {r.rule_id for plan in plans for r in check_plan(*plan, real_config()) if not r.passed}

    assert len(plans) >= 36
    assert broken <= {"recovery-week-load", "longest-ride-growth", "taper-volume", "time-above-105"}


@SOME
@given(requests())
def test_no_published_plan_breaks_an_error(request: PlanRequest) -> None:
    plan = planned(request).plan
    if plan is not None:
        assert [
            r.message for r in check_plan(request, plan.training_plan.weekly_plan, real_config()) if r.rejects
        ] == []


# --- wording -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(8, 1, "8"), (8.25, 1, "8.2"), (8.25, 2, "8.25"), (120, 0, "120"), (0.04, 1, "0")]
)
def test_numbers_have_no_more_digits_than_they_need(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_words_are_listed_with_an_and() -> None:
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_the_other_weeks_are_told_without_the_one_that_is_told_already() -> None:
    assert [likewise((3,), 3), likewise((3, 5), 3), likewise((3, 5, 6), 5)] == [
        "",
        " (week 5 as well)",
        " (weeks 3 and 6 as well)",
    ]
