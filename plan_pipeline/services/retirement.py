"""Retiring plans and bringing them back: the mark on disk, the facts and the registry of active plans, kept in step.

The mark comes first, so that what is cut short is put right by doing it again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.services.recording import record_changes
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.facts.fact_tables import PlanChange
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.retirement import (
    UnknownPlanError,
    finished_plans,
    is_retired,
    last_day_of,
    restore,
    retire,
)

LOCK_TIMEOUT_S: Final = 5.0
"""How long a plan that a run is writing may hold up the others."""


class PlanRegistry(Protocol):
    """The plans that runs can be launched for."""

    def registered(self) -> Collection[str]: ...

    def register(self, plan_ids: Iterable[str]) -> object: ...

    def unregister(self, plan_ids: Iterable[str]) -> object: ...


class Change(StrEnum):
    """What became of a plan that was to be retired or brought back."""

    RETIRED = "retired"
    RESTORED = "restored"
    UNCHANGED = "unchanged"
    BUSY = "busy"
    ON_DATES = "on_dates"


class Changed(NamedTuple):
    """A plan and what became of it; ``last_day`` is ``None`` for a plan without dates."""

    plan_id: str
    change: Change
    last_day: dt.date | None


def retire_plans(
    store: PlanStore, registry: PlanRegistry, plan_ids: Iterable[str], *, at: dt.datetime
) -> list[Changed]:
    """Mark plans as retired and take them out of the registry; files and facts stay.

    A plan that a run is writing is skipped and reported as busy, one that has instances that are planned or active as
    on dates: what is ridden is kept up to date. Raises ``UnknownPlanError``.
    """

    def retire_one(plan_id: str, change_id: str) -> Change:
        if is_retired(store, plan_id):
            return Change.UNCHANGED
        if not store.data.plan_folder(plan_id).is_dir():
            raise UnknownPlanError(f"there is no plan {plan_id!r} in {store.data.plans}; check the id")
        with store.lock(plan_id, LOCK_TIMEOUT_S):
            if instances_on_dates(store, plan_id, at.date()):
                return Change.ON_DATES
            retire(store, plan_id, at=at, timeout_s=LOCK_TIMEOUT_S, change_id=change_id)
        return Change.RETIRED

    return _changed(store, plan_ids, retire_one, at, registry.unregister)


def retire_finished(store: PlanStore, registry: PlanRegistry, *, before: dt.date, at: dt.datetime) -> list[Changed]:
    """Retire every plan that is over, and finish what a killed process began."""
    changed = retire_plans(store, registry, plans_over(store, before=before), at=at)
    registry.unregister([plan_id for plan_id in registry.registered() if is_retired(store, plan_id)])
    return changed


def restore_plans(
    store: PlanStore, registry: PlanRegistry, plan_ids: Iterable[str], *, at: dt.datetime
) -> list[Changed]:
    """Take the marks of plans away and register them again. Busy and unknown plans as for retiring."""

    def restore_one(plan_id: str, change_id: str) -> Change:
        del change_id
        return Change.RESTORED if restore(store, plan_id, timeout_s=LOCK_TIMEOUT_S) else Change.UNCHANGED

    return _changed(store, plan_ids, restore_one, at, registry.register)


def plans_over(store: PlanStore, *, before: dt.date) -> list[str]:
    """The active plans whose last day is before ``before``, and that of every instance that is not cancelled too.

    A plan with an instance that is damaged is none of them: nobody can say when that ends.
    """

    def is_over(plan_id: str) -> bool:
        try:
            return not instances_on_dates(store, plan_id, before)
        except StorageError:
            return False

    return list(filter(is_over, finished_plans(store, before=before)))


def instances_on_dates(store: PlanStore, plan_id: str, day: dt.date) -> tuple[PlanInstance, ...]:
    """The instances of a plan that are planned or active on a day. Raises ``DamagedArtefactError``."""
    return tuple(each for each in InstanceStore(store.data).of_plan(plan_id) if not each.status_on(day).is_over)


def foreseen(store: PlanStore, plan_ids: Iterable[str], *, undo: bool = False, today: dt.date) -> list[Changed]:
    """What retiring plans, or bringing them back, would change, unless runs are writing them."""

    def change_of(plan: str) -> Change:
        if is_retired(store, plan) is not undo:
            return Change.UNCHANGED
        if undo:
            return Change.RESTORED
        return Change.ON_DATES if instances_on_dates(store, plan, today) else Change.RETIRED

    return [Changed(plan, change_of(plan), last_day_of(store, plan)) for plan in plan_ids]


def out_of_step(store: PlanStore, registered: Collection[str]) -> tuple[list[str], list[str]]:
    """Active plans that the registry lacks, and retired plans that it has; what is not on disk is neither."""
    known, on_disk = set(registered), store.plan_ids()
    retired = {plan_id for plan_id in on_disk if is_retired(store, plan_id)}
    missing = [plan_id for plan_id in on_disk if plan_id not in known and plan_id not in retired]
    return missing, sorted(known & retired)


def _changed(
    store: PlanStore,
    plan_ids: Iterable[str],
    change_one: Callable[[str, str], Change],
    at: dt.datetime,
    note_in_registry: Callable[[list[str]], object],
) -> list[Changed]:
    changed: list[Changed] = []
    wanted = list(dict.fromkeys(plan_ids))
    if not wanted:
        return changed
    change_id = new_generation_id(store.data, at, "changed")
    for plan_id in wanted:
        try:
            change = change_one(plan_id, change_id)
        except PlanLockedError:
            change = Change.BUSY
        changed.append(Changed(plan_id, change, last_day_of(store, plan_id)))
    record_changes(
        store.data,
        [
            PlanChange(
                plan_id=each.plan_id,
                change_id=change_id,
                changed_at=at,
                change=each.change.value,
                retired=each.change is Change.RETIRED,
            )
            for each in changed
            if each.change in (Change.RETIRED, Change.RESTORED)
        ],
    )
    note_in_registry([each.plan_id for each in changed if each.change not in (Change.BUSY, Change.ON_DATES)])
    return changed
