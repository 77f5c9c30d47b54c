"""Which exceptions come from the user's input or from the system, and the exit code that each ends in.

An exception's own text says what was wrong, where, and what to do. Imported only once something has gone wrong.
"""

import sys
from typing import NamedTuple

from plan_pipeline.cli.exits import ExitCode, InputError
from plan_pipeline.config import ConfigError
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.registry import PluginError
from plan_pipeline.experiments.measures import UnknownExperimentError
from plan_pipeline.formats import ExportError
from plan_pipeline.formats.extras import MissingExtraError
from plan_pipeline.library.migration.migrate import LegacyLibraryError
from plan_pipeline.library.problems import LibraryError
from plan_pipeline.llm.asking import CallFailedError, ProviderSetupError
from plan_pipeline.llm.desk import BudgetError
from plan_pipeline.services.instances.scheduling import ScheduleError
from plan_pipeline.services.libraries.activation import LibraryChangeError
from plan_pipeline.services.plan_versions import VersionError
from plan_pipeline.services.week_files import WeekFileError
from plan_pipeline.services.workout_files.library_import import LibraryImportError
from plan_pipeline.settings import SettingsError
from plan_pipeline.storage.data_folder import StorageError, UnsafePathError
from plan_pipeline.storage.requests.request_files import RequestFileError
from plan_pipeline.storage.warehouse.queries import QueryError, WarehouseMissingError


class Explained(NamedTuple):
    message: str
    exit_code: ExitCode


BAD_INPUT = (
    ConfigError,
    ExportError,
    InputError,
    LegacyLibraryError,
    LibraryChangeError,
    LibraryError,
    MissingExtraError,
    LibraryImportError,
    PluginError,
    ProviderSetupError,
    QueryError,
    RequestFileError,
    ScheduleError,
    SettingsError,
    UnknownExperimentError,
    UnsafePathError,
    VersionError,
    WarehouseMissingError,
    WeekFileError,
)
FAILED = (BudgetError, CallFailedError, OverviewError, StorageError)

_SQLITE_CANNOT_WRITE = "disk i/o error"


def explain(error: Exception) -> Explained | None:
    """The message and exit code of an exception that has been foreseen; ``None`` for a fault of the program."""
    if isinstance(error, RequestFileError) and len(error.problems) > 1:
        heading = f"the requests have {len(error.problems)} problems, so nothing was generated:"
        return Explained("\n  ".join([heading, *str(error).splitlines()]), ExitCode.BAD_INPUT)
    if isinstance(error, BAD_INPUT):
        return Explained(str(error), ExitCode.BAD_INPUT)
    if (message := _of_full_disk(error)) is not None:
        return Explained(message, ExitCode.REJECTED)
    if isinstance(error, FAILED) or _is_launch_error(error):
        return Explained(str(error), ExitCode.REJECTED)
    if isinstance(error, OSError) and error.filename is not None:
        return Explained(f"{error.filename}: {error.strerror}; check the path and its permissions", ExitCode.BAD_INPUT)
    return None


def _of_full_disk(error: Exception) -> str | None:
    """The message where there was no room to write; SQLite calls a full disk an I/O error at times."""
    if not isinstance(error, OSError) and "dagster" not in sys.modules:
        return None
    from plan_pipeline.storage.full_disk import full_disk_message, is_full_disk

    if is_full_disk(error):
        return full_disk_message(error)
    if _SQLITE_CANNOT_WRITE in str(error).lower():
        return full_disk_message(error).replace("the disk is full", "the disk is full, or broken", 1)
    return None


def _is_launch_error(error: Exception) -> bool:
    """Only a program that has imported Dagster can have failed in it."""
    launch = sys.modules.get("plan_pipeline.orchestration.launch")
    return launch is not None and isinstance(error, launch.LaunchError)
