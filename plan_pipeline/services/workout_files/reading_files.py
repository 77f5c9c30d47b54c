"""Workout files found in files and folders, each read by the format of its ending, or refused with a reason."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.formats import READERS
from plan_pipeline.formats.reading import ReadSession, SessionReader, UnreadableSessionError
from plan_pipeline.strict_input.input_limits import MAX_SESSION_BYTES, read_plain_file, unreadable


class FoundFile(NamedTuple):
    """A file, and what it is called in reports: its path from the folder that it was found in."""

    path: Path
    shown: str
    is_named: bool


def found_files(places: Iterable[Path]) -> Iterator[FoundFile]:
    """Files as they are named, and those below folders that some format reads, in the order of their paths.

    Hidden files are passed over, and links to folders are not followed.
    """
    endings = tuple(readers_by_ending())
    for place in places:
        if not place.is_dir():
            yield FoundFile(place, str(place), is_named=True)
            continue
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(endings) and not name.startswith("."):
                    path = Path(folder, name)
                    yield FoundFile(path, path.relative_to(place).as_posix(), is_named=False)


def read_session(file: FoundFile, ftp_watts: float | None = None) -> ReadSession:
    """The session in a file. Raises ``UnreadableSessionError`` with the reason."""
    reader = readers_by_ending().get(file.path.suffix.lower())
    if reader is None:
        endings = ", ".join(readers_by_ending())
        raise UnreadableSessionError(f"has no ending of a workout file; give one of {endings}")
    try:
        content = read_plain_file(file.path, MAX_SESSION_BYTES, follow_links=file.is_named)
    except FileNotFoundError:
        raise UnreadableSessionError("does not exist; check the path") from None
    except OSError as error:
        raise UnreadableSessionError(str(unreadable(error))) from None
    return reader.read(content, ftp_watts)


def readers_by_ending() -> dict[str, SessionReader]:
    """The readers by the endings of the files that they take."""
    return {ending: reader for reader in READERS.all().values() for ending in reader.suffixes}
