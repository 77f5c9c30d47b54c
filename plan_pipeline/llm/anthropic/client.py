"""The connection to the Messages API: one request, and the reply or the failure that comes of it.

Imports the SDK, so it is imported where a model is asked. The key stays inside the SDK's client: it is in no message,
log line or ``repr`` of this package.
"""

from typing import Any, Final

import anthropic
import httpx2

from plan_pipeline.llm.anthropic.access import Access
from plan_pipeline.llm.anthropic.failures import cut_short, failure_of, not_the_api
from plan_pipeline.llm.anthropic.replies import reply_of
from plan_pipeline.llm.asking import Reply
from plan_pipeline.strict_input.input_limits import StrictInputError
from plan_pipeline.strict_input.strict_json import parse_json

CONNECT_TIMEOUT_S: Final = 10.0
"""For a server that is not there; one that was reached may think for longer."""

REQUEST_ID_HEADER: Final = "request-id"

FAILURES: Final = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError)
"""What the SDK raises for a call, and what comes through it while a result is read bit by bit."""


class MessagesClient:
    """The SDK's client as this installation uses it: settings and nothing else decide what is sent, and nothing is
    repeated.
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        self.sdk = anthropic.Anthropic(
            api_key=access.key,
            base_url=access.address,
            timeout=anthropic.Timeout(access.timeout_s, connect=min(CONNECT_TIMEOUT_S, access.timeout_s)),
            max_retries=0,
        )
        # The SDK adds the headers of ANTHROPIC_CUSTOM_HEADERS, maybe another key, and has no option against it.
        self.sdk._custom_headers = {}

    def ask(self, parameters: dict[str, Any], model: str) -> Reply:
        """The reply to one request. Raises ``CallFailedError`` where none came."""
        try:
            response = self.sdk.messages.with_raw_response.create(**parameters).http_response
        except FAILURES as error:
            raise failure_of(error, self.access, model) from None
        return self._read(response, model)

    def _read(self, response: httpx2.Response, model: str) -> Reply:
        request_id = response.headers.get(REQUEST_ID_HEADER)
        try:
            message = parse_json(response.text)
        except StrictInputError:
            if response.content.lstrip().startswith(b"{"):
                raise cut_short(model, len(response.content), request_id) from None
            raise not_the_api(self.access, response.status_code, request_id) from None
        try:
            return reply_of(message, request_id)
        except (ValueError, KeyError, TypeError):
            raise not_the_api(self.access, response.status_code, request_id) from None
