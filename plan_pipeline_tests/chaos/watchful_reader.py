"""A program that reads everything published, over and over, and counts what it could not read.

Usage: ``python -m …watchful_reader DATA REPORT``, until it is told to end. What is there at its start has to be there,
whole, at every later look: each ``plan.json``, each version, the warehouse. Writes its counts to ``REPORT`` at the end.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import query

PAUSE_S = 0.1
"""Between two files: the reader shares two cores with what it watches."""

PLANS_A_QUESTION = 20
_UNTORN = """
    SELECT count(*) AS plans, count(DISTINCT plan_id) AS kinds, coalesce(sum(weeks), 0) AS wanted,
        (SELECT count(*) FROM current_plan_weeks) AS weeks
    FROM current_plans
"""


def main(data: DataFolder, report: Path) -> None:
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    before = {*data.plans.glob("*/plan.json"), *data.plans.glob("*/versions/[!.]*")}
    counts = {"plans": 0, "versions": 0, "questions": 0}
    failures: list[str] = []
    print("ready", flush=True)
    while not told:
        for number, path in enumerate(sorted(before)):
            if told:
                break
            failures += faults_of(path)
            counts["versions" if path.parent.name == "versions" else "plans"] += 1
            if number % PLANS_A_QUESTION == 0:
                failures += faults_of_warehouse(data)
                counts["questions"] += 1
            time.sleep(PAUSE_S)
    report.write_text(json.dumps({**counts, "failures": failures}))


def faults_of(path: Path) -> Iterator[str]:
    """What is wrong with a published plan, if anything is."""
    try:
        plan = Plan.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        yield f"{path}: {error}"
        return
    body = plan.training_plan
    if content_hash(body) != plan.generation.content_hash:
        yield f"{path}: its content is not what its hash says"
    if [week.week_number for week in body.weekly_plan] != list(range(1, body.plan_metadata.total_weeks + 1)):
        yield f"{path}: has not all its weeks"
    if not all(week.validation.passed for week in body.weekly_plan):
        yield f"{path}: a week did not pass"


def faults_of_warehouse(data: DataFolder) -> Iterator[str]:
    """What is wrong with the warehouse as an analyst sees it."""
    try:
        (found,) = query(data, _UNTORN).records()
    except Exception as error:  # whatever an analyst would see
        yield f"warehouse: {type(error).__name__}: {error}"
        return
    if found["plans"] != found["kinds"]:
        yield f"warehouse: {found['plans']} current plans of {found['kinds']} athletes"
    if found["weeks"] != found["wanted"]:
        yield f"warehouse: {found['weeks']} current weeks instead of {found['wanted']}"


if __name__ == "__main__":
    main(DataFolder(Path(sys.argv[1])), Path(sys.argv[2]))
