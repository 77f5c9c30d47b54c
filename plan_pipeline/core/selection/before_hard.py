"""How long two days in a row may be, so that the day after them can be hard."""

from collections.abc import Sequence

from plan_pipeline.core.config.content import HardnessRules
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import Weekday


def most_before_hard(
    week: OverviewWeek,
    following: OverviewWeek | None,
    allocations: Sequence[DurationAllocation],
    rules: HardnessRules,
) -> dict[Weekday, float]:
    """The most minutes of each day of a week that would tire, with its neighbour, for a hard day after them.

    Both share what is left between the minutes they are meant to have and those that are too many together. Days that
    are meant to have as many already are left out, and so are those before an easy day.
    """
    meant = {allocation.weekday: allocation.target_min for allocation in allocations}
    days = [*week.training_days, *(following.training_days[:1] if following else ())]
    most: dict[Weekday, float] = {}
    for first, second, after in zip(days, days[1:], days[2:], strict=False):
        pair = [day.weekday for day in (first, second)]
        if not after.workout_type.is_demanding or not meant.keys() >= set(pair):
            continue
        room = rules.two_days_min - GRID_MIN - sum(meant[weekday] for weekday in pair)
        for weekday in pair if room >= 0 else ():
            most[weekday] = min(most.get(weekday, rules.two_days_min), meant[weekday] + room / 2)
    return most
