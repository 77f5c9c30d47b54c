"""The two ways to run the pipeline, started for a test on ports of their own: one machine, and workers."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.deploy.dagster_api import DagsterApi, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = ROOT / "deploy" / "local"
POSTGRES_PROGRAMS = sorted(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))
STARTS_WITHIN_S = 300
ENDS_WITHIN_S = 180


@dataclass(frozen=True)
class SetUp:
    """A running set-up: how to reach it, and how its failures look."""

    name: str
    api: DagsterApi
    data: DataFolder
    folder: Path

    @property
    def plans(self) -> PlanStore:
        return PlanStore(self.data)

    def kill_the_worker_of(self, run_id: str) -> None:
        """End without notice whatever executes a run: its process here, its worker with all processes there."""
        pid = self.api.process_of(run_id)
        assert pid is not None
        if self.name == "workers":
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)

    def start_what_is_missing(self) -> None:
        """Bring back what was killed, as whatever watches over processes does."""
        if self.name == "workers":
            start(self.folder)


def missing_for_workers() -> str:
    """What the set-up with workers needs and is not here, as a reason to skip; empty where all is."""
    path = os.pathsep.join([os.environ["PATH"], *POSTGRES_PROGRAMS])
    programs = [name for name in ("initdb", "pg_ctl", "psql", "redis-server") if not shutil.which(name, path=path)]
    modules = [name for name in ("dagster_celery", "dagster_postgres") if not importlib.util.find_spec(name)]
    if programs:
        return f"{', '.join(programs)} not installed: apt-get install postgresql redis-server"
    return f"{', '.join(modules)} not installed: uv sync --frozen --extra cluster" if modules else ""


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def plain_environment(**more: str) -> dict[str, str]:
    """An environment with nothing in it that this project or Dagster reads."""
    return {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "PYTHONPATH": str(ROOT), **more}


@contextmanager
def one_machine() -> Iterator[SetUp]:
    """``plan-pipeline ui``: SQLite, and a process a run."""
    with scratch_folder() as folder, (folder / "log").open("wb") as log:
        api, data = DagsterApi(free_port()), DataFolder(folder / "data")
        command = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "ui"]
        process = subprocess.Popen(
            [*command, "--port", str(api.port), "--data", str(data.root)],
            env=plain_environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_until(lambda: _is_ready(api), STARTS_WITHIN_S, (folder / "log").read_text)
            yield SetUp("one machine", api, data, folder)
        finally:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            finally:
                _kill_group(process.pid)


@contextmanager
def workers() -> Iterator[SetUp]:
    """``deploy/local/start.sh``: PostgreSQL, Redis, and two workers that take runs from a queue."""
    with scratch_folder() as folder:
        ports = {f"{name}_PORT": str(free_port()) for name in ("UI", "POSTGRES", "REDIS", "CODE")}
        try:
            start(folder, **ports)
            yield SetUp("workers", DagsterApi(int(ports["UI_PORT"])), DataFolder(folder / "data"), folder)
        finally:
            stop(folder)


@contextmanager
def services(*parts: str) -> Iterator[dict[str, str]]:
    """Of that set-up only ``postgres`` or ``redis``; yields what its environment says, such as their addresses."""
    with scratch_folder() as folder:
        ports = {f"{name}_PORT": str(free_port()) for name in ("POSTGRES", "REDIS")}
        try:
            start(folder, PARTS=" ".join(parts), **ports)
            lines = (folder / "environment").read_text().splitlines()
            pairs = (line.removeprefix("export ").partition("=") for line in lines)
            yield {name: value.strip("'") for name, _, value in pairs}
        finally:
            stop(folder)


def start(folder: Path, **settings: str) -> None:
    environment = plain_environment(PYTHON_BIN=str(Path(sys.executable).parent), **settings)
    _run([str(LOCAL / "start.sh"), str(folder)], environment, STARTS_WITHIN_S)


def stop(folder: Path) -> None:
    _run([str(LOCAL / "stop.sh"), str(folder)], plain_environment(), ENDS_WITHIN_S)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that an unprivileged user may enter, as PostgreSQL refuses to be root and pytest's are its user's."""
    folder = Path(tempfile.mkdtemp(prefix="set-up-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str], within_s: float) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=within_s)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def _is_ready(api: DagsterApi) -> bool:
    try:
        return bool(api.repository())
    except (OSError, LookupError):
        return False


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
