"""How long the migration of a legacy library takes, what is kept, and what plans from it come to.

python benchmarks/migration.py [--workouts 220] [--plans 40] [--seeds 3]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.library import load_library, validate_library
from plan_pipeline.services.libraries.migration import migrate_into
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.library.migration.legacy_libraries import legacy_library

STAMP = Stamp(generation_id="g1", generated_at=dt.datetime(2027, 1, 2, tzinfo=dt.UTC), code_version="0.1.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workouts", type=int, default=220, help="sound workouts; every gap is added once")
    parser.add_argument("--plans", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    config = load_config(shipped("config"))
    reading_s = _reading_s(config)
    print(
        "| seed | in | out | lost | extensible | s | s of a processor | in readings of the library | errors | plans |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    for seed in range(1, asked.seeds + 1):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            (folder / "old.json").write_text(json.dumps(legacy_library(seed, asked.workouts)))
            started, begun = time.perf_counter(), time.process_time()
            report = migrate_into(folder / "old.json", folder / "new", config)
            taken_s, processor_s = time.perf_counter() - started, time.process_time() - begun
            errors = len(validate_library(folder / "new", config).errors)
            plans = _plans(load_library(folder / "new"), asked.plans, config)
        lost = report.workouts_in - report.workouts_out - len(report.rejected)
        print(
            f"| {seed} | {report.workouts_in} | {report.workouts_out} | {lost} | {report.extensible_share:.0%} "
            f"| {taken_s:.2f} | {processor_s:.2f} | {taken_s / reading_s:.1f} | {errors} | {plans} |"
        )
    print(f"\nThe same requests from the shipped library: {_plans(_shipped(), asked.plans, config)}")


def _reading_s(config: PlanningConfig) -> float:
    started = time.perf_counter()
    validate_library(shipped("workout_library"), config)
    return time.perf_counter() - started


def _shipped() -> Library:
    return load_library(shipped("workout_library"))


def _plans(library: Library, count: int, config: PlanningConfig) -> str:
    requests = synthetic_requests(count, 7, config)
    found = Counter(generate_plan(request, library, config, stamp=STAMP).verdict.status.value for request in requests)
    return ", ".join(f"{number} {status}" for status, number in found.most_common())


if __name__ == "__main__":
    main()
