"""What the Messages API of version 2026-10-21 takes: the first thing wrong with a request, as its 400 says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from plan_pipeline_tests.llm.messages_answers import signature
from plan_pipeline_tests.llm.prompt_cache import LIFETIMES_S, cache_controls

PARAMETERS = {
    "cache_control", "container", "diagnostics", "inference_geo", "max_tokens", "messages", "metadata", "model",
    "output_config", "service_tier", "speed", "stop_sequences", "stream", "system", "thinking", "tool_choice", "tools",
}  # fmt: skip
EFFORTS = {"low", "medium", "high", "xhigh", "max"}
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

KEYWORDS = {
    "type", "description", "title", "enum", "const", "default", "properties", "required", "additionalProperties",
    "items", "minItems", "anyOf", "allOf", "$ref", "$defs", "definitions", "format", "pattern",
}  # fmt: skip
"""Of JSON Schema, those that the grammar of an answer can be made of."""

FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
MOST_STRICT_TOOLS = 20
MOST_OPTIONAL = 24
MOST_UNIONS = 16
MOST_BREAKPOINTS = 4


class InvalidRequestError(Exception):
    """What the API says of a request that it does not take."""


def check_request(body: dict[str, Any], thoughts: dict[str, list[dict[str, Any]]]) -> None:
    """Raise ``InvalidRequestError`` for a request that the API refuses.

    ``thoughts`` has the thinking blocks that came with each call of a tool, by the id of the call.
    """
    for name in ("model", "max_tokens", "messages"):
        _refuse(name not in body, f"{name}: Field required")
    for name in ("temperature", "top_p", "top_k"):
        _refuse(name in body, f"{name}: is not supported in this API version; remove it")
    for name in sorted(body.keys() - PARAMETERS):
        raise InvalidRequestError(f"{name}: Extra inputs are not permitted")
    most = body["max_tokens"]
    _refuse(not isinstance(most, int) or most < 1, "max_tokens: must be at least 1")
    choice = (body.get("tool_choice") or {}).get("type", "auto")
    _refuse(choice in ("any", "tool"), 'tool_choice: type "tool" and "any" are not supported for this model.')
    _refuse(bool(body.get("tool_choice")) and not body.get("tools"), "tool_choice: may only be given with tools")
    _check_output_config(body.get("output_config") or {})
    _check_tools(body.get("tools") or [])
    _check_limits(list(_strict_schemas(body)))
    _check_messages(body["messages"], thoughts)
    _check_cache_controls(cache_controls(body))


def check_schema(schema: dict[str, Any]) -> None:
    """Raise ``InvalidRequestError`` for a schema that no grammar can be made of."""
    for each in _subschemas(schema):
        kind = each.get("type")
        for keyword in sorted(each.keys() - KEYWORDS):
            raise InvalidRequestError(f"For '{kind}' type, property '{keyword}' is not supported")
        closed = each.get("additionalProperties") is False
        _refuse(
            kind == "object" and not closed,
            "For 'object' type, 'additionalProperties' must be explicitly set to false",
        )
        _refuse(each.get("minItems", 0) not in (0, 1), "For 'array' type, 'minItems' values other than 0 or 1")
        _refuse(each.get("format", "date") not in FORMATS, f"Unsupported string format: {each.get('format')}")
        meaningful = {"type", "enum", "const", "anyOf", "allOf", "$ref"}
        _refuse(not meaningful & each.keys(), "Schema type is missing")
        values = each.get("enum", [])
        _refuse(any(isinstance(value, dict | list) for value in values), "Enum values must be primitives")
        missing = set(each.get("required", [])) - set(each.get("properties", {}))
        _refuse(bool(missing), f"Required properties are not defined: {sorted(missing)}")
    _check_references(schema)


def _refuse(is_wrong: bool, message: str) -> None:
    if is_wrong:
        raise InvalidRequestError(message)


def _check_output_config(config: dict[str, Any]) -> None:
    for name in sorted(config.keys() - {"effort", "format"}):
        raise InvalidRequestError(f"output_config.{name}: Extra inputs are not permitted")
    effort = config.get("effort", "high")
    _refuse(effort not in EFFORTS, f"output_config.effort: Input should be one of {sorted(EFFORTS)}")
    if (form := config.get("format")) is not None:
        _refuse(form.get("type") != "json_schema", "output_config.format.type: Input should be 'json_schema'")
        _refuse(not isinstance(form.get("schema"), dict), "output_config.format.schema: Field required")
        check_schema(form["schema"])


def _check_tools(tools: list[dict[str, Any]]) -> None:
    names = [tool.get("name", "") for tool in tools]
    _refuse(len(set(names)) < len(names), "tools: Tool names must be unique.")
    for tool in tools:
        name, schema = tool.get("name", ""), tool.get("input_schema") or {}
        _refuse(not NAME.fullmatch(name), f"tools: name {name!r} should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        _refuse(schema.get("type") != "object", f"tools.{name}.input_schema.type: Field required to be 'object'")
        if tool.get("strict"):
            check_schema(schema)


def _strict_schemas(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    strict = [tool for tool in body.get("tools") or [] if tool.get("strict")]
    _refuse(len(strict) > MOST_STRICT_TOOLS, f"Too many strict tools ({len(strict)}), at most {MOST_STRICT_TOOLS}")
    yield from (tool["input_schema"] for tool in strict)
    if form := (body.get("output_config") or {}).get("format"):
        yield form["schema"]


def _check_limits(schemas: list[dict[str, Any]]) -> None:
    every = [each for schema in schemas for each in _subschemas(schema)]
    optional = sum(len(each.get("properties", {}).keys() - set(each.get("required", []))) for each in every)
    _refuse(optional > MOST_OPTIONAL, f"Schemas contain too many optional parameters ({optional})")
    unions = sum("anyOf" in each or isinstance(each.get("type"), list) for each in every)
    _refuse(unions > MOST_UNIONS, f"Schemas contain too many parameters with union types ({unions})")


def _subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for name in ("properties", "$defs", "definitions"):
        for each in schema.get(name, {}).values():
            yield from _subschemas(each)
    for name in ("anyOf", "allOf"):
        for each in schema.get(name, []):
            yield from _subschemas(each)
    if isinstance(schema.get("items"), dict):
        yield from _subschemas(schema["items"])


def _check_references(schema: dict[str, Any]) -> None:
    definitions = schema.get("$defs", {})

    def follow(each: dict[str, Any], above: tuple[str, ...]) -> None:
        for found in _subschemas({name: value for name, value in each.items() if name != "$defs"}):
            if (reference := found.get("$ref")) is None:
                continue
            name = reference.removeprefix("#/$defs/")
            _refuse(name not in definitions, f"Reference cannot be resolved: {reference}")
            _refuse(name in above, f"Recursive schemas are not supported: {reference}")
            follow(definitions[name], (*above, name))

    follow(schema, ())


def _check_cache_controls(controls: list[dict[str, Any]]) -> None:
    lifetimes = [control.get("ttl", "5m") for control in controls]
    _refuse(any(control.get("type") != "ephemeral" for control in controls), "cache_control.type: must be 'ephemeral'")
    _refuse(not set(lifetimes) <= LIFETIMES_S.keys(), "cache_control.ttl: Input should be '5m' or '1h'")
    _refuse(len(controls) > MOST_BREAKPOINTS, f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be given")
    longest_first = sorted(lifetimes, key=lambda ttl: -LIFETIMES_S[ttl])
    _refuse(lifetimes != longest_first, "a ttl='1h' cache_control block must not come after a ttl='5m' one")


def _check_messages(messages: list[dict[str, Any]], thoughts: dict[str, list[dict[str, Any]]]) -> None:
    _refuse(not messages, "messages: at least one message is required")
    _refuse(messages[0]["role"] != "user", "messages: first message must use the 'user' role")
    _refuse(messages[-1]["role"] != "user", "messages: this model does not support assistant message prefill")
    open_calls: list[str] = []
    for number, message in enumerate(messages):
        content = message["content"]
        _refuse(not content, f"messages.{number}: content must be non-empty")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        empty = any(block["type"] == "text" and not block["text"].strip() for block in blocks)
        _refuse(empty, f"messages.{number}: text content blocks must contain non-whitespace text")
        if message["role"] == "user":
            open_calls = _check_results(number, blocks, open_calls)
        else:
            _refuse(bool(open_calls), f"messages.{number}: `tool_use` ids without `tool_result`: {open_calls}")
            open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
            _check_thoughts(number, blocks, thoughts)


def _check_results(number: int, blocks: list[dict[str, Any]], open_calls: list[str]) -> list[str]:
    """The calls of tools that are open after a message of the user, which has to answer them all."""
    results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    first = blocks[: len(results)]
    _refuse(
        bool(open_calls) and set(results) != set(open_calls),
        f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{sorted(set(open_calls) - set(results))}",
    )
    _refuse(not set(results) <= set(open_calls), f"messages.{number}: unexpected `tool_use_id` in `tool_result`")
    _refuse(len(set(results)) < len(results), f"messages.{number}: each tool_use must have a single result")
    _refuse(
        any(block["type"] != "tool_result" for block in first),
        f"messages.{number}: tool_result blocks must come before other content",
    )
    return []


def _check_thoughts(number: int, blocks: list[dict[str, Any]], thoughts: dict[str, list[dict[str, Any]]]) -> None:
    sent_back = [block for block in blocks if block["type"] == "thinking"]
    for block in sent_back:
        _refuse(
            block.get("signature") != signature(block["thinking"]),
            f"messages.{number}: Invalid `signature` in `thinking` block",
        )
    for block in blocks:
        if block["type"] == "tool_use" and thoughts.get(block["id"], sent_back) != sent_back:
            raise InvalidRequestError(
                f"messages.{number}: `thinking` blocks in the assistant message of a `tool_use` cannot be modified or "
                "removed; they must remain as they were in the original response"
            )
