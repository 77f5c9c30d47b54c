"""Retiring plans and bringing them back: the mark on disk, the facts and the registry of active plans, kept in step.

The mark comes first, so that what is cut short is put right by doing it again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from plan_pipeline.services.recording import record_changes
from plan_pipeline.storage.facts.fact_tables import PlanChange
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.retirement import finished_plans, is_retired, last_day_of, restore, retire

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


class Changed(NamedTuple):
    """A plan and what became of it; ``last_day`` is ``None`` for a plan without dates."""

    plan_id: str
    change: Change
    last_day: dt.date | None


def retire_plans(
    store: PlanStore, registry: PlanRegistry, plan_ids: Iterable[str], *, at: dt.datetime
) -> list[Changed]:
    """Mark plans as retired and take them out of the registry; files and facts stay.

    A plan that a run is writing is skipped and reported as busy. Raises ``UnknownPlanError``.
    """

    def retire_one(plan_id: str, change_id: str) -> Change:
        was_retired = is_retired(store, plan_id)
        retire(store, plan_id, at=at, timeout_s=LOCK_TIMEOUT_S, change_id=change_id)
        return Change.UNCHANGED if was_retired else Change.RETIRED

    return _changed(store, plan_ids, retire_one, at, registry.unregister)


def retire_finished(store: PlanStore, registry: PlanRegistry, *, before: dt.date, at: dt.datetime) -> list[Changed]:
    """Retire every plan whose last day is before ``before``, and finish what a killed process began."""
    changed = retire_plans(store, registry, finished_plans(store, before=before), at=at)
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


def foreseen(store: PlanStore, plan_ids: Iterable[str], *, undo: bool = False) -> list[Changed]:
    """What retiring plans, or bringing them back, would change, unless runs are writing them."""
    change = Change.RESTORED if undo else Change.RETIRED
    return [
        Changed(plan, change if is_retired(store, plan) is undo else Change.UNCHANGED, last_day_of(store, plan))
        for plan in plan_ids
    ]


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
    note_in_registry([each.plan_id for each in changed if each.change is not Change.BUSY])
    return changed
