"""The SQLite files that Dagster keeps its state in: which is damaged, and what to do where they cannot be used.

Nothing of plans, requests and facts is in them, so a damaged one is put aside, and Dagster makes another.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

LONGEST_PATH: Final = 512 - len("/history/runs/01234567-89ab-cdef-0123-456789abcdef.db-journal")
"""Characters of a home's path: SQLite allows 512 for that of a file with its journal (``MAX_PATHNAME``)."""

MADE_WITHIN_S: Final = 60.0
"""How long another program may be about to fill a file that it has just made."""

OF_ALL_RUNS: Final = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""The files that every run needs; beside the index there is one for the log of each run."""

_HEADER: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 100
"""The file format has the page size at byte 16 of these, where 1 stands for 65,536, and the number of pages at 28."""

_IN_THE_WAY: Final = {
    "unable to open database file": "a file of it cannot be opened",
    "attempt to write a readonly database": "it is read-only",
    "database is locked": "another program keeps it locked",
}


class Trouble(NamedTuple):
    """Why the state cannot be used, and what to do."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}"


class Damage(NamedTuple):
    """A file that is not as SQLite left it."""

    file: Path
    what: str

    def __str__(self) -> str:
        return f"{self.file} is damaged ({self.what})"

    @property
    def trouble(self) -> Trouble:
        remedy = (
            "no plan, request or fact is in it: end what runs on it, put it aside and run this again, which makes "
            f"another: mv '{self.file}' '{self.file}.damaged' (docs/operations.md, Restore, says what is lost)"
        )
        return Trouble(str(self), remedy)


def damaged_files(home: Path, *, thorough: bool = False) -> Iterator[Damage]:
    """The files of a home that are damaged: as their first bytes and size tell, or, ``thorough``, all of each."""
    return _damaged(_files(home), thorough=thorough)


def check_home(home: Path) -> Trouble | None:
    """Why Dagster could not use a home, before anything is done with it; ``None`` where nothing is seen to be wrong.

    A path that is too long, or damage to a file that all runs need; that to the log of a single run harms no other.
    """
    if len(str(home)) > LONGEST_PATH:
        room = f"the path has {len(str(home))} characters and SQLite takes {LONGEST_PATH}"
        return Trouble(f"{home}: {room}", "name a folder with a shorter one")
    damage = next(_damaged((home / name for name in OF_ALL_RUNS), thorough=False), None)
    return damage and damage.trouble


def not_ours(home: Path) -> Trouble | None:
    """Which file of a home this user may not write to; ``None`` where there is none."""
    for file in _files(home):
        if not os.access(file, os.R_OK | os.W_OK):
            remedy = "run as the user that made it, or give it to the one you run as"
            return Trouble(f"{file} is not yours to write", remedy)
    return None


def problem_of(error: BaseException, home: Path) -> Trouble | None:
    """What to say of an error that comes of the files of a home; ``None`` for any other."""
    cause = _sqlite_error(error)
    if cause is None:
        return None
    for words, what in _IN_THE_WAY.items():
        if words in str(cause).lower():
            remedy = (
                "check that the folder is yours to write, that its disk is not mounted read-only and that no other "
                "program holds it, or name another data folder"
            )
            return Trouble(f"{home}: Dagster's state cannot be used, {what}", remedy)
    damage = next(damaged_files(home), None) or next(damaged_files(home, thorough=True), None)
    return damage and damage.trouble


def _files(home: Path) -> list[Path]:
    """Those that there are, the ones that all runs need first."""
    of_all = [home / name for name in OF_ALL_RUNS]
    of_one = sorted(set((home / "history" / "runs").glob("*.db")) - set(of_all))
    return [file for file in (*of_all, *of_one) if file.exists()]


def _damaged(files: Iterable[Path], *, thorough: bool) -> Iterator[Damage]:
    for file in files:
        try:
            what = _found_by_sqlite(file) if thorough or _looks_damaged(file) else None
        except OSError:  # it is not there, or not ours to read, which whoever needs it says
            continue
        if what is not None:
            yield Damage(file, what)


def _sqlite_error(error: BaseException | None) -> sqlite3.Error | None:
    while error is not None and not isinstance(error, sqlite3.Error):
        error = error.__cause__ or error.__context__
    return error


def _looks_damaged(file: Path) -> bool:
    """Whether a file is shorter than it says, or none of SQLite's; one that is written to just now may be, too."""
    with file.open("rb") as opened:
        head = opened.read(_HEADER_BYTES)
    page_bytes, pages = int.from_bytes(head[16:18]), int.from_bytes(head[28:32])
    return not head.startswith(_HEADER) or file.stat().st_size < pages * (65_536 if page_bytes == 1 else page_bytes)


def _found_by_sqlite(file: Path) -> str | None:
    """What SQLite finds wrong with a file; ``None`` where it finds nothing, or does not get to it."""
    status = file.stat()
    if status.st_size == 0:
        return "it is empty" if time.time() - status.st_mtime > MADE_WITHIN_S else None
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=1.0)) as db:
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return None
    except sqlite3.DatabaseError as damage:
        return str(damage)
    return None if found == "ok" else str(found).splitlines()[-1]
