"""Which plans to generate again: all active ones or those that are named, as far as they meet every condition."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, ArmName
from plan_pipeline.core.model.vocabulary import PlanStatus, Sport
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids, is_retired
from plan_pipeline.storage.plans.rollbacks import rollback_of


class PlanConditions(NamedTuple):
    """Conditions that all have to hold; by default every plan meets them.

    ``before`` is when a plan must have been generated last, or never; ``other_than_library`` are the versions of the
    library by sport, of which it must not have been made from its sport's.
    """

    arm: ArmName | None = None
    weeks: range = range(MIN_WEEKS, MAX_WEEKS + 1)
    before: dt.datetime | None = None
    other_than_library: Mapping[Sport, str] | None = None

    def are_met(self, plan_id: str, plans: PlanStore) -> bool:
        """A plan whose files are damaged meets all: the run reports what is wrong with it."""
        try:
            request = plans.load_request(plan_id)
            return (
                request.total_weeks in self.weeks
                and self.arm in (None, request.options.duration)
                and (self.before is None or not _is_made_since(self.before, plan_id, plans))
                and (
                    self.other_than_library is None
                    or self.other_than_library.get(request.sport) != _library_of(plan_id, plans)
                )
            )
        except StorageError:
            return True


class PlanChoice(NamedTuple):
    """The plans to make, in order, and those that were rolled back and wait for a person."""

    plan_ids: tuple[str, ...]
    on_hold: tuple[str, ...]


def choose_plans(
    plans: PlanStore,
    plan_ids: Sequence[str] = (),
    conditions: PlanConditions | None = None,
    *,
    skip_inactive: bool = False,
) -> PlanChoice:
    """The plans that are named, or all active ones, as far as they meet the conditions.

    A plan that was retired or rolled back is skipped unless a person names it; with ``skip_inactive``, as in the parts
    of a batch, it is skipped although it is named.
    """
    conditions = None if conditions == PlanConditions() else conditions
    chosen = [
        plan_id
        for plan_id in dict.fromkeys(plan_ids or active_plan_ids(plans))
        if not (skip_inactive and is_retired(plans, plan_id))
        and (conditions is None or conditions.are_met(plan_id, plans))
    ]
    if plan_ids and not skip_inactive:
        return PlanChoice(tuple(chosen), ())
    on_hold = {plan_id for plan_id in chosen if _is_on_hold(plan_id, plans)}
    return PlanChoice(
        tuple(plan_id for plan_id in chosen if plan_id not in on_hold),
        tuple(plan_id for plan_id in chosen if plan_id in on_hold),
    )


def _is_on_hold(plan_id: str, plans: PlanStore) -> bool:
    try:
        return rollback_of(plans, plan_id) is not None
    except StorageError:
        return True


def _is_made_since(moment: dt.datetime, plan_id: str, plans: PlanStore) -> bool:
    record = plans.load_generation_record(plan_id)
    return record is not None and record.generated_at >= moment


def _library_of(plan_id: str, plans: PlanStore) -> str | None:
    """The library that a plan was last made from, whether it was published or not."""
    record = plans.load_generation_record(plan_id)
    if record is not None and record.status is not PlanStatus.ERROR and record.library_version is not None:
        return record.library_version
    overview = plans.load_overview(plan_id)
    return None if overview is None else overview.library_version
