"""What a week's workouts hold for what the plan is for: minutes in bands, hard days, the longest ride, W′ balance.

An optional workout is left out, as it is out of the week's hours.
"""

from collections.abc import Iterable
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import NO_BAND_MINUTES, BandMinutes, sum_of_bands
from plan_pipeline.core.content.hardness import hardness_of
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.plan import OverviewWeek, Workout
from plan_pipeline.core.model.vocabulary import DayRole, ExperienceLevel, WorkoutType


class WeekContent(NamedTuple):
    """``hard_days`` are hard by what they hold, whatever they are called. ``least_w_balance_pct`` is the least of W′
    that is left at any moment of the week, % of what a rider of the level has; tests, which are maximal, do not count.
    ``None`` where nothing is ridden.
    """

    bands: BandMinutes = NO_BAND_MINUTES
    hard_days: int = 0
    longest_ride_min: float = 0.0
    least_w_balance_pct: float | None = None


def week_content(workouts: Iterable[Workout], level: ExperienceLevel, config: PlanningConfig) -> WeekContent:
    """What the workouts of a week hold together."""
    counted = [workout for workout in workouts if not workout.optional]
    if not counted:
        return WeekContent()
    w_prime_s = config.levels.of(level).capacity.w_prime_s
    contents = {id(workout): session_content(workout.segments) for workout in counted}
    rides = [workout for workout in counted if workout.type is not WorkoutType.STRENGTH]
    balances = [contents[id(ride)].lowest_balance_pct(w_prime_s) for ride in rides if ride.type is not WorkoutType.TEST]
    return WeekContent(
        bands=sum_of_bands(content.bands for content in contents.values()),
        hard_days=len({each.weekday for each in counted if hardness_of(each.segments, each.type, config).hard}),
        longest_ride_min=max((ride.duration_min for ride in rides), default=0.0),
        least_w_balance_pct=min(balances, default=None),
    )


def long_ride_target_min(week: OverviewWeek) -> int | None:
    """Minutes that the long ride's line has in a week; ``None`` in a week that the line leaves out."""
    lines = (day.minutes for day in week.trained if day.role in (DayRole.LONG_RIDE, DayRole.LATE_WORK))
    return max(filter(None, lines), default=None)
