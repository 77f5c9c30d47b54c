"""Runs that are no Dagster's, for tests of what services make of them."""

from __future__ import annotations

import datetime as dt

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.generation import GenerationService, RunInfo
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.sources import Knowledge


def run_at(started: dt.datetime, digits: str = "12345678", *, is_repetition: bool = False) -> RunInfo:
    """A run of an id that generates from a time on."""
    generation_id = f"{started:%Y%m%dT%H%M%S}000Z-{digits}"
    return RunInfo(digits, Stamp(generation_id=generation_id, generated_at=started, code_version="1"), is_repetition)


def make_plan(pipeline: Pipeline, library: Library, run: RunInfo, asked: PlanRequest) -> FinishedGeneration:
    """Have a run make a plan and write its facts."""
    pipeline.plans.save_request(asked)
    service = GenerationService(pipeline, Knowledge.fixed(library, pipeline.config.load(Sport.CYCLING)), run)
    finished = service.persist(service.make(asked))
    record_facts(pipeline, run, run.stamp.generation_id, [finished])
    return finished
