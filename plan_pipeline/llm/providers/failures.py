"""What kept an answer from coming, in the words of the person who can do something about it."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic_ai import exceptions as failed

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.asking import CallFailedError
from plan_pipeline.llm.providers.access import Access
from plan_pipeline.settings import without_credentials
from plan_pipeline.strict_input.validation_messages import printable

TIMEOUT_VARIABLE = "PLAN_PIPELINE_LLM_TIMEOUT_S"
HIDDEN_KEY = "(key)"
SHOWN_CHARACTERS = 300
"""Of what a server says about an error."""

CONFLICTS = (408, 409, 425)
"""Statuses outside the 5xx after which the same request may go through."""


class _Kind(NamedTuple):
    outcome: CallOutcome
    is_transient: bool
    message: str


def failure_of(
    error: Exception, access: Access, model: str, timeout_s: float, request_ids: Sequence[str]
) -> CallFailedError:
    """The failure of one call. The message names the setting to change and never the key."""
    kind = _kind(error, access, model, timeout_s)
    retry_after_s = getattr(error, "retry_after", None)
    return CallFailedError(
        _without_key(kind.message, access),
        kind.outcome,
        is_transient=kind.is_transient,
        retry_after_s=retry_after_s if retry_after_s is not None and math.isfinite(retry_after_s) else None,
        http_status=getattr(error, "status_code", None),
        request_id=request_ids[-1] if request_ids else None,
    )


def _kind(error: Exception, access: Access, model: str, timeout_s: float) -> _Kind:
    title = access.title
    match error:
        case failed.ModelConnectionError() if error.phase in ("pool", "connect"):
            return _no_connection(access)
        case failed.ModelRequestTimeout() | failed.ModelTimeoutError():
            remedy = f"raise {TIMEOUT_VARIABLE} or try again later"
            return _Kind(CallOutcome.TIMED_OUT, True, f"{title} did not answer within {timeout_s:g} s: {remedy}")
        case failed.ModelConnectionError():
            return _Kind(
                CallOutcome.NO_CONNECTION,
                True,
                f"The connection to {_host(access)} broke off before the answer was whole: try again later",
            )
        case failed.ModelHTTPError():
            return _of_status(error, access, model)
        case failed.UserError():
            return _Kind(CallOutcome.INVALID_REQUEST, False, f"{model} cannot be asked this: {_short(str(error))}")
        case _:
            return _unreadable(access, type(error).__name__)


def not_the_api(access: Access, why: str) -> CallFailedError:
    """The failure of a call that something else answered."""
    kind = _unreadable(access, why)
    return CallFailedError(kind.message, kind.outcome)


def _unreadable(access: Access, why: str) -> _Kind:
    return _Kind(
        CallOutcome.UNREADABLE,
        False,
        f"What answered at {_host(access)} is not {access.title}'s API, or was cut short ({why}): "
        f"check {access.address_variable}",
    )


def _of_status(error: failed.ModelHTTPError, access: Access, model: str) -> _Kind:
    title, status = access.title, error.status_code
    said = f"{title} answered HTTP {status} ({_said(error)})"
    match error:
        case failed.ModelAuthenticationError():
            return _Kind(
                CallOutcome.NOT_ALLOWED,
                False,
                f"{title} does not accept the API key (HTTP {status}): check that {access.key_variable} holds a valid "
                f"key with access to {model}",
            )
        case failed.ModelNotFoundError():
            more = f"; {access.model_remedy}" if access.model_remedy else ""
            return _Kind(
                CallOutcome.INVALID_REQUEST,
                False,
                f"{title} has no model {model!r} at {_host(access)} (HTTP {status}): check {access.model_variable} and "
                f"{access.address_variable}{more}",
            )
        case failed.ModelQuotaExceededError():
            return _Kind(CallOutcome.RATE_LIMITED, False, f"{said}: the account's quota is used up; see its billing")
        case failed.ModelRateLimitError():
            return _Kind(CallOutcome.RATE_LIMITED, True, f"{said}: try again later")
        case failed.ModelUnavailableError():
            return _Kind(CallOutcome.OVERLOADED, True, f"{said}: try again later")
        case failed.ModelContextWindowExceededError():
            return _Kind(
                CallOutcome.INVALID_REQUEST,
                False,
                f"{said}: the question is longer than {model} takes; ask for fewer weeks, or set "
                f"{access.model_variable} to a model that takes more",
            )
    if status >= 500 or status in CONFLICTS:
        return _Kind(CallOutcome.SERVER_ERROR, True, f"{said}: try again later")
    return _Kind(CallOutcome.INVALID_REQUEST, False, f"{title} refused the request (HTTP {status}): {_said(error)}")


def _no_connection(access: Access) -> _Kind:
    more = f"; {access.address_remedy}" if access.address_remedy else ""
    message = f"Cannot reach {_host(access)}: check the network and {access.address_variable}{more}"
    return _Kind(CallOutcome.NO_CONNECTION, True, message)


def _host(access: Access) -> str:
    """Where the API is, without a user and password that the address may hold."""
    parts = urlsplit(without_credentials(access.address))
    return f"{parts.scheme}://{parts.netloc}"


def _said(error: failed.ModelHTTPError) -> str:
    """What the server gives as the reason."""
    body: Any = error.body
    for _ in range(2):  # {"error": {"message": …}}, of which SDKs leave out the outer one
        if isinstance(body, dict):
            body = body.get("error", body.get("message", body))
    if isinstance(body, dict):
        body = body.get("message")
    return _short(body) if isinstance(body, str) and body.strip() else "it does not say why"


def _short(text: str) -> str:
    text = printable(" ".join(text.split()))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _without_key(text: str, access: Access) -> str:
    return text.replace(access.key, HIDDEN_KEY) if access.key else text
