"""The page of text of a standard plan, which a coach can review: volume, long runs, quality, taper, race and rules."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from plan_pipeline.core.adding import added
from plan_pipeline.core.coach_texts.key_workouts import Key, keys_of
from plan_pipeline.core.model.plan import Plan, PlanWeek, Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Phase, SegmentType, WeekType
from plan_pipeline.core.notation import is_by_effort, step_notation, written_parts
from plan_pipeline.core.overview.notes.words import laid_out
from plan_pipeline.core.standard_plans.plans import StandardPlan
from plan_pipeline.core.wording import counted, listed, number, ranges

PAGE_COLUMNS: Final = 110
BAR_COLUMNS: Final = 40
"""How wide the fullest week is drawn, and the longest run."""

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_OFF_THE_WORK: Final = (SegmentType.WARMUP, SegmentType.COOLDOWN)
_LONG: Final = (Key.LONG_RIDE, Key.LATE_WORK, Key.LONG_QUALITY)
_LIGHT: Final = {WeekType.RECOVERY: "lighter week", WeekType.TAPER: "taper", WeekType.EVENT: "race week"}


def page_of(standard: StandardPlan, plan: Plan) -> str:
    """The page of a standard plan as lines of at most ``PAGE_COLUMNS``, the last one ended.

    Kilometres are those of all runs of a week that have to be done, without the race.
    """
    parts = (
        _heading(standard, plan),
        _volume(plan.training_plan.weekly_plan),
        _long_runs(plan.training_plan.weekly_plan),
        _quality(plan.training_plan.weekly_plan),
        _taper_and_race(standard, plan.training_plan.weekly_plan),
        _rules(plan),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def week_km(week: PlanWeek) -> float:
    """Kilometres of a week's runs, unrounded; runs that may be left out do not count."""
    return added(workout.distance_km or 0.0 for workout in week.workouts if not workout.optional)


# --- who it is for ----------------------------------------------------------------------------------------------


def _heading(standard: StandardPlan, plan: Plan) -> Iterator[str]:
    athlete = plan.training_plan.athlete_profile
    available = athlete.training_availability
    assert athlete.recent_race is not None
    yield standard.title
    yield "=" * len(standard.title)
    yield from _wrapped(
        f"For a runner of {number(athlete.current_weekly_km or 0)} km a week by now, the longest run "
        f"{number(athlete.longest_run_km or 0)} km, a recent race of {athlete.recent_race.in_words} "
        f"(VDOT {athlete.recent_race.vdot:.1f}) and {athlete.experience_level} experience. The fullest week is to have "
        f"{number(available.weekly_km or 0)} km, on up to {counted(len(available.week_days), 'day')}: "
        f"{listed(day.value.capitalize() for day in available.week_days)}."
    )


# --- lines over the weeks ---------------------------------------------------------------------------------------


def _volume(weeks: Sequence[PlanWeek]) -> Iterator[str]:
    yield "VOLUME, km a week"
    most = max(map(week_km, weeks))
    for week in weeks:
        km = week_km(week)
        yield _drawn(week, km, most, _LIGHT.get(week.week_type, week.phase.value))


def _long_runs(weeks: Sequence[PlanWeek]) -> Iterator[str]:
    yield "LONG RUN, km"
    longest = {week.week_number: _long_run(week) for week in weeks}
    most = max(run.distance_km or 0.0 for run in longest.values() if run is not None)
    for week in weeks:
        run = longest[week.week_number]
        if run is not None:
            yield _drawn(week, run.distance_km or 0.0, most, f"{run.duration_min:.0f} min{_structure(week, run)}")


def _drawn(week: PlanWeek, km: float, most: float, words: str) -> str:
    bar = "█" * round(BAR_COLUMNS * km / most) if most else ""
    return f"{week.week_number:>4} {km:>6.1f} {bar:<{BAR_COLUMNS}}  {words}"


def _long_run(week: PlanWeek) -> Workout | None:
    """The long run of a week; none in one that has only the race."""
    found = [workout for workout, key in zip(week.workouts, keys_of(week), strict=True) if key in _LONG]
    return max(found, key=lambda run: run.duration_min, default=None)


def _structure(week: PlanWeek, run: Workout) -> str:
    day = next(day for day in week.trained if day.weekday is run.weekday)
    return f", {laid_out(day.patterns[0])}" if day.patterns else ""


# --- quality ----------------------------------------------------------------------------------------------------


def _quality(weeks: Sequence[PlanWeek]) -> Iterator[str]:
    yield "QUALITY, with Option B of the same minutes and load in brackets"
    for week in weeks:
        keys = keys_of(week)
        sessions = [w for w, key in zip(week.workouts, keys, strict=True) if key and key is not Key.LONG_RIDE]
        if not sessions:
            yield f"{week.week_number:>4} none"
        for index, workout in enumerate(sessions):
            head = f"{week.week_number if not index else '':>4} {workout.weekday.value[:3].capitalize()} "
            yield from _wrapped(f"{_session(workout)}{_option(workout)}", head)


def _session(workout: Workout) -> str:
    return f"{one_line(workout.name)}: {_work(workout.segments)}; {workout.duration_min:.0f} min"


def _option(workout: Workout) -> str:
    told = [f"{each.label}: {one_line(each.name)}, {_work(each.segments)}" for each in workout.options]
    return f" [{'; '.join(told)}]" if told else ""


def _work(segments: Sequence[Segment]) -> str:
    """The parts of a session that are not easy, as coaches write them; all of them where every part is easy."""
    parts = [part for part in written_parts(segments) if any(map(_is_work, part.steps))]
    if not parts:
        return "easy"
    return " + ".join(_part(part.repeats, [step for step in part.steps if _is_work(step)]) for part in parts)


def _part(repeats: int, steps: Sequence[Segment]) -> str:
    inside = _unbroken(" / ".join(map(step_notation, steps)))
    if repeats == 1:
        return inside
    return _unbroken(f"{repeats} × ({inside})" if len(steps) > 1 else f"{repeats} × {inside}")


def _is_work(segment: Segment) -> bool:
    return segment.type not in _OFF_THE_WORK and (is_by_effort(segment) or not segment.is_easy)


# --- the end of the plan ----------------------------------------------------------------------------------------


def _taper_and_race(standard: StandardPlan, weeks: Sequence[PlanWeek]) -> Iterator[str]:
    most = max(map(week_km, weeks))
    taper = [week for week in weeks if week.phase is Phase.TAPER]
    shares = listed(f"{100 * week_km(week) / most:.0f} %" for week in taper)
    yield "TAPER AND RACE"
    named = f"week{'s' if len(taper) > 1 else ''} {ranges(week.week_number for week in taper)}"
    have = "have" if len(taper) > 1 else "has"
    yield from _wrapped(
        f"The fullest week has {number(most)} km; {named} {have} {shares} of it, the race left out. "
        f"{_before_the_race(weeks)}{standard.race} on Sunday of week {standard.weeks}."
    )


def _before_the_race(weeks: Sequence[PlanWeek]) -> str:
    """When the last long run is, in days before a race on the last day of the plan."""
    last = [(7 * (len(weeks) - week.week_number), run) for week in weeks[:-1] if (run := _long_run(week)) is not None]
    if not last:
        return ""
    days, run = min((days + 6 - run.weekday.position, run) for days, run in last)
    return f"The last long run, {number(run.distance_km or 0)} km, is {counted(days, 'day')} before the race. "


def _rules(plan: Plan) -> Iterator[str]:
    results = plan.rule_results
    warned = [result for result in results if result.warns]
    noted = [result for result in results if result.counts and not result.warns]
    kept = len(results) - len(warned) - len(noted)
    yield "RULES"
    yield f"{kept} of {counted(len(results), 'rule')} kept, {len(warned)} warned, {len(noted)} noted"
    for result in warned:
        yield from _wrapped(f"Warning: {result.statement} Asked for: {result.threshold}.", "  ")
    for result in noted:
        yield from _wrapped(f"Note: {result.statement}", "  ")


def _wrapped(text: str, head: str = "") -> list[str]:
    """Text in lines, those after the first below the text of the first."""
    margin = " " * len(head)
    lines = wrap(text, PAGE_COLUMNS, initial_indent=head, subsequent_indent=margin, break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]


def _unbroken(text: str) -> str:
    """Text that ``_wrapped`` keeps in one line."""
    return text.replace(" ", _NO_BREAK)
