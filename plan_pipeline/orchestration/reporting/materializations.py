"""The materializations that a plan made in memory leaves: one for each stage and existing week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.orchestration.dagster_internals.event_batches import data_version_tags
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.orchestration.reporting.load_plot import sparkline
from plan_pipeline.orchestration.reporting.markdown import markdown_list
from plan_pipeline.orchestration.reporting.metadata import loads_of
from plan_pipeline.orchestration.reporting.week_lines import Metadata, WeekLine, week_lines
from plan_pipeline.storage.plans.records import PlanRecord


class PlanMaterializations(NamedTuple):
    """What the cells of a plan show: a fraction of the plan itself, which need not be held in memory for it.

    ``lines`` are the plan's weeks in order, by stage; none for a plan that cannot be met.
    """

    record: PlanRecord
    weeks: int
    lines: dict[Stage, list[WeekLine]]

    @classmethod
    def of(cls, result: PlanResult, record: PlanRecord) -> PlanMaterializations:
        return cls(record, result.request.total_weeks, _lines(result) if result.weeks else {})


def cells_of(plans: Iterable[PlanMaterializations]) -> Iterator[dg.AssetMaterialization]:
    """A materialization for each stage and week of these plans, stage by stage.

    A plan that cannot be met has its cells too, with a note, as in an asset run. The workouts are shown once, with the
    plan that they are published in.
    """
    listed = list(plans)
    for stage in Stage:
        asset_key = dg.AssetKey(stage.value)
        for plan in listed:
            # The plan alone, which is what is confirmed; on the cells of all stages they would take 4 % more room.
            tags = data_version_tags(plan.record.inputs_hash if stage is Stage.FINAL_PLAN else None)
            whole = _of_plan(plan.record) | (_of_generation(plan.record) if stage is Stage.FINAL_PLAN else {})
            for number in range(1, plan.weeks + 1):
                metadata = whole
                if plan.lines:
                    line = plan.lines[stage][number - 1]
                    workouts = line.workouts_metadata() if stage is Stage.FINAL_PLAN else {}
                    metadata = line.metadata() | workouts | whole
                key = cell_key(plan.record.plan_id, number)
                yield dg.AssetMaterialization(asset_key, partition=key, metadata=metadata, tags=tags)


def _lines(result: PlanResult) -> dict[Stage, list[WeekLine]]:
    """The weeks after each stage: as it made them itself, or as the last stage on weeks left them."""
    overviews = [draft.overview for draft in result.weeks]
    lines: dict[Stage, list[WeekLine]] = {}
    for stage in Stage:
        if stage in WEEK_STAGES:
            made = {number: draft.made[stage] for number, draft in enumerate(result.weeks, start=1)}
            lines[stage] = week_lines(made, result.request, overviews)
        elif lines:
            lines[stage] = lines[WEEK_STAGES[-1]]
        else:
            lines[stage] = week_lines(dict(enumerate(overviews, start=1)), result.request, overviews)
    return lines


def _of_plan(record: PlanRecord) -> Metadata:
    """Little: its metadata is most of what a materialization costs."""
    metadata: Metadata = {}
    if record.path:
        metadata["plan"] = MetadataValue.path(record.path)
    if record.reasons:
        metadata["status"] = MetadataValue.text(record.outcome_word)
        metadata["reasons"] = MetadataValue.md(markdown_list(record.reasons))
    return metadata


def _of_generation(record: PlanRecord) -> Metadata:
    """A line, counts and sentences, not the picture and table of asset runs: once a cell of thousands they add up."""
    metadata: Metadata = {
        "status": MetadataValue.text(record.outcome_word),
        "generation_id": MetadataValue.text(record.in_place),
    }
    if record.page:
        metadata["page"] = MetadataValue.path(record.page)
    if record.week_summaries:
        metadata |= {
            "load": MetadataValue.text(sparkline(loads_of(record))),
            "rule_errors": MetadataValue.int(sum(result.rejects for result in record.rule_results)),
            "rule_warnings": MetadataValue.int(len(record.warnings)),
        }
    if record.warnings:
        metadata["warnings"] = MetadataValue.md(markdown_list(record.warnings))
    return metadata
