"""Tables for people: outcomes of a batch, a plan, a week of it, the library, experiments, the rows of a query.

Belongs here: what is shown in which column and how it is coloured. Does not belong here: computing any of
it, or deciding where it goes (see ``output``).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from plan_pipeline.cli.notation import workout_notation
from plan_pipeline.core.model.plan import Plan, PlanWeek, WeekValidation, Workout
from plan_pipeline.core.model.vocabulary import PlanStatus, WorkoutType

if TYPE_CHECKING:
    from plan_pipeline.core.model.rule_result import RuleResult
    from plan_pipeline.experiments.catalogue import ExperimentEntry
    from plan_pipeline.library import LibraryStats
    from plan_pipeline.storage.plans.plan_store import PlanRecord

STATUS_STYLE = {
    PlanStatus.PUBLISHED: "green",
    PlanStatus.REJECTED: "red",
    PlanStatus.INFEASIBLE: "yellow",
    PlanStatus.ERROR: "bold red",
}
DAY_LETTERS = {
    WorkoutType.REST: "·",
    WorkoutType.RECOVERY: "r",
    WorkoutType.ENDURANCE: "e",
    WorkoutType.TEMPO: "T",
    WorkoutType.SWEET_SPOT: "S",
    WorkoutType.THRESHOLD: "H",
    WorkoutType.VO2MAX: "V",
    WorkoutType.ANAEROBIC: "A",
    WorkoutType.MIXED: "m",
    WorkoutType.STRENGTH: "s",
}
"""One letter a day, Monday first; capitals for what is not easy."""

LARGE_BATCH = 30
"""Plans that fit on a screen; of more than that, people want the sums."""

ROOM_FOR_DATES, ROOM_FOR_THE_FOCUS, ROOM_FOR_PHASES = 95, 115, 110
"""Terminal widths from which tables have columns that can be done without."""


def new_table(title: str | None = None, *, caption: str | None = None) -> Table:
    """A table in the house style."""
    return Table(
        title=title,
        caption=caption,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        collapse_padding=True,
        pad_edge=False,
    )


def plan_outcomes(records: Sequence[PlanRecord]) -> Table:
    """One row a plan: what was wanted, what came out. Of a large batch, a row an arm and outcome."""
    large = len(records) > LARGE_BATCH
    arms = sorted({record.arm for record in records})
    table = new_table(caption=f"Arm {arms[0]}." if len(arms) == 1 else None)
    table.add_column("plans" if large else "plan", no_wrap=True, justify="right" if large else "left")
    table.add_column("status", no_wrap=True)
    if len(arms) > 1:
        table.add_column("arm", no_wrap=True)
    for name in ("weeks\npassed", "hours\nwanted", "hours\nplanned", "mean time\nerror", "auto-\nfixes"):
        table.add_column(name, justify="right", no_wrap=True)
    groups: dict[tuple[str, ...], list[PlanRecord]] = {}
    for record in records:
        key = (outcome_word(record), record.arm, *([] if large else [record.plan_id]))
        groups.setdefault(key, []).append(record)
    for (outcome, arm, *_), members in groups.items():
        table.add_row(
            str(len(members)) if large else members[0].plan_id,
            Text(outcome, style=STATUS_STYLE[members[0].status]),
            *([arm] if len(arms) > 1 else []),
            *_sums(members),
        )
    return table


def _sums(records: Sequence[PlanRecord]) -> Iterator[str]:
    errors = [error for record in records if (error := record.mean_abs_time_error_pct) is not None]
    planned = any(record.final_hours for record in records)
    yield f"{sum(record.weeks_passed for record in records)}/{sum(record.weeks for record in records)}"
    yield number(sum(record.target_hours for record in records) if planned else None, 1)
    yield number(sum(record.final_hours for record in records) if planned else None, 1)
    yield number(sum(errors) / len(errors) if errors else None, 1, " %")
    yield str(sum(record.weeks_auto_fixed for record in records))


def outcome_word(record: PlanRecord) -> str:
    """The status, and whether a published plan differs from the one before it."""
    if record.status is PlanStatus.PUBLISHED and not record.changed:
        return "unchanged"
    return str(record.status)


def plan_reasons(records: Iterable[PlanRecord]) -> Iterator[Text]:
    """Why plans were not published, a paragraph a plan, up to as many as anyone reads."""
    unpublished = [record for record in records if record.status is not PlanStatus.PUBLISHED]
    for record in unpublished[:LARGE_BATCH]:
        text = Text(f"{record.plan_id}: {record.status}", style=STATUS_STYLE[record.status])
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
    """The rules a plan breaks, waived ones last, and what notes report; ``None`` where no rule has a word to say."""
    told = sorted((r for r in results if r.message), key=lambda r: (r.passed, r.waived))
    if not told:
        return None
    remedy = "To have a rule not count, name it under waivers in the request's options."
    table = new_table(caption=remedy if any(r.counts for r in told) else None)
    table.add_column("plan rule", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("finding")
    for result in told:
        style = "red" if result.rejects else "yellow" if result.warns else "dim"
        table.add_row(result.rule_id, Text("waived" if result.waived else result.severity, style=style), result.message)
    return table


def plan_overview(plan: Plan, width: int, rule_results: Iterable[RuleResult] = ()) -> RenderableType:
    """A plan's header, a row a week, with as much beside it as ``width`` has room for, and what the rules say."""
    findings = rule_findings(rule_results)
    body, made = plan.training_plan, plan.generation
    athlete, meta = body.athlete_profile, body.plan_metadata
    header = Table.grid(padding=(0, 2))
    header.add_row("Athlete", f"{athlete.athlete_id}, {athlete.experience_level}, FTP {athlete.ftp:g} W")
    header.add_row("Goal", "; ".join([*athlete.goals, f"FTP {meta.target_ftp:g} W"]))
    header.add_row("Length", f"{meta.total_weeks} weeks" + (f" from {meta.start_date}" if meta.start_date else ""))
    header.add_row("Made", f"arm {made.arm}, library {plan.ai_metadata.library_version}, {made.generation_id}")
    return Group(
        Text(body.plan_id, style="bold"),
        header,
        _weeks_table(body.weekly_plan, meta.start_date, width),
        *([findings] if findings else []),
        Text(f"\nCoaching notes\n{meta.coaching_notes}\n"),
        Text(f"Monitoring\n{meta.monitoring_guidance}"),
    )


def _weeks_table(weeks: Sequence[PlanWeek], first_monday: dt.date | None, width: int) -> Table:
    letters = ", ".join(f"{letter} {kind}" for kind, letter in DAY_LETTERS.items())
    table = new_table(caption=f"Days: {letters}.")
    with_focus = width >= ROOM_FOR_THE_FOCUS
    with_dates = width >= ROOM_FOR_DATES and first_monday is not None
    table.add_column("week", justify="right", no_wrap=True)
    if with_dates:
        table.add_column("begins", no_wrap=True)
    table.add_column("phase", no_wrap=True)
    if with_focus:
        table.add_column("focus")
    table.add_column("M T W T F S S", no_wrap=True)
    for name in ("hours\nwanted", "hours\nplan", "\nerror", "TSS\nwanted", "TSS\nplan"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for week in weeks:
        table.add_row(
            str(week.week_number),
            *([str(monday_of(first_monday, week.week_number))] if with_dates and first_monday else []),
            week.phase,
            *([week.focus] if with_focus else []),
            " ".join(DAY_LETTERS[day.workout_type] for day in week.training_days),
            number(week.target_hours, 1),
            number(week.validation.actual_hours, 1),
            _hours_error(week.validation),
            number(week.target_tss, 0),
            number(week.validation.actual_tss, 0),
            _verdict(week.validation),
        )
    return table


def week_in_full(week: PlanWeek, first_monday: dt.date | None) -> RenderableType:
    """A week day by day, each workout step by step."""
    begins = f", from {monday_of(first_monday, week.week_number)}" if first_monday else ""
    title = f"Week {week.week_number}{begins}: {week.phase}, {week.focus}"
    return Group(
        Text(title, style="bold"),
        workouts_table(week.workouts),
        week_verdict(week.validation),
    )


def workouts_table(workouts: Sequence[Workout], ftp: float | None = None) -> Table:
    """A row a workout with its steps beneath the name; with an FTP, its normalized power in watts."""
    table = new_table()
    table.add_column("day")
    table.add_column("workout")
    for name in ("min", "TSS", "IF", *(["NP W"] if ftp else [])):
        table.add_column(name, justify="right", no_wrap=True)
    for workout in workouts:
        what = Text(workout.name or str(workout.type), style="bold")
        what.append(f"  {workout.type}{', optional' if workout.optional else ''}", style="not bold cyan")
        for line in workout_notation(workout.segments):
            what.append(f"\n{line}", style="not bold")
        table.add_row(
            workout.weekday,
            what,
            number(workout.duration_min, 0),
            number(workout.tss, 0),
            number(workout.intensity_factor, 2),
            *([number(workout.intensity_factor * ftp, 0)] if ftp else []),
        )
    return table


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
    table = new_table(
        f"Library {stats.version}: {stats.workouts} workouts, {stats.structures} structures, "
        f"{100 * stats.extensible_share:.0f} % extensible"
    )
    phases = list(stats.by_phase) if width >= ROOM_FOR_PHASES else []
    table.add_column("type", no_wrap=True)
    for name in ("workouts", "structures", "extensible", "as written\nmin", "reach\nmin", "IF", *phases):
        table.add_column(name, justify="right", no_wrap=True)
    for kind, of_type in stats.by_type.items():
        table.add_row(
            kind,
            str(of_type.workouts),
            str(of_type.structures),
            str(of_type.extensible),
            f"{of_type.shortest_base_min:g}–{of_type.longest_base_min:g}",
            f"{of_type.shortest_min:g}–{of_type.longest_min:g}",
            f"{of_type.lowest_intensity_factor:.2f}–{of_type.highest_intensity_factor:.2f}",
            *(str(of_type.by_phase.get(phase, 0)) for phase in phases),
        )
    return table


def experiments(entries: Iterable[ExperimentEntry]) -> Table:
    """One row an experiment: whose plans, how far it is, the plans made in each arm, and from when to when (UTC)."""
    table = new_table()
    for name in ("experiment", "kind", "state"):
        table.add_column(name, no_wrap=True)
    table.add_column("plans made")
    for name in ("first of them, UTC", "last"):
        table.add_column(name, no_wrap=True)
    for entry in entries:
        table.add_row(
            entry.name,
            entry.kind,
            Text(entry.state, style="green" if entry.running else ""),
            ", ".join(f"{count:,} {arm}" for arm, count in entry.plans.items()),
            *(f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (entry.first_generation, entry.last_generation)),
        )
    return table


def query_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> RenderableType:
    """The rows of a query as a table, or one below the other where the table would be wider than ``width``."""
    cells = [[_cell(value) for value in row] for row in rows]
    table = new_table()
    for i, name in enumerate(columns):
        numeric = any(isinstance(row[i], int | float) and not isinstance(row[i], bool) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
    for row in cells:
        table.add_row(*row)
    widths = [max([len(name), *(len(row[i]) for row in cells)]) + CELL_PADDING for i, name in enumerate(columns)]
    return table if sum(widths) + CELL_PADDING <= width else Group(*_one_below_the_other(columns, cells))


CELL_PADDING = 3
"""Columns that the house style takes beside the text of a cell."""


def _one_below_the_other(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    indent = max(map(len, columns))
    for number_of_row, row in enumerate(rows, start=1):
        lines = (f"{name:>{indent}}  {cell}" for name, cell in zip(columns, row, strict=True))
        yield Text("\n".join([f"row {number_of_row}", *lines, ""]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def number(value: float | None, decimals: int, unit: str = "") -> str:
    """A figure with a fixed number of decimals, or a dash where there is none."""
    return "–" if value is None else f"{value:.{decimals}f}{unit}"


def monday_of(first_monday: dt.date, week_number: int) -> dt.date:
    """The day a week of a dated plan begins on."""
    return first_monday + dt.timedelta(weeks=week_number - 1)


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
