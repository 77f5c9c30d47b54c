"""What a ``ModelDesk`` works with, in memory: answers, a budget, prices, a clock that moves when somebody sleeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, Usage
from plan_pipeline.llm.asking import Provider
from plan_pipeline.llm.desk import BudgetError, ModelDesk, StoredAnswer

STARTED_AT = dt.datetime(2027, 1, 4, 3, tzinfo=dt.UTC)


@dataclass
class Answers:
    """An ``AnswerStore``. ``events`` is shared with the other fakes and says what happened in which order."""

    events: list[str]
    calls: list[ModelCall] = field(default_factory=list)
    replies: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, question: str, *, of_run: str | None = None) -> StoredAnswer | None:
        for call in reversed(self.calls):
            if call.question == question and call.outcome.has_answer and of_run in (None, call.run_id):
                return StoredAnswer(call, self.replies[call.call_id])
        return None

    def keep(self, call: ModelCall, reply: Mapping[str, Any] | None) -> None:
        self.events.append(f"kept {call.outcome}")
        self.calls.append(call)
        if reply is not None:
            self.replies[call.call_id] = reply

    def settle(self, call: ModelCall, outcome: CallOutcome, problems: int) -> None:
        self.events.append(f"settled {outcome} with {problems} problems")


@dataclass
class Money:
    """``Budget`` and ``Prices``: a dollar a thousand tokens of output, and nothing else."""

    events: list[str]
    left_usd: float = 100.0
    reserved_usd: float = 0.0

    @contextmanager
    def reserve(self, run_id: str, at_most_usd: float | None) -> Iterator[Callable[[float | None], None]]:
        most_usd = at_most_usd or 0.0
        if most_usd > self.left_usd - self.reserved_usd:
            raise BudgetError(f"${self.left_usd:.2f} are left")
        self.events.append(f"reserved ${most_usd:.2f}")
        self.reserved_usd += most_usd
        try:
            yield self._spend
        finally:
            self.reserved_usd -= most_usd
            self.events.append("released")

    def cost_usd(self, model: str, usage: Usage, *, at: dt.date, batched: bool = False) -> float | None:
        return usage.output_tokens / 1000 * (0.5 if batched else 1)

    def most_usd(
        self, model: str, prompt_characters: int, max_tokens: int, *, at: dt.date, batched: bool = False
    ) -> float | None:
        assert prompt_characters > 0
        return max_tokens / 1000 * (0.5 if batched else 1)

    def _spend(self, cost_usd: float | None) -> None:
        self.left_usd -= cost_usd or 0.0
        self.events.append(f"spent ${cost_usd or 0.0:.3f}")


@dataclass
class Pool:
    """A pool of one place."""

    events: list[str]
    is_taken: bool = False

    @contextmanager
    def place(self) -> Iterator[None]:
        assert not self.is_taken
        self.is_taken = True
        self.events.append("place taken")
        try:
            yield
        finally:
            self.is_taken = False
            self.events.append("place given back")


@dataclass
class Fakes:
    """All of them, and desks that use them."""

    events: list[str] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Answers(self.events)
        self.money = Money(self.events)
        self.pool = Pool(self.events)

    def desk(self, provider: Provider, **options: Any) -> ModelDesk:
        """A desk for the run ``run-1``, whose waits take no time and whose chance is always the middle."""
        fields = {
            "run_id": "run-1",
            "place": self.pool.place,
            "sleep": self._sleep,
            "clock": lambda: sum(self.waits_s),
            "now": lambda: STARTED_AT + dt.timedelta(seconds=sum(self.waits_s)),
            "chance": lambda: 0.5,
        }
        return ModelDesk(provider, self.answers, self.money, self.money, **{**fields, **options})

    def _sleep(self, wait_s: float) -> None:
        assert not self.pool.is_taken and self.money.reserved_usd == 0.0
        self.waits_s.append(wait_s)
        self.events.append("slept")
