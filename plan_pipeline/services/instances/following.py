"""Having the instances of a plan follow it when another generation of it is in place: their length and their pages."""

import datetime as dt
import logging

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.services.pages.page_files import keep_instance_pages
from plan_pipeline.services.sources import InForce
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_store import PlanStore

_log = logging.getLogger(__name__)


def follow_plan(
    store: PlanStore, plan_id: str, in_force: InForce, *, today: dt.date, plan: Plan | None = None, every: bool = False
) -> None:
    """Bring a plan's instances up to date with what is published; dates, ids and what was cancelled stay.

    ``plan`` is what was published just now, where it is at hand; ``every`` instance is to have a page. An instance that
    is damaged or being written is told of in the log, and never stands in the way of its plan.
    """
    try:
        instances = InstanceStore(store.data).of_plan(plan_id)
        if not instances:
            return
        published = plan if plan is not None and _is_in_place(store, plan) else store.load_plan(plan_id)
        if published is None:
            return
        weeks = published.training_plan.plan_metadata.total_weeks
        if any(each.weeks != weeks for each in instances):
            _set_weeks(store, plan_id, weeks)
    except StorageError as error:
        _log.warning("instances of plan %s are not up to date with it: %s", plan_id, error)
        return
    keep_instance_pages(store, plan_id, in_force, plan=published, every=every, today=today)


def _is_in_place(store: PlanStore, plan: Plan) -> bool:
    return store.published_generation_id(plan.training_plan.plan_id) == plan.generation.generation_id


def _set_weeks(store: PlanStore, plan_id: str, weeks: int) -> None:
    instances = InstanceStore(store.data)
    with store.lock(plan_id):
        for each in instances.of_plan(plan_id):
            if each.weeks != weeks:
                instances.save(each.model_copy(update={"weeks": weeks}))
