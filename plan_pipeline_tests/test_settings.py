"""Settings from the environment: names, defaults, and one clear error for what cannot be used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plan_pipeline.redaction import without_secrets
from plan_pipeline.settings import Settings, SettingsError, code_version, unread_variables

NAMES = re.compile(
    r"PLAN_PIPELINE_.*|(ANTHROPIC|OPENAI|GOOGLE|GEMINI|OLLAMA)_.*|ENABLE_DURATION_ADJUSTMENT|AI_.*|WORKOUT_SOURCE",
    re.IGNORECASE,
)


@pytest.fixture
def environment() -> Iterator[Callable[..., None]]:
    """Sets variables, with none of ours before and everything as it was after the test."""
    before = dict(os.environ)
    for name in before:
        if NAMES.fullmatch(name):
            del os.environ[name]
    yield lambda **variables: os.environ.update(variables)
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("environment")
def test_without_any_setting_the_defaults_hold() -> None:
    settings = Settings()

    assert settings.data == Path("data")
    assert settings.library.name == "workout_library"
    assert settings.config.name == "config"
    assert settings.enable_duration_adjustment is None
    assert settings.anthropic_api_key is None and settings.anthropic_base_url is None
    assert settings.anthropic_model.startswith("claude-sonnet-")
    assert settings.llm_timeout_s > 0 and settings.keep_versions >= 1


@pytest.mark.usefixtures("environment")
def test_library_and_configuration_of_the_checkout_are_found_from_any_folder(tmp_path: Path) -> None:
    script = "from plan_pipeline.settings import Settings; print(Settings().library, Settings().config)"
    root = Path(__file__).parent.parent
    printed = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert printed == f"{root / 'workout_library'} {root / 'config'}"


def test_every_setting_has_its_name_in_the_environment(environment: Callable[..., None]) -> None:
    environment(
        PLAN_PIPELINE_DATA="/srv/plans",
        PLAN_PIPELINE_LIBRARY="/srv/library",
        PLAN_PIPELINE_CONFIG="/srv/config",
        ENABLE_DURATION_ADJUSTMENT="false",
        ANTHROPIC_API_KEY="sk-secret",
        ANTHROPIC_BASE_URL="http://127.0.0.1:8080",
        PLAN_PIPELINE_ANTHROPIC_MODEL="claude-x",
        PLAN_PIPELINE_LLM_TIMEOUT_S="7.5",
        PLAN_PIPELINE_LLM_EFFORT="xhigh",
        PLAN_PIPELINE_LLM_RETRIES="5",
        PLAN_PIPELINE_LLM_LONGEST_WAIT_S="90",
        PLAN_PIPELINE_KEEP_VERSIONS="03",
    )
    settings = Settings()

    folders = (settings.data, settings.library, settings.config)
    assert folders == (Path("/srv/plans"), Path("/srv/library"), Path("/srv/config"))
    assert settings.enable_duration_adjustment is False
    assert settings.anthropic_api_key is not None and settings.anthropic_api_key.get_secret_value() == "sk-secret"
    assert (settings.anthropic_base_url, settings.anthropic_model) == ("http://127.0.0.1:8080", "claude-x")
    assert (settings.llm_timeout_s, settings.keep_versions) == (7.5, 3)
    assert (settings.llm_effort, settings.llm_retries, settings.llm_longest_wait_s) == ("xhigh", 5, 90.0)


def test_an_argument_goes_before_the_environment(environment: Callable[..., None]) -> None:
    environment(PLAN_PIPELINE_DATA="/srv/plans")

    assert Settings(data=Path("here")).data == Path("here")


def test_an_empty_variable_counts_as_not_set(environment: Callable[..., None]) -> None:
    environment(PLAN_PIPELINE_DATA="", ANTHROPIC_API_KEY="", ENABLE_DURATION_ADJUSTMENT="")
    settings = Settings()

    assert (settings.data, settings.anthropic_api_key) == (Path("data"), None)
    assert settings.enable_duration_adjustment is None


@pytest.mark.parametrize("name", ["AI_PROVIDER", "ai_provider", "Ai_Provider"])
def test_the_writer_of_requests_that_name_none_can_be_set(name: str, environment: Callable[..., None]) -> None:
    assert Settings().default_overview == "rules"
    environment(**{name: " Anthropic "})

    assert Settings().default_overview == "anthropic"
    assert Settings(default_overview="rules").default_overview == "rules"


def test_names_of_other_planners_set_the_model_and_the_room_for_its_answer(environment: Callable[..., None]) -> None:
    environment(AI_PROVIDER="anthropic", AI_MODEL="claude-x", AI_MAX_TOKENS="16384", WORKOUT_SOURCE=" Library ")
    settings = Settings()

    assert (settings.anthropic_model, settings.llm_max_tokens) == ("claude-x", 16384)
    assert settings.default_workouts == "library"
    assert unread_variables(settings) == ()


def test_a_model_without_its_provider_is_anthropics_as_with_those_planners(environment: Callable[..., None]) -> None:
    environment(AI_MODEL="claude-x")

    assert Settings().anthropic_model == "claude-x"


def test_our_own_names_go_before_those_of_other_planners_and_that_is_said(environment: Callable[..., None]) -> None:
    environment(AI_MODEL="claude-x", AI_MAX_TOKENS="16384")
    environment(PLAN_PIPELINE_ANTHROPIC_MODEL="claude-y", PLAN_PIPELINE_LLM_MAX_TOKENS="9000")
    settings = Settings()

    assert (settings.anthropic_model, settings.llm_max_tokens) == ("claude-y", 9000)
    assert unread_variables(settings) == (
        "AI_MAX_TOKENS=16384 is not read: PLAN_PIPELINE_LLM_MAX_TOKENS goes before it; unset one of them",
        "AI_MODEL=claude-x is not read: PLAN_PIPELINE_ANTHROPIC_MODEL goes before it; unset one of them",
    )


def test_both_names_may_say_the_same(environment: Callable[..., None]) -> None:
    environment(AI_MODEL="claude-x", AI_MAX_TOKENS="9000", AI_TEMPERATURE="")
    environment(PLAN_PIPELINE_ANTHROPIC_MODEL="claude-x", PLAN_PIPELINE_LLM_MAX_TOKENS="9000")

    assert unread_variables(Settings()) == ()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"AI_TEMPERATURE": "0.7"},
            "AI_TEMPERATURE=0.7 is not read: no model is sent a temperature, which current ones refuse; unset it",
        ),
        (
            {"AI_PROVIDER": "rules", "AI_MODEL": "gpt-x"},
            "AI_MODEL=gpt-x is not read: AI_PROVIDER is rules, for which no model can be set; unset one of them",
        ),
    ],
)
def test_a_variable_that_means_nothing_here_is_not_ignored_without_a_word(
    variables: dict[str, str], sentence: str, environment: Callable[..., None]
) -> None:
    environment(**variables)

    assert unread_variables(Settings()) == (sentence,)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("AI_PROVIDER", "cohere", "AI_PROVIDER: 'cohere' is not a known overview writer; use one of rules, anthropic"),
        ("AI_MAX_TOKENS", "99999", "AI_MAX_TOKENS: must be at most 21333, not 99999"),
        ("WORKOUT_SOURCE", "elsewhere", "WORKOUT_SOURCE: "),
    ],
)
def test_a_variable_of_other_planners_that_cannot_be_used_is_named_as_it_was_set(
    name: str, value: str, message: str, environment: Callable[..., None]
) -> None:
    environment(**{name: value})

    with pytest.raises(SettingsError) as caught:
        Settings()
    assert str(caught.value).startswith(message)


def test_every_key_is_a_secret(environment: Callable[..., None]) -> None:
    keys = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY", "OLLAMA_API_KEY")
    environment(**{name: f"secret-of-{name}" for name in keys})
    settings = Settings()

    assert settings.secrets == tuple(f"secret-of-{name}" for name in keys)
    assert "secret-of" not in repr(settings)
    assert "secret-of" not in without_secrets(" ".join(settings.secrets))


def test_a_home_folder_is_written_out(environment: Callable[..., None]) -> None:
    environment(PLAN_PIPELINE_DATA="~/plans")

    assert Settings().data == Path.home() / "plans"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "ENABLE_DURATION_ADJUSTMENT",
            "perhaps",
            "must be true or false, not 'perhaps'; write one of them, or unset it",
        ),
        ("PLAN_PIPELINE_LLM_TIMEOUT_S", "soon", "must be a number, not 'soon'; write it in digits, or unset it"),
        (
            "PLAN_PIPELINE_LLM_TIMEOUT_S",
            "0",
            "must be more than 0, not 0; give a number above 0 to 3600, or unset it",
        ),
        (
            "PLAN_PIPELINE_KEEP_VERSIONS",
            "0",
            "must be at least 1, not 0; give a number from 1 to 100000, or unset it",
        ),
        (
            "PLAN_PIPELINE_KEEP_VERSIONS",
            "1_000",
            "must be a whole number, not '1_000'; write it in digits, or unset it",
        ),
        ("PLAN_PIPELINE_STALE_AFTER_HOURS", "1e3", "must be a number, not '1e3'; write it in digits, or unset it"),
        ("PLAN_PIPELINE_LLM_EFFORT", "hgh", "'hgh' is not known; did you mean high?"),
        ("PLAN_PIPELINE_LLM_RETRIES", "11", "must be at most 10, not 11; give a number from 0 to 10, or unset it"),
        (
            "PLAN_PIPELINE_LLM_LONGEST_WAIT_S",
            "-1",
            "must be at least 0, not -1; give a number from 0 to 3600, or unset it",
        ),
        ("ANTHROPIC_BASE_URL", "ftp://x", "'ftp://x' does not match"),
        ("ANTHROPIC_BASE_URL", "ftp://me:secret@x", "'ftp://…@x' does not match"),
        ("PLAN_PIPELINE_TIMEZONE", "Mars", "'Mars' is not a time zone; use a name such as Europe/Berlin"),
        ("PLAN_PIPELINE_DATAA", "x", "is not a known setting; did you mean PLAN_PIPELINE_DATA?"),
        ("PLAN_PIPELINE_QWERTYUIOP", "x", "is not a known setting; "),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable(
    environment: Callable[..., None], name: str, value: str, message: str
) -> None:
    environment(**{name: value})

    with pytest.raises(SettingsError) as error:
        Settings()

    assert str(error.value).startswith(f"{name}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_all_bad_values_are_named_at_once(environment: Callable[..., None]) -> None:
    environment(PLAN_PIPELINE_KEEP_VERSIONS="x", PLAN_PIPELINE_LLM_TIMEOUT_S="y", PLAN_PIPELINE_DTAA="z")

    with pytest.raises(SettingsError) as error:
        Settings()

    assert len(str(error.value).splitlines()) == 3


@pytest.mark.usefixtures("environment")
def test_an_unknown_argument_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"keep_version: is not a known field; did you mean keep_versions\?"):
        Settings(keep_version=3)


def test_the_key_is_never_shown(environment: Callable[..., None]) -> None:
    environment(ANTHROPIC_API_KEY="sk-secret")
    settings = Settings()

    assert "sk-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.usefixtures("environment")
def test_a_key_that_cannot_be_used_is_not_shown_either() -> None:
    with pytest.raises(SettingsError, match=r"ANTHROPIC_API_KEY: ") as error:
        Settings(anthropic_api_key=["sk-secret"])

    assert "sk-secret" not in str(error.value)


def test_the_code_version_names_the_package_and_the_commit() -> None:
    assert re.fullmatch(r"\d+(\.\w+)*(\+(unknown|g[0-9a-f]{7,})(\.g[0-9a-f]{7,})?)?", code_version())


def test_the_code_version_needs_no_git(tmp_path: Path) -> None:
    script = "from plan_pipeline.settings import code_version; print(code_version())"
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": str(tmp_path), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.fullmatch(r"[\w.+]+", done.stdout.strip())
    assert "+g" not in done.stdout
