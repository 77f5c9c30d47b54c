"""Plans made as runs make them, without Dagster."""

from __future__ import annotations

import datetime as dt

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline_tests.services.runs import run_at

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def make(pipeline: Pipeline, *requests: PlanRequest, at: dt.datetime = NOW) -> list[PlanRecord]:
    """Have plans asked for and made; returns how they ended."""
    service = GenerationService(pipeline, pipeline.knowledge(), run_at(at))
    records = []
    for each in requests:
        pipeline.plans.save_request(each)
        records.append(service.persist(service.make(each)).record)
    return records
