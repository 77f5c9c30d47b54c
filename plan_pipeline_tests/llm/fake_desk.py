"""A provider and a desk without network, disk and money: what a model would say is given by a function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall, Usage
from plan_pipeline.llm.asking import Question, Reply, StopReason, ToolCall, question_hash
from plan_pipeline.llm.desk import Answer, ModelDesk

Says = Callable[[Question, int], Reply]
"""What a model answers to a question, given how often it was asked before."""


def says(answer: object) -> Reply:
    """A structured answer, or text that is none."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return Reply(model="a-model", text=text, content=text, stop=StopReason.DONE, usage=Usage(output_tokens=len(text)))


def calls(*given: tuple[str, object]) -> Reply:
    """An answer that calls tools, each by its name with its arguments."""
    made = tuple(ToolCall(call_id=f"call-{i}", name=name, arguments=what) for i, (name, what) in enumerate(given))
    return Reply(model="a-model", tool_calls=made, content="calls", stop=StopReason.TOOL_CALLS, usage=Usage())


@dataclass
class FakeProvider:
    """Answers by a function, and remembers what it was asked."""

    answer: Says
    name: str = "anthropic"
    model: str = "a-model"
    max_tokens: int = 20_000
    asked: list[Question] = field(default_factory=list)

    @property
    def settings(self) -> Mapping[str, str]:
        return {}

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return self.answer(question, len(self.asked) - 1)


@dataclass(frozen=True)
class FakeDesk(ModelDesk):
    """A desk that passes every question on, and remembers how each answer was settled."""

    settled: list[int] = field(default_factory=list)

    def ask(self, question: Question, attempt: int) -> Answer:
        reply = self.provider.ask(question)
        call = ModelCall(
            call_id=f"{attempt}",
            question=question_hash(self.provider, question),
            plan_id=question.plan_id,
            purpose=question.purpose,
            provider=self.provider.name,
            model=reply.model,
            attempt=attempt,
            run_id=self.run_id,
            prompt_version=question.prompt_version,
            config_version=question.config_version,
            outcome=CallOutcome.ANSWERED,
            asked_at=datetime.now(UTC),
        )
        return Answer(call, reply, is_new=True)

    def settle(self, answer: Answer, problems: int) -> None:
        self.settled.append(problems)


@contextmanager
def _free(run_id: str, at_most_usd: float | None) -> Iterator[Callable[[float | None], None]]:
    yield lambda _: None


def fake_desk(answer: Says) -> FakeDesk:
    """A desk whose model answers by a function."""
    nothing: Any = None
    return FakeDesk(FakeProvider(answer), answers=nothing, budget=nothing, prices=nothing, run_id="a-run")
