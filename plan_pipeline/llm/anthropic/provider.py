"""Claude as a provider of answers, made from the settings of an installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plan_pipeline.core.model.model_call import Effort
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.llm.anthropic.access import ADDRESS, KEY_VARIABLE, Access
from plan_pipeline.llm.anthropic.parameters import message_parameters
from plan_pipeline.llm.asking import ProviderSetupError, Question, Reply
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from plan_pipeline.llm.anthropic.client import MessagesClient


@dataclass(frozen=True)
class AnthropicProvider:
    """A ``Provider``: one model of Anthropic's, ``max_tokens`` for thinking and an answer together."""

    access: Access
    model: str
    max_tokens: int
    effort: Effort = Effort.MEDIUM
    name: str = BY_ANTHROPIC

    @property
    def settings(self) -> Mapping[str, str]:
        return {"max_tokens": str(self.max_tokens), "effort": self.effort}

    def ask(self, question: Question) -> Reply:
        """One request over the network, never repeated by itself.

        An answer that was refused or cut off is a reply. Raises ``CallFailedError`` where none came.
        """
        return self.client.ask(self.parameters(question), self.model)

    def parameters(self, question: Question) -> dict[str, Any]:
        """What is sent for a question, by itself or in a batch."""
        return message_parameters(question, self.model, self.max_tokens, self.effort)

    @cached_property
    def client(self) -> MessagesClient:
        """The connection to the API, made when it is first needed, for it brings the SDK with it."""
        from plan_pipeline.llm.anthropic.client import MessagesClient

        return MessagesClient(self.access)


def configured_provider(settings: Settings, model: str | None = None) -> AnthropicProvider:
    """Claude as the settings say, with another model if one is given.

    Raises ``ProviderSetupError`` where the key is missing or cannot be one.
    """
    access = Access(
        key=_key(settings), timeout_s=settings.llm_timeout_s, address=settings.anthropic_base_url or ADDRESS
    )
    return AnthropicProvider(
        access, model or settings.anthropic_model, settings.llm_max_tokens, effort=settings.llm_effort
    )


def _key(settings: Settings) -> str:
    key = settings.anthropic_api_key.get_secret_value().strip() if settings.anthropic_api_key else ""
    if not key:
        raise ProviderSetupError(f"{KEY_VARIABLE} is not set, so Claude cannot be asked: set it")
    if not all("!" <= character <= "~" for character in key):
        raise ProviderSetupError(
            f"{KEY_VARIABLE} holds spaces, line breaks or characters outside ASCII, so it is not a key: set it again"
        )
    return key
