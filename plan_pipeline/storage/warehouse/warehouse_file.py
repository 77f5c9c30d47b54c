"""The inside of a warehouse file: tables filled from fact files, views, comments, and which facts it was built from.

Everything happens in one transaction on a file that nobody else has open; it is synced once, when it is published.
"""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
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

_UNSYNCED: Final = {"fsync_mode": "NONE"}
"""DuckDB would sync four times on the way (10-15 ms each on a busy disk); the finished file is synced as a whole."""

_LEDGER: Final = """
CREATE TABLE loaded_parts (table_name VARCHAR, part VARCHAR, size_bytes BIGINT, mtime_ns BIGINT, inode BIGINT);
CREATE TABLE warehouse_build (
    fingerprint VARCHAR, schema_version INTEGER, code_version VARCHAR, built_at TIMESTAMPTZ, refreshed_at TIMESTAMPTZ
);
"""


class Held(NamedTuple):
    """What a warehouse file was built from, and the rows of its tables. ``refreshed_ns`` is since 1970."""

    fingerprint: str
    refreshed_ns: int
    parts: dict[tuple[str, str], Mark]
    rows: dict[str, int]


@cache
def fingerprint() -> str:
    """What a file must have been built with to be built upon: schema, views, comments, DuckDB and the program."""
    columns = {table.value: table.columns for table in FactTable}
    content = (_shipped("views.sql"), _shipped("data_dictionary.yaml"), _LEDGER, columns, MIGRATIONS, SCHEMA_VERSION)
    return hashlib.sha256(repr((content, duckdb.__version__, code_version())).encode()).hexdigest()


def build(path: Path, parts: Parts, at: dt.datetime) -> dict[str, int]:
    """Fill a new file with the rows of parts; returns the rows of each table. Raises ``duckdb.Error``."""
    with duckdb.connect(str(path), config=dict(_UNSYNCED)) as db:
        db.begin()
        for table in FactTable:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
            db.execute(f'CREATE TABLE "{table}" ({columns})')
        db.execute(_LEDGER)
        db.execute(
            "INSERT INTO warehouse_build VALUES ($fingerprint, $schema, $code, $at, $at)",
            {"fingerprint": fingerprint(), "schema": SCHEMA_VERSION, "code": code_version(), "at": at},
        )
        _add(db, parts)
        db.execute(_shipped("views.sql"))
        _explain(db)
        return _finished(db)


def extend(path: Path, parts: Parts, at: dt.datetime) -> dict[str, int]:
    """Add the rows of parts to a file that holds none of them; returns the rows of each table. Raises as ``build``."""
    with duckdb.connect(str(path), config=dict(_UNSYNCED)) as db:
        db.begin()
        _add(db, parts)
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
        return Held(built_as, refreshed_us * 1000, parts, _row_counts(db))


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


def _add(db: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    for table, stored in parts.items():
        for query in fact_queries(db, table, stored.values()):
            described = db.execute(f"DESCRIBE {query}").fetchall()
            shared = ", ".join(f'"{row[0]}"' for row in described if row[0] in table.columns)
            db.execute(f'INSERT INTO "{table}" BY NAME SELECT {shared} FROM ({query})')  # noqa: S608
        if stored:
            names, marks = list(stored), [part.mark for part in stored.values()]
            sizes, times, inodes = (list(values) for values in zip(*marks, strict=True))
            db.execute(
                "INSERT INTO loaded_parts "
                "SELECT $table, unnest($names), unnest($sizes), unnest($times), unnest($inodes)",
                {"table": table.value, "names": names, "sizes": sizes, "times": times, "inodes": inodes},
            )


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


def what_is_unreadable(paths: Iterable[Path]) -> str | None:
    """What to say of the first file that cannot be read; ``None`` where all can."""
    with duckdb.connect(":memory:") as db:
        for path in sorted(set(paths)):
            try:
                db.execute("SELECT count(COLUMNS(*)) FROM read_parquet($file)", {"file": str(path)}).fetchall()
            except duckdb.Error as damage:
                what = str(damage).partition("\n")[0]
                return f"{path} cannot be read ({what}); move it out of the folder and generate its plans again"
    return None
