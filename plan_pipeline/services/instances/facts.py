"""Having the facts tell of every instance as it is. The files of instances are what holds; a refresh of the warehouse
compares, so that nothing is told twice and nothing is lost to a command that was killed.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Final

from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_tables import FactTable, InstanceState
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.instances import InstanceStore

SCHEDULED: Final = "scheduled"


def settle_instances(data: DataFolder, *, now: dt.datetime) -> list[str]:
    """Write a fact for every instance that the warehouse does not tell of as it is; returns these instances.

    The warehouse has to be up to date, and is refreshed for what is returned. An instance whose file is damaged is
    left out.
    """
    from plan_pipeline.storage.facts.fact_store import FactStore

    instances = list(_sound(data))
    if not instances:
        return []
    told = _told(data)
    new = [each for each in instances if told.get(each.instance_id) != (each.changes, each.weeks)]
    if new:
        change_id = new_generation_id(data, now, SCHEDULED)
        FactStore(data).write(FactTable.INSTANCE_STATES, change_id, [_state(each, change_id) for each in new])
    return [each.instance_id for each in new]


def _sound(data: DataFolder) -> Iterator[PlanInstance]:
    store = InstanceStore(data)
    for name in store.ids():
        with contextlib.suppress(StorageError):
            if found := store.load(name):
                yield found


def _told(data: DataFolder) -> dict[str, tuple[int, int]]:
    from plan_pipeline.storage.warehouse.queries import reader

    if not data.warehouse.is_file():
        return {}
    with reader(data) as db:
        rows = db.execute("SELECT instance_id, changes, weeks FROM plan_instances").fetchall()
    return {name: (changes, weeks) for name, changes, weeks in rows}


def _state(instance: PlanInstance, change_id: str) -> InstanceState:
    return InstanceState(
        instance_id=instance.instance_id,
        change_id=change_id,
        plan_id=instance.plan_id,
        athlete_id=instance.athlete_id,
        start_date=instance.start_date,
        end_date=instance.end_date,
        weeks=instance.weeks,
        created_at=instance.created_at,
        changed_at=instance.changed_at,
        cancelled_at=instance.cancelled_at,
        changes=instance.changes,
    )
