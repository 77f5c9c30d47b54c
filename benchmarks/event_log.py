"""What marking a cell as materialized costs, in this project's event log and in Dagster's own: a figure in README.md.

python benchmarks/event_log.py [--plans 100] [--weeks 12]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from plan_pipeline.orchestration.marks import report_materializations
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.storage.plan_store import Stage

PROJECT = yaml.safe_load((Path(__file__).resolve().parent.parent / "dagster.yaml").read_text())
STOCK = {"telemetry": {"enabled": False}}
STOCK_PLANS = 3
"""Plans marked in the stock log: its cost a cell does not depend on how many there are, and it takes its time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=100)
    parser.add_argument("--weeks", type=int, default=12)
    arguments = parser.parse_args()
    batched = ms_a_cell(PROJECT, arguments.plans, arguments.weeks)
    stock = ms_a_cell(STOCK, STOCK_PLANS, arguments.weeks)
    print("| event log | ms a cell | relative |")
    print("|---|---:|---:|")
    print(f"| batches in one transaction | {batched:.2f} | 1.0 |")
    print(f"| Dagster's SQLite log | {stock:.2f} | {stock / batched:.0f} |")


def ms_a_cell(settings: dict[str, Any], plans: int, weeks: int) -> float:
    """Wall time a cell of marking all weeks and stages of plans in a new instance, milliseconds."""
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home, overrides=settings) as instance:
        mark(instance, 1, weeks)  # the run's file is made
        started = time.perf_counter()
        count = mark(instance, plans, weeks)
        return (time.perf_counter() - started) * 1000 / count


def mark(instance: dg.DagsterInstance, plans: int, weeks: int) -> int:
    run_id = "00000000-0000-4000-8000-000000000000"
    return report_materializations(instance, run_id, "regenerate_plans", "generate_in_bulk", cells(plans, weeks))


def cells(plans: int, weeks: int) -> Iterator[dg.AssetMaterialization]:
    metadata = {"hours_wanted": 7.5, "hours_planned": 7.4, "tss_wanted": 312.0, "passed": True}
    for stage in Stage:
        for plan in range(plans):
            for week in range(1, weeks + 1):
                yield dg.AssetMaterialization(stage.value, partition=cell_key(f"p-{plan}", week), metadata=metadata)


if __name__ == "__main__":
    main()
