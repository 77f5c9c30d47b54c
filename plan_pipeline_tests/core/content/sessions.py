"""Sessions in as few words as possible.

Belongs here: builders. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet, write_out
from plan_pipeline_tests.core.weeks import segment

Steps = list[tuple[float, float]]
"""(minutes, % of threshold)"""

B, I, A = ExperienceLevel  # noqa: E741 - the letters that the levels have in the tables of the literature


def warmed_up(*segments: Segment) -> tuple[Segment, ...]:
    return (segment("warmup", 15, 50, 75), *segments)


def session(*steps: tuple[float, float]) -> tuple[Segment, ...]:
    """A quarter of an hour of warm-up, and steps after it."""
    return warmed_up(*(segment("interval", minutes, pct) for minutes, pct in steps))


def repeated(count: int, *steps: tuple[float, float]) -> tuple[Segment, ...]:
    """A warm-up, and the same steps so many times."""
    return session(*(steps * count))


def at_most_repeats(workout: LibraryWorkout) -> tuple[Segment, ...]:
    """A library workout with every set repeated as often as it may be."""
    return tuple(
        write_out(
            tuple(
                part.model_copy(update={"repeat": part.repeat_range[1]})
                if isinstance(part, WorkoutSet) and part.repeat_range
                else part
                for part in workout.parts
            )
        )
    )
