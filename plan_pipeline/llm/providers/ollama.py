"""Models that Ollama runs on a machine of one's own, asked through its API in the form of OpenAI's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan_pipeline.llm.providers.access import Access
from plan_pipeline.llm.providers.api_model import ApiModel, configured_model
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "ollama"
API_PATH = "/v1"
NO_KEY = "none"
"""Ollama asks for no key unless something stands before it; its client wants some word."""


def configured_provider(settings: Settings, model: str | None = None) -> ApiModel:
    """Ollama as the settings say, with another model if one is given. Raises ``ProviderSetupError``."""
    return configured_model(
        NAME,
        settings,
        model,
        title="Ollama",
        address=f"{settings.ollama_base_url.rstrip('/').removesuffix(API_PATH)}{API_PATH}",
        key_field="ollama_api_key",
        make_model=_made,
        model_remedy="`ollama pull {model}` fetches it",
        address_remedy="`ollama serve` starts it",
        # Ollama passes over max_completion_tokens (ollama/ollama#7125), and an answer may fill its whole context.
        extra_settings={"extra_body": {"max_tokens": settings.llm_max_tokens}},
    )


def _made(access: Access, model: str, client: Any) -> Model:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.providers.ollama import OllamaProvider

    provider = OllamaProvider(base_url=access.address, api_key=access.key or NO_KEY, http_client=client)
    return OllamaModel(model, provider=provider)
