"""The marks that a plan made in memory leaves on Dagster's assets: one for each stage and existing week.

Belongs here: which cells are marked, with what metadata. Does not belong here:
handing them to Dagster many at a time (see ``dagster_internals.event_batches``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.orchestration.reporting.load_plot import sparkline
from plan_pipeline.orchestration.reporting.metadata import (
    Metadata,
    WeekLine,
    duration_line,
    loads_of,
    markdown_list,
    overview_line,
    selection_line,
    validation_line,
)
from plan_pipeline.storage.plans.plan_store import PlanRecord


class PlanMaterializations(NamedTuple):
    """What is to be said of a plan's cells: a fraction of the plan itself, which need not be held in memory for it.

    ``lines`` are the plan's weeks in order, by stage; none for a plan that cannot be met.
    """

    record: PlanRecord
    weeks: int
    lines: dict[Stage, list[WeekLine]]

    @classmethod
    def of(cls, result: PlanResult, record: PlanRecord) -> PlanMaterializations:
        return cls(record, result.request.total_weeks, _lines(result))


def cells_of(marks: Iterable[PlanMaterializations]) -> Iterator[dg.AssetMaterialization]:
    """A materialization for each stage and week of these plans, stage by stage.

    A plan that cannot be met has its cells marked too, with a note, as in an asset run.
    """
    listed = list(marks)
    for stage in Stage:
        asset_key = dg.AssetKey(stage.value)
        for plan in listed:
            whole = _of_plan(plan.record) | (_of_generation(plan.record) if stage is Stage.FINAL_PLAN else {})
            for number in range(1, plan.weeks + 1):
                of_week = _of_week(plan.lines[stage][number - 1], stage) if plan.lines else {}
                yield dg.AssetMaterialization(
                    asset_key, partition=cell_key(plan.record.plan_id, number), metadata={**of_week, **whole}
                )


def _lines(result: PlanResult) -> dict[Stage, list[WeekLine]]:
    if not result.weeks:
        return {}
    plan_id = result.request.plan_id
    validated = [validation_line(plan_id, draft.overview, draft.validated) for draft in result.weeks]
    return {
        Stage.PLAN_OVERVIEW: [overview_line(plan_id, draft.overview) for draft in result.weeks],
        Stage.WEEK_SELECTION: [selection_line(plan_id, draft.overview, draft.selection) for draft in result.weeks],
        Stage.WEEK_DURATION: [duration_line(plan_id, draft.overview, draft.duration) for draft in result.weeks],
        Stage.WEEK_VALIDATION: validated,
        Stage.FINAL_PLAN: validated,
        Stage.WEEK_METRICS: validated,
    }


def _of_week(line: WeekLine, stage: Stage) -> Metadata:
    """The workouts are told of once, with the plan that they are published in."""
    return line.metadata() | (line.workouts_metadata() if stage is Stage.FINAL_PLAN else {})


def _of_plan(record: PlanRecord) -> Metadata:
    """Little: a cell's metadata is most of what marking it costs."""
    found: Metadata = {}
    if record.path:
        found["plan"] = MetadataValue.path(record.path)
    if record.reasons:
        found["status"] = MetadataValue.text(record.status.value)
        found["reasons"] = MetadataValue.md(markdown_list(record.reasons))
    return found


def _of_generation(record: PlanRecord) -> Metadata:
    """A line, counts and sentences, not the picture and table of asset runs: once a cell of thousands they add up."""
    found: Metadata = {
        "status": MetadataValue.text(record.status.value),
        "generation_id": MetadataValue.text(record.generation_id),
        "load": MetadataValue.text(sparkline(loads_of(record))),
        "rule_errors": MetadataValue.int(sum(result.rejects for result in record.rule_results)),
        "rule_warnings": MetadataValue.int(len(record.warnings)),
    }
    if record.warnings:
        found["warnings"] = MetadataValue.md(markdown_list(record.warnings))
    return found
