"""The folders that runs read: library, planning configuration, live experiments.

Each is read again when one of its files has changed, and only then.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Self

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.workout import Library
from plan_pipeline.experiments.definitions import Definitions, read_definitions
from plan_pipeline.library import LibraryError, load_library, validate_library
from plan_pipeline.services.libraries.in_force import library_in_force
from plan_pipeline.settings import Settings

RUNS_REMEMBERED = 16
"""Runs of one process whose definitions are kept: it executes one after the other."""

Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file of a folder."""

_NONE = Definitions((), ())


class LibrarySource:
    """The workout library in force: found anew each time it is asked for, so that an activation needs no restart."""

    def __init__(self, find_folder: Callable[[], Path]) -> None:
        self._find_folder = find_folder
        self._of_run = lru_cache(RUNS_REMEMBERED)(lambda _: find_folder())

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The library that settings name, else the activated one, else the one that comes with the program."""
        return cls(lambda: library_in_force(settings).folder)

    @property
    def folder(self) -> Path:
        """Where the library lies now. Raises ``StorageError`` where the record of what was activated is damaged."""
        return self._find_folder()

    def load(self) -> Library:
        """The library, if it is good. Raises ``LibraryError`` with every error of form and content."""
        return _library_of(self.folder)

    def for_run(self, stamp: Stamp) -> Library:
        """The library that holds for all stages of the run of a stamp, whatever is activated meanwhile."""
        return _library_of(self._of_run(stamp.generation_id))


class ConfigSource:
    """The planning configuration of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> PlanningConfig:
        """The configuration, if it can be used. Raises ``ConfigError`` with every problem."""
        return _read_config(self.folder, _signature(self.folder.rglob("*.y*ml")))


class LiveExperiments:
    """The live experiments of a folder, or none at all where there is no folder.

    A run sees the definitions as they were when it first asked, so that all stages of a plan agree. A definition
    that cannot be used is left out: the plans it would have reached are made as their requests say.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._of_run = lru_cache(RUNS_REMEMBERED)(lambda _: self.now())

    def now(self) -> Definitions:
        """The definitions as they are now."""
        return _NONE if self.folder is None else _read_definitions(self.folder, _signature(self.folder.glob("*")))

    def for_run(self, stamp: Stamp) -> Definitions:
        """The definitions that hold for the run of a stamp."""
        return self._of_run(stamp.generation_id)

    def warn(self, log: logging.Logger, stamp: Stamp) -> None:
        """Say in a run's log which definitions the run leaves out, and why."""
        for problem in self.for_run(stamp).problems:
            log.warning("a live experiment is left out, and its plans are made as their requests say: %s", problem)


def in_force_by(settings: Settings) -> Callable[[], tuple[Library, PlanningConfig]]:
    """What gives the library and the configuration that settings have plans made from, read when it is asked."""
    return lambda: (LibrarySource.of(settings).load(), ConfigSource(settings.config).load())


def _library_of(folder: Path) -> Library:
    return _read_library(folder, _signature(folder.rglob("*.y*ml")))


def _signature(files: Iterable[Path]) -> Signature:
    found = []
    for path in sorted(files):
        with contextlib.suppress(OSError):  # removed meanwhile, or a link to nowhere
            at = path.stat()
            found.append((str(path), at.st_mtime_ns, at.st_size))
    return tuple(found)


@lru_cache(maxsize=4)
def _read_library(folder: Path, signature: Signature) -> Library:
    del signature  # what makes a changed library another one
    library = load_library(folder)
    report = validate_library(folder)
    if not report.passed:
        raise LibraryError(report.errors)
    return library


@lru_cache(maxsize=4)
def _read_config(folder: Path, signature: Signature) -> PlanningConfig:
    del signature  # what makes a changed configuration another one
    return load_config(folder)


@lru_cache(maxsize=4)
def _read_definitions(folder: Path, signature: Signature) -> Definitions:
    del signature  # what makes changed definitions others
    return read_definitions(folder)
