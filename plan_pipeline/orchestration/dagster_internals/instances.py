"""Opening the Dagster instance of a home, with settings of this process in place of some of its ``dagster.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import dagster as dg
from dagster._core.instance.ref import InstanceRef  # public ways to an instance take no overrides

from plan_pipeline.orchestration.dagster_internals.stored_states import carry_over_states

_OF_THIS_PROCESS: Final = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}


def open_instance(home: Path) -> dg.DagsterInstance:
    """The instance of a home, brought up to date; close it by using it as a context manager.

    What runs in this process prints goes where the process prints, and not to Dagster's files: on a full disk they
    would swallow what is wrong.
    """
    instance = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=_OF_THIS_PROCESS))
    carry_over_states(instance)
    return instance
