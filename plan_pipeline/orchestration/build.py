"""The definitions of this project, put together."""

import dagster as dg

from plan_pipeline.core.model.request import WriterName
from plan_pipeline.orchestration import assets, jobs, schedules
from plan_pipeline.orchestration.assets import checks
from plan_pipeline.orchestration.dagster_internals.lost_runs import executed_here
from plan_pipeline.orchestration.intake import inbox_sensor as sensors
from plan_pipeline.orchestration.maintenance.exports import exports
from plan_pipeline.orchestration.maintenance.plan_health import nothing_is_left_failed_or_stale
from plan_pipeline.orchestration.maintenance.plan_status import plan_status
from plan_pipeline.services.models.overviews import WriterFactory
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings


def build_defs(
    *,
    settings: Settings | None = None,
    writers: dict[WriterName, WriterFactory] | None = None,
    pipeline: Pipeline | None = None,
) -> dg.Definitions:
    """The definitions of this installation, or of one with other collaborators.

    ``settings`` come from the environment by default; ``writers`` replaces who writes overviews, by source;
    ``pipeline`` replaces all collaborators at once.
    """
    if pipeline is None:
        pipeline = Pipeline.of(settings or Settings(), writers=writers)
    return dg.Definitions(
        assets=[*assets.ALL, plan_status, exports],
        asset_checks=[*checks.ALL, nothing_is_left_failed_or_stale],
        jobs=list(jobs.ALL),
        schedules=schedules.schedules(pipeline.settings),
        sensors=[sensors.inbox_sensor(pipeline.settings), *schedules.sensors(pipeline.settings)],
        resources={"pipeline": _resource(pipeline)},
        executor=dg.in_process_executor,
    )


def _resource(pipeline: Pipeline) -> dg.ResourceDefinition:
    """The collaborators as a resource, which every run asks for: so every run says which process executes it."""

    def begin(context: dg.InitResourceContext) -> Pipeline:
        if context.instance is not None and context.run is not None:
            context.instance.add_run_tags(context.run.run_id, executed_here(context.run.run_id))
        return pipeline

    return dg.ResourceDefinition(begin, description="The folders, the library, and who writes overviews.")
