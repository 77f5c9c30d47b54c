"""Which fields of a request belong to which sport, and what each sport needs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from plan_pipeline.core.model.vocabulary import Sport

if TYPE_CHECKING:
    from plan_pipeline.core.model.request import PlanRequest

_ATHLETE: Final = {
    "recent_race": Sport.RUNNING,
    "threshold_pace": Sport.RUNNING,
    "current_weekly_km": Sport.RUNNING,
    "longest_run_km": Sport.RUNNING,
    "units": Sport.RUNNING,
    "access": Sport.RUNNING,
    "time_constants": Sport.RUNNING,
    "volume_tier": Sport.RUNNING,
    "longest_ride_min": Sport.CYCLING,
}
_EVENT: Final = {
    "goal_time": Sport.RUNNING,
    "profile": Sport.RUNNING,
    "expected_temperature": Sport.RUNNING,
    "dew_point": Sport.RUNNING,
}


def sport_problems(request: "PlanRequest") -> Iterator[str]:
    """What a request lacks for its sport, and what of it belongs to another, each as a field, a fault and a remedy."""
    yield from _misplaced(request)
    athlete, available = request.athlete_profile, request.athlete_profile.training_availability
    hours = "athlete_profile.training_availability.hours_per_week"
    if request.sport is Sport.CYCLING:
        if athlete.ftp is None:
            yield "athlete_profile.ftp: is missing; add it"
        if available.hours_per_week is None:
            yield f"{hours}: is missing; add it"
        return
    if athlete.recent_race is None and athlete.threshold_pace is None:
        yield (
            "athlete_profile.recent_race: is missing; give a race such as {distance_m: 10000, time: '41:20', "
            "date: 2027-01-10}, or threshold_pace such as 4:15/km"
        )
    if athlete.recent_race is not None and athlete.threshold_pace is not None:
        yield (
            "athlete_profile.threshold_pace: is given beside recent_race, and both say how fast the runner is; keep one"
        )
    if available.hours_per_week is None and available.weekly_km is None:
        yield f"{hours}: is missing; add it, or give weekly_km in its place"
    if available.hours_per_week is not None and available.weekly_km is not None:
        yield (
            "athlete_profile.training_availability.weekly_km: is given beside hours_per_week, and a plan counts one of "
            "them; keep one"
        )


def _misplaced(request: "PlanRequest") -> Iterator[str]:
    athlete = request.athlete_profile
    available = "athlete_profile.training_availability"
    given: list[tuple[str, Sport, object]] = [
        *((f"athlete_profile.{name}", sport, getattr(athlete, name)) for name, sport in _ATHLETE.items()),
        (f"{available}.weekly_km", Sport.RUNNING, athlete.training_availability.weekly_km),
        ("target_ftp", Sport.CYCLING, request.target_ftp),
    ]
    for field, event in [("event", request.event), *(("events", event) for event in request.events)]:
        given += [(f"{field}.{name}", sport, getattr(event, name, None)) for name, sport in _EVENT.items()]
    for field, sport, value in given:
        if value is not None and sport is not request.sport:
            yield f"{field}: is for {sport}, and the request is for {request.sport}; take it out, or set sport: {sport}"
