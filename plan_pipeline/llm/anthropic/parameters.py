"""A question in the terms of the Messages API."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, Literal

from plan_pipeline.core.model.model_call import Effort
from plan_pipeline.llm.anthropic.grammar import grammar_schema
from plan_pipeline.llm.asking import Answered, Question, Told, Turn

FOR_AN_HOUR: Final = {"type": "ephemeral", "ttl": "1h"}
"""For what all plans have in common: plans may be made minutes apart, and each reading keeps it for another hour."""

FOR_MINUTES: Final = {"type": "ephemeral", "ttl": "5m"}
"""For a conversation, whose next question follows soon: writing costs 1.25 times the input, and for an hour twice."""


def message_parameters(question: Question, model: str, max_tokens: int, effort: Effort) -> dict[str, Any]:
    """What ``messages.create`` takes for a question, or a batch for one of its requests.

    The API keeps tools, the schema of the answer and the system prompt for an hour, together and to the character: a
    schema that differs between plans is written anew for each. No sampling parameters are sent: current models take
    none.
    """
    output: dict[str, Any] = {"effort": effort.value}
    if question.answer_schema is not None:
        output["format"] = {"type": "json_schema", "schema": grammar_schema(question.answer_schema)}
    parameters: dict[str, Any] = {
        "model": model,
        "max_tokens": max_tokens,
        "system": [{"type": "text", "text": question.system, "cache_control": dict(FOR_AN_HOUR)}],
        "messages": list(_messages(question.turns)),
        "output_config": output,
    }
    if question.tools:
        parameters["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": grammar_schema(tool.schema_),
                "strict": True,
            }
            for tool in question.tools
        ]
        # Not forced: models that always think answer a forced tool with HTTP 400. Several calls in one message are
        # welcome, so parallel calls are left on.
        parameters["tool_choice"] = {"type": "auto"}
    if question.tools or len(question.turns) > 1:
        # Up to the last turn, which the next question begins with. A single question that is rarely followed by
        # another would pay more for being written than it saves.
        parameters["cache_control"] = dict(FOR_MINUTES)
        _mark_last_question(parameters["messages"])
    return parameters


def _mark_last_question(messages: list[dict[str, Any]]) -> None:
    """Have the API find what it kept of the question before: by itself it looks no further back than 20 blocks, which
    an answer of many calls and their results exceed.
    """
    ours = [message for message in messages if message["role"] == "user"]
    if len(ours) > 1:
        ours[-2]["content"][-1]["cache_control"] = dict(FOR_MINUTES)


def _messages(turns: tuple[Turn, ...]) -> Iterator[dict[str, Any]]:
    """Turns as messages: what we say between two answers is one, and an answer of nothing is none."""
    said = [(_role(turn), block) for turn in turns for block in _blocks(turn)]
    for role, blocks in groupby(said, key=lambda each: each[0]):
        yield {"role": role, "content": [block for _, block in blocks]}


def _role(turn: Turn) -> Literal["user", "assistant"]:
    return "assistant" if isinstance(turn, Answered) else "user"


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    if isinstance(turn, Told):
        return [{"type": "text", "text": turn.text}]
    if isinstance(turn, Answered):
        # Whole, with the thinking and its signatures, but for empty texts, which the API gives and does not take.
        return [block for block in turn.content if block.get("type") != "text" or block["text"].strip()]
    return [
        {"type": "tool_result", "tool_use_id": result.call_id, "content": result.text, "is_error": result.is_error}
        for result in turn.results
    ]
