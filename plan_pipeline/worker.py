"""Where Celery's workers load this project from: ``celery -A plan_pipeline.worker worker``.

The application is made of the very settings that runs are launched with, see ``deploy/dagster.yaml``. Needs the extra
``cluster``.
"""

from __future__ import annotations

from contextlib import suppress

from celery import Celery, signals
from dagster import DagsterInstance
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tasks import create_execute_job_task

from plan_pipeline.config import ConfigError
from plan_pipeline.definitions import defs
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.dagster_internals.stored_states import carry_over_states
from plan_pipeline.services.sources import ConfigSource, LibrarySource
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.file_system import locks_on_this_machine_only, unsupported_operations


def application(instance: DagsterInstance) -> Celery:
    """The application that takes the runs which an instance launches.

    Raises ``SystemExit`` where the instance launches them some other way.
    """
    launcher = instance.run_launcher
    if not isinstance(launcher, CeleryRunLauncher):
        raise SystemExit(
            f"{instance.root_directory}/dagster.yaml: run_launcher is {type(launcher).__name__}, so no run would reach "
            "this worker; set DAGSTER_HOME to a folder with deploy/dagster.yaml"
        )
    create_execute_job_task(launcher.celery)
    return launcher.celery


def check_data_folder(settings: Settings) -> None:
    """Raises ``SystemExit`` where the data folder's file system cannot hold what storage relies on on many machines."""
    root = DataFolder(settings.data).root
    problems = [*unsupported_operations(root), *filter(None, [locks_on_this_machine_only(root)])]
    if problems:
        raise SystemExit("\n".join(f"{root}: {problem}" for problem in problems))


def load_what_runs_need(settings: Settings) -> None:
    """Import and read it before the processes that execute runs are forked off with it."""
    import plan_pipeline.storage.facts.fact_store
    import plan_pipeline.storage.warehouse.refresh  # noqa: F401

    defs.get_repository_def()
    for source in (LibrarySource.of(settings), ConfigSource(settings.config)):
        with suppress(LibraryError, ConfigError, StorageError):  # runs report it, and it may be corrected meanwhile
            source.load_all()


def _on_start(**_: object) -> None:
    settings = Settings()
    check_data_folder(settings)
    load_what_runs_need(settings)


signals.worker_init.connect(_on_start)

with DagsterInstance.get() as _instance:
    carry_over_states(_instance)
    app = application(_instance)
"""What ``celery -A`` expects here."""
