"""What a test has the Messages API answer: messages, errors, and all that can go wrong with either on the way.

Every message begins with a thinking block unless a test wants none, as those of current models do: whoever takes the
first block for the text is found out.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any, Literal

THOUGHT = "What is asked for, and does it add up?"
"""What a message thinks where a test does not say."""


@dataclass(frozen=True)
class Message:
    """A message of the model. With ``keep_chars`` only so many characters of its JSON arrive; it is paid all the same.

    ``delay_s`` is how long the answer takes.
    """

    content: tuple[dict[str, Any], ...]
    stop_reason: str = "end_turn"
    stop_details: dict[str, Any] | None = None
    keep_chars: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True)
class Failure:
    """An error as the API writes it, with response headers such as ``retry-after``."""

    status: int
    kind: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What something else than the Messages API answers. ``claims_bytes`` is a content length that it does not keep."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200
    claims_bytes: int | None = None


@dataclass(frozen=True)
class NoAnswer:
    """In a call, silence. In a batch, a request that was not processed."""

    why: Literal["silence", "expired", "canceled"]


Answer = Message | Failure | Page | NoAnswer

SILENCE = NoAnswer("silence")
EXPIRES = NoAnswer("expired")
CANCELED = NoAnswer("canceled")


def gives(answer: Any, *, thinking: str | None = THOUGHT) -> Message:
    """Structured output: the answer as JSON."""
    return says(json.dumps(answer), thinking=thinking)


def says(text: str, *, thinking: str | None = THOUGHT, stop_reason: str = "end_turn") -> Message:
    """A message of plain text."""
    return Message((*_thought(thinking), {"type": "text", "text": text}), stop_reason)


def calls(*tools: tuple[str, Any], thinking: str | None = THOUGHT, text: str = "") -> Message:
    """A message that calls tools, by name with their input, such as ``calls(("add_week", week), ("finalize", {}))``.

    The server gives each call its id.
    """
    said = [{"type": "text", "text": text}] if text else []
    uses = [{"type": "tool_use", "name": name, "input": given} for name, given in tools]
    return Message((*_thought(thinking), *said, *uses), "tool_use")


def refuses(explanation: str | None = None, category: str | None = None) -> Message:
    """A refusal, which the API answers with HTTP 200."""
    details = {"type": "refusal", "category": category, "explanation": explanation}
    return Message((), "refusal", details)


def cut_off(text: str = "", *, stop_reason: str = "max_tokens") -> Message:
    """A message that ends before it is finished. One with more tokens than ``max_tokens`` is cut off by itself."""
    said = ({"type": "text", "text": text},) if text else ()
    return Message((*_thought(THOUGHT), *said), stop_reason)


def truncated(message: Message, keep_chars: int = 40) -> Message:
    """A message of which only the beginning arrives."""
    return replace(message, keep_chars=keep_chars)


def slow(message: Message, delay_s: float) -> Message:
    """A message that takes its time."""
    return replace(message, delay_s=delay_s)


def fails(status: int, kind: str = "api_error", text: str = "Internal server error", **headers: str) -> Failure:
    """An error; underscores in the names of headers are dashes: ``fails(500, x_should_retry="false")``."""
    return Failure(status, kind, text, {name.replace("_", "-"): value for name, value in headers.items()})


def rate_limited(retry_after: str | None = None, **headers: str) -> Failure:
    """HTTP 429, with ``retry-after`` in seconds or as a date where one is given."""
    given = headers if retry_after is None else {"retry_after": retry_after, **headers}
    return fails(429, "rate_limit_error", "This request would exceed your rate limit.", **given)


def overloaded(**headers: str) -> Failure:
    """HTTP 529."""
    return fails(529, "overloaded_error", "Overloaded", **headers)


def signature(thinking: str) -> str:
    """The signature of a thought; one that was changed has another."""
    return base64.b64encode(hashlib.sha256(f"signed: {thinking}".encode()).digest()).decode()


def _thought(thinking: str | None) -> tuple[dict[str, Any], ...]:
    if thinking is None:
        return ()
    return ({"type": "thinking", "thinking": thinking, "signature": signature(thinking)},)
