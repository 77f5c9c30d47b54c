"""Which standard plans there are, and the request that each is made from."""

from itertools import product
from typing import Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.config.reference_runners import ReferenceRunner, StandardPlanSettings
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport, VolumeTier
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.wording import counted

LENGTHS_WEEKS: Final = {
    RaceDistance.MARATHON: (18, 12),
    RaceDistance.HALF_MARATHON: (16, 12),
    RaceDistance.TEN_K: (12, 8),
    RaceDistance.FIVE_K: (12, 8),
}
"""The distances that there are standard plans for, each with its usual length and a short one."""


class StandardPlan(NamedTuple):
    """One of the standard plans: a race distance, a length in weeks and a volume tier."""

    distance: RaceDistance
    weeks: int
    tier: VolumeTier

    @property
    def plan_id(self) -> str:
        """The id, such as ``half-marathon-16-mid``: partition key, folder, and id of the plan itself."""
        return f"{self.distance.value.replace('_', '-')}-{self.weeks}-{self.tier}"

    @property
    def title(self) -> str:
        """The plan in words: ``Half marathon, 16 weeks, mid tier``."""
        return f"{self.race}, {counted(self.weeks, 'week')}, {self.tier} tier"

    @property
    def race(self) -> str:
        """The race as its name: ``Half marathon``."""
        return self.distance.in_words.capitalize()


class NoReferenceRunnerError(LookupError):
    """The configuration does not say who a standard plan is made for; the message names what to add."""


STANDARD_PLANS: Final = tuple(
    StandardPlan(distance, weeks, tier)
    for distance, lengths in LENGTHS_WEEKS.items()
    for weeks, tier in product(lengths, VolumeTier)
)

BY_ID: Final = {plan.plan_id: plan for plan in STANDARD_PLANS}


def standard_request(plan: StandardPlan, config: PlanningConfig) -> PlanRequest:
    """The request that a standard plan is made from: the tier's reference runner, and the race on the last Sunday.

    Kilometres are counted. Raises ``NoReferenceRunnerError`` where the configuration has no such runner.
    """
    settings, runner = _runner_of(plan, config)
    race_day = days_later(settings.start_date, 7 * plan.weeks - 1)
    return PlanRequest(
        plan_id=plan.plan_id,
        sport=Sport.RUNNING,
        athlete_profile=_profile(plan, runner),
        start_date=settings.start_date,
        event=Event(date=race_day, name=plan.race, type=plan.distance.value),
    )


def _runner_of(plan: StandardPlan, config: PlanningConfig) -> tuple[StandardPlanSettings, ReferenceRunner]:
    settings = config.standard_plans
    if settings is None:
        raise NoReferenceRunnerError(
            f"{plan.plan_id}: the configuration of running has no standard_plans.yaml; put one beside week.yaml"
        )
    runner = settings.runners.get(plan.distance, {}).get(plan.tier)
    if runner is None:
        raise NoReferenceRunnerError(
            f"{plan.plan_id}: running/standard_plans.yaml: runners.{plan.distance}.{plan.tier} is missing; add the "
            "runner that the plan is made for"
        )
    return settings, runner


def _profile(plan: StandardPlan, runner: ReferenceRunner) -> AthleteProfile:
    return AthleteProfile(
        athlete_id=f"{plan.distance.value.replace('_', '-')}-{plan.tier}",
        experience_level=runner.experience_level,
        recent_race=runner.recent_race,
        current_weekly_km=runner.current_weekly_km,
        longest_run_km=runner.longest_run_km,
        units=Units.KM,
        training_availability=TrainingAvailability(weekly_km=runner.weekly_km, week_days=runner.week_days),
    )
