"""The minutes in bands that the weeks of an overview are to have, whoever wrote it."""

from collections.abc import Sequence

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import WeekType, WorkoutType
from plan_pipeline.core.purpose.purpose import Purpose


def with_minutes(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> tuple[OverviewWeek, ...]:
    """The weeks, each load week with the minutes that its place in the plan asks for."""
    if not purpose.is_on(Flag.GOAL_MINUTES):
        return tuple(weeks)
    load = [week.week_number for week in weeks if week.week_type is WeekType.LOAD]
    return tuple(
        week.model_copy(
            update={
                "minutes": purpose.week_minutes(
                    load.index(week.week_number),
                    len(load),
                    week.week_number,
                    is_tested=any(day.workout_type is WorkoutType.TEST for day in week.trained),
                )
            }
        )
        if week.week_type is WeekType.LOAD
        else week
        for week in weeks
    )
