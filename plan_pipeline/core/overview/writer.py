"""Who can write a weekly overview: one protocol for rules and models, so that a stage does not know which it has.

The registry ``OVERVIEW_WRITERS`` has a function for each, which makes the writer from the installation's settings.
"""

from typing import Protocol

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview


class OverviewError(RuntimeError):
    """No overview could be had, for a reason that is not the request's.

    ``attempts`` holds what was wrong with each answer, oldest first; it is empty where there was no answer.
    """

    def __init__(self, message: str, attempts: tuple[tuple[str, ...], ...] = ()) -> None:
        super().__init__(message)
        self.attempts = attempts


class OverviewUnavailableError(OverviewError):
    """Whoever writes overviews is out of reach or overloaded just now: the same call may work later."""


class OverviewWriter(Protocol):
    """Writes the weekly overview of a plan."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        """The overview of a request, sound by ``overview_breaches``, or why the request cannot be met.

        Raises ``OverviewError`` where the writer failed.
        """
        ...


def rules_writer(_settings: object) -> OverviewWriter:
    """The writer that follows rules, which are the same for every installation."""
    return RulesOverviewWriter()


class RulesOverviewWriter:
    """Writes overviews by rule; never fails, and writes the same one every time."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        return plan_overview(request, library, config)
