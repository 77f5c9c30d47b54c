"""Which process executes a run, and whether it still does: processes named so that they can be looked up later."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path
from typing import Final

from plan_pipeline.orchestration.run_tags import PROCESS_TAG

_START_FIELD: Final = 19
"""Where ``/proc/<pid>/stat`` has the start time, counted from 0 after the name in parentheses."""


@cache
def _host() -> str:
    return socket.gethostname()


def executed_here(run_id: str) -> dict[str, str]:
    """The tag of a run that this process executes."""
    pid = os.getpid()
    return {PROCESS_TAG: f"{_host()}:{pid}:{_started(pid)}:{run_id}"}


def is_gone(tag: str, run_id: str) -> bool:
    """Whether the process that a run's tag names, on this host, has ended; its number may be another's by now.

    Of another host's processes nothing is known, so they are not gone; nor is one that executed another run, or what
    names no process.
    """
    host, pid, started, of_run = tag.rsplit(":", 3) if tag.count(":") >= 3 else ("", "", "", "")
    if host != _host() or of_run != run_id or not pid.isdigit():
        return False
    return not _is_alive(int(pid)) or (started != "" and started != _started(int(pid)))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where that cannot be known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return fields[_START_FIELD] if len(fields) > _START_FIELD else ""
