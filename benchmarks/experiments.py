"""How often the analysis of experiments is right, over experiments whose truth is known: the figures in README.md.

    python benchmarks/experiments.py [--experiments 1000] [--seed 7]

Plans have effects of their own, so that their weeks go together, and 4 to 24 weeks. A 95 % interval should hold the
truth in 93 to 97 of a hundred experiments, and an A/A experiment flag a difference in about five. Beside them the same
experiments with weeks taken as independent, which is wrong.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.stats import ttest_ind, ttest_rel

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.experiments.measures import Measures
from plan_pipeline_tests.experiments.simulation import ALPHA, METRICS, Setting, simulated, tallies, truth

SIZES = ((True, (50, 50)), (True, (20, 20)), (False, (50, 50)), (False, (20, 20)), (False, (20, 80)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"{arguments.experiments} simulated experiments each (seed {arguments.seed})\n")
    print("| experiment | metric | intervals that hold the truth | flagged in A/A | effect found | weeks independent |")
    print("|---|---|---:|---:|---:|---:|")
    analysed, started = 0, time.perf_counter()
    for paired, plans in SIZES:
        setting = Setting(paired, plans, effect=True)
        effect = tallies(setting, arguments.experiments, arguments.seed)
        null = tallies(setting._replace(effect=False), arguments.experiments, arguments.seed)
        analysed += 2 * arguments.experiments * len(METRICS)
        naive = naive_coverage(setting, arguments.experiments, arguments.seed)
        for metric in METRICS:
            covered, flagged, found = (
                f"{100 * number / arguments.experiments:.1f} %"
                for number in (effect[metric].covered, null[metric].flagged, effect[metric].flagged)
            )
            independent = f"{100 * naive:.1f} %" if metric is Metric.PASS_RATE else "–"
            size = str(setting).rpartition(", ")[0]
            print(f"| {size} | {metric} | {covered} | {flagged} | {found} | {independent} |", flush=True)
    print(f"\n{1000 * (time.perf_counter() - started) / analysed:.1f} ms a comparison, simulation included")


def naive_coverage(setting: Setting, experiments: int, seed: int) -> float:
    """How often an interval for the pass rate holds the truth that takes every week for a plan of its own."""
    rng = np.random.default_rng(seed)
    intervals = (naive_interval(simulated(setting, rng), paired=setting.paired) for _ in range(experiments))
    return sum(low <= truth(Metric.PASS_RATE, effect=True) <= high for low, high in intervals) / experiments


def naive_interval(measures: Measures, *, paired: bool) -> tuple[float, float]:
    legacy, adjusted = (measures.weeks[measures.weeks.arm == arm] for arm in (LEGACY, ADJUSTED))
    if not paired:
        found = ttest_ind(adjusted.passed, legacy.passed, equal_var=False).confidence_interval(1 - ALPHA)
        return float(found.low), float(found.high)
    both = legacy.merge(adjusted, on=["plan_id", "week"])
    found = ttest_rel(both.passed_y, both.passed_x).confidence_interval(1 - ALPHA)
    return float(found.low), float(found.high)


if __name__ == "__main__":
    main()
