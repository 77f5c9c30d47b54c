"""The conversation with Claude that ends in a sound overview, or in a clear failure.

The API key stays inside the SDK's client: it is in no message, log line or ``repr`` of this module.
"""

import json
import logging
from dataclasses import dataclass, field
from typing import Any

import anthropic
from anthropic.types import (
    Message,
    MessageParam,
    TextBlockParam,
    ToolChoiceParam,
    ToolParam,
    ToolResultBlockParam,
    ToolUseBlock,
)
from pydantic import ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import infeasibility
from plan_pipeline.core.overview.reach import reach_breaches
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.overview.week_minutes import with_minutes
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.llm.prompts import (
    NO_TOOL_CALL,
    NO_TOOL_CALL_PROMPT,
    ONE_CALL_ONLY,
    problems_prompt,
    system_prompt,
    user_prompt,
)
from plan_pipeline.llm.schemas import TOOL_DESCRIPTION, TOOL_NAME, OverviewDraft, overview_tool_schema, text_problems
from plan_pipeline.settings import Settings
from plan_pipeline.strict_input.validation_messages import describe

log = logging.getLogger(__name__)

KEY_VARIABLE = "ANTHROPIC_API_KEY"
ADDRESS_VARIABLE = "ANTHROPIC_BASE_URL"
MODEL_VARIABLE = "PLAN_PIPELINE_ANTHROPIC_MODEL"
TIMEOUT_VARIABLE = "PLAN_PIPELINE_LLM_TIMEOUT_S"
TOKENS_VARIABLE = "PLAN_PIPELINE_LLM_MAX_TOKENS"
"""The environment variables that messages name."""

MAX_ATTEMPTS = 3
"""Answers taken before giving up."""

HTTP_RETRIES = 2
"""Repeats of one HTTP request after 408, 409, 429, 5xx or a broken connection, with the SDK's backoff."""

FORCED: ToolChoiceParam = {"type": "tool", "name": TOOL_NAME, "disable_parallel_tool_use": True}
ASKED: ToolChoiceParam = {"type": "auto", "disable_parallel_tool_use": True}
"""For models that always think: they refuse a forced tool with HTTP 400, and call it because the prompt says so."""

USE_RULES = "or use options.overview: rules"


class MissingApiKeyError(OverviewError):
    """There is no key to ask Claude with."""


@dataclass(frozen=True)
class AnthropicOverviewWriter:
    """Has Claude write overviews: one conversation each, of up to ``MAX_ATTEMPTS`` answers.

    The client brings key, address, timeout and HTTP retries. No sampling parameters are sent: current models
    take none.
    """

    client: anthropic.Anthropic = field(repr=False)
    model: str
    max_tokens: int

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        """The overview Claude writes for a request, sound by ``overview_breaches`` and within the library's reach.

        A request that no overview can meet is not asked about. Raises ``OverviewError`` where no sound
        overview came of ``MAX_ATTEMPTS`` answers, or none at all.
        """
        if (infeasible := infeasibility(request, library, config)) is not None:
            return infeasible
        conversation = _Conversation(self, request, config)
        attempts: list[tuple[str, ...]] = []
        for attempt in range(1, MAX_ATTEMPTS + 1):
            message = conversation.ask()
            call = _tool_call(message)
            draft = _read(request, library, config, call.input) if call else (NO_TOOL_CALL,)
            if isinstance(draft, OverviewDraft):
                log.info("%s wrote the overview of %s in %d attempt(s)", message.model, request.plan_id, attempt)
                weeks = with_minutes(purpose_of(request, config), draft.weeks)
                return Overview(**dict(draft) | {"weeks": weeks}, source=BY_ANTHROPIC, model=message.model)
            attempts.append(draft)
            log.warning("attempt %d at the overview of %s has %d problem(s)", attempt, request.plan_id, len(draft))
            conversation.answer(message, call, draft)
        raise OverviewError(_given_up(self.model, request.plan_id, attempts), tuple(attempts))


def configured_writer(settings: Settings) -> AnthropicOverviewWriter:
    """The writer of an installation. Raises ``MissingApiKeyError`` where the key is missing or cannot be one."""
    key = settings.anthropic_api_key.get_secret_value().strip() if settings.anthropic_api_key else ""
    if not key:
        raise MissingApiKeyError(
            f"options.overview is anthropic, but {KEY_VARIABLE} is not set: set {KEY_VARIABLE}, {USE_RULES}"
        )
    if not all("!" <= character <= "~" for character in key):
        raise MissingApiKeyError(
            f"{KEY_VARIABLE} holds spaces, line breaks or characters outside ASCII, so it is not a key: "
            f"set it again, {USE_RULES}"
        )
    client = anthropic.Anthropic(
        api_key=key, base_url=settings.anthropic_base_url, timeout=settings.llm_timeout_s, max_retries=HTTP_RETRIES
    )
    return AnthropicOverviewWriter(client, settings.anthropic_model, settings.llm_max_tokens)


class _Conversation:
    """The messages of one overview so far, and the next request to be made of them."""

    def __init__(self, writer: AnthropicOverviewWriter, request: PlanRequest, config: PlanningConfig) -> None:
        self._writer = writer
        self._tool: ToolParam = {
            "name": TOOL_NAME,
            "description": TOOL_DESCRIPTION,
            "input_schema": overview_tool_schema(request.total_weeks),
        }
        self._tool_choice = FORCED
        self._messages: list[MessageParam] = [{"role": "user", "content": user_prompt(request, config)}]

    def ask(self) -> Message:
        """Claude's next message; raises ``OverviewError`` where there is none that can be used.

        It is an ``OverviewUnavailableError`` where the same call may work later.
        """
        try:
            message = self._writer.client.messages.create(
                model=self._writer.model,
                max_tokens=self._writer.max_tokens,
                system=system_prompt(),
                messages=self._messages,
                tools=[self._tool],
                tool_choice=self._tool_choice,
            )
        except anthropic.BadRequestError as error:
            if self._tool_choice is ASKED or "tool_choice" not in (error.api_message or ""):
                raise OverviewError(self._explain(error)) from None
            self._tool_choice = ASKED
            return self.ask()
        except anthropic.AnthropicError as error:
            failure = OverviewUnavailableError if _is_transient(error) else OverviewError
            raise failure(self._explain(error)) from None
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise OverviewError(self._no_messages_api()) from None
        self._check_whole(message)
        return message

    def answer(self, message: Message, call: ToolUseBlock | None, problems: tuple[str, ...]) -> None:
        """Add Claude's message as it is, and what was wrong with it, to the conversation."""
        if message.content:
            self._messages.append(message.to_param())
        results: list[ToolResultBlockParam | TextBlockParam] = [
            {
                "type": "tool_result",
                "tool_use_id": block.id,
                "is_error": True,
                "content": problems_prompt(problems) if block is call else ONE_CALL_ONLY,
            }
            for block in message.content
            if isinstance(block, ToolUseBlock)
        ]
        if call is None:
            results.append({"type": "text", "text": NO_TOOL_CALL_PROMPT})
        self._messages.append({"role": "user", "content": results})

    def _check_whole(self, message: object) -> None:
        if not isinstance(message, Message) or not isinstance(getattr(message, "content", None), list):
            raise OverviewError(self._no_messages_api())
        if message.stop_reason == "refusal":
            details = message.stop_details
            why = f": {details.explanation}" if details and details.explanation else ""
            raise OverviewError(
                f"{message.model} declined to write this overview{why}; "
                f"check the goals and the event's name, {USE_RULES}"
            )
        if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
            raise OverviewError(
                f"The answer of {message.model} was cut off ({message.stop_reason}) at "
                f"max_tokens={self._writer.max_tokens}; raise {TOKENS_VARIABLE}, ask for fewer weeks, {USE_RULES}"
            )

    def _no_messages_api(self) -> str:
        return f"What answered at {self._address} is not the Messages API: check {ADDRESS_VARIABLE}, {USE_RULES}"

    def _explain(self, error: anthropic.AnthropicError) -> str:
        match error:
            case anthropic.AuthenticationError() | anthropic.PermissionDeniedError():
                return (
                    f"Anthropic does not accept the API key (HTTP {error.status_code}): check that {KEY_VARIABLE} "
                    f"holds a valid key with access to {self._writer.model}, {USE_RULES}"
                )
            case anthropic.NotFoundError():
                return f"Anthropic has no model {self._writer.model!r} (HTTP 404): check {MODEL_VARIABLE}, {USE_RULES}"
            case anthropic.APITimeoutError():
                return (
                    f"Claude did not answer within {self._timeout_s} s, {self._writer.client.max_retries + 1} times: "
                    f"raise {TIMEOUT_VARIABLE} or try again later, {USE_RULES}"
                )
            case anthropic.APIConnectionError():
                return f"Cannot reach {self._address}: check the network and {ADDRESS_VARIABLE}, {USE_RULES}"
            case anthropic.APIStatusError() if error.status_code == 429 or error.status_code >= 500:
                return (
                    f"Anthropic answered HTTP {error.status_code} ({self._quoted(error)}) even after "
                    f"{self._writer.client.max_retries} retries: try again later, {USE_RULES}"
                )
            case anthropic.APIStatusError():
                return (
                    f"Anthropic refused the request (HTTP {error.status_code}): {self._quoted(error)} "
                    f"Change what it refuses, {USE_RULES}"
                )
            case _:
                return f"The call of Anthropic's API failed ({type(error).__name__}); try again later, {USE_RULES}"

    @property
    def _address(self) -> str:
        """Where the API is, without a user and password that the address may hold."""
        url = self._writer.client.base_url
        return f"{url.scheme}://{url.netloc.decode()}"

    @property
    def _timeout_s(self) -> str:
        timeout = self._writer.client.timeout
        return f"{timeout:g}" if isinstance(timeout, int | float) else str(getattr(timeout, "read", None))

    def _quoted(self, error: anthropic.APIStatusError) -> str:
        """What the server said, without the key should it have repeated it."""
        message = error.api_message or "it does not say why"
        return message.replace(self._writer.client.api_key, "(key)") if self._writer.client.api_key else message


def _is_transient(error: anthropic.AnthropicError) -> bool:
    """Whether the same call may work later: no answer, too many calls, or a fault of the server."""
    if isinstance(error, anthropic.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return isinstance(error, anthropic.APIConnectionError)


def _tool_call(message: Message) -> ToolUseBlock | None:
    """The first call of the overview tool; there is one in every answer to a forced tool."""
    calls = (block for block in message.content if isinstance(block, ToolUseBlock) and block.name == TOOL_NAME)
    return next(calls, None)


def _read(
    request: PlanRequest, library: Library, config: PlanningConfig, handed_in: Any
) -> OverviewDraft | tuple[str, ...]:
    """The overview handed in, or everything that is wrong with its form or, where that is right, its content."""
    try:
        draft = OverviewDraft.model_validate(handed_in)
    except ValidationError as error:
        return tuple(describe(error, OverviewDraft))
    weeks = draft.weeks
    breaches = overview_breaches(request, weeks, config) or reach_breaches(request, weeks, library, config)
    return (*breaches, *text_problems(draft)) or draft


def _given_up(model: str, plan_id: str, attempts: list[tuple[str, ...]]) -> str:
    problems = "\n".join(f"- {problem}" for problem in attempts[-1])
    return (
        f"{model} wrote no sound overview of {plan_id} in {len(attempts)} attempts. "
        f"Wrong with the last one:\n{problems}\n"
        f"Try again, change the request, {USE_RULES}"
    )
