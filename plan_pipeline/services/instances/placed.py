"""Reading a plan by the id that somebody gives: a plan as it is published, an instance on its dates."""

from plan_pipeline.core.model.instance import is_instance_id, plan_of_instance
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.plan_store import PlanStore


def placed_plan(store: PlanStore, own_id: str) -> Plan | None:
    """The published plan of an id, on its dates for the id of an instance; ``None`` where none is published.

    Raises ``ArtefactMissingError`` for an instance that there is not, and as ``PlanStore.load_plan``.
    """
    if not is_instance_id(own_id):
        return store.load_plan(own_id)
    from plan_pipeline.core.on_dates import as_instance  # brings planning, which plans by themselves do not need

    instance = InstanceStore(store.data).load(own_id)
    if instance is None:
        raise ArtefactMissingError(f"there is no instance {own_id!r} in {store.data.root}; check the id")
    plan = store.load_plan(plan_of_instance(own_id))
    return None if plan is None else as_instance(plan, instance)
