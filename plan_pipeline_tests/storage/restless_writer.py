"""A program that publishes, measures and refreshes without end, to be killed at any moment.

Usage: ``python -m plan_pipeline_tests.storage.restless_writer DATA_FOLDER NAME SEED``. It prints a line before
its first write. Several of them write the same plans; no two of them alive write the same facts.
"""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path

from plan_pipeline.core.model.plan import Verdict
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import OverviewRecord, PlanRecord
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

PLANS = ("rider-1", "rider-2")
PARTS = 3
SLOTS = 4
"""Writers share fact files with those long dead, so that files are replaced and their number stays bounded."""

WEEKS = 4
KEPT_VERSIONS = 3


def main(root: str, name: str, seed: str) -> None:
    choose = random.Random(int(seed))
    data = DataFolder(Path(root))
    store, facts = PlanStore(data, keep_versions=KEPT_VERSIONS), FactStore(data)
    print("ready", flush=True)
    for turn in itertools.count():
        plan_id, generation_id = choose.choice(PLANS), f"{name}-{turn}"
        with store.lock(plan_id):
            write_plan(store, plan_id, generation_id)
        facts.write_all(
            f"slot-{int(seed) % SLOTS}-{turn % PARTS}",
            [samples.facts(f"{plan_id}-{name}", generation_id, weeks=WEEKS) for _ in range(choose.randint(1, 3))],
        )
        refresh_warehouse(data, samples.library())


def write_plan(store: PlanStore, plan_id: str, generation_id: str) -> None:
    """Everything a run writes of a plan; ``generation_id`` is in the notes, so that every plan is another."""
    request = samples.request(plan_id, WEEKS)
    overview = samples.overview(WEEKS, notes=generation_id)
    store.save_request(request)
    store.save_overview(plan_id, OverviewRecord.of(request, samples.LIBRARY_VERSION, "config-1", overview))
    store.save_weeks(
        plan_id, Stage.WEEK_VALIDATION, {number: samples.validated_week(number) for number in range(1, WEEKS + 1)}
    )
    publication = store.publish(samples.plan(plan_id, generation_id, weeks=WEEKS, notes=generation_id))
    measured = samples.facts(plan_id, generation_id, weeks=WEEKS)
    verdict = Verdict(status=PlanStatus.PUBLISHED)
    store.save_generation_record(
        plan_id, PlanRecord.of(measured.generation, verdict=verdict, weeks=measured.weeks, publication=publication)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
