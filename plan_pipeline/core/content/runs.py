"""What a run is as its runner reads it: kilometres, and the paces of its steps."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.plan import Workout, WorkoutOption
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, Target
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import Units, pace_text

KM_DIGITS = 2

METRES_A_MINUTE_AND_PCT = 60 / 100
"""Metres in a minute at one percent of a speed of one metre a second."""

_NO_PACE = frozenset({SegmentType.WALK, SegmentType.STRENGTH})


def km_of(segments: Iterable[Segment], runner: Runner) -> float:
    """Kilometres of what is run or walked: distances as written, else minutes at the mean speed; unrounded."""
    metres_a_minute = METRES_A_MINUTE_AND_PCT * runner.threshold_speed
    return added([_km(segment, metres_a_minute) for segment in segments])


def segment_km(segment: Segment, runner: Runner) -> float:
    """Kilometres of one stretch; 0 off the feet."""
    return _km(segment, METRES_A_MINUTE_AND_PCT * runner.threshold_speed)


def _km(segment: Segment, metres_a_minute: float) -> float:
    """Kilometres of a stretch by what a percent of threshold speed makes in a minute."""
    if isinstance(segment, RunningSegment) and segment.distance_m is not None:
        return segment.distance_m / 1000
    if segment.intensity_low_pct is None or segment.intensity_high_pct is None:
        return 0.0
    return segment.duration_min * (segment.intensity_low_pct + segment.intensity_high_pct) / 2 * metres_a_minute / 1000


def as_read(workout: Workout, request: PlanRequest) -> Workout:
    """A workout with the kilometres and paces of the request's runner; one of another sport as it is."""
    if request.sport is not Sport.RUNNING:
        return workout
    athlete = request.athlete_profile
    runner, units = athlete.runner, athlete.units or Units.KM
    changes: dict[str, object] = _measured(workout.segments, runner, units)
    if workout.options:
        changes["options"] = tuple(_option_as_read(option, runner, units) for option in workout.options)
    return workout.model_copy(update=changes)


def _option_as_read(option: WorkoutOption, runner: Runner, units: Units) -> WorkoutOption:
    return option.model_copy(update=_measured(option.segments, runner, units))


def _measured(segments: Sequence[Segment], runner: Runner, units: Units) -> dict[str, object]:
    km = km_of(segments, runner)
    return {
        "segments": tuple([_with_pace(segment, runner, units) for segment in segments]),
        "distance_km": round(km, KM_DIGITS) if km else None,
    }


def _with_pace(segment: Segment, runner: Runner, units: Units) -> Segment:
    if (
        not isinstance(segment, RunningSegment)
        or segment.type in _NO_PACE
        or segment.target is Target.EFFORT
        or not segment.intensity_low_pct
        or segment.intensity_high_pct is None
    ):
        return segment
    slow, fast = _paces(runner, segment.intensity_low_pct, segment.intensity_high_pct, units)
    return segment.model_copy(update={"pace_slow": slow, "pace_fast": fast})


@lru_cache(maxsize=4096)
def _paces(runner: Runner, low_pct: float, high_pct: float, units: Units) -> tuple[str, str]:
    return pace_text(runner.speed(low_pct), units), pace_text(runner.speed(high_pct), units)
