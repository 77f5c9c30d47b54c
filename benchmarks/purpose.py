"""What plans give towards what they are for: release 0.1 beside today's, for the same requests.

    python benchmarks/purpose.py [--athletes 200] [--seed 1] [--release COMMIT]

Both make the plans of the same synthetic athletes, each in a process of its own, and what both made is measured with
today's rules and configuration. Release 0.1 gets what it understands of a request; requests for time off or events on
the way, which it does not, are left out. Milliseconds are of the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.week_content import WeekContent, week_content
from plan_pipeline.core.limits import EXACT_MIN
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.rules.rule import check_plan

ROOT = Path(__file__).resolve().parent.parent
RELEASE = "27dc155"
KNOWN_BEFORE = {"plan_id", "athlete_profile", "weeks", "start_date", "event", "target_ftp", "options"}
KNOWN_OF_EVENT = {"date", "name", "type"}
NEW_OF_ATHLETE = {"longest_ride_min", "current_hours"}
NEW_OF_OPTIONS = {"waivers"}
NEAR_TARGET = 0.9
LEFT_OUT_AT_MOST = 4
"""Athletes that are drawn for each request that both releases can be asked."""


class Measured(NamedTuple):
    """One published plan. ``goal_weeks`` has, for each load week that its purpose asks minutes of, whether they are
    there; ``long_ride_share`` is the longest ride over its target, of plans for an event."""

    exact: list[bool]
    before_fix: list[bool]
    broken: Counter[RuleSeverity]
    goal_weeks: list[bool]
    long_ride_share: float | None
    hard_days: list[int]
    least_balance_pct: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--athletes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--release", default=RELEASE, help="a commit to hold today's plans against")
    arguments = parser.parse_args()
    config = load_config(ROOT / "config")
    athletes = synthetic_requests(LEFT_OUT_AT_MOST * arguments.athletes, arguments.seed, config)
    requests = list(islice(filter(is_known_to_both, athletes), arguments.athletes))
    asked = [each.model_dump(mode="json") for each in requests]
    with checkout_of(arguments.release) as before:
        then = plans_of(before, [as_before(each) for each in asked])
    now = plans_of(ROOT, asked)
    columns = [figures(requests, made, config) for made in (then, now)]
    print(f"{len(requests)} requests, configuration {config.version}\n")
    print("| figure | release 0.1 | today |\n|---|---:|---:|")
    for name in columns[0]:
        print(f"| {name} | {columns[0][name]} | {columns[1][name]} |")


def is_known_to_both(request: PlanRequest) -> bool:
    """Whether a request asks for nothing that release 0.1 would have had to plan around."""
    return not (request.events or request.time_off or request.constraints)


def as_before(request: dict[str, Any]) -> dict[str, Any]:
    """As much of a request as release 0.1 understands."""
    known = {field: value for field, value in request.items() if field in KNOWN_BEFORE}
    known["athlete_profile"] = _without(known["athlete_profile"], NEW_OF_ATHLETE)
    known["options"] = _without(known["options"], NEW_OF_OPTIONS)
    if known.get("event"):
        known["event"] = {field: value for field, value in known["event"].items() if field in KNOWN_OF_EVENT}
    return known


def _without(fields: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if field not in names}


@contextmanager
def checkout_of(commit: str) -> Iterator[Path]:
    """A checkout of a commit, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "release"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(place), commit], check=True)
        try:
            yield place
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


def plans_of(checkout: Path, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The plans that the program of a checkout makes, in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("purpose_plans.py")), str(checkout)],
        input="".join(json.dumps(request) + "\n" for request in requests),
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def figures(requests: Sequence[PlanRequest], made: Sequence[dict[str, Any]], config: PlanningConfig) -> dict[str, str]:
    """What is told of the plans that one release made."""
    asked = {request.plan_id: request for request in requests}
    statuses = Counter(each["status"] for each in made)
    published = [each for each in made if each["weeks"]]
    measured = [measure(asked[each["plan_id"]], each["weeks"], config) for each in published]
    weeks = sum(len(each["weeks"]) for each in published)
    shares = [each.long_ride_share for each in measured if each.long_ride_share is not None]
    ms = sum(each["ms"] for each in published) / weeks
    return {
        "plans published": f"{statuses['published']} of {len(made)}",
        "plans rejected by a rule": str(statuses["rejected"]),
        "requests that cannot be met": str(statuses["infeasible"]),
        "weeks with the hours to the minute": _share([exact for each in measured for exact in each.exact]),
        "weeks passing before a fix": _share([passed for each in measured for passed in each.before_fix]),
        "plans that break a rule of severity error": _share([each.broken[RuleSeverity.ERROR] > 0 for each in measured]),
        "rules broken a plan, errors": f"{statistics.mean(each.broken[RuleSeverity.ERROR] for each in measured):.2f}",
        "rules broken a plan, warnings": (
            f"{statistics.mean(each.broken[RuleSeverity.WARNING] for each in measured):.2f}"
        ),
        "longest ride before an event, of its target": f"{100 * statistics.median(shares):.0f} %",
        "event plans whose longest ride is at its target": _share([share >= NEAR_TARGET for share in shares]),
        "load weeks with their goal's minutes": _share([met for each in measured for met in each.goal_weeks]),
        "hard days of a load week": f"{statistics.mean(days for each in measured for days in each.hard_days):.2f}",
        "plans in which W′ runs out": _share([each.least_balance_pct < 0 for each in measured]),
        "milliseconds a week": f"{ms:.2f}",
    }


def measure(request: PlanRequest, raw_weeks: Sequence[dict[str, Any]], config: PlanningConfig) -> Measured:
    """Hold a plan against what its request is for today."""
    weeks = tuple(PlanWeek.model_validate(week) for week in raw_weeks)
    purpose = purpose_of(request, config)
    contents = [week_content(week.workouts, purpose.experience, config) for week in weeks]
    longest = max(content.longest_ride_min for content in contents)
    broken = (result for result in check_plan(request, weeks, config) if not result.passed and not result.waived)
    load = [content for week, content in zip(weeks, contents, strict=True) if week.week_type is WeekType.LOAD]
    target = purpose.long_ride_target_min
    balances = [content.least_w_balance_pct for content in contents if content.least_w_balance_pct is not None]
    return Measured(
        exact=[
            abs(week.validation.actual_hours - week.validation.target_hours) * 60 <= EXACT_MIN + 0.5 for week in weeks
        ],
        before_fix=[week.validation.passed_before_fix for week in weeks],
        broken=Counter(result.severity for result in broken),
        goal_weeks=list(_goal_weeks(purpose, weeks, contents)),
        long_ride_share=longest / target if request.event and target else None,
        hard_days=[content.hard_days for content in load],
        least_balance_pct=min(balances, default=100.0),
    )


def _goal_weeks(purpose: Purpose, weeks: Sequence[PlanWeek], contents: Sequence[WeekContent]) -> Iterator[bool]:
    load_weeks = [i for i, week in enumerate(weeks) if week.week_type is WeekType.LOAD]
    for place, i in enumerate(load_weeks):
        for asked in purpose.week_minutes(place, len(load_weeks), weeks[i].week_number)[:1]:
            yield contents[i].bands.within(asked.bands) >= asked.least - 0.05


def _share(holds: Sequence[bool]) -> str:
    return f"{100 * statistics.mean(holds):.1f} %" if holds else "–"


if __name__ == "__main__":
    main()
