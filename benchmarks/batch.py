"""What Dagster and storage add to planning: a bulk run beside the same plans in memory, for README.md.

    python benchmarks/batch.py [--athletes 300] [--seed 1]

Everything is written to a temporary folder: requests, artefacts, published plans, facts, partition marks, warehouse.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from pathlib import Path

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.finalize import Stamp
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.vocabulary import PlanStatus
from plan_pipeline.library import load_library
from plan_pipeline.orchestration.launch import batch_plans, dagster_instance
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--athletes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    requests = list(synthetic_requests(arguments.athletes, arguments.seed))
    folder = Settings().library
    library = load_library(folder)
    stamp = Stamp(generation_id="benchmark", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")
    generate_plan(requests[0], library, stamp=stamp)

    started = time.perf_counter()
    results = [generate_plan(request, library, stamp=stamp) for request in requests]
    in_memory_s = time.perf_counter() - started
    weeks = sum(len(result.weeks) for result in results)

    os.environ.pop("DAGSTER_HOME", None)
    with tempfile.TemporaryDirectory() as temporary:
        data = DataFolder(Path(temporary) / "data")
        with dagster_instance(data) as instance:
            started = time.perf_counter()
            records = batch_plans(requests, data=data, library=folder, instance=instance)
            through_dagster_s = time.perf_counter() - started
    published = sum(record.status is PlanStatus.PUBLISHED for record in records)

    print(f"{len(requests)} synthetic requests (seed {arguments.seed}), {weeks} weeks, {published} plans published\n")
    print("| figure | ms a week | in plannings in memory |")
    print("|---|---:|---:|")
    print(f"| planned in memory | {1000 * in_memory_s / weeks:.2f} | 1.0 |")
    ratio = through_dagster_s / in_memory_s
    print(f"| planned, stored and marked by a bulk run | {1000 * through_dagster_s / weeks:.2f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
