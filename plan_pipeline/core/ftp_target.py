"""Whether the FTP that a request aims at can be meant: from today's, in the weeks there are, at the athlete's level."""

from plan_pipeline.core.limits import FASTEST_FTP_GAIN, FTP_GAINS, FtpGain
from plan_pipeline.core.model.request import PlanRequest

_ROUNDING_PCT = 0.05
"""Targets are given in tenths of a watt; a limit is not passed by the rounding of one."""

_REMEDY = "or leave it out for 5 % more than today's"


def gain_pct(request: PlanRequest) -> float:
    """How far the goal lies above today's FTP, in % of it; negative where it lies below."""
    return (request.goal_ftp / request.athlete_profile.ftp_watts - 1) * 100


def shown_gain(request: PlanRequest) -> FtpGain:
    """What trials have shown of athletes of the request's level."""
    return FTP_GAINS[request.athlete_profile.experience_level]


def is_below(request: PlanRequest) -> bool:
    """Whether the goal lies below today's FTP."""
    return gain_pct(request) < -_ROUNDING_PCT


def is_within_reach(request: PlanRequest) -> bool:
    """Whether the gain is no more than trials have shown in the time."""
    return gain_pct(request) <= shown_gain(request).pct_in(request.total_weeks) + _ROUNDING_PCT


def refusal(request: PlanRequest) -> str | None:
    """Why a new request is not taken: its target lies below today's FTP, or further above it than anybody has got."""
    today, weeks = request.athlete_profile.ftp_watts, request.total_weeks
    if is_below(request):
        return (
            f"target_ftp: {request.goal_ftp:g} W lies below today's FTP of {today:g} W, and no plan trains towards "
            f"less; set it to {today:g} to hold what is there, {_REMEDY}"
        )
    most_pct = FASTEST_FTP_GAIN.pct_a_week * weeks
    if (gain := gain_pct(request)) > most_pct + _ROUNDING_PCT:
        return (
            f"target_ftp: {request.goal_ftp:g} W is {gain:.0f} % above today's FTP of {today:g} W, and nobody gains "
            f"that in {weeks} weeks: the fastest gain that a trial has shown is "
            f"{FASTEST_FTP_GAIN.pct_a_week:g} % a week ({FASTEST_FTP_GAIN.source}); set a lower target, {_REMEDY}"
        )
    return None
