"""Arms: how a week's workouts are brought to the week's hours. An experiment compares any two of them.

An arm is a set of options. The stages ask the request's arm what to do and never what it is called, so a new arm is a
new record in the registry ``ARMS``; another package adds one through an entry point.
"""

from typing import NamedTuple

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.registries import ARMS


class Arm(NamedTuple):
    """What one arm does.

    Where it ``adjusts_lengths``, days get their share of the week by type and cap, and workouts are brought to it; else
    the week is split evenly and workouts are ridden as the library has them. ``plans_weeks_whole`` chooses workouts and
    lengths of a week together, by an exact search, rather than day by day. ``may_stretch_days`` gives a day a length
    that is unusual for its type where the week's hours need it. ``again_cost`` is the points that a structure of the
    last four weeks loses for coming again; ``prefers_extensible`` favours workouts that may be lengthened where the
    length has to change.
    """

    adjusts_lengths: bool = True
    plans_weeks_whole: bool = False
    may_stretch_days: bool = False
    again_cost: float = 0.0
    prefers_extensible: bool = True


LEGACY = Arm(adjusts_lengths=False)
ADJUSTED = Arm()
OPTIMAL = Arm(plans_weeks_whole=True, may_stretch_days=True, again_cost=90.0)


def arm_of(request: PlanRequest) -> Arm:
    """The arm a request asks for. Raises ``PluginError`` for one of another package that cannot be loaded."""
    arm: Arm = ARMS.get(request.options.duration)
    return arm
