"""Race times by Riegel's power law, how far a marathon time can be believed, and whether race and goal are sound.

What is said about a race, a marathon or a goal is a sentence, or ``None`` where there is nothing to say; it warns and
never refuses.
"""

import datetime as dt
import math
from typing import Final, NamedTuple

from plan_pipeline.core.paces.text import distance_text, time_text
from plan_pipeline.core.paces.vdot import RaceDistance, race_time_s, vdot_of
from plan_pipeline.core.wording import counted

EXPONENT: Final = 1.06
"""Time grows with distance to this power (Riegel 1981, American Scientist 69:285). Sound to the half marathon."""

LOW_VOLUME_EXPONENT: Final = 1.15
"""From the half marathon to the marathon on little training: the centre of 1,071 runners (Fetcheveryone), under 5 % of
whom matched 1.06."""

LOW_VOLUME_KM: Final = 60.0
"""Kilometres a week below which the higher exponent is expected (convention, after Vickers & Vertosick 2016)."""

STALE_AFTER_DAYS: Final = 84
"""A race of up to 8 to 12 weeks ago is commonly taken for today's ability (convention); this is the longer end."""

WEEKS_PER_VDOT_POINT: Final = (4.0, 6.0)
"""Weeks in which one point of VDOT is gained, quickly and as usual, while a runner improves (Daniels, who lets paces
go up by one point after 4 to 6 weeks; convention)."""


_SEEN_BY = "(Vickers & Vertosick 2016)"


class MarathonOutlook(NamedTuple):
    """A marathon time in seconds from a shorter race: by Riegel, and on little training.

    ``expected_s`` is the one that the weekly kilometres speak for, ``None`` where they are not known; ``warning`` says
    what the time rests on.
    """

    riegel_s: float
    low_volume_s: float
    expected_s: float | None
    warning: str


def riegel_time_s(time_s: float, distance_m: float, wanted_m: float, exponent: float = EXPONENT) -> float:
    """The time in seconds over ``wanted_m`` from one over ``distance_m``: t₂ = t₁·(d₂/d₁)^1.06.

    Raises ``ValueError`` for times and distances that are not above zero, and for an exponent below 1, by which
    longer races would be faster.
    """
    for name, value in (("time", time_s), ("distance", distance_m), ("wanted distance", wanted_m)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"the {name} has to be above zero; {value:g} was given")
    if not 1 <= exponent <= 2:
        raise ValueError(f"an exponent of {exponent:g} is outside 1 to 2; use {EXPONENT} or {LOW_VOLUME_EXPONENT}")
    return time_s * math.pow(wanted_m / distance_m, exponent)


def marathon_outlook(distance_m: float, time_s: float, weekly_km: float | None = None) -> MarathonOutlook | None:
    """Both marathon times that a shorter race in metres and seconds speaks for; ``None`` from the marathon on.

    On little training the exponent is 1.15 from the half marathon on and 1.06 up to there. Raises ``ValueError`` as
    ``riegel_time_s`` does, and for weekly kilometres below zero.
    """
    if weekly_km is not None and not (math.isfinite(weekly_km) and weekly_km >= 0):
        raise ValueError(f"weekly kilometres cannot be {weekly_km:g}; give the mean of the last four weeks")
    marathon, half = RaceDistance.MARATHON.metres, RaceDistance.HALF_MARATHON.metres
    if distance_m >= marathon:
        return None
    riegel_s = riegel_time_s(time_s, distance_m, marathon)
    bent_at = max(distance_m, half)
    low_volume_s = riegel_time_s(
        riegel_time_s(time_s, distance_m, bent_at), bent_at, marathon, exponent=LOW_VOLUME_EXPONENT
    )
    is_low = None if weekly_km is None else weekly_km < LOW_VOLUME_KM
    expected_s = None if is_low is None else low_volume_s if is_low else riegel_s
    return MarathonOutlook(riegel_s, low_volume_s, expected_s, _volume_check(riegel_s, low_volume_s, weekly_km))


def staleness(raced_on: dt.date, today: dt.date, max_age_days: int = STALE_AFTER_DAYS) -> str | None:
    """That a race or test is too old to speak for today's ability, if it is.

    Raises ``ValueError`` for one that is still to come.
    """
    age_days = (today - raced_on).days
    if age_days < 0:
        raise ValueError(f"{raced_on} is still to come; give the day of a race or test that was run")
    if age_days <= max_age_days:
        return None
    return (
        f"the result of {raced_on} is {counted(age_days // 7, 'week')} old; beyond {max_age_days // 7} weeks one says "
        "little about today, so take a newer race or run a 30-minute test"
    )


def goal_reach(distance_m: float, goal_s: float, vdot: float, weeks: int) -> str | None:
    """That a goal time in seconds asks for more than so many weeks usually give, or than they give at all, if it does.

    Compared is the VDOT of the goal with today's: one point in six weeks is usual, one in four quick. Raises
    ``ValueError`` as ``vdot_of`` does for the goal, and for less than one week.
    """
    if weeks < 1:
        raise ValueError(f"a goal is reached over one week or more; {weeks} was given")
    wanted = vdot_of(distance_m, goal_s)
    quick, usual = (weeks / each for each in WEEKS_PER_VDOT_POINT)
    gain = round(wanted - vdot, 2)
    if gain <= usual:
        return None
    today_s = race_time_s(distance_m, vdot)
    asked = (
        f"{distance_text(distance_m)} in {time_text(goal_s)} is {100 * (1 - goal_s / today_s):.1f} % faster than "
        f"{time_text(today_s)}, which VDOT {vdot:.1f} stands for, and takes VDOT {wanted:.1f}"
    )
    if gain <= quick:
        return f"{asked}; only runners who improve quickly gain that much in {counted(weeks, 'week')}"
    least, most = (math.ceil(gain * each) for each in WEEKS_PER_VDOT_POINT)
    return f"{asked}; that is out of reach within {counted(weeks, 'week')}: it usually takes {least} to {most} weeks"


def _volume_check(riegel_s: float, low_volume_s: float, weekly_km: float | None) -> str:
    optimistic, cautious = time_text(riegel_s), time_text(low_volume_s)
    limit = f"{LOW_VOLUME_KM:g} km a week"
    if weekly_km is None:
        return (
            f"a marathon time from a shorter race presumes marathon training: {optimistic} on {limit} or more, "
            f"{cautious} on less; half of recreational marathoners are 10 min or more slower than the first {_SEEN_BY}"
        )
    if weekly_km < LOW_VOLUME_KM:
        return (
            f"on {weekly_km:g} km a week a marathon of {cautious} is nearer than {optimistic}; "
            f"half of recreational marathoners are 10 min or more slower than the faster one {_SEEN_BY}"
        )
    return (
        f"a marathon of {optimistic} takes long runs beside the {weekly_km:g} km a week; without them it is nearer "
        f"{cautious}"
    )
