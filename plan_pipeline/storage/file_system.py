"""What storage relies on a file system to do, tried out where the data folder lies.

docs/deployment.md says which guarantee rests on which property.
"""

import fcntl
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.storage.data_folder import publish_file, sync_folder, try_lock, write_atomically

MOUNTS: Final = Path("/proc/self/mountinfo")
"""Where Linux lists what is mounted, as proc(5) describes it; other systems have no such file."""

_STORES = ("blobfuse", "blobfuse2", "gcsfuse", "geesefs", "goofys", "mountpoint-s3", "ossfs", "rclone", "s3fs")
OBJECT_STORES: Final = frozenset(f"fuse.{name}" for name in _STORES)
"""Object stores mounted as folders: a rename is a copy and a removal, and nobody else sees a lock."""

HOST_LOCKS: Final = {
    "nfs": {"nolock", "local_lock=all", "local_lock=flock"},
    "nfs4": {"local_lock=all", "local_lock=flock"},
    "cifs": {"nobrl"},
    "smb3": {"nobrl"},
    "lustre": {"localflock", "noflock"},
}
"""Options of shared file systems with which flock(2) holds on the machine that called it alone: nfs(5), mount.cifs(8),
mount.lustre(8)."""

HOST_LOCKS_ALWAYS: Final = frozenset({"9p", "fuse.sshfs", "vboxsf", "virtiofs"})
"""Shared file systems whose servers do not know of flock(2), or only where both ends were set up for it."""

_ESCAPED = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """What a folder is on: the kind of file system, such as ``ext4``, and its options."""

    kind: str
    options: frozenset[str]


def mount_of(folder: Path, mounts: Path = MOUNTS) -> Mount | None:
    """The mount that a folder lies in, or ``None`` where the system does not say. ``mounts`` has mountinfo's form."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    real = folder.resolve()
    found, depth = None, 0
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, of_kind = before.split(" "), after.split(" ")
        point = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        # Of two mounts on the same place the later one is seen.
        if real.is_relative_to(point) and len(point.parts) >= depth:
            options = frozenset(fields[5].split(",")) | frozenset(of_kind[2].split(","))
            found, depth = Mount(of_kind[0], options), len(point.parts)
    return found


def unsupported_operations(folder: Path, mount: Mount | None = None) -> tuple[str, ...]:
    """What storage relies on and would not get in ``folder``, a sentence each with what to do; empty where all is well.

    ``mount`` is what the folder is on, looked up by default. The rest is tried out in the folder, or in the nearest one
    above it that exists; nothing stays behind.
    """
    mount = mount or mount_of(folder)
    if mount is not None and mount.kind in OBJECT_STORES:
        return (
            f"{mount.kind} is an object store: files are not replaced at once there, and locks hold on one machine; "
            "use a disk or a shared file system, and copy what is to be in the object store",
        )
    return tuple(_failed_trials(next(place for place in (folder, *folder.parents) if place.is_dir())))


def locks_on_this_machine_only(folder: Path, mount: Mount | None = None) -> str:
    """Why locks in ``folder`` would not be seen by other machines, as a sentence; empty where nothing says so."""
    mount = mount or mount_of(folder)
    if mount is None:
        return ""
    because = sorted(mount.options & HOST_LOCKS.get(mount.kind, set()))
    if not because and mount.kind not in HOST_LOCKS_ALWAYS:
        return ""
    remedy = f"mount it without {' and '.join(because)}" if because else "use NFS 4, or another that shares locks"
    return (
        f"locks on {mount.kind} are not seen by other machines here, so two of them could write one plan at a time; "
        f"{remedy}, or let one machine do all the work"
    )


def _failed_trials(folder: Path) -> Iterator[str]:
    try:
        place = Path(tempfile.mkdtemp(prefix=".tried-out-", dir=folder))
    except OSError as error:
        yield f"no folder can be made in it ({error.strerror}); make it writable, or use another"
        return
    try:
        for trial, consequence in _TRIALS.items():
            try:
                kept = trial(place)
            except OSError as error:
                yield f"{consequence} ({error.strerror or error}); use another file system"
            else:
                if not kept:
                    yield f"{consequence}; use another file system"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _replaces_at_once(place: Path) -> bool:
    path, other = place / "plan.json", place / ".plan.json.tmp"
    write_atomically(path, b"before", durable=False)
    with path.open("rb") as reader:
        other.write_bytes(b"after")
        other.replace(path)
        return reader.read() == b"before" and path.read_bytes() == b"after" and not other.exists()


def _syncs(place: Path) -> bool:
    other = place / ".synced.tmp"
    other.write_bytes(b"synced")
    publish_file(other, place / "synced")
    sync_folder(place)
    return True


def _makes_once(place: Path) -> bool:
    (place / "made").touch(exist_ok=False)
    try:
        (place / "made").touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def _locks_shut_out(place: Path) -> bool:
    path = place / "lock"
    path.touch()
    with path.open("r+b") as one, path.open("r+b") as two:
        fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if try_lock(two.fileno(), fcntl.LOCK_EX) or try_lock(two.fileno(), fcntl.LOCK_SH):
            return False
        fcntl.flock(one, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return try_lock(two.fileno(), fcntl.LOCK_SH) and not try_lock(one.fileno(), fcntl.LOCK_EX)


def _locks_ranges(place: Path) -> bool:
    with (place / "ranges").open("w+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


_TRIALS: Final[dict[Callable[[Path], bool], str]] = {
    _replaces_at_once: "a file is not replaced at once, so a reader could find a plan half or gone",
    _syncs: "files cannot be synced, so a power cut could lose what was published",
    _makes_once: "a file can be made twice, so two writers could use one name",
    _locks_shut_out: "locks do not shut others out, so two runs could write one plan at a time",
    _locks_ranges: "ranges of a file cannot be locked, which DuckDB needs to write the warehouse",
}
"""What is tried out, and what it means where it fails."""
