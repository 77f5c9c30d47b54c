"""The settings of an installation, read from the environment, and the version of the running code."""

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from plan_pipeline.core.model.vocabulary import BY_RULES, WorkoutSource
from plan_pipeline.core.model.written import Number, WholeNumber
from plan_pipeline.core.registries import OVERVIEW_WRITERS
from plan_pipeline.shipped import checkout, shipped
from plan_pipeline.strict_input.input_limits import shortened
from plan_pipeline.strict_input.validation_messages import FieldProblem, field_problems, printable

ENV_PREFIX = "PLAN_PIPELINE_"
"""Names in the environment that start with it are ours, so an unknown one is a misspelling."""

MOST_TOKENS = 21_333
"""Of one answer; above it Anthropic's SDK wants streaming."""

GIT_TIMEOUT_S = 5.0
_Path = Annotated[Path, AfterValidator(Path.expanduser)]


class SettingsError(ValueError):
    """A setting cannot be used; the message names each one, what it is set to and what to do."""


class Settings(BaseSettings):
    """The settings of an installation. ``llm_timeout_s`` is in seconds, for one call of a model; ``llm_at_once`` is how
    many such calls all runs together may have open, and ``llm_max_tokens`` the room for thinking and an answer in each:
    24 weeks take about 6,000. ``llm_prices`` is a file of prices in addition to those of the package. A run spends at
    most ``llm_run_budget_usd`` on models, and all runs together ``llm_day_budget_usd`` on a day in ``timezone``, US
    dollars; without them as much as it takes. Calls of models and their answers are kept for ``keep_answers_days``.

    Cron expressions have five fields and hold in ``timezone``; ``nightly`` has the schedules of the night run from the
    start. Without ``publish`` plans are made, measured and recorded, and none is put in place; with ``pages`` each that
    is gets a page, and files in the formats of ``exports``, which are named with commas between. Runs of Dagster are
    kept for ``keep_runs_days``, request files for ``keep_accepted_days`` and ``keep_rejected_days``. A plan is stale
    when it was last made more than ``stale_after_hours`` ago. ``alert_url`` may hold a token. A fact file that cannot
    be read is left out of the warehouse, or with ``strict_warehouse`` keeps it from being refreshed.

    The inbox is checked every ``inbox_interval_s`` seconds; a file in it is taken once it has not changed for
    ``inbox_settle_s`` seconds, and one that breaks off is waited for, ``inbox_give_up_min`` minutes from its last
    change. A plan is finished ``retire_after_days`` after its last day.

    Values come from the arguments, else from the environment; an empty variable counts as not set. Raises
    ``SettingsError`` for a value that cannot be used and for an unknown name that starts with ``PLAN_PIPELINE_``.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_ignore_empty=True, populate_by_name=True, case_sensitive=True
    )

    data: _Path = Field(default=Path("data"), validation_alias="PLAN_PIPELINE_DATA")
    library: _Path = Field(default_factory=lambda: shipped("workout_library"), validation_alias="PLAN_PIPELINE_LIBRARY")
    config: _Path = Field(default_factory=lambda: shipped("config"), validation_alias="PLAN_PIPELINE_CONFIG")
    enable_duration_adjustment: bool | None = Field(default=None, validation_alias="ENABLE_DURATION_ADJUSTMENT")
    publish: bool = Field(default=True, validation_alias="PLAN_PIPELINE_PUBLISH")
    pages: bool = Field(default=False, validation_alias="PLAN_PIPELINE_PAGES")
    exports: str = Field(default="", validation_alias="PLAN_PIPELINE_EXPORTS")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(
        default=None, pattern=r"^https?://[^\s]+$", validation_alias="ANTHROPIC_BASE_URL"
    )
    anthropic_model: str = Field(
        default="claude-sonnet-5-5", min_length=1, validation_alias="PLAN_PIPELINE_ANTHROPIC_MODEL"
    )
    llm_timeout_s: Number = Field(default=120.0, gt=0, le=3600, validation_alias="PLAN_PIPELINE_LLM_TIMEOUT_S")
    llm_max_tokens: WholeNumber = Field(
        default=20_000, ge=1_000, le=MOST_TOKENS, validation_alias="PLAN_PIPELINE_LLM_MAX_TOKENS"
    )
    llm_at_once: WholeNumber = Field(default=4, ge=1, le=100, validation_alias="PLAN_PIPELINE_LLM_AT_ONCE")
    llm_prices: _Path | None = Field(default=None, validation_alias="PLAN_PIPELINE_LLM_PRICES")
    llm_run_budget_usd: Number | None = Field(
        default=None, gt=0, le=1_000_000, validation_alias="PLAN_PIPELINE_LLM_RUN_BUDGET_USD"
    )
    llm_day_budget_usd: Number | None = Field(
        default=None, gt=0, le=1_000_000, validation_alias="PLAN_PIPELINE_LLM_DAY_BUDGET_USD"
    )
    keep_answers_days: WholeNumber = Field(
        default=365, ge=1, le=36_500, validation_alias="PLAN_PIPELINE_KEEP_ANSWERS_DAYS"
    )
    keep_versions: WholeNumber = Field(default=20, ge=1, le=100_000, validation_alias="PLAN_PIPELINE_KEEP_VERSIONS")
    inbox_interval_s: WholeNumber = Field(
        default=30, ge=5, le=86_400, validation_alias="PLAN_PIPELINE_INBOX_INTERVAL_S"
    )
    inbox_settle_s: Number = Field(default=5.0, ge=0, le=3600, validation_alias="PLAN_PIPELINE_INBOX_SETTLE_S")
    inbox_give_up_min: Number = Field(default=10.0, ge=0, le=10_080, validation_alias="PLAN_PIPELINE_INBOX_GIVE_UP_MIN")
    retire_after_days: WholeNumber = Field(
        default=14, ge=0, le=3650, validation_alias="PLAN_PIPELINE_RETIRE_AFTER_DAYS"
    )
    keep_runs_days: WholeNumber = Field(default=30, ge=1, le=36_500, validation_alias="PLAN_PIPELINE_KEEP_RUNS_DAYS")
    keep_accepted_days: WholeNumber = Field(
        default=90, ge=1, le=36_500, validation_alias="PLAN_PIPELINE_KEEP_ACCEPTED_DAYS"
    )
    keep_rejected_days: WholeNumber = Field(
        default=30, ge=1, le=36_500, validation_alias="PLAN_PIPELINE_KEEP_REJECTED_DAYS"
    )
    stale_after_hours: Number = Field(default=36.0, gt=0, le=8_760, validation_alias="PLAN_PIPELINE_STALE_AFTER_HOURS")
    strict_warehouse: bool = Field(default=False, validation_alias="PLAN_PIPELINE_STRICT_WAREHOUSE")
    nightly: bool = Field(default=False, validation_alias="PLAN_PIPELINE_NIGHTLY")
    timezone: str = Field(default="UTC", validation_alias="PLAN_PIPELINE_TIMEZONE")
    retire_cron: str = Field(default="30 0 * * *", validation_alias="PLAN_PIPELINE_RETIRE_CRON")
    batch_cron: str = Field(default="0 3 * * *", validation_alias="PLAN_PIPELINE_BATCH_CRON")
    refresh_cron: str = Field(default="0 5 * * *", validation_alias="PLAN_PIPELINE_REFRESH_CRON")
    plan_health_cron: str = Field(default="0 6 * * *", validation_alias="PLAN_PIPELINE_STANDING_CRON")
    retention_cron: str = Field(default="30 6 * * *", validation_alias="PLAN_PIPELINE_RETENTION_CRON")
    alert_url: SecretStr | None = Field(default=None, validation_alias="PLAN_PIPELINE_ALERT_URL")

    @property
    def named_library(self) -> Path | None:
        """The library that an argument or the environment names; ``None`` where the one in force is to be found."""
        return self.library if "library" in self.model_fields_set else None

    def __init__(self, **values: Any) -> None:
        problems = _unknown_names()
        try:
            super().__init__(**values)
        except ValidationError as error:
            problems += [_line(each) for each in field_problems(error, Settings, quote=_quoted)]
        if problems:
            raise SettingsError("\n".join(problems))

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # what is not found, and what is not even a name
            raise ValueError(f"{name!r} is not a time zone; use a name such as Europe/Berlin or UTC") from None
        return name

    @field_validator("retire_cron", "batch_cron", "refresh_cron", "plan_health_cron", "retention_cron")
    @classmethod
    def _is_cron(cls, expression: str, info: ValidationInfo) -> str:
        if expression == cls.model_fields[info.field_name or ""].default:
            return expression
        from dagster import TimeWindowPartitionsDefinition  # takes a second: only where one is set

        fields = expression.split()
        five_fields = " ".join(fields)
        try:
            if len(fields) != 5:
                raise ValueError(expression)
            TimeWindowPartitionsDefinition(start="2000", fmt="%Y", cron_schedule=five_fields).get_first_partition_key()
        except Exception:  # each kind of mistake has one of its own, down to a day that no month has
            raise ValueError(
                f"{expression!r} is not a time that cron knows; use minute, hour, day of month, month and day of week, "
                "such as '0 3 * * *' for three in the morning"
            ) from None
        return five_fields

    @field_validator("alert_url")
    @classmethod
    def _is_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_web_address(url.get_secret_value()):
            raise ValueError("is not an address; use one that starts with http:// or https:// and names a host")
        return url


def unread_variables(settings: Settings) -> tuple[str, ...]:
    """Variables of the environment that set other planners of this kind, and what says the same here, a sentence each.

    Those that say what holds anyway are left out. Their names are read in any spelling, as those planners do.
    """
    found = []
    for name, value in sorted(os.environ.items()):
        says_here = _ELSEWHERE.get(name.upper())
        if says_here and value.strip() and (remedy := says_here(value.strip().lower(), settings)):
            found.append(f"{name}={printable(shortened(value))} is not read: {remedy}")
    return tuple(found)


def _writer_of_overviews(name: str, _settings: Settings) -> str | None:
    if name == BY_RULES:
        return None
    if name in OVERVIEW_WRITERS.names():
        return (
            f"each request says who writes its overview; write `options: {{overview: {name}}}` into it, or give "
            f"--overview {name}"
        )
    known = ", ".join(OVERVIEW_WRITERS.names())
    return f"nothing of that name writes overviews; name one of {known} under options.overview of requests"


_ELSEWHERE: dict[str, Callable[[str, Settings], str | None]] = {
    "AI_PROVIDER": _writer_of_overviews,
    "AI_MODEL": lambda model, settings: (
        None if model == settings.anthropic_model.lower() else "set PLAN_PIPELINE_ANTHROPIC_MODEL"
    ),
    "AI_MAX_TOKENS": lambda tokens, settings: (
        None if tokens == str(settings.llm_max_tokens) else "set PLAN_PIPELINE_LLM_MAX_TOKENS"
    ),
    "AI_TEMPERATURE": lambda _, _settings: "current models take no temperature; unset it",
    "WORKOUT_SOURCE": lambda source, _: (
        None if source == WorkoutSource.LIBRARY else "workouts come from the library; set it to library, or unset it"
    ),
}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        return False


def without_credentials(text: str) -> str:
    """The text with the user and password of any address in it left out."""
    return _CREDENTIALS.sub("//…@", text)


_CREDENTIALS = re.compile(r"//[^/\s]*@")
_SECRETS = {"ANTHROPIC_API_KEY", "PLAN_PIPELINE_ALERT_URL"}
_ENV_NAMES = {name: str(field.validation_alias) for name, field in Settings.model_fields.items()}


def _unknown_names() -> list[str]:
    known = set(_ENV_NAMES.values())
    problems = []
    for name in sorted(os.environ):
        if name.startswith(ENV_PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "unset it"
            problems.append(f"{name}: is not a known setting; {remedy}")
    return problems


def _quoted(location: Sequence[str], value: Any) -> str | None:
    is_secret = not location or _ENV_NAMES.get(location[0], location[0]) in _SECRETS
    return None if is_secret else without_credentials(repr(value))


def _line(found: FieldProblem) -> str:
    field = str(found.location[0]) if found.location else ""
    name = _ENV_NAMES.get(field, field)
    if name not in _ENV_NAMES.values():
        return str(found)
    return f"{name}: {found.text}{', or unset it' if found.remedy else ''}"


@cache
def code_version() -> str:
    """The package's version, followed by ``+g<sha>`` of the commit where it runs from a git checkout.

    Found once a process; never fails, whatever is not installed.
    """
    try:
        version = metadata.version("plan-pipeline")
    except metadata.PackageNotFoundError:
        version = "0+unknown"
    sha = _checkout_sha()
    if sha is None:
        return version
    return f"{version}{'.' if '+' in version else '+'}g{sha}"


def _checkout_sha() -> str | None:
    """The short hash of the commit checked out around this package; ``None`` outside its own checkout."""
    root = checkout()
    if root is None or not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "rev-parse", "--short=7", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
