"""The ids of the rules that a plan is held against, as plain words.

Belongs here: the ids, and which of them a request may waive. Does not belong here: the rules themselves (see
``plan_rules``), which import the request that this module helps to read; hence the ids apart from them.
"""

from __future__ import annotations

from difflib import get_close_matches

PLAN_RULE_IDS: tuple[str, ...] = (
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
    "intensity-distribution",
)
"""Every rule, in the order of a plan's results. An id once given never changes its meaning."""

NEVER_WAIVED: tuple[str, ...] = ("stated-equals-delivered", "day-caps", "forbidden-days")
"""A plan that breaks one of these is wrong by its own request, so there is nothing to waive."""


def check_waiver(rule_id: str) -> str:
    """Return a rule id that a request may waive unchanged, or raise ``ValueError`` that says what to write."""
    if rule_id not in PLAN_RULE_IDS:
        nearest = get_close_matches(rule_id.strip().lower().replace("_", "-"), PLAN_RULE_IDS, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"{rule_id!r} is not a rule; did you mean {nearest!r}? The rules are {', '.join(PLAN_RULE_IDS)}"
        )
    if rule_id in NEVER_WAIVED:
        raise ValueError(
            f"{rule_id!r} can not be waived: a plan that breaks it is not the plan that was asked for; "
            "take it off the list and change the request's days, caps or hours instead"
        )
    return rule_id
