"""How long the event of a request will take its athlete."""

from plan_pipeline.core.config.aim import EventType
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.paces.vdot import race_time_s


def expected_duration_min(request: PlanRequest, kind: EventType | None) -> float | None:
    """Minutes that the event will take: as the request says, else by distance and climbing, else usual.

    ``None`` without an event, or without a type that says what is usual.
    """
    event = request.event
    if event is None or kind is None:
        return None
    if event.expected_duration_min is not None:
        return float(event.expected_duration_min)
    if kind.race is not None or event.goal_time is not None:
        return _race_min(request, event, kind)
    if event.distance_km is not None:
        climbing = (event.elevation_m or 0) / 100 * kind.climbing_min_per_100_m
        return event.distance_km / kind.speed_km_h * 60 + climbing
    return kind.default_duration_min


def _race_min(request: PlanRequest, event: Event, kind: EventType) -> float:
    """Minutes of a running race: by the goal, else by what the runner's threshold pace stands for today."""
    if event.goal_time is not None:
        return event.goal_time / 60
    distance_m = event.distance_km * 1000 if event.distance_km else kind.race.metres if kind.race else 10_000
    return race_time_s(distance_m, request.athlete_profile.runner.vdot) / 60
