"""Variation of key sessions: what comes back too soon, follows the wrong day, or costs too much for its phase.

The points are part of what a week's workouts are chosen by, all at once, so that hours are met as without them.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.candidates import Candidates, Numbers
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.sports.sport import SessionTypes

NEW_VARIANT_POINTS, USED_COST, MOST_USES_COUNTED = 14.0, 7.0, 3
"""Points of a way to lay out a session that the plan has not had yet, and lost for every time that it has, up to three.
They weigh less than the phase and a step of a series, so that progression goes on."""

AVOIDED_COST = 60.0
"""Points lost on the day after one that the workout is not to follow."""

SAME_IN_LIGHT_WEEK_COST = 16.0
"""Points lost by what a light week before had in the same place, so that no two of them are alike."""

COSTLY, COSTLY_IN_LIGHT_WEEK_COST = 4, 40.0
"""A workout of so much fatigue or more loses so many points in a light week."""


def varies(kind: WorkoutType, types: SessionTypes) -> bool:
    """Whether sessions of a type are key sessions, which differ from one use to the next."""
    return (kind.is_demanding or kind is types.brisk) and kind is not WorkoutType.TEST


def unrepeated(candidates: Candidates, memory: Memory, kind: WorkoutType) -> NDArray[np.bool_]:
    """Which workouts are not laid out as the last of their type was."""
    found = np.ones(len(candidates), dtype=bool)
    for variant in memory.variants(kind)[-1:]:
        if variant in candidates.by_variant:
            found[candidates.by_variant[variant]] = False
    return found


def variation_points(candidates: Candidates, memory: Memory, week: OverviewWeek, day: TrainingDay) -> Numbers:
    """Points of the workouts of a day's type for being new, rested from and right after the day before."""
    uses = Counter(memory.variants(day.workout_type))
    points = np.full(len(candidates), NEW_VARIANT_POINTS)
    for variant, count in uses.items():
        if variant in candidates.by_variant:
            points[candidates.by_variant[variant]] = -USED_COST * min(count, MOST_USES_COUNTED)
    if day.weekday.position:
        before = week.training_days[day.weekday.position - 1].workout_type
        points -= AVOIDED_COST * candidates.avoids[before]
    if week.phase.is_light:
        points -= COSTLY_IN_LIGHT_WEEK_COST * (candidates.fatigue_cost >= COSTLY)
    return points


def light_week_points(candidates: Candidates, memory: Memory, week: OverviewWeek, day: TrainingDay) -> Numbers:
    """Points of the easy workouts of a light week's day: less for those that such a week had in the same place."""
    points = np.zeros(len(candidates))
    place = [each.weekday for each in week.trained].index(day.weekday)
    for workout_id in memory.in_light_weeks(place):
        if workout_id in candidates.row:
            points[candidates.row[workout_id]] -= SAME_IN_LIGHT_WEEK_COST
    return points
