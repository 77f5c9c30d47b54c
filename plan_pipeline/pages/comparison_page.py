"""The page that compares two versions of a plan: what was asked, each week, and workouts side by side."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.model.vocabulary import Phase, Sport
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.overview.notes.words import hours_of
from plan_pipeline.core.plan_comparison import PlanDifference, WeekDifference, WorkoutBrief, compare_plans
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import number
from plan_pipeline.pages.calendar import kind_in_words
from plan_pipeline.pages.chart import FRAME, Chart, Scale
from plan_pipeline.pages.plan_page import title_of
from plan_pipeline.pages.profile import TOP_PCT, Gathered, profile_of
from plan_pipeline.pages.shell import render
from plan_pipeline.pages.zones import styles_for, zones_for


class Version(NamedTuple):
    label: str
    generation_id: str
    made: str
    arm: str
    library: str


class Section(NamedTuple):
    anchor: str
    title: str
    texts: tuple[str, ...]


class Tile(NamedTuple):
    """A workout as one of the two versions has it."""

    weekday: str
    drawing: str
    notation: str
    name: str
    kind: str
    duration: str
    tss: str


class Change(NamedTuple):
    weekday: str
    what: str
    text: str
    before: Tile | None
    after: Tile | None


class ChangedWeek(NamedTuple):
    number: int
    facts: tuple[str, ...]
    changes: tuple[Change, ...]


def comparison_page(before: Plan, after: Plan) -> str:
    """Two versions of a plan side by side as one HTML page, which asks for nothing over the network."""
    difference, drawings = compare_plans(before, after), Gathered()
    weeks = tuple(_changed_weeks(difference, before, after, drawings))
    summary, sport = difference.summary, after.training_plan.sport
    return render(
        "comparison.html",
        styles=(*styles_for(sport), "charts.css", "comparison.css"),
        sport=record_of(sport),
        plan_id=after.training_plan.plan_id,
        title=title_of(after.training_plan),
        summary=f"{summary[:1].upper()}{summary[1:]}.",
        versions=(_version("Before", before), _version("After", after)),
        charts=tuple(_charts(before, after)) if difference.weeks else (),
        frame=FRAME,
        phases=[phase for phase in Phase if phase in {week.phase for week in after.training_plan.weekly_plan}],
        sections=tuple(_sections(difference)),
        weeks=weeks,
        drawings=drawings,
        top_pct=TOP_PCT,
        zones=zones_for(sport),
    )


def _version(label: str, plan: Plan) -> Version:
    made = plan.ai_metadata
    return Version(
        label=label,
        generation_id=plan.generation.generation_id,
        made=f"{made.generated_at:%Y-%m-%d %H:%M} UTC",
        arm=plan.generation.arm,
        library=made.library_version,
    )


def _sections(difference: PlanDifference) -> Iterator[Section]:
    yield Section("asked", "What was asked for", tuple(fact.text for fact in difference.request))
    yield Section("words", "What is said", tuple(fact.text for fact in difference.words))
    yield Section("rules", "Rules", difference.rules)
    yield Section("made", "What it was made with", tuple(fact.text for fact in difference.made_with))


def _charts(before: Plan, after: Plan) -> Iterator[Chart]:
    old, new = before.training_plan.weekly_plan, after.training_plan.weekly_plan
    if any(_distances(new)):
        yield _chart("distance", "Distance a week", "km", _distances(old), _distances(new), new)
    hours, load = ([_figures(weeks, name) for weeks in (old, new)] for name in ("actual_hours", "actual_tss"))
    yield _chart("hours", "Hours a week", "h", hours[0], hours[1], new)
    yield _chart("load", "Training load a week", "TSS", load[0], load[1], new)


def _distances(weeks: Sequence[PlanWeek]) -> list[float]:
    return [sum(workout.distance_km or 0.0 for workout in week.workouts) for week in weeks]


def _figures(weeks: Sequence[PlanWeek], name: str) -> list[float]:
    return [getattr(week.validation, name) for week in weeks]


def _chart(
    chart_id: str, title: str, unit: str, old: Sequence[float], new: Sequence[float], weeks: Sequence[PlanWeek]
) -> Chart:
    """Bars of the later version, marks of the earlier one."""
    scale = Scale(max(len(old), len(new)), max(*old, *new))
    bars = (
        scale.bar(i, value, week.phase, f"Week {week.week_number}: {number(value)} {unit}")
        for i, (value, week) in enumerate(zip(new, weeks, strict=True))
    )
    return Chart(
        chart_id=chart_id,
        title=title,
        unit=unit,
        summary=f"{sum(old):,.0f} {unit} in all before, {sum(new):,.0f} after.",
        legend=(("wanted", "before"),),
        bars=tuple(bars),
        marks=tuple(scale.mark(i, value) for i, value in enumerate(old)),
        grid=scale.grid,
        weeks=scale.week_labels,
    )


def _changed_weeks(difference: PlanDifference, before: Plan, after: Plan, drawings: Gathered) -> Iterator[ChangedWeek]:
    old, new = ({week.week_number: week for week in plan.training_plan.weekly_plan} for plan in (before, after))
    for week in difference.weeks:
        changes = tuple(_changes(week, old.get(week.week), new.get(week.week), drawings, after.training_plan.sport))
        yield ChangedWeek(week.week, tuple(week.fact_texts), changes)


def _changes(
    week: WeekDifference, old: PlanWeek | None, new: PlanWeek | None, drawings: Gathered, sport: Sport
) -> Iterator[Change]:
    for each in week.workouts:
        pairs = ((each.before, old), (each.after, new))
        before, after = (_tile(brief, of, drawings, sport) for brief, of in pairs)
        yield Change(each.weekday, each.difference.value, each.text, before, after)


def _tile(brief: WorkoutBrief | None, week: PlanWeek | None, drawings: Gathered, sport: Sport) -> Tile | None:
    workouts = week.workouts if week else ()
    found = next((workout for workout in workouts if brief is not None and WorkoutBrief.of(workout) == brief), None)
    if found is None:
        return None
    return Tile(
        weekday=found.weekday,
        drawing=drawings.name_of(profile_of(found.segments, sport)),
        notation=" · ".join(workout_notation(found.segments)),
        name=found.name,
        kind=kind_in_words(found.type),
        duration=hours_of(found.duration_min),
        tss=number(found.tss, 0),
    )
