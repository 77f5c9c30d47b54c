"""The real webserver: reached from this machine alone, and nothing from outside Dagster's folder comes out of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest

from plan_pipeline_tests.security import planted

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 180
ENDS_WITHIN_S = 120
CANARY = "canary-0d2c"


class Server(NamedTuple):
    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    def log(self) -> str:
        return (self.folder / "log").read_text()


def free_port() -> int:
    for port in range(7600, 7700):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("every port from 7600 to 7699 is taken")


def started(folder: Path, *options: str) -> Server:
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from plan_pipeline.cli import main; main()", "ui", "--port", str(port)),
                *("--data", str(folder / "data"), *options),
            ],
            env={
                **{"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)},
                **planted.environment(model="127.0.0.1:9", webhook="127.0.0.1:9"),
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(port, process, folder)
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=10):
                return server
        except OSError:
            time.sleep(0.5)
    end(server)
    pytest.fail(server.log())


def end(server: Server) -> None:
    server.process.terminate()
    try:
        server.process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(ENDS_WITHIN_S)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "outside.err").write_text(CANARY)
    (folder / "outside.ipynb").write_text(CANARY)
    server = started(folder)
    try:
        yield server
    finally:
        end(server)


def listening(process: int) -> set[str]:
    """The addresses on which a process or any of its children listens, as ``/proc/net/tcp`` writes them."""
    members = {process} | {
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _session(path) == process
    }
    targets = {target for member in members for target in _open_files(member)}
    inodes = {target.removeprefix("socket:[").rstrip("]") for target in targets if target.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].rpartition(":")[0])
    return found


def _session(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[3])
    except OSError:
        return None


def _open_files(process: int) -> Iterator[str]:
    with suppress(OSError):
        for link in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):
                yield str(link.readlink())


def fetched(server: Server, path: str) -> tuple[int, bytes]:
    """An answer to a path that is sent exactly as it stands."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.slow
def test_none_of_its_processes_can_be_reached_from_other_machines(server: Server) -> None:
    assert listening(server.process.pid) == {"0100007F"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "/logs/../../../outside.err",
        "/logs/..%2f..%2f..%2f..%2foutside.err",
        "/logs/%2e%2e/%2e%2e/%2e%2e/%2e%2e/outside/err",
        "/logs/../../outside/err",
        "/logs//etc/passwd",
        "/logs/etc/passwd/out",
        "/_next/../../../../../../../../etc/passwd",
        "/_next/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/notebook?repoLocName=plan_pipeline.definitions&path={folder}/outside.ipynb",
        "/notebook?repoLocName=plan_pipeline.definitions&path=../../outside.ipynb",
    ],
)
def test_no_path_leads_to_a_file_outside_of_dagsters_own(server: Server, path: str) -> None:
    _, body = fetched(server, path.format(folder=server.folder))
    assert CANARY.encode() not in body
    assert b"root:" not in body


@pytest.mark.slow
def test_it_gives_no_secret_away_while_it_runs(server: Server) -> None:
    texts = [server.log()]
    for path in ("/server_info", "/", "/graphql?query={instance{info}}", "/graphql?query={version}"):
        texts.append(fetched(server, path)[1].decode(errors="replace"))
    assert "instance" in texts[3]
    assert planted.found_in([server.folder / "data"], texts) == []


@pytest.mark.slow
def test_an_address_for_others_has_to_be_asked_for_and_is_warned_of(tmp_path: Path) -> None:
    server = started(tmp_path, "--host", "0.0.0.0")
    try:
        assert listening(server.process.pid) == {"00000000"}
        assert "0.0.0.0 can be reached from other machines" in server.log()
    finally:
        end(server)
