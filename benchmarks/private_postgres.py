"""A PostgreSQL server of its own for a benchmark, with the settings it comes with, gone at the end.

Belongs here: finding the server's programs, starting and ending one. Does not belong here: what is measured.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
PORTS = range(7400, 7500)
SERVICE_USER = "postgres"
"""Who runs the server where root starts the benchmark: PostgreSQL refuses to be root."""


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``; ``None`` where PostgreSQL or the extra ``cluster`` is not installed."""
    if find_spec("dagster_postgres") is None:
        return None
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def postgres(folder_of_programs: Path) -> Iterator[str]:
    """The URL of an empty database on a server that listens on loopback, as SQLAlchemy writes it."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        secret, port, cluster = secrets.token_hex(16), _free_port(), Path(folder) / "cluster"
        (Path(folder) / "password").write_text(secret)
        own = _given_away(Path(folder))
        initdb = [folder_of_programs / "initdb", "-D", cluster, "-U", "dagster", "--pwfile", Path(folder) / "password"]
        _run([*own, *initdb, "-A", "scram-sha-256", "-E", "UTF8"])
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories=''"
        control = [*own, folder_of_programs / "pg_ctl", "-D", cluster, "-w", "-t", "60"]
        _run([*control, "-l", Path(folder) / "log", "-o", options, "start"])
        try:
            yield f"postgresql+psycopg2://dagster:{secret}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "fast", "stop"])


def _given_away(folder: Path) -> list[str]:
    """How to run a program as the user who may, to whom the folder then belongs."""
    if os.getuid() != 0:
        return []
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, SERVICE_USER, SERVICE_USER)
    return ["setpriv", f"--reuid={SERVICE_USER}", f"--regid={SERVICE_USER}", "--init-groups"]


def _free_port() -> int:
    for port in PORTS:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"no port of {PORTS.start} to {PORTS.stop - 1} is free for PostgreSQL")


def _run(command: list[str | Path]) -> None:
    done = subprocess.run([str(word) for word in command], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stdout.decode()}")
