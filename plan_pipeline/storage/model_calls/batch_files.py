"""What was handed in to a provider as a batch, one file a batch: ``llm/batches/<submission>.json``.

A record is written before its batch is submitted, so a question that may have been handed in is known whatever happens
then. A batch that needs nothing more is in ``llm/batches/done``.
"""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.storage.data_folder import (
    DataFolder,
    LockedError,
    UnsafePathError,
    file_lock,
    listed,
    make_folder,
    sync_folder,
    write_atomically,
)
from plan_pipeline.storage.model_files import as_json, damaged, read_model

SUFFIX: Final = ".json"
PREFIX_DIGITS: Final = 12
"""Of the ids in a batch, the same for all of one: enough to know a batch as one's own."""

KEPT_FOR: Final = dt.timedelta(days=60)
"""How long the record of a batch is kept that needs nothing more: twice as long as its results can be had."""

REMEDY: Final = (
    "restore it; or find the batch in the provider's console, and remove this file if its answers are not wanted: "
    "they are then paid again"
)

_SUBMISSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


class BatchesBusyError(LockedError):
    """Another process is submitting or collecting a batch."""


class BatchedQuestion(Frozen):
    """A question in a batch. ``plans`` has the plans that wait for it, each with the hash of its request."""

    question: str
    plans: dict[str, str] = Field(min_length=1)
    purpose: CallPurpose
    attempt: int
    prompt_version: str
    config_version: str


class BatchRecord(Frozen):
    """A batch from the moment it was meant to be submitted. ``questions`` has them by their ids in it.

    ``batch_id`` is null until the provider has answered; ``doubted_at`` is when it was first looked for after that. A
    batch is collected when what came of each question is stored; ``to_retry`` are those that may be handed in once
    more, as the batch ``retry_id``. ``most_usd`` is what was
    counted of the budget, null where none is. ``closed_because`` says why a
    batch was given up.
    """

    version: int = Field(default=1, le=1)
    submission_id: str
    provider: str
    model: str
    run_id: str
    intended_at: AwareDatetime
    questions: dict[str, BatchedQuestion] = Field(min_length=1)
    most_usd: float | None = None
    retry_of: str | None = None
    batch_id: str | None = None
    submitted_at: AwareDatetime | None = None
    doubted_at: AwareDatetime | None = None
    collected_at: AwareDatetime | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    to_retry: tuple[str, ...] = ()
    done_at: AwareDatetime | None = None
    closed_because: str | None = None

    def with_(self, **changes: Any) -> "BatchRecord":
        """The record with other values."""
        return self.model_copy(update=changes)

    def custom_id(self, question: str) -> str:
        """The id of a question in the batch, from the question's hash."""
        return custom_id(self.submission_id, question)

    @property
    def prefix(self) -> str:
        """What the ids of all questions in the batch begin with."""
        return custom_id(self.submission_id, "")

    @property
    def is_in_flight(self) -> bool:
        """Whether answers may be paid that are not stored yet."""
        return self.collected_at is None and self.done_at is None

    @property
    def retry_id(self) -> str:
        """The submission that hands in once more what may be."""
        return f"{self.submission_id}-retry"

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The plans that wait for the batch, in order."""
        return tuple(sorted({plan_id for each in self.questions.values() for plan_id in each.plans}))

    @property
    def name(self) -> str:
        """What the batch is called in messages: the provider's id, as far as it is known."""
        return f"batch {self.batch_id}" if self.batch_id else f"submission {self.submission_id}"

    @property
    def since(self) -> dt.datetime:
        """When the batch was submitted, or was to be."""
        return self.submitted_at or self.intended_at


def custom_id(submission_id: str, question: str) -> str:
    """The id of a question in the batch of a submission, letters and digits."""
    return f"{hashlib.sha256(submission_id.encode()).hexdigest()[:PREFIX_DIGITS]}-{question}"


def new_submission_id(now: dt.datetime) -> str:
    """An id that no other submission has, and that sorts by when it was made."""
    return f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"


class BatchFiles:
    """The batches of a data folder. Whoever submits or collects holds the lock; everybody may read."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def lock(self, timeout_s: float) -> AbstractContextManager[None]:
        """Be the only one who submits or collects. Raises ``BatchesBusyError``."""
        holder = "another run is submitting or collecting questions"
        return file_lock(
            self.data.place("llm", ".batches.lock"), timeout_s=timeout_s, holder=holder, error=BatchesBusyError
        )

    def open(self) -> tuple[BatchRecord, ...]:
        """The batches that need something, oldest first. Raises ``DamagedArtefactError`` with file and remedy."""
        return tuple(sorted(self._in(self._folder()), key=lambda record: record.submission_id))

    def in_flight(self) -> tuple[BatchRecord, ...]:
        """The batches whose answers may be paid and are not stored yet."""
        return tuple(record for record in self.open() if record.is_in_flight)

    def find(self, submission_id: str) -> BatchRecord | None:
        """A batch, whether it needs something or not."""
        return self._read(self._path(submission_id)) or self._read(self._done_path(submission_id))

    def save(self, record: BatchRecord) -> None:
        """Keep a record, durable when it returns."""
        write_atomically(self._path(record.submission_id), as_json(record))

    def finish(self, record: BatchRecord, at: dt.datetime, *, closed_because: str | None = None) -> None:
        """Keep that a batch needs nothing more. What is cut short is done by doing it again."""
        if record.done_at is None:
            record = record.with_(done_at=at, closed_because=closed_because)
            self.save(record)
        path, done = self._path(record.submission_id), self._done_path(record.submission_id)
        make_folder(done.parent)
        path.replace(done)
        sync_folder(done.parent)
        sync_folder(path.parent)

    def known_batches(self) -> frozenset[str]:
        """The ids of all batches on record."""
        records = [*self.open(), *self._in(self._folder("done"))]
        return frozenset(record.batch_id for record in records if record.batch_id)

    def remove_old(self, now: dt.datetime) -> int:
        """Remove the records of batches that are long done; returns how many."""
        old = [each for each in self._in(self._folder("done")) if each.done_at and each.done_at < now - KEPT_FOR]
        for record in old:
            self._done_path(record.submission_id).unlink(missing_ok=True)
        return len(old)

    def _folder(self, *names: str) -> Path:
        return self.data.place("llm", "batches", *names)

    def _path(self, submission_id: str) -> Path:
        return self._folder(_checked(submission_id))

    def _done_path(self, submission_id: str) -> Path:
        return self._folder("done", _checked(submission_id))

    def _in(self, folder: Path) -> Iterator[BatchRecord]:
        for path, _ in listed(folder):
            if path.suffix == SUFFIX and (record := self._read(path)) is not None:
                yield record

    def _read(self, path: Path) -> BatchRecord | None:
        record = read_model(path, BatchRecord, REMEDY)
        if record is not None and f"{record.submission_id}{SUFFIX}" != path.name:
            raise damaged(path, f"it holds submission {record.submission_id}", REMEDY)
        return record


def waiting_plans(records: tuple[BatchRecord, ...]) -> Mapping[tuple[str, str], BatchRecord]:
    """The batch that each plan waits for, by the plan and the hash of its request."""
    return {
        (plan_id, request_hash): record
        for record in records
        for question in record.questions.values()
        for plan_id, request_hash in question.plans.items()
    }


def _checked(submission_id: str) -> str:
    if not _SUBMISSION.fullmatch(submission_id):
        raise UnsafePathError(f"{submission_id!r} is no id of a submission; use letters, digits and '-'")
    return f"{submission_id}{SUFFIX}"
