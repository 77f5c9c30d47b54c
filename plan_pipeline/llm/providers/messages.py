"""From a question to pydantic-ai's messages, and from its response to a reply.

Imports pydantic-ai, so it is imported where a model is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ThinkingPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.tools import ToolDefinition

from plan_pipeline.core.model.model_call import Usage
from plan_pipeline.llm.asking import Answered, Question, Reply, StopReason, Told, ToolCall, Turn
from plan_pipeline.strict_input.input_limits import StrictInputError
from plan_pipeline.strict_input.strict_json import parse_json

ANSWER_NAME = "answer"
"""What the schema of an answer is called; some APIs want a name."""

NOT_SENT_BACK = ("timestamp", "usage", "provider_url", "run_id", "conversation_id", "metadata", "workspace_ref")
"""Fields of a response that its provider does not want back, and that differ although the answer is the same."""

_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)


def messages_of(question: Question) -> list[ModelMessage]:
    """The conversation so far; what we say between two answers is one message."""
    messages: list[ModelMessage] = []
    ours: list[ModelRequestPart] = []
    for turn in question.turns:
        if isinstance(turn, Answered):
            if ours:
                messages.append(ModelRequest(parts=ours))
            messages += ModelMessagesTypeAdapter.validate_python([turn.content])
            ours = []
        else:
            ours += _parts(turn)
    return [*messages, ModelRequest(parts=ours)] if ours else messages


def _parts(turn: Turn) -> Iterator[ModelRequestPart]:
    if isinstance(turn, Told):
        yield UserPromptPart(content=turn.text)
    elif not isinstance(turn, Answered):
        for result in turn.results:
            yield ToolReturnPart(
                tool_name=result.name,
                content=result.text,
                tool_call_id=result.call_id,
                outcome="failed" if result.is_error else "success",
            )


def parameters_of(question: Question, profile: ModelProfile) -> ModelRequestParameters:
    """System prompt, tools and form of the answer.

    The form is a JSON Schema that the provider holds the model to, or a part of the prompt where it cannot.
    """
    schema = question.answer_schema
    is_native = profile.get("supports_json_schema_output", False)
    return ModelRequestParameters(
        function_tools=[
            ToolDefinition(name=tool.name, description=tool.description, parameters_json_schema=dict(tool.schema_))
            for tool in question.tools
        ],
        output_mode="text" if schema is None else "native" if is_native else "prompted",
        output_object=None if schema is None else OutputObjectDefinition(dict(schema), name=ANSWER_NAME),
        instruction_parts=[InstructionPart(content=question.system)],
    )


def reply_of(response: ModelResponse, model: str, request_ids: Sequence[str]) -> Reply:
    """What a provider answered. ``model`` is the one that was asked, for providers that do not name it."""
    details = response.provider_details or {}
    calls = tuple(
        ToolCall(call_id=call.tool_call_id, name=call.tool_name, arguments=_arguments(call.args))
        for call in response.tool_calls
    )
    return Reply(
        model=response.model_name or model,
        text=_unfenced(response.text or ""),
        tool_calls=calls,
        content=_content(response),
        stop=_stop(response, has_calls=bool(calls)),
        stop_words=_stop_words(response),
        why_refused=details.get("refusal") or details.get("block_reason_message") or details.get("block_reason"),
        usage=usage_of(response),
        request_id=request_ids[-1] if request_ids else response.provider_response_id,
    )


def _content(response: ModelResponse) -> dict[str, Any]:
    """The whole message, as pydantic-ai writes and reads it. Thoughts that the provider keeps to itself are no part."""
    parts = [part for part in response.parts if not isinstance(part, ThinkingPart) or part.content or part.signature]
    (content,) = ModelMessagesTypeAdapter.dump_python([replace(response, parts=parts)], mode="json")
    return {name: value for name, value in content.items() if name not in NOT_SENT_BACK}


def usage_of(response: ModelResponse) -> Usage:
    """Tokens of a response. pydantic-ai counts what the cache had as part of the input, and thinking as output."""
    usage = response.usage
    cached = usage.cache_read_tokens + usage.cache_write_tokens
    details = usage.details
    return Usage(
        input_tokens=max(0, usage.input_tokens - cached),
        cache_write_tokens=usage.cache_write_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        output_tokens=usage.output_tokens,
        thinking_tokens=details.get("reasoning_tokens", 0) or details.get("thoughts_tokens", 0),
    )


def _stop(response: ModelResponse, *, has_calls: bool) -> StopReason:
    match response.finish_reason:
        case "content_filter":
            return StopReason.REFUSED
        case "length":
            return StopReason.CUT_OFF
        case _:
            return StopReason.TOOL_CALLS if has_calls else StopReason.DONE


def _stop_words(response: ModelResponse) -> str | None:
    details = response.provider_details or {}
    words = details.get("finish_reason") or details.get("block_reason") or response.finish_reason
    return None if words is None else str(words)


def _arguments(given: str | dict[str, Any] | None) -> Any:
    """The arguments of a call as JSON has them; ``None`` for what is no JSON."""
    if not isinstance(given, str):
        return given
    try:
        return parse_json(given)
    except StrictInputError:
        return None


def _unfenced(text: str) -> str:
    """The text without the fence that models like to put around JSON when nothing holds them to it."""
    fenced = _FENCED.match(text)
    return fenced[1] if fenced else text
