"""The working artefacts of the stages on weeks, each with a hash of what it was made from."""

from __future__ import annotations

import hashlib
from typing import Generic, TypeVar

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.storage.plans.records import OverviewRecord

W = TypeVar("W", bound=Frozen)


class StageOutput(Frozen, Generic[W]):
    """A week as a stage made it. ``inputs`` is a hash of all it was made from, so that nothing older is mixed in."""

    inputs: str
    week: W


def inputs_hash(request: PlanRequest, record: OverviewRecord, library: Library) -> str:
    """What the weeks of a plan are made from: its request, its overview and the library.

    The name of an experiment makes no week another one; the arm does.
    """
    unnamed = request.with_options(experiment=None)
    content = (unnamed.model_dump_json(), record.model_dump_json(exclude={"library_version"}), library.version)
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def stage_outputs(
    result: PlanResult, record: OverviewRecord, library: Library
) -> dict[Stage, dict[int, StageOutput[Frozen]]]:
    """The artefacts that the stages would have stored for a plan made in memory, by week number."""
    inputs = inputs_hash(result.request, record, library)
    return {
        stage: {
            draft.overview.week_number: StageOutput(inputs=inputs, week=draft.made[stage]) for draft in result.weeks
        }
        for stage in WEEK_STAGES
        if result.weeks
    }
