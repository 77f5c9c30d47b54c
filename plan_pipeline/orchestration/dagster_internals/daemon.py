"""Dagster's daemon, with a short interval: ``python -m plan_pipeline.orchestration.dagster_internals.daemon``.

The page launches a plan as a range, and Dagster checks for those every 30 s, which no setting changes.
"""

import os
import sys
from typing import Final

import dagster as dg
from dagster._daemon import cli, controller  # the interval is a constant of the one, the command is the other

from plan_pipeline.orchestration.dagster_internals.stored_states import carry_over_states

INTERVAL_S: Final = 2
"""Between two checks for launched ranges; one that finds none takes 2 ms."""


def shorten_interval() -> None:
    """Have the daemon of this process check every ``INTERVAL_S`` seconds.

    Raises ``RuntimeError`` for a release of Dagster that keeps its interval somewhere else.
    """
    if not hasattr(controller, "DEFAULT_DAEMON_INTERVAL_SECONDS"):
        raise RuntimeError("this release of Dagster keeps its daemon's interval elsewhere; install those of uv.lock")
    controller.DEFAULT_DAEMON_INTERVAL_SECONDS = INTERVAL_S


def main() -> None:
    """What ``dagster-daemon`` does, with a short interval and on states of schedules that are up to date."""
    shorten_interval()
    if "run" in sys.argv and os.environ.get("DAGSTER_HOME"):  # Dagster itself says where it is missing
        with dg.DagsterInstance.get() as instance:
            carry_over_states(instance)
    cli.main()


if __name__ == "__main__":
    main()
