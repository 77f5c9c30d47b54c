"""The DuckDB file that analysts open: built beside the old one from the facts, renamed into place, never edited.

Belongs here: building the file, and asking it questions. Does not belong here: what the rows mean (see
``core.metrics``, ``comments``) or writing them (see ``facts``). DuckDB lets a writer and readers shut each other
out (9 of 100 concurrent writes succeeded), so nobody writes to the file that is read.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from plan_pipeline.core.workout import Library
from plan_pipeline.storage import comments
from plan_pipeline.storage.data_folder import (
    DataFolder,
    StorageError,
    file_lock,
    publish_file,
    sweep,
    temporary_path,
)
from plan_pipeline.storage.facts import FactStore, FactTable, sql_literal

REFRESH_TIMEOUT_S = 120.0
"""How long a refresh waits for another one; building takes well under a second for thousands of plans."""

ATTEMPTS = 5
"""Tries at reading the facts when a run replaces one of them meanwhile."""

READ_ONLY = 0o444

_READING = {"SELECT", "EXPLAIN"}
_WHOLE_NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_INT64 = (-(2**63), 2**63 - 1)
_SANDBOX = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
}
_LOCKDOWN = ("SET enable_external_access = false", "SET lock_configuration = true")


class WarehouseMissingError(StorageError):
    """No warehouse was built yet."""


class QueryError(StorageError, ValueError):
    """A question that cannot be answered; the message is DuckDB's, or says what is allowed."""


class WarehouseReport(NamedTuple):
    """What a refresh built: rows of each table, and the seconds it took."""

    path: Path
    rows: dict[str, int]
    seconds: float


def refresh_warehouse(data: DataFolder, library: Library) -> WarehouseReport:
    """Build the warehouse anew from all facts, and rename it into place.

    Readers keep the file they have open. The library's version is kept among the facts first. Raises
    ``LockedError`` where another refresh does not finish, ``StorageError`` naming a fact file that cannot be read.
    """
    started = time.perf_counter()
    facts = FactStore(data)
    with file_lock(data.root / ".warehouse.lock", timeout_s=REFRESH_TIMEOUT_S, holder="the warehouse is being built"):
        sweep(data.root, older_than_s=0, prefix=f".{data.warehouse.name}.")
        sweep(data.root, older_than_s=0, prefix=f".{data.warehouse.name}.", suffix=".wal")
        facts.sweep()
        facts.write_library(library)
        temporary = temporary_path(data.warehouse)
        try:
            rows = _build(temporary, facts)
            for stale in data.root.glob(f"{data.warehouse.name}*.wal"):
                stale.unlink(missing_ok=True)
            publish_file(temporary, data.warehouse, mode=READ_ONLY)
        finally:
            temporary.unlink(missing_ok=True)
    return WarehouseReport(data.warehouse, rows, time.perf_counter() - started)


def query(data: DataFolder, sql: str) -> pd.DataFrame:
    """The answer to one question, from the warehouse as it stands now.

    Reading only: one statement, no files, no settings, no Python variables. Whole numbers are ``int64`` (``Int64``
    with nulls), decimals ``float64``, text and dates objects, instants ``datetime64`` in UTC; a null is ``None`` or
    ``NA``. Raises ``WarehouseMissingError`` before the first refresh, ``QueryError`` for anything wrong with ``sql``.
    """
    with _reader(data) as db:
        try:
            _check_only_reads(db, sql)
            answer = db.execute(sql)
            names = [column[0] for column in answer.description or ()]
            kinds = [str(column[1]) for column in answer.description or ()]
            rows = answer.fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error)) from None
    return _as_frame(names, kinds, rows)


@contextlib.contextmanager
def _reader(data: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the warehouse and nothing else.

    The file is attached to a database of its own, because connections to one path share what the first of
    them opened, and a process that always has one open would never see a new warehouse.
    """
    if not data.warehouse.is_file():
        raise WarehouseMissingError(
            f"there is no warehouse in {data.root} yet; generate a plan first, or launch metrics_warehouse"
        )
    with duckdb.connect(":memory:", config=dict(_SANDBOX)) as db:
        try:
            db.execute(f"ATTACH {sql_literal(data.warehouse)} AS warehouse (READ_ONLY)")
        except duckdb.Error as error:
            raise QueryError(f"{data.warehouse} cannot be opened ({error}); launch metrics_warehouse again") from None
        for statement in ("USE warehouse", "SET TimeZone = 'UTC'", *_LOCKDOWN):
            db.execute(statement)
        yield db


def _check_only_reads(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = db.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"one statement at a time, not {len(statements)}; leave out all but one")
    kind = statements[0].type.name
    if kind not in _READING:
        raise QueryError(
            f"{kind} is not a question; the warehouse is read-only: "
            "begin with SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
        )


def _as_frame(names: list[str], kinds: list[str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [
        pd.Series([row[i] for row in rows], dtype="object").pipe(_typed, kind=kind) for i, kind in enumerate(kinds)
    ]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = pd.Index(names)
    return frame


def _typed(values: pd.Series[Any], kind: str) -> pd.Series[Any]:
    nulls = bool(values.isna().any())
    dtype: str | None = None
    if kind in _WHOLE_NUMBERS or (kind == "HUGEINT" and values.dropna().between(*_INT64).all()):
        dtype = "Int64" if nulls else "int64"
    elif kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        dtype = "float64"
    elif kind == "BOOLEAN":
        dtype = "boolean" if nulls else "bool"
    elif kind.startswith("TIMESTAMP"):
        dtype = "datetime64[us, UTC]" if kind.endswith("TIME ZONE") else "datetime64[us]"
    return values if dtype is None else pd.Series(values, dtype=dtype)


def _build(path: Path, facts: FactStore) -> dict[str, int]:
    """Fill a new file, again if a run replaced one of the fact files meanwhile: rows of it would not match."""
    failure: duckdb.Error | None = None
    for _ in range(ATTEMPTS):
        files = {table: facts.files(table) for table in FactTable}
        before = _signature(files)
        try:
            rows = _build_from(path, files)
        except duckdb.Error as error:
            if before == _signature(files):
                raise StorageError(_what_is_unreadable(files, error)) from None
            failure = error
        else:
            if before == _signature(files):
                return rows
        path.unlink(missing_ok=True)
    raise StorageError(
        f"the warehouse cannot be built: its facts were replaced {ATTEMPTS} times while they were read"
        f"{'' if failure is None else f' ({failure})'}; refresh it again"
    )


def _build_from(path: Path, files: dict[FactTable, tuple[Path, ...]]) -> dict[str, int]:
    with duckdb.connect(str(path)) as db:
        db.begin()  # one transaction: every commit of its own would be synced to disk
        rows = {table.value: _fill(db, table, files[table]) for table in FactTable}
        db.execute(resources.files(__package__).joinpath("views.sql").read_text(encoding="utf-8"))
        _explain(db)
        db.commit()
        db.execute("CHECKPOINT")
    return rows


def _fill(db: duckdb.DuckDBPyConnection, table: FactTable, files: tuple[Path, ...]) -> int:
    """Create a table with its columns and the rows of its files; columns that older files lack are null."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
    db.execute(f'CREATE TABLE "{table}" ({columns})')
    if not files:
        return 0
    paths = [str(path) for path in files]
    described = db.execute("DESCRIBE SELECT * FROM read_parquet($files, union_by_name = true)", {"files": paths})
    shared = ", ".join(f'"{row[0]}"' for row in described.fetchall() if row[0] in table.columns)
    db.execute(
        f'INSERT INTO "{table}" BY NAME '  # noqa: S608
        f"SELECT {shared} FROM read_parquet($files, union_by_name = true)",
        {"files": paths},
    )
    (count,) = db.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0]  # noqa: S608
    return int(count)


def _explain(db: duckdb.DuckDBPyConnection) -> None:
    """Comment on every relation and column, so that the file explains itself."""
    relations = db.execute(
        "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    for name, kind in relations:
        db.execute(f'COMMENT ON {kind} "{name}" IS {sql_literal(comments.RELATIONS[name])}')
    columns = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    for relation, column in columns:
        text = comments.COLUMNS.get(f"{relation}.{column}", comments.COLUMNS.get(column))
        if text is not None:
            db.execute(f'COMMENT ON COLUMN "{relation}"."{column}" IS {sql_literal(text)}')


def _signature(files: dict[FactTable, tuple[Path, ...]]) -> list[tuple[str, int, int]]:
    """What tells whether a set of files was replaced meanwhile."""
    found = []
    for path in (path for paths in files.values() for path in paths):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            found.append((str(path), status.st_ino, status.st_mtime_ns))
    return found


def _what_is_unreadable(files: dict[FactTable, tuple[Path, ...]], error: duckdb.Error) -> str:
    with duckdb.connect(":memory:") as db:
        for path in (path for paths in files.values() for path in paths):
            try:
                db.execute("SELECT count(COLUMNS(*)) FROM read_parquet($file)", {"file": str(path)}).fetchall()
            except duckdb.Error as damage:
                what = str(damage).partition("\n")[0]
                return f"{path} cannot be read ({what}); move it out of the folder and generate its plans again"
    return f"the warehouse cannot be built from its facts ({error}); the last one stays in place"
