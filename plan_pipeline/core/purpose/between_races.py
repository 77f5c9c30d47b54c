"""Blocks between two marathons: plans that begin when the legs still have the last one in them."""

from plan_pipeline.core.config.week_settings import BetweenRaces
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.purpose.purpose import Purpose


def block_between(purpose: Purpose) -> BetweenRaces | None:
    """What a plan is held to that begins within days of one marathon and leads to another; ``None`` of other plans."""
    request, ramp, kind = purpose.request, purpose.config.week.hours.ramp, purpose.event_type
    race, first = request.athlete_profile.recent_race, request.first_monday
    if ramp is None or kind is None or kind.race is not RaceDistance.MARATHON or race is None or first is None:
        return None
    block = ramp.between_races
    if block is None or race.date is None or not RaceDistance.MARATHON.is_about(race.distance_m):
        return None
    least, most = block.weeks
    follows = 0 <= (first - race.date).days <= block.begins_within_days
    return block if follows and least <= request.total_weeks <= most else None


def easy_start(purpose: Purpose) -> tuple[float, ...]:
    """What the first weeks of a block between two marathons hold, as shares of the fullest; none of other plans."""
    if (block := block_between(purpose)) is None:
        return ()
    return next((shares for weeks, shares in block.easy_weeks if purpose.request.total_weeks <= weeks), ())


def is_in_easy_start(purpose: Purpose, number: int) -> bool:
    """Whether a week is one of those first ones."""
    return number <= len(easy_start(purpose))
