"""Dagster's event log on SQLite, with batches of asset events written in one transaction; ``dagster.yaml`` names it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dagster as dg
import sqlalchemy as db
from dagster._config import UserConfigSchema  # the type of a storage's configuration
from dagster._core.event_api import EventHandlerFn  # what is called with an event and the cursor behind it
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable  # the table that batches are written to
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage  # the stock class
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    SqliteEventLogStorageWatchdog,  # what it watches with
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS  # as the stock class waits for a lock
from dagster._serdes import ConfigurableClassData  # the type of what an instance is configured with
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

from plan_pipeline.orchestration.dagster_internals.batching_event_log import (
    BATCH_SIZE_FIELD,
    DEFAULT_BATCH_SIZE,
    BatchingEventLog,
    hold_back,
)
from plan_pipeline.orchestration.dagster_internals.event_rows import rows_of
from plan_pipeline.orchestration.dagster_internals.instances import read_migrations_once
from plan_pipeline.orchestration.dagster_internals.run_config_numbers import read_numbers_as_written

INDEX_SHARD = "index"

OPEN_RUN_SHARDS = 8
"""Shards of runs, beside the index, whose file stays open: closing an SQLite file syncs it three times."""


RUN_PAGE_BYTES = 1024
"""Bytes a page of a run's file. With SQLite's own 4096 a run that made nothing leaves 168 kB, and with these 70."""


class BatchingSqliteEventLogStorage(BatchingEventLog, SqliteEventLogStorage):
    """The stock SQLite event log, in the same files, with ``store_event_batch`` as one transaction.

    The files lie in ``history/runs`` of the instance's home, where the stock storage has them, so either class
    can read what the other wrote. Dagster says where that is only when it takes the storage into an instance;
    until then nothing is opened. ``batch_size`` becomes this process's ``DAGSTER_EVENT_BATCH_SIZE`` unless that
    is set already.
    """

    _obs: Any

    def __init__(self, batch_size: int = DEFAULT_BATCH_SIZE, inst_data: ConfigurableClassData | None = None) -> None:
        hold_back(batch_size)
        read_numbers_as_written()
        read_migrations_once()
        self._inst_data = inst_data

    def register_instance(self, instance: dg.DagsterInstance) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        base_dir = Path(instance.root_directory) / "history" / "runs"
        super().__init__(base_dir=str(base_dir), inst_data=self._inst_data)
        super().register_instance(instance)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {**BATCH_SIZE_FIELD}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        return cls(inst_data=inst_data, **config_value)

    def _store_asset_events(self, events: Sequence[dg.EventLogEntry]) -> None:
        by_run: dict[str, list[dg.EventLogEntry]] = defaultdict(list)
        for event in events:
            by_run[event.run_id].append(event)
        for run_id, of_run in by_run.items():
            rows = rows_of(of_run, self._event_to_row)
            with self.run_connection(run_id) as run_shard:
                run_shard.execute(SqlEventLogStorageTable.insert(), rows)
                # The index commits first; if it fails, the run's shard rolls back and the batch was never there.
                with self._engine(INDEX_SHARD).begin() as index:
                    self._index(index, of_run, rows, has_columns=True)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            db.event.listen(engine, "connect", _do_not_wait_for_the_disk)
            if shard != INDEX_SHARD:
                db.event.listen(engine, "connect", _use_small_pages)
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
    """Passes a run's events on as they come in, to the page of the run for instance.

    They are written to the log beside the run's file, and to the file itself only much later: it stays open.
    """

    def __init__(self, *of_run: Any) -> None:
        super().__init__(*of_run)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        del event
        self._process_log()


def _use_small_pages(connection: sqlite3.Connection, record: object) -> None:
    """Have a new file take a quarter of the room for its empty tables and indexes, which are most of a short run's."""
    del record
    connection.execute(f"PRAGMA page_size = {RUN_PAGE_BYTES}")


def _do_not_wait_for_the_disk(connection: sqlite3.Connection, record: object) -> None:
    """Commits reach the disk with the next checkpoint: a power cut may cost the last events, never the file."""
    del record
    connection.execute("PRAGMA synchronous = NORMAL")
