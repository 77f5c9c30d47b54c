"""The wheel, installed into an environment that is empty but for what it depends on, away from any checkout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.library import load_library
from plan_pipeline_tests.cli.conftest import EXAMPLES, ROOT

STARTS_WITHIN_S = 90
ENDS_WITHIN_S = 60

UV = shutil.which("uv") or shutil.which("uv", path=ROOT / ".uv" / "bin")


class Installation:
    """An environment that has ``plan-pipeline``, and a folder to run it in."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}

    def run(self, name: str, *arguments: str) -> str:
        """What a program of the environment prints; it has to succeed."""
        done = subprocess.run(
            [self.programs / name, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel by itself; its dependencies are those of the environment that runs the tests, by their path."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    paths = {"base": str(folder / "venv"), "platbase": str(folder / "venv")}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    (folder / "elsewhere").mkdir()
    installation = Installation(folder / "venv" / "bin", folder / "elsewhere")
    installation.run("pip", "install", "--quiet", "--no-index", "--no-deps", "--ignore-installed", str(wheel))
    return installation


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def server(port: int, installed: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """The running server, started as a script starts a job in the background: with SIGINT ignored."""
    log = installed.folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"trap '' INT; exec plan-pipeline ui --port {port}"],
            cwd=installed.folder,
            env=installed.environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(port, process, log)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(ENDS_WITHIN_S)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(log.read_text())


def _alive_in_group(group: int) -> list[str]:
    """The commands of a process group's members that have not ended."""
    alive = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        state, _, its_group = rest.split()[:3]
        if int(its_group) == group and state != "Z":
            alive.append(name)
    return alive


def _ask(port: int, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


@pytest.mark.slow
@pytest.mark.skipif(UV is None, reason="uv is neither on the PATH nor in .uv, where make puts it")
def test_uv_installs_it_as_a_tool_with_all_it_depends_on(tmp_path: Path) -> None:
    folders = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    subprocess.run([str(UV), "tool", "install", "--quiet", str(ROOT)], env=os.environ | folders, check=True)
    tool = Installation(tmp_path / "bin", tmp_path)

    tool.run("plan-pipeline", "generate", str(EXAMPLES / "rider-042-century.yaml"))

    assert json.loads(tool.run("plan-pipeline", "doctor", "--json"))["ok"]


# --- what comes with it -------------------------------------------------------------------------------------


def test_it_generates_a_plan_with_the_library_and_the_configuration_inside_it(installed: Installation) -> None:
    shutil.copy(EXAMPLES / "rider-042-century.yaml", installed.folder)

    record = json.loads(installed.run("plan-pipeline", "generate", "rider-042-century.yaml", "--json"))

    plan = json.loads(Path(record["path"]).read_text())
    assert record["status"] == "published"
    assert Path(record["path"]).is_relative_to(installed.folder / "data")
    assert plan["generation"]["code_version"] == metadata.version("plan-pipeline")
    assert (installed.folder / "data/.dagster/dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()


def test_doctor_finds_everything_in_the_package_and_nothing_wrong(installed: Installation) -> None:
    report = json.loads(installed.run("plan-pipeline", "doctor", "--json"))

    (library,) = (check["detail"] for check in report["checks"] if check["name"] == "library")
    assert report["ok"]
    assert library.startswith(str(installed.programs.parent))


def test_its_library_is_that_of_the_checkout_it_was_built_from(installed: Installation) -> None:
    report = json.loads(installed.run("plan-pipeline", "library", "validate", "--json"))
    assert report["passed"]
    assert report["version"] == load_library(ROOT / "workout_library").version


def test_the_ui_knows_the_jobs_of_this_project(server: object, port: int) -> None:
    found = _ask(port, "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name}}}}}")
    jobs = {job["name"] for node in found["repositoriesOrError"]["nodes"] for job in node["jobs"]}
    assert jobs >= {"generate_plan", "regenerate_plans"}


def test_the_ui_cannot_be_reached_from_other_machines(server: object, port: int) -> None:
    listening = {
        line.split()[1].split(":")[0]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    assert listening == {"0100007F"}


def test_ending_the_server_ends_all_it_has_started(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    assert server.wait(ENDS_WITHIN_S) == 0
    deadline = time.monotonic() + ENDS_WITHIN_S
    while (left := _alive_in_group(server.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
