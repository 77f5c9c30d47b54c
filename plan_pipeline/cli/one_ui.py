"""One ``plan-pipeline ui`` at a time: two daemons on one state would launch every schedule and retry twice."""

import errno
import os
import socket
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from plan_pipeline.cli.exits import InputError
from plan_pipeline.storage.data_folder import LockedError, file_lock

LOCK: Final = ".ui.lock"
"""Held while the programs run; it says on which address, and in which process."""


@contextmanager
def only_one(folders: Set[Path], address: str) -> Iterator[None]:
    """Be the only ``ui`` on these folders. Raises ``InputError``, which names the address of the one there is."""
    with ExitStack() as held:
        for folder in sorted(folders):
            path = folder / LOCK
            try:
                held.enter_context(file_lock(path, timeout_s=0, holder="a ui runs on it"))
            except LockedError:
                raise InputError(
                    f"{folder}: {_running(path)}; open that one, or end it before another is started"
                ) from None
            path.write_text(f"{address} {os.getpid()}\n")
        yield


def check_port(host: str, port: int) -> None:
    """Raises ``InputError`` where nothing could listen on a port, before anything is started for it."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
    except socket.gaierror as error:
        raise InputError(f"--host: {host!r} is not an address ({error.strerror}); use 127.0.0.1") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what = f"another program listens on {port}; end it, or choose another port"
        elif error.errno == errno.EACCES:
            what = f"{port} is not yours to listen on; choose one from 1024 on"
        else:
            raise InputError(f"--host: {host} cannot be listened on ({error.strerror}); use 127.0.0.1") from None
        raise InputError(f"--port: {what}") from None


def _running(lock: Path) -> str:
    address, _, process = lock.read_text().strip().partition(" ")
    return f"plan-pipeline ui is running already, on {address} in process {process}" if process else "a ui is starting"
