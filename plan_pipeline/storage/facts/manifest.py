"""Which fact files count: every part that a run wrote, unless the manifest says that a merged file holds its rows.

A manifest is only ever replaced as a whole, so a reader finds each row in exactly one place, at any moment and after
any crash.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import Mark, StorageError, write_atomically
from plan_pipeline.storage.model_files import parse_model

MANIFEST: Final = "manifest.json"
PART_PREFIX: Final = "part-"
MERGED_PREFIX: Final = "merged-"
SUFFIX: Final = ".parquet"
PART_COLUMN: Final = "part"
"""The column of a merged file that says which part a row came from."""


PART_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
"""What a part can be called; file managers put spaces and brackets into the names of copies."""


class MergedFile(Frozen):
    """A merged file and the parts whose rows it holds, each with the mark of the file it was read from."""

    name: str
    parts: dict[str, Mark]


class RetiredFile(Frozen):
    """A file whose rows now lie in a merged one. It stays a while for those who are still reading it."""

    name: str
    mark: Mark
    retired_at: dt.datetime


class Manifest(Frozen):
    """What was merged in one table's folder. A folder without one has merged nothing."""

    version: int = Field(default=1, le=1)
    merged: tuple[MergedFile, ...] = ()
    retired: tuple[RetiredFile, ...] = ()

    def without_part(self, part: str) -> Manifest:
        """The manifest in which no merged file has rows of a part."""
        merged = tuple(
            file.model_copy(update={"parts": {name: mark for name, mark in file.parts.items() if name != part}})
            for file in self.merged
        )
        return self.model_copy(update={"merged": merged})


class StoredPart(NamedTuple):
    """One part's rows: the file that holds them now, and the mark of the file that the part was written as."""

    part: str
    path: Path
    mark: Mark

    @property
    def is_merged(self) -> bool:
        """Whether its file holds the rows of other parts too."""
        return self.path.name.startswith(MERGED_PREFIX)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a table's folder. Raises ``StorageError`` for one that cannot be read."""
    return _parsed(folder, _state(folder))


def replace_manifest(folder: Path, manifest: Manifest) -> None:
    """Put another manifest in place, as a whole."""
    write_atomically(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())


def stored_parts(folder: Path) -> dict[str, StoredPart]:
    """Every part of a table's folder by name, in order, from one state of manifest and folder.

    A part that was written again after it was merged counts as it was written last. Raises ``StorageError`` where the
    manifest cannot be read or a file it lists is gone.
    """
    while True:
        state = _state(folder)
        manifest = _parsed(folder, state)
        merged = {
            part: StoredPart(part, folder / file.name, mark)
            for file in manifest.merged
            for part, mark in file.parts.items()
        }
        parts = merged | {stored.part: stored for stored in _own_parts(folder, manifest)}
        if state == _state(folder):  # otherwise files may have been removed while they were listed
            return dict(sorted(parts.items()))


def _own_parts(folder: Path, manifest: Manifest) -> Iterator[StoredPart]:
    retired = {(file.name, file.mark) for file in manifest.retired}
    for path in folder.glob(f"{PART_PREFIX}*{SUFFIX}"):
        try:
            mark = Mark.of(path)
        except FileNotFoundError:  # removed since it was listed
            continue
        part = _part_in(path)
        if part is not None and (path.name, mark) not in retired:
            yield StoredPart(part, path, mark)


def stray_files(folder: Path) -> list[Path]:
    """Parquet files in a table's folder that are not named as parts and merged files are, so that nobody reads them."""
    return [
        path
        for path in sorted(folder.glob("[!.]*"))
        if path.suffix == SUFFIX and not path.name.startswith(MERGED_PREFIX) and _part_in(path) is None
    ]


def _part_in(path: Path) -> str | None:
    """The part that a file is called after; ``None`` for a file that is called otherwise."""
    if not (path.name.startswith(PART_PREFIX) and path.name.endswith(SUFFIX)):
        return None
    part = path.name.removeprefix(PART_PREFIX).removesuffix(SUFFIX)
    return part if PART_NAME.fullmatch(part) else None


def _state(folder: Path) -> tuple[Mark, bytes] | None:
    """The mark and content of the manifest: never equal to those of another file, even if it says the same."""
    try:
        with os.fdopen(os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
            return Mark.of_status(os.fstat(file.fileno())), file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            f"{folder / MANIFEST} cannot be read ({error.strerror}); the data folder must hold its files itself"
        ) from None


def _parsed(folder: Path, state: tuple[Mark, bytes] | None) -> Manifest:
    if state is None:
        return Manifest()
    remedy = "update the program if a newer version of it wrote the file, or restore the file together with its folder"
    return parse_model(folder / MANIFEST, state[1], Manifest, remedy)
