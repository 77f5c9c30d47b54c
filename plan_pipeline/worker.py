"""The one door that Celery's workers enter by: ``celery -A plan_pipeline.worker worker``.

Belongs here: the Celery application, made of the very settings that runs are launched with, and what a worker looks
at and has ready before its first run. Does not belong here: those settings (see ``deploy/dagster.yaml``), launching
(see ``orchestration.celery_launcher``). Needs the extra ``cluster``.
"""

from __future__ import annotations

from contextlib import suppress

from celery import Celery, signals
from dagster import DagsterInstance
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tasks import create_execute_job_task

from plan_pipeline.definitions import defs
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.dagster_internals.stored_states import carry_over_states
from plan_pipeline.services.library_source import LibrarySource
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
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


def look_at_the_data_folder(settings: Settings) -> None:
    """Raises ``SystemExit`` where the data folder's file system cannot hold what storage relies on on many machines."""
    root = DataFolder(settings.data).root
    problems = [*unsupported_operations(root), *filter(None, [locks_on_this_machine_only(root)])]
    if problems:
        raise SystemExit("\n".join(f"{root}: {problem}" for problem in problems))


def get_ready(settings: Settings) -> None:
    """Load what every run needs, before the processes that execute runs are forked off with it."""
    import plan_pipeline.storage.facts.fact_store
    import plan_pipeline.storage.warehouse.refresh  # noqa: F401

    defs.get_repository_def()
    with suppress(LibraryError):  # runs say so themselves, and the library may be put right meanwhile
        LibrarySource(settings.library).load()


def _on_start(**_: object) -> None:
    settings = Settings()
    look_at_the_data_folder(settings)
    get_ready(settings)


signals.worker_init.connect(_on_start)

with DagsterInstance.get() as _instance:
    carry_over_states(_instance)
    app = application(_instance)
"""What ``celery -A`` looks for."""
