"""Tables for people: outcomes of a batch, a plan, a week of it, the library, experiments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rich import box
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from plan_pipeline.cli.output import for_terminal
from plan_pipeline.cli.plan_words import covered_km, ground_in, legend_of, letter_of, targets_of, threshold_of
from plan_pipeline.core.coach_texts.texts import WeekTexts, texts_of
from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import Plan, PlanMetadata, PlanWeek, WeekValidation, Workout
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.paces.text import Units

if TYPE_CHECKING:
    from plan_pipeline.core.model.rule_result import RuleResult
    from plan_pipeline.experiments.catalogue import ExperimentEntry
    from plan_pipeline.library import LibraryStats
    from plan_pipeline.storage.plans.records import PlanRecord

STATUS_STYLE = {
    PlanStatus.PUBLISHED: "green",
    PlanStatus.REJECTED: "red",
    PlanStatus.INFEASIBLE: "yellow",
    PlanStatus.ERROR: "bold red",
}
LARGE_BATCH = 30
"""Plans that fit on a screen; of more than that, people want the sums."""

ROOM_FOR_TARGETS, ROOM_FOR_ALL_OF_A_WEEK, ROOM_FOR_PHASES = 90, 115, 110
"""Terminal widths from which tables have columns that can be done without."""

EVENT = "★"

T = TypeVar("T")
words = partial(Column, no_wrap=True)
figures = partial(Column, no_wrap=True, justify="right")
TableColumn = tuple[Column, Callable[[T], RenderableType]]
"""A column, and its cell for the item of a row."""


def table_of(
    items: Iterable[T], *columns: TableColumn[T] | None, title: str | None = None, caption: str | None = None
) -> Table:
    """A table in the house style, a row an item; a column that is ``None`` is left out."""
    shown = [column for column in columns if column is not None]
    table = Table(
        *(header for header, _ in shown),
        title=title,
        caption=caption,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        collapse_padding=True,
        pad_edge=False,
    )
    for item in items:
        table.add_row(*(cell(item) for _, cell in shown))
    return table


def plan_outcomes(records: Sequence[PlanRecord]) -> Table:
    """One row a plan: what was wanted, what came out. Of a large batch, a row an arm and outcome."""
    large = len(records) > LARGE_BATCH
    arms = sorted({record.arm for record in records})
    groups: dict[tuple[str, ...], list[PlanRecord]] = {}
    for record in records:
        key = (outcome_word(record), record.arm, *([] if large else [record.plan_id]))
        groups.setdefault(key, []).append(record)
    return table_of(
        groups.values(),
        (figures("plans"), lambda group: str(len(group))) if large else (words("plan"), lambda group: group[0].plan_id),
        (words("status"), lambda group: Text(outcome_word(group[0]), style=STATUS_STYLE[group[0].status])),
        (words("arm"), lambda group: group[0].arm) if len(arms) > 1 else None,
        (figures("weeks\npassed"), lambda group: f"{sum(r.weeks_passed for r in group)}/{sum(r.weeks for r in group)}"),
        (figures("hours\nwanted"), lambda group: _hours(group, sum(r.target_hours for r in group))),
        (figures("hours\nplanned"), lambda group: _hours(group, sum(r.final_hours for r in group))),
        (figures("mean time\nerror"), _mean_error),
        (figures("auto-\nfixes"), lambda group: str(sum(r.weeks_auto_fixed for r in group))),
        caption=f"Arm {arms[0]}." if len(arms) == 1 else None,
    )


def _hours(group: Iterable[PlanRecord], hours: float) -> str:
    """Hours of plans, or a dash where none of them was planned."""
    return number(hours if any(record.final_hours for record in group) else None, 1)


def _mean_error(group: Iterable[PlanRecord]) -> str:
    errors = [error for record in group if (error := record.mean_abs_time_error_pct) is not None]
    return number(sum(errors) / len(errors) if errors else None, 1, " %")


def outcome_word(record: PlanRecord) -> str:
    """The status, and whether a published plan differs from the one before it, or was not even made again."""
    if record.withheld:
        return record.outcome_word
    if record.status is PlanStatus.PUBLISHED and record.confirmed:
        return "confirmed"
    if record.status is PlanStatus.PUBLISHED and not record.changed:
        return "unchanged"
    return str(record.status)


def plan_reasons(records: Iterable[PlanRecord]) -> Iterator[Text]:
    """Why plans were not published, a paragraph a plan, up to as many as anyone reads."""
    unpublished = [record for record in records if not record.was_published]
    for record in unpublished[:LARGE_BATCH]:
        text = Text(f"{record.plan_id}: {record.outcome_word}", style=STATUS_STYLE[record.status])
        for reason in record.reasons:
            text.append(f"\n  - {reason}", style="default")
        yield text
    if len(unpublished) > LARGE_BATCH:
        yield Text(f"… and {len(unpublished) - LARGE_BATCH} more; `--json` or `plan-pipeline sql` has them all")


def experiment_notes(records: Iterable[PlanRecord]) -> Iterator[str]:
    """A line for each experiment that plans were part of: how many it gave which arm."""
    arms: dict[str, Counter[str]] = {}
    for record in records:
        if record.experiment is not None:
            arms.setdefault(record.experiment, Counter())[record.arm] += 1
    for experiment, counts in sorted(arms.items()):
        split = ", ".join(f"{count} {arm}" for arm, count in sorted(counts.items()))
        plans = "1 plan" if counts.total() == 1 else f"{counts.total()} plans"
        yield f"Experiment {experiment}: {plans}, {split}"


def warnings_note(records: Iterable[PlanRecord], command: str = "plan-pipeline") -> str | None:
    """How many rules published plans break that are warnings, and where to read them; ``None`` where there are none."""
    warned = [r for r in records if r.status is PlanStatus.PUBLISHED and r.warnings]
    if not warned:
        return None
    count, plans = sum(len(record.warnings) for record in warned), len(warned)
    return (
        f"{count} warning{'s' if count > 1 else ''} of plan rules on {plans} published plan{'s' if plans > 1 else ''}; "
        f"`{command} show {warned[0].plan_id}` lists them"
    )


def rule_findings(results: Iterable[RuleResult]) -> RenderableType | None:
    """The rules a plan breaks, waived ones last, and notes; ``None`` where there are none."""
    found = sorted((r for r in results if r.message), key=lambda r: (r.passed, r.waived))
    if not found:
        return None
    remedy = "To have a rule not count, name it under waivers in the request's options."
    return table_of(
        found,
        (words("plan rule"), lambda each: each.rule_id),
        (words(""), lambda each: Text("waived" if each.waived else each.severity, style=_rule_style(each))),
        (Column("finding"), lambda each: each.message),
        caption=remedy if any(r.counts for r in found) else None,
    )


def _rule_style(result: RuleResult) -> str:
    return "red" if result.rejects else "yellow" if result.warns else "dim"


def plan_overview(plan: Plan, width: int, rule_results: Iterable[RuleResult] = ()) -> RenderableType:
    """A plan's header, a row a week, with as much beside it as ``width`` has room for, and what the rules say."""
    findings = rule_findings(rule_results)
    body, made = plan.training_plan, plan.generation
    athlete, meta = body.athlete_profile, body.plan_metadata
    header = Table.grid(padding=(0, 2))
    header.add_row("Athlete", f"{shown(athlete.athlete_id)}, {athlete.experience_level}, {threshold_of(athlete)}")
    if goals := [*map(one_line, athlete.goals), *targets_of(meta)]:
        header.add_row("Goal", "; ".join(goals))
    if meta.event is not None:
        header.add_row("Event", f"{shown(meta.event.title)}, {meta.event.weekday} {meta.event.date}")
    for event in meta.events:
        header.add_row("On the way", f"{shown(event.title)}, {event.weekday} {event.date}")
    for off in meta.time_off:
        header.add_row("Off", f"{off.days}{f', {shown(off.reason)}' if off.reason else ''}")
    if plan.instance is not None:
        cancelled = ", cancelled" if plan.instance.is_cancelled else ""
        header.add_row("On dates", f"{plan.instance.days}, plan {body.plan_id}{cancelled}")
        for remark in plan.instance.remarks:
            header.add_row("", shown(remark))
    header.add_row("Length", f"{meta.total_weeks} weeks" + (f" from {meta.start_date}" if meta.start_date else ""))
    made_from = [f"library {plan.ai_metadata.library_version}"]
    made_from += [f"configuration {made.config_version}"] if made.config_version else []
    header.add_row("Made", ", ".join((f"arm {made.arm}", *made_from, made.generation_id)))
    return Group(
        Text(plan.own_id, style="bold"),
        header,
        _weeks_table(body.weekly_plan, meta, width, athlete.units),
        *([findings] if findings else []),
        Text("\nWeek by week\n" + "\n".join(f"{t.week_number}. {shown(t.preview)}" for t in texts_of(plan).weeks)),
        Text(f"\nCoaching notes\n{meta.coaching_notes}\n"),
        Text(f"Monitoring\n{meta.monitoring_guidance}"),
    )


def _weeks_table(weeks: Sequence[PlanWeek], meta: PlanMetadata, width: int, units: Units | None) -> Table:
    letters, first = legend_of(weeks), meta.start_date
    unit = (units or Units.KM).short if any(covered_km(week) for week in weeks) else ""
    counted = bool(unit) and any(week.target_km for week in weeks)
    targets, everything = width >= ROOM_FOR_TARGETS, width >= ROOM_FOR_ALL_OF_A_WEEK
    between = " " if everything else ""
    return table_of(
        weeks,
        (figures("week"), lambda week: str(week.week_number)),
        (words("begins"), lambda week: str(monday_of(first, week.week_number))) if first else None,
        (words("phase"), lambda week: week.phase) if everything else None,
        (Column("focus"), lambda week: _focus(week, meta, with_phase=not everything)),
        (words(between.join("MTWTFSS")), lambda week: between.join(_day_letters(week, meta))),
        (figures(f"{unit}\nwanted"), lambda week: ground_in(week.target_km, units)) if targets and counted else None,
        (figures(f"{unit}\nplan"), lambda week: ground_in(covered_km(week), units)) if unit else None,
        (figures("hours\nwanted"), lambda week: number(week.target_hours, 1)) if targets else None,
        (figures("hours\nplan"), lambda week: number(week.validation.actual_hours, 1)),
        (figures("\nerror"), lambda week: _hours_error(week.validation)) if everything else None,
        (figures("TSS\nwanted"), lambda week: number(week.target_tss, 0)) if targets else None,
        (figures("TSS\nplan"), lambda week: number(week.validation.actual_tss, 0)),
        (words("verdict"), lambda week: _verdict(week.validation)),
        caption=f"Days: {letters}{f', {EVENT} event' if meta.event or meta.events else ''}.",
    )


def _focus(week: PlanWeek, meta: PlanMetadata, *, with_phase: bool) -> Text:
    text = Text(f"{week.phase}: {shown(week.focus)}" if with_phase else shown(week.focus))
    for event in meta.every_event_in(week.week_number):
        if event.name not in week.focus:
            text.append(f"\n{EVENT} {event.weekday}: {shown(event.title)}", style="bold")
    return text


def _day_letters(week: PlanWeek, meta: PlanMetadata) -> Iterator[str]:
    raced = {event.weekday for event in meta.every_event_in(week.week_number)}
    for day in week.training_days:
        yield EVENT if day.weekday in raced else letter_of(day)


def week_in_full(week: PlanWeek, meta: PlanMetadata, texts: WeekTexts, units: Units | None = None) -> RenderableType:
    """A week of a plan with its preview, day by day, each workout with its purpose and step by step; distances are in
    the athlete's units, kilometres where none are named.
    """
    begins = f", from {monday_of(meta.start_date, week.week_number)}" if meta.start_date else ""
    title = f"Week {week.week_number}{begins}: {week.phase}, {shown(week.focus)}"
    purposes = {id(w): text for w, text in zip(week.workouts, texts.purposes, strict=True) if text}
    events = meta.every_event_in(week.week_number)
    table = workouts_table(week.workouts, events=events, purposes=purposes, units=units)
    return Group(Text(title, style="bold"), Text(shown(texts.preview)), table, week_verdict(week.validation))


def workouts_table(
    workouts: Collection[Workout],
    ftp: float | None = None,
    events: Iterable[Event] = (),
    purposes: Mapping[int, str] = MappingProxyType({}),
    units: Units | None = None,
) -> Table:
    """A row a workout with its steps beneath the name, and one an event; with an FTP, normalized power in watts, and
    with distances those in ``units``.

    ``purposes`` has what workouts are for, by their identity.
    """
    unit = (units or Units.KM).short if any(workout.distance_km for workout in workouts) else ""

    def figure(of: Callable[[Workout], float], digits: int) -> Callable[[Workout | Event], str]:
        return lambda row: "" if isinstance(row, Event) else number(of(row), digits)

    def distance(row: Workout | Event) -> str:
        return "" if isinstance(row, Event) else ground_in(row.distance_km, units)

    rows: list[Workout | Event] = [*workouts, *events]
    return table_of(
        sorted(rows, key=lambda row: row.weekday.position),
        (Column("day"), lambda row: row.weekday),
        (Column("workout"), lambda row: _of_event(row) if isinstance(row, Event) else _with_steps(row, purposes)),
        (figures(unit), distance) if unit else None,
        (figures("min"), figure(lambda workout: workout.duration_min, 0)),
        (figures("TSS"), figure(lambda workout: workout.tss, 0)),
        (figures("IF"), figure(lambda workout: workout.intensity_factor, 2)),
        (figures("NP W"), figure(lambda workout: workout.intensity_factor * ftp, 0)) if ftp else None,
    )


def _of_event(event: Event) -> Text:
    return Text(f"{EVENT} {shown(event.title)}", style="bold").append("  event", style="not bold cyan")


def _with_steps(workout: Workout, purposes: Mapping[int, str]) -> Text:
    text = Text(shown(workout.name) or str(workout.type), style="bold")
    text.append(f"  {workout.type}{', optional' if workout.optional else ''}", style="not bold cyan")
    if id(workout) in purposes:
        text.append(f"\n{shown(purposes[id(workout)])}", style="not bold italic")
    for line in workout_notation(workout.segments):
        text.append(f"\n{line}", style="not bold")
    for option in workout.options:
        text.append(f"\nOption {option.label}: {shown(option.name)}", style="not bold cyan")
        for line in workout_notation(option.segments):
            text.append(f"\n{line}", style="not bold")
    return text


def week_verdict(verdict: WeekValidation) -> Text:
    """Hours, TSS and verdict of a week, with its warnings and errors."""
    text = Text()
    text.append(f"{number(verdict.actual_hours, 2)} h of {number(verdict.target_hours, 2)} h wanted")
    text.append(f", {number(verdict.actual_tss, 0)} TSS of {number(verdict.target_tss, 0)}: ")
    text.append(_verdict(verdict))
    for line in (*([verdict.fix_log] if verdict.fix_log else []), *verdict.warnings):
        text.append(f"\n  - {line}")
    for line in verdict.errors:
        text.append(f"\n  - {line}", style="red")
    return text


def library_numbers(stats: LibraryStats, width: int) -> Table:
    """A row a workout type; by phase as well where ``width`` has room for it."""

    def of_phase(phase: str) -> TableColumn[Any]:
        return figures(phase), lambda row: str(row[1].by_phase.get(phase, 0))

    return table_of(
        stats.by_type.items(),
        (words("type"), lambda row: row[0]),
        (figures("workouts"), lambda row: str(row[1].workouts)),
        (figures("structures"), lambda row: str(row[1].structures)),
        (figures("extensible"), lambda row: str(row[1].extensible)),
        (figures("as written\nmin"), lambda row: f"{row[1].shortest_base_min:g}–{row[1].longest_base_min:g}"),
        (figures("reach\nmin"), lambda row: f"{row[1].shortest_min:g}–{row[1].longest_min:g}"),
        (figures("IF"), lambda row: f"{row[1].lowest_intensity_factor:.2f}–{row[1].highest_intensity_factor:.2f}"),
        *(of_phase(phase) for phase in stats.by_phase if width >= ROOM_FOR_PHASES),
        title=f"Library {stats.version} of {stats.sport}: {stats.workouts} workouts, {stats.structures} structures, "
        f"{100 * stats.extensible_share:.0f} % extensible",
    )


def experiments(entries: Iterable[ExperimentEntry]) -> Table:
    """One row an experiment: whose plans, how far it is, the plans made in each arm, and from when to when (UTC)."""
    return table_of(
        entries,
        (words("experiment"), lambda entry: entry.name),
        (words("kind"), lambda entry: entry.kind),
        (words("state"), lambda entry: Text(entry.state, style="green" if entry.running else "")),
        (Column("plans made"), lambda entry: ", ".join(f"{count:,} {arm}" for arm, count in entry.plans.items())),
        (words("first of them, UTC"), lambda entry: minute(entry.first_generation)),
        (words("last"), lambda entry: minute(entry.last_generation)),
    )


def minute(at: dt.datetime | None) -> str:
    """A time to the minute; nothing where there is none."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def shown(text: str) -> str:
    """A stranger's text in a cell: one line of it, with what a terminal would act upon written out."""
    return for_terminal(one_line(text))


def number(value: float | None, decimals: int, unit: str = "") -> str:
    """A figure with a fixed number of decimals, or a dash where there is none."""
    return "–" if value is None else f"{value:.{decimals}f}{unit}"


def monday_of(first_monday: dt.date, week_number: int) -> dt.date:
    """The day a week of a dated plan begins on."""
    return days_later(first_monday, 7 * (week_number - 1))


def _hours_error(verdict: WeekValidation) -> str:
    if not verdict.target_hours:
        return "–"
    return f"{100 * (verdict.actual_hours - verdict.target_hours) / verdict.target_hours:+.1f} %"


def _verdict(verdict: WeekValidation) -> Text:
    if not verdict.passed:
        return Text("failed", style="red")
    if verdict.auto_fixed:
        return Text("fixed", style="yellow")
    return Text("passed", style="green")
