"""Batches of questions: who has them, that nobody pays for a question in one, and whether one was submitted at all."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, StoredAnswer
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.llm.asking import CallFailedError, ProviderSetupError
from plan_pipeline.llm.batches import QuestionBatches
from plan_pipeline.llm.desk import AnswerStore, Budget
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.model_calls.batch_files import BatchFiles, BatchRecord, waiting_plans
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import request_hash

log = logging.getLogger(__name__)

HAS_BATCHES: Final = BY_ANTHROPIC
"""The provider whose questions can be handed in as a batch."""

MOST_RECENT: Final = 1_000
"""Batches of an account that are looked through for one whose id is not known."""

CLOCK_TOLERANCE: Final = dt.timedelta(minutes=1)
"""By how much the provider's clock may be behind this machine's."""

SURELY_LISTED_AFTER: Final = dt.timedelta(minutes=10)
"""When a batch that was submitted is in the provider's list, counted from when the list was first looked at."""

NEVER_SUBMITTED: Final = "it was never submitted"


class BatchBudget(Budget, Protocol):
    """A budget that a batch is taken from as a whole, by the most that it can cost, and corrected when it is known."""

    @property
    def is_counted(self) -> bool:
        """Whether what is spent is counted."""
        ...

    def correct(self, run_id: str, usd: float, *, at: dt.datetime) -> None:
        """Count what a run spent at a time beyond what was counted then; less than nothing gives something back."""
        ...


def question_batches(settings: Settings, *, timeout_s: float) -> QuestionBatches:
    """The batches of this installation, each request with a timeout.

    Imports the provider's SDK, which takes seconds. Raises ``OverviewError`` where the provider cannot be asked.
    """
    from plan_pipeline.llm.anthropic.batches import AnthropicBatches
    from plan_pipeline.llm.anthropic.provider import AnthropicProvider
    from plan_pipeline.llm.configured import configured_provider

    try:
        provider = configured_provider(settings.model_copy(update={"llm_timeout_s": timeout_s}), HAS_BATCHES)
    except ProviderSetupError as error:
        raise OverviewError(f"no questions are handed in or collected: {error}") from None
    assert isinstance(provider, AnthropicProvider)
    return AnthropicBatches(provider)


@dataclass(frozen=True)
class AnswersInBatches:
    """An ``AnswerStore`` that has nobody ask what a batch is being asked: the answer would be paid twice."""

    answers: AnswerStore
    batches: BatchFiles

    def find(self, question: str, *, of_run: str | None = None) -> StoredAnswer | None:
        """The latest stored answer. Raises ``OverviewUnavailableError`` where there is none yet, but a batch has it."""
        found = self.answers.find(question, of_run=of_run)
        if found is None:
            for record in self.batches.in_flight():
                if record.custom_id(question) in record.questions:
                    raise OverviewUnavailableError(waiting_message(record))
        return found

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        self.answers.keep(call, reply)

    def settle(self, call: ModelCall, outcome: CallOutcome, problems: int) -> None:
        self.answers.settle(call, outcome, problems)


def not_in_batches(answers: AnswerStore, data: DataFolder) -> AnswersInBatches:
    """The answers, for whoever would pay for those that are missing."""
    return AnswersInBatches(answers, BatchFiles(data))


def waiting_message(record: BatchRecord) -> str:
    """Why a question is not asked, for the person who would have it answered now."""
    return (
        f"the question is in {record.name}, submitted at {record.since:%Y-%m-%d %H:%M} UTC, and is not paid a second "
        "time: the sensor overview_answers collects the answer, within a day, and has the plan made"
    )


def plans_waiting(plans: PlanStore, plan_ids: Iterable[str]) -> dict[str, BatchRecord]:
    """Those of some plans for whose request a batch is being asked, each with the batch."""
    waiting = waiting_plans(BatchFiles(plans.data).in_flight())
    asked_for = {plan_id for plan_id, _ in waiting}
    found = {}
    for plan_id in plan_ids:
        if plan_id in asked_for:
            with suppress(StorageError):  # whoever makes the plan says what is wrong with it
                record = waiting.get((plan_id, request_hash(plans.load_request(plan_id))))
                if record is not None:
                    found[plan_id] = record
    return found


def settle_doubts(files: BatchFiles, batches: QuestionBatches, now: dt.datetime) -> None:
    """Find the batches of which it is not known whether they were submitted, or free their questions.

    For whoever holds the lock of the files. Raises ``CallFailedError`` where the provider did not answer.
    """
    for record in files.open():
        if record.batch_id is None and record.done_at is None:
            _settle_doubt(record, files, batches, now)


def _settle_doubt(record: BatchRecord, files: BatchFiles, batches: QuestionBatches, now: dt.datetime) -> None:
    known = files.known_batches()
    possible = [
        state
        for state in batches.recent(MOST_RECENT, record.intended_at - CLOCK_TOLERANCE)
        if state.batch_id not in known and state.questions == len(record.questions)
    ]
    for state in possible:
        if state.has_ended and _is_of(record, batches, state.batch_id):
            log.warning("%s is %s: it was submitted before its process ended", state.batch_id, record.name)
            files.save(record.with_(batch_id=state.batch_id, submitted_at=state.created_at))
            return
    if not all(state.has_ended for state in possible):
        return
    if record.doubted_at is None:
        files.save(record.with_(doubted_at=now))
    elif now - record.doubted_at >= SURELY_LISTED_AFTER:
        log.warning("%s was never submitted, so its questions may be asked", record.name)
        files.finish(record, now, closed_because=NEVER_SUBMITTED)


def _is_of(record: BatchRecord, batches: QuestionBatches, batch_id: str) -> bool:
    """Whether a batch that has ended is a record's, which its ids tell."""
    try:
        custom_id, _ = next(iter(batches.results(batch_id)))
    except StopIteration:
        return False
    except CallFailedError as error:
        if error.is_transient:
            raise
        log.warning("%s is passed over, since its results cannot be read: %s", batch_id, error)
        return False
    return custom_id.startswith(record.prefix)
