"""What planning a week of a runner costs beside one of a rider, and what comes of plans of either.

    python benchmarks/sports.py [--athletes 600] [--seed 1] [--rounds 3] [--quick]

Prints a Markdown table with a column a sport, over made-up requests of each. Times are of the processor, as in
engine.py, with the library's tables in place; sports take turns over the rounds, each in a process of its own, and the
median counts.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from typing import Final, NamedTuple

from engine import alone, plan_all, reference_ms

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.vocabulary import OPTIMAL, PlanStatus, Sport
from plan_pipeline.library import load_library
from plan_pipeline.settings import Settings


class Outcome(NamedTuple):
    """A sport's plans in one round: how many ended how, and milliseconds a week, of all stages and of the chain."""

    statuses: tuple[int, ...]
    weeks: int
    passed: int
    rules_broken: float
    ms_a_week: float
    chain_ms_a_week: float


STATUSES: Final = (PlanStatus.PUBLISHED, PlanStatus.REJECTED, PlanStatus.INFEASIBLE)


def main() -> None:
    arguments = _arguments()
    athletes = 60 if arguments.quick else arguments.athletes
    found: dict[Sport, list[Outcome]] = {sport: [] for sport in Sport}
    references = [reference_ms()]
    for _ in range(arguments.rounds):
        for sport in Sport:
            found[sport].append(alone(measure, sport, athletes, arguments.seed))
        references.append(reference_ms())
    print_table(found, statistics.median(references), athletes)


def measure(sport: Sport, athletes: int, seed: int) -> Outcome:
    """Plan for a sport's athletes, none of them seen before."""
    config, library = load_config(Settings().config, sport), load_library(Settings().library, sport)
    timed = plan_all(list(synthetic_requests(athletes, seed, config)), library, OPTIMAL, config)
    statuses = [result.verdict.status for result in timed.results]
    drafts = [draft for result in timed.results for draft in result.weeks]
    broken = [sum(not rule.passed for rule in result.rule_results) for result in timed.results if result.plan]
    return Outcome(
        statuses=tuple(map(statuses.count, STATUSES)),
        weeks=len(drafts),
        passed=sum(draft.validated.validation.passed for draft in drafts),
        rules_broken=statistics.mean(broken),
        ms_a_week=timed.ms / len(drafts),
        chain_ms_a_week=timed.chain_ms / len(drafts),
    )


def print_table(found: dict[Sport, list[Outcome]], reference: float, athletes: int) -> None:
    """A row a figure, a column a sport."""
    first = {sport: outcomes[0] for sport, outcomes in found.items()}
    ms = {sport: statistics.median([outcome.ms_a_week for outcome in outcomes]) for sport, outcomes in found.items()}
    chain = {
        sport: statistics.median([outcome.chain_ms_a_week for outcome in outcomes]) for sport, outcomes in found.items()
    }
    print(f"| {athletes} requests | {' | '.join(Sport)} |")
    print("|---|" + "---:|" * len(Sport))
    for place, status in enumerate(STATUSES):
        _row(f"plans {status}", [str(first[sport].statuses[place]) for sport in Sport])
    _row("weeks", [str(first[sport].weeks) for sport in Sport])
    _row("weeks passing", [f"{100 * first[sport].passed / first[sport].weeks:.1f} %" for sport in Sport])
    _row("rules broken a published plan", [f"{first[sport].rules_broken:.2f}" for sport in Sport])
    _row("ms a week, overview to validation", [f"{chain[sport]:.2f}" for sport in Sport])
    _row("ms a week, all stages and rules", [f"{ms[sport]:.2f}" for sport in Sport])
    _row("the same, in reference operations", [f"{ms[sport] / reference:.2f}" for sport in Sport])
    _row("the same, of cycling's", [f"{ms[sport] / ms[Sport.CYCLING]:.2f}" for sport in Sport])


def _row(name: str, cells: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--athletes", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="sixty athletes of each sport")
    return parser.parse_args()


if __name__ == "__main__":
    main()
