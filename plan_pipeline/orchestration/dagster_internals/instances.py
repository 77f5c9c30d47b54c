"""Opening the Dagster instance of a home, unless its ``dagster.yaml`` was written for an earlier release."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import dagster as dg
from alembic.script import ScriptDirectory
from dagster._core.instance.ref import InstanceRef  # public ways to an instance take no overrides

from plan_pipeline.orchestration.dagster_internals.stored_states import carry_over_states

REMEDY: Final = "copy the project's dagster.yaml into it, or deploy/dagster.yaml on many machines"

_FORMER: Final = re.compile(
    r"plan_pipeline\.orchestration\.(?:event_log|postgres_event_log|postgres_storage|celery_launcher)\b"
)
OF_THIS_PROCESS: Final = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}
"""What differs from ``dagster.yaml`` where a program executes runs itself."""


_read_migrations: Final = cache(ScriptDirectory.from_config)


def read_migrations_once() -> None:
    """Have this process read Dagster's ninety migrations once, and not twice for each new file of its state.

    Every run has a file of its own; with Alembic as it comes, most of the time it takes to make one goes into this.
    """
    ScriptDirectory.from_config = _read_migrations  # type: ignore[method-assign]


def open_instance(home: Path) -> dg.DagsterInstance:
    """The instance of a home, brought up to date; close it by using it as a context manager.

    What runs in this process prints goes where the process prints, and not to Dagster's files: on a full disk they
    would swallow what is wrong.
    """
    read_migrations_once()
    instance = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=OF_THIS_PROCESS))
    carry_over_states(instance)
    return instance


def former_module(config: Path) -> str | None:
    """A module that ``dagster.yaml`` names and that is called something else now: Dagster could not import it."""
    match = _FORMER.search(config.read_text(encoding="utf-8")) if config.is_file() else None
    return match and match.group()
