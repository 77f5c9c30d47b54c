"""Dagster's event log on PostgreSQL, with batches of asset events written in one transaction.

``deploy/dagster.yaml`` names it. Needs the extra ``cluster``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import dagster as dg
from dagster._config import UserConfigSchema  # the type of a storage's configuration
from dagster._core.storage.config import pg_config  # the stock class's configuration
from dagster._core.storage.event_log.migration import ASSET_KEY_INDEX_COLS  # what an older database may not have
from dagster_postgres.event_log import PostgresEventLogStorage

from plan_pipeline.orchestration.dagster_internals.batching_event_log import (
    BATCH_SIZE_FIELD,
    DEFAULT_BATCH_SIZE,
    BatchingEventLog,
    hold_back,
)
from plan_pipeline.orchestration.dagster_internals.event_rows import rows_of
from plan_pipeline.orchestration.dagster_internals.postgres_storage import KeptConnections
from plan_pipeline.orchestration.dagster_internals.run_config_numbers import read_numbers_as_written

KEY_REMEMBERED_FOR_S: Final = 1.0
"""Dagster asks 200 times in the second that a plan takes whether the plan is a partition."""


class BatchingPostgresEventLogStorage(KeptConnections, BatchingEventLog, PostgresEventLogStorage):
    """The stock PostgreSQL event log, in the same tables, with ``store_event_batch`` as one transaction.

    The stock one writes only materializations together, in two transactions, and notes the last of them as its
    asset's latest: of a batch that spans several assets all but one keep an older latest event. Here every asset of
    the batch gets its own. ``batch_size`` becomes this process's ``DAGSTER_EVENT_BATCH_SIZE`` unless that is set.

    Commits do not wait for the disk: a crash of the server may cost the last events of runs under way. Those of a run
    whose end is known are safe: run storage waits for the disk, and the server writes its log in order.
    """

    WAITS_FOR_DISK = False

    def __init__(self, postgres_url: str, *, batch_size: int = DEFAULT_BATCH_SIZE, **stock: Any) -> None:
        hold_back(batch_size)
        read_numbers_as_written()
        super().__init__(postgres_url, **stock)
        self._tables: set[str] = set()
        self._keys: dict[tuple[str, str], float] = {}

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether there is such a key; one that was there within the last second counts as being there."""
        key, now = (partitions_def_name, partition_key), time.monotonic()
        if now - self._keys.get(key, -KEY_REMEMBERED_FOR_S) < KEY_REMEMBERED_FOR_S:
            return True
        is_there = super().has_dynamic_partition(partitions_def_name, partition_key)
        if is_there:
            self._keys = {other: seen for other, seen in self._keys.items() if now - seen < KEY_REMEMBERED_FOR_S}
            self._keys[key] = now
        return is_there

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        super().delete_dynamic_partition(partitions_def_name, partition_key)
        self._keys.pop((partitions_def_name, partition_key), None)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        stock = pg_config()
        assert isinstance(stock, dict)
        return {**stock, **BATCH_SIZE_FIELD}

    def _store_asset_events(self, events: Sequence[dg.EventLogEntry]) -> None:
        rows = rows_of(events, self._event_to_row)
        has_columns = self.has_secondary_index(ASSET_KEY_INDEX_COLS)
        with self.index_transaction() as transaction:
            self._index(transaction, events, rows, has_columns=has_columns)
