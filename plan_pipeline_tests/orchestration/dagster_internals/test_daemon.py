"""What somebody launches in the page is taken up within seconds."""

from __future__ import annotations

import subprocess
import sys

from plan_pipeline.orchestration.dagster_internals.daemon import INTERVAL_S

ONE_LOOK = """
import logging, threading, types
import dagster as dg
from dagster._daemon.backfill import execute_backfill_iteration_loop
from plan_pipeline.orchestration.dagster_internals.daemon import shorten_interval

class Told(threading.Event):
    def wait(self, timeout=None):
        print(timeout)
        raise SystemExit

shorten_interval()
with dg.DagsterInstance.ephemeral() as instance:
    for _ in execute_backfill_iteration_loop(types.SimpleNamespace(instance=instance), logging.getLogger(), Told()):
        pass
"""


def test_the_daemon_rests_for_seconds_between_two_looks_at_launched_ranges() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_LOOK], capture_output=True, text=True, check=True, timeout=120)
    assert 0 < float(done.stdout) <= INTERVAL_S


def test_the_daemon_takes_the_options_of_dagsters_own() -> None:
    command = [sys.executable, "-m", "plan_pipeline.orchestration.dagster_internals.daemon", "run", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "--workspace" in done.stdout
