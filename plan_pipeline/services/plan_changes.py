"""What becomes of plans other than by a generation, and that the warehouse tells what is in place.

The files of a plan are changed first and its facts are written after, so a process that is killed in between leaves a
change that nobody told of; ``settle_changes`` finds it.
"""

import datetime as dt
import os
from typing import NamedTuple

from plan_pipeline.services.instances.following import follow_plan
from plan_pipeline.services.pages.page_files import keep_plan_page
from plan_pipeline.services.recording import record_changes
from plan_pipeline.services.sources import InForce
from plan_pipeline.storage.data_folder import DataFolder, LockedError, StorageError
from plan_pipeline.storage.facts.fact_tables import PlanChange
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.plans.plan_files import RETIRED, ROLLBACK
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import is_retired
from plan_pipeline.storage.plans.rollbacks import ROLLED_BACK, Rollback, roll_back, rollback_of

FOUND = "found"
"""The change that is written for one that was not told of."""


class InPlace(NamedTuple):
    """Which generation of a plan is in place, and what people did with the plan."""

    generation_id: str | None
    rolled_back: bool
    retired: bool


def roll_back_plan(store: PlanStore, plan_id: str, *, to: str | None, now: dt.datetime, in_force: InForce) -> Rollback:
    """Put an earlier version of a plan in place, and have its page and the facts tell so. Raises as ``roll_back``."""
    done = roll_back(store, plan_id, to=to, now=now)
    keep_plan_page(store, plan_id, done.to_generation, in_force)
    follow_plan(store, plan_id, in_force, today=now.date())
    change = PlanChange(
        plan_id=plan_id,
        change_id=str(done.change_id),
        changed_at=now,
        change=ROLLED_BACK,
        generation_id=done.to_generation,
        rolled_back=True,
    )
    record_changes(store.data, [change])
    return done


def settle_changes(store: PlanStore, *, now: dt.datetime, marked_only: bool = False) -> list[str]:
    """Have the facts tell of every plan in the warehouse what is in place, where they do not; returns these plans.

    The warehouse has to be up to date, and is refreshed for what is returned. Every published plan is looked into, or
    with ``marked_only`` those alone that are marked as rolled back or retired and those that are not any more, which is
    all that commands change. A plan that a run is writing is left to it.
    """
    settled = []
    for plan_id, told in _told(store.data).items():
        if marked_only and not _has_other_marks(store.data, plan_id, told):
            continue
        try:
            if not store.data.plan_folder(plan_id).is_dir() or _on_disk(store, plan_id) == told:
                continue
            with store.lock(plan_id, timeout_s=0):
                found = _on_disk(store, plan_id)
                if found != told and _is_known(store.data, plan_id, found):
                    change_id = new_generation_id(store.data, now, FOUND)
                    change = PlanChange(
                        plan_id=plan_id, change_id=change_id, changed_at=now, change=FOUND, **found._asdict()
                    )
                    record_changes(store.data, [change])
                    settled.append(plan_id)
        except (LockedError, StorageError):
            continue  # it is being written, or it is damaged and the check of plan health says so
    return settled


def _told(data: DataFolder) -> dict[str, InPlace]:
    from plan_pipeline.storage.warehouse.queries import reader

    if not data.warehouse.is_file():
        return {}
    with reader(data) as db:
        rows = db.execute("SELECT plan_id, generation_id, rolled_back, retired FROM plans_in_place").fetchall()
    return {plan_id: InPlace(*row) for plan_id, *row in rows}


def _is_known(data: DataFolder, plan_id: str, found: InPlace) -> bool:
    """Whether the facts have the generation: those of one that a run is about to tell of come with the run."""
    from plan_pipeline.storage.warehouse.queries import reader

    sql = "SELECT count(*) FROM plan_generations WHERE plan_id = ? AND generation_id = ?"
    with reader(data) as db:
        ((rows,),) = db.execute(sql, [plan_id, found.generation_id]).fetchall()
    return bool(rows)


def _has_other_marks(data: DataFolder, plan_id: str, told: InPlace) -> bool:
    """Whether a plan's marks are not as told; one that is rolled back may have been so once more."""
    is_marked = [os.path.exists(f"{data.plans}/{plan_id}/{mark}") for mark in (ROLLBACK, RETIRED)]  # noqa: PTH110 - pathlib takes thrice as long
    return is_marked != [False, told.retired] or told.rolled_back


def _on_disk(store: PlanStore, plan_id: str) -> InPlace:
    is_rolled_back = rollback_of(store, plan_id) is not None
    return InPlace(store.published_generation_id(plan_id), is_rolled_back, is_retired(store, plan_id))
