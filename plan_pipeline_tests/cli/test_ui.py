"""`ui`: Dagster's webserver and daemon, on loopback, with this project's definitions."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.cli.ui import is_loopback
from plan_pipeline_tests.cli.conftest import Run

STARTS_WITHIN_S = 90
ENDS_WITHIN_S = 60


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def server(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """The running server, started as a script starts a job in the background: with SIGINT ignored."""
    folder = tmp_path_factory.mktemp("ui")
    with (folder / "log").open("wb") as log:
        start = f"trap '' INT; exec {sys.executable} -c 'from plan_pipeline.cli import main; main()'"
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"{start} ui --port {port} --data {folder / 'data'}"],
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_until_it_answers(port, process, folder / "log")
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


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.0.0.53", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("box", False)],
)
def test_only_loopback_addresses_count_as_local(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_a_port_that_is_none_is_bad_usage(run: Run) -> None:
    assert run("ui", "--port", "70000").exit_code == 2
