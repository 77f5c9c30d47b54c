"""Facts of earlier versions, read as if they had been written today: one small step from each version to the next.

Files are never rewritten for a new version; each row says in a column which version it was written in, which survives
whatever tool copies or rewrites a file.

A new version: raise ``SCHEMA_VERSION`` and add a migration for each table whose columns were renamed, retyped or
added with a meaning for older rows. A column that older rows simply do not have needs none: it is null for them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.manifest import PART_COLUMN, PART_PREFIX, StoredPart
from plan_pipeline.storage.sql_text import sql_literal

SCHEMA_VERSION: Final = 3
VERSION_COLUMN: Final = "schema_version"
"""The column of a fact file that says which version a row was written in."""

FIRST_VERSION: Final = 1
"""The version of files that do not say theirs: they are older than the column."""


class NewerFactsError(StorageError):
    """Facts that a newer version of the program wrote."""


class Migration(NamedTuple):
    """How the rows of a table become rows of ``to_version``, from the version before it.

    ``select`` is a query over ``facts``, the rows of the version before. ``reads`` are the columns that it needs with
    their types in that version; they are null where a file lacks them.
    """

    name: str
    table: FactTable
    to_version: int
    reads: dict[str, str]
    select: str


GENERATIONS_WERE_REAL = Migration(
    "generations_were_real",
    FactTable.PLAN_GENERATIONS,
    to_version=2,
    reads={},
    select="SELECT *, false AS simulated FROM facts",
)

_ABOVE, _BELOW = "above the target", "below the target"

CAUSES_OF_ERRORS = Migration(
    "causes_of_errors",
    FactTable.PLAN_WEEKS,
    to_version=2,
    reads={"passed": "BOOLEAN", "infeasible": "BOOLEAN", "errors": "VARCHAR"},
    select=f"""
        SELECT
            * EXCLUDE (found),
            CASE
                WHEN passed AND infeasible IS NOT TRUE THEN []
                WHEN len(found) = 0 THEN ['other']
                ELSE found
            END AS causes
        FROM (
            SELECT *, list_filter([
                CASE WHEN infeasible THEN 'infeasible' END,
                CASE WHEN NOT infeasible AND regexp_matches(errors, 'planned time [^;]*{_ABOVE}') THEN 'too_long' END,
                CASE WHEN NOT infeasible AND regexp_matches(errors, 'planned time [^;]*{_BELOW}') THEN 'too_short' END,
                CASE WHEN NOT infeasible AND regexp_matches(errors, 'planned TSS [^;]*{_ABOVE}') THEN 'tss_high' END,
                CASE WHEN NOT infeasible AND regexp_matches(errors, 'planned TSS [^;]*{_BELOW}') THEN 'tss_low' END,
                CASE WHEN regexp_matches(errors, 'is not a training day|its segments add up to') THEN 'structure' END
            ], lambda cause: cause IS NOT NULL) AS found
            FROM facts
        )
    """,  # noqa: S608
)
"""Version 1 kept what validation found as sentences alone, joined by semicolons."""

ALL_WAS_CYCLING: Final = tuple(
    Migration(
        f"{table.value}_were_of_cycling",
        table,
        to_version=3,
        reads={"sport": "VARCHAR"},
        select=f"SELECT * REPLACE (coalesce(sport, '{Sport.CYCLING.value}') AS sport) FROM facts",  # noqa: S608
    )
    for table in (
        FactTable.PLAN_GENERATIONS,
        FactTable.PLAN_WEEKS,
        FactTable.PLAN_WORKOUTS,
        FactTable.RULE_RESULTS,
        FactTable.STAGE_TIMINGS,
    )
)
"""Up to version 2 there was one sport, and rows did not name it."""

MIGRATIONS: Final = (GENERATIONS_WERE_REAL, CAUSES_OF_ERRORS, *ALL_WAS_CYCLING)


def fact_queries(
    db: duckdb.DuckDBPyConnection,
    table: FactTable,
    parts: Iterable[StoredPart],
    *,
    migrations: Sequence[Migration] = MIGRATIONS,
    version: int = SCHEMA_VERSION,
) -> list[str]:
    """Queries that together give the rows of some parts: the columns of ``version``, and each row's ``part``.

    Columns that no version up to ``version`` knows may be among them, columns that a file lacks may be missing. Raises
    ``NewerFactsError`` naming a file of a later version, ``duckdb.Error`` for a file that cannot be read.
    """
    by_version: dict[int, list[StoredPart]] = defaultdict(list)
    listed = list(parts)
    versions = _versions(db, {stored.path for stored in listed})
    for stored in listed:
        if stored.path in versions:
            by_version[versions[stored.path]].append(stored)
    newest = max(by_version, default=version)
    if newest > version:
        raise NewerFactsError(
            f"{by_version[newest][0].path} was written by a newer version of plan-pipeline (its facts are of version "
            f"{newest}, this program reads up to {version}); update the program, or move the file out of the folder"
        )
    return [
        _migrated(_as_written(stored), [m for m in migrations if m.table is table and found < m.to_version <= version])
        for found, stored in sorted(by_version.items())
    ]


def _versions(db: duckdb.DuckDBPyConnection, paths: Collection[Path]) -> dict[Path, int]:
    """The version of each file that has rows. Raises ``StorageError`` for one that holds rows of several."""
    if not paths:
        return {}
    files = {"files": sorted(map(str, paths))}
    filled = db.execute("SELECT file_name FROM parquet_file_metadata($files) WHERE num_rows > 0", files).fetchall()
    found = db.execute(
        "SELECT file_name, min(stats_min_value::INTEGER), max(stats_max_value::INTEGER), "
        "bool_and(stats_min_value IS NOT NULL AND stats_null_count = 0) "
        "FROM parquet_metadata($files) WHERE path_in_schema = $column GROUP BY ALL",
        {**files, "column": VERSION_COLUMN},
    ).fetchall()
    versions = {Path(name): FIRST_VERSION for (name,) in filled}
    for name, oldest, newest, known in found:
        if not known:  # another tool wrote it: without statistics, or together with rows that do not say theirs
            version = f"coalesce({VERSION_COLUMN}, {FIRST_VERSION})"
            sql = f"SELECT min({version}), max({version}) FROM read_parquet($file)"  # noqa: S608
            oldest, newest = db.execute(sql, {"file": name}).fetchall()[0]
        if oldest != newest:
            raise StorageError(
                f"{name} holds rows of several versions of the facts ({oldest} to {newest}); "
                "write those of each to a file of their own"
            )
        versions[Path(name)] = newest
    return versions


def _as_written(stored: Sequence[StoredPart]) -> str:
    """The rows of parts of one version, with all columns of their files and the part of each row."""
    own = [part.path for part in stored if not part.is_merged]
    merged: dict[Path, list[str]] = defaultdict(list)
    for part in stored:
        if part.is_merged:
            merged[part.path].append(part.part)
    queries = [
        f"SELECT * FROM read_parquet({sql_literal(path)}) WHERE {PART_COLUMN} IN ({', '.join(map(sql_literal, names))})"  # noqa: S608
        for path, names in merged.items()
    ]
    if own:
        name = f"regexp_extract(filename, '{PART_PREFIX}([^/]*)[.]parquet$', 1) AS {PART_COLUMN}"
        files = ", ".join(map(sql_literal, own))
        queries.append(
            f"SELECT * EXCLUDE (filename), {name} "  # noqa: S608
            f"FROM read_parquet([{files}], union_by_name = true, filename = true)"
        )
    return " UNION ALL BY NAME ".join(queries)


def _migrated(query: str, migrations: Iterable[Migration]) -> str:
    for migration in sorted(migrations, key=lambda migration: migration.to_version):
        needed = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in migration.reads.items())
        rows = f"{query} UNION ALL BY NAME SELECT {needed} WHERE false" if needed else query
        query = f"SELECT * FROM (WITH facts AS ({rows}) {migration.select})"  # noqa: S608
    return query
