"""Which providers can be asked, and what to set or to install where they cannot."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.core.registry import UnknownNameError
from plan_pipeline.llm.asking import ProviderSetupError
from plan_pipeline.llm.configured import configured_provider, provider_state, provider_states
from plan_pipeline.settings import Settings

NOTHING: dict[str, Any] = dict.fromkeys(
    (
        *("anthropic_api_key", "openai_api_key", "google_api_key", "gemini_api_key", "ollama_api_key"),
        *("openai_model", "gemini_model", "ollama_model"),
    )
)


def settings(**values: Any) -> Settings:
    return Settings(**{**NOTHING, **values})


@pytest.mark.parametrize(
    ("name", "values", "lacks"),
    [
        ("openai", {}, ("set OPENAI_API_KEY", "set PLAN_PIPELINE_OPENAI_MODEL")),
        ("openai", {"openai_api_key": "sk-1"}, ("set PLAN_PIPELINE_OPENAI_MODEL",)),
        ("openai", {"openai_api_key": "sk-1", "openai_model": "m"}, ()),
        ("gemini", {"gemini_model": "m"}, ("set GOOGLE_API_KEY",)),
        ("gemini", {"gemini_model": "m", "google_api_key": "g-1"}, ()),
        ("gemini", {"gemini_model": "m", "gemini_api_key": "g-1"}, ()),
        ("ollama", {}, ("set PLAN_PIPELINE_OLLAMA_MODEL",)),
        ("ollama", {"ollama_model": "m"}, ()),
        ("anthropic", {}, ("set ANTHROPIC_API_KEY",)),
        ("anthropic", {"anthropic_api_key": "sk-1"}, ()),
    ],
)
def test_a_provider_says_what_it_lacks(name: str, values: dict[str, str], lacks: tuple[str, ...]) -> None:
    assert provider_state(settings(**values), name).lacks == lacks


def test_a_provider_that_lacks_something_is_not_made_and_the_failure_is_permanent() -> None:
    with pytest.raises(ProviderSetupError) as caught:
        configured_provider(settings(openai_model="m"), "openai")

    assert str(caught.value) == "openai cannot be asked: set OPENAI_API_KEY"
    assert (caught.value.outcome, caught.value.is_transient) == (CallOutcome.NOT_ALLOWED, False)


def test_a_model_that_is_named_stands_in_for_the_one_that_is_not_set() -> None:
    provider = configured_provider(settings(llm_max_tokens=5000), "Ollama", "qwen3")

    assert (provider.name, provider.model, provider.max_tokens) == ("ollama", "qwen3", 5000)
    assert dict(provider.settings) == {"max_tokens": "5000"}


def test_an_unknown_provider_is_answered_with_the_nearest_there_is() -> None:
    with pytest.raises(UnknownNameError, match="did you mean gemini"):
        configured_provider(settings(), "gemni")


def test_the_password_in_an_address_is_not_part_of_what_is_shown() -> None:
    states = provider_states(settings(ollama_base_url="http://me:hush-hush@there:11434"))

    assert "hush" not in repr(states)
    assert "http://…@there:11434" in repr(states)


def test_without_the_extra_everything_else_goes_on_and_it_is_named() -> None:
    script = (
        "import sys; sys.modules['pydantic_ai'] = None\n"
        "from plan_pipeline.settings import Settings\n"
        "from plan_pipeline.llm.configured import provider_state\n"
        "print(*provider_state(Settings(ollama_model='m'), 'ollama').lacks)\n"
        "print(provider_state(Settings(anthropic_api_key='k'), 'anthropic').is_usable)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == (
        "install plan-pipeline with the extra providers: pip install 'plan-pipeline[providers]'\nTrue\n"
    )
