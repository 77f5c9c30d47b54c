"""Folders of libraries that are written as a whole or not at all, whoever makes the library."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from plan_pipeline.storage.data_folder import make_folder, sync_folder, temporary_path, write_atomically

BACKUP_SUFFIX: Final = "_backup"


def entries_of(folder: Path) -> Iterable[Path]:
    """What lies in a folder, by name; nothing where there is none."""
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def write_folder(output: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their places in a folder, the first of them first, and put the folder in its place at once.

    A folder that holds something already is kept beside the new one, under a name that ends in ``_backup``. A process
    that is killed leaves the folder as it was. Raises ``OSError`` and ``StorageError`` as writing does.
    """
    output = output.absolute()
    make_folder(output.parent)
    temporary = temporary_path(output)
    try:
        for name, content in files.items():
            write_atomically(temporary / name, content)
        if any(entries_of(output)):
            output.rename(_set_aside(output))
        elif output.exists():
            output.rmdir()
        temporary.rename(output)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(output.parent)


def _set_aside(output: Path) -> Path:
    names = (f"{output.name}{BACKUP_SUFFIX}{tail}" for tail in ("", *(f"_{count}" for count in range(2, 10_000))))
    return next(path for name in names if not os.path.lexists(path := output.with_name(name)))
