"""What marking a cell costs in this project's event logs and in Dagster's own: one of the tables of ``bulk.py``.

The cells are those of real plans, with the metadata that bulk runs give them, and all logs get the same. Stock runs
write two events a cell, one when they are launched and one when it is made; bulk runs write the second alone.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import yaml
from dagster._core.events import AssetMaterializationPlannedData
from private_postgres import postgres, programs

from plan_pipeline.orchestration.dagster_internals.batching_event_log import BATCH_SIZE_VARIABLE, DEFAULT_BATCH_SIZE
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.reporting.materializations import (
    PlanMaterializations,
    cells_of,
)

ROOT = Path(__file__).resolve().parent.parent
RUN_ID = "00000000-0000-4000-8000-000000000000"
JOB, STEP = "regenerate_plans", "generate_in_bulk"
STOCK: dict[str, Any] = {"telemetry": {"enabled": False}}

Marking = Callable[[dg.DagsterInstance, Sequence[dg.AssetMaterialization]], None]


class Cost(NamedTuple):
    """Seconds of wall time, and of this process's processor time, which other programs on the machine do not change."""

    wall_s: float
    cpu_s: float

    def ms_each(self, number: int) -> Cost:
        """Milliseconds for each of so many."""
        return Cost(1000 * self.wall_s / number, 1000 * self.cpu_s / number)


def cost_of(act: Callable[[], object]) -> Cost:
    """What a call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


class Way(NamedTuple):
    """One way to mark cells: the settings of an instance, what is done, and the plans it is done for a round.

    ``batch_size`` is the process's ``DAGSTER_EVENT_BATCH_SIZE``; the project's logs set it themselves.
    """

    name: str
    settings: dict[str, Any]
    mark: Marking
    plans: int
    batch_size: int | None = None


def table(marks: Sequence[PlanMaterializations], *, rounds: int, stock_plans: int = 1) -> str:
    """The costs on each event log that there is here, as Markdown; ``marks`` are those of enough plans to go by."""
    lines = [
        f"A cell's bookkeeping, median of {rounds}; stock logs {stock_plans} plans a round, ours {len(marks)}\n",
        "| event log | events a cell | ms a cell | of them of this process | by ours | of this process, by ours |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, ways in _logs(len(marks), stock_plans):
        costs = _medians(ways, marks, rounds)
        ours = costs[-1]
        for way, cost in zip(ways, costs, strict=True):
            lines.append(
                f"| {name}, {way.name} | {cost.wall_s:.2f} | {cost.cpu_s:.2f} "
                f"| {cost.wall_s / ours.wall_s:.1f} | {cost.cpu_s / ours.cpu_s:.1f} |"
            )
    if programs() is None:
        lines.append("\nPostgreSQL, or the extra `cluster`, is not installed here and was not measured.")
    return "\n".join(lines)


def _logs(plans: int, stock_plans: int) -> Iterator[tuple[str, list[Way]]]:
    """The ways on each event log, ours last; the server is there until the next is asked for."""
    project = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    yield "SQLite", _ways(STOCK, project, plans, stock_plans)
    installed = programs()
    if installed is not None:
        with postgres(installed) as url:
            stock = _on_postgres("dagster_postgres.event_log", "PostgresEventLogStorage", url)
            ours = _on_postgres(
                "plan_pipeline.orchestration.dagster_internals.postgres_event_log",
                "BatchingPostgresEventLogStorage",
                url,
            )
            yield "PostgreSQL", _ways({**STOCK, **stock}, {**project, **ours}, plans, stock_plans)


def _ways(stock: dict[str, Any], ours: dict[str, Any], plans: int, stock_plans: int) -> list[Way]:
    return [
        Way("stock | planned, made", stock, planned_and_made, stock_plans),
        Way("stock | made", stock, made, stock_plans),
        Way(f"stock, {BATCH_SIZE_VARIABLE} set | made", stock, made, stock_plans, DEFAULT_BATCH_SIZE),
        Way("ours | made", ours, made, plans),
    ]


def _medians(ways: Sequence[Way], marks: Sequence[PlanMaterializations], rounds: int) -> list[Cost]:
    """Each way's cost a cell, milliseconds. They take turns, so that a slow minute of the machine is everyone's."""
    found: list[list[Cost]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, costs in zip(ways, found, strict=True):
            costs.append(_ms_a_cell(way, marks))
    return [
        Cost(statistics.median(cost.wall_s for cost in costs), statistics.median(cost.cpu_s for cost in costs))
        for costs in found
    ]


def _ms_a_cell(way: Way, marks: Sequence[PlanMaterializations]) -> Cost:
    """The cost in an instance that has seen a plan and nothing else."""
    cells = list(cells_of(marks[: way.plans]))
    with (
        _batch_size(way.batch_size),
        tempfile.TemporaryDirectory() as home,
        dg.DagsterInstance.local_temp(home, overrides=way.settings) as instance,
    ):
        instance.event_log_storage.wipe()
        report_materializations(instance, RUN_ID, JOB, STEP, cells[:1])
        cost = cost_of(lambda: way.mark(instance, cells))
        instance.event_log_storage.wipe()
    return cost.ms_each(len(cells))


def made(instance: dg.DagsterInstance, cells: Sequence[dg.AssetMaterialization]) -> None:
    """As bulk runs mark cells, on whatever log the instance has."""
    report_materializations(instance, RUN_ID, JOB, STEP, cells)


def planned_and_made(instance: dg.DagsterInstance, cells: Sequence[dg.AssetMaterialization]) -> None:
    """As a run of Dagster does it: events for what will be made when it is launched, others when it is."""
    for cell in cells:
        planned = AssetMaterializationPlannedData(cell.asset_key, partition=cell.partition)
        event = dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value,
            job_name=JOB,
            message="",
            event_specific_data=planned,
            step_key=STEP,
        )
        instance.report_dagster_event(event, run_id=RUN_ID)
    made(instance, cells)


@contextmanager
def _batch_size(size: int | None) -> Iterator[None]:
    """The process's setting while an instance is open; what was set before is back afterwards."""
    before = os.environ.pop(BATCH_SIZE_VARIABLE, None)
    if size is not None:
        os.environ[BATCH_SIZE_VARIABLE] = str(size)
    try:
        yield
    finally:
        os.environ.pop(BATCH_SIZE_VARIABLE, None)
        if before is not None:
            os.environ[BATCH_SIZE_VARIABLE] = before


def _on_postgres(module: str, name: str, url: str) -> dict[str, Any]:
    return {"event_log_storage": {"module": module, "class": name, "config": {"postgres_url": url}}}
