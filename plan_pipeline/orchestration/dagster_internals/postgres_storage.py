"""Dagster's runs and schedules on PostgreSQL, through connections that a process keeps.

``deploy/dagster.yaml`` names the classes; the event log shares their connections. The stock classes connect for every
statement: a plan of twelve weeks takes 50 connections for its run alone, 5 to 13 ms each (two cores, scram-sha-256).
Needs the extra ``cluster``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Final, Self

import sqlalchemy as db
from dagster._serdes import ConfigurableClassData  # the type of what an instance is configured with
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from dagster_postgres.utils import create_pg_engine, get_token_provider_from_config, pg_url_from_config
from sqlalchemy.engine import Engine

KEPT_CONNECTIONS: Final = {"pool_size": 4, "max_overflow": -1}
"""So many stay open in a process, more are made while threads need them. A worker needs one, the daemon a few."""

TRUSTED_FOR_S: Final = 1.0
"""A connection unused for longer is tried before it is used again: the server may have been restarted meanwhile."""

_engines: dict[tuple[int, str, bool], Engine] = {}
_with_tables: set[tuple[str, type]] = set()
_with_run_times: set[str] = set()


def kept_engine(postgres_url: str, token_provider: Any = None, *, waits_for_disk: bool = True) -> Engine:
    """The engine of this process for a database; one for all storages of all instances, as each run opens its own.

    ``waits_for_disk`` says whether a commit is on the server's disk when it returns; where it is not, a crash of the
    server may cost the commits of its last second. With a ``token_provider`` the engine is the caller's alone.
    """
    key = (os.getpid(), postgres_url, waits_for_disk)  # a connection is no use to a process forked off later
    if token_provider is None and key in _engines:
        return _engines[key]
    engine = create_pg_engine(postgres_url, token_provider, isolation_level="AUTOCOMMIT", **KEPT_CONNECTIONS)
    if not waits_for_disk:
        db.event.listen(engine, "connect", _do_not_wait_for_the_disk)
    db.event.listen(engine, "checkin", _note_use)
    db.event.listen(engine, "checkout", lambda connection, record, _: _try_after_a_rest(engine, connection, record))
    if token_provider is None:
        _engines[key] = engine
    return engine


class KeptConnections:
    """What the storages have in common; precedes a stock class of ``dagster_postgres``."""

    WAITS_FOR_DISK = True

    def __init__(self, postgres_url: str, *, should_autocreate_tables: bool = True, **stock: Any) -> None:
        tables = (postgres_url, type(self))
        look_for_tables = should_autocreate_tables and tables not in _with_tables
        super().__init__(postgres_url, should_autocreate_tables=look_for_tables, **stock)  # type: ignore[call-arg]
        _with_tables.add(tables)
        self.should_autocreate_tables = should_autocreate_tables
        token_provider = stock.get("token_provider")
        self._engine = kept_engine(postgres_url, token_provider, waits_for_disk=self.WAITS_FOR_DISK)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        where = {"auth_provider", "postgres_url", "postgres_db"}
        return cls(
            pg_url_from_config(config_value),
            inst_data=inst_data,
            token_provider=get_token_provider_from_config(config_value),
            **{name: value for name, value in config_value.items() if name not in where},
        )


class KeptPostgresRunStorage(KeptConnections, PostgresRunStorage):
    """The stock storage of runs, in the same tables."""

    def has_run_stats_index_cols(self) -> bool:
        """Whether the table has times of runs; where it was seen to, it is not inspected again."""
        if self.postgres_url not in _with_run_times and super().has_run_stats_index_cols():
            _with_run_times.add(self.postgres_url)
        return self.postgres_url in _with_run_times


class KeptPostgresScheduleStorage(KeptConnections, PostgresScheduleStorage):
    """The stock storage of schedules, sensors and their ticks, in the same tables."""


def _note_use(connection: Any, record: Any) -> None:
    del connection
    record.info["used_at"] = time.monotonic()


def _try_after_a_rest(engine: Engine, connection: Any, record: Any) -> None:
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < TRUSTED_FOR_S:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise db.exc.InvalidatePoolError from error


def _do_not_wait_for_the_disk(connection: Any, record: object) -> None:
    del record
    with connection, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
