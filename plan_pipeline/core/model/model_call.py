"""A call of a language model as it is kept: what it was for, what it took, what it cost, and how it ended."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen


class CallPurpose(StrEnum):
    """What a model is asked for."""

    OVERVIEW = "overview"
    WEEKS = "weeks"
    COACH_TEXTS = "coach_texts"
    TRIAL = "trial"


class Effort(StrEnum):
    """How much a model thinks before it answers, which is most of what an answer costs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


class CallOutcome(StrEnum):
    """How a call ended.

    An answer that came is ``ANSWERED`` until it was read, and then ``ACCEPTED`` or, with its problems, ``SENT_BACK``.
    ``REFUSED`` and ``CUT_OFF`` are answers too, and are paid. The others are calls without an answer.
    """

    ANSWERED = "answered"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    TIMED_OUT = "timed_out"
    NO_CONNECTION = "no_connection"
    NOT_ALLOWED = "not_allowed"
    INVALID_REQUEST = "invalid_request"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"

    @property
    def has_answer(self) -> bool:
        """Whether there is an answer, which nobody is to pay for again: one that was refused would be again."""
        return self in _ANSWERS


_ANSWERS = frozenset(
    {
        CallOutcome.ANSWERED,
        CallOutcome.ACCEPTED,
        CallOutcome.SENT_BACK,
        CallOutcome.REFUSED,
        CallOutcome.CUT_OFF,
    }
)


class Usage(Frozen):
    """Tokens of a call.

    The four kinds exclude one another, but ``cache_write_1h_tokens``, which are those of the cache writes that are kept
    for an hour, and ``thinking_tokens``, which are part of the output.
    """

    input_tokens: int = Field(default=0, ge=0)
    cache_write_tokens: int = Field(default=0, ge=0)
    cache_write_1h_tokens: int = Field(default=0, ge=0)
    cache_read_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    thinking_tokens: int = Field(default=0, ge=0)


class ModelCall(Frozen):
    """A row of ``llm_calls``: one request over the network, whether an answer came or not.

    ``question`` is the hash of all that decides the answer, the same for calls that ask the same. ``cost_usd`` is null
    for a model without a price, and in calls without an answer. ``problems`` counts what was wrong with an answer.
    """

    call_id: str
    question: str
    plan_id: str
    purpose: CallPurpose
    provider: str
    model: str
    attempt: int = Field(ge=1)
    run_id: str
    batch_id: str | None = None
    prompt_version: str
    config_version: str
    input_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0
    output_tokens: int = 0
    thinking_tokens: int = 0
    cost_usd: float | None = None
    latency_ms: float | None = None
    stop_reason: str | None = None
    outcome: CallOutcome
    problems: int | None = None
    request_id: str | None = None
    http_status: int | None = None
    asked_at: dt.datetime


class StoredAnswer(NamedTuple):
    """A call that has an answer, and the answer as ``llm.asking.Reply`` wrote it as JSON."""

    call: ModelCall
    reply: Mapping[str, Any]
