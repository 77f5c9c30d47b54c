"""Forgetting old runs: Dagster's record of them, their events, logs and files, but not what the UI still shows.

It works on Dagster's tables because ``DagsterInstance.delete_run`` leaves tags, check results, logs and, on SQLite, a
file a run behind.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import dagster as dg
import sqlalchemy as sql
from dagster._core.storage.event_log import SqlEventLogStorage, SqliteEventLogStorage  # the files and slots of a run
from dagster._core.storage.event_log.schema import (  # the tables that delete_run leaves rows in
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    AssetKeyTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs import SqlRunStorage  # the tags of a run
from dagster._core.storage.runs.schema import RunTagsTable  # the table of these tags

from plan_pipeline.orchestration.dagster_internals.run_queue import ENDED_STATUSES
from plan_pipeline.orchestration.partitions import PLAN_DIMENSION, PLANS_NAME, plan_weeks
from plan_pipeline.orchestration.run_tags import ROOT_RUN_TAG

EVENTS_A_WRITE: Final = 10_000
"""Events deleted in one transaction, which takes less than a second: on SQLite all other runs wait for it."""

SQLITE_SUFFIXES: Final = ("", "-wal", "-shm", "-journal")

_EVENTS: Final = SqlEventLogStorageTable
_CHECKS: Final = AssetCheckExecutionsTable
_SHOWN_TYPES: Final = (
    dg.DagsterEventType.ASSET_MATERIALIZATION.value,
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value,
)
"""The events that make a cell green, or red where the run that was to make it has failed."""


class Forgotten(NamedTuple):
    """``kept`` are runs that are old enough, and that something still refers to."""

    runs: int
    kept: int


def forget_runs(
    instance: dg.DagsterInstance, *, before: dt.datetime, at_most: int, in_use: Mapping[str, Collection[str]]
) -> Forgotten:
    """Delete finished runs that were created before a moment, oldest first, with all that Dagster has of them.

    Kept are: the latest run of an asset, of a cell of a registered plan, and of a check, which the UI shows; every run
    with a tag that has one of the values ``in_use``; a run that another was repeated from, until that is gone. Killed
    at any moment, it goes on with the same run the next time. Raises ``dagster.Failure`` for a storage that is not SQL.
    """
    history = _History(instance, in_use)
    filters = dg.RunsFilter(statuses=ENDED_STATUSES, created_before=before)
    forgotten = kept = 0
    for run_id in reversed(instance.get_run_ids(filters)):
        if forgotten >= at_most:
            break
        if history.needs(run_id):
            kept += 1
            continue
        history.forget(run_id)
        forgotten += 1
    return Forgotten(forgotten, kept)


class _History:
    """The runs of an instance, and what refers to them."""

    def __init__(self, instance: dg.DagsterInstance, in_use: Mapping[str, Collection[str]]) -> None:
        self._instance = instance
        self._in_use = in_use
        self._registered = frozenset(instance.get_dynamic_partitions(PLANS_NAME))
        storage = instance.event_log_storage
        if not isinstance(storage, SqlEventLogStorage):
            raise dg.Failure(
                f"runs cannot be forgotten in a {type(storage).__name__}; use an event log on SQLite or PostgreSQL",
                allow_retries=False,
            )
        self._events = storage

    def needs(self, run_id: str) -> bool:
        """Whether something refers to a run."""
        run = self._instance.get_run_by_id(run_id)
        if run is None:
            return False
        if any(run.tags.get(tag) in values for tag, values in self._in_use.items()):
            return True
        # Dagster cannot list a run beside its repetitions once the first of them is gone.
        was_repeated = bool(self._instance.get_runs(dg.RunsFilter(tags={ROOT_RUN_TAG: run_id}), limit=1))
        return was_repeated or self._is_latest(run_id) or self._is_shown(run_id)

    def _is_latest(self, run_id: str) -> bool:
        """Whether an asset's or a check's page opens with this run."""
        newer = _CHECKS.alias("newer")
        same = sql.and_(newer.c.asset_key == _CHECKS.c.asset_key, newer.c.check_name == _CHECKS.c.check_name)
        is_replaced = sql.exists().where(same, newer.c.id > _CHECKS.c.id)
        queries = (
            sql.select(AssetKeyTable.c.id).where(AssetKeyTable.c.last_run_id == run_id),
            sql.select(_CHECKS.c.id).where(_CHECKS.c.run_id == run_id, ~is_replaced),
        )
        with self._events.index_connection() as connection:
            return any(connection.execute(query.limit(1)).first() is not None for query in queries)

    def _is_shown(self, run_id: str) -> bool:
        cells = self._latest_cells(run_id)
        return any(cell is None or _plan_of(cell) in self._registered for cell in cells)

    def _latest_cells(self, run_id: str) -> Iterator[str | None]:
        """The partitions that a run was the latest to mark, asset by asset; ``None`` for an asset without any."""
        own, newer = _EVENTS.alias("own"), _EVENTS.alias("newer")
        of_run = (own.c.run_id == run_id, own.c.dagster_event_type.in_(_SHOWN_TYPES))
        is_newer = (
            newer.c.asset_key == own.c.asset_key,
            newer.c.dagster_event_type.in_(_SHOWN_TYPES),
            newer.c.id > own.c.id,
        )
        with self._events.index_connection() as connection:
            for same_cell, is_kind in (
                (newer.c.partition == own.c.partition, own.c.partition.is_not(None)),
                (newer.c.partition.is_(None), own.c.partition.is_(None)),
            ):
                replaced = sql.exists().where(*is_newer, same_cell)
                latest = sql.select(own.c.partition).where(*of_run, is_kind, ~replaced).distinct()
                yield from [row.partition for row in connection.execute(latest)]

    def forget(self, run_id: str) -> None:
        """Delete a run. Dagster's record of it goes last: while it is there, the next call finds the rest."""
        while self._delete_events(run_id):
            pass
        with self._events.index_connection() as connection:
            connection.execute(_CHECKS.delete().where(_CHECKS.c.run_id == run_id))
        if self._events.supports_global_concurrency_limits:
            self._events.free_concurrency_slots_for_run(run_id)
        self._delete_files(run_id)
        runs = self._instance.run_storage
        if isinstance(runs, SqlRunStorage):  # on SQLite tags are not deleted along with their run
            with runs.connect() as connection:
                connection.execute(RunTagsTable.delete().where(RunTagsTable.c.run_id == run_id))
        runs.delete_run(run_id)

    def _delete_events(self, run_id: str) -> bool:
        """Delete some of a run's events and their tags; whether there were as many as are deleted at a time."""
        some = sql.select(_EVENTS.c.id).where(_EVENTS.c.run_id == run_id).order_by(_EVENTS.c.id).limit(EVENTS_A_WRITE)
        with self._events.index_connection() as connection:
            ids = [row.id for row in connection.execute(some)]
            if not ids:
                return False
            of_run = sql.and_(_EVENTS.c.run_id == run_id, _EVENTS.c.id <= ids[-1])
            events = sql.select(_EVENTS.c.id).where(of_run)
            connection.execute(AssetEventTagsTable.delete().where(AssetEventTagsTable.c.event_id.in_(events)))
            connection.execute(_EVENTS.delete().where(of_run))
        return len(ids) == EVENTS_A_WRITE

    def _delete_files(self, run_id: str) -> None:
        """The run's logs, and on SQLite the file that has its events as well."""
        with suppress(FileNotFoundError, NotImplementedError):
            self._instance.compute_log_manager.delete_logs(prefix=[run_id])
        if isinstance(self._events, SqliteEventLogStorage):
            for suffix in SQLITE_SUFFIXES:
                Path(self._events.path_for_shard(run_id) + suffix).unlink(missing_ok=True)


def _plan_of(partition: str) -> str:
    return plan_weeks.get_partition_key_from_str(partition).keys_by_dimension[PLAN_DIMENSION]
