"""What is planned can be ridden: no plan holds a session that nobody of its athlete's level can ride."""

from __future__ import annotations

import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.rideability import Breach, rideability_breaches
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library, rider

FIVE_DAYS = ["tuesday", "wednesday", "thursday", "saturday", "sunday"]


def a_rider(level: ExperienceLevel) -> PlanRequest:
    request = rider(9, FIVE_DAYS, goal="vo2max")
    profile = request.athlete_profile.model_copy(update={"experience_level": level})
    return request.model_copy(update={"athlete_profile": profile})


def with_w_prime(level: ExperienceLevel, w_prime_s: float) -> PlanningConfig:
    """The shipped configuration, with another W′ for a level."""
    config = real_config()
    limits = config.levels.of(level)
    capacity = limits.capacity.model_copy(update={"w_prime_s": w_prime_s})
    levels = config.levels.model_copy(update={level.value: limits.model_copy(update={"capacity": capacity})})
    return config.model_copy(update={"levels": levels, "version": f"{config.version}-{level}-{w_prime_s:g}"})


def unrideable(request: PlanRequest, planned_by: PlanningConfig, judged_by: PlanningConfig) -> list[Breach]:
    """Errors in the sessions of a plan that is made by one configuration and judged by another."""
    level = request.athlete_profile.experience_level
    result = generate_plan(request, real_library(), planned_by, stamp=STAMP)
    assert len(result.weeks) == request.total_weeks
    return [
        breach
        for week in result.weeks
        for workout in week.validated.workouts
        for breach in rideability_breaches(workout.segments, workout.type, level, judged_by)
        if breach.severity is RuleSeverity.ERROR
    ]


@pytest.mark.parametrize("level", ExperienceLevel)
def test_no_planned_session_is_beyond_its_riders(level: ExperienceLevel) -> None:
    assert unrideable(a_rider(level), real_config(), real_config()) == []


def test_with_less_w_prime_other_sessions_are_planned() -> None:
    level = ExperienceLevel.ADVANCED
    weak = with_w_prime(level, 15)

    assert unrideable(a_rider(level), real_config(), judged_by=weak) != []
    assert unrideable(a_rider(level), weak, judged_by=weak) == []
