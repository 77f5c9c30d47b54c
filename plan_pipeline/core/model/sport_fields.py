"""Which fields of a request belong to which sport, and what each sport needs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.events import Event, EventOnTheWay
from plan_pipeline.core.model.vocabulary import Sport

_ATHLETE: Final = {
    "recent_race": Sport.RUNNING,
    "threshold_pace": Sport.RUNNING,
    "current_weekly_km": Sport.RUNNING,
    "longest_run_km": Sport.RUNNING,
    "units": Sport.RUNNING,
    "access": Sport.RUNNING,
    "time_constants": Sport.RUNNING,
    "volume_tier": Sport.RUNNING,
    "ftp": Sport.CYCLING,
    "longest_ride_min": Sport.CYCLING,
}
_EVENT: Final = {
    "goal_time": Sport.RUNNING,
    "profile": Sport.RUNNING,
    "expected_temperature": Sport.RUNNING,
    "dew_point": Sport.RUNNING,
}


def sport_problems(
    sport: Sport,
    athlete: AthleteProfile,
    target_ftp: float | None,
    event: Event | None,
    events: Sequence[EventOnTheWay],
) -> Iterator[str]:
    """What a request lacks for its sport, and what of it belongs to another, each as a field, a fault and a remedy."""
    available = athlete.training_availability
    given = [
        *((f"athlete_profile.{name}", owner, getattr(athlete, name)) for name, owner in _ATHLETE.items()),
        ("athlete_profile.training_availability.weekly_km", Sport.RUNNING, available.weekly_km),
        ("target_ftp", Sport.CYCLING, target_ftp),
    ]
    for field, found in [("event", event), *(("events", found) for found in events)]:
        given += [(f"{field}.{name}", owner, getattr(found, name, None)) for name, owner in _EVENT.items()]
    yield from _misplaced(sport, given)
    hours = "athlete_profile.training_availability.hours_per_week"
    if sport is Sport.CYCLING:
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


def _misplaced(sport: Sport, given: Iterable[tuple[str, Sport, object]]) -> Iterator[str]:
    """What is given of another sport: each field with the sport that it belongs to and its value."""
    for field, owner, value in given:
        if value is not None and owner is not sport:
            yield f"{field}: is for {owner}, and the request is for {sport}; take it out, or set sport: {owner}"
