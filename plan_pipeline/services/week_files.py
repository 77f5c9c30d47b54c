"""A week that was written elsewhere, read and judged: what ``validate-week`` works on.

What cannot be read is a ``WeekFileError`` that names file, field and remedy; what is merely unknown in a workout or a
segment is kept and written back.
"""

import operator
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import TrainingDay, ValidatedWeek, Workout
from plan_pipeline.core.model.segments import RunningSegment, Segment, WrittenPercent, planned_minutes
from plan_pipeline.core.model.vocabulary import Phase, SegmentType, Sport, Weekday, WorkoutSource, WorkoutType
from plan_pipeline.core.model.written import Number, Truth, WholeNumber, in_digits
from plan_pipeline.core.validation.auto_fix import is_endurance
from plan_pipeline.core.validation.week_validation import validate_week
from plan_pipeline.library.inference.types import type_of
from plan_pipeline.strict_input.input_limits import MAX_WEEK_BYTES, MAX_WEEK_DEPTH, StrictInputError, shortened
from plan_pipeline.strict_input.strict_json import read_json
from plan_pipeline.strict_input.validation_messages import FieldProblem, Location, field_problems, in_words

MAX_DAY_MIN = 24 * 60

STATED_MINUTES_TOLERANCE = 1.0
"""How far a stated duration may be from the sum of the segments, in a file from elsewhere that rounds to minutes."""


class WeekFileError(ValueError):
    """A file of a week that cannot be used; the text says which field of which file, and what to do."""


def judge_week_files(overview: Path, workouts: Path, *, auto_fix: bool, all_days: bool = False) -> ValidatedWeek:
    """Judge the week in two files; ``all_days`` asks that both name all seven weekdays.

    Days of rest come back in their places among the workouts. Raises ``WeekFileError`` for a file that cannot be read
    or understood.
    """
    week, entries = read_overview_week(overview), read_workouts(workouts)
    judged = validate_week(
        week_number=week.week_number,
        phase=week.phase,
        target_hours=week.target_hours,
        target_tss=week.target_tss,
        training_days=week.seven_days,
        workouts=tuple(entry for entry in entries if entry.segments),
        auto_fix=auto_fix,
        faults=tuple(_missing_days(week, entries)) if all_days else (),
    )
    workouts_left = iter(judged.workouts)
    placed = tuple(next(workouts_left) if entry.segments else entry for entry in entries)
    return judged.model_copy(update={"workouts": placed})


def week_as_json(validated: ValidatedWeek) -> dict[str, Any]:
    """A verdict and its workouts in the plan's form, with whatever else their file held."""
    return {
        "validation": validated.validation.model_dump(mode="json"),
        "workouts": [workout.model_dump(mode="json", serialize_as_any=True) for workout in validated.workouts],
    }


def _missing_days(week: "OverviewWeekFile", entries: Iterable[Workout]) -> Iterator[str]:
    trained, named = {entry.weekday for entry in entries}, {day.weekday for day in week.training_days}
    for weekday in Weekday:
        if weekday not in named:
            yield f"Week {week.week_number}: {weekday} is missing in the overview; say what the day is for, or rest"
        if weekday not in trained:
            yield f"Week {week.week_number}: {weekday} is missing; give it a workout, or an entry of type rest"


def _null_as_empty(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_null_as_empty)]


class _InputDay(BaseModel):
    weekday: Weekday
    workout_type: WorkoutType


class OverviewWeekFile(BaseModel):
    """One week of an overview as others write it. Unknown keys are passed over; ``total_hours`` is an older name."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    week_number: Annotated[WholeNumber, Field(ge=1)]
    phase: Phase
    target_hours: Annotated[Number, Field(ge=0)] | None = None
    target_tss: Annotated[Number, Field(ge=0)] | None = None
    training_days: tuple[_InputDay, ...]

    @property
    def seven_days(self) -> tuple[TrainingDay, ...]:
        """The whole week, Monday first; days that are not listed are rest."""
        listed = {day.weekday: day.workout_type for day in self.training_days}
        return tuple(TrainingDay(weekday=d, workout_type=listed.get(d, WorkoutType.REST)) for d in Weekday)

    @model_validator(mode="before")
    @classmethod
    def _read_older_name(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("target_hours") is None and "total_hours" in value:
            return {**value, "target_hours": value["total_hours"]}
        return value

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        for weekday, times in Counter(day.weekday for day in self.training_days).items():
            if times > 1:
                raise ValueError(f"training_days lists {weekday} {times} times; give each weekday once")
        return self


class OutsideSegment(Segment):
    """A segment from elsewhere: power may be left out off the bike, unknown keys are kept."""

    model_config = ConfigDict(extra="allow")

    duration_min: Annotated[Number, Field(gt=0, le=MAX_DAY_MIN)]
    intensity_low_pct: WrittenPercent | None = Field(default=None, alias="power_low_pct")
    intensity_high_pct: WrittenPercent | None = Field(default=None, alias="power_high_pct")
    description: Text = ""
    set_index: WholeNumber | None = Field(default=None, exclude_if=operator.not_)
    set_count: WholeNumber | None = Field(default=None, exclude_if=operator.not_)

    @model_validator(mode="after")
    def _power_is_a_pair(self) -> Self:
        if (self.intensity_low_pct is None) != (self.intensity_high_pct is None):
            raise ValueError("has one of power_low_pct and power_high_pct; give both, or neither off the bike")
        return self


class OutsideRunningSegment(RunningSegment):
    """The same of running, whose intensity is a share of speed."""

    model_config = ConfigDict(extra="allow")

    duration_min: Annotated[Number, Field(gt=0, le=MAX_DAY_MIN)]
    intensity_low_pct: WrittenPercent | None = Field(default=None, alias="speed_low_pct")
    intensity_high_pct: WrittenPercent | None = Field(default=None, alias="speed_high_pct")
    description: Text = ""
    set_index: WholeNumber | None = Field(default=None, exclude_if=operator.not_)
    set_count: WholeNumber | None = Field(default=None, exclude_if=operator.not_)

    @model_validator(mode="after")
    def _speed_is_a_pair(self) -> Self:
        if (self.intensity_low_pct is None) != (self.intensity_high_pct is None):
            raise ValueError("has one of speed_low_pct and speed_high_pct; give both, or neither off the feet")
        return self


def _sport_of_segment(segment: Any) -> str:
    """A segment is one of running where it names a speed or a distance."""
    named = segment if isinstance(segment, dict) else {}
    is_running = isinstance(segment, RunningSegment) or any(key in named for key in _OF_RUNNING)
    return _RUN if is_running else _RIDDEN


_OF_RUNNING = ("speed_low_pct", "speed_high_pct", "distance_m")
_RUN, _RIDDEN = "run", "ridden"

AnyOutsideSegment = Annotated[
    Annotated[OutsideRunningSegment, Tag(_RUN)] | Annotated[OutsideSegment, Tag(_RIDDEN)],
    Discriminator(_sport_of_segment),
]


class OutsideWorkout(Workout):
    """A workout from elsewhere; unknown keys are kept, through a fix as well."""

    model_config = ConfigDict(extra="allow")


class WorkoutFile(BaseModel):
    """What is read of a workout; its load is computed from its segments, whatever the file says it is."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)

    weekday: Weekday
    segments: Annotated[tuple[AnyOutsideSegment, ...], Field(min_length=1)]
    name: Text = ""
    type: WorkoutType | None = None
    description: Text = ""
    duration_min: Annotated[Number, Field(gt=0)] | None = None
    source: WorkoutSource | None = None
    library_workout_id: str | None = None
    base_duration_min: Annotated[Number, Field(gt=0)] | None = None
    optional: Truth | None = None
    optional_reason: str | None = None
    rationale: Text = ""

    def workout(self) -> OutsideWorkout:
        """The workout with its load, and with a type where the file gave none."""
        planned = planned_minutes(self.segments)
        stated = planned if self.duration_min is None else self.duration_min
        load = workout_load(self.segments)
        computed = {
            "name": self.name or f"{self.weekday} workout",
            "type": self.type or WorkoutType.MIXED,
            "duration_min": planned if abs(stated - planned) <= STATED_MINUTES_TOLERANCE else stated,
            "tss": load.tss,
            "tss_method": load.method,
            "tss_if2": load.tss_if2,
            "intensity_factor": load.intensity_factor,
            "source": self.source or (WorkoutSource.LIBRARY if self.library_workout_id else WorkoutSource.LLM),
            "optional": bool(self.optional),
        }
        workout = OutsideWorkout(**{**dict(self), **computed})
        return workout if self.type else workout.model_copy(update={"type": _inferred_type(workout)})


class RestFile(BaseModel):
    """An entry that says that a day has no training."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)

    weekday: Weekday
    name: Text = ""
    type: WorkoutType | None = None
    description: Text = ""
    duration_min: Number | None = None
    source: WorkoutSource | None = None
    rationale: Text = ""

    @field_validator("duration_min")
    @classmethod
    def _is_none(cls, stated: float | None) -> float | None:
        if stated:
            raise ValueError(f"is {stated:g} on a day of rest; set it to 0, or give the day its type and segments")
        return stated

    def workout(self) -> OutsideWorkout:
        """The day in the plan's form: a workout of nothing."""
        load = workout_load(())
        nothing = {
            "name": self.name or "Rest",
            "type": WorkoutType.REST,
            "duration_min": 0.0,
            "tss": load.tss,
            "tss_method": load.method,
            "tss_if2": load.tss_if2,
            "intensity_factor": load.intensity_factor,
            "segments": (),
            "source": self.source or WorkoutSource.LLM,
        }
        return OutsideWorkout(**{**dict(self), **nothing})


def _kind_of(entry: Any) -> str:
    """Rest is an entry without segments that says so: by its type, by its name where it has none, or by 0 minutes."""
    if not isinstance(entry, dict) or entry.get("segments"):
        return _TRAINED
    kind = entry.get("type") or entry.get("workout_type")
    if kind is None:
        kind = "rest" if in_digits(entry.get("duration_min")) == 0 else entry.get("name")
    try:
        return _RESTED if WorkoutType(str(kind)) is WorkoutType.REST else _TRAINED
    except ValueError:
        return _TRAINED


_TRAINED, _RESTED = "trained", "rested"
_WORKOUTS = TypeAdapter(
    list[
        Annotated[
            Annotated[WorkoutFile, Tag(_TRAINED)] | Annotated[RestFile, Tag(_RESTED)],
            Discriminator(_kind_of),
        ]
    ]
)


def read_overview_week(path: Path) -> OverviewWeekFile:
    """Read one week of an overview. Raises ``WeekFileError``."""
    content = _read_json(path)
    if not isinstance(content, dict):
        raise WeekFileError(
            f"{path}: must be one JSON object, the week of an overview, not {shortened(in_words(content))}"
        )
    try:
        return OverviewWeekFile.model_validate(content)
    except ValidationError as error:
        raise WeekFileError(described(path, error, OverviewWeekFile)) from None


def read_workouts(path: Path) -> tuple[OutsideWorkout, ...]:
    """Read a week's workouts: an array, or an object that has one under ``workouts``. Raises ``WeekFileError``.

    A day of rest may have an entry, without segments; it becomes a workout of nothing.

    A workout without a type is strength if its segments are, endurance if it looks like an endurance ride, and mixed
    otherwise; a run has the type that an imported one has. One without a duration lasts as long as its segments.
    """
    content = _read_json(path)
    listed = content.get("workouts") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise WeekFileError(
            f"{path}: must be an array of workouts, or an object with such an array under 'workouts', "
            f"not {shortened(in_words(content))}"
        )
    return workouts_of(path, listed, ("workouts",))


def workouts_of(path: Path, listed: Any, within: Location) -> tuple[OutsideWorkout, ...]:
    """The workouts of a week, from an array that is at a place within a file; see ``read_workouts``."""
    field = FieldProblem(within, "", "").indexed_field
    try:
        read = _WORKOUTS.validate_python(listed)
    except ValidationError as error:
        raise WeekFileError(described(path, error, WorkoutFile, within)) from None
    minutes = dict.fromkeys(Weekday, 0.0)
    rests = {entry.weekday for entry in read if isinstance(entry, RestFile)}
    for index, workout in enumerate(read):
        if isinstance(workout, RestFile):
            continue
        if workout.weekday in rests:
            raise WeekFileError(
                f"{path}: {field}[{index}].weekday: {workout.weekday} is a day of rest in another entry; remove one"
            )
        minutes[workout.weekday] += planned_minutes(workout.segments)
        if minutes[workout.weekday] > MAX_DAY_MIN:
            raise WeekFileError(
                f"{path}: {field}[{index}].segments: with them {workout.weekday} has "
                f"{minutes[workout.weekday]:g} min of training, and a day has {MAX_DAY_MIN}; shorten them"
            )
    return tuple(workout.workout() for workout in read)


def _inferred_type(workout: Workout) -> WorkoutType:
    if all(segment.type is SegmentType.STRENGTH for segment in workout.segments):
        return WorkoutType.STRENGTH
    if any(isinstance(segment, RunningSegment) for segment in workout.segments):
        return type_of(workout.segments, workout.name, Sport.RUNNING)
    return WorkoutType.ENDURANCE if is_endurance(workout) else WorkoutType.MIXED


def _read_json(path: Path) -> Any:
    try:
        return read_json(path, MAX_WEEK_BYTES, max_depth=MAX_WEEK_DEPTH, remedy="give the file of a single week")
    except StrictInputError as error:
        raise WeekFileError(f"{path}: {error}") from None


_REMEDIES = {
    "power_low_pct": "give % of threshold, such as 65",
    "power_high_pct": "give % of threshold, such as 75",
    "speed_low_pct": "give % of threshold speed, such as 78",
    "speed_high_pct": "give % of threshold speed, such as 82",
    "target_hours": "give hours as a number, or null for no check",
    "target_tss": "give TSS as a number, or null for no check",
    "week_number": "number weeks 1, 2, 3 …",
    "training_days": "list objects with weekday and workout_type",
}


def described(path: Path, error: ValidationError, model: type[BaseModel], within: Location = ()) -> str:
    """The first problem as ``file: field[0].field: what is wrong; what to do``, and how many there are besides."""
    found = field_problems(error, model, remedies=_REMEDIES)
    first = found.first
    location = tuple(key for key in first.location if key not in (_TRAINED, _RESTED, _RUN, _RIDDEN))
    field = first._replace(location=(*within, *location)).indexed_field
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return ": ".join(filter(None, (str(path), field, first.text))) + more
