"""Synthetic plan requests: a population of plausible athletes, the same for the same seed on any machine.

Belongs here: what athletes of a sport are like, as distributions. Does not belong here: what is made of a request.
"""

from collections.abc import Callable, Iterator
from typing import Final

from plan_pipeline.core.cohort.cyclists import cyclist_request
from plan_pipeline.core.cohort.draw import Draw
from plan_pipeline.core.cohort.runners import runner_request
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport

_REQUESTS: Final[dict[Sport, Callable[[str, Draw, PlanningConfig], PlanRequest]]] = {
    Sport.CYCLING: cyclist_request,
    Sport.RUNNING: runner_request,
}


def synthetic_requests(athletes: int, seed: int, config: PlanningConfig) -> Iterator[PlanRequest]:
    """``athletes`` requests for a seed; a larger cohort of the same seed begins with the smaller one.

    Sport, goals and event types are those of the configuration. What is drawn about one topic leaves the others as they
    are.
    """
    made = _REQUESTS[config.sport]
    for number in range(1, athletes + 1):
        yield made(f"cohort-s{seed}-{number:05d}", Draw(f"{seed}/{number}"), config)
