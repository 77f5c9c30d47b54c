"""Plans made for experiments as the pipeline makes them, without Dagster: facts and the warehouse.

Belongs here: making them. Does not belong here: anything that asserts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanFacts, generate_plan, origin_of, plan_facts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.core.builders import real_config

MADE_AT = dt.datetime(2027, 4, 30, 2, tzinfo=dt.UTC)


def make(data: DataFolder, library: Library, facts: Iterable[PlanFacts]) -> None:
    FactStore(data).write_all("test", facts)
    refresh_warehouse(data, library)


def facts_of(library: Library, experiment: str, arm: ArmName, athletes: int, *, simulated: bool) -> list[PlanFacts]:
    stamp = Stamp(generation_id=f"{experiment}-{arm}", generated_at=MADE_AT, code_version="1")
    found = []
    for request in synthetic_requests(athletes, 3, real_config()):
        options = request.options.model_copy(update={"duration": arm, "experiment": experiment})
        asked = request.model_copy(update={"options": options})
        result = generate_plan(asked, library, real_config(), stamp=stamp)
        found.append(
            plan_facts(
                result,
                real_config(),
                origin_of(asked, library.version, real_config().version, stamp),
                simulated=simulated,
            )
        )
    return found
