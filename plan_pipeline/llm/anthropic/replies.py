"""A message of the Messages API as a reply."""

from typing import Any, Final

from pydantic import BaseModel, Field

from plan_pipeline.core.model.model_call import Usage
from plan_pipeline.llm.asking import Reply, StopReason, ToolCall

STOPS: Final = {
    "end_turn": StopReason.DONE,
    "stop_sequence": StopReason.DONE,
    "tool_use": StopReason.TOOL_CALLS,
    "refusal": StopReason.REFUSED,
    "max_tokens": StopReason.CUT_OFF,
    "model_context_window_exceeded": StopReason.CUT_OFF,
    "pause_turn": StopReason.CUT_OFF,
}
"""Of one that is not known here, the calls of tools in the message decide."""


class _CacheCreation(BaseModel):
    ephemeral_1h_input_tokens: int = Field(default=0, ge=0)


class _OutputDetails(BaseModel):
    thinking_tokens: int = Field(default=0, ge=0)


class _Usage(BaseModel):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _CacheCreation | None = None
    output_tokens_details: _OutputDetails | None = None


class _StopDetails(BaseModel):
    category: str | None = None
    explanation: str | None = None


class _Message(BaseModel):
    """What is read of a message. Its content is kept as it came."""

    model: str
    content: list[dict[str, Any]]
    stop_reason: str | None
    stop_details: _StopDetails | None = None
    usage: _Usage


def reply_of(message: Any, request_id: str | None = None) -> Reply:
    """A message, as its JSON, as a reply. Raises ``ValueError`` for what is no message of the API."""
    read = _Message.model_validate(message)
    calls = tuple(
        ToolCall(call_id=block["id"], name=block["name"], arguments=block.get("input"))
        for block in read.content
        if block.get("type") == "tool_use"
    )
    details = read.stop_details
    return Reply(
        model=read.model,
        text="".join(block["text"] for block in read.content if block.get("type") == "text"),
        tool_calls=calls,
        content=read.content,
        stop=STOPS.get(read.stop_reason or "", StopReason.TOOL_CALLS if calls else StopReason.DONE),
        stop_words=read.stop_reason,
        why_refused=(details.explanation or details.category) if details else None,
        usage=_usage(read.usage),
        request_id=request_id,
    )


def _usage(usage: _Usage) -> Usage:
    return Usage(
        input_tokens=usage.input_tokens,
        cache_write_tokens=usage.cache_creation_input_tokens or 0,
        cache_write_1h_tokens=usage.cache_creation.ephemeral_1h_input_tokens if usage.cache_creation else 0,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
        output_tokens=usage.output_tokens,
        thinking_tokens=usage.output_tokens_details.thinking_tokens if usage.output_tokens_details else 0,
    )
