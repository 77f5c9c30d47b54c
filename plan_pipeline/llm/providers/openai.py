"""OpenAI's models, asked through the Responses API, which keeps nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan_pipeline.llm.providers.access import Access
from plan_pipeline.llm.providers.api_model import ApiModel, configured_model
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "openai"
ADDRESS = "https://api.openai.com/v1"


def configured_provider(settings: Settings, model: str | None = None) -> ApiModel:
    """OpenAI as the settings say, with another model if one is given. Raises ``ProviderSetupError``."""
    return configured_model(
        NAME,
        settings,
        model,
        title="OpenAI",
        address=settings.openai_base_url or ADDRESS,
        key_field="openai_api_key",
        make_model=_made,
        extra_settings={"openai_store": False},
    )


def _made(access: Access, model: str, client: Any) -> Model:
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(base_url=access.address, api_key=access.key, http_client=client)
    return OpenAIResponsesModel(model, provider=provider)
