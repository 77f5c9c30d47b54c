"""What this project's event logs on SQLite and PostgreSQL have in common: batches of asset events in one transaction.

The stock storages write event by event: on SQLite with four connections and two commits each, 6 ms against 0.2 ms here
(two cores, a local disk).
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import dagster as dg
import sqlalchemy as sql
from dagster._core.events import ASSET_EVENTS, BATCH_WRITABLE_EVENTS  # which events Dagster holds back for a batch
from dagster._core.storage.event_log import SqlEventLogStorage  # what the stock storages are made of
from dagster._core.storage.event_log.schema import (  # the tables written to
    AssetEventTagsTable,
    AssetKeyTable,
    SqlEventLogStorageTable,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from plan_pipeline.orchestration.dagster_internals.event_rows import Row

BATCH_SIZE_VARIABLE: Final = "DAGSTER_EVENT_BATCH_SIZE"
"""Dagster's variable for how many events a process may hold back for one write; unset means none."""

DEFAULT_BATCH_SIZE: Final = 1000
"""Events a transaction; beyond a few hundred the time per event no longer falls (measured on two cores)."""

BATCH_SIZE_FIELD: Final = {"batch_size": dg.Field(dg.IntSource, is_required=False, default_value=DEFAULT_BATCH_SIZE)}

_CELLS_A_QUERY: Final = 500

_OF_CELLS: Final = tuple(event_type.value for event_type in ASSET_EVENTS)

_WRITTEN_TOGETHER: Final = BATCH_WRITABLE_EVENTS & ASSET_EVENTS

_Stored = tuple[dg.EventLogEntry, int]
"""An event and its id."""


class BatchingEventLog(SqlEventLogStorage):
    """Stands before a stock class, whose tables it writes to."""

    _tables: set[str]

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Store events. Asset events of a run go in together or not at all; others one by one, after them."""
        together = [event for event in events if event.dagster_event_type in _WRITTEN_TOGETHER]
        if together:
            self._store_asset_events(together)
        for event in events:
            if event.dagster_event_type not in _WRITTEN_TOGETHER:
                self.store_event(event)

    def _store_asset_events(self, events: Sequence[dg.EventLogEntry]) -> None:
        raise NotImplementedError

    def wipe_asset_partitions(self, asset_key: dg.AssetKey, partition_keys: Sequence[str]) -> None:
        """Forget all events of cells, as if nobody had ever launched them."""
        self.forget_cells([asset_key], partition_keys)

    def forget_cells(self, asset_keys: Sequence[dg.AssetKey], partition_keys: Sequence[str]) -> None:
        """The same for several assets. A run's own log on SQLite stays whole."""
        events, tags = SqlEventLogStorageTable, AssetEventTagsTable
        keys = [asset_key.to_string() for asset_key in asset_keys]
        forgotten = 0
        with self.index_connection() as connection:
            for start in range(0, len(partition_keys), _CELLS_A_QUERY):
                some = partition_keys[start : start + _CELLS_A_QUERY]
                of_cells = sql.and_(
                    events.c.asset_key.in_(keys),
                    events.c.dagster_event_type.in_(_OF_CELLS),  # the index on partitions begins with these two
                    events.c.partition.in_(some),
                )
                ids = sql.select(events.c.id).where(of_cells)
                connection.execute(tags.delete().where(tags.c.event_id.in_(ids)))
                forgotten += connection.execute(events.delete().where(of_cells)).rowcount
        if forgotten:  # what the pages show of all cells is worked out from the events since the last time
            for asset_key in asset_keys:
                self.wipe_asset_cached_status(asset_key)

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table; one that was seen is not asked for again."""
        if table_name not in self._tables and super().has_table(table_name):  # type: ignore[safe-super]
            self._tables.add(table_name)
        return table_name in self._tables

    def _index(
        self, connection: Connection, events: Sequence[dg.EventLogEntry], rows: Sequence[Row], *, has_columns: bool
    ) -> None:
        """Write events to the tables of all runs; ``has_columns`` is whether that of assets has columns for its index.

        Rows that other batches wait for are written last, and in the same order by all of them.
        """
        insert = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
        ids = [row.id for row in connection.execute(insert, list(rows))]
        self._store_asset_event_tags(connection, events, ids)
        insert_or_update: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        for asset_key, latest in sorted(_latest_by_asset(zip(events, ids, strict=True)).items()):
            values: dict[str, Any] = {}
            for event, event_id in latest:
                values.update(self._get_asset_entry_values(event, event_id, has_columns))
            entry = insert_or_update(AssetKeyTable).values(asset_key=asset_key, **values)
            connection.execute(entry.on_conflict_do_update(index_elements=["asset_key"], set_=values))


def hold_back(batch_size: int) -> None:
    """Have Dagster hold back so many events of this process for one write, unless the environment says how many."""
    os.environ.setdefault(BATCH_SIZE_VARIABLE, str(batch_size))


def _latest_by_asset(stored: Iterable[_Stored]) -> dict[str, list[_Stored]]:
    """The events that decide an asset's entry in the index: the last of each type, in the order they were stored."""
    latest: dict[str, dict[dg.DagsterEventType | None, _Stored]] = defaultdict(dict)
    for event, event_id in stored:
        asset_key = event.get_dagster_event().asset_key
        assert asset_key is not None
        latest[asset_key.to_string()][event.dagster_event_type] = (event, event_id)
    return {key: sorted(events.values(), key=lambda pair: pair[1]) for key, events in latest.items()}
