"""The cells that stages are run and marked by, plan × week: their keys, and which of them a run is for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import dagster as dg

from plan_pipeline.core.model.request import MAX_WEEKS, check_key
from plan_pipeline.orchestration.run_tags import PLAN_TAG, RANGE_END_TAG, RANGE_START_TAG, SINGLE_TAG

PLAN_DIMENSION: Final = "plan"
WEEK_DIMENSION: Final = "week"
PLANS_NAME: Final = "plans"

plans = dg.DynamicPartitionsDefinition(name=PLANS_NAME)
weeks = dg.StaticPartitionsDefinition([f"{number:02}" for number in range(1, MAX_WEEKS + 1)])
plan_weeks = dg.MultiPartitionsDefinition({PLAN_DIMENSION: plans, WEEK_DIMENSION: weeks})


def cell_key(plan_id: str, week_number: int) -> dg.MultiPartitionKey:
    """The key of one week of one plan."""
    return dg.MultiPartitionKey({PLAN_DIMENSION: plan_id, WEEK_DIMENSION: f"{week_number:02}"})


def range_tags(plan_id: str, first_week: int, last_week: int) -> dict[str, str]:
    """Run tags that make one run of a range of a plan's weeks."""
    return {
        RANGE_START_TAG: str(cell_key(plan_id, first_week)),
        RANGE_END_TAG: str(cell_key(plan_id, last_week)),
        PLAN_TAG: plan_id,
    }


def register_plans(instance: dg.DagsterInstance, plan_ids: Iterable[str]) -> tuple[str, ...]:
    """Make plans known to Dagster, all or none; returns those that were new, in the order given.

    Raises ``ValueError`` for a key that Dagster would accept and later mangle.
    """
    wanted = dict.fromkeys(check_key(plan_id) for plan_id in plan_ids)
    known = set(instance.get_dynamic_partitions(PLANS_NAME))
    new = tuple(plan_id for plan_id in wanted if plan_id not in known)
    if new:
        instance.add_dynamic_partitions(PLANS_NAME, list(new))
    return new


class PartitionRegistry:
    """Dagster's partitions as the services know them."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    def registered(self) -> Sequence[str]:
        return self._instance.get_dynamic_partitions(PLANS_NAME)

    def register(self, plan_ids: Iterable[str]) -> None:
        register_plans(self._instance, plan_ids)

    def unregister(self, plan_ids: Iterable[str]) -> None:
        """Take plans out. What was recorded of their cells stays, and shows again once they are registered again."""
        known = set(self.registered())
        for plan_id in dict.fromkeys(plan_ids):
            if plan_id in known:
                self._instance.delete_dynamic_partition(PLANS_NAME, plan_id)


def cells_of_run(tags: Mapping[str, str], instance: dg.DagsterInstance) -> dict[str, tuple[int, ...]]:
    """The cells a run is for, as week numbers by plan, both in order of registration.

    Raises ``dagster.Failure`` for a run that names no cell: a range whose start comes after its end has none,
    and Dagster would run it and call it a success.
    """
    weeks_by_plan: dict[str, list[int]] = {}
    for key in _keys_of_run(tags, instance):
        parts = plan_weeks.get_partition_key_from_str(key).keys_by_dimension
        weeks_by_plan.setdefault(parts[PLAN_DIMENSION], []).append(int(parts[WEEK_DIMENSION]))
    return {plan_id: tuple(numbers) for plan_id, numbers in weeks_by_plan.items()}


def _keys_of_run(tags: Mapping[str, str], instance: dg.DagsterInstance) -> Sequence[str]:
    if SINGLE_TAG in tags:
        return [tags[SINGLE_TAG]]
    if RANGE_START_TAG not in tags or RANGE_END_TAG not in tags:
        raise dg.Failure(
            "the run names no plan and week: launch it for a partition, or for a range with the tags "
            f"{RANGE_START_TAG} and {RANGE_END_TAG}, such as my-plan|01 and my-plan|24",
            allow_retries=False,
        )
    start, end = tags[RANGE_START_TAG], tags[RANGE_END_TAG]
    keys = plan_weeks.get_partition_keys_in_range(dg.PartitionKeyRange(start, end), dynamic_partitions_store=instance)
    if not keys:
        raise dg.Failure(
            f"the range from {start} to {end} holds no cell: its start comes after its end. A range runs from the "
            "earlier registered plan to the later one and from the lower week to the higher; swap what is reversed",
            allow_retries=False,
        )
    return keys
