"""Google's Gemini models, asked through the Gemini API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan_pipeline.llm.configured import model_of
from plan_pipeline.llm.providers.access import Access, key_text
from plan_pipeline.llm.providers.api_model import ApiModel
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "gemini"
ADDRESS = "https://generativelanguage.googleapis.com"


def configured_provider(settings: Settings, model: str | None = None) -> ApiModel:
    """Gemini as the settings say, with another model if one is given. Raises ``ProviderSetupError``."""
    chosen = model_of(NAME, settings, model)
    key = settings.google_api_key or settings.gemini_api_key
    return ApiModel(
        name=NAME,
        model=chosen,
        max_tokens=settings.llm_max_tokens,
        timeout_s=settings.llm_timeout_s,
        access=Access(
            title="Gemini",
            address=settings.gemini_base_url or ADDRESS,
            key=key_text(key),
            key_variable="GOOGLE_API_KEY" if settings.google_api_key else "GEMINI_API_KEY",
            model_variable="PLAN_PIPELINE_GEMINI_MODEL",
            address_variable="GEMINI_BASE_URL",
        ),
        make_model=_made,
    )


def _made(access: Access, model: str, client: Any) -> Model:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    return GoogleModel(model, provider=GoogleProvider(api_key=access.key, base_url=access.address, http_client=client))
