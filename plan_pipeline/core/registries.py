"""The registries of the core: names that requests use, and where the built-in ones are found."""

from typing import Any, Final

from plan_pipeline.core.registry import Registry

_ARMS = "plan_pipeline.core.arms"
_RULES = "plan_pipeline.core.rules"

_MEASURES = {
    "day_rules": ("hard-day-spacing", "hard-days-per-week", "rest-days", "hard-by-content", "after-long-ride"),
    "request_rules": ("day-caps", "forbidden-days", "stated-equals-delivered", "target-ftp"),
    "load_rules": ("load-week-ratio", "recovery-week-load", "ctl-ramp", "monotony", "longest-ride-growth"),
    "cycle_rules": ("recovery-count", "test-present"),
    "taper_rules": ("taper-volume", "taper-intensity"),
    "race_week_rules": ("race-week",),
    "intensity_rules": ("time-above-105", "intensity-distribution", "time-in-zones"),
    "dose_rules": ("beginner-onset", "level-dose"),
    "goal_rules": ("goal-emphasis", "goal-onset", "goal-progression"),
    "long_ride_rules": ("long-ride-target", "long-ride-timing", "long-ride-specific", "weekend-order"),
    "session_rules": ("rideable", "effort-limit"),
    "running.volume_rules": ("single-run-spike", "weekly-ramp", "volume-or-intensity", "cutback", "long-run-share"),
    "running.week_rules": ("easy-around-long-quality", "mp-long-run-in-cutback", "strides", "easy-runs-differ"),
    "running.session_rules": ("training-caps", "threshold-type"),
    "running.runner_rules": ("readiness", "tier-asked-for", "weeks-for-beginners"),
}
"""The rules by the module that measures them. A name never changes its meaning."""

ALWAYS_COUNT: Final = ("day-caps", "forbidden-days", "stated-equals-delivered")
"""Rules that nobody waives or switches off: a plan that breaks one is not the plan that was asked for."""

ARMS: Final[Registry[Any]] = Registry(
    "arm",
    {name: f"{_ARMS}:{name.upper()}" for name in ("legacy", "adjusted", "optimal")},
    attributes=("adjusts_lengths", "plans_weeks_whole", "may_stretch_days", "again_cost", "prefers_extensible"),
)
OVERVIEW_WRITERS: Final[Registry[Any]] = Registry(
    "overview writer",
    {
        "rules": "plan_pipeline.core.overview.writer:rules_writer",
        **{name: f"plan_pipeline.llm.overviews:{name}_writer" for name in ("anthropic", "openai", "gemini", "ollama")},
    },
    attributes=("__call__",),
    spellings={"claude": "anthropic"},
)
"""Each makes a writer from the settings of the installation."""

RULES: Final[Registry[Any]] = Registry(
    "rule",
    {name: f"{_RULES}.{module}:{name.replace('-', '_')}" for module, names in _MEASURES.items() for name in names},
    attributes=("rule_id", "version", "severity", "evidence", "threshold_for", "waivable", "sports", "check"),
    named_by="rule_id",
)
"""Built-in ones are measures, whose words and numbers are in the planning configuration; others are whole rules."""

CORE_REGISTRIES: Final[dict[str, Registry[Any]]] = {"arms": ARMS, "overview_writers": OVERVIEW_WRITERS, "rules": RULES}
"""By the last part of the name of their entry points' group, ``plan_pipeline.<…>``."""
