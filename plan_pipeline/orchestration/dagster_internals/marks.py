"""Which runs marked which cells, asked for many cells at once, which no public method of Dagster's instance does."""

from collections.abc import Iterator, Sequence
from typing import Final

import dagster as dg
import sqlalchemy as sql
from dagster._core.storage.event_log import SqlEventLogStorage  # what has a table of events
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable  # the table of events

CELLS_A_QUERY: Final = 500


def marks_of(instance: dg.DagsterInstance, asset_key: dg.AssetKey, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The cells that were materialized, each with the runs that did it; none where events are not kept in SQL."""
    events = instance.event_log_storage
    if not isinstance(events, SqlEventLogStorage):
        return
    table = SqlEventLogStorageTable
    made = sql.select(table.c.partition, table.c.run_id).where(
        table.c.asset_key == asset_key.to_string(),
        table.c.dagster_event_type == dg.DagsterEventType.ASSET_MATERIALIZATION.value,
    )
    for start in range(0, len(cells), CELLS_A_QUERY):
        some = cells[start : start + CELLS_A_QUERY]
        with events.index_connection() as connection:
            rows = connection.execute(made.where(table.c.partition.in_(some)).distinct()).all()
        yield from [(row.partition, row.run_id) for row in rows]
