"""Queries of the warehouse as it is now: reading only, and nothing but the warehouse."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.sql_text import sql_literal
from plan_pipeline.storage.warehouse.plain_values import fetch_plain

_READING = {"SELECT", "EXPLAIN"}
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


@dataclass(frozen=True)
class Answer:
    """The rows of a query, and the names of their columns; ``answer["name"]`` is a column, its length the rows'."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> list[Any]:
        place = self.columns.index(column)
        return [row[place] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """Each row by the names of its columns. Raises ``QueryError`` where two columns have one name."""
        if repeated := sorted({name for name in self.columns if self.columns.count(name) > 1}):
            raise QueryError(f"the query gives two columns the name {', '.join(repeated)}; rename one with AS")
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def query(data: DataFolder, sql: str) -> Answer:
    """The answer to one query, from the warehouse as it is now, for programs: values as DuckDB gives them to Python.

    Reading only: one statement, no files, no settings, no Python variables. Raises ``WarehouseMissingError`` before the
    first refresh, ``QueryError`` for anything wrong with ``sql``.
    """
    return _answer(data, sql, lambda asked: asked.fetchall())


def ask(data: DataFolder, sql: str) -> Answer:
    """The answer to a person: as ``query``'s, but what Python's types cannot hold is text as DuckDB writes it.

    Values are ``None``, truth values, numbers, text, and lists and dictionaries of these.
    """
    return _answer(data, sql, fetch_plain)


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


def _answer(data: DataFolder, sql: str, fetch: Callable[[duckdb.DuckDBPyRelation], list[tuple[Any, ...]]]) -> Answer:
    with reader(data) as db:
        try:
            asked = db.sql(_only_statement(db, sql))
            return Answer(tuple(asked.columns), fetch(asked))
        except duckdb.Error as error:
            raise QueryError(str(error)) from None


def _only_statement(db: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The statement of ``sql``, which has to be one that only reads, without what follows its semicolon."""
    statements = db.extract_statements(sql)
    if not statements:
        raise QueryError("one statement at a time, not 0; `SHOW TABLES` lists what there is to ask for")
    if len(statements) != 1:
        raise QueryError(f"one statement at a time, not {len(statements)}; leave out all but one")
    kind = statements[0].type.name
    if kind not in _READING:
        raise QueryError(
            f"{kind} is not a query; the warehouse is read-only: "
            "begin with SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
        )
    sql = sql.lstrip("; \t\r\n")
    text = sql.encode()
    ends = (at for at, _ in duckdb.tokenize(sql) if text[at : at + 1] == b";")
    return text[: next(ends, None)].decode()
