"""The page of a plan: what it is for, its season in charts, every workout of its calendar, and what the rules say."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup

from plan_pipeline.core.coach_texts.texts import CoachTexts, texts_of
from plan_pipeline.core.day_alternatives import PlanAlternatives
from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.plan import Plan, TrainingPlan
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WorkoutType
from plan_pipeline.core.overview.notes.words import ground, hours_of
from plan_pipeline.core.paces.text import Units, pace_text, time_text
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import counted, listed, number
from plan_pipeline.pages.calendar import anchor_of, blocks_of, date_in_words
from plan_pipeline.pages.chart import FRAME
from plan_pipeline.pages.profile import TOP_PCT, Gathered
from plan_pipeline.pages.season import Season, charts_of, season_of
from plan_pipeline.pages.shell import macro, render
from plan_pipeline.pages.steps import ZoneMinutes
from plan_pipeline.pages.words import goal_in_words
from plan_pipeline.pages.zones import styles_for, zones_for

TEMPLATE: Final = "plan.html"
STYLES: Final = ("charts.css", "plan.css")


class Figure(NamedTuple):
    """A number that people look for first, with a word before it and some after it."""

    label: str
    value: str
    unit: str
    note: str


def plan_page(plan: Plan, week: int | None = None, alternatives: PlanAlternatives | None = None) -> str:
    """A published plan as one HTML page, with all its weeks in the calendar or one of them.

    ``alternatives`` are shown with each workout, where there are any.

    It asks for nothing over the network and runs no script. The same plan and alternatives give the same page.
    """
    body, drawings = plan.training_plan, Gathered()
    season, texts = season_of(body), texts_of(plan)
    blocks = blocks_of(body, drawings, week, alternatives)
    return render(
        TEMPLATE,
        styles=(*styles_for(body.sport), *STYLES),
        sport=record_of(body.sport),
        plan_id=body.plan_id,
        instance=plan.instance,
        title=title_of(body),
        athlete=body.athlete_profile,
        meta=body.plan_metadata,
        length=counted(body.plan_metadata.total_weeks, "week"),
        dates=dates_of(body),
        figures=tuple(figures_of(body, season)),
        charts=charts_of(season),
        frame=FRAME,
        season=season,
        phases=[phase for phase in Phase if phase in {week.phase for week in body.weekly_plan}],
        blocks=blocks,
        drawings=drawings,
        top_pct=TOP_PCT,
        zones=zones_for(body.sport),
        zone_bar=_zone_bar,
        weekdays=list(Weekday),
        previews={each.week_number: each.preview for each in texts.weeks},
        purposes=_purposes(body, texts),
        rules=_Rules.of(plan.rule_results),
        alternatives=alternatives,
        made=plan.generation,
        made_from=plan.ai_metadata,
    )


def _purposes(plan: TrainingPlan, texts: CoachTexts) -> dict[str, str]:
    """What key workouts are for, by their place on the page."""
    return {
        anchor_of(week, workout.weekday, place): purpose
        for week in plan.weekly_plan
        for place, (workout, purpose) in enumerate(
            zip(week.workouts, texts.week(week.week_number).purposes, strict=True), 1
        )
        if purpose
    }


def title_of(plan: TrainingPlan) -> str:
    """What a plan is for, in a few words: its event's name, or its goal."""
    meta = plan.plan_metadata
    if meta.event is not None:
        return meta.event.name
    return goal_in_words(meta.goal or "training plan")


def dates_of(plan: TrainingPlan) -> str:
    """From the first day to the last; empty for a plan without dates."""
    start = plan.plan_metadata.start_date
    if start is None:
        return ""
    last = days_later(start, 7 * plan.plan_metadata.total_weeks - 1)
    return f"{date_in_words(start, year=start.year != last.year)} – {date_in_words(last)}"


def figures_of(plan: TrainingPlan, season: Season) -> Iterator[Figure]:
    """The figures at the top of the page."""
    meta, weeks, athlete = plan.plan_metadata, season.weeks, plan.athlete_profile
    if meta.event is not None:
        note = f"{meta.event.weekday} of week {meta.total_weeks}"
        yield Figure("Event day", date_in_words(meta.event.date), "", note)
    if meta.target_ftp is not None:
        yield Figure("FTP", f"{number(athlete.ftp_watts, 0)} → {number(meta.target_ftp, 0)}", "W", "today → at the end")
    else:
        yield from _pace_figures(plan)
    if season.has_ground:
        total = sum(week.ground for week in weeks)
        yield Figure("Distance", number(total, 0), season.unit, f"{number(total / len(weeks))} {season.unit} a week")
    hours = sum(week.hours for week in weeks)
    yield Figure("Training", number(hours, 0), "h", f"{number(hours / len(weeks))} h a week")
    yield Figure("Load", f"{sum(week.tss for week in weeks):,.0f}", "TSS", f"fitness {_ctl(season)} CTL")
    yield _longest(plan, season)
    workouts = [workout for week in plan.weekly_plan for workout in week.workouts]
    tests = [week.week_number for week in plan.weekly_plan if any(w.type is WorkoutType.TEST for w in week.workouts)]
    in_weeks = listed(map(str, tests)) if tests else ""
    note = f"tests in week{'s' if len(tests) > 1 else ''} {in_weeks}" if tests else "without a test"
    yield Figure("Workouts", str(len(workouts)), "", note)


def _pace_figures(plan: TrainingPlan) -> Iterator[Figure]:
    """The goal, where there is one, and the threshold pace of somebody who trains by pace."""
    event, athlete = plan.plan_metadata.event, plan.athlete_profile
    if event is not None and event.goal_time is not None:
        yield Figure("Goal", time_text(event.goal_time), "", "finish time")
    pace, per = pace_text(athlete.runner.threshold_speed, athlete.units or Units.KM).split("/")
    race = athlete.recent_race
    yield Figure("Threshold", pace, f"/{per}", race.in_words if race else f"VDOT {athlete.runner.vdot:.1f}")


def _longest(plan: TrainingPlan, season: Season) -> Figure:
    longest = max(season.weeks, key=lambda week: week.long_ride_min)
    note = f"in week {longest.number}"
    if season.has_ground:
        farthest = max(w.distance_km or 0.0 for w in plan.weekly_plan[longest.number - 1].workouts)
        note = f"{ground(farthest, plan.athlete_profile.units, 1)}, {note}"
    session = record_of(plan.sport).words.session
    return Figure(f"Longest {session}", hours_of(longest.long_ride_min), "", note)


def _ctl(season: Season) -> str:
    return f"{season.start_ctl:.0f} → {season.days[-1].ctl:.0f}"


@lru_cache(maxsize=8192)
def _zone_bar(zones: tuple[ZoneMinutes, ...]) -> Markup:
    """Laid out once, however many plans have a workout with these minutes."""
    return macro("profiles.html", "zone_bar")(zones)


class _Rules(NamedTuple):
    """What the rules say: those that are broken, those that are waived, what notes report, and those that are kept."""

    broken: tuple[RuleResult, ...]
    waived: tuple[RuleResult, ...]
    notes: tuple[RuleResult, ...]
    kept: tuple[RuleResult, ...]

    @classmethod
    def of(cls, results: tuple[RuleResult, ...]) -> "_Rules":
        broken = tuple(result for result in results if result.counts)
        waived = tuple(result for result in results if result.waived and not result.passed)
        notes = tuple(result for result in results if result.passed and result.message)
        kept = tuple(result for result in results if result.passed and not result.message)
        return cls(broken, waived, notes, kept)
