"""Handing in and collecting with a real server and real files, and a fuse that kills between any two steps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from plan_pipeline.core.model.model_call import ModelCall, Usage
from plan_pipeline.llm.anthropic.batches import AnthropicBatches
from plan_pipeline.llm.asking import CallFailedError, Provider, Question, Reply, Told, question_hash
from plan_pipeline.llm.batches import BatchState
from plan_pipeline.services.models.batch_collection import BatchCollection
from plan_pipeline.services.models.batch_submission import BatchSubmission, Submitted
from plan_pipeline.services.models.overviews import OpenQuestion
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.batch_files import BatchFiles, BatchRecord
from plan_pipeline_tests.llm.desk_fakes import Money
from plan_pipeline_tests.llm.messages_answers import CANCELED, EXPIRES, Answer, fails, gives, overloaded
from plan_pipeline_tests.llm.messages_api import Asked, MessagesApi
from plan_pipeline_tests.llm.questions import a_provider, a_question


class Killed(BaseException):
    """The process ended."""


@dataclass
class Fuse:
    """Kills at a step, counted from 0; at none for ``None``."""

    at: int | None = None
    steps: int = 0

    @contextmanager
    def around(self) -> Iterator[None]:
        self.step()
        yield
        self.step()

    def step(self) -> None:
        if self.steps == self.at:
            raise Killed
        self.steps += 1


class FusedBatchFiles(BatchFiles):
    def __init__(self, data: DataFolder, fuse: Fuse) -> None:
        super().__init__(data)
        self._fuse = fuse

    def save(self, record: BatchRecord) -> None:
        with self._fuse.around():
            super().save(record)

    def finish(self, record: BatchRecord, at: dt.datetime, *, closed_because: str | None = None) -> None:
        with self._fuse.around():
            super().finish(record, at, closed_because=closed_because)


class FusedAnswerFiles(AnswerFiles):
    def __init__(self, data: DataFolder, fuse: Fuse) -> None:
        super().__init__(data)
        self._fuse = fuse

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        with self._fuse.around():
            super().keep(call, reply)


@dataclass(frozen=True)
class FusedBatches:
    inner: AnthropicBatches
    fuse: Fuse

    @property
    def provider(self) -> Provider:
        return self.inner.provider

    def submit(self, questions: Mapping[str, Question]) -> BatchState:
        with self.fuse.around():
            return self.inner.submit(questions)

    def state(self, batch_id: str) -> BatchState:
        with self.fuse.around():
            return self.inner.state(batch_id)

    def recent(self, at_most: int, since: dt.datetime | None = None) -> tuple[BatchState, ...]:
        with self.fuse.around():
            return self.inner.recent(at_most, since)

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply | CallFailedError]]:
        for each in self.inner.results(batch_id):
            self.fuse.step()
            yield each


@dataclass
class Purse(Money):
    """A budget that outlives processes."""

    fuse: Fuse = field(default_factory=Fuse)

    def reserve(self, run_id: str, at_most_usd: float | None) -> AbstractContextManager[Callable[[float | None], None]]:
        self.fuse.step()
        return super().reserve(run_id, at_most_usd)

    @property
    def is_counted(self) -> bool:
        return True

    def correct(self, run_id: str, usd: float, *, at: dt.datetime) -> None:
        with self.fuse.around():
            self.left_usd -= usd

    def cost_usd(self, model: str, usage: Usage, *, at: dt.date, batched: bool = False) -> float | None:
        assert batched
        return super().cost_usd(model, usage, at=at, batched=batched)


@dataclass
class BatchDesk:
    """One installation and its clock. Names are plans, and what is asked for each is its name."""

    data: DataFolder
    api: MessagesApi
    names: tuple[str, ...]
    fuse: Fuse = field(default_factory=Fuse)
    late: dt.timedelta = dt.timedelta(0)
    busy: set[str] = field(default_factory=set)
    stores_for_s: float = 1000.0
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.purse = Purse([], left_usd=10_000.0, fuse=self.fuse)
        self.files = FusedBatchFiles(self.data, self.fuse)
        self.answers = FusedAnswerFiles(self.data, self.fuse)
        self.batches = FusedBatches(AnthropicBatches(a_provider(self.api.base_url)), self.fuse)

    def restarted(self) -> BatchDesk:
        """The installation in a process that nobody kills, half an hour later."""
        again = replace(self, fuse=Fuse(), late=self.late + dt.timedelta(minutes=30))
        again.purse.left_usd = self.purse.left_usd
        return again

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.late

    def hash(self, name: str) -> str:
        return question_hash(self.batches.provider, question_of(name))

    def is_answered(self, name: str) -> bool:
        return self.answers.find(self.hash(name)) is not None

    def open_questions(self) -> list[OpenQuestion]:
        return [OpenQuestion(name, "r1", question_of(name), 1) for name in self.names if not self.is_answered(name)]

    @property
    def submission(self) -> BatchSubmission:
        return BatchSubmission(
            self.files,
            self.batches,
            self.answers.find,
            self.purse,
            self.purse,
            run_id="run-1",
            is_busy=self.busy.__contains__,
            now=self.now,
            **self.options,
        )

    def submit(self) -> Submitted:
        with self.files.lock(0):
            return self.submission.submit(self.open_questions())

    def retry(self) -> list[Submitted]:
        """Hand in once more what may be, for every batch that has something of the kind."""
        done = []
        for record in self.files.open():
            if record.to_retry:
                with self.files.lock(0):
                    done.append(self.submission.retry(record, self.open_questions()))
        return done

    def collect(self) -> list[str]:
        collection = BatchCollection(
            self.files,
            self.answers,
            lambda: self.batches,
            self.purse,
            self.purse,
            now=self.now,
            clock=lambda: 0.0,
            stores_for_s=self.stores_for_s,
        )
        return collection.collect()

    def night(self) -> None:
        """All that happens in a night: hand in, collect, hand in once more, collect."""
        self.submit()
        self.api.end_batches()
        self.collect()
        self.retry()
        self.api.end_batches()
        self.collect()

    def calls(self) -> list[ModelCall]:
        found = (self.answers.read(each) for each in self.answers.files())
        return [each.call for each in found if each is not None]

    def paid_for(self) -> Counter[str]:
        """How often each plan was paid for, by the server's own ledger."""
        names = {self.hash(name): name for name in self.names}
        return Counter(names[(each.custom_id or "").partition("-")[2]] for each in self.api.ledger)


def question_of(name: str) -> Question:
    return a_question(plan_id=name, turns=(Told(text=name),))


def answers_by_name() -> Callable[[Asked], Answer]:
    """What a name says happens to it, the first time it is asked; ``invalid`` and ``canceled`` every time."""
    asked_before: Counter[str] = Counter()

    def answer(asked: Asked) -> Answer:
        name = asked.text
        asked_before[name] += 1
        if name.startswith("invalid"):
            return fails(400, "invalid_request_error", "no such field")
        if name.startswith("canceled"):
            return CANCELED
        if name.startswith("expires") and asked_before[name] == 1:
            return EXPIRES
        if name.startswith("overloaded") and asked_before[name] == 1:
            return overloaded()
        return EXPIRES if name.startswith("never") else gives({"word": name, "count": 1})

    return answer
