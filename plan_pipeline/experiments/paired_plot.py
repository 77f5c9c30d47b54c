"""The plot of differences plan by plan, for arms that made the same plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.experiments import drawing
from plan_pipeline.experiments.drawing import INK, MUTED, PAPER, Plot, colour_of
from plan_pipeline.experiments.model import Comparison, ExperimentReport, Metric, Pair
from plan_pipeline.experiments.summaries import METRIC_COLUMNS
from plan_pipeline.experiments.wording import MINUS, interval_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MAX_DOTS = 300
"""Dots in a panel; of more plans, as many quantiles are drawn."""


class _Panel(NamedTuple):
    """A metric that is compared plan by plan, in percentage points."""

    metric: Metric
    axis: str
    scale: float


_PANELS: Final = (
    _Panel(Metric.PASS_RATE_BEFORE_FIX, "pass before the fix, pp", 100),
    _Panel(Metric.MEAN_ABS_TIME_ERROR_PCT, "mean time error, pp", 1),
)
DIRECTION_BELOW_PT = 38
"""How far below an axis its better direction is named: a line of its own, for text of two lines is not anchored."""


def paired_differences(report: ExperimentReport, weeks: pd.DataFrame) -> Plot | None:
    """A dot a plan, sorted by how much better the candidate is; ``None`` where the arms have different plans."""
    if not report.paired:
        return None
    found = {(pair, what): _plan_differences(weeks, pair, what) for pair in report.pairs for what in _PANELS}
    pairs = [pair for pair in report.pairs if found[pair, _PANELS[0]]]
    if not pairs:
        return None
    with drawing.new_figure(0.75 + 1.75 * len(pairs)) as figure:
        panels = figure.subplots(len(pairs), len(_PANELS), sharex="col", squeeze=False)
        for pair, row in zip(pairs, panels, strict=True):
            for axes, what in zip(row, _PANELS, strict=True):
                compared = next((each for each in report.of_pair(pair) if each.metric is what.metric), None)
                _draw_differences(axes, found[pair, what], pair, what, compared)
            row[0].set_title(str(pair))
        for axes, what in zip(panels[-1], _PANELS, strict=True):
            axes.set_xlabel(what.axis)
            direction = "right is better" if what.metric.higher_is_better else "left is better"
            below = (0, -DIRECTION_BELOW_PT)
            axes.annotate(
                direction, (0.5, 0), below, "axes fraction", "offset points", ha="center", va="baseline", color=MUTED
            )
    title = _wins(pairs[0], found[pairs[0], _PANELS[0]])
    reading = (
        "A dot is one plan made by both arms, in the colour of the arm that did better, grey where they are equal; "
        "plans are sorted by the difference. The line is the mean over all weeks, the band its "
        f"{interval_of(report.confidence)}."
    )
    return Plot("paired-differences", title, reading, figure)


def _wins(pair: Pair, differences: Sequence[float]) -> str:
    more, fewer = sum(each > 0 for each in differences), sum(each < 0 for each in differences)
    if not more and not fewer:
        return f"{pair.candidate} and {pair.baseline} pass equally many weeks in all of {len(differences)} plans"
    first, second, wins, losses = (*pair[::-1], more, fewer) if more >= fewer else (*pair, fewer, more)
    return f"{first} passes more weeks than {second} in {wins} of {len(differences)} plans, fewer in {losses or 'none'}"


def _plan_differences(weeks: pd.DataFrame, pair: Pair, what: _Panel) -> list[float]:
    """Candidate minus baseline, the mean over the weeks that both arms have, sorted; one a plan."""
    column = METRIC_COLUMNS[what.metric].column
    baseline, candidate = (
        weeks.loc[weeks["arm"].astype(str) == str(arm)].set_index(["plan_id", "week"])[column].astype(float)
        for arm in pair
    )
    both = what.scale * (candidate - baseline).groupby("plan_id").mean().dropna()
    return sorted(float(each) for each in both.round(9))


def _draw_differences(
    axes: Axes, differences: list[float], pair: Pair, what: _Panel, comparison: Comparison | None
) -> None:
    import numpy as np

    shown = np.asarray(differences)
    if len(shown) > MAX_DOTS:
        shown = np.quantile(shown, np.linspace(0, 1, MAX_DOTS))
    better = shown > 0 if what.metric.higher_is_better else shown < 0
    colours = np.where(better, colour_of(pair.candidate), colour_of(pair.baseline))
    colours = np.where(shown == 0, MUTED, colours)
    rank = (np.arange(len(shown)) + 0.5) / max(len(shown), 1)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=0)
    axes.scatter(shown, rank, c=list(colours), s=10 if len(shown) <= 100 else 5, linewidths=0, clip_on=False)
    if comparison is not None and comparison.difference is not None:
        mean = what.scale * comparison.difference
        if comparison.ci_low is not None and comparison.ci_high is not None:
            band = (what.scale * comparison.ci_low, what.scale * comparison.ci_high)
            axes.axvspan(*band, color=INK, alpha=0.14, linewidth=0, zorder=0)
        axes.axvline(mean, color=INK, linewidth=1.4, zorder=0.5)
        axes.set_title(f"{mean:+.1f} pp".replace("-", MINUS), loc="right", color=MUTED)
    if not np.any(shown):
        axes.set_xlim(min(-1, axes.get_xlim()[0]), max(1, axes.get_xlim()[1]))
        axes.annotate(
            "no plan differs", (0.5, 0.5), xycoords="axes fraction", ha="center", color=MUTED, backgroundcolor=PAPER
        )
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_ylim(-0.03, 1.03)
    axes.tick_params(length=0)
