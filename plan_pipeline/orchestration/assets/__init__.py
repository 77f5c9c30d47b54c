"""The assets, one module each: the stages of a plan, and what comes before and after them.

Belongs here: bodies of about 15 lines that load, make one call of the core, store and report; a stage's asset has the
name of its module. Does not belong here: any computation (see ``core``), or what becomes of a generation (see
``services``).
"""

from importlib import import_module
from typing import Final

import dagster as dg

from plan_pipeline.core.stages import Stage


def _asset(name: str) -> dg.AssetsDefinition:
    asset: dg.AssetsDefinition = getattr(import_module(f"{__name__}.{name}"), name)
    return asset


STAGES: Final = tuple(_asset(stage.value) for stage in Stage)
"""The stages in the order in which a plan goes through them; all are partitioned by plan and week."""

ALL: Final = (
    _asset("workout_library"),
    *STAGES,
    _asset("metrics_warehouse"),
    _asset("ab_comparison"),
    _asset("standard_plan"),
)
