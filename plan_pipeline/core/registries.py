"""The registries of the core: names that requests use, and where the built-in ones are found."""

from typing import Any, Final

from plan_pipeline.core.registry import Registry

_ARMS = "plan_pipeline.core.arms"
_RULES = "plan_pipeline.core.rules.built_in"

_RULE_IDS = (
    "hard-day-spacing",
    "hard-days-per-week",
    "rest-days",
    "day-caps",
    "forbidden-days",
    "stated-equals-delivered",
    "load-week-ratio",
    "recovery-week-load",
    "ctl-ramp",
    "monotony",
    "longest-ride-growth",
    "taper-volume",
    "taper-intensity",
    "time-above-105",
    "target-ftp",
    "intensity-distribution",
)
"""In the order of a plan's results: errors first, then warnings, then notes. A name never changes its meaning."""

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
    {name: f"{_RULES}:{name.replace('-', '_').upper()}" for name in _RULE_IDS},
    attributes=("rule_id", "version", "severity", "evidence", "threshold_text", "waivable", "check"),
    named_by="rule_id",
)
CORE_REGISTRIES: Final[dict[str, Registry[Any]]] = {"arms": ARMS, "overview_writers": OVERVIEW_WRITERS, "rules": RULES}
"""By the last part of the name of their entry points' group, ``plan_pipeline.<…>``."""
