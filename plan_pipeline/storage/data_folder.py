"""The layout of the data folder, and the one way in which a file in it is written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.model.instance import check_instance_id, is_instance_id, plan_of_instance
from plan_pipeline.core.model.request import check_key
from plan_pipeline.strict_input.input_limits import read_plain_file

STALE_AFTER_S = 3600.0
"""A temporary file older than this belongs to a writer that was killed: no write takes an hour."""

LOCK_POLL_S = 0.02
FOLDER_MODE = 0o775
"""Of new folders, less what the umask takes away: never writable by everybody."""

TEMPORARY_SUFFIX = ".tmp"

READ_ONLY = 0o444
"""Permissions of what is written once."""


class StorageError(Exception):
    """Something kept in the data folder cannot be read or written; the message says what and what to do."""


class UnsafePathError(StorageError, ValueError):
    """An id or a link would lead outside its place in the data folder."""


class LockedError(StorageError):
    """Someone else holds a lock for longer than the caller would wait."""


class Mark(NamedTuple):
    """What tells a file from any that is later put in its place: bytes, nanoseconds since 1970, inode."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Mark:
        """Raises ``FileNotFoundError``, and ``UnsafePathError`` for a link, which is not followed."""
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise UnsafePathError(f"{path} is a link; the data folder must hold its files itself")
        return cls.of_status(status)

    @classmethod
    def of_status(cls, status: os.stat_result) -> Mark:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)

    def is_of(self, path: Path) -> bool:
        """Whether a file is there and is still the one that was marked. Raises ``UnsafePathError`` for a link."""
        try:
            return Mark.of(path) == self
        except FileNotFoundError:
            return False


class DataFolder:
    """The places below ``root``. Nothing is created before it is written to."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).expanduser().absolute()
        self.requests_inbox = self.root / "requests" / "inbox"
        self.requests_accepted = self.root / "requests" / "accepted"
        self.requests_rejected = self.root / "requests" / "rejected"
        self.plans = self.root / "plans"
        self.facts = self.root / "facts"
        self.experiments = self.root / "experiments"
        self.reports = self.root / "reports"
        self.library = self.root / "library"
        self.warehouse = self.root / "warehouse.duckdb"

    def __repr__(self) -> str:
        return f"DataFolder({str(self.root)!r})"

    def plan_folder(self, plan_id: str) -> Path:
        """The folder of a plan, whether it exists or not.

        Raises ``UnsafePathError`` for an id that is none, and where the folder is a link to somewhere else.
        """
        return self.place("plans", _checked("plan_id", plan_id))

    def report(self, experiment: str) -> Path:
        """The page of an experiment's report, whether it exists or not.

        Raises ``UnsafePathError`` for a name that is none, and where the folder is a link to somewhere else.
        """
        return self.place("reports", f"{_checked('experiment', experiment)}.html")

    def page(self, name: str) -> Path:
        """The page of all plans or of the library by its name, whether it exists or not."""
        return self.place("pages", f"{name}.html")

    def instance(self, instance_id: str) -> Path:
        """The file of an instance of a plan, whether it exists or not. Raises as ``plan_folder``."""
        name = _checked("instance_id", instance_id, check_instance_id)
        return self.place("instances", plan_of_instance(name), f"{name}.json")

    def plan_page(self, own_id: str) -> Path:
        """The page of a plan or of an instance, whether it exists or not.

        Raises ``UnsafePathError`` for an id that is none, and where the folder is a link to somewhere else.
        """
        return self.place("pages", "plans", f"{_checked_either(own_id)}.html")

    def exports(self, own_id: str, *names: str) -> Path:
        """A place in the folder of the files for other programs of a plan or an instance, or that folder, whether it
        exists or not.

        Raises ``UnsafePathError`` for an id or a name that is none, and where a link on the way leads elsewhere.
        """
        return self.place("exports", _checked_either(own_id), *names)

    def standard_plan(self, plan_id: str, *names: str) -> Path:
        """A place in the folder of a standard plan, or that folder, whether it exists or not. Raises as ``exports``."""
        return self.place("standard_plans", _checked("plan_id", plan_id), *names)

    def place(self, *names: str) -> Path:
        """The path of ``names`` below the root, one folder or file each.

        Raises ``UnsafePathError`` for a name that is not a plain one, and where a link on the way leads elsewhere.
        """
        path = str(self.root)
        for name in names:
            if name in ("", ".", "..") or "/" in name or "\0" in name:
                raise UnsafePathError(f"{name!r} is not the name of a file or folder in {self.root}; use a plain name")
            path = f"{path}/{name}"
            if os.path.islink(path):  # noqa: PTH114 - pathlib takes twice as long
                raise UnsafePathError(
                    f"{path} is a link to {os.path.realpath(path)}; the data folder must hold its files itself, "
                    "so put a folder in its place"
                )
        return Path(path)


def _checked(field: str, key: str, check: Callable[[str], str] = check_key) -> str:
    try:
        return check(key)
    except ValueError as error:
        raise UnsafePathError(f"{field}: {error}") from None


def _checked_either(own_id: str) -> str:
    if is_instance_id(own_id):
        return _checked("instance_id", own_id, check_instance_id)
    return _checked("plan_id", own_id)


def read_file(path: Path) -> bytes | None:
    """The content of a file in the data folder, ``None`` where there is none.

    Raises ``UnsafePathError`` for a link, which is not followed, and ``StorageError`` for what is no plain file or
    cannot be read; a pipe is not waited for.
    """
    try:
        return read_plain_file(path, follow_links=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise UnsafePathError(f"{path} is a link; the data folder must hold its files itself") from None
        raise StorageError(f"{path} cannot be read ({error.strerror}); check what it is and its permissions") from error


def entries(folder: Path) -> list[Path]:
    """Everything that lies in a folder, in order; nothing where there is no folder."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def listed(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """What lies in a folder, but for dot-names, and what each is; nothing where there is no folder."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        try:
            yield Path(entry.path), entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Make ``data`` the content of ``path``: a reader sees the old file or the whole new one, never a part.

    The bytes go to a dot-name in the same folder, are synced, and renamed; then the folder is synced. The
    folder is created if need be. A link at ``path`` is replaced, not followed. Without ``durable`` nothing is
    synced (10 ms a time on a busy disk): a killed process still leaves a whole file, a power cut may not.
    """
    new_folders = _new_folders(path.parent)
    temporary = temporary_path(path)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            for folder in new_folders:  # only now, when they are not empty: some clear away empty ones
                sync_folder(folder.parent)
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def temporary_path(path: Path) -> Path:
    """A dot-name beside ``path`` that nobody else uses, which readers ignore and ``sweep`` removes."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")


def publish_file(temporary: Path, path: Path, *, mode: int = 0o644) -> None:
    """Sync a file written under a dot-name by other means, and rename it into place."""
    temporary.chmod(mode)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, so that they survive a power cut; nothing where it exists."""
    for new in _new_folders(folder):
        sync_folder(new.parent)


def _new_folders(folder: Path) -> list[Path]:
    """The folders that had to be created for ``folder`` to be there, the uppermost first, not yet durable."""
    if folder.is_dir():
        return []
    new = _new_folders(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(FOLDER_MODE)
    return [*new, folder]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, *, older_than_s: float = STALE_AFTER_S, pattern: str = f".*{TEMPORARY_SUFFIX}") -> int:
    """Remove what killed writers left in a folder: dot-files untouched for ``older_than_s``. Returns their number."""
    removed = 0
    newest = time.time() - older_than_s
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_mtime <= newest:
                if path.is_dir() and not path.is_symlink():  # where DuckDB puts what its memory has no room for
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
    return removed


def bytes_used(folders: Iterable[Path]) -> int:
    """What files in some folders and all below them take on disk, each counted once however many names it has."""
    files: dict[tuple[int, int], int] = {}
    for folder in folders:
        for above, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    status = os.lstat(os.path.join(above, name))  # noqa: PTH118 - pathlib takes twice as long
                    files[status.st_dev, status.st_ino] = 512 * status.st_blocks
    return sum(files.values())


@contextlib.contextmanager
def file_lock(
    path: Path, *, timeout_s: float, holder: str, shared: bool = False, error: type[LockedError] = LockedError
) -> Iterator[None]:
    """Hold a lock on a lock file, which the operating system releases when the process dies.

    An exclusive lock is held alone, a ``shared`` one together with other shared ones.

    Raises ``error`` saying that ``holder`` is at work where it cannot be had within ``timeout_s`` seconds.
    """
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        deadline = time.monotonic() + timeout_s
        while not try_lock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise error(f"{holder}; waited {timeout_s:g} s, try again when it has finished")
            time.sleep(LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    """Whether a lock of a kind, as flock(2) has them, could be had on an open file at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
