"""A running installation that a test may hurt: `plan-pipeline ui`, brought back by a supervisor as systemd does.

Belongs here: starting, stopping, and killing the processes of an installation by what they are. Does not belong here:
when to kill what (see ``hunt``), what has to hold in the end (see ``accounts``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plan_pipeline.orchestration.run_tags import PROCESS_TAG
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.deploy.dagster_api import DagsterApi, Run, wait_until

PROJECT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 300
ENDS_WITHIN_S = 120
RESTART_AFTER_S = 0.1
"""systemd's ``RestartSec`` unless told otherwise."""

COMMAND = (sys.executable, "-c", "from plan_pipeline.cli import main; main()", "ui")
DAEMON = "-m plan_pipeline.orchestration.dagster_internals.daemon"
CODE_SERVER = "-m dagster api grpc"
WEBSERVER = "-m dagster_webserver"


@dataclass
class Installation:
    """``plan-pipeline ui`` on a data folder and port, and the watcher that starts it again whenever it ends."""

    data: DataFolder
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def api(self) -> DagsterApi:
        return DagsterApi(self.port)

    @contextmanager
    def running(self) -> Iterator[Installation]:
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            wait_until(self.is_ready, STARTS_WITHIN_S, self.log.read_text)
            yield self
        finally:
            self._stopped.set()
            self._signal(signal.SIGTERM)
            watcher.join(ENDS_WITHIN_S)
            self.kill_everything()

    def is_ready(self) -> bool:
        try:
            return bool(self.api.repository())
        except (OSError, LookupError, AssertionError):
            return False

    def kill_service(self, command: str) -> bool:
        """Kill a service of the installation by its command; whether there was one to be killed."""
        killed = [_kill(pid) for pid in self.members(command)]
        return any(killed)

    def kill_run(self, run: Run) -> bool:
        """Kill the process that executes a run; whether there was one to be killed."""
        host, _, rest = run.tags.get(PROCESS_TAG, "").partition(":")
        pid, _, of = rest.partition(":")
        return bool(host) and of.endswith(run.run_id) and int(pid) in self.members("") and _kill(int(pid))

    def kill_everything(self) -> None:
        """As when the machine loses its power: all processes at once, runs included."""
        if self._process is not None:
            for pid in self.members(""):
                _kill(pid)

    def _watch(self) -> None:
        """Start the program; when it ends, end what it left (``KillMode=control-group``) and start it again."""
        with self.log.open("ab") as log:
            while not self._stopped.is_set():
                self.starts += 1
                self._process = subprocess.Popen(
                    [*COMMAND, "--port", str(self.port), "--data", str(self.data.root)],
                    cwd=PROJECT,
                    env={**_plain_environment(), **self.environment},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                self._process.wait()
                self.kill_everything()
                time.sleep(RESTART_AFTER_S)

    def members(self, command: str) -> list[int]:
        """The processes of the installation whose command has ``command`` in it."""
        if self._process is None:
            return []
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[3]) == self._process.pid and fields[0] != "Z" and command in words:
                found.append(int(folder.name))
        return found

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


def _plain_environment() -> dict[str, str]:
    """Nothing that this project or Dagster reads."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(PROJECT)}


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
