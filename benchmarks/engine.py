"""What the planning engine achieves on synthetic athletes, and what it costs: the engine's figures in README.md.

    python benchmarks/engine.py [--athletes 300] [--seed 1] [--library DIR]

Prints a Markdown table, a column an arm. Times are given as a ratio to a reference operation measured in the
same run, so that they can be compared between machines.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.finalize import Stamp
from plan_pipeline.core.metrics import WeekMetrics
from plan_pipeline.core.pipeline import PlanResult, generate_plan, origin_of, plan_facts
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import Arm, PlanStatus
from plan_pipeline.core.workout import Library
from plan_pipeline.library import load_library
from plan_pipeline.settings import Settings

ARMS = tuple(Arm)
REFERENCE_ADDITIONS = 100_000
REFERENCE_RUNS = 15
TARGET_PCT = 5.0


class Outcome(NamedTuple):
    """An arm on a cohort. ``weeks`` are the feasible ones; ``ms`` is the time for all weeks of all plans."""

    arm: Arm
    statuses: list[PlanStatus]
    weeks: list[WeekMetrics]
    infeasible_weeks: int
    ms: float


def main() -> None:
    arguments = _arguments()
    library = load_library(arguments.library)
    requests = list(synthetic_requests(arguments.athletes, arguments.seed))
    reference_before = reference_ms()
    outcomes = [measure(requests, library, arm) for arm in ARMS]
    reference = statistics.median([reference_before, reference_ms()])
    print(f"{len(requests)} synthetic requests (seed {arguments.seed}), library {library.version}")
    print(f"reference: {REFERENCE_ADDITIONS:,} additions in a Python loop, {reference:.2f} ms\n")
    print_table(outcomes, reference)


def measure(requests: Sequence[PlanRequest], library: Library, arm: Arm) -> Outcome:
    """Generate every plan in memory, and measure its weeks as the pipeline does."""
    requests = [r.model_copy(update={"options": r.options.model_copy(update={"duration": arm})}) for r in requests]
    stamp = Stamp(generation_id="benchmark", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")
    generate_plan(requests[0], library, stamp=stamp)
    results: list[PlanResult] = []
    started = time.perf_counter()
    for request in requests:
        results.append(generate_plan(request, library, stamp=stamp))
    ms = (time.perf_counter() - started) * 1000
    weeks = [
        week
        for result in results
        for week in plan_facts(result, origin_of(result.request, library.version, stamp)).weeks
    ]
    feasible = [week for week in weeks if not week.infeasible]
    return Outcome(arm, [result.verdict.status for result in results], feasible, len(weeks) - len(feasible), ms)


def reference_ms() -> float:
    """The median time of a fixed amount of plain Python work, milliseconds."""

    def once() -> float:
        started = time.perf_counter()
        total = 0
        for i in range(REFERENCE_ADDITIONS):
            total += i
        return (time.perf_counter() - started) * 1000

    return statistics.median(once() for _ in range(REFERENCE_RUNS))


def print_table(outcomes: Sequence[Outcome], reference: float) -> None:
    """A Markdown table with a row a figure."""
    rows: list[tuple[str, Callable[[Outcome], str]]] = [
        ("plans published", lambda o: _share(o.statuses.count(PlanStatus.PUBLISHED), len(o.statuses))),
        ("plans rejected", lambda o: str(o.statuses.count(PlanStatus.REJECTED))),
        ("requests that cannot be met", lambda o: str(o.statuses.count(PlanStatus.INFEASIBLE))),
        ("feasible weeks", lambda o: str(len(o.weeks))),
        ("weeks that cannot be met", lambda o: str(o.infeasible_weeks)),
        ("feasible weeks passing before a fix", lambda o: _share_of(o.weeks, lambda w: w.passed_before_fix)),
        ("feasible weeks passing", lambda o: _share_of(o.weeks, lambda w: w.passed)),
        ("feasible weeks auto-fixed", lambda o: _share_of(o.weeks, lambda w: w.auto_fixed)),
        ("mean abs. time error", lambda o: f"{statistics.mean(_time_errors(o)):.2f} %"),
        ("largest abs. time error", lambda o: f"{max(_time_errors(o)):.2f} %"),
        (
            f"feasible weeks within ±{TARGET_PCT:g} % of the hours",
            lambda o: _share(sum(error <= TARGET_PCT for error in _time_errors(o)), len(_time_errors(o))),
        ),
        ("weeks with every interval step as written", lambda o: _share_of(o.weeks, lambda w: w.structure_preserved)),
        ("ms a week, all stages", lambda o: f"{o.ms / (len(o.weeks) + o.infeasible_weeks):.2f}"),
        (
            "the same, in reference operations",
            lambda o: f"{o.ms / (len(o.weeks) + o.infeasible_weeks) / reference:.2f}",
        ),
    ]
    print("| figure |", " | ".join(outcome.arm for outcome in outcomes), "|")
    print("|---|", "|".join("---:" for _ in outcomes), "|", sep="")
    for name, figure in rows:
        print(f"| {name} |", " | ".join(figure(outcome) for outcome in outcomes), "|")


def _time_errors(outcome: Outcome) -> list[float]:
    return [abs(week.time_error_pct) for week in outcome.weeks if week.time_error_pct is not None]


def _share_of(weeks: Sequence[WeekMetrics], holds: Callable[[WeekMetrics], bool]) -> str:
    return _share(sum(map(holds, weeks)), len(weeks))


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} % ({count})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--athletes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--library", type=Path, default=Settings().library)
    return parser.parse_args()


if __name__ == "__main__":
    main()
