"""Everything Dagster is told about this project, put together.

Belongs here: ``build_defs``. Does not belong here: any definition itself.
"""

from __future__ import annotations

import dagster as dg

from plan_pipeline.core.vocabulary import OverviewSource
from plan_pipeline.orchestration import assets, checks, jobs
from plan_pipeline.orchestration.resources import Pipeline, WriterFactory
from plan_pipeline.settings import Settings


def build_defs(
    *,
    settings: Settings | None = None,
    writers: dict[OverviewSource, WriterFactory] | None = None,
    pipeline: Pipeline | None = None,
) -> dg.Definitions:
    """The definitions of this installation, or of one with other collaborators.

    ``settings`` come from the environment by default; ``writers`` replaces who writes overviews, by source;
    ``pipeline`` replaces all collaborators at once.
    """
    return dg.Definitions(
        assets=list(assets.ALL),
        asset_checks=list(checks.ALL),
        jobs=list(jobs.ALL),
        resources={"pipeline": pipeline or Pipeline.of(settings or Settings(), writers=writers)},
        executor=dg.in_process_executor,
    )
