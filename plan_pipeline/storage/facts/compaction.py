"""Few large fact files in place of many small ones, with no moment at which a row is missing or counted twice.

The merged file is written first, and nobody reads it; replacing the manifest is the moment it counts and its sources no
longer do; the sources are removed when nobody can be reading them any more.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from plan_pipeline.storage.data_folder import Mark
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.manifest import (
    MERGED_PREFIX,
    PART_COLUMN,
    SUFFIX,
    Manifest,
    MergedFile,
    RetiredFile,
    StoredPart,
    read_manifest,
    replace_manifest,
)
from plan_pipeline.storage.facts.migrations import fact_queries

GRACE_S: Final = 3600.0
"""How long a merged file's sources stay: a reader that listed them has long finished by then."""

LARGE_FILE_BYTES: Final = 128 * 2**20
"""A merged file of this size is left as it is, so that a row is not copied again with every compaction."""


class CompactionStep(StrEnum):
    """What was just done; a process may be killed after each."""

    CLEARED = "cleared"
    """Merged files that no manifest knows are removed: a compaction was killed before it could list them."""

    MERGED = "merged"
    LISTED = "listed"
    REMOVED = "removed"
    """One file that was merged long enough ago is removed."""

    FORGOTTEN = "forgotten"


AfterStep = Callable[[CompactionStep], None]


class Compaction(NamedTuple):
    """What became of a table: files before and after, parts in the merged file, files removed for good."""

    files_before: int
    files_after: int
    parts_merged: int
    files_removed: int


def compact(
    facts: FactStore,
    tables: Iterable[FactTable] = FactTable,
    *,
    now: dt.datetime,
    grace_s: float = GRACE_S,
    after_step: AfterStep = lambda _: None,
) -> dict[FactTable, Compaction]:
    """Merge the many small files of tables into few, and remove those merged longer than ``grace_s`` seconds ago.

    Nothing that is read changes: every row is found in one place before, during and after, whenever this is killed; the
    next call goes on from there and clears away what is left. A file that is alone stays as it is, unless parts of it
    were written again. ``after_step`` is called after every step. Raises ``LockedError`` while another process
    compacts, ``StorageError`` and ``duckdb.Error`` for a file that cannot be read, whose table is then unchanged.
    """
    with facts.compacting():
        return {table: _compact_table(facts, table, now, grace_s, after_step) for table in tables}


def _compact_table(
    facts: FactStore, table: FactTable, now: dt.datetime, grace_s: float, report: AfterStep
) -> Compaction:
    folder = facts.folder(table)
    before = facts.files(table)
    if _clear(folder):
        report(CompactionStep.CLEARED)
    sources = _sources(facts, table)
    merged = 0
    if sources and (path := _merge(facts, table, sources)):
        report(CompactionStep.MERGED)
        merged = _list(facts, table, sources, path, now)
        report(CompactionStep.LISTED)
    removed = _remove_retired(facts, folder, now - dt.timedelta(seconds=grace_s), report)
    return Compaction(len(before), len(facts.files(table)), merged, removed)


def _clear(folder: Path) -> int:
    manifest = read_manifest(folder)
    known = {file.name for file in manifest.merged} | {file.name for file in manifest.retired}
    unknown = [path for path in folder.glob(f"{MERGED_PREFIX}*{SUFFIX}") if path.name not in known]
    for path in unknown:
        path.unlink()
    return len(unknown)


def _sources(facts: FactStore, table: FactTable) -> list[StoredPart]:
    """Every part of the files that are worth merging; none where nothing would be gained."""
    parts = facts.parts(table)
    live = {name for name, stored in parts.items() if stored.is_merged}
    outdated = {
        facts.folder(table) / file.name
        for file in read_manifest(facts.folder(table)).merged
        if not file.parts or not file.parts.keys() <= live
    }
    sources = [
        stored
        for stored in parts.values()
        if not stored.is_merged or stored.path in outdated or stored.path.stat().st_size < LARGE_FILE_BYTES
    ]
    return sources if outdated or len({stored.path for stored in sources}) > 1 else []


def _merge(facts: FactStore, table: FactTable, sources: list[StoredPart]) -> Path | None:
    """Write the rows of parts as one file; ``None`` where they have none."""
    identity = hashlib.sha256(repr([(stored.part, stored.mark) for stored in sources]).encode()).hexdigest()
    path = facts.folder(table) / f"{MERGED_PREFIX}{identity[:16]}{SUFFIX}"
    columns = {**table.columns, PART_COLUMN: "VARCHAR"}
    nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
    with duckdb.connect(":memory:") as db:
        queries = fact_queries(db, table, sources)
        if not queries:
            return None
        rows = " UNION ALL BY NAME ".join([f"SELECT {nothing} WHERE false", *queries])
        facts.write_file(db, path, columns, f"({rows})")
    return path


def _list(facts: FactStore, table: FactTable, sources: list[StoredPart], path: Path, now: dt.datetime) -> int:
    """Let the merged file count in place of its sources; returns its parts.

    A part that was written again or removed meanwhile is left out: it counts, or does not, as it is now.
    """
    folder = facts.folder(table)
    with facts.changing_manifests():
        manifest = read_manifest(folder)
        current = facts.parts(table)
        parts = {stored.part: stored.mark for stored in sources if current.get(stored.part) == stored}
        replaced = {stored.path.name for stored in sources if stored.is_merged}
        replaced |= {file.name for file in manifest.merged if not file.parts}
        retired = [
            RetiredFile(name=stored.path.name, mark=stored.mark, retired_at=now)
            for stored in sources
            if not stored.is_merged and stored.part in parts
        ]
        retired += [RetiredFile(name=name, mark=Mark.of(folder / name), retired_at=now) for name in sorted(replaced)]
        merged = [file for file in manifest.merged if file.name not in replaced]
        replace_manifest(
            folder,
            Manifest(merged=(*merged, MergedFile(name=path.name, parts=parts)), retired=(*manifest.retired, *retired)),
        )
    return len(parts)


def _remove_retired(facts: FactStore, folder: Path, before: dt.datetime, report: AfterStep) -> int:
    if not any(file.retired_at <= before for file in read_manifest(folder).retired):
        return 0
    removed = 0
    with facts.changing_manifests():
        manifest = read_manifest(folder)
        for file in manifest.retired:
            if file.retired_at <= before and file.mark.is_of(folder / file.name):
                (folder / file.name).unlink()
                removed += 1
                report(CompactionStep.REMOVED)
        kept = tuple(file for file in manifest.retired if file.retired_at > before)
        replace_manifest(folder, manifest.model_copy(update={"retired": kept}))
    report(CompactionStep.FORGOTTEN)
    return removed
