"""Plans of sixteen weeks with variation and without it. Does not belong here: anything that asserts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Plan, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.selection.variation import varies
from plan_pipeline.core.sports.records import record_of
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library, rider
from plan_pipeline_tests.core.purpose.runner_purposes import with_flag
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library

WEEKS = 16
RACE_DAY = "2027-05-02"
EVERY_DAY = "mon-sun"
PARTS = tuple(flag for flag in Flag if flag.is_of_variation and flag is not Flag.VARIATION_ENGINE)
ENGINE = (Flag.VARIATION_ENGINE, *PARTS)


def _race(kind: str) -> dict[str, Any]:
    return {"event": {"date": RACE_DAY, "type": kind}, "weeks": WEEKS}


def _now(km: float, longest_km: float, **more: Any) -> dict[str, Any]:
    return {"current_weekly_km": km, "longest_run_km": longest_km, **more}


RUNNERS: dict[str, PlanRequest] = {
    "marathon, low tier": in_kilometres(60, EVERY_DAY, athlete=_now(42, 16), **_race("marathon")),
    "marathon, mid tier": in_kilometres(80, EVERY_DAY, athlete=_now(58, 22), **_race("marathon")),
    "marathon, high tier": in_kilometres(
        115, EVERY_DAY, athlete=_now(90, 28, experience_level="advanced"), **_race("marathon")
    ),
    "half by hours": a_runner_request(
        availability={"hours_per_week": 6, "week_days": EVERY_DAY}, athlete=_now(48, 16), **_race("half_marathon")
    ),
    "10 km": in_kilometres(65, EVERY_DAY, athlete=_now(48, 15), **_race("10k")),
    "5 km, low tier": in_kilometres(32, "tue, wed, thu, sat, sun", athlete=_now(22, 9), **_race("5k")),
    "trail by hours": a_runner_request(
        availability={"hours_per_week": 6.5, "week_days": EVERY_DAY}, athlete=_now(50, 18), **_race("trail")
    ),
}

RIDERS: dict[str, PlanRequest] = {
    "century": rider(8, "tue, wed, thu, sat, sun", event={"date": RACE_DAY, "type": "century"}, weeks=WEEKS),
    "fitness": rider(6, "tue, thu, sat, sun", weeks=WEEKS),
}

REQUESTS = RUNNERS | RIDERS


def config_of(sport: Sport) -> PlanningConfig:
    return running_config() if sport is Sport.RUNNING else real_config()


@lru_cache(maxsize=2)
def switched(sport: Sport, *, on: bool) -> PlanningConfig:
    """The configuration of a sport with the engine and all its parts on, or all off."""
    return with_flag(config_of(sport), *ENGINE, enabled=on)


@lru_cache(maxsize=2)
def master_off(sport: Sport) -> PlanningConfig:
    """The parts on, and the engine off."""
    return with_flag(with_flag(config_of(sport), *PARTS, enabled=True), Flag.VARIATION_ENGINE, enabled=False)


def unlisted(sport: Sport) -> PlanningConfig:
    """The configuration without a word of variation."""
    config = config_of(sport)
    return config.model_copy(update={"flags": {n: f for n, f in config.flags.items() if n not in set(ENGINE)}})


@lru_cache(maxsize=64)
def made(name: str, how: str) -> Plan:
    """A plan ``on``, ``off``, with the ``master off``, ``unlisted`` or as ``shipped``."""
    request = REQUESTS[name]
    sport = request.sport
    config = {
        "on": lambda: switched(sport, on=True),
        "off": lambda: switched(sport, on=False),
        "master off": lambda: master_off(sport),
        "unlisted": lambda: unlisted(sport),
        "shipped": lambda: config_of(sport),
    }[how]()
    library = running_library() if sport is Sport.RUNNING else real_library()
    result = generate_plan(request, library, config, stamp=STAMP)
    assert result.plan is not None, result.verdict
    return result.plan


def content(name: str, how: str) -> str:
    """What the athlete gets, byte for byte."""
    return made(name, how).training_plan.model_dump_json()


def workouts(plan: Plan, *types: WorkoutType) -> list[Workout]:
    """Workouts in order, of some types or of all."""
    found = [workout for week in plan.training_plan.weekly_plan for workout in week.workouts]
    return [workout for workout in found if not types or workout.type in types]


def quality(plan: Plan) -> list[Workout]:
    """The key sessions, by the types whose structures vary."""
    parts = record_of(plan.training_plan.sport).parts
    return [workout for workout in workouts(plan) if varies(workout.type, parts)]


def variants(listed: list[Workout]) -> list[str]:
    """How workouts are laid out, in order."""
    by_id = {workout.id: workout for workout in (*running_library().workouts, *real_library().workouts)}
    return [by_id[workout.library_workout_id or ""].variant for workout in listed]
