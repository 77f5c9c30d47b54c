"""The DuckDB file that analysts open: made beside the old one from the facts, renamed into place, never edited.

DuckDB lets a writer and readers shut each other out (9 of 100 concurrent writes succeeded), so nobody writes to the
file that is read.
"""

import datetime as dt
import os
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import duckdb

from plan_pipeline.core.model.workout import Library
from plan_pipeline.storage.data_folder import (
    READ_ONLY,
    DataFolder,
    StorageError,
    file_lock,
    publish_file,
    sweep,
    temporary_path,
)
from plan_pipeline.storage.facts.fact_store import BESIDE_GENERATIONS, FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.manifest import StoredPart, stray_files
from plan_pipeline.storage.model_calls.collection import collect_calls
from plan_pipeline.storage.warehouse import warehouse_file
from plan_pipeline.storage.warehouse.warehouse_file import Held, Key, LeftOut, Parts

REFRESH_TIMEOUT_S = 120.0
"""How long a refresh waits for another one; building anew takes about 5 s for a million weeks."""

ATTEMPTS = 5
"""Tries at reading the facts when a run replaces one of them meanwhile."""

_MAGIC = b"PAR1"

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Refresh(StrEnum):
    """What a refresh did: built the file anew, added new facts to a copy of it, or found nothing new."""

    REBUILT = "rebuilt"
    EXTENDED = "extended"
    UNCHANGED = "unchanged"


class WarehouseReport(NamedTuple):
    """What a refresh made: rows of each table, the seconds it took, how, and why it was not enough to add to it.

    ``left_out`` are the fact files, and files of calls, that do not count, a sentence each with what to do.
    """

    path: Path
    rows: dict[str, int]
    seconds: float
    how: Refresh = Refresh.REBUILT
    reason: str | None = None
    left_out: tuple[str, ...] = ()


class _Task(NamedTuple):
    """What there is to do: the parts to read, into a new file for a ``reason`` or into a copy of the last one."""

    parts: Parts
    reason: str | None = None

    @property
    def how(self) -> Refresh:
        if self.reason is not None:
            return Refresh.REBUILT
        return Refresh.EXTENDED if any(self.parts.values()) else Refresh.UNCHANGED


def refresh_warehouse(data: DataFolder, *libraries: Library, strict: bool = False) -> WarehouseReport:
    """Bring the warehouse up to the facts: make the next file, and rename it into place.

    New facts are added to a copy of the last file. It is built anew where that file is missing, damaged, of another
    version or was edited, and where facts that it holds were written again or are gone. Readers keep the file they
    have open. The libraries' versions are kept among the facts first, and so are calls of models that are not there
    yet. A fact file that cannot be read, or is a copy, is left out until it is replaced. Raises ``LockedError`` where
    another refresh does not finish, and where it is to be ``strict`` ``StorageError`` naming a fact file that cannot be
    read.
    """
    started = time.perf_counter()
    facts = FactStore(data)
    data.place(data.warehouse.name)
    with file_lock(data.root / ".warehouse.lock", timeout_s=REFRESH_TIMEOUT_S, holder="the warehouse is being built"):
        sweep(data.root, older_than_s=0, pattern=f".{data.warehouse.name}.*")
        _remove_stray_logs(data)
        facts.sweep()
        for library in libraries:
            facts.write_library(library)
        collected = collect_calls(facts, now=dt.datetime.now(dt.UTC))
        task, rows, left_out = _refreshed(data, facts, strict=strict)
        problems = (*_told(left_out), *_strays(facts), *collected.problems)
    return WarehouseReport(data.warehouse, rows, time.perf_counter() - started, task.how, task.reason, problems)


def fact_problems(data: DataFolder) -> tuple[str, ...]:
    """The fact files that the warehouse as it is left out, or a refresh would, a sentence each with what to do."""
    facts, last = FactStore(data), _last(data)
    known = last.left_out if isinstance(last, Held) else {}
    left_out = _still_left_out(facts, known)
    new = {
        table: {
            part: stored
            for part, stored in facts.parts(table).items()
            if (table.value, part) not in left_out and not _is_whole(stored.path)
        }
        for table in FactTable
    }
    left_out |= warehouse_file.unreadable(new)
    return (*_told(left_out), *_strays(facts))


def _is_whole(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does: what was cut off, emptied or may not be read does not."""
    try:
        with path.open("rb") as file:
            begin = file.read(len(_MAGIC))
            file.seek(-len(_MAGIC), os.SEEK_END)
            return begin == file.read() == _MAGIC
    except OSError:
        return False


def _told(left_out: Mapping[Key, LeftOut]) -> list[str]:
    """What is wrong, once for each file, what cannot be read first."""
    worst_first = sorted(left_out.values(), key=lambda each: (each.is_copy, each.problem))
    return list(dict.fromkeys(each.problem for each in worst_first))


def _strays(facts: FactStore) -> list[str]:
    return [
        f"{path} is not named as parts are, so nobody reads it; remove it, or give it back its name"
        for table in FactTable
        for path in stray_files(facts.folder(table))
    ]


def _counted(facts: FactStore, left_out: Mapping[Key, LeftOut]) -> Parts:
    """The parts that may count: of a copy, what is beside the generations does not either."""
    parts = {
        table: {part: each for part, each in facts.parts(table).items() if (table.value, part) not in left_out}
        for table in FactTable
    }
    generations = FactTable.PLAN_GENERATIONS.value
    copies = {part for (table, part), each in left_out.items() if table == generations and each.is_copy}
    for table in BESIDE_GENERATIONS:
        parts[table] = {part: each for part, each in parts[table].items() if part not in copies}
    return parts


def _still_left_out(facts: FactStore, known: Mapping[Key, LeftOut]) -> dict[Key, LeftOut]:
    """Of parts that were left out those that still are; one that could not be read is tried again."""
    tried: dict[FactTable, dict[str, StoredPart]] = {}
    found: dict[Key, LeftOut] = {}
    for (table_name, part), each in known.items():
        stored = facts.parts(FactTable(table_name)).get(part)
        if stored is not None and stored.mark == each.mark:
            if each.is_copy:
                found[table_name, part] = each
            else:
                tried.setdefault(FactTable(table_name), {})[part] = stored
    return found | warehouse_file.unreadable(tried)


def _refreshed(data: DataFolder, facts: FactStore, *, strict: bool) -> tuple[_Task, dict[str, int], dict[Key, LeftOut]]:
    """Make and publish the next file, again if a run replaced one of the fact files meanwhile."""
    last = _last(data)
    left_out = _still_left_out(facts, last.left_out) if isinstance(last, Held) else {}
    for _ in range(ATTEMPTS):
        if strict:
            _refuse(left_out)
        task = _task(last, _counted(facts, left_out))
        if task.how is Refresh.UNCHANGED and isinstance(last, Held) and left_out == last.left_out:
            return task, last.rows, left_out
        if task.how is Refresh.REBUILT and any(each.is_copy for each in left_out.values()):
            left_out = {key: each for key, each in left_out.items() if not each.is_copy}
            last = task.reason or ""
            task = _task(last, _counted(facts, left_out))
        at = dt.datetime.now(dt.UTC)
        temporary = temporary_path(data.warehouse)
        found = dict(left_out)
        try:
            rows = _made(data, temporary, task, at, found)
            if _still_there(task.parts):
                _publish(data, temporary, at)
                return task, rows, found
        except duckdb.Error as error:
            if _still_there(task.parts):
                unreadable = warehouse_file.unreadable(task.parts)
                left_out |= unreadable
                if not unreadable:
                    last = _what_failed(task, error)
        finally:
            temporary.unlink(missing_ok=True)
            temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)
    raise StorageError(
        f"the warehouse cannot be built: its facts were replaced {ATTEMPTS} times while they were read; "
        "refresh it again"
    )


def _refuse(left_out: Mapping[Key, LeftOut]) -> None:
    """Raises ``StorageError`` where a file cannot be read."""
    problem = next((each.problem for each in left_out.values() if not each.is_copy), None)
    if problem is not None:
        raise StorageError(problem)


def _last(data: DataFolder) -> Held | str:
    """What the published file holds, or why it cannot be built upon."""
    try:
        modified_ns = data.warehouse.stat().st_mtime_ns
        held = warehouse_file.held(data.warehouse)
    except FileNotFoundError:
        return "there is none yet"
    except (duckdb.Error, ValueError) as error:
        return f"the last one cannot be read ({str(error).partition(chr(10))[0]})"
    if held.fingerprint != warehouse_file.fingerprint():
        return "the last one is of another version"
    if held.refreshed_ns != modified_ns:
        return "the last one was edited after it was published"
    return held


def _task(last: Held | str, parts: Parts) -> _Task:
    if isinstance(last, str):
        return _Task(parts, last)
    now = {(table.value, part): stored.mark for table, listed in parts.items() for part, stored in listed.items()}
    outdated = next((key for key, mark in last.parts.items() if now.get(key) != mark), None)
    if outdated is not None:
        table, part = outdated
        return _Task(parts, f"part {part} of {table} {'was written again' if outdated in now else 'is gone'}")
    new = {
        table: {part: stored for part, stored in listed.items() if (table.value, part) not in last.parts}
        for table, listed in parts.items()
    }
    return _Task(new)


def _made(
    data: DataFolder, temporary: Path, task: _Task, at: dt.datetime, left_out: dict[Key, LeftOut]
) -> dict[str, int]:
    if task.how is Refresh.REBUILT:
        return warehouse_file.build(temporary, task.parts, at, left_out)
    warehouse_file.copy_file(data.warehouse, temporary)
    return warehouse_file.extend(temporary, task.parts, at, left_out)


def _publish(data: DataFolder, temporary: Path, at: dt.datetime) -> None:
    """Rename a file into place. Its time of change is the one it holds, so that an edit of it is noticed."""
    ns = (at - EPOCH) // dt.timedelta(microseconds=1) * 1000
    os.utime(temporary, ns=(ns, ns))
    _remove_stray_logs(data)
    publish_file(temporary, data.warehouse, mode=READ_ONLY)
    _remove_stray_logs(data)


def _remove_stray_logs(data: DataFolder) -> None:
    """Remove the log of a session that opened the file for writing by mistake: it breaks readers of the next file."""
    for stray in data.root.glob(f"{data.warehouse.name}*.wal"):
        stray.unlink(missing_ok=True)


def _what_failed(task: _Task, error: duckdb.Error) -> str:
    """Why to build anew after adding failed. Raises ``StorageError`` where that was tried."""
    if task.how is Refresh.REBUILT:
        raise StorageError(f"the warehouse cannot be built from its facts ({error}); the last one stays in place")
    return f"the last one cannot be added to ({str(error).partition(chr(10))[0]})"


def _still_there(parts: Parts) -> bool:
    every = [stored for listed in parts.values() for stored in listed.values()]
    # A merged file is never replaced, and its parts have the marks of the files that they were read from.
    return all(stored.path.exists() if stored.is_merged else stored.mark.is_of(stored.path) for stored in every)
