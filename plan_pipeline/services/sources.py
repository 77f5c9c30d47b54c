"""The folders that runs read: library and planning configuration, each by sport, and live experiments.

Each is read again when one of its files has changed, and only then. What is wrong with one sport is raised when that
sport is asked for, and keeps nobody from the others.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

from plan_pipeline.config import ConfigError, load_config
from plan_pipeline.config import sports_of as sports_of_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.experiments.definitions import Definitions, read_definitions
from plan_pipeline.library import LibraryError, load_library, sports_of, validate_library
from plan_pipeline.services.libraries.in_force import library_in_force
from plan_pipeline.settings import Settings

RUNS_REMEMBERED = 16
"""Runs of one process whose definitions are kept: it executes one after the other."""

Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file of a folder."""

InForce = Callable[[Sport], tuple[Library, PlanningConfig]]
"""Gives the library and the configuration that plans of a sport are made from now."""

T = TypeVar("T")

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

    @property
    def sports(self) -> tuple[Sport, ...]:
        """The sports that the library has workouts of, good or not."""
        return sports_of(self.folder)

    def load(self, sport: Sport) -> Library:
        """The library of a sport, if it is good. Raises ``LibraryError`` with every error of form and content."""
        return _library_of(self.folder, sport)

    def load_all(self) -> dict[Sport, Library]:
        """The libraries that are good, by sport. Raises ``LibraryError`` where none is."""
        return usable(self.load, self.sports)

    def for_run(self, stamp: Stamp, sport: Sport) -> Library:
        """The library that holds for all stages of the run of a stamp, whatever is activated meanwhile."""
        return _library_of(self._of_run(stamp.generation_id), sport)


class ConfigSource:
    """The planning configurations of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def sports(self) -> tuple[Sport, ...]:
        """The sports that the folder has a configuration of, good or not."""
        return sports_of_config(self.folder)

    def load(self, sport: Sport) -> PlanningConfig:
        """The configuration of a sport, if it can be used. Raises ``ConfigError`` with every problem."""
        return _read_config(self.folder, sport, _signature(_files_of(self.folder, sport)))

    def load_all(self) -> dict[Sport, PlanningConfig]:
        """The configurations that can be used, by sport. Raises ``ConfigError`` where none can."""
        return usable(self.load, self.sports)

    def faults(self) -> dict[Sport, ConfigError]:
        """Why nothing can be planned in the sports whose configuration cannot be used, or that have none."""
        found = {}
        for sport in Sport:
            try:
                self.load(sport)
            except ConfigError as error:
                found[sport] = error
        return found


class Knowledge:
    """The library and the configuration of each sport, as they were when a run first asked for the sport.

    A sport whose library or configuration is not good raises that whenever it is asked for.
    """

    def __init__(self, library: Callable[[Sport], Library], config: Callable[[Sport], PlanningConfig]) -> None:
        self._library = library
        self._config = config
        self._known: dict[Sport, tuple[Library, PlanningConfig] | LibraryError | ConfigError] = {}

    @classmethod
    def fixed(cls, library: Library, config: PlanningConfig) -> Self:
        """A library and a configuration for plans of whichever sport."""
        return cls(lambda _: library, lambda _: config)

    def of(self, sport: Sport) -> tuple[Library, PlanningConfig]:
        """The library and the configuration of a sport. Raises ``LibraryError`` and ``ConfigError``."""
        if sport not in self._known:
            try:
                self._known[sport] = (self._library(sport), self._config(sport))
            except (LibraryError, ConfigError) as error:
                self._known[sport] = error
        known = self._known[sport]
        if isinstance(known, LibraryError):
            raise LibraryError(known.problems)
        if isinstance(known, ConfigError):
            raise ConfigError(known.problems)
        return known

    def library(self, sport: Sport) -> Library:
        """The library of a sport; raises as ``of``."""
        return self.of(sport)[0]

    def config(self, sport: Sport) -> PlanningConfig:
        """The configuration of a sport; raises as ``of``."""
        return self.of(sport)[1]


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


def in_force_by(settings: Settings) -> InForce:
    """What gives the library and the configuration that settings have plans made from, read when it is asked."""
    return Knowledge(LibrarySource.of(settings).load, ConfigSource(settings.config).load).of


def usable(load: Callable[[Sport], T], sports: Iterable[Sport]) -> dict[Sport, T]:
    """What can be loaded, by sport. Raises what is wrong with the first sport where nothing can."""
    found: dict[Sport, T] = {}
    errors: list[LibraryError | ConfigError] = []
    for sport in tuple(sports) or (Sport.CYCLING,):
        try:
            found[sport] = load(sport)
        except (LibraryError, ConfigError) as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return found


def _library_of(folder: Path, sport: Sport) -> Library:
    return _read_library(folder, sport, _signature(_files_of(folder, sport)))


def _files_of(folder: Path, sport: Sport) -> Iterator[Path]:
    """The files that a sport is read from, and those that are where no sport's are."""
    others = set(Sport) - {sport}
    return (path for path in folder.rglob("*.y*ml") if path.relative_to(folder).parts[0] not in others)


def _signature(files: Iterable[Path]) -> Signature:
    found = []
    for path in sorted(files):
        with contextlib.suppress(OSError):  # removed meanwhile, or a link to nowhere
            at = path.stat()
            found.append((str(path), at.st_mtime_ns, at.st_size))
    return tuple(found)


@lru_cache(maxsize=8)
def _read_library(folder: Path, sport: Sport, signature: Signature) -> Library:
    del signature  # what makes a changed library another one
    library = load_library(folder, sport)
    report = validate_library(folder, sport=sport)
    if not report.passed:
        raise LibraryError(report.errors)
    return library


@lru_cache(maxsize=8)
def _read_config(folder: Path, sport: Sport, signature: Signature) -> PlanningConfig:
    del signature  # what makes a changed configuration another one
    return load_config(folder, sport)


@lru_cache(maxsize=4)
def _read_definitions(folder: Path, signature: Signature) -> Definitions:
    del signature  # what makes changed definitions others
    return read_definitions(folder)
