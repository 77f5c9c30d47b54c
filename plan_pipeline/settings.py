"""Where things are and what is switched on: the settings of an installation, read from the environment.

Belongs here: every setting with its name in the environment, and the version of the running code. Does not
belong here: anything about a single plan (see ``core.request``) or a number that a coach would tune.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENV_PREFIX = "PLAN_PIPELINE_"
"""Names in the environment that start with it are ours, so an unknown one is a misspelling."""

DISTRIBUTION = "plan-pipeline"
UNKNOWN_VERSION = "0+unknown"
GIT_TIMEOUT_S = 5.0
SHA_LENGTH = 7

_PROJECT_ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting cannot be used; the message names each one, what it is set to and what to do."""


def _default_library() -> Path:
    checkout = _PROJECT_ROOT / "workout_library"
    return checkout if checkout.is_dir() else Path("workout_library")


class Settings(BaseSettings):
    """The settings of an installation. ``llm_timeout_s`` is in seconds, for one call of a model.

    Values come from the arguments, else from the environment; an empty variable counts as not set. Raises
    ``SettingsError`` for a value that cannot be used and for an unknown name that starts with ``PLAN_PIPELINE_``.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_ignore_empty=True, populate_by_name=True, case_sensitive=True
    )

    data: Path = Field(default=Path("data"), validation_alias="PLAN_PIPELINE_DATA")
    library: Path = Field(default_factory=_default_library, validation_alias="PLAN_PIPELINE_LIBRARY")
    enable_duration_adjustment: bool | None = Field(default=None, validation_alias="ENABLE_DURATION_ADJUSTMENT")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(
        default=None, pattern=r"^https?://[^\s]+$", validation_alias="ANTHROPIC_BASE_URL"
    )
    anthropic_model: str = Field(
        default="claude-sonnet-5-5", min_length=1, validation_alias="PLAN_PIPELINE_ANTHROPIC_MODEL"
    )
    llm_timeout_s: float = Field(default=120.0, gt=0, le=3600, validation_alias="PLAN_PIPELINE_LLM_TIMEOUT_S")
    keep_versions: int = Field(default=20, ge=1, le=100_000, validation_alias="PLAN_PIPELINE_KEEP_VERSIONS")

    def __init__(self, **values: Any) -> None:
        problems = _unknown_names(os.environ)
        try:
            super().__init__(**values)
        except ValidationError as error:
            problems += [_wording(detail) for detail in error.errors(include_url=False)]
        if problems:
            raise SettingsError("\n".join(problems))

    @field_validator("data", "library")
    @classmethod
    def _at_home(cls, path: Path) -> Path:
        return path.expanduser()


_ENV_NAMES = {name: str(field.validation_alias) for name, field in Settings.model_fields.items()}


def _unknown_names(environment: Iterable[str]) -> list[str]:
    known = set(_ENV_NAMES.values())
    problems = []
    for name in sorted(environment):
        if name.startswith(ENV_PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "unset it"
            problems.append(f"{name}: is not a known setting; {remedy}")
    return problems


def _wording(detail: Any) -> str:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    name = _ENV_NAMES.get(field, field)
    if detail["type"] == "extra_forbidden":
        near = get_close_matches(field, _ENV_NAMES, n=1)
        return f"{name}: is not a known setting; {f'did you mean {near[0]}?' if near else 'remove it'}"
    what = detail["msg"][0].lower() + detail["msg"][1:]
    given = "" if "KEY" in name else f", not {detail['input']!r}"
    return f"{name}: {what}{given}; correct it or unset it"


@cache
def code_version() -> str:
    """The package's version, followed by ``+g<sha>`` of the commit where it runs from a git checkout.

    Found once a process; never fails, whatever is not installed.
    """
    try:
        version = metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        version = UNKNOWN_VERSION
    sha = _checkout_sha()
    if sha is None:
        return version
    return f"{version}{'.' if '+' in version else '+'}g{sha}"


def _checkout_sha() -> str | None:
    """The short hash of the commit checked out around this package; ``None`` outside its own checkout."""
    if not (_PROJECT_ROOT / ".git").exists() or not (_PROJECT_ROOT / "pyproject.toml").is_file():
        return None
    command = ["git", "-C", str(_PROJECT_ROOT), "rev-parse", f"--short={SHA_LENGTH}", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
