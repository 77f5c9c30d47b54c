"""The built-in rules: one record each, which the registry ``RULES`` finds by name.

A record holds all that there is to change about a rule without changing how it is measured. Numbers that the planner
keeps to as well come from ``core.limits``.
"""

from plan_pipeline.core import limits
from plan_pipeline.core.load_over_time import SEVERE_PCT, THRESHOLD_LEVEL_PCT
from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.rules import day_rules, intensity_rules, load_rules, request_rules, taper_rules
from plan_pipeline.core.rules.plan_view import DAYS
from plan_pipeline.core.rules.rule import PlanRule

# --- errors ----------------------------------------------------------------------------------------------

HARD_DAY_SPACING = PlanRule(
    rule_id="hard-day-spacing",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONSENSUS,
    threshold="≥ {days_between} day between hard days, over week seams",
    measure=day_rules.hard_day_spacing,
    parameters={"days_between": 1},
)

HARD_DAYS_PER_WEEK = PlanRule(
    rule_id="hard-days-per-week",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONVENTION,
    threshold="≤ {at_most} days",
    measure=day_rules.hard_days_per_week,
    parameters={"at_most": limits.MAX_HARD_DAYS},
)

REST_DAYS = PlanRule(
    rule_id="rest-days",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONVENTION,
    threshold="≥ {at_least} days, or {with_recovery_ride} with a recovery ride",
    measure=day_rules.rest_days,
    parameters={"at_least": limits.MIN_REST_DAYS, "with_recovery_ride": len(DAYS) - limits.MAX_TRAINING_DAYS},
)

DAY_CAPS = PlanRule(
    rule_id="day-caps",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONSENSUS,
    threshold="0 min above the request's max_minutes",
    measure=request_rules.day_caps,
    waivable=False,
)

FORBIDDEN_DAYS = PlanRule(
    rule_id="forbidden-days",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONSENSUS,
    threshold="0 days that are not the request's, or not before the event",
    measure=request_rules.forbidden_days,
    waivable=False,
)

STATED_EQUALS_DELIVERED = PlanRule(
    rule_id="stated-equals-delivered",
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONSENSUS,
    threshold="0 totals that differ by more than their rounding",
    measure=request_rules.stated_equals_delivered,
    waivable=False,
)

# --- warnings --------------------------------------------------------------------------------------------

LOAD_WEEK_RATIO = PlanRule(
    rule_id="load-week-ratio",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONVENTION,
    threshold="≤ {most} load weeks in a row (≤ {most_careful} for beginners and athletes over {careful_age}, "
    "≤ {most_short} in plans of up to {short_plan_weeks} weeks)",
    measure=load_rules.load_week_ratio,
    parameters=limits.LOAD_BLOCKS._asdict(),
)

RECOVERY_WEEK_LOAD = PlanRule(
    rule_id="recovery-week-load",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONVENTION,
    threshold="{low_pct} to {high_pct} % of the block's mean TSS",
    measure=load_rules.recovery_week_load,
    parameters={"low_pct": 50, "high_pct": 65},
)

CTL_RAMP = PlanRule(
    rule_id="ctl-ramp",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONVENTION,
    threshold="≤ {at_most} CTL points a week",
    measure=load_rules.ctl_ramp,
    parameters={"at_most": limits.RAMP_CEILING},
)

# From a monotony of 2 on, weeks were followed by illness more often (Foster 1998, Med Sci Sports Exerc 30:1164).
MONOTONY = PlanRule(
    rule_id="monotony",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONSENSUS,
    threshold="< {below:g} in every week",
    measure=load_rules.monotony_of_weeks,
    parameters={"below": 2.0},
)

LONGEST_RIDE_GROWTH = PlanRule(
    rule_id="longest-ride-growth",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONVENTION,
    threshold="≤ {share:.0%} or {step_min} min over the {over_weeks} weeks before",
    measure=load_rules.longest_ride_growth,
    parameters={
        "share": limits.LONGEST_RIDE_GROWTH,
        "step_min": limits.LONGEST_RIDE_STEP_MIN,
        "over_weeks": limits.LONGEST_RIDE_WEEKS,
    },
)

# The days of a taper and the reduction that did most, and the most days that still did something (Bosquet 2007).
TAPER_VOLUME = PlanRule(
    rule_id="taper-volume",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.TRIAL,
    threshold="{low_pct} to {high_pct} % less volume, progressively, over {least_days} to {most_days} days "
    "(at most {longest_days})",
    measure=taper_rules.taper_volume,
    parameters={
        "least_days": 8,
        "most_days": 14,
        "longest_days": limits.MAX_TAPER_WEEKS * len(DAYS),
        "low_pct": 41,
        "high_pct": 60,
    },
)

# Short sharpening counts, hence a minute is enough.
TAPER_INTENSITY = PlanRule(
    rule_id="taper-intensity",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.TRIAL,
    threshold=f"≥ {{least_min:.0f}} min at or above {THRESHOLD_LEVEL_PCT:.0f} % of FTP in every taper week of "
    "{from_days} or more training days",
    measure=taper_rules.taper_intensity,
    parameters={"least_min": 1.0, "from_days": limits.TAPER_INTENSITY_MIN_DAYS},
)

TIME_ABOVE_105 = PlanRule(
    rule_id="time-above-105",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.CONVENTION,
    threshold=f"≤ {{at_most_min:.0f}} min a week above {SEVERE_PCT:.0f} % of FTP",
    measure=intensity_rules.time_above_105,
    parameters={"at_most_min": limits.MAX_SEVERE_MIN},
)

# The numbers' sources are in core.limits.
TARGET_FTP = PlanRule(
    rule_id="target-ftp",
    severity=RuleSeverity.WARNING,
    evidence=Evidence.TRIAL,
    threshold="0 % above today's FTP or more, at most "
    + ", ".join(f"{g.pct_a_week:g} % a week and {g.most_pct:g} % ({level})" for level, g in limits.FTP_GAINS.items()),
    measure=request_rules.target_ftp,
)

# --- notes -----------------------------------------------------------------------------------------------

# A fifth of a phase is extreme: even where one session in five is hard, as in polarized training, most of that
# session's time is not (Sperlich 2023 reports what elites do; it sets no law).
INTENSITY_DISTRIBUTION = PlanRule(
    rule_id="intensity-distribution",
    severity=RuleSeverity.NOTE,
    evidence=Evidence.CONVENTION,
    threshold="≤ {at_most_pct:g} % of a phase's time in zone 3",
    measure=intensity_rules.intensity_distribution,
    parameters={"at_most_pct": 20},
)
