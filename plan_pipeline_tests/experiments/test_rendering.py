"""What a report says: a verdict a pair of arms, checks, and what must be known first."""

from __future__ import annotations

import re
from html import unescape
from io import StringIO

import pytest
from rich.console import Console

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.experiments.model import ComparisonOutcome, GuardrailOutcome, Metric
from plan_pipeline.experiments.page import page
from plan_pipeline.experiments.rendering import alerts, checks, design, note, power_lines, rows, sentence, verdicts
from plan_pipeline.experiments.table import comparison as comparison_table
from plan_pipeline.experiments.table import markdown
from plan_pipeline.experiments.wording import WORDINGS
from plan_pipeline_tests.experiments.made_up import measures, same_weeks
from plan_pipeline_tests.experiments.made_up import report as analysed
from plan_pipeline_tests.experiments.reports import (
    ADJUSTED,
    LEGACY,
    OPTIMAL,
    arm,
    comparison,
    guardrail,
    report,
    three_arms,
    undecided,
)


def test_the_verdict_says_who_is_better_by_how_much_and_how_sure_that_is() -> None:
    text = sentence(comparison(), 0.95)
    assert text == "adjusted passes 8.7 pp more weeks than legacy before the fix, 95 % interval 7.1 to 10.3"


def test_less_of_something_is_said_without_minus_signs() -> None:
    found = comparison(Metric.MEAN_ABS_TIME_ERROR_PCT, -6.5, (-8.1, -4.9))
    assert sentence(found, 0.95) == (
        "adjusted misses the hours wanted by 6.5 pp less than legacy, 95 % interval 4.9 to 8.1"
    )


def test_the_interval_is_called_by_its_confidence() -> None:
    assert "99.5 % interval" in sentence(comparison(), 0.995)


def test_a_difference_that_is_not_shown_is_not_called_one() -> None:
    assert sentence(undecided(), 0.95) == (
        "no difference shown between adjusted and legacy in variety score: +0.002, 95 % interval −0.011 to 0.018; "
        "any difference from −0.011 to +0.018 is compatible with these plans"
    )


def test_a_difference_that_the_correction_takes_away_says_so() -> None:
    found = comparison(better=ComparisonOutcome.UNDECIDED, p_adjusted=0.07)
    assert sentence(found, 0.95).endswith("; clear of 0 by itself, but not once corrected for many comparisons")


def test_no_difference_with_a_wide_interval_is_not_sameness() -> None:
    found = comparison(Metric.PASS_RATE, 0.0, (-0.195, 0.195), ComparisonOutcome.UNDECIDED)
    assert sentence(found, 0.95) == (
        "no difference shown between adjusted and legacy in validation pass rate after the fix: 0.0 pp, 95 % interval "
        "−19.5 to 19.5; a difference of up to 19.5 pp either way is compatible with these plans"
    )


def test_arms_that_are_the_same_are_said_to_be_with_the_margin() -> None:
    found = comparison(Metric.PASS_RATE, 0.0, (-0.013, 0.013), ComparisonOutcome.SAME)
    assert sentence(found, 0.95) == (
        "adjusted and legacy have the same validation pass rate after the fix within 2.0 pp either way: 0.0 pp, "
        "95 % interval −1.3 to 1.3"
    )


def test_without_an_interval_it_is_open_how_far_arms_may_differ() -> None:
    found = comparison(Metric.RULES_BROKEN_PER_PLAN, 0.0, None, ComparisonOutcome.UNDECIDED)
    assert sentence(found, 0.95).endswith("0.00; without an interval, how far they may differ is open")


def test_arms_with_nothing_to_compare_are_said_to_have_nothing() -> None:
    found = comparison(difference=None, interval=None, better=ComparisonOutcome.UNDECIDED)
    assert sentence(found, 0.95).startswith("nothing to compare adjusted and legacy by")


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("change", [0.5, -0.5])
def test_every_metric_has_a_sentence_for_more_and_for_less(metric: Metric, change: float) -> None:
    text = sentence(comparison(metric, change, (change - 0.1, change + 0.1)), 0.95)
    assert text.startswith("adjusted ")
    assert "legacy" in text
    assert "−" not in text
    assert "{" not in text


def test_there_is_one_verdict_a_pair_of_arms() -> None:
    assert [tuple(verdict.pair) for verdict in verdicts(three_arms())] == [
        (LEGACY, ADJUSTED),
        (LEGACY, OPTIMAL),
        (ADJUSTED, OPTIMAL),
    ]


def test_the_first_metric_makes_the_verdict_and_the_others_are_named() -> None:
    slower = comparison(Metric.MS_PER_WEEK, 0.53, (0.4, 0.66), ComparisonOutcome.WORSE)
    closer = comparison(Metric.MEAN_ABS_TIME_ERROR_PCT, -6.5, (-8.1, -4.9))
    (verdict,) = verdicts(report(comparisons=(comparison(), slower, closer, undecided())))
    assert verdict.sentence.startswith("adjusted passes 8.7 pp more weeks")
    assert (
        verdict.also
        == "also better: mean time error (−6.5 pp); worse: execution time per week (+0.53 ms, within the margin)"
    )


def test_what_else_is_better_is_not_also_better_where_the_verdict_is_not() -> None:
    closer = comparison(Metric.MEAN_ABS_TIME_ERROR_PCT, -6.5, (-8.1, -4.9))
    (verdict,) = verdicts(report(comparisons=(undecided(), closer)))
    assert verdict.also == "better: mean time error (−6.5 pp)"


def test_a_verdict_says_that_nothing_else_differs() -> None:
    assert verdicts(report())[0].also == "nothing else is shown to differ"


def test_the_table_has_a_row_a_metric_in_a_fixed_order_whatever_is_compared() -> None:
    found = rows(report(comparisons=(undecided(), comparison())))
    assert [row.label for row in found] == [
        "plans",
        "weeks",
        "feasible weeks",
        *(WORDINGS[metric].label for metric in Metric),
    ]


def test_a_metric_that_no_arm_has_is_left_out() -> None:
    arms = (arm(LEGACY, variety=None), arm(ADJUSTED, variety=None))
    assert "variety score" not in [row.label for row in rows(report(arms=arms))]


def test_a_row_has_a_dash_where_a_pair_is_not_compared() -> None:
    found = {row.label: row.differences[0] for row in rows(report())}
    assert found["validation pass rate after the fix"].text == "–"
    assert found["validation pass rate before the fix"] == ("+8.7 pp", "+7.1 to +10.3", ComparisonOutcome.BETTER)
    assert found["plans"].text == ""


def test_the_terminal_markdown_and_the_page_say_the_same() -> None:
    found = three_arms(warnings=("legacy has 4 plans",), guardrails=(guardrail(GuardrailOutcome.BROKEN),))
    console = Console(file=StringIO(), width=1000)
    console.print(comparison_table(found, 1000))
    assert isinstance(console.file, StringIO)
    forms = [console.file.getvalue(), markdown(found).replace("\u00a0", " "), _text_of(page(found, ()))]
    texts = [
        *(verdict.sentence for verdict in verdicts(found)),
        *alerts(found),
        *(check.text for check in checks(found)),
        *(row.label for row in rows(found)),
        *(text for row in rows(found) for text in row.values),
        *(text for row in rows(found) for each in row.differences for text in (each.amount, each.interval, each.word)),
        note(found),
    ]
    for form in forms:
        assert [text for text in texts if text.lower() not in form.lower()] == []


def _text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_a_split_as_designed_is_a_check_that_is_kept() -> None:
    split = checks(report(guardrails=()))[0]
    assert split == (GuardrailOutcome.KEPT, "plans are split as designed: 50 legacy, 50 adjusted (p 0.620)")


def test_a_split_that_is_too_uneven_is_a_check_that_fails() -> None:
    split = checks(report(srm_p_value=0.0001, guardrails=()))[0]
    assert split.outcome is GuardrailOutcome.BROKEN
    assert "not as designed" in split.text


def test_one_arm_has_no_split_to_check() -> None:
    assert checks(report(arms=(arm(LEGACY),), comparisons=(), srm_p_value=None, guardrails=())) == ()


def test_a_guardrail_is_told_in_the_units_of_its_metric() -> None:
    broken = guardrail(GuardrailOutcome.BROKEN)
    assert checks(report(guardrails=(broken,), srm_p_value=None)) == (
        (
            GuardrailOutcome.BROKEN,
            "structure preserved of adjusted is 3.4 pp worse than legacy's in these plans, at most 1.0 pp worse is "
            "allowed; at least 2.1 pp worse is shown",
        ),
    )


def test_a_guardrail_is_kept_where_more_than_its_limit_is_ruled_out() -> None:
    (check,) = checks(report(srm_p_value=None))
    assert (check.mark, check.word) == ("✓", "kept")
    assert check.text.endswith("at most 1.0 pp worse is allowed; more than 0.4 pp worse is ruled out")


def test_a_guardrail_beside_harm_that_cannot_be_ruled_out_is_not_called_kept() -> None:
    found = guardrail(GuardrailOutcome.NOT_SHOWN)
    (check,) = checks(report(guardrails=(found,), srm_p_value=None))
    assert (check.mark, check.word) == ("?", "not shown")
    assert check.text.endswith("; up to 2.0 pp worse cannot be ruled out yet")


def test_a_guardrail_whose_limit_is_passed_in_these_plans_is_an_alert_although_harm_is_not_shown() -> None:
    found = guardrail(GuardrailOutcome.NOT_SHOWN, value=0.012)
    assert alerts(report(guardrails=(found,)))[0].startswith(
        "guardrail may be broken: structure preserved of adjusted is 1.2 pp worse"
    )


def test_a_guardrail_without_a_value_says_that_it_cannot_be_held() -> None:
    unknown = guardrail(GuardrailOutcome.NOT_SHOWN, value=None, least=None, most=None)
    assert "cannot be held against" in checks(report(guardrails=(unknown,), srm_p_value=None))[0].text


def test_broken_guardrails_and_warnings_are_alerts_and_kept_ones_are_not() -> None:
    found = alerts(
        report(guardrails=(guardrail(), guardrail(GuardrailOutcome.BROKEN)), warnings=("few plans", "few plans"))
    )
    assert len(found) == 2
    assert found[0].startswith("guardrail broken: structure preserved of adjusted is 3.4 pp worse")
    assert found[1] == "few plans"


def test_a_split_that_is_not_as_designed_is_one_alert() -> None:
    experiment = measures({LEGACY: same_weeks(150, prefix="l"), ADJUSTED: same_weeks(60, prefix="a")})
    found = [alert for alert in alerts(analysed(experiment)) if "split" in alert]
    assert len(found) == 1
    assert found[0].startswith("plans are not split over the arms as designed (p = 5e-10)")


def test_what_could_be_found_is_told_where_nothing_is_shown_and_only_there() -> None:
    (line,) = power_lines(report())
    assert line == (
        "adjusted against legacy would show, with 80 % power: "
        "variety score 0.023 or more (+0.002 needs 1,340 pairs of plans)"
    )


def test_an_unpaired_experiment_needs_plans_an_arm() -> None:
    (line,) = power_lines(report(comparisons=(undecided(paired=False),)))
    assert "needs 1,340 plans an arm" in line


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {},
            "legacy and adjusted: the same plans in each arm, compared plan by plan; "
            "1,386 feasible weeks of cycling in all",
        ),
        (
            {"paired": False, "sports": tuple(Sport)},
            "legacy and adjusted: each plan in one arm; 1,386 feasible weeks of cycling and running in all",
        ),
        ({"paired": False}, "legacy and adjusted: each plan in one arm; 1,386 feasible weeks of cycling in all"),
        (
            {"arms": (arm(LEGACY),)},
            "legacy alone, with nothing to compare it with; 693 feasible weeks of cycling in all",
        ),
    ],
)
def test_the_design_is_said_in_a_sentence(changes: dict[str, object], text: str) -> None:
    assert design(report(**changes)) == text
