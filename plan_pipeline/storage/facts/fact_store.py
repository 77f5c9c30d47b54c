"""Rows for analysts, kept as Parquet: one file for each run and table, appended and never edited.

One file a run and not one a week: 68,400 files took 30 s to query, 46 files with the same rows 0.13 s; ``compaction``
makes few of many.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.workout import Library
from plan_pipeline.storage.data_folder import (
    DataFolder,
    UnsafePathError,
    file_lock,
    make_folder,
    publish_file,
    sweep,
    temporary_path,
)
from plan_pipeline.storage.facts.fact_tables import FactTable, frame_of, library_rows
from plan_pipeline.storage.facts.manifest import (
    PART_NAME,
    PART_PREFIX,
    SUFFIX,
    StoredPart,
    read_manifest,
    replace_manifest,
    stored_parts,
)
from plan_pipeline.storage.facts.migrations import SCHEMA_VERSION, VERSION_COLUMN, fact_queries
from plan_pipeline.storage.sql_text import sql_literal

if TYPE_CHECKING:
    from plan_pipeline.core.pipeline import PlanFacts

LOCK_TIMEOUT_S = 120.0
"""How long a writer waits for a change of the manifest, which takes milliseconds."""

BESIDE_GENERATIONS = (
    FactTable.PLAN_WEEKS,
    FactTable.PLAN_WORKOUTS,
    FactTable.RULE_RESULTS,
    FactTable.STAGE_TIMINGS,
)
"""Tables whose rows count only where ``plan_generations`` has a row that they belong to."""


class FactStore:
    """The fact files of a data folder, ``facts/<table>/part-<part>.parquet``, and what was merged of them.

    A file has the columns of its table and ``schema_version``. Which files count, and for which parts, is what
    ``parts`` says: a part that was merged lies in a ``merged-….parquet`` together with others.
    """

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def write(self, table: FactTable, part: str, rows: Sequence[Frozen]) -> Path | None:
        """Write the rows of a part, usually a run, in place of any it had; ``None`` where there are no rows.

        The file is written under a dot-name, synced and renamed: it is there as a whole or not at all.
        Raises ``UnsafePathError`` for a part that is not usable as a file name.
        """
        with duckdb.connect(":memory:", config={"threads": 1}) as db:
            return self._write(db, table, part, rows)

    def write_all(self, part: str, facts: Iterable[PlanFacts]) -> dict[FactTable, Path]:
        """Write the rows of many generations as one part a table.

        ``plan_generations`` goes first and comes last: a run that is killed in between leaves rows of no generation,
        which views leave out, and never a generation without its rows.
        """
        everything = list(facts)
        rows: dict[FactTable, list[Frozen]] = {
            FactTable.PLAN_WEEKS: [row for fact in everything for row in fact.weeks],
            FactTable.PLAN_WORKOUTS: [row for fact in everything for row in fact.workouts],
            FactTable.RULE_RESULTS: [row for fact in everything for row in fact.rules],
            FactTable.STAGE_TIMINGS: [row for fact in everything for row in fact.timings],
            FactTable.PLAN_GENERATIONS: [fact.generation for fact in everything],
        }
        self._remove(FactTable.PLAN_GENERATIONS, part)
        with duckdb.connect(":memory:", config={"threads": 1}) as db:
            paths = {table: self._write(db, table, part, table_rows) for table, table_rows in rows.items()}
        return {table: path for table, path in paths.items() if path is not None}

    def write_library(self, library: Library) -> Path | None:
        """Keep a version of the library, once: facts of older versions stay joined to the workouts they used."""
        self._path(FactTable.LIBRARY_WORKOUTS, library.version)
        kept = self.parts(FactTable.LIBRARY_WORKOUTS).get(library.version)
        if kept is not None:
            return kept.path
        return self.write(FactTable.LIBRARY_WORKOUTS, library.version, list(library_rows(library)))

    def parts(self, table: FactTable) -> dict[str, StoredPart]:
        """Every part that counts, by name and in order; what a writer has not finished is left out."""
        return stored_parts(self.folder(table))

    def files(self, table: FactTable) -> tuple[Path, ...]:
        """The files of all parts, each once. One that was merged may hold rows of parts that were written again."""
        return tuple(sorted({stored.path for stored in self.parts(table).values()}))

    def folder(self, table: FactTable) -> Path:
        """Where a table's files lie. Raises ``UnsafePathError`` where it is a link to somewhere else."""
        return self.data.place("facts", table)

    def recorded(self, generations: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of some plans' generations, each a plan id and a generation id, whose facts are written.

        Parts are called after the run whose generations they hold, so only those of the same run are looked into.
        """
        table = FactTable.PLAN_GENERATIONS
        runs = {_run_of(generation_id) for _, generation_id in generations}
        stored = [each for part, each in self.parts(table).items() if _run_of(part) in runs]
        plan_ids = [plan_id for plan_id, _ in generations]
        with duckdb.connect(":memory:", config={"threads": 1}) as db:
            try:
                found = _generations_in(db, stored, plan_ids)
            except duckdb.Error:  # one of them cannot be read: what it held is written again
                found = set()
                for each in stored:
                    with contextlib.suppress(duckdb.Error):
                        found |= _generations_in(db, [each], plan_ids)
        return frozenset(found).intersection(generations)

    def clear_torn(self, generation_id: str) -> None:
        """Remove what a killed writer left of a generation's run: parts without generations, which no view counts."""
        whole = self.parts(FactTable.PLAN_GENERATIONS).keys()
        for table in BESIDE_GENERATIONS:
            for part in self.parts(table).keys() - whole:
                if _run_of(part) == _run_of(generation_id):
                    self._remove(table, part)

    def compacting(self) -> AbstractContextManager[None]:
        """Be the only one who compacts. Raises ``LockedError`` at once while another process does."""
        return self._lock("compaction", "facts are being compacted", timeout_s=0)

    def recording(self) -> AbstractContextManager[None]:
        """Be the only one who finds generations without facts and adds them."""
        return self._lock("recording", "another run records facts")

    def collecting(self) -> AbstractContextManager[None]:
        """Be the only one who finds calls of models that are not in the facts and adds them."""
        return self._lock("calls", "calls of models are being collected")

    def sweep(self) -> int:
        """Remove what killed writers left. Returns the number of files."""
        return sum(sweep(self.folder(table)) for table in FactTable)

    def changing_manifests(self) -> AbstractContextManager[None]:
        """Keep every writer from putting a file in place or removing one. Hold it for milliseconds."""
        return self._lock("files", "facts are being written")

    def _path(self, table: FactTable, part: str) -> Path:
        if not PART_NAME.fullmatch(part):
            raise UnsafePathError(
                f"{part!r} is not usable in a file name: use up to 128 letters, digits, '.', '_' and '-', "
                "starting with a letter or digit"
            )
        return self.folder(table) / f"{PART_PREFIX}{part}{SUFFIX}"

    def _write(self, db: duckdb.DuckDBPyConnection, table: FactTable, part: str, rows: Sequence[Frozen]) -> Path | None:
        path = self._path(table, part)
        if not rows:
            self._remove(table, part)
            return None
        db.register("fact_rows", frame_of(table, rows))
        self.write_file(db, path, table.columns, "fact_rows")
        db.unregister("fact_rows")
        return path

    def write_file(self, db: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, str], source: str) -> None:
        """Write the ``columns``, names and types, of a SQL ``source`` under a dot-name, which is synced and renamed."""
        listed = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in columns.items())
        make_folder(path.parent)
        temporary = temporary_path(path)
        try:
            db.execute(
                f"COPY (SELECT {listed}, {SCHEMA_VERSION}::INTEGER AS {VERSION_COLUMN} FROM {source}) "  # noqa: S608
                f"TO {sql_literal(temporary)} (FORMAT parquet)"
            )
            with self._lock("files", "the manifest is changing", shared=True):
                publish_file(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _remove(self, table: FactTable, part: str) -> None:
        path = self._path(table, part)
        folder = path.parent
        if not path.exists() and not any(part in file.parts for file in read_manifest(folder).merged):
            return
        with self.changing_manifests():
            manifest = read_manifest(folder)
            if any(part in file.parts for file in manifest.merged):
                replace_manifest(folder, manifest.without_part(part))
            path.unlink(missing_ok=True)

    def _lock(
        self, name: str, holder: str, *, timeout_s: float = LOCK_TIMEOUT_S, shared: bool = False
    ) -> AbstractContextManager[None]:
        path = self.data.place("facts", f".{name}.lock")
        return file_lock(path, timeout_s=timeout_s, holder=holder, shared=shared)


def _generations_in(
    db: duckdb.DuckDBPyConnection, parts: Sequence[StoredPart], plan_ids: Sequence[str]
) -> set[tuple[str, str]]:
    queries = fact_queries(db, FactTable.PLAN_GENERATIONS, parts)
    if not queries:
        return set()
    rows = " UNION ALL BY NAME ".join(f"({query})" for query in queries)
    wanted = f"SELECT plan_id, generation_id FROM ({rows}) WHERE list_contains(?, plan_id)"  # noqa: S608
    return set(db.execute(wanted, [plan_ids]).fetchall())


def _run_of(name: str) -> str:
    """The digits of a run's id, which the names of all its generations and parts have after their time."""
    return name.split("-", 2)[1] if "-" in name else name
