"""The workout library as runs read it: checked, and read again only when it has changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import LibraryError, load_library, validate_library

Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file of a library."""


class LibrarySource:
    """The workout library of a folder, read again only when one of its files has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Library:
        """The library, if it is good. Raises ``LibraryError`` with every error of form and content."""
        files = [(path, path.stat()) for path in sorted(self.folder.rglob("*.y*ml"))]
        return _load_good(self.folder, tuple((str(path), at.st_mtime_ns, at.st_size) for path, at in files))


@lru_cache(maxsize=4)
def _load_good(folder: Path, signature: Signature) -> Library:
    del signature  # what makes a changed library another one
    library = load_library(folder)
    report = validate_library(folder)
    if not report.passed:
        raise LibraryError(report.errors)
    return library
