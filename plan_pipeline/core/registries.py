"""The registries of the core: names that requests use, and where the built-in ones are found."""

from typing import Any, Final

from plan_pipeline.core.registry import Registry

_ARMS = "plan_pipeline.core.arms"
_RULES = "plan_pipeline.core.rules.built_in"

ARMS: Final[Registry[Any]] = Registry(
    "arm",
    {name: f"{_ARMS}:{name.upper()}" for name in ("legacy", "adjusted", "optimal")},
    attributes=("adjusts_lengths", "plans_weeks_whole", "may_stretch_days", "again_cost", "prefers_extensible"),
)
OVERVIEW_WRITERS: Final[Registry[Any]] = Registry(
    "overview writer",
    {
        "rules": "plan_pipeline.core.overview.writer:rules_writer",
        "anthropic": "plan_pipeline.llm.client:configured_writer",
    },
    attributes=("__call__",),
)
"""Each makes a writer from the settings of the installation."""

RULES: Final[Registry[Any]] = Registry(
    "rule",
    {
        "hard-day-spacing": f"{_RULES}:HARD_DAY_SPACING",
        "hard-days-per-week": f"{_RULES}:HARD_DAYS_PER_WEEK",
        "rest-days": f"{_RULES}:REST_DAYS",
        "day-caps": f"{_RULES}:DAY_CAPS",
        "forbidden-days": f"{_RULES}:FORBIDDEN_DAYS",
        "stated-equals-delivered": f"{_RULES}:STATED_EQUALS_DELIVERED",
        "load-week-ratio": f"{_RULES}:LOAD_WEEK_RATIO",
        "recovery-week-load": f"{_RULES}:RECOVERY_WEEK_LOAD",
        "ctl-ramp": f"{_RULES}:CTL_RAMP",
        "monotony": f"{_RULES}:MONOTONY",
        "longest-ride-growth": f"{_RULES}:LONGEST_RIDE",
        "taper-volume": f"{_RULES}:TAPER_VOLUME",
        "taper-intensity": f"{_RULES}:TAPER_INTENSITY",
        "time-above-105": f"{_RULES}:TIME_ABOVE_105",
        "intensity-distribution": f"{_RULES}:INTENSITY_DISTRIBUTION",
    },
    attributes=("rule_id", "version", "severity", "evidence", "threshold_text", "waivable", "check"),
    named_by="rule_id",
)
"""In the order of a plan's results: errors first, then warnings, then notes. A name never changes its meaning."""

CORE_REGISTRIES: Final[dict[str, Registry[Any]]] = {"arms": ARMS, "overview_writers": OVERVIEW_WRITERS, "rules": RULES}
"""By the last part of the name of their entry points' group, ``plan_pipeline.<…>``."""
