"""Runners: how fast they are, what they run by now, and what they want and have time for."""

import datetime as dt
from typing import Any, NamedTuple

from plan_pipeline.core.cohort.availability import UNMEETABLE_SHARE, Comfort, Days, days_for, some_days, too_few_days
from plan_pipeline.core.cohort.draw import Draw, Quantiles, value_at
from plan_pipeline.core.cohort.races import races_for, races_on_the_way
from plan_pipeline.core.cohort.season import Season, event_of, goal_of, on_the_way, season_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.athlete import USUAL_MIX_PCT, AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.runner_fields import Access, RecentRace, TimeConstants
from plan_pipeline.core.model.vocabulary import Constraint, ExperienceLevel, VolumeTier
from plan_pipeline.core.paces.text import Units, pace_text
from plan_pipeline.core.paces.training import threshold_speed
from plan_pipeline.core.paces.vdot import RaceDistance, race_time_s

VDOT: Quantiles = ((0, 28), (0.1, 33), (0.5, 42), (0.9, 54), (1, 68))
"""From a 5 km of 32:30 to one of 15:20."""

WEEKLY_KM: Quantiles = ((0, 10), (0.15, 16), (0.4, 29), (0.6, 42), (0.75, 58), (0.9, 84), (1, 115))
"""What is run in a week by now: the low tiers of most races, some of the middle ones and few of the high ones."""

FITNESS_WEIGHT = 0.6
"""How much of the place among all in weekly kilometres is that in fitness: those who run more are mostly faster."""

GROWTH = (1.1, 1.6)
"""The fullest week over what is run by now: least, and most in a plan of so many weeks or more."""

FULL_GROWTH_WEEKS = 16
LEAST_HOURS = 1.0
LEAST_DAYS = 3

AGE: Quantiles = ((0, 16), (0.1, 24), (0.5, 40), (0.9, 58), (1, 75))
WEIGHT_KG: Quantiles = ((0, 45), (0.1, 54), (0.5, 67), (0.9, 84), (1, 105))
GOALS = (
    "Run a faster 10 km",
    "Finish my first marathon",
    "Run the half under two hours",
    "Get back into running",
    "Run without stopping for half an hour",
    "Lose weight",
    "Enjoy the hills",
    "Break 20 minutes over 5 km",
)
"""What runners type; what to make of it is the planner's business."""

RACE_SHARE = 0.7
"""Runners who give a race; the others know their threshold pace."""

UNITS_SHARES = {Units.MILE: 0.3, Units.KM: 0.5}
COUNTS_KM_SHARE = 0.45
CURRENT_SHARE = 0.8
LONGEST_SHARE = 0.6
ACCESS_SHARES = {"hills": 0.85, "track": 0.6, "trail": 0.7, "treadmill": 0.4}
SAYS_ACCESS_SHARE = 0.5
CONSTRAINT_SHARES = {Constraint.NO_HILLS: 0.05, Constraint.INDOOR_ONLY: 0.02}
START_CTL_SHARE = 0.2
TIME_CONSTANTS_SHARE = 0.1
TIER_SHARE = 0.08
"""Runners who ask for a tier, whatever theirs is."""

MARATHON_FROM_KM = 35.0
"""Who runs less in a week has no recent marathon."""

COMFORT = Comfort(day_min={False: 75, True: 150}, most_days=6)
TSS_PER_HOUR = 62


class Runner(NamedTuple):
    """How fast a runner is, and kilometres a week by now and in the fullest week."""

    vdot: float
    current_km: float
    peak_km: float
    units: Units | None

    def hours(self, km: float) -> float:
        """Hours that kilometres take at the usual mix of paces."""
        return km / (3.6 * threshold_speed(self.vdot) * USUAL_MIX_PCT / 100)


def runner_request(plan_id: str, draw: Draw, config: PlanningConfig) -> PlanRequest:
    """The request of one runner."""
    season = season_of(draw, config)
    runner = _runner(draw.about("runner"), season)
    athlete = _athlete(plan_id, draw, runner, season)
    races = races_for(config, runner.vdot, runner.current_km, season, athlete.experience_level)
    event = event_of(draw.about("event"), season, races)
    return PlanRequest(
        plan_id=plan_id,
        sport=config.sport,
        athlete_profile=athlete,
        goal=goal_of(draw.about("goal"), config, season),
        constraints=tuple(
            constraint
            for about in (draw.about("constraints"),)
            for constraint, share in CONSTRAINT_SHARES.items()
            if about.happens(share)
        ),
        event=event,
        events=on_the_way(draw.about("events"), season, config, races_on_the_way(config, runner.vdot, event), most=3),
        options=PlanOptions(seed=season.seed),
        **season.fields,
    )


def _runner(draw: Draw, season: Season) -> Runner:
    fitness = draw.share()
    units = next((unit for unit, share in UNITS_SHARES.items() if draw.happens(share)), None)
    place = FITNESS_WEIGHT * fitness + (1 - FITNESS_WEIGHT) * draw.share()
    current_km = _as_said(value_at(place, WEEKLY_KM), units)
    least, most = GROWTH
    most = least + (most - least) * min(season.weeks / FULL_GROWTH_WEEKS, 1.0)
    peak_km = _as_said(current_km * (least + (most - least) * draw.share()), units, up_to=current_km * GROWTH[1])
    return Runner(value_at(fitness, VDOT), current_km, peak_km, units)


def _as_said(km: float, units: Units | None, up_to: float = float("inf")) -> float:
    """Kilometres as people say them, in whole kilometres or miles, and no more than ``up_to``."""
    each = (units or Units.KM).metres / 1000
    said = round(km / each)
    return round((said if said * each <= up_to else said - 1) * each, 1)


def _athlete(plan_id: str, draw: Draw, runner: Runner, season: Season) -> AthleteProfile:
    about, by_now = draw.about("athlete"), draw.about("by now")
    age = round(about.of(AGE))
    availability, is_met = _availability(draw.about("time"), runner)
    says_current = by_now.happens(CURRENT_SHARE) and is_met
    longest_km = _longest_km(by_now, runner, len(availability.week_days))
    current_hours = runner.hours(runner.current_km)
    return AthleteProfile(
        athlete_id=plan_id.replace("cohort", "athlete"),
        weight_kg=round(about.of(WEIGHT_KG) * 2) / 2 if about.happens(0.9) else None,
        max_hr=218 - age + about.below(17) if about.happens(0.6) else None,
        age=age if about.happens(0.9) else None,
        experience_level=_experience(about, runner.current_km),
        goals=tuple(dict.fromkeys(about.one_of(GOALS) for _ in range(1 + about.below(2)))),
        start_ctl=round(current_hours * TSS_PER_HOUR / 7) if by_now.happens(START_CTL_SHARE) else None,
        current_weekly_km=runner.current_km if says_current else None,
        longest_run_km=longest_km if by_now.happens(LONGEST_SHARE) and is_met else None,
        units=runner.units,
        access=_access(draw.about("access")),
        time_constants=_time_constants(draw.about("time constants")),
        volume_tier=about.one_of(tuple(VolumeTier)) if about.happens(TIER_SHARE) else None,
        training_availability=availability,
        **_speed(draw.about("speed"), runner, season),
    )


def _speed(draw: Draw, runner: Runner, season: Season) -> dict[str, Any]:
    """A race of the last months, or the threshold pace: both of the runner's VDOT."""
    if not draw.happens(RACE_SHARE):
        return {"threshold_pace": pace_text(threshold_speed(runner.vdot), runner.units or Units.KM)}
    distances = [RaceDistance.FIVE_K, RaceDistance.TEN_K, RaceDistance.HALF_MARATHON]
    if runner.current_km >= MARATHON_FROM_KM:
        distances.append(RaceDistance.MARATHON)
    metres = draw.one_of(distances).metres
    date = season.first_monday - dt.timedelta(days=2 + draw.below(120))
    time_s = round(race_time_s(metres, runner.vdot))
    return {"recent_race": RecentRace(distance_m=metres, time=time_s, date=date if season.is_dated else None)}


def _availability(draw: Draw, runner: Runner) -> tuple[TrainingAvailability, bool]:
    """Hours or kilometres, and days that go with them; for a few, more hours than their days hold."""
    if draw.happens(UNMEETABLE_SHARE):
        hours, held = too_few_days(draw, LEAST_HOURS, LEAST_DAYS)
        return _on(held, hours_per_week=hours), False
    hours = max(LEAST_HOURS, int(runner.hours(runner.peak_km) * 4) / 4)
    usual = round(runner.peak_km / 20 + 2 + draw.below(2))
    count = min(max(usual, LEAST_DAYS), 7) if draw.happens(0.9) else LEAST_DAYS + draw.below(5)
    held = days_for(draw, hours, some_days(draw, count), COMFORT)
    if draw.happens(COUNTS_KM_SHARE):
        return _on(held, weekly_km=runner.peak_km), True
    return _on(held, hours_per_week=hours), True


def _on(held: Days, **volume: float) -> TrainingAvailability:
    return TrainingAvailability(week_days=held.days, max_minutes=held.caps, **volume)


def _longest_km(draw: Draw, runner: Runner, days: int) -> float:
    """The longest run of late: a quarter to two fifths of the week, more of it with few days."""
    share = 0.25 + 0.15 * draw.share() + (0.08 if days <= 3 else 0.0)
    return max(3.0, min(round(runner.current_km * share * 2) / 2, 38.0))


def _experience(draw: Draw, current_km: float) -> ExperienceLevel:
    """Those who run more have mostly run for longer."""
    share = draw.share() + (current_km - 40) / 100
    if share < 0.25:
        return ExperienceLevel.BEGINNER
    return ExperienceLevel.INTERMEDIATE if share < 0.8 else ExperienceLevel.ADVANCED


def _access(draw: Draw) -> Access | None:
    found = {place: draw.happens(share) for place, share in ACCESS_SHARES.items()}
    return Access(**found) if draw.happens(SAYS_ACCESS_SHARE) else None


def _time_constants(draw: Draw) -> TimeConstants | None:
    """Days of fitness and fatigue as models are fitted to, with their gains for every other one."""
    if not draw.happens(TIME_CONSTANTS_SHARE):
        return None
    gains = {"fitness_gain": 1.0, "fatigue_gain": round(1.5 + 1.5 * draw.share(), 1)} if draw.happens(0.5) else {}
    return TimeConstants(fitness_days=25 + draw.below(25), fatigue_days=4 + draw.below(8), **gains)
