"""Dagster's event log on SQLite, with batches of asset events written in one transaction.

Belongs here: the storage class that ``dagster.yaml`` names, and what it has in common with its twin on PostgreSQL
(see ``postgres_event_log``). Does not belong here: which events there are (see ``marks``). It stands on Dagster's
inner classes because the stock storage opens four connections and commits twice for every single event: 6 ms each,
against 0.2 ms here (two cores, a local disk).
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as db
from dagster import DagsterEventType, DagsterInstance, IntSource
from dagster._config import Field, UserConfigSchema
from dagster._core.events import (
    ASSET_EVENTS,
    BATCH_WRITABLE_EVENTS,
)
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import AssetKeyTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorageWatchdog
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

from plan_pipeline.orchestration.dagster_internals.event_rows import rows_of

BATCH_SIZE_VARIABLE = "DAGSTER_EVENT_BATCH_SIZE"
"""Where Dagster looks up, in each process, how many events it may hold back for one write; unset means none."""

DEFAULT_BATCH_SIZE = 1000
"""Events a transaction; beyond a few hundred the time per event no longer falls (measured on two cores)."""

WRITTEN_TOGETHER = BATCH_WRITABLE_EVENTS & ASSET_EVENTS
"""Types of events that a batch stores in one transaction."""

INDEX_SHARD = "index"

EventHandlerFn = Callable[[EventLogEntry, str], Any]
"""What is called with an event and the cursor behind it."""

OPEN_RUN_SHARDS = 8
"""Shards of runs, beside the index, whose file stays open: closing an SQLite file syncs it three times."""


class BatchingSqliteEventLogStorage(SqliteEventLogStorage):
    """The stock SQLite event log, in the same files, with ``store_event_batch`` as one transaction.

    The files lie in ``history/runs`` of the instance's home, where the stock storage has them, so either class
    can read what the other wrote. Dagster says where that is only when it takes the storage into an instance;
    until then nothing is opened. ``batch_size`` becomes this process's ``DAGSTER_EVENT_BATCH_SIZE`` unless that
    is set already.
    """

    _obs: Any

    def __init__(self, batch_size: int = DEFAULT_BATCH_SIZE, inst_data: ConfigurableClassData | None = None) -> None:
        os.environ.setdefault(BATCH_SIZE_VARIABLE, str(batch_size))
        self._given_inst_data = inst_data

    def register_instance(self, instance: DagsterInstance) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        base_dir = Path(instance.root_directory) / "history" / "runs"
        super().__init__(base_dir=str(base_dir), inst_data=self._given_inst_data)
        super().register_instance(instance)

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._given_inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {"batch_size": Field(IntSource, is_required=False, default_value=DEFAULT_BATCH_SIZE)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        return cls(inst_data=inst_data, **config_value)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run. Asset events go in together or not at all; others one by one, after them."""
        together = [event for event in events if event.dagster_event_type in WRITTEN_TOGETHER]
        if together:
            self._store_asset_events(together)
        for event in events:
            if event.dagster_event_type not in WRITTEN_TOGETHER:
                self.store_event(event)

    def _store_asset_events(self, events: Sequence[EventLogEntry]) -> None:
        rows = rows_of(events, self._event_to_row)
        by_run: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_run[row["run_id"]].append(row)
        for run_id, run_rows in by_run.items():
            with self.run_connection(run_id) as run_shard:
                run_shard.execute(SqlEventLogStorageTable.insert(), run_rows)
                # The index commits first; if it fails, the run's shard rolls back and the batch was never there.
                with self._index_beside() as index:
                    self._index_events(index, [e for e in events if e.run_id == run_id], run_rows)

    def _index_events(self, index: Connection, events: Sequence[EventLogEntry], rows: list[dict[str, Any]]) -> None:
        insert = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
        ids = [row.id for row in index.execute(insert, rows)]
        self._store_asset_event_tags(index, events, ids)
        latest = latest_by_asset(zip(events, ids, strict=True))
        for asset_key, found in latest.items():
            values: dict[str, Any] = {}
            for event, event_id in found:
                values.update(self._get_asset_entry_values(event, event_id, has_asset_key_index_cols=True))
            entry = upsert(AssetKeyTable).values(asset_key=asset_key, **values)
            index.execute(entry.on_conflict_do_update(index_elements=["asset_key"], set_=values))

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index has such a table; one that was seen is not looked for again."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _index_beside(self) -> AbstractContextManager[Connection]:
        """A transaction on the index while this thread holds the lock, and a transaction on a run's shard."""
        return self._engine(INDEX_SHARD).begin()

    def _engine(self, shard: str) -> Engine:
        """The engine of a shard, whose one connection stays open."""
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            db.event.listen(engine, "connect", _do_not_wait_for_the_disk)
        self._engines[shard] = engine
        runs = [name for name in self._engines if name != INDEX_SHARD]
        for oldest in runs[:-OPEN_RUN_SHARDS]:
            self._engines.pop(oldest).dispose()
        return engine

    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        if not self._obs:
            self._obs = Observer()
            self._obs.start()
        listener = _Listener(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (listener, self._obs.schedule(listener, self._base_dir, recursive=True))

    def wipe(self) -> None:
        self._close()
        self._tables.clear()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


class _Listener(SqliteEventLogStorageWatchdog):
    """Who is told of a run's events as they come in, such as the page of the run.

    They are written to the log beside the run's file, and to the file itself only much later: it stays open.
    """

    def __init__(
        self, storage: BatchingSqliteEventLogStorage, run_id: str, callback: EventHandlerFn, cursor: str | None
    ) -> None:
        super().__init__(storage, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        del event
        self._process_log()


def _do_not_wait_for_the_disk(connection: sqlite3.Connection, record: object) -> None:
    """Commits reach the disk with the next checkpoint: a power cut may cost the last events, never the file."""
    del record
    connection.execute("PRAGMA synchronous = NORMAL")


def latest_by_asset(stored: Iterable[tuple[EventLogEntry, int]]) -> dict[str, list[tuple[EventLogEntry, int]]]:
    """The events that decide an asset's entry in the index: the last of each type, in the order they were stored."""
    latest: dict[str, dict[DagsterEventType | None, tuple[EventLogEntry, int]]] = defaultdict(dict)
    for event, event_id in stored:
        assert event.dagster_event is not None and event.dagster_event.asset_key is not None
        latest[event.dagster_event.asset_key.to_string()][event.dagster_event_type] = (event, event_id)
    return {key: sorted(found.values(), key=lambda pair: pair[1]) for key, found in latest.items()}
