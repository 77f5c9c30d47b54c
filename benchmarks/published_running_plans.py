"""The rules of running, held against published plans, beside what was counted when the rules were chosen.

    python benchmarks/published_running_plans.py FOLDER

The folder holds plans as they are published, in YAML or JSON: weeks of days, each with a title and a distance or
minutes. None come with the program. Printed are, for each rule, how many plans break it at least once, beside the count
on the published plans that the rules were chosen by, and where the two are further apart than counts so small are.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.services.plan_files import CONTENT_READERS, CheckedPlan, check_plan_file
from plan_pipeline.services.week_files import WeekFileError

ROOT = Path(__file__).resolve().parent.parent
STANDARD_ERRORS = 2.0
"""Shares that differ by more are told; a count of 0 or of all has the error of half a plan."""

FAR = 10_000.0

UNMEASURED = "neither distance nor minutes"


class Counted(NamedTuple):
    """What was counted: plans that break a rule, of so many. ``parameters`` are those that it was counted with.

    ``is_broken`` says what of a result counts where that is not the rule itself.
    """

    what: str
    rule_id: str
    broken: int
    of: int
    parameters: Mapping[str, float] = {}
    is_broken: Callable[[RuleResult], bool] = lambda result: not result.passed


def _above(limit: float) -> Callable[[RuleResult], bool]:
    return lambda result: (result.value or 0.0) > limit


def _below(limit: float) -> Callable[[RuleResult], bool]:
    return lambda result: result.value is not None and result.value < limit


def _ramp(at_most_pct: float) -> Mapping[str, float]:
    """From week to week alone, whatever two weeks bring."""
    return {"at_most_pct": at_most_pct, "in_two_weeks_pct": FAR}


def _long_run(share: float) -> Mapping[str, float]:
    """By its share of the week alone, whoever runs it."""
    shares = dict.fromkeys(("share", "share_of_low_tier", "share_of_few_runs"), share)
    return {**shares, "most_min": FAR, "most_min_for_marathon": FAR, "of_tier": 0}


COUNTED = (
    Counted("a run over +10 % after 30 days, 35 plans", "single-run-spike", 32, 32),
    Counted("a run over +10 % after 30 days, 77 plans", "single-run-spike", 53, 75),
    Counted("a run over +30 % after 30 days", "single-run-spike", 2, 32, is_broken=_above(30)),
    Counted("a new high over +10 %", "weekly-ramp", 20, 27, _ramp(10.0)),
    Counted("a new high over +20 %", "weekly-ramp", 5, 27, _ramp(20.0)),
    Counted("a new high over +30 %", "weekly-ramp", 3, 27, _ramp(30.0)),
    Counted("more than 4 weeks without a cutback", "cutback", 22, 27, {"careful": 4.0}),
    Counted("a long run over 30 % of the week", "long-run-share", 22, 27, _long_run(0.30)),
    Counted("a long run over 40 % of the week", "long-run-share", 12, 27, _long_run(0.40)),
    Counted("a long run over 50 % of the week", "long-run-share", 6, 27, _long_run(0.50)),
    Counted("a taper of less than 41 %", "taper-volume", 19, 27, is_broken=_below(41)),
    Counted("quality next to quality", "hard-day-spacing", 4, 32),
    Counted("quality before a long run; here a hard one", "easy-around-long-quality", 14, 32),
    Counted("7 days of running in a week", "rest-days", 10, 35, is_broken=_below(1)),
)
"""Counted on 35 plans, and on 77, of nanreh/calendar-hack; on those of them whose runs all state a distance."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in CONTENT_READERS)
    config = load_config(ROOT / "config", Sport.RUNNING)
    plans = _measured_plans(files, config)
    if not plans:
        raise SystemExit(f"{folder}: holds no plan that can be read and says how far its runs are")
    print(f"{len(plans)} plans of {len(files)} files\n")
    print(f"{'what':45}{'rule':28}{'counted':>10}{'here':>10}")
    apart = []
    for row in COUNTED:
        results = [_result_of(row, path, config) for path in plans]
        broken = [path.stem for path, result in zip(plans, results, strict=True) if row.is_broken(result)]
        print(f"{row.what:45}{row.rule_id:28}{row.broken:>6}/{row.of:<3}{len(broken):>6}/{len(plans):<3}")
        if _differ(row.broken, row.of, len(broken), len(plans)):
            share, here = row.broken / row.of, len(broken) / len(plans)
            apart.append(f"{row.what}: {share:.0%} counted, {here:.0%} here: {', '.join(broken) or 'none'}")
    print("\ndifferences beyond chance:" if apart else "\nno difference beyond chance")
    print("\n".join(apart))
    _all_rules(plans, config)


def _measured_plans(files: list[Path], config: PlanningConfig) -> list[Path]:
    """The plans whose runs all state a distance or minutes; of the others a line says why they are left out."""
    plans = []
    for path in files:
        try:
            checked = _check(path, config)
        except WeekFileError as error:
            print(f"left out: {error}")
            continue
        open_runs = next((sentence for sentence in checked.assumed if UNMEASURED in sentence), None)
        if open_runs is None:
            plans.append(path)
        else:
            print(f"left out: {path.name}: {open_runs}")
    return plans


def _result_of(row: Counted, path: Path, config: PlanningConfig) -> RuleResult:
    rule = config.rules[row.rule_id]
    changed = rule.model_copy(update={"parameters": {**rule.parameters, **row.parameters}})
    alone = config.model_copy(update={"version": row.what, "rules": {row.rule_id: changed}})
    (result,) = _check(path, alone).rule_results
    return result


def _check(path: Path, config: PlanningConfig) -> CheckedPlan:
    return check_plan_file(path, lambda _: config)


def _differ(broken: int, of: int, here: int, plans: int) -> bool:
    """Whether two shares are further apart than their standard errors."""
    share = (broken + here + 0.5) / (of + plans + 1)
    error = math.sqrt(share * (1 - share) * (1 / of + 1 / plans))
    return abs(broken / of - here / plans) > STANDARD_ERRORS * error


def _all_rules(plans: list[Path], config: PlanningConfig) -> None:
    """How many plans break each rule as it is, which tells what a warning is worth."""
    checked = [_check(path, config) for path in plans]
    print(f"\n{'every rule as it is':28}{'broken':>10}{'rejected':>10}")
    for i, result in enumerate(checked[0].rule_results):
        broken = sum(not each.rule_results[i].passed for each in checked)
        rejected = sum(each.rule_results[i].rejects for each in checked)
        print(f"{result.rule_id:28}{broken:>6}/{len(plans):<3}{rejected:>6}/{len(plans):<3}")


if __name__ == "__main__":
    main()
