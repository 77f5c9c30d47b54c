"""Which volume tier a runner is in: by what is run today and the time there is, never by ambition."""

from collections.abc import Mapping
from typing import NamedTuple

from plan_pipeline.core.config.aim import Aim, Tier
from plan_pipeline.core.model.athlete import USUAL_MIX_PCT
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import VolumeTier
from plan_pipeline.core.wording import number

NEAR_PEAK = 0.85
"""A fullest week of so much of a tier's least peak leaves a runner in it who runs its start by now."""


class TierChoice(NamedTuple):
    """The tier that a plan is made for, what it is like, and a warning where the runner asked for another than is run.

    ``by_volume`` is the tier that today's volume stands for.
    """

    name: VolumeTier
    tier: Tier
    by_volume: VolumeTier
    warning: str = ""


def tier_of(request: PlanRequest, aim: Aim) -> TierChoice:
    """The tier of a runner among those of an aim; one that the request names is taken, with a warning."""
    peak_km = peak_km_of(request)
    now_km = request.athlete_profile.current_weekly_km
    by_volume = _by_volume(aim.tiers, peak_km if now_km is None else now_km, peak_km)
    asked = request.athlete_profile.volume_tier
    if asked is None or asked is by_volume or asked not in aim.tiers:
        return TierChoice(by_volume, aim.tiers[by_volume], by_volume)
    now = f"{number(now_km)} km a week" if now_km is not None else f"{number(peak_km)} km in the fullest week"
    warning = (
        f"You asked for the {asked} tier; {now} are those of the {by_volume} one. The plan follows what you asked for, "
        "and its growth stays within the rules all the same."
    )
    return TierChoice(asked, aim.tiers[asked], by_volume, warning)


def peak_km_of(request: PlanRequest) -> float:
    """Kilometres of the plan's fullest week, as asked for or as the hours come to."""
    athlete = request.athlete_profile
    wanted = athlete.training_availability.weekly_km
    return wanted if wanted is not None else athlete.hours_per_week * 3.6 * athlete.runner.speed(USUAL_MIX_PCT)


def _by_volume(tiers: Mapping[VolumeTier, Tier], now_km: float, peak_km: float) -> VolumeTier:
    """The highest tier whose start is run by now and whose peak the plan comes to; else the lowest."""
    reached = [
        name for name, tier in tiers.items() if now_km >= tier.start_km[0] and peak_km >= NEAR_PEAK * tier.peak_km[0]
    ]
    return reached[-1] if reached else next(iter(tiers))
