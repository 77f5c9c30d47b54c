"""How a generation ends, the same for asset runs and bulk runs: published or not, recorded, measured.

Belongs here: the stamp of a run, what a plan's weeks were made from, and turning a finished generation into
the published plan, its verdict and its facts. Does not belong here: how the weeks came about.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Generic, TypeVar

import dagster as dg
from dagster._core.storage.tags import RETRY_NUMBER_TAG

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import OverviewSource, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanFacts, PlanResult, origin_of, plan_facts
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import code_version
from plan_pipeline.storage.plans.plan_store import OverviewRecord, PlanRecord

W = TypeVar("W", bound=Frozen)

_ID_TIME = "%Y%m%dT%H%M%S%fZ"

RUN_DIGITS = 8
"""Digits of a run's id that the id of its generation ends with."""


class StageOutput(Frozen, Generic[W]):
    """A week as a stage made it. ``inputs`` is a hash of all it was made from, so that nothing older is mixed in."""

    inputs: str
    week: W


def inputs_hash(request: PlanRequest, record: OverviewRecord, library: Library) -> str:
    """What the weeks of a plan are made from: its request, its overview and the library.

    The name of an experiment makes no week another one; the arm does.
    """
    unnamed = request.model_copy(update={"options": request.options.model_copy(update={"experiment": None})})
    content = (unnamed.model_dump_json(), record.model_dump_json(exclude={"library_version"}), library.version)
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def stamp_of(instance: dg.DagsterInstance, run_id: str) -> Stamp:
    """The stamp of all that a run generates: sortable in time, the same in every step of the run.

    A run that Dagster repeats because its process died goes on with the generation that the first one began.
    """
    record = instance.get_run_record_by_id(run_id)
    assert record is not None, f"run {run_id} is executing but not known to its instance"
    if is_repetition(record.dagster_run):
        first = instance.get_run_record_by_id(record.dagster_run.root_run_id or run_id)
        if first is not None:
            record, run_id = first, first.dagster_run.run_id
    started = dt.datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), dt.UTC)
    milliseconds = started.microsecond // 1000
    return Stamp(
        generation_id=f"{started:%Y%m%dT%H%M%S}{milliseconds:03}Z-{run_id[:RUN_DIGITS]}",
        generated_at=started.replace(microsecond=milliseconds * 1000),
        code_version=code_version(),
    )


def is_repetition(run: dg.DagsterRun) -> bool:
    """Whether Dagster itself executes a run again; a run that a person executes again is one of its own."""
    return RETRY_NUMBER_TAG in run.tags


def stamp_of_record(record: PlanRecord) -> Stamp:
    """The stamp of an earlier generation."""
    return stamp_of_id(record.generation_id)


def stamp_of_id(generation_id: str) -> Stamp:
    """The stamp of an earlier generation, whose id begins with its time."""
    at = dt.datetime.strptime(generation_id.partition("-")[0], _ID_TIME).replace(tzinfo=dt.UTC)
    return Stamp(generation_id=generation_id, generated_at=at, code_version=code_version())


def finish(
    pipeline: Pipeline, result: PlanResult, library: Library, stamp: Stamp, run_id: str
) -> tuple[PlanRecord, PlanFacts]:
    """Publish a generation if it may be, and store its verdict. The published plan is touched by nothing else."""
    plan_id = result.request.plan_id
    publication = pipeline.plans.publish(result.plan) if result.plan else None
    facts = plan_facts(result, origin_of(result.request, library.version, stamp), run_id)
    record = PlanRecord.of(facts.generation, verdict=result.verdict, weeks=facts.weeks, publication=publication)
    if publication is None:
        record = record.model_copy(update={"path": published_path(pipeline, plan_id)})
    pipeline.plans.save_generation_record(plan_id, record)
    return record, facts


def persist_generation(
    pipeline: Pipeline, result: PlanResult, record: OverviewRecord, library: Library, stamp: Stamp, run_id: str
) -> tuple[PlanRecord, PlanFacts]:
    """``finish`` a plan that was made in memory, and store what the stages would have stored of it."""
    plans, plan_id = pipeline.plans, result.request.plan_id
    plans.save_overview(plan_id, record, durable=result.request.options.overview is not OverviewSource.RULES)
    for stage, weeks in stage_artefacts(result, record, library).items():
        plans.save_weeks(plan_id, stage, weeks)
    verdict, facts = finish(pipeline, result, library, stamp, run_id)
    plans.save_weeks(plan_id, Stage.WEEK_METRICS, {row.week: row for row in facts.weeks})
    return verdict, facts


def published_path(pipeline: Pipeline, plan_id: str) -> str | None:
    """Where the plan's published plan lies, whichever generation made it; ``None`` where there is none."""
    path = pipeline.data.plan_folder(plan_id) / "plan.json"
    return str(path) if path.is_file() else None


def rejection_message(records: Mapping[str, PlanRecord]) -> str | None:
    """What to say of plans that were not published; ``None`` where all were."""
    refused = [record for record in records.values() if record.status is not PlanStatus.PUBLISHED]
    if not refused:
        return None
    return "\n".join(
        f"plan {record.plan_id!r} is {record.status}"
        + ("; the plan published before stays in place" if record.path else "")
        + ":\n"
        + "\n".join(f"  - {reason}" for reason in record.reasons)
        for record in refused
    )


def stage_artefacts(
    result: PlanResult, record: OverviewRecord, library: Library
) -> dict[Stage, dict[int, StageOutput[Frozen]]]:
    """The working artefacts that the stages would have stored for a plan made in memory."""
    inputs = inputs_hash(result.request, record, library)
    return {
        stage: {
            draft.overview.week_number: StageOutput(inputs=inputs, week=draft.made[stage]) for draft in result.weeks
        }
        for stage in WEEK_STAGES
        if result.weeks
    }
