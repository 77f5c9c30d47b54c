"""The one place where a model is asked: an answer that is there is used, a budget holds, a failed call is repeated.

In this order: the stored answer, the budget, a place in the pool, the call, and then the record of it with its answer
before anything is done with either.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, StoredAnswer, Usage
from plan_pipeline.llm.asking import Provider, Question, Reply


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

    def most_usd(self, model: str, prompt_characters: int, max_tokens: int, *, at: dt.date) -> float | None:
        """What a call can cost at most; ``None`` for a model without a price."""
        ...


class Answer(NamedTuple):
    """An answer and the call that brought it. ``is_new`` says that it was paid just now."""

    call: ModelCall
    reply: Reply
    is_new: bool


@dataclass(frozen=True)
class ModelDesk:
    """Asks one model for one run.

    ``place`` gives a place to make a call from; it is given back between repeats. ``retries`` is how often a call
    that failed for a passing reason is repeated, each time after the provider's ``retry-after`` or a doubling wait, at
    most ``longest_wait_s``; a longer ``retry-after`` ends the call at once. ``renew`` asks anew what this run has not
    asked yet.
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

    def ask(self, question: Question, attempt: int) -> Answer:
        """The answer to a question, asked or found.

        Raises ``CallFailedError`` where none came, and ``BudgetError``.
        """
        raise NotImplementedError

    def settle(self, answer: Answer, problems: int) -> None:
        """Record whether an answer was accepted, which it was without problems."""
        outcome = CallOutcome.SENT_BACK if problems else CallOutcome.ACCEPTED
        if answer.call.outcome is not outcome or answer.call.problems != problems:
            self.answers.settle(answer.call, outcome, problems)
