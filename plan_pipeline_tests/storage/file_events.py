"""What a process is about to do to files, one call at a time, as the interpreter's audit events tell it.

So a test can come between any two of them without the product knowing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir"}

_callbacks: list[tuple[str, Callable[[str], None]]] = []


@contextmanager
def before_changes_below(folder: Path, callback: Callable[[str], None]) -> Iterator[None]:
    """Have ``callback`` told of each change below a folder before it happens: ``os.rename <from> <to>`` and so on."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hear)
    _callbacks.append((str(folder), callback))
    try:
        yield
    finally:
        _callbacks.pop()


_hooked: list[bool] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _callbacks:
        return
    if event in CHANGES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        paths = [os.fsdecode(each) for each in arguments if isinstance(each, str | bytes | os.PathLike)]
        for folder, callback in list(_callbacks):
            if any(path.startswith(folder) for path in paths):
                callback(" ".join([event, *paths]))
