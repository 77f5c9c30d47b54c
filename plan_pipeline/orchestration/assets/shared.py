"""What the definitions of all assets have in common: partitions, backfill policy, owners, groups and versions."""

import warnings
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import dagster as dg

from plan_pipeline.orchestration.partitions import plan_weeks
from plan_pipeline.settings import code_version

warnings.filterwarnings("ignore", message=".*`backfill_policy`.*beta", category=dg.BetaWarning)

ANALYTICS_GROUP: Final = "analytics"

COACHING: Final = "team:coaching"
OPERATIONS: Final = "team:operations"
ANALYTICS: Final = "team:analytics"

WAREHOUSE_POOL: Final = "warehouse_writer"

RELEASE: Final = code_version().partition("+")[0]
"""The released version: a commit alone makes no plan out of date."""


def stage_asset(
    *, deps: Sequence[dg.AssetsDefinition], kinds: AbstractSet[str] = frozenset()
) -> Callable[[Callable[..., dg.MaterializeResult[None]]], dg.AssetsDefinition]:
    """The decorator of a stage: partitioned by plan and week, and one run covers any range of its cells."""
    return dg.asset(
        deps=list(deps),
        partitions_def=plan_weeks,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="plans",
        owners=[COACHING, OPERATIONS],
        kinds={"python", *kinds},
        tags={"domain": "training-plans"},
        code_version=RELEASE,
    )
