"""What the plans of a run ask of models, plan by plan: the calls they rest on, the wait for them, what was paid."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, StoredAnswer
from plan_pipeline.llm.desk import AnswerStore, Budget, BudgetError, ModelDesk

Call = Callable[[], AbstractContextManager[None]]


@dataclass
class CallLog:
    """Notes what is asked at the desks that it is put ``between``, for one plan after the other.

    Of the plan since ``begin``: ``call_ids``, the calls whose answers were read or that went without one, each once;
    ``waited_s``, the seconds that models took; ``over_budget``, why no more was asked for it, where a budget said so.
    Of the whole run: ``paid_usd``, ``unpriced`` calls, whose cost is not known, and ``why``, what a budget said last.

    Once a budget allows no further call, none is made: of the plans left, those would otherwise come first that are
    cheap, and what came out would be of other plans than were asked for. Answers that are there are still used.
    """

    call_ids: list[str] = field(default_factory=list)
    waited_s: float = 0.0
    over_budget: str | None = None
    paid_usd: float = 0.0
    unpriced: int = 0
    why: str | None = None
    _spent: str | None = None

    @property
    def is_spent(self) -> bool:
        """Whether a budget has stopped the run."""
        return self._spent is not None

    def begin(self) -> None:
        """Go on to the next plan."""
        self.call_ids = []
        self.waited_s = 0.0
        self.over_budget = None

    def between(self, desk: ModelDesk) -> ModelDesk:
        """The same desk, with what is asked at it noted."""
        return replace(
            desk,
            answers=_NotedAnswers(desk.answers, self),
            budget=_NotedBudget(desk.budget, self),
            sleep=self._timed_sleep(desk.sleep),
        )

    def timed(self, call: Call) -> Call:
        """The same context for calls, with the time that is spent in it counted as waiting."""

        @contextmanager
        def counted() -> Iterator[None]:
            with self._waiting(), call():
                yield

        return counted

    def _timed_sleep(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        def counted(seconds: float) -> None:
            with self._waiting():
                sleep(seconds)

        return counted

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.waited_s += time.perf_counter() - started

    def note(self, call: ModelCall) -> None:
        """The plan rests on a call."""
        if call.call_id not in self.call_ids:
            self.call_ids.append(call.call_id)

    def note_paid(self, call: ModelCall) -> None:
        """The run has made a call."""
        self.note(call)
        self.paid_usd += call.cost_usd or 0.0
        self.unpriced += call.cost_usd is None and call.outcome.has_answer

    def check(self, *, has_price: bool) -> None:
        """Raise ``BudgetError`` where a budget has stopped the run; one that no price can be held to stops nothing."""
        if has_price and self._spent is not None:
            self.over_budget = self._spent
            raise BudgetError(self._spent)

    def note_over_budget(self, error: BudgetError, *, has_price: bool) -> None:
        """A budget did not allow a call."""
        self.over_budget = self.why = str(error)
        if has_price:
            self._spent = str(error)


@dataclass(frozen=True)
class _NotedAnswers:
    """An ``AnswerStore``."""

    answers: AnswerStore
    log: CallLog

    def find(self, question: str, *, of_run: str | None = None) -> StoredAnswer | None:
        found = self.answers.find(question, of_run=of_run)
        if found is not None:
            self.log.note(found.call)
        return found

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        self.answers.keep(call, reply)
        self.log.note_paid(call)

    def settle(self, call: ModelCall, outcome: CallOutcome, problems: int) -> None:
        self.answers.settle(call, outcome, problems)


@dataclass(frozen=True)
class _NotedBudget:
    """A ``Budget``."""

    budget: Budget
    log: CallLog

    @contextmanager
    def reserve(self, run_id: str, at_most_usd: float | None) -> Iterator[Callable[[float | None], None]]:
        has_price = at_most_usd is not None
        self.log.check(has_price=has_price)
        with ExitStack() as reserved:
            try:
                settle = reserved.enter_context(self.budget.reserve(run_id, at_most_usd))
            except BudgetError as error:
                self.log.note_over_budget(error, has_price=has_price)
                raise
            yield settle
