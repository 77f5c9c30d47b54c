"""Calls of language models and their answers, one file a call: ``llm/calls/<2 digits>/<question>/<call id>.json``.

A file holds the record of a call together with the answer, and is written as a whole: neither is ever without the
other.
"""

import contextlib
import datetime as dt
import json
import logging
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import Field, field_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, StoredAnswer
from plan_pipeline.storage.data_folder import (
    DataFolder,
    StorageError,
    UnsafePathError,
    listed,
    write_atomically,
)
from plan_pipeline.storage.model_files import damaged, read_model

log = logging.getLogger(__name__)

SUFFIX: Final = ".json"
MOST_TRIES: Final = 20
"""Of writing a file whose folder is cleared away as empty just before."""

PREFIX_DIGITS: Final = 2
"""Of a question's hash, for the folder above its own: so no folder has more than some thousand entries."""

_QUESTION = re.compile(r"[0-9a-f]{32}")
_CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")

REMEDY: Final = "restore it, or remove it: the model is then asked again"


class CallFile(Frozen):
    """What a file holds: a call, and the answer as JSON; ``None`` where none came."""

    version: int = Field(default=1, le=1)
    call: ModelCall
    reply: dict[str, Any] | None

    @field_validator("call")
    @classmethod
    def _has_an_instant(cls, call: ModelCall) -> ModelCall:
        if call.asked_at.tzinfo is None:
            raise ValueError("asked_at has no time zone; write it with one, such as 2027-01-04T03:00:00Z")
        return call


class FoundFile(NamedTuple):
    """A file named as calls are. ``changed_at`` is when it was last written, by the clock of the file system."""

    question: str
    call_id: str
    path: Path
    changed_at: dt.datetime


class AnswerFiles:
    """The calls of a data folder by question. Several processes may keep, settle and find at once."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def find(self, question: str, *, of_run: str | None = None) -> StoredAnswer | None:
        """The latest answer to a question, 32 hexadecimal digits; with ``of_run`` only one that this run paid for.

        A file that cannot be read is passed over with a warning where another answers. Where none does, it might have,
        so the model is not asked and paid again unasked: raises ``StorageError`` that names the file and what to do.
        Raises ``UnsafePathError`` for what is no hash of a question, and for a link.
        """
        answers: list[StoredAnswer] = []
        problems: list[StorageError] = []
        for found in self.of(question):
            try:
                stored = self.read(found)
            except StorageError as error:
                problems.append(error)
                continue
            if stored is None or stored.reply is None or not stored.call.outcome.has_answer:
                continue
            if of_run is None or stored.call.run_id == of_run:
                answers.append(StoredAnswer(stored.call, stored.reply))
        if problems and not answers:
            raise problems[0]
        for problem in problems:
            log.warning("another answer to the question is used: %s", problem)
        return max(answers, key=lambda answer: (answer.call.asked_at, answer.call.call_id), default=None)

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        """Store a call with its answer, JSON values only, durable when it returns.

        Raises ``UnsafePathError`` for an id that is not usable as a file name, ``pydantic.ValidationError`` for a time
        without a zone, and ``OSError`` where it cannot be written.
        """
        self._write(CallFile(call=call, reply=None if reply is None else dict(reply)))

    def settle(self, call: ModelCall, outcome: CallOutcome, problems: int) -> None:
        """Say what became of an answer when it was read, durable when it returns; the same again changes nothing.

        Nothing happens where the call was removed since it was found, as it is when it is old. Raises ``StorageError``
        for a file that cannot be read.
        """
        stored = self._read(self._path(call.question, call.call_id), call.question, call.call_id)
        if stored is None:
            log.warning("call %s is no longer stored, so its outcome is not recorded", call.call_id)
        elif stored.call.outcome is not outcome or stored.call.problems != problems:
            settled = stored.call.model_copy(update={"outcome": outcome, "problems": problems})
            self._write(stored.model_copy(update={"call": settled}))

    def load(self, question: str, call_id: str) -> CallFile | None:
        """A call of a question, ``None`` where it is not stored. Raises ``StorageError`` as ``read`` does."""
        return self._read(self._path(question, call_id), question, call_id)

    def read(self, found: FoundFile) -> CallFile | None:
        """The call in a file, ``None`` where it was removed since it was found.

        Raises ``StorageError`` with file and remedy for one that is damaged, of another name, or a link.
        """
        return self._read(found.path, found.question, found.call_id)

    def files(self) -> Iterator[FoundFile]:
        """The files of all calls. What is named otherwise is passed over with a warning, and so are links."""
        for above, question in self.questions():
            yield from _calls_in(above, question)

    def of(self, question: str) -> Iterator[FoundFile]:
        """The files of a question's calls, as ``files`` gives them. Raises ``UnsafePathError`` for what is no hash."""
        return _calls_in(self._folder(question), question)

    def questions(self) -> Iterator[tuple[Path, str]]:
        """The folders of all questions, each with its question."""
        for prefix, _ in _folders_in(self.data.place("llm", "calls"), re.compile(f"[0-9a-f]{{{PREFIX_DIGITS}}}")):
            for folder, question in _folders_in(prefix, _QUESTION):
                if question.startswith(prefix.name):
                    yield folder, question
                else:
                    _pass_over(folder)

    def _folder(self, question: str) -> Path:
        if not _QUESTION.fullmatch(question):
            raise UnsafePathError(f"{question!r} is no hash of a question, which has 32 hexadecimal digits")
        return self.data.place("llm", "calls", question[:PREFIX_DIGITS], question)

    def _path(self, question: str, call_id: str) -> Path:
        if not _CALL_ID.fullmatch(call_id):
            raise UnsafePathError(
                f"{call_id!r} is not usable as the id of a call: use up to 128 letters, digits, '_' and '-', "
                "starting with a letter or digit"
            )
        return self._folder(question) / f"{call_id}{SUFFIX}"

    def _write(self, file: CallFile) -> None:
        content = {"version": file.version, "call": file.call.model_dump(mode="json"), "reply": file.reply}
        # A model may answer with half a character, which no file can hold: it is paid for, so it is kept with a "?".
        text = json.dumps(content, ensure_ascii=False).encode(errors="replace")
        path = self._path(file.call.question, file.call.call_id)
        for _ in range(MOST_TRIES - 1):
            with contextlib.suppress(FileNotFoundError):
                return write_atomically(path, text + b"\n")
        return write_atomically(path, text + b"\n")

    def _read(self, path: Path, question: str, call_id: str) -> CallFile | None:
        stored = read_model(path, CallFile, REMEDY)
        if stored is not None and (stored.call.question, stored.call.call_id) != (question, call_id):
            raise damaged(path, f"it holds call {stored.call.call_id} of question {stored.call.question}", REMEDY)
        return stored


def _calls_in(folder: Path, question: str) -> Iterator[FoundFile]:
    for path, status in listed(folder):
        call_id = path.name.removesuffix(SUFFIX)
        if path.name == f"{call_id}{SUFFIX}" and _CALL_ID.fullmatch(call_id) and not stat.S_ISDIR(status.st_mode):
            yield FoundFile(question, call_id, path, dt.datetime.fromtimestamp(status.st_mtime, dt.UTC))
        else:
            _pass_over(path)


def _folders_in(folder: Path, name: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    for path, status in listed(folder):
        if name.fullmatch(path.name) and stat.S_ISDIR(status.st_mode):
            yield path, path.name
        else:
            _pass_over(path)


def _pass_over(path: Path) -> None:
    log.warning("%s is no call of a model, so it is not read; move it out of the folder", path)
