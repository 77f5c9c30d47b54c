"""Rows for analysts, kept as Parquet: one file for each run and table, appended and never edited.

Belongs here: the schema of every fact table, derived from its row model, and writing a run's rows as a whole.
Does not belong here: computing the rows (see ``core.metrics``), joining them (see ``warehouse``). One file a
run and not one a week: 68,400 files took 30 s to query, 46 files with the same rows 0.13 s.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import duckdb
import pandas as pd

from plan_pipeline.core.duration.lengths import reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.metrics import GenerationMetrics, RuleOutcome, StageTiming, WeekMetrics, WorkoutMetrics
from plan_pipeline.core.model import Frozen
from plan_pipeline.core.workout import Library
from plan_pipeline.storage.data_folder import (
    DataFolder,
    UnsafePathError,
    make_folder,
    publish_file,
    sweep,
    temporary_path,
)

if TYPE_CHECKING:
    from plan_pipeline.core.pipeline import PlanFacts

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


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


class FactTable(StrEnum):
    """The tables that facts are kept for; each is a folder of Parquet files and a table of the warehouse."""

    PLAN_GENERATIONS = "plan_generations"
    PLAN_WEEKS = "plan_weeks"
    PLAN_WORKOUTS = "plan_workouts"
    RULE_RESULTS = "rule_results"
    STAGE_TIMINGS = "stage_timings"
    LIBRARY_WORKOUTS = "library_workouts"

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
    FactTable.LIBRARY_WORKOUTS: LibraryWorkoutRow,
}

_SQL_TYPES: dict[type, str] = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", dt.datetime: "TIMESTAMPTZ"}
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


class FactStore:
    """The fact files of a data folder, ``facts/<table>/part-<part>.parquet``."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def write(self, table: FactTable, part: str, rows: Sequence[Frozen]) -> Path | None:
        """Write the rows of a part, usually a run, in place of any it had; ``None`` where there are no rows.

        The file is written under a dot-name, synced and renamed: it is there as a whole or not at all.
        Raises ``UnsafePathError`` for a part that is not usable as a file name.
        """
        with duckdb.connect(":memory:", config={"threads": 1}) as db:
            return self._write(db, table, part, rows)

    def write_all(self, part: str, facts: Iterable[PlanFacts]) -> dict[FactTable, Path]:
        """Write the rows of many generations as one part a table.

        ``plan_generations`` goes first and comes last: a run that is killed in between leaves rows of no generation,
        which views leave out, and never a generation without its rows.
        """
        everything = list(facts)
        rows: dict[FactTable, list[Frozen]] = {
            FactTable.PLAN_WEEKS: [row for fact in everything for row in fact.weeks],
            FactTable.PLAN_WORKOUTS: [row for fact in everything for row in fact.workouts],
            FactTable.RULE_RESULTS: [row for fact in everything for row in fact.rules],
            FactTable.STAGE_TIMINGS: [row for fact in everything for row in fact.timings],
            FactTable.PLAN_GENERATIONS: [fact.generation for fact in everything],
        }
        self._path(FactTable.PLAN_GENERATIONS, part).unlink(missing_ok=True)
        with duckdb.connect(":memory:", config={"threads": 1}) as db:
            paths = {table: self._write(db, table, part, table_rows) for table, table_rows in rows.items()}
        return {table: path for table, path in paths.items() if path is not None}

    def write_library(self, library: Library) -> Path | None:
        """Keep a version of the library, once: facts of older versions stay joined to the workouts they used."""
        path = self._path(FactTable.LIBRARY_WORKOUTS, library.version)
        if path.is_file():
            return path
        return self.write(FactTable.LIBRARY_WORKOUTS, library.version, list(library_rows(library)))

    def files(self, table: FactTable) -> tuple[Path, ...]:
        """The files that count, in order; what a writer has not finished is left out."""
        return tuple(sorted(self.data.place("facts", table).glob("part-*.parquet")))

    def sweep(self) -> int:
        """Remove what killed writers left. Returns the number of files."""
        return sum(sweep(self.data.place("facts", table)) for table in FactTable)

    def _path(self, table: FactTable, part: str) -> Path:
        if not _PART.fullmatch(part):
            raise UnsafePathError(
                f"{part!r} is not usable in a file name: use up to 128 letters, digits, '.', '_' and '-', "
                "starting with a letter or digit"
            )
        return self.data.place("facts", table) / f"part-{part}.parquet"

    def _write(self, db: duckdb.DuckDBPyConnection, table: FactTable, part: str, rows: Sequence[Frozen]) -> Path | None:
        path = self._path(table, part)
        if not rows:
            path.unlink(missing_ok=True)
            return None
        make_folder(path.parent)
        columns = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in table.columns.items())
        temporary = temporary_path(path)
        db.register("fact_rows", _frame(table, rows))
        try:
            db.execute(f"COPY (SELECT {columns} FROM fact_rows) TO {sql_literal(temporary)} (FORMAT parquet)")  # noqa: S608
            publish_file(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        finally:
            db.unregister("fact_rows")
        return path


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


def _frame(table: FactTable, rows: Sequence[Frozen]) -> pd.DataFrame:
    """The rows as a frame whose types do not depend on the values."""
    series = {}
    for name, kind in table.columns.items():
        values = [getattr(row, name) for row in rows]
        if kind == "VARCHAR":
            values = [value.value if isinstance(value, Enum) else value for value in values]
        elif kind.endswith("[]"):
            values = [list(value) for value in values]
        series[name] = pd.Series(values, dtype=_FRAME_TYPES.get(kind, "object"))
    return pd.DataFrame(series)


def sql_literal(text: str | Path) -> str:
    """Text or a path as SQL text, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"
