"""Cyclists: what they ride, want and have time for."""

from typing import Any

from plan_pipeline.core.cohort.availability import UNMEETABLE_SHARE, Comfort, days_for, some_days, too_few_days
from plan_pipeline.core.cohort.draw import Draw, Quantiles
from plan_pipeline.core.cohort.season import event_of, goal_of, on_the_way, season_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.events import MAX_NAME
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.vocabulary import Constraint, ExperienceLevel

HOURS_PER_WEEK: Quantiles = ((0, 2.5), (0.1, 4), (0.3, 5.5), (0.5, 7.5), (0.7, 9), (0.85, 11), (0.95, 14), (1, 16))
"""Right-skewed around six to nine hours, as amateur cyclists' weekly volumes are."""

LEAST_HOURS = HOURS_PER_WEEK[0][1]
LEAST_DAYS = 2
FTP_W: Quantiles = ((0, 120), (0.1, 165), (0.5, 235), (0.9, 310), (1, 380))
AGE: Quantiles = ((0, 16), (0.1, 23), (0.5, 39), (0.9, 57), (1, 75))
WEIGHT_KG: Quantiles = ((0, 48), (0.1, 57), (0.5, 72), (0.9, 88), (1, 105))
GOALS = (
    "Improve FTP",
    "Finish a century comfortably",
    "Climb better",
    "Lose weight and keep power",
    "Race criteriums",
    "Ride a gran fondo",
    "Get back into form",
    "Improve sprint",
)
"""What athletes type; what to make of it is the planner's business."""

START_CTL_SHARE = 0.4
BY_NOW_SHARE = 0.5
CONSTRAINT_SHARES = {Constraint.NO_HILLS: 0.08, Constraint.INDOOR_ONLY: 0.04}

CLIMBING_M_A_KM: Quantiles = ((0, 2), (0.5, 8), (1, 22))
EVENT_NAMES = ("Spring", "Valley", "Coast", "Autumn", "Alpine")

COMFORT = Comfort(day_min={False: 120, True: 210}, most_days=5)
"""A week keeps two days of rest, or a sixth day that is an easy ride."""


def cyclist_request(plan_id: str, draw: Draw, config: PlanningConfig) -> PlanRequest:
    """The request of one cyclist."""
    season = season_of(draw, config)

    def kind_of(about: Draw) -> dict[str, Any]:
        return _kind_of_event(about, config)

    return PlanRequest(
        plan_id=plan_id,
        athlete_profile=_athlete(plan_id, draw),
        goal=goal_of(draw.about("goal"), config, season),
        constraints=_constraints(draw.about("constraints")),
        event=event_of(draw.about("event"), season, kind_of),
        events=on_the_way(draw.about("events"), season, config, kind_of),
        options=PlanOptions(seed=season.seed),
        **season.fields,
    )


def _athlete(plan_id: str, draw: Draw) -> AthleteProfile:
    time, about, by_now = draw.about("time"), draw.about("athlete"), draw.about("by now")
    hours, availability = _availability(time)
    age = round(about.of(AGE))
    return AthleteProfile(
        athlete_id=plan_id.replace("cohort", "athlete"),
        ftp=round(about.of(FTP_W)),
        weight_kg=round(about.of(WEIGHT_KG) * 2) / 2 if about.happens(0.9) else None,
        max_hr=218 - age + about.below(17) if about.happens(0.6) else None,
        age=age if about.happens(0.9) else None,
        experience_level=_experience(about, hours),
        goals=tuple(dict.fromkeys(about.one_of(GOALS) for _ in range(1 + about.below(2)))),
        start_ctl=round(hours * (3.5 + 3 * by_now.share())) if by_now.happens(START_CTL_SHARE) else None,
        longest_ride_min=5 * round(hours * (3 + 2.4 * by_now.share())) if by_now.happens(BY_NOW_SHARE) else None,
        current_hours=round(hours * (1 + by_now.share())) / 2 if by_now.happens(BY_NOW_SHARE) else None,
        training_availability=availability,
    )


def _availability(draw: Draw) -> tuple[float, TrainingAvailability]:
    """Hours, and the days that go with them; for a few more hours than their days hold."""
    if draw.happens(UNMEETABLE_SHARE):
        hours, held = too_few_days(draw, LEAST_HOURS, LEAST_DAYS)
    else:
        hours = round(draw.of(HOURS_PER_WEEK) * 2) / 2
        held = days_for(draw, hours, some_days(draw, LEAST_DAYS + draw.below(5) if draw.happens(0.9) else 7), COMFORT)
    return hours, TrainingAvailability(hours_per_week=hours, week_days=held.days, max_minutes=held.caps)


def _experience(draw: Draw, hours: float) -> ExperienceLevel:
    """Those who train more have mostly trained for longer."""
    share = draw.share() + (hours - 7.5) / 20
    if share < 0.25:
        return ExperienceLevel.BEGINNER
    return ExperienceLevel.INTERMEDIATE if share < 0.8 else ExperienceLevel.ADVANCED


def _constraints(draw: Draw) -> tuple[Constraint, ...]:
    return tuple(constraint for constraint, share in CONSTRAINT_SHARES.items() if draw.happens(share))


def _kind_of_event(draw: Draw, config: PlanningConfig) -> dict[str, Any]:
    """Its type and name, and what some athletes know of it; a day as the type usually has it, or up to 30 % off."""
    kind = config.events[draw.one_of(tuple(config.events))]
    duration_min = kind.default_duration_min * (0.7 + 0.6 * draw.share())
    distance_km = max(0.1, round(duration_min * kind.speed_km_h / 60, 1))
    climbing_m = 10 * round(distance_km * draw.of(CLIMBING_M_A_KM) / 10)
    return {
        "name": f"{draw.one_of(EVENT_NAMES)} {kind.name}"[:MAX_NAME],
        "type": kind.id,
        "distance_km": distance_km if draw.happens(0.4) else None,
        "elevation_m": climbing_m if draw.happens(0.3) else None,
        "expected_duration_min": max(1, round(duration_min)) if draw.happens(0.3) else None,
    }
