"""The inside of a warehouse file: tables filled from fact files, views, comments, and which facts it was built from.

Everything happens in one transaction on a file that nobody else has open; it is synced once, when it is published.
"""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from plan_pipeline.settings import code_version
from plan_pipeline.storage.data_folder import Mark
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.manifest import StoredPart
from plan_pipeline.storage.facts.migrations import MIGRATIONS, SCHEMA_VERSION, fact_queries
from plan_pipeline.storage.sql_text import sql_literal
from plan_pipeline.strict_input.strict_yaml import parse_yaml

Parts = Mapping[FactTable, Mapping[str, StoredPart]]

_WRITING: Final = {"fsync_mode": "NONE", "memory_limit": "128MB"}
"""DuckDB would sync four times on the way (10-15 ms each on a busy disk); the finished file is synced as a whole.

Without a limit DuckDB takes 390 MB to build the warehouse of 15,000 plans, in the process that made them, and 710 MB
for 1,000,000 weeks; with this one it takes 150 and 170, in 6 s instead of 5 and in 17 s instead of 12."""

_LEDGER: Final = """
CREATE TABLE loaded_parts (table_name VARCHAR, part VARCHAR, size_bytes BIGINT, mtime_ns BIGINT, inode BIGINT);
CREATE TABLE left_out_parts (
    table_name VARCHAR, part VARCHAR, size_bytes BIGINT, mtime_ns BIGINT, inode BIGINT, is_copy BOOLEAN, problem VARCHAR
);
CREATE TABLE warehouse_build (
    fingerprint VARCHAR, schema_version INTEGER, code_version VARCHAR, built_at TIMESTAMPTZ, refreshed_at TIMESTAMPTZ
);
"""


_KEYS: Final = {
    FactTable.PLAN_GENERATIONS: ("plan_id", "generation_id", "arm", "experiment"),
    FactTable.LIBRARY_WORKOUTS: ("library_version", "id"),
    FactTable.PLAN_CHANGES: ("plan_id", "change_id"),
    FactTable.LLM_CALLS: ("call_id",),
    FactTable.INSTANCE_STATES: ("instance_id", "change_id"),
    FactTable.PLAN_CONFIRMATIONS: ("plan_id", "generation_id", "run_id"),
}
"""What is in one part alone. Rows of other tables belong to the generations of the part of the same name, and where
there is none, are told from those of other parts by the generation."""

_GENERATION: Final = _KEYS[FactTable.PLAN_GENERATIONS]

_NEEDED: Final = {FactTable.LIBRARY_WORKOUTS: {"library_version", "id"}}
"""Columns without which a file is none of the table; of others, its plan's id."""

Key = tuple[str, str]
"""Table and part."""


class LeftOut(NamedTuple):
    """A part that does not count: what is wrong with it and what to do. A copy's rows are there already."""

    mark: Mark
    is_copy: bool
    problem: str


class Held(NamedTuple):
    """What a warehouse file was built from, and the rows of its tables. ``refreshed_ns`` is since 1970."""

    fingerprint: str
    refreshed_ns: int
    parts: dict[Key, Mark]
    rows: dict[str, int]
    left_out: dict[Key, LeftOut]


@cache
def fingerprint() -> str:
    """What a file must have been built with to be built upon: schema, views, comments, DuckDB and the program."""
    columns = {table.value: table.columns for table in FactTable}
    content = (_shipped("views.sql"), _shipped("data_dictionary.yaml"), _LEDGER, columns, MIGRATIONS, SCHEMA_VERSION)
    return hashlib.sha256(repr((content, duckdb.__version__, code_version())).encode()).hexdigest()


def build(path: Path, parts: Parts, at: dt.datetime, left_out: dict[Key, LeftOut]) -> dict[str, int]:
    """Fill a new file with the rows of parts; returns the rows of each table. Raises ``duckdb.Error``.

    Copies of parts are put into ``left_out``, all of which the file keeps.
    """
    with duckdb.connect(str(path), config=dict(_WRITING)) as db:
        db.begin()
        for table in FactTable:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
            db.execute(f'CREATE TABLE "{table}" ({columns})')
        db.execute(_LEDGER)
        db.execute(
            "INSERT INTO warehouse_build VALUES ($fingerprint, $schema, $code, $at, $at)",
            {"fingerprint": fingerprint(), "schema": SCHEMA_VERSION, "code": code_version(), "at": at},
        )
        _add(db, parts, left_out)
        db.execute(_shipped("views.sql"))
        _explain(db)
        return _finished(db)


def extend(path: Path, parts: Parts, at: dt.datetime, left_out: dict[Key, LeftOut]) -> dict[str, int]:
    """Add the rows of parts to a file that holds none of them; returns the rows of each table. Raises as ``build``."""
    with duckdb.connect(str(path), config=dict(_WRITING)) as db:
        db.begin()
        db.execute("DELETE FROM left_out_parts")
        _add(db, parts, left_out)
        db.execute("UPDATE warehouse_build SET refreshed_at = $at", {"at": at})
        return _finished(db)


def held(path: Path) -> Held:
    """What a file holds. Raises ``duckdb.Error`` for one that cannot be opened or was built otherwise."""
    with duckdb.connect(":memory:") as db:
        db.execute(f"ATTACH {sql_literal(path)} AS warehouse (READ_ONLY)")
        db.execute("USE warehouse")
        ((built_as, refreshed_us),) = db.execute(
            "SELECT fingerprint, epoch_us(refreshed_at) FROM warehouse_build"
        ).fetchall()
        loaded = db.execute("SELECT table_name, part, size_bytes, mtime_ns, inode FROM loaded_parts").fetchall()
        parts = {(table, part): Mark(*mark) for table, part, *mark in loaded}
        found = db.execute("SELECT table_name, part, is_copy, problem, size_bytes, mtime_ns, inode FROM left_out_parts")
        left_out = {
            (table, part): LeftOut(Mark(*mark), *told)
            for table, part, *rest in found.fetchall()
            for told, mark in [(rest[:2], rest[2:])]
        }
        return Held(built_as, refreshed_us * 1000, parts, _row_counts(db), left_out)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file within a file system, by sharing its blocks where that is possible."""
    with source.open("rb") as read, target.open("xb") as written:
        if not hasattr(os, "copy_file_range"):
            shutil.copyfileobj(read, written)
            return
        left = os.fstat(read.fileno()).st_size
        while left > 0:
            copied = os.copy_file_range(read.fileno(), written.fileno(), left)
            if copied == 0:
                raise OSError(f"{source} became shorter while it was copied; refresh the warehouse again")
            left -= copied


def _shipped(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def data_dictionary() -> dict[str, dict[str, str]]:
    """The meaning of every one of ``relations`` and ``columns``, by name."""
    meanings: dict[str, dict[str, str]] = parse_yaml(_shipped("data_dictionary.yaml"))
    return meanings


def _add(db: duckdb.DuckDBPyConnection, parts: Parts, left_out: dict[Key, LeftOut]) -> None:
    whole: set[str] = set()
    of_copies: set[str] = set()
    for table, found in parts.items():
        stored = {part: each for part, each in found.items() if part not in of_copies}
        suspects = stored if table in _KEYS else {part: each for part, each in stored.items() if part not in whole}
        own = {part: each for part, each in stored.items() if part not in suspects}
        _insert(db, table, own)
        copies = _copies(db, table, suspects)
        left_out |= copies
        _insert(db, table, {part: each for part, each in suspects.items() if (table.value, part) not in copies})
        if table is FactTable.PLAN_GENERATIONS:
            loaded = "SELECT part FROM loaded_parts WHERE table_name = ?"
            of_copies = {part for _, part in copies}
            whole = {part for (part,) in db.execute(loaded, [table.value]).fetchall()}
    rows = [(*key, *each.mark, each.is_copy, each.problem) for key, each in left_out.items()]
    if rows:
        db.executemany("INSERT INTO left_out_parts VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _insert(db: duckdb.DuckDBPyConnection, table: FactTable, stored: Mapping[str, StoredPart]) -> None:
    _check_columns(db, table, {str(each.path) for each in stored.values()})
    for query in fact_queries(db, table, stored.values()):
        described = db.execute(f"DESCRIBE {query}").fetchall()
        shared = ", ".join(f'"{row[0]}"' for row in described if row[0] in table.columns)
        db.execute(f'INSERT INTO "{table}" BY NAME SELECT {shared} FROM ({query})')  # noqa: S608
    if stored:
        names, marks = list(stored), [part.mark for part in stored.values()]
        sizes, times, inodes = (list(values) for values in zip(*marks, strict=True))
        db.execute(
            "INSERT INTO loaded_parts SELECT $table, unnest($names), unnest($sizes), unnest($times), unnest($inodes)",
            {"table": table.value, "names": names, "sizes": sizes, "times": times, "inodes": inodes},
        )


def _check_columns(db: duckdb.DuckDBPyConnection, table: FactTable, files: Collection[str]) -> None:
    """Raises ``duckdb.InvalidInputException`` for a file of another kind: all its rows would be null."""
    if not files:
        return
    needed = sorted(_NEEDED.get(table, {"plan_id"}))
    found = db.execute(
        "SELECT file_name FROM parquet_schema($files) GROUP BY file_name "
        "HAVING count(*) FILTER (list_contains($needed, name)) < len($needed)",
        {"files": sorted(files), "needed": needed},
    ).fetchall()
    if found:
        raise duckdb.InvalidInputException(f"it has no column {' or '.join(needed)}, so it is no part of {table}")


def _copies(db: duckdb.DuckDBPyConnection, table: FactTable, stored: Mapping[str, StoredPart]) -> dict[Key, LeftOut]:
    """The parts whose rows are there already or in another of them: the one with the shortest name counts."""
    if not stored:
        return {}
    _check_columns(db, table, {str(each.path) for each in stored.values()})
    queries = fact_queries(db, table, stored.values())
    if not queries:
        return {}
    key = ", ".join(f'"{name}"' for name in _KEYS.get(table, _GENERATION))
    rows = " UNION ALL BY NAME ".join(f"SELECT part, {key} FROM ({query})" for query in queries)  # noqa: S608
    found = db.execute(
        f'WITH keyed AS (SELECT part, {key} FROM ({rows}) UNION ALL SELECT DISTINCT NULL, {key} FROM "{table}") '  # noqa: S608
        f"SELECT DISTINCT list_distinct(list(part)), bool_or(part IS NULL) FROM keyed GROUP BY {key} "
        "HAVING count(DISTINCT coalesce(part, '')) > 1"
    ).fetchall()
    copies: dict[Key, LeftOut] = {}
    for parts, is_loaded in found:
        first, *more = sorted(parts, key=lambda part: (len(part), part))
        for part in parts if is_loaded else more:
            where = "other parts" if is_loaded else stored[first].path.name
            problem = f"{stored[part].path} holds rows that are in {where} too, and is not counted; remove the copy"
            copies[table.value, part] = LeftOut(stored[part].mark, True, problem)
    return copies


def unreadable(parts: Parts) -> dict[Key, LeftOut]:
    """The parts whose files cannot be read as what they are, each file tried on its own."""
    by_file: dict[tuple[FactTable, Path], dict[str, StoredPart]] = {}
    for table, stored in parts.items():
        for part, each in stored.items():
            by_file.setdefault((table, each.path), {})[part] = each
    found: dict[Key, LeftOut] = {}
    for (table, path), held_by in sorted(by_file.items()):
        problem = _problem_of(table, path, held_by)
        if problem is not None:
            found |= {(table.value, part): LeftOut(each.mark, False, problem) for part, each in held_by.items()}
    return found


def _problem_of(table: FactTable, path: Path, stored: Mapping[str, StoredPart]) -> str | None:
    with duckdb.connect(":memory:", config={"threads": 1}) as db:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
        db.execute(f'CREATE TABLE "{table}" ({columns})')
        db.execute(_LEDGER)
        try:
            _insert(db, table, stored)
        except duckdb.Error as damage:
            what = str(damage).partition("\n")[0].removeprefix("Invalid Input Error: ")
            return (
                f"{path} cannot be read ({what}); restore it, or move it out of the folder and generate its plans again"
            )
    return None


def _finished(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    db.commit()
    db.execute("CHECKPOINT")
    return _row_counts(db)


def _row_counts(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in FactTable)  # noqa: S608
    (row,) = db.execute(f"SELECT {counts}").fetchall()
    return {table.value: int(count) for table, count in zip(FactTable, row, strict=True)}


def _explain(db: duckdb.DuckDBPyConnection) -> None:
    """Comment on every relation and column, so that the file explains itself."""
    relations = db.execute(
        "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    for name, kind in relations:
        db.execute(f'COMMENT ON {kind} "{name}" IS {sql_literal(data_dictionary()["relations"][name])}')
    columns = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    meanings = data_dictionary()["columns"]
    for relation, column in columns:
        text = meanings.get(f"{relation}.{column}", meanings.get(column))
        if text is not None:
            db.execute(f'COMMENT ON COLUMN "{relation}"."{column}" IS {sql_literal(text)}')
