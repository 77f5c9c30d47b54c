"""Who a plan is for and what race it leads up to, without name and ids, in the figures of the sport."""

from collections.abc import Iterable, Iterator
from typing import Final

from plan_pipeline.core.ftp_target import gain_pct, is_within_reach
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.runner_fields import Access
from plan_pipeline.core.model.vocabulary import Requirement
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import Units, pace_range_text, pace_text, time_text
from plan_pipeline.core.paces.training import TrainingPace, training_paces
from plan_pipeline.core.paces.vdot import METRES_A_MILE, RaceDistance
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed, number

FAR: Final = 1.02
"""A goal that is so much faster than what the runner's threshold pace stands for is more than a plan can promise."""

OF_RUNS: Final = frozenset({Requirement.TRACK, Requirement.TRAIL, Requirement.TREADMILL})
"""Places that only runs are asked for at."""


def athlete_facts(request: PlanRequest) -> Iterable[str]:
    """Who the plan is for, without name and ids."""
    athlete = request.athlete_profile
    yield f"Level: {athlete.experience_level}"
    if athlete.age is not None:
        yield f"Age: {athlete.age}"
    if athlete.weight_kg is not None:
        per_kg = f" ({athlete.ftp / athlete.weight_kg:.2f} W/kg)" if athlete.ftp is not None else ""
        yield f"Weight: {athlete.weight_kg:g} kg{per_kg}"
    if athlete.max_hr is not None:
        yield f"Maximum heart rate: {athlete.max_hr} beats a minute"
    yield from _power(request) if athlete.ftp is not None else _paces(request)
    if athlete.start_ctl is not None:
        yield f"Fitness (CTL) at the start: {athlete.start_ctl:g}"
    if athlete.longest_ride_min is not None:
        yield f"Longest ride of the last weeks: {athlete.longest_ride_min} minutes"
    if athlete.current_hours is not None:
        yield f"Hours of training a week by now: {athlete.current_hours:g}"
    yield from _kilometres(request)
    if request.all_constraints:
        yield f"Cannot be asked for: workouts that need {', '.join(_forbidden(request))}"


def _power(request: PlanRequest) -> Iterator[str]:
    athlete = request.athlete_profile
    if gain_pct(request) <= 0:
        yield f"FTP: {athlete.ftp:g} W today, to be held"
    else:
        doubt = "" if is_within_reach(request) else ", more than training can be expected to bring in the time: say so"
        yield f"FTP: {athlete.ftp:g} W today, {request.goal_ftp:g} W is the goal{doubt}"


def _paces(request: PlanRequest) -> Iterator[str]:
    """What the runner has raced, threshold pace, training paces, and the paces of races in % of threshold speed."""
    athlete = request.athlete_profile
    runner, units = athlete.runner, athlete.units or Units.KM
    if (race := athlete.recent_race) is not None:
        yield f"Recent race: {race.in_words}{f' on {race.date}' if race.date else ''}"
    threshold = pace_text(runner.threshold_speed, units)
    km_per_hour = number(3.6 * runner.threshold_speed)
    yield f"Threshold pace: {threshold}, which is {km_per_hour} km an hour and 100 % of threshold speed"
    paces = [_pace(pace, runner, units) for pace in training_paces(runner.vdot)]
    yield f"Paces: {'; '.join(paces)}"
    races = [f"{race.in_words} {number(runner.race_pct(race))} %" for race in RaceDistance]
    yield f"Races today, in % of threshold speed: {', '.join(races)}"
    if units is Units.MILE:
        yield "Reads miles: write distances and paces in miles, kilometres only where the form asks for them"


def _pace(pace: TrainingPace, runner: Runner, units: Units) -> str:
    slow, fast = (round(speed / runner.threshold_speed * 100) for speed in (pace.slow_m_s, pace.fast_m_s))
    share = f"{slow} %" if slow == fast else f"{slow} to {fast} %"
    return f"{pace.name} {pace_range_text(pace.slow_m_s, pace.fast_m_s, units)} ({share})"


def _kilometres(request: PlanRequest) -> Iterator[str]:
    """What is run by now, what is at hand, and how fitness and fatigue fade, where the request says it."""
    athlete = request.athlete_profile
    units = athlete.units or Units.KM
    if (now_km := athlete.current_weekly_km) is not None:
        yield f"Runs by now: {_both(now_km, units)} a week"
    if (longest_km := athlete.longest_run_km) is not None:
        yield f"Longest run of the last weeks: {_both(longest_km, units)}"
    if athlete.access is not None and (
        at_hand := [name for name in Access.model_fields if getattr(athlete.access, name)]
    ):
        yield f"At hand: {listed(at_hand, 'and')}"
    if (constants := athlete.time_constants) is not None:
        yield (
            f"Fitness fades in {constants.fitness_days:g} days and fatigue in {constants.fatigue_days:g}, to 37 % each"
        )


def _both(km: float, units: Units) -> str:
    """Kilometres, and in miles as well for who reads those."""
    miles = f" ({number(km * 1000 / METRES_A_MILE)} mi)" if units is Units.MILE else ""
    return f"{number(km)} km{miles}"


def _forbidden(request: PlanRequest) -> list[str]:
    asked_for = [place for place in Requirement if request.athlete_profile.ftp is None or place not in OF_RUNS]
    return [place for place in asked_for if any(place in each.forbids for each in request.all_constraints)]


def race_facts(purpose: Purpose, event: Event) -> Iterator[str]:
    """A race's length, what is hoped for and what today's fitness stands for, and what its course and day are like."""
    athlete, kind = purpose.request.athlete_profile, purpose.event_type
    if kind is not None and kind.race is not None:
        yield from _race_times(athlete.runner, kind.race, event.goal_time, athlete.units or Units.KM)
    elif event.goal_time is not None:
        yield f"Goal: {time_text(event.goal_time)}"
    if event.profile is not None:
        yield f"Course: {event.profile}"
    if event.expected_temperature is not None:
        dew = f", dew point {event.dew_point:g} °C" if event.dew_point is not None else ""
        yield f"Expected on the day: {event.expected_temperature:g} °C{dew}"


def _race_times(runner: Runner, race: RaceDistance, goal_s: float | None, units: Units) -> Iterator[str]:
    share = runner.race_pct(race) / 100
    today_s = race.metres / (runner.threshold_speed * share)
    pace = pace_text(race.metres / today_s, units)
    yield f"Race: {race.in_words}, {race.metres / 1000:g} km; today's fitness stands for {time_text(today_s)}, {pace}"
    if goal_s is not None:
        speed = race.metres / goal_s
        pct = number(speed / runner.threshold_speed * 100)
        doubt = ", more than training can be expected to bring in the time: say so" if today_s > FAR * goal_s else ""
        yield f"Goal: {time_text(goal_s)}, {pace_text(speed, units)}, {pct} % of today's threshold speed{doubt}"
