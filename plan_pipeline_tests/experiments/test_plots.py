"""The plots: titles that say what is seen, every number that is drawn, no label cut off or covered."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath

from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.drawing import ARM_COLOURS, MUTED, Plot
from plan_pipeline.experiments.model import ComparisonOutcome, ExperimentReport, FailureCount, Metric
from plan_pipeline.experiments.paired_plot import MAX_DOTS, paired_differences
from plan_pipeline.experiments.plots import MAX_CAUSES, failures, heat_map, pass_rates, plots, time_errors
from plan_pipeline_tests.experiments.reports import (
    ADJUSTED,
    LEGACY,
    OPTIMAL,
    arm,
    comparison,
    paired_weeks,
    report,
    stratum,
    three_arms,
    undecided,
    weeks,
)

NAMES = ["pass-rates", "time-errors", "paired-differences", "failures", "heat-map"]


def drawn(plot: Plot | None) -> Plot:
    assert plot is not None
    return plot


class Label(NamedTuple):
    """A text as it is drawn, and the box it takes, in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def labels(plot: Plot) -> tuple[list[Label], float, float]:
    """Every text of the finished SVG with its box, and the size of the picture."""
    root = ElementTree.fromstring(plot.svg())
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return [_label(each) for each in root.iter("{http://www.w3.org/2000/svg}text")], width, height


def _label(element: ElementTree.Element) -> Label:
    text = "".join(element.itertext()).strip()
    style = dict(part.split(": ", 1) for part in element.attrib["style"].split("; "))
    font = FontProperties(
        family="DejaVu Sans", size=float(style["font-size"][:-2]), weight=style.get("font-weight", "400")
    )
    width, height, descent = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[style["text-anchor"]]
    return Label(text, left, y - height + descent, left + width, y + descent)


def texts(plot: Plot) -> list[str]:
    return [label.text for label in labels(plot)[0]]


def dots(axes: Axes) -> list[float]:
    (found,) = axes.collections
    return [float(x) for x, _ in np.asarray(found.get_offsets())]


def three_arm_case() -> tuple[ExperimentReport, pd.DataFrame]:
    found = three_arms(
        strata=[
            stratum(which, band, days, 1234, 1 if which == OPTIMAL else 0.9)
            for which in ARMS.names()
            for band in ("<5", "5-8", ">=14")
            for days in (2, 3, 6)
        ],
        failures=[
            FailureCount(arm=which, cause=cause, weeks=count)
            for which in ARMS.names()
            for cause, count in (("too_short", 1234), ("rule:hard-days-apart-by-a-day", 4), ("tss_low", 320))
        ],
    )
    return found, paired_weeks(arms=ARMS.names())


CASES = {
    "two arms": (report(), paired_weeks()),
    "three arms": three_arm_case(),
    "all the same": (
        report(comparisons=(comparison(difference=0, interval=(-0.07, 0.07), better=ComparisonOutcome.SAME),)),
        paired_weeks(arms=(ADJUSTED, OPTIMAL)).replace({"adjusted": "legacy", "optimal": "adjusted"}),
    ),
    "two plans": (report(), paired_weeks(plans=2)),
}


@pytest.mark.parametrize("case", CASES)
def test_no_label_is_cut_off(case: str) -> None:
    for plot in plots(*CASES[case]):
        found, width, height = labels(plot)
        outside = [
            each for each in found if each.left < 0 or each.top < 0 or each.right > width or each.bottom > height
        ]
        assert found
        assert outside == []


@pytest.mark.parametrize("case", CASES)
def test_no_label_covers_another(case: str) -> None:
    for plot in plots(*CASES[case]):
        covered = [
            (one.text, other.text)
            for one, other in itertools.combinations(labels(plot)[0], 2)
            if min(one.right, other.right) > max(one.left, other.left)
            and min(one.bottom, other.bottom) > max(one.top, other.top)
        ]
        assert covered == []


def test_all_plots_are_drawn_where_there_is_something_to_show() -> None:
    assert [plot.name for plot in plots(report(), paired_weeks())] == NAMES


def test_equal_measures_give_equal_plots() -> None:
    first, second = ([plot.svg() for plot in plots(report(), paired_weeks())] for _ in range(2))
    assert first == second


def test_a_plot_says_in_words_what_it_shows_and_how_to_read_it() -> None:
    for plot in plots(report(), paired_weeks()):
        assert ElementTree.fromstring(plot.svg()).get("aria-label") == f"{plot.title}. {plot.reading}"
        assert plot.reading.endswith(".")


def test_pass_rates_are_a_point_an_arm_before_and_after_the_fix_with_its_interval() -> None:
    frame = paired_weeks()
    frame.loc[frame["arm"] == "legacy", "passed"] = 1.0
    plot = drawn(pass_rates(report(), frame))
    assert plot.title == "Feasible weeks that pass before the fix: adjusted 100.0 %, legacy 87.5 %"
    before, after = plot.figure.axes
    points = {axes: [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o"]  # type: ignore[index,arg-type]
              for axes in (before, after)}  # fmt: skip
    assert points == {before: [pytest.approx(0.875), 1.0], after: [1.0, 1.0]}
    assert any(text.startswith("87.5 %  (") for text in texts(plot))


def test_an_arm_has_its_own_colour_in_every_plot() -> None:
    for plot in plots(report(), paired_weeks()):
        assert {ARM_COLOURS[LEGACY], ARM_COLOURS[ADJUSTED]} & set(_colours(plot.svg()))
        assert ARM_COLOURS[OPTIMAL] not in _colours(plot.svg())


def _colours(svg: str) -> list[str]:
    return re.findall(r"#[0-9a-f]{6}", svg)


def test_time_errors_say_what_share_is_close() -> None:
    frame = weeks(
        [("a", LEGACY, -12.0, True), ("a", LEGACY, 5.0, True), ("a", LEGACY, 7.5, True), ("b", LEGACY, 0, True)]
    )
    plot = drawn(time_errors(report(arms=(arm(LEGACY),)), frame))
    assert plot.title == "Feasible weeks within ±5 % of the hours wanted: legacy 50.0 %"
    assert "50.0 % within ±5 %, 75.0 % within ±10 %" in texts(plot)


def test_time_errors_beyond_the_axis_are_counted_at_its_ends() -> None:
    frame = weeks([("a", LEGACY, error, True) for error in (-80.0, -20.0, 0.0, 35.0)])
    (axes,) = drawn(time_errors(report(arms=(arm(LEGACY),)), frame)).figure.axes
    heights = [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
    assert (heights[0], heights[-1], sum(heights)) == (2, 1, 4)


def test_a_week_that_wants_no_hours_has_no_time_error() -> None:
    frame = weeks([("a", LEGACY, float("nan"), True)])
    assert time_errors(report(arms=(arm(LEGACY),)), frame) is None


def test_paired_differences_are_a_dot_a_plan_over_the_weeks_that_both_arms_have() -> None:
    frame = weeks(
        [
            *[("a", LEGACY, 10.0, False), ("a", LEGACY, 10.0, True)],
            *[("a", ADJUSTED, 4.0, True), ("a", ADJUSTED, 6.0, True), ("a", ADJUSTED, 99.0, False)],
            *[("b", LEGACY, 1.0, True), ("b", ADJUSTED, -3.0, False)],
            ("c", ADJUSTED, 0.0, True),
        ]
    )
    plot = drawn(paired_differences(report(), frame))
    rates, errors = plot.figure.axes
    assert dots(rates) == [-100.0, 50.0]
    assert dots(errors) == [-5.0, 2.0]
    assert plot.title == "adjusted passes more weeks than legacy in 1 of 2 plans, fewer in 1"


def test_a_dot_has_the_colour_of_the_arm_that_did_better() -> None:
    frame = weeks(
        [
            *[("a", LEGACY, 8.0, False), ("a", ADJUSTED, 0.0, True)],
            *[("b", LEGACY, 0.0, True), ("b", ADJUSTED, 8.0, False)],
            *[("c", LEGACY, 0.0, True), ("c", ADJUSTED, 0.0, True)],
        ]
    )
    rates, errors = drawn(paired_differences(report(), frame)).figure.axes
    colours = [[to_hex(each) for each in axes.collections[0].get_facecolor()] for axes in (rates, errors)]  # type: ignore[union-attr]
    assert colours[0] == [ARM_COLOURS[LEGACY], MUTED, ARM_COLOURS[ADJUSTED]]
    assert colours[1] == [ARM_COLOURS[ADJUSTED], MUTED, ARM_COLOURS[LEGACY]]


def test_the_mean_is_that_of_the_analysis() -> None:
    plot = drawn(paired_differences(report(), paired_weeks()))
    assert "+8.7 pp" in texts(plot)
    assert [float(line.get_xdata()[0]) for line in plot.figure.axes[0].lines] == [0, pytest.approx(8.7)]  # type: ignore[index,arg-type]


def test_many_plans_are_drawn_as_quantiles_from_the_least_to_the_greatest() -> None:
    frame = weeks(
        [
            ("p" + str(i), which, float(i if which == LEGACY else 0), True)
            for i in range(1000)
            for which in (LEGACY, ADJUSTED)
        ]
    )
    errors = dots(drawn(paired_differences(report(), frame)).figure.axes[1])
    assert (len(errors), errors[0], errors[-1]) == (MAX_DOTS, -999, 0)


def test_plans_that_do_not_differ_are_said_not_to() -> None:
    plot = drawn(paired_differences(report(), paired_weeks(arms=(ADJUSTED,)).pipe(_twice)))
    assert plot.title == "adjusted and legacy pass equally many weeks in all of 12 plans"
    assert texts(plot).count("no plan differs") == 2


def _twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.assign(arm=LEGACY)], ignore_index=True)


def test_arms_with_plans_of_their_own_have_no_paired_differences() -> None:
    assert paired_differences(report(paired=False), paired_weeks()) is None


def test_failures_are_counted_by_cause_the_most_frequent_first() -> None:
    plot = drawn(failures(report()))
    assert plot.title == (
        "Over all arms the most frequent cause of failure is “too short”, in weeks of those asked for: "
        "legacy 45 of 703, adjusted 7 of 703"
    )
    assert "in percent of all weeks asked of the arm, infeasible ones included" in plot.reading
    bars = ["legacy 45 (6.4 %)", "adjusted 7 (1.0 %)"], ["legacy 12 (1.7 %)", "adjusted 0"]
    assert [text.get_text() for text in plot.figure.axes[0].texts] == ["too short", *bars[0], "rule day-caps", *bars[1]]


def test_weeks_of_infeasible_plans_are_a_share_of_all_weeks_and_not_of_the_feasible_ones() -> None:
    few = arm(LEGACY, weeks_asked=100, weeks=20)
    found = report(arms=(few,), failures=(FailureCount(arm=LEGACY, cause="infeasible", weeks=80),))
    plot = drawn(failures(found))
    assert plot.title == (
        "The most frequent cause of failure is “infeasible”, in weeks of those asked for: legacy 80 of 100"
    )
    assert plot.figure.axes[0].texts[1].get_text() == "legacy 80 (80.0 %)"


def test_rare_causes_are_left_out_and_said_to_be() -> None:
    many = [FailureCount(arm=LEGACY, cause=f"rule:r{i}", weeks=100 - i) for i in range(MAX_CAUSES + 3)]
    plot = drawn(failures(report(failures=many)))
    assert sum(text.startswith("rule ") for text in texts(plot)) == MAX_CAUSES
    assert plot.reading.endswith("3 rarer causes are left out.")


def test_no_failure_is_no_plot() -> None:
    assert failures(report(failures=())) is None


def test_the_heat_map_has_a_panel_an_arm_with_rate_and_count_in_each_cell() -> None:
    plot = drawn(heat_map(report()))
    legacy, adjusted = plot.figure.axes
    assert [axes.get_title("left") for axes in (legacy, adjusted)] == ["legacy", "adjusted"]
    assert [text.get_text() for text in legacy.texts] == ["90 %", "40", "55 %", "31", "25 %", "4"]
    assert [text.get_text() for text in adjusted.texts] == ["100 %", "40", ">99 %", "31"]


def test_a_cell_without_weeks_is_hatched_and_empty() -> None:
    legacy, adjusted = drawn(heat_map(report())).figure.axes
    empty = [[patch.get_hatch() is not None for patch in axes.patches].count(True) for axes in (legacy, adjusted)]
    assert empty == [1, 2]


def test_the_title_of_the_heat_map_names_the_worst_cell_that_has_enough_weeks() -> None:
    assert drawn(heat_map(report())).title == (
        "The lowest pass rate before the fix is that of legacy with 5–8 h on 3 days: 55.0 % of 31 feasible weeks"
    )


def test_few_weeks_that_fail_are_still_failures() -> None:
    cells = (stratum(LEGACY, "<5", 3, 40, 1.0), stratum(LEGACY, "5-8", 5, 4, 0.25))
    assert "5–8 h on 5 days: 25.0 % of 4 feasible weeks" in drawn(heat_map(report(strata=cells))).title


def test_the_darker_a_cell_the_fewer_weeks_pass() -> None:
    legacy, _ = drawn(heat_map(report())).figure.axes
    filled = [patch for patch in legacy.patches if patch.get_hatch() is None]
    lightness = [sum(patch.get_facecolor()[:3]) for patch in filled]
    assert lightness == sorted(lightness, reverse=True)
    assert len(set(lightness)) == 3


def test_everything_passing_is_a_title_of_its_own() -> None:
    cells = [stratum(which, "<5", 3, 40, 1.0) for which in (LEGACY, ADJUSTED)]
    assert drawn(heat_map(report(strata=cells))).title == (
        "Every feasible week passes before the fix, whatever its hours and days"
    )


def test_an_experiment_without_weeks_has_no_plots() -> None:
    nothing = paired_weeks().iloc[:0]
    assert plots(report(strata=(), failures=(), comparisons=(undecided(Metric.VARIETY),)), nothing) == ()
