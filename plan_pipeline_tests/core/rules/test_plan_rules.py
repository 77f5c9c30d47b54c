"""All rules together: always all, in order, waived where the request says so, and kept by what the engine makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import ArmName, PlanOptions, PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.model.vocabulary import ADJUSTED, OPTIMAL, Sport
from plan_pipeline.core.registries import ALWAYS_COUNT, RULES
from plan_pipeline.core.registry import Plugin, PluginError, Registry
from plan_pipeline.core.rules.plan_view import PlanView, view_of
from plan_pipeline.core.rules.rule import Finding, PlanRule, check_plan, rules_of
from plan_pipeline.core.rules.rule_sports import rules_of_sport, sports_of_rule
from plan_pipeline.core.wording import likewise, listed, number
from plan_pipeline_tests.core.builders import ROOT, SOME, in_arm, planned, real_config, real_library, requests
from plan_pipeline_tests.core.rules.plan_weeks import easy_week, errors_in, hard, plan_week, result, ride, undated

CONFIG = real_config()
SHIPPED = list(rules_of(CONFIG))
NEVER_WAIVED = [rule.rule_id for rule in SHIPPED if not rule.waivable]

TOUCHING = [plan_week(1, hard("Tuesday", pct=97), hard("Wednesday", pct=97), ride("Saturday", 120))]


def waiving(*rule_ids: str) -> PlanRequest:
    return undated(options={"waivers": rule_ids})


def with_rule(rule_id: str, **changes: Any) -> PlanningConfig:
    """The configuration with some settings of a rule changed."""
    settings = CONFIG.rules[rule_id].model_copy(update=changes)
    return CONFIG.model_copy(update={"version": "other", "rules": {**CONFIG.rules, rule_id: settings}})


# --- the list ------------------------------------------------------------------------------------------------


def test_the_configuration_has_settings_for_every_rule_that_is_measured() -> None:
    assert set(CONFIG.rules) == set(rules_of_sport(Sport.CYCLING))
    assert len(SHIPPED) == 32


def test_a_rule_is_measured_for_a_sport_exactly_if_its_configuration_lists_it() -> None:
    running = load_config(ROOT / "config", Sport.RUNNING)

    assert [rule.rule_id for rule in rules_of(running)] != [rule.rule_id for rule in SHIPPED]
    for sport, config in ((Sport.CYCLING, CONFIG), (Sport.RUNNING, running)):
        assert {rule.rule_id for rule in rules_of(config)} == set(config.rules) == set(rules_of_sport(sport))
        assert all(sport in rule.sports for rule in rules_of(config))


def test_rules_of_one_sport_alone_are_known_as_such() -> None:
    assert sports_of_rule("longest-ride-growth") == (Sport.CYCLING,)
    assert sports_of_rule("single-run-spike") == (Sport.RUNNING,)
    assert sports_of_rule("day-caps") == tuple(Sport)


def test_conventions_of_running_warn_and_never_reject_but_for_quality_next_to_quality() -> None:
    rules = rules_of(load_config(ROOT / "config", Sport.RUNNING))

    rejecting = {rule.rule_id for rule in rules if rule.severity is RuleSeverity.ERROR}
    assert rejecting == {*ALWAYS_COUNT, "hard-day-spacing", "rideable", "effort-limit", "race-week"}
    assert [rule.rule_id for rule in rules if rule.evidence is Evidence.COHORT] == ["single-run-spike"]


def test_rules_that_can_never_be_waived_are_errors() -> None:
    assert NEVER_WAIVED == list(ALWAYS_COUNT) == ["day-caps", "forbidden-days", "stated-equals-delivered"]
    assert {rule.severity for rule in SHIPPED if rule.rule_id in NEVER_WAIVED} == {RuleSeverity.ERROR}


def test_errors_come_first_and_notes_last_each_as_the_configuration_lists_them() -> None:
    order, listed = list(RuleSeverity), list(CONFIG.rules)
    places = [(order.index(rule.severity), listed.index(rule.rule_id)) for rule in SHIPPED]

    assert places == sorted(places)


def test_the_rules_that_rest_on_trials_are_these() -> None:
    assert {rule.rule_id for rule in SHIPPED if rule.evidence is Evidence.TRIAL} == {
        "goal-emphasis",
        "long-ride-specific",
        "rideable",
        "effort-limit",
        "taper-volume",
        "taper-intensity",
        "race-week",
        "target-ftp",
    }


def test_every_rule_says_its_source_what_it_asks_for_and_how_it_is_measured() -> None:
    plan = view_of(undated(), (), CONFIG)
    for rule in SHIPPED:
        assert CONFIG.rules[rule.rule_id].source
        assert "{" not in rule.threshold_for(plan)
        assert rule.measure.__doc__ is not None


def test_a_measure_is_called_with_the_numbers_of_the_configuration_which_its_threshold_names() -> None:
    two_hard_days = (plan_week(1, hard("Tuesday"), hard("Thursday")),)
    stricter = with_rule("hard-days-per-week", parameters={"at_most": 1.0})

    usual, strict = (
        next(r for r in check_plan(undated(), two_hard_days, config) if r.rule_id == "hard-days-per-week")
        for config in (CONFIG, stricter)
    )

    assert (usual.threshold, usual.passed) == ("≤ 3 days, by what is ridden", True)
    assert (strict.threshold, strict.passed) == ("≤ 1 days, by what is ridden", False)


def test_a_threshold_names_numbers_that_are_said_elsewhere() -> None:
    assert result("longest-ride-growth", ()).threshold == "≤ 20% or 30 min over the 4 weeks before"


def test_severity_version_and_order_are_the_configurations() -> None:
    config = with_rule("monotony", severity=RuleSeverity.ERROR, version=7)

    found = check_plan(undated(), (), config)

    assert [(r.rule_version, r.severity) for r in found if r.rule_id == "monotony"] == [(7, RuleSeverity.ERROR)]
    order = [r.rule_id for r in found]
    assert order.index("rest-days") < order.index("monotony") < order.index("goal-onset")


def test_a_measure_weighs_a_breach_at_most_as_the_configuration_does() -> None:
    unrideable = (plan_week(1, hard("Tuesday", minutes=40)),)

    usual, milder = (
        next(r for r in check_plan(undated(), unrideable, config) if r.rule_id == "rideable")
        for config in (CONFIG, with_rule("rideable", severity=RuleSeverity.NOTE))
    )

    assert (usual.severity, milder.severity) == (RuleSeverity.ERROR, RuleSeverity.NOTE)


def test_a_rule_that_is_switched_off_has_no_result() -> None:
    found = check_plan(undated(), (), with_rule("monotony", enabled=False))

    assert [rule_id for rule_id in rules_of_sport(Sport.CYCLING) if rule_id not in {r.rule_id for r in found}] == [
        "monotony"
    ]


def test_a_rule_that_the_configuration_lets_nobody_waive_counts_all_the_same() -> None:
    found = check_plan(waiving("monotony", "rest-days"), (), with_rule("monotony", waivable=False))

    assert [r.rule_id for r in found if r.waived] == ["rest-days"]


# --- rules of other packages ---------------------------------------------------------------------------------


def weeks_planned(plan: PlanView, at_most: int) -> Finding:
    return Finding(passed=len(plan.weeks) <= at_most, value=len(plan.weeks), message="Too many weeks.")


FEW_WEEKS = PlanRule(
    rule_id="few-weeks",
    version=3,
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONVENTION,
    threshold="≤ {at_most} weeks",
    measure=weeks_planned,
    parameters={"at_most": 1},
)


def club_rules(name: str = "few-weeks") -> Registry[Any]:
    """A registry of one measure of ours and the rule of another package."""
    registry: Registry[Any] = Registry(
        "rule",
        {"monotony": "plan_pipeline.core.rules.load_rules:monotony"},
        attributes=RULES.attributes,
        named_by=RULES.named_by,
    )
    registry.discover = lambda: [Plugin(name, "club-rules", "1.2", lambda: FEW_WEEKS)]
    return registry


def only(*rule_ids: str, **more: RuleSettings) -> PlanningConfig:
    rules = {rule_id: CONFIG.rules[rule_id] for rule_id in rule_ids}
    return CONFIG.model_copy(update={"version": "club", "rules": rules | more})


def test_a_rule_of_another_package_is_checked_like_any_other_with_the_numbers_it_brings() -> None:
    found, own = check_plan(undated(), (easy_week(1, 100), easy_week(2, 100)), only("monotony"), club_rules())

    assert (own.rule_id, own.passed) == ("monotony", True)
    assert (found.rule_id, found.rule_version, found.threshold) == ("few-weeks", 3, "≤ 1 weeks")
    assert (found.passed, found.rejects, found.statement) == (False, True, "few-weeks: Too many weeks.")


def test_the_configuration_overrides_the_numbers_that_another_packages_rule_brings() -> None:
    settings = FEW_WEEKS_SETTINGS | {"parameters": {"at_most": 2}, "severity": "note"}
    config = only("monotony", **{"few-weeks": RuleSettings.model_validate(settings)})

    own, found = check_plan(undated(), (easy_week(1, 100), easy_week(2, 100)), config, club_rules())

    assert (own.rule_id, found.rule_id) == ("monotony", "few-weeks")
    assert (found.passed, found.threshold, found.severity) == (True, "≤ 2 weeks", RuleSeverity.NOTE)


FEW_WEEKS_SETTINGS = {
    "severity": "error",
    "evidence": "convention",
    "source": "The club's statutes.",
    "threshold": "≤ {at_most} weeks",
    "parameters": {"at_most": 1},
}


def test_a_rule_of_another_package_under_another_name_than_its_own_is_refused_with_both_names() -> None:
    with pytest.raises(PluginError, match=r"the rule 'calm' of club-rules 1\.2 .*'few-weeks', .*'calm'"):
        check_plan(undated(), (easy_week(1, 100),), only("monotony"), club_rules("calm"))


# --- results -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [(), (plan_week(1),), TOUCHING])
def test_every_plan_has_one_result_a_rule_in_the_same_order(weeks: Sequence[PlanWeek]) -> None:
    results = check_plan(undated(), tuple(weeks), CONFIG)

    assert [r.rule_id for r in results] == [rule.rule_id for rule in SHIPPED]


def test_nothing_breaks_no_rule() -> None:
    assert all(r.passed and not r.weeks for r in check_plan(undated(), (), CONFIG))


def test_a_rule_that_is_kept_says_nothing_unless_it_is_a_note() -> None:
    results = check_plan(undated(), (easy_week(1, 100),), CONFIG)

    assert [r.rule_id for r in results if r.message and r.passed] == ["intensity-distribution"]


def test_hard_days_that_touch_break_no_error_but_those_of_hard_days() -> None:
    assert errors_in(TOUCHING) == ["hard-day-spacing", "hard-by-content"]


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
    assert found.message.startswith("Week 1: Wednesday (20 min")


def test_only_the_named_rules_are_waived() -> None:
    results = check_plan(waiving("rest-days", "monotony"), (), CONFIG)

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


@pytest.mark.parametrize(("arm", "published"), [(ADJUSTED, 30), (OPTIMAL, 36)])
def test_no_plan_of_a_cohort_breaks_an_error_or_its_load_limits(arm: ArmName, published: int) -> None:
    """Chosen day by day, a few weeks have too many or too few minutes in bands, which only `optimal` counts."""
    made = [planned(in_arm(request, arm), real_library()) for request in synthetic_requests(40, 11, CONFIG)]
    rejected = [reason for result in made for reason in result.verdict.reasons if result.infeasible is None]
    assert all(arm == ADJUSTED and reason.startswith(("goal-emphasis: ", "level-dose: ")) for reason in rejected)
    plans = [(result.request, result.plan.training_plan.weekly_plan) for result in made if result.plan]

    broken = Counter(r.rule_id for plan in plans for r in check_plan(*plan, CONFIG) if not r.passed)

    assert len(plans) >= published
    assert not broken.keys() & {"recovery-count", "ctl-ramp", "long-ride-target"}
    assert max(broken[rule] for rule in ("recovery-week-load", "long-ride-specific")) <= 0.1 * len(plans)


@SOME
@given(requests())
def test_no_published_plan_breaks_an_error(request: PlanRequest) -> None:
    plan = planned(request).plan
    if plan is not None:
        assert [r.message for r in check_plan(request, plan.training_plan.weekly_plan, CONFIG) if r.rejects] == []


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
