"""A legacy library migrated into a folder: the backup first, and the folder whole or not at all."""

import json
import os
from pathlib import Path
from typing import Final

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.library.migration.migrate import LegacyLibraryError, migrate_library
from plan_pipeline.library.migration.report import MigrationReport
from plan_pipeline.library.writing import SCHEMA_FILE
from plan_pipeline.services.libraries.new_folders import BACKUP_SUFFIX, entries_of, write_folder
from plan_pipeline.storage.data_folder import write_atomically
from plan_pipeline.strict_input.input_limits import MAX_LEGACY_LIBRARY_BYTES, read_plain_file

REPORT: Final = "migration_report.json"


def migrate_into(source: Path, output: Path, config: PlanningConfig, *, report: Path | None = None) -> MigrationReport:
    """Migrate a JSON library into a folder, with a backup of the file and the report beside the new library.

    A folder that an earlier migration wrote is kept beside the new one, under a name that ends in ``_backup``. Where no
    workout can be kept, only the report is written, to ``report``. Raises ``LegacyLibraryError`` before anything is
    written for a source that is no legacy library and for an output that holds something else.
    """
    _check_output(output)
    if report is not None and report.is_dir():
        raise LegacyLibraryError(f"--report: {report} is a folder; name a file")
    try:
        content = read_plain_file(source, MAX_LEGACY_LIBRARY_BYTES)
    except FileNotFoundError:
        raise LegacyLibraryError(f"{source}: does not exist; check the path") from None
    except OSError as error:
        raise LegacyLibraryError(f"{source}: cannot be read ({error.strerror}); name a file you may read") from None
    try:
        migration = migrate_library(content, source.name, config)
    except LegacyLibraryError as error:
        raise LegacyLibraryError(f"{source}: {error}") from None
    text = report_text(migration.report)
    if migration.files:
        backup = {f"{source.stem}{BACKUP_SUFFIX}.json": content}
        files = {name: written.encode() for name, written in migration.files.items()}
        write_folder(output, {**backup, **files, REPORT: text})
    if report is not None:
        write_atomically(report, text)
    return migration.report


def report_text(report: MigrationReport) -> bytes:
    """The report as it is written to a file: ASCII, as old names may hold what no file can."""
    return json.dumps(report.model_dump(mode="python"), indent=1, default=str).encode() + b"\n"


def _check_output(output: Path) -> None:
    if os.path.lexists(output) and not output.is_dir():
        raise LegacyLibraryError(f"--output: {output} is not a folder; name a new folder")
    foreign = [path for path in entries_of(output) if not _is_ours(path)]
    if foreign:
        raise LegacyLibraryError(
            f"--output: {output} holds {foreign[0].name}, which no migration wrote; name a new or an empty folder"
        )


def _is_ours(path: Path) -> bool:
    if path.is_dir():
        return all(file.suffix == ".yaml" for file in entries_of(path)) and (path.parent / REPORT).is_file()
    return path.name in (SCHEMA_FILE, REPORT) or path.name.endswith(f"{BACKUP_SUFFIX}.json")
