"""Collecting batches: what came of each question is stored as a call, once, in whatever order it is read."""

import datetime as dt
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall
from plan_pipeline.core.wording import counted
from plan_pipeline.llm.asking import CallFailedError, Reply
from plan_pipeline.llm.batches import QuestionBatches
from plan_pipeline.llm.desk import Prices, call_id_of, ending_of, utc_now
from plan_pipeline.services.models.batches import BatchBudget, settle_doubts
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.batch_files import BatchFiles, BatchRecord

log = logging.getLogger(__name__)

STORES_FOR_S: Final = 20.0
"""How long a tick stores answers, some ten milliseconds each; Dagster gives a sensor a minute."""

RESULTS_KEPT_FOR: Final = dt.timedelta(days=29)
"""How long the provider has the results of a batch."""

ENDS_WITHIN: Final = dt.timedelta(hours=25)
"""When a batch has ended, at the latest, with an hour to spare. One that is not found before is not given up: the key
may be another for a while."""

NOT_FOUND: Final = 404


@dataclass(frozen=True)
class BatchCollection:
    """Collects batches. ``open_batches`` connects to the provider, and is called where there is something to collect.

    ``stores_for_s`` is how long it goes on storing answers before it leaves the others to the next time, by ``clock``.
    """

    files: BatchFiles
    answers: AnswerFiles
    open_batches: Callable[[], QuestionBatches]
    budget: BatchBudget
    prices: Prices
    now: Callable[[], dt.datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    stores_for_s: float = STORES_FOR_S

    def collect(self) -> list[str]:
        """Store what there is of all batches; returns how each one stands, a sentence each.

        A batch that the provider does not tell of is left to the next time. Raises ``BatchesBusyError`` while another
        process submits or collects, and ``OverviewError`` where the provider cannot be asked.
        """
        with self.files.lock(timeout_s=0):
            if not self.files.in_flight():
                return []
            until = self.clock() + self.stores_for_s
            messages = []
            try:
                settle_doubts(self.files, self._batches, self.now())
            except CallFailedError as error:
                messages.append(f"whether a batch was submitted is not known: {error}")
            for record in self.files.in_flight():
                try:
                    messages.append(self._collect(record, until))
                except CallFailedError as error:
                    messages.append(f"{record.name} is not collected yet: {error}")
            return messages

    @cached_property
    def _batches(self) -> QuestionBatches:
        return self.open_batches()

    def _collect(self, record: BatchRecord, until: float) -> str:
        if record.batch_id is None:
            return f"it is not known yet whether {record.name} was submitted"
        age = self.now() - record.since
        if age > RESULTS_KEPT_FOR:
            return self._give_up(record, f"its results are kept for {RESULTS_KEPT_FOR.days} days only")
        try:
            state = self._batches.state(record.batch_id)
        except CallFailedError as error:
            is_unknown = error.http_status == NOT_FOUND and error.outcome is CallOutcome.INVALID_REQUEST
            if is_unknown and age > ENDS_WITHIN:
                return self._give_up(record, "the provider no longer has it")
            if is_unknown:
                return (
                    f"the provider does not know {record.name}: check whether the API key is the one it was made with"
                )
            raise
        if not state.has_ended:
            return f"{record.name} is being answered, {counted(state.waiting, 'question')} of {state.questions} left"
        return self._store(record, record.batch_id, until)

    def _give_up(self, record: BatchRecord, why: str) -> str:
        log.error("%s is given up, with %d questions: %s", record.name, len(record.questions), why)
        self.files.finish(record, self.now(), closed_because=why)
        return f"{record.name} is given up: {why}"

    def _store(self, record: BatchRecord, batch_id: str, until: float) -> str:
        """Store the results that are not stored yet. The batch is collected when each has been seen in one reading."""
        outcomes: Counter[CallOutcome] = Counter()
        spent_usd: float | None = 0.0
        seen: set[str] = set()
        to_retry: list[str] = []
        for custom_id, result in self._batches.results(batch_id):
            if custom_id not in record.questions:
                log.warning("%s has a result for %r, which was not asked", record.name, custom_id)
                continue
            call = self._call(record, batch_id, custom_id, result)
            if self.answers.load(call.question, call.call_id) is None:
                if self.clock() >= until:
                    left = len(record.questions) - len(seen)
                    return f"{counted(left, 'answer')} of {record.name} are left to the next tick"
                self.answers.keep(call, result.model_dump(mode="json") if isinstance(result, Reply) else None)
            seen.add(custom_id)
            outcomes[call.outcome] += 1
            if isinstance(result, Reply):
                spent_usd = None if spent_usd is None or call.cost_usd is None else spent_usd + call.cost_usd
            elif result.is_transient:
                to_retry.append(custom_id)
        if missing := record.questions.keys() - seen:
            return (
                f"{record.name} has ended, and {counted(len(missing), 'result')} of it did not arrive: read again soon"
            )
        return self._collected(record, outcomes, spent_usd, to_retry)

    def _collected(
        self, record: BatchRecord, outcomes: Mapping[CallOutcome, int], spent_usd: float | None, to_retry: list[str]
    ) -> str:
        """First on record, then corrected: a budget that is cut short in between counts the most that it can be."""
        counts = {outcome.value: number for outcome, number in sorted(outcomes.items())}
        again = () if record.retry_of else tuple(sorted(to_retry))
        self.files.save(record.with_(collected_at=self.now(), counts=counts, to_retry=again))
        if spent_usd is not None:
            self.budget.correct(record.run_id, spent_usd - (record.most_usd or 0.0), at=record.intended_at)
        told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
        return f"{record.name} is collected: {told}"

    def _call(self, record: BatchRecord, batch_id: str, custom_id: str, result: Reply | CallFailedError) -> ModelCall:
        """A result as a call, the same whenever it is read."""
        asked = record.questions[custom_id]
        cost_usd = None
        if result.usage is not None:
            cost_usd = self.prices.cost_usd(record.model, result.usage, at=record.since.date(), batched=True)
        # The id is the same for the same result, so that nothing is stored twice.
        digest = hashlib.sha256(f"{batch_id}/{custom_id}".encode()).hexdigest()
        return ModelCall(
            call_id=call_id_of(record.since, digest),
            question=asked.question,
            plan_id=min(asked.plans),
            purpose=asked.purpose,
            provider=record.provider,
            model=record.model,
            attempt=asked.attempt,
            run_id=record.run_id,
            batch_id=batch_id,
            prompt_version=asked.prompt_version,
            config_version=asked.config_version,
            **ending_of(result),
            cost_usd=cost_usd,
            asked_at=record.since,
        )
