"""The plots of a report: pass rates, time errors, failures, hours against days, and all plots together.

Each has a title that says what is seen, and a sentence on how to read it. A plot that has nothing to show is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from plan_pipeline.core.model.request import ArmName
from plan_pipeline.experiments import drawing
from plan_pipeline.experiments.drawing import INK, LINE, MUTED, PAPER, Plot, colour_of
from plan_pipeline.experiments.inference import CONFIDENCE, Interval, share_by_plan
from plan_pipeline.experiments.model import ExperimentReport, FailureCount, Stratum
from plan_pipeline.experiments.paired_plot import paired_differences
from plan_pipeline.experiments.wording import MINUS, hours, interval_of, share
from plan_pipeline.experiments.wording import cause as cause_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEAR_PCT, NOT_FAR_PCT = 5, 10
"""Time errors that a coach calls a hit, and those that he still lets pass, percent."""

ERRORS_TO_PCT = 20
"""Time errors beyond this are counted in the outermost bars."""

MAX_CAUSES = 8
FEW_WEEKS = 10
"""A cell of the heat map with fewer weeks is no evidence for a title."""

LEAST_SPAN = 0.1
"""The least range of pass rates that colours are spread over, so that noise does not look like a pattern."""


def plots(report: ExperimentReport, weeks: pd.DataFrame) -> tuple[Plot, ...]:
    """All plots that have something to show.

    ``weeks`` are the feasible weeks that the report is over, one row a plan, arm and week, with ``plan_id``, ``arm``,
    ``week``, ``time_error_pct`` (signed), ``passed`` and ``passed_before_fix``.
    """
    drawn = (
        pass_rates(report, weeks),
        time_errors(report, weeks),
        paired_differences(report, weeks),
        failures(report),
        heat_map(report),
    )
    return tuple(plot for plot in drawn if plot is not None)


def pass_rates(report: ExperimentReport, weeks: pd.DataFrame) -> Plot | None:
    """A point and an interval an arm, before and after the fix."""
    stages = {"before the fix": "passed_before_fix", "after the fix": "passed"}
    found = {
        stage: [(arm, interval) for arm in _arms(report) if (interval := share_by_plan(_of_arm(weeks, arm), column))]
        for stage, column in stages.items()
    }
    first = found["before the fix"]
    if not first:
        return None
    with drawing.new_figure(0.9 + 0.62 * len(first)) as figure:
        panels = figure.subplots(2, 1, sharex=True, squeeze=False)[:, 0]
        for axes, (stage, rates) in zip(panels, found.items(), strict=True):
            _draw_rates(axes, stage, rates)
        panels[-1].xaxis.set_major_formatter(_percent)
        panels[-1].locator_params(axis="x", nbins=5)
        panels[-1].set_xlim(right=1.0)
        lowest = min(interval.low for rates in found.values() for _, interval in rates)
        panels[-1].set_xlim(left=min(lowest - 0.02, 0.9), right=1.003)
        panels[-1].set_xlabel("feasible weeks that pass")
    title = "Feasible weeks that pass before the fix: " + _listed((arm, rate.mean) for arm, rate in first)
    reading = (
        "A point is the share of feasible weeks that pass validation, the line its "
        f"{interval_of(CONFIDENCE)}, which allows for the weeks of a plan being alike. Further right is better."
    )
    return Plot("pass-rates", title, reading, figure)


def _draw_rates(axes: Axes, stage: str, rates: Sequence[tuple[ArmName, Interval]]) -> None:
    axes.set_title(stage, color=MUTED)
    drawing.quiet_grid(axes, "x")
    axes.spines[["left", "bottom"]].set_visible(False)
    for row, (arm, rate) in enumerate(rates):
        colour = colour_of(arm)
        axes.plot([rate.low, rate.high], [row, row], color=colour, linewidth=2.4, solid_capstyle="butt", clip_on=False)
        axes.plot([rate.mean], [row], "o", color=colour, markersize=7, clip_on=False)
        label = f"{share(rate.mean)}  ({100 * rate.low:.1f} to {100 * rate.high:.1f})"
        axes.annotate(label, (1.02, row), xycoords=("axes fraction", "data"), va="center", color=INK)
    _name_arms(axes, [arm for arm, _ in rates])


def time_errors(report: ExperimentReport, weeks: pd.DataFrame) -> Plot | None:
    """A histogram an arm, one below the other, over the same axis."""
    import numpy as np

    found = {arm: _of_arm(weeks, arm)["time_error_pct"].dropna().to_numpy(dtype=float) for arm in _arms(report)}
    found = {arm: errors for arm, errors in found.items() if len(errors)}
    if not found:
        return None
    edges = np.arange(-ERRORS_TO_PCT - 0.5, ERRORS_TO_PCT + 1)
    within = {arm: {limit: float((abs(errors) <= limit).mean()) for limit in (NEAR_PCT, NOT_FAR_PCT)}
              for arm, errors in found.items()}  # fmt: skip
    with drawing.new_figure(0.5 + 1.15 * len(found)) as figure:
        panels = figure.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (arm, errors) in zip(panels, found.items(), strict=True):
            shares, _ = np.histogram(np.clip(errors, -ERRORS_TO_PCT, ERRORS_TO_PCT), bins=edges)
            axes.bar(edges[:-1] + 0.5, shares, width=0.9, color=colour_of(arm))
            tallest = int(shares.argmax())
            label = share(float(shares[tallest] / len(errors)), decimals=0)
            axes.annotate(label, (tallest - ERRORS_TO_PCT, shares[tallest]), ha="center", va="bottom", color=INK)
            axes.set_ylim(0, 1.3 * shares[tallest])
            axes.set_title(str(arm), color=colour_of(arm), fontweight="bold")
            near = f"{share(within[arm][NEAR_PCT])} within ±{NEAR_PCT} %"
            far = f"{share(within[arm][NOT_FAR_PCT])} within ±{NOT_FAR_PCT} %"
            axes.set_title(f"{near}, {far}", loc="right", color=MUTED)
            _mark_limits(axes)
        last = panels[-1]
        last.set_xlim(edges[0], edges[-1])
        last.set_xticks([-20, -10, -5, 0, 5, 10, 20])
        last.set_xticklabels([f"≤ {MINUS}20", f"{MINUS}10", f"{MINUS}5", "0", "+5", "+10", "≥ +20"])
        last.set_xlabel(f"hours planned against hours wanted, %  ({MINUS} too short, + too long)")
    title = f"Feasible weeks within ±{NEAR_PCT} % of the hours wanted: " + _listed(
        (arm, shares[NEAR_PCT]) for arm, shares in within.items()
    )
    reading = (
        "Bars count an arm's feasible weeks by how far their hours are from those wanted, a bar one percentage point "
        "wide; the tallest says its share, and each arm has a scale of its own. Bars close around 0 are good; the "
        "outermost hold everything beyond."
    )
    return Plot("time-errors", title, reading, figure)


def _mark_limits(axes: Axes) -> None:
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])
    for limit, dashes in ((NEAR_PCT, "-"), (NOT_FAR_PCT, "--")):
        for x in (-limit, limit):
            axes.axvline(x, color=MUTED, linewidth=0.8, linestyle=dashes, zorder=0)


def failures(report: ExperimentReport) -> Plot | None:
    """A bar an arm for each cause of failure, as a share of the arm's weeks."""
    sums: dict[str, int] = {}
    for each in report.failures:
        sums[each.cause] = sums.get(each.cause, 0) + each.weeks
    causes = sorted((cause for cause in sums if sums[cause]), key=lambda cause: (-sums[cause], cause))
    weeks = {arm.arm: arm.weeks_asked for arm in report.arms if arm.weeks_asked}
    if not causes or not weeks:
        return None
    shown, left_out = causes[:MAX_CAUSES], causes[MAX_CAUSES:]
    counts = {each.arm: each.weeks for each in report.failures if each.cause == shown[0]}
    each_arm = ", ".join(f"{arm} {counts.get(arm, 0):,} of {total:,}" for arm, total in weeks.items())
    title = (
        f"{'Over all arms the' if len(weeks) > 1 else 'The'} most frequent cause of failure is "
        f"“{cause_words(shown[0])}”, in weeks of those asked for: {each_arm}"
    )
    reading = (
        "A bar is the number of weeks that failed for one cause, in percent of all weeks asked of the arm, infeasible "
        "ones included; a week with several causes counts under each. Shorter is better."
        + (f" {len(left_out)} rarer causes are left out." if left_out else "")
    )
    return Plot("failures", title, reading, _draw_failures(report.failures, shown, weeks))


def _draw_failures(found: Iterable[FailureCount], causes: Sequence[str], weeks: Mapping[ArmName, int]) -> Figure:
    counts = {(each.cause, each.arm): each.weeks for each in found}
    slot = len(weeks) + 1.7  # its bars, a line for the cause and some room
    with drawing.new_figure(0.5 + 0.2 * slot * len(causes)) as figure:
        axes = figure.subplots()
        for i, cause in enumerate(causes):
            axes.annotate(cause_words(cause), (0, i * slot - 1), va="center", color=INK)
            for j, (arm, total) in enumerate(weeks.items()):
                count, y, colour = counts.get((cause, arm), 0), i * slot + j, colour_of(arm)
                axes.barh(y, count / total, height=0.8, color=colour)
                label = f"{arm} {count:,}" + (f" ({share(count / total)})" if count else "")
                axes.annotate(label, (count / total, y), (3, 0), textcoords="offset points", va="center", color=colour)
        axes.set_yticks([])
        axes.set_ylim(-1.6, len(causes) * slot - 1.6)
        axes.invert_yaxis()
        axes.set_xlim(0, max(counts.get((c, a), 0) / n for c in causes for a, n in weeks.items()))
        drawing.quiet_grid(axes, "x")
        axes.spines["bottom"].set_visible(False)
        axes.xaxis.set_major_formatter(_percent)
        axes.locator_params(axis="x", nbins=5)
        axes.set_xlabel("failed weeks, in % of all weeks asked of the arm")
    return figure


def heat_map(report: ExperimentReport) -> Plot | None:
    """A panel an arm: hours of a week by its training days, coloured by pass rate before the fix."""
    strata = [each for each in report.strata if each.weeks]
    if not strata:
        return None
    bands = list(dict.fromkeys(each.hours_band for each in strata))
    days = sorted({each.training_days for each in strata})
    arms = [arm for arm in _arms(report) if any(each.arm == arm for each in strata)]
    lowest = min(min(each.pass_rate_before_fix for each in strata), 1 - LEAST_SPAN)
    with drawing.new_figure(0.6 + len(arms) * (0.35 + 0.42 * len(bands))) as figure:
        panels = figure.subplots(len(arms), 1, sharex=True, squeeze=False)[:, 0]
        for axes, arm in zip(panels, arms, strict=True):
            cells = [each for each in strata if each.arm == arm]
            _draw_cells(axes, cells, bands, days, lowest)
            axes.set_title(str(arm), color=colour_of(arm), fontweight="bold")
        panels[-1].set_xlabel("training days a week")
    title = _worst_cell(strata)
    reading = (
        "A cell is the share of feasible weeks that pass before the fix, with their number beneath; the darker a cell, "
        "the fewer pass; hatched is no week at all. Few weeks say little."
    )
    return Plot("heat-map", title, reading, figure)


def _worst_cell(strata: Sequence[Stratum]) -> str:
    """Where fewest weeks pass, of the cells with enough weeks to say so, if any of these has a failure."""
    failing = [each for each in strata if each.pass_rate_before_fix < 1]
    if not failing:
        return "Every feasible week passes before the fix, whatever its hours and days"
    many = [each for each in failing if each.weeks >= FEW_WEEKS]
    worst = min(many or failing, key=lambda each: each.pass_rate_before_fix)
    return (
        f"The lowest pass rate before the fix is that of {worst.arm} with {hours(worst.hours_band)} on "
        f"{worst.training_days} days: {share(worst.pass_rate_before_fix)} of {worst.weeks:,} feasible weeks"
    )


def _draw_cells(axes: Axes, cells: Sequence[Stratum], bands: list[str], days: list[int], lowest: float) -> None:
    import matplotlib
    from matplotlib.patches import Rectangle

    colours = matplotlib.colormaps["Purples_r"]
    found = {(each.hours_band, each.training_days): each for each in cells}
    for row, band in enumerate(bands):
        for column, count in enumerate(days):
            corner, cell = (column - 0.5, row - 0.5), found.get((band, count))
            if cell is None:
                axes.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor=LINE, linewidth=0, hatch="////"))
                continue
            shade = 0.92 * (cell.pass_rate_before_fix - lowest) / (1 - lowest)
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=colours(shade), edgecolor=PAPER, linewidth=1.2))
            ink = "#10161d" if shade > 0.55 else "#fdfdfd"
            axes.annotate(
                share(cell.pass_rate_before_fix, decimals=0), (column, row - 0.18), ha="center", va="center", color=ink
            )
            axes.annotate(f"{cell.weeks:,}", (column, row + 0.27), ha="center", va="center", color=ink, fontsize=8.5)
    axes.set_xlim(-0.5, len(days) - 0.5)
    axes.set_ylim(len(bands) - 0.5, -0.5)
    axes.set_xticks(range(len(days)), [str(count) for count in days])
    axes.set_yticks(range(len(bands)), [hours(band) for band in bands])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _arms(report: ExperimentReport) -> Iterator[ArmName]:
    return (arm.arm for arm in report.arms)


def _of_arm(weeks: pd.DataFrame, arm: ArmName) -> pd.DataFrame:
    return weeks[weeks["arm"].astype(str) == str(arm)]


def _name_arms(axes: Axes, arms: Sequence[ArmName]) -> None:
    axes.set_yticks(range(len(arms)), [str(arm) for arm in arms])
    axes.set_ylim(len(arms) - 0.5, -0.5)
    for label, arm in zip(axes.get_yticklabels(), arms, strict=True):
        label.set_color(colour_of(arm))
        label.set_fontweight("bold")


def _listed(rates: Iterable[tuple[ArmName, float]]) -> str:
    """Arms with their rates, the best first."""
    return ", ".join(f"{arm} {share(rate)}" for arm, rate in sorted(rates, key=lambda found: -found[1]))


def _percent(tick: float, _position: float) -> str:
    return f"{100 * tick:.4g} %".replace("-", MINUS)
