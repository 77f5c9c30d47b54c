"""What pages cost beside planning: figures in docs/figures.md.

    python benchmarks/pages.py             1,000 plans of 24 weeks; a few minutes
    python benchmarks/pages.py --plans 50

The same plans are made, and then laid out and written, in one process: processor time, so that the ratio holds on any
machine. Pages are written a second time to see that none changes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

from synthetic import CONFIG

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.orchestration.bulk.bulk_run import long_lived
from plan_pipeline.services.pages.page_files import write_plan_page
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore

WEEKS = 24
WARM_UP = 20
STAMP = Stamp(generation_id="pages", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, long_lived() as settle:
        made_plans(WARM_UP, arguments.seed ^ 1)
        settle()
        started = time.process_time()
        plans = made_plans(arguments.plans, arguments.seed)
        planning_s = time.process_time() - started
        settle()
        data = DataFolder(Path(folder) / "data")
        pages_s, written = written_pages(data, plans)
        again_s, rewritten = written_pages(data, plans)
        sizes = [data.plan_page(plan.training_plan.plan_id).stat().st_size for plan in plans]
    weeks = sum(len(plan.training_plan.weekly_plan) for plan in plans)
    print(f"{len(plans):,} plans, {weeks:,} weeks\n")
    print("| | processor ms a week | by planning |\n|---|---:|---:|")
    for name, seconds in (("planning", planning_s), ("pages", pages_s), ("pages, nothing changed", again_s)):
        print(f"| {name} | {1000 * seconds / weeks:.2f} | {seconds / planning_s:.2f} |")
    print(
        f"\nWritten {written:,}, then {rewritten:,}; a page has {sum(sizes) / len(sizes) / 1000:,.0f} kB on average, "
    )
    print(f"the largest {max(sizes) / 1000:,.0f} kB.")


def made_plans(count: int, seed: int) -> list[Plan]:
    """Published plans of so many made-up athletes; those that cannot be met are left out."""
    library = Pipeline.of(Settings()).library.load(Sport.CYCLING)
    made = []
    for request in synthetic_requests(count, seed, CONFIG):
        asked = {**request.model_dump(mode="json"), "weeks": WEEKS, "event": None, "events": [], "time_off": []}
        plan = generate_plan(PlanRequest.model_validate(asked), library, CONFIG, stamp=STAMP).plan
        if plan is not None:
            made.append(plan)
    return made


def written_pages(data: DataFolder, plans: list[Plan]) -> tuple[float, int]:
    """Processor seconds for the pages of plans, and how many were written."""
    library = Pipeline.of(Settings()).library.load(Sport.CYCLING)
    started = time.process_time()
    written = sum(write_plan_page(PlanStore(data), plan, library, CONFIG).changed for plan in plans)
    return time.process_time() - started, written


if __name__ == "__main__":
    main()
