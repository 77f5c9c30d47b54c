"""A session between formats: a name, what the athlete reads, and steps in order, sets kept with their count.

Every format is written from it and read into it, so that none of them knows another, the library or the plan.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from pydantic import Field

from plan_pipeline.core.load import in_riding_order
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.steps import RunningStep, Step
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, Target, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet
from plan_pipeline.core.paces.runner import Runner

MOST_REPEATS: Final = 60
"""Of a set of the library."""

MINUTE_DIGITS: Final = 6
"""Of minutes that are made of seconds: a third of a minute is 0.333333, as the library writes it."""


class SessionStep(Frozen):
    """One stretch: seconds, and % of threshold from its start to its end; both are ``None`` where there is no target.

    ``role`` is ``None`` where a format does not say it. A stretch of running may be a distance, ``distance_m``, and its
    seconds are what that takes; one that goes ``by_effort`` is shown no pace, and its % are what its load is reckoned
    with.
    """

    duration_s: float = Field(gt=0)
    start_pct: float | None = Field(default=None, ge=0)
    end_pct: float | None = Field(default=None, ge=0)
    role: SegmentType | None = None
    text: str = ""
    distance_m: float | None = Field(default=None, gt=0, repr=False)
    by_effort: bool = Field(default=False, repr=False)

    @property
    def is_steady(self) -> bool:
        return self.start_pct == self.end_pct

    @property
    def highest_pct(self) -> float:
        """The higher end, % of threshold; 0 without a target."""
        return max(self.start_pct or 0.0, self.end_pct or 0.0)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two steps have to share to be the same work; what a distance takes depends on the runner."""
        length = (self.duration_s,) if self.distance_m is None else ("m", self.distance_m)
        return *length, self.start_pct, self.end_pct


class SessionSet(Frozen):
    """Steps that are done ``repeat`` times."""

    repeat: int = Field(ge=1)
    steps: tuple[SessionStep, ...] = Field(min_length=1)


SessionPart = SessionStep | SessionSet


class Session(Frozen):
    """What a workout file holds. ``ftp_watts`` is the threshold that formats in watts are written by, and ``runner``
    whose speeds a run is written in.

    ``unmeasured`` says what is done in place of running, strength or cross-training, where nothing has a pace.
    """

    name: str
    description: str = ""
    parts: tuple[SessionPart, ...] = Field(min_length=1)
    ftp_watts: float | None = Field(default=None, gt=0)
    made_at: dt.datetime | None = None
    sport: Sport = Sport.CYCLING
    runner: Runner | None = None
    unmeasured: WorkoutType | None = None

    @property
    def steps(self) -> tuple[SessionStep, ...]:
        """Every step in riding order, sets written out."""
        return tuple(written_out(self.parts))

    @property
    def is_off_the_bike(self) -> bool:
        """Whether no step has a target."""
        return all(step.start_pct is None for step in self.steps)


def written_out(parts: Sequence[SessionPart]) -> Iterator[SessionStep]:
    """The steps of parts in riding order."""
    for part in parts:
        if isinstance(part, SessionSet):
            yield from part.steps * part.repeat
        else:
            yield part


# --- from and to the models of plan and library ---------------------------------------------------------------


def parts_of_segments(segments: Sequence[Segment]) -> tuple[SessionPart, ...]:
    """The parts of a workout whose sets are written out; a set whose repeats differ stays written out."""
    parts: list[SessionPart] = []
    for count, run in groupby(segments, key=lambda segment: segment.set_count):
        if count is None:
            parts += map(_step_of_segment, run)
        else:
            parts += _sets_of(list(run), count)
    return tuple(parts)


def parts_of_library(parts: Sequence[Step | WorkoutSet]) -> tuple[SessionPart, ...]:
    """The parts of a library workout at its own length."""
    return tuple(_part_of_library(part) for part in parts)


def library_parts(parts: Sequence[SessionPart], sport: Sport = Sport.CYCLING) -> tuple[Step | WorkoutSet, ...]:
    """The parts of a session of a sport as the library has them, without ranges.

    Raises pydantic's ``ValidationError`` for what is beyond a workout of the library.
    """
    step_of = _running_step if sport is Sport.RUNNING else _library_step
    return tuple(made for part in parts for made in _library_parts(part, step_of))


def _library_parts(part: SessionPart, step_of: Callable[[SessionStep], Step]) -> Iterator[Step | WorkoutSet]:
    """A set of more repeats than the library has in one is several."""
    if not isinstance(part, SessionSet):
        yield step_of(part)
        return
    steps, left = tuple(map(step_of, part.steps)), part.repeat
    while left > 0:
        yield WorkoutSet(repeat=min(left, MOST_REPEATS), steps=steps)
        left -= MOST_REPEATS


def _sets_of(run: list[Segment], count: int) -> Iterator[SessionPart]:
    while run:
        length = next((i for i, segment in enumerate(run) if segment.set_index != run[0].set_index), len(run))
        repeats = [[_step_of_segment(each) for each in run[i * length : (i + 1) * length]] for i in range(count)]
        if count < 2 or any(repeat != repeats[0] for repeat in repeats):
            yield from map(_step_of_segment, run)
            return
        yield SessionSet(repeat=count, steps=tuple(repeats[0]))
        run = run[length * count :]


def _part_of_library(part: Step | WorkoutSet) -> SessionPart:
    if isinstance(part, Step):
        return _step_of_segment(part.segment)
    return SessionSet(repeat=part.repeat, steps=tuple(_step_of_segment(step.segment) for step in part.steps))


def _step_of_segment(segment: Segment) -> SessionStep:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    start, end = (None, None) if low is None or high is None else in_riding_order(segment.type, low, high)
    run = segment if isinstance(segment, RunningSegment) else None
    return SessionStep(
        duration_s=round(segment.duration_min * 60, 2),
        start_pct=start,
        end_pct=end,
        role=segment.type,
        text=segment.description,
        distance_m=run.distance_m if run else None,
        by_effort=run is not None and (run.target is Target.EFFORT or run.type is SegmentType.WALK),
    )


def _library_step(step: SessionStep) -> Step:
    role, low, high = _rising(step)
    return Step(
        type=role,
        duration_min=round(step.duration_s / 60, MINUTE_DIGITS),
        intensity_low_pct=low,
        intensity_high_pct=high,
        description=step.text,
    )


def _running_step(step: SessionStep) -> Step:
    """A distance stays one: the library says what it takes."""
    role, low, high = _rising(step)
    minutes = {"duration_min": round(step.duration_s / 60, MINUTE_DIGITS)}
    return RunningStep.model_validate(
        {
            "type": role,
            "speed_low_pct": low,
            "speed_high_pct": high,
            "description": step.text,
            "by_effort": step.by_effort,
            **(minutes if step.distance_m is None else {"distance_m": step.distance_m}),
        }
    )


def _rising(step: SessionStep) -> tuple[SegmentType, float | None, float | None]:
    """Role, lower and higher end: what falls is a cooldown, which is the one step of the library that does."""
    role, start, end = step.role or SegmentType.STEADY, step.start_pct, step.end_pct
    if start is not None and end is not None and start > end:
        return SegmentType.COOLDOWN, end, start
    return role, start, end
