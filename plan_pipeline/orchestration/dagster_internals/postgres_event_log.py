"""Dagster's event log on PostgreSQL, with batches of asset events written in one transaction.

Belongs here: the storage class that ``deploy/dagster.yaml`` names. Does not belong here: which events there are (see
``marks``), the log on SQLite (see ``event_log``). Needs the extra ``cluster``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any, Final

from dagster import IntSource
from dagster._config import Field, UserConfigSchema
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.config import pg_config
from dagster._core.storage.event_log.migration import ASSET_KEY_INDEX_COLS
from dagster._core.storage.event_log.schema import AssetKeyTable, SqlEventLogStorageTable
from dagster_postgres.event_log import PostgresEventLogStorage
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import Connection

from plan_pipeline.orchestration.dagster_internals.event_log import (
    BATCH_SIZE_VARIABLE,
    DEFAULT_BATCH_SIZE,
    WRITTEN_TOGETHER,
    latest_by_asset,
)
from plan_pipeline.orchestration.dagster_internals.event_rows import rows_of
from plan_pipeline.orchestration.dagster_internals.postgres_storage import KeptConnections

KEY_REMEMBERED_FOR_S: Final = 1.0
"""Dagster asks 200 times in the second that a plan takes whether the plan is a partition."""


class BatchingPostgresEventLogStorage(KeptConnections, PostgresEventLogStorage):
    """The stock PostgreSQL event log, in the same tables, with ``store_event_batch`` as one transaction.

    The stock one writes only materializations together, in two transactions, and notes the last of them as its
    asset's latest: of a batch that spans several assets all but one keep an older latest event. Here every asset of
    the batch gets its own. ``batch_size`` becomes this process's ``DAGSTER_EVENT_BATCH_SIZE`` unless that is set.

    Commits do not wait for the disk: a crash of the server may cost the last events of runs under way. Those of a run
    whose end is known are safe: run storage waits for the disk, and the server writes its log in order.
    """

    WAITS_FOR_DISK = False

    def __init__(self, postgres_url: str, *, batch_size: int = DEFAULT_BATCH_SIZE, **stock: Any) -> None:
        os.environ.setdefault(BATCH_SIZE_VARIABLE, str(batch_size))
        super().__init__(postgres_url, **stock)
        self._tables: set[str] = set()
        self._keys: dict[tuple[str, str], float] = {}

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether there is such a key; one that was there within the last second counts as being there."""
        key, now = (partitions_def_name, partition_key), time.monotonic()
        if now - self._keys.get(key, -KEY_REMEMBERED_FOR_S) < KEY_REMEMBERED_FOR_S:
            return True
        self._keys.pop(key, None)
        found = super().has_dynamic_partition(partitions_def_name, partition_key)
        if found:
            self._keys = {other: seen for other, seen in self._keys.items() if now - seen < KEY_REMEMBERED_FOR_S}
            self._keys[key] = now
        return found

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        super().delete_dynamic_partition(partitions_def_name, partition_key)
        self._keys.pop((partitions_def_name, partition_key), None)

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table; one that was seen is not looked for again."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        stock = pg_config()
        assert isinstance(stock, dict)
        return {**stock, "batch_size": Field(IntSource, is_required=False, default_value=DEFAULT_BATCH_SIZE)}

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events. Asset events go in together or not at all; others one by one, after them."""
        together = [event for event in events if event.dagster_event_type in WRITTEN_TOGETHER]
        if together:
            with self.index_transaction() as transaction:
                self._store_asset_events(transaction, together)
        for event in events:
            if event.dagster_event_type not in WRITTEN_TOGETHER:
                self.store_event(event)

    def _store_asset_events(self, transaction: Connection, events: Sequence[EventLogEntry]) -> None:
        insert = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
        ids = [row.id for row in transaction.execute(insert, rows_of(events, self._event_to_row))]
        self._store_asset_event_tags(transaction, events, ids)
        has_columns = self.has_secondary_index(ASSET_KEY_INDEX_COLS)
        # Rows that other batches wait for are written last, and in the same order by all of them.
        for asset_key, found in sorted(latest_by_asset(zip(events, ids, strict=True)).items()):
            values: dict[str, Any] = {}
            for event, event_id in found:
                values.update(self._get_asset_entry_values(event, event_id, has_columns))
            entry = upsert(AssetKeyTable).values(asset_key=asset_key, **values)
            transaction.execute(entry.on_conflict_do_update(index_elements=["asset_key"], set_=values))
