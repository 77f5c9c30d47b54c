"""Handing in the questions that are open as batches: each once, within the budget, and on record before it is sent."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from plan_pipeline.core.model.model_call import StoredAnswer
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.llm.asking import CallFailedError, Question, question_hash
from plan_pipeline.llm.batches import QuestionBatches
from plan_pipeline.llm.desk import BudgetError, Prices, most_usd_of, utc_now
from plan_pipeline.services.models.batches import BatchBudget, settle_doubts
from plan_pipeline.services.models.overviews import OpenQuestion
from plan_pipeline.storage.model_calls.batch_files import (
    BatchedQuestion,
    BatchFiles,
    BatchRecord,
    custom_id,
    new_submission_id,
)

log = logging.getLogger(__name__)

MOST_QUESTIONS: Final = 5_000
"""In a batch; the API takes 100,000. One that is small has its answers sooner, and its record is read in no time."""

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of a batch; the API takes 256 MB, and a run holds what it sends several times over."""


@dataclass
class Submitted:
    """What came of handing in. ``in_doubt`` may have been submitted, which shows later; ``left`` are the plans whose
    questions were left undone, ``why_left`` for all but those that another run was making, ``busy``.
    """

    batches: list[BatchRecord] = field(default_factory=list)
    in_doubt: list[BatchRecord] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    why_left: str | None = None


@dataclass(frozen=True)
class _Asked:
    """A question with its hash, and the plans that wait for it."""

    hash: str
    question: Question
    attempt: int
    plans: dict[str, str]
    most_usd: float | None
    bytes: int

    def on_record(self) -> BatchedQuestion:
        return BatchedQuestion(
            question=self.hash,
            plans=self.plans,
            purpose=self.question.purpose,
            attempt=self.attempt,
            prompt_version=self.question.prompt_version,
            config_version=self.question.config_version,
        )


@dataclass(frozen=True)
class BatchSubmission:
    """Hands in questions for one run, which holds the lock of ``files``.

    ``find`` gives the stored answer to a question by its hash. ``is_busy`` says whether another run is making a plan,
    and may be asking its question.
    """

    files: BatchFiles
    batches: QuestionBatches
    find: Callable[[str], StoredAnswer | None]
    budget: BatchBudget
    prices: Prices
    run_id: str
    is_busy: Callable[[str], bool]
    now: Callable[[], dt.datetime] = utc_now
    most_questions: int = MOST_QUESTIONS
    most_bytes: int = MOST_BYTES

    def submit(self, questions: Iterable[OpenQuestion]) -> Submitted:
        """Hand in questions, each once, but for those that are in flight already; as many as the budget allows.

        Raises ``OverviewError`` where the provider takes none, as ``OverviewUnavailableError`` where it may later;
        what was submitted before stays so.
        """
        done = Submitted()
        self._settle_doubts()
        asked = self._not_in_flight(self._distinct(questions), done)
        for chunk in self._chunks(asked):
            if done.why_left or done.in_doubt:
                done.left += _plans_of(chunk)
                continue
            self._submit(chunk, new_submission_id(self.now()), None, done)
        if done.in_doubt and done.left and not done.why_left:
            done.why_left = "the connection to the provider broke off"
        return done

    def retry(self, record: BatchRecord, questions: Iterable[OpenQuestion]) -> Submitted:
        """Hand in once more those of a batch that had no answer and may have one; where that was done, do nothing."""
        done = Submitted()
        self._settle_doubts()
        if self.files.find(record.retry_id) is not None:
            return done
        wanted = {record.questions[each].question for each in record.to_retry}
        asked = self._not_in_flight(self._distinct(questions), done)
        if again := [each for each in asked if each.hash in wanted]:
            self._submit(again, record.retry_id, record.submission_id, done)
        return done

    def _settle_doubts(self) -> None:
        try:
            settle_doubts(self.files, self.batches, self.now())
        except CallFailedError as error:
            raise _refused(error) from None

    def _distinct(self, questions: Iterable[OpenQuestion]) -> list[_Asked]:
        """Each question once, with all plans that wait for it: athletes who ask for the same share an answer."""
        provider, today = self.batches.provider, self.now().date()
        found: dict[str, _Asked] = {}
        for each in questions:
            asked = question_hash(provider, each.question)
            if asked not in found:
                most_usd = most_usd_of(each.question, provider, self.prices, at=today, batched=True)
                size = len(each.question.model_dump_json().encode())
                found[asked] = _Asked(asked, each.question, each.attempt, {}, most_usd, size)
            found[asked].plans[each.plan_id] = each.request_hash
        return list(found.values())

    def _not_in_flight(self, asked: Iterable[_Asked], done: Submitted) -> list[_Asked]:
        in_flight = {each.question for record in self.files.in_flight() for each in record.questions.values()}
        free = []
        for each in asked:
            if each.hash in in_flight:
                done.waiting += each.plans
            else:
                free.append(each)
        return free

    def _chunks(self, asked: Sequence[_Asked]) -> Iterator[list[_Asked]]:
        chunk: list[_Asked] = []
        size = 0
        for each in asked:
            if chunk and (len(chunk) >= self.most_questions or size + each.bytes > self.most_bytes):
                yield chunk
                chunk, size = [], 0
            chunk.append(each)
            size += each.bytes
        if chunk:
            yield chunk

    def _submit(self, asked: Sequence[_Asked], submission_id: str, retry_of: str | None, done: Submitted) -> None:
        """One batch: on record, then committed to the budget, then sent, then on record with its id."""
        number, done.why_left = self._affordable(asked)
        done.left += _plans_of(asked[number:])
        if not number:
            return
        intended = BatchRecord(
            submission_id=submission_id,
            provider=self.batches.provider.name,
            model=self.batches.provider.model,
            run_id=self.run_id,
            intended_at=self.now(),
            questions={custom_id(submission_id, each.hash): each.on_record() for each in asked[:number]},
            retry_of=retry_of,
        )
        self.files.save(intended)
        # From here on nobody asks these questions. Whoever did before has the plan locked, or has an answer.
        free = [each for each in asked[:number] if self._is_free(each, done)]
        if not free:
            self.files.finish(intended, self.now(), closed_because="none of its questions was open any more")
            return
        record = intended.with_(
            questions={intended.custom_id(each.hash): each.on_record() for each in free},
            most_usd=_sum(free) if self.budget.is_counted else None,
        )
        self.files.save(record)
        try:
            with self.budget.reserve(self.run_id, record.most_usd) as commit:
                commit(record.most_usd)
        except BudgetError as error:  # others have spent it meanwhile
            self.files.finish(record, self.now(), closed_because=str(error))
            done.left, done.why_left = done.left + _plans_of(free), str(error)
            return
        self._send(record, {record.custom_id(each.hash): each.question for each in free}, done)

    def _send(self, record: BatchRecord, questions: Mapping[str, Question], done: Submitted) -> None:
        try:
            state = self.batches.submit(questions)
        except CallFailedError as error:
            if not _is_certainly_none(error):
                log.warning("%s; whether %s was submitted shows later", error, record.name)
                done.in_doubt.append(record)
                return
            self.files.finish(record, self.now(), closed_because=str(error))
            if record.most_usd:
                self.budget.correct(record.run_id, -record.most_usd, at=record.intended_at)
            raise _refused(error) from None
        record = record.with_(batch_id=state.batch_id, submitted_at=self.now())
        self.files.save(record)
        done.batches.append(record)

    def _is_free(self, asked: _Asked, done: Submitted) -> bool:
        if any(self.is_busy(plan_id) for plan_id in asked.plans):
            done.busy += asked.plans
            return False
        return self.find(asked.hash) is None

    def _affordable(self, asked: Sequence[_Asked]) -> tuple[int, str | None]:
        """How many of the first of these the budget allows, and why not all."""
        why = self._why_not(asked)
        if why is None:
            return len(asked), None
        allowed, too_many = 0, len(asked)
        while too_many - allowed > 1:
            tried = (allowed + too_many) // 2
            if self._why_not(asked[:tried]) is None:
                allowed = tried
            else:
                too_many = tried
        return allowed, self._why_not(asked[: allowed + 1]) or why

    def _why_not(self, asked: Sequence[_Asked]) -> str | None:
        try:
            with self.budget.reserve(self.run_id, _sum(asked)):
                return None
        except BudgetError as error:
            return str(error)


def _sum(asked: Iterable[_Asked]) -> float | None:
    """What all can cost at most; ``None`` where it is not known of one."""
    total = 0.0
    for each in asked:
        if each.most_usd is None:
            return None
        total += each.most_usd
    return round(total, 9)


def _plans_of(asked: Iterable[_Asked]) -> list[str]:
    return [plan_id for each in asked for plan_id in each.plans]


def _is_certainly_none(error: CallFailedError) -> bool:
    """Whether a provider that failed has made no batch: it said that it would not."""
    status = error.http_status
    return isinstance(status, int) and 400 <= status < 500 and status not in (408, 409)


def _refused(error: CallFailedError) -> OverviewError:
    failure = OverviewUnavailableError if error.is_transient else OverviewError
    return failure(f"no questions are handed in: {error}")
