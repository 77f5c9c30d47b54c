"""What the notes of a running plan say of speed: what today's race stands for, paces, the goal, the marathon, heat."""

from typing import Final

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.paces.heat import heat_advice
from plan_pipeline.core.paces.riegel import MarathonOutlook, goal_reach, marathon_outlook, staleness
from plan_pipeline.core.paces.text import Units, distance_text, pace_range_text, pace_text, time_text
from plan_pipeline.core.paces.training import PaceName, TrainingPace, training_paces
from plan_pipeline.core.paces.vdot import MAX_DISTANCE_M, MIN_DISTANCE_M, RaceDistance, race_time_s
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed

EQUIVALENTS: Final = (RaceDistance.FIVE_K, RaceDistance.TEN_K, RaceDistance.HALF_MARATHON)
"""Races whose times say what a threshold pace stands for; the marathon is a matter of training as well."""

DRIER_C: Final = 8.0
"""How far below a warm day's air the dew point is taken to be where it is not known: at 60 % humidity, by 1 °C a 5 %
(Lawrence 2005, Bull Am Meteorol Soc 86:225)."""

_FOR: Final = {
    PaceName.EASY: "easy runs",
    PaceName.MARATHON: "marathon pace",
    PaceName.THRESHOLD: "threshold and cruise intervals",
    PaceName.INTERVAL: "intervals",
    PaceName.REPETITION: "repetitions",
}


def race_metres(purpose: Purpose) -> float | None:
    """How far the event is, metres; ``None`` where that is neither given nor known of its type."""
    event, kind = purpose.request.event, purpose.event_type
    if event is None:
        return None
    if kind is not None and kind.race is not None:
        return kind.race.metres
    return event.distance_km * 1000 if event.distance_km else None


def standing_paragraph(purpose: Purpose) -> str:
    """What the race, or the threshold pace, stands for today; whether it is old, and the goal within reach."""
    athlete, runner = purpose.request.athlete_profile, purpose.request.athlete_profile.runner
    pace = pace_text(runner.threshold_speed, units_of(athlete))
    given = _given(athlete)
    run = athlete.recent_race.distance_m if athlete.recent_race else 0.0
    times = [
        f"{race.in_words} in {time_text(race_time_s(race.metres, runner.vdot))}"
        for race in EQUIVALENTS
        if not race.is_about(run)
    ]
    says = f"{given or 'You gave'} a threshold pace of {pace}, the pace of an hour's race"
    parts = [f"{says}; the same fitness is worth {listed(times)} (VDOT {runner.vdot:.1f}).", _age(purpose)]
    return " ".join(filter(None, [*parts, goal_sentence(purpose)]))


def _given(athlete: AthleteProfile) -> str:
    race = athlete.recent_race
    if race is None:
        return ""
    on = f" on {race.date:%d %B %Y}" if race.date else ""
    return f"Your {race.in_words}{on} stands for"


def _age(purpose: Purpose) -> str:
    """That the race is too old for paces to be taken from it; by the first day of the plan, if there is one."""
    race, first = purpose.request.athlete_profile.recent_race, purpose.request.first_monday
    if race is None or race.date is None or first is None or race.date > first:
        return ""
    said = staleness(race.date, first)
    return f"As the plan begins, {said}; until then go by feel where a pace is too hard." if said else ""


def goal_sentence(purpose: Purpose) -> str:
    """The goal time as a pace, and plainly where it asks for more than the weeks usually give."""
    event, metres = purpose.request.event, race_metres(purpose)
    if event is None or event.goal_time is None or metres is None:
        return ""
    athlete = purpose.request.athlete_profile
    pace = pace_text(metres / event.goal_time, units_of(athlete))
    said = f"Your goal of {time_text(event.goal_time)} is {pace} over the {distance_text(metres)}."
    if not MIN_DISTANCE_M <= metres <= MAX_DISTANCE_M:
        return said
    try:
        reach = goal_reach(metres, event.goal_time, athlete.runner.vdot, purpose.request.total_weeks)
    except ValueError as error:
        return f"{said} Take it for a wish: {error}."
    if reach is None:
        return f"{said} That is within what the weeks of the plan usually give."
    return f"{said} Be warned: {reach}. The plan trains from where you are, so decide on the pace by a race on the way."


# --- paces -----------------------------------------------------------------------------------------------------


def paces_paragraph(purpose: Purpose) -> str:
    """The paces of the plan in the runner's units."""
    athlete = purpose.request.athlete_profile
    paces = [f"{_FOR[pace.name]} {_pace(pace, units_of(athlete))}" for pace in training_paces(athlete.runner.vdot)]
    return (
        f"Your paces today: {listed(paces)}. They are those of flat ground in cool weather: uphill, off the road and "
        "in heat keep the effort and let the pace be what it is. Run easy runs by how they feel, and slower than the "
        "range whenever you like: the hard days can only be hard if these are not."
    )


def _pace(pace: TrainingPace, units: Units) -> str:
    return pace_range_text(pace.slow_m_s, pace.fast_m_s, units)


def units_of(athlete: AthleteProfile) -> Units:
    """What the runner reads paces and distances in: kilometres unless miles were asked for."""
    return athlete.units or Units.KM


# --- the marathon ----------------------------------------------------------------------------------------------


def marathon_paragraph(purpose: Purpose) -> str:
    """Both times that a shorter race stands for, where the plan leads to a marathon and volume decides which holds."""
    outlook = outlook_of(purpose)
    if outlook is None:
        return ""
    units = units_of(purpose.request.athlete_profile)
    fast, slow = (
        pace_text(RaceDistance.MARATHON.metres / seconds, units) for seconds in (outlook.riegel_s, outlook.low_volume_s)
    )
    start = (
        f"Begin the race at {slow} rather than {fast}, and let marathon pace in training lie between the two"
        if outlook.expected_s == outlook.low_volume_s
        else f"Marathon pace lies between {fast} and {slow}; long runs will tell you where"
    )
    return f"About the marathon itself: {outlook.warning}. {start}."


def outlook_of(purpose: Purpose) -> MarathonOutlook | None:
    """The marathon that a shorter race stands for; ``None`` where the plan leads elsewhere, or one was run."""
    kind, athlete = purpose.event_type, purpose.request.athlete_profile
    if purpose.request.event is None or kind is None or kind.race is not RaceDistance.MARATHON:
        return None
    race = athlete.recent_race
    if race is not None:
        return marathon_outlook(race.distance_m, race.time, _weekly_km(purpose))
    ten = RaceDistance.TEN_K.metres
    return marathon_outlook(ten, race_time_s(ten, athlete.runner.vdot), _weekly_km(purpose))


def _weekly_km(purpose: Purpose) -> float:
    """What is run in a week by now, or else what the plan comes to."""
    now = purpose.request.athlete_profile.current_weekly_km
    return round(purpose.weekly_km if now is None else now)


# --- heat ------------------------------------------------------------------------------------------------------


def heat_paragraph(purpose: Purpose) -> str:
    """How much slower to race in the weather that is expected, and what was assumed of it."""
    event = purpose.request.event
    if event is None or event.expected_temperature is None:
        return ""
    dew, assumed = _dew_point(event, event.expected_temperature)
    advice = heat_advice(event.expected_temperature, dew)
    weather = f"At {event.expected_temperature:g} °C with a dew point of {dew:g} °C"
    if advice.low_pct is not None and advice.high_pct == 0:
        return f"{weather}{assumed} the weather costs nothing: race by the paces of the plan."
    if not advice.hard_running:
        return (
            f"{weather}{assumed} no hard running is advised. Ask whether the race can be moved to an early hour; else "
            "run it easy, for the day and not for a time."
        )
    return (
        f"{weather}{assumed} the same effort is {advice.low_pct:g} to {advice.high_pct:g} % slower (Hadley 2013, "
        "convention). Hold back from the start on, drink early, and get used to the heat in the last two weeks."
    )


def _dew_point(event: Event, air_c: float) -> tuple[float, str]:
    """The dew point, and in words where it is an assumption."""
    if event.dew_point is not None:
        return min(event.dew_point, air_c), ""
    return air_c - DRIER_C, " (an assumption, 60 % humidity, since only the temperature is given)"
