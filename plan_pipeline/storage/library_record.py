"""Which workout library is in force: a record of every change, and an immutable copy of every library it names.

``library/history.json`` holds all changes and is replaced as a whole; the last one says what is in force.
"""

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import (
    READ_ONLY,
    DataFolder,
    LockedError,
    file_lock,
    make_folder,
    sweep,
    sync_folder,
    temporary_path,
    write_atomically,
)
from plan_pipeline.storage.model_files import as_json, read_model

HISTORY: Final = "history.json"
VERSIONS: Final = "versions"
LOCK_TIMEOUT_S: Final = 30.0
_REMEDY: Final = (
    "put an earlier copy of the file back, or remove it to go on with the library that comes with plan-pipeline"
)


class LibraryLockedError(LockedError):
    """Someone else is changing the library in force."""


class LibraryAction(StrEnum):
    """What changed the library in force."""

    ACTIVATE = "activate"
    ROLLBACK = "rollback"


class LibraryChange(Frozen):
    """One change. ``number`` counts from 1. ``version``, ``place`` (a folder of ``versions``) and ``source`` (where it
    was activated from) are ``None`` for the library that comes with the program.

    ``before`` is the number of the change that a rollback returns to: 0 stands for the library that comes with the
    program, ``None`` for nothing to return to.
    """

    number: int = Field(ge=1)
    action: LibraryAction
    at: dt.datetime
    by: str
    version: str | None = None
    place: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*$")
    source: str | None = None
    workouts: int | None = None
    before: int | None = None


class LibraryHistory(Frozen):
    """All changes, oldest first."""

    changes: tuple[LibraryChange, ...] = ()

    @property
    def in_force(self) -> LibraryChange | None:
        """The last change; ``None`` where none was made, and the library that comes with the program is in force."""
        return self.changes[-1] if self.changes else None

    def change(self, number: int) -> LibraryChange | None:
        """A change by its number."""
        return next((each for each in self.changes if each.number == number), None)


def read_library_history(data: DataFolder) -> LibraryHistory:
    """What was recorded. Raises ``DamagedArtefactError`` with the remedy for a record that cannot be read."""
    return read_model(data.place("library", HISTORY), LibraryHistory, _REMEDY) or LibraryHistory()


def append_change(data: DataFolder, history: LibraryHistory, change: LibraryChange) -> None:
    """Put a change into force. The caller holds ``library_lock`` and has read the history under it."""
    extended = LibraryHistory(changes=(*history.changes, change))
    write_atomically(data.place("library", HISTORY), as_json(extended))


@contextmanager
def library_lock(data: DataFolder) -> Iterator[None]:
    """Hold the right to change the library in force. Raises ``LibraryLockedError``."""
    path = data.place("library", ".lock")
    holder = "another command is changing the library in force"
    with file_lock(path, timeout_s=LOCK_TIMEOUT_S, holder=holder, error=LibraryLockedError):
        yield


def version_folder(data: DataFolder, place: str) -> Path:
    """The copy of a library, whether it exists or not."""
    return data.place("library", VERSIONS, place)


def store_version(data: DataFolder, version: str, files: Mapping[str, bytes]) -> str:
    """Keep the files of a library, by their places in it; returns the name of the folder they are in, a new one.

    The folder appears under its name once all files are in it and synced.
    """
    versions = data.place("library", VERSIONS)
    make_folder(versions)
    sweep(versions)
    names = (version, *(f"{version}-{count}" for count in range(2, 1000)))
    place = next(name for name in names if not os.path.lexists(versions / name))
    temporary = temporary_path(versions / place)
    try:
        for name, content in files.items():
            write_atomically(temporary / name, content, mode=READ_ONLY)
        temporary.rename(versions / place)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(versions)
    return place
