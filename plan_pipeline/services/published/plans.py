"""Running plans as they are published: weeks of days, each with a few words and a distance or minutes.

``plain_plan`` puts one into the form of plan.json, which all else reads. Belongs here: that form, races, and the runner
that a plan is taken to be for. Does not belong here: what words mean (``words``).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from plan_pipeline.core.model.vocabulary import ExperienceLevel, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.written import Number
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER
from plan_pipeline.core.paces.text import Units, pace_text
from plan_pipeline.core.wording import counted
from plan_pipeline.services.published.words import (
    EASY_PCT,
    FLOAT_PCT,
    KM_A_MILE,
    STRIDES,
    USUAL_WORK,
    Meaning,
    Work,
    meaning_of,
)
from plan_pipeline.services.week_files import WeekFileError, described

_DAYS: Final = tuple(Weekday)
_FIRST_MONDAY: Final = dt.date(2027, 1, 4)
"""Stands in for the dates that a published plan does not have."""

_UNMEASURED_MIN: Final = 30.0
"""Of a session that says neither distance nor minutes."""

_REST_MIN: Final = 2.0
"""Between repeats at marathon pace, which usually have none."""

_MOST_WORK_SHARE: Final = 0.8
_LONGEST_TAPER_WEEKS: Final = 3
_GOAL_IN_LAST_WEEKS: Final = 3
_BEGINNERS: Final = ("novice", "beginner", "couch", "level one")

Json = dict[str, Any]


def _middle(value: Any) -> Any:
    """A range as its middle."""
    is_range = isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value)
    return sum(value) / 2 if is_range else value


def _text(value: Any) -> Any:
    return "" if value is None else value


class _Day(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[str, BeforeValidator(_text)] = ""
    description: Annotated[str, BeforeValidator(_text)] = ""
    distance: Annotated[Number, BeforeValidator(_middle), Field(ge=0, le=500)] | None = None
    minutes: Annotated[Number, BeforeValidator(_middle), Field(ge=0, le=1440)] | None = None
    units: Units | None = None


class _PlainWeek(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    workouts: tuple[_Day, ...] = Field(max_length=len(_DAYS))


class _PlainPlan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, BeforeValidator(_text)] = ""
    type: Annotated[str, BeforeValidator(_text)] = ""
    units: Units = Units.KM
    schedule: tuple[_PlainWeek, ...] = Field(min_length=1)


class PlainPlan(NamedTuple):
    """A plan in the form of plan.json, and sentences on what its file left open.

    ``unmeasured`` are the runs that say neither a distance nor minutes.
    """

    content: Json
    assumed: tuple[str, ...]
    unmeasured: int


class _Session(NamedTuple):
    """A day of the plan with what its words mean."""

    week: int
    weekday: Weekday
    title: str
    meaning: Meaning
    km: float
    minutes: float

    @property
    def is_measured(self) -> bool:
        return bool(self.km or self.minutes)


def is_plain(content: Any) -> bool:
    """Whether a file's content has the form of a published plan: weeks of days under ``schedule`` or ``weeks``."""
    return isinstance(content, dict) and any(isinstance(content.get(name), list) for name in ("schedule", "weeks"))


def plain_plan(path: Path, content: Mapping[str, Any]) -> PlainPlan:
    """The plan in the form of plan.json. Raises ``WeekFileError`` for what cannot be understood."""
    try:
        plan = _PlainPlan.model_validate(_in_one_spelling(content))
    except ValidationError as error:
        raise WeekFileError(described(path, error, _PlainPlan)) from None
    sessions = tuple(_sessions(plan))
    goal = _goal_race(sessions, len(plan.schedule))
    weeks = goal.week if goal else len(plan.schedule)
    kept = [each for each in sessions if goal is None or _position(each) < _position(goal)]
    runs = [each for each in kept if _is_run(each)]
    unmeasured = sum(not run.is_measured for run in runs)
    tapers = _taper_weeks(kept, weeks) if goal else ()
    said = {
        "sport": Sport.RUNNING,
        "athlete_profile": _runner(plan, kept),
        "plan_metadata": _metadata(plan, kept, goal),
        "weekly_plan": [_week(kept, number, tapers) for number in range(1, weeks + 1)],
    }
    return PlainPlan(said, tuple(_assumed(plan, goal, unmeasured)), unmeasured)


def _in_one_spelling(content: Mapping[str, Any]) -> Json:
    """Weeks of ``days`` are read as a schedule of ``workouts``."""
    weeks = content.get("schedule", content.get("weeks"))
    named = [
        {"workouts": week.get("workouts", week.get("days"))} if isinstance(week, dict) else week for week in weeks or ()
    ]
    return {**content, "schedule": named}


def _sessions(plan: _PlainPlan) -> Iterator[_Session]:
    for number, week in enumerate(plan.schedule, start=1):
        for weekday, day in zip(_DAYS, week.workouts, strict=False):
            miles = (day.units or plan.units) is Units.MILE
            is_measured = bool(day.distance or day.minutes)
            meaning = meaning_of(day.title, day.description, miles=miles, is_measured=is_measured)
            if meaning.kind is WorkoutType.REST:
                continue
            km = (day.distance or 0.0) * (KM_A_MILE if miles else 1.0)
            minutes = day.minutes or (0.0 if km else meaning.minutes) or 0.0
            yield _Session(number, weekday, day.title, meaning, km, minutes)


def _goal_race(sessions: Sequence[_Session], weeks: int) -> _Session | None:
    """The last race of a plan that ends with one; what comes after it is recovery."""
    races = [each for each in sessions if each.meaning.is_race]
    return races[-1] if races and races[-1].week > weeks - _GOAL_IN_LAST_WEEKS else None


def _position(session: _Session) -> int:
    return (session.week - 1) * len(_DAYS) + session.weekday.position


def _is_run(session: _Session) -> bool:
    return not session.meaning.is_race and session.meaning.kind is not WorkoutType.CROSS_TRAINING


def _date(session: _Session) -> str:
    return (_FIRST_MONDAY + dt.timedelta(days=_position(session))).isoformat()


def _metadata(plan: _PlainPlan, sessions: Sequence[_Session], goal: _Session | None) -> Json:
    races = [
        {"date": _date(race), "name": " ".join(race.title.split()), "distance_km": round(race.km, 2) or None}
        for race in sessions
        if race.meaning.is_race
    ]
    found: Json = {"start_date": _FIRST_MONDAY.isoformat(), "events": races}
    if goal is not None:
        found["event"] = {"date": _date(goal), "name": "Race", "type": plan.type or None}
    return found


def _taper_weeks(sessions: Sequence[_Session], weeks: int) -> tuple[int, ...]:
    """The last weeks, each of which has less than the one before."""
    weekly = _weekly_km(sessions)
    first = weeks
    while first > max(2, weeks - _LONGEST_TAPER_WEEKS + 1) and weekly.get(first - 1, 0.0) < weekly.get(first - 2, 0.0):
        first -= 1
    return tuple(range(first, weeks + 1))


def _weekly_km(sessions: Sequence[_Session]) -> dict[int, float]:
    weekly: dict[int, float] = {}
    for run in filter(_is_run, sessions):
        weekly[run.week] = weekly.get(run.week, 0.0) + run.km + _km(run.minutes, EASY_PCT)
    return weekly


def _runner(plan: _PlainPlan, sessions: Sequence[_Session]) -> Json:
    """A runner for whom the plan could have been made: who runs on its days, and as far as its fullest week."""
    weekly = _weekly_km(sessions)
    days = sorted({each.weekday for each in sessions}, key=_DAYS.index)
    is_beginner = any(word in plan.name.lower() for word in _BEGINNERS)
    return {
        "athlete_id": "unknown",
        "threshold_pace": pace_text(REFERENCE_RUNNER.threshold_speed),
        "experience_level": ExperienceLevel.BEGINNER if is_beginner else ExperienceLevel.INTERMEDIATE,
        "training_availability": {"weekly_km": round(max(weekly.values(), default=0.0), 1) or 10, "week_days": days},
    }


def _assumed(plan: _PlainPlan, goal: _Session | None, unmeasured: int) -> Iterator[str]:
    pace = pace_text(REFERENCE_RUNNER.threshold_speed)
    yield f"nothing is said of the runner, who is taken to have {pace} at threshold and to run on the plan's own days"
    yield "sessions are known by their words, and hold what such sessions usually do where those do not say it"
    if goal is not None and goal.week < len(plan.schedule):
        yield f"the race is in week {goal.week}, and the weeks after it are left out"
    if unmeasured:
        runs = counted(unmeasured, "run states", "runs state")
        yield f"{runs} neither distance nor minutes; each is taken to last {_UNMEASURED_MIN:g} min"


# --- sessions ---------------------------------------------------------------------------------------------


def _week(sessions: Sequence[_Session], number: int, tapers: Sequence[int]) -> Json:
    own = [each for each in sessions if each.week == number and not each.meaning.is_race]
    longest = max(filter(_is_run, own), key=lambda run: run.km + run.minutes / 60, default=None)
    week: Json = {"workouts": [_workout(each, is_longest=each is longest) for each in own]}
    return {**week, "week_type": WeekType.TAPER} if number in tapers else week


def _workout(session: _Session, *, is_longest: bool) -> Json:
    kind = session.meaning.kind
    if kind is WorkoutType.CROSS_TRAINING:
        segments = [{"type": "endurance", "duration_min": session.minutes or _UNMEASURED_MIN}]
    else:
        segments = list(_segments(session))
        kind = WorkoutType.LONG if is_longest and kind is WorkoutType.EASY else kind
    return {"weekday": session.weekday, "name": " ".join(session.title.split()), "type": kind, "segments": segments}


def _segments(session: _Session) -> Iterator[Json]:
    """Easy running around the work, in all as long as the day says."""
    work = _work_of(session)
    km = session.km or _km(session.minutes or _UNMEASURED_MIN, EASY_PCT)
    if work is None:
        yield _segment(km, EASY_PCT)
        return
    rest_km = (work.repeats - 1) * _km(work.rest_min, FLOAT_PCT)
    work_km = work.repeats * _km(work.minutes, work.pct)
    scale = min(1.0, _MOST_WORK_SHARE * km / (work_km + rest_km))
    easy_km = km - scale * (work_km + rest_km)
    yield _segment(0.6 * easy_km, EASY_PCT)
    for repeat in range(work.repeats):
        if repeat and work.rest_min:
            yield _segment(scale * _km(work.rest_min, FLOAT_PCT), FLOAT_PCT)
        yield _segment(scale * _km(work.minutes, work.pct), work.pct, "stride" if work is STRIDES else "steady")
    yield _segment(0.4 * easy_km, EASY_PCT)


def _work_of(session: _Session) -> Work | None:
    meaning = session.meaning
    usual = USUAL_WORK.get(meaning.kind, STRIDES if meaning.has_strides else None)
    if usual is None or not meaning.work_km or meaning.kind not in USUAL_WORK:
        return usual
    minutes = meaning.work_km * 1000 / REFERENCE_RUNNER.speed(usual.pct) / 60
    return Work(meaning.repeats, minutes, usual.pct, usual.rest_min or _REST_MIN)


def _segment(km: float, pct: float, kind: str = "steady") -> Json:
    return {
        "type": kind,
        "duration_min": km * 1000 / REFERENCE_RUNNER.speed(pct) / 60,
        "speed_low_pct": pct,
        "speed_high_pct": pct,
        "distance_m": km * 1000,
    }


def _km(minutes: float, pct: float) -> float:
    return minutes * 60 * REFERENCE_RUNNER.speed(pct) / 1000
