"""What the planning engine achieves on synthetic athletes, and what it costs: the engine's figures in README.md.

    python benchmarks/engine.py [--athletes 300] [--seed 1] [--library DIR] [--quick]

Prints Markdown tables: single weeks over a grid and a cohort's plans, a column an arm; then how the time of a week
grows with plans and with the library. Times are of the processor (planning is one thread without waiting), so that
what else a machine does hardly counts; they are also given as ratios to a reference operation measured in the same
run, so that they can be compared between machines.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from synthetic import CONFIG, GridWeek, grid, library_of_size

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.measures.week_metrics import WeekMetrics, week_metrics
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import OPTIMAL, PlanStatus, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult, generate_plan, origin_of, plan_facts
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.registries import ARMS
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline.core.validation.week_validation import check_week
from plan_pipeline.library import load_library
from plan_pipeline.orchestration.bulk.config import CHUNK_SIZE
from plan_pipeline.orchestration.bulk.long_lived import long_lived
from plan_pipeline.settings import Settings

T = TypeVar("T")

RULES_OF_CHOICE = ("longest-ride-growth", "time-above-105")
"""Rules that depend on which workouts are chosen; the others are the overview's."""

AFTER_THE_CHAIN = "final_plan"
WARM_UP_PLANS, WARM_UP_SEED = 20, 987_654
REFERENCE_ADDITIONS = 100_000
REFERENCE_RUNS = 15
WITHIN_PCT = (1.0, 5.0, 10.0)
WEEKS_OF_VARIETY = 4
STAMP = Stamp(generation_id="benchmark", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")


class Scale(NamedTuple):
    """How much is measured."""

    grid_repeats: int
    plans: tuple[int, ...]
    library_sizes: tuple[int, ...]
    plans_a_library: int


FULL = Scale(grid_repeats=8, plans=(10, 100, 1000), library_sizes=(100, 120, 1000, 10_000), plans_a_library=300)
QUICK = Scale(grid_repeats=2, plans=(10, 30, 100), library_sizes=(120, 1000), plans_a_library=100)


class Outcome(NamedTuple):
    """An arm on some weeks. ``weeks`` are the feasible ones; ``ms`` is the time for all weeks together, ``chain_ms``
    from overview to validation.

    ``statuses``, ``variety`` and ``broken`` are empty where weeks stand alone. ``variety`` has a share for every four
    weeks on end: distinct structures by rides, recovery rides left out. ``broken`` counts plans by rule.
    """

    arm: ArmName
    weeks: list[WeekMetrics]
    infeasible_weeks: int
    ms: float
    chain_ms: float
    statuses: list[PlanStatus]
    variety: list[float]
    broken: Counter[str]

    @property
    def all_weeks(self) -> int:
        return len(self.weeks) + self.infeasible_weeks

    @property
    def ms_a_week(self) -> float:
        return self.ms / self.all_weeks


class Growth(NamedTuple):
    """Planning at one size. ``cold_ms`` is the first plan with a library not seen before, its tables included."""

    size: int
    weeks: int
    chain_ms_a_week: float
    ms_a_week: float
    cold_ms: float


def main() -> None:
    arguments = _arguments()
    scale = QUICK if arguments.quick else FULL
    library = load_library(arguments.library)
    requests = list(synthetic_requests(arguments.athletes, arguments.seed, CONFIG))
    reference_before = reference_ms()
    cold_ms = cold_start_ms(requests, load_library(arguments.library))
    points = list(grid(library, scale.grid_repeats))
    single = [alone(measure_weeks, points, library, arm) for arm in ARMS.names()]
    cohort = [alone(measure, requests, library, arm) for arm in ARMS.names()]
    by_plans = list(growth_with_plans(scale.plans, arguments.seed, library))
    by_library = list(growth_with_library(scale, arguments.seed, library))
    reference = statistics.median([reference_before, reference_ms()])
    print(f"library {library.version}, {len(library.workouts)} workouts")
    print(f"reference: {REFERENCE_ADDITIONS:,} additions in a Python loop, {reference:.2f} ms")
    print(f"cold start: the first plan of a process takes {cold_ms:.0f} ms, {cold_ms / reference:.0f} references\n")
    print(f"{len(points)} single weeks: 5 phases, 3-6 days, 3-14 h\n")
    print_table(single, reference)
    print(f"\n{len(requests)} synthetic requests (seed {arguments.seed})\n")
    print_table(cohort, reference)
    print(f"\nArm {OPTIMAL}, by number of plans\n")
    print_growth("plans", by_plans, reference, lambda _: len(library.workouts))
    print(f"\nArm {OPTIMAL}, by number of workouts in the library, {scale.plans_a_library} plans each\n")
    print_growth("workouts", by_library, reference, lambda growth: growth.size)


# --- measuring -----------------------------------------------------------------------------------------------


def alone(measure: Callable[..., T], *arguments: object) -> T:
    """A measurement in a process of its own, so that none profits from what another has worked out."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, *arguments).result()


def measure(requests: Sequence[PlanRequest], library: Library, arm: ArmName) -> Outcome:
    """Generate every plan in memory, and measure its weeks as the pipeline does."""
    timed = plan_all(requests, library, arm)
    results = timed.results
    weeks = [
        week
        for result in results
        for week in plan_facts(result, CONFIG, origin_of(result.request, library.version, CONFIG.version, STAMP)).weeks
    ]
    statuses = [result.verdict.status for result in results]
    broken = Counter(rule.rule_id for result in results for rule in result.rule_results if not rule.passed)
    shares = [share for result in results for share in variety(result, library)]
    return _outcome(arm, weeks, timed.ms, timed.chain_ms, statuses, shares, broken)


def measure_weeks(points: Sequence[GridWeek], library: Library, arm: ArmName) -> Outcome:
    """Plan single weeks, from their selection to their validation."""
    points = [GridWeek(_in_arm(point.request, arm), point.overview) for point in points]
    for point in points[:: max(1, len(points) // 100)]:
        _single_week(point, library)
    started = time.process_time()
    weeks = [_single_week(point, library) for point in points]
    ms = (time.process_time() - started) * 1000
    return _outcome(arm, weeks, ms, ms, [], [], Counter())


def _single_week(point: GridWeek, library: Library) -> WeekMetrics:
    request, week = point
    overview = Overview(weeks=(week,), coaching_notes="", monitoring_guidance="")
    (selection,) = select_weeks(request, overview, library, CONFIG)
    duration = adjust_week(request, week, selection, library, CONFIG)
    validated = check_week(request, week, duration, CONFIG)
    origin, purpose = origin_of(request, library.version, CONFIG.version, STAMP), purpose_of(request, CONFIG)
    return week_metrics(origin, purpose, week, selection, duration, validated)


class Timed(NamedTuple):
    """Plans, and the milliseconds they took: all stages, and those from overview to validation."""

    results: list[PlanResult]
    ms: float
    chain_ms: float


def plan_all(requests: Sequence[PlanRequest], library: Library, arm: ArmName, config: PlanningConfig = CONFIG) -> Timed:
    """Plan for athletes not seen before, with the library's tables in place.

    Timed as a bulk run does it: one plan after the other, none kept, and what stays for good set aside after every
    ``CHUNK_SIZE`` plans. They are made once more to be looked at.
    """
    requests = [_in_arm(request, arm) for request in requests]
    for request in synthetic_requests(WARM_UP_PLANS, WARM_UP_SEED, config):
        generate_plan(_in_arm(request, arm), library, config, stamp=STAMP)
    chain_ms = 0.0
    with long_lived() as settle:
        started = time.process_time()
        for number, request in enumerate(requests, 1):
            laps = generate_plan(request, library, config, stamp=STAMP, clock=time.process_time).stage_ms
            chain_ms += sum(ms for stage, ms in laps.items() if stage != AFTER_THE_CHAIN)
            if number % CHUNK_SIZE == 0:
                settle()
        ms = (time.process_time() - started) * 1000
    return Timed([generate_plan(request, library, config, stamp=STAMP) for request in requests], ms, chain_ms)


def variety(result: PlanResult, library: Library) -> Iterator[float]:
    """Distinct structures in every four weeks on end of a plan, by rides; recovery rides left out."""
    by_id = {workout.id: workout for workout in library.workouts}
    by_week = [
        [
            by_id[choice.library_workout_id].fingerprint
            for choice in draft.selection.choices
            if choice.workout_type is not WorkoutType.RECOVERY
        ]
        for draft in result.weeks
    ]
    for first in range(len(by_week) - WEEKS_OF_VARIETY + 1):
        if ridden := [one for week in by_week[first : first + WEEKS_OF_VARIETY] for one in week]:
            yield len(set(ridden)) / len(ridden)


def growth_with_plans(counts: Sequence[int], seed: int, library: Library) -> Iterator[Growth]:
    requests = list(synthetic_requests(max(counts), seed, CONFIG))
    for plans in counts:
        yield alone(_growth, plans, requests[:plans], library)


def growth_with_library(scale: Scale, seed: int, shipped: Library) -> Iterator[Growth]:
    requests = list(synthetic_requests(scale.plans_a_library, seed, CONFIG))
    for workouts in scale.library_sizes:
        yield alone(_growth, workouts, requests, library_of_size(shipped, workouts))


def _growth(size: int, requests: Sequence[PlanRequest], library: Library) -> Growth:
    cold_ms = cold_start_ms(requests, library)
    timed = plan_all(requests, library, OPTIMAL)
    weeks = sum(len(result.weeks) for result in timed.results)
    return Growth(size, weeks, timed.chain_ms / weeks, timed.ms / weeks, cold_ms)


def cold_start_ms(requests: Sequence[PlanRequest], library: Library) -> float:
    """The time of the first plan with a library whose tables are yet to be built, milliseconds."""
    envelope_of.cache_clear()
    started = time.process_time()
    generate_plan(_in_arm(requests[0], OPTIMAL), library, CONFIG, stamp=STAMP)
    return (time.process_time() - started) * 1000


def reference_ms() -> float:
    """The median time of a fixed amount of plain Python work, milliseconds."""

    def once() -> float:
        started = time.process_time()
        total = 0
        for i in range(REFERENCE_ADDITIONS):
            total += i
        return (time.process_time() - started) * 1000

    return statistics.median(once() for _ in range(REFERENCE_RUNS))


def _in_arm(request: PlanRequest, arm: ArmName) -> PlanRequest:
    return request.model_copy(update={"options": request.options.model_copy(update={"duration": arm})})


def _outcome(
    arm: ArmName,
    weeks: Sequence[WeekMetrics],
    ms: float,
    chain_ms: float,
    statuses: list[PlanStatus],
    shares: list[float],
    broken: Counter[str],
) -> Outcome:
    feasible = [week for week in weeks if not week.infeasible]
    return Outcome(arm, feasible, len(weeks) - len(feasible), ms, chain_ms, statuses, shares, broken)


# --- printing ------------------------------------------------------------------------------------------------


def print_table(outcomes: Sequence[Outcome], reference: float) -> None:
    """A Markdown table with a row a figure."""
    print("| figure |", " | ".join(outcome.arm for outcome in outcomes), "|")
    print("|---|", "|".join("---:" for _ in outcomes), "|", sep="")
    for name, figure in _rows(outcomes[0], reference):
        print(f"| {name} |", " | ".join(figure(outcome) for outcome in outcomes), "|")


def _rows(any_outcome: Outcome, reference: float) -> Iterator[tuple[str, Callable[[Outcome], str]]]:
    if any_outcome.statuses:
        yield "plans published", lambda o: _share(o.statuses.count(PlanStatus.PUBLISHED), len(o.statuses))
        yield "plans rejected", lambda o: str(o.statuses.count(PlanStatus.REJECTED))
        yield "requests that cannot be met", lambda o: str(o.statuses.count(PlanStatus.INFEASIBLE))
    yield "feasible weeks", lambda o: str(len(o.weeks))
    yield "weeks that cannot be met", lambda o: str(o.infeasible_weeks)
    yield "feasible weeks passing before a fix", lambda o: _share_of(o.weeks, lambda w: w.passed_before_fix)
    yield "feasible weeks passing", lambda o: _share_of(o.weeks, lambda w: w.passed)
    yield "feasible weeks auto-fixed", lambda o: _share_of(o.weeks, lambda w: w.auto_fixed)
    yield "mean abs. time error", lambda o: f"{statistics.mean(_time_errors(o)):.2f} %"
    yield "largest abs. time error", lambda o: f"{max(_time_errors(o)):.2f} %"
    for limit in WITHIN_PCT:
        yield f"feasible weeks within ±{limit:g} % of the hours", lambda o, limit=limit: _within(_time_errors(o), limit)
    yield "mean abs. TSS error", lambda o: f"{statistics.mean(_tss_errors(o)):.2f} %"
    yield "largest abs. TSS error", lambda o: f"{max(_tss_errors(o)):.2f} %"
    if any_outcome.variety:
        yield "distinct structures in four weeks, mean", lambda o: f"{100 * statistics.mean(o.variety):.1f} %"
        yield "the same, least varied four weeks", lambda o: f"{100 * min(o.variety):.1f} %"
        yield "four weeks with fewer than nine distinct in ten", lambda o: _share_of(o.variety, lambda v: v < 0.9)
        for rule_id in RULES_OF_CHOICE:
            yield f"plans that break {rule_id}", lambda o, rule_id=rule_id: str(o.broken[rule_id])
    yield "weeks with every interval step as written", lambda o: _share_of(o.weeks, lambda w: w.structure_preserved)
    if any_outcome.statuses:
        yield "ms a week, overview to validation", lambda o: f"{o.chain_ms / o.all_weeks:.2f}"
    yield "ms a week, all stages and rules", lambda o: f"{o.ms_a_week:.2f}"
    yield "the same, in reference operations", lambda o: f"{o.ms_a_week / reference:.2f}"


def print_growth(unit: str, sizes: Sequence[Growth], reference: float, workouts: Callable[[Growth], int]) -> None:
    """A Markdown table with a row a size; ratios are to the first size."""
    head = [unit, "weeks", "ms a week, overview to validation", "all stages and rules"]
    head += ["in reference operations", f"ratio to {sizes[0].size}", "ms for the first plan", "the same, a workout"]
    rows = [
        [
            str(size.size),
            str(size.weeks),
            f"{size.chain_ms_a_week:.2f}",
            f"{size.ms_a_week:.2f}",
            f"{size.ms_a_week / reference:.2f}",
            f"{size.ms_a_week / sizes[0].ms_a_week:.2f}",
            f"{size.cold_ms:.0f}",
            f"{size.cold_ms / workouts(size):.2f}",
        ]
        for size in sizes
    ]
    print("|", " | ".join(head), "|")
    print("|", "|".join("---:" for _ in head), "|", sep="")
    for row in rows:
        print("|", " | ".join(row), "|")


def _time_errors(outcome: Outcome) -> list[float]:
    return [abs(week.time_error_pct) for week in outcome.weeks if week.time_error_pct is not None]


def _tss_errors(outcome: Outcome) -> list[float]:
    return [abs(week.tss_error_pct) for week in outcome.weeks if week.tss_error_pct is not None]


def _within(errors: Sequence[float], limit: float) -> str:
    return _share(sum(error <= limit for error in errors), len(errors))


def _share_of(found: Sequence[T], holds: Callable[[T], bool]) -> str:
    return _share(sum(map(holds, found)), len(found))


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} % ({count})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--athletes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--library", type=Path, default=Settings().library)
    parser.add_argument("--quick", action="store_true", help="fewer weeks, plans and workouts: seconds, not minutes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
