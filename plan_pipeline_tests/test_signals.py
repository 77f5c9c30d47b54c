"""The tests hold when they are started in the background of a script, where SIGINT is ignored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys


def test_a_process_that_a_test_starts_can_be_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == -signal.SIGINT


def test_it_can_be_also_where_the_tests_were_started_with_sigint_ignored() -> None:
    test = f"{__file__}::{test_a_process_that_a_test_starts_can_be_interrupted.__name__}"
    command = f"trap '' INT; exec '{sys.executable}' -m pytest -p no:cacheprovider '{test}'"
    without_plugins = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(["/bin/sh", "-c", command], env=without_plugins, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
