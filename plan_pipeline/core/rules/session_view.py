"""What the rules measure of one session: its content, and what that means for the athlete's level."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.hardness import why_hard
from plan_pipeline.core.content.rideability import Breach, breaches_of, is_near_limit
from plan_pipeline.core.content.session import SessionContent, content_of
from plan_pipeline.core.content.stretches import highest_pct
from plan_pipeline.core.load import SHAPES_KEPT, Shape, shape_of
from plan_pipeline.core.load_over_time import IntensityMinutes, intensity_minutes
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WorkoutType
from plan_pipeline.core.sports.records import record_of


class SessionView(NamedTuple):
    """A session. ``hard`` is what makes it hard, if anything does; ``breaches`` is what is too much in it.

    ``highest_pct`` is the most that is ridden, % of threshold; ``balance_pct`` the least of W′ that is left, ``None``
    where nothing is ridden above threshold.
    """

    content: SessionContent
    intensity: IntensityMinutes
    hard: str | None
    breaches: tuple[Breach, ...]
    highest_pct: float
    balance_pct: float | None
    is_near_limit: bool


def session_view(
    segments: Sequence[Segment], kind: WorkoutType, experience: ExperienceLevel, config: PlanningConfig
) -> SessionView:
    """The measures of a session for an athlete; computed once per shape, type, level and configuration."""
    return _view_of(shape_of(segments), kind, experience, config)


@lru_cache(maxsize=SHAPES_KEPT)
def _view_of(shape: Shape, kind: WorkoutType, experience: ExperienceLevel, config: PlanningConfig) -> SessionView:
    content, capacity = content_of(shape), config.levels.of(experience).capacity
    return SessionView(
        content=content,
        intensity=intensity_minutes(content.by_intensity, record_of(config.sport).levels),
        hard=why_hard(content, kind, config.content.hardness),
        breaches=breaches_of(shape, kind, experience, config),
        highest_pct=highest_pct(content.stretches),
        balance_pct=content.lowest_balance_pct(capacity.w_prime_s) if content.surges else None,
        is_near_limit=is_near_limit(content, capacity),
    )
