"""A plan that was made anywhere, read from its file and held against the rules: what ``check-plan`` works on.

A plan has to have weeks with workouts and their segments, or is a folder with a workout file a session, or a running
plan as it is published, whose days are a few words and a distance. What else it says is taken; what it does not say
follows from what it has, and ``CheckedPlan.assumed`` tells of it. What cannot be read is a ``WeekFileError`` that names
file, field and remedy.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import PlanWeek, TrainingDay, WeekValidation, Workout
from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.segments import RunningSegment
from plan_pipeline.core.model.vocabulary import Phase, Scenario, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.written import Number
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.rules.rule import check_plan
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.services.published.plans import is_plain, plain_plan
from plan_pipeline.services.week_files import OutsideWorkout, WeekFileError, described, workouts_of
from plan_pipeline.services.workout_files.plan_folders import NO_PLAN, read_plan_folder
from plan_pipeline.strict_input.input_limits import MAX_PLAN_BYTES, MAX_WEEK_DEPTH, StrictInputError, shortened
from plan_pipeline.strict_input.strict_json import read_json
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline.strict_input.validation_messages import Location, field_problems, in_words

LIGHT_SHARE: Final = 0.75
"""A week with less of the mean of the three load weeks before it is light, where a plan does not say what it is."""

USUAL_FTP: Final = 250
"""Stands in where a plan has no threshold, as the reference runner does. Most rules are about shares of it; kilometres
that are reckoned from minutes, and minutes from kilometres, are those of such an athlete."""


class CheckedPlan(NamedTuple):
    """What the rules say of a plan. ``assumed`` are sentences on what the file left open."""

    rule_results: tuple[RuleResult, ...]
    weeks: int
    assumed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not any(result.rejects for result in self.rule_results)

    def as_json(self) -> dict[str, Any]:
        """For programs: results with ``measured``, which is the ``value`` of a plan's own results."""
        results = [result.model_dump(mode="json") for result in self.rule_results]
        return {
            "rule_results": [
                {"measured" if name == "value" else name: value for name, value in result.items()} for result in results
            ],
            "weeks": self.weeks,
        }


def check_plan_file(
    path: Path,
    config_of: Callable[[Sport], PlanningConfig],
    request: PlanRequest | None = None,
    *,
    ftp_watts: float | None = None,
    runner: Runner | None = None,
) -> CheckedPlan:
    """Hold the plan in a file, or in a folder of workout files, against all rules of its sport.

    It is judged by a request or else by what the plan says of its athlete. ``ftp_watts`` is for workout files in watts,
    ``runner`` for those in paces; a request says both. Raises ``WeekFileError`` for what cannot be read or understood.
    """
    assumed: list[str] = []
    if request is not None:
        ftp_watts = ftp_watts or request.athlete_profile.ftp
        runner = runner or (request.athlete_profile.runner if request.sport is Sport.RUNNING else None)
    read = CONTENT_READERS.get(path.suffix.lower())
    if path.is_dir():
        plan = _read_folder(path, ftp_watts, runner, assumed)
    elif not path.suffix and not path.exists():
        raise WeekFileError(f"{path}: does not exist; check the path")
    elif read is None:
        raise WeekFileError(f"{path}: is no {' or '.join(CONTENT_READERS)} file; {NO_PLAN}")
    else:
        plan = _read_plan(path, read, assumed)
    if request is not None and request.total_weeks != len(plan.weeks):
        raise WeekFileError(
            f"{path}: weekly_plan has {len(plan.weeks)} weeks, and the request asks for {request.total_weeks}; "
            "give the request of this plan"
        )
    sport = _sport_of(path, plan, request)
    config = config_of(sport)
    asked = request or _request_of(path, plan, config, _threshold(sport, ftp_watts, runner), assumed)
    weeks = _weeks_of(path, plan, asked, config, assumed)
    return CheckedPlan(check_plan(asked, weeks, config), len(weeks), tuple(assumed))


# --- what is read ----------------------------------------------------------------------------------------


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False, extra="ignore")


def _known(words: type[Phase] | type[WeekType]) -> BeforeValidator:
    """A word of ours, or nothing where a plan has another for it."""

    def read(value: Any) -> Any:
        try:
            return words(value) if isinstance(value, str) else None
        except ValueError:
            return None

    return BeforeValidator(read)


class _Week(_Lenient):
    """A week of a plan from elsewhere; its workouts are read by themselves."""

    week_type: Annotated[WeekType | None, _known(WeekType)] = None
    phase: Annotated[Phase | None, _known(Phase)] = None
    focus: str | None = None
    target_hours: Annotated[Number, Field(ge=0)] | None = None
    target_tss: Annotated[Number, Field(ge=0)] | None = None
    target_km: Annotated[Number, Field(ge=0)] | None = None
    training_days: tuple[TrainingDay, ...] | None = None
    validation: WeekValidation | None = None


class _PlanFile(NamedTuple):
    """A plan as its file has it: what is said of the whole, and weeks with their workouts in order."""

    said: Mapping[str, Any]
    weeks: tuple[tuple[_Week, tuple[OutsideWorkout, ...]], ...]


def _read_plan(path: Path, read: Callable[[Path], Any], assumed: list[str]) -> _PlanFile:
    try:
        content = read(path)
    except StrictInputError as error:
        raise WeekFileError(f"{path}: {error}") from None
    if is_plain(content):
        plain = plain_plan(path, content)
        assumed += plain.assumed
        content = plain.content
    whole = content if isinstance(content, dict) else {}
    plan = whole.get("training_plan", whole)
    weeks = plan.get("weekly_plan") if isinstance(plan, dict) else None
    if not isinstance(weeks, list) or not weeks:
        raise WeekFileError(
            f"{path}: weekly_plan must be a list of weeks, in training_plan or at the top, not "
            f"{shortened(in_words(weeks if whole else content))}"
        )
    field: Location = ("training_plan", "weekly_plan") if "training_plan" in whole else ("weekly_plan",)
    said = {**plan, "rule_results": whole.get("rule_results")}
    return _PlanFile(said, tuple(_week_of(path, week, (*field, i)) for i, week in enumerate(weeks)))


def _read_folder(path: Path, ftp_watts: float | None, runner: Runner | None, assumed: list[str]) -> _PlanFile:
    found = read_plan_folder(path, ftp_watts, runner)
    assumed += found.remarks
    said = {"sport": found.sport, "plan_metadata": {"start_date": found.start_date}}
    return _PlanFile(said, tuple((_Week(), workouts) for workouts in found.weeks))


def _read_json(path: Path) -> Any:
    return read_json(path, MAX_PLAN_BYTES, max_depth=MAX_WEEK_DEPTH, remedy="give the file of a single plan")


def _read_yaml(path: Path) -> Any:
    return read_yaml(path, MAX_PLAN_BYTES)


CONTENT_READERS: Final[Mapping[str, Callable[[Path], Any]]] = {
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
"""What reads the file of a plan, by the ending of its name."""


def _week_of(path: Path, content: Any, within: Location) -> tuple[_Week, tuple[OutsideWorkout, ...]]:
    try:
        week = _Week.model_validate(content)
    except ValidationError as error:
        raise WeekFileError(described(path, error, _Week, within)) from None
    listed = content.get("workouts")
    if not isinstance(listed, list):
        where = ".".join(map(str, (*within, "workouts")))
        raise WeekFileError(f"{path}: {where}: must be a list of workouts, not {shortened(in_words(listed))}")
    workouts = workouts_of(path, listed, (*within, "workouts"))
    stated = [entry.get("tss") if isinstance(entry, dict) and entry.get("tss_method") else None for entry in listed]
    return week, tuple(
        workout.model_copy(update={"tss": float(tss)}) if isinstance(tss, int | float) else workout
        for workout, tss in zip(workouts, stated, strict=True)
        if workout.segments
    )


# --- what follows from it --------------------------------------------------------------------------------


def _sport_of(path: Path, plan: _PlanFile, request: PlanRequest | None) -> Sport:
    """The sport that a plan says it is of; where it says none, that of its steps."""
    is_run = any(isinstance(s, RunningSegment) for _, workouts in plan.weeks for w in workouts for s in w.segments)
    said = plan.said.get("sport") or (Sport.RUNNING if is_run else Sport.CYCLING)
    try:
        sport = Sport(said)
    except ValueError:
        raise WeekFileError(
            f"{path}: sport: {shortened(in_words(said))} is not known; use one of {', '.join(Sport)}"
        ) from None
    if request is not None and sport is not request.sport:
        raise WeekFileError(
            f"{path}: is of {sport}, and the request is for {request.sport}; give the request of this plan"
        )
    return sport


def _threshold(sport: Sport, ftp_watts: float | None, runner: Runner | None) -> dict[str, Any]:
    """The threshold of an athlete of whom nothing else is known."""
    if sport is Sport.RUNNING:
        return {"threshold_pace": pace_text((runner or REFERENCE_RUNNER).threshold_speed)}
    return {"ftp": ftp_watts or USUAL_FTP}


def _request_of(
    path: Path, plan: _PlanFile, config: PlanningConfig, threshold: Mapping[str, Any], assumed: list[str]
) -> PlanRequest:
    """What the plan was asked for, by what it says of its athlete and its event."""
    said = plan.said
    meta = said.get("plan_metadata") if isinstance(said.get("plan_metadata"), dict) else {}
    assert isinstance(meta, dict)
    profile = said.get("athlete_profile")
    if not isinstance(profile, dict):
        profile = {**threshold, **_profile_of(plan, config.sport, assumed)}
    goal = meta.get("goal") if isinstance(meta.get("goal"), str) else None
    if goal is not None and config.goal(goal) is None:
        is_event_type = bool(meta.get("event")) and config.event(goal) is not None
        profile = profile if is_event_type else {**profile, "goals": [goal, *_texts(profile.get("goals"))]}
        goal = None
    weeks = len(plan.weeks)
    content = {
        "plan_id": "checked-plan",
        "sport": config.sport,
        "athlete_profile": profile,
        "weeks": weeks,
        "goal": goal,
        "options": {"waivers": _waived(said.get("rule_results"))},
        **{name: meta[name] for name in _OF_METADATA if meta.get(name)},
    }
    try:
        if MIN_WEEKS <= weeks <= MAX_WEEKS:
            return PlanRequest.model_validate(content)
        # No request asks for a plan of such a length; the rules judge it all the same, without its dates.
        undated = {name: value for name, value in content.items() if name not in _OF_METADATA}
        request = PlanRequest.model_validate({**undated, "weeks": min(max(weeks, MIN_WEEKS), MAX_WEEKS)})
        event = Event.model_validate(meta["event"]) if meta.get("event") else None
        return request.model_copy(update={"weeks": weeks, "event": event})
    except ValidationError as error:
        of_metadata = field_problems(error, PlanRequest).first.location[:1] in {(name,) for name in _OF_METADATA}
        within = ("plan_metadata",) if of_metadata else ()
        raise WeekFileError(described(path, error, PlanRequest, within)) from None


_OF_METADATA: Final = ("start_date", "event", "events", "time_off", "constraints", "target_ftp")
"""What a plan says of its request in ``plan_metadata``."""


def _profile_of(plan: _PlanFile, sport: Sport, assumed: list[str]) -> dict[str, Any]:
    """An athlete for whom the plan could have been made: who trains on its days, as long as its longer weeks are."""
    days = sorted({workout.weekday for _, workouts in plan.weeks for workout in workouts}, key=list(Weekday).index)
    hours = sorted(_minutes(workouts) / 60 for _, workouts in plan.weeks)
    usual = round(fmean(hours[len(hours) // 2 :]), 1)
    assumed.append(
        "athlete_profile is missing, so the plan is judged for an intermediate "
        f"{record_of(sport).words.athlete} with {usual:g} h on its own days"
    )
    return {
        "athlete_id": "unknown",
        "training_availability": {"hours_per_week": max(usual, 0.1), "week_days": days or list(Weekday)},
    }


def _weeks_of(
    path: Path, plan: _PlanFile, request: PlanRequest, config: PlanningConfig, assumed: list[str]
) -> tuple[PlanWeek, ...]:
    types = _week_types(plan, request, assumed)
    phases = _phases(plan, types, request, config)
    try:
        return tuple(
            _plan_week(number, week, workouts, types[number - 1], phases[number - 1])
            for number, (week, workouts) in enumerate(plan.weeks, start=1)
        )
    except ValidationError as error:
        raise WeekFileError(described(path, error, PlanWeek, ("weekly_plan",))) from None


def _plan_week(
    number: int, week: _Week, workouts: tuple[OutsideWorkout, ...], kind: WeekType, phase: Phase
) -> PlanWeek:
    counted = [workout for workout in workouts if not workout.optional]
    hours, tss = round(_minutes(counted) / 60, 2), round(sum(workout.tss for workout in counted), 1)
    ridden: dict[Weekday, WorkoutType] = {workout.weekday: workout.type for workout in reversed(workouts)}
    said = {day.weekday: day.workout_type for day in week.training_days or ()}
    kinds = said if week.training_days else ridden
    delivered = WeekValidation(
        scenario_used=Scenario.ALL_WORKOUTS,
        auto_fixed=False,
        fix_log=None,
        target_hours=week.target_hours,
        actual_hours=hours,
        target_tss=week.target_tss,
        actual_tss=tss,
        warnings=(),
        errors=(),
        within_tolerance=True,
        passed=True,
        passed_before_fix=True,
    )
    return PlanWeek(
        week_number=number,
        week_type=kind,
        phase=phase,
        focus=week.focus or "",
        target_hours=hours if week.target_hours is None else week.target_hours,
        target_tss=tss if week.target_tss is None else week.target_tss,
        target_km=week.target_km,
        training_days=tuple(TrainingDay(weekday=day, workout_type=kinds.get(day, WorkoutType.REST)) for day in Weekday),
        workouts=workouts,
        validation=week.validation or delivered,
    )


def _week_types(plan: _PlanFile, request: PlanRequest, assumed: list[str]) -> list[WeekType]:
    """What each week is: as it says, else by its phase, else by its hours."""
    guessed = _by_hours([_minutes(workouts) for _, workouts in plan.weeks], has_event=request.event is not None)
    said = [week.week_type or _by_phase(week.phase) for week, _ in plan.weeks]
    if None in said:
        assumed.append("not all weeks say their week_type, so that hours and phases decide which of them are light")
    types = [found or guess for found, guess in zip(said, guessed, strict=True)]
    if request.event is not None and types[-1] is WeekType.TAPER:
        types[-1] = WeekType.EVENT
    return types


def _by_phase(phase: Phase | None) -> WeekType | None:
    if phase is None:
        return None
    return {Phase.RECOVERY: WeekType.RECOVERY, Phase.TAPER: WeekType.TAPER}.get(phase, WeekType.LOAD)


def _by_hours(minutes: Sequence[float], *, has_event: bool) -> list[WeekType]:
    types: list[WeekType] = []
    loads: list[float] = []
    for week in minutes:
        is_light = bool(loads) and week < LIGHT_SHARE * fmean(loads[-3:])
        types.append(WeekType.RECOVERY if is_light else WeekType.LOAD)
        if not is_light:
            loads.append(week)
    if has_event:
        last = len(types) - 1
        while last >= 0 and (types[last] is WeekType.RECOVERY or last == len(types) - 1):
            types[last] = WeekType.TAPER
            last -= 1
        types[-1] = WeekType.EVENT
    return types


def _phases(plan: _PlanFile, types: Sequence[WeekType], request: PlanRequest, config: PlanningConfig) -> list[Phase]:
    """The phase of each week: as it says, else as the plan's goal or event would divide its load weeks."""
    loads = iter(purpose_of(request, config).phases_of(sum(kind is WeekType.LOAD for kind in types)))
    usual = [
        next(loads).phase if kind is WeekType.LOAD else Phase.TAPER if kind.is_taper else Phase.RECOVERY
        for kind in types
    ]
    return [week.phase or phase for (week, _), phase in zip(plan.weeks, usual, strict=True)]


def _minutes(workouts: Sequence[Workout]) -> float:
    return sum(segment.duration_min for workout in workouts for segment in workout.segments)


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str)]


def _waived(results: Any) -> tuple[str, ...]:
    """The rules that the plan's own results name as waived."""
    found = [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
    waived = [each.get("rule_id") for each in found if each.get("waived") is True]
    return tuple(rule_id for rule_id in waived if isinstance(rule_id, str))
