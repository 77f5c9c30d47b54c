"""What in a session can be too much for a rider, measured before it is known for whom."""

from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.config.content import RideabilityRules
from plan_pipeline.core.content.bands import threshold_minutes
from plan_pipeline.core.content.efforts import Effort, Sprint, efforts_of, sprints_of
from plan_pipeline.core.content.stretches import by_intensity
from plan_pipeline.core.content.w_balance import Surge, surges_of
from plan_pipeline.core.load_over_time import Stretch


class Strain(NamedTuple):
    """The surges above threshold in order, the efforts that differ, minutes near threshold, and hard sprints."""

    surges: tuple[Surge, ...]
    efforts: tuple[Effort, ...]
    threshold_min: float
    sprints: tuple[Sprint, ...]


def strain_of(stretches: Sequence[Stretch], rules: RideabilityRules) -> Strain:
    """What is to be held against a rider, from what is ridden, in order."""
    return Strain(
        surges=surges_of(stretches),
        efforts=efforts_of(stretches, rules.effort),
        threshold_min=threshold_minutes(by_intensity(stretches)),
        sprints=sprints_of(stretches, rules.sprint),
    )
