"""What a week holds, as columns of ``plan_weeks``: minutes in bands and zones, kilometres, the long session."""

from collections.abc import Sequence
from typing import Any

from plan_pipeline.core.adding import added
from plan_pipeline.core.content.runs import as_read
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.content.week_content import WeekContent, long_ride_target_min
from plan_pipeline.core.load_over_time import intensity_minutes
from plan_pipeline.core.model.plan import OverviewWeek, Workout
from plan_pipeline.core.model.vocabulary import Band
from plan_pipeline.core.purpose.purpose import Purpose


def content_columns(week: OverviewWeek, content: WeekContent) -> dict[str, Any]:
    """What a week holds, and what was asked of it; of several targets the first is what the week is mainly for."""
    columns: dict[str, Any] = {_BAND_COLUMNS[band]: round(content.bands.of(band), 2) for band in Band}
    columns |= {
        "hard_days": content.hard_days,
        "longest_ride_min": content.longest_ride_min,
        "long_ride_target_min": long_ride_target_min(week),
        "least_w_balance_pct": _rounded(content.least_w_balance_pct),
    }
    if not week.minutes:
        return columns
    asked = week.minutes[0]
    return columns | {
        "goal_bands": ", ".join(asked.bands),
        "goal_min_wanted": asked.wanted,
        "goal_min_least": asked.least,
        "goal_min": round(content.bands.within(asked.bands), 2),
    }


_BAND_COLUMNS = {band: f"min_{band.replace('-', '_')}" for band in Band}


def measured_columns(purpose: Purpose, week: OverviewWeek, workouts: Sequence[Workout]) -> dict[str, Any]:
    """Kilometres, and minutes in the sport's three zones; what is optional is left out, as of the week's hours."""
    counted = [workout for workout in workouts if not workout.optional]
    distances = [as_read(workout, purpose.request).distance_km for workout in counted]
    known = [km for km in distances if km is not None]
    return {
        "target_km": week.target_km,
        "actual_km": round(added(known), 2) if known else None,
        **_zone_columns(purpose, counted),
    }


def _zone_columns(purpose: Purpose, workouts: Sequence[Workout]) -> dict[str, float]:
    levels = purpose.sport.levels
    minutes = [intensity_minutes(session_content(workout.segments).by_intensity, levels) for workout in workouts]
    return {
        "zone_1_min": round(added(each.zone_1 for each in minutes), 2),
        "zone_2_min": round(added(each.zone_2 for each in minutes), 2),
        "zone_3_min": round(added(each.zone_3 for each in minutes), 2),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
