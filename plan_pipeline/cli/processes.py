"""The programs that make up a running installation, each started again when it dies.

Dagster's own `dagster dev` ends when its webserver or daemon dies, but goes on without a code server for ever.
"""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

_DAEMON: Final = "plan_pipeline.orchestration.dagster_internals.daemon"

POLL_S: Final = 0.5
READY_WITHIN_S: Final = 60.0
"""How long the others wait for the code server's socket before they start without it, and find it later."""

SETTLED_S: Final = 60.0
"""A program that ends by itself sooner would do so again; one that is killed sooner waits longer each time."""

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
ENDS_WITHIN_S: Final = 45.0
"""How long a program has to end before it is killed: two of these are less than systemd's ``TimeoutStopSec`` of 120."""

_PR_SET_PDEATHSIG: Final = 1
"""prctl(2): the signal that a process gets when the one that started it dies; Linux only."""


class Service(NamedTuple):
    """A program that is to run all the time. ``ready`` is a file that it makes once others can reach it."""

    name: str
    command: Sequence[str]
    ready: Path | None = None


class ServiceError(RuntimeError):
    """A program ended by itself right after its start, so starting it again would not help."""


def dagster_services(host: str, port: int, folder: Path) -> tuple[Service, ...]:
    """Code server, webserver and daemon of this project, the first to start first; ``folder`` is for their socket."""
    socket, workspace, module = folder / "code.sock", folder / "workspace.yaml", "plan_pipeline.definitions"
    workspace.write_text(f"load_from:\n  - grpc_server: {{socket: {socket}, location_name: {module}}}\n")
    python = (sys.executable, "-m")
    code = ("api", "grpc", "--socket", str(socket), "-m", module, "--location-name", module)
    quiet = ("--log-level", "warning", "--lazy-load-user-code", "--use-python-environment-entry-point")
    return (
        Service("code server", (*python, "dagster", *code, *quiet), ready=socket),
        Service("webserver", (*python, "dagster_webserver", "-h", host, "-p", str(port), "-w", str(workspace))),
        Service("daemon", (*python, _DAEMON, "run", "-w", str(workspace))),
    )


def keep_running(services: Sequence[Service], environment: Mapping[str, str], report: Callable[[str], None]) -> None:
    """Keep programs running until this process receives SIGTERM, SIGINT or SIGHUP, and end them then.

    They are started in order and ended in reverse. Raises ``ServiceError``, after ending the others, for one that
    cannot run.
    """
    with _end_signal() as ended:
        kept = [_Kept(service, environment, report) for service in services]
        try:
            for one in kept:
                one.start(ended)
            while not ended.wait(POLL_S):
                for one in kept:
                    one.check(ended)
        finally:
            for one in reversed(kept):
                one.end()


class _Kept:
    def __init__(self, service: Service, environment: Mapping[str, str], report: Callable[[str], None]) -> None:
        self.service, self.environment, self.report = service, environment, report
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.due = 0.0
        self.pause_s = FIRST_PAUSE_S

    def start(self, ended: threading.Event) -> None:
        """Start the program, and wait until others can reach it."""
        ready = self.service.ready
        if ready is not None:
            ready.unlink(missing_ok=True)
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.service.command, env=dict(self.environment), preexec_fn=_end_with_parent
        )
        while ready is not None and not ready.exists() and time.monotonic() < self.started + READY_WITHIN_S:
            self._check_for_early_end(self.process.poll())
            if self.process.poll() is not None or ended.wait(POLL_S / 5):
                return

    def check(self, ended: threading.Event) -> None:
        """Start the program again if it has ended, after a pause."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start(ended)
            return
        code = self.process.poll()
        if code is None:
            return
        self._check_for_early_end(code)
        self.process = None
        self.pause_s = FIRST_PAUSE_S if now - self.started > SETTLED_S else min(2 * self.pause_s, LONGEST_PAUSE_S)
        self.due = now + self.pause_s
        self.report(f"the {self.service.name} {_how(code)}; it is started again in {self.pause_s:g} s")

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.report(f"the {self.service.name} does not end within {ENDS_WITHIN_S:g} s and is killed")
            self.process.kill()
            self.process.wait()

    def _check_for_early_end(self, code: int | None) -> None:
        if code is not None and code >= 0 and time.monotonic() < self.started + SETTLED_S:
            raise ServiceError(
                f"the {self.service.name} {_how(code)} right after its start; what it wrote above says why, "
                "and `plan-pipeline doctor` what is wrong with the installation"
            )


def _how(code: int) -> str:
    return f"ended with code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"


@contextmanager
def _end_signal() -> Iterator[threading.Event]:
    """An event that these signals set: SIGINT even where it was ignored; SIGHUP, as under nohup, only if it was not."""
    ended = threading.Event()
    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_parent() -> None:
    """In a new process: have the kernel end it when its parent dies, so that none is left without a watcher.

    A terminal that is closed tells all of them at once: they leave that to their parent, who ends them in order.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
