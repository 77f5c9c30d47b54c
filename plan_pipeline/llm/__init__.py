"""What is asked of language models: prompts, the schemas of answers, conversations, and the providers of models.

Belongs here: everything that speaks to a model. Does not belong here: deciding whether an overview is sound
(see ``core.overview.soundness``). Providers are found by name in ``PROVIDERS``, and other packages add theirs as entry
points ``plan_pipeline.providers``. An SDK is imported where a model is really asked, and not by this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from plan_pipeline.core.registry import Registry

if TYPE_CHECKING:
    from plan_pipeline.llm.asking import Provider
    from plan_pipeline.settings import Settings

_HERE: Final = "plan_pipeline.llm"


class ProviderFactory(Protocol):
    """Makes a provider from the settings of the installation, with another model if one is given.

    Raises ``ProviderSetupError`` where a key, a model or a library is missing.
    """

    def __call__(self, settings: Settings, model: str | None = None) -> Provider: ...


PROVIDERS: Final[Registry[ProviderFactory]] = Registry(
    "provider of models",
    {
        "anthropic": f"{_HERE}.anthropic.provider:configured_provider",
        **{name: f"{_HERE}.providers.{name}:configured_provider" for name in ("openai", "gemini", "ollama")},
    },
    attributes=("__call__",),
)
