"""Which providers of models an installation can ask, and what is to be set where it cannot."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final, NamedTuple

from pydantic import SecretStr

from plan_pipeline.llm import PROVIDERS
from plan_pipeline.llm.asking import Provider, ProviderSetupError
from plan_pipeline.settings import Settings, without_credentials

EXTRA: Final = "providers"


class _Needs(NamedTuple):
    """What a provider needs: any one of ``keys``, and a ``model`` setting, by the names of fields of the settings."""

    modules: tuple[str, ...]
    keys: tuple[str, ...]
    model: str
    base_url: str


_NEEDS: Final[Mapping[str, _Needs]] = {
    "anthropic": _Needs(("anthropic",), ("anthropic_api_key",), "anthropic_model", "anthropic_base_url"),
    "openai": _Needs(("pydantic_ai", "openai"), ("openai_api_key",), "openai_model", "openai_base_url"),
    "gemini": _Needs(
        ("pydantic_ai", "google.genai"), ("google_api_key", "gemini_api_key"), "gemini_model", "gemini_base_url"
    ),
    "ollama": _Needs(("pydantic_ai", "openai"), (), "ollama_model", "ollama_base_url"),
}
"""Of the built-in providers. One of another package says by itself what it lacks."""


class ProviderState(NamedTuple):
    """What is known of a provider without asking it. ``lacks`` says what to do for each thing that is missing.

    ``address`` is where it is asked, where a setting says so, without a password.
    """

    name: str
    model: str | None
    address: str | None
    lacks: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        return not self.lacks


def configured_provider(settings: Settings, name: str, model: str | None = None) -> Provider:
    """A provider by its name, in any spelling, with another model than the settings' if one is given.

    Raises ``UnknownNameError``, ``PluginError``, and ``ProviderSetupError`` where it cannot be asked.
    """
    name = PROVIDERS.check(name)
    if name in _NEEDS:
        model_of(name, settings, model)
    return PROVIDERS.get(name)(settings, model)


def model_of(name: str, settings: Settings, model: str | None = None) -> str:
    """The model that a built-in provider is asked for. Raises ``ProviderSetupError`` where it cannot be asked."""
    state = provider_state(settings, name, model)
    if state.lacks or state.model is None:
        raise ProviderSetupError(f"{name} cannot be asked: {'; '.join(state.lacks)}")
    return state.model


def provider_state(settings: Settings, name: str, model: str | None = None) -> ProviderState:
    """Whether a provider can be asked, and for which model. Nothing is imported or looked up on the network."""
    needs = _NEEDS.get(name)
    if needs is None:
        return ProviderState(name, model, None, ())
    model = model or getattr(settings, needs.model)
    address = getattr(settings, needs.base_url)
    lacks = tuple(_lacking(settings, needs, model))
    return ProviderState(name, model, address and without_credentials(address), lacks)


def provider_states(settings: Settings) -> tuple[ProviderState, ...]:
    """Of every provider, in the order of the registry."""
    return tuple(provider_state(settings, name) for name in PROVIDERS.names())


def _lacking(settings: Settings, needs: _Needs, model: str | None) -> Iterator[str]:
    if not all(map(_is_installed, needs.modules)):
        yield f"install plan-pipeline with the extra {EXTRA}: pip install 'plan-pipeline[{EXTRA}]'"
    if needs.keys:
        key = next((name for name in needs.keys if getattr(settings, name) is not None), None)
        if key is None:
            yield f"set {Settings.variable(needs.keys[0])}"
        elif not _can_be_a_key(getattr(settings, key)):
            yield (
                f"set {Settings.variable(key)} again: it holds spaces, line breaks or characters outside ASCII, so it "
                "is not a key"
            )
    if model is None:
        yield f"set {Settings.variable(needs.model)}"


def _can_be_a_key(key: SecretStr) -> bool:
    text = key.get_secret_value().strip()
    return bool(text) and all("!" <= character <= "~" for character in text)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would be in
        return False
