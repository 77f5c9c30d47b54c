"""Calls of models as tests keep them."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from plan_pipeline.core.model.model_call import CallOutcome, CallPurpose, ModelCall

ASKED_AT = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
REPLY: dict[str, Any] = {"model": "claude-haiku-5-5", "text": "An overview.", "usage": {"input_tokens": 7}}


def question(of: str = "overview of rider-1") -> str:
    """A hash as questions have."""
    return hashlib.sha256(of.encode()).hexdigest()[:32]


def call(call_id: str = "call-1", **values: Any) -> ModelCall:
    """A call that was answered."""
    given: dict[str, Any] = {
        "call_id": call_id,
        "question": question(),
        "plan_id": "rider-1",
        "purpose": CallPurpose.OVERVIEW,
        "provider": "anthropic",
        "model": "claude-haiku-5-5",
        "attempt": 1,
        "run_id": "run-1",
        "prompt_version": "p1",
        "config_version": "c1",
        "input_tokens": 100,
        "cache_read_tokens": 5_000,
        "output_tokens": 1_000,
        "cost_usd": 0.25,
        "outcome": CallOutcome.ANSWERED,
        "asked_at": ASKED_AT,
    }
    return ModelCall(**given | values)
