"""Whether the goals and event types that a request names are ones that the configuration has."""

from collections.abc import Iterator

from plan_pipeline.core.config.planning_config import PlanningConfig, unknown_id
from plan_pipeline.core.model.request import PlanRequest


def unknown_ids(request: PlanRequest, config: PlanningConfig) -> tuple[str, ...]:
    """Why a new request is not taken: each goal or event type that the configuration does not have, by its field, with
    the nearest and all there are.

    A stored request is read all the same: its event's type may be free text, or the name of what was removed since.
    """
    return tuple(_unknown(request, config))


def _unknown(request: PlanRequest, config: PlanningConfig) -> Iterator[str]:
    if request.goal is not None and config.goal(request.goal) is None:
        yield f"goal: {unknown_id('goal', request.goal, config.goals)}"
    fields = [("event.type", request.event)] if request.event else []
    for field, event in (*fields, *(("events", event) for event in request.events)):
        if event.type is not None and config.event(event.type) is None:
            where = "" if event is request.event else f"{event.name!r} on {event.date}: "
            yield f"{field}: {where}{unknown_id('event type', event.type, config.events)}"
