"""A program that runs what may give secrets away, in an installation whose environment holds some.

Usage: ``python -m …leaky_flows FOLDER FAILURE…``, with the environment of ``planted``. It prints how each flow
ended; all fail, with errors that repeat the secrets in every way that somebody might write.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import dagster as dg

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest, WriterName
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.orchestration.reporting.alerts import alert_sensor
from plan_pipeline.services.models.overviews import WriterFactory
from plan_pipeline.settings import Settings
from plan_pipeline_tests.orchestration.intake.intake_world import drop, launch_due, submit, tick
from plan_pipeline_tests.orchestration.world import World, make_world, request, temporary_instance


def everything_secret() -> str:
    """Each secret of the environment as it is, quoted, and in base64."""
    values = [value for name, value in os.environ.items() if name.endswith(("_KEY", "_URL"))]
    return " ".join(
        [*values, *(quote(v, safe="") for v in values), *(base64.b64encode(v.encode()).decode() for v in values)]
    )


class Babbler:
    """A model whose client tells everything it knows when it fails."""

    def __init__(self, failure: Callable[[str], Exception]) -> None:
        self._failure = failure

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        del request, library
        try:
            raise ValueError(f"inner: {everything_secret()}")
        except ValueError as inner:
            raise self._failure(f"outer: {everything_secret()}") from inner


def flows(folder: Path, instance: dg.DagsterInstance, failure: Callable[[str], Exception] | None, name: str) -> None:
    writers: dict[WriterName, WriterFactory] = {}
    if failure is not None:
        writers[BY_ANTHROPIC] = lambda: Babbler(failure)
    world = make_world(
        folder, instance, writers=writers, inbox_settle_s=0, alert_url=os.environ["PLAN_PIPELINE_ALERT_URL"]
    )
    asked = [request(f"{name}-{number}", weeks=4, overview="anthropic") for number in range(3)]
    loud = {"loggers": {"console": {"config": {"log_level": "DEBUG"}}}}
    retries = {"plan_pipeline/step_retries": "1", "plan_pipeline/retry_wait_s": "0"}
    world.ask(asked[0])
    print(world.run(f"{name}-0|01", f"{name}-0|04", config=loud, tags=retries).success)
    bulk = {"ops": {"generate_in_bulk": {"config": {"plan_ids": [asked[0].plan_id]}}}}
    print(world.launch("regenerate_plans", config={**loud, **bulk}, tags=retries).success)
    drop(world, f"{name}.jsonl", asked[1])
    print([result.success for result in launch_due(world, tick(world))])
    print(submit(world, asked[2].model_dump(mode="json"), tags=retries).success)
    _tell(world)


def _tell(world: World) -> None:
    """The alerts of all that failed, to a webhook that is away."""
    with dg.build_sensor_context(instance=world.instance, cursor=None) as context:
        cursor = alert_sensor(world.pipeline.settings).evaluate_tick(context).cursor
    world.run("nobody|01")
    with dg.build_sensor_context(instance=world.instance, cursor=cursor) as context:
        alert_sensor(world.pipeline.settings).evaluate_tick(context)


FAILURES: dict[str, Callable[[str], Exception] | None] = {
    "unexpected": RuntimeError,
    "refused": OverviewError,
    "real": None,  # Anthropic's own client, against what answers at ANTHROPIC_BASE_URL
    "away": OverviewUnavailableError,
    "system": OSError,
}


def main(root: str, *names: str) -> None:
    folder = Path(root)
    assert Settings().anthropic_api_key is not None
    with temporary_instance(folder) as instance:
        for name in names:
            flows(folder, instance, FAILURES[name], name)


if __name__ == "__main__":
    main(*sys.argv[1:])
