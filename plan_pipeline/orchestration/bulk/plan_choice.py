"""Which plans a bulk run is for: all active ones, those that are named, or those that a filter lets through.

Belongs here: the filter as people write it in a run's configuration, and applying it to what is stored. Does not belong
here: what happens to the plans (see ``bulk``), which plans are active (see ``storage.retirement``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import dagster as dg
from pydantic import Field

from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, check_key
from plan_pipeline.core.model.vocabulary import Arm
from plan_pipeline.core.stages import Stage
from plan_pipeline.core.week_metrics import WeekMetrics
from plan_pipeline.services.generation import stamp_of_generation
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids, is_retired
from plan_pipeline.storage.plans.rollbacks import rollback_of


class PlanFilter(dg.Config):
    """Every condition that is set has to hold; as it stands it lets every plan through."""

    arm: str | None = Field(default=None, description="Plans whose request asks for this arm.")
    min_weeks: int = Field(
        default=MIN_WEEKS, ge=MIN_WEEKS, le=MAX_WEEKS, description="Plans of at least so many weeks."
    )
    max_weeks: int = Field(default=MAX_WEEKS, ge=MIN_WEEKS, le=MAX_WEEKS, description="Plans of at most so many weeks.")
    generated_before: str | None = Field(
        default=None,
        description="Plans last generated before this moment, or never: 2027-03-01, or 2027-03-01T06:00+01:00 (UTC "
        "where it has no offset).",
    )
    other_library: bool = Field(
        default=False, description="Plans last made from another version of the workout library than today's, or never."
    )


class Chosen(NamedTuple):
    """The plans to make, in order, and those of the choice that were rolled back and wait for a person."""

    plan_ids: tuple[str, ...]
    held: tuple[str, ...]


def chosen_plans(
    plan_ids: Sequence[str], only: PlanFilter, pipeline: Pipeline, *, skip_inactive: bool = False
) -> Chosen:
    """The plans that are named, or all active ones, as far as the filter lets them through.

    A plan that was retired or rolled back is skipped unless a person names it; with ``skip_inactive``, as in the parts
    of a batch, it is skipped although it is named. One whose files are damaged passes every filter: the run says what
    is wrong with it. Raises ``dagster.Failure`` for a filter or an id that means nothing.
    """
    for plan_id in plan_ids:
        try:
            check_key(plan_id)
        except ValueError:
            raise _meaningless("plan_ids", plan_id, "cannot be the id of a plan; name plans by their ids") from None
    wanted = dict.fromkeys(plan_ids or active_plan_ids(pipeline.plans))
    if skip_inactive:
        wanted = dict.fromkeys(plan_id for plan_id in wanted if not is_retired(pipeline.plans, plan_id))
    conditions = _Conditions.of(only, pipeline)
    if conditions is not None:
        wanted = dict.fromkeys(plan_id for plan_id in wanted if conditions.let_through(plan_id, pipeline.plans))
    if plan_ids and not skip_inactive:
        return Chosen(tuple(wanted), ())
    held = {plan_id for plan_id in wanted if _is_held(plan_id, pipeline.plans)}
    return Chosen(
        tuple(plan_id for plan_id in wanted if plan_id not in held),
        tuple(plan_id for plan_id in wanted if plan_id in held),
    )


def _is_held(plan_id: str, plans: PlanStore) -> bool:
    try:
        return rollback_of(plans, plan_id) is not None
    except StorageError:
        return True


class _Conditions(NamedTuple):
    arm: Arm | None
    weeks: range
    before: dt.datetime | None
    library_version: str | None

    @classmethod
    def of(cls, only: PlanFilter, pipeline: Pipeline) -> _Conditions | None:
        """The conditions of a filter; ``None`` where it has none."""
        if only == PlanFilter():
            return None
        if only.min_weeks > only.max_weeks:
            raise _meaningless("min_weeks", only.min_weeks, f"is more than max_weeks, {only.max_weeks}; swap them")
        return cls(
            arm=None if only.arm is None else arm_of(only.arm, "only.arm"),
            weeks=range(only.min_weeks, only.max_weeks + 1),
            before=None if only.generated_before is None else _moment(only.generated_before),
            library_version=pipeline.library.load().version if only.other_library else None,
        )

    def let_through(self, plan_id: str, plans: PlanStore) -> bool:
        try:
            return self._of_request(plan_id, plans) and self._of_generation(plan_id, plans)
        except StorageError:
            return True

    def _of_request(self, plan_id: str, plans: PlanStore) -> bool:
        request = plans.load_request(plan_id)
        return request.total_weeks in self.weeks and self.arm in (None, request.options.duration)

    def _of_generation(self, plan_id: str, plans: PlanStore) -> bool:
        if self.before is not None:
            verdict = plans.load_generation_record(plan_id)
            if verdict is not None and stamp_of_generation(verdict.generation_id).generated_at >= self.before:
                return False
        return self.library_version is None or self.library_version != _library_of(plan_id, plans)


def arm_of(name: str, field: str) -> Arm:
    """The arm of a name in a run's configuration. Raises ``dagster.Failure`` naming the field."""
    try:
        return Arm(name)
    except ValueError:
        raise _meaningless(field, name, f"is not an arm; use {', '.join(Arm)}") from None


def _library_of(plan_id: str, plans: PlanStore) -> str | None:
    """The library that a plan was last made from, whether it was published or not."""
    weeks = plans.load_weeks(plan_id, Stage.WEEK_METRICS, WeekMetrics)
    if weeks:
        return next(iter(weeks.values())).library_version
    overview = plans.load_overview(plan_id)
    return None if overview is None else overview.library_version


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _meaningless("only.generated_before", text, "is not a date or time; write 2027-03-01T06:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _meaningless(field: str, value: object, what: str) -> dg.Failure:
    return dg.Failure(f"configuration of generate_in_bulk: {field}: {value!r} {what}", allow_retries=False)
