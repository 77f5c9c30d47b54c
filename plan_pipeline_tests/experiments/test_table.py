"""The comparison table: everything of the report in it, whole on a usual terminal, and Markdown that stays a table."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from plan_pipeline.experiments.model import ComparisonOutcome, ExperimentReport, GuardrailOutcome, Metric
from plan_pipeline.experiments.table import comparison as comparison_table
from plan_pipeline.experiments.table import markdown
from plan_pipeline_tests.experiments.reports import LEGACY, arm, comparison, guardrail, report, three_arms, undecided

USUAL, WIDE = 80, 140


def shown(found: ExperimentReport, width: int = WIDE) -> str:
    console = Console(file=StringIO(), width=width, highlight=False, markup=False, emoji=False)
    console.print(comparison_table(found, width))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def line_of(text: str, label: str) -> list[str]:
    return next(line for line in text.splitlines() if line.lstrip().startswith(label)).split()


def test_the_verdict_comes_before_the_figures() -> None:
    text = shown(report())
    assert text.index("adjusted passes 8.7 pp more weeks than legacy") < text.index("of all weeks asked for")


def test_a_row_has_both_arms_the_difference_and_whether_it_is_shown() -> None:
    words = line_of(shown(report()), "validation pass rate before the fix")
    assert words[6:] == ["88.3", "%", "97.0", "%", "▲", "+8.7", "pp", "better"]


def test_the_interval_stands_below_the_difference() -> None:
    lines = shown(report()).splitlines()
    above = next(i for i, line in enumerate(lines) if "▲ +8.7 pp" in line)
    assert lines[above + 1].rstrip().endswith("   +7.1 to +10.3")


def test_below_the_name_of_a_row_stands_what_it_is_counted_over_and_its_margin() -> None:
    lines = [line.strip() for line in shown(report(), WIDE).splitlines()]
    first = next(i for i, line in enumerate(lines) if line.startswith("plans "))
    assert [line.split("  ")[0] for line in lines[first + 1 : first + 6 : 2]] == [
        "all that were asked for",
        "all that were asked for",
        "of all weeks asked for",
    ]
    assert [line.split()[-2:] for line in lines[first : first + 5 : 2]] == [
        ["50", "50"],
        ["703", "703"],
        ["693", "693"],
    ]
    assert lines[first + 7].startswith("of feasible weeks, margin 2.0 pp ")
    assert "over plans made, margin 0.020" in " ".join(lines)


def test_a_difference_that_is_not_shown_is_marked_as_such() -> None:
    assert line_of(shown(report()), "variety score")[2:] == ["0.962", "0.964", "·", "+0.002", "not", "shown"]


@pytest.mark.parametrize("width", [USUAL, WIDE])
def test_no_column_is_cut_off(width: int) -> None:
    text = shown(three_arms(), width)
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())


def test_pairs_that_do_not_fit_beside_each_other_have_a_table_each() -> None:
    assert shown(three_arms(), WIDE).count("of all weeks asked for") == 1
    assert shown(three_arms(), USUAL).count("of all weeks asked for") == 3


def test_a_table_of_a_pair_has_its_two_arms_alone() -> None:
    heading = next(line for line in shown(three_arms(), USUAL).splitlines() if "optimal − adjusted" in line)
    assert heading.split() == ["adjusted", "optimal", "optimal", "−", "adjusted"]


def test_warnings_and_broken_guardrails_stand_above_the_table() -> None:
    text = shown(report(warnings=("legacy has 4 plans",), guardrails=(guardrail(GuardrailOutcome.BROKEN),)))
    table = text.index("of all weeks asked for")
    assert text.index("! legacy has 4 plans") < table
    assert text.index("! guardrail broken: structure preserved of adjusted") < table


def test_checks_stand_below_the_table_with_a_mark() -> None:
    text = shown(report(guardrails=(guardrail(GuardrailOutcome.BROKEN),)))
    assert text.index("of all weeks asked for") < text.index("✓ kept: plans are split as designed")
    assert "✗ broken: structure preserved of adjusted is 3.4 pp worse than legacy's" in text


def test_what_could_be_found_stands_at_the_end() -> None:
    assert "variety score 0.023 or more (+0.002 needs 1,340 pairs of plans)" in " ".join(shown(report()).split())


def test_one_arm_alone_is_a_table_without_differences() -> None:
    text = shown(report(arms=(arm(LEGACY),), comparisons=(), srm_p_value=None, guardrails=()))
    assert line_of(text, "validation pass rate before the fix")[6:] == ["88.3", "%"]
    assert "Differences are" not in text


def test_what_an_arm_has_nothing_of_is_a_dash() -> None:
    text = shown(report(arms=(arm(LEGACY, mean_abs_time_error_pct=None), arm(LEGACY))))
    assert line_of(text, "mean time error")[3] == "–"


def test_markdown_has_a_bullet_a_verdict_and_then_the_table() -> None:
    lines = markdown(three_arms()).splitlines()
    assert [line[:6] for line in lines[:3]] == ["- ▲ **"] * 3
    assert lines[3] == ""
    assert lines[4] == (
        "|  | legacy | adjusted | optimal | adjusted − legacy | optimal − legacy | optimal − adjusted | counted over |"
    )


def test_every_line_of_the_markdown_table_has_as_many_cells() -> None:
    table = [line for line in markdown(three_arms()).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {9}
    assert len(table) == 2 + 3 + len(Metric)


def test_a_markdown_row_keeps_numbers_and_units_together() -> None:
    row = next(line for line in markdown(report()).splitlines() if "before the fix |" in line)
    assert row == (
        "| validation pass rate before the fix | 88.3\u00a0% | 97.0\u00a0% | ▲ +8.7\u00a0pp better (+7.1 to +10.3) | "
        "of feasible weeks, margin 2.0 pp |"
    )


def test_markdown_has_warnings_checks_and_what_could_be_found() -> None:
    text = markdown(report(warnings=("legacy has 4 plans",), guardrails=(guardrail(GuardrailOutcome.BROKEN),)))
    assert "- ⚠ legacy has 4 plans\n" in text
    assert "- ✓ kept: plans are split as designed" in text
    assert "- ✗ broken: structure preserved of adjusted is 3.4 pp worse" in text
    assert "- adjusted against legacy would show, with 80 % power" in text


def test_text_that_means_something_in_markdown_is_shown_as_it_stands() -> None:
    text = markdown(report(warnings=("a|b *c* <img src=x> [d](e) `f`\ng",)))
    assert "- ⚠ a\\|b \\*c\\* \\<img src=x\\> \\[d\\](e) \\`f\\` g\n" in text


def test_outcomes_are_told_by_mark_and_word_and_not_by_colour_alone() -> None:
    worse = comparison(Metric.MS_PER_WEEK, 0.53, (0.4, 0.66), ComparisonOutcome.WORSE)
    same = comparison(Metric.PASS_RATE, 0.0, (-0.07, 0.07), ComparisonOutcome.SAME)
    text = markdown(report(comparisons=(comparison(), worse, same, undecided())))
    for mark in ("▲ +8.7\u00a0pp better", "▼ +0.53\u00a0ms worse", "= 0.0\u00a0pp same", "· +0.002 not shown"):
        assert mark in text
