"""What has to add up when the storm is over: files, facts, warehouse and marks, plan by plan and row by row.

Belongs here: finding what is lost, doubled, unreadable or told differently in two places; each finding is a sentence.
Does not belong here: causing any of it (see ``hunt``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.chaos.watchful_reader import faults_of
from plan_pipeline_tests.deploy.dagster_api import DagsterApi

KEYS: Final = {
    FactTable.PLAN_GENERATIONS: "",
    FactTable.PLAN_WEEKS: ", week",
    FactTable.PLAN_WORKOUTS: ", week",
    FactTable.RULE_RESULTS: ", rule_id",
    FactTable.STAGE_TIMINGS: ", stage",
}
"""What tells the rows of a table apart within a plan and generation; of workouts a week has many."""

Rows = dict[tuple[Any, ...], int]


def faults(data: DataFolder, plan_ids: Iterable[str], generations: int) -> Iterator[str]:
    """What does not add up for plans that were each published ``generations`` times."""
    facts = {table: rows_in_files(data, table) for table in KEYS}
    held = {table: rows_in_warehouse(data, table) for table in KEYS}
    for table, rows in facts.items():
        if rows != held[table]:
            yield f"{table}: the warehouse has {len(held[table])} keys and the files {len(rows)}, or other counts"
    current = current_in_warehouse(data)
    store = PlanStore(data)
    published_of: dict[str, set[str]] = {}
    for (plan_id, generation_id, *_), _count in facts[FactTable.PLAN_GENERATIONS].items():
        published_of.setdefault(plan_id, set()).add(generation_id)
    for plan_id in plan_ids:
        yield from faults_of_files(data, plan_id, generations)
        versions = {path.stem: _plan(path) for path in store.versions(plan_id)}
        if published_of.get(plan_id, set()) != set(versions):
            yield f"{plan_id}: facts of {sorted(published_of.get(plan_id, ()))}, versions {sorted(versions)}"
        published = _plan(data.plans / plan_id / "plan.json").generation.generation_id
        if current.get(plan_id) != published:
            yield f"{plan_id}: {published} is published, the warehouse says {current.get(plan_id)}"
        for generation_id, plan in versions.items():
            yield from faults_of_facts(facts, plan_id, generation_id, plan)


def faults_of_files(data: DataFolder, plan_id: str, generations: int) -> Iterator[str]:
    """What is wrong with the published plan and its versions."""
    folder = data.plans / plan_id
    versions = sorted(folder.glob("versions/[!.]*.json"))
    for path in (folder / "plan.json", *versions):
        yield from faults_of(path)
    if len(versions) != generations:
        yield f"{plan_id}: {len(versions)} versions instead of {generations}: {[path.stem for path in versions]}"
    for path in versions:
        if _plan(path).generation.generation_id != path.stem:
            yield f"{path}: holds another generation"
    content = (folder / "plan.json").read_bytes()
    same = [path for path in versions if path.read_bytes() == content]
    if len(same) != 1:
        yield f"{plan_id}: the published plan is {len(same)} of its versions"


def faults_of_facts(facts: dict[FactTable, Rows], plan_id: str, generation_id: str, plan: Plan) -> Iterator[str]:
    """Rows that a published generation should have and has not, or has too often."""
    weeks = plan.training_plan.weekly_plan
    key = (plan_id, generation_id)
    wanted: dict[FactTable, Rows] = {
        FactTable.PLAN_GENERATIONS: {key: 1},
        FactTable.PLAN_WEEKS: {(*key, week.week_number): 1 for week in weeks},
        FactTable.PLAN_WORKOUTS: {(*key, week.week_number): len(week.workouts) for week in weeks if week.workouts},
    }
    for table, rows in facts.items():
        found = {row: count for row, count in rows.items() if row[:2] == key}
        if table in wanted and found != wanted[table]:
            yield f"{table}: {key} has {sum(found.values())} rows instead of {sum(wanted[table].values())}"
        elif table not in wanted and any(count != 1 for count in found.values()):
            yield f"{table}: {key} has rows more than once"


def faults_of_marks(api: DagsterApi, data: DataFolder, plan_ids: Iterable[str]) -> Iterator[str]:
    """Cells that are not marked although their plan is published."""
    wanted = {
        cell_key(plan_id, week.week_number)
        for plan_id in plan_ids
        for week in _plan(data.plans / plan_id / "plan.json").training_plan.weekly_plan
    }
    for stage in Stage:
        if (marked := api.cells(stage.value)) < len(wanted):
            yield f"{stage}: {marked} cells are marked, {len(wanted)} exist"


def rows_in_files(data: DataFolder, table: FactTable) -> Rows:
    """How often each key is in the fact files, read as they are."""
    files = [str(path) for path in FactStore(data).files(table)]
    columns = f"plan_id, generation_id{KEYS[table]}"
    if not files:
        return {}
    with duckdb.connect() as db:
        found = db.execute(f"SELECT {columns}, count(*) FROM read_parquet(?) GROUP BY ALL", [files]).fetchall()
    return {tuple(row[:-1]): int(row[-1]) for row in found}


def rows_in_warehouse(data: DataFolder, table: FactTable) -> Rows:
    found = query(data, f"SELECT plan_id, generation_id{KEYS[table]}, count(*) AS n FROM {table} GROUP BY ALL")
    return {tuple(row[:-1]): int(row[-1]) for row in found.rows}


def current_in_warehouse(data: DataFolder) -> dict[str, str]:
    found = query(data, "SELECT plan_id, generation_id FROM current_plans")
    return dict(zip(found["plan_id"], found["generation_id"], strict=True))


def shown(found: list[str], at_most: int = 30) -> str:
    """Findings as a message: how many of each table or plan, and the first of them."""
    kinds = Counter(text.partition(":")[0] for text in found)
    return "\n".join([f"{len(found)} findings: {kinds.most_common(8)}", *found[:at_most]])


def _plan(path: Path) -> Plan:
    return Plan.model_validate_json(path.read_bytes())
