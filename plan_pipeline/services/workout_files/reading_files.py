"""Workout files found in files and folders, each read by the format of its ending, or refused with a reason."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import read_pace
from plan_pipeline.formats import READERS
from plan_pipeline.formats.extras import MissingExtraError
from plan_pipeline.formats.reading import ReadSession, RunsReader, SessionReader, UnreadableSessionError
from plan_pipeline.strict_input.input_limits import MAX_SESSION_BYTES, read_plain_file, shortened, unreadable


class FoundFile(NamedTuple):
    """A file, what it is called in reports, and whether it was named or found in a folder."""

    path: Path
    shown: str
    is_named: bool


def found_files(places: Iterable[Path]) -> Iterator[FoundFile]:
    """Files as they are named, and those below folders that some format reads, in the order of their paths.

    Files of a single folder are shown by their paths in it.

    Hidden files are passed over, and links to folders are not followed.
    """
    endings = tuple(readers_by_ending())
    places = list(places)
    for place in places:
        if not place.is_dir():
            yield FoundFile(place, str(place), is_named=True)
            continue
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(endings) and not name.startswith("."):
                    path = Path(folder, name)
                    shown = path.relative_to(place).as_posix() if len(places) == 1 else str(path)
                    yield FoundFile(path, shown, is_named=False)


def runner_of(threshold_pace: str) -> Runner:
    """The runner whose threshold pace is ``4:15/km``, as ``--threshold-pace`` has it. Raises ``ValueError``."""
    return Runner(round(1000 / read_pace(threshold_pace)))


def read_session(
    file: FoundFile,
    ftp_watts: float | None = None,
    readers: Mapping[str, SessionReader] | None = None,
    runner: Runner | None = None,
) -> ReadSession:
    """The session in a file, by the reader of its ending. Raises ``UnreadableSessionError`` with the reason.

    ``ftp_watts`` is for rides in watts without a threshold, ``runner`` for runs in speeds or paces. A reader that fails
    is a reason as well: a fault in a format must not stop the files after it.
    """
    readers = readers_by_ending() if readers is None else readers
    reader = readers.get(file.path.suffix.lower())
    if reader is None:
        endings = ", ".join(readers)
        raise UnreadableSessionError(f"has no ending of a workout file; give one of {endings}")
    try:
        content = read_plain_file(file.path, MAX_SESSION_BYTES, follow_links=file.is_named)
    except FileNotFoundError:
        raise UnreadableSessionError("does not exist; check the path") from None
    except OSError as error:
        raise UnreadableSessionError(str(unreadable(error))) from None
    if runner is not None and isinstance(reader, RunsReader):
        reader = reader.for_runner(runner)
    try:
        return reader.read(content, ftp_watts)
    except (UnreadableSessionError, MissingExtraError):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {shortened(one_line(str(error)))}"
        raise UnreadableSessionError(f"was too much for its reader ({what}); report it with the file") from error


def readers_by_ending() -> dict[str, SessionReader]:
    """The readers by the endings of the files that they take."""
    return {ending: reader for reader in READERS.all().values() for ending in reader.suffixes}
