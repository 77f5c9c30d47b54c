"""Google's Gemini models, asked through the Gemini API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan_pipeline.llm.providers.access import Access
from plan_pipeline.llm.providers.api_model import ApiModel, configured_model
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "gemini"
ADDRESS = "https://generativelanguage.googleapis.com"


def configured_provider(settings: Settings, model: str | None = None) -> ApiModel:
    """Gemini as the settings say, with another model if one is given. Raises ``ProviderSetupError``."""
    return configured_model(
        NAME,
        settings,
        model,
        title="Gemini",
        address=settings.gemini_base_url or ADDRESS,
        key_field="google_api_key" if settings.google_api_key else "gemini_api_key",
        make_model=_made,
    )


def _made(access: Access, model: str, client: Any) -> Model:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    return GoogleModel(model, provider=GoogleProvider(api_key=access.key, base_url=access.address, http_client=client))
