"""Questions and providers for tests that speak to the fake Messages API."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.llm.anthropic.provider import AnthropicProvider, configured_provider
from plan_pipeline.llm.asking import Question, Told, Tool
from plan_pipeline.settings import Settings

KEY = "sk-ant-api03-do-not-tell"
MODEL = "claude-sonnet-5-5"

ANSWER_SCHEMA = {
    "type": "object",
    "title": "Answer",
    "properties": {
        "word": {"type": "string", "minLength": 1, "title": "Word"},
        "count": {"type": "integer", "minimum": 1, "maximum": 24, "description": "How many."},
    },
    "required": ["word", "count"],
}

LONG_SYSTEM = "Ride easy days easy and hard days hard. " * 500
"""5,000 tokens as the fake server counts them."""

ADD_WEEK = Tool(
    name="add_week",
    description="Adds a week.",
    schema_={"type": "object", "properties": {"number": {"type": "integer", "minimum": 1}}, "required": ["number"]},
)
FINALIZE = Tool(name="finalize", description="Ends the plan.", schema_={"type": "object", "properties": {}})


def a_question(**changes: Any) -> Question:
    """A short question for an answer in JSON, with other fields where they are given."""
    fields = {
        "purpose": CallPurpose.OVERVIEW,
        "plan_id": "rider-042-century",
        "system": "You are a coach.",
        "turns": (Told(text="How many weeks?"),),
        "answer_schema": ANSWER_SCHEMA,
        "prompt_version": "p1",
        "config_version": "c1",
    }
    return Question(**{**fields, **changes})


def with_tools(**changes: Any) -> Question:
    """A question for calls of tools."""
    fields = {"purpose": CallPurpose.WEEKS, "answer_schema": None, "tools": (ADD_WEEK, FINALIZE)}
    return a_question(**{**fields, **changes})


def a_provider(address: str | None, **settings: Any) -> AnthropicProvider:
    """Claude at an address, with settings by their names in ``Settings``."""
    key = settings.pop("key", KEY)
    given = {"anthropic_model": MODEL, "llm_timeout_s": 10.0, **settings}
    secret = None if key is None else SecretStr(key)
    return configured_provider(Settings(anthropic_api_key=secret, anthropic_base_url=address, **given))
