"""The settings of an installation, read from the environment, and the version of the running code."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from plan_pipeline.core.model.model_call import Effort
from plan_pipeline.core.model.vocabulary import BY_RULES, WorkoutSource
from plan_pipeline.core.model.written import Number, WholeNumber
from plan_pipeline.core.registries import OVERVIEW_WRITERS
from plan_pipeline.other_names import PROVIDER, TEMPERATURE, OtherValue, other_values, other_variables
from plan_pipeline.shipped import checkout, shipped
from plan_pipeline.strict_input.input_limits import shortened
from plan_pipeline.strict_input.validation_messages import FieldProblem, field_problems, printable

ENV_PREFIX = "PLAN_PIPELINE_"
"""Names in the environment that start with it are ours, so an unknown one is a misspelling."""

MOST_TOKENS = 21_333
"""Of one answer; above it Anthropic's SDK wants streaming."""

WEB_ADDRESS = r"^https?://[^\s]+$"
GIT_TIMEOUT_S = 5.0
_Path = Annotated[Path, AfterValidator(Path.expanduser)]


class SettingsError(ValueError):
    """A setting cannot be used; the message names each one, what it is set to and what to do."""


class Fallback(StrEnum):
    """What becomes of a plan whose model has given no answer that could be used."""

    FAIL = "fail"
    RULES = "rules"


class Settings(BaseSettings):
    """The settings of an installation.

    Cron expressions have five fields and hold in ``timezone``; ``nightly`` has the schedules of the night run from the
    start. Without ``publish`` plans are made, measured and recorded, and none is put in place; with ``pages`` each that
    is gets a page, and files in the formats of ``exports``, which are named with commas between. Runs of Dagster are
    kept for ``keep_runs_days``, request files for ``keep_accepted_days`` and ``keep_rejected_days``. A plan is stale
    when it was last made more than ``stale_after_hours`` ago. ``alert_url`` may hold a token. A fact file that cannot
    be read is left out of the warehouse, or with ``strict_warehouse`` keeps it from being refreshed.

    A provider is asked where it has a key and a model, of which only Anthropic's has a default; Ollama needs no key.
    ``default_overview`` and ``default_workouts`` are for requests that do not say ``options.overview`` and
    ``options.workouts``. ``llm_timeout_s`` is in seconds, for one call of a model; ``llm_at_once`` is how many such
    calls all runs together may have open, and ``llm_max_tokens`` the room for thinking and an answer in each: 24 weeks
    take about 6,000. ``llm_effort`` is how much a model thinks. ``llm_attempts`` is how many answers are taken for an
    overview or a week before ``llm_fallback`` holds. A call that failed for a passing reason is repeated up to
    ``llm_retries`` times, after ``llm_longest_wait_s`` seconds at most. ``coach_texts`` says who writes previews of
    weeks and what key workouts are for: ``rules`` from templates, or the provider of a model, which is
    ``coach_texts_model`` where one is named. ``llm_prices`` is a file of prices in addition to those of the package. A
    run spends at most ``llm_run_budget_usd`` on models, and all runs together ``llm_day_budget_usd`` on a day in
    ``timezone``, US dollars; without them as much as it takes. Calls of models and their answers are kept for
    ``keep_answers_days``. With ``llm_batch`` what plans need of Claude is asked at night, at ``llm_batch_cron``, as a
    batch for half the price.

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
    anthropic_base_url: str | None = Field(default=None, pattern=WEB_ADDRESS, validation_alias="ANTHROPIC_BASE_URL")
    anthropic_model: str = Field(
        default="claude-sonnet-5-5", min_length=1, validation_alias="PLAN_PIPELINE_ANTHROPIC_MODEL"
    )
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, pattern=WEB_ADDRESS, validation_alias="OPENAI_BASE_URL")
    openai_model: str | None = Field(default=None, min_length=1, validation_alias="PLAN_PIPELINE_OPENAI_MODEL")
    google_api_key: SecretStr | None = Field(default=None, validation_alias="GOOGLE_API_KEY")
    gemini_api_key: SecretStr | None = Field(default=None, validation_alias="GEMINI_API_KEY")
    gemini_base_url: str | None = Field(default=None, pattern=WEB_ADDRESS, validation_alias="GEMINI_BASE_URL")
    gemini_model: str | None = Field(default=None, min_length=1, validation_alias="PLAN_PIPELINE_GEMINI_MODEL")
    ollama_api_key: SecretStr | None = Field(default=None, validation_alias="OLLAMA_API_KEY")
    ollama_base_url: str = Field(
        default="http://localhost:11434", pattern=WEB_ADDRESS, validation_alias="OLLAMA_BASE_URL"
    )
    ollama_model: str | None = Field(default=None, min_length=1, validation_alias="PLAN_PIPELINE_OLLAMA_MODEL")
    default_overview: str = Field(default=BY_RULES, validation_alias="AI_PROVIDER")
    default_workouts: WorkoutSource = Field(default=WorkoutSource.LIBRARY, validation_alias="WORKOUT_SOURCE")
    llm_timeout_s: Number = Field(default=120.0, gt=0, le=3600, validation_alias="PLAN_PIPELINE_LLM_TIMEOUT_S")
    llm_max_tokens: WholeNumber = Field(
        default=20_000, ge=1_000, le=MOST_TOKENS, validation_alias="PLAN_PIPELINE_LLM_MAX_TOKENS"
    )
    llm_attempts: WholeNumber = Field(default=3, ge=1, le=10, validation_alias="PLAN_PIPELINE_LLM_ATTEMPTS")
    llm_fallback: Fallback = Field(default=Fallback.FAIL, validation_alias="PLAN_PIPELINE_LLM_FALLBACK")
    llm_effort: Effort = Field(default=Effort.MEDIUM, validation_alias="PLAN_PIPELINE_LLM_EFFORT")
    llm_retries: WholeNumber = Field(default=2, ge=0, le=10, validation_alias="PLAN_PIPELINE_LLM_RETRIES")
    llm_longest_wait_s: Number = Field(default=60.0, ge=0, le=3600, validation_alias="PLAN_PIPELINE_LLM_LONGEST_WAIT_S")
    llm_at_once: WholeNumber = Field(default=4, ge=1, le=100, validation_alias="PLAN_PIPELINE_LLM_AT_ONCE")
    llm_batch: bool = Field(default=False, validation_alias="PLAN_PIPELINE_LLM_BATCH")
    llm_batch_cron: str = Field(default="45 0 * * *", validation_alias="PLAN_PIPELINE_LLM_BATCH_CRON")
    coach_texts: str = Field(default=BY_RULES, validation_alias="PLAN_PIPELINE_COACH_TEXTS")
    coach_texts_model: str | None = Field(
        default=None, min_length=1, validation_alias="PLAN_PIPELINE_COACH_TEXTS_MODEL"
    )
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

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values of all settings that are not to be shown."""
        values = (getattr(self, name) for name in Settings.model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    @classmethod
    def variable(cls, field: str) -> str:
        """The name in the environment of a setting."""
        return str(cls.model_fields[field].validation_alias)

    def __init__(self, **values: Any) -> None:
        problems = _unknown_names()
        others = [each for each in other_values(other_variables(), Settings.model_fields) if _is_left(each, values)]
        values |= {each.field: each.value for each in others}
        try:
            super().__init__(**values)
        except ValidationError as error:
            names = _ENV_NAMES | {each.field: each.variable for each in others}
            problems += [_line(each, names) for each in field_problems(error, Settings, quote=_quoted)]
        if problems:
            raise SettingsError("\n".join(problems))

    @field_validator("default_overview", "coach_texts")
    @classmethod
    def _writes_overviews(cls, name: str) -> str:
        return OVERVIEW_WRITERS.check(name)

    @field_validator("default_workouts")
    @classmethod
    def _has_a_model_to_write_them(cls, source: WorkoutSource, info: ValidationInfo) -> WorkoutSource:
        if source is WorkoutSource.LLM and info.data.get("default_overview") == BY_RULES:
            raise ValueError(
                "is llm, which only a model writes that writes the overview too; set AI_PROVIDER to one, as anthropic"
            )
        return source

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # what is not found, and what is not even a name
            raise ValueError(f"{name!r} is not a time zone; use a name such as Europe/Berlin or UTC") from None
        return name

    @field_validator(
        "retire_cron", "llm_batch_cron", "batch_cron", "refresh_cron", "plan_health_cron", "retention_cron"
    )
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
    """Variables of the environment that set other planners of this kind and do nothing here, a sentence each.

    Those that say what holds anyway are left out.
    """
    variables = other_variables()
    fields = {each.variable: each.field for each in other_values(variables, Settings.model_fields)}
    found = []
    for name, value in variables.items():
        if remedy := _why_unread(name, value, fields.get(name), settings):
            found.append(f"{name}={printable(shortened(value))} is not read: {remedy}")
    return tuple(found)


def _why_unread(name: str, value: str, field: str | None, settings: Settings) -> str | None:
    if name == TEMPERATURE:
        return "no model is sent a temperature, which current ones refuse; unset it"
    if field is None:
        return f"{PROVIDER} is {settings.default_overview}, for which no model can be set; unset one of them"
    ours = Settings.variable(field)
    if ours == name or value == str(getattr(settings, field)):
        return None
    return f"{ours} goes before it; unset one of them"


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
_ENV_NAMES = {name: Settings.variable(name) for name in Settings.model_fields}
_SECRETS = {
    _ENV_NAMES[name] for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation)
}


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


def _is_left(other: OtherValue, values: Mapping[str, Any]) -> bool:
    """Whether neither an argument nor a variable of ours says what another planner's variable does."""
    ours = Settings.variable(other.field)
    return other.field not in values and (ours == other.variable or not os.environ.get(ours))


def _line(found: FieldProblem, names: Mapping[str, str]) -> str:
    field = str(found.location[0]) if found.location else ""
    name = names.get(field, field)
    if name not in names.values():
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
