"""What kept an answer from coming, in the words of the person who can do something about it."""

import email.utils
import math
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import anthropic
import httpx2

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.anthropic.access import (
    ADDRESS_VARIABLE,
    AT_ONCE_VARIABLE,
    KEY_VARIABLE,
    MODEL_VARIABLE,
    TIMEOUT_VARIABLE,
    Access,
)
from plan_pipeline.llm.asking import CallFailedError
from plan_pipeline.redaction import without_secrets
from plan_pipeline.strict_input.validation_messages import printable

MOST_QUOTED: Final = 300
"""Characters of what a server says about an error."""

OVERLOADED: Final = 529
TRY_LATER: Final = "try again later"

STATUSES: Final = {
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": OVERLOADED,
}
"""Which HTTP status an error has outside of batches, where it is told with it; that of any other is 400."""


class _Kind(NamedTuple):
    outcome: CallOutcome
    message: str
    is_transient: bool = False


def failure_of(error: Exception, access: Access, model: str) -> CallFailedError:
    """The failure that the SDK's error stands for. The message names what to set or to do, and never the key."""
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error, access, model)
    kind = _of_connection(error, access)
    return CallFailedError(kind.message, kind.outcome, is_transient=kind.is_transient)


def cut_short(model: str, arrived_bytes: int, request_id: str | None = None) -> CallFailedError:
    """The failure of an answer whose JSON ends too early. It was paid, nobody knows how much."""
    return CallFailedError(
        f"The answer of {model} arrived cut short, {arrived_bytes} bytes of it: {TRY_LATER}",
        CallOutcome.UNREADABLE,
        is_transient=True,
        http_status=200,
        request_id=request_id,
    )


def not_the_api(access: Access, http_status: int, request_id: str | None = None) -> CallFailedError:
    """The failure of an answer of something else, such as a proxy's own page."""
    return CallFailedError(
        f"What answered at {access.host} is not the Messages API (HTTP {http_status}): check {ADDRESS_VARIABLE}",
        CallOutcome.UNREADABLE,
        http_status=http_status,
        request_id=request_id,
    )


def of_batch(error: Mapping[str, Any], request_id: str | None, access: Access, model: str) -> CallFailedError:
    """The failure of one request in a batch, from the error that stands in its result."""
    error_type = str(error["type"])
    status = STATUSES.get(error_type, 400)
    kind = _of_error(status, error_type, _quoted(error.get("message"), access), model)
    return CallFailedError(kind.message, kind.outcome, is_transient=kind.is_transient, request_id=request_id)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a server asks to wait, in seconds; ``None`` where it does not say, or nothing that makes sense.

    Read are ``retry-after-ms``, and ``retry-after`` in seconds or as a date of HTTP.
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait_s = float(headers.get(name, "")) * unit_s
        except ValueError:
            continue
        return wait_s if math.isfinite(wait_s) and wait_s >= 0 else None
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None


def _of_status(error: anthropic.APIStatusError, access: Access, model: str) -> CallFailedError:
    status = error.status_code
    is_a_page = error.api_message is None and status in (400, 404, 405, 501)
    if is_a_page or 300 <= status < 400:
        return not_the_api(access, status, error.request_id)
    kind = _of_error(status, error.type, _quoted(error.api_message, access), model)
    headers = error.response.headers
    should_retry = {"true": True, "false": False}.get(headers.get("x-should-retry", "").lower(), kind.is_transient)
    return CallFailedError(
        kind.message,
        kind.outcome,
        is_transient=should_retry,
        retry_after_s=retry_after_s(headers),
        http_status=status,
        request_id=error.request_id,
    )


def _of_error(status: int, error_type: str | None, quoted: str, model: str) -> _Kind:
    match status:
        case 401 | 403:
            return _Kind(
                CallOutcome.NOT_ALLOWED,
                f"Anthropic does not accept the API key (HTTP {status}): check that {KEY_VARIABLE} holds a valid key "
                f"with access to {model}",
            )
        case 404:
            return _Kind(
                CallOutcome.INVALID_REQUEST, f"Anthropic has no model {model!r} (HTTP 404): check {MODEL_VARIABLE}"
            )
        case 408 | 504:
            return _Kind(CallOutcome.TIMED_OUT, f"Anthropic took too long (HTTP {status}, {quoted}): {TRY_LATER}", True)
        case 413:
            return _Kind(
                CallOutcome.INVALID_REQUEST,
                f"The question is larger than Anthropic takes (HTTP 413, {quoted}): ask for fewer weeks",
            )
        case 429:
            return _Kind(
                CallOutcome.RATE_LIMITED,
                f"Anthropic takes no more calls just now (HTTP 429, {quoted}): {TRY_LATER}, or lower "
                f"{AT_ONCE_VARIABLE}",
                True,
            )
    if status == OVERLOADED or error_type == "overloaded_error":
        return _Kind(CallOutcome.OVERLOADED, f"Anthropic is overloaded (HTTP {status}, {quoted}): {TRY_LATER}", True)
    if status >= 500 or status == 409:
        return _Kind(CallOutcome.SERVER_ERROR, f"Anthropic answered HTTP {status} ({quoted}): {TRY_LATER}", True)
    return _Kind(
        CallOutcome.INVALID_REQUEST,
        f"Anthropic refused the request (HTTP {status}): {quoted}; change what it refuses",
    )


def _of_connection(error: Exception, access: Access) -> _Kind:
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    match cause:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError():
            message = f"Cannot reach {access.host}: check the network and {ADDRESS_VARIABLE}"
            return _Kind(CallOutcome.NO_CONNECTION, message, True)
        case httpx2.TimeoutException():
            return _Kind(
                CallOutcome.TIMED_OUT,
                f"Claude did not answer within {access.timeout_s:g} s: raise {TIMEOUT_VARIABLE}, or {TRY_LATER}",
                True,
            )
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL() | httpx2.TooManyRedirects():
            message = f"{access.host} cannot be the address of the Messages API: check {ADDRESS_VARIABLE}"
            return _Kind(CallOutcome.NO_CONNECTION, message)
        case httpx2.HTTPError() | httpx2.StreamError():
            message = f"The connection to {access.host} broke off before the answer was whole: {TRY_LATER}"
            return _Kind(CallOutcome.UNREADABLE, message, True)
        case _:
            message = f"The call of Anthropic's API failed ({type(cause).__name__}): {TRY_LATER}"
            return _Kind(CallOutcome.NO_CONNECTION, message, isinstance(error, anthropic.APIConnectionError))


def _quoted(message: object, access: Access) -> str:
    """What the server said, without the key should it have repeated it."""
    said = str(message) if message else "it does not say why"
    shown = printable(without_secrets(said, access.key)).strip().rstrip(".")
    return shown if len(shown) <= MOST_QUOTED else f"{shown[:MOST_QUOTED]}…"
