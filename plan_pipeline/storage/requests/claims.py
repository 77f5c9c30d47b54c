"""Requests on their way from the inbox to their plans: claims, each of one or more batches, on disk.

A claim is a folder that appears whole, by a rename. It says where each file goes and holds the requests in batches.
Files are moved first; from then on the claim is settled, and each batch in it waits for a run that stores its requests,
generates the plans and acknowledges the batch. Every step can be repeated without harm, so that each request is
ingested once wherever a process is killed.
"""

import contextlib
import datetime as dt
import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.data_folder import (
    DataFolder,
    LockedError,
    Mark,
    StorageError,
    UnsafePathError,
    entries,
    file_lock,
    make_folder,
    read_file,
    sweep,
    sync_folder,
    temporary_path,
    try_lock,
    write_atomically,
)
from plan_pipeline.storage.model_files import as_json, read_model
from plan_pipeline.storage.plans.records import Receipt
from plan_pipeline.storage.requests.rejections import REASON_SUFFIX, Rejection

PLANS_A_BATCH = 250
"""Plans that one run makes: few enough that a killed run is soon made up for, so many that its start is nothing."""

_IN_PROGRESS = "in_progress"
_STAGED = "staged"
_FILES = "files.json"
_LAST = ".last"
_LOCK = ".inbox.lock"
_ID_TIME = "%Y%m%dT%H%M%S%fZ"
_CLAIM = re.compile(r"\d{8}T\d{12}Z")
_BATCH = re.compile(rf"({_CLAIM.pattern})-(\d{{4,9}})")

M = TypeVar("M", bound=Frozen)


class BatchBusyError(LockedError):
    """Another run is at work on the batch."""


class TakenFile(Frozen):
    """A file that was staged and where it goes: ``accepted`` is a name, or ``None`` for one that is rejected whole."""

    staged: str
    accepted: str | None
    rejection: Rejection | None = None


class Received(Frozen):
    """A request and where it came from (``file`` or ``file:line``).

    ``order`` is its place in the order of requests where that is not its batch's, ``file`` the name of its file in
    ``accepted/``, where it came in one.
    """

    source: str
    request: PlanRequest
    order: str | None = None
    file: str | None = None


class Superseded(Frozen):
    """A request that was left out, and where the newer one for the same plan came from."""

    received: Received
    by: str


class Batch(Frozen):
    """Requests for one run, and with the first of a claim those that its files left out.

    A later batch has the greater ``batch_id``.
    """

    batch_id: str
    received_at: dt.datetime
    requests: tuple[Received, ...]
    superseded: tuple[Superseded, ...] = ()

    def receipt(self, received: Received) -> Receipt:
        """The receipt of one of its requests."""
        order = received.order or self.batch_id
        return Receipt(source=received.source, order=order, received_at=self.received_at)


class _Files(Frozen):
    files: tuple[TakenFile, ...]


class Claims:
    """The claims of a data folder."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    @property
    def folder(self) -> Path:
        """Raises ``UnsafePathError`` where the folder is a link to somewhere else."""
        return self.data.place("requests", _IN_PROGRESS)

    @property
    def staged(self) -> Path:
        """Where a file is while it is being read: out of the inbox, so that nobody replaces it meanwhile."""
        return self.data.place("requests", _IN_PROGRESS, _STAGED)

    def lock(self, timeout_s: float) -> contextlib.AbstractContextManager[None]:
        """Be the only one who ingests requests. Raises ``LockedError`` after ``timeout_s`` seconds."""
        path = self.data.place("requests", _LOCK)
        return file_lock(path, timeout_s=timeout_s, holder="another process is ingesting requests")

    # --- making a claim, with the lock held ------------------------------------------------------------------

    def new_claim(self, now: dt.datetime) -> str:
        """An id greater than all before it, whatever the clock does."""
        make_folder(self.folder)
        last = self.folder / _LAST
        claim = _claim_id(now)
        written = (read_file(last) or b"").decode(errors="replace")
        before = max([*self._claims(), written if _CLAIM.fullmatch(written) else ""])
        if claim <= before:
            earlier = dt.datetime.strptime(before, _ID_TIME).replace(tzinfo=dt.UTC)
            claim = _claim_id(earlier + dt.timedelta(microseconds=1))
        write_atomically(last, claim.encode())
        return claim

    def commit(
        self,
        claim: str,
        requests: Sequence[Received],
        *,
        received_at: dt.datetime,
        files: Sequence[TakenFile] = (),
        superseded: Sequence[Superseded] = (),
    ) -> tuple[str, ...]:
        """Make a claim, durably and at once, and settle it; returns the ids of its batches in order.

        No plan may be in ``requests`` twice.
        """
        unfinished = temporary_path(self.folder / claim)
        ids = batch_ids(claim, len(requests))
        for number, batch_id in enumerate(ids):
            own = requests[number * PLANS_A_BATCH : (number + 1) * PLANS_A_BATCH]
            left_out = tuple(superseded) if number == 0 else ()
            batch = Batch(batch_id=batch_id, received_at=received_at, requests=tuple(own), superseded=left_out)
            write_atomically(unfinished / self._path(batch_id).name, batch.model_dump_json().encode())
        write_atomically(unfinished / _FILES, _Files(files=tuple(files)).model_dump_json().encode())
        unfinished.rename(self.folder / claim)
        sync_folder(self.folder)
        self._settle(claim)
        return ids

    def recover(self) -> None:
        """Finish what a killed process left: settle its claim, or forget the one it had not made yet."""
        sweep(self.folder)
        sweep(self.data.place("requests", "rejected"))
        for entry in entries(self.folder):
            if entry.name.startswith(".") and entry.is_dir():
                shutil.rmtree(entry)
            elif _CLAIM.fullmatch(entry.name):
                self._settle(entry.name)

    def _settle(self, claim: str) -> None:
        """Move the files of a claim to where they go; a file that is no longer staged is there already."""
        folder = self.folder / claim
        listed = folder / _FILES
        if listed.is_file():
            for file in _read(listed, _Files).files:
                self._move(file)
            for target in ("accepted", "rejected"):
                with contextlib.suppress(FileNotFoundError):
                    sync_folder(self.data.place("requests", target))
            listed.unlink()
        _remove_if_empty(folder)

    def _move(self, file: TakenFile) -> None:
        """Reasons need not survive a power cut, as what they are about does: two syncs a file would be minutes."""
        staged = self.staged / file.staged
        if not staged.exists():
            return
        accepted, rejected = self.data.place("requests", "accepted"), self.data.place("requests", "rejected")
        target = accepted / file.accepted if file.accepted else None
        if file.rejection is not None:
            refused = rejected / file.rejection.to
            reason = as_json(file.rejection.reason)
            write_atomically(rejected / f"{refused.name}{REASON_SUFFIX}", reason, durable=False)
            if file.rejection.lines:
                write_atomically(refused, _lines_of(staged, file.rejection.lines))
            target = target or refused
        assert target is not None, f"{file.staged} goes nowhere"
        make_folder(target.parent)
        staged.rename(target)

    # --- batches that wait -----------------------------------------------------------------------------------

    def pending(self) -> tuple[str, ...]:
        """The batches of settled claims that no run has acknowledged, oldest first."""
        found = []
        for claim in self._claims():
            names = {entry.name for entry in entries(self.folder / claim)}
            if _FILES not in names:
                found += [f"{claim}-{name.removesuffix('.json')}" for name in names if not name.startswith(".")]
        return tuple(sorted(batch_id for batch_id in found if _BATCH.fullmatch(batch_id)))

    def waiting_plans(self) -> frozenset[str] | None:
        """The plans of which a request waits, settled or not; ``None`` where a batch cannot be read."""
        found: set[str] = set()
        for claim in self._claims():
            for path in entries(self.folder / claim):
                if not path.name.startswith(".") and path.name != _FILES:
                    try:
                        found |= {each.request.plan_id for each in _read(path, Batch).requests}
                    except StorageError:
                        if path.exists():  # otherwise it was acknowledged just now
                            return None
        return frozenset(found)

    @contextlib.contextmanager
    def batch(self, batch_id: str) -> Iterator[Batch | None]:
        """Be the only one at work on a batch; ``None`` where it was acknowledged or never was.

        Raises ``BatchBusyError`` where another run is at work on it, ``UnsafePathError`` for an id that is none.
        """
        path = self._path(batch_id)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            yield None
            return
        try:
            if not try_lock(descriptor, fcntl.LOCK_EX):
                raise BatchBusyError(f"batch {batch_id} is being worked on by another run; leave it to that")
            was_replaced = not Mark.of_status(os.fstat(descriptor)).is_of(path)
            yield None if was_replaced else _read(path, Batch)
        finally:
            os.close(descriptor)

    def acknowledge(self, batch: Batch, *, except_for: Iterable[str] = ()) -> None:
        """Forget a batch, all but the requests of the plans ``except_for``, which wait for another run."""
        path = self._path(batch.batch_id)
        kept_plans = set(except_for)
        kept = tuple(each for each in batch.requests if each.request.plan_id in kept_plans)
        if kept:
            write_atomically(path, batch.model_copy(update={"requests": kept}).model_dump_json().encode())
            return
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
        _remove_if_empty(path.parent)

    def _path(self, batch_id: str) -> Path:
        match = _BATCH.fullmatch(batch_id)
        if match is None:
            raise UnsafePathError(f"{batch_id!r} is not the id of a batch, such as 20270104T031500000000Z-0001")
        return self.data.place("requests", _IN_PROGRESS, match[1], f"{match[2]}.json")

    def _claims(self) -> list[str]:
        return sorted(entry.name for entry in entries(self.folder) if _CLAIM.fullmatch(entry.name))


def batch_ids(claim: str, requests: int) -> tuple[str, ...]:
    """The ids of the batches that a claim of so many requests has."""
    return tuple(f"{claim}-{number:04}" for number in range(1, -(-requests // PLANS_A_BATCH) + 1))


def _claim_id(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_ID_TIME)


def _lines_of(path: Path, numbers: Iterable[int]) -> bytes:
    lines = (read_file(path) or b"").split(b"\n")
    return b"".join(lines[number - 1] + b"\n" for number in numbers)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _read(path: Path, model: type[M]) -> M:
    remedy = "its files are in requests/accepted: put them into the inbox again and delete it"
    found = read_model(path, model, remedy)
    if found is None:
        raise StorageError(f"{path} is gone; {remedy}")
    return found
