"""The schema of the fact tables: their names, the model of a row, and the column types that follow from it."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Sequence
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from plan_pipeline.core.duration.lengths import reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.measures.week_metrics import (
    GenerationMetrics,
    RuleOutcome,
    StageTiming,
    WeekMetrics,
    WorkoutMetrics,
)
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import ModelCall
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library

if TYPE_CHECKING:
    import pandas as pd


class LibraryWorkoutRow(Frozen):
    """A row of ``library_workouts``: one workout of one version of the library.

    ``min_duration_min`` and ``max_duration_min`` are the shortest and longest it can be made.
    """

    library_version: str
    id: str
    name: str
    type: str
    sport: str
    purpose: str
    phases: tuple[str, ...]
    days: tuple[str, ...]
    series: str | None
    level: int | None
    extensible: bool
    strategy: str
    duration_min: float
    min_duration_min: float
    max_duration_min: float
    tss: float
    intensity_factor: float
    fingerprint: str


class PlanConfirmation(Frozen):
    """A row of ``plan_confirmations``: a run that found that a plan's last generation holds, and did not make it again.

    ``generation_id`` is that of the generation; ``run_id`` is the run's.
    """

    plan_id: str
    generation_id: str
    arm: str
    experiment: str | None
    status: PlanStatus
    confirmed_at: dt.datetime
    inputs_hash: str
    content_hash: str | None
    run_id: str


class PlanChange(Frozen):
    """A row of ``plan_changes``: what became of a plan other than by a generation.

    ``change_id`` is in one order with the ids of generations. ``None`` is what the change left as it was.
    """

    plan_id: str
    change_id: str
    changed_at: dt.datetime
    change: str
    generation_id: str | None = None
    rolled_back: bool | None = None
    retired: bool | None = None


class InstanceState(Frozen):
    """A row of ``instance_states``: an instance of a plan as it is from a change on.

    ``change_id`` is in one order with the ids of generations.
    """

    instance_id: str
    change_id: str
    plan_id: str
    athlete_id: str
    start_date: dt.date
    end_date: dt.date
    weeks: int
    created_at: dt.datetime
    changed_at: dt.datetime
    cancelled_at: dt.datetime | None
    changes: int


class FactTable(StrEnum):
    """The tables that facts are kept for; each is a folder of Parquet files and a table of the warehouse."""

    PLAN_GENERATIONS = "plan_generations"
    PLAN_WEEKS = "plan_weeks"
    PLAN_WORKOUTS = "plan_workouts"
    RULE_RESULTS = "rule_results"
    STAGE_TIMINGS = "stage_timings"
    PLAN_CONFIRMATIONS = "plan_confirmations"
    LIBRARY_WORKOUTS = "library_workouts"
    PLAN_CHANGES = "plan_changes"
    LLM_CALLS = "llm_calls"
    INSTANCE_STATES = "instance_states"

    @property
    def row(self) -> type[Frozen]:
        """The model of a row; its fields, in order, are the columns."""
        return _ROWS[self]

    @property
    def columns(self) -> dict[str, str]:
        """Names and SQL types of the columns, in order."""
        return _COLUMNS[self]


_ROWS: dict[FactTable, type[Frozen]] = {
    FactTable.PLAN_GENERATIONS: GenerationMetrics,
    FactTable.PLAN_WEEKS: WeekMetrics,
    FactTable.PLAN_WORKOUTS: WorkoutMetrics,
    FactTable.RULE_RESULTS: RuleOutcome,
    FactTable.STAGE_TIMINGS: StageTiming,
    FactTable.PLAN_CONFIRMATIONS: PlanConfirmation,
    FactTable.LIBRARY_WORKOUTS: LibraryWorkoutRow,
    FactTable.PLAN_CHANGES: PlanChange,
    FactTable.LLM_CALLS: ModelCall,
    FactTable.INSTANCE_STATES: InstanceState,
}

_SQL_TYPES: dict[type, str] = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    dt.date: "DATE",
    dt.datetime: "TIMESTAMPTZ",
}
_FRAME_TYPES = {"BOOLEAN": "boolean", "BIGINT": "Int64", "DOUBLE": "Float64", "TIMESTAMPTZ": "datetime64[us, UTC]"}


def sql_type(annotation: Any) -> str:
    """The column type of a field: enums are text, instants are in UTC, a tuple is a list.

    Raises ``TypeError`` for an annotation that has no column type.
    """
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (argument for argument in get_args(annotation) if argument is not type(None))
    if get_origin(annotation) is tuple:
        return f"{sql_type(get_args(annotation)[0])}[]"
    if isinstance(annotation, type) and issubclass(annotation, str):
        return "VARCHAR"
    try:
        return _SQL_TYPES[annotation]
    except (KeyError, TypeError):
        raise TypeError(f"{annotation!r} has no column type; add it where fact columns are derived") from None


_COLUMNS = {
    table: {name: sql_type(field.annotation) for name, field in row.model_fields.items()}
    for table, row in _ROWS.items()
}


def library_rows(library: Library) -> Iterator[LibraryWorkoutRow]:
    """The rows of one version of the library."""
    for workout in library.workouts:
        lengths = reachable_lengths(workout)
        yield LibraryWorkoutRow(
            library_version=library.version,
            id=workout.id,
            name=workout.name,
            type=workout.type.value,
            sport=workout.sport.value,
            purpose=workout.purpose,
            phases=tuple(phase.value for phase in workout.suitable_phases),
            days=tuple(day.value for day in workout.suitable_days),
            series=workout.series.id if workout.series else None,
            level=workout.series.level if workout.series else None,
            extensible=workout.extensible,
            strategy=workout.duration_scaling_strategy.value,
            duration_min=workout.duration_min,
            min_duration_min=lengths[0].minutes,
            max_duration_min=lengths[-1].minutes,
            tss=workout.tss,
            intensity_factor=workout_load(workout.segments).intensity_factor,
            fingerprint=workout.fingerprint,
        )


def frame_of(table: FactTable, rows: Sequence[Frozen]) -> pd.DataFrame:
    """The rows as a frame whose types do not depend on the values."""
    import pandas as pd  # takes a second, which those who only read need not wait for

    series = {}
    for name, kind in table.columns.items():
        values = [getattr(row, name) for row in rows]
        if kind == "VARCHAR":
            values = [value.value if isinstance(value, Enum) else value for value in values]
        elif kind.endswith("[]"):
            values = [[item.value if isinstance(item, Enum) else item for item in value] for value in values]
        series[name] = pd.Series(values, dtype=_FRAME_TYPES.get(kind, "object"))
    return pd.DataFrame(series)
