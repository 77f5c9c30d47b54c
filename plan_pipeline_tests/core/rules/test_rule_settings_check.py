"""What can be wrong with the settings of rules, in which words it is told, and that the shipped ones are right."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.rules.rule_settings_check import rule_problems
from plan_pipeline_tests.core.builders import ROOT, real_config

CONFIG = real_config()


def problems(rules: dict[str, Any]) -> list[tuple[str, str]]:
    said = {"week": CONFIG.week, "content": CONFIG.content, "level": CONFIG.levels.beginner}
    return [(".".join(each.location), each.message) for each in rule_problems(rules, said)]


def changed(rule_id: str, **changes: Any) -> dict[str, Any]:
    return {**CONFIG.rules, rule_id: CONFIG.rules[rule_id].model_copy(update=changes)}


def test_the_rules_that_come_with_the_program_have_no_problem() -> None:
    assert problems(CONFIG.rules) == []


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    ((field, message),) = problems({**CONFIG.rules, "monotomy": CONFIG.rules["monotony"]})

    assert field == "monotomy"
    assert "did you mean monotony?" in message


def test_a_rule_in_another_spelling_is_told_how_to_be_written() -> None:
    others = {rule_id: settings for rule_id, settings in CONFIG.rules.items() if rule_id != "day-caps"}

    found = dict(problems({"Day Caps": CONFIG.rules["day-caps"], **others}))

    assert found["Day Caps"] == "is another spelling of day-caps; write that"


def test_a_rule_without_settings_is_told() -> None:
    others = {rule_id: settings for rule_id, settings in CONFIG.rules.items() if rule_id != "monotony"}

    ((field, message),) = problems(others)

    assert (field, message.partition(";")[0]) == ("monotony", "is missing")


def test_a_missing_and_an_unknown_parameter_are_told_with_the_nearest() -> None:
    found = problems(changed("goal-emphasis", parameters={"shares": 0.75}))

    assert found == [
        ("goal-emphasis.parameters.share", "is missing; give it a number"),
        ("goal-emphasis.parameters.shares", "is not a parameter of the rule; did you mean share?"),
        (
            "goal-emphasis.threshold",
            "cannot be put into words ('share' is unknown); in braces stand week, content, level, shares, "
            "or write {{ for a brace",
        ),
    ]


def test_a_parameter_of_a_rule_that_has_none_is_told() -> None:
    assert problems(changed("day-caps", parameters={"at_most": 3.0})) == [
        ("day-caps.parameters.at_most", "is not a parameter of the rule; it takes none")
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"waivable": True}, "waivable"), ({"enabled": False}, "enabled"), ({"severity": "note"}, "severity")],
)
def test_what_the_request_itself_says_can_not_be_weakened(changes: dict[str, Any], field: str) -> None:
    ((where, message),) = problems(changed("day-caps", **changes))

    assert where == f"day-caps.{field}"
    assert "is not the plan that was asked for" in message


@pytest.mark.parametrize("threshold", ["{nothing}", "{week.nothing}", "{week", "{}", "{share:%d}", "{week.__class__}"])
def test_words_that_name_what_is_not_there_are_told(threshold: str) -> None:
    ((where, message),) = problems(changed("goal-emphasis", threshold=threshold))

    assert where == "goal-emphasis.threshold"
    assert message.startswith("cannot be put into words")


def test_the_rules_of_running_have_no_problem_and_are_those_of_that_sport() -> None:
    config = load_config(ROOT / "config", Sport.RUNNING)
    said = {"week": config.week, "content": config.content, "level": config.levels.beginner}

    assert list(rule_problems(config.rules, said, sport=Sport.RUNNING)) == []
    others = {rule_id: settings for rule_id, settings in config.rules.items() if rule_id != "single-run-spike"}
    (missing,) = rule_problems(others, said, sport=Sport.RUNNING)
    assert (missing.location, missing.message.partition(";")[0]) == (("single-run-spike",), "is missing")


def test_a_rule_of_another_sport_is_told() -> None:
    running = load_config(ROOT / "config", Sport.RUNNING).rules["single-run-spike"]

    assert problems({**CONFIG.rules, "single-run-spike": running}) == [
        ("single-run-spike", "is a rule of running; take it out, or write one for cycling")
    ]


def test_a_parameter_that_a_measure_can_do_without_may_be_left_out() -> None:
    assert "last_days" not in CONFIG.rules["taper-volume"].parameters
    parameters = {**CONFIG.rules["taper-volume"].parameters, "last_days": 13.0, "best_weeks": 4.0}
    assert problems(changed("taper-volume", parameters=parameters)) == []


def test_a_rule_may_be_switched_off() -> None:
    assert problems(changed("monotony", enabled=False)) == []
