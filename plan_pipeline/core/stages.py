"""The stages of a plan, each declared once, in the order a plan goes through them.

A stage has one name everywhere: here, its module in ``core``, its asset, its file on disk, its row of timings. To add
one, declare it here and write its module, its asset and their tests.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import Any, NamedTuple

from plan_pipeline.core.measures.week_metrics import WeekMetrics
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, Plan, ValidatedWeek, WeekDuration, WeekSelection

REQUEST, LIBRARY, CONFIG = "request", "workout_library", "planning_config"
STAMP, ORIGIN = "stamp", "origin"
"""What a stage can take that no stage makes."""


class _Declared(NamedTuple):
    name: str
    takes: tuple[str, ...]
    makes: type[Frozen]
    made_by: str
    per_week: bool = False


class Stage(StrEnum):
    """The stages in order.

    ``make`` is the stage's function, called with what ``takes`` names, in that order; it is loaded when it is first
    asked for, since those who only read plans need not wait for what makes them. A stage ``per_week`` makes one
    ``makes`` for each week and is given and returns them as sequences in order of weeks; any other makes one for the
    plan. A stage that returns ``Infeasible`` instead ends the plan.
    """

    PLAN_OVERVIEW = _Declared(
        "plan_overview", (REQUEST, LIBRARY, CONFIG), Overview, "overview.plan_overview:plan_overview"
    )
    WEEK_SELECTION = _Declared(
        "week_selection",
        (REQUEST, "plan_overview", LIBRARY, CONFIG),
        WeekSelection,
        "selection.week_selection:select_weeks",
        per_week=True,
    )
    WEEK_DURATION = _Declared(
        "week_duration",
        (REQUEST, "plan_overview", "week_selection", LIBRARY, CONFIG),
        WeekDuration,
        "duration.week_duration:adjust_weeks",
        per_week=True,
    )
    WEEK_VALIDATION = _Declared(
        "week_validation",
        (REQUEST, "plan_overview", "week_duration", CONFIG),
        ValidatedWeek,
        "validation.week_validation:check_weeks",
        per_week=True,
    )
    FINAL_PLAN = _Declared(
        "final_plan",
        (REQUEST, "plan_overview", "week_validation", LIBRARY, CONFIG, STAMP),
        Plan,
        "final_plan:finalize_plan",
    )
    WEEK_METRICS = _Declared(
        "week_metrics",
        (ORIGIN, REQUEST, "plan_overview", "week_selection", "week_duration", "week_validation", CONFIG),
        WeekMetrics,
        "measures.week_metrics:measure_weeks",
        per_week=True,
    )

    def __new__(cls, name: str, *_: object) -> Stage:
        stage = str.__new__(cls, name)
        stage._value_ = name
        return stage

    def __init__(self, _: str, takes: tuple[str, ...], makes: type[Frozen], made_by: str, per_week: bool) -> None:
        self.takes = takes
        self.makes = makes
        self._made_by = made_by
        self.per_week = per_week

    @property
    def make(self) -> Callable[..., Any]:
        """The function that makes it."""
        module, name = self._made_by.split(":")
        made_by: Callable[..., Any] = getattr(import_module(f"plan_pipeline.core.{module}"), name)
        return made_by


PLANNING_STAGES = tuple(stage for stage in Stage if ORIGIN not in stage.takes)
"""The stages that make the plan; the others measure what was made."""

WEEK_STAGES = tuple(stage for stage in PLANNING_STAGES if stage.per_week)
"""The stages between overview and plan: each makes an artefact for every week."""
