"""What is asked of a model and what it answers, in no provider's spelling; and what a provider has to do.

A conversation is a sequence of turns; each question carries all of it, so that the same question has the same hash
whoever asks it, and its answer can be kept.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallOutcome, CallPurpose, Usage


class Told(Frozen):
    """What we say."""

    text: str


class Answered(Frozen):
    """What the model said before, in the form in which its provider takes it back."""

    content: Any


class ToolResult(Frozen):
    """What came of one call of a tool."""

    call_id: str
    name: str
    text: str
    is_error: bool = False


class ToolResults(Frozen):
    """What came of the calls of the turn before, every one of them."""

    results: tuple[ToolResult, ...] = Field(min_length=1)


Turn = Told | Answered | ToolResults


class Tool(Frozen):
    """A tool that the model may call. ``schema_`` is the JSON Schema of its input; its limits are ours to check."""

    name: str
    description: str
    schema_: Mapping[str, Any]


class Question(Frozen):
    """All that is sent for one answer.

    ``system`` is the same for all plans, so that providers can cache it. With ``answer_schema`` the answer is one JSON
    object of that form; with ``tools`` it is calls of them. ``prompt_version`` is the hash of the prompt files, and
    ``config_version`` that of the planning configuration, whose numbers are in the prompt.
    """

    purpose: CallPurpose
    plan_id: str
    system: str
    turns: tuple[Turn, ...] = Field(min_length=1)
    answer_schema: Mapping[str, Any] | None = None
    tools: tuple[Tool, ...] = ()
    prompt_version: str
    config_version: str

    def followed_by(self, *turns: Turn) -> "Question":
        """The next question of the conversation."""
        return self.model_copy(update={"turns": (*self.turns, *turns)})


class StopReason(StrEnum):
    """Why an answer ended."""

    DONE = "done"
    TOOL_CALLS = "tool_calls"
    REFUSED = "refused"
    CUT_OFF = "cut_off"


class ToolCall(Frozen):
    """A call of a tool. ``arguments`` is what the model gave, whatever that is; ``None`` where it was no JSON."""

    call_id: str
    name: str
    arguments: Any


class Reply(Frozen):
    """An answer. ``content`` is its whole message for the next turn; ``stop_words`` is the provider's own stop reason.

    ``why_refused`` is what the provider says of a refusal, where it says anything.
    """

    model: str
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    content: Any
    stop: StopReason
    stop_words: str | None = None
    why_refused: str | None = None
    usage: Usage
    request_id: str | None = None


class CallFailedError(Exception):
    """A call that brought no answer; the message says why and what to do, for the person who runs the installation.

    ``is_transient``: the same call may work later, after ``retry_after_s`` where the provider says so. ``usage`` is
    what was paid nevertheless.
    """

    def __init__(
        self,
        message: str,
        outcome: CallOutcome,
        *,
        is_transient: bool = False,
        retry_after_s: float | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.is_transient = is_transient
        self.retry_after_s = retry_after_s
        self.http_status = http_status
        self.request_id = request_id
        self.usage = usage

    def in_words(self, message: str) -> "CallFailedError":
        """The same failure with another message."""
        return CallFailedError(
            message,
            self.outcome,
            is_transient=self.is_transient,
            retry_after_s=self.retry_after_s,
            http_status=self.http_status,
            request_id=self.request_id,
            usage=self.usage,
        )


class ProviderSetupError(CallFailedError):
    """A provider that cannot be asked as the installation is set up; the message says what to set."""

    def __init__(self, message: str) -> None:
        super().__init__(message, CallOutcome.NOT_ALLOWED)


class Provider(Protocol):
    """A service that runs models. ``settings`` is what beside the question decides an answer: effort, room for it."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def max_tokens(self) -> int: ...

    @property
    def settings(self) -> Mapping[str, str]: ...

    def ask(self, question: Question) -> Reply:
        """One request over the network, never repeated by itself. Raises ``CallFailedError`` where no answer came."""
        ...


def question_hash(provider: Provider, question: Question) -> str:
    """The hash of all that decides an answer, 32 hexadecimal digits.

    Neither the plan's id nor its arm or seed is part of it: whoever asks the same pays once.
    """
    content = question.model_dump(mode="json", exclude={"plan_id"})
    asked = {"provider": provider.name, "model": provider.model, "settings": dict(provider.settings), **content}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]
