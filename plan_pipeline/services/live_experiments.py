"""Live experiments as runs see them: the definitions of the data folder, fixed for as long as a run lasts."""

from __future__ import annotations

import contextlib
import logging
from functools import lru_cache
from pathlib import Path

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.experiments.definitions import Definitions, read_definitions

RUNS_REMEMBERED = 16
"""Runs of one process whose definitions are kept: it executes one after the other."""

Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file in the folder."""

_NONE = Definitions((), ())


class LiveExperiments:
    """The live experiments of a folder, or none at all where there is no folder.

    A run sees the definitions as they were when it first asked, so that all stages of a plan agree. A definition
    that cannot be used is left out: the plans it would have reached are made as their requests say.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._of_run = lru_cache(RUNS_REMEMBERED)(lambda _: self.now())

    def now(self) -> Definitions:
        """The definitions as they are now, read again only when one of the files has changed."""
        return _NONE if self.folder is None else _read(self.folder, _signature(self.folder))

    def for_run(self, stamp: Stamp) -> Definitions:
        """The definitions that hold for the run of a stamp."""
        return self._of_run(stamp.generation_id)

    def warn(self, log: logging.Logger, stamp: Stamp) -> None:
        """Say in a run's log which definitions the run leaves out, and why."""
        for problem in self.for_run(stamp).problems:
            log.warning("a live experiment is left out, and its plans are made as their requests say: %s", problem)


def _signature(folder: Path) -> Signature:
    found = []
    for path in sorted(folder.glob("*")):
        with contextlib.suppress(OSError):  # removed meanwhile, or a link to nowhere
            at = path.stat()
            found.append((str(path), at.st_mtime_ns, at.st_size))
    return tuple(found)


@lru_cache(maxsize=4)
def _read(folder: Path, signature: Signature) -> Definitions:
    del signature  # what makes changed definitions others
    return read_definitions(folder)
