"""Which sports a built-in rule is for: by what it measures, or by the unit that it measures in."""

from typing import Final

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.registries import RULES

_ONLY_OF: Final = {
    Sport.CYCLING: (
        "after-long-ride",
        "goal-emphasis",
        "goal-onset",
        "goal-progression",
        "load-week-ratio",
        "recovery-week-load",
        "recovery-count",
        "ctl-ramp",
        "monotony",
        "longest-ride-growth",
        "long-ride-target",
        "long-ride-timing",
        "long-ride-specific",
        "weekend-order",
        "time-above-105",
        "intensity-distribution",
        "test-present",
        "target-ftp",
    ),
    Sport.RUNNING: (
        "single-run-spike",
        "weekly-ramp",
        "volume-or-intensity",
        "cutback",
        "long-run-share",
        "easy-around-long-quality",
        "mp-long-run-in-cutback",
        "strides",
        "easy-runs-differ",
        "training-caps",
        "threshold-type",
        "time-in-zones",
        "readiness",
        "tier-asked-for",
        "weeks-for-beginners",
    ),
}
"""Rules that make sense of plans of one sport alone; all others are for every sport."""


def sports_of_rule(name: str) -> tuple[Sport, ...]:
    """The sports whose plans a rule is for; rules of other packages say it themselves."""
    only = [sport for sport, names in _ONLY_OF.items() if name in names]
    return tuple(only or Sport)


def rules_of_sport(sport: Sport) -> tuple[str, ...]:
    """The names of the rules of a sport, as they are registered, those of other packages included."""
    return tuple(name for name in RULES.names() if sport in sports_of_rule(name))
