"""The one place where a model is asked: an answer that is there is used, a budget holds, a failed call is repeated.

In this order: the stored answer, the budget, a place in the pool, the call, and then the record of it with its answer
before anything is done with either.
"""

import datetime as dt
import json
import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, StoredAnswer, Usage
from plan_pipeline.llm.asking import CallFailedError, Provider, Question, Reply, StopReason, question_hash

log = logging.getLogger(__name__)

FIRST_WAIT_S: Final = 1.0
"""Before the first repeat of a call whose provider does not say how long to wait; it doubles with each."""

JITTER: Final = 0.25
"""The share of a wait that is left to chance, so that runs which failed together do not come back together."""

WAIT_VARIABLE: Final = "PLAN_PIPELINE_LLM_LONGEST_WAIT_S"

_OUTCOMES: Final = {StopReason.REFUSED: CallOutcome.REFUSED, StopReason.CUT_OFF: CallOutcome.CUT_OFF}
"""Of answers that are none to be read."""


def utc_now() -> dt.datetime:
    """The time of day, with its zone."""
    return dt.datetime.now(dt.UTC)


class AnswerStore(Protocol):
    """Where calls and their answers are kept, for good and by question."""

    def find(self, question: str, *, of_run: str | None = None) -> StoredAnswer | None:
        """The latest answer to a question by its hash; with ``of_run`` only one that this run paid for."""
        ...

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        """Store a call with its answer, durable when it returns."""
        ...

    def settle(self, call: ModelCall, outcome: CallOutcome, problems: int) -> None:
        """Say what became of an answer when it was read."""
        ...


class Budget(Protocol):
    """What may be spent, by run and by day, over all processes of an installation."""

    def reserve(self, run_id: str, at_most_usd: float | None) -> AbstractContextManager[Callable[[float | None], None]]:
        """Set aside what a call can cost at most; within it, the given function is called with what it did cost.

        Raises ``BudgetError`` where that would pass the budget of the run or the day.
        """
        ...


class BudgetError(Exception):
    """The budget of the run or of the day does not allow another call; the message says which and what is left."""


class Prices(Protocol):
    """What models cost."""

    def cost_usd(self, model: str, usage: Usage, *, at: dt.date, batched: bool = False) -> float | None:
        """What a call cost; ``None`` for a model without a price."""
        ...

    def most_usd(
        self, model: str, prompt_characters: int, max_tokens: int, *, at: dt.date, batched: bool = False
    ) -> float | None:
        """What a call can cost at most; ``None`` for a model without a price."""
        ...


class Answer(NamedTuple):
    """An answer and the call that brought it. ``is_new`` says that it was paid just now."""

    call: ModelCall
    reply: Reply
    is_new: bool


def stored_answer(found: StoredAnswer | None) -> Answer | None:
    """What an ``AnswerStore`` has found, as an answer."""
    return None if found is None else Answer(found.call, Reply.model_validate(found.reply), is_new=False)


class Desk(Protocol):
    """Where a conversation gets its answers."""

    @property
    def provider(self) -> Provider: ...

    def ask(self, question: Question, attempt: int) -> Answer:
        """The answer to a question; ``attempt`` counts those of a conversation from 1. Raises ``CallFailedError``."""
        ...

    def settle(self, answer: Answer, problems: int) -> None:
        """Record whether an answer was accepted, which it was without problems."""
        ...


@dataclass(frozen=True)
class ModelDesk:
    """Asks one model for one run.

    ``place`` gives a place to make a call from; it is given back between repeats. ``retries`` is how often a call
    that failed for a passing reason is repeated, each time after the provider's ``retry-after`` or a doubling wait, at
    most ``longest_wait_s`` seconds; a longer ``retry-after`` ends the call at once. ``renew`` asks anew what this run
    has not asked yet. ``clock`` counts seconds for latencies, ``chance`` gives numbers from 0 to 1 for jitter.
    """

    provider: Provider
    answers: AnswerStore
    budget: Budget
    prices: Prices
    run_id: str
    place: Callable[[], AbstractContextManager[None]] = nullcontext
    retries: int = 2
    longest_wait_s: float = 60.0
    renew: bool = False
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = utc_now
    chance: Callable[[], float] = random.random

    def ask(self, question: Question, attempt: int) -> Answer:
        """The answer to a question, asked or found. ``attempt`` counts the questions of a conversation from 1.

        Raises ``CallFailedError`` where none came, with a message that says how often it was asked. ``BudgetError`` and
        what ``place`` raises come before a call, which is then not made.
        """
        asked = question_hash(self.provider, question)
        if (found := self._found(asked)) is not None:
            return found
        repeats = 0
        while True:
            try:
                return self._call(question, asked, attempt)
            except CallFailedError as error:
                wait_s = self._wait_s(error, repeats)
                log.warning("%s; asked again in %.1f s", error, wait_s)
            self.sleep(wait_s)
            repeats += 1

    def settle(self, answer: Answer, problems: int) -> None:
        """Record whether an answer was accepted, which it was without problems."""
        outcome = CallOutcome.SENT_BACK if problems else CallOutcome.ACCEPTED
        if answer.call.outcome is not outcome or answer.call.problems != problems:
            self.answers.settle(answer.call, outcome, problems)

    def _found(self, asked: str) -> Answer | None:
        """The stored answer to a question by its hash."""
        return stored_answer(self.answers.find(asked, of_run=self.run_id if self.renew else None))

    def _call(self, question: Question, asked: str, attempt: int) -> Answer:
        """One request over the network, on record whatever comes of it, and paid from the budget."""
        most_usd = most_usd_of(question, self.provider, self.prices, at=self.now().date())
        with self.budget.reserve(self.run_id, most_usd) as settle, self.place():
            if (found := self._found(asked)) is not None:  # which another run has paid while this one waited
                settle(0.0)
                return found
            record = _Record(self, question, asked, attempt)
            try:
                reply = self.provider.ask(question)
            except CallFailedError as error:
                call = record.of(error)
                self.answers.keep(call, None)
                settle(most_usd if _may_be_paid(error) else call.cost_usd or 0.0)
                raise
            call = record.of(reply)
            self.answers.keep(call, reply.model_dump(mode="json"))
            settle(call.cost_usd)
        return Answer(call, reply, is_new=True)

    def _wait_s(self, error: CallFailedError, repeats: int) -> float:
        """How long to wait before a call is repeated; raises its error where it is not."""
        asks_for_s = error.retry_after_s
        if error.is_transient and asks_for_s is not None and asks_for_s > self.longest_wait_s:
            raise error.in_words(
                f"{error}. The provider asks to wait {asks_for_s:,.0f} s, longer than {WAIT_VARIABLE} allows "
                f"({self.longest_wait_s:g} s)"
            ) from None
        if not error.is_transient or repeats >= self.retries:
            raise error.in_words(f"{error} (asked {repeats + 1} times)") if repeats else error from None
        if asks_for_s is not None:
            return asks_for_s
        return min(FIRST_WAIT_S * 2.0**repeats, self.longest_wait_s) * (1 - JITTER * self.chance())


class _Record:
    """What is written down of one request, from just before it."""

    def __init__(self, desk: ModelDesk, question: Question, asked: str, attempt: int) -> None:
        self._desk = desk
        self._started = desk.clock()
        self._asked_at = desk.now()
        self._known: dict[str, Any] = {
            "call_id": new_call_id(self._asked_at),
            "question": asked,
            "plan_id": question.plan_id,
            "purpose": question.purpose,
            "provider": desk.provider.name,
            "model": desk.provider.model,
            "attempt": attempt,
            "run_id": desk.run_id,
            "prompt_version": question.prompt_version,
            "config_version": question.config_version,
            "asked_at": self._asked_at,
        }

    def of(self, result: Reply | CallFailedError) -> ModelCall:
        """The record of what came of it: an answer, whether it can be used or not, or a failure and what it cost."""
        cost_usd = None
        if result.usage is not None:
            cost_usd = self._desk.prices.cost_usd(self._desk.provider.model, result.usage, at=self._asked_at.date())
        return ModelCall(
            **self._known,
            **ending_of(result),
            http_status=result.http_status if isinstance(result, CallFailedError) else None,
            latency_ms=round((self._desk.clock() - self._started) * 1000, 1),
            cost_usd=cost_usd,
        )


def ending_of(result: Reply | CallFailedError) -> dict[str, Any]:
    """How a call ended and the tokens it took, as fields of a ``ModelCall``."""
    tokens = result.usage.model_dump() if result.usage is not None else {}
    if isinstance(result, CallFailedError):
        return {**tokens, "outcome": result.outcome, "request_id": result.request_id}
    outcome = _OUTCOMES.get(result.stop, CallOutcome.ANSWERED)
    return {**tokens, "outcome": outcome, "stop_reason": result.stop_words, "request_id": result.request_id}


def _may_be_paid(error: CallFailedError) -> bool:
    """Whether a model may have answered at a price that nobody knows: a budget then counts the most it can be."""
    is_lost = error.is_transient and error.outcome in (CallOutcome.TIMED_OUT, CallOutcome.UNREADABLE)
    return is_lost and error.usage is None


def most_usd_of(
    question: Question, provider: Provider, prices: Prices, *, at: dt.date, batched: bool = False
) -> float | None:
    """What an answer to a question can cost at most; ``None`` for a model without a price."""
    characters = len(json.dumps(question.model_dump(mode="json"), ensure_ascii=False))
    return prices.most_usd(provider.model, characters, provider.max_tokens, at=at, batched=batched)


def new_call_id(asked_at: dt.datetime) -> str:
    """An id that no other call has, and that sorts by when a call was made."""
    return call_id_of(asked_at, uuid.uuid4().hex)


def call_id_of(asked_at: dt.datetime, told_apart_by: str) -> str:
    """An id that sorts by when a call was made, with the first twelve hexadecimal digits that tell it from others."""
    return f"{asked_at.astimezone(dt.UTC):%Y%m%dT%H%M%S%fZ}-{told_apart_by[:12]}"
