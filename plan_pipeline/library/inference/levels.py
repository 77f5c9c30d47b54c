"""For whom a workout is: what riders of a level are to be asked for."""

from collections.abc import Sequence
from typing import Final

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet, write_out
from plan_pipeline.library.ranged import Parts

ROUNDING_MIN: Final = 1e-6
"""Seconds as minutes do not always add up to whole ones."""


def may_be_asked(
    parts: Sequence[Step | WorkoutSet], kind: WorkoutType, level: ExperienceLevel, config: PlanningConfig
) -> bool:
    """Whether a workout at its fewest repeats holds no more of any intensity than a session, or a week, of riders of a
    level is to hold. A test may hold anything, and so may a workout for the highest level.
    """
    if kind is WorkoutType.TEST or level is tuple(ExperienceLevel)[-1]:
        return True
    limits, bands = config.levels.of(level), session_content(tuple(write_out(_at_fewest(parts)))).bands
    most_of = (*limits.session_minutes.items(), *limits.weekly_minutes.items())
    within = all(bands.of(band) <= most + ROUNDING_MIN for band, most in most_of)
    return within and bands.within((Band.VO2MAX, Band.ANAEROBIC)) <= limits.session_from_106 + ROUNDING_MIN


def _at_fewest(parts: Sequence[Step | WorkoutSet]) -> Parts:
    return tuple(
        part.model_copy(update={"repeat": part.repeat_range[0]})
        if isinstance(part, WorkoutSet) and part.repeat_range
        else part
        for part in parts
    )
