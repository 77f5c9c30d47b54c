"""Queries of the warehouse as it is now: reading only, and nothing but the warehouse."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd

from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_tables import sql_literal

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
    """A query that cannot be answered; the message is DuckDB's, or says what is allowed."""


def query(data: DataFolder, sql: str) -> pd.DataFrame:
    """The answer to one query, from the warehouse as it is now.

    Reading only: one statement, no files, no settings, no Python variables. Whole numbers are ``int64`` (``Int64``
    with nulls), decimals ``float64``, text and dates objects, instants ``datetime64`` in UTC; a null is ``None`` or
    ``NA``. Raises ``WarehouseMissingError`` before the first refresh, ``QueryError`` for anything wrong with ``sql``.
    """
    with reader(data) as db:
        try:
            _check_only_reads(db, sql)
            answer = db.execute(sql)
            columns = [(column[0], str(column[1])) for column in answer.description or ()]
            rows = answer.fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error)) from None
    values = [_typed(pd.Series([row[i] for row in rows], dtype="object"), kind) for i, (_, kind) in enumerate(columns)]
    frame = pd.concat(values, axis=1) if values else pd.DataFrame()
    frame.columns = pd.Index([name for name, _ in columns])
    return frame


@contextlib.contextmanager
def reader(data: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the warehouse and nothing else.

    The file is attached to a database of its own, because connections to one path share what the first of
    them opened, and a process that always has one open would never see a new warehouse.
    """
    if not data.place(data.warehouse.name).is_file():
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
            f"{kind} is not a query; the warehouse is read-only: "
            "begin with SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
        )


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
