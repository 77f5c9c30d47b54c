"""Retired plans: those that are over, or that somebody has put aside. Their files and facts stay where they are.

A plan is retired from the moment it is marked until the mark is removed or it is generated again: a mark names the
generation it was made after, and means nothing once there is another. So generating a plan brings it back.
"""

import contextlib
import datetime as dt
from pathlib import Path

from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.data_folder import StorageError, sync_folder, write_atomically
from plan_pipeline.storage.model_files import as_json, read_model
from plan_pipeline.storage.plans.plan_files import RETIRED, ArtefactMissingError, is_plan_folder
from plan_pipeline.storage.plans.plan_store import PlanStore


class Retirement(Frozen):
    """The mark of a retired plan. ``last_day`` is ``None`` for a plan without dates, ``generation_id`` for one that
    was never generated to its end.
    """

    plan_id: str
    retired_at: dt.datetime
    last_day: dt.date | None
    generation_id: str | None
    change_id: str | None = None


class UnknownPlanError(ArtefactMissingError, ValueError):
    """There is no such plan."""


def last_day(request: PlanRequest) -> dt.date | None:
    """The Sunday of a plan's last week, the calendar's last day at most; ``None`` for a plan without dates."""
    if request.first_monday is None:
        return None
    return days_later(request.first_monday, 7 * request.total_weeks - 1)


def active_plan_ids(store: PlanStore) -> tuple[str, ...]:
    """Every plan that is not retired, in order: what is regenerated at night and has partitions."""
    return tuple(plan_id for plan_id in store.plan_ids() if not is_retired(store, plan_id))


def is_retired(store: PlanStore, plan_id: str) -> bool:
    """Whether a plan is marked, and was not generated again since."""
    mark = retirement(store, plan_id)
    return mark is not None and mark.generation_id == _last_generation(store, plan_id, otherwise=mark.generation_id)


def retirement(store: PlanStore, plan_id: str) -> Retirement | None:
    """The mark of a plan, whether it still holds or not; ``None`` where there is none that can be read."""
    try:
        return read_model(store.data.plan_folder(plan_id) / RETIRED, Retirement, "retire the plan again")
    except StorageError:
        return None


def retire(
    store: PlanStore, plan_id: str, *, at: dt.datetime, timeout_s: float, change_id: str | None = None
) -> Retirement:
    """Mark a plan; one that is retired keeps its mark. Returns the mark.

    Raises ``UnknownPlanError``, and ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
    """
    path = _mark_of_known(store, plan_id)
    with store.lock(plan_id, timeout_s):
        mark = retirement(store, plan_id)
        if mark is not None and is_retired(store, plan_id):
            return mark
        generation_id = _last_generation(store, plan_id, otherwise=None)
        day = last_day_of(store, plan_id)
        mark = Retirement(
            plan_id=plan_id, retired_at=at, last_day=day, generation_id=generation_id, change_id=change_id
        )
        write_atomically(path, as_json(mark))
        return mark


def restore(store: PlanStore, plan_id: str, *, timeout_s: float) -> bool:
    """Take the mark of a plan away; returns whether it was retired.

    Raises ``UnknownPlanError``, and ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
    """
    path = _mark_of_known(store, plan_id)
    with store.lock(plan_id, timeout_s):
        was_retired = is_retired(store, plan_id)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)
        return was_retired


def finished_plans(store: PlanStore, *, before: dt.date) -> list[str]:
    """The active plans whose last day is before ``before``, in order.

    A plan whose request is missing or damaged is none of them: nobody can say when it ends.
    """
    last_days = {plan_id: last_day_of(store, plan_id) for plan_id in active_plan_ids(store)}
    return [plan_id for plan_id, day in last_days.items() if day is not None and day < before]


def _mark_of_known(store: PlanStore, plan_id: str) -> Path:
    folder = store.data.plan_folder(plan_id)
    if not is_plan_folder(folder):
        raise UnknownPlanError(f"there is no plan {plan_id!r} in {store.data.plans}; check the id")
    return folder / RETIRED


def last_day_of(store: PlanStore, plan_id: str) -> dt.date | None:
    """``last_day`` of a plan on disk; ``None`` also where its request is missing or cannot be read."""
    try:
        return last_day(store.load_request(plan_id))
    except StorageError:
        return None


def _last_generation(store: PlanStore, plan_id: str, *, otherwise: str | None) -> str | None:
    try:
        verdict = store.load_generation_record(plan_id)
    except StorageError:
        return otherwise
    return None if verdict is None else verdict.generation_id
